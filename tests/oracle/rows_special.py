"""Rows for seedgrad.special."""

import numpy as np

from .table import INF, NAN, A, binary, call, row, unary

COMPLEX = np.array([1 + 1j, 2j])
NO_TENSOR = (call(3), "must be a Tensor, not int")
NOT_COMPLEX = (call(COMPLEX), "not implemented for complex")
HALF = np.array([1, 2], np.float16)
NOT_HALF = (call(HALF), "not implemented for seedgrad.float16")
FINITE = (0.0, -0.0, 1.0, -1.0, 2.0)


def special(name, calls, **options):
    """A row of this namespace: no methods, and the half types where asked for."""
    options.setdefault("half", 0)
    row(f"special.{name}", calls, method=False, inplace=False, **options)


# Without gradients. Farther out (j0 and its like beyond 3, Airy's function below -2) PyTorch is off by up to 2e-6;
# tests/ops/test_special_functions.py holds ours against integrals and identities there.
for name, low, high, tolerance in (
    ("airy_ai", -2.0, 6.0, 5),
    ("bessel_j0", -3.0, 3.0, 1),
    ("bessel_j1", -3.0, 3.0, 1),
    ("bessel_y0", 0.1, 3.0, 5),
    ("bessel_y1", 0.1, 3.0, 5),
    ("modified_bessel_i0", -5.0, 5.0, 1),
    ("modified_bessel_i1", -5.0, 5.0, 1),
    ("modified_bessel_k0", 0.1, 5.0, 5),
    ("modified_bessel_k1", 0.1, 5.0, 5),
    ("scaled_modified_bessel_k0", 0.1, 5.0, 5),
    ("scaled_modified_bessel_k1", 0.1, 5.0, 5),
    ("spherical_bessel_j0", -12.0, 12.0, 1),
):
    special(
        name,
        unary(low, high, kinks=(0.0, -0.0, 1.0, 2.0, NAN)),
        tolerance=tolerance,
        bad=[NO_TENSOR, NOT_COMPLEX, NOT_HALF],
    )
special("spherical_bessel_j0", [call(np.array([INF, -INF, 1e-5, 0.4, -0.5]))], label="spherical_bessel_j0 ends")

DEGREES = [
    call(A(3, 4, low=-1.5, high=1.5), np.array([0, 1, 2, 5])),
    call(A(3, 1, low=-1.0, high=1.0), np.array([-2, 3, 6, 7, 8, 9, 20])),
    call(A(5, low=0.0, high=1.0), 4),
    call(A(low=-1.0, high=1.0), 11),
    call(0.3, np.array([0.0, 1.7, 2.0, 5.9])),
    call(HALF, np.array([2.0, 3.0], np.float32)),
    call(A(0), 3),
    call(A(2, 1), np.zeros((2, 0))),
    call(np.array([[1.0], [-1.0], [0.0], [0.5]]), np.array([0, 1, 2, 3, 8, 9])),
    call(np.array([2.0, -2.5]), np.array([[3], [10]])),
]
POLYNOMIALS = [f"{shifted}chebyshev_polynomial_{kind}" for shifted in ("", "shifted_") for kind in "tuvw"]
POLYNOMIALS += ["hermite_polynomial_h", "hermite_polynomial_he", "laguerre_polynomial_l", "legendre_polynomial_p"]
for name in POLYNOMIALS:
    special(
        name,
        DEGREES,
        integers=("int64",),
        tolerance=100,
        layouts=False,
        bad=[
            (call(2.0, 3), "at least one Tensor, got float and int"),
            (call(COMPLEX, 2), "not implemented for complex"),
            (call(HALF, 2), "not implemented for seedgrad.float16"),
        ],
    )
for name in ("hermite_polynomial_h", "hermite_polynomial_he"):
    special(name, [call(A(3), np.array([[130.0], [600.0]]))], label=f"{name} of high degree", tolerance=100)

