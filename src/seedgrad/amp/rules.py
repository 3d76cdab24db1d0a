"""What a function in a list does with its arguments: the tensors among them in another type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.mode import mode
from ..core.tensor import Tensor
from ..ops.select import astype

Arguments = tuple[tuple[Any, ...], dict[str, Any]]
# Of mixed precision, the arguments and the named ones: the arguments to compute with.
Rule = Callable[["Precision", tuple[Any, ...], dict[str, Any]], Arguments]

_HALVES = ("float16", "bfloat16")


class Precision:
    """Mixed precision that is on: the type of 16 bits, and the parameters that were converted already.

    A parameter that several functions use is converted once; what was converted is kept until the outermost
    `autocast` ends, unless the parameter is written meanwhile.

    Attributes:
        kind: the NumPy type of 16 bits.
        kept: for each parameter, by its identity: itself, its number of writes, whether a graph was recorded, and what it
            became. None without cache.
    """

    __slots__ = ("kept", "kind")

    def __init__(self, kind: np.dtype[Any], kept: dict[int, tuple[Tensor, int, bool, Tensor]] | None) -> None:
        self.kind, self.kept = kind, kept

    def lowered(self, x: Tensor) -> Tensor:
        """A tensor in 16 bits."""
        a = x.array
        if self.kept is None or type(a) is not np.ndarray or a.dtype != dtypes.F32 or not _is_parameter(x):
            return astype.call(x, kind=self.kind)
        facts = x._version, mode.now.grad
        found = self.kept.get(id(x))
        if found is None or found[1:3] != facts:
            found = self.kept[id(x)] = (x, *facts, astype.call(x, kind=self.kind))
        return found[3]


def _is_parameter(x: Tensor) -> bool:
    return x.requires_grad and x.is_leaf and not x._is_view()


def takes_part(value: Any) -> bool:
    """Whether mixed precision converts it: a tensor of 16 or 32 bits; float64, integers and complex numbers stay."""
    return isinstance(value, Tensor) and (value.array.dtype == dtypes.F32 or value.array.dtype.name in _HALVES)


def _converted(value: Any, kind: np.dtype[Any], convert: Callable[[Tensor], Tensor]) -> Any:
    if takes_part(value):
        return value if value.array.dtype == kind else convert(value)
    if isinstance(value, (tuple, list)) and not hasattr(value, "_fields"):
        return type(value)([_converted(v, kind, convert) for v in value])
    return value


def _all(
    args: tuple[Any, ...], named: dict[str, Any], kind: np.dtype[Any], convert: Callable[[Tensor], Tensor]
) -> Arguments:
    return (
        tuple([_converted(a, kind, convert) for a in args]),
        {name: _converted(value, kind, convert) for name, value in named.items()},
    )


def lower(now: Precision, args: tuple[Any, ...], named: dict[str, Any]) -> Arguments:
    """All in 16 bits."""
    return _all(args, named, now.kind, now.lowered)


def full(now: Precision, args: tuple[Any, ...], named: dict[str, Any]) -> Arguments:
    """All in 32 bits."""
    return _all(args, named, dtypes.F32, lambda x: astype.call(x, kind=dtypes.F32))


def _found(value: Any) -> list[np.dtype[Any]]:
    if takes_part(value):
        return [value.array.dtype]
    return [kind for v in value for kind in _found(v)] if isinstance(value, (tuple, list)) else []


def widest(now: Precision, args: tuple[Any, ...], named: dict[str, Any]) -> Arguments:
    """All in the widest of their types."""
    kinds = set(_found((*args, *named.values())))
    return (args, named) if kinds <= {now.kind} else full(now, args, named)


def _argument(args: tuple[Any, ...], named: dict[str, Any], place: int, name: str, default: Any) -> Any:
    return named.get(name, args[place] if len(args) > place else default)


def prod(now: Precision, args: tuple[Any, ...], named: dict[str, Any]) -> Arguments:
    """In 32 bits, unless the caller names a type."""
    return (args, named) if _argument(args, named, 3, "dtype", None) is not None else full(now, args, named)


def pad(now: Precision, args: tuple[Any, ...], named: dict[str, Any]) -> Arguments:
    """Copies of the border in 32 bits; reflections, too, but for those of volumes."""
    mode_, amounts = _argument(args, named, 2, "mode", "constant"), _argument(args, named, 1, "pad", ())
    wide = mode_ == "replicate" or (mode_ == "reflect" and len(amounts) < 6)
    return full(now, args, named) if wide else (args, named)


def max_pool3d(now: Precision, args: tuple[Any, ...], named: dict[str, Any]) -> Arguments:
    """In 32 bits, unless the places are asked for, too."""
    return (args, named) if _argument(args, named, 6, "return_indices", False) else full(now, args, named)


def contract(now: Precision, args: tuple[Any, ...], named: dict[str, Any]) -> Arguments:
    """In 16 bits where products are summed, as einsum does with two operands."""
    _, in_a, _, in_b, needed = args
    summed = any(label in in_b and label not in needed for label in in_a)
    return lower(now, args, named) if summed else (args, named)


def _as_states(now: Precision, args: tuple[Any, ...], named: dict[str, Any], states: Any) -> Arguments:
    """In the type of the states, which PyTorch's cells add to in 32 bits."""
    wide = any(kind != now.kind for kind in _found(states))
    return full(now, args, named) if wide else lower(now, args, named)


def step(now: Precision, args: tuple[Any, ...], named: dict[str, Any]) -> Arguments:
    """One step of a recurrent network: in 16 bits without gates, in the type of its states with them."""
    return lower(now, args, named) if args[1].startswith("RNN") else _as_states(now, args, named, args[3])


def run_layers(now: Precision, args: tuple[Any, ...], named: dict[str, Any]) -> Arguments:
    """Recurrent layers: in 16 bits; in the type of their states for GRU."""
    return _as_states(now, args, named, args[3]) if args[0] == "GRU" else lower(now, args, named)


BY_NAME: dict[str, Rule] = {
    "_contract": contract,
    "prod": prod,
    "pad": pad,
    "max_pool3d": max_pool3d,
    "_step": step,
    "run_layers": run_layers,
}
