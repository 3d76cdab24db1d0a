"""Rows for norms, condition numbers, ranks, products of several matrices, and distances."""

from __future__ import annotations

from typing import Any

import numpy as np

import seedgrad as sg

from .rows_linalg_solve import NOT_SQUARE, away, both
from .table import INF, NAN, A, call, row

FREE: dict[str, Any] = {"method": False, "inplace": False}
M, B, V = A(3, 4), A(2, 3, 4), A(5)
ORDERS = (2, 1, 0, 3, 0.5, -1, -2, 2.5, INF, -INF)
row(
    "linalg.vector_norm",
    [
        *(
            call(x, order, **k)
            for order in ORDERS
            for x, k in ((M, {}), (B, {"dim": 1}), (B, {"dim": (0, -1), "keepdim": True}))
        ),
        call(V),
        call(A()),
        call(A(0)),
        call(A(2, 0), dim=1),
        call(A(0, 2), INF, dim=1),
        call(M, dim=()),
        call(np.zeros((2, 3)), dim=1),
        call(np.array([[0.0, 1.0], [NAN, 1.0], [INF, 1.0]]), dim=1),
        call(np.array([1.0, 2.0], np.float32), dtype=sg.float64),
    ],
    **FREE,
    half=8,
    integers=("int64",),
    bad=[
        (call(A(0), INF), "norm of no elements"),
        (call(A(0), -2), "norm of no elements"),
        (call(A(0, 2), -1, dim=0), "norm of no elements"),
        (call(M, "x"), "argument 'ord' must be a number"),
        (call(M, dim=(0, 0)), "dim 0 appears multiple times"),
        (call(M, dim=3), "Dimension out of range"),
        (call(M, dtype=sg.float16), "without narrowing"),
        (call(M, dtype=sg.int64), "dtype should be floating point or complex"),
    ],
)
MATRIX = ("fro", 1, -1, INF, -INF)
VALUES = ("nuc", 2, -2)
MATRIX_BAD = [
    (call(M, 3), "Order 3 not supported"),
    (call(M, "x"), "Order x not supported"),
    (call(V), "at least 2 dimensions"),
    (call(M, dim=(0, 0)), "dims must be different"),
    (call(M, dim=(0,)), "dim must be a 2-tuple"),
    (call(M, dim=0), "must be a tuple of 2 ints"),
    (call(M, dim=(0, 2)), "Dimension out of range"),
    (call(np.eye(2), dtype=sg.float16), "without narrowing"),
    (call(A(3, 0), -1), "to have non-zero size"),
    (call(A(0, 3), -2), "to have non-zero size"),
]
row(
    "linalg.matrix_norm",
    [
        *(call(x, order, **k) for order in MATRIX for x, k in ((M, {}), (B, {"keepdim": True}), (B, {"dim": (2, 0)}))),
        *(call(B, order, dim=(0, 1), keepdim=True) for order in MATRIX),
        call(M),
        call(np.ones((2, 3)), 1),
        call(np.array([[1.0, 2.0]], np.float32), dtype=sg.float64),
    ],
    **FREE,
    half=8,
    integers=("int64",),
    bad=MATRIX_BAD,
)
row(
    "linalg.matrix_norm",
    [
        *(call(x, order, **k) for order in VALUES for x, k in ((M, {}), (B, {"keepdim": True}), (B, {"dim": (2, 0)}))),
        *(call(B, order, dim=(0, 1), keepdim=True) for order in VALUES),
        call(np.diag([3.0, 2.0]), "nuc", (0, 1), True),
    ],
    label="linalg.matrix_norm of singular values",
    **FREE,
    half=0,
    tolerance=10,
    layouts=False,
    integers=("int64",),
)
row(
    "linalg.matrix_norm",
    [call(A(0, 3), order) for order in ("fro", 1, -1, "nuc", 2)] + [call(A(3, 0), order) for order in ("fro", INF, 1)],
    label="linalg.matrix_norm of nothing",
    **FREE,
    half=0,
    gradient=False,
)
# Two equal singular values: the largest and the smallest share the gradient; there is no second one.
row("linalg.matrix_norm", [call(np.eye(3), p) for p in VALUES], label="matrix_norm of I", **FREE, half=0, second=False)
row(
    "linalg.norm",
    [
        call(M),
        call(B),
        call(A()),
        call(V, 3),
        call(M, "fro"),
        call(M, 1),
        call(M, INF, keepdim=True),
        call(B, 3, dim=1),
        call(B, 1, (0, 1)),
        call(B, dim=(0, 1)),
        call(B, "fro", dim=(0, 2), keepdim=True),
        call(V, 0),
        call(np.array([1.0, 2.0], np.float32), dtype=sg.float64),
    ],
    **FREE,
    half=8,
    integers=("int64",),
    bad=[
        (call(B, 2), "the input must be 1D or 2D. Got 3D"),
        (call(A(), 2), "the input must be 1D or 2D. Got 0D"),
        (call(V, "fro"), "at least 2 dimensions"),
        (call(M, dim=()), r"must be of length 1 or 2. Got \(\)"),
        (call(B, dim=(0, 1, 2)), "must be of length 1 or 2"),
        (call(M, "fro", dim=1), "dim must be a 2-tuple"),
        (call(M, 3, dim=(0, 1)), "Order 3 not supported"),
    ],
)
row(
    "linalg.norm",
    [call(M, 2), call(M, "nuc"), call(B, -2, (0, 2))],
    label="linalg.norm of singular values",
    **FREE,
    half=0,
    layouts=False,
)
# PyTorch's gradients of cond and vander fail: their inputs were overwritten. Ours: test_linalg_oracle.py.
row(
    "linalg.cond",
    [*(call(A(2, 3, 3), p) for p in (None, 2, -2, "fro", "nuc", 1, -1, INF, -INF)), call(A(3, 2)), call(A(2, 3), -2)],
    **FREE,
    half=0,
    tolerance=100,
    integers=(),
    gradient=False,
    **both(
        lambda p: lambda x, *a: away("linalg.cond")(p)(x, *a) if x.shape[-1] == x.shape[-2] else p.linalg.cond(x, *a)
    ),
    layouts=False,
)
SINGULAR = np.stack([np.eye(2), np.zeros((2, 2))])
row(
    "linalg.cond",
    [call(A(0, 0)), call(A(2, 0, 0)), call(A(2, 0, 0), 1), call(SINGULAR), call(SINGULAR, 1), call(SINGULAR, "fro")],
    label="linalg.cond of singular matrices",
    **FREE,
    half=0,
    integers=(),
    gradient=False,
    layouts=False,
    bad=[
        (call(A(2, 3), 1), r"cond\(ord=1\): A must be batches of square matrices"),
        (call(A(2, 2), 3), "got an invalid norm type: 3"),
        (call(A(2, 2), "x"), "got an invalid norm type: x"),
        (call(V), "at least 2 dimensions"),
        NOT_SQUARE[2],
    ],
)
LOW = np.array([[10.0, 0.0], [0.0, 0.5]])
row(
    "linalg.matrix_rank",
    [
        call(M),
        call(B),
        call(A(0, 3)),
        call(A(2, 0, 3)),
        call(A(0, 0)),
        call(np.ones((3, 3))),
        call(LOW, 0.2),
        call(LOW, tol=0.6),
        call(LOW, atol=0.1, rtol=0.1),
        call(LOW, rtol=0.01),
        call(LOW, atol=0.7, hermitian=True),
        call(-LOW, hermitian=True),
        call(LOW, tol=np.array([0.1, 1.0], np.float32)),
        call(np.stack([LOW, LOW]), atol=np.array([0.1, 1.0], np.float32)),
    ],
    **FREE,
    half=0,
    integers=(),
    gradient=False,
    bad=[(call(V), "at least 2 dimensions"), NOT_SQUARE[2], (call(A(2, 3), hermitian=True), "square matrices")],
)
row(
    "linalg.multi_dot",
    [
        call([M, A(4, 2)]),
        call([M, A(4, 2), A(2, 5), A(5, 3)]),
        call([A(3), A(3, 4), A(4, 2)]),
        call([A(3), A(3, 4), A(4)]),
        call((A(3), A(3))),
        call([A(2, 0), A(0, 3), A(3, 1)]),
    ],
    **FREE,
    half=16,
    integers=("int64",),
    layouts=False,
    bad=[
        (call([M]), "expected at least 2 tensors but got 1"),
        (call([M, M]), r"tensors 0 and 1 with shapes \(3, 4\) and \(3, 4\) cannot be multiplied"),
        (call([M, B, M]), "tensor 1 must be 2D but got 3D"),
        (call([A(), M]), "the first tensor must be 1D or 2D but got 0D"),
        (call([M, np.ones((4, 2), np.int64)]), "same dtype"),
    ],
)
row(
    "chain_matmul",
    [call(M, A(4, 2), A(2, 5)), call(M), call(M, A(4, 4))],
    **FREE,
    half=16,
    integers=("int64",),
    bad=[
        (call(V, M), "Tensor dimension is 1, expected 2"),
        (call(), "Expected one or more matrices"),
        (call(M, M), "cannot be multiplied"),
    ],
)
row(
    "linalg.vecdot",
    [call(M, M), call(M, A(4)), call(B, A(3, 1), dim=1), call(A(0), A(0)), call(A(2, 0), A(2, 0))],
    **FREE,
    half=8,
    complex=True,
    integers=("int64",),
    bad=[
        (call(M, A(3, 3)), "can't be broadcast"),
        (call(M, np.ones(4, np.int64)), "to have the same dtype"),
        (call(M, M, dim=2), "out of range"),
    ],
)
row(
    "vdot",
    [call(V, V), call(A(0), A(0))],
    inplace=False,
    half=8,
    complex=True,
    integers=("int64", "uint8"),
    bad=[
        (call(M, M), "1D tensors expected"),
        (call(V, A(4)), "tensors of one length"),
        (call(V, np.ones(5, np.int64)), "same dtype"),
    ],
)
row(
    "addr",
    [
        call(A(3, 5), A(3), V),
        call(A(5), A(3), V, beta=2, alpha=3),
        call(A(), A(3), V, beta=0),
        call(A(3, 1), A(3), V, alpha=0),
        call(A(0, 5), A(0), V),
    ],
    half=8,
    complex=True,
    inplace=None,
    bad=[
        (call(A(4), A(3), V), "can't be expanded"),
        (call(M, M, V), "Expected 1-D argument vec1"),
        (
            call(np.ones((2, 2), int), np.ones(2, int), np.ones(2, int), beta=0.5),
            "argument beta must not be a floating",
        ),
        (call(np.ones((2, 2), int), np.ones(2, int), np.ones(2, int), alpha=0.5), "argument alpha must not be"),
    ],
)
row(
    "linalg.cross",
    [call(A(2, 3), A(2, 3)), call(A(3, 2), A(3, 1), dim=0), call(A(3), A(3))],
    **FREE,
    half=8,
    bad=[(call(A(2, 3), A(3)), "same number of dim"), (call(A(3, 2), A(3, 2)), "must have length 3")],
)
row(
    "linalg.diagonal",
    [call(M), call(B, offset=1), call(B, dim1=0, dim2=2), call(M, offset=-1)],
    **FREE,
    bad=[(call(M, dim1=0, dim2=0), "cannot be identical")],
)
row("linalg.matmul", [call(M, A(4, 2)), call(B, A(4)), call(V, V)], **FREE, half=8, complex=True, integers=("int64",))
row(
    "linalg.vander",
    [call(V), call(V, N=3), call(M, N=2), call(B), call(np.array([0.0, 1.0, 2.0]), N=5), call(A(0), N=3)],
    **FREE,
    half=0,
    bad=[
        (call(A()), "N must be greater than 1"),
        (call(M, N=1), "N must be greater than 1"),
        (call(A(0)), "greater than 1"),
    ],
)
row(
    "vander",
    [call(V), call(V, 3), call(V, N=2, increasing=True), call(A(0)), call(V, 0), call(V, 1), call(A(1))],
    **FREE,
    gradient=False,
    half=8,
    bad=[(call(M), "x must be a one-dimensional tensor"), (call(V, -1), "N must be non-negative")],
)
MODES = ("use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist")
CLOSE = np.array([[0.0, 0.0], [1.0, 2.0], [1.0, 2.0], [1.0, 5.0]])
row(
    "cdist",
    [
        *(call(A(3, 2), A(4, 2), p) for p in (0, 0.5, 1, 1.5, 2, 3, INF)),
        *(call(A(2, 1, 3, 2), A(5, 4, 2), p=p) for p in (0, 1, 2, 3.5, INF)),
        *(call(A(2, 3, 2), A(4, 2), compute_mode=mode) for mode in MODES),
        *(call(CLOSE, CLOSE[1:], p, MODES[2]) for p in (0, 0.5, 1, 1.5, 2, 3, INF)),
        call(A(27, 3), A(4, 3)),
        call(A(4, 3), A(30, 3), 2.0, None),
        *(call(A(0, 2), A(3, 2), p) for p in (1, 2)),
        *(call(A(2, 0), A(3, 0), p) for p in (0, 1, 2, 3, INF)),
        call(A(2, 2), A(0, 2), compute_mode=MODES[1]),
    ],
    **FREE,
    half=0,
    integers=(),
    second=False,
    tolerance=10,
    layouts=False,
    bad=[
        (call(A(3, 2), V), "cdist only supports at least 2D tensors, X2 got: 1D"),
        (call(A(3, 2), A(2, 3)), "same number of columns. X1: 2 X2: 3"),
        (call(M, M, -1), "non-negative p"),
        (call(M, M, 2, "x"), "x is not a valid value for compute_mode"),
        (call(M, np.ones((2, 4), np.int64)), "X2 got: seedgrad.int64"),
        (call(A(5, 2, 3), A(4, 4, 3)), "the batch dimensions"),
    ],
)
row(
    "cdist",
    [call(A(3, 2), A(4, 2), 2.0, MODES[1]), call(A(2, 3, 2), A(4, 2), 2.0, MODES[1])],
    label="cdist second",
    **FREE,
    half=0,
    integers=(),
    tolerance=10,
)
for name in ("pdist", "nn.functional.pdist"):
    row(
        name,
        [
            *(call(A(4, 3), p) for p in (0, 0.5, 1, 1.5, 2, 3, INF)),
            call(A(1, 2)),
            call(A(0, 2)),
            call(A(3, 0)),
            call(CLOSE),
            call(CLOSE, 3),
        ],
        **FREE,
        half=0,
        integers=(),
        second=False,
        layouts=False,
        bad=[
            (call(V), "only supports 2D tensors, got: 1D"),
            (call(M, -1), "non-negative p values"),
            (call(np.ones((2, 2), int)), "only supports floating-point"),
        ],
    )
