"""Functions of vectors: onto the simplex, and other shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import seedgrad as sg

from . import constraints
from .distribution import sum_rightmost
from .transform import Transform


class IndependentTransform(Transform):
    """A transform of elements, with some of the last dimensions taken together as one event.

    Args:
        base_transform: the transform.
        reinterpreted_batch_ndims: how many dimensions to take.
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> D = sg.distributions
        >>> D.IndependentTransform(D.ExpTransform(), 1).log_abs_det_jacobian(sg.ones(3), sg.ones(3))
        tensor(3.)
    """

    def __init__(self, base_transform: Transform, reinterpreted_batch_ndims: int, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.base_transform, self.reinterpreted_batch_ndims = base_transform, reinterpreted_batch_ndims

    @property
    def domain(self) -> Any:
        return constraints.independent(self.base_transform.domain, self.reinterpreted_batch_ndims)

    @property
    def codomain(self) -> Any:
        return constraints.independent(self.base_transform.codomain, self.reinterpreted_batch_ndims)

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        return self.base_transform.bijective

    @property
    def sign(self) -> Any:
        return self.base_transform.sign

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        self._check(x, self.domain)
        return self.base_transform(x)

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        self._check(y, self.codomain)
        return self.base_transform.inv(y)

    def _check(self, x: sg.Tensor, inside: constraints.Constraint) -> None:
        if x.dim() < inside.event_dim:
            raise ValueError(f"Too few dimensions on input: {x.dim()}, at least {inside.event_dim} are needed")

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        return sum_rightmost(self.base_transform.log_abs_det_jacobian(x, y), self.reinterpreted_batch_ndims)

    def forward_shape(self, shape: Sequence[int]) -> sg.Size:
        return self.base_transform.forward_shape(shape)

    def inverse_shape(self, shape: Sequence[int]) -> sg.Size:
        return self.base_transform.inverse_shape(shape)

    def __repr__(self) -> str:
        return f"IndependentTransform({self.base_transform!r}, {self.reinterpreted_batch_ndims})"


class ReshapeTransform(Transform):
    """The same elements in another shape.

    Args:
        in_shape: the shape of an event that goes in.
        out_shape: the shape that comes out, with as many elements.
        cache_size: 0 or 1. Default: 0.

    Raises:
        ValueError: the numbers of elements differ, or an input has another shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.ReshapeTransform((4,), (2, 2))(sg.zeros(3, 4)).shape
        seedgrad.Size([3, 2, 2])
    """

    bijective = True

    def __init__(self, in_shape: Sequence[int], out_shape: Sequence[int], cache_size: int = 0) -> None:
        self.in_shape, self.out_shape = sg.Size(in_shape), sg.Size(out_shape)
        if self.in_shape.numel() != self.out_shape.numel():
            raise ValueError(
                f"in_shape, out_shape have different numbers of elements: {self.in_shape}, {self.out_shape}"
            )
        super().__init__(cache_size)

    @property
    def domain(self) -> Any:
        return constraints.independent(constraints.real, len(self.in_shape))

    @property
    def codomain(self) -> Any:
        return constraints.independent(constraints.real, len(self.out_shape))

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        return x.reshape(x.shape[: x.dim() - len(self.in_shape)] + self.out_shape)

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        return y.reshape(y.shape[: y.dim() - len(self.out_shape)] + self.in_shape)

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        return sg.zeros(x.shape[: x.dim() - len(self.in_shape)], dtype=x.dtype)

    def forward_shape(self, shape: Sequence[int]) -> sg.Size:
        return _exchanged(sg.Size(shape), self.in_shape, self.out_shape)

    def inverse_shape(self, shape: Sequence[int]) -> sg.Size:
        return _exchanged(sg.Size(shape), self.out_shape, self.in_shape)


def _exchanged(shape: sg.Size, old: sg.Size, new: sg.Size) -> sg.Size:
    cut = len(shape) - len(old)
    if cut < 0 or shape[cut:] != old:
        raise ValueError(f"Shape mismatch: expected {old} as the last dimensions, but got {shape}")
    return shape[:cut] + new


class SoftmaxTransform(Transform):
    """y = softmax(x) over the last dimension; its inverse is log(y), up to a constant.

    Args:
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.SoftmaxTransform()(sg.zeros(2))
        tensor([0.5000, 0.5000])
    """

    domain, codomain, _bare = constraints.real_vector, constraints.simplex, True

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        return x.softmax(-1)

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        return y.log()


class StickBreakingTransform(Transform):
    """A vector of n numbers to n + 1 probabilities: each takes a part of what the ones before it left.

    Args:
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> sg.distributions.StickBreakingTransform()(sg.zeros(2))
        tensor([0.3333, 0.3333, 0.3333])
    """

    domain, codomain = constraints.real_vector, constraints.simplex
    bijective, _bare = True, True

    @staticmethod
    def _offsets(x: sg.Tensor) -> sg.Tensor:
        """log(n), ..., log(1), so that zeros give equal parts."""
        n = x.shape[-1]
        return sg.arange(n, 0, -1, dtype=x.dtype).log()

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        limits = sg.finfo(x.dtype)
        part = (x - self._offsets(x)).sigmoid().clamp(min=limits.tiny, max=1 - limits.eps)
        left = (1 - part).cumprod(-1)
        pad = sg.nn.functional.pad
        return pad(part, [0, 1], value=1) * pad(left, [1, 0], value=1)

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        kept = y[..., :-1]
        left = (1 - kept.cumsum(-1)).clamp(min=sg.finfo(y.dtype).tiny)
        return kept.log() - left.log() + self._offsets(kept)

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        shifted = x - self._offsets(x)
        return (-shifted + sg.nn.functional.logsigmoid(shifted) + y[..., :-1].log()).sum(-1)

    def forward_shape(self, shape: Sequence[int]) -> sg.Size:
        return _longer(shape, 1)

    def inverse_shape(self, shape: Sequence[int]) -> sg.Size:
        return _longer(shape, -1)


def _longer(shape: Sequence[int], by: int) -> sg.Size:
    if len(shape) < 1:
        raise ValueError("Too few dimensions on input: at least one is needed")
    return sg.Size((*shape[:-1], shape[-1] + by))
