"""Rows for convolution and pooling."""

import numpy as np

from .table import INF, NAN, A, call, row

IMAGES, KERNEL, BIAS = A(2, 4, 7, 8), A(6, 4, 3, 2), A(6)
OPTIONS = {"method": False, "inplace": False, "integers": ("int64",), "half": 8.0, "tolerance": 10.0}

row(
    "nn.functional.conv2d",
    [
        call(IMAGES, KERNEL),
        call(IMAGES, KERNEL, BIAS),
        call(IMAGES, KERNEL, BIAS, 2),
        call(IMAGES, KERNEL, BIAS, (1, 3), (2, 1), (1, 2)),
        call(IMAGES, KERNEL, stride=2, padding=(0, 3), dilation=2),
        call(IMAGES, A(6, 2, 3, 2), BIAS, padding=1, groups=2),
        call(IMAGES, A(8, 1, 3, 3), A(8), stride=2, padding=1, groups=4),
        call(IMAGES, A(4, 1, 3, 3), A(4), padding=2, dilation=(2, 1), groups=4),
        call(IMAGES, A(5, 4, 1, 1), A(5)),
        call(IMAGES, A(5, 4, 1, 1), stride=2),
        call(IMAGES, KERNEL, BIAS, padding="same"),
        call(IMAGES, KERNEL, BIAS, padding="same", dilation=(3, 2)),
        call(IMAGES, KERNEL, stride=2, padding="valid"),
        call(IMAGES, KERNEL, padding=(4, 5)),
        call(A(2, 1, 9, 9), A(3, 1, 5, 5), A(3), padding=2),
        call(A(1, 3, 3, 3), A(40, 3, 3, 3), A(40)),
        call(A(1, 6, 4, 4), A(80, 3, 3, 3), A(80), stride=2, padding=1, groups=2),
        call(A(4, 7, 8), KERNEL, BIAS),
        call(A(0, 4, 7, 8), KERNEL, BIAS),
        call(IMAGES, KERNEL, BIAS, stride=(2,), padding=(1,), dilation=(1,)),
    ],
    bad=[
        (call(A(2, 2, 4, 7, 8), KERNEL), r"Expected 3D \(unbatched\) or 4D \(batched\) input to conv2d"),
        (call(A(7, 8), KERNEL), r"got input of shape \(7, 8\)"),
        (call(IMAGES, A(4, 3, 3)), "weight of 4 dimensions"),
        (call(A(2, 3, 7, 8), KERNEL), "to have 4 channels, but got 3 channels"),
        (call(IMAGES, KERNEL, groups=2), "to have 8 channels, but got 4 channels"),
        (call(IMAGES, A(6, 1, 3, 3), groups=4), "a positive multiple of groups=4"),
        (call(IMAGES, A(0, 4, 3, 3)), "a positive multiple of groups=1"),
        (call(IMAGES, KERNEL, groups=0), "non-positive groups is not supported, got 0"),
        (call(IMAGES, KERNEL, A(5)), "1-dimensional with 6 elements"),
        (call(IMAGES, KERNEL, A(6, 1)), r"bias of shape \(6, 1\)"),
        (call(IMAGES, KERNEL, stride=0), r"non-positive stride is not supported, got \(0, 0\)"),
        (call(IMAGES, KERNEL, dilation=0), "non-positive dilation"),
        (call(IMAGES, KERNEL, padding=-1), "negative padding is not supported"),
        (call(IMAGES, KERNEL, stride=(1, 1, 1)), "stride to be a single int or a tuple of 2 ints"),
        (call(IMAGES, KERNEL, stride=1.5), "stride must be an int or a tuple of 2 ints, got 1.5"),
        (call(IMAGES, KERNEL, stride=2, padding="same"), "'same' is not supported for strided"),
        (call(IMAGES, KERNEL, padding="full"), "invalid padding string 'full'"),
        (call(IMAGES, A(6, 4, 9, 9)), r"padded input size per channel: \(7 x 8\), kernel size: \(9 x 9\)"),
        (call(IMAGES, KERNEL.make(np.random.default_rng(0)).astype(np.int64)), "should have the same type"),
        (call([1.0], KERNEL), "input must be a Tensor, got list"),
        (call(np.ones((1, 1, 2, 2), bool), np.ones((1, 1, 1, 1), bool)), "not implemented for bool"),
    ],
    **OPTIONS,
)
row(
    "nn.functional.conv1d",
    [
        call(A(2, 3, 9), A(4, 3, 3), A(4), 2, 1),
        call(A(3, 9), A(4, 3, 3), padding="same", dilation=2),
        call(A(2, 4, 9), A(4, 1, 3), groups=4),
    ],
    bad=[(call(A(2, 3, 4, 5), A(4, 3, 3)), "Expected 2D .* input to conv1d")],
    **OPTIONS,
)
row(
    "nn.functional.conv3d",
    [
        call(A(2, 3, 4, 5, 6), A(4, 3, 2, 3, 1), A(4), (1, 2, 1), (0, 1, 2)),
        call(A(2, 4, 5, 5), A(2, 1, 2, 2, 2), dilation=2, groups=2),
    ],
    bad=[(call(A(4, 5), A(4, 3, 3, 3, 3)), "Expected 4D .* input to conv3d")],
    **OPTIONS,
)
row(
    "nn.functional.conv_transpose2d",
    [
        call(IMAGES, A(4, 6, 3, 2), BIAS),
        call(IMAGES, A(4, 6, 3, 2), BIAS, 2, 1, 1),
        call(IMAGES, A(4, 3, 3, 2), A(6), stride=3, output_padding=(2, 1), groups=2, dilation=(1, 2)),
        call(A(4, 7, 8), A(4, 6, 3, 2)),
    ],
    bad=[
        (call(IMAGES, A(3, 6, 3, 3)), "to have 3 channels, a multiple of groups, but got 4"),
        (call(IMAGES, A(4, 6, 3, 3), A(5)), "1-dimensional with 6 elements"),
        (call(IMAGES, A(4, 6, 3, 3), stride=2, output_padding=2), "smaller than either stride or dilation"),
        (call(IMAGES, A(4, 6, 3, 3), output_padding=-1), "negative output_padding"),
        (call(IMAGES, A(4, 6, 1, 1), padding=5), "output size .* is too small"),
        (call(A(7, 8), A(4, 6, 3, 3)), "Expected 3D"),
    ],
    **OPTIONS,
)

