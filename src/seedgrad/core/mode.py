"""The modes of the running thread: is a graph recorded, and may tensors enter one later?

All modes sit in one thread-local object, `mode`, so the hot path of an op pays for a single look-up.
"""

from __future__ import annotations

import contextvars
import functools
import inspect
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])


class Modes:
    """`grad`: record a graph. `inference`: results may never enter a graph. `run`: call without NumPy warnings.

    `watch` is what looks for NaN in the backward pass, while somebody asked for it; `pack` is what takes over the
    arrays that a new node saved, while there are hooks on them (see saved.py); `lower` is the mixed precision that is
    on, None outside of it (see the room `amp`); `trace` is the tape of the step that `seedgrad.compile` records, during
    its recording.
    """

    __slots__ = ("grad", "inference", "lower", "pack", "run", "trace", "watch")

    def __init__(self) -> None:
        self.grad = True
        self.inference = False
        self.watch: Any = None
        self.pack: Any = None
        self.lower: Any = None
        self.trace: Any = None
        # NumPy reads its error state from a context variable. Running a ufunc inside a context of our own, where
        # 1/0 gives inf silently as in PyTorch, costs 16 ns; `np.errstate` costs 900, and `np.seterr` would change
        # the user's own NumPy code.
        context = contextvars.Context()
        context.run(np.seterr, all="ignore")
        self.run = context.run


class _Local(threading.local):
    def __init__(self) -> None:
        self.now = Modes()


# `mode.now` are the modes of this thread. Reading them costs 40 ns: a hot path does it once.
mode = _Local()


class _ModeSwitch:
    """A context manager that is also a decorator, for functions and for generator functions.

    One instance may be entered again while it is active: the old values wait on a stack.
    """

    def __init__(self) -> None:
        self._stack: list[tuple[bool, bool]] = []

    def _values(self) -> tuple[bool, bool]:
        """The (grad, inference) modes that hold inside."""
        raise NotImplementedError

    def __enter__(self) -> None:
        self._stack.append((mode.now.grad, mode.now.inference))
        mode.now.grad, mode.now.inference = self._values()

    def __exit__(self, *exc: object) -> None:
        mode.now.grad, mode.now.inference = self._stack.pop()

    def _fresh(self) -> _ModeSwitch:
        return type(self)()

    def __call__(self, function: F) -> F:
        if not callable(function):
            raise TypeError(f"{type(self).__name__} decorates a function, got {type(function).__name__}")
        if inspect.isgeneratorfunction(function):
            return self._wrap_generator(function)  # type: ignore[return-value]

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with self._fresh():
                return function(*args, **kwargs)

        return wrapper  # type: ignore[return-value]

    def _wrap_generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            # The mode holds while the generator's own code runs, never in the caller between two values.
            generator = function(*args, **kwargs)
            step, value = generator.send, None
            try:
                while True:
                    with self._fresh():
                        item = step(value)
                    try:
                        step, value = generator.send, (yield item)
                    except GeneratorExit:
                        with self._fresh():
                            generator.close()
                        raise
                    except BaseException as error:
                        step, value = generator.throw, error
            except StopIteration as stop:
                return stop.value

        return wrapper


class _PlainSwitch(_ModeSwitch):
    """A switch without arguments: `@no_grad` works as well as `@no_grad()`."""

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        self = super().__new__(cls)
        if function is None:
            return self
        cls.__init__(self)
        return self(function)

    def __init__(self, function: None = None) -> None:
        super().__init__()


class no_grad(_PlainSwitch):
    """Record no graph: results need no gradient, and memory is freed at once.

    Works as a context manager and as a decorator, with or without parentheses.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.ones(2, requires_grad=True)
        >>> with sg.no_grad():
        ...     y = x * 2
        >>> y.requires_grad
        False
    """

    def _values(self) -> tuple[bool, bool]:
        return False, mode.now.inference


class enable_grad(_PlainSwitch):
    """Record a graph again inside `no_grad`.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.ones(2, requires_grad=True)
        >>> with sg.no_grad(), sg.enable_grad():
        ...     y = x * 2
        >>> y.requires_grad
        True
    """

    def _values(self) -> tuple[bool, bool]:
        return True, mode.now.inference


class inference_mode(_ModeSwitch):
    """`no_grad` for code whose results never take part in training.

    Args:
        mode: `True` (default) turns it on, `False` turns it off inside an outer one.

    Raises:
        RuntimeError: later, when a tensor made inside is saved for a backward pass, or is written in place outside.

    Example:
        >>> import seedgrad as sg
        >>> @sg.inference_mode()
        ... def double(x):
        ...     return x * 2
        >>> double(sg.ones(1)).is_inference()
        True
    """

    def __new__(cls, mode: bool | Callable[..., Any] = True) -> Any:
        self = super().__new__(cls)
        if isinstance(mode, bool):
            return self
        cls.__init__(self)
        return self(mode)

    def __init__(self, mode: bool = True) -> None:
        super().__init__()
        self.mode = mode

    def _values(self) -> tuple[bool, bool]:
        return not self.mode, self.mode

    def _fresh(self) -> _ModeSwitch:
        switch: inference_mode = type(self)(self.mode)
        return switch


class set_grad_enabled(_ModeSwitch):
    """Turn recording on or off, at once; as a context manager, only until the end of the block.

    Example:
        >>> import seedgrad as sg
        >>> training = False
        >>> with sg.set_grad_enabled(training):
        ...     sg.is_grad_enabled()
        False
    """

    def __init__(self, mode: bool) -> None:
        super().__init__()
        self.mode = bool(mode)
        self._before = _current()
        _set((self.mode, self._before[1]))

    def _values(self) -> tuple[bool, bool]:
        return self.mode, mode.now.inference

    def __enter__(self) -> None:
        self._stack.append(self._before)
        _set(self._values())

    def __call__(self, function: F) -> F:
        _set(self._before)  # as a decorator it holds inside the function only
        return super().__call__(function)

    def _fresh(self) -> _ModeSwitch:
        return set_grad_enabled(self.mode)


def _current() -> tuple[bool, bool]:
    return mode.now.grad, mode.now.inference


def _set(values: tuple[bool, bool]) -> None:
    mode.now.grad, mode.now.inference = values


def is_grad_enabled() -> bool:
    """Whether operations are recorded now, in this thread.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_grad_enabled()
        True
    """
    return mode.now.grad


def is_inference_mode_enabled() -> bool:
    """Whether `inference_mode` is on now, in this thread.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_inference_mode_enabled()
        False
    """
    return mode.now.inference
