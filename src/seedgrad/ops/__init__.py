"""Every differentiable op, each in one place with its derivative."""

from ..core.op import tensor_namespace as tensor_namespace
from . import conv as conv
from . import elementwise as elementwise
from . import index as index
from . import linalg as linalg
from . import pool as pool
from . import order as order
from . import reduce as reduce
from . import select as select
from . import shape as shape
from . import special as special
from . import transcendental as transcendental
