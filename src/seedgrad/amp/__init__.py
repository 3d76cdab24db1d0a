"""Mixed precision: products in 16 bits, what needs more in 32, and scaled losses."""

from .contexts import autocast as autocast
from .contexts import is_autocast_available as is_autocast_available
from .custom import custom_bwd as custom_bwd
from .custom import custom_fwd as custom_fwd
from .scaler import GradScaler as GradScaler
