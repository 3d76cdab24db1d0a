"""Ops that rearrange elements without computing. Those marked `view` share memory with their input where they can."""

from __future__ import annotations

from typing import Any

from ..core.batch_rules import seen_through
from ..core.batching import along, as_it_is, everywhere, shifted, with_size
from ..core.op import op


@op(ufunc=True, cast=None, differentiable=False)
def zeros_of(xp: Any, x: Any, /, shape: tuple[int, ...] = ()) -> Any:
    """Zeros of another shape, of x's type."""
    return xp.zeros_of(x, shape)


@op(cast=None, view=True, complex=True)
def alias(xp: Any, x: Any, /) -> Any:
    """The same tensor under another identity."""
    return x[...]


alias.defvjp(x=lambda g: g)


@op(ufunc=True, cast=None, view=True, complex=True, name="View")
def reshape(xp: Any, x: Any, /, shape: tuple[int, ...] = ()) -> Any:
    return xp.reshape(x, shape)


reshape.defvjp(x=lambda g, xp, x_shape: xp.reshape(g, x_shape))


@op(ufunc=True, cast=None, view=True, complex=True, name="Permute")
def transpose(xp: Any, x: Any, /, axes: Any = None) -> Any:
    return xp.transpose(x, axes)


transpose.defvjp(x=lambda g, xp, axes: xp.transpose(g, None if axes is None else inverse_permutation(axes)))


