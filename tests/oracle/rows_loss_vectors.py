"""Rows for likelihoods, and for losses of pairs and triplets of vectors."""

import numpy as np

from .rows_nn import functional
from .table import INF, A, call

HOW = ("mean", "sum", "none")
SIGNS = np.array([1.0, -1.0, 1.0])

# Likelihoods

for how in HOW:
    functional(
        "poisson_nll_loss",
        [
            call(A(3, 4), A(3, 4, low=0.0, high=5.0), reduction=how),
            call(A(3, 4), A(3, 4, low=0.1, high=5.0), full=True, reduction=how),
            call(A(3, 4, low=0.5, high=3.0), A(4, low=0.1, high=5.0), False, reduction=how),
            call(A(3, 4, low=0.5, high=3.0), A(4, low=0.1, high=5.0), False, True, eps=0.1, reduction=how),
            call(A(), A(low=0.1), reduction=how),
            call(A(0), A(0), reduction=how),
        ],
        label=f"poisson_nll_loss {how}",
        half=32,
        integers=("int64",),
        bad=[(call(A(3), A(2), reduction=how), "can't be broadcast")],
    )
    functional(
        "gaussian_nll_loss",
        [
            call(A(3, 4), A(3, 4), A(3, 4, low=0.2), reduction=how),
            call(A(3, 4), A(3, 4), A(3, low=0.2), reduction=how),
            call(A(3, 4), A(3, 4), A(3, 1, low=0.2), full=True, reduction=how),
            call(A(3, 4), A(4), A(1, 4, low=0.2), eps=0.5, reduction=how),
            call(A(3, 4), A(3, 4), 0.5, True, reduction=how),
            call(A(), A(), A(low=0.2), reduction=how),
        ],
        label=f"gaussian_nll_loss {how}",
        half=32,
        integers=(),
    )
functional(
    "gaussian_nll_loss",
    [call(A(0), A(0), A(0), reduction="none")],
    label="gaussian_nll_loss misuse",
    half=0,
    integers=(),
    bad=[
        (call(A(3), A(3), A(3, low=-1.0, high=-0.5)), "negative entry/entries: variances are at least 0"),
        (call(A(3), A(3), -1.0), "negative entry/entries"),
        (call(A(3, 4), A(3, 4), A(2, low=0.1)), r"incorrect size.*\(3, 4\).*\(3,\), got \(2,\)"),
        (call(A(3, 4), A(3, 4), A(1, 1, low=0.1)), "incorrect size"),
        (call(A(3), A(3), 1), "var must be a Tensor or a float, not int"),
        (call(A(3), A(3), 1.0, reduction="average"), "average is not valid"),
    ],
)

# Vectors

for how in HOW:
    functional(
        "cosine_embedding_loss",
        [
            call(A(3, 4), A(3, 4), np.array([1, -1, 1]), reduction=how),
            call(A(3, 4), A(3, 4), np.array([1, -1, 0]), margin=0.4, reduction=how),
            call(A(3, 4), A(1, 4), SIGNS, -0.5, reduction=how),
            call(A(4), A(4), np.array(-1), reduction=how),
            call(A(0, 4), A(0, 4), np.zeros(0, np.int64), reduction=how),
            call(np.zeros((2, 3)), A(2, 3), np.array([1, -1]), reduction=how),
        ],
        label=f"cosine_embedding_loss {how}",
        half=32,
        integers=(),
    )
    for name in ("triplet_margin_loss", "triplet_margin_with_distance_loss"):
        functional(
            name,
            [
                call(A(3, 4), A(3, 4), A(3, 4), reduction=how),
                call(A(3, 4), A(3, 4), A(1, 4), margin=3.0, swap=True, reduction=how),
                call(A(4), A(4), A(4), reduction=how),
                call(A(0, 4), A(0, 4), A(0, 4), reduction=how),
            ],
            label=f"{name} {how}",
            half=16,
            integers=(),
        )
    functional(
        "triplet_margin_loss",
        [
            call(A(3, 4), A(3, 4), A(3, 4), 2.0, p, 0.1, swap, reduction=how)
            for p in (1, 3, INF)
            for swap in (True, False)
        ],
        label=f"triplet_margin_loss norms {how}",
        half=32,
        integers=(),
    )
functional(
    "cosine_embedding_loss",
    [],
    label="cosine_embedding_loss shapes",
    half=0,
    integers=(),
    bad=[
        (call(A(3, 4), A(3, 4), np.array(1)), r"0D target tensor expects 1D input tensors.*\[3, 4\] and \[3, 4\]"),
        (call(A(4), A(4), np.array([1])), "1D target tensor expects 2D input tensors"),
        (call(A(3, 4), A(3, 4), np.array([[1]])), "multi-target not supported"),
        (call(A(3, 4), A(3, 2), np.array([1, 1, 1])), "can't be broadcast"),
        (call(A(3, 4), A(3, 4), np.array([1, 1])), "can't be broadcast"),
    ],
)
for name in ("triplet_margin_loss", "triplet_margin_with_distance_loss"):
    functional(
        name,
        [],
        label=f"{name} shapes",
        half=0,
        integers=(),
        bad=[
            (call(A(3, 4), A(4), A(3, 4)), "anchor 2D, positive 1D, and negative 2D"),
            (call(A(4), A(4), A(4), margin=0), "margin must be greater than 0, got 0"),
        ],
    )

# A target that is broadcast

for how in (*HOW, "batchmean"):
    functional(
        "kl_div",
        [
            call(A(3, 4), A(4, low=0.1), reduction=how),
            call(A(1, 4), A(3, 4, low=0.1), reduction=how),
            call(A(3, 1), A(3, 4), reduction=how, log_target=True),
            call(A(3, 4), A(3, 1), reduction=how, log_target=True),
        ],
        label=f"kl_div broadcast {how}",
        half=16,
        integers=(),
    )
