"""Rows for views by strides, windows, copies of views, writes to parts, and pieces."""

import numpy as np

import seedgrad as sg

from .table import A, call, row

M, B, V, S, E = A(3, 4), A(2, 3, 4), A(5), A(), A(0, 3)
FIXED = {"inplace": False, "complex": True}
# PyTorch has no gradient of these for complex numbers.
REAL = {"inplace": False}

row(
    "as_strided",
    [
        call(M, (2, 3), (4, 1)),
        call(M, (3, 3), (1, 2)),
        call(M, (2, 2), (1, 1), 5),
        call(M, (2, 2), (0, 1)),
        call(M, (), (), 3),
        call(M, (0, 2), (1, 1), 40),
        call(V, (3, 3), (1, 1)),
        call(V, size=(2,), stride=(3,), storage_offset=1),
        call(S, (1,), (1,)),
    ],
    inplace=None,
    layouts=False,
    bad=[
        (call(M, (4, 4), (4, 1)), r"requiring a storage size of 64 are out of bounds for storage of size 48"),
        (call(M, (2, 2), (4, -1)), "Negative strides are not supported"),
        (call(M, (2,), (1, 1)), "mismatch in length of strides and shape"),
        (call(M, (2, 2), (1, 1), -1), "invalid storage offset -1"),
        (call(M, 2, 1), "argument 'size' must be tuple of ints"),
        (call(M, (2.0,), (1,)), "must be a tuple of ints, not float"),
        (call(M, (-2,), (1,)), "must be non-negative"),
    ],
)
row(
    "as_strided_scatter",
    [
        call(M, A(2, 2), (2, 2), (4, 1)),
        call(M, A(2, 2), (2, 2), (1, 2), 5),
        call(M, A(3), (3,), (5,)),
        call(V, A(0), (0,), (1,)),
    ],
    gradient=False,  # PyTorch gives the gradient to the replaced elements; see test_part_writes.py
    **FIXED,
    layouts=False,
    bad=[
        (call(M, A(2), (2, 2), (4, 1)), r"src size = \[2\], slice size = \[2, 2\]"),
        (call(M, A(20), (20,), (1,)), "out of bounds for storage"),
    ],
)
row(
    "Tensor.unfold",
    [
        call(V, 0, 2, 1),
        call(V, 0, 2, 2),
        call(V, 0, 3, 1),
        call(V, 0, 1, 3),
        call(V, 0, 0, 1),
        call(V, 0, 5, 1),
        call(V, 0, 4, 9),
        call(B, 1, 2, 1),
        call(B, -1, 3, 1),
        call(A(6, 2), 0, 5, 1),
        call(S, 0, 1, 1),
        call(S, 0, 0, 1),
        call(E, 0, 0, 1),
        call(E, 1, 2, 1),
        call(M, dimension=1, size=2, step=3),
    ],
    method=False,
    **FIXED,
    bad=[
        (call(V, 0, 6, 1), "maximum size for tensor at dimension 0 is 5 but size is 6"),
        (call(V, 0, -1, 1), "size is -1 but must be >= 0"),
        (call(V, 0, 2, 0), "step is 0 but must be > 0"),
        (call(V, 1, 2, 1), "Dimension out of range"),
    ],
)

# Copies of views: the same values, with memory of their own.
row("alias_copy", [call(M), call(S), call(E)], method=False, **FIXED)
row("detach_copy", [call(M), call(S)], method=False, gradient=False, **FIXED)
row("as_strided_copy", [call(M, (2, 3), (1, 1)), call(M, (2,), (3,), 1)], method=False, layouts=False, **FIXED)
row("diagonal_copy", [call(M), call(B, 1, -1, 0)], method=False, **FIXED)
row("expand_copy", [call(A(3, 1), (3, 4)), call(S, (2,), implicit=True)], method=False, **FIXED)
row("permute_copy", [call(B, (2, 0, 1)), call(S, ())], method=False, **FIXED)
row("select_copy", [call(M, 0, 1), call(M, -1, -1)], method=False, **REAL, bad=[(call(S, 0, 0), "0-dim tensor")])
row(
    "slice_copy",
    [call(M), call(M, 1, 1, 3), call(M, 1, -3, 9, 2), call(M, 0, 2, 1), call(M, dim=-1, step=3)],
    method=False,
    **REAL,
    bad=[(call(M, 0, 0, 2, 0), "slice step must be positive"), (call(S), "cannot be applied to a 0-dim tensor")],
)
row("squeeze_copy", [call(A(1, 3, 1)), call(A(1, 3, 1), 0), call(A(1, 3, 1), (0, 2))], method=False, **FIXED)
row("t_copy", [call(M), call(V), call(S)], method=False, **FIXED)
row("transpose_copy", [call(B, 0, 2)], method=False, **FIXED)
row("unfold_copy", [call(V, 0, 3, 2)], method=False, **FIXED)
row("unsqueeze_copy", [call(M, 1), call(S, 0)], method=False, **FIXED)
row("narrow_copy", [call(M, 1, 1, 2)], **FIXED, bad=[(call(M, 0, 2, 2), "exceeds dimension size")])
row("view_copy", [call(B, (6, -1)), call(M, (4, 3)), call(S, (1,))], method=False, layouts=False, **FIXED)
row("view_copy", [call(np.arange(4.0, dtype=np.float32), sg.int32)], label="view_copy of bytes", method=False, **FIXED)
row("split_copy", [call(M, 2), call(M, 3, 1)], method=False, **FIXED)
row("split_with_sizes_copy", [call(M, [1, 2]), call(M, [1, 3], 1)], method=False, **FIXED)
row("unbind_copy", [call(M), call(M, 1)], method=False, **FIXED)

