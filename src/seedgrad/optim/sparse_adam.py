"""SparseAdam, which takes sparse gradients only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..core.tensor import Tensor
from .checks import check_betas, check_range, check_rate
from .optimizer import Optimizer


class SparseAdam(Optimizer):
    """Adam for sparse gradients. Gradients in seedgrad are dense, so a step with one says to use `Adam`.

    Args:
        params: the parameters, or groups of them.
        lr: the learning rate, above 0. Default: 1e-3.
        betas: β₁ and β₂, each in [0, 1). Default: (0.9, 0.999).
        eps: added to the root, above 0. Default: 1e-8.
        maximize: go up rather than down. Default: False.

    Raises:
        ValueError: an option is out of range; a parameter is complex.
        RuntimeError: at a step: a gradient is dense.

    Example:
        >>> import seedgrad as sg
        >>> optimizer = sg.optim.SparseAdam([sg.ones(2, requires_grad=True)])
        >>> optimizer.step()  # nothing has a gradient
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        maximize: bool = False,
    ) -> None:
        check_rate(lr, {}, open_low=True)
        check_range("epsilon value", eps, open_low=True)
        check_betas(betas)
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "maximize": maximize})
        places = [
            [i, j]
            for i, group in enumerate(self.param_groups)
            for j, p in enumerate(group["params"])
            if p.array.dtype.kind == "c"
        ]
        if places:
            raise ValueError(f"Complex params at indices {places}: SparseAdam does not support complex parameters")

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: Any) -> None:
        raise RuntimeError("SparseAdam does not support dense gradients, please consider Adam instead")
