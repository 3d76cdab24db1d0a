"""Tensors made of the elements of others in all combinations."""

from __future__ import annotations

import itertools

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import shape as o
from .arguments import check_tensors
from .gathering import index_select
from .joining import cat, stack
from .public import public
from .ranges import meshgrid
from .scan import cumprod


@public(method=False, out=True)
def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """The Vandermonde matrix, whose columns are powers: `out_ij = x_i^(N - 1 - j)`.

    Args:
        x: 1-d.
        N: the number of columns. Default: None, as many as there are elements.
        increasing: the powers rise from left to right, `x_i^j`. Default: False.

    Returns:
        (elements, N); integers give int64.

    Raises:
        RuntimeError: x is not 1-d, or N is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.vander(sg.tensor([2, 3]), 3)
        tensor([[4, 2, 1],
                [9, 3, 1]])
    """
    check_tensors("vander", x)
    if x.array.ndim != 1:
        raise RuntimeError(f"vander(): x must be a one-dimensional tensor, got the shape {x.array.shape}")
    columns = x.array.size if N is None else N
    if columns < 0:
        raise RuntimeError(f"vander(): N must be non-negative, got {columns}")
    first = x.new_ones(x.array.size, min(columns, 1))
    powers = cumprod(cat([first, x.unsqueeze(1).expand(-1, max(columns - 1, 0))], 1), 1)
    return powers if increasing else powers.flip(1)


@public(method=False)
def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All combinations of r elements, in the order of their places.

    Args:
        input: 1-d.
        r: how many elements each combination has. Default: 2.
        with_replacement: an element may be taken again. Default: False.

    Returns:
        (combinations, r); an empty 1-d tensor for r = 0.

    Raises:
        RuntimeError: the input is not 1-d, or r is negative.

    Example:
        >>> import seedgrad as sg
        >>> sg.combinations(sg.tensor([1, 2, 3]))
        tensor([[1, 2],
                [1, 3],
                [2, 3]])
    """
    check_tensors("combinations", input)
    if input.array.ndim != 1:
        raise RuntimeError(f"combinations(): Expect a 1D vector, but got shape {input.array.shape}")
    if r < 0:
        raise RuntimeError(f"combinations(): Expect a non-negative number, but got {r}")
    if not r:
        return input.new_empty(0)
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    places = np.fromiter(itertools.chain.from_iterable(choose(range(input.array.size), r)), np.int64)
    return index_select(input, 0, Tensor(places)).reshape(-1, r)


@public(method=False)
def cartesian_prod(*tensors: Tensor) -> Tensor:
    """All ways to take one element of each tensor.

    Args:
        tensors: 1-d, of one type.

    Returns:
        (ways, tensors), the last column running fastest; a single tensor comes back as it is.

    Raises:
        RuntimeError: there are no tensors, one is not 1-d, or the types differ.
        TypeError: one is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.cartesian_prod(sg.tensor([1, 2]), sg.tensor([5, 6]))
        tensor([[1, 5],
                [1, 6],
                [2, 5],
                [2, 6]])
    """
    check_tensors("cartesian_prod", *tensors)
    if not tensors:
        raise RuntimeError("cartesian_prod() expects a non-empty list of tensors")
    for t in tensors:
        if t.array.ndim != 1:
            raise RuntimeError(f"cartesian_prod(): Expect a 1D vector, but got shape {t.array.shape}")
    if len(tensors) == 1:
        return tensors[0]
    return stack([grid.reshape(-1) for grid in meshgrid(*tensors, indexing="ij")], 1)


@public(method=False)
def block_diag(*tensors: Tensor) -> Tensor:
    """A matrix with the given ones along its diagonal, and zeros elsewhere.

    Args:
        tensors: up to two dimensions; a 1-d tensor is one row, a 0-d one a single element. Types meet by promotion.

    Returns:
        (sum of the rows, sum of the columns); (1, 0) without tensors.

    Raises:
        RuntimeError: a tensor has more than two dimensions.
        TypeError: one is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.block_diag(sg.tensor([[1, 2]]), sg.tensor(3))
        tensor([[1, 2, 0],
                [0, 0, 3]])
    """
    check_tensors("block_diag", *tensors)
    for i, t in enumerate(tensors):
        if t.array.ndim > 2:
            raise RuntimeError(
                f"block_diag: Input tensors must have 2 or fewer dimensions. Input {i} has the shape {t.array.shape}"
            )
    if not tensors:
        return Tensor(np.empty((1, 0), dtypes.default()))
    blocks = [t if t.array.ndim == 2 else t.reshape(1, -1) for t in tensors]
    width, left, rows = sum(b.array.shape[1] for b in blocks), 0, []
    for b in blocks:
        right = width - left - b.array.shape[1]
        rows.append(o.pad_constant.call(b, widths=((0, 0), (left, right))))
        left += b.array.shape[1]
    return cat(rows, 0)
