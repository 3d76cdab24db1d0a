"""Which frequencies are in a signal at which time, and the signal that they come from."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ...core import dtype as dtypes
from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...functions.public import public
from .pad import pad

LEAST = 1e-11  # a sum of squared windows below it can't be divided by


@public()
def stft(
    input: Tensor,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Tensor | None = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
    align_to_window: bool | None = None,
) -> Tensor:
    """The short-time Fourier transform: the spectrum of each stretch of the signal.

    `X[f, t] = sum_k window[k] input[t hop_length + k] exp(-2πi f k / n_fft)`, k from 0 to n_fft - 1.

    Args:
        input: the signal, (L) or (B, L), real or complex.
        n_fft: the length of a stretch, from 1.
        hop_length: how far the next stretch is, from 1. Default: n_fft // 4.
        win_length: the length of the window, 1 to n_fft; zeros on both sides make it n_fft long. Default: n_fft.
        window: (win_length), the weights, such as `hann_window(win_length)`. Default: ones, with a warning.
        center: pad the signal so that stretch t is centered at t hop_length; otherwise it begins there. Default: True.
        pad_mode: how: "reflect" (default), "constant", "replicate" or "circular".
        normalized: divide by the root of n_fft. Default: False.
        onesided: only the first n_fft // 2 + 1 frequencies; of real signals the others are their conjugates. Default: True
            if signal and window are real.
        return_complex: complex numbers; False, which is deprecated, puts real and imaginary parts into a last dimension
            of 2. Must be given for real signals.
        align_to_window: with `center=False`, stretch t is placed so that its window, not the zeros around it, begins at
            t hop_length. Default: False.

    Returns:
        (B?, F, T): F is n_fft // 2 + 1 or n_fft; T is 1 + L // hop_length (`center`), 1 + (L - n_fft) // hop_length, or
        1 + (L - win_length) // hop_length (`align_to_window`).

    Raises:
        RuntimeError: a length is out of range or the signal too short, the window's shape is not (win_length), the signal
            holds integers or half-precision numbers, `return_complex` is missing, `onesided` and something is complex, or
            `align_to_window` together with `center`.
        NotImplementedError: the pad_mode is none of the four.

    Example:
        >>> import seedgrad as sg
        >>> wave = sg.sin(sg.arange(64) * 2 * sg.pi / 8)  # 8 samples a period: the 4th of 32 / 2 frequencies
        >>> spectrum = sg.stft(wave, 32, window=sg.hann_window(32), return_complex=True)
        >>> spectrum.shape, spectrum.abs()[:, 4].argmax()
        (seedgrad.Size([17, 9]), tensor(4))
    """
    check_tensors("stft", input)
    hop = n_fft // 4 if hop_length is None else hop_length
    length = n_fft if win_length is None else win_length
    if window is None:
        _warn_of_ones("")
    is_complex = any(t is not None and t.array.dtype.kind == "c" for t in (input, window))
    if return_complex is None:
        if not is_complex:
            raise RuntimeError(
                "stft requires the return_complex parameter be given for real inputs: pass return_complex=True"
            )
        return_complex = True
    elif not return_complex:
        warnings.warn("stft with return_complex=False is deprecated; use view_as_real(stft(...))", stacklevel=2)
    if align_to_window is not None and center:
        raise RuntimeError("stft align_to_window should only be set when center = false")
    batched = input.array.ndim == 2
    x = input if batched else xp.reshape(input, (1, -1)) if input.array.ndim < 2 else input
    _check("stft", x, n_fft, hop, length, window)
    if center:
        x = xp.reshape(pad(xp.expand_dims(x, axis=1), (n_fft // 2, n_fft // 2), pad_mode), (len(x.array), -1))
    elif align_to_window:
        left = (n_fft - length) // 2
        x = xp.pad_constant(x, widths=((0, 0), (left, n_fft - length - left)))
    have = x.array.shape[-1]
    if n_fft > have:
        raise RuntimeError(f"stft: expected 0 < n_fft <= {have}, the length of the signal, but got n_fft={n_fft}")
    if onesided is None:
        onesided = not is_complex
    elif onesided and is_complex:
        raise RuntimeError("Cannot have onesided output if window or input is complex")
    frames = xp.windows(x, axis=1, size=n_fft, step=hop)
    weights = _weights(window, length, n_fft, None)
    if weights is not None:
        frames = frames * weights
    scale = 1 / math.sqrt(n_fft) if normalized else 1.0
    if onesided:
        out = xp.rdft(frames, axis=-1, scale=scale)
    else:
        out = xp.dft(_complex(frames), axes=(-1,), scale=scale)
    out = xp.swapaxes(out, 1, 2)
    if not batched:
        out = xp.squeeze(out, axis=0)
    return out if return_complex else xp.view_as_real(out)


@public()
def istft(
    input: Tensor,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Tensor | None = None,
    center: bool = True,
    normalized: bool = False,
    onesided: bool | None = None,
    length: int | None = None,
    return_complex: bool = False,
) -> Tensor:
    """The signal whose short-time Fourier transform is nearest to the input: the inverse of `stft`.

    The inverse transforms of all columns, times the window, are added up at their places, and divided by the sum of the
    squared windows.

    Args:
        input: (F, T) or (B, F, T), complex, as from `stft`.
        n_fft, hop_length, win_length, window, center, normalized: as they were given to `stft`.
        onesided: whether F is n_fft // 2 + 1, or n_fft, of which the first half counts for a real signal. Default: unless
            F is n_fft.
        length: cut the signal, or pad it with zeros, to this length. Default: without what `center` padded.
        return_complex: whether the signal is complex. Default: False.

    Returns:
        (B?, L).

    Raises:
        RuntimeError: the input is not complex, is empty or of another shape; a length is out of range; the window's shape
            is not (win_length); the windows leave a place of the signal uncovered; `return_complex` with a onesided input;
            a complex window without it.

    Example:
        >>> import seedgrad as sg
        >>> x, window = sg.randn(100), sg.hann_window(16)
        >>> spectrum = sg.stft(x, 16, window=window, return_complex=True)
        >>> sg.allclose(sg.istft(spectrum, 16, window=window, length=100), x, atol=1e-5)
        True

    Source: Griffin and Lim, "Signal estimation from modified short-time Fourier transform", 1984.
    """
    check_tensors("istft", input)
    hop = n_fft // 4 if hop_length is None else hop_length
    size = n_fft if win_length is None else win_length
    if window is None:
        _warn_of_ones(" Give the same window as to stft, or the signal is not the one it came from.")
    kind = input.array.dtype
    if kind.kind != "c":
        raise RuntimeError(
            "istft requires a complex-valued input tensor matching the output from stft with return_complex=True, got "
            f"{input.dtype}"
        )
    shape = input.array.shape
    if 0 in shape:
        raise RuntimeError(f"istft: input tensor cannot be empty, got shape {shape}")
    if len(shape) not in (2, 3):
        # PyTorch looks for the frequencies first, and does not find them.
        raise (IndexError if len(shape) < 2 else RuntimeError)(
            f"istft: expected (F, T) or (B, F, T), got shape {shape}"
        )
    if onesided is None:
        onesided = shape[-2] != n_fft
    expected = n_fft // 2 + 1 if onesided else n_fft
    if shape[-2] != expected:
        raise RuntimeError(
            f"istft: expected the frequency dimension of the input tensor to be {expected} with n_fft={n_fft} and "
            f"onesided={onesided}, but got {shape[-2]}"
        )
    if not 0 < hop <= size:
        raise RuntimeError(f"istft: expected 0 < hop_length <= win_length, got hop_length={hop} and win_length={size}")
    if not 0 < size <= n_fft:
        raise RuntimeError(f"istft: expected 0 < win_length <= n_fft, got win_length={size} and n_fft={n_fft}")
    _check_window("istft", window, size)
    if window is not None and window.array.dtype.kind == "c" and not return_complex:
        raise RuntimeError("Complex windows are incompatible with return_complex=False")
    if onesided and return_complex:
        raise RuntimeError("Cannot have onesided output if window or input is complex")
    spectrum = xp.swapaxes(input, -1, -2)
    spectrum = spectrum if len(shape) == 3 else xp.expand_dims(spectrum, axis=0)
    scale = 1 / math.sqrt(n_fft) if normalized else 1 / n_fft
    if return_complex:
        frames = xp.dft(spectrum, axes=(-1,), inverse=True, scale=scale)
    else:  # of a real signal, half of the spectrum says all
        half = xp.getitem(spectrum, index=(..., slice(n_fft // 2 + 1)))
        frames = xp.irdft(half, axis=-1, n=n_fft, scale=scale)
    weights = _weights(window, size, n_fft, np.dtype(kind.type(0).real.dtype))
    signal, envelope = _overlapped(frames, weights, n_fft, hop)
    whole = signal.array.shape[-1]
    start = n_fft // 2 if center else 0
    end = start + length if length is not None else whole - n_fft // 2 if center else whole
    if end <= start:
        raise RuntimeError(f"istft: nothing is left of a signal of {whole} elements: length={length}, center={center}")
    cut = (slice(None), slice(start, min(end, whole)))
    signal, envelope = xp.getitem(signal, index=cut), xp.getitem(envelope, index=cut)
    least = np.abs(envelope.array).min(initial=np.inf)
    if not least > LEAST:
        raise RuntimeError(
            f"istft: window overlap add min: {least:.3g}, but must be greater than {LEAST}: the windows leave some place of "
            f"the signal uncovered. Use the window and the hop_length of stft, and center=True for windows that begin with 0"
        )
    signal = signal / envelope
    if length is not None and end > whole:
        warnings.warn(
            f"istft: the signal has {whole - start} elements, fewer than length={length}; zeros are added", stacklevel=2
        )
        signal = xp.pad_constant(signal, widths=((0, 0), (0, end - whole)))
    return signal if len(shape) == 3 else xp.squeeze(signal, axis=0)


def _overlapped(frames: Tensor, weights: Tensor, n_fft: int, hop: int) -> tuple[Tensor, Tensor]:
    """The weighted frames added up at their places, (B, L), and the squared weights likewise, (1, L)."""
    batch, count = frames.array.shape[:2]
    where = {"axis": 1, "size": n_fft, "step": hop}
    whole = n_fft + hop * (count - 1)
    squares = xp.broadcast_to(weights * weights, shape=(1, count, n_fft))
    signal = xp.add_windows(frames * weights, shape=(batch, whole), **where)
    return signal, xp.add_windows(squares, shape=(1, whole), **where)


def _weights(window: Tensor | None, length: int, n_fft: int, kind: Any) -> Any:
    """The window, with zeros on both sides to n_fft weights; None for ones where no type is given."""
    if window is None:
        if kind is None and length == n_fft:
            return None
        window = Tensor(np.ones(length, kind or dtypes.F32))
    left = (n_fft - length) // 2
    return window if length == n_fft else xp.pad_constant(window, widths=((left, n_fft - length - left),))


def _complex(x: Tensor) -> Tensor:
    kind = x.array.dtype
    return x if kind.kind == "c" else xp.astype(x, kind=dtypes.complex_of(kind))


def _check(name: str, x: Tensor, n_fft: int, hop: int, length: int, window: Tensor | None) -> None:
    kind = x.array.dtype
    if not dtypes.differentiable(kind) or kind.itemsize == 2:
        raise RuntimeError(
            f"{name}: expected a tensor of float32, float64 or complex values, got {dtypes.from_numpy(kind)}. Convert it "
            f"first: x.float()"
        )
    if x.array.ndim > 2:
        raise RuntimeError(f"{name}: expected a 1D or 2D tensor, (L) or (B, L), got shape {x.array.shape}")
    if n_fft <= 0:
        raise RuntimeError(f"{name}: expected 0 < n_fft, but got n_fft={n_fft}")
    if hop <= 0:
        raise RuntimeError(f"{name}: expected hop_length > 0, but got hop_length={hop}")
    if not 0 < length <= n_fft:
        raise RuntimeError(f"{name}: expected 0 < win_length <= n_fft={n_fft}, but got win_length={length}")
    _check_window(name, window, length)


def _check_window(name: str, window: Tensor | None, length: int) -> None:
    if window is not None and window.array.shape != (length,):
        raise RuntimeError(
            f"{name}: expected a 1D window tensor of size equal to win_length={length}, but got window with size "
            f"{list(window.array.shape)}"
        )


def _warn_of_ones(more: str) -> None:
    warnings.warn(
        "A window was not provided. A rectangular window will be applied, which is known to cause spectral leakage. "
        f"Pass window=hann_window(n), or window=ones(n) for this one.{more}",
        stacklevel=3,
    )
