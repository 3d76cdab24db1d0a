"""Convolutions. What PyTorch has under this path."""

from ..conv import Conv1d as Conv1d
from ..conv import Conv2d as Conv2d
from ..conv import Conv3d as Conv3d
from ..conv import Convolution as _ConvNd
from ..conv_transpose import ConvTranspose1d as ConvTranspose1d
from ..conv_transpose import ConvTranspose2d as ConvTranspose2d
from ..conv_transpose import ConvTranspose3d as ConvTranspose3d
from ..conv_transpose import _ConvTranspose as _ConvTransposeNd
from ..lazy_conv import LazyConv1d as LazyConv1d
from ..lazy_conv import LazyConv2d as LazyConv2d
from ..lazy_conv import LazyConv3d as LazyConv3d
from ..lazy_conv import LazyConvTranspose1d as LazyConvTranspose1d
from ..lazy_conv import LazyConvTranspose2d as LazyConvTranspose2d
from ..lazy_conv import LazyConvTranspose3d as LazyConvTranspose3d