def inverse_permutation(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The permutation that undoes `axes`."""
    n = len(axes)
    inverse = [0] * n
    for i, a in enumerate(axes):
        inverse[a % n] = i
    return tuple(inverse)


@op(ufunc=True, cast=None, view=True, complex=True, name="Transpose")
def swapaxes(xp: Any, x: Any, /, axis1: int = -1, axis2: int = -2) -> Any:
    return xp.swapaxes(x, axis1, axis2)


swapaxes.defvjp(x=lambda g, xp, axis1, axis2: xp.swapaxes(g, axis1, axis2))


@op(ufunc=True, cast=None, view=True, complex=True, name="Movedim")
def moveaxis(xp: Any, x: Any, /, source: Any = 0, destination: Any = 0) -> Any:
    return xp.moveaxis(x, source, destination)


moveaxis.defvjp(x=lambda g, xp, source, destination: xp.moveaxis(g, destination, source))


@op(ufunc=True, cast=None, view=True, complex=True, name="Unsqueeze")
def expand_dims(xp: Any, x: Any, /, axis: Any = 0) -> Any:
    return xp.expand_dims(x, axis)


expand_dims.defvjp(x=lambda g, xp, x_shape: xp.reshape(g, x_shape))


@op(ufunc=True, cast=None, view=True, complex=True)
def squeeze(xp: Any, x: Any, /, axis: Any = None) -> Any:
    return xp.squeeze(x, axis)


squeeze.defvjp(x=lambda g, xp, x_shape: xp.reshape(g, x_shape))


@op(ufunc=True, cast=None, view=True, complex=True, name="Expand")
def broadcast_to(xp: Any, x: Any, /, shape: tuple[int, ...] = ()) -> Any:
    return xp.broadcast_to(x, shape)


# Gradients are summed to their input's shape by the engine: this is all there is to un-broadcasting.
broadcast_to.defvjp(x=lambda g: g)


@op(ufunc=True, cast=None, complex=True)
def sum_to(xp: Any, x: Any, /, shape: tuple[int, ...] = ()) -> Any:
    """Sum over the axes along which `shape` was broadcast."""
    return xp.sum_to(x, shape)


sum_to.defvjp(x=lambda g, xp, x_shape: xp.broadcast_to(g, x_shape))


@op(complex=True, name="Cat")
def concatenate(xp: Any, *xs: Any, axis: int = 0) -> Any:
    return xp.concatenate(xs, axis=axis)


def _split_back(g: Any, xs_shapes: tuple[tuple[int, ...], ...], axis: int) -> list[Any]:
    pieces, start = [], 0
    for shape in xs_shapes:
        index: list[Any] = [slice(None)] * len(shape)
        index[axis] = slice(start, start + shape[axis])
        start += shape[axis]
        pieces.append(g[tuple(index)])
    return pieces


concatenate.defvjp(xs=_split_back)


@op(complex=True)
def stack(xp: Any, *xs: Any, axis: int = 0) -> Any:
    return xp.stack(xs, axis=axis)


stack.defvjp(xs=lambda g, xs_shapes, axis: [g[(slice(None),) * axis + (i,)] for i in range(len(xs_shapes))])


@op(ufunc=True, cast=None, view=True, complex=True, name="Split")
def split(xp: Any, x: Any, /, sizes: tuple[int, ...] = (), axis: int = 0) -> Any:
    """Consecutive pieces of the given lengths: one op with several outputs, each a view."""
    return xp.split(x, sizes, axis)


@op(ufunc=True, cast=None, view=True, complex=True, name="Unbind")
def unbind(xp: Any, x: Any, /, axis: int = 0) -> Any:
    """The slices along an axis: one op with several outputs, each a view."""
    return xp.unbind(x, axis)


def _join(g: Any, xp: Any, x_shape: tuple[int, ...], sizes: tuple[int, ...], axis: int) -> Any:
    """Concatenate the pieces, with zeros for the outputs that no gradient reached."""
    one = next(piece for piece in g if piece is not None)

    def zeros(n: int) -> Any:
        shape = list(x_shape)
        shape[axis] = n
        return xp.zeros_of(one, tuple(shape))

    return xp.concatenate([zeros(n) if piece is None else piece for piece, n in zip(g, sizes, strict=True)], axis=axis)


split.defvjp(x=_join)
unbind.defvjp(
    x=lambda g, xp, x_shape, axis: _join(
        [None if piece is None else xp.expand_dims(piece, axis) for piece in g],
        xp,
        x_shape,
        (1,) * x_shape[axis],
        axis,
    )
)


@op(ufunc=True, cast=None, complex=True, name="Clone")
def contiguous(xp: Any, x: Any, /) -> Any:
    return xp.contiguous(x)


contiguous.defvjp(x=lambda g: g)


@op(ufunc=True, cast=None, view=True, complex=True)
def diagonal(xp: Any, x: Any, /, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return xp.diagonal(x, offset, axis1, axis2)


def _diagonal_back(g: Any, xp: Any, x_shape: tuple[int, ...], offset: int, axis1: int, axis2: int) -> Any:
    """Zeros off the diagonal: the part of the matrix that the diagonal crosses, padded to its shape."""
    m, n = x_shape[axis1], x_shape[axis2]
    k = g.shape[-1]
    square = xp.put_diagonal(g)
    top, left = max(0, -offset), max(0, offset)
    if not k:
        top = left = 0
    widths = ((0, 0),) * (len(x_shape) - 2) + ((top, m - k - top), (left, n - k - left))
    return xp.moveaxis(xp.pad_constant(square, widths), (-2, -1), (axis1, axis2))


diagonal.defvjp(x=_diagonal_back)


@op(ufunc=True, cast=None, complex=True, name="DiagEmbed")
def put_diagonal(xp: Any, x: Any, /, offset: int = 0) -> Any:
    """Matrices with x on a diagonal and zeros elsewhere."""
    return xp.put_diagonal(x, offset)


put_diagonal.defvjp(x=lambda g, xp, offset: xp.diagonal(g, offset, -2, -1))


@op(ufunc=True, cast=None, view=True, differentiable=False)
def view_type(xp: Any, x: Any, /, kind: Any = None) -> Any:
    """The same bytes read as another type."""
    return xp.view_type(x, kind)


@op(cast=None, complex=True)
def flip(xp: Any, x: Any, /, axis: Any = None) -> Any:
    return xp.flip(x, axis).copy()


flip.defvjp(x=lambda g, xp, axis: xp.flip(g, axis))


@op(ufunc=True, cast=None, complex=True)
def roll(xp: Any, x: Any, /, shift: Any = 0, axis: Any = None) -> Any:
    return xp.roll(x, shift, axis)


roll.defvjp(
    x=lambda g, xp, shift, axis: xp.roll(g, tuple(-s for s in shift) if isinstance(shift, tuple) else -shift, axis)
)


@op(ufunc=True, cast=None, complex=True)
def tril(xp: Any, x: Any, /, k: int = 0) -> Any:
    return xp.tril(x, k)


@op(ufunc=True, cast=None, complex=True)
def triu(xp: Any, x: Any, /, k: int = 0) -> Any:
    return xp.triu(x, k)


tril.defvjp(x=lambda g, xp, k: xp.tril(g, k))
triu.defvjp(x=lambda g, xp, k: xp.triu(g, k))


@op(cast=None, view=True, complex="own")
def view_of(xp: Any, x: Any, /, steps: Any = (), layout: Any = None) -> Any:
    """The view of x that the steps lead to, in memory of the strides `layout`."""
    return xp.view_of(x, steps, layout)


# In the type of x: the view may be the real part of complex numbers.
view_of.defvjp(
    x=lambda g, xp, x_shape, x_dtype, steps, layout: xp.assign_view(
        xp.astype(xp.zeros_of(g, x_shape), x_dtype), g, steps=steps, layout=layout
    )
)


@op(ufunc=True, cast=None, complex=True, name="ConstantPadNd")
def pad_constant(xp: Any, x: Any, /, widths: tuple[tuple[int, int], ...] = (), value: float = 0.0) -> Any:
    """x with `widths` (before, after) elements of `value` added along each axis; negative widths cut."""
    return xp.pad_constant(x, widths, value)


pad_constant.defvjp(
    x=lambda g, xp, widths: xp.pad_constant(g, tuple((-before, -after) for before, after in widths), 0.0)
)


# How they are computed for many samples at once (core/batching.py).


def _new_axis(op: Any, xs: list[Any], has: list[bool], size: int, axis: Any) -> Any:
    axes = axis if isinstance(axis, tuple) else (axis,)
    n = xs[0].ndim - 1 + len(axes)
    return op.call(xs[0], axis=tuple(a % n + 1 for a in axes))


def _squeezed(op: Any, xs: list[Any], has: list[bool], size: int, axis: Any) -> Any:
    if axis is None:
        axis = tuple(a for a, n in enumerate(xs[0].shape[1:]) if n == 1)
    return op.call(xs[0], axis=shifted(axis, xs[0].ndim - 1))


def _permuted(op: Any, xs: list[Any], has: list[bool], size: int, axes: Any) -> Any:
    n = xs[0].ndim - 1
    axes = tuple(reversed(range(n))) if axes is None else axes
    return op.call(xs[0], axes=(0, *(a % n + 1 for a in axes)))


def _to_shape(op: Any, xs: list[Any], has: list[bool], size: int, shape: tuple[int, ...]) -> Any:
    """Broadcast to, or sum to, a shape with more or fewer dimensions than the sample has."""
    (x,) = xs
    difference = len(shape) - (x.ndim - 1)
    if difference >= 0:
        (x,) = [x] if not difference else [reshape.call(x, shape=(size, *(1,) * difference, *x.shape[1:]))]
        return op.call(x, shape=(size, *shape))
    out = op.call(x, shape=(size, *(1,) * -difference, *shape))
    return reshape.call(out, shape=(size, *shape))


def _joined(op: Any, xs: list[Any], has: list[bool], size: int, axis: int) -> Any:
    xs = everywhere(xs, has, size)
    return op.call(*xs, axis=axis % (xs[0].ndim - 1 + (op is stack)) + 1)


def _padded(op: Any, xs: list[Any], has: list[bool], size: int, widths: Any, value: float) -> Any:
    return op.call(xs[0], widths=((0, 0), *widths), value=value)


def _diagonals(op: Any, xs: list[Any], has: list[bool], size: int, offset: int, axis1: int, axis2: int) -> Any:
    n = xs[0].ndim - 1
    return op.call(xs[0], offset=offset, axis1=axis1 % n + 1, axis2=axis2 % n + 1)


def _rolled(op: Any, xs: list[Any], has: list[bool], size: int, shift: Any, axis: Any) -> Any:
    (x,) = xs
    if axis is None:  # the elements in one row
        rows = reshape.call(x, shape=(size, -1))
        return reshape.call(op.call(rows, shift=shift, axis=1), shape=tuple(x.shape))
    return op.call(x, shift=shift, axis=shifted(axis, x.ndim - 1))


for each in (alias, contiguous, put_diagonal, tril, triu, view_type):
    each.defbatch(as_it_is)
for each in (reshape, zeros_of):
    each.defbatch(with_size("shape"))
for each in (broadcast_to, sum_to):
    each.defbatch(_to_shape)
for each in (concatenate, stack):
    each.defbatch(_joined)
for each in (split, unbind, flip):
    each.defbatch(along("axis"))
transpose.defbatch(_permuted)
swapaxes.defbatch(along("axis1", "axis2"))
moveaxis.defbatch(along("source", "destination"))
expand_dims.defbatch(_new_axis)
squeeze.defbatch(_squeezed)
diagonal.defbatch(_diagonals)
roll.defbatch(_rolled)
pad_constant.defbatch(_padded)
view_of.defbatch(seen_through)
