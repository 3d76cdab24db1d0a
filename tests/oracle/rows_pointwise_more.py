"""Rows for signs, parts of floats, whole numbers, angles and gamma functions."""

import numpy as np

from .table import INF, NAN, A, binary, call, row, unary

SHAPES_DIFFER = (call(A(3), A(2)), "can't be broadcast together")
NO_TENSOR = (call(A(3), 2.0), "argument 2 must be a Tensor")
COMPLEX = np.array([1 + 1j, 2j])

row(
    "copysign",
    binary(),
    mixed=True,
    # At 0 the first gradient is 0 by definition; PyTorch's second one divides by it.
    second=False,
    half=0,  # the driver's NaN changes its sign on the way to PyTorch
    bad=[
        SHAPES_DIFFER,
        (call(2.0, A(3)), "must be a Tensor, not float"),
        (call(A(3), "x"), "got str"),
        (call(COMPLEX, COMPLEX), "not implemented for complex128"),
    ],
)
row("copysign", binary(kinks=(1.0, -1.0, 2.0)), label="copysign twice")
row(
    "nextafter",
    binary(kinks=(0.0, -0.0, 1.0, -1.0, INF, -INF, NAN)),
    half=0,
    bad=[NO_TENSOR, SHAPES_DIFFER, (call(np.array([1]), np.array([2])), "not implemented for int64 and int64")],
)
row(
    "signbit",
    unary(kinks=(0.0, -0.0, 1.0, -1.0, INF, -INF)),
    inplace=False,
    bad=[(call(2.0), "must be a Tensor"), (call(COMPLEX), "not implemented")],
)
row(
    "heaviside",
    binary(),
    gradient=False,
    bad=[
        NO_TENSOR,
        SHAPES_DIFFER,
        (call(A(3), np.array([1, 2, 3])), "one type, got seedgrad.float32 and seedgrad.int64"),
        (call(COMPLEX, COMPLEX), "not implemented for complex"),
    ],
)
row(
    "ldexp",
    [
        call(A(3, 4), np.array([3, 2, 0, 10])),
        call(A(3, 1), np.array([1, 2], np.int32)),
        call(A(), np.array(2)),
        call(A(0), np.zeros(0, np.int64)),
        call(np.array([1, 3]), np.array([2, -1])),
        call(np.array([1, 3]), np.array([True, False])),
    ],
    half=0,
    bad=[NO_TENSOR, SHAPES_DIFFER],
)
# PyTorch's gradient takes 2^y in integers: 0 for y < 0, and wrong where it overflows.
row(
    "ldexp",
    [
        call(A(3, 4), np.array([3, -2, 0, 200])),
        call(np.array([0.0, -0.0, 1e-30, INF, NAN]), np.array([200, -300, 120, 1, 1])),
    ],
    label="ldexp values",
    gradient=False,
    half=0,
    integers=(),
    bad=[(call(A(3), np.array([True, False, True])), "not implemented for bool")],
)
row(
    "ldexp", binary(-3, 3, kinks=(0.0, 1.0, -1.0, 0.5)), label="ldexp of fractions", integers=("int64", "int32"), half=4
)
row(
    "frexp",
    [call(A(3, 4)), call(A()), call(A(0)), call(np.array([0.0, -0.0, 1.0, -3.0, 0.5, INF, -INF, NAN, 1e-40]))],
    inplace=False,
    integers=("int64", "bool"),
    bad=[(call(2.0), "must be a Tensor"), (call(COMPLEX), "only supports floating-point")],
)
row(
    "float_power",
    [
        *binary(0.2, 2.5, kinks=()),
        call(A(3), 2),
        call(A(3, low=0.1), 0.5),
        call(A(3), -1),
        call(np.array([1, 2, 3]), -2),
        call(COMPLEX, 2),
    ],
    inplace=None,
    bad=[(call(2.0, 3.0), "at least one Tensor"), (call(A(3), "x"), "got str")],
)
row("float_power", [call(2, A(3)), call(1.5, A())], label="float_power of a number", method=False, inplace=None)
row(
    "rsub",
    [*binary(), call(A(3), 2), call(A(3), 2.5, alpha=2), call(A(3, 4), A(4), alpha=-0.5), call(COMPLEX, 1)],
    method=False,
    inplace=False,
    integers=(),
    bad=[
        SHAPES_DIFFER,
        (call(2.0, A(3)), "must be a Tensor, not float"),
        (call(np.array([True]), np.array([True])), "bools is not supported"),
        (call(np.array([1]), np.array([2]), alpha=0.5), "must not be a floating point number"),
    ],
)
row(
    "logaddexp2",
    binary(),
    mixed=True,
    inplace=False,
    bad=[NO_TENSOR, SHAPES_DIFFER],
)
row("sinc", unary(kinks=(1.0, -1.0, 2.0, 0.5)), bad=[(call(3), "must be a Tensor, not int")])
# PyTorch's second derivative at 0 is NaN; ours is that of the series.
row("sinc", unary(), label="sinc kinks", second=False)
for name in ("deg2rad", "rad2deg"):
    row(
        name,
        unary(-200.0, 200.0),
        half=2,
        bad=[(call(3), "must be a Tensor, not int"), (call(COMPLEX), "not supported for complex")],
    )