WINDOWS = [
    call(IMAGES, 2),
    call(IMAGES, (3, 2), 1),
    call(IMAGES, 3, 2, 1),
    call(IMAGES, 2, 3, 1, ceil_mode=True),
    call(IMAGES, 3, (2, 3), (1, 0), ceil_mode=True),
    call(IMAGES, 2, []),
    call(A(4, 7, 8), 2),
    call(A(0, 4, 7, 8), 2),
]
WRONG = [
    (call(IMAGES, 0), "must be greater than zero"),
    (call(IMAGES, 2, 0), r"stride must be greater than zero, got \(0, 0\)"),
    (call(IMAGES, 2, padding=2), "at most half of the window"),
    (call(IMAGES, 2, padding=-1), "non-negative"),
    (call(IMAGES, 9), r"output size \(0 x 0\) is too small"),
    (call(IMAGES, (2, 2, 2)), "kernel_size to be a single int or a tuple of 2 ints"),
    (call(IMAGES, 2.0), "kernel_size must be an int"),
    (call(A(1, 2, 4, 7, 8), 2), r"3D or 4D \(batch mode\) input"),
    (call(A(2, 0, 7, 8), 2), r"only the batch may be empty, but got shape \(2, 0, 7, 8\)"),
    (call("x", 2), "input must be a Tensor, got str"),
]
POINTS = np.array([[[[0.0, NAN, -INF, -INF], [NAN, 1.0, -INF, -INF], [2.0, 2.0, INF, INF], [2.0, 2.0, INF, 0.0]]]])
row(
    "nn.functional.max_pool2d",
    [
        *WINDOWS,
        call(IMAGES, 2, dilation=(2, 3)),
        call(IMAGES, 3, 2, 1, (2, 1), True),
        call(POINTS, 2),
        call(POINTS, 2, 1, 1),
    ],
    bad=[*WRONG, (call(IMAGES, 2, dilation=0), "dilation must be greater than zero")],
    **OPTIONS,
)
row(
    "nn.functional.max_pool2d",
    [
        call(IMAGES, 2, return_indices=True),
        call(IMAGES, 3, 2, 1, return_indices=True, ceil_mode=True),
        call(POINTS, 2, return_indices=True),
        call(POINTS, 2, 1, 1, return_indices=True),
        call(A(4, 7, 8), 2, return_indices=True),
    ],
    label="max_pool2d indices",
    **OPTIONS,
)
row(
    "nn.functional.avg_pool2d",
    [
        *WINDOWS,
        call(IMAGES, 3, 2, 1, True, False),
        call(IMAGES, 2, 3, 1, True, True),
        call(IMAGES, 3, 2, 1, divisor_override=5),
        call(IMAGES, 3, divisor_override=-2),
    ],
    bad=[*WRONG, (call(IMAGES, 2, divisor_override=0), "divisor_override must be not zero")],
    **OPTIONS,
)
for name in ("max_pool1d", "avg_pool1d"):  # PyTorch has no max_pool1d of integers
    row(
        f"nn.functional.{name}",
        [call(A(2, 3, 9), 2), call(A(3, 9), 3, 2, 1)],
        **{**OPTIONS, "integers": ()},
    )
for name, half in (("max_pool3d", 8.0), ("avg_pool3d", 0.0)):  # PyTorch has no avg_pool3d of float16
    row(
        f"nn.functional.{name}",
        [call(A(2, 3, 4, 5, 6), 2), call(A(3, 4, 5, 6), 3, 2, 1)],
        **{**OPTIONS, "half": half},
    )

SIZES = [call(IMAGES, size) for size in (1, (2, 3), (None, 4), (7, 2), 5, (11, 9))] + [call(A(4, 7, 8), (3, 4))]
BAD_SIZES = [
    (call(IMAGES, (3, 3, 3)), "output_size must hold 2 sizes"),
    (call(IMAGES, -1), "greater than or equal to 0"),
    (call(A(7, 8), 2), "3D or 4D"),
    (call(A(2, 4, 0, 8), 2), "only the batch may be empty"),
    (call(np.ones((1, 1, 2, 2), np.int64), 2), "not implemented for seedgrad.int64"),
]
FLOATS = {**OPTIONS, "integers": ()}
row("nn.functional.adaptive_avg_pool2d", [*SIZES, call(A(0, 4, 7, 8), 2)], bad=BAD_SIZES, **FLOATS)
row("nn.functional.adaptive_max_pool2d", [*SIZES, call(POINTS, (3, 1))], bad=BAD_SIZES, **FLOATS)
for name in ("adaptive_avg_pool2d", "adaptive_max_pool2d"):  # PyTorch has no gradient of nothing
    row(f"nn.functional.{name}", [call(IMAGES, 0)], label=f"{name} empty", **{**FLOATS, "gradient": False})
row(
    "nn.functional.adaptive_max_pool2d",
    [call(IMAGES, size, return_indices=True) for size in ((2, 3), (7, 2))] + [call(POINTS, 3, return_indices=True)],
    label="adaptive_max_pool2d indices",
    **OPTIONS,
)
