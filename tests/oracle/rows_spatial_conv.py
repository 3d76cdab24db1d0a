"""Rows for convolution in one and three dimensions, transposed convolution, folding and shuffling."""

import numpy as np

from .table import A, call, row

LINE, IMAGES, VOLUME = A(2, 4, 9), A(2, 4, 5, 6), A(2, 4, 3, 4, 3)
OPTIONS = {"method": False, "inplace": False, "integers": ("int64",), "half": 8.0, "tolerance": 10.0}
MOVES = {**OPTIONS, "integers": ("int64", "uint8", "bool")}

row(
    "nn.functional.conv1d",
    [
        call(LINE, A(6, 4, 3)),
        call(LINE, A(6, 4, 3), A(6), 2, 1),
        call(LINE, A(6, 2, 2), A(6), (1,), (2,), (3,), 2),
        call(LINE, A(6, 4, 4), A(6), padding="same"),
        call(LINE, A(6, 4, 2), padding="same", dilation=3),
        call(LINE, A(6, 4, 3), stride=2, padding="valid"),
        call(A(4, 9), A(4, 1, 3), A(4), groups=4),
        call(A(0, 4, 9), A(6, 4, 3)),
    ],
    bad=[
        (call(LINE, A(6, 4, 3), padding="same", stride=2), "padding='same' is not supported for strided"),
        (call(LINE, A(6, 4, 3), padding="some"), "invalid padding string"),
        (call(LINE, A(6, 4, 3), padding=-1), "negative padding"),
        (call(LINE, A(6, 4, 3), dilation=0), "non-positive dilation"),
        (call(LINE, A(6, 4, 3), stride=(1, 1)), "stride to be a single int or a tuple of 1 ints"),
        (call(LINE, A(6, 4, 10)), "greater than the padded input"),
        (call(A(2, 4, 0), A(6, 4, 3), padding=3), "only the batch or the channels may be empty"),
    ],
    label="conv1d every option",
    **OPTIONS,
)
row(
    "nn.functional.conv3d",
    [
        call(VOLUME, A(3, 4, 2, 2, 2), A(3)),
        call(VOLUME, A(4, 2, 2, 3, 1), A(4), (1, 2, 1), (1, 0, 1), (2, 1, 1), 2),
        call(VOLUME, A(3, 4, 3, 2, 3), padding="same"),
        call(VOLUME, A(4, 1, 2, 2, 2), stride=2, padding="valid", groups=4),
        call(A(4, 3, 4, 3), A(2, 4, 1, 1, 1), A(2)),
        call(A(0, 4, 3, 4, 3), A(2, 4, 1, 1, 1), A(2)),
    ],
    bad=[
        (call(VOLUME, A(3, 4, 4, 2, 2)), "greater than the padded input"),
        (call(VOLUME, A(3, 3, 2, 2, 2)), "to have 3 channels, but got 4 channels"),
    ],
    label="conv3d every option",
    **OPTIONS,
)
row(
    "nn.functional.conv_transpose1d",
    [
        call(LINE, A(4, 3, 3)),
        call(LINE, A(4, 3, 3), A(3), 2, 1, 1),
        call(LINE, A(4, 3, 2), A(6), 3, 0, 2, 2, 2),
        call(LINE, A(4, 2, 3), stride=(2,), padding=(1,), output_padding=(1,), groups=4, dilation=(2,)),
        call(A(4, 9), A(4, 3, 3), A(3)),
        call(A(4, 1), A(4, 3, 3), A(3), padding=1),
        call(A(0, 4, 9), A(4, 3, 3), A(3)),
    ],
    bad=[
        (call(A(2, 3, 4, 5), A(4, 3, 3)), "Expected 2D .* input to conv_transpose1d"),
        (call(LINE, A(4, 3, 3), stride=2, output_padding=2), "smaller than either stride or dilation"),
        (call(LINE, A(5, 3, 3)), "to have 5 channels, a multiple of groups, but got 4"),
        (call(LINE, A(4, 3, 3), A(4)), "1-dimensional with 3 elements"),
        (call(LINE, A(4, 3, 3), groups=3), "a multiple of groups"),
        (call(LINE, A(4, 3, 1), padding=9), r"output size \(-9\) is too small"),
        (call(LINE, A(4, 3, 3), stride=0), "non-positive stride"),
        (call(LINE, A(4, 3, 3), padding="same"), "padding must be an int"),
        (call(A(2, 4, 0), A(4, 3, 3)), "only the batch or the channels may be empty"),
        (call(LINE, A(4, 3, 0)), "the weight must not be empty"),
        (call(LINE, A(4, 0, 3)), "the weight must not be empty"),
        (call(A(2, 0, 9), A(0, 3, 3)), "the weight must not be empty"),
    ],
    **OPTIONS,
)
row(
    "nn.functional.conv_transpose3d",
    [
        call(VOLUME, A(4, 3, 2, 2, 2)),
        call(VOLUME, A(4, 3, 2, 3, 1), A(3), (2, 1, 3), (0, 1, 0), (1, 0, 2)),
        call(VOLUME, A(4, 1, 2, 2, 2), A(2), 2, 1, 1, 2, (1, 2, 1)),
        call(A(4, 3, 4, 3), A(4, 3, 2, 2, 2), A(3)),
    ],
    bad=[(call(A(4, 5), A(4, 3, 3, 3, 3)), "Expected 4D .* input to conv_transpose3d")],
    **OPTIONS,
)
row(
    "nn.functional.conv_transpose2d",
    [
        call(IMAGES, A(4, 3, 3, 2), A(3), (1, 2), (1, 0), (0, 1), 1, (2, 1)),
        call(IMAGES, A(4, 1, 3, 2), A(4), 2, 1, 1, 4),
        call(A(0, 4, 5, 6), A(4, 3, 3, 2), A(3)),
        call(A(1, 4, 1, 1), A(4, 3, 3, 2), A(3), 3),
    ],
    label="conv_transpose2d pairs of options",
    **OPTIONS,
)
for n in (1, 2, 3):
    x = A(2, 4, *(3,) * n)
    row(
        f"nn.functional.conv_transpose{n}d",
        [
            call(x, A(4, 2, *(2,) * n), A(2), 1, 0, 1, 1, 2),
            call(x, A(4, 2, *(1,) * n), A(2), 1, 2, 3, 1, 4),
            call(x, A(4, 1, *(2,) * n), A(4), 2, 1, 2, 4, 3),
            call(x, A(4, 1, *(2,) * n), None, 2, 1, 3, 2, 5),
        ],
        label=f"conv_transpose{n}d with output_padding from the stride on",
        **OPTIONS,
    )
    x, one = A(2, 4, *(5,) * n), A(4, *(5,) * n)
    row(
        f"conv{n}d",
        [
            call(x, A(2, 4, *(2,) * n), A(2), 1, 1),
            call(x, A(2, 2, *(3,) * n), A(2), padding="same", groups=2),
            call(one, A(4, 1, *(3,) * n), stride=2, groups=4),
        ],
        complex=True,
        **OPTIONS,
    )
    row(
        f"conv_transpose{n}d",
        [
            call(x, A(4, 2, *(2,) * n), A(2), 1, 1),
            call(x, A(4, 2, *(2,) * n), A(4), 2, 0, 1, 2),
            call(one, A(4, 1, *(3,) * n), groups=4),
        ],
        complex=True,
        **OPTIONS,
    )
