"""Copies of what the view functions give: `f_copy` is `f` with memory of its own, for programs that want no views."""

from __future__ import annotations

from typing import Any

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import index as ix
from ..ops import shape as o
from .arguments import check_tensors
from .diagonals import diagonal
from .forms import write_out
from .part_writes import slice_index
from .public import public
from .repeating import expand
from .shaping import reshape, view
from .splitting import narrow, select, split, split_with_sizes, unbind
from .squeezing import squeeze, unsqueeze
from .striding import as_strided, unfold
from .transposing import permute, t, transpose


def _owns(name: str, pieces: tuple[Tensor, ...], out: Any) -> Any:
    """Copies of the pieces, or None if they were written into the tensors `out`."""
    found = tuple(_own(piece) for piece in pieces)
    if out is None:
        return found
    write_out(name, out, found)
    return None


def _own(seen: Tensor) -> Tensor:
    """A copy in row-major order."""
    return o.contiguous.call(seen)


@public(method=False, out=True)
def alias_copy(input: Tensor) -> Tensor:
    """A copy of `input` itself.

    Example:
        >>> import seedgrad as sg
        >>> sg.alias_copy(sg.ones(2))
        tensor([1., 1.])
    """
    check_tensors("alias_copy", input)
    return _own(input)


@public(method=False, out=True)
def as_strided_copy(input: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Tensor:
    """A copy of `as_strided`.

    Example:
        >>> import seedgrad as sg
        >>> sg.as_strided_copy(sg.arange(3), (2, 2), (1, 1))
        tensor([[0, 1],
                [1, 2]])
    """
    check_tensors("as_strided_copy", input)
    return _own(as_strided(input, size, stride, storage_offset))


@public(method=False, out=True)
def detach_copy(input: Tensor) -> Tensor:
    """A copy of `input` itself; gradients pass, as in PyTorch.

    Example:
        >>> import seedgrad as sg
        >>> sg.detach_copy(sg.ones(2))
        tensor([1., 1.])
    """
    check_tensors("detach_copy", input)
    return _own(input)


@public(method=False, out=True)
def diagonal_copy(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A copy of `diagonal`.

    Example:
        >>> import seedgrad as sg
        >>> sg.diagonal_copy(sg.tensor([[1, 2], [3, 4]]))
        tensor([1, 4])
    """
    check_tensors("diagonal_copy", input)
    return _own(diagonal(input, offset, dim1, dim2))


@public(method=False, out=True)
def expand_copy(input: Tensor, size: Any, *, implicit: bool = False) -> Tensor:
    """A copy of `expand`; `implicit` changes nothing.

    Example:
        >>> import seedgrad as sg
        >>> sg.expand_copy(sg.ones(1), (3,))
        tensor([1., 1., 1.])
    """
    check_tensors("expand_copy", input)
    return _own(expand(input, size))


@public(method=False, out=True)
def permute_copy(input: Tensor, dims: Any) -> Tensor:
    """A copy of `permute`.

    Example:
        >>> import seedgrad as sg
        >>> sg.permute_copy(sg.zeros(2, 3), (1, 0)).stride()
        (2, 1)
    """
    check_tensors("permute_copy", input)
    return _own(permute(input, dims))


@public(method=False, out=True)
def select_copy(input: Tensor, dim: int, index: int) -> Tensor:
    """A copy of `select`.

    Example:
        >>> import seedgrad as sg
        >>> sg.select_copy(sg.tensor([[1, 2], [3, 4]]), 1, 0)
        tensor([1, 3])
    """
    check_tensors("select_copy", input)
    return _own(select(input, dim, index))


@public(method=False, out=True)
def slice_copy(input: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1) -> Tensor:
    """A copy of the slice `start:end:step` along a dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.slice_copy(sg.arange(5), 0, 1, 4, 2)
        tensor([1, 3])
    """
    check_tensors("slice_copy", input)
    return _own(ix.getitem.call(input, index=slice_index("slice_copy", input, dim, start, end, step)))


@public(method=False, out=True)
def squeeze_copy(input: Tensor, dim: Any = None) -> Tensor:
    """A copy of `squeeze`.

    Example:
        >>> import seedgrad as sg
        >>> sg.squeeze_copy(sg.ones(1, 2))
        tensor([1., 1.])
    """
    check_tensors("squeeze_copy", input)
    return _own(squeeze(input, dim))


@public(method=False, out=True)
def t_copy(input: Tensor) -> Tensor:
    """A copy of `t`.

    Example:
        >>> import seedgrad as sg
        >>> sg.t_copy(sg.zeros(2, 3)).stride()
        (2, 1)
    """
    check_tensors("t_copy", input)
    return _own(t(input))


@public(method=False, out=True)
def transpose_copy(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """A copy of `transpose`.

    Example:
        >>> import seedgrad as sg
        >>> sg.transpose_copy(sg.zeros(2, 3), 0, 1).stride()
        (2, 1)
    """
    check_tensors("transpose_copy", input)
    return _own(transpose(input, dim0, dim1))


@public(method=False, out=True)
def unfold_copy(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """A copy of `unfold`.

    Example:
        >>> import seedgrad as sg
        >>> sg.unfold_copy(sg.arange(3), 0, 2, 1)
        tensor([[0, 1],
                [1, 2]])
    """
    check_tensors("unfold_copy", input)
    return _own(unfold(input, dimension, size, step))


@public(method=False, out=True)
def unsqueeze_copy(input: Tensor, dim: int) -> Tensor:
    """A copy of `unsqueeze`.

    Example:
        >>> import seedgrad as sg
        >>> sg.unsqueeze_copy(sg.ones(2), 0)
        tensor([[1., 1.]])
    """
    check_tensors("unsqueeze_copy", input)
    return _own(unsqueeze(input, dim))


@public(out=True)
def narrow_copy(input: Tensor, dim: int, start: Any, length: int) -> Tensor:
    """A copy of `narrow`.

    Example:
        >>> import seedgrad as sg
        >>> sg.narrow_copy(sg.arange(5), 0, 1, 2)
        tensor([1, 2])
    """
    return _own(narrow(input, dim, start, length))


@public(method=False, out=True)
def view_copy(input: Tensor, size: Any = None, *, dtype: Any = None) -> Tensor:
    """A copy of `reshape(size)`, or of the bytes read as another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.view_copy(sg.arange(4), (2, 2))
        tensor([[0, 1],
                [2, 3]])
    """
    check_tensors("view_copy", input)
    if isinstance(size, dtypes.dtype):
        size, dtype = None, size
    return _own(view(input, dtype=dtype) if dtype is not None else reshape(input, size))


@public(method=False)
def split_copy(input: Tensor, split_size: int, dim: int = 0, *, out: Any = None) -> Any:
    """Copies of the pieces that `split` gives. With `out=`, tensors to write them into, nothing is returned.

    Example:
        >>> import seedgrad as sg
        >>> sg.split_copy(sg.arange(3), 2)
        (tensor([0, 1]), tensor([2]))
    """
    pieces = split(input, split_size, dim)
    if isinstance(out, (tuple, list)) and any(a.array.shape != b.array.shape for a, b in zip(out, pieces, strict=True)):
        raise RuntimeError(
            f"split_copy(): the out= tensors must have the shapes of the pieces, {[p.array.shape for p in pieces]}"
        )
    return _owns("split_copy", pieces, out)


@public(method=False)
def split_with_sizes_copy(input: Tensor, split_sizes: Any, dim: int = 0, *, out: Any = None) -> Any:
    """Copies of the pieces that `split_with_sizes` gives. With `out=`, tensors to write them into, nothing is returned.

    Example:
        >>> import seedgrad as sg
        >>> sg.split_with_sizes_copy(sg.arange(3), [1, 2])
        (tensor([0]), tensor([1, 2]))
    """
    return _owns("split_with_sizes_copy", split_with_sizes(input, split_sizes, dim), out)


@public(method=False)
def unbind_copy(input: Tensor, dim: int = 0, *, out: Any = None) -> Any:
    """Copies of the slices that `unbind` gives. With `out=`, tensors to write them into, nothing is returned.

    Example:
        >>> import seedgrad as sg
        >>> sg.unbind_copy(sg.tensor([[1, 2], [3, 4]]))
        (tensor([1, 2]), tensor([3, 4]))
    """
    return _owns("unbind_copy", unbind(input, dim), out)
