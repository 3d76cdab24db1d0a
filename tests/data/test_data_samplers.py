"""Samplers: which indices, how often, how likely."""

import itertools

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.data import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)


def generator(seed=0):
    return sg.Generator().manual_seed(seed)


def test_sampler_without_iter_says_what_is_missing():
    with pytest.raises(NotImplementedError, match=r"Sampler needs an __iter__\(\)"):
        iter(Sampler())


def test_sequential_sampler_counts():
    assert list(SequentialSampler("abc")) == [0, 1, 2] and len(SequentialSampler("abc")) == 3
    assert list(SequentialSampler([])) == []


@pytest.mark.parametrize("n", [1, 2, 33, 1000])
def test_random_sampler_visits_everything_once_in_new_orders(n):
    sampler = RandomSampler(range(n), generator=generator())
    first, second = list(sampler), list(sampler)
    assert sorted(first) == sorted(second) == list(range(n)) and len(sampler) == n
    assert n <= 2 or first != second
    assert all(type(index) is int for index in first)


def test_random_sampler_repeats_with_the_seed():
    assert list(RandomSampler(range(50), generator=generator(1))) == list(
        RandomSampler(range(50), generator=generator(1))
    )
    orders = []
    for _ in range(2):
        sg.manual_seed(4)
        orders.append(list(RandomSampler(range(50))))
    assert orders[0] == orders[1]


def test_random_sampler_with_more_samples_shuffles_again():
    drawn = list(RandomSampler(range(3), num_samples=8, generator=generator()))
    assert [sorted(drawn[:3]), sorted(drawn[3:6])] == [[0, 1, 2]] * 2
    assert len(drawn) == 8 and len(set(drawn[6:])) == 2


def test_random_sampler_with_fewer_samples_takes_a_part():
    drawn = list(RandomSampler(range(100), num_samples=5, generator=generator()))
    assert len(set(drawn)) == 5 and drawn != sorted(drawn)


def test_random_sampler_with_replacement_is_uniform():
    sampler = RandomSampler(range(4), replacement=True, num_samples=20_000, generator=generator())
    counts = np.bincount(list(sampler), minlength=4)
    assert len(sampler) == 20_000 and counts.sum() == 20_000
    np.testing.assert_allclose(counts / 20_000, 0.25, atol=0.02)


def test_random_sampler_follows_the_length_of_the_data():
    data = [0, 1]
    sampler = RandomSampler(data)
    data.append(2)
    assert len(sampler) == 3 and sorted(sampler) == [0, 1, 2]


@pytest.mark.parametrize(
    ("data", "settings", "error", "message"),
    [
        ("abc", {"replacement": 1}, TypeError, "replacement must be True or False, got 1"),
        ("abc", {"num_samples": 0}, ValueError, "num_samples must be a positive integer, got 0"),
        ("abc", {"num_samples": 2.0}, ValueError, "num_samples must be a positive integer, got 2.0"),
        ("", {}, ValueError, "the length of the data must be a positive integer, got 0"),
    ],
)
def test_random_sampler_refuses_bad_settings(data, settings, error, message):
    with pytest.raises(error, match=message):
        RandomSampler(data, **settings)


def test_subset_random_sampler_permutes_the_indices():
    sampler = SubsetRandomSampler([5, 9, 7, 1], generator=generator())
    orders = [tuple(sampler) for _ in range(20)]
    assert len(sampler) == 4 and len(set(orders)) > 1
    assert all(sorted(order) == [1, 5, 7, 9] for order in orders)


def test_weighted_sampler_draws_in_proportion():
    weights = [0.0, 1.0, 0.0, 3.0, 6.0, 0.0]
    drawn = list(WeightedRandomSampler(weights, 40_000, generator=generator()))
    np.testing.assert_allclose(np.bincount(drawn, minlength=6) / 40_000, np.array(weights) / 10, atol=0.01)


