"""Averages of the weights along training: stochastic weight averaging (SWA) and exponential moving averages (EMA)."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.memory import bump
from ..core.mode import no_grad
from ..core.tensor import Tensor
from ..nn.batchnorm import _BatchNorm
from ..nn.module import Module
from . import blocks
from .lr_scheduler.swa import SWALR as SWALR

Average = Callable[[Tensor, Tensor, Any], Tensor]
AverageAll = Callable[[list[Tensor], list[Tensor], Any], None]


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The function average, value, n → decay·average + (1 − decay)·value, for `AveragedModel(avg_fn=...)`.

    Args:
        decay: how much of the average is kept, in [0, 1]. Default: 0.999.

    Returns:
        The function.

    Raises:
        ValueError: `decay` is out of range.

    Example:
        >>> import seedgrad as sg
        >>> sg.optim.swa_utils.get_ema_avg_fn(0.75)(sg.tensor([4.0]), sg.tensor([8.0]), 1)
        tensor([5.])
    """
    _check_decay(decay)

    @no_grad()
    def average(averaged: Tensor, value: Tensor, number: Any) -> Tensor:
        return decay * averaged + (1 - decay) * value

    return average


def get_swa_avg_fn() -> Average:
    """The function average, value, n → average + (value − average) / (n + 1), for `AveragedModel(avg_fn=...)`.

    Returns:
        The function.

    Example:
        >>> import seedgrad as sg
        >>> sg.optim.swa_utils.get_swa_avg_fn()(sg.tensor([4.0]), sg.tensor([8.0]), 3)
        tensor([5.])
    """

    @no_grad()
    def average(averaged: Tensor, value: Tensor, number: Any) -> Tensor:
        return averaged + (value - averaged) / (number + 1)

    return average


def get_ema_multi_avg_fn(decay: float = 0.999) -> AverageAll:
    """As `get_ema_avg_fn`, for lists of tensors that are written in place: `AveragedModel(multi_avg_fn=...)`.

    Args:
        decay: how much of the average is kept, in [0, 1]. Default: 0.999.

    Returns:
        The function.

    Raises:
        ValueError: `decay` is out of range.

    Example:
        >>> import seedgrad as sg
        >>> average = sg.tensor([4.0])
        >>> sg.optim.swa_utils.get_ema_multi_avg_fn(0.75)([average], [sg.tensor([8.0])], 1)
        >>> average
        tensor([5.])
    """
    _check_decay(decay)

    def average(averaged: list[Tensor], values: list[Tensor], number: Any) -> None:
        for a, value in zip(averaged, values, strict=True):
            _approach(a, value, 1 - decay)

    return average


def get_swa_multi_avg_fn() -> AverageAll:
    """As `get_swa_avg_fn`, for lists of tensors that are written in place: `AveragedModel(multi_avg_fn=...)`.

    Returns:
        The function.

    Example:
        >>> import seedgrad as sg
        >>> average = sg.tensor([4.0])
        >>> sg.optim.swa_utils.get_swa_multi_avg_fn()([average], [sg.tensor([8.0])], 3)
        >>> average
        tensor([5.])
    """

    def average(averaged: list[Tensor], values: list[Tensor], number: Any) -> None:
        for a, value in zip(averaged, values, strict=True):
            _approach(a, value, 1 / (int(number) + 1))

    return average


def _check_decay(decay: float) -> None:
    if decay < 0.0 or decay > 1.0:
        raise ValueError(f"Invalid decay value {decay} provided. Please provide a value in [0,1] range.")


def _approach(average: Tensor, value: Tensor, weight: float) -> None:
    """average += weight · (value − average), block by block; whole numbers are cut off."""
    a, b = blocks.at_least_1d(average.array, value.array)
    whole = dtypes.category(a.dtype) < dtypes.FLOAT
    with np.errstate(all="ignore"):
        for part in blocks.parts(a):
            x, y = a[part], b[part]
            if whole:
                x[...] = (x + weight * (y - x)).astype(x.dtype)
            elif weight < 0.5:
                x += (y - x) * weight
            else:  # from the nearer end, so that weight 1 gives the value itself
                x[...] = y - (y - x) * (1 - weight)
    bump(average)


class AveragedModel(Module):
    """A copy of a model whose parameters are averages of those that the model has had.

    Args:
        model: the model that is trained.
        device: the only device, "cpu". Default: None.
        avg_fn: the new average, from the average, the value and the number of values so far; for each tensor.
        multi_avg_fn: the same for lists of tensors of one type, in place. Default of both: the mean of all.
        use_buffers: average the buffers too, rather than copy them. Default: False.

    Attributes:
        module: the copy.
        n_averaged: the number of values so far, a 0-d int64 buffer.

    Raises:
        AssertionError: both functions are given.

    Shape:
        As the model's.

    Example:
        >>> import seedgrad as sg
        >>> model = sg.nn.Linear(1, 1, bias=False)
        >>> average = sg.optim.swa_utils.AveragedModel(model)
        >>> for value in (1.0, 2.0, 6.0):
        ...     _ = model.weight.data.fill_(value)
        ...     average.update_parameters(model)
        >>> average.module.weight.item()
        3.0

    Source: Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization" (2018); Polyak and
    Juditsky, "Acceleration of Stochastic Approximation by Averaging" (1992).
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Average | None = None,
        multi_avg_fn: AverageAll | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("Only one of avg_fn and multi_avg_fn should be provided")
        self.module = copy.deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", Tensor(np.zeros((), np.int64)))
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the averaged model returns."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the parameters that the model has now into the average.

        Args:
            model: the model that is trained.
        """
        with no_grad():
            pairs = list(zip(self._averaged(self.module), self._averaged(model), strict=False))
            if int(self.n_averaged) == 0:
                for average, value in pairs:
                    average.detach().copy_(value)
            elif self.avg_fn is not None:
                for average, value in pairs:
                    average.detach().copy_(self.avg_fn(average.detach(), value.detach(), self.n_averaged))
            else:
                update = self.multi_avg_fn or get_swa_multi_avg_fn()
                for kind in dict.fromkeys(average.dtype for average, _ in pairs):
                    alike = [(a.detach(), v.detach()) for a, v in pairs if a.dtype == kind]
                    update([a for a, _ in alike], [v for _, v in alike], self.n_averaged)
            if not self.use_buffers:
                for copied, buffer in zip(self.module.buffers(), model.buffers(), strict=True):
                    copied.detach().copy_(buffer)
            self.n_averaged += 1

    def _averaged(self, model: Module) -> Iterable[Tensor]:
        return itertools.chain(model.parameters(), model.buffers() if self.use_buffers else ())


@no_grad()
def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Compute the running statistics of all batch normalisations anew, in one pass over the data.

    An averaged model needs it before it is evaluated: its activations are not those that were seen in training.

    Args:
        loader: batches; of a list or tuple the first item is the input.
        model: the model; it is left in the mode, training or not, that it is in.
        device: the only device, "cpu". Default: None.

    Example:
        >>> import seedgrad as sg
        >>> model = sg.nn.BatchNorm1d(1)
        >>> sg.optim.swa_utils.update_bn([sg.tensor([[1.0], [3.0]]), sg.tensor([[5.0], [7.0]])], model)
        >>> model.running_mean
        tensor([4.])
    """
    norms = [module for module in model.modules() if isinstance(module, _BatchNorm)]
    if not norms:
        return
    training, momenta = model.training, [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean over all batches
    model.train()
    for batch in loader:
        x = batch[0] if isinstance(batch, (list, tuple)) else batch
        model(x if device is None else x.to(device))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    model.train(training)
