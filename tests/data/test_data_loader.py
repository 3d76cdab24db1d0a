"""The DataLoader without worker processes: batches, lengths, settings."""

import copy
import pickle

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.data import DataLoader, Dataset, IterableDataset, RandomSampler, TensorDataset


class Stream(IterableDataset):
    def __init__(self, length, claimed=None):
        self.length, self.claimed = length, claimed

    def __iter__(self):
        return iter(range(self.length))

    def __len__(self):
        if self.claimed is None:
            raise TypeError("no length")
        return self.claimed


def values(loader):
    return [batch.tolist() for batch in loader]


@pytest.mark.parametrize("length", [0, 1, 5, 6, 7])
@pytest.mark.parametrize("batch_size", [1, 3, 10])
@pytest.mark.parametrize("drop_last", [False, True])
def test_batches_and_length(length, batch_size, drop_last):
    loader = DataLoader(range(length), batch_size, drop_last=drop_last)
    expected = [list(range(i, min(i + batch_size, length))) for i in range(0, length, batch_size)]
    if drop_last:
        expected = [batch for batch in expected if len(batch) == batch_size]
    assert values(loader) == values(loader) == expected
    assert len(loader) == len(expected) == len(iter(loader))


def test_shuffle_visits_everything_in_a_new_order_each_time():
    loader = DataLoader(range(64), 16, shuffle=True, generator=sg.Generator().manual_seed(0))
    first, second = ([index for batch in values(loader) for index in batch] for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(64)) and first != second
    assert isinstance(loader.sampler, RandomSampler)


def test_shuffle_repeats_with_the_global_seed():
    orders = []
    for _ in range(2):
        sg.manual_seed(11)
        orders.append(values(DataLoader(range(30), 7, shuffle=True)))
    assert orders[0] == orders[1]


def test_samplers_set_the_order():
    assert values(DataLoader("abc", 2, sampler=[2, 0, 1], collate_fn=np.array)) == [["c", "a"], ["b"]]
    assert values(DataLoader(range(9), batch_sampler=[[8], [1, 2, 3]])) == [[8], [1, 2, 3]]
    assert values(DataLoader(range(9), sampler=sg.tensor([4, 2]))) == [[4], [2]]
    assert values(DataLoader({"x": 5, "y": 6}, 2, sampler=["y", "x"])) == [[6, 5]]


def test_batch_size_none_yields_converted_samples():
    loader = DataLoader([np.ones(2), "word", 3], batch_size=None)
    first, second, third = loader
    assert isinstance(first, sg.Tensor) and first.tolist() == [1.0, 1.0]
    assert (second, third) == ("word", 3) and len(loader) == 3


def test_collate_fn_gets_the_list_of_samples():
    assert list(DataLoader("abcde", 2, collate_fn="".join)) == ["ab", "cd", "e"]


def test_getitems_is_asked_for_whole_batches():
    class Table(Dataset):
        def __init__(self):
            self.asked = []

        def __len__(self):
            return 5

        def __getitems__(self, indices):
            self.asked.append(indices)
            return [10 * i for i in indices]

    table = Table()
    assert values(DataLoader(table, 2)) == [[0, 10], [20, 30], [40]]
    assert table.asked == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize(
    ("length", "drop_last", "expected"),
    [
        (5, False, [[0, 1], [2, 3], [4]]),
        (5, True, [[0, 1], [2, 3]]),
        (4, False, [[0, 1], [2, 3]]),
        (0, True, []),
    ],
)
def test_streams_are_cut_into_batches(length, drop_last, expected):
    loader = DataLoader(Stream(length), 2, drop_last=drop_last)
    assert values(loader) == values(loader) == expected


def test_stream_without_batches():
    assert list(DataLoader(Stream(3), batch_size=None)) == [0, 1, 2]


@pytest.mark.parametrize(("batch_size", "drop_last", "expected"), [(2, False, 3), (2, True, 2), (None, False, 5)])
def test_stream_length_follows_from_what_it_reports(batch_size, drop_last, expected):
    loader = DataLoader(Stream(5, claimed=5), batch_size, drop_last=drop_last)
    assert len(loader) == expected
    assert len(list(loader)) == expected


def test_stream_longer_than_it_reported_warns_once():
    loader = DataLoader(Stream(6, claimed=3), 1)
    assert len(loader) == 3
    with pytest.warns(UserWarning, match="Stream makes 3 batches, but it has yielded more") as warned:
        list(loader)
    assert len(warned) == 1


def test_length_of_what_has_none_is_a_type_error():
    with pytest.raises(TypeError):
        len(DataLoader(Stream(3)))
    with pytest.raises(TypeError):
        len(DataLoader(range(3), sampler=iter([1, 2])))


