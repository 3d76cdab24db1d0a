"""Transforms of parts of a tensor, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import seedgrad as sg

from . import constraints
from .distribution import sum_rightmost
from .transform import Transform


class _Joined(Transform):
    """Transforms for the parts of a tensor along a dimension."""

    def __init__(self, tseq: Sequence[Transform], dim: int, cache_size: int) -> None:
        if not all(isinstance(t, Transform) for t in tseq):
            raise TypeError(f"expected a sequence of transforms, got {tseq!r}")
        super().__init__(cache_size)
        self.transforms, self.dim = [t.with_cache(cache_size) if cache_size else t for t in tseq], dim

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        return all(t.bijective for t in self.transforms)

    def _parts(self, x: sg.Tensor) -> Sequence[sg.Tensor]:
        raise NotImplementedError(f"{type(self).__name__} does not define _parts")

    def _join(self, parts: Sequence[sg.Tensor]) -> sg.Tensor:
        raise NotImplementedError(f"{type(self).__name__} does not define _join")

    def _call(self, x: sg.Tensor) -> sg.Tensor:
        return self._join([t(part) for t, part in zip(self.transforms, self._parts(x), strict=True)])

    def _inverse(self, y: sg.Tensor) -> sg.Tensor:
        return self._join([t.inv(part) for t, part in zip(self.transforms, self._parts(y), strict=True)])

    def _slopes(self, x: sg.Tensor, y: sg.Tensor) -> list[sg.Tensor]:
        parts = zip(self.transforms, self._parts(x), self._parts(y), strict=True)
        return [t.log_abs_det_jacobian(a, b) for t, a, b in parts]


class CatTransform(_Joined):
    """Transforms for pieces of a dimension, each of a length of its own.

    Args:
        tseq: the transforms.
        dim: the dimension. Default: 0.
        lengths: the lengths of the pieces. Default: 1 each.
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> D = sg.distributions
        >>> D.CatTransform([D.ExpTransform(), D.identity_transform], lengths=[1, 2])(sg.zeros(3))
        tensor([1., 0., 0.])
    """

    def __init__(
        self, tseq: Sequence[Transform], dim: int = 0, lengths: Sequence[int] | None = None, cache_size: int = 0
    ) -> None:
        super().__init__(tseq, dim, cache_size)
        self.lengths = [1] * len(self.transforms) if lengths is None else list(lengths)
        if len(self.lengths) != len(self.transforms):
            raise ValueError(f"there are {len(self.transforms)} transforms and {len(self.lengths)} lengths")

    @property
    def event_dim(self) -> int:
        return max(t.event_dim for t in self.transforms)

    @property
    def length(self) -> int:
        """The lengths together."""
        return sum(self.lengths)

    @property
    def domain(self) -> Any:
        return constraints.cat([t.domain for t in self.transforms], self.dim, self.lengths)

    @property
    def codomain(self) -> Any:
        return constraints.cat([t.codomain for t in self.transforms], self.dim, self.lengths)

    def _parts(self, x: sg.Tensor) -> Sequence[sg.Tensor]:
        return x.split(self.lengths, self.dim)

    def _join(self, parts: Sequence[sg.Tensor]) -> sg.Tensor:
        return sg.cat(list(parts), self.dim)

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        deepest, dim = self.event_dim, self.dim if self.dim < 0 else self.dim - x.dim()
        pieces = [
            sum_rightmost(slope, deepest - t.event_dim)
            for t, slope in zip(self.transforms, self._slopes(x, y), strict=True)
        ]
        dim += deepest
        if dim < 0:
            return sg.cat(pieces, dim)
        total = pieces[0]
        for piece in pieces[1:]:
            total = total + piece
        return total


class StackTransform(_Joined):
    """Transforms for the slices along a dimension.

    Args:
        tseq: the transforms, as many as there are slices.
        dim: the dimension. Default: 0.
        cache_size: 0 or 1. Default: 0.

    Example:
        >>> import seedgrad as sg
        >>> D = sg.distributions
        >>> D.StackTransform([D.ExpTransform(), D.identity_transform])(sg.zeros(2, 2))
        tensor([[1., 1.],
                [0., 0.]])
    """

    def __init__(self, tseq: Sequence[Transform], dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(tseq, dim, cache_size)

    @property
    def domain(self) -> Any:
        return constraints.stack([t.domain for t in self.transforms], self.dim)

    @property
    def codomain(self) -> Any:
        return constraints.stack([t.codomain for t in self.transforms], self.dim)

    def _parts(self, x: sg.Tensor) -> Sequence[sg.Tensor]:
        return x.unbind(self.dim)

    def _join(self, parts: Sequence[sg.Tensor]) -> sg.Tensor:
        return sg.stack(list(parts), self.dim)

    def log_abs_det_jacobian(self, x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
        return sg.stack(self._slopes(x, y), self.dim)
