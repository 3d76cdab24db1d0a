"""Layers as functions: what the modules of `seedgrad.nn` call, without parameters of their own."""

from .adaptive_pool import adaptive_avg_pool2d as adaptive_avg_pool2d
from .adaptive_pool import adaptive_max_pool2d as adaptive_max_pool2d
from .conv import conv1d as conv1d
from .conv import conv2d as conv2d
from .conv import conv3d as conv3d
from .conv import conv_transpose2d as conv_transpose2d
from .encode import one_hot as one_hot
from .linear import linear as linear
from .pad import pad as pad
from .pool import avg_pool1d as avg_pool1d
from .pool import avg_pool2d as avg_pool2d
from .pool import avg_pool3d as avg_pool3d
from .pool import max_pool1d as max_pool1d
from .pool import max_pool2d as max_pool2d
from .pool import max_pool3d as max_pool3d
