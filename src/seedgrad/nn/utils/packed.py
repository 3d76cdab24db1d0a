"""Sequences of different lengths without padding: PackedSequence, packing and unpacking.

The rows of all sequences are sorted by time, so that a recurrent layer computes only what is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ...core import dtype as dtypes
from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from .padding import pad_sequence, unpad_sequence

NDArray = np.ndarray[Any, Any]


class _Fields(NamedTuple):
    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None
    unsorted_indices: Tensor | None


class PackedSequence(_Fields):
    """Sequences of different lengths as one tensor of rows, sorted by time; made by `pack_padded_sequence`.

    Args:
        data: (N, *), N being the sum of the lengths: all elements of time 0, then those of time 1, and so on; or the
            pair (data, batch_sizes).
        batch_sizes: (T), int64: how many sequences still run at each time. Never growing.
        sorted_indices: the batch indices from the longest sequence to the shortest. Default: they are in order.
        unsorted_indices: the way back. Default: from `sorted_indices`.

    Raises:
        AssertionError: without `batch_sizes`, `data` is not a pair.

    Example:
        >>> import seedgrad as sg
        >>> packed = sg.nn.utils.rnn.pack_sequence([sg.tensor([1, 2, 3]), sg.tensor([4])])
        >>> packed.data, packed.batch_sizes
        (tensor([1, 4, 2, 3]), tensor([2, 1, 1]))
    """

    __slots__ = ()

    def __new__(
        cls,
        data: Any,
        batch_sizes: Tensor | None = None,
        sorted_indices: Tensor | None = None,
        unsorted_indices: Tensor | None = None,
    ) -> PackedSequence:
        if unsorted_indices is None:
            unsorted_indices = invert_permutation(sorted_indices)
        if batch_sizes is None:
            if not isinstance(data, (list, tuple)) or len(data) != 2:
                raise AssertionError(
                    f"Expected data to be a list or tuple of length 2 if there are no batch_sizes, got {type(data).__name__}"
                )
            data, batch_sizes = data
        return super().__new__(cls, data, batch_sizes, sorted_indices, unsorted_indices)

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The same with `data.to(*args, **kwargs)`; itself if that changes nothing."""
        data = self.data.to(*args, **kwargs)
        return self if data is self.data else PackedSequence(data, *self[1:])

    def cpu(self) -> PackedSequence:
        """Itself: it is on the CPU already."""
        return self

    def double(self) -> PackedSequence:
        """The data as float64."""
        return self.to(dtypes.float64)

    def float(self) -> PackedSequence:
        """The data as float32."""
        return self.to(dtypes.float32)

    def half(self) -> PackedSequence:
        """The data as float16."""
        return self.to(dtypes.float16)

    def long(self) -> PackedSequence:
        """The data as int64."""
        return self.to(dtypes.int64)

    def int(self) -> PackedSequence:
        """The data as int32."""
        return self.to(dtypes.int32)

    def short(self) -> PackedSequence:
        """The data as int16."""
        return self.to(dtypes.int16)

    def char(self) -> PackedSequence:
        """The data as int8."""
        return self.to(dtypes.int8)

    def byte(self) -> PackedSequence:
        """The data as uint8."""
        return self.to(dtypes.uint8)

    @property
    def is_cuda(self) -> bool:
        """False: the CPU is the only device."""
        return False

    def is_pinned(self) -> bool:
        """False: tensors live in ordinary memory."""
        return False


def invert_permutation(permutation: Tensor | None) -> Tensor | None:
    """The permutation that undoes another: `out[permutation[i]] = i`.

    Args:
        permutation: (n), int64, each of 0 to n - 1 once; None stands for no permutation.

    Returns:
        (n), or None.

    Raises:
        RuntimeError: its type is not int64.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.utils.rnn.invert_permutation(sg.tensor([2, 0, 1]))
        tensor([1, 2, 0])
    """
    if permutation is None:
        return None
    order = permutation.array
    if order.dtype != np.int64:
        raise RuntimeError(f"invert_permutation: expected a permutation of dtype int64, got {permutation.dtype}")
    out = np.empty_like(order)
    out[order] = np.arange(len(order))
    return Tensor(out)


