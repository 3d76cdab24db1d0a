"""Rows for taking elements by tensors of positions and putting them there."""

import numpy as np

from .table import A, call, row

M, V, S = A(3, 4), A(5), A()
I = np.array
FIXED = {"inplace": False, "complex": True}
ROWS_AT, PLACES, TWICE = I([2, 0]), I([[0, 2, 1, 0]]), I([[0, 0], [2, 2]])

row(
    "gather",
    [
        call(M, 0, PLACES),
        call(M, 1, TWICE),
        call(M, -1, I([[3], [0], [1]])),
        call(V, 0, I([4, 4, 0])),
        call(S, 0, I(0)),
        call(S, 0, I([0, 0])),
        call(M, 0, np.zeros((0, 4), np.int64)),
        call(M, 0, np.zeros((5, 2), np.int32)),
    ],
    **FIXED,
    bad=[
        (call(M, 0, I([0])), "Index tensor must have the same number of dimensions as input"),
        (call(M, 0, I([[3]])), "index 3 is out of bounds for dimension 0 with size 3"),
        (call(M, 0, I([[-1]])), "index -1 is out of bounds"),
        (call(M, 0, I([[0.0]])), "Expected dtype int32/int64 for index"),
        (call(M, 1, np.zeros((4, 1), np.int64)), r"to be no larger than self \[3, 4\] apart from dimension 1"),
        (call(M, 2, I([[0]])), "Dimension out of range"),
    ],
)
row(
    "take_along_dim",
    [call(M, I([[0], [2], [1]]), 1), call(M, I([[1]]), 0), call(M, I([0, 11, 5]))],
    **FIXED,
    bad=[(call(M, I([0]), 0), "should have the same number of dimensions")],
)
row(
    "index_select",
    [
        call(M, 0, I([0, 0, 2])),
        call(M, 1, I([3])),
        call(M, 0, I(1)),
        call(V, 0, I([], np.int64)),
        call(M, -1, I([1, 1], np.int32)),
        call(S, 0, I([0])),
    ],
    **FIXED,
    bad=[
        (call(M, 0, I([3])), "index 3 is out of bounds for dimension 0"),
        (call(M, 0, I([-1])), "out of bounds"),
        (call(M, 0, I([[0]])), "Index is supposed to be a vector"),
        (call(M, 0, I([0.0])), "Expected dtype int32/int64 for index"),
    ],
)
row(
    "index_add",
    complex=True,
    calls=[call(M, 0, I([0, 0]), A(2, 4)), call(M, 1, I([3, 1, 3]), A(3, 3), alpha=2), call(V, 0, I([1]), A(1))],
    integers=("int64",),
    bad=[
        (call(M, 0, I([0]), A(2, 4)), r"Number of indices \(1\) should be equal to source.size\(dim\): \(2\)"),
        (call(M, 0, I([0, 5]), A(2, 4)), "out of bounds"),
        (call(M, 0, I([0]), I([[1, 1, 1, 1]])), "must have the same dtype"),
    ],
)
row(
    "index_copy",
    complex=True,
    calls=[call(M, 0, I([2, 0]), A(2, 4)), call(M, 1, I([3]), A(3, 1))],
    integers=("int64",),
    bad=[(call(M, 0, I([0]), A(2, 4)), "Number of indices")],
)
row(
    "index_fill",
    complex=True,
    calls=[call(M, 0, I([2, 0]), 0.5), call(M, 1, I([3]), 2.0)],
    integers=(),
    bad=[(call(M, 0, I([5]), 1.0), "out of bounds")],
)
row(
    "scatter",
    complex=True,
    calls=[
        call(M, 0, PLACES, A(1, 4)),
        call(M, 1, I([[0, 1], [3, 2]]), A(2, 2)),
        call(M, 0, PLACES, 0.5),
        call(V, 0, I([1, 4]), A(2)),
        call(M, 0, PLACES, 0.5, reduce="add"),
        call(S, 0, I(0), S),
    ],
    integers=(),
    bad=[
        (call(M, 0, I([[0, 1]]), A(1, 1)), "to be no larger size than src"),
        (call(M, 0, I([[-1]]), 0.5), "index -1 is out of bounds"),
        (call(M, 0, PLACES, I([[1, 1, 1, 1]])), "Expected self.dtype to be equal to src.dtype"),
    ],
)
row(
    "scatter_add",
    complex=True,
    calls=[
        call(M, 0, PLACES, A(1, 4)),
        call(M, 1, TWICE, A(2, 2)),
        call(V, 0, I([1, 1, 1]), A(3)),
        call(S, 0, I(0), S),
    ],
    integers=("int64",),
    bad=[(call(M, 0, I([[5]]), A(1, 1)), "out of bounds"), (call(M, 0, I([0]), A(1, 4)), "same number of dim")],
)
MASK = np.array([[True, False, True, True], [False] * 4, [True] * 4])
row(
    "masked_select",
    [
        call(M, MASK),
        call(M, I([True, False, True, False])),
        call(A(3, 1), MASK),
        call(S, I(True)),
        call(S, I(False)),
        call(A(0), I([], bool)),
    ],
    **FIXED,
    bad=[(call(M, I([1, 0, 1, 1])), "expected BoolTensor for mask"), (call(M, I([True] * 3)), "cannot be broadcast")],
)
row(
    "take",
    [call(M, I([0, 11, -1])), call(M, I([[1, 1], [2, 3]])), call(M, I(5))],
    **FIXED,
    bad=[
        (call(M, I([12])), "tried to access index 12 on a tensor of 12 elements"),
        (call(M, I([0.5])), "Expected a long tensor for index"),
    ],
)
SOME = np.array([[0.0, 1.5, 0.0], [np.nan, 0.0, -2.0]])
row("nonzero", [call(SOME), call(I([0, 3])), call(I(0)), call(I(2)), call(MASK)], gradient=False, **FIXED)
row(
    "nonzero", [call(SOME, as_tuple=True), call(I(2), as_tuple=True)], label="nonzero as_tuple", gradient=False, **FIXED
)
row("argwhere", [call(SOME), call(I(2))], gradient=False, **FIXED)
