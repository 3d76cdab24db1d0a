"""Rows for products of several matrices, distances, and singular values from random products."""

from __future__ import annotations

from typing import Any

import numpy as np

from .rows_linalg_solve import both
from .table import INF, A, call, row

FREE: dict[str, Any] = {"method": False, "inplace": False}
M, B, V = A(3, 4), A(2, 3, 4), A(5)
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
        (call(M, M), "argument 1 must be a vector"),
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
        call(A(4, 3), A(30, 3), 2.0),
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
# PyTorch's gradient of distances of vectors without elements ends the process.
row(
    "cdist",
    [
        *(call(A(0, 2), A(3, 2), p) for p in (1, 2)),
        *(call(A(2, 0), A(3, 0), p) for p in (0, 1, 2, 3, INF)),
        call(A(2, 2), A(0, 2), compute_mode=MODES[1]),
    ],
    label="cdist of nothing",
    **FREE,
    half=0,
    integers=(),
    gradient=False,
    layouts=False,
)
row(
    "pdist",
    [call(A(1, 2)), call(A(0, 2)), call(A(3, 0))],
    label="pdist of nothing",
    **FREE,
    half=0,
    integers=(),
    gradient=False,
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
