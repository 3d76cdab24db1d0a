"""Data sets: tensors, joins, parts, random divisions."""

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.data import (
    ChainDataset,
    ConcatDataset,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)


class Stream(IterableDataset):
    def __init__(self, *values):
        self.values = values

    def __iter__(self):
        return iter(self.values)

    def __len__(self):
        return len(self.values)


def generator(seed=0):
    return sg.Generator().manual_seed(seed)


def test_dataset_without_getitem_says_what_is_missing():
    with pytest.raises(NotImplementedError, match=r"Dataset needs a __getitem__\(index\)"):
        Dataset()[0]


def test_iterable_dataset_without_iter_cannot_be_made():
    with pytest.raises(TypeError, match="abstract"):
        IterableDataset()


def test_tensor_dataset_yields_rows():
    x, y = sg.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), sg.tensor([7, 8, 9])
    data = TensorDataset(x, y)
    assert len(data) == 3
    a, b = data[-1]
    assert a.tolist() == [5.0, 6.0] and b.item() == 9
    a, b = data[1:]
    assert a.shape == (2, 2) and b.tolist() == [8, 9]


@pytest.mark.parametrize("index", [3, -4])
def test_tensor_dataset_index_out_of_range_raises(index):
    with pytest.raises(IndexError):
        TensorDataset(sg.arange(3))[index]


def test_tensor_dataset_refuses_different_lengths():
    with pytest.raises(AssertionError, match=r"same first dimension, got shapes \(2, 3\), \(3,\)"):
        TensorDataset(sg.zeros(2, 3), sg.zeros(3))


def test_tensor_dataset_refuses_what_is_no_tensor():
    with pytest.raises(TypeError, match="argument 1 is of type ndarray"):
        TensorDataset(sg.zeros(3), np.zeros(3))


def test_tensor_dataset_refuses_tensors_without_rows():
    with pytest.raises(IndexError, match="tensor 0 has no dimensions"):
        TensorDataset(sg.tensor(1.0))
    with pytest.raises(IndexError, match="at least one tensor"):
        TensorDataset()


def test_concat_finds_the_part():
    data = ConcatDataset(["ab", "", "cde"])
    assert len(data) == 5
    assert [data[i] for i in range(5)] == list("abcde")
    assert [data[i] for i in range(-5, 0)] == list("abcde")
    assert data.cumulative_sizes == [2, 2, 5]


def test_concat_index_out_of_range_raises():
    with pytest.raises(IndexError, match="index 2 is out of range for 2 samples"):
        ConcatDataset(["ab"])[2]
    with pytest.raises(ValueError, match="index -3 is out of range for 2 samples"):
        ConcatDataset(["ab"])[-3]


def test_concat_refuses_nothing_and_streams():
    with pytest.raises(AssertionError, match="at least one data set"):
        ConcatDataset([])
    with pytest.raises(AssertionError, match="Chain streams with ChainDataset"):
        ConcatDataset([[1], Stream(2)])


def test_chain_runs_one_stream_after_the_other():
    data = ChainDataset([Stream(1, 2), Stream(), Stream(3)])
    assert list(data) == list(data) == [1, 2, 3]
    assert len(data) == 3


def test_chain_refuses_other_data_sets_when_it_gets_there():
    data = ChainDataset([Stream(1), [2]])
    iterator = iter(data)
    assert next(iterator) == 1
    with pytest.raises(AssertionError, match="needs IterableDatasets, got list"):
        next(iterator)
    with pytest.raises(AssertionError, match="needs IterableDatasets, got list"):
        len(data)


def test_sum_of_data_sets_joins_them():
    joined = TensorDataset(sg.arange(2)) + TensorDataset(sg.arange(3))
    assert isinstance(joined, ConcatDataset) and len(joined) == 5
    chained = Stream(1) + Stream(2)
    assert isinstance(chained, ChainDataset) and list(chained) == [1, 2]


