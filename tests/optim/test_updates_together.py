"""All parameters of a group updated by one call: the same as one by one, whatever changes between the steps."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

import seedgrad as sg
from seedgrad.kernels import numba_optim_rows
from seedgrad.optim import rows

SHAPES = ((100, 130), (130,), (), (7, 11, 3), (0, 4), (64, 64))
MAKERS: dict[str, Callable[[Any], Any]] = {
    "SGD": lambda p: sg.optim.SGD(p, lr=0.1, weight_decay=0.01),
    "momentum": lambda p: sg.optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.2),
    "Nesterov": lambda p: sg.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda p: sg.optim.Adam(p, lr=0.01, weight_decay=0.1),
    "AdamW": lambda p: sg.optim.AdamW(p, lr=0.01),
}


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of parameters that were updated by one call, call by call."""
    calls: list[int] = []
    run = rows.Rows.run

    def counted(self: Any, *args: Any) -> None:
        calls.append(len(self.sizes))
        run(self, *args)

    monkeypatch.setattr(rows.Rows, "run", counted)
    return calls


def _parameters() -> list[sg.Tensor]:
    draw = np.random.default_rng(0)
    return [sg.tensor(draw.standard_normal(shape).astype(np.float32), requires_grad=True) for shape in SHAPES]


def _give(params: list[sg.Tensor], step: int) -> None:
    draw = np.random.default_rng(1 + step)
    for p in params:
        p.grad = sg.tensor(draw.standard_normal(p.shape).astype(np.float32))


def _train(make: Any, monkeypatch: pytest.MonkeyPatch, change: Any, one_by_one: bool) -> list[Any]:
    with monkeypatch.context() as patch:
        if one_by_one:
            patch.setattr("seedgrad.optim.optimizer.update_together", lambda *_: False)
        params = _parameters()
        optimizer = make(params)
        for step in range(8):
            _give(params, step)
            optimizer = change(params, optimizer, step) or optimizer
            optimizer.step()
    states = [
        [s[k].numpy() for k in sorted(s) if s[k] is not None] for s in [optimizer.state.get(p, {}) for p in params]
    ]
    return [*(p.detach().numpy() for p in params), *(x for s in states for x in s)]


def _nothing(params: Any, optimizer: Any, step: int) -> None:
    pass


def _other_memory(params: Any, optimizer: Any, step: int) -> None:
    if step in (3, 4):
        params[1].data = params[1].detach() * 2
        for state in optimizer.state.values():
            for key, value in state.items():
                if key != "step" and value is not None:
                    state[key] = value.clone()


def _other_rate(params: Any, optimizer: Any, step: int) -> None:
    optimizer.param_groups[0]["lr"] *= 0.7


def _missing_gradients(params: Any, optimizer: Any, step: int) -> None:
    if step in (2, 5):
        params[step].grad = None  # from here on, numbers of steps differ


def _gradients_in_another_order(params: Any, optimizer: Any, step: int) -> None:
    if step > 2:
        params[0].grad = sg.tensor(np.asfortranarray(params[0].grad.numpy()))


def _loaded_state(params: Any, optimizer: Any, step: int) -> None:
    if step == 4:
        optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))


def _gradients_as_before(params: Any, optimizer: Any, step: int) -> None:
    """The same arrays at each step, with other numbers in them."""
    if step:
        for p, kept in zip(params, optimizer.kept, strict=True):
            kept.copy_(p.grad)
            p.grad = kept
    else:
        optimizer.kept = [p.grad for p in params]


CHANGES = (
    _nothing,
    _other_memory,
    _other_rate,
    _missing_gradients,
    _gradients_in_another_order,
    _loaded_state,
    _gradients_as_before,
)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", MAKERS)
def test_together_and_one_by_one_are_the_same(
    name: str, change: Any, monkeypatch: pytest.MonkeyPatch, together: list[int]
) -> None:
    monkeypatch.setattr("seedgrad.kernels.numba_optim_rows.GRAIN", 3000)  # several threads
    found = _train(MAKERS[name], monkeypatch, change, one_by_one=False)
    assert together, "it was never done by one call"
    expected = _train(MAKERS[name], monkeypatch, change, one_by_one=True)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-6, atol=1e-6)  # sums and products fused otherwise


def test_copies_of_an_optimizer_look_up_their_own_memory(together: list[int]) -> None:
    params = _parameters()
    optimizer = sg.optim.Adam(params)
    for step in range(3):
        _give(params, step)
        optimizer.step()
    before = [p.detach().numpy().copy() for p in params]
    others, other = copy.deepcopy((params, optimizer))
    _give(others, 3)
    other.step()
    assert together == [6, 6, 6]
    for p, old, q in zip(params, before, others, strict=True):
        assert (p.detach().numpy() == old).all()
        assert p.numel() == 0 or (q.detach().numpy() != old).any()


def test_gradients_are_not_held(together: list[int]) -> None:
    params = _parameters()
    optimizer = sg.optim.SGD(params, lr=0.1)
    _give(params, 0)
    optimizer.step()
    assert together
    optimizer.zero_grad()
    (kept,) = optimizer._rows.values()
    assert all(reference() is None for reference in kept.gradients)


def test_steps_are_counted_only_where_they_are_equal() -> None:
    counts = [np.array(n, np.float32) for n in (3, 3, 4)]
    places = np.array([c.__array_interface__["data"][0] for c in counts])
    assert numba_optim_rows.count_together(places) == -1 and [*map(int, counts)] == [3, 3, 4]
    assert numba_optim_rows.count_together(places[:2]) == 4 and [*map(int, counts)] == [4, 4, 4]


def test_a_formula_of_one_s_own_is_not_passed_over() -> None:
    class Own(sg.optim.SGD):
        def prepare(self, p: Any, state: Any, group: Any) -> Any:
            return (0.0, *super().prepare(p, state, group)[1:])

    params = _parameters()
    before = [p.detach().numpy().copy() for p in params]
    _give(params, 0)
    Own(params, lr=0.1).step()
    for p, old in zip(params, before, strict=True):
        assert (p.detach().numpy() == old).all()


def test_memory_that_must_not_be_written_is_left_to_the_usual_way(together: list[int]) -> None:
    array = np.zeros((200, 200), np.float32)
    p = sg.from_numpy(array).requires_grad_()
    p.grad = sg.ones(200, 200)
    array.flags.writeable = p.array.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        sg.optim.SGD([p], lr=0.1).step()
    assert not together
    assert not array.any()