def test_weighted_sampler_without_replacement_has_the_right_distribution():
    weights = np.array([1.0, 2.0, 3.0])
    sampler = WeightedRandomSampler(weights, 2, replacement=False, generator=generator())
    pairs = [tuple(sampler) for _ in range(6000)]
    for first in range(3):
        for second in range(3):
            share = sum(pair == (first, second) for pair in pairs) / 6000
            left = weights.sum() - weights[first]
            expected = 0 if first == second else weights[first] / weights.sum() * weights[second] / left
            assert abs(share - expected) < 0.025


def test_weighted_sampler_without_replacement_takes_zeros_last():
    for seed in range(5):
        drawn = list(WeightedRandomSampler([0.0, 1.0, 0.0, 2.0], 4, replacement=False, generator=generator(seed)))
        assert sorted(drawn[:2]) == [1, 3] and sorted(drawn[2:]) == [0, 2]


def test_weighted_sampler_repeats_with_the_seed_and_takes_tensors():
    drawn = [list(WeightedRandomSampler(sg.tensor([1.0, 2.0, 3.0]), 20, generator=generator(2))) for _ in range(2)]
    assert drawn[0] == drawn[1] and len(drawn[0]) == 20


@pytest.mark.parametrize(
    ("args", "error", "message"),
    [
        (([1.0], 0), ValueError, "num_samples must be a positive integer, got 0"),
        (([1.0], True), ValueError, "num_samples must be a positive integer, got True"),
        (([1.0], 1, 1), ValueError, "replacement must be True or False, got 1"),
        (([[1.0]], 1), ValueError, r"one weight per sample, got shape \(1, 1\)"),
    ],
)
def test_weighted_sampler_refuses_bad_settings(args, error, message):
    with pytest.raises(error, match=message):
        WeightedRandomSampler(*args)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (([1.0, -1.0], 1), "finite and ≥ 0, got -1.0 at position 1"),
        (([float("nan")], 1), "finite and ≥ 0, got nan at position 0"),
        (([1.0, float("inf")], 1), "finite and ≥ 0, got inf at position 1"),
        (([0.0, 0.0], 1), "at least one weight must be > 0"),
        (([], 1), "at least one weight must be > 0"),
        (([1.0, 1.0], 3, False), "3 samples cannot be drawn without replacement from 2 weights"),
    ],
)
def test_weighted_sampler_refuses_bad_weights_when_it_draws(args, message):
    sampler = WeightedRandomSampler(*args)
    with pytest.raises(RuntimeError, match=message):
        list(sampler)


@pytest.mark.parametrize("n", [0, 1, 5, 6, 7])
@pytest.mark.parametrize("drop_last", [False, True])
def test_batch_sampler_cuts(n, drop_last):
    sampler = BatchSampler(range(n), 3, drop_last)
    batches = list(sampler)
    whole = [list(range(i, min(i + 3, n))) for i in range(0, n, 3)]
    assert batches == [b for b in whole if len(b) == 3 or not drop_last]
    assert len(sampler) == len(batches)


def test_batch_sampler_takes_any_iterable():
    assert list(BatchSampler((i for i in "abc"), 2, False)) == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("batch_size", "drop_last", "message"),
    [
        (0, False, "batch_size must be a positive integer, got 0"),
        (2.5, False, "batch_size must be a positive integer, got 2.5"),
        (True, False, "batch_size must be a positive integer, got True"),
        (2, 0, "drop_last must be True or False, got 0"),
    ],
)
def test_batch_sampler_refuses_bad_settings(batch_size, drop_last, message):
    with pytest.raises(ValueError, match=message):
        BatchSampler(range(3), batch_size, drop_last)


def test_random_sampler_with_replacement_can_go_on_for_ever():
    sampler = RandomSampler(range(7), replacement=True, num_samples=10**10, generator=generator())
    assert len(sampler) == 10**10
    assert set(itertools.islice(sampler, 1000)) == set(range(7))
    assert len(list(RandomSampler(range(7), replacement=True, num_samples=70))) == 70
