"""The pictures: what is drawn, what is refused, and that no global state of matplotlib is touched."""

import subprocess
import sys

import numpy as np
import pytest

from seedgrad import viz

LABELS = np.array([0, 0, 1, 1, 1, 2])
GUESSES = np.array([0, 1, 1, 1, 2, 2])


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_curves_draws_one_panel_a_quantity_and_one_line_a_series(tmp_path):
    figure = viz.curves(
        {
            "loss": {"train": [2.0, 0.5, 0.1], "test": [1.0, 0.6, 0.3]},
            "accuracy (%)": {"train": [90, 95, 99]},
        },
        title="a run",
    )
    left, right = figure.axes
    assert (left.get_ylabel(), right.get_ylabel()) == ("loss", "accuracy (%)")
    assert left.get_xlabel() == "epoch" and figure.get_suptitle() == "a run"
    np.testing.assert_allclose(left.get_lines()[1].get_ydata(), [1.0, 0.6, 0.3])
    np.testing.assert_array_equal(left.get_lines()[1].get_xdata(), [1, 2, 3])
    assert [text.get_text() for text in left.get_legend().get_texts()] == ["train: 0.1", "test: 0.3"]
    figure.savefig(tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([2.0, 0.1], "log"),  # more than a factor of ten
        ([2.0, 0.3], "linear"),
        ([2.0, 0.0], "linear"),  # no logarithm of zero
        ([2.0, -0.1], "linear"),
        ([float("nan"), 2.0, 0.1], "log"),  # a gap is no value
        ([float("nan")], "linear"),
        ([1.0], "linear"),  # a run of one epoch
    ],
)
def test_curves_choose_the_axis_by_the_range_of_the_values(values, scale, tmp_path):
    figure = viz.curves({"loss": {"train": values}})
    assert figure.axes[0].get_yscale() == scale
    figure.savefig(tmp_path / "curves.png")


@pytest.mark.parametrize(
    ("panels", "message"),
    [
        ({}, "at least one panel is needed, got none"),
        ({"loss": {}}, "the panel 'loss' has no series"),
        ({"loss": {"train": []}}, r"'train' of 'loss' must be a flat sequence .* got shape \(0,\)"),
        ({"loss": {"train": [[1.0, 2.0]]}}, r"must be a flat sequence .* got shape \(1, 2\)"),
    ],
)
def test_curves_refuse_what_they_cannot_draw(panels, message):
    with pytest.raises(ValueError, match=message):
        viz.curves(panels)


def test_confusion_matrix_counts_rows_by_truth_and_columns_by_prediction(tmp_path):
    figure = viz.confusion_matrix(LABELS, GUESSES)
    matrix = figure.axes[0]
    cells = {tuple(map(int, text.get_position())): text.get_text() for text in matrix.texts}
    # (column, row): the prediction, the truth
    assert cells == {(0, 0): "1", (1, 0): "1", (1, 1): "2", (2, 1): "1", (2, 2): "1"}
    assert figure.get_suptitle() == "4 of 6 right (66.67 %)"
    shares = [label.get_text() for label in matrix.child_axes[0].get_yticklabels()]
    assert shares == ["50.0 %", "66.7 %", "100.0 %"]
    figure.savefig(tmp_path / "matrix.png")


def test_confusion_matrix_colours_only_the_mistakes():
    picture = viz.confusion_matrix(LABELS, GUESSES).axes[0].get_images()[0]
    expected = [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    np.testing.assert_array_equal(np.ma.filled(picture.get_array(), 0), expected)


def test_confusion_matrix_shows_named_classes_that_do_not_occur():
    figure = viz.confusion_matrix([0, 1], [0, 1], class_names=["cat", "dog", "emu"])
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["cat", "dog", "emu"]
    assert figure.axes[0].child_axes[0].get_yticklabels()[2].get_text() == "none"


@pytest.mark.parametrize(
    ("labels", "guesses", "names", "message"),
    [
        ([0, 1], [0], None, r"equally long, .* got shapes \(2,\) and \(1,\)"),
        ([], [], None, r"at least one element, got shapes \(0,\)"),
        ([[0]], [[0]], None, r"must be flat .* got shapes \(1, 1\)"),
        ([0.0, 1.0], [0, 1], None, "labels must be whole numbers from 0, got dtype float64"),
        ([0, 1], [0, -1], None, "predictions must be whole numbers from 0, .* smallest value -1"),
        ([0, 2], [0, 1], ["cat", "dog"], "class 2 occurs, so at least 3 class_names are needed, got 2"),
    ],
)
def test_confusion_matrix_refuses_what_it_cannot_count(labels, guesses, names, message):
    with pytest.raises(ValueError, match=message):
        viz.confusion_matrix(labels, guesses, class_names=names)


PROBABILITIES = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.95, 0.05]])
TRUTH = np.array([0, 0, 1, 1])  # wrong: 1 (sure to 80 %), 2 (70 %), 3 (95 %)


