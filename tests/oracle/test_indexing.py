"""x[index] and x[index] = value against PyTorch, for indices of all kinds and their mixtures."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings

import seedgrad as sg


class Ours:
    """Builds the parts of an index that hold data: here for seedgrad, below for PyTorch."""

    module: Any = sg

    def array(self, values: Any, kind: str) -> Any:
        if kind == "list":
            return values
        if kind == "numpy":
            return np.array(values, bool if values and isinstance(flat(values)[0], bool) else np.int64)
        dtype = {"int32": self.module.int32, "tensor": None}[kind]
        if dtype is None:
            dtype = self.module.bool if values and isinstance(flat(values)[0], bool) else self.module.int64
        return self.module.tensor(values, dtype=dtype)


class Theirs(Ours):
    module = torch


def flat(values: Any) -> list[Any]:
    return [x for v in values for x in flat(v)] if isinstance(values, list) else [values]


def build(parts: list[Any], side: Ours) -> Any:
    """The index that a drawn description stands for."""
    out = tuple(side.array(p[1], p[2]) if isinstance(p, tuple) and p[0] == "array" else p for p in parts)
    return out[0] if len(out) == 1 else out


@st.composite
def indices(draw: Any, shape: tuple[int, ...], advanced: bool = True, unique: bool = False) -> list[Any]:
    """An index for a shape: mostly valid, now and then out of range or too long."""
    parts: list[Any] = []
    axis = 0
    length = draw(st.integers(1, 2))
    while axis < len(shape) and draw(st.integers(0, 5)):
        n = shape[axis]
        kinds = ["int", "slice", "slice", "none", "dots"]
        kinds += ["positions", "mask", "matrix", "0-d"] if advanced else []
        kind = draw(st.sampled_from(kinds))
        if kind == "int":
            parts.append(draw(st.integers(-n - (draw(st.integers(0, 9)) == 0), max(n - 1, 0))))
        elif kind == "slice":
            ends = st.none() | st.integers(-n - 1, n + 1)
            parts.append(slice(draw(ends), draw(ends), draw(st.none() | st.integers(1, 3))))
        elif kind == "none":
            parts.append(None)
            continue
        elif kind == "dots":
            if any(p is ... for p in parts):
                continue
            parts.append(...)
            continue
        elif kind == "0-d":
            if not n:
                continue
            parts.append(("array", draw(st.integers(-n, n - 1)), draw(st.sampled_from(["tensor", "numpy"]))))
        elif kind == "mask":
            values = draw(st.lists(st.booleans(), min_size=n, max_size=n))
            how = draw(st.sampled_from(["tensor", "numpy", "list"])) if n else "tensor"
            if not n:
                continue
            parts.append(("array", values, how))
        else:
            if not n or (unique and kind == "matrix"):
                continue
            low = 0 if unique else -n
            row = st.lists(st.integers(low, n - 1), min_size=length, max_size=length, unique=unique and n >= length)
            values = draw(row) if kind == "positions" else draw(st.lists(row, min_size=1, max_size=2))
            how = draw(st.sampled_from(["tensor", "int32", "numpy", "list"])) if kind == "positions" else "tensor"
            parts.append(("array", values, how))
        axis += 1
    return parts or [slice(None)]


SHAPES = st.lists(st.integers(0, 4), max_size=4).map(tuple)


def attempt(function: Any) -> tuple[Any, Any]:
    try:
        return function(), None
    except (IndexError, RuntimeError, ValueError, TypeError) as error:
        return None, error


def made(shape: tuple[int, ...], module: Any, salt: int = 0) -> Any:
    return module.tensor(np.random.default_rng(salt).normal(size=shape))


@settings(max_examples=400, deadline=None)
@given(st.data(), SHAPES)
def test_reading_equals_torch(data, shape):
    parts = data.draw(indices(shape))
    found = []
    for module, side in ((sg, Ours()), (torch, Theirs())):
        x = made(shape, module).requires_grad_()
        index = build(parts, side)
        y, error = attempt(lambda x=x, index=index: x[index])
        if error is not None:
            found.append((type(error),))
            continue
        y = x[index]
        weights = made(tuple(y.shape), module, 1)
        (g,) = module.autograd.grad((y * y * weights).sum(), x, create_graph=True)
        (h,) = module.autograd.grad((g * g).sum(), x)
        shares = np.may_share_memory(y.detach().numpy(), x.detach().numpy()) and bool(y.numel())
        found.append((tuple(y.shape), shares, *(t.detach().numpy().tolist() for t in (y, g, h))))
    compare(found, parts, 0 in shape)


def compare(found: list[Any], parts: Any, empty: bool) -> None:
    ours, theirs = found
    if empty and (ours[0] is IndexError or theirs[0] is IndexError):
        return  # PyTorch checks the positions in tensors without elements now and then
    assert len(ours) == len(theirs), (parts, ours, theirs)
    for a, b in zip(ours, theirs, strict=True):
        if isinstance(a, (list, float)):
            np.testing.assert_allclose(a, b, rtol=1e-12, err_msg=str(parts))
        else:
            assert a == b, (parts, a, b)


@settings(max_examples=400, deadline=None)
@given(st.data(), SHAPES, st.sampled_from(["number", "tensor", "broadcast", "0-d"]), st.booleans(), st.booleans())
def test_writing_equals_torch(data, shape, what, graph, value_graph):
    parts = data.draw(indices(shape, unique=True))
    arrays = [p for p in parts if isinstance(p, tuple)]
    found = []
    for module, side in ((sg, Ours()), (torch, Theirs())):
        leaf, index = made(shape, module).requires_grad_(graph), build(parts, side)
        x = leaf * 1.5 if graph else leaf
        sizes, error = attempt(lambda x=x, index=index: tuple(x[index].shape))
        if error is not None:
            _, error = attempt(lambda x=x, index=index: x.__setitem__(index, 1.0))
            found.append((type(error),))
            continue
        sizes = {"number": None, "tensor": sizes, "broadcast": (1, *sizes[1:]) if sizes else (1,), "0-d": ()}[what]
        value = 0.5 if sizes is None else made(sizes, module, 2).requires_grad_(value_graph)
        _, error = attempt(lambda x=x, index=index, value=value: x.__setitem__(index, value))
        if error is not None:
            found.append((type(error), str(error)[:0]))
            continue
        results = [x]
        leaves = [t for t in (leaf, value) if not isinstance(t, float) and t.requires_grad]
        if x.requires_grad and leaves:
            g = module.autograd.grad((x * x * x).sum(), leaves, create_graph=True, allow_unused=True)
            squares = sum((t * t).sum() for t in g if t is not None)
            second = [None for _ in leaves]
            if not isinstance(squares, int) and squares.requires_grad:
                second = module.autograd.grad(squares, leaves, allow_unused=True)
            for t, values in zip([*leaves, *leaves], [*g, *second], strict=True):
                results.append(module.zeros_like(t) if values is None else values)
        found.append((x.requires_grad, *(t.detach().numpy().tolist() for t in results)))
    compare(found, (parts, arrays, what), 0 in shape)


@pytest.mark.parametrize(
    ("index", "error", "text"),
    [
        (5, IndexError, r"index 5 is out of bounds for dimension 0 with size 2 \(the shape is \(2, 3\)\)"),
        ((0, -4), IndexError, "index -4 is out of bounds for dimension 1 with size 3"),
        ((0, 0, 0), IndexError, r"too many indices for tensor of dimension 2: got 3 for shape \(2, 3\)"),
        (slice(None, None, -1), ValueError, "step must be greater than zero.*use flip"),
        (1.0, IndexError, "only integers, slices.*got float"),
        ("a", TypeError, "only integers, slices.*got str"),
        ([True, False, True], IndexError, r"The shape of the mask \[3\] at index 0 does not match"),
        ([5], IndexError, "index 5 is out of bounds for dimension 0 with size 2"),
        (([0, 1], [0, 1, 2]), IndexError, r"indexing tensors could not be broadcast together with shapes \[2\], \[3\]"),
    ],
)
def test_reading_refuses(index, error, text):
    with pytest.raises(error, match=text):
        sg.zeros(2, 3)[index]
    with pytest.raises(error):
        torch.zeros(2, 3)[index]
    with pytest.raises(error):
        sg.zeros(2, 3)[index] = 1.0
    with pytest.raises(error):
        sg.zeros(2, 3, requires_grad=True)[index]


def test_reading_refuses_float_positions():
    with pytest.raises(IndexError, match="tensors used as indices must be of type int64, int32 or bool, got float32"):
        sg.zeros(2, 3)[sg.tensor([0.5])]
    with pytest.raises(IndexError):
        torch.zeros(2, 3)[torch.tensor([0.5])]


def test_reading_refuses_a_number_of_a_0d_tensor():
    with pytest.raises(IndexError, match="invalid index of a 0-dim tensor"):
        sg.tensor(1.0)[0]
    with pytest.raises(IndexError, match="invalid index of a 0-dim tensor"):
        sg.tensor(1.0)[sg.tensor([0])]


@pytest.mark.parametrize(
    ("index", "value", "error", "text"),
    [
        (0, [1.0, 2.0, 3.0], TypeError, "can't assign a list to a seedgrad.float32 tensor"),
        (0, None, TypeError, "can't assign a NoneType"),
        (0, sg.ones(4), RuntimeError, r"a value of shape \[4\] can't be broadcast to the target of shape \[3\]"),
        ([0], sg.ones(4), RuntimeError, r"value tensor of shape \[4\] cannot be broadcast to indexing result"),
        ([0], sg.ones(3, dtype=sg.float64), RuntimeError, "Index put requires the source and destination dtypes match"),
        (0, 1j, RuntimeError, "value cannot be converted to type float32 without overflow"),
    ],
)
def test_writing_refuses(index, value, error, text):
    with pytest.raises(error, match=text):
        sg.zeros(2, 3)[index] = value


def test_writing_to_a_leaf_refuses():
    x = sg.zeros(3, requires_grad=True)
    with pytest.raises(RuntimeError, match="a view of a leaf Variable that requires grad"):
        x[0] = 1.0
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        x[[0]] = 1.0
    with sg.no_grad():
        x[0] = 1.0
    assert x.tolist() == [1.0, 0.0, 0.0]


def test_uint8_index_is_a_mask_with_a_warning():
    with pytest.warns(UserWarning, match="uint8 is deprecated"):
        assert sg.tensor([1, 2, 3])[sg.tensor([1, 0, 1], dtype=sg.uint8)].tolist() == [1, 3]


def test_reading_keeps_its_own_positions_for_the_gradient():
    x, where = sg.zeros(3, requires_grad=True), sg.tensor([0, 1])
    y = x[where]
    where += 1
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0, 0.0]


def test_adding_to_a_part_keeps_one_node():
    """x[0] += 1 writes the view; assigning it to itself afterwards adds nothing."""
    x = sg.zeros(2, 3, requires_grad=True) * 1
    x[0] += 1
    assert x.grad_fn.name() == "CopySlicesBackward0"
    assert x.grad_fn.next_functions[0][0].name() == "MulBackward0"


@pytest.mark.parametrize("shape", [(1000, 8), (1000,), (50, 4, 5)])
@pytest.mark.parametrize("axis", [0, -1])
def test_gradient_of_repeated_positions_is_the_sum(shape, axis):
    where = np.random.default_rng(0).integers(0, shape[axis], 300)
    grads = []
    for module in (sg, torch):
        x = made(shape, module).requires_grad_()
        y = x[module.tensor(where)] if axis == 0 else x[..., module.tensor(where)]
        (y * made(tuple(y.shape), module, 1)).sum().backward()
        grads.append(x.grad.numpy())
    np.testing.assert_allclose(grads[0], grads[1], rtol=1e-12, atol=1e-12)
