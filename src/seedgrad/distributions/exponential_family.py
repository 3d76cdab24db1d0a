"""Exponential families, whose entropy is known from their normalizer."""

from __future__ import annotations

from typing import Any

import seedgrad as sg

from .distribution import Distribution


class ExponentialFamily(Distribution):
    """A distribution with the density exp(t(x) . theta - F(theta) + k(x)): the base class.

    A subclass that defines `_natural_params` (theta), `_log_normalizer` (F) and `_mean_carrier_measure` (the mean of
    k) has an entropy, by the derivative of F.

    Example:
        >>> import seedgrad as sg
        >>> isinstance(sg.distributions.Gamma(1.0, 1.0), sg.distributions.ExponentialFamily)
        True

    Source: Nielsen, Nock, "Entropies and cross-entropies of exponential families", 2010.
    """

    @property
    def _natural_params(self) -> tuple[sg.Tensor, ...]:
        raise NotImplementedError(f"{type(self).__name__} does not define _natural_params")

    def _log_normalizer(self, *natural_params: sg.Tensor) -> sg.Tensor:
        raise NotImplementedError(f"{type(self).__name__} does not define _log_normalizer")

    @property
    def _mean_carrier_measure(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not define _mean_carrier_measure")

    def entropy(self) -> sg.Tensor:
        """The entropy, in nats: F(theta) - theta . F'(theta) - the mean of k."""
        carrier = self._mean_carrier_measure
        params = [p.detach().requires_grad_() for p in self._natural_params]
        normalizer = self._log_normalizer(*params)
        slopes = sg.autograd.grad(normalizer.sum(), params, create_graph=True)
        result = normalizer - carrier
        for param, slope in zip(params, slopes, strict=True):
            result = result - (param * slope).reshape((*self._batch_shape, -1)).sum(-1)
        return result