row(
    "conv_tbc",
    [
        call(A(7, 2, 3), A(3, 3, 4), A(4)),
        call(A(7, 2, 3), A(3, 3, 4), A(4), 1),
        call(A(7, 2, 3), A(2, 3, 4), A(4), pad=2),
    ],
    bad=[
        (call(A(7, 3), A(3, 3, 4), A(4)), r"input must be \(T, B, C\)"),
        (call(A(7, 2, 3), A(3, 4), A(4)), r"weight must be \(K, C, O\)"),
        (call(A(7, 2, 3), A(3, 3, 4), A(1, 4)), r"bias must be \(O,\)"),
        (call(A(7, 2, 3), A(3, 2, 4), A(4)), "channels"),
        (call(A(7, 2, 3), A(3, 3, 4), A(3)), "1-dimensional with 4 elements"),
    ],
    second=False,  # PyTorch has none
    layouts=False,
    **{**OPTIONS, "integers": (), "half": 0},
)

row(
    "nn.functional.unfold",
    [
        call(IMAGES, 2),
        call(IMAGES, (3, 2), (1, 2), 1, 2),
        call(IMAGES, (2, 3), 2, (2, 1), (1, 3)),
        call(IMAGES, 1),
        call(A(4, 5, 6), 3, padding=1),
        call(A(0, 4, 5, 6), 2),
        call(IMAGES, kernel_size=5, dilation=1, padding=0, stride=1),
    ],
    bad=[
        (call(A(5, 6), 2), r"3D or 4D \(batch mode\)"),
        (call(A(1, 2, 4, 5, 6), 2), r"got shape \(1, 2, 4, 5, 6\)"),
        (call(A(2, 0, 5, 6), 2), "only the batch may be empty"),
        (call(IMAGES, 7), "number of windows is -1 x 0, but it must be at least one"),
        (call(IMAGES, (2,)), "kernel_size to be a single int or a tuple of 2 ints"),
        (call(IMAGES, (2, 2, 2)), "kernel_size to be a single int or a tuple of 2 ints"),
        (call(IMAGES, 0), "kernel_size must be at least 1"),
        (call(IMAGES, 2, stride=0), "stride must be at least 1"),
        (call(IMAGES, 2, padding=-1), "padding must be at least 0"),
        (call(IMAGES, 2, dilation=0), "dilation must be at least 1"),
        (call(IMAGES, 2.0), "kernel_size must be an int"),
        (call("x", 2), "must be a Tensor, not str"),
        (call(np.ones((1, 1, 2, 2), np.int64), 2), "not implemented for seedgrad.int64"),
    ],
    complex=True,
    **MOVES,
)
row(
    "nn.functional.fold",
    [
        call(A(2, 12, 20), (5, 6), 2),
        call(A(2, 12, 18), (5, 6), (3, 2), (1, 2), 1, (2, 1)),
        call(A(2, 12, 6), 4, (2, 3), 1, (1, 0), (2, 1)),
        call(A(12, 20), (5, 6), (2, 2)),
        call(A(0, 12, 20), (5, 6), 2),
    ],
    bad=[
        (call(A(2, 12, 19), (5, 6), 2), r"expected 4 x 5 columns, but got an input of shape \(2, 12, 19\) with 19"),
        (call(A(2, 11, 20), (5, 6), 2), "divisible by the product of kernel_size"),
        (call(A(2, 2, 12, 20), (5, 6), 2), r"2D or 3D \(batch mode\)"),
        (call(A(2, 0, 20), (5, 6), 2), "only the batch may be empty"),
        (call(A(2, 12, 20), (0, 6), 2), "expected -1 x 5 columns"),
        (call(A(2, 12, 20), (5, 6), 0), "kernel_size must be at least 1"),
        (call(A(2, 12, 20), (5, 6), 2, padding=-1), "padding must be at least 0"),
        (call(np.ones((12, 20), np.int64), (5, 6), 2), "not implemented for seedgrad.int64"),
    ],
    complex=True,
    **MOVES,
)

