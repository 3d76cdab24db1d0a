"""Rows for factorizations, eigenvalues and singular values.

What is free in a factor - the sign or phase of a vector - is taken out before gradients are compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .rows_linalg_solve import EMPTY, NOT_SQUARE, SQUARE, both
from .table import A, call, row

HELD: dict[str, Any] = {"method": False, "inplace": False, "half": 0, "integers": (), "complex": True, "tolerance": 10}
SAME: dict[str, Any] = {"inplace": False, "half": 0, "complex": True, "tolerance": 10}
NAMED: dict[str, Any] = {**SAME, "method": False}


def of(change: Callable[[Any, Any], Any], function: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    """`function` of a package and a changed first argument, in each package."""
    return both(lambda package: lambda x, *args, **named: function(package, change(package, x), *args, **named))


def adjoint(x: Any) -> Any:
    """The conjugate transpose."""
    return x.conj().mT


def positive(package: Any, x: Any) -> Any:
    """A positive-definite matrix made of x."""
    return x @ adjoint(x) + package.eye(x.shape[-1], dtype=x.dtype)


def symmetric(package: Any, x: Any) -> Any:
    """A symmetric matrix made of x, with eigenvalues that are apart even where the rows of x are equal."""
    return (x + adjoint(x)) / 2 + apart(package, x)


def apart(package: Any, x: Any) -> Any:
    return 3 * package.eye(x.shape[-1], dtype=x.dtype) * package.arange(x.shape[-1])


def plain(package: Any, x: Any) -> Any:
    return x


def full_rank(package: Any, x: Any) -> Any:
    """x with numbers that grow along the diagonal added."""
    m, n = x.shape[-2:]
    grown = 2 * package.eye(max(m, n), dtype=x.dtype) * (1 + package.arange(max(m, n)))
    return x + grown[:m, :n]


for upper in (False, True):
    row(
        "linalg.cholesky",
        [*SQUARE, call(A(5, 4, 4))],
        label=f"linalg.cholesky upper={upper}",
        **HELD,
        **of(positive, lambda p, x, upper=upper: p.linalg.cholesky(x, upper=upper)),
    )
DEFINITE, TILTED = np.array([[4.0, 2.0], [2.0, 5.0]]), np.array([[4.0, 9.0], [2.0, 5.0]])
NOT_POSITIVE = np.stack([np.eye(2), np.diag([1.0, -1.0])])
NOT_DEFINITE = [
    (call(NOT_POSITIVE), r"cholesky: \(Batch element 1\): .*not positive-definite \(the leading minor of order 2"),
    (call(-np.eye(3)), r"cholesky: The factorization could not .*the leading minor of order 1"),
    (call(np.full((2, 2), np.nan)), "leading minor of order 1"),
]
row(
    "linalg.cholesky",
    [call(DEFINITE), call(TILTED), call(DEFINITE, upper=True)],
    **{**NAMED, "complex": False},
    layouts=False,
    gradient=False,
    bad=[*NOT_DEFINITE, *NOT_SQUARE, (call(TILTED, upper=True), "the leading minor of order 2")],
)
row(
    "cholesky",
    [call(DEFINITE), call(DEFINITE, True), call(np.stack([DEFINITE, TILTED])), *EMPTY],
    **{**SAME, "complex": False},
    layouts=False,
    integers=(),
    bad=[*NOT_DEFINITE, *NOT_SQUARE[:2]],
)
row(
    "linalg.cholesky_ex",
    [call(NOT_POSITIVE), call(DEFINITE, upper=True), call(-DEFINITE), *EMPTY],
    **NAMED,
    gradient=False,
    bad=[(call(NOT_POSITIVE, check_errors=True), r"linalg.cholesky_ex: \(Batch element 1\)")],
)
row(
    "cholesky_inverse",
    [call(A(3, 3)), call(A(2, 3, 3))],
    label="cholesky_inverse of a factor",
    **HELD,
    **of(positive, lambda p, x: p.cholesky_inverse(p.linalg.cholesky(x))),
)
MATRICES = [call(A(3, 3)), call(A(4, 2)), call(A(2, 4)), call(A(3, 4, 2)), call(A(2, 2, 2, 3)), call(A(1, 1))]
NONE = [call(A(0, 3)), call(A(3, 0)), call(A(0, 0)), call(A(2, 0, 3)), call(A(0, 3, 2))]
VECTOR = [(call(A(3)), "at least 2 dimensions")]
row(
    "linalg.qr",
    [*MATRICES, *NONE],
    label="linalg.qr of full rank",
    **HELD,
    **of(full_rank, lambda p, x: p.linalg.qr(x)),
)
row(
    "linalg.qr",
    [call(A(3, 3), mode="complete"), call(A(2, 4), mode="complete"), call(A(2, 2, 3), "complete")],
    label="linalg.qr complete",
    **NAMED,
    layouts=False,
)
row(
    "linalg.qr",
    [*(call(*made.args, mode=mode) for made in [*MATRICES, *NONE] for mode in ("r", "complete", "reduced"))],
    **NAMED,
    gradient=False,
    layouts=False,
    bad=[*VECTOR, NOT_SQUARE[2], (call(A(2, 2), mode="x"), "qr received unrecognized mode 'x' but expected one of")],
)
row("qr", [*MATRICES, call(A(4, 2), some=True), call(A(2, 4), False)], **SAME, layouts=False, integers=(), bad=VECTOR)
row(
    "linalg.lu",
    [*MATRICES, *NONE],
    **NAMED,
    integers=(),
    bad=[*VECTOR, NOT_SQUARE[2], (call(A(2, 2), pivot=False), "without pivoting")],
)
ZERO_PIVOT = [
    (call(np.stack([np.eye(2), np.zeros((2, 2))])), r"lu_factor: \(Batch element 1\): U\[1,1\] is zero"),
    (call(np.ones((2, 2))), r"U\[2,2\] is zero"),
]
row(
    "linalg.lu_factor",
    [*MATRICES, *NONE],
    **NAMED,
    integers=(),
    layouts=False,
    bad=[*VECTOR, NOT_SQUARE[2], *ZERO_PIVOT],
)
row(
    "linalg.lu_factor_ex",
    [*MATRICES, call(np.ones((2, 2))), call(np.zeros((3, 2, 2)))],
    **NAMED,
    second=False,
    gradient=False,
    bad=[(call(np.ones((2, 2)), check_errors=True), r"linalg.lu_factor_ex: U\[2,2\] is zero")],
)
row("lu", MATRICES, **SAME, layouts=False, integers=())
row(
    "lu",
    [call(np.ones((2, 2)), get_infos=True), call(A(3, 2), True, True)],
    label="lu get_infos",
    **SAME,
    gradient=False,
)
PIVOTS = np.array([2, 3, 3], np.int32)
row(
    "lu_unpack",
    [
        call(A(3, 3), PIVOTS),
        call(A(4, 3), PIVOTS),
        call(A(3, 5), PIVOTS),
        call(A(2, 3, 3), np.stack([PIVOTS, PIVOTS[::-1]])),
        call(A(3, 3), PIVOTS, unpack_pivots=False),
        call(A(3, 3), PIVOTS, True, True),
    ],
    **{**NAMED, "integers": ("int64",)},
    bad=[
        (call(A(3, 3), np.ones(3, np.int64)), "expected to be a tensor of int32"),
        (call(A(3, 3), np.full(3, 4, np.int32)), "must be between 1 and the number of rows, 3"),
    ],
)
row("lu_unpack", [call(A(3, 3), PIVOTS, unpack_data=False)], label="lu_unpack of pivots", **NAMED, gradient=False)
row("geqrf", [*MATRICES, *NONE], **{**SAME, "complex": False}, gradient=False, layouts=False, integers=(), bad=VECTOR)
for name in ("linalg.householder_product", "orgqr"):
    row(
        name,
        [call(A(3, 3), A(3)), call(A(4, 2), A(2)), call(A(4, 2), A(1)), call(A(2, 4, 3), A(2, 2)), call(A(3, 0), A(0))],
        **{**SAME, "tolerance": 100},
        integers=(),
        method="." not in name,
        bad=[
            (call(A(2, 3), A(2)), r"input.shape\[-2\] must be greater than or equal to input.shape\[-1\]"),
            (call(A(3, 2), A(3)), r"greater than or equal to tau.shape\[-1\]"),
            (call(A(2, 3, 2), A(3, 2)), "Expected batch dimensions of tau"),
            (call(A(3), A(2)), "at least 2 dimensions"),
        ],
    )
row(
    "ormqr",
    [
        call(A(4, 2), A(2), A(4, 3)),
        call(A(4, 2), A(2), A(3, 4), left=False),
        call(A(4, 2), A(2), A(4, 3), True, True),
        call(A(4, 2), A(2), A(3, 4), left=False, transpose=True),
        call(A(3, 3), A(3), A(3, 1)),
        call(A(2, 4, 2), A(2, 2), A(2, 4, 3)),
    ],
    **{**SAME, "tolerance": 100, "complex": False},
    integers=(),
    bad=[(call(A(4, 2), A(2), A(3, 3)), r"other.shape\[-2\] must be equal to input.shape\[-2\]")],
)
for name in ("linalg.ldl_factor", "linalg.ldl_factor_ex"):
    row(
        name,
        [call(A(3, 3)), call(A(2, 4, 4)), call(A(3, 3), hermitian=True), *EMPTY],
        **NAMED,
        gradient=False,
        bad=[*NOT_SQUARE],
    )
row(
    "linalg.ldl_factor_ex",
    [call(np.zeros((2, 2))), call(np.eye(3))],
    label="ldl of zeros",
    **NAMED,
    gradient=False,
    bad=[(call(np.zeros((2, 2)), check_errors=True), r"D\[1,1\] is zero")],
)
