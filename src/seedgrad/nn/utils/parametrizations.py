"""Parametrizations of weights: their length and direction apart, a bounded stretch, orthogonal matrices."""

from __future__ import annotations

from typing import Any, TypeVar

from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ..module import Module
from .norms import norm_except_dim, overwrite, random_unit, rows_along, scaled_to, stretch, unit
from .orthogonal import _OrthMaps as _OrthMaps
from .orthogonal import _Orthogonal as _Orthogonal
from .orthogonal import orthogonal as orthogonal
from .parametrize import register_parametrization
from .spectral_norm import default_dim

M = TypeVar("M", bound=Module)


class _WeightNorm(Module):
    """v g / |v|."""

    def __init__(self, dim: int | None = 0) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        return scaled_to(weight_v, weight_g, self.dim)

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        return norm_except_dim(weight, self.dim), weight


def weight_norm(module: M, name: str = "weight", dim: int = 0) -> M:
    """Learn the length and the direction of a weight apart: w = g v / |v|.

    Args:
        module: the module that has the weight.
        name: the name of the parameter. Default: "weight".
        dim: the dimension whose slices have a length each; None for one length of all. Default: 0.

    Returns:
        The module. It stores `parametrizations.<name>.original0` (g) and `original1` (v), and loads states that
        name them `<name>_g` and `<name>_v`.

    Raises:
        ValueError: there is no such parameter.
        AttributeError: the parameter is None.
        IndexError: `dim` is out of range.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.utils.parametrizations.weight_norm(sg.nn.Linear(20, 40))
        >>> layer.parametrizations.weight.original0.shape
        seedgrad.Size([40, 1])

    Source: Salimans, Kingma, Weight normalization, 2016.
    """
    register_parametrization(module, name, _WeightNorm(dim), unsafe=True)

    def load_old_names(module: Module, state: dict[str, Any], prefix: str, *_: Any) -> None:
        old = [f"{prefix}{name}_g", f"{prefix}{name}_v"]
        if all(key in state for key in old):
            for i, key in enumerate(old):
                state[f"{prefix}parametrizations.{name}.original{i}"] = state.pop(key)

    module.register_load_state_dict_pre_hook(load_old_names)
    return module


class _SpectralNorm(Module):
    """W over its largest singular value, estimated by power iteration."""

    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, n_power_iterations: int = 1, dim: int = 0, eps: float = 1e-12) -> None:
        super().__init__()
        ndim = weight.ndim
        if not -ndim <= dim < ndim:
            raise IndexError(f"Dimension out of range (expected to be in range of [{-ndim}, {ndim - 1}] but got {dim})")
        if n_power_iterations <= 0:
            raise ValueError(
                f"Expected n_power_iterations to be positive, but got n_power_iterations={n_power_iterations}"
            )
        self.dim, self.eps, self.n_power_iterations = dim % ndim, eps, n_power_iterations
        if ndim > 1:
            matrix = rows_along(weight.detach(), self.dim)
            self.register_buffer("_u", random_unit(matrix.shape[0], weight, eps))
            self.register_buffer("_v", random_unit(matrix.shape[1], weight, eps))
            self._power_method(matrix, 15)

    def _power_method(self, matrix: Tensor, steps: int) -> None:
        """Bring u and v closer to the singular vectors of the largest singular value."""
        a = matrix.array
        for _ in range(steps):
            overwrite(self._u, unit(a @ self._v.array, self.eps))
            overwrite(self._v, unit(a.T.conj() @ self._u.array, self.eps))

    def forward(self, weight: Tensor) -> Tensor:
        if weight.ndim == 1:
            return weight / xp.maximum(xp.norm(weight), self.eps)
        matrix = rows_along(weight, self.dim)
        if self.training:
            self._power_method(matrix, self.n_power_iterations)
        return weight / stretch(matrix, self._u, self._v)

    def right_inverse(self, value: Tensor) -> Tensor:
        return value


def spectral_norm(
    module: M, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> M:
    """Divide a weight by its largest singular value, which bounds how much the layer can stretch its input.

    The singular value is estimated by power iteration: each time the weight is read while training, u and v are
    improved by u = Wv / |Wv|, v = Wᵀu / |Wᵀu|, and w = W / (uᵀ W v). A vector is divided by its norm.

    Args:
        module: the module that has the weight.
        name: the name of the parameter. Default: "weight".
        n_power_iterations: steps for each time, at least 1. Default: 1.
        eps: keeps the norms away from 0. Default: 1e-12.
        dim: the dimension that counts as the rows of a matrix. Default: 0, and 1 for transposed convolutions.

    Returns:
        The module. It stores `parametrizations.<name>.original` and the buffers `parametrizations.<name>.0._u`, `_v`.

    Raises:
        ValueError: there is no such tensor; there are no steps.
        IndexError: `dim` is out of range.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.utils.parametrizations.spectral_norm(sg.nn.Linear(20, 40))
        >>> layer.parametrizations.weight[0]._u.shape
        seedgrad.Size([40])

    Source: Miyato, Kataoka, Koyama, Yoshida, Spectral normalization for generative adversarial networks, 2018.
    """
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    if dim is None:
        dim = default_dim(module)
    return register_parametrization(module, name, _SpectralNorm(weight, n_power_iterations, dim, eps))