def test_worst_mistakes_come_in_order_of_confidence(tmp_path):
    images = np.arange(4)[:, None, None] * np.ones((4, 6, 6))
    figure = viz.worst_mistakes(images, TRUTH, PROBABILITIES, class_names=["cat", "dog"])
    assert [axes.get_title() for axes in figure.axes] == [
        "predicted cat (95.0 %)",
        "predicted dog (80.0 %)",
        "predicted cat (70.0 %)",
    ]
    assert texts(figure.axes[0]) == ["label dog (5.0 %)"]
    shown = [axes.get_images()[0].get_array()[0, 0] for axes in figure.axes]
    assert shown == [3, 1, 2]
    assert figure.get_suptitle() == "all 3 mistakes in 4 pictures"
    figure.savefig(tmp_path / "mistakes.png")


def test_worst_mistakes_draws_at_most_count_pictures():
    figure = viz.worst_mistakes(np.zeros((4, 1, 6, 6)), TRUTH, PROBABILITIES, count=2)
    assert len(figure.axes) == 2
    assert figure.get_suptitle() == "the 2 worst of 3 mistakes in 4 pictures"


def test_worst_mistakes_says_when_there_are_none():
    figure = viz.worst_mistakes(np.zeros((2, 3, 6, 6)), [0, 1], PROBABILITIES[:2])
    assert figure.axes == [] and figure.get_suptitle() == "no mistakes in 2 pictures"


def test_worst_mistakes_draws_colour_pictures():
    figure = viz.worst_mistakes(np.full((4, 3, 5, 7), 0.5), TRUTH, PROBABILITIES)
    assert figure.axes[0].get_images()[0].get_array().shape == (5, 7, 3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": np.zeros((4, 2, 6, 6))}, r"\(N, 3, H, W\), got \(4, 2, 6, 6\)"),
        ({"images": np.zeros((4, 6))}, r"\(N, H, W\).*, got \(4, 6\)"),
        ({"labels": TRUTH[:3]}, r"4 images need labels of shape \(4,\) .* got \(3,\) and \(4, 2\)"),
        ({"probabilities": PROBABILITIES[:, 0]}, r"got \(4,\) and \(4,\)"),
        ({"labels": np.array([0, 1, 2, 0])}, "whole numbers from 0 to 1, .* values from 0 to 2"),
        ({"labels": TRUTH.astype(float)}, "whole numbers from 0 to 1, .* got dtype float64"),
        ({"count": 0}, "count must be at least 1, got 0"),
        ({"class_names": ["cat"]}, "one name for each of the 2 classes, got 1"),
    ],
)
def test_worst_mistakes_refuse_what_does_not_fit(change, message):
    arguments = {"images": np.zeros((4, 6, 6)), "labels": TRUTH, "probabilities": PROBABILITIES} | change
    with pytest.raises(ValueError, match=message):
        viz.worst_mistakes(**arguments)


def test_viz_is_drawn_without_pyplot_and_imported_without_matplotlib():
    program = """
import sys
from seedgrad import viz
assert "matplotlib" not in sys.modules
viz.curves({"loss": {"train": [1.0]}})
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_drawing_without_matplotlib_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r'pip install "seedgrad\[viz\]"'):
        viz.confusion_matrix([0], [0])
