"""Rows for inverses, determinants, systems of equations and functions of square matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import seedgrad as sg

from .table import A, call, row

S, B, ONE = A(3, 3), A(2, 4, 3, 3), A(1, 1)
EMPTY = [call(A(0, 0)), call(A(2, 0, 0)), call(A(0, 3, 3))]
SQUARE = [call(S), call(A(2, 4, 4)), call(ONE), *EMPTY]
NOT_SQUARE = [
    (call(A(2, 3)), "must be batches of square matrices, but they are 2 by 3 matrices"),
    (call(A(3)), "at least 2 dimensions|2 or more dimensions"),
    (call(np.eye(2, dtype=np.int64)), "Expected a floating point or complex tensor as input. Got seedgrad.int64"),
]
ZERO = np.stack([np.eye(2), np.zeros((2, 2))])
SINGULAR = [
    (call(ZERO), r"linalg.inv: \(Batch element 1\): The diagonal element 1 is zero, the inversion could not"),
    (call(np.ones((3, 3))), "linalg.inv: The diagonal element 2 is zero"),
]
# Random square matrices may be nearly singular, and expanded ones are: their layouts are tried behind `away`.
PLAIN: dict[str, Any] = {"inplace": False, "half": 0, "layouts": False, "tolerance": 10, "complex": True}


def both(make: Callable[[Any], Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """The same function made of each package."""
    return {"ours": make(sg), "theirs": make(torch)}


def away(name: str) -> Callable[[Any], Callable[..., Any]]:
    """The function of that name, of a matrix to which three times the identity was added."""

    def make(package: Any) -> Callable[..., Any]:
        def function(x: Any, *args: Any, **kwargs: Any) -> Any:
            found = package
            for part in name.split("."):
                found = getattr(found, part)
            return found(x + 3 * package.eye(x.shape[-1], dtype=x.dtype), *args, **kwargs)

        return function

    return make


HELD: dict[str, Any] = {"method": False, "inplace": False, "half": 0, "integers": (), "complex": True, "tolerance": 10}
for name in ("inverse", "det", "slogdet", "linalg.inv", "linalg.det", "linalg.slogdet"):
    bad = NOT_SQUARE + (SINGULAR if "inv" in name else [])
    row(name, SQUARE, **PLAIN, method="." not in name, bad=bad)
for name in ("linalg.inv", "linalg.det", "linalg.slogdet", "logdet"):
    row(name, SQUARE, label=f"{name} of I", **HELD, **both(away(name)))
# The logarithm of a negative determinant is NaN.
row(
    "logdet",
    [call(np.array([[2.0, 1.0], [0.5, 1.0]])), call(np.array([[[1.0, 0.0], [0.0, -1.0]]])), *EMPTY],
    **PLAIN,
)
row("linalg.inv_ex", [call(S), call(A(2, 4, 4)), *EMPTY], **PLAIN, method=False, bad=NOT_SQUARE)
row("pinverse", [call(A(3, 2)), call(A(2, 2, 4)), call(A(0, 3)), call(A(2, 0))], **PLAIN, bad=NOT_SQUARE[1:])
row(
    "linalg.pinv",
    [
        call(A(3, 2)),
        call(A(2, 2, 4)),
        call(A(0, 3)),
        call(A(2, 3, 0)),
        call(A(3, 2), 1e-3),
        call(A(3, 2), rtol=0.9),
        call(A(3, 2), atol=1.2),
        call(A(3, 2), atol=0.1, rtol=0.1),
        call(np.diag([1.0, 2.0, 0.0])),
        call(np.diag([-1.0, 2.0, 0.0]), hermitian=True),
        call(A(4, 2), rcond=1e-3, hermitian=False),
    ],
    **{**PLAIN, "integers": ()},
    method=False,
    bad=[*NOT_SQUARE[1:], (call(A(2, 3), hermitian=True), "square matrices")],
)
row(
    "linalg.solve",
    [
        call(S, A(3)),
        call(S, A(3, 2)),
        call(S, A(3, 0)),
        call(A(2, 3, 3), A(2, 3)),
        call(A(2, 3, 3), A(3)),
        call(A(2, 3, 3), A(3, 2)),
        call(A(2, 3, 3), A(4, 1, 3, 2)),
        call(S, A(2, 3), left=False),
        call(A(2, 3, 3), A(2, 4, 3), left=False),
        call(A(0, 0), A(0, 2)),
        call(A(0, 3, 3), A(0, 3, 1)),
    ],
    **PLAIN,
    method=False,
    bad=[
        (call(ZERO, A(2, 2, 1)), r"linalg.solve: \(Batch element 1\): The solver failed because .* is singular"),
        (call(np.zeros((2, 2)), A(2)), "linalg.solve: The solver failed"),
        (call(np.zeros((2, 2)), A(2, 0)), "linalg.solve: The solver failed"),
        (call(S, A(2)), r"Incompatible shapes of A and B for the equation AX = B \(3x3 and 2x1\)"),
        (call(S, A(3), left=False), "B must be a matrix"),
        (call(S, A(2, 2), left=False), r"XA = B \(3x3 and 2x2\)"),
        (call(S, A()), "at least 2 dimensions"),
        (call(S, np.ones(3, np.int64)), "to have the same dtype"),
        (call(A(2, 3, 3), A(4, 3, 1)), "The batch dimensions"),
        *((call(*made.args, A(3, 1)), text) for made, text in NOT_SQUARE[:2]),
    ],
)
row("linalg.solve", [call(S, A(3, 2)), call(B, A(3))], label="linalg.solve of I", **HELD, **both(away("linalg.solve")))
row(
    "linalg.solve_ex",
    [call(S, A(3, 2)), call(A(2, 3, 3), A(2, 3)), call(S, A(1, 3), left=False)],
    **PLAIN,
    method=False,
)
for upper in (True, False):
    row(
        "linalg.solve_triangular",
        [
            call(S, A(3, 2)),
            call(S, A(2, 4, 3, 2)),
            call(A(2, 3, 3), A(3, 1)),
            call(A(5, 2, 3, 3), A(2, 3, 2)),
            call(A(5, 1, 3, 3), A(2, 3, 2), unitriangular=True),
            call(S, A(2, 3), left=False),
            call(A(7, 3, 3), A(7, 2, 3), left=False, unitriangular=True),
            call(A(0, 0), A(0, 2)),
            call(A(0, 3, 3), A(0, 3, 2)),
            call(A(2, 3, 3), A(2, 3, 0)),
        ],
        label=f"linalg.solve_triangular upper={upper}",
        **{**HELD, "integers": ("int64",)},
        **both(
            lambda package, upper=upper: (
                lambda a, b, **options: away("linalg.solve_triangular")(package)(a, b, upper=upper, **options)
            )
        ),
    )
row(
    "linalg.solve_triangular",
    [call(np.array([[0.0, 1.0], [0.0, 2.0]]), np.ones((2, 1)), upper=True)],
    **{**PLAIN, "complex": False},
    method=False,
    second=False,
    gradient=False,
    bad=[
        (call(S, A(3), upper=True), "at least 2 dimensions"),
        (call(S, A(2, 1), upper=True), r"AX = B \(3x3 and 2x1\)"),
        (call(A(2, 3), A(3, 1), upper=False), "square matrices"),
        (call(A(2, 3, 3), A(4, 3, 1), upper=False), "The batch dimensions"),
    ],
)
row(
    "triangular_solve",
    [
        call(A(3, 2), S),
        call(A(3, 2), S, upper=False),
        call(A(3, 2), S, transpose=True),
        call(A(2, 3, 2), S, upper=False, transpose=True, unitriangular=True),
        call(A(3, 1), A(4, 3, 3)),
    ],
    **{**PLAIN, "tolerance": 100},
    bad=[(call(A(3), S), "at least 2 dimensions"), (call(A(2, 1), S), "each A matrix is 3 by 3 but each b .* 2 by 1")],
)


# By triangles: PyTorch's gradient of the other triangle, which nobody reads, is not 0.
def triangle_solve(package: Any) -> Callable[..., Any]:
    return lambda b, x, upper=False: package.cholesky_solve(b, x.triu() if upper else x.tril(), upper)


def triangle_inverse(package: Any) -> Callable[..., Any]:
    def function(x: Any, upper: bool = False) -> Any:
        x = x + 3 * package.eye(x.shape[-1], dtype=x.dtype)
        return package.cholesky_inverse(x.triu() if upper else x.tril(), upper=upper)

    return function


row(
    "cholesky_solve",
    [
        call(A(3, 2), S),
        call(A(3, 2), S, upper=True),
        call(A(2, 3, 1), S),
        call(A(3, 1), A(4, 3, 3)),
        call(A(0, 2), A(0, 0)),
    ],
    **{**HELD, "tolerance": 1000},
    **both(triangle_solve),
)
row(
    "cholesky_solve",
    [call(A(3, 2), np.eye(3) * 2), call(A(2, 3, 2), np.eye(3) * 2, True)],
    label="cholesky_solve of a diagonal",
    **PLAIN,
    gradient=False,
    bad=[(call(A(3), S), "at least 2 dimensions"), (call(A(2, 1), S), "each A matrix is 3 by 3 but each b .* 2 by 1")],
)
row(
    "cholesky_inverse",
    [call(A(3, 3)), call(A(2, 3, 3)), call(A(0, 0)), call(A(2, 3, 3), True), call(A(3, 3), upper=True)],
    **{**HELD, "complex": False},
    **both(triangle_inverse),
)
POWERS = [call(S, n) for n in (0, 1, 2, 3, 5, -1, -2)]
row(
    "matrix_power",
    [*POWERS, call(A(2, 3, 3), 4), call(A(0, 0), 2)],
    **PLAIN,
    integers=("int64",),
    bad=[(call(S, 2.5), "must be int")],
)
row(
    "linalg.matrix_power",
    [call(S, 6), call(A(2, 2, 2), 3), call(A(2, 2, 2), 0)],
    inplace=False,
    method=False,
    half=16,
    tolerance=10,
    complex=True,
    bad=[(call(A(2, 3), 2), "square matrices"), (call(np.zeros((2, 2)), -1), "linalg.inv: The diagonal element 1")],
)
for name in ("matrix_exp", "linalg.matrix_exp"):
    row(name, SQUARE, **{**PLAIN, "tolerance": 100}, method="." not in name, bad=NOT_SQUARE)
row(
    "linalg.tensorinv",
    [call(A(2, 3, 6)), call(A(2, 3, 3, 2)), call(A(4, 2, 2), 1), call(A(4, 2, 2), ind=1), call(A(2, 2, 4), ind=2)],
    **PLAIN,
    method=False,
    bad=[
        (call(A(2, 3), ind=1), r"prod\(self.shape\[ind:\]\) == prod\(self.shape\[:ind\]\), but got 3 != 2"),
        (call(S, ind=0), "strictly positive integer for 'ind'"),
        (call(np.zeros((2, 2)), ind=1), "The diagonal element 1 is zero"),
    ],
)
row(
    "linalg.tensorsolve",
    [
        call(A(2, 3, 6), A(2, 3)),
        call(A(2, 3, 2, 3), A(2, 3)),
        call(A(3, 4, 4, 3), A(4, 3), dims=(0, 1)),
        call(A(6, 2, 3), A(6), dims=None),
    ],
    **PLAIN,
    method=False,
    bad=[(call(A(2, 3), A(3)), "the shape of input")],
)
row(
    "lu_solve",
    [call(A(3, 2), A(3, 3), np.array([1, 3, 3], np.int32)), call(A(3, 2), B, np.ones((2, 4, 3), np.int32))],
    **{**PLAIN, "tolerance": 1000},
    bad=[
        (call(A(3), S, np.ones(3, np.int32)), "at least 2 dimensions"),
        (call(A(3, 1), S, np.ones(3, np.int64)), "expected to be a tensor of int32"),
        (call(A(3, 1), S, np.ones(2, np.int32)), "Number of pivots per batch"),
    ],
)
row(
    "linalg.lu_solve",
    [
        call(S, np.array([2, 2, 3], np.int32), A(3, 2), left=left, adjoint=adjoint)
        for left, adjoint in ((True, True), (True, False))
    ]
    + [call(S, np.array([3, 3, 3], np.int32), A(2, 3), left=False, adjoint=adjoint) for adjoint in (True, False)]
    + [call(A(5, 3, 3), np.full((5, 3), 3, np.int32), A(3, 2))],
    **{**PLAIN, "tolerance": 1000},
    method=False,
    bad=[(call(S, np.ones(3, np.int32), A(2, 1)), r"AX = B \(3x3 and 2x1\)")],
)
