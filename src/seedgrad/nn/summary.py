"""A table of what is in a model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..core import dtype as dtypes
from ..core.mode import no_grad
from ..core.tensor import Tensor

if TYPE_CHECKING:
    from .module import Module


class Row(NamedTuple):
    """One module.

    Attributes:
        path: its path from the model; "" for the model itself.
        kind: its class.
        shape: of its output at its first call: a tuple, a list of them for several outputs, None if it never
            ran.
        parameters: how many numbers its own parameters hold, without those of the modules below it.
    """

    path: str
    kind: str
    shape: Any
    parameters: int


class Summary:
    """What `Module.summary()` returns; it prints as a table.

    Attributes:
        rows: one `Row` for each module, a parent before its children.
        total: the number of parameters, those that are shared counted once.
        trainable: those of them that require grad.
        buffers: the number of elements in buffers.

    Example:
        >>> from seedgrad import nn
        >>> print(nn.Sequential(nn.Linear(4, 3), nn.ReLU()).summary(input_size=(8, 4)))
        path  class       output shape  parameters
        ------------------------------------------
              Sequential  (8, 3)
        0     Linear      (8, 3)                15
        1     ReLU        (8, 3)                 0
        ------------------------------------------
        15 parameters, 15 trainable, 0 in buffers
    """

    def __init__(self, rows: list[Row], total: int, trainable: int, buffers: int) -> None:
        self.rows, self.total, self.trainable, self.buffers = rows, total, trainable, buffers

    def __repr__(self) -> str:
        header = ("path", "class", "output shape", "parameters")
        parents = {row.path.rpartition(".")[0] for row in self.rows if row.path}
        cells = [header]
        for row in self.rows:
            count = "" if row.path in parents and not row.parameters else f"{row.parameters:,}"
            cells.append((row.path, row.kind, "not run" if row.shape is None else str(row.shape), count))
        widths = [max(len(line[i]) for line in cells) for i in range(4)]
        lines = [
            f"{path:{widths[0]}}  {kind:{widths[1]}}  {shape:{widths[2]}}  {count:>{widths[3]}}".rstrip()
            for path, kind, shape, count in cells
        ]
        rule = "-" * (sum(widths) + 6)
        totals = f"{self.total:,} parameters, {self.trainable:,} trainable, {self.buffers:,} in buffers"
        return "\n".join([lines[0], rule, *lines[1:], rule, totals])


def summarize(model: Module, inputs: tuple[Any, ...], input_size: Iterable[Any] | None, dtype: Any) -> Summary:
    """Run the model once and note the output shape of every module."""
    if inputs and input_size is not None:
        raise ValueError("summary() takes either example inputs or input_size, got both")
    parameters = list(model.parameters())
    if input_size is not None:
        if dtype is not None:
            kind = dtypes.to_numpy(dtype)
        else:
            kind = parameters[0].array.dtype if parameters else dtypes.default()
        sizes = tuple(input_size)
        several = bool(sizes) and not isinstance(sizes[0], int)
        inputs = tuple(Tensor(np.zeros(tuple(size), kind)) for size in (sizes if several else (sizes,)))
    shapes = _run(model, inputs) if inputs else {}
    rows = [
        Row(
            path,
            type(module).__name__,
            shapes.get(module),
            sum(p.array.size for p in module._parameters.values() if p is not None),
        )
        for path, module in model.named_modules()
    ]
    return Summary(
        rows,
        sum(p.array.size for p in parameters),
        sum(p.array.size for p in parameters if p.requires_grad),
        sum(b.array.size for b in model.buffers()),
    )


def _run(model: Module, inputs: tuple[Any, ...]) -> dict[Any, Any]:
    """The shape of every module's output at its first call; the model is as before afterwards."""
    shapes: dict[Any, Any] = {}
    modules = list(model.modules())
    training = [module.training for module in modules]
    hooks = [vars(module).get("_hooks") for module in modules]

    def note(module: Any, args: Any, output: Any) -> None:
        shapes.setdefault(module, _shape(output))

    handles = [module.register_forward_hook(note) for module in modules]
    try:
        with no_grad():
            for module in modules:
                module.training = False
            model(*inputs)
    finally:
        for module, mode, before, handle in zip(modules, training, hooks, handles, strict=True):
            handle.remove()
            module.training = mode
            if before is None:
                del module._hooks
    return shapes


def _shape(output: Any) -> Any:
    if isinstance(output, Tensor):
        return tuple(output.array.shape)
    if isinstance(output, dict):
        return {key: _shape(value) for key, value in output.items()}
    if isinstance(output, (tuple, list)):
        return [_shape(value) for value in output]
    return type(output).__name__
