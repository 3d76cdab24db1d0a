"""The further forms of a public function: `out=`, NumPy's spelling of dimensions, in place.

    sg.add(x, y, out=z)        the result is written into z
    x.sum(axis=0, keepdims=True)   as dim and keepdim

A function that is declared with `@public` knows nothing of them. What is exported in its place takes the further
arguments and hands the others on. It is made from the function's parameters by text, as `dataclasses` does, because a
function that takes `*args, **kwargs` would be three times as slow to call.
"""

from __future__ import annotations

import functools
import types
import warnings
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

from ..core import dtype as dtypes
from ..core.inplace import write
from ..core.mode import mode, no_grad
from ..core.tensor import Tensor

SPELLING = {"dim": "axis", "keepdim": "keepdims"}


def further_arguments(function: Callable[..., Any], out: bool) -> Callable[..., Any]:
    """The function with `out=`, where it is to have one, and with `axis=` and `keepdims=` where it has a dim."""
    code = function.__code__
    names, positional = code.co_varnames, code.co_argcount
    parameters, named = names[:positional], names[positional : positional + code.co_kwonlyargcount]
    rest = names[positional + len(named)] if code.co_flags & 0x04 else ""  # *sizes
    defaults, named_defaults = function.__defaults__ or (), function.__kwdefaults__ or {}
    required = parameters[: positional - len(defaults)]
    respelled = tuple([p for p in (*parameters, *named) if p in SPELLING and (p not in required or required[-1] == p)])
    if not out and not respelled:
        return function
    needed = next((p for p in respelled if p in required), "")
    places = (*parameters, *named)
    respelled_places = tuple([(places.index(p), p) for p in respelled])
    template = _template(len(places), "" if not rest else "rest" if named else "*rest", respelled_places, needed, out)
    scope = {"function": _by_position(function, named), "missing": _missing, "write_out": write_out}
    extra = (*(("out",) if out else ()), *[SPELLING[p] for p in respelled])
    # The template takes all by position and has names of its own for what it hands on; the form has the function's names
    # and kinds of parameters, and its place: a traceback, and `inspect.getsource`, lead to the declaration.
    made: Any = types.FunctionType(
        template.replace(
            co_argcount=positional,
            co_kwonlyargcount=len(named) + len(extra),
            co_flags=template.co_flags | (code.co_flags & 0x04),
            co_varnames=(*places, *extra, *((rest,) if rest else ())),
            co_name=code.co_name,
            co_filename=code.co_filename,
            co_firstlineno=code.co_firstlineno,
        ),
        function.__globals__,
        function.__name__,
        # A dimension that may be spelled otherwise has a default value, too.
        (None, *defaults) if needed else defaults or None,
        tuple([types.CellType(scope[name]) for name in template.co_freevars]),
    )
    made.__kwdefaults__ = {**dict.fromkeys(extra), **named_defaults}
    functools.update_wrapper(made, function)
    del made.__wrapped__  # its own signature is the true one
    return made


@functools.cache
def _by_position(function: Callable[..., Any], named: tuple[str, ...]) -> Callable[..., Any]:
    """The function with all parameters by position, in the order in which its code keeps them: *sizes last, as a tuple.

    So a form need not hand on each by name, which takes as long as making a small tensor. Its `__wrapped__` is the
    function; mixed precision gives both other code.
    """
    if not named:
        return function
    code = function.__code__
    count = code.co_argcount + len(named) + bool(code.co_flags & 0x04)
    plain = code.replace(co_argcount=count, co_kwonlyargcount=0, co_flags=code.co_flags & ~0x04)
    made: Any = types.FunctionType(plain, function.__globals__, function.__name__, None, function.__closure__)
    made.__wrapped__ = function
    return cast(Callable[..., Any], made)


F = TypeVar("F", bound=Callable[..., Any])


def with_out(function: F) -> F:
    """The function with `out=`, for those that are neither methods nor in the registry."""
    return cast(F, further_arguments(function, True))


