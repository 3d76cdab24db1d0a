"""Rows for sums, means, norms and tests over dimensions."""

import numpy as np

import seedgrad as sg

from .table import INF, NAN, A, Call, call, row

MISSING = np.array([[1.0, NAN, 3.0], [INF, 2.0, -INF], [NAN, NAN, NAN]])
TIES = np.array([[1.0, 2.0, 2.0, 0.0], [3.0, 3.0, 3.0, 3.0], [0.0, -1.0, -1.0, -1.0]])
ZEROS = np.array([[1.0, 2.0, 0.0, 4.0], [0.0, 3.0, 0.0, 5.0], [2.0, 3.0, 4.0, 5.0]])


def over_dims(*more: Call, low: float | None = None, high: float = 1.0) -> list[Call]:
    """Calls over all dimensions, one, several, negative ones, with keepdim, without elements, without
    dimensions.
    """

    def a(*shape: int) -> A:
        return A(*shape, low=low, high=high)

    one = [
        call(a(3, 4)),
        call(a(3, 4), 0),
        call(a(3, 4), -1, True),
        call(a(2, 3, 4), dim=[1]),
        call(a(1, 3), 0),
    ]
    two = [call(a(2, 3, 4), (0, 2)), call(a(2, 3, 4), dim=(-1, 0), keepdim=True)]
    return [*one, *two, call(a(4)), call(a()), call(a(), 0), call(a(), dim=-1), *more]


def one_dim(*more: Call, low: float | None = None, high: float = 1.0) -> list[Call]:
    """Calls over one dimension."""

    def a(*shape: int) -> A:
        return A(*shape, low=low, high=high)

    return [
        call(a(3, 4), 0),
        call(a(3, 4), -1),
        call(a(2, 3, 4), 1),
        call(a(4), dim=0),
        call(a(), 0),
        call(a(), dim=-1),
        *more,
    ]


def bad_dims(**kwargs: object) -> list[tuple[Call, str]]:
    return [
        (call(A(3, 4), dim=2, **kwargs), "Dimension out of range"),
        (call(A(3, 4), dim=-3, **kwargs), r"expected to be in range of \[-2, 1\], but got -3"),
        (call(A(), dim=1, **kwargs), "Dimension out of range"),
    ]


TWICE = (call(A(3, 4), dim=(0, 0)), "dim 0 appears multiple times in the list of dims")
NOT_TENSOR = (call([1.0, 2.0], 0), "must be a Tensor, not list")
NOTHING = (call(A(0)), call(A(2, 0)), call(A(2, 0), 1), call(A(2, 0), 0), call(A(2, 0), 1, True))

for name in ("sum", "nansum"):
    row(
        name,
        over_dims(*NOTHING, call(MISSING), call(MISSING, 1), call(A(3, 4), dtype=sg.float64), call(A(3), dim=())),
        inplace=False,
        half=3,
        bad=[*bad_dims(), TWICE, NOT_TENSOR],
    )
for name in ("mean", "nanmean"):
    row(
        name,
        over_dims(*NOTHING, call(MISSING[:2], 1), call(A(3, 4), dtype=sg.float64), call(A(3), dim=())),
        inplace=False,
        bad=[*bad_dims(), TWICE, (call(np.array([1, 2])), "floating point")],
    )
row(
    "sum",
    [
        call(np.array([200, 100], np.uint8)),
        call(np.array([[True, True]]), 1),
        call(np.array([1, 2]), dtype=sg.float32),
    ],
    label="sum of integers",
    inplace=False,
)
row("mean", [call(np.array([1, 2]), dtype=sg.float32)], label="mean of integers", inplace=False)
row(
    "prod",
    [
        *one_dim(
            call(A(3, 4)),
            call(ZEROS),
            call(ZEROS, 1),
            call(ZEROS, 0, True),
            call(A(0)),
            call(A(2, 0), 1),
            call(A(2, 0), 0),
        ),
        call(A(3), dtype=sg.float64),
    ],
    inplace=False,
    half=4,
    bad=[*bad_dims(), (call(A(3, 4), (0, 1)), "must be int")],
)
SPREADS = [
    call(A(3, 4)),
    call(A(3, 4), 0),
    call(A(2, 3, 4), (0, 2)),
    call(A(2, 3, 4), dim=(-1, 0), keepdim=True),
    call(A(4)),
    call(A(3, 4), correction=0),
    call(A(3, 4), 1, correction=2),
    call(A(3, 4), 1, correction=0.5),
    call(A(3, 4), dim=1, unbiased=False),
    call(A(3, 4), False),
    call(A(1, 4), 1, keepdim=True),
    call(np.array([[1.0, NAN], [2.0, 3.0]]), 1),
]
FEW = [
    call(np.array([2.0, 2.0])),
    call(A()),
    call(A(1, 4), 0),
    call(A(3, 4), 0, correction=5),
    call(A(0)),
    call(A(2, 0), 1),
]
for name in ("var", "std", "var_mean", "std_mean"):
    row(
        name,
        SPREADS,
        inplace=False,
        method=name in ("var", "std"),
        half=2,
        tolerance=2,
        bad=[
            *bad_dims(),
            TWICE,
            (call(A(3), dim=0, unbiased=True, correction=1), "either unbiased or correction"),
        ],
    )
    # With so few elements, or equal ones, PyTorch's second derivatives are a mixture of 0 and NaN.
    row(name, FEW, label=f"{name} of few", inplace=False, method=name in ("var", "std"), second=False)
row(
    "logsumexp",
    [
        *(c for c in over_dims() if len(c.args) > 1 or c.kwargs),
        call(A(2, 0), 1),
        call(np.array([1000.0, 1000.0]), 0),
        call(np.array([INF, 1.0]), 0),
        call(np.array([NAN, 1.0]), 0),
        call(np.array([[-INF, -INF], [-INF, 0.0]]), 0),
    ],
    inplace=False,
    bad=[*bad_dims()],
)
for p in ("fro", 2, 1, 3, 0, 1.5, 0.5, INF, -INF):
    row(
        "norm",
        [
            call(A(3, 4, low=0.3, high=2.0), p),
            call(A(3, 4), p, 1),
            call(A(2, 3, 4), p, dim=(0, 2), keepdim=True),
            call(A(), p),
        ],
        label=f"norm {p}",
        inplace=False,
        half=3,
        integers=("int64",),
        tolerance=2,
    )
row(
    "norm",
    [call(A(3, 4)), call(A(0)), call(A(2, 0), dim=1), call(A(3), dtype=sg.float64), call(A(3), dim=())],
    label="norm",
    inplace=False,
    integers=("int64",),
    bad=[
        (call(A(3), "abc"), "is not supported"),
        (call(A(0), INF), "norm of no elements"),
        (call(A(3), dim=1), "out of range"),
    ],
)
row(
    "norm",
    [call(np.array([0.0, 0.0])), call(np.zeros((2, 2)), 3, 0)],
    label="norm of zeros",
    inplace=False,
    second=False,
)

TESTS = over_dims(
    *NOTHING,
    call(MISSING),
    call(ZEROS, 1),
    call(ZEROS, 0, True),
    call(A(3), dim=()),
    call(np.array([1, 0], np.uint8)),
)
for name in ("all", "any"):
    row(name, TESTS, inplace=False, gradient=False, bad=[*bad_dims()])
row(
    "count_nonzero",
    [
        call(ZEROS),
        call(ZEROS, 1),
        call(ZEROS, (0, 1)),
        call(A(0)),
        call(A(2, 0), 1),
        call(MISSING),
        call(A()),
    ],
    inplace=False,
    bad=bad_dims(),
)
