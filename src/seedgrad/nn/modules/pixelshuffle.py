"""Channels as pixels, and the reverse. What PyTorch has under this path."""

from ..shuffle import PixelShuffle as PixelShuffle
from ..shuffle import PixelUnshuffle as PixelUnshuffle
