"""Compiled forms of ops, which register themselves with them.

Imported on the first large call, if numba is installed. Each is checked against the definition of its op.
"""

from . import jobs as jobs
from . import notice as notice
from . import numba_along as numba_along
from . import numba_attention_op as numba_attention_op
from . import numba_batch_norm as numba_batch_norm
from . import numba_chain as numba_chain
from . import numba_conv as numba_conv
from . import numba_conv_few as numba_conv_few
from . import numba_conv_planes as numba_conv_planes
from . import numba_conv_weight as numba_conv_weight
from . import numba_cross_entropy as numba_cross_entropy
from . import numba_depthwise as numba_depthwise
from . import numba_elementwise as numba_elementwise
from . import numba_embedding as numba_embedding
from . import numba_group_norm as numba_group_norm
from . import numba_linear as numba_linear
from . import numba_logsumexp as numba_logsumexp
from . import numba_noise as numba_noise
from . import numba_norm as numba_norm
from . import numba_optim as numba_optim
from . import numba_optim_rows as numba_optim_rows
from . import numba_pool as numba_pool
from . import numba_prod as numba_prod
from . import numba_product as numba_product
from . import numba_recurrent as numba_recurrent
from . import numba_reduce as numba_reduce
from . import numba_scan as numba_scan
from . import numba_softmax as numba_softmax
from . import numba_winograd as numba_winograd
from . import numba_winograd_weight as numba_winograd_weight
from . import pool as pool
