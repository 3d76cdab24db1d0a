"""Parameters that are computed: `module.weight` becomes a function of what is stored.

>>> import seedgrad as sg
>>> from seedgrad.nn.utils import parametrize
>>> class Symmetric(sg.nn.Module):
...     def forward(self, x):
...         return x.triu() + x.triu(1).mT
>>> layer = parametrize.register_parametrization(sg.nn.Linear(3, 3), "weight", Symmetric())
>>> bool((layer.weight == layer.weight.T).all())
True
>>> sorted(layer.state_dict())
['bias', 'parametrizations.weight.original']
"""

from __future__ import annotations

import copy
from typing import Any, TypeVar

from ...core.mode import no_grad
from ...core.tensor import Tensor
from ..lists import ModuleDict
from ..module import Module
from ..parameter import Parameter
from .parametrization_list import ParametrizationList as ParametrizationList
from .parametrization_list import _register
from .parametrized_class import base_class, names_of, set_names
from .parametrized_class import cached as cached

M = TypeVar("M", bound=Module)


def register_parametrization(module: M, tensor_name: str, parametrization: Module, *, unsafe: bool = False) -> M:
    """Compute a parameter or buffer of a module by `parametrization(stored)` each time it is read.

    What is stored is `module.parametrizations.<tensor_name>.original`. If the parametrization has a method
    `right_inverse(value)`, it says what to store for a value: the module keeps its value, and `module.weight = value`
    works. It may return several tensors, which are stored as `original0`, `original1`, ... and given to the
    parametrization together. Parametrizations that are registered one after another are chained.

    Args:
        module: the module; its class becomes a subclass, named `Parametrized...`.
        tensor_name: the name of a parameter or buffer.
        parametrization: the function; its parameters are trained with those of the module.
        unsafe: do not check that the type and the shape stay the same. Default: False.

    Returns:
        The module.

    Raises:
        AttributeError: the tensor is None.
        ValueError: the module has no such tensor; the parametrization, or its right_inverse, returns something else than
            a tensor, or, unless `unsafe`, changes the type or shape.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.utils import parametrize
        >>> class Positive(sg.nn.Module):
        ...     def forward(self, x):
        ...         return x.exp()
        ...     def right_inverse(self, value):
        ...         return value.log()
        >>> layer = parametrize.register_parametrization(sg.nn.PReLU(), "weight", Positive())
        >>> round(layer.weight.item(), 4)
        0.25
    """
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        if not unsafe:
            _check_further(module, tensor_name, parametrization)
        chain: Any = module.parametrizations[tensor_name]
        chain.append(parametrization)
        chain.unsafe = chain.unsafe or unsafe
        return module
    if tensor_name not in module._parameters and tensor_name not in module._buffers:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name '{tensor_name}'"
        )
    original = getattr(module, tensor_name)
    if original is None:
        raise AttributeError(f"{type(module).__name__} has no tensor to parametrize: its {tensor_name} is None")
    chain = ParametrizationList([parametrization], original, unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        module.parametrizations = ModuleDict()
    module.parametrizations[tensor_name] = chain
    set_names(module, (*names_of(module), tensor_name))
    return module


def _check_further(module: Module, name: str, parametrization: Module) -> None:
    """Raise unless a parametrization that is chained to others leaves type and shape as they are."""
    before = getattr(module, name)
    after = parametrization(before)
    if not isinstance(after, Tensor):
        raise ValueError(f"A parametrization must return a tensor. Got {type(after).__name__}.")
    _check_same(before, after, name, "Registering a parametrization may not change")
    if hasattr(parametrization, "right_inverse"):
        try:
            stored = parametrization.right_inverse(after)
        except NotImplementedError:
            return  # it says that it has none
        if not isinstance(stored, Tensor):
            raise ValueError(f"parametrization.right_inverse must return a tensor. Got: {type(stored).__name__}")
        _check_same(before, stored, name, "parametrization.right_inverse may not change")


def _check_same(before: Tensor, after: Tensor, name: str, who: str) -> None:
    for what in ("dtype", "shape"):
        old, new = getattr(before, what), getattr(after, what)
        if old != new:
            raise ValueError(
                f"{who} the {what} of the tensor, unless the `unsafe` flag is enabled. module.{name}: {old}, after: {new}"
            )


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether a tensor of the module is parametrized.

    Args:
        module: the module itself; those below it are not looked at.
        tensor_name: the tensor. Default: any.
    """
    found = getattr(module, "parametrizations", None)
    if not isinstance(found, ModuleDict):
        return False
    return len(found) > 0 if tensor_name is None else tensor_name in found


def remove_parametrizations(module: M, tensor_name: str, leave_parametrized: bool = True) -> M:
    """Make a parametrized tensor an ordinary parameter or buffer again.

    Args:
        module: the module; its class is the original one again when nothing else is parametrized.
        tensor_name: the name of the tensor.
        leave_parametrized: keep the value that was computed; False takes the one that was stored. Default: True.

    Returns:
        The module.

    Raises:
        ValueError: the tensor is not parametrized; the stored value is asked for where several tensors are stored.
        RuntimeError: the computed value has another type than what is stored.
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    chains: Any = module.parametrizations
    chain = chains[tensor_name]
    if chain.is_tensor:
        original = chain.original
        if leave_parametrized:
            with no_grad():
                value = getattr(module, tensor_name)
            if value.dtype != original.dtype:
                raise RuntimeError(
                    f"remove_parametrizations(): the computed {tensor_name} has dtype {value.dtype}, what is stored "
                    f"{original.dtype}. Use leave_parametrized=False, or convert the module first"
                )
            original.data = value
    elif leave_parametrized:
        value = getattr(module, tensor_name)
        original = Parameter(value.detach()) if value.requires_grad else value
    else:
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a "
            "sequence of tensors."
        )
    del chains[tensor_name]
    set_names(module, tuple(name for name in names_of(module) if name != tensor_name))
    if not len(chains):
        del module.parametrizations
    _register(module, tensor_name, original)
    return module


def type_before_parametrizations(module: Module) -> type:
    """The class that a module has, or had before it was parametrized.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.utils.parametrizations.weight_norm(sg.nn.Linear(2, 2))
        >>> type(layer).__name__, sg.nn.utils.parametrize.type_before_parametrizations(layer).__name__
        ('ParametrizedLinear', 'Linear')
    """
    return base_class(module)


def transfer_parametrizations_and_params(from_module: Module, to_module: M, tensor_name: str | None = None) -> M:
    """Parametrize a module as another one is, and give it what that one stores.

    The parametrizations and the stored tensors are then shared by both modules.

    Args:
        from_module: where they are.
        to_module: where they go.
        tensor_name: the only tensor to transfer. Default: all that are parametrized.

    Returns:
        `to_module`.

    Raises:
        KeyError: `tensor_name` is not parametrized in `from_module`.
    """
    if not is_parametrized(from_module):
        return to_module
    chains: Any = from_module.parametrizations
    for name in list(chains) if tensor_name is None else [tensor_name]:
        if not hasattr(to_module, name):
            _register(to_module, name, copy.deepcopy(getattr(from_module, name).detach()))
        chain = chains[name]
        for parametrization in chain:
            register_parametrization(to_module, name, parametrization)
        target: Any = to_module.parametrizations[name]
        for stored in chain._names():
            setattr(target, stored, getattr(chain, stored))
    return to_module
