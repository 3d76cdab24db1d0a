"""Rows for the bilinear form, the activation with random slopes, in-place activations and combined losses."""

import numpy as np

from .rows_nn import functional
from .table import A, call, row, unary

row(
    "bilinear",
    [
        call(A(2, 3), A(2, 4), A(5, 3, 4)),
        call(A(2, 3), A(2, 4), A(2, 3, 4), A(2)),
        call(A(3), A(4), A(3, 3, 4), A(3)),
        call(A(2, 3, 4), A(2, 3, 1), A(2, 4, 1)),
        call(A(0, 3), A(0, 4), A(5, 3, 4), A(5)),
    ],
    method=False,
    inplace=False,
    integers=("int64",),
    half=16,
    bad=[
        (call(A(2, 3), A(2, 4), A(5, 3, 3)), "input2 size does not match weight size: got 4 but expected 3"),
        (call(A(2, 3), A(2, 4), A(5, 2, 4)), "input1 size does not match weight size: got 3 but expected 2"),
        (call(A(2, 3), A(3, 4), A(5, 3, 4)), "batch dimensions do not match at dim 0: got 2 and 3"),
        (call(A(2, 3), A(4), A(5, 3, 4)), "input dimensions do not match: got 2 and 1"),
        (call(A(2, 3), A(2, 4), A(5, 3, 4), A(3)), "bias size does not match weight size"),
        (call(A(2, 4), A(2, 4), A(4, 4)), "weight must be"),
        (call(A(2, 3), np.ones((2, 4), np.float16), A(5, 3, 4)), "All tensors must have the same dtype"),
    ],
)
KINKS = (0.0, -0.0, 1.0, -1.0, 25.0, -25.0)
row(
    "rrelu",
    [*unary(kinks=KINKS), *unary(kinks=KINKS, lower=0.1, upper=0.7)],
    method=False,
    inplace=False,
    integers=("int64",),
    half=2,
    bad=[(call(A(3), 0.5, 0.1), "less than or equal to the upper bound, got lower=0.5 and upper=0.1")],
)
# PyTorch has no training form for half types.
row(
    "rrelu",
    [call(A(3, 4), 0.25, 0.25, True)],
    label="rrelu training",
    method=False,
    inplace=False,
    integers=("int64",),
    half=0,
)
functional("feature_alpha_dropout", [call(A(2, 3, 4), 0.5), call(A(2, 3), 0.0, True)], half=2)
functional(
    "feature_alpha_dropout", [call(A(2, 3), 1.0, True)], label="feature_alpha_dropout of all", half=2, integers=()
)
functional(
    "feature_alpha_dropout",
    [],
    label="feature_alpha_dropout misuse",
    half=0,
    integers=(),
    bad=[
        (call(A(2, 3), 1.5), "between 0 and 1, but got 1.5"),
        (call(A(3), 0.5, True), "at least 2 dimensions"),
        (call(np.ones((2, 3), np.int64), 0.5, True), "result type Float can't be cast"),
    ],
)
IDS = np.array([1, 0, 4])
for how in ("mean", "sum", "none"):
    functional(
        "linear_cross_entropy",
        [
            call(A(3, 4), A(5, 4), IDS, reduction=how),
            call(A(3, 4), A(5, 4), IDS, linear_bias=A(5), ignore_index=1, label_smoothing=0.2, reduction=how),
            call(A(3, 4), A(5, 4), A(3, 5, low=0.0), reduction=how),
            call(A(3, 4), A(5, 2, 4), np.array([[1, 0], [4, 2], [3, 1]]), linear_bias=A(5, 2), reduction=how),
            call(A(4), A(5, 4), np.array(3), reduction=how),
        ],
        label=f"linear_cross_entropy {how}",
        half=16,
        integers=(),
    )
functional(
    "linear_cross_entropy",
    [],
    label="linear_cross_entropy misuse",
    half=0,
    integers=(),
    bad=[
        (call(A(2, 3, 4), A(5, 4), IDS), "dimensionality 1 or 2, got 3"),
        (call(A(3, 4), A(4), IDS), "at least 2, got 1"),
        (call(A(3, 4), A(5, 3), IDS), "got 4 and 3, respectively"),
        (call(A(3, 4), A(5, 4), IDS, linear_bias=A(4)), r"expected linear_bias shape \(5,\), got \(4,\)"),
        (call(A(4), A(5, 2, 4), IDS), "requires batched input"),
        (call(A(3, 4), A(5, 4), A(3, 5), ignore_index=1), "ignore_index cannot be specified"),
    ],
)
