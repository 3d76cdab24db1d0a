"""Rows for distances and for losses with a margin."""

import numpy as np

from .rows_nn import functional
from .table import INF, A, call

HOW = ("mean", "sum", "none")
WRONG_REDUCTION = "average is not a valid value for reduction"
SIGNS = np.array([1.0, -1.0, 1.0])
# PyTorch refuses targets that require grad, as the floats of a row do.
WHOLE_SIGNS = np.array([1, -1, 1])
SIGN_TABLE = np.array([[1, -1, 1, 1], [-1, -1, 1, -1], [1, 1, -1, 1]])

# Distances

DISTANCE_PAIRS = [
    call(A(3, 4), A(3, 4)),
    call(A(3, 4), A(4)),
    call(A(4), A(4)),
    call(A(2, 1, 4), A(3, 4)),
    call(A(), A()),
    call(A(0, 4), A(0, 4)),
]
functional(
    "pairwise_distance",
    [*DISTANCE_PAIRS, call(A(3, 4), A(3, 4), keepdim=True), call(A(3, 4), A(3, 4), 2.0, 0.5)],
    bad=[(call(A(3, 4), A(2, 4)), r"\(3, 4\) and \(2, 4\) can't be broadcast")],
    half=8,
    integers=("int64", "int32"),
    mixed=False,
)
functional(
    "pairwise_distance",
    [call(A(3, 4), A(3, 4), p=p) for p in (1.0, 1.5, 3.0, INF, 0.0)],
    label="pairwise_distance norms",
    half=8,
    integers=(),
)
functional(
    "pairwise_distance",
    [call(A(3, 4), A(3, 4), p=p) for p in (-INF, 0.5, -1.0)],
    label="pairwise_distance unusual norms",
    half=0,
    tolerance=10,
    integers=(),
)
# In float16 the derivative overflows for us where PyTorch divides in another order.
functional(
    "pairwise_distance",
    [call(np.ones((2, 3)), np.ones((2, 3)))],
    label="pairwise_distance of equal vectors",
    half=0,
    integers=(),
)
functional(
    "cosine_similarity",
    [
        call(A(3, 4), A(3, 4)),
        call(A(3, 4), A(4)),
        call(A(3, 4), A(4), dim=0),
        call(A(3, 1, 4), A(2, 4), dim=-1),
        call(A(3, 1, 4), A(2, 4), 0, 1e-3),
        call(A(4), A(4), dim=0),
        call(A(), A(), dim=0),
        call(A(0, 3), A(0, 3)),
        call(A(3, 4), A(3, 4), eps=10.0),
    ],
    bad=[
        (call(A(3, 4), A(3, 4), dim=2), "Dimension out of range"),
        (call(A(3, 4), A(2, 4)), r"\(3, 4\) and \(2, 4\)|can't be broadcast|match"),
        (call(np.ones((2, 2), np.int64), np.ones((2, 2), np.int64)), "yet common dtype is seedgrad.int64"),
    ],
    half=8,
    integers=("int64",),
)
functional(
    "cosine_similarity",
    [call(np.zeros((2, 3)), A(2, 3)), call(np.zeros((2, 3)), np.zeros((2, 3)))],
    label="cosine_similarity of zeros",
    second=False,
    half=0,
    integers=(),
)

# Rankings and answers of 1 or -1

for how in HOW:
    functional(
        "margin_ranking_loss",
        [
            call(A(3), A(3), SIGNS, reduction=how),
            call(A(3, 4), A(1, 4), SIGN_TABLE, margin=0.5, reduction=how),
            call(A(3, 4), A(3, 4), A(3, 4), -0.25, reduction=how),
            call(A(), A(), A(), reduction=how),
            call(A(0), A(0), A(0), reduction=how),
        ],
        label=f"margin_ranking_loss {how}",
        half=8,
        integers=("int64",),
        bad=[
            (call(A(3), A(3), A(1, 3), reduction=how), "All input tensors should have same dimension"),
            (call(A(3), A(2), A(3), reduction=how), "can't be broadcast"),
        ],
    )
    functional(
        "hinge_embedding_loss",
        [
            call(A(3), SIGNS, reduction=how),
            call(A(3, 4), SIGN_TABLE, margin=0.3, reduction=how),
            call(A(3, 4), np.array([1.0, -1.0, 0.0, 2.0]), 0.5, reduction=how),
            call(A(), A(), reduction=how),
            call(A(0), A(0), reduction=how),
        ],
        label=f"hinge_embedding_loss {how}",
        half=8,
        integers=("int64",),
        bad=[(call(A(3), A(2), reduction=how), "can't be broadcast")],
    )
    functional(
        "soft_margin_loss",
        [
            call(A(3), WHOLE_SIGNS, reduction=how),
            call(A(3, 4), SIGN_TABLE.astype(np.int32), reduction=how),
            call(A(3, 4), np.array([1, -1, -1, 1]), reduction=how),
            call(A(), np.array(-1), reduction=how),
            call(A(0), np.zeros(0, np.int64), reduction=how),
            call(np.array([30.0, -30.0, 0.0]), WHOLE_SIGNS, reduction=how),
        ],
        label=f"soft_margin_loss {how}",
        half=16,
        integers=("int64",),
        bad=[(call(A(3), A(2), reduction=how), "can't be broadcast")],
    )
    functional(
        "multilabel_soft_margin_loss",
        [
            call(A(3, 4), A(3, 4, low=0.0), reduction=how),
            call(A(3, 4), A(4, low=0.0), reduction=how),
            call(A(4), A(4, low=0.0), reduction=how),
            call(A(2, 3, 4), A(3, 4, low=0.0), A(4), reduction=how),
            call(A(0, 4), A(0, 4), reduction=how),
        ],
        label=f"multilabel_soft_margin_loss {how}",
        half=16,
        integers=("int64",),
        bad=[
            (call(A(3, 4), A(2, 4), reduction=how), "can't be broadcast"),
            (call(A(), A(), reduction=how), "has no dimensions"),
        ],
    )
