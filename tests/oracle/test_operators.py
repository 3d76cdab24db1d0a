"""Operators, numbers that do not fit, and the functions that write in place, against PyTorch."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg
from seedgrad.functions.public import inplace_functions

from .driver import outcome, same_outcome, to_torch

KINDS = ("bool", "uint8", "int8", "int32", "int64", "float32", "float64", "complex64")
BINARY = (
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
    operator.and_,
    operator.or_,
    operator.xor,
    operator.lshift,
    operator.rshift,
    operator.lt,
    operator.eq,
)
INPLACE = (
    operator.iadd,
    operator.imul,
    operator.ilshift,
    operator.irshift,
    operator.iand,
    operator.ipow,
    operator.imod,
)


def pair(kind: str) -> tuple[sg.Tensor, torch.Tensor]:
    array = np.array([1, 2, 3]).astype(kind)
    return sg.Tensor(array.copy()), to_torch(array)


@pytest.mark.parametrize("apply", BINARY, ids=lambda f: f.__name__)
@pytest.mark.parametrize("number", [2, 1.5, True, 2j, "x"], ids=str)
def test_operator_with_a_number_on_either_side(apply: Callable[..., Any], number: Any) -> None:
    for kind in KINDS:
        x, y = pair(kind)
        for flipped in (False, True):
            ours = outcome(apply, [number, x] if flipped else [x, number], {})
            theirs = outcome(apply, [number, y] if flipped else [y, number], {})
            same_outcome(ours, theirs, 1, f"{apply.__name__} of {kind} and {number!r}, flipped {flipped}")


@pytest.mark.parametrize("apply", BINARY, ids=lambda f: f.__name__)
def test_operator_with_a_tensor(apply: Callable[..., Any]) -> None:
    for kind in KINDS:
        for other in KINDS:
            (x, y), (a, b) = pair(kind), pair(other)
            same_outcome(outcome(apply, [x, a], {}), outcome(apply, [y, b], {}), 1, f"{kind} and {other}")


@pytest.mark.parametrize("apply", INPLACE, ids=lambda f: f.__name__)
def test_operator_in_place(apply: Callable[..., Any]) -> None:
    for kind in KINDS:
        for number in (2, True):
            x, y = pair(kind)
            same_outcome(outcome(apply, [x, number], {}), outcome(apply, [y, number], {}), 1, f"{kind} and {number}")


@pytest.mark.parametrize(
    "apply", [operator.neg, operator.pos, abs, operator.invert, reversed], ids=lambda f: f.__name__
)
def test_operator_of_one(apply: Callable[..., Any]) -> None:
    for kind in KINDS:
        x, y = pair(kind)
        same_outcome(outcome(apply, [x], {}), outcome(apply, [y], {}), 1, kind)
    x, y = pair("int64")
    same_outcome(reversed(x.reshape(3, 1)), reversed(y.reshape(3, 1)))
    assert reversed(sg.tensor(2)).item() == 2


@pytest.mark.parametrize(
    ("kind", "apply", "number"),
    [
        ("int64", operator.add, 2**63),
        ("int64", operator.add, 2**64 - 1),
        ("int64", operator.mul, 2**64),
        ("int64", operator.add, -(2**63) - 1),
        ("float32", operator.add, 2**63),
        ("uint8", operator.add, 300),
        ("uint8", operator.mul, -1),
        ("uint8", operator.pow, 300),
        ("int8", operator.pow, 128),
        ("int8", operator.pow, 127),
        ("bool", operator.pow, 300),
        ("int64", operator.pow, -1),
        ("uint8", operator.lt, 300),
        ("int8", operator.eq, 257),
        ("complex64", operator.pow, -1),
        ("complex64", operator.pow, 0.5),
    ],
)
def test_numbers_that_the_type_can_not_hold(kind: str, apply: Callable[..., Any], number: Any) -> None:
    x, y = pair(kind)
    same_outcome(outcome(apply, [x, number], {}), outcome(apply, [y, number], {}), 1, f"{kind} {apply} {number}")


@pytest.mark.parametrize("name", ["add", "sub", "rsub"])
@pytest.mark.parametrize("alpha", [2, 0, True, 0.5, -1, 300, 1j])
def test_alpha(name: str, alpha: Any) -> None:
    for kind in KINDS:
        for other in KINDS:
            (x, y), (a, b) = pair(kind), pair(other)
            same_outcome(
                outcome(getattr(sg, name), [x, a], {"alpha": alpha}),
                outcome(getattr(torch, name), [y, b], {"alpha": alpha}),
                1,
                f"{name} of {kind} and {other}, alpha={alpha}",
            )


def test_errors_say_what_to_do() -> None:
    with pytest.raises(TypeError, match=r"got seedgrad.float32.*~x.bool\(\)"):
        ~sg.tensor([1.0])
    with pytest.raises(NotImplementedError, match="abs is not implemented for bool"):
        abs(sg.tensor([True]))
    with pytest.raises(RuntimeError, match="uint8 without overflow: 300"):
        sg.tensor([2], dtype=sg.uint8) ** 300
    with pytest.raises(RuntimeError, match="Boolean alpha only supported for Boolean results"):
        sg.add(sg.tensor([1]), 1, alpha=True)
    with pytest.raises(RuntimeError, match="argument alpha must not be a complex number"):
        sg.add(sg.tensor([1.0]), 1, alpha=1j)
    with pytest.raises(RuntimeError, match="derivative for heaviside is not implemented"):
        sg.heaviside(sg.tensor([1.0], requires_grad=True), sg.tensor([1.0])).sum().backward()
    for function, word in ((sg.igamma, "igamma"), (sg.igammac, "igammac"), (sg.special.zeta, "zeta")):
        with pytest.raises(NotImplementedError, match=f"derivative of {word} with respect to input"):
            function(sg.tensor([2.0], requires_grad=True), sg.tensor([1.0])).sum().backward()


def test_functions_that_write_in_place_are_those_of_pytorch() -> None:
    theirs = {name for name in dir(torch) if name.endswith("_") and name[0] != "_" and hasattr(torch.Tensor, name)}
    missing = {name for name in theirs if hasattr(sg.Tensor, name) and not hasattr(sg, name)}
    assert not missing
    assert not set(inplace_functions()) - theirs


@pytest.mark.parametrize("name", ["abs", "exp", "relu", "sigmoid", "log1p", "neg", "negative", "sinc", "trunc"])
def test_function_that_writes_in_place(name: str) -> None:
    x, y = pair("float32")
    assert getattr(sg, f"{name}_")(x) is x
    same_outcome(x, getattr(torch, f"{name}_")(y))
    with pytest.raises(TypeError, match=rf"{name}_\(\): argument 'input' must be a Tensor, not float"):
        getattr(sg, f"{name}_")(2.0)


def test_names_that_are_only_methods() -> None:
    x, y = pair("float32")
    assert x.nelement() == y.nelement() == 3
    same_outcome(x.polygamma(1), y.polygamma(1), 10)
    same_outcome(x.polygamma_(2), y.polygamma_(2), 10)
    x, y = pair("float64")
    same_outcome(x.float_power_(2), y.float_power_(2))
    x, y = pair("float32")
    same_outcome(outcome(x.float_power_, [2], {}), outcome(y.float_power_, [2], {}))
