"""Short programs about the engine itself, one text run on both libraries: values, gradients and error classes agree."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

Program = Callable[[Any], Any]
PROGRAMS: list[Program] = []


def program(function: Program) -> Program:
    PROGRAMS.append(function)
    return function


def leaf(T: Any, *values: float) -> Any:
    return T.tensor(list(values), requires_grad=True)


def triple_in_place(T: Any) -> Any:
    """A Function that multiplies its input by three where it is."""

    class Triple(T.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.mark_dirty(x)
            return x.mul_(3)

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 3

    return Triple


@program
def function_writes_a_view_and_the_base_follows(T: Any) -> Any:
    a = leaf(T, 1, 2, 3)
    b = a * 1
    triple_in_place(T).apply(b[:2])
    b.sum().backward()
    return b, a.grad


@program
def function_writes_a_base_and_its_views_follow(T: Any) -> Any:
    a = leaf(T, 1, 2, 3)
    b = a * 1
    v = b[:2]
    triple_in_place(T).apply(b)
    v.sum().backward()
    return v, a.grad


@program
def function_writes_a_view_of_a_leaf(T: Any) -> Any:
    return triple_in_place(T).apply(leaf(T, 1, 2, 3)[:2])


@program
def function_saves_the_input_that_it_wrote(T: Any) -> Any:
    class Exp(T.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            x.exp_()
            ctx.mark_dirty(x)
            ctx.save_for_backward(x)
            return x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            (y,) = ctx.saved_tensors
            return g * y

    x = leaf(T, 0.5, 1)
    (g,) = T.autograd.grad(Exp.apply(x * 2).sum(), x, create_graph=True)
    return g, T.autograd.grad(g.sum(), x)


@program
def once_differentiable_raises_when_differentiated_twice(T: Any) -> Any:
    once = importlib.import_module(f"{T.__name__}.autograd.function").once_differentiable

    class Cube(T.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x**3

        @staticmethod
        @once
        def backward(ctx: Any, g: Any) -> Any:
            (x,) = ctx.saved_tensors
            return g * 3 * x**2

    a = leaf(T, 1, 2)
    (g,) = T.autograd.grad((Cube.apply(a) ** 2).sum(), a, create_graph=True)
    return T.autograd.grad(g.sum(), a)


@program
def one_input_given_twice_receives_its_gradient_once(T: Any) -> Any:
    x, w = leaf(T, 1, 2), leaf(T, 1, 2)
    y = x * 3
    (y * y).sum().backward(inputs=[y, x, y, x])
    T.autograd.backward([(w * w).sum(), w.sum()], inputs=[w, w])
    return x.grad, y.grad, w.grad


@program
def inputs_that_retain_their_gradient_receive_it_once(T: Any) -> Any:
    x = leaf(T, 1, 2)
    y = x * 3
    y.retain_grad()
    (y * y).sum().backward(inputs=[y])
    return y.grad


@program
def inputs_call_the_hooks_of_a_leaf(T: Any) -> Any:
    x = leaf(T, 1, 2)
    seen: list[Any] = []
    x.register_hook(lambda g: g * 10)
    x.register_post_accumulate_grad_hook(lambda t: seen.append(t.grad.tolist()))
    (x * x).sum().backward(inputs=[x])
    return seen, x.grad


@program
def inputs_accumulate_in_place(T: Any) -> Any:
    x = leaf(T, 1, 2)
    x.grad = held = T.ones(2)
    (x * x).sum().backward(inputs=[x])
    return held


@program
def inputs_with_create_graph(T: Any) -> Any:
    x = leaf(T, 1, 2)
    (x**3).sum().backward(inputs=[x], create_graph=True)
    return x.grad, x.grad.requires_grad


@program
def retained_gradient_is_that_of_the_value_after_a_write(T: Any) -> Any:
    x = leaf(T, 1, 2, 3)
    y = x * 1
    y.retain_grad()
    before = y * 2
    y.mul_(3)
    y[0] = 5
    (before.sum() + (y * y).sum()).backward()
    return x.grad, y.grad, y.retains_grad


@program
def retained_gradient_of_a_view_after_a_write_to_its_base(T: Any) -> Any:
    x = leaf(T, 1, 2, 3)
    y = x * 1
    v = y[:2]
    v.retain_grad()
    y.mul_(2)
    ((v * v).sum() + y.sum()).backward()
    return x.grad, v.grad


@program
def retained_gradient_of_a_base_after_a_write_to_its_view(T: Any) -> Any:
    x = leaf(T, 1, 2, 3)
    y = x * 1
    y.retain_grad()
    y[:2].mul_(2)
    (y * y).sum().backward()
    return x.grad, y.grad


@program
def a_leaf_that_needs_no_gradient_any_more_receives_none(T: Any) -> Any:
    x = leaf(T, 1, 2)
    y = (x * x).sum()
    x.requires_grad_(False)
    y.backward()
    return x.grad


@program
def accumulation_into_a_part_of_a_buffer_is_a_write_to_the_buffer(T: Any) -> Any:
    p, w = leaf(T, 1, 2), leaf(T, 1, 1, 1, 1)
    buffer = T.zeros(4)
    p.grad = buffer[:2]
    z = (buffer * w).sum()
    (p * 3).sum().backward()
    z.backward()


def pass_on(T: Any) -> Any:
    """A Function that returns its input as it came."""

    class PassOn(T.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 3

    return PassOn


@program
def write_to_an_input_that_a_function_returned(T: Any) -> Any:
    b = leaf(T, 1, 2) * 1
    return pass_on(T).apply(b).mul_(2)


@program
def use_of_a_returned_input_after_a_write_to_it(T: Any) -> Any:
    b = leaf(T, 1, 2) * 1
    v = pass_on(T).apply(b)
    b.mul_(2)
    v.sum().backward()


@program
def use_of_a_returned_input(T: Any) -> Any:
    a = leaf(T, 1, 2)
    v = pass_on(T).apply(a)
    (v * v).sum().backward()
    return v, v is a, a.grad


@program
def zero_grad_writes_the_gradient_that_others_hold(T: Any) -> Any:
    w = leaf(T, 1, 2)
    (w**3).sum().backward(create_graph=True)
    held = w.grad
    T.optim.SGD([w], lr=0.1).zero_grad(set_to_none=False)
    return held, held.requires_grad, w.grad is held


@program
def zero_grad_is_a_write(T: Any) -> Any:
    w, v = leaf(T, 1, 2), leaf(T, 1, 1)
    (w * w).sum().backward()
    z = (w.grad * v).sum()
    T.optim.SGD([w], lr=0.1).zero_grad(set_to_none=False)
    z.backward()


@program
def create_graph_through_an_op_whose_input_has_no_rule(T: Any) -> Any:
    x = T.tensor([[[1.0, 3.0, 2.0, 5.0]]], requires_grad=True)
    y = T.nn.functional.max_pool1d(x, 2)
    return T.autograd.grad(y.sum(), x, create_graph=True)


def outcome(run: Program, T: Any) -> Any:
    """What a program gives, as plain values; the class of its error where it fails."""
    try:
        return plain(run(T))
    except (RuntimeError, TypeError, NotImplementedError) as error:
        return type(error)


def plain(value: Any) -> Any:
    if isinstance(value, (torch.Tensor, sg.Tensor)):
        return str(value.dtype).split(".")[-1], np.array(value.tolist())
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize("run", PROGRAMS, ids=lambda run: run.__name__)
def test_engine_program_equals_torch(run: Program) -> None:
    np.testing.assert_equal(rounded(outcome(run, sg)), rounded(outcome(run, torch)))


def rounded(value: Any) -> Any:
    """Floats to six digits: the exponential functions differ in the last one."""
    if isinstance(value, np.ndarray):
        return np.array([float(f"{v:.6g}") for v in value.ravel()]).reshape(value.shape)
    return [rounded(v) for v in value] if isinstance(value, (list, tuple)) else value


OPERATORS = {
    "-": lambda a, b: a - b,
    "+": lambda a, b: a + b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "<": lambda a, b: a < b,
}


@pytest.mark.parametrize("other", [True, 2, 0.5, "bool", "uint8", "float32", "float16"])
@pytest.mark.parametrize("kind", ["bool", "int64", "float32"])
def test_subtracting_bools_equals_torch(kind: str, other: Any) -> None:
    def difference(T: Any, reflected: bool = False, into: bool = False) -> Any:
        x = T.tensor([1, 0]).to(getattr(T, kind))
        y = T.tensor([1, 1]).to(getattr(T, other)) if isinstance(other, str) else other
        if into:
            x -= y
            return x
        return y - x if reflected else x - y

    for options in ({}, {"reflected": True}, {"into": True}):
        ours, theirs = (outcome(lambda T, o=options: difference(T, **o), T) for T in (sg, torch))
        np.testing.assert_equal(ours, theirs)


def test_bool_among_numbers_is_not_subtracted() -> None:
    mask = sg.tensor([True, False])
    for difference in (lambda: mask - 1, lambda: 1.5 - mask, lambda: sg.ones(2) - mask, lambda: -mask):
        with pytest.raises(RuntimeError, match=r"is not supported for bool tensors\. Use ~x to invert a mask"):
            difference()


@pytest.mark.parametrize("number", [float("inf"), float("nan"), -float("inf"), 1e300])
@pytest.mark.parametrize("kind", ["bool", "uint8", "int64", "float32"])
@pytest.mark.parametrize("operator", OPERATORS)
def test_numbers_that_no_integer_can_hold_equal_torch(kind: str, number: float, operator: str) -> None:
    for flip in (False, True):

        def run(T: Any, flip: bool = flip) -> Any:
            x = T.tensor([1, 0]).to(getattr(T, kind))
            return OPERATORS[operator](*((number, x) if flip else (x, number)))

        np.testing.assert_equal(outcome(run, sg), outcome(run, torch))