for name, args in {
    "margin_ranking_loss": (A(3), A(3), A(3)),
    "hinge_embedding_loss": (A(3), A(3)),
    "soft_margin_loss": (A(3), A(3)),
    "poisson_nll_loss": (A(3), A(3)),
    "cosine_embedding_loss": (A(3), A(3), np.array(1)),
    "triplet_margin_loss": (A(3), A(3), A(3)),
    "triplet_margin_with_distance_loss": (A(3), A(3), A(3)),
    "multi_margin_loss": (A(3), np.array(1)),
    "multilabel_margin_loss": (A(3), np.array([1, -1, 0])),
}.items():
    functional(
        name,
        [],
        label=f"{name} misuse",
        bad=[(call(*args, reduction="average"), WRONG_REDUCTION)],
        half=0,
        integers=(),
    )

# Classes with a margin

CLASSES = np.array([2, 0, 3])
for how in HOW:
    functional(
        "multi_margin_loss",
        [
            call(A(3, 4), CLASSES, reduction=how),
            call(A(3, 4), CLASSES, p=2, reduction=how),
            call(A(3, 4), CLASSES, 1, 0.25, reduction=how),
            call(A(3, 4), CLASSES, p=2, margin=3.0, reduction=how),
            call(A(4), np.array(1), reduction=how),
            call(A(4), np.array([1]), reduction=how),
            call(A(), np.array(0), reduction=how),
        ],
        label=f"multi_margin_loss {how}",
        second=False,
        half=0,
        integers=("int64",),
    )
    functional(
        "multilabel_margin_loss",
        [
            call(A(3, 4), np.array([[3, 0, -1, 1], [1, 2, 3, 0], [-1, 0, 0, 0]]), reduction=how),
            call(A(3, 4), np.array([[3, 3, 1, -1], [0, -1, -1, -1], [2, 1, -1, 5 - 4]]), reduction=how),
            call(A(4), np.array([1, -1, 0, 0]), reduction=how),
            call(A(2, 3), np.full((2, 3), -1), reduction=how),
            call(A(), np.array(0), reduction=how),
        ],
        label=f"multilabel_margin_loss {how}",
        second=False,
        half=0,
        integers=("int64",),
    )
functional(
    "multi_margin_loss",
    [call(A(0, 4), np.array([], np.int64), reduction="none")],
    label="multi_margin_loss of nothing",
    second=False,
    half=0,
    integers=(),
    bad=[
        (call(A(3, 4), np.array([0, 1, 4])), "target out of range: the classes are 0 to 3, got 0 to 4"),
        (call(A(3, 4), np.array([0, 1, -1])), "target out of range"),
        (call(A(3, 4), np.array([0, 1])), r"Expected target size \[3\], but got \[2\]. Input has shape \[3, 4\]"),
        (call(A(3, 4), CLASSES.astype(np.int32)), "scalar type Long but found seedgrad.int32"),
        (call(A(3, 4), A(3)), "scalar type Long but found seedgrad.float32"),
        (call(A(2, 3, 4), np.array([0, 1])), r"Expected non-empty vector or matrix.*got: \[2, 3, 4\]"),
        (call(A(2, 0), np.array([0, 1])), r"got: \[2, 0\]"),
        (call(A(3, 4), CLASSES, weight=A(3)), r"inconsistent weight size, expected 4 but got \[3\]"),
        (call(A(3, 4), CLASSES, weight=A(4, 1)), r"weight must be one-dimensional, got shape \(4, 1\)"),
        (call(A(3, 4), CLASSES, weight=np.ones(4, np.float16)), "seedgrad.float32 but found seedgrad.float16"),
        (call(A(3, 4), CLASSES, p=3), "only p == 1 and p == 2 supported, got p=3"),
        (call(np.ones((3, 4), np.float16), CLASSES), "not implemented for seedgrad.float16"),
    ],
)
functional(
    "multilabel_margin_loss",
    [call(A(0, 4), np.zeros((0, 4), np.int64), reduction="none")],
    label="multilabel_margin_loss of nothing",
    second=False,
    half=0,
    integers=(),
    bad=[
        (call(A(1, 4), np.array([[0, 1, 4, 0]])), "is out of range: the classes are 0 to 3"),
        (call(A(1, 4), np.array([[0, 1, -2, 0]])), "is out of range"),
        (call(A(3, 4), np.zeros((2, 4), np.int64)), r"inconsistent target size: \[2, 4\] for input of size: \[3, 4\]"),
        (call(A(3, 4), np.zeros((3, 4), np.int32)), "scalar type Long but found seedgrad.int32"),
        (call(A(2, 3, 4), np.zeros((2, 3, 4), np.int64)), "Expected non-empty vector or matrix"),
        (call(A(2, 0), np.zeros((2, 0), np.int64)), r"got: \[2, 0\]"),
        (call(np.ones((1, 2), np.float16), np.zeros((1, 2), np.int64)), "not implemented for seedgrad.float16"),
    ],
)
