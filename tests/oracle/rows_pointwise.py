"""Rows for functions of each element."""

import numpy as np

from .table import INF, NAN, A, binary, call, row, unary

text = "argument 'input' must be a Tensor, not str|must be a Tensor, an array or a number, got str"
POSITIVE = unary(0.1, 4.0)

for name in ("exp", "exp2", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "asinh", "sigmoid"):
    row(name, unary(), bad=[(call(3), "must be a Tensor, not int"), (call("x"), "got str")])
for name in ("log", "log2", "log10", "log1p", "sqrt", "rsqrt"):
    row(name, POSITIVE)
for name in ("asin", "acos", "atanh"):
    row(name, unary(-0.95, 0.95))
row("acosh", unary(1.1, 4.0))
for name in ("erf", "erfc"):
    row(name, unary())
row("erfinv", unary(-0.9, 0.9), tolerance=5)
row("lgamma", unary(0.2, 5.0, kinks=(1.0, 2.0, 0.5, -0.5, -1.5, INF, NAN)), tolerance=5, half=2)
row("digamma", unary(0.2, 5.0, kinks=(1.0, 2.0, 0.5, -0.5, -1.5, NAN)), tolerance=5, half=2)
row("logit", unary(0.05, 0.95, kinks=(0.0, 0.5, 1.0, NAN)), half=2)
row("logit", unary(0.3, 0.7, kinks=(0.5, 0.25, 0.75), eps=0.25), label="logit eps", half=2)
row(
    "polygamma",
    [call(n, A(3, 4, low=0.5, high=4.0)) for n in (0, 1, 2, 3)],
    method=False,
    inplace=None,
    tolerance=50,
    bad=[(call(-1, A(3)), "negative n")],
)

for name in ("neg", "abs", "sign", "sgn", "square", "reciprocal"):
    row(name, unary())
row("positive", unary(), inplace=False, bad=[(call(np.array([True])), "bool tensor is not supported")])
for name in ("floor", "ceil", "trunc"):
    row(
        name,
        unary(kinks=(0.0, -0.0, 0.5, -0.5, 1.5, 2.5, INF, -INF, NAN)),
        integers=("int64", "int32", "uint8"),
    )
row(
    "round",
    unary(kinks=(0.0, -0.0, 0.5, -0.5, 1.5, 2.5, INF, -INF, NAN)),
    integers=("int64", "int32", "uint8"),
)
row(
    "round",
    [call(A(3, 4), decimals=d) for d in (1, 2, -1)],
    label="round decimals",
    integers=("int64",),
    half=3,
)
row("frac", unary(kinks=(0.0, 0.5, -0.5, 1.5, -2.5, NAN)))
row("nan_to_num", unary())
row(
    "nan_to_num",
    [call(np.array([NAN, INF, -INF, 1.0]), nan=1.5, posinf=2.5, neginf=-3.5)],
    label="nan_to_num values",
)

WRONG_SHAPES = [
    (call(A(3), A(2)), "can't be broadcast together"),
    (call(A(2, 3), A(2, 4)), r"\(2, 3\) and \(2, 4\)"),
]
for name in ("add", "sub", "mul", "true_divide"):
    row(name, binary(), mixed=True, bad=[*WRONG_SHAPES, (call(A(3), "x"), "got str")])
