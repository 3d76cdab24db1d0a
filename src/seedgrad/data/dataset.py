"""What a data set is: samples by index, or a stream; and tensors as a data set."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

import seedgrad as sg

if TYPE_CHECKING:
    from seedgrad.data.combine import ChainDataset, ConcatDataset

T_co = TypeVar("T_co", covariant=True)


class Dataset(Generic[T_co]):
    """A collection of samples with an index: subclass it and write `__getitem__` and `__len__`.

    Two more methods are optional; `DataLoader` uses them when they are there, for speed:

    - `__getitems__(indices)` takes a list of indices and returns the list of their samples
      (one database query for a whole batch, say);
    - `gather(indices)` takes an int64 array of indices and returns the finished batch. It must equal
      `default_collate([self[i] for i in indices])` and is used only with that collate function.
      `TensorDataset` has it: a batch is one `take` per tensor, without a step per sample.

    A subclass that overrides `__getitem__` alone changes what a sample is, so both methods,
    inherited from above, no longer count for it.

    Example:
        >>> from seedgrad.data import Dataset
        >>> class Squares(Dataset):
        ...     def __len__(self):
        ...         return 4
        ...     def __getitem__(self, index):
        ...         return index, index**2
        >>> Squares()[3]
        (3, 9)
    """

    def __getitem__(self, index: Any) -> T_co:
        raise NotImplementedError(f"{type(self).__name__} needs a __getitem__(index) that returns one sample")

    def __add__(self, other: Dataset[T_co]) -> ConcatDataset[T_co]:
        from seedgrad.data.combine import ConcatDataset

        return ConcatDataset([self, other])


class IterableDataset(Dataset[T_co], Iterable[T_co]):
    """A stream of samples: subclass it and write `__iter__`.

    With worker processes each worker holds its own copy and runs through all of it; divide the work with
    `get_worker_info()`, as below, or every sample comes once per worker.

    Example:
        >>> from seedgrad.data import DataLoader, IterableDataset, get_worker_info
        >>> class Count(IterableDataset):
        ...     def __iter__(self):
        ...         info = get_worker_info()  # None in the main process
        ...         first, step = (0, 1) if info is None else (info.id, info.num_workers)
        ...         return iter(range(first, 6, step))
        >>> [batch.tolist() for batch in DataLoader(Count(), batch_size=4)]
        [[0, 1, 2, 3], [4, 5]]
    """

    @abstractmethod
    def __iter__(self) -> Iterator[T_co]:
        """The samples, from the first."""

    def __add__(self, other: Dataset[T_co]) -> ChainDataset[T_co]:  # type: ignore[override]
        from seedgrad.data.combine import ChainDataset

        return ChainDataset([self, other])


class TensorDataset(Dataset[tuple["sg.Tensor", ...]]):
    """Tensors that share their first dimension; sample `i` is the tuple of their rows `i`.

    Args:
        *tensors: one or more tensors of shape [N, ...] with the same N.

    Raises:
        TypeError: something is not a tensor.
        IndexError: no tensor, or a tensor without dimensions.
        AssertionError: the first dimensions differ.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.data import TensorDataset
        >>> data = TensorDataset(sg.tensor([[1.0, 2.0], [3.0, 4.0]]), sg.tensor([0, 1]))
        >>> len(data)
        2
        >>> data[1]
        (tensor([3., 4.]), tensor(1))
    """

    tensors: tuple[sg.Tensor, ...]

    def __init__(self, *tensors: sg.Tensor) -> None:
        if not tensors:
            raise IndexError("TensorDataset needs at least one tensor")
        for position, tensor in enumerate(tensors):
            if not isinstance(tensor, sg.Tensor):
                raise TypeError(
                    f"TensorDataset takes tensors, but argument {position} is of type "
                    f"{type(tensor).__name__}. Convert it first: seedgrad.as_tensor(data)"
                )
            if not tensor.shape:
                raise IndexError(
                    f"TensorDataset: tensor {position} has no dimensions, so it has no rows to take samples from"
                )
        if len({tensor.shape[0] for tensor in tensors}) > 1:
            shapes = ", ".join(str(tuple(tensor.shape)) for tensor in tensors)
            raise AssertionError(f"TensorDataset: the tensors must have the same first dimension, got shapes {shapes}")
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[sg.Tensor, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return int(self.tensors[0].shape[0])

    def gather(self, indices: np.ndarray) -> list[sg.Tensor]:
        """The batch of the given rows: one tensor of shape [len(indices), ...] per tensor of the data set."""
        return [take_rows(tensor, indices) for tensor in self.tensors]


def take_rows(tensor: sg.Tensor, indices: np.ndarray) -> sg.Tensor:
    """`tensor[indices]`, past the engine's indexing when there is no gradient to follow."""
    if tensor.requires_grad:
        return tensor[sg.from_numpy(indices)]
    array = tensor.array
    # `take` is up to five times faster, but copies the whole of an array that is not contiguous first.
    return sg.from_numpy(array.take(indices, axis=0) if array.flags.c_contiguous else array[indices])
