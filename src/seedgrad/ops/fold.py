"""The windows of an image as columns of a matrix, and the sum that is the gradient of it.

`image_columns` copies each element into every window that holds it, `columns_image` adds the copies up: each is
the other's gradient.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import namespace
from ..core.batch_rules import folded
from ..core.op import op
from .pool_arrays import Array, Windows, places_of, with_padding, without_padding


def _image_columns(x: Array, windows: Windows) -> Array:
    """(N, C kernel places, windows): the elements of each window of x (N, C, *space), zeros outside of x."""
    padded = with_padding(x, windows, 0)
    steps = padded.strides[2:]
    view = np.lib.stride_tricks.as_strided(
        padded,
        (*x.shape[:2], *windows.kernel, *windows.out),
        (
            *padded.strides[:2],
            *(step * d for step, d in zip(steps, windows.dilation, strict=True)),
            *(step * s for step, s in zip(steps, windows.stride, strict=True)),
        ),
        writeable=False,
    )
    shape = (len(x), x.shape[1] * math.prod(windows.kernel), math.prod(windows.out))
    return np.array(view).reshape(shape)


def _columns_image(y: Array, windows: Windows) -> Array:
    """(N, C, *space): the sum, at every place, of its copies in the columns y."""
    if y.dtype.itemsize == 2:
        return _columns_image(y.astype(np.float32), windows).astype(y.dtype)
    places = math.prod(windows.kernel)
    split = y.reshape(len(y), y.shape[1] // places, places, *windows.out)
    out = np.zeros((*split.shape[:2], *windows.reach()), y.dtype)
    for i, place in enumerate(places_of(windows)):
        out[place] += split[:, :, i]
    return np.ascontiguousarray(without_padding(out, windows))


vars(namespace).update(image_columns=_image_columns, columns_image=_columns_image)


@op(cast=None, complex=True, name="Im2Col")
def image_columns(xp: Any, x: Any, /, windows: Any = None) -> Any:
    """The windows of x as columns."""
    return xp.image_columns(x, windows)


@op(cast=None, complex=True, name="Col2Im")
def columns_image(xp: Any, y: Any, /, windows: Any = None) -> Any:
    """The image to which the columns add up."""
    return xp.columns_image(y, windows)


image_columns.defvjp(x=lambda g, xp, windows: xp.columns_image(g, windows))
columns_image.defvjp(y=lambda g, xp, windows: xp.image_columns(g, windows))


for each in (image_columns, columns_image):
    each.defbatch(folded)
