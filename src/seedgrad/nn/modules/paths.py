"""Which layers PyTorch has in which of its files, and what it calls the classes that they share.

Programs name these classes in `isinstance`; ours have other homes and, the shared ones, other names.
"""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

LAYERS = {
    "activation": "CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid LogSoftmax Mish "
    "MultiheadAttention PReLU RReLU ReLU ReLU6 SELU SiLU Sigmoid Softmax Softmax2d Softmin Softplus Softshrink Softsign "
    "Tanh Tanhshrink Threshold",
    "adaptive": "AdaptiveLogSoftmaxWithLoss",
    "batchnorm": "BatchNorm1d BatchNorm2d BatchNorm3d LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d SyncBatchNorm",
    "channelshuffle": "ChannelShuffle",
    "container": "ModuleDict ModuleList ParameterDict ParameterList Sequential",
    "conv": "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d LazyConv1d LazyConv2d LazyConv3d "
    "LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d",
    "distance": "CosineSimilarity PairwiseDistance",
    "dropout": "AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout",
    "flatten": "Flatten Unflatten",
    "fold": "Fold Unfold",
    "instancenorm": "InstanceNorm1d InstanceNorm2d InstanceNorm3d LazyInstanceNorm1d LazyInstanceNorm2d "
    "LazyInstanceNorm3d",
    "linear": "Bilinear Identity LazyLinear Linear",
    "loss": "BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss HingeEmbeddingLoss "
    "HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss MarginRankingLoss MultiLabelMarginLoss "
    "MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss SmoothL1Loss SoftMarginLoss "
    "TripletMarginLoss TripletMarginWithDistanceLoss",
    "normalization": "CrossMapLRN2d GroupNorm LayerNorm LocalResponseNorm RMSNorm",
    "padding": "CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d ReflectionPad1d "
    "ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d ZeroPad1d ZeroPad2d ZeroPad3d",
    "pixelshuffle": "PixelShuffle PixelUnshuffle",
    "pooling": "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d "
    "AdaptiveMaxPool3d AvgPool1d AvgPool2d AvgPool3d FractionalMaxPool2d FractionalMaxPool3d LPPool1d LPPool2d LPPool3d "
    "MaxPool1d MaxPool2d MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d",
    "rnn": "GRU GRUCell LSTM LSTMCell RNN RNNBase RNNCell RNNCellBase",
    "sparse": "Embedding EmbeddingBag",
    "transformer": "Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer",
    "upsampling": "Upsample UpsamplingBilinear2d UpsamplingNearest2d",
}

# PyTorch's file and name of a shared class; our file and name.
SHARED = {
    ("activation", "NonDynamicallyQuantizableLinear"): ("attention", "NonDynamicallyQuantizableLinear"),
    ("adaptive", "_ASMoutput"): ("adaptive_softmax", "_ASMoutput"),
    ("batchnorm", "_BatchNorm"): ("batchnorm", "_BatchNorm"),
    ("batchnorm", "_NormBase"): ("norm_base", "NormBase"),
    ("conv", "_ConvNd"): ("conv", "Convolution"),
    ("conv", "_ConvTransposeNd"): ("conv_transpose", "_ConvTranspose"),
    ("dropout", "_DropoutNd"): ("dropout", "_Dropout"),
    ("instancenorm", "_InstanceNorm"): ("instancenorm", "_InstanceNorm"),
    ("linear", "NonDynamicallyQuantizableLinear"): ("attention", "NonDynamicallyQuantizableLinear"),
    ("loss", "_Loss"): ("regression_loss", "Loss"),
    ("loss", "_WeightedLoss"): ("loss", "WeightedLoss"),
    ("padding", "_CircularPadNd"): ("edge_padding", "_CircularPad"),
    ("padding", "_ConstantPadNd"): ("padding", "_ConstantPad"),
    ("padding", "_ReflectionPadNd"): ("edge_padding", "_ReflectionPad"),
    ("padding", "_ReplicationPadNd"): ("edge_padding", "_ReplicationPad"),
    ("pooling", "_AdaptiveAvgPoolNd"): ("adaptive_pooling", "_AdaptiveAvgPool"),
    ("pooling", "_AdaptiveMaxPoolNd"): ("adaptive_pooling", "_AdaptiveMaxPool"),
    ("pooling", "_AvgPoolNd"): ("pooling", "_AnyAvgPool"),
    ("pooling", "_LPPoolNd"): ("special_pooling", "_LPPool"),
    ("pooling", "_MaxPoolNd"): ("pooling", "_MaxPool"),
    ("pooling", "_MaxUnpoolNd"): ("unpooling", "_MaxUnpool"),
    ("rnn", "RNNCellBase"): ("recurrent_cells", "RNNCellBase"),
}


def make(package: str, name: str) -> types.ModuleType:
    """The module of one path; it finds a class when it is asked for it."""
    module = types.ModuleType(f"{package}.{name}", f"PyTorch's path of {LAYERS[name]}.")
    home = package.rpartition(".")[0]
    public = LAYERS[name].split()

    def find(wanted: str) -> Any:
        if wanted == "__all__":
            return [found for found in public if hasattr(sys.modules[home], found)]
        if (name, wanted) in SHARED:
            file, ours = SHARED[name, wanted]
            return getattr(importlib.import_module(f"{home}.{file}"), ours)
        if wanted in public and hasattr(sys.modules[home], wanted):
            return getattr(sys.modules[home], wanted)
        raise AttributeError(f"module {module.__name__!r} has no attribute {wanted!r}")

    module.__getattr__ = find  # type: ignore[method-assign]
    return module
