"""Rows for pooling to a given size, over random windows, by the p-norm, and for undoing it; for channel norms."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import seedgrad as sg

from .table import INF, NAN, A, call, row

OPTIONS = {"method": False, "inplace": False, "integers": ("int64", "bool"), "half": 8.0, "tolerance": 10.0}
FLOATS = {**OPTIONS, "integers": ()}
SHAPES = {1: (2, 3, 9), 2: (2, 3, 5, 6), 3: (2, 3, 4, 3, 5)}
POINTS = {
    1: np.array([[0.0, NAN, -INF, -INF, NAN, 1.0, 2.0, 2.0, INF]]),
    3: np.array([[[[0.0, NAN, -INF], [NAN, 1.0, -INF]], [[2.0, 2.0, INF], [2.0, 2.0, 0.0]]]]),
}

for n, shape in SHAPES.items():
    one, few, many = A(*shape[1:]), A(*shape[2:]), A(1, *shape)
    x, name = A(*shape), f"nn.functional.max_pool{n}d"
    calls = [
        call(x, 2),
        call(x, 3, 2, 1),
        call(x, (2,) * n, 1, 0, 1, True),
        call(x, 2, 3, 1, ceil_mode=True),
        call(x, 2, dilation=2) if n < 3 else call(x, (2, 1, 2), 1, dilation=(2, 1, 3)),
        call(one, 2),
    ]
    half = {"integers": ()} if n == 1 else {}
    row(name, calls, label=f"max_pool{n}d every option", **{**OPTIONS, **half})
    indices = [call(*c.args, return_indices=True, **c.kwargs) for c in calls]
    points = [call(POINTS[n], 2, 1, return_indices=True)] if n in POINTS else []
    row(name, [*indices, *points], label=f"max_pool{n}d with indices", **{**OPTIONS, **half})
    row(f"{name}_with_indices", calls, **{**OPTIONS, **half})
    no_half = {"half": 0.0, "integers": ("int64",)} if n == 3 else {}
    row(
        f"nn.functional.avg_pool{n}d",
        [
            call(x, 2),
            call(x, 3, 2, 1),
            call(x, 3, 2, 1, True),
            call(x, 3, 2, 1, False, False),
            call(x, 3, 2, 1, True, False),
            call(x, 2, 3, 1, ceil_mode=True, count_include_pad=False),
            call(one, (2,) * n),
            *([call(x, 2, divisor_override=3), call(x, 3, 2, 1, True, False, 5)] if n > 1 else []),
        ],
        label=f"avg_pool{n}d every option",
        bad=[
            (call(np.ones(shape, np.uint8), 2), "not implemented for seedgrad.uint8"),
            (call(np.ones(shape, np.int32), 2), "not implemented for seedgrad.int32"),
            (call(np.ones(shape, np.complex64), 2), "not implemented for seedgrad.complex64"),
        ],
        **{**OPTIONS, **no_half},
    )

    sizes = [1, 2, 3, tuple(range(2, 2 + n)), (1,) * (n - 1) + (4,), tuple(m + 2 for m in shape[2:])]
    bad = [
        (call(few, 2), "expected a .*D or .*D"),
        (call(many, 2), "expected a .*D or .*D"),
        (call(x, (2,) * (n + 1)), f"must hold {n} sizes"),
        (call(x, -1), "greater than or equal to 0"),
        (call(x, 2.0), "output_size must be an int"),
        (call(A(*shape[:-1], 0), 2), "only the batch may be empty"),
        (call(np.ones(shape, np.int64), 2), "not implemented for seedgrad.int64"),
    ]
    if n > 1:
        bad.append((call(x, (2,)), f"must hold {n} sizes"))
    else:
        bad.append((call(x, None), "must be an int, not None"))
    filled = [call(x, size) for size in sizes]
    some = [call(x, (None,) * (n - 1) + (2,))] if n > 1 else [call(x, [2])]
    batches = [call(one, 2), call(A(0, *shape[1:]), 2), call(one, tuple(range(2, 2 + n)))]
    name = f"nn.functional.adaptive_avg_pool{n}d"
    row(name, [*filled, *some, *batches], label=f"adaptive_avg_pool{n}d every size", bad=bad, **FLOATS)
    row(name, [call(x, 0)], label=f"adaptive_avg_pool{n}d to nothing", gradient=False, **FLOATS)
    name = f"nn.functional.adaptive_max_pool{n}d"
    points = [call(POINTS[n], size) for size in (2, 1)] if n in POINTS else []
    row(name, [*filled, *some, *batches, *points], label=f"adaptive_max_pool{n}d every size", bad=bad, **OPTIONS)
    row(name, [call(x, 0)], label=f"adaptive_max_pool{n}d to nothing", gradient=False, **OPTIONS)
    row(f"{name}_with_indices", [*filled, *points], **OPTIONS)

    positive = A(*shape, low=0.1, high=2.0)
    row(
        f"nn.functional.lp_pool{n}d",
        [
            call(positive, 2, 2),
            call(positive, 1, 2, 1),
            call(positive, 2.5, 3, stride=2, ceil_mode=True),
            call(positive, 3, 2, 2, True),
            call(x, 2, 2),
            call(x, INF, 2),
            call(x, -INF, 3, 1, True),
            call(A(*shape[1:], low=0.1, high=2.0), 2, 2),
            *([call(positive, 2, tuple(range(1, n + 1)))] if n > 1 else []),
        ],
        bad=[
            (call(x, 2, 20), "too small"),
            (call(x, 0, 2), "norm_type must not be 0"),
            (call(x, 2, 0), "must be greater than zero"),
            *([(call(x, 2, (2,)), "kernel_size must be an int")] if n == 1 else []),
        ],
        **{**OPTIONS, "integers": (), "half": 0 if n == 3 else 16.0, "tolerance": 50.0},
    )
    # A window of zeros: PyTorch's first gradient is 0, too, its second is NaN.
    zeros = np.zeros(shape[1:])
    zeros[..., -1] = 1.0
    row(
        f"nn.functional.lp_pool{n}d",
        [call(zeros, 2, 2), call(zeros, 3, 2, 1)],
        label=f"lp_pool{n}d of zeros",
        second=False,
        **{**OPTIONS, "integers": (), "half": 0 if n == 3 else 8.0},
    )


def places(shape: tuple[int, ...], count: int) -> np.ndarray:
    """Different places of an output of `count` elements for each channel."""
    rng, size = np.random.default_rng(0), int(np.prod(shape[2:]))
    rows = [rng.permutation(count)[:size] for _ in range(shape[0] * shape[1])]
    return np.stack(rows).reshape(shape)


UNPOOLED = {1: ((2, 3, 4), 8), 2: ((2, 3, 2, 3), 24), 3: ((2, 3, 2, 2, 2), 64)}
for n, (shape, count) in UNPOOLED.items():
    x, at = A(*shape), places(shape, count)
    wanted = tuple(2 * m + 1 for m in shape[2:])
    row(
        f"nn.functional.max_unpool{n}d",
        [
            call(x, at, 2),
            call(x, at, (2,) * n, 2),
            call(A(*shape[1:]), at[0], 2),
            call(x, at, 2, output_size=wanted),
            call(x, at, 2, output_size=(*shape[:2], *wanted)),
        ],
        bad=[
            (call(x, at[:, :2], 2), "indices must have the input's shape"),
            (call(x, at.astype(np.int32), 2), "indices must be int64, but got seedgrad.int32"),
            (call(x, at + 1000, 2), "invalid max index: 10"),
            (call(x, at - 1000, 2), "invalid max index: -"),
            (call(x, at, 2, padding=1), "invalid max index"),
            (call(x, at, 2, output_size=(2,) * (n + 1)), f"must hold {n} or {n + 2} sizes"),
            (call(x, at, 1, 1, 9), "the output would have the spatial size"),
            (call(x, at, 2, output_size=(-1,) * n), "must not be negative"),
            (call(x, at, 2, output_size=(50,) * n), "invalid output_size"),
            (call(A(*shape[2:]), at[0, 0], 2), "expected a"),
            (call(np.ones(shape, np.int64), at, 2), "not implemented for seedgrad.int64"),
        ],
        layouts=False,
        **{**OPTIONS, "half": 1.0},
    )


def fixed(package: Any, name: str) -> Callable[..., Any]:
    """Fractional pooling with random samples, which have no gradient."""

    def pool(x: Any, *args: Any, _random_samples: Any = None, **kwargs: Any) -> Any:
        u = _random_samples if _random_samples is None else _random_samples.detach()
        return getattr(package.nn.functional, name)(x, *args, _random_samples=u, **kwargs)

    return pool


for n, shape, out in ((2, (2, 3, 7, 8), (3, 5)), (3, (2, 2, 5, 7, 6), (3, 2, 4))):
    u, x = A(2, shape[1], n, low=0), A(*shape)
    ratio = (0.5, 0.6, 0.7)[:n]
    name = f"fractional_max_pool{n}d"
    calls = [
        call(x, 2, out, _random_samples=u),
        call(x, tuple(range(1, n + 1)), 3, _random_samples=u),
        call(x, 2, output_ratio=ratio, _random_samples=u),
        call(x, 2, 1, _random_samples=u),
        *([call(x, 2, output_ratio=0.5, _random_samples=u)] if n == 3 else []),
        call(A(*shape[1:]), 2, out, _random_samples=A(1, shape[1], n, low=0)),
    ]
    half = {"half": 0.0, "integers": ()}  # the float16 product of a random number rounds differently
    row(
        f"nn.functional.{name}",
        [*calls, *[call(*c.args, return_indices=True, **c.kwargs) for c in calls[:2]]],
        bad=[
            (call(x, 2), "requires either an output_size or an output_ratio"),
            *([(call(x, 2, output_ratio=0.5), "output_ratio must hold 2 numbers")] if n == 2 else []),
            (call(x, 2, output_ratio=(0.5,)), f"output_ratio must hold {n} numbers"),
            (call(A(*shape[2:]), 2, out), "the input must have"),
            (call(x, 2, 7), "the windows do not fit"),
            (call(x, 2, (3,) * (n + 1)), "output_size to be a single int"),
            (call(x, (2,) * (n + 1), 3), "kernel_size to be a single int"),
            (call(x, 2, out, _random_samples=A(2, shape[1], n + 1)), "_random_samples must have the shape"),
            (call(x, 2, out, _random_samples=A(1, shape[1], n)), "_random_samples must have the shape"),
            (call(x, 2, out, _random_samples=A(shape[1], n)), "_random_samples must have the shape"),
        ],
        layouts=False,
        ours=fixed(sg, name),
        theirs=fixed(torch, name),
        **{**OPTIONS, **half},
    )
    name += "_with_indices"
    row(
        f"nn.functional.{name}",
        calls[:1],
        layouts=False,
        ours=fixed(sg, name),
        theirs=fixed(torch, name),
        **{**OPTIONS, **half},
    )

row(
    "nn.functional.local_response_norm",
    [
        call(A(2, 5, 3, 4), 3),
        call(A(2, 5, 3), 2, 0.5, 0.6, 2.0),
        call(A(2, 5, 2, 2, 2), 4, alpha=1.0),
        call(A(2, 3, 4), 9, alpha=1.0, k=0.5),
        call(A(2, 5, 2, 1, 2, 2), 1, beta=0.5),
        call(A(0, 5, 3), 3),
        call(A(2, 0, 3), 3),
    ],
    bad=[
        (call(A(2, 5), 3), "at least 3 dimensions"),
        (call(A(2, 5, 3), 0), "size must be at least 1"),
        (call(A(2, 5, 3), 2.5), "size must be int, not float"),
    ],
    **{**OPTIONS, "integers": (), "half": 0},  # PyTorch has it for bfloat16, but not for float16
)
row("adaptive_avg_pool1d", [call(A(2, 3, 9), 4)], **OPTIONS)
row("adaptive_max_pool1d", [call(A(2, 3, 9), 4)], **OPTIONS)
row("avg_pool1d", [call(A(2, 3, 9), 2, 1, 1, True, False)], **OPTIONS)
row("max_pool1d", [call(A(2, 3, 9), 2, 1, 1)], **{**OPTIONS, "integers": ()})
row("max_pool2d", [call(A(2, 3, 5, 6), 2, 1, 1)], **OPTIONS)
row("max_pool3d", [call(A(2, 3, 3, 4, 3), 2, 1, 1)], **OPTIONS)
row("max_pool1d_with_indices", [call(A(2, 3, 9), 2, 1, 1)], **{**OPTIONS, "integers": ()})
