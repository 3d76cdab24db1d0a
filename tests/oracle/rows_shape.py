"""Rows for shapes, order, joining and splitting, repetition, triangles and diagonals."""

import numpy as np

from .table import A, call, row

M, B, V, S, E = A(3, 4), A(2, 3, 4), A(5), A(), A(0, 3)
FIXED = {"inplace": False, "complex": True}

row(
    "reshape",
    [call(B, (6, 4)), call(B, (-1,)), call(S, (1, 1)), call(E, (3, 0)), call(V, [5])],
    **FIXED,
    bad=[
        (call(M, (5,)), r"shape '\[5\]' is invalid for input of size 12"),
        (call(M, (-1, 5)), r"shape '\[-1, 5\]' is invalid"),
        (call(M, (-1, -1)), "only one dimension can be inferred"),
        (call(M, (2, -2)), "invalid shape dimension -2 at index 1"),
        (call(E, (-1, 0)), "cannot reshape tensor of 0 elements"),
        (call(M, (2.0, 6)), "must be a tuple of ints, not float"),
    ],
)
row(
    "Tensor.view",
    [call(B, 6, 4), call(B, (-1,)), call(S, 1), call(E, 0, 3)],
    method=False,
    layouts=False,
    **FIXED,
    bad=[(call(M, 5), r"shape '\[5\]' is invalid"), (call(M), "missing 1 required positional argument")],
)
row("Tensor.view_as", [call(M, A(2, 6))], method=False, layouts=False, integers=(), **FIXED)
row("Tensor.reshape_as", [call(M, A(2, 6))], method=False, integers=(), **FIXED)
row(
    "flatten",
    [call(B), call(B, 1), call(B, 0, 1), call(B, -2), call(B, 1, 1), call(S), call(E)],
    **FIXED,
    bad=[(call(M, 1, 0), "start_dim cannot come after end_dim"), (call(M, 0, 5), "Dimension out of range")],
)
row("ravel", [call(B), call(S), call(E)], **FIXED)
row(
    "unflatten",
    [call(M, 1, (2, -1)), call(M, -1, (2, 2)), call(B, 0, (1, 2)), call(E, 0, (2, 0))],
    **FIXED,
    bad=[
        (call(M, 1, (3, -1)), "don't multiply up to the size of dim 1"),
        (call(M, 1, (3, 2)), "don't multiply"),
        (call(M, 1, ()), "sizes must be non-empty"),
    ],
)
ONES = A(1, 3, 1)
row(
    "squeeze",
    complex=True,
    calls=[call(ONES), call(ONES, 0), call(ONES, 1), call(ONES, -1), call(ONES, (0, 2)), call(S), call(S, 0)],
    inplace=None,
    bad=[(call(M, 5), "Dimension out of range"), (call(M, (0, 0)), "appears multiple times")],
)
row(
    "unsqueeze",
    complex=True,
    calls=[call(M, 0), call(M, 2), call(M, -1), call(S, 0), call(E, 1)],
    inplace=None,
    bad=[
        (call(M, 3), r"expected to be in range of \[-3, 2\], but got 3"),
        (call(M, -4), "Dimension out of range"),
    ],
)
row(
    "Tensor.expand",
    [call(M, 2, 3, 4), call(A(3, 1), -1, 4), call(S, 2, 2), call(A(1, 0), 3, 0)],
    method=False,
    **FIXED,
    bad=[
        (call(M, 2), "the number of sizes provided"),
        (call(M, -1, 5), r"must match the existing size \(4\)"),
        (call(M, -1, 3, 4), "isn't allowed in a leading, non-existing dimension 0"),
        (call(M, 3, -4), "must match the existing size"),
    ],
)
row("Tensor.expand_as", [call(A(3, 1), A(3, 4))], method=False, integers=(), **FIXED)
row("broadcast_to", [call(M, (2, 3, 4)), call(A(3, 1), (3, 4))], **FIXED, bad=[(call(M, (3, 5)), "must match")])
row(
    "broadcast_tensors",
    [call(A(3, 1), A(4)), call(S, M)],
    method=False,
    integers=(),
    **FIXED,
    bad=[(call(A(2), A(3)), "cannot be broadcast to a single shape")],
)
row(
    "Tensor.repeat",
    [call(M, 2, 1), call(M, 2, 1, 3), call(S, 2), call(M, 0, 1), call(M, 1, 1)],
    method=False,
    **FIXED,
    bad=[(call(M, 2), "can not be smaller than number of dimensions"), (call(M, 1, -1), "must not be negative")],
)
row("tile", [call(M, (2,)), call(M, (2, 1, 3)), call(S, (2, 2))], **FIXED)
COUNTS = np.array([1, 0, 2])
row(
    "repeat_interleave",
    [call(M, 2), call(M, 2, 0), call(M, COUNTS, 0), call(M, 3, dim=-1), call(S, 2), call(M, COUNTS, 0, output_size=3)],
    **FIXED,
    bad=[
        (call(M, np.array([1, 2]), 0), "repeats must have the same size as input along dim"),
        (call(M, -1), "Repeats must be non-negative"),
        (call(M, np.array([[1]]), 0), "repeats must be 0-dim or 1-dim"),
    ],
)
row(
    "permute",
    [call(B, (2, 0, 1)), call(B, (-1, 0, 1)), call(S, ()), call(E, (1, 0))],
    **FIXED,
    bad=[
        (call(M, (0, 0)), "duplicate dims are not allowed"),
        (call(M, (0,)), "the number of dims must be that of"),
        (call(M, (1, 2)), "Dimension out of range"),
    ],
)
row(
    "transpose",
    complex=True,
    calls=[call(B, 0, 2), call(B, -1, 1), call(S, 0, -1), call(E, 0, 1)],
    inplace=None,
    bad=[(call(M, 0, 2), "Dimension out of range")],
)
row("swapaxes", [call(B, 0, 1)], inplace=None)
row("t", [call(M), call(V), call(S)], inplace=None, bad=[(call(B), r"t\(\) expects a tensor with <= 2 dimensions")])
row(
    "movedim",
    [call(B, 0, 2), call(B, (0, 1), (1, 2)), call(B, -1, 0), call(S, 0, 0)],
    **FIXED,
    bad=[(call(M, (0, 1), (1, 1)), "repeated dim in `destination`"), (call(M, (0, 1), (1,)), "same number of dims")],
)
row("moveaxis", [call(B, 0, 1)], **FIXED)
row(
    "flip",
    [call(B, (0,)), call(B, (0, 2)), call(B, (-1,)), call(M, ()), call(E, (0,)), call(S, (0,))],
    **FIXED,
    bad=[(call(M, (0, 0)), "appears multiple times"), (call(M, (2,)), "Dimension out of range")],
)
row("fliplr", [call(M)], **FIXED)
row("flipud", [call(M)], **FIXED)
row(
    "roll",
    [call(M, 1), call(M, -5), call(M, 1, 0), call(B, (1, 2), (0, 2)), call(E, 1), call(S, 3)],
    **FIXED,
    bad=[
        (call(M, (1, 2), (0,)), "shifts and dimensions must align. shifts: 2, dims:1"),
        (call(M, 1, (0, 1)), "shifts and dimensions must align"),
        (call(M, 1, 2), "Dimension out of range"),
    ],
)
row(
    "rot90",
    [call(M), call(M, 2), call(M, 3), call(M, 4), call(M, -1), call(B, 1, (1, 2))],
    **FIXED,
    bad=[(call(V), "expected two dims"), (call(M, 1, (0, 0)), "expected rotation dims to be different")],
)
row(
    "cat",
    [
        call([M, A(2, 4)]),
        call([M, A(3, 2)], 1),
        call([M, M], dim=-1),
        call([V]),
        call([E, A(2, 3)]),
        call([A(0), M], 0),
        call((A(0), A(0))),
    ],
    method=False,
    **FIXED,
    bad=[
        (call([]), "expected a non-empty list of Tensors"),
        (call([M, A(2, 3)]), "Expected size 4 but got size 3"),
        (call([M, V]), "Tensors must have same number of dimensions: got 2 and 1"),
        (call([S]), r"zero-dimensional tensor \(at position 0\) cannot be concatenated"),
        (call([M, 1]), "expected Tensor as element 1"),
        (call([M], 3), "Dimension out of range"),
        (call(M), "must be tuple of Tensors, not Tensor"),
    ],
)
row(
    "cat",
    [call([A(2), np.array([1, 2])]), call([np.array([1, 2]), np.array([True])])],
    method=False,
    label="cat mixed",
    integers=(),
    **FIXED,
)
row(
    "stack",
    [call([M, M]), call([M, M], 1), call([M, M], -1), call([S, S]), call([E])],
    method=False,
    **FIXED,
    bad=[
        (call([M, V]), r"equal size, but got \[3, 4\] at entry 0 and \[5\] at entry 1"),
        (call([]), "non-empty TensorList"),
        (call([M], 3), "Dimension out of range"),
    ],
)
for name in ("hstack", "vstack", "dstack", "column_stack"):
    row(name, [call([V, V]), call([M, M]), call([S, S]), call([B, B])], method=False, **FIXED)
