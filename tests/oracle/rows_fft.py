"""Rows for Fourier transforms."""

import numpy as np

from .table import A, call, row

Z = A(3, 4)
ONE = [
    call(Z),
    call(A(5)),
    call(A(1)),
    call(A(3, 4), n=6),
    call(A(3, 4), n=2, dim=0),
    call(A(2, 3, 5), None, 1, "ortho"),
    call(A(2, 5), 5, -1, "forward"),
    call(A(2, 4), norm="backward"),
    call(A(3, 7), n=1),
]
BAD_ONE = [
    (call(A(3), n=0), "Invalid number of data points"),
    (call(A(3), norm="other"), "Invalid normalization mode"),
    (call(A(3), dim=1), "Dimension out of range"),
    (call(A()), "tensor has no dimensions"),
    (call(A(0)), "Invalid number of data points"),
    (call(3.0), "must be a Tensor"),
    (call(A(3), n=2.5), "argument 'n' must be int"),
]
NEED_TWO = [call(A(3, 1)), call(A(1), n=1)]
for name in ("fft", "ifft"):
    row(f"fft.{name}", ONE, bad=BAD_ONE, method=False, inplace=False, half=1, complex=True)
for name in ("rfft", "ihfft"):
    row(
        f"fft.{name}",
        ONE,
        bad=[*BAD_ONE, (call(np.array([1 + 1j])), "expects a real input tensor")],
        method=False,
        inplace=False,
    )
for name in ("irfft", "hfft"):
    calls = [c for c in ONE if c.args[0].shape != (1,)]
    row(f"fft.{name}", calls, bad=BAD_ONE, method=False, inplace=False, complex=True)

TWO = [
    call(A(3, 4)),
    call(A(2, 3, 4), s=(4, 5)),
    call(A(2, 3, 4), (2, -1), (0, 2)),
    call(A(2, 3, 4), dim=(2, 0), norm="ortho"),
    call(A(4, 5), norm="forward"),
]
BAD_TWO = [
    (call(A(3, 4), dim=(0, 0)), "FFT dims must be unique"),
    (call(A(3, 4), s=(1,), dim=(0, 1)), "must have the same length"),
    (call(A(3, 4), s=(1, 0)), "Invalid number of data points"),
    (call(A(3, 4), norm="other"), "Invalid normalization mode"),
    (call(A(3, 4), dim=(0, 5)), "Dimension out of range"),
]
ANY = [call(A(5)), call(A(2, 3, 4)), call(A(2, 3, 4), s=(3, 2)), call(A(2, 3, 4), dim=1), call(A(2, 3, 4), 2)]
REAL_ONLY = {"rfft", "ihfft"}
for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    for end in ("2", "n"):
        bad = [*BAD_TWO]
        if end == "2":
            bad.append((call(A(4)), "Dimension out of range"))
        else:
            bad.append((call(A(4), s=(2, 2)), "only has 1 dimensions"))
            if name not in ("fft", "ifft"):
                bad.append((call(A()), "must transform at least one axis"))
        extra = [call(A())] if end == "n" and name in ("fft", "ifft") else []
        row(
            f"fft.{name}{end}",
            [*TWO, *(ANY if end == "n" else []), *extra],
            bad=bad,
            method=False,
            inplace=False,
            complex=name not in REAL_ONLY,
        )

for name in ("fftshift", "ifftshift"):
    row(
        f"fft.{name}",
        [call(A(5)), call(A(2, 3, 4)), call(A(3, 4), dim=1), call(A(3, 4), dim=(0, -1)), call(A(0, 3))],
        bad=[(call(A(3), dim=2), "Dimension out of range"), (call(A()), "no dimensions to shift")],
        method=False,
        inplace=False,
        complex=True,
    )
for name in ("fftfreq", "rfftfreq"):
    row(
        f"fft.{name}",
        [call(5), call(4), call(1), call(0), call(6, d=0.5), call(7, 3.0)],
        bad=[(call(-1), "negative dimension")] if name == "fftfreq" else [],
        method=False,
        inplace=False,
        half=False,
        layouts=False,
        integers=(),
    )
