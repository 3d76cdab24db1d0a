"""What a random program of views and writes is made of: the two pools of tensors, and what is drawn."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import note

import seedgrad as sg

SHAPES = [(4,), (2, 3), (3, 2), (2, 2, 2), (3, 3), (1, 4), ()]
# PyTorch refuses a view whose base was written when it is used, seedgrad when its gradient is asked for.
STALE = ("its base or another view of its base has been modified inplace",)
# A change of shape in place leaves all values as they are.
RESHAPED = ("= unsqueeze_(", "= t_(", "= as_strided_(")
# PyTorch refuses operands that overlap what is written; seedgrad copies them.
OVERLAP = "refer to a single memory location"


class Program:
    """The two pools, and the running of one step on both."""

    def __init__(self) -> None:
        self.ours: list[sg.Tensor] = []
        self.theirs: list[torch.Tensor] = []
        self.leaves: list[int] = []
        self.text: list[str] = []

    def add_leaf(self, shape: tuple[int, ...], requires_grad: bool, seed: int) -> None:
        values = np.random.default_rng(seed).uniform(0.5, 1.5, shape)
        self.ours.append(sg.tensor(values, requires_grad=requires_grad))
        self.theirs.append(torch.tensor(values, requires_grad=requires_grad))
        if requires_grad:
            self.leaves.append(len(self.ours) - 1)
        self.text.append(f"t{len(self.ours) - 1} = leaf{shape} requires_grad={requires_grad}")

    def step(self, text: str, i: int, function: Any, *others: int) -> None:
        """Apply function(tensor i, *other tensors, module); a new tensor joins the pool."""
        self.text.append(f"t{len(self.ours)} = {text}")
        note(self.text[-1])
        theirs, their_error = attempt(function, self.theirs[i], *[self.theirs[j] for j in others], torch)
        if their_error is not None and OVERLAP in str(their_error) and "expanded" not in str(their_error):
            if "input tensor" in str(their_error) or "some elements" in str(their_error):
                self.text.append("   (overlap: skipped)")
                return
        ours, our_error = attempt(function, self.ours[i], *[self.ours[j] for j in others], sg)
        if their_error is not None and any(s in str(their_error) for s in STALE):
            if our_error is None and ours is not None and not self.lenient():
                with pytest.raises(RuntimeError):
                    ours.sum().backward()
            raise StopProgram
        assert type(our_error) is type(their_error), (self.text, our_error, their_error)
        if our_error is None and isinstance(ours, sg.Tensor):
            self.ours.append(ours)
            self.theirs.append(theirs)

    def lenient(self) -> bool:
        """Whether there is a step that PyTorch counts as a write and seedgrad need not."""
        return any(word in line for line in self.text for word in ("no_grad", "detach", *RESHAPED))

    def check_values(self) -> None:
        for k, (a, b) in enumerate(zip(self.ours, self.theirs, strict=True)):
            # PyTorch derives a view's node anew when it is looked at; before that, a write takes it for a leaf.
            attempt(lambda t: t.grad_fn, b)
            assert a.shape == tuple(b.shape), (self.text, k)
            assert a.requires_grad == b.requires_grad, (self.text, k)
            np.testing.assert_allclose(
                a.detach().numpy(), b.detach().numpy(), rtol=1e-9, atol=1e-12, err_msg=f"{k} {self.text}"
            )


class StopProgram(Exception):
    """PyTorch would not go on."""


def attempt(function: Any, *args: Any) -> tuple[Any, Exception | None]:
    try:
        return function(*args), None
    except (RuntimeError, IndexError, ValueError, TypeError) as error:
        return None, error


def numbers(shape: tuple[int, ...], module: Any, salt: int = 0) -> Any:
    values = np.random.default_rng(len(shape) + salt).uniform(0.5, 1.5, shape)
    return module.tensor(values)


@st.composite
def basic_index(draw: Any, shape: tuple[int, ...]) -> Any:
    parts: list[Any] = []
    for n in shape[: draw(st.integers(0, len(shape)))]:
        if draw(st.booleans()):
            parts.append(draw(st.integers(-n, n - 1)) if n else slice(None))
        else:
            parts.append(draw(st.sampled_from([slice(None), slice(0, 1), slice(1, None), slice(None, None, 2)])))
    if draw(st.integers(0, 4)) == 0:
        parts.insert(draw(st.integers(0, len(parts))), draw(st.sampled_from([None, ...])))
    return tuple(parts)


@st.composite
def advanced_index(draw: Any, shape: tuple[int, ...]) -> Any:
    """Positions (each at most once, so that what a write does is defined) or a mask, for one dimension."""
    axis = draw(st.integers(0, len(shape) - 1))
    lead = (slice(None),) * axis
    if draw(st.booleans()):
        mask = draw(st.lists(st.booleans(), min_size=shape[axis], max_size=shape[axis]))
        return (*lead, mask) if mask else lead
    return (*lead, draw(st.lists(st.integers(0, max(shape[axis] - 1, 0)), unique=True, max_size=shape[axis])))


def same_memory(ours: sg.Tensor, theirs: torch.Tensor) -> bool:
    """Whether the elements lie in the same order in memory of the same, positive, length."""
    a, b = ours.untyped_storage().nbytes(), theirs.untyped_storage().nbytes()
    return a == b > 0 and (ours.stride(), ours.storage_offset()) == (theirs.stride(), theirs.storage_offset())


def overlaps(t: torch.Tensor) -> bool:
    """Whether several elements lie at one place."""
    where = torch.arange(t.untyped_storage().nbytes() // t.element_size())
    seen = where.as_strided(t.size(), t.stride(), t.storage_offset())
    return len(seen.unique()) < seen.numel()


def sharing(p: Program, i: int) -> list[int]:
    """The tensors that lie in the memory of tensor i."""
    at = p.theirs[i].untyped_storage().data_ptr()
    return [k for k, t in enumerate(p.theirs) if t.untyped_storage().data_ptr() == at]


@st.composite
def strided_view(draw: Any, t: torch.Tensor) -> tuple[Any, ...]:
    """Sizes, strides and an offset that stay inside the memory of a tensor."""
    room = t.untyped_storage().nbytes() // t.element_size()
    offset = draw(st.sampled_from([None, 0, min(t.storage_offset(), room - 1)]))
    left = max(room - 1 - (t.storage_offset() if offset is None else offset), 0)
    sizes, strides = [], []
    for _ in range(draw(st.integers(0, 2))):
        stride = draw(st.integers(1, 3))
        n = draw(st.integers(1, 1 + min(left // stride, 2)))
        left -= (n - 1) * stride
        sizes.append(n)
        strides.append(stride)
    return tuple(sizes), tuple(strides), offset
