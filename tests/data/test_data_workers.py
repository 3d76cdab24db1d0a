"""Worker processes that do their work: order, seeds, streams, contexts, clean ends."""

import gc
import multiprocessing
import os
import time
import warnings
import weakref

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.data import DataLoader, Subset, TensorDataset, get_worker_info

from . import worker_samples as samples
from .worker_samples import assert_gone

pytestmark = [
    pytest.mark.usefixtures("new_workers"),
    pytest.mark.filterwarnings("ignore:DataLoader. . worker processes on 1 cores"),
]


def pids_of(loader_or_batches):
    return {pid for _, batch in loader_or_batches for pid in batch.tolist()}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("batch_size", [1, 3, 20, 50])
def test_workers_keep_the_order_of_batches(workers, batch_size, new_workers):
    loader = DataLoader(samples.Squares(20), batch_size=batch_size, num_workers=workers)
    got = [(x.tolist(), y.tolist()) for x, y in loader]
    local = DataLoader(samples.Squares(20), batch_size=batch_size)
    assert got == [(x.tolist(), y.tolist()) for x, y in local]
    assert new_workers() == []


def test_workers_do_not_change_the_shuffle():
    orders = []
    for workers in (0, 1, 2):
        sg.manual_seed(5)
        loader = DataLoader(samples.Squares(20), batch_size=4, shuffle=True, num_workers=workers)
        orders.append([x.tolist() for x, _ in loader] + [sg.rand(()).item()])
    assert orders[0] == orders[1] == orders[2]


def test_tasks_go_to_the_workers_in_turn():
    loader = DataLoader(samples.Ids(12), batch_size=2, num_workers=2)
    makers = [batch[0].item() for _, batch in loader]
    assert makers == [makers[0], makers[1]] * 3 and makers[0] != makers[1]


def test_in_order_false_yields_every_batch_once():
    loader = DataLoader(samples.Squares(20), batch_size=3, num_workers=2, in_order=False)
    assert sorted(i for x, _ in loader for i in x.tolist()) == list(range(20))


def test_workers_draw_from_seeds_of_their_own_repeatably():
    def draws():
        generator = sg.Generator().manual_seed(3)
        return list(DataLoader(samples.Draws(4), batch_size=None, num_workers=2, generator=generator))

    first = draws()
    assert first == draws()
    (id0, seed0, *numbers0), (id1, seed1, *numbers1) = first[:2]
    assert (id0, id1) == (0, 1) and seed1 == seed0 + 1
    assert all(a != b for a, b in zip(numbers0, numbers1, strict=True))


def test_get_worker_info_is_none_in_the_main_process():
    assert get_worker_info() is None


def test_worker_init_fn_can_change_the_workers_data_set():
    loader = DataLoader(samples.Announced(4), batch_size=None, num_workers=2, worker_init_fn=samples.announce)
    assert list(loader) == [1000, 1001, 1000, 1001]


@pytest.mark.parametrize("drop_last", [False, True])
def test_stream_divided_among_workers_comes_once(drop_last):
    loader = DataLoader(samples.Shard(11), batch_size=2, num_workers=2, drop_last=drop_last)
    batches = [batch.tolist() for batch in loader]
    expected = [[0, 2], [1, 3], [4, 6], [5, 7], [8, 10], [9]]
    assert batches == (expected[:-1] if drop_last else expected)


def test_stream_that_ends_early_in_one_worker_goes_on_in_the_other():
    loader = DataLoader(samples.Shard(1), batch_size=None, num_workers=2)
    assert list(loader) == [0]


def test_whole_stream_in_each_worker_warns_when_it_exceeds_its_length():
    loader = DataLoader(samples.Whole(4), batch_size=2, num_workers=2)
    assert len(loader) == 2
    with pytest.warns(UserWarning, match="makes 2 batches, but it has yielded more"):
        assert len(list(loader)) == 4


def test_large_batches_arrive_writable_and_whole():
    for index, batch in enumerate(DataLoader(samples.Large(6), batch_size=2, num_workers=2)):
        assert batch.shape == (2, 100_000)
        np.testing.assert_array_equal(batch.array[:, ::999], np.array([[2 * index], [2 * index + 1]]) * np.ones(101))
        batch.array += 1


def test_all_batches_can_be_kept():
    batches = list(DataLoader(samples.Large(300), batch_size=1, num_workers=2))
    assert [int(batch.array[0, -1]) for batch in batches] == list(range(300))


def test_arrays_of_the_data_set_are_each_workers_own_copy():
    data = samples.Rows()
    for _ in range(2):
        batches = list(DataLoader(data, batch_size=5, num_workers=2))
        rows = np.concatenate([batch.array for batch in batches])
        np.testing.assert_array_equal(rows, np.arange(20)[:, None] * 20_000 + np.array([1, 1]))
    assert data.rows[0, 0] == 0


