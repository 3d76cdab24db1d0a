"""Transforms along several dimensions; those whose name ends in 2 along the last two."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..functions.forms import with_out
from ..ops import fourier
from ..ops.complex import conj
from .lengths import as_complex, as_real, checked, resized, scale, some_dims


def _lengths(name: str, input: Tensor, dims: tuple[int, ...], s: tuple[int, ...]) -> list[int]:
    return [checked(name, input.shape[d] if n == -1 else n) for d, n in zip(dims, s, strict=True)]


def _complex(name: str, input: Tensor, s: Any, dim: Any, norm: str | None, inverse: bool) -> Tensor:
    dims, sizes = some_dims(name, input, s, dim)
    lengths = _lengths(name, input, dims, sizes)
    x = resized(as_complex(name, input), dict(zip(dims, lengths, strict=True)))
    return fourier.dft.call(x, axes=dims, inverse=inverse, scale=scale(name, norm, lengths, inverse))


def _half(name: str, input: Tensor, s: Any, dim: Any, norm: str | None, inverse: bool) -> Tensor:
    """The spectrum of real numbers: half of it along the last dimension."""
    x = as_real(name, input)
    dims, sizes = some_dims(name, x, s, dim)
    if not dims:
        raise RuntimeError(
            f"{name} must transform at least one axis, got a tensor of shape {tuple(x.shape)} and no dims"
        )
    lengths = _lengths(name, x, dims, sizes)
    x = resized(x, dict(zip(dims, lengths, strict=True)))
    x = fourier.rdft.call(x, axis=dims[-1], scale=scale(name, norm, lengths, inverse))
    return fourier.dft.call(x, axes=dims[:-1]) if len(dims) > 1 else x


def _real(name: str, input: Tensor, s: Any, dim: Any, norm: str | None, inverse: bool) -> Tensor:
    """Real numbers from a spectrum of which half is given along the last dimension."""
    x = as_complex(name, input)
    dims, sizes = some_dims(name, x, s, dim)
    if not dims:
        raise RuntimeError(
            f"{name} must transform at least one axis, got a tensor of shape {tuple(x.shape)} and no dims"
        )
    n = 2 * (x.shape[dims[-1]] - 1) if sizes[-1] == -1 else sizes[-1]
    lengths = [*_lengths(name, x, dims[:-1], sizes[:-1]), checked(name, n)]
    x = resized(x, dict(zip(dims, [*lengths[:-1], lengths[-1] // 2 + 1], strict=True)))
    x = x if inverse else conj.call(x)
    if len(dims) > 1:
        x = fourier.dft.call(x, axes=dims[:-1], inverse=True)
    return fourier.irdft.call(x, axis=dims[-1], n=lengths[-1], scale=scale(name, norm, lengths, inverse))


@with_out
def fft2(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """The transform of complex numbers: `X_k = sum_j x_j exp(-2 pi i (j_1 k_1 / n_1 + ...))`.

    Args:
        input: any shape.
        s: cut or pad the dimensions to these lengths first; -1 leaves one. Default: None, as they are.
        dim: along which dimensions. Default: the last two.
        norm: "backward" (default) divides by nothing, "ortho" by the root of the number of points, "forward" by it.

    Returns:
        Complex numbers.

    Raises:
        IndexError: a dimension is out of range.
        RuntimeError: dimensions repeat, s and dim differ in length, a length is not positive, `norm` is none of the three, or
            the input has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.fft.fft2(sg.ones(2, 2)).real
        tensor([[4., 0.],
                [0., 0.]])
    """
    return _complex("fft2", input, s, dim, norm, False)


@with_out
def ifft2(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """The inverse of `fft2`.

    Args:
        input: any shape.
        s: cut or pad the dimensions to these lengths first; -1 leaves one. Default: None, as they are.
        dim: along which dimensions. Default: the last two.
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
        >>> sg.allclose(sg.fft.ifft2(sg.fft.fft2(x)).real, x)
        True
    """
    return _complex("ifft2", input, s, dim, norm, True)


@with_out
def rfft2(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """The transform of real numbers; half of it, which mirrors the rest, is left out along the last dimension.

    Args:
        input: any shape; real.
        s: cut or pad the dimensions to these lengths first; -1 leaves one. Default: None, as they are.
        dim: along which dimensions. Default: the last two.
        norm: "backward" (default) divides by nothing, "ortho" by the root of the number of points, "forward" by it.

    Returns:
        Complex numbers, n // 2 + 1 along the last dimension.

    Raises:
        IndexError: a dimension is out of range.
        RuntimeError: dimensions repeat, s and dim differ in length, a length is not positive, `norm` is none of the three, or
            the input has 16 bits; the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.fft.rfft2(sg.ones(2, 2)).real
        tensor([[4., 0.],
                [0., 0.]])
    """
    return _half("rfft2", input, s, dim, norm, False)


@with_out
def irfft2(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """Real numbers from half of their spectrum: the inverse of `rfft2`.

    Args:
        input: any shape.
        s: cut or pad the dimensions to these lengths first; -1 leaves one. Default: None, as they are.
        dim: along which dimensions. Default: the last two.
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
        >>> sg.allclose(sg.fft.irfft2(sg.fft.rfft2(x), s=(2, 3)), x)
        True
    """
    return _real("irfft2", input, s, dim, norm, True)


@with_out
def hfft2(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """The transform, real, of a signal that mirrors itself; half of it is given along the last dimension.

    Args:
        input: any shape.
        s: cut or pad the dimensions to these lengths first; -1 leaves one. Default: None, as they are.
        dim: along which dimensions. Default: the last two.
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
        >>> sg.allclose(sg.fft.hfft2(sg.fft.ihfft2(x), s=(2, 2)), x)
        True
    """
    return _real("hfft2", input, s, dim, norm, False)


@with_out
def ihfft2(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """Half of the signal whose transform is real: the inverse of `hfft2`.

    Args:
        input: any shape; real.
        s: cut or pad the dimensions to these lengths first; -1 leaves one. Default: None, as they are.
        dim: along which dimensions. Default: the last two.
        norm: "backward" (default) divides by the number of points, "ortho" by its root, "forward" by nothing.

    Returns:
        Complex numbers, n // 2 + 1 along the last dimension.

    Raises:
        IndexError: a dimension is out of range.
        RuntimeError: dimensions repeat, s and dim differ in length, a length is not positive, `norm` is none of the three, or
            the input has 16 bits; the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.fft.ihfft2(sg.full((2, 2), 4.0)).real
        tensor([[4., 0.],
                [0., 0.]])
    """
    return conj.call(_half("ihfft2", input, s, dim, norm, True))


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
    return _complex("fftn", input, s, dim, norm, False)


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
    return _complex("ifftn", input, s, dim, norm, True)


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
    return _half("rfftn", input, s, dim, norm, False)


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
    return _real("irfftn", input, s, dim, norm, True)


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
    return _real("hfftn", input, s, dim, norm, False)


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
    return conj.call(_half("ihfftn", input, s, dim, norm, True))
