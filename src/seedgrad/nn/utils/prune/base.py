"""What all ways of pruning share: a mask, and the hook that applies it before every call."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from ....core.op import tensor_namespace as xp
from ....core.tensor import Tensor
from ...module import Module
from ..hooks import hook_for, remove_hook


class BasePruningMethod(ABC):
    """A way of pruning. A subclass has `compute_mask`, and a PRUNING_TYPE if it is to be combined with others.

    Attributes:
        PRUNING_TYPE: what is pruned, which matters where something was pruned before: "unstructured" (of the elements
            that are left), "structured" (of the slices along `dim` in which something is left) or "global" (of all).

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.utils import prune
        >>> class Negative(prune.BasePruningMethod):
        ...     PRUNING_TYPE = "unstructured"
        ...     def compute_mask(self, t, default_mask):
        ...         return default_mask * (t > 0)
        >>> layer = sg.nn.Linear(3, 3)
        >>> _ = Negative.apply(layer, "weight")
        >>> bool((layer.weight >= 0).all())
        True
    """

    PRUNING_TYPE: str
    _tensor_name: str

    @abstractmethod
    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The new mask.

        Args:
            t: the importance of each element; the tensor itself unless something else was given.
            default_mask: the mask so far, of the same shape.

        Returns:
            0 where an element is pruned, 1 elsewhere, of the same shape.
        """

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self._tensor_name, self.apply_mask(module))

    def apply_mask(self, module: Module) -> Tensor:
        """The pruned tensor: the original times the mask."""
        original = getattr(module, f"{self._tensor_name}_orig")
        return getattr(module, f"{self._tensor_name}_mask").to(original.dtype) * original

    @classmethod
    def apply(
        cls, module: Module, name: str, *args: Any, importance_scores: Tensor | None = None, **kwargs: Any
    ) -> BasePruningMethod:
        """Prune a parameter: it becomes `name_orig`, with a buffer `name_mask`, and `name` their product.

        Args:
            module: the module that has the parameter.
            name: the parameter.
            *args, **kwargs: for the class.
            importance_scores: of the parameter's shape, what is compared instead of the values. Default: none.

        Returns:
            The hook: this method, or a PruningContainer of it and those before.

        Raises:
            AssertionError: the scores have another shape.
            AttributeError: there is no such parameter.
        """
        method = cls(*args, **kwargs)
        method._tensor_name = name
        value = getattr(module, name)
        if importance_scores is not None and importance_scores.shape != value.shape:
            raise AssertionError(
                f"importance_scores should have the same shape as parameter {name} of {module}, got "
                f"{tuple(importance_scores.shape)} vs {tuple(value.shape)}"
            )
        scores = value if importance_scores is None else importance_scores
        before = hook_for(module, BasePruningMethod, name, "_tensor_name")
        if before is None:
            mask = method.compute_mask(scores.detach(), Tensor(np.ones_like(value.array)))
            module.register_parameter(f"{name}_orig", value)
            delattr(module, name)
        else:
            method = joined(before[1], method)
            mask = method.compute_mask(scores.detach(), getattr(module, f"{name}_mask").detach().clone())
            remove_hook(module, before[0])
        module.register_buffer(f"{name}_mask", mask)
        setattr(module, name, method.apply_mask(module))
        module.register_forward_pre_hook(method)
        return method

    def prune(self, t: Tensor, default_mask: Tensor | None = None, importance_scores: Tensor | None = None) -> Tensor:
        """A tensor times the mask that this method computes for it.

        Args:
            t: the tensor.
            default_mask: what was pruned before, of the same shape. Default: nothing.
            importance_scores: of the same shape, what is compared instead of the values. Default: `t`.

        Returns:
            The pruned tensor.

        Raises:
            AssertionError: the scores have another shape.
        """
        if importance_scores is None:
            importance_scores = t
        elif importance_scores.shape != t.shape:
            raise AssertionError(
                f"importance_scores should have the same shape as tensor t, got {tuple(importance_scores.shape)} vs "
                f"{tuple(t.shape)}"
            )
        if default_mask is None:
            default_mask = xp.ones_like(t)
        return t * self.compute_mask(importance_scores, default_mask)

    def remove(self, module: Module) -> None:
        """Make the parameter an ordinary one again, with the zeros; the hook stays until `prune.remove`."""
        name = self._tensor_name
        value = self.apply_mask(module).detach()
        original: Any = module._parameters[f"{name}_orig"]
        original.data = value
        for old in (name, f"{name}_mask", f"{name}_orig"):
            delattr(module, old)
        setattr(module, name, original)


class PruningContainer(BasePruningMethod):
    """Several ways of pruning one tensor, one after another.

    Args:
        *args: pruning methods for the same tensor.

    Raises:
        TypeError: one is not a BasePruningMethod.
        ValueError: one is for another tensor.
    """

    def __init__(self, *args: BasePruningMethod) -> None:
        self._pruning_methods: tuple[BasePruningMethod, ...] = ()
        if args:
            self._tensor_name = args[0]._tensor_name
        for method in args:
            self.add_pruning_method(method)

    def add_pruning_method(self, method: BasePruningMethod) -> None:
        """Add a method at the end.

        Raises:
            TypeError: it is not a BasePruningMethod.
            ValueError: it is for another tensor.
        """
        if not isinstance(method, BasePruningMethod):
            raise TypeError(f"{type(method)} is not a BasePruningMethod subclass")
        if self._tensor_name != method._tensor_name:
            raise ValueError(
                "Can only add pruning methods acting on the parameter named "
                f"'{self._tensor_name}' to PruningContainer {self}. Found '{method._tensor_name}'"
            )
        self._pruning_methods += (method,)

    def __len__(self) -> int:
        return len(self._pruning_methods)

    def __iter__(self) -> Any:
        return iter(self._pruning_methods)

    def __getitem__(self, idx: Any) -> Any:
        return self._pruning_methods[idx]

    def compute_mask(self, t: Tensor, default_mask: Tensor) -> Tensor:
        """The mask after the last method, which chooses among what the mask so far leaves.

        Raises:
            ValueError: the PRUNING_TYPE of the method is unknown.
        """
        method: Any = self._pruning_methods[-1]
        left = _left(method, default_mask.array)
        part = method.compute_mask(t[left], default_mask=default_mask[left])
        mask = default_mask.clone()
        mask[left] = part.to(mask.dtype)
        return mask


def joined(before: BasePruningMethod, method: BasePruningMethod) -> PruningContainer:
    """A container of what pruned before and a further method."""
    return PruningContainer(*(before if isinstance(before, PruningContainer) else (before,)), method)


def _left(method: Any, mask: np.ndarray[Any, Any]) -> Any:
    """The index of what a method may choose from."""
    kind = method.PRUNING_TYPE
    if kind == "unstructured":
        return Tensor(mask == 1)
    if kind == "structured":
        dim = method.dim % mask.ndim
        keep = mask.sum(axis=tuple(i for i in range(mask.ndim) if i != dim)) != 0
        return (slice(None),) * dim + (Tensor(np.flatnonzero(keep)),)
    if kind == "global":
        return (slice(None),) * mask.ndim
    raise ValueError(f"Unrecognized PRUNING_TYPE {kind}; it is 'unstructured', 'structured' or 'global'")