@functools.cache
def _template(count: int, rest: str, respelled: tuple[tuple[int, str], ...], needed: str, out: bool) -> types.CodeType:
    """The code of forms that hand on so many parameters; functions of one shape share it.

    Compiling is the most of what forms cost an import.

    Args:
        count: how many parameters the function has, without *sizes.
        rest: how *sizes are handed on: "*rest", or "rest" as a tuple; "" where there are none.
        respelled: the places and names of those that have another spelling.
        needed: which of them has no default value.
        out: whether the form takes `out=`.
    """
    names = [f"p{i}" for i in range(count)]
    for place, name in respelled:
        names[place] = name
    extra = [*(["out"] if out else []), *(SPELLING[p] for _, p in respelled)]
    handed_on = ", ".join([*names, *([rest] if rest else [])])
    as_given = [*(f"{e} is None" for e in extra), *([f"{needed} is not None"] if needed else [])]
    text = [
        "def make(function, missing, write_out):",
        f"  def form({', '.join([*names, *extra, *(['rest'] if rest else [])])}):",
        f"    if {' and '.join(as_given)}: return function({handed_on})",
        *(f"    if {SPELLING[p]} is not None: {p} = {SPELLING[p]}" for _, p in respelled),
        *([f"    if {needed} is None: raise missing(function, {needed!r})"] if needed else []),
        f"    return {f'write_out(function.__name__, out, function({handed_on}))' if out else f'function({handed_on})'}",
        "  return form",
    ]
    scope: dict[str, Any] = {}
    exec("\n".join(text), scope)
    code: types.CodeType = scope["make"](None, None, None).__code__
    return code


def _missing(function: Callable[..., Any], parameter: str) -> TypeError:
    return TypeError(
        f"{function.__name__}() missing 1 required positional argument: '{parameter}' (or '{SPELLING[parameter]}')"
    )


def write_out(name: str, out: Any, result: Any) -> Any:
    """Write the result of a function into the tensor, or tensors, given as `out`, and return them.

    Raises:
        TypeError: out is not a tensor, or not as many tensors as there are results.
        RuntimeError: the result has a gradient; out is part of a graph, or can't hold results of that type.
    """
    if out is None:
        return result
    if isinstance(result, tuple):
        if not isinstance(out, (tuple, list)) or len(out) != len(result):
            raise TypeError(
                f"{name}(): argument 'out' must be a tuple of {len(result)} Tensors, got {type(out).__name__}"
            )
        written = [write_out(name, o, r) for o, r in zip(out, result, strict=True)]
        return type(result)._make(written) if hasattr(result, "_make") else tuple(written)
    if not isinstance(out, Tensor):
        raise TypeError(f"{name}(): argument 'out' must be Tensor, not {type(out).__name__}")
    if mode.now.grad and (result.node is not None or (out.node is not None and dtypes.differentiable(out.array.dtype))):
        which = "the out= tensor" if result.node is None else "one of the arguments"
        raise RuntimeError(
            f"{name}(): functions with out=... arguments don't support automatic differentiation, but {which} requires "
            f"grad. Leave out= away, or call it inside no_grad()"
        )
    if dtypes.category(result.array.dtype) > dtypes.category(out.array.dtype):
        raise RuntimeError(
            f"{name}(): result type {result.dtype} can't be cast to the desired output type {out.dtype}. "
            f"Pass an out= tensor of the result's type"
        )
    if out.array.shape != result.array.shape:
        _resize(name, out, result.array.shape)
    with no_grad():
        return write(out, lambda _: result)


def _resize(name: str, out: Tensor, shape: tuple[int, ...]) -> None:
    if out.array.size:
        warnings.warn(
            f"{name}(): an out= tensor of shape {out.array.shape} was resized to {shape}, the shape of the result. "
            f"Pass one of that shape, or an empty one: out.resize_(0)",
            stacklevel=4,
        )
    out.array = np.empty(shape, out.array.dtype)


def inplace_form(function: Callable[..., Any], name: str) -> Callable[..., Tensor]:
    """The method `name_`, which writes the result of `function` into the tensor."""

    @functools.wraps(function)
    def form(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        if not isinstance(self, Tensor):  # called as a function, seedgrad.exp_(x)
            raise TypeError(f"{name}_(): argument 'input' must be a Tensor, not {type(self).__name__}")
        return write(self, function, *args, **kwargs)

    form.__name__ = f"{name}_"
    form.__qualname__ = f"Tensor.{name}_"
    form.__doc__ = f"The in-place form of `{name}`: writes the result into this tensor and returns it."
    return form
