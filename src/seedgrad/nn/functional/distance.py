"""How far two vectors are apart, and in how different directions they point."""

from __future__ import annotations

from ...core import dtype as dtypes
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors, one_axis
from ...functions.norms import length_of
from ...functions.public import public
from ...functions.repeating import broadcast_tensors
from ...ops import elementwise as e
from ...ops.reduce import norm
from ...ops.reduce import sum as _sum
from ...ops.select import astype, clip_numbers


@public(method=False)
def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The distance of vectors, pair by pair: `out = (sum |x1 - x2 + eps|^p)^(1/p)` over the last dimension.

    Args:
        x1: (*, D) or (D).
        x2: (*, D) or (D); broadcasts with `x1`.
        p: which norm: any number; `inf` is the largest difference, 0 the number of differences. Default: 2.
        eps: added to every difference, so that the derivative exists where x1 = x2. Default: 1e-6.
        keepdim: keep the last dimension, with length 1. Default: False.

    Returns:
        The broadcast shape without its last dimension.

    Raises:
        RuntimeError: the shapes can't be broadcast.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.pairwise_distance(sg.tensor([[0.0, 0.0]]), sg.tensor([[3.0, 4.0]]))
        tensor([5.0000])
    """
    check_tensors("pairwise_distance", x1, x2)
    difference = e.add.call(e.subtract.call(x1, x2), float(eps))
    axis = -1 if difference.array.ndim else None
    return length_of("pairwise_distance", difference, float(p), axis, keepdim)


@public(method=False)
def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle of two vectors: `out = x1 · x2 / (max(|x1|, eps) max(|x2|, eps))`.

    Args:
        x1: any shape, floating-point.
        x2: a shape that broadcasts with that of `x1`.
        dim: the dimension along which the vectors lie, of the broadcast shape. Default: 1.
        eps: the least length of a vector, so that nothing is divided by 0. Default: 1e-8.

    Returns:
        The broadcast shape without `dim`.

    Raises:
        RuntimeError: the shapes can't be broadcast, or both hold integers, or one holds complex numbers.
        IndexError: there is no such dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.cosine_similarity(sg.tensor([[1.0, 0.0]]), sg.tensor([[1.0, 1.0]]))
        tensor([0.7071])
    """
    check_tensors("cosine_similarity", x1, x2)
    kind = dtypes.result_type([x1.array, x2.array])
    if not dtypes.differentiable(kind) or kind.kind == "c":
        raise RuntimeError(
            f"expected common dtype to be floating point, yet common dtype is {dtypes.from_numpy(kind)}: "
            "cosine_similarity divides by lengths. Convert one of the inputs first: x.float()"
        )
    x1, x2 = broadcast_tensors(astype.call(x1, kind=kind), astype.call(x2, kind=kind))
    axis = one_axis("cosine_similarity", x1, dim) if x1.array.ndim else None
    return _sum.call(e.multiply.call(_unit(x1, axis, eps), _unit(x2, axis, eps)), axis=axis)


def _unit(x: Tensor, axis: int | None, eps: float) -> Tensor:
    """x divided by its length, which is raised to eps without a change of its derivative, as in PyTorch."""
    length = norm.call(x, p=2.0, axis=axis, keepdims=True)
    missing = clip_numbers.call(e.subtract.call(eps, length.detach()), low=0)
    return e.divide.call(x, e.add.call(length, missing))
