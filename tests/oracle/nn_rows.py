"""The layers and options that are compared with PyTorch."""

from __future__ import annotations

import numpy as np

from .nn_pair import Layer
from .nn_rows_losses import LOSS_LAYERS, MORE_LAYERS

WORDS = np.array([[1, 2, 4], [4, 3, 9]])
CLASSES = np.array([1, 0, 4])

# PyTorch's derivative of these two uses the float32 number nearest to 1/6, also in float64.
SIXTH = 100

LAYERS = [
    Layer("Identity", inputs=[(2, 3)]),
    Layer("Linear", 4, 3, inputs=[(5, 4), (4,), (2, 3, 4), (0, 4)]),
    Layer("Linear", 4, 3, bias=False, inputs=[(5, 4), (4,)]),
    Layer("Linear", 4, 0, inputs=[(5, 4)]),
    Layer("Flatten", inputs=[(2, 3, 4), (2, 3)]),
    Layer("Flatten", 0, 1, inputs=[(2, 3, 4)]),
    Layer("Unflatten", 1, (2, -1), inputs=[(3, 6)]),
    Layer("Unflatten", -1, [3, 2], inputs=[(3, 6)]),
    Layer("Conv1d", 2, 4, 3, inputs=[(3, 2, 9), (2, 9)]),
    Layer("Conv1d", 2, 4, 3, stride=2, padding=1, dilation=2, groups=2, inputs=[(3, 2, 9)]),
    Layer("Conv1d", 2, 4, 4, padding="same", padding_mode="reflect", inputs=[(3, 2, 9)]),
    Layer("Conv2d", 3, 4, 3, inputs=[(2, 3, 7, 6), (3, 7, 6)]),
    Layer("Conv2d", 3, 4, (3, 2), stride=(2, 1), padding=(1, 2), bias=False, inputs=[(2, 3, 7, 6)]),
    Layer("Conv2d", 4, 6, 3, padding="same", groups=2, inputs=[(2, 4, 7, 6), (4, 7, 6)]),
    Layer("Conv2d", 4, 4, 2, padding="same", dilation=(1, 3), inputs=[(2, 4, 7, 6)]),
    Layer("Conv2d", 3, 4, 3, padding="valid", dilation=2, inputs=[(2, 3, 7, 6)]),
    *[
        Layer("Conv2d", 3, 4, 3, padding=padding, padding_mode=mode, inputs=[(2, 3, 7, 6), (3, 7, 6)])
        for mode in ("reflect", "replicate", "circular")
        for padding in (0, 2, (1, 0), "same")
    ],
    Layer("Conv3d", 2, 3, 2, padding=1, inputs=[(2, 2, 3, 4, 5), (2, 3, 4, 5)]),
    Layer(
        "ConvTranspose2d",
        4,
        6,
        3,
        stride=2,
        padding=1,
        output_padding=1,
        groups=2,
        inputs=[(2, 4, 3, 5), (4, 3, 5)],
    ),
    Layer("ConvTranspose2d", 2, 3, (2, 3), dilation=2, bias=False, inputs=[(2, 2, 4, 4)]),
    Layer("MaxPool1d", 2, inputs=[(2, 3, 9), (3, 9)]),
    Layer("MaxPool2d", 2, inputs=[(2, 3, 7, 6), (3, 7, 6)]),
    Layer(
        "MaxPool2d",
        (3, 2),
        stride=(2, 1),
        padding=(1, 1),
        dilation=(1, 2),
        ceil_mode=True,
        inputs=[(2, 3, 7, 6)],
    ),
    Layer("MaxPool2d", [2, 3], return_indices=True, inputs=[(2, 3, 7, 6), (3, 7, 6)]),
    Layer("MaxPool3d", 2, inputs=[(2, 3, 4, 5, 6)]),
    Layer("AvgPool1d", 3, stride=2, padding=1, inputs=[(2, 3, 9), (3, 9)]),
    Layer("AvgPool2d", 2, inputs=[(2, 3, 7, 6), (3, 7, 6)]),
    Layer("AvgPool2d", 3, 2, 1, True, False, inputs=[(2, 3, 7, 6)]),
    Layer("AvgPool2d", 3, divisor_override=2, inputs=[(2, 3, 7, 6)]),
    Layer("AvgPool3d", 2, inputs=[(2, 3, 4, 5, 6)]),
    Layer("AdaptiveAvgPool2d", 1, inputs=[(2, 3, 7, 6), (3, 7, 6)]),
    Layer("AdaptiveAvgPool2d", (3, None), inputs=[(2, 3, 7, 6)]),
    Layer("AdaptiveMaxPool2d", (3, 2), inputs=[(2, 3, 7, 6), (3, 7, 6)]),
    Layer("AdaptiveMaxPool2d", 2, return_indices=True, inputs=[(2, 3, 7, 6)]),
    Layer("Dropout", 0.0, inputs=[(2, 3)]),
    Layer("Dropout", 1.0, inputs=[(2, 3)]),
    Layer("BatchNorm1d", 3, inputs=[(4, 3), (4, 3, 5)]),
    Layer("BatchNorm1d", 3, momentum=None, inputs=[(4, 3), (4, 3), (5, 3)]),
    Layer("BatchNorm1d", 3, affine=False, inputs=[(4, 3)]),
    Layer("BatchNorm1d", 3, bias=False, inputs=[(4, 3)]),
    Layer("BatchNorm2d", 3, eps=0.1, momentum=0.3, inputs=[(4, 3, 2, 5), (2, 3, 2, 2)]),
    Layer("BatchNorm2d", 3, track_running_stats=False, inputs=[(4, 3, 2, 5)]),
    Layer("BatchNorm2d", 3, 1e-3, None, False, False, inputs=[(4, 3, 2, 5)]),
    Layer("BatchNorm3d", 3, inputs=[(4, 3, 2, 5, 2)]),
    Layer("GroupNorm", 2, 6, inputs=[(4, 6), (2, 6, 3, 2)]),
    Layer("GroupNorm", 3, 6, eps=0.1, bias=False, inputs=[(2, 6, 5)]),
    Layer("GroupNorm", 1, 6, affine=False, inputs=[(2, 6, 5)]),
    Layer("RMSNorm", 5, inputs=[(2, 3, 5), (5,)]),
    Layer("RMSNorm", (3, 5), eps=0.1, elementwise_affine=False, inputs=[(2, 3, 5)]),
    *[Layer(f"Dropout{n}d", 1.0, inputs=[(2, 3, *(2,) * n)]) for n in (1, 2, 3)],
    Layer("AlphaDropout", 0.0, inputs=[(3, 4)]),
    Layer("LayerNorm", 5, inputs=[(2, 3, 5), (5,), (4, 5)]),
    Layer("LayerNorm", (3, 5), eps=0.1, inputs=[(2, 3, 5), (3, 5)]),
    Layer("LayerNorm", [5], elementwise_affine=False, inputs=[(2, 3, 5)]),
    Layer("LayerNorm", 5, bias=False, inputs=[(2, 3, 5)]),
    Layer("Embedding", 10, 3, inputs=[WORDS, np.array(3)]),
    Layer("Embedding", 10, 3, padding_idx=4, inputs=[WORDS]),
    Layer("Embedding", 10, 3, padding_idx=-1, scale_grad_by_freq=True, inputs=[WORDS]),
    Layer("Embedding", 10, 3, max_norm=1.0, inputs=[WORDS]),
    *[
        Layer(name, inputs=[(3, 4), (), (0,)])
        for name in ("ReLU", "ReLU6", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh")
    ],
    *[
        Layer(name, inputs=[(3, 4), ()])
        for name in ("Softplus", "Hardtanh", "SELU", "CELU", "Mish", "LogSigmoid", "Softsign")
    ],
    *[Layer(name, inputs=[(3, 4)]) for name in ("Tanhshrink", "GLU", "Hardshrink", "Softshrink")],
    *[Layer(name, inputs=[(3, 4)], tolerance=SIXTH) for name in ("Hardsigmoid", "Hardswish")],
    Layer("LeakyReLU", 0.2, inputs=[(3, 4)]),
    Layer("ELU", 0.5, inputs=[(3, 4)]),
    Layer("CELU", 0.5, inputs=[(3, 4)]),
    Layer("GELU", "tanh", inputs=[(3, 4)]),
    Layer("Softplus", 2.0, 1.0, inputs=[(3, 4)]),
    Layer("Hardtanh", -0.5, 0.25, inputs=[(3, 4)]),
    Layer("Threshold", 0.1, -2.0, inputs=[(3, 4)]),
    Layer("Softshrink", 0.1, inputs=[(3, 4)]),
    Layer("Hardshrink", 0.1, inputs=[(3, 4)]),
    Layer("GLU", 0, inputs=[(4, 3)]),
    Layer("PReLU", inputs=[(3, 4), ()]),
    Layer("PReLU", 3, init=0.5, inputs=[(2, 3, 4)]),
    Layer("Softmax", 1, inputs=[(3, 4)]),
    Layer("Softmax", dim=-2, inputs=[(3, 4, 2)]),
    Layer("LogSoftmax", 1, inputs=[(3, 4)]),
    Layer("Softmin", 0, inputs=[(3, 4)]),
    Layer("Softmax2d", inputs=[(2, 3, 4, 2), (3, 4, 2)]),
    Layer("CrossEntropyLoss", inputs=[[(3, 5), CLASSES], [(5,), np.array(2)], [(3, 5), (3, 5)]]),
    Layer(
        "CrossEntropyLoss",
        weight=np.array([0.5, 1.0, 2.0, 0.1, 3.0]),
        ignore_index=4,
        label_smoothing=0.1,
        inputs=[[(3, 5), CLASSES], [(3, 5, 2), np.array([[1, 2], [4, 4], [0, 3]])]],
    ),
    *[Layer("CrossEntropyLoss", reduction=r, inputs=[[(3, 5), CLASSES]]) for r in ("sum", "none")],
    Layer("NLLLoss", inputs=[[(3, 5), CLASSES], [(5,), np.array(2)]]),
    Layer(
        "NLLLoss",
        np.array([0.5, 1.0, 2.0, 0.1, 3.0]),
        ignore_index=4,
        reduction="sum",
        inputs=[[(3, 5), CLASSES]],
    ),
    *[
        Layer(name, reduction=r, inputs=[[(3, 4), (3, 4)]], positive=True)
        for name in (
            "MSELoss",
            "L1Loss",
            "BCELoss",
            "BCEWithLogitsLoss",
            "SmoothL1Loss",
            "HuberLoss",
            "KLDivLoss",
        )
        for r in ("mean", "sum", "none")
        if (name, r) != ("KLDivLoss", "mean")
    ],
    Layer("BCELoss", weight=np.array([0.5, 1.0, 2.0, 0.1]), inputs=[[(3, 4), (3, 4)]], positive=True),
    Layer(
        "BCEWithLogitsLoss",
        weight=np.array([0.5, 1.0, 2.0, 0.1]),
        pos_weight=np.array([2.0, 1.0, 0.5, 3.0]),
        inputs=[[(3, 4), (3, 4)]],
        positive=True,
    ),
    Layer("SmoothL1Loss", beta=0.2, inputs=[[(3, 4), (3, 4)]]),
    Layer("HuberLoss", delta=0.2, inputs=[[(3, 4), (3, 4)]]),
    Layer("KLDivLoss", reduction="batchmean", log_target=True, inputs=[[(3, 4), (3, 4)]]),
    *LOSS_LAYERS,
    *MORE_LAYERS,
]