def test_stack_puts_samples_side_by_side():
    assert StackDataset("ab", [1, 2])[1] == ("b", 2)
    assert StackDataset(letter="ab", number=[1, 2])[0] == {"letter": "a", "number": 1}
    assert len(StackDataset("ab")) == 2
    assert StackDataset("abc", [1, 2, 3]).__getitems__([2, 0]) == [("c", 3), ("a", 1)]


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((), {}, "at least one data set"),
        (("a",), {"b": "c"}, "not both"),
        (("a", "bc"), {}, r"same length, got lengths \[1, 2\]"),
    ],
)
def test_stack_refuses_bad_arguments(args, kwargs, message):
    with pytest.raises(ValueError, match=message):
        StackDataset(*args, **kwargs)


def test_stack_notices_getitems_of_the_wrong_length():
    class Forgetful(Dataset):
        def __len__(self):
            return 3

        def __getitems__(self, indices):
            return list(indices)[1:]

    with pytest.raises(ValueError, match="was asked for 2 samples and returned 1"):
        StackDataset(Forgetful()).__getitems__([0, 1])


def test_subset_selects_in_order():
    part = Subset("abcdef", [5, 0, 2])
    assert len(part) == 3 and [part[i] for i in range(3)] == list("fac") and part[-1] == "c"
    assert part.__getitems__([2, 0]) == ["c", "f"]
    rows = Subset(TensorDataset(sg.arange(10)), [7, 3, 5])
    assert rows[[0, 2]][0].tolist() == [7, 5]
    with pytest.raises(IndexError):
        part[3]


def test_subset_of_subset_selects_twice():
    part = Subset(Subset(TensorDataset(sg.arange(10) * 10), [1, 3, 5, 7]), [3, 0])
    assert [part[i][0].item() for i in range(2)] == [70, 10]


@pytest.mark.parametrize(
    ("length", "lengths", "expected"),
    [
        (10, [3, 7], [3, 7]),
        (10, [0.3, 0.3, 0.4], [3, 3, 4]),
        (10, [0.5, 0.25, 0.25], [6, 2, 2]),
        (11, [0.5, 0.5], [6, 5]),
        (7, [1 / 3, 1 / 3, 1 / 3], [3, 2, 2]),
        (5, [0, 5, 0], [0, 5, 0]),
        (0, [0, 0], [0, 0]),
        (1, [1], [1]),
    ],
)
def test_random_split_divides_without_overlap(length, lengths, expected):
    parts = random_split(range(100, 100 + length), lengths, generator())
    assert [len(part) for part in parts] == expected
    assert sorted(sample for part in parts for sample in part) == list(range(100, 100 + length))


def test_random_split_repeats_with_the_seed_and_shuffles():
    first, second, other = (
        [list(part) for part in random_split(range(50), [0.5, 0.5], generator(seed))] for seed in (1, 1, 2)
    )
    assert first == second != other
    assert first[0] != sorted(first[0])
    sg.manual_seed(1)
    assert [list(part) for part in random_split(range(50), [0.5, 0.5])] == first


@pytest.mark.parametrize(
    ("lengths", "error", "message"),
    [
        ([3, 3], ValueError, r"sum to the 10 samples .* got \[3, 3\], which sums to 6"),
        ([0.5, 0.6], TypeError, "whole numbers of samples, or fractions that sum to 1"),
        ([-5, 15], ValueError, "must be 0 or more and sum to the 10 samples"),
        ([-0.5, 1.5], ValueError, r"fraction 0 must be within \[0, 1\], got -0.5"),
        ([], ValueError, "sum to the 10 samples"),
    ],
)
def test_random_split_refuses_bad_lengths(lengths, error, message):
    with pytest.raises(error, match=message):
        random_split(range(10), lengths)


def test_random_split_warns_of_an_empty_part():
    with pytest.warns(UserWarning, match=r"part 1 \(fraction 0.1 of 1 samples\) is empty"):
        random_split(range(1), [0.9, 0.1])
