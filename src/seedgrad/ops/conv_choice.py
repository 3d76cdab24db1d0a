"""Which algorithm computes a convolution: the one place that decides. docs/convolution.md has the measurements.

    depthwise   each channel a group of its own: multiply and add
    winograd    3x3, and 4x4 with stride 2, with a quarter to 0.4 of the multiplications; compiled, float32
    tiles       sums that stay in registers, nothing is copied; compiled, float32
    planes      the same for up to 4 channels of the result, whose places fill the vectors; compiled, float32
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

# Winograd's algorithm takes kernels of 3x3, and of 4x4 with stride 2, which are four phases of 2x2 taps (numba_winograd.py):
# taps along each axis, by kernel and stride.
WINOGRAD_TAPS = {(3, 1): 3, (4, 2): 2}
# It transforms the kernel too, which must be paid back by enough tiles of 4x4 outputs, and every channel of the tiles,
# paid back by enough channels on the other side. Measured at these numbers of tiles, for 32 to 512 channels: equal to
# `tiles`, or up to half of its time.
WINOGRAD_TILES = {
    3: {"forward": 4, "input": 2, "weight": 8},
    2: {"forward": 8, "input": 32, "weight": 32},
}
WINOGRAD_CHANNELS = 32
# The kernel's gradient keeps the transforms of all tiles, up to so many numbers in each thread, and sums up a part of the
# kernel after the other; or it keeps sums for all of the kernel, in the cache up to the first of these numbers of
# channels times channels. From the second on, 36 for each pair took 1.7 to 1.9 times as long as `tiles`.
WINOGRAD_KEPT = 1 << 22
WINOGRAD_SUMS = 1 << 13, 1 << 14
# Tiles up to which all are kept in any case.
TILES_KEPT = 64
# Channels of a result of which `planes` makes no more, and its places in an image, of each phase, and no fewer: with 3
# channels it took 0.4 to 0.5 of the time of `tiles` from 256 places on, 0.8 to 1 at 64.
PLANES_CHANNELS, PLANES_PLACES = 4, 64


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
        if _by_winograd(job, len(x), geo):
            return "winograd"
        if _by_planes(job, geo):
            return "planes"
        if job == "forward" and geo.groups == 1 and len(x) * prod(geo.out) <= geo.outer:
            return "few"
        return "tiles"
    # For stride 1 the input's gradient is a convolution itself, of the output's gradient with the flipped kernel.
    # Copying a number takes half the time of adding it, so this way is taken unless it moves twice as many.
    if job == "input" and (prod(geo.stride) > 1 or prod(geo.size) * geo.outer >= 2 * prod(geo.out) * geo.inner):
        return "spread"
    return "columns"


def _by_planes(job: str, geo: Geometry) -> bool:
    back = job == "input"
    if job == "weight" or geo.groups > 1 or prod(geo.kernel) == 1 or (not back and prod(geo.stride) > 1):
        return False
    places = prod(geo.size) // prod(geo.stride) if back else prod(geo.out)
    return (geo.inner if back else geo.outer) <= PLANES_CHANNELS and places >= PLANES_PLACES


def _winograd(job: str, images: int, geo: Geometry) -> tuple[int, int]:
    """Taps along each axis of a phase, and tiles of 4x4 outputs of it; zeros where the algorithm does not fit."""
    kernel, stride = geo.kernel[0], geo.stride[0]
    taps = WINOGRAD_TAPS.get((kernel, stride), 0)
    if not taps or geo.kernel != (kernel, kernel) or geo.stride != (stride, stride):
        return 0, 0
    if prod(geo.dilation) * geo.groups > 1:
        return 0, 0
    size = [-(-n // stride) for n in geo.size] if job == "input" else geo.out
    return taps, images * -(-size[0] // 4) * -(-size[1] // 4)


def keeps_tiles(images: int, geo: Geometry) -> bool:
    """Whether the gradient of the kernel by Winograd's algorithm keeps the transforms of all tiles."""
    taps, tiles = _winograd("weight", images, geo)
    seen = prod(geo.stride) * geo.inner
    if tiles > TILES_KEPT and seen * geo.outer <= WINOGRAD_SUMS[0]:
        return False
    return (taps + 3) ** 2 * tiles * (seen + geo.outer) <= WINOGRAD_KEPT


def _by_winograd(job: str, images: int, geo: Geometry) -> bool:
    taps, tiles = _winograd(job, images, geo)
    if not taps or min(geo.inner, geo.outer) < WINOGRAD_CHANNELS or is_exact_convolution():
        return False
    if tiles < WINOGRAD_TILES[taps][job]:
        return False
    small = prod(geo.stride) * geo.inner * geo.outer <= WINOGRAD_SUMS[1]
    return job != "weight" or small or keeps_tiles(images, geo)
