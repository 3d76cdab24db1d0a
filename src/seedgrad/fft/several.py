"""Transforms along several dimensions."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..functions.forms import with_out
from ..ops.complex import conj
from .steps import from_half, of_complex, to_half


@with_out
def fftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The transform of complex numbers: `X_k = sum_j x_j exp(-2 pi i (j_1 k_1 / n_1 + ...))`.

    Args:
        input: any shape.
        s: cut or pad the dimensions to these lengths first; -1 leaves one. Default: None, as they are.
        dim: along which dimensions. Default: None, all, or the last ones where s is given.
        norm: "backward" (default) divides by nothing, "ortho" by the root of the number of points, "forward" by it.

    Returns:
        Complex numbers.

    Raises:
        IndexError: a dimension is out of range.
        RuntimeError: dimensions repeat, s and dim differ in length, a length is not positive, `norm` is none of the three, or
            the input has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.fft.fftn(sg.ones(2, 2)).real
        tensor([[4., 0.],
                [0., 0.]])
    """
    return of_complex("fftn", input, s, dim, norm, False)


@with_out
def ifftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The inverse of `fftn`.

    Args:
        input: any shape.
        s: cut or pad the dimensions to these lengths first; -1 leaves one. Default: None, as they are.
        dim: along which dimensions. Default: None, all, or the last ones where s is given.
        norm: "backward" (default) divides by the number of points, "ortho" by its root, "forward" by nothing.

    Returns:
        Complex numbers.

    Raises:
        IndexError: a dimension is out of range.
        RuntimeError: dimensions repeat, s and dim differ in length, a length is not positive, `norm` is none of the three, or
            the input has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> sg.allclose(sg.fft.ifftn(sg.fft.fftn(x)).real, x)
        True
    """
    return of_complex("ifftn", input, s, dim, norm, True)


@with_out
def rfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The transform of real numbers; half of it, which mirrors the rest, is left out along the last dimension.

    Args:
        input: any shape; real.
        s: cut or pad the dimensions to these lengths first; -1 leaves one. Default: None, as they are.
        dim: along which dimensions. Default: None, all, or the last ones where s is given.
        norm: "backward" (default) divides by nothing, "ortho" by the root of the number of points, "forward" by it.

    Returns:
        Complex numbers, n // 2 + 1 along the last dimension.

    Raises:
        IndexError: a dimension is out of range.
        RuntimeError: dimensions repeat, s and dim differ in length, a length is not positive, `norm` is none of the three, or
            the input has 16 bits; the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.fft.rfftn(sg.ones(2, 2)).real
        tensor([[4., 0.],
                [0., 0.]])
    """
    return to_half("rfftn", input, s, dim, norm, False)


@with_out
def irfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """Real numbers from half of their spectrum: the inverse of `rfftn`.

    Args:
        input: any shape.
        s: cut or pad the dimensions to these lengths first; -1 leaves one. Default: None, as they are.
        dim: along which dimensions. Default: None, all, or the last ones where s is given.
        norm: "backward" (default) divides by the number of points, "ortho" by its root, "forward" by nothing.

    Returns:
        Real numbers.

    Raises:
        IndexError: a dimension is out of range.
        RuntimeError: dimensions repeat, s and dim differ in length, a length is not positive, `norm` is none of the three, or
            the input has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]])
        >>> sg.allclose(sg.fft.irfftn(sg.fft.rfftn(x), s=(2, 3)), x)
        True
    """
    return from_half("irfftn", input, s, dim, norm, True)


@with_out
def hfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The transform, real, of a signal that mirrors itself; half of it is given along the last dimension.

    Args:
        input: any shape.
        s: cut or pad the dimensions to these lengths first; -1 leaves one. Default: None, as they are.
        dim: along which dimensions. Default: None, all, or the last ones where s is given.
        norm: "backward" (default) divides by nothing, "ortho" by the root of the number of points, "forward" by it.

    Returns:
        Real numbers.

    Raises:
        IndexError: a dimension is out of range.
        RuntimeError: dimensions repeat, s and dim differ in length, a length is not positive, `norm` is none of the three, or
            the input has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> sg.allclose(sg.fft.hfftn(sg.fft.ihfftn(x), s=(2, 2)), x)
        True
    """
    return from_half("hfftn", input, s, dim, norm, False)


@with_out
def ihfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """Half of the signal whose transform is real: the inverse of `hfftn`.

    Args:
        input: any shape; real.
        s: cut or pad the dimensions to these lengths first; -1 leaves one. Default: None, as they are.
        dim: along which dimensions. Default: None, all, or the last ones where s is given.
        norm: "backward" (default) divides by the number of points, "ortho" by its root, "forward" by nothing.

    Returns:
        Complex numbers, n // 2 + 1 along the last dimension.

    Raises:
        IndexError: a dimension is out of range.
        RuntimeError: dimensions repeat, s and dim differ in length, a length is not positive, `norm` is none of the three, or
            the input has 16 bits; the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.fft.ihfftn(sg.full((2, 2), 4.0)).real
        tensor([[4., 0.],
                [0., 0.]])
    """
    return conj.call(to_half("ihfftn", input, s, dim, norm, True))
