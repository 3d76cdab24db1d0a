"""The parts of the recipe: the shift, the learning rate, the data, and the example that repeats it all."""

import importlib.util
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.cli.pictures import Pictures, load_digits, random_shift
from seedgrad.cli.recipe import Recipe, one_cycle
from seedgrad.cli.training import DigitsRun

EXAMPLE = Path(__file__).parents[2] / "examples" / "digits_lenet.py"


def pictures(images, margin):
    return Pictures.of(sg.from_numpy(images), sg.zeros(len(images)), margin).images


def test_shift_moves_each_picture_on_its_own_and_evenly():
    dots = np.zeros((5000, 1, 28, 28), dtype=np.uint8)
    dots[:, 0, 14, 14] = 255
    sg.manual_seed(0)
    shifted = random_shift(pictures(dots, margin=2), 2).numpy()
    assert shifted.shape == (5000, 1, 28, 28) and shifted.dtype == np.float32
    brightest = shifted.reshape(5000, -1).argmax(1)
    rows, columns = np.divmod(brightest, 28)
    places, counts = np.unique(np.stack([rows, columns]), axis=1, return_counts=True)
    assert places.shape == (2, 25) and places.min() == 12 and places.max() == 16
    assert np.all(abs(counts - 200) < 70)  # five standard deviations of a fair draw


def test_shift_of_nothing_changes_nothing_and_background_moves_in():
    same = pictures(np.random.default_rng(0).integers(0, 256, (3, 1, 28, 28), dtype=np.uint8), margin=0)
    np.testing.assert_array_equal(random_shift(same, 0).numpy(), same.numpy())
    background = pictures(np.zeros((1, 1, 28, 28), np.uint8), margin=2).numpy()
    assert np.all(background == background[0, 0, 0, 0])


def test_learning_rate_rises_for_a_tenth_and_falls_to_zero():
    factors = [one_cycle(step, 1000, 0.1) for step in range(1001)]
    assert factors[0] == pytest.approx(0.01)
    assert factors[99] == factors[100] == 1
    assert all(a > b for a, b in itertools.pairwise(factors[100:]))
    assert factors[550] == pytest.approx(0.5)
    assert factors[1000] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("steps", [1, 2, 5, 15, 125])
def test_learning_rate_never_exceeds_its_height_in_short_runs(steps):
    factors = [one_cycle(step, steps, 0.1) for step in range(steps + 1)]
    assert max(factors) == 1 and min(factors) == pytest.approx(0, abs=1e-12)


def test_validation_holds_out_the_last_thousand_training_digits():
    train, test = load_digits(Recipe())
    part, held_out = load_digits(Recipe(validate=True))
    assert (len(train), len(test), len(part), len(held_out)) == (8000, 2000, 7000, 1000)
    np.testing.assert_array_equal(part.labels.numpy(), train.labels.numpy()[:7000])
    np.testing.assert_array_equal(held_out.labels.numpy(), train.labels.numpy()[7000:])
    np.testing.assert_array_equal(held_out.images.numpy(), train.images.numpy()[7000:, :, 2:-2, 2:-2])
    assert len(load_digits(Recipe(train_size=10))[0]) == 10


def test_pixels_are_normalised_by_their_own_mean_and_spread():
    images = load_digits(Recipe(most_shift=0))[0].images.numpy()
    assert abs(images.mean()) < 0.01 and abs(images.std() - 1) < 0.01


def test_example_trains_the_same_network_as_the_command(monkeypatch, capsys):
    spec = importlib.util.spec_from_file_location("digits_lenet", EXAMPLE)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    few = Recipe(epochs=2, seed=3, train_size=300)

    class FewDigits(example.Digits):
        def __init__(self, split):
            super().__init__(split)
            self.images, self.labels = self.images[:300], self.labels[:300]

    models = []
    build = example.LeNet5
    monkeypatch.setattr(example, "LeNet5", lambda: models.append(build()) or models[0])
    monkeypatch.setattr(example, "Digits", FewDigits)
    monkeypatch.setattr(sys, "argv", ["digits_lenet.py", "--epochs", "2", "--seed", "3"])
    example.main()

    train, test = load_digits(few)
    run = DigitsRun(few, train, Pictures(test.images[:300], test.labels[:300]))
    while not run.finished:
        for _ in run.batches():
            pass
        run.finish_epoch()
    for name, value in run.model.state_dict().items():
        np.testing.assert_array_equal(value.numpy(), models[0].state_dict()[name].numpy(), err_msg=name)
    printed = capsys.readouterr().out.splitlines()[-1]
    assert printed == f"test accuracy: {run.history[-1]['test_accuracy']:.2f} %"
