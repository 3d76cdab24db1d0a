"""Small programs that PyTorch and this package run alike: corners where two parts of the library meet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import seedgrad as sg


def outcome(program: Callable[[Any], Any], package: Any) -> str:
    """What a program gives, as text without the package's name, or the class of what it raises."""
    try:
        found = program(package)
    except Exception as error:
        return type(error).__name__
    return str(found).replace("torch.", "").replace("seedgrad.", "")


def write_to_selected(p: Any) -> Any:
    x = p.tensor(1.0)
    x.index_select(0, p.tensor([0])).add_(1)
    return x


def index_write(name: str, *values: Any) -> Callable[[Any], Any]:
    def program(p: Any) -> Any:
        x = p.tensor(2.0)
        y = getattr(x, name)(0, p.tensor([0]), *[v if isinstance(v, float) else p.tensor(v[0]) for v in values])
        return x, y, y is x

    return program


def leaf_view(write: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    def program(p: Any) -> Any:
        data = p.ones(2, 3)
        x = data.t().requires_grad_()
        write(p, x)
        return x, data

    return program


def linear_gradients(p: Any) -> Any:
    x, weight = p.ones(2, 3, 0, requires_grad=True), p.ones(4, 0, requires_grad=True)
    p.nn.functional.linear(x, weight).sum().backward()
    return x.grad, weight.grad


def assign(index: Any, made: Callable[[Any], Any], before: bool = False) -> Callable[[Any], Any]:
    """What was computed before is written over the whole of a tensor, which is used with the tensor's old self."""

    def program(p: Any) -> Any:
        x = p.tensor([0.5, 1.5], requires_grad=True)
        c = p.tensor([2.0, 3.0], requires_grad=True)
        w = made(x)
        out = c * 1 if before else p.zeros(2)
        out[index] = w
        w.register_hook(lambda g: g * 2)
        (out * out.detach()).sum().backward()
        return x.grad, c.grad, out.is_leaf, out.grad_fn is w.grad_fn

    return program


def then_in_place(f: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    """A function whose result is overwritten, as by `ReLU(inplace=True)`, before the backward pass."""

    def program(p: Any) -> Any:
        x = p.tensor([0.5, -1, 2, 0.25, 1.5, -2, -0.5, 3, -3, -0.75, -0.25, -4], requires_grad=True)
        y = p.nn.functional.relu(f(p, x), inplace=True)
        y *= 2
        (y * y.detach()).sum().backward()
        return y.detach(), x.grad

    return program


PROGRAMS: dict[str, Callable[[Any], Any]] = {
    "index_select of a 0-d tensor is a copy": write_to_selected,
    "index_select of a 0-d tensor, two": lambda p: p.tensor(1.0).index_select(0, p.tensor([0, 0])),
    "index_fill of a 0-d tensor": index_write("index_fill", 3.0),
    "index_fill_ of a 0-d tensor": index_write("index_fill_", 3.0),
    "index_add of a 0-d tensor": index_write("index_add", [3.0]),
    "index_add_ of a 0-d tensor": index_write("index_add_", [3.0]),
    "index_copy of a 0-d tensor": index_write("index_copy", [3.0]),
    "index_copy_ of a 0-d tensor": index_write("index_copy_", [3.0]),
    "index_copy of a 0-d tensor from one element": index_write("index_copy", [[3.0]]),
    "index_add of a 0-d tensor from one element": index_write("index_add", [[3.0]]),
    "take_along_dim of a 0-d tensor": lambda p: p.take_along_dim(p.tensor(1.0), p.tensor(0), 0),
    "roll of a 0-d tensor": lambda p: p.tensor(1.0).roll(1),
    "roll of a 0-d tensor along a dimension": lambda p: p.tensor(1.0).roll(1, 0),
    "tensordot of 1 with n": lambda p: p.tensordot(p.arange(8.0).reshape(4, 2, 1), p.arange(8.0).reshape(4, 2), 1),
    "tensordot of n with 1": lambda p: p.tensordot(
        p.arange(6, dtype=p.int32).reshape(3, 2), p.arange(3, dtype=p.int32).reshape(3, 1), ([1], [1])
    ),
    "tensordot of 2 with 3": lambda p: p.tensordot(p.ones(2), p.ones(3), 1),
    "copy_ with more dimensions": lambda p: p.zeros(4).copy_(p.ones(1, 4)),
    "copy_ into a 0-d tensor": lambda p: p.tensor(0.0).copy_(p.ones(1)),
    "copy_ with fewer dimensions": lambda p: p.zeros(2, 3).copy_(p.arange(3.0)),
    "int of two": lambda p: int(p.ones(2)),
    "float of none": lambda p: float(p.ones(0)),
    "complex of two": lambda p: complex(p.ones(2)),
    "item of two": lambda p: p.ones(2).item(),
    "float of a complex number without imaginary part": lambda p: float(p.tensor(2 + 0j)),
    "int of a complex number": lambda p: int(p.tensor(2 + 1j)),
    "linear without features": lambda p: p.nn.functional.linear(p.ones(2, 3, 0), p.ones(4, 0), p.ones(4)),
    "matmul of a batch without elements": lambda p: (p.ones(2, 3, 0) @ p.ones(0, 2), p.ones(0, 3, 2) @ p.ones(2, 2)),
    "gradients of a linear layer without features": lambda p: linear_gradients(p),
    "dropout of integers in evaluation": lambda p: p.nn.functional.dropout(p.ones(3, dtype=p.int64), 0.5, False),
    "dropout of integers with probability 0": lambda p: p.nn.Dropout(0.0)(p.ones(3, dtype=p.int64)),
    "dropout2d of integers in evaluation": lambda p: p.nn.Dropout2d().eval()(p.ones(1, 2, 3, 3, dtype=p.int64)),
    "cross entropy without classes": lambda p: p.nn.functional.cross_entropy(
        p.ones(2, 0), p.ones(2, 0), label_smoothing=0.1
    ),
    "cross entropy without rows and classes": lambda p: p.nn.functional.cross_entropy(
        p.ones(0, 0), p.zeros(0, dtype=p.int64), label_smoothing=0.1
    ),
    "exp, written over zeros": assign(..., lambda x: x.exp()),
    "sigmoid, written over zeros by a slice": assign(slice(None), lambda x: x.sigmoid()),
    "sqrt, written over a result": assign(slice(None), lambda x: x.sqrt(), before=True),
    "a leaf, written over zeros": assign((), lambda x: x),
    "a sum, written over zeros": assign(..., lambda x: x.sum().tanh()),
    "max_pool1d, then relu in place": then_in_place(lambda p, x: p.nn.MaxPool1d(2)(x.reshape(1, 2, 6))),
    "max_pool2d, then relu in place": then_in_place(lambda p, x: p.nn.MaxPool2d(2)(x.reshape(1, 3, 4))),
    "max_pool2d that overlaps": then_in_place(lambda p, x: p.nn.MaxPool2d(2, 1)(x.reshape(1, 3, 4))),
    "max_pool2d of channels last": then_in_place(
        lambda p, x: p.nn.MaxPool2d(2)(x.reshape(1, 2, 3, 2).permute(0, 3, 1, 2))
    ),
    "max_pool3d, then relu in place": then_in_place(lambda p, x: p.nn.MaxPool3d((1, 2, 2))(x.reshape(1, 1, 3, 4))),
    "adaptive_max_pool1d": then_in_place(lambda p, x: p.nn.AdaptiveMaxPool1d(2)(x.reshape(1, 2, 6))),
    "write to a leaf that is a view": leaf_view(lambda p, x: x.add_(1)),
    "write to a part of a leaf that is a view": leaf_view(lambda p, x: x[0].add_(1)),
    "write to a part of a leaf that is a view, by index": leaf_view(lambda p, x: x.__setitem__(0, 1.0)),
    "write to a view of the whole of such a leaf": leaf_view(lambda p, x: x.view_as(x).mul_(2)),
    "write to the memory under such a leaf": lambda p: leaf_view(lambda p, x: x.data.mul_(2))(p)[1],
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_same_outcome(name: str) -> None:
    assert outcome(PROGRAMS[name], sg) == outcome(PROGRAMS[name], torch)


@pytest.mark.parametrize(
    ("program", "error", "text"),
    [
        (lambda: sg.tensor(1.0).index_select(0, sg.tensor([0, 0])), RuntimeError, "Index to scalar can have only 1"),
        (lambda: sg.take_along_dim(sg.tensor(1.0), sg.tensor(0), 0), IndexError, "tensor has no dimensions"),
        (lambda: sg.tensor(1.0).roll(1, 0), IndexError, "Dimension specified as 0 but tensor has no dimensions"),
        (lambda: sg.zeros(4).copy_(sg.ones(1, 4)), RuntimeError, r"output with shape \[4\] doesn't match"),
        (lambda: int(sg.ones(2)), ValueError, r"only one element tensors can be converted .* got shape \(2,\)"),
        (lambda: float(sg.tensor(2 + 1j)), RuntimeError, "cannot be converted to type float without overflow"),
    ],
)
def test_texts(program: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        program()