FACTOR = "must be int, not float"
row(
    "pixel_shuffle",
    [call(A(2, 8, 3, 4), 2), call(A(9, 2, 1), 3), call(A(2, 3, 4, 1, 2), 2), call(A(4, 3, 2), 1)],
    bad=[
        (call(A(3, 4), 2), "at least 3 dimensions"),
        (call(A(7, 3, 4), 2), "divisible by the square of upscale_factor=2, but got 7 channels"),
        (call(A(8, 3, 4), 0), "positive upscale_factor"),
        (call(A(8, 3, 4), 2.0), FACTOR),
    ],
    complex=True,
    **MOVES,
)
row(
    "pixel_unshuffle",
    [call(A(2, 3, 4, 6), 2), call(A(2, 3, 6), 3), call(A(2, 3, 1, 2, 4), 2), call(A(4, 3, 2), 1)],
    bad=[
        (call(A(6, 4), 2), "at least 3 dimensions"),
        (call(A(8, 3, 4), 2), r"divisible by downscale_factor=2, but got an input of shape \(8, 3, 4\)"),
        (call(A(8, 4, 3), 2), "height and width must be divisible"),
        (call(A(8, 4, 4), -1), "positive downscale_factor"),
        (call(A(8, 4, 4), 2.0), FACTOR),
    ],
    complex=True,
    **MOVES,
)
row(
    "channel_shuffle",
    [call(A(2, 6, 3, 4), 2), call(A(2, 6, 3), 3), call(A(2, 6, 3, 2, 2), 1)],
    bad=[
        (call(A(8, 6), 2), "more than 2 dimensions"),
        (call(A(2, 8, 6, 4), 3), "divisible by groups=3, but got 8 channels"),
        (call(A(2, 8, 6, 4), 0), "must be positive"),
        (call(A(2, 8, 6), 2.0), FACTOR),
    ],
    second=False,  # PyTorch has none
    **MOVES,
)
# PyTorch has no gradient of nothing, and gives an empty input of pixel_unshuffle back as it is.
row("pixel_shuffle", [call(A(0, 4, 4), 2)], label="pixel_shuffle of nothing", gradient=False, **MOVES)
row("channel_shuffle", [call(A(2, 0, 4), 2)], label="channel_shuffle of nothing", gradient=False, **MOVES)
row("native_channel_shuffle", [call(A(2, 6, 3, 4), 2)], gradient=False, **MOVES)
