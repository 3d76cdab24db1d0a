"""Complex numbers: made from their parts, taken apart, turned around."""

from __future__ import annotations

from typing import Any

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..ops import complex as ops
from ..ops import elementwise as e
from ..ops import transcendental as t
from .arguments import check_tensors
from .public import public


def _check_parts(name: str, words: tuple[str, str], x: Any, y: Any) -> None:
    """Raise unless the two are tensors of one type, float32 or float64."""
    for position, (word, value) in enumerate(zip(words, (x, y), strict=True), 1):
        if not isinstance(value, Tensor):
            raise TypeError(
                f"{name}(): argument {word!r} (position {position}) must be Tensor, not {type(value).__name__}"
            )
    kinds = (x.array.dtype, y.array.dtype)
    if any(kind not in (dtypes.F32, dtypes.F64) for kind in kinds):
        raise RuntimeError(
            f"{name}(): Expected both inputs to be Float or Double tensors but got {x.dtype} and {y.dtype}. "
            f"Convert them first: x.float()"
        )
    if kinds[0] != kinds[1]:
        raise RuntimeError(f"{name}() takes parts of one type, got {x.dtype} and {y.dtype}. Convert one: y.to(x.dtype)")


@public(method=False, out=True)
def complex(real: Tensor, imag: Tensor) -> Tensor:
    """Complex numbers from their parts: `out = x + iy`.

    Args:
        real: any shape; float32 or float64.
        imag: a tensor of the same type that broadcasts with it.

    Returns:
        complex64, of float64 complex128, in the broadcast shape.

    Raises:
        TypeError: one of the two is not a tensor.
        RuntimeError: one is neither float32 nor float64; the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.complex(sg.tensor([1.0, 2.0]), sg.tensor([3.0, -1.0]))
        tensor([1.+3.j, 2.-1.j])
    """
    _check_parts("complex", ("real", "imag"), real, imag)
    return ops.from_parts.call(real, imag)


@public(method=False, out=True)
def polar(abs: Tensor, angle: Tensor) -> Tensor:
    """Complex numbers from their sizes and angles: `out = r cos(a) + i r sin(a)`.

    Args:
        abs: r: any shape; float32 or float64.
        angle: a: in radians; a tensor of the same type that broadcasts with it.

    Returns:
        complex64, of float64 complex128, in the broadcast shape.

    Raises:
        TypeError: one of the two is not a tensor.
        RuntimeError: one is neither float32 nor float64; the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.polar(sg.tensor([1.0, 2.0]), sg.tensor([0.0, 1.0]))
        tensor([1.0000+0.0000j, 1.0806+1.6829j])
    """
    _check_parts("polar", ("abs", "angle"), abs, angle)
    return ops.from_parts.call(
        e.multiply.call(abs, t.cos.call(angle)),
        e.multiply.call(abs, t.sin.call(angle)),
    )


def real(input: Tensor) -> Tensor:
    """The real part. It shares memory with the input; of a real tensor it is the tensor itself.

    Args:
        input: any shape.

    Returns:
        In the input's shape.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.real(sg.tensor([1 + 2j]))
        tensor([1.])
    """
    check_tensors("real", input)
    return ops.real.call(input) if input.array.dtype.kind == "c" else input


def imag(input: Tensor) -> Tensor:
    """The imaginary part. It shares memory with the input.

    Args:
        input: any shape; complex.

    Returns:
        In the input's shape.

    Raises:
        TypeError: the input is not a tensor.
        RuntimeError: the input is not complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.imag(sg.tensor([1 + 2j]))
        tensor([2.])
    """
    check_tensors("imag", input)
    if input.array.dtype.kind != "c":
        raise RuntimeError(f"imag is not implemented for tensors with non-complex dtypes, got {input.dtype}")
    return ops.imag.call(input)


def _set_real(self: Tensor, value: Any) -> None:
    real(self).copy_(value if isinstance(value, Tensor) else self.new_full((), value))


def _set_imag(self: Tensor, value: Any) -> None:
    part = imag(self)
    part.copy_(value if isinstance(value, Tensor) else part.new_full((), value))


setattr(Tensor, "real", property(real, _set_real))  # noqa: B010  (attached by name, as all methods are)
setattr(Tensor, "imag", property(imag, _set_imag))  # noqa: B010


@public(out=True)
def angle(input: Tensor) -> Tensor:
    """The angle to the positive axis: `out = atan2(y, x)` of x + iy.

    Args:
        input: any shape.

    Returns:
        Radians in [-pi, pi], in the input's shape: 0 or pi for real numbers; integers give the default float type.

    Raises:
        TypeError: the input is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.angle(sg.tensor([1j, -1.0, 1 - 1j]))
        tensor([ 1.5708,  3.1416, -0.7854])
    """
    return ops.angle.call(input)


def view_as_real(input: Tensor) -> Tensor:
    """The parts of complex numbers along a new last dimension of length 2, in the same memory.

    Args:
        input: any shape; complex.

    Returns:
        (..., 2), of the parts' type.

    Raises:
        TypeError: the input is not a tensor.
        RuntimeError: the input is not complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.view_as_real(sg.tensor([1 + 2j]))
        tensor([[1., 2.]])
    """
    check_tensors("view_as_real", input)
    if input.array.dtype.kind != "c":
        raise RuntimeError(f"view_as_real is only supported for complex tensors, got {input.dtype}")
    return ops.view_as_real.call(input)


def view_as_complex(input: Tensor) -> Tensor:
    """Pairs of numbers along the last dimension as complex numbers, in the same memory.

    Args:
        input: (..., 2); float32 or float64; the pairs lie together in memory.

    Returns:
        (...), complex64 or complex128.

    Raises:
        TypeError: the input is not a tensor.
        RuntimeError: the type is another one; the last dimension has not length 2; memory is laid out otherwise.

    Example:
        >>> import seedgrad as sg
        >>> sg.view_as_complex(sg.tensor([[1.0, 2.0]]))
        tensor([1.+2.j])
    """
    check_tensors("view_as_complex", input)
    x = input.array
    if x.dtype not in (dtypes.F32, dtypes.F64):
        raise RuntimeError(f"view_as_complex is only supported for float and double tensors, got {input.dtype}")
    if not x.ndim:
        raise RuntimeError("view_as_complex: Input tensor must have one or more dimensions, got a 0-d one")
    if x.shape[-1] != 2:
        raise RuntimeError(f"view_as_complex: Tensor must have a last dimension of size 2, got the shape {x.shape}")
    *steps, last = (stride // x.itemsize for stride in x.strides)
    if last != 1 and x.size:
        raise RuntimeError(
            f"view_as_complex: Tensor must have a last dimension with stride 1, got the strides {(*steps, last)}. "
            f"Use x.contiguous()"
        )
    if any(step % 2 for step in steps) or input.storage_offset() % 2:
        raise RuntimeError(
            f"view_as_complex: Tensor must have a stride divisible by 2 for all but last dimension, and a "
            f"storage_offset divisible by 2; got the strides {(*steps, last)} and the offset "
            f"{input.storage_offset()}. Use x.contiguous()"
        )
    return ops.view_as_complex.call(input)
