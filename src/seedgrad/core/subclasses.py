"""Users' classes of tensors: the result of an op has the class of its inputs.

    class Image(sg.Tensor): ...

    (image * 2).sum()   an Image, too

Once there is such a class, ops leave their short call paths, and the general one gives results their class. Nothing is
called for that, neither `__new__` nor `__init__`: attributes are not handed on. Gradients are plain tensors. Parameters,
and what derives from them, have plain results.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class _Known:
    """`some`: whether there is a class whose results keep it."""

    __slots__ = ("some",)

    def __init__(self) -> None:
        self.some = False


known = _Known()


def enter(cls: Any) -> None:
    """Take in a new class of tensors.

    Raises:
        TypeError: it has slots: an object can't become one of the class then.
        NotImplementedError: it wants to take over functions, by `__torch_function__`.
    """
    if cls.plain_results or cls.__module__.split(".")[0] == __name__.split(".")[0]:
        return
    if cls.__dict__.get("__slots__"):
        raise TypeError(
            f"{cls.__name__}: a subclass of Tensor can't have __slots__, results could not get the class; "
            f"use plain attributes"
        )
    if "__torch_function__" in cls.__dict__ or "__torch_dispatch__" in cls.__dict__:
        raise NotImplementedError(
            f"{cls.__name__}: __torch_function__ and __torch_dispatch__ are not called here; override methods instead"
        )
    cls.carried = True
    if not known.some:
        from .batching import depth

        known.some = True
        depth.add(1)  # for good


def with_class(name: str, inputs: Sequence[Any], out: Any) -> Any:
    """The output of an op in the most special class among its inputs'.

    Raises:
        TypeError: of two classes neither derives from the other.
    """
    found: Any = None
    for x in inputs:
        cls = type(x)
        if not getattr(cls, "carried", False) or cls is found:
            continue
        if found is None or issubclass(cls, found):
            found = cls
        elif not issubclass(found, cls):
            raise TypeError(
                f"{name}: unsupported operand types {found.__name__} and {cls.__name__}: neither class derives from the "
                f"other. Convert one first: x.as_subclass(seedgrad.Tensor)"
            )
    if found is not None:
        for t in out if isinstance(out, tuple) else (out,):
            t.__class__ = found
    return out
