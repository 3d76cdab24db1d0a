"""Module: what every layer and every model is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..core.memory import bump
from ..core.tensor import Tensor
from .appearance import Appearance
from .conversion import Conversion
from .hooks import HookRegistration
from .parameter import Buffer, Parameter
from .registration import REGISTRATION, registered
from .state import StateDict
from .traversal import Traversal
from .where import add_path

M = TypeVar("M", bound="Module")


def _missing_forward(self: Module, *inputs: Any) -> Any:
    """Compute the output. Every subclass defines its own."""
    raise NotImplementedError(
        f'Module [{type(self).__name__}] is missing the required "forward" function: define forward(self, ...)'
    )


class Module(Traversal, StateDict, HookRegistration, Conversion, Appearance):
    """The base of all layers and models.

    Parameters, buffers and modules that are assigned as attributes are registered under the attribute's name,
    in order. They are kept in `_parameters`, `_buffers` and `_modules`, and as plain attributes too, so that
    reading `self.weight` in `forward` costs one dictionary look-up.

    Attributes:
        training: whether the module is in training mode (Dropout and BatchNorm look at it); see `train`.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad import nn
        >>> class Twice(nn.Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.linear = nn.Linear(3, 3)
        ...     def forward(self, x):
        ...         return self.linear(self.linear(x))
        >>> Twice()(sg.ones(2, 3)).shape
        seedgrad.Size([2, 3])
        >>> [name for name, _ in Twice().named_parameters()]
        ['linear.weight', 'linear.bias']
    """

    training: bool
    forward: Callable[..., Any] = _missing_forward

    def __init__(self) -> None:
        self.__dict__.update(training=True, _parameters={}, _buffers={}, _non_persistent_buffers_set=set(), _modules={})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            if self._hooks is None:
                return self.forward(*args, **kwargs)
            return self._hooks.call(self, args, kwargs)
        except Exception as error:
            add_path(error, self)
            raise

    # Registering

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Add a parameter; None reserves the name, as for a missing bias.

        Raises:
            AttributeError: before `super().__init__()` was called.
            KeyError: the name is empty, contains a dot, or is taken.
            TypeError: the name is not a string, or `param` is not a Parameter.
        """
        self._check_name(name, "parameter", self._parameters_or_raise())
        if param is not None and not isinstance(param, Parameter):
            advice = (
                "wrap it: nn.Parameter(tensor)"
                if isinstance(param, Tensor) and param.is_leaf
                else ("parameters are leaves; compute it in forward(), or wrap tensor.detach()")
            )
            raise TypeError(
                f"cannot assign '{type(param).__name__}' object to parameter '{name}' "
                f"(nn.Parameter or None required): {advice}"
            )
        if REGISTRATION.parameters and param is not None:
            param = registered(REGISTRATION.parameters, self, name, param)
        self._parameters[name] = self.__dict__[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Add a buffer: state that is not trained, such as running statistics.

        Args:
            name: its name; also an attribute.
            tensor: the values; None reserves the name.
            persistent: whether `state_dict` holds it. Default: True.

        Raises:
            AttributeError: before `super().__init__()` was called.
            KeyError: the name is empty, contains a dot, or is taken.
            TypeError: the name is not a string, or `tensor` is not a Tensor.
        """
        self._parameters_or_raise("buffer")
        self._check_name(name, "buffer", self._buffers)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign '{type(tensor).__name__}' object to buffer '{name}' (Tensor or None required)"
            )
        if REGISTRATION.buffers:
            tensor = registered(REGISTRATION.buffers, self, name, tensor)
        self._buffers[name] = self.__dict__[name] = tensor
        (self._non_persistent_buffers_set.discard if persistent else self._non_persistent_buffers_set.add)(name)

    def register_module(self, name: str, module: Module | None) -> None:
        """Add a child module; None reserves the name. `add_module` is the same.

        Raises:
            KeyError: the name is empty, contains a dot, or is taken.
            TypeError: the name is not a string, or `module` is not a Module.
        """
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{_described(module)} is not a Module subclass")
        self._parameters_or_raise("module")
        self._check_name(name, "module", self._modules)
        if REGISTRATION.modules:
            module = registered(REGISTRATION.modules, self, name, module)
        self._modules[name] = self.__dict__[name] = module

    add_module = register_module

    def _parameters_or_raise(self, what: str = "parameter") -> dict[str, Parameter | None]:
        found = self.__dict__.get("_parameters")
        if found is None:
            raise AttributeError(
                f"cannot assign {what} before Module.__init__() call: "
                f"call super().__init__() first in {type(self).__name__}.__init__"
            )
        return found

    def _check_name(self, name: str, what: str, own: dict[str, Any]) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{what} name should be a string. Got {type(name).__name__}")
        if name == "":
            raise KeyError(f'{what} name can\'t be empty string ""')
        if "." in name:
            raise KeyError(f'{what} name can\'t contain ".", got: {name}')
        if hasattr(self, name) and name not in own:
            raise KeyError(f"attribute '{name}' already exists")

    # Attributes

    def __setattr__(self, name: str, value: Any) -> None:
        state = self.__dict__
        if isinstance(value, Parameter):
            self._parameters_or_raise("parameters")
            self._forget(name, "_parameters")
            self.register_parameter(name, value)
        elif isinstance(value, Module):
            self._parameters_or_raise("module")
            self._forget(name, "_modules")
            if REGISTRATION.modules:
                value = registered(REGISTRATION.modules, self, name, value)
            state["_modules"][name] = state[name] = value
        elif isinstance(value, Buffer):
            self._parameters_or_raise("buffer")
            self._forget(name, "_buffers")
            self.register_buffer(name, value, value.persistent)
        else:
            self._set_plain(name, value)

    def _set_plain(self, name: str, value: Any) -> None:
        """Set a value that is neither a Parameter nor a Module nor a Buffer."""
        state = self.__dict__
        for store, kind in (
            ("_parameters", "parameter"),
            ("_modules", "child module"),
            ("_buffers", "buffer"),
        ):
            if name in state.get(store, ()):
                if value is not None and not (kind == "buffer" and isinstance(value, Tensor)):
                    wanted = {"parameter": "nn.Parameter", "child module": "nn.Module", "buffer": "Tensor"}[kind]
                    advice = f". Write nn.Parameter(value), or `del module.{name}` first" if kind == "parameter" else ""
                    raise TypeError(
                        f"cannot assign '{type(value).__name__}' as {kind} '{name}' ({wanted} or None expected){advice}"
                    )
                state[store][name] = state[name] = value
                return
        object.__setattr__(self, name, value)

    def _forget(self, name: str, keep: str) -> None:
        """Remove what else has this name, so that the new value takes its place."""
        state = self.__dict__
        if name in state:
            for store in ("_parameters", "_buffers", "_modules"):
                if store != keep:
                    state[store].pop(name, None)
            if name not in state[keep]:
                del state[name]
            self._non_persistent_buffers_set.discard(name)

    def __getattr__(self, name: str) -> Any:
        # Only reached when there is no such attribute; members may have been put into the stores directly.
        for store in ("_parameters", "_buffers", "_modules"):
            members = self.__dict__.get(store)
            if members is not None and name in members:
                return members[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)

    def __delattr__(self, name: str) -> None:
        registered = False
        for store in ("_parameters", "_buffers", "_modules"):
            if name in self.__dict__.get(store, ()):
                del self.__dict__[store][name]
                registered = True
        if registered:
            self._non_persistent_buffers_set.discard(name)
            self.__dict__.pop(name, None)
        else:
            object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        names = {*super().__dir__(), *self._parameters, *self._buffers, *self._modules}
        return sorted(name for name in names if not name[0].isdecimal())

    # Modes

    def train(self: M, mode: bool = True) -> M:
        """Set training mode for this module and all below it, and return it.

        Args:
            mode: True for training, False for evaluation. Default: True.

        Raises:
            ValueError: `mode` is not a bool.
        """
        if not isinstance(mode, bool):
            raise ValueError(f"training mode is expected to be boolean, got {mode!r}")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self: M) -> M:
        """Set evaluation mode: `train(False)`."""
        return self.train(False)

    def requires_grad_(self: M, requires_grad: bool = True) -> M:
        """Set `requires_grad` of all parameters, for example to freeze a model; returns the module."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters.

        Args:
            set_to_none: make them None; False fills them with zeros. Default: True.
        """
        for module in self.modules():  # a shared parameter may come twice, which changes nothing
            for parameter in module._parameters.values():
                if parameter is not None:
                    zero_gradient(parameter, set_to_none)

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: there is no compiler, and a compiled module would compute the same.

        Args:
            *args, **kwargs: accepted for programs written for PyTorch.
        """


def zero_gradient(t: Tensor, set_to_none: bool) -> None:
    """Forget a gradient, or fill it with zeros outside of any graph."""
    g = None if set_to_none else t._grad
    if g is None:
        t._grad = None
    elif g.requires_grad:
        t._grad = Tensor(g.array * 0)
    else:
        g.array.fill(0)
        bump(g)


def _described(value: Any) -> str:
    return value.__name__ if isinstance(value, type) else type(value).__name__
