"""Dimensions in another order, elements in another order along them."""

from __future__ import annotations

from typing import Any

from ..core.inplace import reshape_in_place
from ..core.inplace_checks import check_history
from ..core.tensor import Tensor
from ..ops import shape as o
from .arguments import check_tensors, one_axis, some_axes
from .public import public
from .sizes import as_sizes


@public()
def permute(input: Tensor, *axes: Any, dims: Any = None) -> Tensor:
    """The dimensions in the given order.

    Args:
        input: any shape.
        axes: which dimension comes first, second, ...; as numbers or as one tuple (which may also be given as `dims=`).

    Returns:
        A view.

    Raises:
        RuntimeError: a dimension is missing or there twice.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 3, 4).permute(2, 0, 1).shape
        seedgrad.Size([4, 2, 3])
    """
    if not isinstance(input, Tensor):
        check_tensors("permute", input)
    if not axes and dims is None:
        raise TypeError('permute() missing 1 required positional argument: "dims"')
    given = as_sizes("permute", axes if dims is None else (tuple(dims),), negative=True)
    ndim = input.array.ndim
    if len(given) != ndim:
        raise RuntimeError(
            f"permute(): the number of dims must be that of the tensor: got {list(given)} for shape {input.array.shape}"
        )
    if {*given} != {*range(ndim)}:
        dims, given = given, tuple([one_axis("permute", input, d) for d in given])
        if len(set(given)) < ndim:
            raise RuntimeError(f"permute(): duplicate dims are not allowed, got {list(dims)}")
    return o.transpose.call(input, axes=given)


