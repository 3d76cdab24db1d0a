"""Rows for interpolation and for sampling at the points of a grid."""

import numpy as np

from .table import A, Call, call, row

OPTIONS = {"method": False, "inplace": False, "integers": ("int64", "bool"), "half": 8.0, "tolerance": 10.0}
LINE, IMAGES, VOLUME = A(2, 3, 7), A(2, 3, 5, 4), A(2, 2, 3, 4, 2)
INPUTS = {1: LINE, 2: IMAGES, 3: VOLUME}


def scaled(n: int, mode: str, **kwargs: object) -> list[Call]:
    """Calls for `n` spatial axes that enlarge, shrink, keep and round."""
    x = INPUTS[n]
    given: list[dict[str, object]] = [
        {"size": 3},
        {"size": tuple(range(6, 6 + 2 * n, 2))},
        {"size": x.shape[2:]},
        {"size": 1},
        {"scale_factor": 2},
        {"scale_factor": (1.6, 0.7, 1.5)[:n]},
        {"scale_factor": 1.3, "recompute_scale_factor": True},
        {"scale_factor": 0.55, "recompute_scale_factor": False},
    ]
    return [call(x, mode=mode, **g, **kwargs) for g in given]


for mode in ("nearest", "nearest-exact", "area"):
    calls = [made for n in INPUTS for made in scaled(n, mode)]
    calls += [call(A(0, 3, 5, 4), 3, mode=mode), call(IMAGES, (64, 1), mode=mode), call(A(1, 1, 1), 40, mode=mode)]
    row(
        "nn.functional.interpolate",
        calls,
        label=f"interpolate {mode}",
        **{**OPTIONS, "integers": () if mode == "area" else ("int64", "bool", "uint8")},
    )
for mode, n in (("linear", 1), ("bilinear", 2), ("bicubic", 2), ("trilinear", 3)):
    for corners in (None, False, True):
        calls = scaled(n, mode, align_corners=corners)
        calls.append(call(A(0, *INPUTS[n].shape[1:]), 3, mode=mode, align_corners=corners))
        row("nn.functional.interpolate", calls, label=f"interpolate {mode} {corners}", **OPTIONS)
for mode in ("bilinear", "bicubic"):
    # PyTorch repeats the first row of what is one element wide, so sizes of 1 are left out.
    for corners in (False, True):
        calls = [c for c in scaled(2, mode, align_corners=corners, antialias=True) if c.kwargs.get("size") != 1]
        calls += [call(A(1, 2, 9, 33), (4, 2), mode=mode, align_corners=corners, antialias=True)]
        row(
            "nn.functional.interpolate",
            calls,
            label=f"interpolate {mode} antialias {corners}",
            second=False,  # PyTorch has none
            **{**OPTIONS, "half": 0, "integers": ()},  # nor these for float16
        )
# PyTorch computes the weights of lanczos with float32 numbers, also in float64.
row(
    "nn.functional.interpolate",
    [c for c in scaled(2, "lanczos", antialias=True) if c.kwargs.get("size") != 1],
    label="interpolate lanczos",
    second=False,
    **{**OPTIONS, "half": 0, "integers": (), "tolerance": 2e5},
)
row(
    "nn.functional.interpolate",
    [call(IMAGES, 3)],
    label="interpolate errors",
    bad=[
        (call(LINE), "either size or scale_factor"),
        (call(LINE, 3, 2.0), "only one of size or scale_factor"),
        (call(IMAGES, (3,)), r"same number of spatial dimensions, but got an input of shape \(2, 3, 5, 4\)"),
        (call(IMAGES, scale_factor=(2.0,)), "Give one number, or one for each of the last 2 dimensions"),
        (call(IMAGES, 3.0), "size must be an int"),
        (call(IMAGES, (3.0, 2)), "size must be an int"),
        (call(IMAGES, scale_factor="2"), "scale_factor must be a number"),
        (call(IMAGES, 0), r"greater than 0 .*the output size \(0, 0\)"),
        (call(IMAGES, scale_factor=0.1), r"the output size \(0, 0\)"),
        (call(A(2, 0, 5, 6), 3), "greater than 0"),
        (call(IMAGES, 3, mode="other"), "mode be one of"),
        (call(A(3, 5), 3), r"got shape \(3, 5\)"),
        (call(IMAGES, 3, mode="linear"), "the mode 'linear' needs a 3-D input"),
        (call(LINE, 3, mode="bicubic"), "needs a 4-D input"),
        (call(IMAGES, 3, align_corners=True), "align_corners can only be set with"),
        (call(IMAGES, 3, mode="area", align_corners=False), "align_corners can only be set with"),
        (call(IMAGES, 3, antialias=True), "antialias is for the modes bilinear"),
        (call(LINE, 3, mode="linear", antialias=True), "of a 4-D input"),
        (call(IMAGES, 3, mode="lanczos"), "requires antialias=True"),
        (call(IMAGES, 3, mode="lanczos", antialias=True, align_corners=True), "does not support align_corners"),
        (call(IMAGES, 3, recompute_scale_factor=True), "not meaningful with an explicit size"),
        (call(np.ones((1, 1, 2, 2), np.int64), 3), "not implemented for seedgrad.int64"),
        (call(np.ones((1, 1, 2), np.uint8), 3, mode="linear"), "not implemented for seedgrad.uint8"),
        (call(np.ones((1, 1, 2, 2), np.uint8), 3, mode="area"), "not implemented for seedgrad.uint8"),
    ],
    **OPTIONS,
)
row("nn.functional.upsample", [call(IMAGES, 3), call(IMAGES, None, 2, "bilinear", True)], **OPTIONS)
row("nn.functional.upsample_nearest", [call(LINE, 3), call(IMAGES, scale_factor=1.5)], **OPTIONS)
row("nn.functional.upsample_bilinear", [call(IMAGES, 3), call(IMAGES, scale_factor=1.5)], **OPTIONS)

