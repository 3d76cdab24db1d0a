"""Which algorithm computes a convolution: the one place that decides. docs/convolution.md has the measurements.

    depthwise   each channel a group of its own: multiply and add
    winograd    3x3, with a quarter of the multiplications; compiled, float32
    tiles       sums that stay in registers, nothing is copied; compiled, float32
    few         the same over columns, the kernel as it lies: for less outputs than channels; compiled, float32
    columns     copy what the kernel sees, one product of matrices; NumPy alone, any type, any number of axes
    spread      the input's gradient, an output added to what it saw at a time; NumPy alone

The compiled ones take what is large enough to be worth loading the compiler: input, kernel or result. A product of
matrices that BLAS splits leaves its threads looking for more for 20 ms, and ours must share the cores with them: three
small products by columns in a step of a GAN made the whole step take 1.4 times as long.
"""

from __future__ import annotations

from ..core.dtype import F32
from ..core.kernel import find
from ..core.precision import is_exact_convolution
from . import conv_depthwise
from .conv_geometry import Array, Geometry, prod

# Winograd transforms the kernel too, which must be paid back by enough tiles of 4x4 outputs, and every channel of
# the tiles, paid back by enough channels on the other side. Measured: at 16 tiles and 32 channels both are equal
# to `tiles`, at 512 tiles and 64 channels Winograd takes 0.45 of the time. The kernel's gradient needs twice the tiles,
# and each thread has sums of 36 numbers for each pair of channels: 0.55 to 0.96 of the time of `tiles` for 128 by 128
# channels, but 1.7 to 1.9 for 256 by 256, whose sums don't stay in the cache.
WINOGRAD_TILES = {"forward": 16, "input": 16, "weight": 32}
WINOGRAD_CHANNELS = 32
WINOGRAD_SUMS = 1 << 14


def choose(job: str, x: Array, w_size: int, geo: Geometry) -> str:
    """The algorithm for a convolution, "forward", or its gradient for the "input" or the "weight".

    Args:
        job: one of the three.
        x: the input, or, for its own gradient, that of the output.
        w_size: elements of the kernel.
        geo: the shapes.
    """
    if conv_depthwise.fits(geo):
        return "depthwise"
    found = len(x) * geo.groups * (geo.inner * prod(geo.size) if job == "input" else geo.outer * prod(geo.out))
    if x.dtype is F32 and len(geo.size) <= 2 and find(f"tiles_{job}", max(x.size, w_size, found)):
        if job == "forward" and geo.groups == 1 and len(x) * prod(geo.out) <= geo.outer:
            return "few"
        return "winograd" if _by_winograd(job, len(x), geo) else "tiles"
    # For stride 1 the input's gradient is a convolution itself, of the output's gradient with the flipped kernel.
    # Copying a number takes half the time of adding it, so this way is taken unless it moves twice as many.
    if job == "input" and (prod(geo.stride) > 1 or prod(geo.size) * geo.outer >= 2 * prod(geo.out) * geo.inner):
        return "spread"
    return "columns"


def _by_winograd(job: str, images: int, geo: Geometry) -> bool:
    if geo.kernel != (3, 3) or prod(geo.stride) * prod(geo.dilation) * geo.groups > 1 or is_exact_convolution():
        return False
    if job == "weight" and geo.inner * geo.outer > WINOGRAD_SUMS:
        return False
    down, across = (-(-n // 4) for n in (geo.size if job == "input" else geo.out))
    return min(geo.inner, geo.outer) >= WINOGRAD_CHANNELS and images * down * across >= WINOGRAD_TILES[job]
