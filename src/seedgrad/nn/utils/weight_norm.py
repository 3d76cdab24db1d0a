"""Weight normalisation as a hook, the older form of `parametrizations.weight_norm`."""

from __future__ import annotations

import warnings
from typing import Any, TypeVar

from ...core.tensor import Tensor
from ..module import Module
from ..parameter import Parameter
from .hooks import hook_for, remove_hook
from .norms import norm_except_dim, scaled_to

M = TypeVar("M", bound=Module)


class WeightNorm:
    """The hook: computes `name` from `name_g` and `name_v` before each call.

    Args:
        name: the name of the weight.
        dim: the dimension whose slices have a norm each; -1 or None for one norm of all.
    """

    def __init__(self, name: str, dim: int | None) -> None:
        self.name, self.dim = name, -1 if dim is None else dim

    def compute_weight(self, module: Module) -> Tensor:
        """v g / |v|."""
        return scaled_to(getattr(module, f"{self.name}_v"), getattr(module, f"{self.name}_g"), self.dim)

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module: M, name: str = "weight", dim: int = 0) -> M:
    """Learn the length and the direction of a weight apart: w = g v / |v|.

    Deprecated in favour of `nn.utils.parametrizations.weight_norm`. The parameter `name` is replaced by `name_g` and
    `name_v`; a hook computes it before every call.

    Args:
        module: the module that has the weight.
        name: the name of the parameter. Default: "weight".
        dim: the dimension whose slices have a length each; None for one length of all. Default: 0.

    Returns:
        The module.

    Raises:
        RuntimeError: it is applied twice to one parameter.
        AttributeError: there is no such parameter.
        TypeError: the parameter is None.
        IndexError: `dim` is out of range.

    Source: Salimans, Kingma, Weight normalization, 2016.
    """
    warnings.warn(
        "`seedgrad.nn.utils.weight_norm` is deprecated in favor of `seedgrad.nn.utils.parametrizations.weight_norm`.",
        FutureWarning,
        stacklevel=2,
    )
    if hook_for(module, WeightNorm, name, "name"):
        raise RuntimeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
    hook = WeightNorm(name, dim)
    weight = getattr(module, name)
    if not isinstance(weight, Tensor):
        raise TypeError(f"weight_norm: {name} of {type(module).__name__} must be a Tensor, not {type(weight).__name__}")
    length = norm_except_dim(weight, hook.dim).detach()
    delattr(module, name)
    module.register_parameter(f"{name}_g", Parameter(length))
    module.register_parameter(f"{name}_v", Parameter(weight))
    setattr(module, name, hook.compute_weight(module))
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """Make the weight an ordinary parameter again, of the same value.

    Args:
        module: the module.
        name: the name of the weight. Default: "weight".

    Returns:
        The module.

    Raises:
        ValueError: `weight_norm` was not applied to it.
    """
    found = hook_for(module, WeightNorm, name, "name")
    if found is None:
        raise ValueError(f"weight_norm of '{name}' not found in {module}")
    number, hook = found
    weight = hook.compute_weight(module).detach()
    for old in (name, f"{name}_g", f"{name}_v"):
        delattr(module, old)
    module.register_parameter(name, Parameter(weight))
    remove_hook(module, number)
    return module