X = np.eye(2)
for name, args in (("lstsq", (X, X)), ("eig", (X,)), ("symeig", (X,)), ("solve", (X, X)), ("matrix_rank", (X,))):
    row(
        name,
        [],
        method=False,
        inplace=False,
        half=0,
        layouts=False,
        integers=(),
        bad=[(call(*args), "is now removed. Use linalg")],
    )


def product(package: Any) -> Any:
    """The part of a matrix that the singular vectors span; all of it, if q is its rank."""

    def function(x: Any, name: str, *args: Any, **named: Any) -> Any:
        u, s, v = getattr(package, name)(x, *args, **named)
        return (u * s.unsqueeze(-2)) @ v.mT, s

    return function


row(
    "svd_lowrank",
    [
        call(A(5, 3), "svd_lowrank"),
        call(A(3, 5), "svd_lowrank", 3),
        call(A(2, 4, 3), "svd_lowrank", q=3, niter=4),
        call(A(4, 3), "svd_lowrank", q=3, M=A(4, 1)),
        call(A(5, 3), "pca_lowrank"),
        call(A(5, 3), "pca_lowrank", 3, center=False),
        call(A(2, 3, 4), "pca_lowrank", q=3, niter=1, center=False),
    ],
    **FREE,
    half=0,
    integers=(),
    second=False,
    tolerance=100,
    layouts=False,
    **both(product),
)
row(
    "pca_lowrank",
    [],
    **FREE,
    half=0,
    layouts=False,
    integers=(),
    bad=[(call(M, 5), r"not greater than min\(m, n\)=3"), (call(M, 2, niter=-1), "must be non-negative integer")],
)
