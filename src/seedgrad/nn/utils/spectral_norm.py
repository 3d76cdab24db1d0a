"""Spectral normalisation as a hook, the older form of `parametrizations.spectral_norm`."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from ...core.tensor import Tensor
from ..module import Module
from ..parameter import Parameter
from .hooks import hook_for, remove_hook
from .norms import overwrite, random_unit, rows_along, stretch, unit

M = TypeVar("M", bound=Module)


class SpectralNorm:
    """The hook: computes `name` from `name_orig` before each call, and while training improves `name_u`, `name_v`.

    Args:
        name: the name of the weight.
        n_power_iterations: steps for each call. Default: 1.
        dim: the dimension of the weight that counts as the rows of a matrix. Default: 0.
        eps: keeps the vectors' norms away from 0. Default: 1e-12.

    Raises:
        ValueError: there are no steps.
    """

    def __init__(self, name: str = "weight", n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        if n_power_iterations <= 0:
            raise ValueError(
                f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}"
            )
        self.name, self.dim, self.n_power_iterations, self.eps = name, dim, n_power_iterations, eps

    def compute_weight(self, module: Module, do_power_iteration: bool) -> Tensor:
        """The weight over its largest singular value, as far as u and v know it."""
        weight = getattr(module, f"{self.name}_orig")
        u, v = getattr(module, f"{self.name}_u"), getattr(module, f"{self.name}_v")
        matrix = rows_along(weight, self.dim)
        if do_power_iteration:
            for _ in range(self.n_power_iterations):
                overwrite(v, unit(matrix.array.T @ u.array, self.eps))
                overwrite(u, unit(matrix.array @ v.array, self.eps))
        return weight / stretch(matrix, u, v)

    def __call__(self, module: Module, inputs: Any) -> None:
        setattr(module, self.name, self.compute_weight(module, do_power_iteration=module.training))

    def load_old_state(
        self,
        module: Module,
        state: dict[str, Any],
        prefix: str,
        metadata: Any,
        strict: bool,
        missing: list[str],
        *_: Any,
    ) -> None:
        """States saved by PyTorch before 1.0 have the computed weight instead of v: find the v that gives it."""
        key = prefix + self.name
        if f"{key}_v" in state or any(f"{key}{end}" not in state for end in ("_orig", "", "_u")):
            return
        values = [np.asarray(state[f"{key}{end}"]) for end in ("_orig", "_u")]
        weight = np.asarray(state.pop(key))
        sigma = (values[0] / weight).mean()
        matrix, u = rows_along(Tensor(values[0]), self.dim).array, values[1]
        v = np.linalg.pinv(matrix.T @ matrix) @ (matrix.T @ u)
        state[f"{key}_v"] = Tensor(v * (sigma / (u @ (matrix @ v))))


def spectral_norm(
    module: M, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> M:
    """Divide a weight by its largest singular value, which bounds how much the layer can stretch its input.

    The singular value is estimated by power iteration: at each call while training, u and v are improved by
    v = Wᵀu / |Wᵀu|, u = Wv / |Wv|, and w = W / (uᵀ W v). The newer form is `nn.utils.parametrizations.spectral_norm`.

    Args:
        module: the module that has the weight.
        name: the name of the parameter; it becomes `name_orig`, with the buffers `name_u` and `name_v`.
            Default: "weight".
        n_power_iterations: steps for each call, at least 1. Default: 1.
        eps: keeps the vectors' norms away from 0. Default: 1e-12.
        dim: the dimension that counts as the rows of a matrix. Default: 0, and 1 for transposed convolutions.

    Returns:
        The module.

    Raises:
        RuntimeError: it is applied twice to one parameter; `dim` is out of range.
        KeyError: there is no such parameter.
        ValueError: the parameter is None; there are no steps.

    Source: Miyato, Kataoka, Koyama, Yoshida, Spectral normalization for generative adversarial networks, 2018.
    """
    if dim is None:
        dim = default_dim(module)
    if hook_for(module, SpectralNorm, name, "name"):
        raise RuntimeError(f"Cannot register two spectral_norm hooks on the same parameter {name}")
    hook = SpectralNorm(name, n_power_iterations, dim, eps)
    if name not in module._parameters:
        raise KeyError(f"{name!r}: {type(module).__name__} has no parameter of this name")
    weight = module._parameters[name]
    if weight is None:
        raise ValueError(f"`SpectralNorm` cannot be applied as parameter `{name}` is None")
    if not 0 <= dim < weight.ndim:
        raise RuntimeError(f"spectral_norm: dim must be in 0 ... {weight.ndim - 1} for {name}, got {dim}")
    rows, columns = rows_along(weight, dim).shape
    delattr(module, name)
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, weight.data)  # a plain value until the first call, so that the module can be copied
    module.register_buffer(f"{name}_u", random_unit(rows, weight, eps))
    module.register_buffer(f"{name}_v", random_unit(columns, weight, eps))
    module.register_forward_pre_hook(hook)
    module.register_load_state_dict_pre_hook(hook.load_old_state)
    return module


def default_dim(module: Module) -> int:
    """The dimension of a weight that counts the outputs: 1 for transposed convolutions, else 0."""
    return 1 if getattr(module, "_transposed", False) else 0


def remove_spectral_norm(module: M, name: str = "weight") -> M:
    """Make the weight an ordinary parameter again, of the value that it has in evaluation mode.

    Args:
        module: the module.
        name: the name of the weight. Default: "weight".

    Returns:
        The module.

    Raises:
        ValueError: `spectral_norm` was not applied to it.
    """
    found = hook_for(module, SpectralNorm, name, "name")
    if found is None:
        raise ValueError(f"spectral_norm of '{name}' not found in {module}")
    number, hook = found
    weight = hook.compute_weight(module, do_power_iteration=False).detach()
    for old in (name, f"{name}_u", f"{name}_v", f"{name}_orig"):
        delattr(module, old)
    module.register_parameter(name, Parameter(weight))
    remove_hook(module, number)
    if module._state_hooks is not None:
        loading = module._state_hooks.before_load
        for number in [n for n, f in loading.items() if getattr(f, "__self__", None) is hook]:
            del loading[number]
    return module
