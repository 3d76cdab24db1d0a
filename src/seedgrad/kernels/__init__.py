"""Compiled forms of ops, registered with them when this package is imported: on the first large call, if numba is
installed. Every one is checked against the definition of its op."""

from . import numba_depthwise as numba_depthwise
from . import numba_pool as numba_pool
