"""Transformers. What PyTorch has under this path."""

from ..transformer import Transformer as Transformer
from ..transformer import TransformerDecoder as TransformerDecoder
from ..transformer import TransformerEncoder as TransformerEncoder
from ..transformer_layers import TransformerDecoderLayer as TransformerDecoderLayer
from ..transformer_layers import TransformerEncoderLayer as TransformerEncoderLayer