def pack_padded_sequence(
    input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """A padded batch without its padding.

    Args:
        input: (T, B, *), or (B, T, *) with `batch_first`.
        lengths: the length of each sequence, 1 to T: (B), a tensor or a list.
        batch_first: whether the batch is the first dimension. Default: False.
        enforce_sorted: require that the sequences are sorted from long to short; False sorts them, and what is
            unpacked later has the old order. Default: True.

    Returns:
        The packed sequences, T being the greatest length.

    Raises:
        TypeError: the input is not a Tensor.
        IndexError: it has fewer than two dimensions.
        RuntimeError: it has no elements; the lengths are not (B), or not all within 1 to T; they are not sorted while
            `enforce_sorted`.

    Example:
        >>> import seedgrad as sg
        >>> batch = sg.tensor([[1, 2, 3], [4, 0, 0]])
        >>> sg.nn.utils.rnn.pack_padded_sequence(batch, [3, 1], batch_first=True).data
        tensor([1, 4, 2, 3])
    """
    check_tensors("pack_padded_sequence", input)
    long = np.asarray(lengths.array if isinstance(lengths, Tensor) else lengths).astype(np.int64)
    order = None
    if not enforce_sorted and long.ndim == 1:
        order = np.argsort(-long, kind="stable")
        long = long[order]
    times, batch = _check_lengths(input, long, batch_first)
    sizes = np.count_nonzero(np.arange(long[0])[:, None] < long, axis=1)
    here = np.nonzero(np.arange(long[0])[:, None] < long)  # sorted by time
    chosen = here[1] if order is None else order[here[1]]
    places = chosen * times + here[0] if batch_first else here[0] * batch + chosen
    rows = xp.reshape(input, (times * batch, *input.array.shape[2:]))
    data = xp.take(rows, index=(places,))
    return PackedSequence(data, Tensor(sizes), None if order is None else Tensor(order))


def _check_lengths(input: Tensor, lengths: NDArray, batch_first: bool) -> tuple[int, int]:
    """The time and batch sizes of a batch, if it can be packed with these (sorted) lengths."""
    shape = input.array.shape
    if not input.array.size:
        raise RuntimeError(f"Cannot pack empty tensors: got an input of shape {shape}")
    if len(shape) < 2:
        raise IndexError(f"Dimension out of range: the input must be (T, B, ...), got shape {shape}")
    batch, times = shape[:2] if batch_first else shape[1::-1]
    if lengths.ndim != 1:
        raise RuntimeError(f"'lengths' argument should be a 1D CPU int64 tensor, but got shape {lengths.shape}")
    if len(lengths) != batch:
        raise RuntimeError(
            f"Expected `len(lengths)` to be equal to batch_size, but got {len(lengths)} (batch_size={batch})"
        )
    if (lengths <= 0).any():
        raise RuntimeError(
            "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0"
        )
    if (np.diff(lengths) > 0).any():
        raise RuntimeError(
            "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. "
            "Pass enforce_sorted=False to have the sequences sorted"
        )
    if lengths[0] > times:
        raise RuntimeError(f"the lengths must be at most {times}, the number of times in the input; got {lengths[0]}")
    return times, batch


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """Packed sequences as a padded batch, in the order they had before they were packed.

    Args:
        sequence: the packed sequences.
        batch_first: whether the batch becomes the first dimension. Default: False.
        padding_value: what stands after the end of a sequence. Default: 0.
        total_length: the T of the result, at least the greatest length. Default: that one.

    Returns:
        (T, B, *), or (B, T, *) with `batch_first`; and the lengths, (B), int64.

    Raises:
        ValueError: `total_length` is smaller than the greatest length.

    Example:
        >>> import seedgrad as sg
        >>> packed = sg.nn.utils.rnn.pack_sequence([sg.tensor([1, 2, 3]), sg.tensor([4])])
        >>> sg.nn.utils.rnn.pad_packed_sequence(packed, batch_first=True)
        (tensor([[1, 2, 3],
                [4, 0, 0]]), tensor([3, 1]))
    """
    sizes = sequence.batch_sizes.array
    times, batch = len(sizes), int(sizes[0])
    if total_length is not None:
        if total_length < times:
            raise ValueError(
                "Expected total_length to be at least the length of the longest sequence in input, but got "
                f"total_length={total_length} and max sequence length being {times}"
            )
        times = total_length
    time = np.repeat(np.arange(len(sizes)), sizes)
    number = np.arange(len(time)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    lengths = np.count_nonzero(sizes[:, None] > np.arange(batch), axis=0)
    if sequence.unsorted_indices is not None:
        number = sequence.sorted_indices.array[number]  # type: ignore[union-attr]
        lengths = lengths[sequence.unsorted_indices.array]
    shape = (batch, times) if batch_first else (times, batch)
    places = number * times + time if batch_first else time * batch + number
    rest = sequence.data.array.shape[1:]
    empty = Tensor(np.full((times * batch, *rest), padding_value, sequence.data.array.dtype))
    return xp.reshape(xp.setitem(empty, sequence.data, index=(places,)), (*shape, *rest)), Tensor(lengths)


def pack_sequence(sequences: Sequence[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Pack a list of sequences.

    Args:
        sequences: tensors (L, *), each with its own L of at least 1.
        enforce_sorted: require that they are sorted from long to short. Default: True.

    Returns:
        The packed sequences.

    Raises:
        RuntimeError: there are none, their other dimensions differ, one has length 0, or they are not sorted while
            `enforce_sorted`.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.utils.rnn.pack_sequence([sg.tensor([1, 2, 3]), sg.tensor([4])]).data
        tensor([1, 4, 2, 3])
    """
    lengths = [len(s) for s in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The list of sequences that was packed.

    Args:
        packed_sequences: the packed sequences.

    Returns:
        Tensors (L, *), each with its own L.

    Example:
        >>> import seedgrad as sg
        >>> packed = sg.nn.utils.rnn.pack_sequence([sg.tensor([1, 2, 3]), sg.tensor([4])])
        >>> sg.nn.utils.rnn.unpack_sequence(packed)
        [tensor([1, 2, 3]), tensor([4])]
    """
    padded, lengths = pad_packed_sequence(packed_sequences, batch_first=True)
    return unpad_sequence(padded, lengths, batch_first=True)
