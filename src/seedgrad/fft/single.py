"""Transforms along one dimension."""

from __future__ import annotations

from ..core.tensor import Tensor
from ..functions.forms import with_out
from ..ops import fourier
from ..ops.complex import conj
from .lengths import as_complex, as_real, checked, one_dim, resized, scale


def _complex(name: str, input: Tensor, n: int | None, dim: int, norm: str | None, inverse: bool) -> Tensor:
    axis = one_dim(name, input, dim)
    length = checked(name, input.shape[axis] if n is None else n)
    x = resized(as_complex(name, input), {axis: length})
    return fourier.dft.call(x, axes=(axis,), inverse=inverse, scale=scale(name, norm, [length], inverse))


def _half(name: str, input: Tensor, n: int | None, dim: int, norm: str | None, inverse: bool) -> Tensor:
    """Half the spectrum of real numbers."""
    x = as_real(name, input)
    axis = one_dim(name, x, dim)
    length = checked(name, x.shape[axis] if n is None else n)
    return fourier.rdft.call(resized(x, {axis: length}), axis=axis, scale=scale(name, norm, [length], inverse))


def _real(name: str, input: Tensor, n: int | None, dim: int, norm: str | None, inverse: bool) -> Tensor:
    """Real numbers from half a spectrum."""
    axis = one_dim(name, input, dim)
    length = checked(name, 2 * (input.shape[axis] - 1) if n is None else n)
    x = resized(as_complex(name, input), {axis: length // 2 + 1})
    x = x if inverse else conj.call(x)
    return fourier.irdft.call(x, axis=axis, n=length, scale=scale(name, norm, [length], inverse))


@with_out
def fft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The discrete Fourier transform: `X_k = sum_j x_j exp(-2 pi i j k / n)`.

    Args:
        input: any shape; real or complex.
        n: cut or pad the input to this length first. Default: None, as it is.
        dim: along which dimension. Default: -1.
        norm: "backward" (default) no factor, "ortho" 1/sqrt(n), "forward" 1/n.

    Returns:
        Complex numbers, in the input's shape with n along `dim`.

    Raises:
        IndexError: `dim` is out of range.
        RuntimeError: n is not positive, `norm` is none of the three, or the input has 16 bits.

    Example:
        >>> import seedgrad as sg
        >>> sg.fft.fft(sg.tensor([1.0, 0.0, 0.0, 0.0]))
        tensor([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j])

    Source:
        Cooley and Tukey, "An Algorithm for the Machine Calculation of Complex Fourier Series", 1965.
    """
    return _complex("fft", input, n, dim, norm, False)


@with_out
def ifft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The inverse transform: `x_j = 1/n sum_k X_k exp(2 pi i j k / n)`.

    Args:
        input, n, dim: as in `fft`.
        norm: "backward" (default) 1/n, "ortho" 1/sqrt(n), "forward" no factor.

    Returns:
        Complex numbers, in the input's shape with n along `dim`.

    Raises:
        IndexError, RuntimeError: as `fft`.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0, 3.0])
        >>> sg.allclose(sg.fft.ifft(sg.fft.fft(x)).real, x)
        True
    """
    return _complex("ifft", input, n, dim, norm, True)


@with_out
def rfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The transform of real numbers; its second half, which mirrors the first, is left out.

    Args:
        input: any shape; real.
        n, dim, norm: as in `fft`.

    Returns:
        Complex numbers, with n // 2 + 1 along `dim`.

    Raises:
        IndexError, RuntimeError: as `fft`; the input is complex.

    Example:
        >>> import seedgrad as sg
        >>> sg.fft.rfft(sg.tensor([1.0, 2.0, 3.0, 4.0]))
        tensor([10.+0.j, -2.+2.j, -2.+0.j])
    """
    return _half("rfft", input, n, dim, norm, False)


@with_out
def irfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Real numbers from the first half of their spectrum: the inverse of `rfft`.

    Args:
        input: any shape; the imaginary parts of the first term and, for even n, of the last are ignored.
        n: how many numbers; needed where it is odd. Default: None, 2 (m - 1) for m terms.
        dim, norm: as in `ifft`.

    Returns:
        Real numbers, with n along `dim`.

    Raises:
        IndexError, RuntimeError: as `fft`.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0, 3.0])
        >>> sg.allclose(sg.fft.irfft(sg.fft.rfft(x), n=3), x)
        True
    """
    return _real("irfft", input, n, dim, norm, True)


@with_out
def hfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The transform, real, of a signal whose second half mirrors its first: half of the signal is given.

    Args:
        input, n, dim: as in `irfft`.
        norm: "backward" (default) no factor, "ortho" 1/sqrt(n), "forward" 1/n.

    Returns:
        Real numbers, with n along `dim`.

    Raises:
        IndexError, RuntimeError: as `fft`.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0, 3.0, 4.0])
        >>> sg.allclose(sg.fft.hfft(sg.fft.ihfft(x), n=4), x)
        True
    """
    return _real("hfft", input, n, dim, norm, False)


@with_out
def ihfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Half of the signal whose transform is real: the inverse of `hfft`.

    Args:
        input: any shape; real.
        n, dim: as in `rfft`.
        norm: "backward" (default) 1/n, "ortho" 1/sqrt(n), "forward" no factor.

    Returns:
        Complex numbers, with n // 2 + 1 along `dim`.

    Raises:
        IndexError, RuntimeError: as `rfft`.

    Example:
        >>> import seedgrad as sg
        >>> sg.fft.ihfft(sg.tensor([4.0, 0.0, 0.0, 0.0]))
        tensor([1.-0.j, 1.-0.j, 1.-0.j])
    """
    return conj.call(_half("ihfft", input, n, dim, norm, True))
