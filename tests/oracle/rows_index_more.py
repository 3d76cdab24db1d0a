"""Rows for writes to positions of the flattened tensor, to an index, and by reductions."""

from typing import Any

import numpy as np

from .table import A, call, row

M, V, S = A(3, 4), A(5), A()
I = np.array
FIXED = {"inplace": False, "complex": True}
MASK = np.array([[True, False, True, True], [False] * 4, [True] * 4])
PLACES, TWICE = I([[0, 2, 1, 0]]), I([[0, 0], [2, 2]])
FLOATS: dict[str, Any] = {"integers": ("int64", "int32", "uint8")}

row(
    "masked_scatter",
    complex=True,
    calls=[
        call(M, MASK, A(7)),
        call(M, MASK, A(3, 3)),
        call(M, I([True, False, True, False]), A(6)),
        call(M, I(False), A(0)),
        call(S, I(True), A(2)),
        call(A(0), I([], bool), A(0)),
    ],
    bad=[
        (call(M, MASK, A(6)), "Number of elements of source < number of ones in mask: 6 < 7"),
        (call(M, MASK.astype(np.int64), A(9)), "only supports boolean masks"),
        (call(M, MASK, np.arange(12)), "to have same dtypes"),
        (call(M, I([True, False]), A(9)), "cannot be broadcast"),
        (call(M, MASK, 5.0), "argument 3 must be a Tensor, not float"),
    ],
)
row("masked_scatter", [call(A(4), MASK, A(7))], label="masked_scatter broadcast", inplace=None)
row(
    "put",
    complex=True,
    calls=[
        call(M, I([0, 11, -2]), A(3)),
        call(M, I([[1, 3], [2, 0]]), A(2, 2)),
        call(M, I([1, 1, 3]), A(3), accumulate=True),
        call(M, I(2), A(1)),
        call(S, I(0), A(1)),
        call(S, I([0, 0]), A(2), True),
        call(A(0), I([], np.int64), A(0)),
    ],
    bad=[
        (call(M, I([0, 0]), A(1)), r"source.numel\(\) = 1, index.numel\(\) = 2"),
        (call(M, I([0], np.int32), A(1)), "Expected a long tensor for index"),
        (call(M, I([12]), A(1)), "tried to access index 12 on a tensor of 12 elements"),
        (call(M, I([0]), I([1])), "to have the same dtype"),
        (call(A(0), I([0]), A(1)), "into an empty tensor"),
    ],
)
row(
    "index_put",
    complex=True,
    calls=[
        call(M, (I([0, 2]), I([3, 1])), A(2)),
        call(M, (I([0, 2]),), A(4)),
        call(M, [I([0, 2])], A(2, 1)),
        call(M, (I([0, 0]),), S, True),
        call(M, (I([-1, 0, -1]), I([1, 1, 1])), A(3), accumulate=True),
        call(M, (MASK,), S),
        call(M, (MASK,), A(7), True),
        call(M, (I(1),), A(4)),
        call(M, (I(1),), A(4), True),
        call(M, (I([[0], [2]]), I([1, 3])), A(2, 2)),
        call(M, (I([True, False, True]), I([0, 3])), A(2)),
        call(M, (I([1], np.int32),), A(4)),
        call(M, (I([], np.int64),), S),
    ],
    bad=[
        (call(M, (I([0, 3]),), S), "index 3 is out of bounds for dimension 0 with size 3"),
        (call(M, (I([0]),), I(1)), "source and destination dtypes match"),
        (call(M, (I([0]),), 1.0), "argument 'values' must be Tensor"),
        (call(M, I([0]), S), "must be tuple of Tensors"),
        (call(M, (0,), S), "must be tuple of Tensors"),
        (call(M, (I([0, 1]),), A(3)), r"value tensor of shape \[3\] cannot be broadcast"),
        (call(M, (I([0]), I([0]), I([0])), S), "too many indices"),
        (call(M, (I([0.5]),), S), "tensors used as indices must be"),
    ],
)
ZEROS = I([[0.0, 2.0, -1.0, 0.5], [0.0, 0.0, 3.0, 1.0], [1.5, 1.0, 1.0, 2.0]])
for reduce in ("sum", "prod", "mean", "amax", "amin"):
    calls = [
        call(M, 0, PLACES, A(1, 4), reduce),
        call(M, 1, TWICE, A(2, 2), reduce),
        call(M, 1, TWICE, A(2, 2), reduce, include_self=False),
        call(V, 0, I([1, 1, 4], np.int32), A(3), reduce),
        call(V, 0, I([1, 1, 4]), A(3), reduce, include_self=False),
        call(S, 0, I(0), S, reduce),
        call(S, 0, I([0, 0]), A(2), reduce),
        call(M, 0, np.zeros((0, 4), np.int64), A(1, 4), reduce),
    ]
    row(
        "scatter_reduce",
        calls,
        label=f"scatter_reduce {reduce}",
        **FLOATS,
        bad=[
            (call(M, 0, I([[5]]), A(1, 1), reduce), "index 5 is out of bounds"),
            (call(M, 0, I([[-1]]), A(1, 1), reduce), "index -1 is out of bounds"),
            (call(M, 0, I([0]), A(1), reduce), "same number of dim"),
            (call(M, 0, PLACES, A(1, 2), reduce), "no larger size than src"),
            (call(M, 0, PLACES, np.ones((1, 4), np.int64), reduce), "self.dtype to be equal to src.dtype"),
        ],
    )
    if reduce == "sum":
        continue
    row(
        "index_reduce",
        [
            call(M, 0, I([0, 0, 2]), A(3, 4), reduce),
            call(M, 1, I([3, 1]), A(3, 2), reduce, include_self=False),
            call(V, -1, I([2, 2]), A(2), reduce),
            call(S, 0, I([0]), S, reduce),
            call(M, 0, I([], np.int64), A(0, 4), reduce),
        ],
        label=f"index_reduce {reduce}",
        **FLOATS,
        bad=[
            (
                call(M, 0, I([0]), A(2, 4), reduce),
                r"Number of indices \(1\) should be equal to source.size\(dim\): \(2\)",
            ),
            (call(M, 0, I([0]), A(1, 3), reduce), "must match self tensor shape, excluding the specified dimension"),
            (call(M, 0, I([3]), A(1, 4), reduce), "index 3 is out of bounds"),
            (call(M, 0, I([[0]]), A(1, 4), reduce), "Index is supposed to be a vector"),
            (call(M, 0, I([0.0]), A(1, 4), reduce), "Expected dtype int32/int64"),
            (call(M, 0, I([0]), np.ones((1, 4), np.int64), reduce), "must have the same scalar type"),
        ],
    )
