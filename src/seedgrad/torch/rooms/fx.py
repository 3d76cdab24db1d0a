"""`torch.fx`: may be imported; graphs of programs are refused, since functions run and are not traced."""

from __future__ import annotations

from typing import Any

_TEXT = "torch.fx.{} is refused: seedgrad does not trace programs into graphs. The module itself runs without it"


def symbolic_trace(*arguments: Any, **named: Any) -> Any:
    """Refused.

    Raises:
        RuntimeError: always.
    """
    raise RuntimeError(_TEXT.format("symbolic_trace"))


class _Refused:
    def __init__(self, *arguments: Any, **named: Any) -> None:
        raise RuntimeError(_TEXT.format(type(self).__name__))


class Tracer(_Refused):
    """Refused."""


class Graph(_Refused):
    """Refused."""


class GraphModule(_Refused):
    """Refused; no module is one."""


class Node(_Refused):
    """Refused."""


class Proxy(_Refused):
    """Refused."""


class Interpreter(_Refused):
    """Refused."""


class Transformer(_Refused):
    """Refused."""


def wrap(fn_or_name: Any) -> Any:
    """The function itself."""
    return fn_or_name
