"""detect_anomaly: the line that makes NaN is named."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import seedgrad as sg

pytestmark = pytest.mark.filterwarnings("ignore:Anomaly Detection has been enabled")


def _root(a: Any) -> Any:
    return a.sqrt()  # the line that is to be named


def test_the_line_of_the_backward_function_that_made_nan_is_named() -> None:
    a = sg.zeros(2, requires_grad=True)
    with (
        sg.autograd.detect_anomaly(),
        pytest.raises(RuntimeError, match=r"'SqrtBackward0' returned nan values in its 0th output") as error,
    ):
        (_root(a) * 0).sum().backward()
    assert "it received none" in str(error.value)
    assert "in _root" in str(error.value) and "the line that is to be named" in str(error.value)


def test_a_nan_of_the_forward_pass_is_named_too() -> None:
    x = sg.tensor([-1.0, 4.0], requires_grad=True)
    with sg.autograd.detect_anomaly(), pytest.warns(UserWarning, match=r"the forward pass made NaN(.|\n)*in _root"):
        sg.where(x > 0, _root(x.detach()), x).sum().backward()


def test_both_lines_are_named_where_they_differ() -> None:
    x = sg.tensor([-1.0, 4.0], requires_grad=True)
    with (
        sg.autograd.detect_anomaly(),
        pytest.warns(UserWarning, match="made NaN"),
        pytest.raises(
            RuntimeError, match=r"returned nan(.|\n)*The first NaN of the forward pass was made here(.|\n)*_root"
        ),
    ):
        (_root(x) * x).sum().backward()


@pytest.mark.parametrize("create_graph", [False, True])
def test_second_order_passes_are_watched(create_graph: bool) -> None:
    x = sg.zeros(1, requires_grad=True)
    with sg.autograd.detect_anomaly(), pytest.raises(RuntimeError, match="SqrtBackward0"):
        sg.autograd.grad((x.sqrt() * 0).sum(), x, create_graph=create_graph)


def test_check_nan_off_raises_nothing() -> None:
    a = sg.zeros(2, requires_grad=True)
    with sg.autograd.detect_anomaly(check_nan=False):
        assert sg.is_anomaly_enabled() and not sg.is_anomaly_check_nan_enabled()
        (a.sqrt() * 0).sum().backward()
    assert a.grad is not None and a.grad.isnan().all()


def test_the_mode_ends_with_its_block_and_stays_in_its_thread() -> None:
    seen = []
    with sg.autograd.detect_anomaly():
        assert sg.is_anomaly_enabled()
        thread = threading.Thread(target=lambda: seen.append(sg.is_anomaly_enabled()))
        thread.start()
        thread.join()
        with sg.autograd.set_detect_anomaly(False):
            assert not sg.is_anomaly_enabled()
        assert sg.is_anomaly_enabled()
    assert seen == [False] and not sg.is_anomaly_enabled()
    a = sg.zeros(2, requires_grad=True)
    (a.sqrt() * 0).sum().backward()


def test_ops_made_outside_are_reported_without_a_line() -> None:
    a = sg.zeros(2, requires_grad=True)
    y = (a.sqrt() * 0).sum()
    with sg.autograd.detect_anomaly(), pytest.raises(RuntimeError, match="its line is not known"):
        y.backward()


def test_a_warning_says_that_it_is_slow() -> None:
    with pytest.warns(UserWarning, match="Anomaly Detection has been enabled"), sg.autograd.detect_anomaly():
        pass
    with pytest.warns(UserWarning, match="Anomaly Detection has been enabled"):
        switch = sg.autograd.set_detect_anomaly(True)
    with switch:
        assert sg.is_anomaly_enabled()
    assert not sg.is_anomaly_enabled()