row(
    "add",
    [call(A(3, 4), A(4), alpha=2.5), call(A(3), 2, alpha=3), call(A(3), 2.0, alpha=-1)],
    label="add alpha",
    bad=[(call(np.array([1]), np.array([2]), alpha=0.5), "alpha must not be a floating point number")],
)
row(
    "sub",
    [call(A(3, 4), A(4), alpha=2.5), call(A(3), 2, alpha=3)],
    label="sub alpha",
    bad=[
        (call(np.array([1]), np.array([2]), alpha=0.5), "alpha must not be"),
        (call(np.array([True]), np.array([True])), "bools is not supported"),
    ],
)
row("div", binary(), mixed=True)
NO_ZERO = [
    call(A(3, 4), A(4, low=0.5, high=2.0)),
    call(A(3, 4), 2),
    call(A(2, 0), 3.0),
    call(A(), A(low=1.0, high=2.0)),
]
row(
    "div",
    [call(*c.args, rounding_mode="floor") for c in binary()],
    label="div floor",
    half=0,
    bad=[
        (call(A(3), 2, rounding_mode="up"), "rounding_mode to be one of"),
        (call(np.array([1]), np.array([0]), rounding_mode="floor"), "ZeroDivisionError"),
    ],
)
row(
    "div",
    [call(*c.args, rounding_mode="trunc") for c in binary()],
    label="div trunc",
    half=0,
    bad=[(call(np.array([1]), np.array([0]), rounding_mode="trunc"), "ZeroDivisionError")],
)
row("floor_divide", binary(), mixed=True, half=0)
row("remainder", binary(), mixed=True, half=0, bad=[(call(np.array([1]), 0), "ZeroDivisionError")])
row("fmod", binary(), mixed=True, half=0, bad=[(call(np.array([1]), 0), "ZeroDivisionError")])
row(
    "pow",
    binary(0.2, 2.5, kinks=()),
    mixed=True,
    bad=[
        (call(np.array([1, 2]), -1), "negative integer powers"),
        (call(np.array([True]), np.array([True])), "bool"),
    ],
)
row(
    "pow",
    [call(A(3, 4, low=0.2, high=3.0), p) for p in (0, 1, 2, 3, -1, -2, 0.5, -0.5, 2.5, True)]
    + [call(np.array([0.0, 2.0, 1.0, -1.0, INF, NAN]), p) for p in (0, 1, 2, 3, -1, 0.5, 2.5)],
    label="pow number",
)
row("pow", [call(p, A(3, 4)) for p in (2, 2.5, 0, 1)], label="pow of a number", method=False, inplace=None)
for name in ("maximum", "minimum", "fmax", "fmin", "hypot", "logaddexp"):
    row(name, binary(), mixed=True, inplace=name == "hypot", bad=WRONG_SHAPES)
row("atan2", binary(kinks=()), mixed=True, bad=WRONG_SHAPES)
# At 0 to the power of 0 and at the origin of atan2 our second derivatives are 0, PyTorch's are NaN.
for name in ("pow", "atan2"):
    row(name, binary()[-1:], label=f"{name} kinks", second=False)
row("xlogy", binary(0.1, 3.0), mixed=True)

for name in ("clamp", "clip"):
    row(
        name,
        [
            call(A(3, 4), -0.5, 0.5),
            call(A(3), min=0),
            call(A(3), max=0.25),
            call(A(100, 90), -0.5, 0.5),
            call(A(100, 90), min=0.5),
            call(A(0), 0, 1),
            call(A(), 0.0, 1.0),
            call(A(3), 1.0, -1.0),
            call(np.array([-1.0, 1.0, 0.0, NAN, INF, -INF]), -1.0, 1.0),
        ],
        bad=[(call(A(3)), "At least one of 'min' or 'max'")],
    )
row(
    "clamp",
    [
        call(A(3, 4), A(4, low=-1, high=0), A(3, 1)),
        call(A(3), min=A(3)),
        call(A(3), max=A(1)),
        call(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0, 3.0, 3.0]), np.array([0.0, 0.5, 3.0, 4.0])),
    ],
    label="clamp tensors",
    integers=("int64", "uint8"),
)
for name in ("clamp_min", "clamp_max"):
    row(name, [call(A(3, 4), 0.5), call(A(3), A(3)), call(np.array([0.5, NAN]), 0.5)])

row(
    "lerp",
    [call(A(3, 4), A(4), 0.3), call(A(3), A(3), 0.9), call(A(3), A(3), A(3)), call(A(), A(3), 1.0)],
    bad=[
        (call(A(3), np.array([1, 2, 3]), 0.5), "expected dtype"),
        (call(A(3), 1.0, 0.5), "must be a Tensor"),
    ],
)
row(
    "addcmul",
    [call(A(3, 4), A(4), A(3, 1)), call(A(3), A(3), A(3), value=-2), call(A(), A(), A(3))],
    integers=("int64", "int32"),
    inplace=True,
)
row(
    "addcdiv",
    [call(A(3, 4), A(4), A(3, 1, low=0.5, high=2.0)), call(A(3), A(3), A(3, low=1.0, high=2.0), value=-2)],
    bad=[(call(A(3), np.array([1, 2, 3]), np.array([1, 2, 3])), "Integer division")],
)

