"""Rows for extremes, running sums, sorting and selection."""

import numpy as np

import seedgrad as sg

from .rows_reduction import MISSING, TIES, TWICE, ZEROS, bad_dims, one_dim, over_dims
from .table import NAN, A, call, row

EMPTY = [
    (call(A(0)), "Expected reduction dim to be specified"),
    (call(A(2, 0), dim=1), "to have non-zero size"),
]
for name in ("amax", "amin"):
    row(
        name,
        over_dims(call(TIES), call(TIES, 1), call(TIES, 0), call(A(2, 0), 0), call(A(3, 4), dim=())),
        inplace=False,
        bad=[*bad_dims(), TWICE, *EMPTY],
    )
for name in ("max", "min"):
    row(
        name,
        one_dim(
            call(A(3, 4)),
            call(A()),
            call(TIES),
            call(TIES, 1),
            call(TIES, 0, True),
            call(A(2, 0), 0),
            call(MISSING),
            call(MISSING, 1),
            call(A(3, 4), A(4)),
            call(A(3, 4), dim=1, keepdim=True),
        ),
        inplace=False,
        bad=[*bad_dims(), *EMPTY],
    )
row(
    "aminmax",
    [
        call(A(3, 4)),
        call(TIES),
        call(TIES, dim=1),
        call(TIES, dim=0, keepdim=True),
        call(A()),
        call(A(), dim=0),
    ],
    inplace=False,
    bad=[(call(A(0)), "of no elements"), (call(A(3), dim=1), "out of range")],
)
for name in ("argmax", "argmin"):
    row(
        name,
        one_dim(
            call(A(3, 4)),
            call(A()),
            call(TIES),
            call(TIES, 1),
            call(TIES, 0, True),
            call(A(2, 0), 0),
            call(MISSING),
            call(MISSING, 1),
            call(A(3, 4), keepdim=True),
        ),
        inplace=False,
        bad=[
            *bad_dims(),
            (call(A(0)), "Expected reduction dim"),
            (call(A(2, 0), 1), "non-zero size"),
            (call(np.array([True])), "bool"),
            (call(A(3), (0,)), "must be int"),
        ],
    )
UNTIED = np.random.default_rng(5).permutation(24.0 * np.arange(24)).reshape(2, 3, 4) / 100
row(
    "median",
    one_dim(
        call(A(3, 4)),
        call(A()),
        call(A(0)),
        call(UNTIED, 1),
        call(UNTIED, -1, True),
        call(MISSING),
        call(MISSING, 1),
        call(TIES),
        call(A(2, 0), 0),
    ),
    inplace=False,
    integers=(),
    bad=[*bad_dims(), (call(A(2, 0), 1), "non-zero size"), (call(np.array([True])), "bool")],
)
row(
    "median",
    [call(np.array([5, 1, 4])), call(np.array([[5, 1, 4], [2, 8, 0]]), 1)],
    label="median of integers",
    inplace=False,
)

for name in ("cumsum", "cumprod"):
    row(
        name,
        one_dim(call(A(0), 0), call(A(2, 0), 0), call(ZEROS, 1), call(ZEROS, 0), call(MISSING[:1, :1], 0)),
        half=4,
        tolerance=3,
        bad=[*bad_dims(), (call(A(3), 0.5), "must be int")],
    )
    row(name, [call(A(3, 4), 1, dtype=sg.float64)], label=f"{name} dtype", inplace=None)
for name in ("cummax", "cummin"):
    row(
        name,
        one_dim(call(TIES, 1), call(TIES, 0), call(MISSING, 1), call(A(2, 0), 0)),
        inplace=False,
        bad=bad_dims(),
    )

SORTS = one_dim(
    call(A(5)),
    call(TIES, 1),
    call(TIES, 0, True),
    call(MISSING),
    call(MISSING, 0, True),
    call(A(0)),
    call(A(2, 0), 0),
)
row("sort", [*SORTS, call(A(3), stable=True), call(A(), -1, True)], inplace=False, bad=bad_dims())
row("argsort", SORTS, inplace=False, gradient=False, bad=bad_dims())
row("msort", [call(A(5)), call(UNTIED)], inplace=False)
LONG = np.random.default_rng(6).permutation(100).astype(np.float64)[:, None] * np.array([1.0, -1.0]) / 16
row(
    "topk",
    [
        call(A(5), 2),
        call(UNTIED, 2, 1),
        call(UNTIED, 1, 0, False),
        call(UNTIED, 0),
        call(A(), 1),
        call(LONG, 3, 0),
        call(LONG, 5, 0, False),
        call(A(0), 0),
        call(MISSING[0], 2),
        call(MISSING[0], 2, largest=False),
    ],
    inplace=False,
    integers=(),
    layouts=False,
    bad=[
        (call(A(3), 4), "selected index k out of range"),
        (call(A(3), -1), "out of range"),
        (call(A(3), 1, 1), "Dimension out of range"),
    ],
)
row(
    "kthvalue",
    [
        call(A(5), 2),
        call(UNTIED, 2, 1),
        call(UNTIED, 1, 0, True),
        call(A(), 1),
        call(A(2, 0), 1, 0),
        call(UNTIED, 4, keepdim=True),
    ],
    inplace=False,
    integers=(),
    layouts=False,
    bad=[
        (call(A(3), 4), "selected number k out of range"),
        (call(A(3), 0), "selected number k"),
        (call(A(2, 0), 1, 1), "non-zero size"),
        (call(A(3), 1, 1), "Dimension out of range"),
    ],
)
REPEATED = np.array([[3.0, 1.0, 3.0], [2.0, 1.0, 0.0], [3.0, 1.0, 3.0]])
row(
    "unique",
    [
        call(REPEATED),
        call(REPEATED, return_inverse=True, return_counts=True),
        call(REPEATED, return_counts=True),
        call(REPEATED, dim=0),
        call(REPEATED, True, True, True, 1),
        call(A(0), return_inverse=True),
        call(np.array([NAN, 1.0, NAN]), return_counts=True),
        call(A()),
    ],
    inplace=False,
    gradient=False,
    bad=[(call(A(3), dim=1), "Dimension out of range")],
)
