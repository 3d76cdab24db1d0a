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
