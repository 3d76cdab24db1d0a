"""Tools around training that PyTorch keeps in `torch.utils`."""

from . import checkpoint as checkpoint
