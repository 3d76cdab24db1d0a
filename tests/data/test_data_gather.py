"""The fast path for array data: equal to the slow one, and used when and only when it may be."""

import ml_dtypes
import numpy as np
import pytest

import seedgrad as sg
from seedgrad.data import (
    ConcatDataset,
    DataLoader,
    Dataset,
    StackDataset,
    Subset,
    TensorDataset,
    default_collate,
)
from seedgrad.data.fetch import batch_of, provides


def tensors(n=12):
    rng = np.random.default_rng(0)
    return (
        sg.from_numpy(rng.standard_normal((n, 3, 2)).astype(np.float32)),
        sg.from_numpy(rng.integers(0, 255, (n, 4)).astype(np.uint8)),
        sg.from_numpy(np.arange(n)),
        sg.from_numpy(rng.standard_normal((5, n)).T),  # not contiguous
        sg.from_numpy(rng.integers(0, 2, (n, 0)).astype(bool)),  # rows without elements
        sg.from_numpy(rng.integers(0, 9, (n, 2)).astype(ml_dtypes.bfloat16)),
    )


def through_samples(dataset, indices):
    return default_collate([dataset[int(i)] for i in indices])


def assert_same(got, expected):
    assert type(got) is type(expected)
    if isinstance(got, dict):
        assert list(got) == list(expected)
        got, expected = list(got.values()), list(expected.values())
    if isinstance(got, list):
        assert len(got) == len(expected)
        for a, b in zip(got, expected, strict=True):
            assert_same(a, b)
        return
    assert got.dtype == expected.dtype and got.shape == expected.shape
    np.testing.assert_array_equal(got.array, expected.array)


def data_sets():
    base = TensorDataset(*tensors())
    part = Subset(base, [3, 1, 4, 1, 5, 9, 2, 6, 11, 0, 7, 8])
    return {
        "tensors": base,
        "subset": part,
        "subset of subset": Subset(part, range(11, -1, -1)),
        "subset with array": Subset(base, np.arange(12)[::-1]),
        "stack": StackDataset(base, part, TensorDataset(sg.arange(12))),
        "named stack": StackDataset(a=base, b=part),
        "subset of plain list": Subset([(i, float(i)) for i in range(12)], list(range(12))),
        "stack with plain list": StackDataset(base, list(range(12))),
    }


@pytest.mark.parametrize("name", list(data_sets()))
@pytest.mark.parametrize("indices", [[0], [5, 5, 2], [11, 0, 7, 3], [-1, -12], list(range(12))])
def test_gather_equals_collated_samples(name, indices):
    dataset = data_sets()[name]
    if min(indices) < 0 and "subset" in name:
        indices = [i % 12 for i in indices]
    assert provides(dataset, "gather")
    assert_same(dataset.gather(np.array(indices)), through_samples(dataset, indices))
    assert_same(batch_of(dataset, indices), through_samples(dataset, indices))


@pytest.mark.parametrize("name", list(data_sets()))
def test_loader_with_gather_equals_loader_without(name):
    dataset = data_sets()[name]
    order = [7, 2, 2, 0, 11, 5, 3]
    fast = list(DataLoader(dataset, 3, sampler=order))
    slow = list(DataLoader(dataset, 3, sampler=order, collate_fn=lambda samples: default_collate(samples)))
    assert len(fast) == len(slow) == 3
    for a, b in zip(fast, slow, strict=True):
        assert_same(a, b)


class Counting(TensorDataset):
    """Counts its samples."""

    def __init__(self, *tensors):
        super().__init__(*tensors)
        self.samples = 0

    def __getitem__(self, index):
        self.samples += 1
        return super().__getitem__(index)


class CountingGather(Counting):
    """Says how to gather as well, after the change of `__getitem__`."""

    def gather(self, indices):
        return TensorDataset.gather(self, indices)


def test_gather_does_not_touch_samples():
    dataset = CountingGather(sg.arange(6))
    for loader in (DataLoader(dataset, 2), DataLoader(Subset(dataset, [5, 1]), 2)):
        list(loader)
    assert dataset.samples == 0


def test_overridden_getitem_switches_inherited_gather_off():
    class Doubling(TensorDataset):
        def __getitem__(self, index):
            return tuple(2 * tensor for tensor in super().__getitem__(index))

    dataset = Doubling(sg.arange(4))
    assert not provides(dataset, "gather")
    assert [b[0].tolist() for b in DataLoader(dataset, 2)] == [[0, 2], [4, 6]]
    assert [b[0].tolist() for b in DataLoader(Subset(dataset, [3, 0]), 2)] == [[6, 0]]


def test_overridden_getitem_of_a_subset_counts():
    class Negative(Subset):
        def __getitem__(self, index):
            return -super().__getitem__(index)

    assert [b.tolist() for b in DataLoader(Negative([1, 2, 3], [2, 0]), 2)] == [[-3, -1]]


def test_own_collate_fn_gets_samples():
    dataset = CountingGather(sg.arange(4))
    assert list(DataLoader(dataset, 2, collate_fn=len)) == [2, 2]
    assert dataset.samples == 4


def test_gather_keeps_the_graph():
    x = sg.ones(4, 2, requires_grad=True)
    batch = next(iter(DataLoader(TensorDataset(x), 3, sampler=[0, 2, 2])))[0]
    batch.sum().backward()
    assert x.grad.tolist() == [[1.0, 1.0], [0.0, 0.0], [2.0, 2.0], [0.0, 0.0]]


def test_gathered_batches_own_their_memory():
    x = sg.zeros(4, 2)
    for (batch,) in DataLoader(TensorDataset(x), 4):
        batch.array += 1
    assert not x.array.any()


def test_gather_out_of_range_raises():
    with pytest.raises(IndexError, match="out of bounds"):
        list(DataLoader(TensorDataset(sg.arange(3)), sampler=[7]))


def test_concat_of_tensors_goes_through_samples():
    data = ConcatDataset([TensorDataset(sg.arange(2)), TensorDataset(sg.arange(3) + 10)])
    assert [b[0].tolist() for b in DataLoader(data, 2)] == [[0, 1], [10, 11], [12]]


def test_data_sets_without_a_length_of_type_work():
    class Duck:
        def __getitem__(self, index):
            return index

        def __len__(self):
            return 3

    assert [b.tolist() for b in DataLoader(Duck(), 2)] == [[0, 1], [2]]
    assert not provides(Duck(), "gather")


def test_gather_set_to_none_is_off():
    class Off(TensorDataset):
        gather = None

    assert not provides(Off(sg.arange(3)), "gather")
    assert isinstance(Off(sg.arange(3)), Dataset)
