"""Flattening dimensions, and the reverse. What PyTorch has under this path."""

from ..flatten import Flatten as Flatten
from ..flatten import Unflatten as Unflatten
