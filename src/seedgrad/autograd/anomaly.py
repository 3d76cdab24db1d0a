"""Where NaN comes from: the backward pass is watched, and the forward line is named."""

from __future__ import annotations

import bisect
import linecache
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.memory import count
from ..core.mode import mode
from ..core.node import Node

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
DEPTH = 8  # lines of the user's code that are kept for each op
KEPT = 200_000  # ops that are remembered, the last ones

Lines = tuple[tuple[str, int, str], ...]


def users_lines() -> Lines:
    """The (file, line, function) that lead here, the innermost first, without the library's own."""
    lines: list[tuple[str, int, str]] = []
    frame = sys._getframe(1)
    while frame is not None and len(lines) < DEPTH:
        code = frame.f_code
        if not code.co_filename.startswith(PACKAGE) and code.co_filename != "<string>":
            lines.append((code.co_filename, frame.f_lineno, code.co_name))
        frame = frame.f_back  # type: ignore[assignment]
    return tuple(lines)


def as_text(lines: Lines) -> str:
    """The lines as Python prints a traceback: the innermost last."""
    shown = []
    for name, number, function in reversed(lines):
        shown.append(f'  File "{name}", line {number}, in {function}')
        source = linecache.getline(name, number).strip()
        if source:
            shown.append(f"    {source}")
    return "\n".join(shown)


class Watch:
    """Remembers the line of every op, and the lines where a NaN came out that had not gone in.

    Attributes:
        check_nan: raise at the first gradient that is NaN.
        births: the lines that made a NaN in the forward pass, in order.
    """

    def __init__(self, check_nan: bool, run: Callable[..., Any]) -> None:
        self.check_nan, self._run = check_nan, run
        self._numbers: list[int] = []
        self._lines: list[Lines] = []
        self.births: list[tuple[int, Lines]] = []
        self._told = False

    def run(self, function: Callable[..., Any], *arrays: Any, **settings: Any) -> Any:
        """Compute, and remember from where."""
        out = self._run(function, *arrays, **settings)
        number, lines = count(), users_lines()
        self._numbers.append(number)
        self._lines.append(lines)
        if len(self._numbers) > KEPT:
            del self._numbers[: KEPT // 2], self._lines[: KEPT // 2]
        if self.check_nan and has_nan(out) and not any(has_nan(a) for a in arrays):
            self.births.append((number, lines))
        return out

    def lines_of(self, node: Node) -> Lines:
        """The line that made a node: its op is the last that ran before the node was numbered."""
        i = bisect.bisect_left(self._numbers, node.order) - 1
        return self._lines[i] if i >= 0 else ()

    def check(self, node: Node, given: Any, grads: Any) -> None:
        """Raise if a gradient that the node sends is NaN."""
        if not self.check_nan:
            return
        if self.births and self.births[0][0] <= node.order and not self._told:
            self._told = True
            warnings.warn(
                f"the forward pass made NaN before this backward pass; the first one here:\n{as_text(self.births[0][1])}",
                stacklevel=2,
            )
        for i, g in enumerate(grads):
            if g is not None and has_nan(g):
                lines = self.lines_of(node)
                where = (
                    f"It belongs to this line of the forward pass:\n{as_text(lines)}"
                    if lines
                    else ("Its forward pass ran outside detect_anomaly, so its line is not known")
                )
                born = [found for number, found in self.births if number <= node.order]
                if born and born[0] != lines:
                    where += f"\nThe first NaN of the forward pass was made here:\n{as_text(born[0])}"
                cause = "it received one" if has_nan(given) else "it received none"
                raise RuntimeError(
                    f"Function '{node.name()}' returned nan values in its {i}th output ({cause}). {where}"
                )


def has_nan(value: Any) -> bool:
    """Whether there is a NaN in an array, a Tensor, or a tuple of them."""
    if isinstance(value, (tuple, list)):
        return any(has_nan(v) for v in value)
    array = getattr(value, "array", value)
    return isinstance(array, np.ndarray) and array.dtype.kind in "fcV" and bool((array != array).any())


class set_detect_anomaly:
    """Watch the following forward and backward passes for NaN; as a context manager, only in its block.

    Args:
        mode: on or off.
        check_nan: raise when a backward function returns NaN. Default: True.

    Example:
        >>> import warnings
        >>> import seedgrad as sg
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     previous = sg.autograd.set_detect_anomaly(True)
        >>> sg.is_anomaly_enabled()
        True
        >>> _ = sg.autograd.set_detect_anomaly(False)
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._before = _current()
        if mode:
            warnings.warn(
                "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled "
                "for debugging.",
                stacklevel=3 if type(self) is detect_anomaly else 2,
            )
        _set(Watch(check_nan, _plain_run()) if mode else None)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc: object) -> None:
        _set(self._before)


class detect_anomaly(set_detect_anomaly):
    """Find the line that makes NaN: in this block a backward function that returns NaN raises, and the error names it.

    The error says which backward function returned NaN, which line of the forward pass it belongs to, and, if a NaN was
    there before, which line made the first one. Slow: for finding errors only.

    Args:
        check_nan: raise when a backward function returns NaN. Default: True.

    Raises:
        RuntimeError: in the backward pass, at the first function that returns NaN.

    Example:
        >>> import warnings
        >>> import seedgrad as sg
        >>> x = sg.tensor([0.0, 4.0], requires_grad=True)
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     with sg.autograd.detect_anomaly():
        ...         (x.sqrt() * 0).sum().backward()
        Traceback (most recent call last):
            ...
        RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output ...
    """

    def __init__(self, check_nan: bool = True) -> None:
        super().__init__(False)
        self.check_nan = check_nan

    def __enter__(self) -> None:
        super().__init__(True, self.check_nan)


def _current() -> Watch | None:
    watch: Watch | None = mode.now.watch
    return watch


def _plain_run() -> Callable[..., Any]:
    watch = _current()
    run: Callable[..., Any] = watch._run if watch is not None else mode.now.run
    return run


def _set(watch: Watch | None) -> None:
    run = _plain_run()
    chosen: Any = run if watch is None else watch.run
    mode.now.watch, mode.now.run = watch, chosen


def is_anomaly_enabled() -> bool:
    """Whether the passes of this thread are watched for NaN.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_anomaly_enabled()
        False
    """
    return _current() is not None


def is_anomaly_check_nan_enabled() -> bool:
    """Whether a backward function that returns NaN raises, while the passes are watched.

    Example:
        >>> import seedgrad as sg
        >>> sg.is_anomaly_check_nan_enabled()
        True
    """
    watch = _current()
    return watch is None or watch.check_nan


def set_anomaly_enabled(enabled: bool, check_nan: bool = True) -> None:
    """`autograd.set_detect_anomaly` as a plain switch, without its warning.

    Args:
        enabled: on or off.
        check_nan: raise when a backward function returns NaN. Default: True.

    Example:
        >>> import seedgrad as sg
        >>> sg.set_anomaly_enabled(True)
        >>> sg.is_anomaly_enabled()
        True
        >>> sg.set_anomaly_enabled(False)
    """
    _set(Watch(check_nan, _plain_run()) if enabled else None)
