"""Rows for complex numbers: the functions that make and part them, and those of each element on them."""

import numpy as np

from .table import INF, NAN, A, call, row

Z = np.array([1 + 2j, -0.5 - 1j, 3j, -2 + 0.25j])
ZERO = np.array([0j, complex(-0.0, 0.0), 1 + 1j])
OF_ONE = [call(A(3, 4)), call(A()), call(A(0)), call(A(2, 0, 3))]
OF_TWO = [call(A(3, 4), A(4)), call(A(3, 1), A(1, 2)), call(A(), A(2)), call(A(0), A(1)), call(Z, A(4)), call(A(4), Z)]
NOT_A_TENSOR = (call(3.0), "must be a Tensor")


def on_complex(name, calls=OF_ONE, what="complex numbers", **options):
    """A row that is only about complex numbers."""
    defaults = {"integers": (), "half": 0, "layouts": False, "inplace": None, "complex": True}
    row(name, calls, label=f"{name} of {what}", **{**defaults, **options})


for name in (
    "exp",
    "exp2",
    "expm1",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "atan",
    "asinh",
    "sigmoid",
    "square",
    "reciprocal",
    "neg",
    "abs",
    "sgn",
    "sinc",
    "clone",
):
    on_complex(name)
TINY = np.array([1e-30 + 1e-30j, 1e-12 - 1e-9j, -1e-10 + 0j, 1e200 + 1e200j])
on_complex("log1p", [call(TINY)], "small complex numbers", tolerance=1e-7, gradient=False)
# These are for real numbers only in part of their range.
for name in ("log", "log2", "log10", "log1p", "sqrt", "rsqrt", "asin", "acos", "acosh", "atanh"):
    on_complex(name, [call(A(3, 4, low=0.1, high=0.9)), call(Z), call(Z.conj()), call(-Z)], tolerance=5)
for name in ("abs", "sgn", "angle", "square", "exp", "sin", "sqrt"):
    on_complex_at = [call(ZERO)]
    row(name, on_complex_at, label=f"{name} at complex zeros", second=False, half=0, inplace=None, layouts=False)
for name in ("add", "sub", "mul", "div", "true_divide"):
    on_complex(name, [*OF_TWO, call(A(3), 2), call(A(3), 1.5j), call(Z, 2 - 1j)])
on_complex("add", [call(A(3), A(3), alpha=2), call(Z, Z, alpha=1 - 2j)], "complex numbers, alpha")
on_complex("pow", [call(Z, 2), call(Z, -1), call(Z, 0.5), call(Z, 3), call(Z, 1 + 1j), call(Z, Z)], tolerance=5)
for name in ("eq", "ne", "logical_and", "logical_or", "logical_xor"):
    on_complex(name, [call(Z, Z.conj()), call(ZERO, Z[:3]), call(A(3), A(3))], gradient=False)
for name in ("isfinite", "isnan", "isinf", "isreal", "logical_not"):
    on_complex(name, [call(Z), call(ZERO), call(np.array([complex(NAN, 1), complex(1, INF), 1 + 0j]))])
on_complex(
    "isclose",
    [call(Z, Z + 1e-7), call(Z, Z + 1e-3j), call(Z, Z.conj(), rtol=1.0), call(ZERO, ZERO, equal_nan=True)],
    gradient=False,
)
on_complex("where", [call(np.array([True, False, True]), A(3), A(3)), call(np.array(True), Z, 1j)], method=False)
on_complex("masked_fill", [call(A(3), np.array([True, False, True]), 2), call(Z, Z.real > 0, 1j)])
row(
    "masked_fill",
    [call(A(2), np.array([True, False]), 1 + 0j)],
    label="masked_fill with real parts",
    inplace=None,
    integers=("int64",),
    bad=[
        (call(A(2), np.array([True, False]), 1j), "cannot be converted to type seedgrad.float32"),
        (call(A(2), np.array([True, False]), np.array(1j)), "cannot be converted to type seedgrad.float32"),
        (call(np.array([1, 2]), np.array([True, False]), 1j), "cannot be converted to type seedgrad.int64"),
    ],
)
on_complex("logaddexp", [call(A(3, 4), A(4)), call(Z, -Z), call(Z, Z)], tolerance=5)
row(
    "logaddexp",
    [call(np.array([-INF, INF, -INF]) + 0j, np.array([-INF, 1, 2]) + 0j)],
    label="logaddexp of complex infinities",
    gradient=False,
    inplace=None,
    half=0,
)
on_complex("lerp", [call(A(3), A(3), 0.3), call(Z, Z.conj(), 0.7)])
for name in ("addcmul", "addcdiv"):
    on_complex(name, [call(A(3), A(3), A(3, low=0.5, high=2.0)), call(Z, Z, Z, value=1 - 1j)])
