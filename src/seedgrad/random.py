"""The default source of random numbers: its seed and its state."""

from .core.random import default_generator as default_generator
from .core.random import fork_rng as fork_rng
from .core.random import get_rng_state as get_rng_state
from .core.random import initial_seed as initial_seed
from .core.random import manual_seed as manual_seed
from .core.random import seed as seed
from .core.random import set_rng_state as set_rng_state
