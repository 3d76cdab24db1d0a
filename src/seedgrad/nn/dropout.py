"""Layers that set a random part of their input to zero while training."""

from __future__ import annotations

from collections.abc import Callable

from ..core.tensor import Tensor
from .functional.alpha_dropout import alpha_dropout, feature_alpha_dropout
from .functional.dropout import dropout, dropout1d, dropout2d, dropout3d
from .module import Module


class _Dropout(Module):
    """What the dropout layers share."""

    _function: Callable[..., Tensor]

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def forward(self, input: Tensor) -> Tensor:
        return type(self)._function(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """Sets each element to zero with probability p while training, and divides the others by 1 - p.

    In evaluation mode it gives back its input.

    Args:
        p: between 0 and 1. Default: 0.5.
        inplace: write the result into the input. Default: False.

    Shape:
        Any; the output has the same.

    Raises:
        ValueError: `p` is not between 0 and 1.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.Dropout(0.5).eval()(sg.ones(3)).tolist()
        [1.0, 1.0, 1.0]

    Source: Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, 2014.
    """

    _function = staticmethod(dropout)


class Dropout1d(_Dropout):
    """Dropout of whole channels of a sequence, whose elements are too alike for Dropout of single ones.

    Args:
        p: between 0 and 1. Default: 0.5.
        inplace: write the result into the input. Default: False.

    Shape:
        (N, C, L) or (C, L); the output has the same.

    Raises:
        ValueError: `p` is not between 0 and 1.

    Example:
        >>> import seedgrad as sg
        >>> bool((sg.nn.Dropout1d(1.0)(sg.ones(1, 2, 3)) == 0).all())
        True

    Source: Tompson et al., Efficient object localization using convolutional networks, 2015.
    """

    _function = staticmethod(dropout1d)


class Dropout2d(_Dropout):
    """Dropout of whole channels of an image, whose elements are too alike for Dropout of single ones.

    Args:
        p: between 0 and 1. Default: 0.5.
        inplace: write the result into the input. Default: False.

    Shape:
        (N, C, H, W) or (C, H, W); the output has the same.

    Raises:
        ValueError: `p` is not between 0 and 1.

    Example:
        >>> import seedgrad as sg
        >>> bool((sg.nn.Dropout2d(1.0)(sg.ones(1, 2, 3, 3)) == 0).all())
        True

    Source: Tompson et al., Efficient object localization using convolutional networks, 2015.
    """

    _function = staticmethod(dropout2d)


class Dropout3d(_Dropout):
    """Dropout of whole channels of a volume, whose elements are too alike for Dropout of single ones.

    Args:
        p: between 0 and 1. Default: 0.5.
        inplace: write the result into the input. Default: False.

    Shape:
        (N, C, D, H, W) or (C, D, H, W); the output has the same.

    Raises:
        ValueError: `p` is not between 0 and 1.

    Example:
        >>> import seedgrad as sg
        >>> bool((sg.nn.Dropout3d(1.0)(sg.ones(1, 2, 3, 3, 3)) == 0).all())
        True

    Source: Tompson et al., Efficient object localization using convolutional networks, 2015.
    """

    _function = staticmethod(dropout3d)


class AlphaDropout(_Dropout):
    """Dropout that keeps mean 0 and variance 1, for networks of SELU.

    Args:
        p: between 0 and 1. Default: 0.5.
        inplace: write the result into the input. Default: False.

    Shape:
        Any; the output has the same.

    Raises:
        ValueError: `p` is not between 0 and 1.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.AlphaDropout(0.5).eval()(sg.ones(3)).tolist()
        [1.0, 1.0, 1.0]

    Source: Klambauer et al., Self-normalizing neural networks, 2017.
    """

    _function = staticmethod(alpha_dropout)


class FeatureAlphaDropout(_Dropout):
    """AlphaDropout of whole channels.

    Args:
        p: between 0 and 1. Default: 0.5.
        inplace: write the result into the input. Default: False.

    Shape:
        (N, C, *); the output has the same.

    Raises:
        ValueError: `p` is not between 0 and 1.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.FeatureAlphaDropout(0.5).eval()(sg.ones(1, 3)).tolist()
        [[1.0, 1.0, 1.0]]

    Source: Klambauer et al., Self-normalizing neural networks, 2017.
    """

    _function = staticmethod(feature_alpha_dropout)