on_complex("float_power", [call(Z, 2), call(Z, 1j), call(A(3, low=0.5, high=2.0), Z[:3])], tolerance=5)
for name in ("deg2rad", "sign", "floor", "ceil", "trunc", "frac", "round", "erf", "lgamma", "logit"):
    row(name, [], label=f"{name} refuses", inplace=None, bad=[(call(Z), "not (implemented|supported)|did not|ceil")])
for name in (
    "lt",
    "le",
    "gt",
    "ge",
    "maximum",
    "minimum",
    "fmax",
    "fmin",
    "fmod",
    "remainder",
    "floor_divide",
    "atan2",
):
    row(name, [], label=f"{name} refuses", inplace=None, bad=[(call(Z, Z), "not implemented for complex")])
for name in ("max", "min", "amax", "amin", "argmax", "argmin", "relu", "sort", "argsort"):
    row(name, [], label=f"{name} refuses", inplace=None, bad=[(call(Z), "complex numbers")])
row("clamp", [], label="clamp refuses", inplace=None, bad=[(call(Z, 0), "complex numbers"), (call(Z, Z), "complex")])

for name, inplace in (("angle", False), ("conj_physical", True)):
    row(name, [*OF_ONE, call(np.array([1.0, -1.0, 0.0, -0.0]))], complex=True, inplace=inplace, bad=[NOT_A_TENSOR])
for name in ("conj", "resolve_conj", "resolve_neg"):
    row(name, OF_ONE, complex=True, inplace=False, bad=[NOT_A_TENSOR])
row("real", OF_ONE, complex=True, method=False, inplace=False, bad=[NOT_A_TENSOR])
row(
    "imag",
    [call(Z), call(Z[:0]), call(Z.reshape(2, 2))],
    integers=(),
    method=False,
    inplace=False,
    bad=[NOT_A_TENSOR, (call(A(3)), "not implemented for tensors with non-complex")],
)
row("is_neg", OF_ONE, inplace=False, bad=[NOT_A_TENSOR])
row("is_conj", OF_ONE, inplace=False, bad=[NOT_A_TENSOR])
# Of negative sizes PyTorch gives the gradient of polar with the wrong sign.
PARTS = [call(A(3, 4, low=0.1, high=2.0), A(4)), call(A(low=0.5), A(2, 1)), call(A(0), A(0))]
for name, second in (("complex", "imag"), ("polar", "angle")):
    row(
        name,
        PARTS,
        half=0,
        method=False,
        inplace=False,
        bad=[
            (call(A(3), 1.0), f"argument '{second}' .position 2. must be Tensor, not float"),
            (call(A(3), np.array([1, 2, 3])), "Expected both inputs to be Float or Double"),
            (call(A(3), A(2)), "can't be broadcast"),
            (call(Z, Z), "Expected both inputs"),
        ],
    )
row(
    "view_as_real",
    [call(Z), call(Z.reshape(2, 2)), call(np.array(1j))],
    integers=(),
    method=False,
    inplace=False,
    bad=[NOT_A_TENSOR, (call(A(3)), "only supported for complex tensors")],
)
row(
    "view_as_complex",
    [call(A(3, 2)), call(A(2, 3, 2)), call(A(2))],
    half=0,
    layouts=False,
    method=False,
    inplace=False,
    bad=[
        NOT_A_TENSOR,
        (call(A(3)), "last dimension of size 2, got the shape"),
        (call(A()), "one or more dimensions"),
        (call(np.array([[1, 2]])), "only supported for float and double"),
    ],
)
