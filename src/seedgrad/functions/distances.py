"""Distances between pairs of vectors."""

from __future__ import annotations

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import index
from ..ops import linalg_distance as d
from .arguments import check_tensors

MODES = ("use_mm_for_euclid_dist_if_necessary", "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist")
# From more vectors than this on, Euclidean distances are computed by a product of matrices, unless asked otherwise.
MANY = 25


def _check(name: str, label: str, x: Tensor) -> None:
    kind = x.array.dtype
    if dtypes.category(kind) != dtypes.FLOAT:
        raise RuntimeError(f"{name} only supports floating-point dtypes, {label} got: {x.dtype}")
    if kind.itemsize == 2:
        raise NotImplementedError(f"{name} is not implemented for {x.dtype} tensors. Convert them first: x.float()")


def cdist(x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str = MODES[0]) -> Tensor:
    """The distances between each vector of one set and each of another: `out[i, j] = (sum_k |x1_ik - x2_jk|^p)^(1/p)`.

    The array of all differences is never made. The gradient is 0 where a distance is 0.

    Args:
        x1: (..., m, d), float32 or float64.
        x2: (..., n, d), of the same type.
        p: which distance, 0 to inf; 0 counts the coordinates that differ. Default: 2.
        compute_mode: whether Euclidean distances come from a product of matrices, which is quicker and less exact
            where vectors are close: "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist", or
            "use_mm_for_euclid_dist_if_necessary", for more than 25 vectors. Default: the last.

    Returns:
        (..., m, n), with the batch dimensions of both.

    Raises:
        RuntimeError: the numbers of columns or the types differ; p is negative; a tensor has less than 2 dimensions;
            the batch dimensions can't be broadcast.
        NotImplementedError: the type has 16 bits.
        ValueError: an unknown compute_mode.

    Example:
        >>> import seedgrad as sg
        >>> sg.cdist(sg.tensor([[0.0, 0.0]]), sg.tensor([[3.0, 4.0], [1.0, 0.0]]))
        tensor([[5., 1.]])
    """
    check_tensors("cdist", x1, x2)
    if compute_mode not in MODES:
        raise ValueError(f"{compute_mode} is not a valid value for compute_mode; the values are {', '.join(MODES)}")
    for label, x in (("X1", x1), ("X2", x2)):
        if x.array.ndim < 2:
            raise RuntimeError(
                f"cdist only supports at least 2D tensors, {label} got: {x.array.ndim}D (shape {x.array.shape})"
            )
    a, b = x1.array.shape, x2.array.shape
    if a[-1] != b[-1]:
        raise RuntimeError(f"X1 and X2 must have the same number of columns. X1: {a[-1]} X2: {b[-1]}")
    if p < 0:
        raise RuntimeError(f"cdist only supports non-negative p values, got {p}")
    _check("cdist", "X1", x1)
    _check("cdist", "X2", x2)
    if x1.array.dtype != x2.array.dtype:
        raise RuntimeError(f"cdist: expected scalar type {x1.dtype} but found {x2.dtype}. Convert one: x.to(y.dtype)")
    try:
        np.broadcast_shapes(a[:-2], b[:-2])
    except ValueError:
        raise RuntimeError(f"cdist: the batch dimensions {a[:-2]} and {b[:-2]} can't be broadcast together") from None
    products = p == 2 and (compute_mode == MODES[1] or (compute_mode == MODES[0] and (a[-2] > MANY or b[-2] > MANY)))
    return d.cdist.call(x1, x2, p=float(p), products=products)


def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """The distances between all pairs of rows: `out` lists |x_0 - x_1|, |x_0 - x_2|, ..., |x_1 - x_2|, ...

    The gradient is 0 where a distance is 0.

    Args:
        input: (n, d), float32 or float64.
        p: which distance, 0 to inf. Default: 2.

    Returns:
        (n (n - 1) / 2,).

    Raises:
        RuntimeError: the input is not 2D or holds integers; p is negative.
        NotImplementedError: the type has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.pdist(sg.tensor([[0.0], [1.0], [3.0]]))
        tensor([1., 3., 2.])
    """
    check_tensors("pdist", input)
    if input.array.ndim != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {input.array.ndim}D (shape {input.array.shape})")
    if p < 0:
        raise RuntimeError(f"pdist only supports non-negative p values, got {p}")
    _check("pdist", "input", input)
    n = input.array.shape[0]
    upper = np.flatnonzero(np.triu(np.ones((n, n), bool), 1))
    return index.take.call(d.cdist.call(input, input, p=float(p)).reshape(-1), index=(upper,))
