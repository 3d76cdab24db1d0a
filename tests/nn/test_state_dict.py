"""Saving and loading: sharing, strictness, guesses, hooks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad import nn


def model() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))


def test_state_shares_memory_and_needs_no_gradient() -> None:
    m = model()
    state = m.state_dict()
    assert isinstance(state, dict) and not any(t.requires_grad for t in state.values())
    state["0.weight"].array[...] = 7
    assert (m[0].weight.array == 7).all()
    assert m.state_dict(keep_vars=True)["0.weight"] is m[0].weight
    assert list(m.state_dict(destination={"x": 1}, prefix="p."))[:2] == ["x", "p.0.weight"]


def test_loading_copies_into_the_same_parameters_and_converts() -> None:
    a, b = model(), model().double()
    before = list(a.parameters())
    assert repr(a.load_state_dict(b.state_dict())) == "<All keys matched successfully>"
    assert all(p is q and p.dtype == sg.float32 for p, q in zip(before, a.parameters(), strict=True))
    for p, q in zip(a.parameters(), b.parameters(), strict=True):
        assert np.array_equal(p.array, q.array.astype(np.float32)) and not np.shares_memory(p.array, q.array)


def test_loading_with_assign_takes_the_given_tensors() -> None:
    a, b = model(), model().double()
    a[0].requires_grad_(False)
    a.load_state_dict(b.state_dict(), assign=True)
    assert a[0].weight.dtype == sg.float64 and np.shares_memory(a[0].weight.array, b[0].weight.array)
    assert isinstance(a[0].weight, nn.Parameter) and not a[0].weight.requires_grad and a[2].weight.requires_grad


def test_loading_is_noticed_by_a_recorded_graph() -> None:
    m = nn.Linear(2, 2)
    loss = m(sg.ones(1, 2, requires_grad=True)).sum()
    m.load_state_dict(nn.Linear(2, 2).state_dict())
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_arrays_are_accepted() -> None:
    m = nn.Linear(2, 1)
    m.load_state_dict({"weight": np.ones((1, 2)), "bias": np.zeros(1, np.float32)})
    assert m(sg.ones(1, 2)).item() == 2.0


def test_one_element_vector_fills_a_scalar() -> None:
    m = nn.Module()
    m.scale = nn.Parameter(sg.tensor(1.0))
    m.load_state_dict({"scale": sg.tensor([3.0])})
    assert m.scale.item() == 3.0


def test_transpose_is_guessed() -> None:
    with pytest.raises(
        RuntimeError,
        match=r"shape in current model is \(4, 3\). It is the transpose: load state_dict\['0.weight'\].T",
    ):
        model().load_state_dict({**model().state_dict(), "0.weight": sg.zeros(3, 4)})


@pytest.mark.parametrize("prefix", ["module.", "model.", "_orig_mod.net."])
def test_prefix_is_guessed_and_the_advice_works(prefix: str) -> None:
    plain = model().state_dict()
    longer = {prefix + k: v for k, v in plain.items()}
    with pytest.raises(RuntimeError, match=rf"state_dict start with '{prefix}' and those of the model do not"):
        model().load_state_dict(longer)
    model().load_state_dict({name.removeprefix(prefix): value for name, value in longer.items()})
    outer = nn.Module()
    outer.module = model()
    with pytest.raises(
        RuntimeError, match=r"names of the model start with 'module.' and those in the state_dict do not"
    ):
        outer.load_state_dict(plain)
    outer.load_state_dict({"module." + name: value for name, value in plain.items()})


def test_unrelated_names_get_no_advice() -> None:
    with pytest.raises(RuntimeError) as error:
        model().load_state_dict({"a": sg.ones(1), "b.c": sg.ones(1)})
    assert "start with" not in str(error.value)
    assert 'Missing key(s) in state_dict: "0.weight", "0.bias", "2.weight", "2.bias".' in str(error.value)
    assert 'Unexpected key(s) in state_dict: "a", "b.c".' in str(error.value)


def test_failed_load_lists_all_problems_at_once() -> None:
    state = model().state_dict()
    del state["0.bias"]
    state["extra"], state["2.bias"] = sg.ones(1), sg.ones(5)
    with pytest.raises(RuntimeError, match=r"(?s)Missing.*0.bias.*Unexpected.*extra.*size mismatch for 2.bias"):
        model().load_state_dict(state)
    with pytest.raises(RuntimeError, match=r"size mismatch for 2.bias"):
        model().load_state_dict(state, strict=False)


def test_extra_state_is_saved_and_loaded() -> None:
    class Counter(nn.Module):
        count = 0

        def get_extra_state(self) -> Any:
            return {"count": self.count}

        def set_extra_state(self, state: Any) -> None:
            self.count = state["count"]

    a, b = nn.Sequential(Counter()), nn.Sequential(Counter())
    a[0].count = 5
    assert list(a.state_dict()) == ["0._extra_state"]
    b.load_state_dict(a.state_dict())
    assert b[0].count == 5
    with pytest.raises(RuntimeError, match=r'Missing key\(s\) in state_dict: "0._extra_state"'):
        b.load_state_dict({})


def test_hooks_around_saving_and_loading_can_rename() -> None:
    m = model()
    seen: list[str] = []

    def old_name(module: Any, state: Any, prefix: str, metadata: Any, strict: Any, a: Any, b: Any, c: Any) -> None:
        state[prefix + "0.weight"] = state.pop(prefix + "first.weight")

    m.register_state_dict_pre_hook(lambda module, prefix, keep: seen.append(f"save {prefix!r} {keep}"))
    m.register_state_dict_post_hook(lambda module, state, prefix, metadata: state.update(extra=1))
    handle = m.register_load_state_dict_pre_hook(old_name)
    state = m.state_dict()
    assert seen == ["save '' False"] and state.pop("extra") == 1
    state["first.weight"] = state.pop("0.weight")
    del state["2.bias"]
    with m.register_load_state_dict_post_hook(lambda module, keys: keys.missing_keys.clear()):
        m.load_state_dict(state)
    assert "first.weight" in state  # the caller's dictionary is left alone
    handle.remove()
    with pytest.raises(RuntimeError, match=r'Unexpected key\(s\) in state_dict: "first.weight"'):
        m.load_state_dict(state)


def test_hooks_that_return_something_are_refused() -> None:
    m = model()
    with m.register_state_dict_post_hook(lambda *a: 1), pytest.raises(RuntimeError, match="must return None"):  # type: ignore[arg-type]
        m.state_dict()
    m.register_load_state_dict_post_hook(lambda module, keys: keys)
    with pytest.raises(AssertionError, match="not expected to return new values"):
        m.load_state_dict(m.state_dict())
