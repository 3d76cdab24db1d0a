"""The path of the failing module, in the note of an error."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

import seedgrad as sg
from seedgrad import nn


def test_error_names_the_path_once() -> None:
    class Block(nn.Module):
        def __init__(self, size: int) -> None:
            super().__init__()
            self.attn = nn.ModuleDict({"proj": nn.Linear(size, 3)})

        def forward(self, x: sg.Tensor) -> sg.Tensor:
            return self.attn["proj"](x)

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.Sequential(Block(3), Block(3), Block(4))

        def forward(self, x: sg.Tensor) -> sg.Tensor:
            return self.blocks(x)

    model = Model()
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"Linear\(4, 3\): the last dimension") as error:
            model(sg.ones(2, 3))
        assert error.value.__notes__ == ["in model.blocks[2].attn.proj"]
        pickle.loads(pickle.dumps(error.value))


def test_error_of_a_single_layer_has_no_note_and_other_notes_stay() -> None:
    with pytest.raises(RuntimeError) as error:
        nn.Linear(4, 3)(sg.ones(1))
    assert not hasattr(error.value, "__notes__")

    class Noted(nn.Module):
        def forward(self, x: Any) -> Any:
            problem = ValueError("bad")
            problem.add_note("mine")
            raise problem

    with pytest.raises(ValueError, match="bad") as second:
        nn.Sequential(nn.Identity(), nn.Sequential(Noted()))(1)
    assert second.value.__notes__ == ["mine", "in model[1][0]"]


def test_error_in_a_module_that_is_not_registered() -> None:
    class Hidden(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inside = [nn.Linear(2, 2)]

        def forward(self, x: Any) -> Any:
            return self.inside[0](x)

    with pytest.raises(RuntimeError) as error:
        nn.Sequential(Hidden())(sg.ones(3))
    assert error.value.__notes__ == ["in model[0].<a module that is not registered>"]
