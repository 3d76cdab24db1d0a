"""Whole Jacobians for `gradcheck`, by differences and by backward passes, complex numbers included.

A complex number counts as a pair of real ones. The gradient of a real u by z = x + iy is du/dx + i du/dy; a complex output
is a pair of real ones, too, its real part and its imaginary part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..core.tensor import Tensor
from .grad import grad

Array = np.ndarray[Any, Any]


class GradcheckError(RuntimeError):
    """What `gradcheck` raises when a derivative is wrong."""


def results(func: Callable[..., Any], inputs: Sequence[Any]) -> list[Tensor]:
    """What the function returns, as a list of Tensors."""
    value = func(*inputs)
    found = list(value) if isinstance(value, (tuple, list)) else [value]
    for i, o in enumerate(found):
        if not isinstance(o, Tensor):
            raise AttributeError(f"gradcheck: the function must return Tensors, got {type(o).__name__} as output {i}")
    return found


def differentiable(outputs: Sequence[Tensor]) -> list[Tensor]:
    return [o for o in outputs if o.node is not None]


def shifted(func: Callable[..., Any], inputs: Sequence[Any], changes: dict[int, Array]) -> list[Array]:
    """The differentiable outputs (all of them, if none is) with other values in the place of some inputs."""
    fresh = []
    for j, t in enumerate(inputs):
        if isinstance(t, Tensor):
            copy = Tensor(changes[j] if j in changes else t.array.copy())
            copy.requires_grad = t.node is not None
            fresh.append(copy)
        else:
            fresh.append(t)
    outs = results(func, fresh)
    return [o.array.astype(np.result_type(o.array.dtype, np.float64)) for o in differentiable(outs) or outs]


def axes(array: Array) -> Iterator[complex]:
    """The directions in which an element can be shifted."""
    yield 1
    if array.dtype.kind == "c":
        yield 1j


def numerical(func: Callable[..., Any], inputs: Sequence[Any], i: int, eps: float) -> list[list[Array]]:
    """For each output, and for each axis of input i: the derivatives [elements of the input, elements of the output]."""
    x = inputs[i].array
    sizes = [(v.size, v.dtype) for v in shifted(func, inputs, {})]
    found: list[list[Array]] = [[np.zeros((x.size, size), kind) for _ in axes(x)] for size, kind in sizes]
    for a, axis in enumerate(axes(x)):
        for row, position in enumerate(np.ndindex(x.shape)):
            high, low = x.copy(), x.copy()
            high[position] += eps * axis
            low[position] -= eps * axis
            step = abs(high[position] - low[position])  # what the addition of eps became in this type
            pairs = zip(shifted(func, inputs, {i: high}), shifted(func, inputs, {i: low}), strict=True)
            for k, (h, l) in enumerate(pairs):
                found[k][a][row] = ((h - l) / step).ravel()
    return found


def part_names(out: Array) -> list[tuple[str, complex]]:
    """The real quantities in an output, each with the gradient that belongs to it alone."""
    if out.dtype.kind != "c":
        return [("", 1)]
    return [("the imaginary part of ", 1j), ("the real part of ", 1)]


def gradient_of_part(by_axis: list[Array], part: complex) -> Array:
    """The gradient of the real or imaginary part, from the derivatives along the axes."""
    real = [d.imag if part == 1j else d.real for d in by_axis]
    return real[0] if len(real) == 1 else real[0] + 1j * real[1]


def analytic(out: Tensor, tensors: list[Tensor], part: complex, same_types: bool) -> list[Array]:
    """For each tensor the gradients [elements of the tensor, elements of out], by a backward pass for each column."""
    jacobians = [np.zeros((t.array.size, out.array.size), np.result_type(t.array.dtype, np.float64)) for t in tensors]
    for column, position in enumerate(np.ndindex(out.array.shape)):
        first = np.zeros_like(out.array)
        first[position] = part
        found = grad(out, tensors, Tensor(first), retain_graph=True, allow_unused=True)
        for t, jacobian, g in zip(tensors, jacobians, found, strict=True):
            if g is None:
                continue
            if same_types and g.dtype != t.dtype:
                raise GradcheckError(f"Gradient has dtype mismatch: {g.dtype} for an input of {t.dtype}")
            jacobian[:, column] = g.array.ravel()
    return jacobians


def compare(found: Array, expected: Array, where: str, atol: float, rtol: float) -> None:
    """Raise if two Jacobians differ, and say where they differ most."""
    wrong = ~np.isclose(found, expected, rtol=rtol, atol=atol, equal_nan=True)
    if wrong.any():
        excess = np.where(wrong, np.nan_to_num(np.abs(found - expected), nan=np.inf), -1.0)
        row, column = np.unravel_index(excess.argmax(), excess.shape)
        raise GradcheckError(
            f"Jacobian mismatch for {where}: {int(wrong.sum())} of {wrong.size} elements differ. The worst is input "
            f"element {row}, output element {column}: numerical {expected[row, column]:.6g}, analytical "
            f"{found[row, column]:.6g}\nnumerical:\n{expected}\nanalytical:\n{found}"
        )
