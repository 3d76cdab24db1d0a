"""Neural network layers, in PyTorch's names."""

import importlib as _importlib
import typing as _typing

from . import functional as functional
from . import init as init
from . import parameter as parameter
from .module import Module as Module
from .parameter import Buffer as Buffer
from .parameter import Parameter as Parameter

# Where each layer is: the module, and its names. A module is imported when the first of them is used, since a program uses
# few, and all take a quarter of the library's import. (`__init__.pyi` tells type checkers; tools/make_stubs.py writes it.)
_LAYERS = """
activation CELU ELU GELU GLU SELU LogSigmoid Mish Sigmoid SiLU Softplus Softsign Tanh Tanhshrink
adaptive_pooling AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d
adaptive_pooling AdaptiveMaxPool3d
adaptive_softmax AdaptiveLogSoftmaxWithLoss
attention MultiheadAttention
batchnorm BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm
bilinear Bilinear
conv Conv1d Conv2d Conv3d
conv_transpose ConvTranspose1d ConvTranspose2d ConvTranspose3d
ctc CTCLoss
distance CosineSimilarity PairwiseDistance
dropout AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout
edge_padding CircularPad1d CircularPad2d CircularPad3d ReflectionPad1d ReflectionPad2d ReflectionPad3d
edge_padding ReplicationPad1d ReplicationPad2d ReplicationPad3d
embedding Embedding
embedding_bag EmbeddingBag
embedding_loss CosineEmbeddingLoss TripletMarginLoss TripletMarginWithDistanceLoss
flatten Flatten Unflatten
fold Fold Unfold
groupnorm GroupNorm
instancenorm InstanceNorm1d InstanceNorm2d InstanceNorm3d
layernorm LayerNorm
lazy_conv LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d
lazy_linear LazyLinear
lazy_norm LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d
likelihood_loss GaussianNLLLoss PoissonNLLLoss
linear Identity Linear
linear_cross_entropy LinearCrossEntropyLoss
lists ModuleDict ModuleList
local_norm CrossMapLRN2d LocalResponseNorm
loss BCELoss BCEWithLogitsLoss CrossEntropyLoss NLLLoss NLLLoss2d
margin_loss HingeEmbeddingLoss MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss
margin_loss SoftMarginLoss
padding ConstantPad1d ConstantPad2d ConstantPad3d ZeroPad1d ZeroPad2d ZeroPad3d
parameter_containers ParameterDict ParameterList
pooling AvgPool1d AvgPool2d AvgPool3d MaxPool1d MaxPool2d MaxPool3d
rectifiers Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU PReLU ReLU ReLU6 Softshrink Threshold
recurrent GRU LSTM RNN
recurrent_base RNNBase
recurrent_cells GRUCell LSTMCell RNNCell RNNCellBase
regression_loss HuberLoss KLDivLoss L1Loss MSELoss SmoothL1Loss
rmsnorm RMSNorm
rrelu RReLU
sequential Sequential
shuffle ChannelShuffle PixelShuffle PixelUnshuffle
softmax LogSoftmax Softmax Softmax2d Softmin
special_pooling FractionalMaxPool2d FractionalMaxPool3d LPPool1d LPPool2d LPPool3d
transformer Transformer TransformerDecoder TransformerEncoder
transformer_layers TransformerDecoderLayer TransformerEncoderLayer
uninitialized UninitializedBuffer UninitializedParameter
unpooling MaxUnpool1d MaxUnpool2d MaxUnpool3d
upsampling Upsample UpsamplingBilinear2d UpsamplingNearest2d
"""
_PLACES = {name: module for module, *names in map(str.split, _LAYERS.strip().splitlines()) for name in names}
_ROOMS = ("modules", "utils")


def __getattr__(name: str) -> _typing.Any:
    """Import a layer, or a room that many programs do without, when it is first used."""
    if name in _ROOMS:
        return _importlib.import_module(f".{name}", __name__)
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(_importlib.import_module(f".{_PLACES[name]}", __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES, *_ROOMS})


__all__ = [name for name in __dir__() if not name.startswith("_")]  # what `import *` imports
