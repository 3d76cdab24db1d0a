"""Blocks of images as columns, and the reverse. What PyTorch has under this path."""

from ..fold import Fold as Fold
from ..fold import Unfold as Unfold
