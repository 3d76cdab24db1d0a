"""Losses, distances and what else is in their room, as layers that are compared with PyTorch."""

from __future__ import annotations

import numpy as np

from .nn_pair import Layer

CLASSES = np.array([1, 0, 4])
SIGNS = np.array([1, -1, 1])
LISTS = np.array([[3, 0, -1, 1, 1], [1, 2, 3, 0, 4], [-1, 0, 0, 0, 0]])
WEIGHT = np.array([0.5, 1.0, 2.0, 0.1, 3.0])
HOW = ("mean", "sum", "none")

LOSS_LAYERS = [
    *[Layer("PoissonNLLLoss", reduction=r, inputs=[[(3, 4), (3, 4)]]) for r in HOW],
    Layer("PoissonNLLLoss", False, True, eps=0.1, inputs=[[(3, 4), (3, 4)]], positive=True),
    *[Layer("GaussianNLLLoss", reduction=r, inputs=[[(3, 4), (3, 4), (3, 4)]], positive=True) for r in HOW],
    Layer("GaussianNLLLoss", full=True, eps=0.5, inputs=[[(3, 4), (3, 4), (3, 1)]], positive=True),
    *[Layer("MarginRankingLoss", 0.3, reduction=r, inputs=[[(3,), (3,), SIGNS]]) for r in HOW],
    *[Layer("HingeEmbeddingLoss", 0.3, reduction=r, inputs=[[(3,), SIGNS]]) for r in HOW],
    *[Layer("SoftMarginLoss", reduction=r, inputs=[[(3,), SIGNS]]) for r in HOW],
    *[Layer("MultiMarginLoss", reduction=r, inputs=[[(3, 5), CLASSES], [(5,), np.array(2)]]) for r in HOW],
    Layer("MultiMarginLoss", 2, 0.5, WEIGHT, inputs=[[(3, 5), CLASSES], [(5,), np.array(2)]]),
    Layer("MultiMarginLoss", weight=WEIGHT, reduction="none", inputs=[[(3, 5), CLASSES]]),
    *[Layer("MultiLabelMarginLoss", reduction=r, inputs=[[(3, 5), LISTS]]) for r in HOW],
    *[Layer("MultiLabelSoftMarginLoss", WEIGHT, reduction=r, inputs=[[(3, 5), (3, 5)]], positive=True) for r in HOW],
    *[Layer("CosineEmbeddingLoss", 0.2, reduction=r, inputs=[[(3, 4), (3, 4), SIGNS]]) for r in HOW],
    *[Layer("TripletMarginLoss", reduction=r, inputs=[[(3, 4), (3, 4), (3, 4)]]) for r in HOW],
    Layer("TripletMarginLoss", 2.0, 1.0, 0.1, True, inputs=[[(3, 4), (3, 4), (3, 4)], [(4,), (4,), (4,)]]),
    *[Layer("TripletMarginWithDistanceLoss", reduction=r, inputs=[[(3, 4), (3, 4), (3, 4)]]) for r in HOW],
    Layer(
        "TripletMarginWithDistanceLoss",
        distance_function=lambda x, y: abs(x - y).sum(-1),
        margin=3.0,
        swap=True,
        inputs=[[(3, 4), (3, 4), (3, 4)]],
    ),
    Layer("PairwiseDistance", inputs=[[(3, 4), (3, 4)], [(4,), (4,)]]),
    Layer("PairwiseDistance", 1.0, 0.1, True, inputs=[[(3, 4), (3, 4)]]),
    Layer("CosineSimilarity", inputs=[[(3, 4), (3, 4)]]),
    Layer("CosineSimilarity", dim=0, eps=0.5, inputs=[[(3, 4), (3, 4)]]),
]

MORE_LAYERS = [
    Layer("Bilinear", 3, 4, 5, inputs=[[(2, 3), (2, 4)], [(3,), (4,)], [(2, 5, 3), (2, 5, 4)], [(0, 3), (0, 4)]]),
    Layer("Bilinear", 4, 3, 2, bias=False, inputs=[[(2, 4), (2, 3)], [(2, 1, 4), (2, 1, 3)]]),
    Layer("InstanceNorm1d", 3, inputs=[(2, 3, 5), (3, 5)]),
    Layer("InstanceNorm1d", 3, affine=True, track_running_stats=True, inputs=[(2, 3, 5), (3, 5), (4, 3, 2)]),
    Layer("InstanceNorm1d", 3, affine=True, bias=False, inputs=[(2, 3, 5)]),
    Layer("InstanceNorm2d", 3, 0.1, 0.3, True, inputs=[(2, 3, 4, 2), (3, 4, 2)]),
    Layer("InstanceNorm2d", 3, momentum=None, track_running_stats=True, inputs=[(2, 3, 4, 2), (2, 3, 4, 2)]),
    Layer("InstanceNorm3d", 3, affine=True, track_running_stats=True, inputs=[(2, 3, 2, 3, 2), (3, 2, 3, 2)]),
    Layer("SyncBatchNorm", 3, inputs=[(4, 3), (2, 3, 5), (2, 3, 2, 2)]),
    Layer("SyncBatchNorm", 3, momentum=None, affine=False, inputs=[(4, 3), (2, 3, 5)]),
    Layer("FeatureAlphaDropout", 0.0, inputs=[(2, 3, 4)]),
    Layer("FeatureAlphaDropout", 1.0, inputs=[(2, 3, 4)]),
    Layer("RReLU", 0.2, 0.2, inputs=[(3, 4)]),
    Layer("LinearCrossEntropyLoss", 4, 5, inputs=[[(3, 4), CLASSES], [(4,), np.array(2)], [(3, 4), (3, 5)]]),
    Layer(
        "LinearCrossEntropyLoss",
        4,
        5,
        out_features=(2,),
        bias=True,
        weight=WEIGHT,
        ignore_index=1,
        label_smoothing=0.1,
        reduction="none",
        inputs=[[(3, 4), np.array([[1, 0], [4, 2], [3, 1]])]],
    ),
]