# Parts replaced.
row(
    "select_scatter",
    [call(M, A(4), 0, 1), call(M, A(3), -1, -2), call(V, S, 0, 2)],
    **REAL,
    bad=[
        (call(M, A(3), 0, 1), r"src size = \[3\], slice size = \[4\]"),
        (call(M, A(4), 0, 3), "index 3 out of range"),
        (call(S, S, 0, 0), "0-dim tensor"),
    ],
)
row(
    "slice_scatter",
    [
        call(M, A(3, 4)),
        call(M, A(3, 2), 1, 1, 3),
        call(M, A(2, 4), 0, None, None, 2),
        call(M, A(0, 4), 0, 2, 1),
        call(M, A(3, 2), dim=-1, start=-2),
    ],
    **REAL,
    bad=[
        (call(M, A(3, 1), 1, 1, 3), r"src size = \[3, 1\], slice size = \[3, 2\]"),
        (call(M, A(3, 1), 1, 1, 3, 0), "slice step must be positive"),
        (call(M, A(3, 1), 2), "Dimension out of range"),
    ],
)
row(
    "diagonal_scatter",
    [call(M, A(3)), call(M, A(2), 2), call(M, A(2), -1), call(B, A(3, 2), 0, 0, 2), call(M, A(0), 9)],
    **FIXED,
    bad=[
        (call(M, A(2)), r"src size = \[2\], slice size = \[3\]"),
        (call(M, A(3), 0, 1, 1), "diagonal dimensions cannot be identical"),
    ],
)
row("select_scatter", [call(M, np.arange(4), 0, 1)], label="select_scatter mixed", integers=("int32",), **REAL)
row("diagflat", [call(M), call(V, 1), call(A(2), -2), call(S), call(E), call(A(0), 1)], **FIXED)

# Pieces.
row(
    "hsplit",
    [call(A(3, 4), 2), call(B, 3), call(A(4), 2), call(M, (1, 3)), call(M, [0, 9]), call(M, ()), call(M, indices=(2,))],
    **FIXED,
    bad=[
        (call(M, 3), "size of the dimension 4 is not divisible by the split_size 3"),
        (call(M, 0), "not divisible by the split_size 0"),
        (call(M, -1), "number of sections must be larger than 0"),
        (call(S, 1), "at least 1 dimension, but got a tensor with 0 dimensions"),
        (call(M, np.array([1])), "expected a number of sections or a tuple of indices"),
    ],
)
row(
    "vsplit",
    [call(A(4, 2), 2), call(M, (1,))],
    **FIXED,
    bad=[(call(V, 1), "at least 2 dim"), (call(M, 2), "divisible")],
)
row("dsplit", [call(B, 2), call(B, (1,))], **FIXED, bad=[(call(M, 1), "at least 3 dim"), (call(B, 3), "divisible")])
row(
    "split_with_sizes",
    [call(M, [1, 2]), call(M, (4, 0), 1), call(E, [0, 0])],
    **FIXED,
    bad=[
        (call(M, [1, 1]), "expects split_sizes to sum exactly to 3"),
        (call(M, [4, -1]), "only non-negative"),
        (call(M, 2), "must be tuple of ints"),
        (call(S, [1]), "at least a 1-dimensional"),
    ],
)
row("unsafe_split", [call(M, 2), call(M, 3, 1)], **FIXED, bad=[(call(M, [1, 2]), "'split_size' must be int, not list")])
row("unsafe_chunk", [call(M, 2), call(M, 3, 1)], **FIXED, bad=[(call(M, 0), "to be greater than 0")])
row("unsafe_split_with_sizes", [call(M, [1, 2])], **FIXED, bad=[(call(M, [1]), "sum exactly to 3")])
for name in ("atleast_1d", "atleast_2d", "atleast_3d"):
    row(
        name,
        [call(S), call(V), call(M), call(B), call(S, V), call([V, S]), call((V,)), call()],
        method=False,
        **FIXED,
        bad=[(call(1.0), "must be a Tensor, not float"), (call([V, 1.0]), "must be a Tensor")],
    )
row("row_stack", [call([V, V]), call([M, M]), call([S, S])], method=False, **FIXED)
row(
    "Tensor.sum_to_size",
    [call(B, 2, 1, 4), call(B, 3, 4), call(B, (1,)), call(B, 1, 1), call(B, ()), call(B, 2, 3, 4), call(E, 1, 3)],
    method=False,
    **FIXED,
    bad=[
        (call(B, 2, 3), r"size \[2, 3\] is not expandable to size \[2, 3, 4\]"),
        (call(B, 1, 1, 1, 1), "is not expandable"),
    ],
)
row("adjoint", [call(M), call(B), call(S)], **FIXED, bad=[(call(V), "only supported on matrices")])
row("swapaxes", [call(B, axis0=0, axis1=-1)], label="swapaxes by name", inplace=None)
row("swapdims", [call(B, dim0=0, dim1=-1)], inplace=None)
row(
    "fill",
    [call(M, 2.5), call(M, S), call(E, 1)],
    method=False,
    inplace=None,
    bad=[(call(M, V), "0-dimensional value")],
)
row(
    "unravel_index",
    [
        call(np.array(5), (2, 3)),
        call(np.array([[5, 0], [3, 9]]), (2, 3)),
        call(np.array([-1, -7]), (2, 3)),
        call(np.array([4], np.int32), 6),
        call(np.array([1]), ()),
        call(np.array([], np.int64), (2, 3)),
    ],
    method=False,
    gradient=False,
    **FIXED,
    bad=[
        (call(np.array([1.0]), (2, 3)), "expected 'indices' to be integer dtype"),
        (call(np.array([1]), (2, -3)), "cannot have negative values"),
        (call(np.array([1]), 2.0), "to be int or sequence of ints"),
    ],
)