# PyTorch's derivative raises here.
row(
    "scatter_reduce",
    [call(M, 1, TWICE, A(3, 3), reduce) for reduce in ("sum", "prod", "mean", "amax", "amin")],
    label="scatter_reduce of a part of src",
    gradient=False,
    **FLOATS,
)
row(
    "scatter_reduce",
    [
        call(ZEROS, 0, I([[0, 0, 1, 1], [0, 0, 1, 1]]), I([[0.0, 2.0, 1.0, 2.0], [3.0, 2.0, 1.0, 2.0]]), reduce)
        for reduce in ("prod", "amax", "amin")
    ],
    label="scatter_reduce at zeros and ties",
    integers=(),
    bad=[
        (call(M, 0, PLACES, A(1, 4), "add"), "must be one of sum, prod, mean, amax, amin, got add"),
        (call(M, 0, PLACES, 2.0, "sum"), "must be a Tensor, not float"),
    ],
)
row("index_reduce", [call(V, 0, I([1]), A(1), "amax")], label="index_reduce sum", integers=(),
    bad=[(call(V, 0, I([1]), A(1), "sum"), "must be one of prod, mean, amax, amin, got sum")])  # fmt: skip
row(
    "scatter",
    [call(M, 0, PLACES, A(1, 4), reduce="multiply"), call(M, 1, TWICE, 2.5, reduce="multiply")],
    label="scatter multiply",
    gradient=False,
    integers=("int64",),
    bad=[(call(M, 0, PLACES, A(1, 4), reduce="mean"), "either add or multiply")],
)
row(
    "nonzero_static",
    [
        call(ZEROS, size=3),
        call(ZEROS, size=12),
        call(ZEROS, size=11, fill_value=7),
        call(ZEROS, size=0),
        call(S, size=2),
    ],
    gradient=False,
    **FIXED,
    bad=[(call(ZEROS, size=-1), "'size' must be an non-negative integer")],
)
