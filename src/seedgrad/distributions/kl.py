"""The Kullback-Leibler divergence: the table of pairs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import seedgrad as sg

from .distribution import Distribution

_table: dict[tuple[type, type], Callable[[Any, Any], sg.Tensor]] = {}
_F = TypeVar("_F", bound=Callable[[Any, Any], sg.Tensor])


def register_kl(type_p: type[Distribution], type_q: type[Distribution]) -> Callable[[_F], _F]:
    """Declare how the divergence of two kinds of distributions is computed, by a decorator.

    Args:
        type_p: the class of p.
        type_q: the class of q.

    Raises:
        TypeError: one of them is not a class of distributions.

    Example:
        >>> import seedgrad as sg
        >>> class Mine(sg.distributions.Normal):
        ...     pass
        >>> @sg.distributions.register_kl(Mine, Mine)
        ... def _(p, q):
        ...     return sg.tensor(7.0)
        >>> sg.distributions.kl_divergence(Mine(0.0, 1.0), Mine(0.0, 1.0))
        tensor(7.)
    """
    for name, given in (("type_p", type_p), ("type_q", type_q)):
        if not (isinstance(given, type) and issubclass(given, Distribution)):
            raise TypeError(f"Expected {name} to be a Distribution subclass but got {given!r}")

    def enter(function: _F) -> _F:
        _table[type_p, type_q] = function
        return function

    return enter


def _found(type_p: type, type_q: type) -> Callable[[Any, Any], sg.Tensor] | None:
    """The most specific entry: the one whose class of p, then of q, is nearest."""
    entries = [
        ((type_p.__mro__.index(a), type_q.__mro__.index(b)), function)
        for (a, b), function in _table.items()
        if issubclass(type_p, a) and issubclass(type_q, b)
    ]
    if not entries:
        return None
    by_p = min(entries, key=lambda e: e[0])
    by_q = min(entries, key=lambda e: e[0][::-1])
    if by_p[1] is not by_q[1]:
        warnings.warn(
            f"Ambiguous kl_divergence({type_p.__name__}, {type_q.__name__}). Please register_kl for this pair",
            RuntimeWarning,
            stacklevel=3,
        )
    return by_p[1]


def kl_divergence(p: Distribution, q: Distribution) -> sg.Tensor:
    """The Kullback-Leibler divergence: the mean of log p(x) - log q(x) over draws x from p.

    Args:
        p: a distribution.
        q: a distribution of the same event shape.

    Returns:
        Numbers in the common batch shape.

    Raises:
        NotImplementedError: nothing is known of the pair; enter it with `register_kl`.

    Example:
        >>> import seedgrad as sg
        >>> D = sg.distributions
        >>> D.kl_divergence(D.Normal(1.0, 1.0), D.Normal(0.0, 1.0))
        tensor(0.5000)
    """
    function = _found(type(p), type(q))
    if function is None:
        raise NotImplementedError(
            f"No KL(p || q) is implemented for p type {type(p).__name__} and q type {type(q).__name__}: enter it with "
            "register_kl"
        )
    return function(p, q)
