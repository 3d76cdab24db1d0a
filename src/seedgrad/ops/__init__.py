"""Every differentiable op, each in one place with its derivative."""

from ..core.op import tensor_namespace as tensor_namespace
from . import activation as activation
from . import bessel as bessel
from . import complex as complex
from . import conv as conv
from . import cross_entropy as cross_entropy
from . import elementwise as elementwise
from . import embedding as embedding
from . import floats as floats
from . import fourier as fourier
from . import gamma as gamma
from . import index as index
from . import integers as integers
from . import linalg as linalg
from . import loss as loss
from . import norm as norm
from . import normal as normal
from . import order as order
from . import pool as pool
from . import reduce as reduce
from . import select as select
from . import shape as shape
from . import softmax as softmax
from . import special as special
from . import transcendental as transcendental
