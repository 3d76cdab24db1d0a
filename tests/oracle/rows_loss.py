"""Rows for losses."""

import numpy as np

from .rows_nn import functional
from .table import A, call

# Losses of numbers

PAIR = [call(A(3, 4), A(3, 4)), call(A(), A()), call(A(0, 2), A(0, 2)), call(np.zeros(3), np.zeros(3))]
WRONG = (call(A(3), A(3), reduction="average"), "average is not a valid value for reduction")
for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"):
    functional(name, [*PAIR, call(A(3, 4), A(4)), call(A(3, 1), A(4))], bad=[WRONG], half=2, integers=())
    for how in ("sum", "none"):
        reduced = [call(*c.args, reduction=how) for c in PAIR]
        functional(name, reduced, label=f"{name} {how}", half=4, integers=())
for name in ("mse_loss", "l1_loss", "huber_loss"):
    weighted = [call(A(3, 4), A(3, 4), weight=A(3, 4, low=0.1), reduction=r) for r in ("mean", "sum", "none")]
    functional(name, weighted, label=f"{name} weight", half=4, integers=(), layouts=False)
functional(
    "smooth_l1_loss",
    [call(A(3, 4), A(3, 4), beta=b) for b in (0.0, 0.3, 2.0)],
    label="smooth_l1_loss beta",
    bad=[(call(A(3), A(3), beta=-1.0), "negative values for beta, got -1.0")],
    half=4,
    integers=(),
)
functional(
    "huber_loss",
    [call(A(3, 4), A(3, 4), delta=d) for d in (0.3, 2.0)],
    label="huber_loss delta",
    bad=[(call(A(3), A(3), delta=0.0), "non-positive values for delta, got 0.0")],
    half=4,
    integers=(),
)
P = A(3, 4, low=0.05, high=0.95)
TARGETS = np.array([[0.0, 1.0, 0.25], [1.0, 0.5, 0.0]])
for how in ("mean", "sum", "none"):
    functional(
        "binary_cross_entropy_with_logits",
        [
            call(A(2, 3), TARGETS, reduction=how),
            call(np.array([30.0, -30.0, 0.0]), TARGETS[0], reduction=how),
        ],
        label=f"binary_cross_entropy_with_logits {how}",
        half=4,
        integers=(),
        bad=[(call(A(3), A(2), reduction=how), r"Target size \(\(2,\)\) must be the same as input size")],
    )
    functional(
        "binary_cross_entropy_with_logits",
        [
            call(A(2, 3), TARGETS, pos_weight=np.array([1, 2, 3]), reduction=how),
            call(A(2, 3), TARGETS, np.array([1, 2, 3]), reduction=how),
            call(np.zeros((2, 3)), TARGETS, pos_weight=np.array([1, 2, 3]), reduction=how),
        ],
        label=f"binary_cross_entropy_with_logits weights {how}",
        half=8,
        integers=(),
    )
    functional(
        "kl_div",
        [
            call(A(3, 4), A(3, 4), log_target=True, reduction=how),
            call(A(2, 3), TARGETS * 0.5 + 0.1, reduction=how),
        ],
        label=f"kl_div {how}",
        half=8,
        integers=(),
        layouts=False,
    )
functional("kl_div", [call(A(3, 4), P, reduction="batchmean")], label="kl_div batchmean", half=8, integers=())

# Losses of classes

IDS = np.array([2, 0, 1])
HOLES = np.array([2, -100, 1])
AREA = np.arange(12).reshape(3, 4) % 5
for how in ("mean", "sum", "none"):
    functional(
        "cross_entropy",
        [
            call(A(3, 5), IDS, reduction=how),
            call(A(3, 5), HOLES, reduction=how),
            call(A(3, 5), IDS, ignore_index=2, reduction=how),
            call(A(5), np.array(3), reduction=how),
            call(A(3, 5, 4), AREA, reduction=how),
            call(A(3, 5), IDS, label_smoothing=0.1, reduction=how),
            call(A(3, 5), HOLES, label_smoothing=0.1, reduction=how),
            call(A(3, 5, 4), AREA, label_smoothing=1.0, ignore_index=2, reduction=how),
            call(np.array([[1000.0, 0.0], [-1000.0, 0.0]]), np.array([1, 0]), reduction=how),
        ],
        label=f"cross_entropy {how}",
        half=8,
        integers=(),
    )
    functional(
        "cross_entropy",
        [
            call(A(3, 5), A(3, 5, low=0.0), reduction=how),
            call(A(3, 5), A(3, 5, low=0.0), label_smoothing=0.2, reduction=how),
            call(A(5), A(5, low=0.0), reduction=how),
            call(A(3, 5, 2), A(3, 5, 2, low=0.0), reduction=how),
        ],
        label=f"cross_entropy probabilities {how}",
        half=8,
        integers=(),
    )
    functional(
        "nll_loss",
        [
            call(A(3, 5), IDS, reduction=how),
            call(A(3, 5), HOLES, reduction=how),
            call(A(5), np.array(3), reduction=how),
            call(A(3, 5, 4), AREA, ignore_index=2, reduction=how),
        ],
        label=f"nll_loss {how}",
        half=8,
        integers=(),
    )
functional(
    "cross_entropy",
    [call(A(3, 5), np.array([-100, -100, -100])), call(A(0, 5), np.array([], np.int64))],
    label="cross_entropy of nothing",
    second=False,
    half=0,
    integers=(),
    bad=[
        (call(A(3, 5), np.array([0, 5, 1])), r"Target 5 is out of bounds.*\(3, 5\).*0 to 4"),
        (call(A(3, 5), np.array([0, -1, 1])), "Target -1 is out of bounds"),
        (call(A(3, 5), np.array([0, 1])), r"input batch_size \(3\) to match target batch_size \(2\)"),
        (call(A(3, 5), IDS.astype(np.int32)), "Long or Byte, but got seedgrad.int32"),
        (call(A(3, 5), A(3)), "Long or Byte, but got seedgrad.float32"),
        (call(A(3, 5), IDS, A(3)), r"all 5 classes or no classes.*\[3\]"),
        (call(A(3, 5), IDS, np.ones(5, np.float16)), "weight to have the input's type seedgrad.float32"),
        (call(A(3, 5), IDS, reduction="foo"), "foo is not a valid value"),
        (call(A(3, 5), IDS, label_smoothing=1.5), "between 0.0 and 1.0. Got: 1.5"),
        (call(A(3, 5), A(3, 5), ignore_index=2), "ignore_index is not supported for floating point target"),
        (call(A(3, 5, 4), np.zeros((3, 5), np.int64)), r"Expected target size \[3, 4\], got \[3, 5\]"),
        (call(np.ones((3, 5), np.int64), IDS), "not implemented for seedgrad.int64 scores"),
        (call(A(3, 5), [0, 1, 2]), "must be a Tensor, not list"),
    ],
)
# Where the target is 0 PyTorch's gradient for the target is NaN.
functional("kl_div", [call(A(2, 3), TARGETS)], label="kl_div at 0", gradient=False, half=8, integers=())
