"""Rows for short-time Fourier transforms."""

import numpy as np

from .table import A, call, row

HANN = np.hanning(7)[:-1] + 0.1
X = A(2, 20)
row(
    "stft",
    [
        call(A(20), 6, window=HANN, return_complex=True),
        call(X, 6, window=HANN, return_complex=True),
        call(X, 6, 2, window=HANN, return_complex=True, normalized=True),
        call(X, 5, 3, 5, HANN[:5], False, return_complex=True),
        call(X, 8, 3, 6, HANN, return_complex=True, normalized=True),
        call(X, 8, 2, 6, HANN, False, return_complex=True),
        call(X, 8, 2, 5, HANN[:5], False, return_complex=True, align_to_window=True),
        call(X, 8, 2, 5, HANN[:5], False, return_complex=True, align_to_window=False),
        call(A(20), 6, 1, window=HANN, pad_mode="constant", return_complex=True, onesided=False),
        call(A(20), 6, 4, window=HANN, pad_mode="replicate", return_complex=True, onesided=False),
        call(X, 7, 4, 6, HANN, pad_mode="circular", return_complex=True),
        call(X, 6, 4, return_complex=False),
        call(X, 7, 3, 4, return_complex=True),
        call(A(4), 1, 1, return_complex=True),
        call(X, 20, window=None, center=False, return_complex=True),
    ],
    bad=[
        (call(A(20), 4), "requires the return_complex parameter"),
        (call(A(2, 3, 20), 4, return_complex=True), "expected a 1D or 2D tensor"),
        (call(A(20), 44, return_complex=True), "[Pp]adding size should be less"),
        (call(A(10), 12, center=False, return_complex=True), "expected 0 < n_fft <= 10"),
        (call(A(10), 0, return_complex=True), "expected 0 < n_fft, but got n_fft=0"),
        (call(A(10), 4, 0, return_complex=True), "expected hop_length > 0"),
        (call(A(10), 4, win_length=0, return_complex=True), "expected 0 < win_length <= n_fft=4"),
        (call(A(10), 4, win_length=5, return_complex=True), "expected 0 < win_length <= n_fft=4"),
        (call(A(10), 4, window=A(3), return_complex=True), "expected a 1D window tensor of size"),
        (call(A(10), 4, pad_mode="other", return_complex=True), "mode"),
        (call(A(10), 4, align_to_window=True, return_complex=True), "align_to_window should only be set"),
        (call(np.arange(10), 4, return_complex=True), "expected a tensor of float32"),
        (call(np.ones(10) + 1j, 4, onesided=True), "Cannot have onesided output"),
    ],
    inplace=False,
    half=False,
    integers=(),
)
row(
    "stft",
    [
        call(X, 6, window=HANN),
        call(A(20), 8, 3, 6, HANN, normalized=True),
        call(X, 8, 2, 5, HANN[:5], False, align_to_window=True, return_complex=False),
        call(X, 5, 2, pad_mode="constant"),
    ],
    label="stft of complex numbers",
    method=False,
    inplace=False,
    half=False,
    integers=(),
    complex=True,
    ours=lambda x, *a, **k: __import__("seedgrad").stft(x if x.is_complex() else x + 0j * x, *a, **k),
    theirs=lambda x, *a, **k: __import__("torch").stft(x if x.is_complex() else x + 0j * x, *a, **k),
)
S = A(2, 4, 5), A(2, 4, 5)
row(
    "istft",
    [
        call(*S, 6, window=HANN),
        call(A(4, 5), A(4, 5), 6, 2, window=HANN, normalized=True),
        call(*S, 7, 3, 5, HANN[:5]),
        call(*S, 6, 2, 6, HANN, center=False),
        call(*S, 6, 2, window=HANN, length=5),
        call(*S, 6, 2, window=HANN, length=20),
        call(*S, 6, 2, window=HANN, length=20, center=False),
        call(A(6, 5), A(6, 5), 6, 2, window=HANN, onesided=False),
        call(A(6, 5), A(6, 5), 6, 2, window=HANN),
        call(A(2, 6, 5), A(2, 6, 5), 6, 2, window=HANN, return_complex=True),
        call(*S, 6, 2),
        call(*S, 6, 2, 4, onesided=True),
        call(A(1, 5), A(1, 5), 1, 1, onesided=False, center=False),
    ],
    bad=[
        (call(*S, 6, onesided=False), "expected the frequency dimension of the input tensor to be 6"),
        (call(*S, 9), "expected the frequency dimension"),
        (call(*S, 6, 0), "expected 0 < hop_length <= win_length"),
        (call(*S, 6, 7), "expected 0 < hop_length <= win_length"),
        (call(*S, 6, 2, 7), "expected 0 < win_length <= n_fft"),
        (call(*S, 6, window=A(5)), "expected a 1D window tensor of size"),
        (call(*S, 6, window=np.hanning(6), center=False), "window overlap add min"),
        (call(*S, 6, length=0), "nothing is left"),
        (call(*S, 6, length=-1), "nothing is left"),
        (call(*S, 6, return_complex=True), "Cannot have onesided output"),
        (call(A(2, 4, 0), A(2, 4, 0), 6), "cannot be empty"),
        (call(A(1, 2, 4, 5), A(1, 2, 4, 5), 6), "got shape"),
        (call(A(4), A(4), 6), "got shape"),
    ],
    method=False,
    inplace=False,
    half=False,
    integers=(),
    ours=lambda re, im, *a, **k: __import__("seedgrad").istft(__import__("seedgrad").complex(re, im), *a, **k),
    theirs=lambda re, im, *a, **k: __import__("torch").istft(__import__("torch").complex(re, im), *a, **k),
)
