"""How tensors look: the text that PyTorch would show, to the character.

One notation serves all elements of a tensor. Whole numbers get no digits after the point; a range too wide for fixed
notation gets scientific; tensors of more than `threshold` elements show only their corners.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import dtype as dtypes

Array = np.ndarray[Any, Any]


class _Options:
    """What `set_printoptions` sets."""

    __slots__ = ("edgeitems", "linewidth", "precision", "sci_mode", "threshold")

    def __init__(self) -> None:
        self.precision, self.threshold, self.edgeitems, self.linewidth = 4, 1000.0, 3, 80
        self.sci_mode: bool | None = None


options = _Options()

_PROFILES: dict[str, dict[str, Any]] = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": math.inf, "edgeitems": 3, "linewidth": 80},
}


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Set how tensors are shown.

    Args:
        precision: digits after the point. Default: 4.
        threshold: the number of elements from which on only the corners are shown. Default: 1000.
        edgeitems: how many elements a corner shows along each dimension. Default: 3.
        linewidth: characters in a line. Default: 80.
        profile: "default", "short" or "full": all of the above at once.
        sci_mode: scientific notation always (True), never (False), or where it helps (None, the default).

    Raises:
        ValueError: there is no such profile.

    Example:
        >>> import seedgrad as sg
        >>> sg.set_printoptions(precision=2)
        >>> sg.tensor([0.125])
        tensor([0.12])
        >>> sg.set_printoptions(profile="default")
    """
    if profile is not None:
        if profile not in _PROFILES:
            raise ValueError(f"profile must be one of {', '.join(_PROFILES)}, got {profile!r}")
        for name, value in _PROFILES[profile].items():
            setattr(options, name, value)
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    for name, value in given.items():
        if value is not None:
            setattr(options, name, value)
    options.sci_mode = sci_mode


class _Style:
    """The notation for the elements of one array, and the width to which they are padded."""

    def __init__(self, values: Array) -> None:
        self.floating = values.dtype.kind not in "iub"
        self.whole, self.scientific, self.width = True, False, 1
        flat = values.reshape(-1)
        if not self.floating:
            self.width = max([len(str(v)) for v in flat.tolist()], default=1)
            return
        flat = flat.astype(np.float64)
        flat = flat[np.isfinite(flat) & (flat != 0)]
        if not flat.size:
            return
        sizes = np.abs(flat)
        low, high = float(sizes.min()), float(sizes.max())
        self.whole = bool((flat == np.ceil(flat)).all())
        self.scientific = high / low > 1000 or high > 1e8 or (not self.whole and low < 1e-4)
        if options.sci_mode is not None:
            self.scientific = options.sci_mode
        notation = f".{options.precision}e" if self.scientific else ".0f" if self.whole else f".{options.precision}f"
        widest = max(len(format(v, notation)) for v in flat.tolist())
        self.width = max(1, widest + (self.whole and not self.scientific))

    def show(self, value: Any) -> str:
        if not self.floating:
            text = str(value)
        elif self.scientific:
            text = format(value, f".{options.precision}e")
        elif self.whole:
            text = format(value, ".0f") + ("." if math.isfinite(value) else "")
        else:
            text = format(value, f".{options.precision}f")
        return text.rjust(self.width)


class _ComplexStyle:
    """Real and imaginary parts, each with a notation of its own."""

    def __init__(self, values: Array) -> None:
        self.real, self.imaginary = _Style(values.real), _Style(values.imag)
        self.width = self.real.width + self.imaginary.width + 1

    def show(self, value: complex) -> str:
        imaginary = self.imaginary.show(value.imag).lstrip() + "j"
        return self.real.show(value.real) + ("" if imaginary[0] in "+-" else "+") + imaginary


def _corners(array: Array) -> Array:
    """The elements that a summary shows."""
    for axis, n in enumerate(array.shape):
        if n > 2 * options.edgeitems:
            shown = np.r_[: options.edgeitems, n - options.edgeitems : n]
            array = array[(slice(None),) * axis + (shown,)]  # `take` would write out an expanded array first
    return array


def _show(array: Array, style: Any, indent: int, summary: bool) -> str:
    """The nested brackets; lines after the first are indented by `indent` characters."""
    if not array.ndim:
        return style.show(array.item())
    n, edge = array.shape[0], options.edgeitems
    dots = summary and n > 2 * edge
    shown = array if not dots else array[np.r_[:edge, n - edge : n]]
    if array.ndim > 1:
        parts = [_show(row, style, indent + 1, summary) for row in shown]
        if dots:
            parts.insert(edge, "...")
        return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(parts) + "]"
    cells = [style.show(v) for v in shown.tolist()]
    if dots:
        cells.insert(edge, " ...")
    fit = max(1, (options.linewidth - indent) // (style.width + 2))
    lines = [", ".join(cells[i : i + fit]) for i in range(0, len(cells), fit)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def array_text(array: Array, indent: int = 0) -> str:
    """The values of an array, as nested brackets."""
    if not array.size:
        return "[]"
    if array.dtype.kind == "V" or (array.dtype.itemsize == 2 and array.dtype.kind == "f"):
        array = array.astype(np.float32)
    summary = array.size > options.threshold
    part = _corners(array) if summary else array
    style = _ComplexStyle(part) if array.dtype.kind == "c" else _Style(part)
    return _show(array, style, indent, summary)


def tensor_repr(t: Any) -> str:
    """The text of a tensor: its values, and what is not evident from them."""
    array, prefix = t.array, f"{type(t).__name__}(" if t.carried else "tensor("
    notes = []
    usual = [dtypes.default()]
    if array.size:
        usual += [dtypes.I64, dtypes.BOOL, dtypes.complex_of(dtypes.default())]
    elif array.ndim != 1:
        notes.append(f"size={tuple(array.shape)}")
    if array.dtype not in usual:
        notes.append(f"dtype={t.dtype!r}")
    if t.grad_fn is not None:
        notes.append(f"grad_fn={t.grad_fn!r}")
    elif t.requires_grad:
        notes.append("requires_grad=True")
    text = prefix + array_text(array, len(prefix))
    used = len(text) - text.rfind("\n") + 1
    for note in notes:
        if used + len(note) + 2 > options.linewidth:
            text += ",\n" + " " * len(prefix) + note
            used = len(prefix) + len(note)
        else:
            text += ", " + note
            used += len(note) + 2
    return text + ")"
