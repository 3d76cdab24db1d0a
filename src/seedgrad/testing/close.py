"""`assert_close`: are two values, or two containers of values, equal but for rounding?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

import seedgrad as sg

# rtol and atol by type; of all other types none is allowed.
_TOLERANCES = {
    sg.float16: (1e-3, 1e-5),
    sg.bfloat16: (1.6e-2, 1e-5),
    sg.float32: (1.3e-6, 1e-5),
    sg.float64: (1e-7, 1e-7),
    sg.complex64: (1.3e-6, 1e-5),
    sg.complex128: (1e-7, 1e-7),
}
_OF_NUMBERS = {float: _TOLERANCES[sg.float64], complex: _TOLERANCES[sg.complex128]}
_Place = tuple[Any, ...]


@dataclass(frozen=True)
class _Settings:
    allow_subclasses: bool
    rtol: float | None
    atol: float | None
    equal_nan: bool
    check_dtype: bool
    check_stride: bool

    def within(self, *defaults: tuple[float, float]) -> _Settings:
        """With the tolerances that were given, or the widest of the defaults."""
        if self.rtol is not None:
            return self
        return replace(self, rtol=max(r for r, _ in defaults), atol=max(a for _, a in defaults))

    @property
    def exact(self) -> bool:
        return not self.rtol and not self.atol

    def allowed(self, tolerance: float | None) -> str:
        return "" if self.exact else f" (up to {tolerance} allowed)"


def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: str | Callable[[str], str] | None = None,
) -> None:
    """Raise AssertionError unless |actual - expected| <= atol + rtol |expected| everywhere.

    Tensors, NumPy arrays, numbers, bools and None are compared, and sequences and mappings of these, place by place.

    Args:
        actual: what was computed.
        expected: what it should be.
        allow_subclasses: whether the class of one may be derived from that of the other. Default: True.
        rtol: the relative tolerance; given together with atol. Default: by type, 1.3e-6 for float32, 1e-7 for float64,
            1e-3 for float16, 1.6e-2 for bfloat16, 0 for integers.
        atol: the absolute tolerance. Default: by type, 1e-5; 1e-7 for float64, 0 for integers.
        equal_nan: whether NaN equals NaN. Default: False.
        check_device: accepted for programs written for PyTorch; there is one device.
        check_dtype: whether element types must be equal; else the wider one is compared in. Default: True.
        check_layout: accepted for programs written for PyTorch; there is one layout.
        check_stride: whether strides must be equal. Default: False.
        msg: a text to show instead of the one that was made, or a function of that one.

    Raises:
        AssertionError: something differs; the text says what, where and by how much.
        ValueError: only one of rtol and atol is given.
        TypeError: values of these types can't be compared.

    Example:
        >>> import seedgrad as sg
        >>> sg.testing.assert_close(sg.tensor([1.0, 2.0]), sg.tensor([1.0, 2.000001]))
    """
    if (rtol is None) != (atol is None):
        absent = "rtol" if rtol is None else "atol"
        raise ValueError(f"Both 'rtol' and 'atol' must be either specified or omitted, but got no {absent}.")
    settings = _Settings(allow_subclasses, rtol, atol, equal_nan, check_dtype, check_stride)

    def fail(kind: type[Exception], text: str, place: _Place) -> Exception:
        text += f"\n\nThe failure occurred for item {''.join(str([key]) for key in place)}" if place else ""
        return kind(msg(text) if callable(msg) else msg or text)

    # Whether the containers fit is found out before any value is compared.
    for a, b, place, compare in list(_pairs(actual, expected, (), settings, fail)):
        found = compare(a, b, settings)
        if found:
            raise fail(AssertionError, found, place)


def _pairs(a: Any, b: Any, place: _Place, settings: _Settings, fail: Any) -> Iterator[tuple[Any, Any, _Place, Any]]:
    """The values in two containers that stand at the same place, with the function that compares them."""
    if isinstance(a, Sequence) and isinstance(b, Sequence) and not isinstance(a, str) and not isinstance(b, str):
        if len(a) != len(b):
            raise fail(AssertionError, f"The length of the sequences mismatch: {len(a)} != {len(b)}", place)
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            yield from _pairs(x, y, (*place, i), settings, fail)
    elif isinstance(a, Mapping) and isinstance(b, Mapping):
        if a.keys() != b.keys():
            missing, more = sorted(b.keys() - a.keys(), key=str), sorted(a.keys() - b.keys(), key=str)
            text = "The keys of the mappings do not match:"
            text += f"\nMissing keys in the actual mapping: {missing}" if missing else ""
            text += f"\nAdditional keys in the actual mapping: {more}" if more else ""
            raise fail(AssertionError, text, place)
        for key in sorted(a, key=str):
            yield from _pairs(a[key], b[key], (*place, key), settings, fail)
    else:
        compare = _comparison(a, b, settings)
        if compare is None:
            text = f"No comparison pair was able to handle inputs of type {type(a)} and {type(b)}."
            raise fail(TypeError, text, place)
        yield a, b, place, compare


def _comparison(a: Any, b: Any, settings: _Settings) -> Any:
    if a is None or b is None:
        return _nothing
    both = (a, b)
    if all(isinstance(x, (bool, np.bool_)) for x in both):
        return _bools
    if all(isinstance(x, (int, float, complex, np.number)) for x in both):
        return _numbers
    related = isinstance(a, type(b)) or isinstance(b, type(a))
    if not related or (not settings.allow_subclasses and type(a) is not type(b)):
        return None
    return _tensors if isinstance(a, (sg.Tensor, np.ndarray)) else None


def _nothing(a: Any, b: Any, settings: _Settings) -> str:
    return "" if a is b else f"None mismatch: {a} is not {b}"


def _bools(a: Any, b: Any, settings: _Settings) -> str:
    return "" if bool(a) is bool(b) else f"Booleans mismatch: {bool(a)} is not {bool(b)}"


def _numbers(a: Any, b: Any, settings: _Settings) -> str:
    a, b = (x.item() if isinstance(x, np.number) else x for x in (a, b))
    if settings.check_dtype and type(a) is not type(b):
        return f"The (d)types do not match: {type(a)} != {type(b)}."
    return _scalars(a, b, settings.within(*(_OF_NUMBERS.get(type(x), (0.0, 0.0)) for x in (a, b))))


def _scalars(a: Any, b: Any, settings: _Settings) -> str:
    assert settings.rtol is not None and settings.atol is not None
    difference = abs(a - b)
    near = a == b or (np.isfinite(b) and difference <= settings.atol + settings.rtol * abs(b))
    if near or (settings.equal_nan and a != a and b != b):
        return ""
    relative = difference / abs(b) if b else float("inf")
    return (
        f"Scalars are not {'equal' if settings.exact else 'close'}!\n\nExpected {b} but got {a}.\n"
        f"Absolute difference: {difference}{settings.allowed(settings.atol)}\n"
        f"Relative difference: {relative}{settings.allowed(settings.rtol)}"
    )


def _tensors(a: Any, b: Any, settings: _Settings) -> str:
    a, b = (sg.as_tensor(x).detach() for x in (a, b))
    facts = {"shape": (a.shape, b.shape)}
    if settings.check_dtype:
        facts["dtype"] = a.dtype, b.dtype
    if settings.check_stride:
        facts["stride()"] = a.stride(), b.stride()
    for name, (one, other) in facts.items():
        if one != other:
            return f"The values for attribute '{name}' do not match: {one} != {other}."
    settings = settings.within(*(_TOLERANCES.get(x.dtype, (0.0, 0.0)) for x in (a, b)))
    kind = sg.promote_types(a.dtype, b.dtype)
    kind = kind if kind.is_floating_point or kind.is_complex else sg.int64
    a, b = a.to(kind), b.to(kind)
    if not a.ndim:
        return _scalars(a.item(), b.item(), settings)
    assert settings.rtol is not None and settings.atol is not None
    same = sg.isclose(a, b, rtol=settings.rtol, atol=settings.atol, equal_nan=settings.equal_nan)
    count = same.numel() - int(same.sum())
    if not count:
        return ""
    difference = (a - b).abs().masked_fill(same, 0)
    relative = (difference / b.abs()).masked_fill(same, 0)
    return (
        f"Tensor-likes are not {'equal' if settings.exact else 'close'}!\n\n"
        f"Mismatched elements: {count} / {same.numel()} ({count / same.numel():.1%})\n"
        f"Greatest absolute difference: {_largest(difference)}{settings.allowed(settings.atol)}\n"
        f"Greatest relative difference: {_largest(relative)}{settings.allowed(settings.rtol)}"
    )


def _largest(x: sg.Tensor) -> str:
    index = int(x.argmax())
    place = tuple(int(i) for i in np.unravel_index(index, tuple(x.shape)))
    return f"{x.flatten()[index].item()} at index {place}"