WHOLE = [
    call(np.array([12, -9, 0, 7]), np.array([18, 6, 5, 0])),
    call(np.array([[4], [-6]]), np.array([6, 10, 0])),
    call(np.array([200, 12], np.uint8), np.array([8, 18], np.int32)),
    call(np.array(12), np.array(8)),
    call(np.zeros(0, np.int64), np.array([3])),
]
for name in ("gcd", "lcm"):
    row(
        name,
        WHOLE,
        gradient=False,
        half=0,
        integers=(),
        bad=[
            NO_TENSOR,
            (call(np.array([1, 2, 3]), np.array([1, 2])), "broadcast"),
            (call(A(3), A(3)), "not implemented for float32"),
            (call(np.array([True]), np.array([True])), "not implemented for bool"),
        ],
    )

# With respect to the first argument PyTorch has no gradient: a whole number in its place needs none.
for name in ("igamma", "igammac"):
    row(
        name,
        [
            call(np.array([[1], [3]]), A(2, 4, low=0.1, high=4.0)),
            call(np.array(2), A(low=0.5)),
            call(np.array([2]), A(0)),
        ],
        inplace=None,
        tolerance=5,
        half=0,
        integers=(),
        bad=[
            NO_TENSOR,
            (call(np.array([1]), np.array([2])), "not implemented for int64 and int64"),
            (call(COMPLEX, COMPLEX), "not implemented for complex"),
        ],
    )
    row(
        name,
        [
            call(A(3, 4, low=0.2, high=5.0), A(4, low=0.0, high=6.0)),
            call(np.array([0.0, 0.0, 1.0, 1.0, -1.0, 1.0, NAN]), np.array([0.0, 1.0, 0.0, INF, 1.0, -1.0, 1.0])),
        ],
        label=f"{name} values",
        gradient=False,
        tolerance=5,
        half=2,
    )
row(
    "mvlgamma",
    [call(A(3, 4, low=2.0, high=6.0), p) for p in (1, 2, 4)] + [call(A(low=1.0, high=2.0), 2), call(A(2, 0), 3)],
    tolerance=10,
    half=4,
    integers=("int64",),
    bad=[
        (call(A(3), 0), "p has to be greater than or equal to 1"),
        (call(A(3), 1.5), "'p' must be int, not float"),
        (call(np.array([True]), 1), "boolean tensor"),
        (call(COMPLEX, 1), "not implemented for complex"),
    ],
)
FINITE = (0.0, -0.0, 1.0, -1.0, 2.0, INF, -INF)
row("i0", unary(), label="i0 kinks", second=False, half=2)
row(
    "i0",
    unary(kinks=FINITE),
    half=2,
    bad=[(call(3), "must be a Tensor, not int"), (call(COMPLEX), "not implemented for complex")],
)

for name in ("isreal", "isposinf", "isneginf"):
    bad = [(call(2.0), "must be a Tensor")]
    if name != "isreal":
        bad.append((call(COMPLEX), "does not support complex"))
    row(name, [*unary(), *([call(COMPLEX)] if name == "isreal" else [])], inplace=False, bad=bad)
row(
    "is_nonzero",
    [call(np.array([v])) for v in (0.0, -0.0, 2.0, NAN)] + [call(np.array(1)), call(np.array([[0j]]))],
    inplace=False,
    bad=[(call(2.0), "must be a Tensor"), (call(A(2)), "more than one value"), (call(A(0)), "no values")],
)
for name in ("is_floating_point", "is_complex", "is_signed", "numel"):
    row(name, [*unary(), call(COMPLEX)], inplace=False, bad=[(call(2.0), "must be a Tensor")])
row("is_tensor", [call(A(2)), call(2.0), call(None)], method=False, inplace=False)
row(
    "xlogy",
    [call(A(3), 2), call(2, A(3, low=0.1)), call(A(2, 1), 0.5)],
    label="xlogy numbers",
    method=False,
    inplace=None,
    bad=[(call(COMPLEX, COMPLEX), "not implemented for complex")],
)
for name in ("erf", "erfc", "erfinv", "lgamma", "digamma"):
    row(name, [], label=f"{name} complex", inplace=None, bad=[(call(COMPLEX), "not implemented for complex")])
SHIFTS = [
    call(np.array([1, 1, 1, -1, 8]), np.array([63, 64, -1, 70, 2])),
    call(np.array([1, 200], np.uint8), 9),
    call(np.array([True, False]), 1),
    call(np.array([5]), np.array([[1], [2]], np.int32)),
]
for name in ("bitwise_left_shift", "bitwise_right_shift"):
    row(
        name,
        SHIFTS,
        label=f"{name} far",
        gradient=False,
        half=0,
        integers=(),
        inplace=None,
        bad=[
            (call(np.array([True]), np.array([True])), "not implemented for bool"),
            (call(A(3), 1), "not implemented for float32"),
            (call(np.array([1]), 2.0), "not implemented"),
        ],
    )
    row(name, [call(9, np.array([1, 2]))], label=f"{name} of a number", method=False, inplace=None, gradient=False)
