"""Products over several dimensions."""

from __future__ import annotations

import math
from typing import Any

from ..core.tensor import Tensor
from ..ops import elementwise as e
from ..ops import shape as o
from ..ops.linalg import matmul as product
from .arguments import check_tensors, one_axis
from .linalg import check_one_type
from .public import public


@public(out=True)
def inner(input: Tensor, other: Tensor) -> Tensor:
    """The sums of products over the last dimension of both.

    Args:
        input: (..., n), or 0-d.
        other: (..., n), or 0-d.

    Returns:
        The leading dimensions of `input`, then those of `other`.

    Raises:
        RuntimeError: the last dimensions differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.inner(sg.ones(2, 3), sg.ones(4, 3)).shape
        seedgrad.Size([2, 4])
    """
    check_tensors("inner", input, other)
    if not input.array.ndim or not other.array.ndim:
        return e.multiply.call(input, other)
    if input.array.shape[-1] != other.array.shape[-1]:
        raise RuntimeError(
            f"inner(): the last dimensions must match, got the shapes {input.array.shape} and {other.array.shape}"
        )
    return tensordot(input, other, ([-1], [-1]))


@public(alias=("ger",), out=True)
def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """The products of each element of a vector with each of another.

    Args:
        input: (m,).
        vec2: (n,).

    Returns:
        (m, n).

    Raises:
        RuntimeError: they are not vectors.

    Example:
        >>> import seedgrad as sg
        >>> sg.outer(sg.tensor([1, 2]), sg.tensor([1, 10]))
        tensor([[ 1, 10],
                [ 2, 20]])
    """
    check_tensors("outer", input, vec2)
    for name, t in (("self", input), ("vec2", vec2)):
        if t.array.ndim != 1:
            raise RuntimeError(f"outer: Expected 1-D argument {name}, but got {t.array.ndim}-D")
    return e.multiply.call(o.expand_dims.call(input, axis=1), vec2)


@public(method=False, out=True)
def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """Sums of products over several dimensions.

    Args:
        a: any shape.
        b: any shape.
        dims: how many: the last of `a` and the first of `b`; or two lists, of dimensions of `a`
            and of `b`. Default: 2.

    Returns:
        The other dimensions of `a`, then those of `b`.

    Raises:
        RuntimeError: the sizes differ and neither is 1, the types differ, the lists differ in length, or dims is neither.
        ValueError: there are not two lists.
        TypeError: dims holds something else than lists.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.tensordot(sg.ones(2, 3, 4), sg.ones(3, 4, 5)).shape
        seedgrad.Size([2, 5])
    """
    check_tensors("tensordot", a, b)
    if isinstance(dims, Tensor):
        dims = dims.tolist()
    check_one_type("tensordot", a, b)
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.array.ndim, b.array.ndim):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        left, right = list(range(a.array.ndim - dims, a.array.ndim)), list(range(dims))
    else:
        if not isinstance(dims, (tuple, list)):
            raise RuntimeError(f"tensordot expects dims to be an int or two lists of ints, but got dims={dims!r}")
        if len(dims) != 2:
            raise ValueError(f"tensordot expects dims to hold two lists of ints, got {len(dims)}: {dims!r}")
        for d in dims:
            if not isinstance(d, (tuple, list)):
                raise TypeError(f"tensordot(): argument 'dims' must hold lists of ints, not {type(d).__name__}")
        left = [one_axis("tensordot", a, d) for d in dims[0]]
        right = [one_axis("tensordot", b, d) for d in dims[1]]
        if len(left) != len(right):
            raise RuntimeError(f"both dimension lists should have same length, got {dims[0]} and {dims[1]}")
    for i, j in zip(left, right, strict=True):
        m, n = a.array.shape[i], b.array.shape[j]
        if m == 1 != n:  # a single element meets all of the other's
            b = b.sum(j, True, dtype=b.dtype)
        elif n == 1 != m:
            a = a.sum(i, True, dtype=a.dtype)
        elif m != n:
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {m} in dim {i} and second has size {n} "
                f"in dim {j} (shapes {a.array.shape} and {b.array.shape})"
            )
    rest_a = [i for i in range(a.array.ndim) if i not in left]
    rest_b = [j for j in range(b.array.ndim) if j not in right]
    k = math.prod(a.array.shape[i] for i in left)
    shape_a, shape_b = [a.array.shape[i] for i in rest_a], [b.array.shape[j] for j in rest_b]
    rows = o.reshape.call(o.transpose.call(a, axes=(*rest_a, *left)), shape=(math.prod(shape_a), k))
    columns = o.reshape.call(o.transpose.call(b, axes=(*right, *rest_b)), shape=(k, math.prod(shape_b)))
    return o.reshape.call(product.call(rows, columns), shape=(*shape_a, *shape_b))


@public(out=True)
def kron(input: Tensor, other: Tensor) -> Tensor:
    """The Kronecker product: each element of one, times the whole other, as blocks.

    Args:
        input: any shape.
        other: any shape.

    Returns:
        A tensor whose sizes are the products of theirs.

    Example:
        >>> import seedgrad as sg
        >>> sg.kron(sg.eye(2), sg.ones(1, 2))
        tensor([[1., 1., 0., 0.],
                [0., 0., 1., 1.]])
    """
    check_tensors("kron", input, other)
    n = max(input.array.ndim, other.array.ndim)
    a = (1,) * (n - input.array.ndim) + input.array.shape
    b = (1,) * (n - other.array.ndim) + other.array.shape
    left = o.reshape.call(input, shape=tuple(m for size in a for m in (size, 1)))
    right = o.reshape.call(other, shape=tuple(m for size in b for m in (1, size)))
    return o.reshape.call(e.multiply.call(left, right), shape=tuple(p * q for p, q in zip(a, b, strict=True)))


@public(out=True)
def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """The cross products of vectors of length 3.

    Args:
        input: any shape with a dimension of size 3.
        other: a shape that can be broadcast with it.
        dim: the dimension of the vectors. Default: the first of size 3.

    Returns:
        The common shape.

    Raises:
        RuntimeError: the dimension does not have size 3, or there is none; the numbers of dimensions or the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.cross(sg.tensor([1.0, 0.0, 0.0]), sg.tensor([0.0, 1.0, 0.0]), dim=0)
        tensor([0., 0., 1.])
    """
    check_tensors("cross", input, other)
    if input.array.ndim != other.array.ndim:
        raise RuntimeError(
            f"cross(): inputs must have the same number of dimensions, got {input.array.ndim} and {other.array.ndim}"
        )
    check_one_type("cross", input, other)
    if input.array.dtype.kind == "b":
        raise NotImplementedError("cross is not implemented for bool tensors. Convert them first: x.float()")
    if dim is None:
        if 3 not in input.array.shape:
            raise RuntimeError(f"no dimension of size 3 in input: cross() of shape {input.array.shape}")
        dim = input.array.shape.index(3)
    axis = one_axis("cross", input, dim)
    for t in (input, other):
        if not t.array.ndim or t.array.shape[axis] != 3:
            raise RuntimeError(
                f"cross(): inputs dimension {dim} must have length 3. Got the shapes {input.array.shape} and "
                f"{other.array.shape}"
            )
    # (a2 b3 - a3 b2, a3 b1 - a1 b3, a1 b2 - a2 b1): both rolled by one place, and by two.
    a1, a2 = (o.roll.call(input, shift=-k, axis=axis) for k in (1, 2))
    b1, b2 = (o.roll.call(other, shift=-k, axis=axis) for k in (1, 2))
    return a1 * b2 - a2 * b1
