"""The bundled digits: splits, types, transforms."""

import hashlib
from importlib import resources

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.data import DataLoader
from seedgrad.datasets import Digits


@pytest.mark.parametrize(("split", "length"), [("train", 8000), ("test", 2000), ("fit", 7000), ("val", 1000)])
def test_digits_splits_have_their_lengths_and_types(split, length):
    digits = Digits(split)
    assert len(digits) == length and digits.split == split
    assert digits.images.shape == (length, 1, 28, 28) and digits.images.dtype == sg.uint8
    assert digits.labels.shape == (length,) and digits.labels.dtype == sg.int64
    counts = np.bincount(digits.labels.array, minlength=10)
    assert len(counts) == 10 and counts.min() > 0.06 * length
    assert 20 < digits.images.array.mean() < 50 and digits.images.array.max() == 255
    assert digits.classes == tuple("0123456789")


def test_fit_and_val_are_the_two_parts_of_train():
    train, fit, val = (Digits(split) for split in ("train", "fit", "val"))
    for name in ("images", "labels"):
        joined = np.concatenate([getattr(fit, name).array, getattr(val, name).array])
        np.testing.assert_array_equal(joined, getattr(train, name).array)


def test_test_split_shares_no_picture_with_train():
    train, test = ({image.tobytes() for image in Digits(split).images.array} for split in ("train", "test"))
    assert len(train) == 8000 and len(test) == 2000 and not train & test


def test_digits_are_the_published_file():
    data = resources.files("seedgrad.datasets").joinpath("files", "mnist10k.npz").read_bytes()
    notice = resources.files("seedgrad.datasets").joinpath("files", "NOTICE").read_text()
    assert hashlib.sha256(data).hexdigest() in notice


def test_digits_samples_and_batches():
    digits = Digits("test")
    image, label = digits[5]
    assert image.shape == (1, 28, 28) and label.shape == () and label.dtype == sg.int64
    images, labels = next(iter(DataLoader(digits, batch_size=16)))
    assert images.shape == (16, 1, 28, 28) and images.dtype == sg.uint8
    np.testing.assert_array_equal(images.array[5], image.array)
    assert labels[5].item() == label.item()


def test_transforms_are_applied_to_samples_and_batches():
    digits = Digits("val", transform=lambda image: image.float() / 255, target_transform=lambda y: int(y) % 2)
    image, parity = digits[3]
    assert image.dtype == sg.float32 and 0.5 < image.max().item() <= 1 and parity in (0, 1)
    images, parities = next(iter(DataLoader(digits, batch_size=8)))
    assert images.shape == (8, 1, 28, 28) and images.dtype == sg.float32
    np.testing.assert_array_equal(parities.array, Digits("val").labels.array[:8] % 2)


def test_writing_to_digits_does_not_change_later_ones():
    first = Digits("test")
    first.images.array[...] = 0
    assert Digits("test").images.array.max() == 255


def test_unknown_split_is_named():
    with pytest.raises(ValueError, match=r"split must be 'train', 'test', .* got 'validation'"):
        Digits("validation")
