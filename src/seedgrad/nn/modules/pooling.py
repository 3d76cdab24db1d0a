"""Pooling. What PyTorch has under this path."""

from ..adaptive_pooling import AdaptiveAvgPool1d as AdaptiveAvgPool1d
from ..adaptive_pooling import AdaptiveAvgPool2d as AdaptiveAvgPool2d
from ..adaptive_pooling import AdaptiveAvgPool3d as AdaptiveAvgPool3d
from ..adaptive_pooling import AdaptiveMaxPool1d as AdaptiveMaxPool1d
from ..adaptive_pooling import AdaptiveMaxPool2d as AdaptiveMaxPool2d
from ..adaptive_pooling import AdaptiveMaxPool3d as AdaptiveMaxPool3d
from ..adaptive_pooling import _AdaptiveAvgPool as _AdaptiveAvgPoolNd
from ..adaptive_pooling import _AdaptiveMaxPool as _AdaptiveMaxPoolNd
from ..pooling import AvgPool1d as AvgPool1d
from ..pooling import AvgPool2d as AvgPool2d
from ..pooling import AvgPool3d as AvgPool3d
from ..pooling import MaxPool1d as MaxPool1d
from ..pooling import MaxPool2d as MaxPool2d
from ..pooling import MaxPool3d as MaxPool3d
from ..pooling import _AnyAvgPool as _AvgPoolNd
from ..pooling import _MaxPool as _MaxPoolNd
from ..special_pooling import FractionalMaxPool2d as FractionalMaxPool2d
from ..special_pooling import FractionalMaxPool3d as FractionalMaxPool3d
from ..special_pooling import LPPool1d as LPPool1d
from ..special_pooling import LPPool2d as LPPool2d
from ..special_pooling import LPPool3d as LPPool3d
from ..special_pooling import _LPPool as _LPPoolNd
from ..unpooling import MaxUnpool1d as MaxUnpool1d
from ..unpooling import MaxUnpool2d as MaxUnpool2d
from ..unpooling import MaxUnpool3d as MaxUnpool3d
from ..unpooling import _MaxUnpool as _MaxUnpoolNd
