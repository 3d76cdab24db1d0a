"""What stands in the place of a parametrized tensor: the tensors that are stored, and the modules between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...core.mode import no_grad
from ...core.tensor import Tensor
from ..lists import ModuleList
from ..module import Module
from ..parameter import Parameter


class ParametrizationList(ModuleList):
    """The modules that compute a tensor from `original`, or from `original0`, `original1`, ...

    Made by `register_parametrization`; it is `module.parametrizations.weight`.

    Args:
        modules: at least one. The first one is given what is stored, each further one what the one before returned.
        original: the tensor to parametrize; a Parameter, or a Tensor that becomes a buffer.
        unsafe: do not check that the type and the shape stay the same. Default: False.

    Attributes:
        is_tensor: whether one tensor is stored.
        ntensors: how many are stored.

    Raises:
        ValueError: there are no modules; a right_inverse or the result is not a tensor, or, unless `unsafe`, of another
            type or shape.
    """

    original: Tensor

    def __init__(self, modules: Sequence[Module], original: Tensor, unsafe: bool = False) -> None:
        if len(modules) == 0:
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        shape, kind = original.shape, original.dtype
        with no_grad():
            stored: Any = original
            for module in reversed(list(self)):
                if hasattr(module, "right_inverse"):
                    try:
                        stored = module.right_inverse(stored)
                    except NotImplementedError:
                        continue  # it says that it has none; the values are stored as they are
        self.is_tensor = isinstance(stored, Tensor)
        self._store(original, stored)
        if not unsafe:
            _check_result(self(), shape, kind)

    def _store(self, original: Tensor, stored: Any) -> None:
        """Keep what the right_inverses made of the original."""
        if self.is_tensor:
            if original.dtype != stored.dtype:
                raise ValueError(
                    "When `right_inverse` outputs one tensor, it may not change the dtype. The original has "
                    f"{original.dtype}, right_inverse(original) has {stored.dtype}"
                )
            original.data = stored
            self.ntensors = 1
            _register(self, "original", original)
            return
        if not isinstance(stored, Sequence):
            raise ValueError(
                "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). "
                f"Got {type(stored).__name__}"
            )
        self.ntensors = len(stored)
        for i, tensor in enumerate(stored):
            if not isinstance(tensor, Tensor):
                raise ValueError(
                    "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). "
                    f"Got element {i} of the sequence with type {type(tensor).__name__}."
                )
            if isinstance(original, Parameter):
                tensor = Parameter(tensor, original.requires_grad)
            _register(self, f"original{i}", tensor.requires_grad_(original.requires_grad))

    def right_inverse(self, value: Tensor) -> None:
        """Store what gives `value`; this is what `module.weight = value` does.

        Raises:
            RuntimeError: a parametrization has no right_inverse.
            ValueError: one returns something else than it did at first: a number of tensors, or a type.
        """
        with no_grad():
            found: Any = value
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(
                        f"parametrization {type(module).__name__} does not implement right_inverse. Define "
                        f"right_inverse(self, value), or assign to what is stored"
                    )
                found = module.right_inverse(found)
            if self.is_tensor:
                if not isinstance(found, Tensor):
                    raise ValueError(f"`right_inverse` should return a tensor. Got {type(found).__name__}")
                found = [found]
            elif not isinstance(found, Sequence) or isinstance(found, Tensor):
                raise ValueError(f"'right_inverse' must return a sequence of tensors. Got {type(found).__name__}.")
            if len(found) != self.ntensors:
                raise ValueError(
                    f"'right_inverse' must return a sequence of tensors of length {self.ntensors}. "
                    f"Got a sequence of length {len(found)}."
                )
            for name, tensor in zip(self._names(), found, strict=True):
                _replace(getattr(self, name), tensor, name)

    def _names(self) -> list[str]:
        return ["original"] if self.is_tensor else [f"original{i}" for i in range(self.ntensors)]

    def forward(self) -> Tensor:
        first, *rest = self
        x: Any = first(*(getattr(self, name) for name in self._names()))
        for module in rest:
            x = module(x)
        return x


def _register(module: Module, name: str, tensor: Tensor) -> None:
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


def _replace(stored: Tensor, tensor: Any, name: str) -> None:
    if not isinstance(tensor, Tensor):
        raise ValueError(f"'right_inverse' must return tensors, got a {type(tensor).__name__} for `{name}`")
    if tensor.dtype != stored.dtype:
        raise ValueError(
            f"The tensor returned by `right_inverse` has dtype {tensor.dtype} while `{name}` has dtype {stored.dtype}"
        )
    stored.data = tensor


def _check_result(result: Any, shape: Any, kind: Any) -> None:
    if not isinstance(result, Tensor):
        raise ValueError(f"A parametrization must return a tensor. Got {type(result).__name__}.")
    for what, before, after in (("dtype", kind, result.dtype), ("shape", shape, result.shape)):
        if before != after:
            raise ValueError(
                f"Registering a parametrization may not change the {what} of the tensor, unless `unsafe` flag is enabled. "
                f"Unparametrized: {before}, parametrized: {after}"
            )
