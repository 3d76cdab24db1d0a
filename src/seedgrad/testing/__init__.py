"""Helpers of tests: comparison within tolerances, random tensors."""

from .close import assert_close as assert_close
from .random import make_tensor as make_tensor
