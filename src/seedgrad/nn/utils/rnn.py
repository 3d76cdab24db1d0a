"""Helpers for batches of sequences of different lengths."""

from .packed import PackedSequence as PackedSequence
from .packed import invert_permutation as invert_permutation
from .packed import pack_padded_sequence as pack_padded_sequence
from .packed import pack_sequence as pack_sequence
from .packed import pad_packed_sequence as pad_packed_sequence
from .packed import unpack_sequence as unpack_sequence
from .padding import pad_sequence as pad_sequence
from .padding import unpad_sequence as unpad_sequence
