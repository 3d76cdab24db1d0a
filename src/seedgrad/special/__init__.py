"""Special functions: `seedgrad.special`, with the names of `torch.special`."""

from ..functions.angles import sinc as sinc
from ..functions.exponential import exp2 as exp2
from ..functions.exponential import expm1 as expm1
from ..functions.exponential import log1p as log1p
from ..functions.gamma import i0 as i0
from ..functions.gamma import igamma, igammac, mvlgamma
from ..functions.gamma import polygamma as polygamma
from ..functions.reduction import logsumexp as logsumexp
from ..functions.rounding import round as round
from ..functions.special import digamma as digamma
from ..functions.special import erf as erf
from ..functions.special import erfc as erfc
from ..functions.special import erfinv as erfinv
from ..functions.special import lgamma, sigmoid
from ..functions.special import logit as logit
from ..functions.special import xlogy as xlogy
from .bessel import airy_ai as airy_ai
from .bessel import bessel_j0 as bessel_j0
from .bessel import bessel_j1 as bessel_j1
from .bessel import bessel_y0 as bessel_y0
from .bessel import bessel_y1 as bessel_y1
from .bessel import i0e as i0e
from .bessel import i1 as i1
from .bessel import i1e as i1e
from .chebyshev import chebyshev_polynomial_t as chebyshev_polynomial_t
from .chebyshev import chebyshev_polynomial_u as chebyshev_polynomial_u
from .chebyshev import chebyshev_polynomial_v as chebyshev_polynomial_v
from .chebyshev import chebyshev_polynomial_w as chebyshev_polynomial_w
from .chebyshev import shifted_chebyshev_polynomial_t as shifted_chebyshev_polynomial_t
from .chebyshev import shifted_chebyshev_polynomial_u as shifted_chebyshev_polynomial_u
from .chebyshev import shifted_chebyshev_polynomial_v as shifted_chebyshev_polynomial_v
from .chebyshev import shifted_chebyshev_polynomial_w as shifted_chebyshev_polynomial_w
from .modified_bessel import modified_bessel_i0 as modified_bessel_i0
from .modified_bessel import modified_bessel_i1 as modified_bessel_i1
from .modified_bessel import modified_bessel_k0 as modified_bessel_k0
from .modified_bessel import modified_bessel_k1 as modified_bessel_k1
from .modified_bessel import scaled_modified_bessel_k0 as scaled_modified_bessel_k0
from .modified_bessel import scaled_modified_bessel_k1 as scaled_modified_bessel_k1
from .modified_bessel import spherical_bessel_j0 as spherical_bessel_j0
from .normal import entr as entr
from .normal import erfcx as erfcx
from .normal import log_ndtr as log_ndtr
from .normal import ndtr as ndtr
from .normal import ndtri as ndtri
from .normal import xlog1py as xlog1py
from .normal import zeta as zeta
from .polynomials import hermite_polynomial_h as hermite_polynomial_h
from .polynomials import hermite_polynomial_he as hermite_polynomial_he
from .polynomials import laguerre_polynomial_l as laguerre_polynomial_l
from .polynomials import legendre_polynomial_p as legendre_polynomial_p
from .softmax import log_softmax as log_softmax
from .softmax import softmax as softmax

# The names that SciPy has for them.
gammainc = igamma
gammaincc = igammac
multigammaln = mvlgamma
psi = digamma
gammaln = lgamma
expit = sigmoid
