"""Tables of vectors. What PyTorch has under this path."""

from ..embedding import Embedding as Embedding
from ..embedding_bag import EmbeddingBag as EmbeddingBag