# With gradients.
for name, options in {
    "i0e": {"half": 2},
    "i1": {"half": 2},
    "i1e": {"half": 2},
    "erfcx": {"tolerance": 5},
    "ndtr": {"half": 2},
    "log_ndtr": {"tolerance": 5},
}.items():
    refused = [] if options.get("half") else [NOT_HALF]
    special(name, unary(kinks=FINITE), bad=[NO_TENSOR, NOT_COMPLEX, *refused], **options)
    special(name, unary(kinks=(INF, -INF, NAN)), label=f"{name} ends", gradient=False)
special("log_ndtr", [call(np.array([-30.0, -8.0, 0.0, 8.0]))], label="log_ndtr far", tolerance=10)
special("ndtri", unary(0.02, 0.98, kinks=(0.5, 0.25)), tolerance=10, bad=[NO_TENSOR, NOT_COMPLEX, NOT_HALF])
special("ndtri", [call(np.array([0.0, 1.0, -0.5, 1.5, NAN]))], label="ndtri ends", gradient=False)
special("entr", unary(0.1, 3.0, kinks=(1.0, 0.5)), half=2, bad=[NO_TENSOR, NOT_COMPLEX])
special("entr", unary(), label="entr ends", second=False)
special(
    "xlog1py",
    [*binary(-0.9, 3.0, kinks=()), call(A(3), 2), call(2, A(3, low=0.0)), call(2.5, A(2, 1, low=0.0))],
    mixed=True,
    half=2,
    bad=[(call(2, 3), "at least one Tensor"), (call(COMPLEX, COMPLEX), "not implemented for complex")],
)
special("xlog1py", binary()[-1:], label="xlog1py ends", second=False)
special(
    "zeta",
    [
        call(np.array([[2], [3]]), A(2, 4, low=0.5, high=4.0)),
        call(2, A(3, low=0.5, high=4.0)),
        call(np.array(3), A(low=1.0, high=2.0)),
    ],
    tolerance=10,
    integers=(),
    bad=[(call(2, 3), "at least one Tensor"), (call(COMPLEX, COMPLEX), "not implemented for complex")],
)
special(
    "zeta",
    [
        call(A(3, 4, low=1.2, high=5.0), A(4, low=0.5, high=3.0)),
        call(np.array([1.0, 0.5, 2.0, 2.0, NAN, 3.5]), np.array([1.0, 2.0, -1.0, -1.5, 1.0, -2.5])),
        call(A(2, low=1.5, high=3.0), 1),
    ],
    label="zeta values",
    gradient=False,
    tolerance=10,
)

# The same functions under other names.
for name in ("erf", "erfc", "exp2", "expit", "expm1", "i0", "sinc"):
    special(name, unary(kinks=FINITE[2:]))
for name, options in {
    "log1p": {},
    "digamma": {"tolerance": 5},
    "psi": {"tolerance": 5},
    "gammaln": {"tolerance": 5},
}.items():
    special(name, unary(0.3, 4.0, kinks=(1.0, 2.0)), **options)
special("erfinv", unary(-0.9, 0.9, kinks=(0.0,)), tolerance=5)
special("logit", [*unary(0.05, 0.95, kinks=(0.5,)), call(A(3, low=0.1, high=0.9), 0.3)])
special("xlogy", binary(0.1, 3.0, kinks=()))
special("round", [call(A(3, 4)), call(A(3), decimals=2)], integers=())  # PyTorch refuses integers here only
special("multigammaln", [call(A(3, low=2.0, high=5.0), 3)], tolerance=10, integers=())
special("polygamma", [call(n, A(3, low=0.5, high=3.0)) for n in (0, 1, 2)], tolerance=50)
for name in ("gammainc", "gammaincc"):
    special(name, [call(np.array([1, 2, 3]), A(2, 3, low=0.1, high=4.0))], tolerance=5, integers=())
special("logsumexp", [call(A(3, 4), 1), call(A(3, 4), (0, 1), keepdim=True)])
for name in ("softmax", "log_softmax"):
    special(name, [call(A(3, 4), 1), call(A(3, 4), dim=-2), call(A(2, 0), 0)], integers=())
