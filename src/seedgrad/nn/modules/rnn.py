"""Recurrent networks. What PyTorch has under this path."""

from ..recurrent import GRU as GRU
from ..recurrent import LSTM as LSTM
from ..recurrent import RNN as RNN
from ..recurrent_base import RNNBase as RNNBase
from ..recurrent_cells import GRUCell as GRUCell
from ..recurrent_cells import LSTMCell as LSTMCell
from ..recurrent_cells import RNNCell as RNNCell
from ..recurrent_cells import RNNCellBase as RNNCellBase