@public(alias=("swapdims",))
def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions exchanged.

    Args:
        input: any shape.
        dim0: one dimension.
        dim1: the other.

    Returns:
        A view.

    Raises:
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 3, 4).transpose(0, -1).shape
        seedgrad.Size([4, 3, 2])
    """
    a, b = one_axis("transpose", input, dim0), one_axis("transpose", input, dim1)
    if not input.array.ndim:
        return o.alias.call(input)
    return o.swapaxes.call(input, axis1=a, axis2=b)


@public()
def t(input: Tensor) -> Tensor:
    """The transpose of a matrix; vectors and 0-d tensors as they are.

    Args:
        input: at most two dimensions.

    Returns:
        A view.

    Raises:
        RuntimeError: there are more than two dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 3).t().shape
        seedgrad.Size([3, 2])
    """
    check_tensors("t", input)
    if input.array.ndim > 2:
        raise RuntimeError(
            f"t() expects a tensor with <= 2 dimensions, but self is {input.array.ndim}D (shape "
            f"{input.array.shape}). "
            f"Use .mT or .transpose(dim0, dim1)"
        )
    return o.transpose.call(input)


def transpose_(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """`transpose` of the tensor itself."""
    check_history(self)
    axes = {"axis1": one_axis("transpose_", self, dim0), "axis2": one_axis("transpose_", self, dim1)}
    if not self.array.ndim:
        return self
    return reshape_in_place(self, (o.swapaxes, axes), (o.swapaxes, axes))


def t_(self: Tensor) -> Tensor:
    """`t` of the tensor itself."""
    check_history(self)
    t(self)  # checks the dimensions
    return transpose_(self, 0, 1) if self.array.ndim == 2 else self


for _name, _form in (("transpose_", transpose_), ("swapdims_", transpose_), ("t_", t_)):
    setattr(Tensor, _name, _form)


@public(alias=("moveaxis",))
def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """Some dimensions moved to other places; the rest keep their order.

    Args:
        input: any shape.
        source: the dimensions, a number or a tuple.
        destination: where each of them stands in the result.

    Returns:
        A view.

    Raises:
        RuntimeError: the two differ in length, or one names a dimension twice.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 3, 4).movedim(0, -1).shape
        seedgrad.Size([3, 4, 2])
    """
    check_tensors("movedim", input)
    if isinstance(source, int) != isinstance(destination, int):
        raise TypeError(
            f"movedim(): source and destination must both be ints or both be tuples, got {source} and {destination}"
        )
    a = (source,) if isinstance(source, int) else tuple(source)
    b = (destination,) if isinstance(destination, int) else tuple(destination)
    if len(a) != len(b):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({list(a)} dims) should contain the same number of "
            f"dims as destination ({list(b)} dims)"
        )
    places = []
    for what, dims in (("source", a), ("destination", b)):
        axes = tuple(one_axis("movedim", input, d) for d in dims)
        if len(set(axes)) < len(axes):
            raise RuntimeError(f"movedim: repeated dim in `{what}` ({list(dims)})")
        places.append(axes)
    if not input.array.ndim:
        return o.alias.call(input)
    order = [i for i in range(input.array.ndim) if i not in places[0]]
    for to, axis in sorted(zip(places[1], places[0], strict=True)):
        order.insert(to, axis)
    return o.transpose.call(input, axes=tuple(order))


@public()
def flip(input: Tensor, *axes: Any, dims: Any = None) -> Tensor:
    """The elements in reverse order along some dimensions.

    Args:
        input: any shape.
        axes: the dimensions, as numbers or as one tuple (which may also be given as `dims=`).

    Returns:
        A copy of the same shape.

    Raises:
        RuntimeError: a dimension is named twice.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.arange(3).flip(0)
        tensor([2, 1, 0])
    """
    if len(axes) == 1 and type(axes[0]) is int:
        axis = some_axes("flip", input, axes[0])
    else:
        check_tensors("flip", input)
        if not axes and dims is None:
            raise TypeError('flip() missing 1 required positional argument: "dims"')
        given = as_sizes("flip", axes if dims is None else (tuple(dims),), negative=True)
        axis = some_axes("flip", input, given) if given else ()
    return o.flip.call(input, axis=() if axis is None else axis)


@public()
def fliplr(input: Tensor) -> Tensor:
    """`flip(1)`: columns in reverse order.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1, 2], [3, 4]]).fliplr()
        tensor([[2, 1],
                [4, 3]])
    """
    check_tensors("fliplr", input)
    if input.array.ndim < 2:
        raise RuntimeError(f"fliplr(): Input must be >= 2-d, got shape {input.array.shape}")
    return flip(input, 1)


@public()
def flipud(input: Tensor) -> Tensor:
    """`flip(0)`: rows in reverse order.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1, 2], [3, 4]]).flipud()
        tensor([[3, 4],
                [1, 2]])
    """
    check_tensors("flipud", input)
    if not input.array.ndim:
        raise RuntimeError("flipud(): Input must be >= 1-d, got a 0-d tensor")
    return flip(input, 0)


@public()
def roll(input: Tensor, shifts: Any, dims: Any = None) -> Tensor:
    """The elements shifted along some dimensions; what leaves at one end enters at the other.

    Args:
        input: any shape.
        shifts: by how many places, a number or a tuple.
        dims: along which dimensions, likewise. Default: the tensor is flattened, rolled and given its shape back.

    Returns:
        A copy of the same shape.

    Raises:
        RuntimeError: there are not as many shifts as dimensions.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.arange(4).roll(1)
        tensor([3, 0, 1, 2])
    """
    check_tensors("roll", input)
    by = (shifts,) if isinstance(shifts, int) else tuple(shifts)
    along = () if dims is None else (dims,) if isinstance(dims, int) else tuple(dims)
    if not by:
        raise RuntimeError("`shifts` required: roll() needs at least one shift")
    if not along and len(by) == 1:
        return o.roll.call(input, shift=by[0], axis=None)
    if len(by) != len(along):
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(by)}, dims:{len(along)}")
    if not input.array.ndim:
        raise IndexError(f"Dimension specified as {along[0]} but tensor has no dimensions")
    axes = tuple(one_axis("roll", input, d) for d in along)
    return o.roll.call(input, shift=by, axis=axes)


@public()
def rot90(input: Tensor, k: int = 1, dims: Any = (0, 1)) -> Tensor:
    """Turned by 90 degrees k times, in the plane of two dimensions, from the first towards the second.

    Args:
        input: at least two dimensions.
        k: how often. Default: 1.
        dims: the two dimensions. Default: (0, 1).

    Returns:
        A copy.

    Raises:
        RuntimeError: there are not two different dimensions.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensor([[1, 2], [3, 4]]).rot90()
        tensor([[2, 4],
                [1, 3]])
    """
    check_tensors("rot90", input)
    if len(dims) != 2 or input.array.ndim < 2:
        raise RuntimeError(f"rot90(): expected two dims of at least two, got dims {dims} for shape {input.array.shape}")
    a, b = one_axis("rot90", input, dims[0]), one_axis("rot90", input, dims[1])
    if a == b:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}")
    turns = k % 4
    if turns == 2:
        return flip(input, a, b)
    if turns == 1:
        return transpose(flip(input, b), a, b)
    if turns == 3:
        return transpose(flip(input, a), a, b)
    return o.contiguous.call(input)
