"""The softmax of many classes. What PyTorch has under this path."""

from ..adaptive_softmax import AdaptiveLogSoftmaxWithLoss as AdaptiveLogSoftmaxWithLoss
from ..adaptive_softmax import _ASMoutput as _ASMoutput
