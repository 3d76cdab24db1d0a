"""`torch.utils.tensorboard`: the writer of the package tensorboardX, which gets arrays instead of tensors."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import seedgrad as sg


def _plain(value: Any) -> Any:
    """Tensors as arrays, in containers, too."""
    if isinstance(value, sg.Tensor):
        value = value.detach()
        return (value.float() if value.dtype is sg.bfloat16 else value).numpy()
    if isinstance(value, Mapping):
        return {key: _plain(v) for key, v in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(_plain, value))
    return value


def _with_arrays(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def add(self: Any, *arguments: Any, **named: Any) -> Any:
        return method(self, *_plain(arguments), **_plain(named))

    return add


def _no_graph(self: Any, *arguments: Any, **named: Any) -> None:
    raise RuntimeError("SummaryWriter.add_graph is refused: seedgrad does not trace programs into graphs")


@functools.cache
def _kind() -> Any:
    try:
        from tensorboardX import SummaryWriter as Base
    except ImportError as error:
        raise ImportError("SummaryWriter needs the package tensorboardX: pip install tensorboardX") from error
    names = [n for n in vars(Base) if n.startswith("add_")]
    return type("SummaryWriter", (Base,), {n: _with_arrays(getattr(Base, n)) for n in names} | {"add_graph": _no_graph})


def SummaryWriter(*arguments: Any, **named: Any) -> Any:
    """A writer of logs for TensorBoard, from the package tensorboardX.

    Raises:
        ImportError: the package is not installed.
    """
    return _kind()(*arguments, **named)