row(
    "split",
    [call(M, 2), call(M, [1, 2]), call(M, 3, 1), call(M, [0, 3]), call(E, 2), call(M, 5), call(E, 0)],
    **FIXED,
    bad=[
        (call(M, [1, 1]), "expects split_sizes to sum exactly to 3"),
        (call(M, [1, -1, 3]), "only non-negative"),
        (call(M, 0), "split_size can only be 0 if dimension size is 0"),
        (call(M, -1), "be non-negative"),
        (call(M, 2, 5), "Dimension out of range"),
        (call(S, 1), "at least a 1-dimensional"),
    ],
)
row(
    "chunk",
    [call(M, 2), call(M, 5), call(M, 3, 1), call(E, 2)],
    **FIXED,
    bad=[(call(M, 0), "`chunks` to be greater than 0"), (call(S, 1), "at least a 1-dimensional")],
)
row(
    "tensor_split",
    [call(M, 2), call(M, (1, 2), 1), call(M, 5), call(V, (3, 1))],
    **FIXED,
    bad=[(call(M, 0), "number of sections must be larger than 0"), (call(S, 1), "at least a 1-dimensional")],
)
row(
    "unbind",
    [call(M), call(M, 1), call(B, -1), call(A(2, 0)), call(A(1, 3))],
    **FIXED,
    bad=[(call(S), "Dimension specified as 0 but tensor has no dimensions"), (call(M, 3), "Dimension out of range")],
)
row(
    "narrow",
    [call(M, 0, 1, 2), call(M, 1, -2, 1), call(M, 0, 3, 0)],
    **FIXED,
    bad=[
        (call(M, 0, 1, 3), r"start \(1\) \+ length \(3\) exceeds dimension size \(3\)"),
        (call(M, 0, 4, 0), "start out of range"),
        (call(M, 0, 1, -1), "length must be non-negative"),
        (call(S, 0, 0, 1), "cannot be applied to a 0-dim tensor"),
    ],
)
row(
    "select",
    [call(M, 0, 1), call(M, 1, -1), call(V, 0, 2)],
    **FIXED,
    bad=[
        (call(M, 0, 3), r"index 3 out of range for tensor of size \[3, 4\] at dimension 0"),
        (call(M, 2, 0), "Dimension out of range"),
        (call(S, 0, 0), "cannot be applied to a 0-dim tensor"),
    ],
)
for name in ("tril", "triu"):
    row(
        name,
        complex=True,
        calls=[call(M), call(M, 1), call(M, -1), call(B, 2), call(A(4, 2), diagonal=-7), call(E)],
        bad=[(call(V), "must have at least 2 dimensions")],
    )
row(
    "diagonal",
    [call(M), call(M, 1), call(M, -2), call(M, 9), call(B, 0, 1, 2), call(B, 1, -1, 0), call(E)],
    **FIXED,
    bad=[(call(M, 0, 0, 0), "diagonal dimensions cannot be identical"), (call(V), "Dimension out of range")],
)
row(
    "diag",
    [call(M), call(V), call(V, 1), call(V, -2), call(M, 2), call(A(0))],
    **FIXED,
    bad=[(call(B), r"Supports 1D or 2D tensors. Got 3D"), (call(S), "Supports 1D or 2D tensors. Got 0D")],
)
row(
    "diag_embed",
    [call(V), call(M), call(M, 1), call(M, -1, 0, 2), call(M, 0, 0, 1), call(E)],
    **FIXED,
    bad=[(call(V, 0, 1, 1), "diagonal dimensions cannot be identical"), (call(V, 0, 3, 1), "Dimension out of range")],
)
row(
    "trace", [call(M), call(A(3, 3)), call(E)], **FIXED, bad=[(call(V), "expected a matrix, but got tensor with dim 1")]
)
row("Tensor.contiguous", [call(M), call(B)], method=False, **FIXED)
