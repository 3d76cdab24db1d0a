"""Modules that learn the size of their input from the first one they see."""

from __future__ import annotations

from typing import Any

from .module import Module
from .parameter import is_lazy
from .where import add_path


class LazyModuleMixin:
    """The part of a module whose parameters get their shapes on its first call.

    A lazy class inherits from this and then from an ordinary module, makes UninitializedParameters, and defines
    `initialize_parameters(*args, **kwargs)`, which takes the arguments of `forward` and calls `materialize` on them.
    Before that the module can be converted to another type, loaded, saved, and its parameters given to an optimizer.

    Attributes:
        cls_to_become: the class that the module has after its first call; None: it keeps its own.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.LazyLinear(2)
        >>> layer(sg.ones(5, 3)).shape
        seedgrad.Size([5, 2])
        >>> layer
        Linear(in_features=3, out_features=2, bias=True)
    """

    cls_to_become: type[Module] | None = None
    _inferred = False

    def initialize_parameters(self, *args: Any, **kwargs: Any) -> None:
        """Give all parameters and buffers their shapes and first values; takes what `forward` takes."""
        raise NotImplementedError(f"initialize_parameters is not implemented for {type(self).__name__}")

    def has_uninitialized_params(self) -> bool:
        """Whether a parameter or buffer of this module has no shape yet."""
        return any(map(is_lazy, [*self._parameters.values(), *self._buffers.values()]))  # type: ignore[attr-defined]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self._inferred:
            try:
                self._infer_parameters(self, args, kwargs)
            except Exception as error:
                add_path(error, self)  # type: ignore[arg-type]
                raise
            return self(*args, **kwargs)  # its class may be another one now
        return super().__call__(*args, **kwargs)  # type: ignore[misc]

    def _infer_parameters(self, module: Any, args: Any, kwargs: Any = None) -> None:
        module.initialize_parameters(*args, **(kwargs or {}))
        if module.has_uninitialized_params():
            raise RuntimeError(
                f"module {module._get_name()} has not been fully initialized: initialize_parameters must call "
                "materialize on all uninitialized parameters and buffers"
            )
        if module.cls_to_become is None:
            module._inferred = True
        else:
            module.__class__ = module.cls_to_become

    def _save_to_state_dict(self, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
        for name, value in self._own_state().items():  # type: ignore[attr-defined]
            destination[prefix + name] = value if keep_vars or is_lazy(value) else value.detach()

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        for name, target in self._own_state().items():  # type: ignore[attr-defined]
            value = state_dict.get(prefix + name)
            if is_lazy(target) and value is not None and not is_lazy(value):
                target.materialize(value.shape)
        super()._load_from_state_dict(state_dict, prefix, *rest)  # type: ignore[misc]
