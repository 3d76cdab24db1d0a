"""The layers of images, sequences and volumes, and their options, that are compared with PyTorch."""

from __future__ import annotations

import numpy as np

from .nn_pair import Layer

LINE, IMAGES, VOLUME = (2, 4, 7), (2, 4, 6, 5), (2, 4, 4, 3, 5)
INPUTS = {1: LINE, 2: IMAGES, 3: VOLUME}
UNIT = np.random.default_rng(5)


def both(n: int) -> list[tuple[int, ...]]:
    """An input with a batch and one without."""
    return [INPUTS[n], INPUTS[n][1:]]


def indices(shape: tuple[int, ...], count: int) -> np.ndarray:
    """Different places among `count` for each channel."""
    rows = [UNIT.permutation(count)[: int(np.prod(shape[2:]))] for _ in range(shape[0] * shape[1])]
    return np.stack(rows).reshape(shape)


LAYERS = [
    *[
        layer
        for n in (1, 2, 3)
        for layer in (
            Layer(f"ConvTranspose{n}d", 4, 3, 3, inputs=both(n)),
            Layer(f"ConvTranspose{n}d", 4, 6, 2, stride=2, padding=1, output_padding=1, groups=2, inputs=both(n)),
            Layer(f"ConvTranspose{n}d", 4, 2, (2,) * n, 3, 0, 2, 1, False, 2, inputs=[INPUTS[n]]),
            Layer(f"Conv{n}d", 4, 6, 3, stride=2, padding=1, dilation=(2,) * n, groups=2, inputs=[INPUTS[n]])
            if n < 3
            else Layer("Conv3d", 4, 6, 2, (1, 2, 1), (1, 0, 1), (2, 1, 1), 2, False, inputs=both(3)),
            Layer(f"Conv{n}d", 4, 3, 2, padding="same", inputs=both(n)),
            Layer(f"Conv{n}d", 4, 3, 2, padding="valid", stride=2, inputs=both(n)),
            *[
                Layer(f"Conv{n}d", 4, 2, 3, padding=padding, padding_mode=mode, inputs=both(n))
                for mode in ("reflect", "replicate", "circular")
                for padding in (1, "same")
            ],
            Layer(f"MaxPool{n}d", 3, 2, 1, ceil_mode=True, inputs=both(n)),
            Layer(f"MaxPool{n}d", 2, dilation=2 if n < 3 else (2, 1, 2), return_indices=True, inputs=both(n)),
            Layer(f"AvgPool{n}d", 3, 2, 1, True, False, inputs=both(n)),
            Layer(f"AdaptiveAvgPool{n}d", 3, inputs=both(n)),
            Layer(f"AdaptiveAvgPool{n}d", 1, inputs=both(n)),
            Layer(f"AdaptiveMaxPool{n}d", 2, inputs=both(n)),
            Layer(f"AdaptiveMaxPool{n}d", tuple(range(2, 2 + n)), True, inputs=both(n)),
            Layer(f"LPPool{n}d", 2, 2, inputs=both(n)),
            Layer(f"LPPool{n}d", 1.5, 3, stride=1, ceil_mode=True, positive=True, inputs=both(n)),
            *[Layer(f"{kind}Pad{n}d", 1, inputs=both(n)) for kind in ("Zero", "Reflection", "Replication", "Circular")],
            *[
                Layer(f"{kind}Pad{n}d", (1, 2, 0, 1, 2, 2)[: 2 * n], inputs=[INPUTS[n]])
                for kind in ("Zero", "Reflection", "Replication", "Circular")
            ],
            Layer(f"ZeroPad{n}d", (-1, 2, 0, -1, 1, 0)[: 2 * n], inputs=[INPUTS[n]]),
            Layer(f"ConstantPad{n}d", 2, 1.5, inputs=both(n)),
            Layer(f"ConstantPad{n}d", (1, 0, 0, 2, 1, 1)[: 2 * n], -2, inputs=[INPUTS[n]]),
            *[Layer("Upsample", scale_factor=1.7, mode=m, inputs=[INPUTS[n]]) for m in ("nearest", "nearest-exact")],
            Layer("Upsample", size=tuple(range(3, 3 + n)), mode="area", inputs=[INPUTS[n]]),
        )
    ],
    Layer("Conv2d", 4, 8, (3, 1), padding=(1, 0), groups=4, inputs=both(2)),
    Layer("Unfold", 2, inputs=both(2)),
    Layer("Unfold", (3, 2), 1, (1, 0), 2, inputs=both(2)),
    Layer("Fold", (5, 4), (2, 3), inputs=[(2, 12, 8), (12, 8)]),
    Layer("Fold", 6, 2, 2, 1, 2, inputs=[(2, 12, 9)]),
    Layer("PixelShuffle", 2, inputs=[(2, 8, 3, 2), (4, 3, 2), (2, 1, 4, 1, 2)]),
    Layer("PixelUnshuffle", 3, inputs=[(2, 2, 3, 6), (1, 6, 3)]),
    Layer("ChannelShuffle", 2, inputs=[(2, 6, 3, 2), (3, 4, 2)]),
    Layer("MaxUnpool1d", 2, inputs=[[(2, 3, 4), indices((2, 3, 4), 8)], [(3, 4), indices((1, 3, 4), 8)[0]]]),
    Layer("MaxUnpool2d", (2, 3), inputs=[[(2, 3, 2, 2), indices((2, 3, 2, 2), 24)]]),
    Layer("MaxUnpool2d", 3, 2, 1, inputs=[[(2, 3, 3, 2), indices((2, 3, 3, 2), 15)]]),
    Layer("MaxUnpool3d", 2, inputs=[[(2, 3, 1, 2, 2), indices((2, 3, 1, 2, 2), 32)]]),
    Layer("FractionalMaxPool2d", 2, (3, 4), _random_samples=UNIT.random((2, 4, 2)), inputs=[IMAGES]),
    Layer("FractionalMaxPool2d", (1, 2), output_ratio=0.6, _random_samples=UNIT.random((2, 4, 2)), inputs=[IMAGES]),
    Layer(
        "FractionalMaxPool3d",
        2,
        (2, 1, 3),
        return_indices=True,
        _random_samples=UNIT.random((2, 4, 3)),
        inputs=[VOLUME],
    ),
    Layer(
        "FractionalMaxPool3d", 2, output_ratio=(0.6, 0.4, 0.5), _random_samples=UNIT.random((2, 4, 3)), inputs=[VOLUME]
    ),
    Layer("Upsample", scale_factor=2, mode="linear", inputs=[LINE]),
    Layer("Upsample", scale_factor=(2, 0.8), mode="bilinear", recompute_scale_factor=True, inputs=[IMAGES]),
    Layer("Upsample", 7, mode="bicubic", align_corners=True, inputs=[IMAGES]),
    Layer("Upsample", (3, 7, 4), mode="trilinear", inputs=[VOLUME]),
    Layer("UpsamplingNearest2d", scale_factor=2, inputs=[IMAGES]),
    Layer("UpsamplingNearest2d", 4, inputs=[IMAGES]),
    Layer("UpsamplingBilinear2d", (3, 9), inputs=[IMAGES]),
    Layer("LocalResponseNorm", 3, 0.5, inputs=[IMAGES, LINE, VOLUME]),
    Layer("LocalResponseNorm", 2, beta=0.4, k=2.0, inputs=[IMAGES]),
]
