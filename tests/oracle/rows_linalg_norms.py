"""Rows for norms, condition numbers and ranks."""

from __future__ import annotations

from typing import Any

import numpy as np

import seedgrad as sg

from .rows_linalg_solve import NOT_SQUARE, away, both
from .table import INF, NAN, A, call, row

FREE: dict[str, Any] = {"method": False, "inplace": False, "complex": True}
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
# The second derivative at 0 is NaN in PyTorch, and 0 here.
row("linalg.vector_norm", [call(np.zeros((2, 3)), dim=1)], label="vector_norm of 0", **FREE, second=False, integers=())
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
# PyTorch's gradient of cond fails: what it saved was overwritten. Ours is checked in test_linalg_oracle.py.
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
