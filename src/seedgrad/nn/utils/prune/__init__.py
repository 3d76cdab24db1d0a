"""Pruning: setting parameters to 0, and keeping them there while the others are trained.

>>> import seedgrad as sg
>>> from seedgrad.nn.utils import prune
>>> layer = prune.l1_unstructured(sg.nn.Linear(4, 4), "weight", amount=0.5)
>>> int(layer.weight_mask.sum())
8
>>> _ = prune.remove(layer, "weight")
>>> [name for name, _ in layer.named_parameters()]
['bias', 'weight']
"""

from .base import BasePruningMethod as BasePruningMethod
from .base import PruningContainer as PruningContainer
from .functions import custom_from_mask as custom_from_mask
from .functions import global_unstructured as global_unstructured
from .functions import identity as identity
from .functions import is_pruned as is_pruned
from .functions import l1_unstructured as l1_unstructured
from .functions import ln_structured as ln_structured
from .functions import random_structured as random_structured
from .functions import random_unstructured as random_unstructured
from .functions import remove as remove
from .methods import CustomFromMask as CustomFromMask
from .methods import Identity as Identity
from .methods import L1Unstructured as L1Unstructured
from .methods import LnStructured as LnStructured
from .methods import RandomStructured as RandomStructured
from .methods import RandomUnstructured as RandomUnstructured
