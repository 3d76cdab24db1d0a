"""Rows for norms, distances and reductions of segments."""

import numpy as np

import seedgrad as sg

from .table import INF, NAN, A, call, row

row(
    "norm",
    [
        call(A(2, 3), "fro"),
        call(A(2, 3, 4), "fro", (0, 2), True),
        call(A(2, 3, 4), None),
        call(A(2, 3, 4), 3, ()),
        call(A(2, 3, 4), INF, (0, 1)),
        call(A(2, 3), 2, dtype=sg.float64),
        call(A(2, 0), 0.5),
        call(A(2, 0), INF, 0),
    ],
    label="norm of all kinds",
    inplace=False,
    half=0,
    bad=[
        (call(A(2, 3), "foo"), "order 'foo' is not supported"),
        (call(A(2), 1j), "non-complex scalar"),
        (call(A(2, 3, 4), "fro", (0, 1, 2)), "one or two dimensions"),
        (call(A(2), 2, dtype=sg.float16), "without narrowing"),
        (call(A(2, 2), 2, (0, 0)), "appears multiple times"),
        (call(A(2, 0), -INF), "of no elements"),
        (call(np.array([1, 2]), 2, dtype=sg.float32), "floating point or complex"),
    ],
)
row(
    "frobenius_norm",
    [call(A(2, 3), 0), call(A(2, 3), (0, 1), True), call(A(2, 3, 4), ()), call(A(2, 3, 4), [-1])],
    method=False,
    inplace=False,
    half=2,
    bad=[(call(A(2, 3, 4), (0, 1, 2)), "at most 2 dimensions"), (call(A(2), 1), "Dimension out of range")],
)
row(
    "dist",
    [
        call(A(3, 4), A(3, 4)),
        call(A(3, 4), A(4), 1),
        call(A(2), A(3, 1), INF),
        call(A(5), A(5), 3.5),
        call(A(5), A(5), -INF),
        call(A(0), A(0)),
        call(A(), A()),
    ],
    inplace=False,
    half=4,
    mixed=True,
    bad=[(call(A(2), A(3)), "broadcast"), (call(A(0), A(0), INF), "of no elements")],
)
row(
    "renorm",
    [
        call(A(3, 4), 2, 0, 1.5),
        call(A(3, 4), 2, -1, 1),
        call(A(3, 4), 1, 1, 2),
        call(A(3, 4), INF, 0, 0.5),
        call(A(2, 3, 4), 3.5, 1, 2),
        call(A(3, 4), 2, 0, 0),
        call(A(0, 2), 2, 0, 1),
        call(A(2, 0), 2, 0, 1),
    ],
    half=2,
    bad=[
        (call(A(3, 4), 0, 0, 1), "non-positive-norm"),
        (call(A(3, 4), -1, 0, 1), "non-positive-norm"),
        (call(A(3, 4), 2, 0, -1), "maxnorm to be >= 0"),
        (call(A(3), 2, 0, 1), "at least 2 dimensions"),
        (call(A(3, 4), 2, 2, 1), "Dimension out of range"),
    ],
)
PARTS, ROWS_PARTS = np.array([3, 0, 2]), np.array([[1, 2], [3, 0]])
VALUES = np.array([1.0, 2.0, 2.0, 0.0, 3.0])
for how in ("sum", "mean", "prod", "max", "min"):
    row(
        "segment_reduce",
        [
            call(A(5), how, lengths=PARTS),
            call(VALUES, how, lengths=PARTS),
            call(np.array([1.0, NAN, 2.0]), how, lengths=np.array([1, 2])),
            call(VALUES, how, lengths=PARTS, initial=2),
            call(VALUES, how, lengths=np.array([2, 1], np.int32), unsafe=True),
            call(VALUES, how, offsets=np.array([0, 3, 5])),
            call(A(2, 3, 2), how, lengths=ROWS_PARTS, axis=1),
            call(A(2, 3), how, lengths=ROWS_PARTS, axis=-1, initial=0.5),
            call(A(5, 2), how, lengths=PARTS),
        ],
        label=f"segment_reduce {how}",
        method=False,
        inplace=False,
        second=False,
        half=4,
        bad=[
            (call(A(4), "first", lengths=PARTS), "must be one of"),
            (call(A(4), how, lengths=PARTS), "sum to 4"),
            (call(A(4), how, lengths=np.array([-1, 5])), "negative value"),
            (call(A(4), how), "Either lengths or offsets"),
            (call(A(4), how, indices=np.array([0])), "indices based"),
            (call(A(2, 2), how, lengths=np.array([2]), axis=1), "last dimension of lengths"),
            (call(np.array([1, 2]), how, lengths=np.array([2])), "not implemented for"),
        ],
    )

row(
    "norm",
    [
        call(A(3, 4), "nuc"),
        call(A(2, 3, 4), "nuc", (0, 2)),
        call(A(2, 3, 4), p="nuc", dim=(2, 0), keepdim=True),
        call(A(3, 2), "nuc", keepdim=True),
    ],
    label="norm of matrices",
    inplace=False,
    half=False,
    layouts=False,  # an expanded matrix has singular values 0, where the gradient is not defined
    bad=[
        (call(A(2, 3, 4), "nuc"), "dim must be a 2-tuple"),
        (call(A(4), "nuc"), "dim must be a 2-tuple"),
        (call(A(2, 3), "nuc", 1), "dim must be a 2-tuple"),
        (call(A(2, 3), "nuc", (0, 0)), "appears multiple times"),
    ],
)
row(
    "nuclear_norm",
    [call(A(3, 4)), call(A(2, 3, 4)), call(A(2, 3, 4), (0, 1), True)],
    method=False,
    inplace=False,
    half=False,
    layouts=False,  # an expanded matrix has singular values 0, where the gradient is not defined
    bad=[(call(A(3)), "norm of matrices")],
)