MASK = np.array([True, False, True])
row(
    "where",
    [
        call(MASK, A(3), A(3)),
        call(MASK, A(2, 3), 1.5),
        call(MASK, 0.0, A(3)),
        call(MASK, A(), A(2, 1)),
        call(MASK, 1, 2),
        call(MASK, np.array([NAN, 1.0, INF]), A(3)),
        call(np.array([1, 0, 2])),
        call(A(2, 3)),
        call(MASK.astype(np.uint8), A(3), A(3)),
        call(np.array(True), A(), A()),
    ],
    method=False,
    inplace=False,
    bad=[
        (call(np.array([1, 0]), A(2), A(2)), "boolean tensor"),
        (call(MASK, A(2), A(2)), "can't be broadcast"),
        (call(MASK, A(3)), "both input and other"),
        (call([True], A(1), A(1)), "must be a Tensor"),
    ],
)
row(
    "masked_fill",
    [
        call(A(2, 3), MASK, 1.5),
        call(A(3), MASK, A()),
        call(A(0), np.zeros(0, bool), 1),
        call(A(3), MASK, NAN),
    ],
    bad=[
        (call(A(3), np.array([1, 0, 1]), 1.0), "boolean masks"),
        (call(A(3), MASK, A(1)), "0-dimensional"),
        (call(A(2), MASK, 1.0), "broadcast"),
    ],
)
row("masked_fill", [call(A(1, 3), MASK[:, None], 2.0)], label="masked_fill larger mask", inplace=True)

for name in ("eq", "ne", "lt", "le", "gt", "ge"):
    row(name, binary(), mixed=True, gradient=False, bad=WRONG_SHAPES)
for name in ("isnan", "isinf", "isfinite"):
    row(name, unary(), inplace=False)
NEAR = np.array([1.0, 1.0, 1.0, NAN, INF, INF, 0.0, 1e9])
NEAR_TOO = np.array([1.0, 1.000001, 1.1, NAN, INF, -INF, 1e-9, 1e9 + 1])
for name in ("isclose", "allclose"):
    row(
        name,
        [
            call(NEAR, NEAR_TOO),
            call(NEAR, NEAR_TOO, equal_nan=True),
            call(NEAR, NEAR_TOO, rtol=0.2),
            call(NEAR, NEAR_TOO, 0, 0),
            call(A(3, 4), A(4)),
            call(A(0), A(0)),
        ],
        inplace=False,
        half=0,
        bad=[
            (call(A(3), np.array([1, 2, 3])), "did not match"),
            (call(A(3), A(3), rtol=-1), "rtol must be"),
            (call(A(3), A(3), 0, -1), "atol must be"),
        ],
    )
row(
    "equal",
    [
        call(A(3), A(3)),
        call(NEAR[:3], NEAR[:3]),
        call(NEAR, NEAR),
        call(A(0), A(0)),
        call(A(0), A(0, 1)),
        call(np.array([1.0]), np.array([1])),
    ],
    inplace=False,
    bad=[(call(A(3), 1.0), "must be a Tensor")],
)
for name in ("logical_and", "logical_or", "logical_xor"):
    row(name, binary(), mixed=True, gradient=False)
row("logical_not", unary(), gradient=False)
ONES = [
    call(np.array([6, 5, -1]), np.array([3, 1, 7])),
    call(np.array([6, 5]), 3),
    call(np.array(6), np.array([1, 2])),
]
for name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
    row(
        name,
        [*ONES, call(np.array([True, False]), np.array([True, True]))],
        mixed=True,
        gradient=False,
        half=0,
        bad=[(call(A(3), A(3)), "not implemented for float32")],
    )
for name in ("bitwise_left_shift", "bitwise_right_shift"):
    row(name, ONES, gradient=False, half=0)
row("bitwise_not", [call(np.array([6, 5, -1])), call(np.array([True, False]))], gradient=False, half=0)
row("clone", unary(), inplace=False)