def test_iterators_are_independent():
    loader = DataLoader(range(4), 2)
    assert [(a.tolist(), b.tolist()) for a in loader for b in loader] == [
        ([0, 1], [0, 1]), ([0, 1], [2, 3]), ([2, 3], [0, 1]), ([2, 3], [2, 3]),
    ]  # fmt: skip


def test_exception_of_the_data_set_passes_and_iteration_can_go_on():
    class Bad(Dataset):
        def __len__(self):
            return 4

        def __getitem__(self, index):
            return [1, 2, 3][index]

    iterator = iter(DataLoader(Bad(), sampler=[0, 3, 2]))
    assert next(iterator).item() == 1
    with pytest.raises(IndexError, match="list index out of range"):
        next(iterator)
    assert next(iterator).item() == 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"num_workers": -1}, r"num_workers must be 0 \(no worker processes\) or more, got -1"),
        ({"timeout": -1}, "timeout must be 0"),
        ({"prefetch_factor": 2}, "prefetch_factor=2 needs worker processes"),
        ({"prefetch_factor": 0, "num_workers": 1}, "prefetch_factor must be 1 or more, got 0"),
        ({"persistent_workers": True}, "persistent_workers=True needs worker processes"),
        ({"multiprocessing_context": "spawn"}, "multiprocessing_context needs num_workers > 0"),
        ({"multiprocessing_context": "no", "num_workers": 1}, "must be one of .*, got 'no'"),
        ({"sampler": [0], "shuffle": True}, "shuffle must be left out"),
        ({"batch_sampler": [[0]], "batch_size": 2}, "batch_sampler makes the batches"),
        ({"batch_sampler": [[0]], "shuffle": True}, "batch_sampler makes the batches"),
        ({"batch_sampler": [[0]], "sampler": [0]}, "batch_sampler makes the batches"),
        ({"batch_sampler": [[0]], "drop_last": True}, "batch_sampler makes the batches"),
        ({"batch_size": None, "drop_last": True}, "drop_last must be left out"),
        ({"batch_size": 0}, "batch_size must be a positive integer, got 0"),
        ({"drop_last": 1}, "drop_last must be True or False, got 1"),
    ],
)
def test_settings_that_exclude_each_other_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        DataLoader(range(3), **settings)


@pytest.mark.parametrize("settings", [{"shuffle": True}, {"sampler": [0]}, {"batch_sampler": [[0]]}])
def test_streams_refuse_an_order(settings):
    with pytest.raises(ValueError, match=f"sets its own order, so {next(iter(settings))} must be left out"):
        DataLoader(Stream(3), **settings)


def test_multiprocessing_context_of_another_type_is_refused():
    with pytest.raises(TypeError, match="a start method's name or a context of multiprocessing, got 3"):
        DataLoader(range(3), num_workers=1, multiprocessing_context=3)


def test_empty_data_cannot_be_shuffled():
    with pytest.raises(ValueError, match="the length of the data must be a positive integer, got 0"):
        DataLoader([], shuffle=True)


def test_timeout_without_workers_is_refused_when_iterating():
    loader = DataLoader(range(3), timeout=1)
    with pytest.raises(AssertionError, match="timeout=1 needs worker processes"):
        iter(loader)


def test_pin_memory_warns():
    with pytest.warns(UserWarning, match="pin_memory=True changes nothing"):
        DataLoader(range(3), pin_memory=True)


@pytest.mark.parametrize(
    "name", ["batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers"]
)
def test_fixed_settings_cannot_change(name):
    loader = DataLoader(range(3))
    with pytest.raises(ValueError, match=f"{name} cannot change once the loader is made"):
        setattr(loader, name, None)
    loader.generator = sg.Generator()


def test_subclass_may_set_attributes_first():
    class Mine(DataLoader):
        def __init__(self, data):
            self.extra = 1
            super().__init__(data, batch_size=2)

    assert values(Mine(range(3))) == [[0, 1], [2]]


def test_loaders_can_be_pickled_and_iterators_cannot():
    loader = pickle.loads(pickle.dumps(DataLoader(range(3), 2)))
    assert values(loader) == values(copy.copy(loader)) == [[0, 1], [2]]
    with pytest.raises(NotImplementedError, match="Pickle the DataLoader instead"):
        pickle.dumps(iter(loader))


def test_tensor_batches_are_lists_of_tensors():
    x, y = next(iter(DataLoader(TensorDataset(sg.zeros(5, 2), sg.arange(5)), 4)))
    assert x.shape == (4, 2) and y.tolist() == [0, 1, 2, 3]