def test_gather_runs_in_workers_too():
    x = sg.from_numpy(np.arange(60.0, dtype=np.float32).reshape(20, 3))
    data = Subset(TensorDataset(x, sg.arange(20)), list(range(0, 20, 2)))
    for workers in (0, 2):
        got = [[t.tolist() for t in batch] for batch in DataLoader(data, batch_size=4, num_workers=workers)]
        assert got[0] == [x.array[[0, 2, 4, 6]].tolist(), [0, 2, 4, 6]] and len(got) == 3


def test_collate_fn_runs_in_the_worker():
    loader = DataLoader(range(6), batch_size=3, num_workers=1, collate_fn=samples.double)
    assert list(loader) == [[0, 2, 4], [6, 8, 10]]


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
# Python warns of forking a process that has threads (the test runner's, here).
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_every_start_method_works(method):
    loader = DataLoader(samples.Squares(6), batch_size=3, num_workers=2, multiprocessing_context=method)
    assert [x.tolist() for x, _ in loader] == [[0, 1, 2], [3, 4, 5]]
    loader = DataLoader(samples.Squares(3), num_workers=1, multiprocessing_context=multiprocessing.get_context(method))
    assert len(list(loader)) == 3


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_forked_workers_need_no_pickling():
    loader = DataLoader(
        range(4),
        batch_size=2,
        num_workers=2,
        collate_fn=lambda batch: batch[::-1],
        multiprocessing_context="fork",
    )
    assert list(loader) == [[1, 0], [3, 2]]


@pytest.mark.parametrize("method", ["spawn", None])
def test_shared_numbers_of_multiprocessing_reach_the_workers(method):
    total = multiprocessing.get_context("spawn").Value("i", 0)
    list(DataLoader(samples.Tally(9, total), num_workers=2, multiprocessing_context=method))
    assert total.value == 9


def test_empty_data_set_yields_nothing():
    assert list(DataLoader(samples.Squares(0), num_workers=2)) == []


def test_persistent_workers_stay_and_repeat():
    loader = DataLoader(samples.Ids(8), batch_size=2, num_workers=2, persistent_workers=True)
    first, second = list(loader), list(loader)
    assert pids_of(first) == pids_of(second) and len(first) == len(second) == 4
    for _ in loader:
        break
    third = list(loader)  # after a pass that was left early, nothing of it remains
    assert [x.tolist() for x, _ in third] == [[0, 1], [2, 3], [4, 5], [6, 7]]
    assert pids_of(third) == pids_of(first)
    del loader
    gc.collect()
    assert_gone(pids_of(first))


def test_persistent_stream_starts_again():
    loader = DataLoader(samples.Shard(6), batch_size=2, num_workers=2, persistent_workers=True)
    assert [b.tolist() for b in loader] == [b.tolist() for b in loader] == [[0, 2], [1, 3], [4], [5]]


def test_early_break_leaves_no_process():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _, makers in DataLoader(samples.Ids(100), batch_size=2, num_workers=2):
            pids = makers.tolist()
            break
    assert_gone(pids)


def test_early_break_does_not_wait_for_slow_samples(new_workers):
    loader = DataLoader(samples.Squares(100, delay=0.4), batch_size=20, num_workers=2)
    iterator = iter(loader)
    time.sleep(0.3)  # now both are in the middle of a batch that takes 8 s
    start = time.monotonic()
    del iterator
    assert time.monotonic() - start < 4
    assert new_workers() == []


def test_finished_iterator_stays_finished():
    iterator = iter(DataLoader(samples.Squares(2), num_workers=1))
    assert len(list(iterator)) == 2
    assert list(iterator) == []


def test_iterator_is_not_part_of_a_cycle():
    gc.collect()
    gc.disable()
    try:
        iterator = iter(DataLoader(samples.Squares(8), num_workers=1))
        next(iterator)
        seen = weakref.ref(iterator)
        del iterator
        assert seen() is None
    finally:
        gc.enable()


def test_two_iterators_at_once_do_not_mix():
    loader = DataLoader(samples.Squares(6), batch_size=2, num_workers=1)
    pairs = [(a[0].tolist(), b[0].tolist()) for a, b in zip(loader, loader, strict=True)]
    assert pairs == [([0, 1], [0, 1]), ([2, 3], [2, 3]), ([4, 5], [4, 5])]


def test_too_many_workers_warn(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0}, raising=False)
    with pytest.warns(UserWarning, match=r"2 worker processes on 1 cores .* Use num_workers=1"):
        list(DataLoader(samples.Squares(2), num_workers=2))