GRID, GRID3 = A(2, 3, 4, 2, low=-1.7, high=1.7), A(2, 2, 3, 2, 3, low=-1.7, high=1.7)
# PyTorch has no second derivative, and rounds positions to the half types.
SAMPLED = {**OPTIONS, "second": False, "half": 0, "integers": (), "tolerance": 30.0}
for padding in ("zeros", "border", "reflection"):
    for corners in (False, True):
        calls = [
            *[call(IMAGES, GRID, mode, padding, corners) for mode in ("bilinear", "nearest", "bicubic")],
            *[call(VOLUME, GRID3, mode, padding, corners) for mode in ("bilinear", "nearest")],
            call(A(2, 3, 1, 4), GRID, "bilinear", padding, corners),
            call(A(2, 3, 1, 4), GRID, "bicubic", padding, corners),
            call(A(0, 3, 5, 4), A(0, 3, 4, 2), "bilinear", padding, corners),
            call(IMAGES, A(2, 0, 4, 2), "bilinear", padding, corners),
        ]
        row("nn.functional.grid_sample", calls, label=f"grid_sample {padding} {corners}", **SAMPLED)
row(
    "nn.functional.grid_sample",
    [call(IMAGES, GRID), call(IMAGES, A(2, 3, 4, 2, low=-30, high=30), padding_mode="reflection")],
    bad=[
        (call(IMAGES, GRID, "other"), "expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: 'other'"),
        (call(IMAGES, GRID, padding_mode="other"), "expected padding_mode to be 'zeros'"),
        (call(VOLUME, GRID3, "bicubic"), r"'bicubic' is for inputs \(N, C, H, W\)"),
        (call(IMAGES, A(1, 3, 4, 2)), r"a grid of shape \(1, 3, 4, 2\)"),
        (call(IMAGES, A(2, 3, 4, 3)), r"a grid of shape \(2, 3, 4, 3\)"),
        (call(IMAGES, A(2, 3, 2)), r"a grid of shape \(2, 3, 2\)"),
        (call(A(3, 5, 4), A(3, 4, 2)), r"an input of shape \(3, 5, 4\)"),
        (call(A(2, 3, 0, 4), GRID), "non-empty spatial dimensions"),
        (call(IMAGES, np.zeros((2, 3, 4, 2), np.float16)), "must have the same type"),
        (call(np.ones((1, 1, 2, 2), int), np.ones((1, 1, 2, 2), int)), "not implemented for seedgrad.int64"),
        (call("image", GRID), "must be a Tensor, not str"),
    ],
    **SAMPLED,
)
row(
    "nn.functional.grid_sample",
    [call(IMAGES, GRID, "bilinear", padding, True) for padding in ("zeros", "border")],
    label="grid_sample in half types",
    gradient=False,
    **{**SAMPLED, "half": 8.0},
)
row(
    "grid_sampler",
    [call(IMAGES, GRID, mode, padding, True) for mode in (0, 1, 2) for padding in (0, 1, 2)],
    **SAMPLED,
)
row("grid_sampler_2d", [call(IMAGES, GRID, 0, 0, False)], **SAMPLED)
row("grid_sampler_3d", [call(VOLUME, GRID3, 0, 0, False)], **SAMPLED)

THETA, THETA3 = A(2, 2, 3), A(2, 3, 4)
row(
    "nn.functional.affine_grid",
    [
        *[call(THETA, (2, 3, 4, 5), corners) for corners in (False, True)],
        *[call(THETA3, (2, 1, 3, 2, 4), corners) for corners in (False, True)],
        call(THETA, [2, 1, 3, 4]),
    ],
    bad=[
        (call(THETA, (1, 3, 4, 5)), "must have the same batch, got 2 and 1"),
        (call(THETA, (2, 3, 4, 5, 6)), r"shape \(N, 3, 4\) for the size \(2, 3, 4, 5, 6\), got \(2, 2, 3\)"),
        (call(THETA3, (2, 3, 4, 5)), r"shape \(N, 2, 3\)"),
        (call(A(2, 3), (2, 3, 4, 5)), r"got \(2, 3\)"),
        (call(THETA, (2, 3, 4)), "4 or 5 numbers"),
        (call(THETA, (2, 3, 0, 5)), "positive output size"),
        (call(np.ones((1, 2, 3), np.int64), (1, 1, 2, 2)), "expected theta to be floating point"),
    ],
    **{**OPTIONS, "integers": ()},
)
# PyTorch has no float16 line of one point.
row(
    "nn.functional.affine_grid",
    [call(THETA, (2, 1, 1, 4), corners) for corners in (False, True)],
    label="affine_grid of one row",
    **{**OPTIONS, "integers": (), "half": 0},
)
row("affine_grid_generator", [call(THETA, (2, 3, 4, 5), False)], **{**OPTIONS, "integers": ()})
