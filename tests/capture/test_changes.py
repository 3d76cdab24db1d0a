"""What may change between two calls, one thing at a time: a replay must never give what was true before."""

from __future__ import annotations

import array
import collections
import contextvars
import functools
import types
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad import nn
from seedgrad.capture import CompileWarning

from .beside import Program

Made = tuple[list[Any], Callable[..., Any], Callable[[int], None]]


def scaled(read: Callable[[], Any]) -> Callable[..., Any]:
    """A step that depends on what `read` gives."""
    w = sg.tensor([1.0, 2.0], requires_grad=True)

    def step(x: sg.Tensor) -> sg.Tensor:
        w.grad = None
        loss = (w * x * read()).sum()
        loss.backward()
        return loss

    return step


class Slots:
    __slots__ = ("__hidden", "value")

    def __init__(self) -> None:
        self.value, self.__hidden = 1.0, 1.0

    def change(self, x: float) -> None:
        self.__hidden = x

    def hidden(self) -> float:
        return self.__hidden


class Base:
    factor = 1.0
    table: list[float] = [1.0]  # noqa: RUF012


class Derived(Base):
    @property
    def double(self) -> float:
        return 2 * self.factor

    @classmethod
    def first(cls) -> float:
        return cls.table[0]


def of_slots() -> Made:
    x = Slots()
    return [], scaled(lambda: x.value), lambda n: setattr(x, "value", float(n))


def of_hidden_slots() -> Made:
    x = Slots()
    return [], scaled(lambda: x.hidden()), lambda n: x.change(float(n))


def of_an_inherited_class_attribute() -> Made:
    cls = type("Copy", (Derived,), {})
    base = type("Under", (cls,), {})
    return [], scaled(lambda: base.factor), lambda n: setattr(cls, "factor", float(n))


def of_a_property() -> Made:
    x = Derived()
    return [], scaled(lambda: x.double), lambda n: setattr(x, "factor", float(n))


def of_a_list_in_a_class() -> Made:
    cls = type("Copy", (Derived,), {"table": [1.0]})

    def change(n: int) -> None:
        cls.table[0] = float(n)  # type: ignore[attr-defined]

    return [], scaled(lambda: cls().first()), change


def of_a_method_that_is_replaced() -> Made:
    cls = type("Copy", (Derived,), {"scale": lambda self: 1.0})
    x = cls()
    return [], scaled(lambda: x.scale()), lambda n: setattr(cls, "scale", lambda self: float(n))  # type: ignore[attr-defined]


def of_a_function_s_attribute() -> Made:
    def helper() -> float:
        return helper.factor  # type: ignore[attr-defined, no-any-return]

    helper.factor = 1.0  # type: ignore[attr-defined]
    return [], scaled(helper), lambda n: setattr(helper, "factor", float(n))


def of_a_function_s_code() -> Made:
    def helper() -> float:
        return 1.0

    def other() -> float:
        return 7.0

    def change(n: int) -> None:
        if n == 2:
            helper.__code__ = other.__code__

    return [], scaled(helper), change


def of_default_arguments() -> Made:
    def helper(k: float = 1.0, *, more: float = 1.0) -> float:
        return k + more

    def change(n: int) -> None:
        if n < 3:
            helper.__defaults__ = (float(n),)
        else:
            helper.__kwdefaults__ = {"more": float(n)}

    return [], scaled(helper), change


def of_a_mutable_default() -> Made:
    values = [1.0]

    def helper(k: list[float] = values) -> float:
        return k[0]

    def change(n: int) -> None:
        values[0] = float(n)

    return [], scaled(helper), change


def of_a_partial() -> Made:
    options = {"k": 1.0}

    def helper(options: dict[str, float]) -> float:
        return options["k"]

    return [], scaled(functools.partial(helper, options)), lambda n: options.update(k=float(n))


def of_a_bound_builtin() -> Made:
    options = {"k": 1.0}
    get = options.get
    return [], scaled(lambda: get("k")), lambda n: options.update(k=float(n))


def of_a_wrapped_function() -> Made:
    options = {"k": 1.0}

    def twice(f: Callable[[], float]) -> Callable[[], float]:
        @functools.wraps(f)
        def run() -> float:
            return 2 * f()

        return run

    @twice
    def helper() -> float:
        return options["k"]

    return [], scaled(helper), lambda n: options.update(k=float(n))


def of_the_order_of_a_dictionary() -> Made:
    options = {"a": 1.0, "b": 2.0}

    def change(n: int) -> None:
        options["a"] = options.pop("a")
        if n % 2:
            options["b"] = options.pop("b")

    return [], scaled(lambda: next(iter(options.values()))), change


def of_the_names_in_a_dictionary() -> Made:
    options = {"a": 1.0}

    def change(n: int) -> None:
        options.clear()
        options["abcdefgh"[: n + 1]] = 1.0

    return [], scaled(lambda: float(sum(map(len, options)))), change


def of_a_set() -> Made:
    chosen = {1.0}

    def change(n: int) -> None:
        chosen.clear()
        chosen.add(float(n))

    return [], scaled(lambda: sum(chosen)), change


def of_a_deque() -> Made:
    recent = collections.deque([1.0, 2.0], maxlen=2)
    return [], scaled(lambda: sum(recent)), lambda n: recent.append(float(n))


def of_a_counter() -> Made:
    counts = collections.Counter({"a": 1})
    return [], scaled(lambda: counts["a"]), lambda n: counts.update("a")


def of_an_array() -> Made:
    numbers = array.array("d", [1.0])

    def change(n: int) -> None:
        numbers[0] = float(n)

    return [], scaled(lambda: numbers[0]), change


def of_numpy_s_array() -> Made:
    numbers = np.ones(2, np.float32)

    def change(n: int) -> None:
        numbers[:] = n

    return [], scaled(lambda: sg.tensor(numbers)), change


def of_numpy_s_array_that_is_shared() -> Made:
    numbers = np.ones(2, np.float32)

    def change(n: int) -> None:
        numbers[:] = n

    return [], scaled(lambda: sg.from_numpy(numbers)), change


def of_one_number_of_numpy_s_array() -> Made:
    numbers = np.ones(2)

    def change(n: int) -> None:
        numbers[1] = n

    return [], scaled(lambda: float(numbers[1])), change


def of_a_context_variable() -> Made:
    variable: contextvars.ContextVar[float] = contextvars.ContextVar("variable", default=1.0)
    return [], scaled(lambda: variable.get()), lambda n: variable.set(float(n)) and None  # type: ignore[func-returns-value]


def of_an_object_behind_a_weak_reference() -> Made:
    space = Derived()
    return [space], scaled_by_reference(weakref.ref(space)), lambda n: setattr(space, "factor", float(n))


def scaled_by_reference(reference: Any) -> Callable[..., Any]:
    return scaled(lambda: reference().factor)


def of_a_module_in_a_module() -> Made:
    inner = types.ModuleType("inner")
    outer = types.ModuleType("outer")
    inner.__file__ = outer.__file__ = "here"
    outer.inner, inner.k = inner, 1.0  # type: ignore[attr-defined]
    return [], scaled(lambda: outer.inner.k), lambda n: setattr(inner, "k", float(n))


def of_an_attribute_of_a_tensor() -> Made:
    w = sg.tensor([3.0])
    w.factor = 1.0  # type: ignore[attr-defined]
    return [w], scaled(lambda: w * w.factor), lambda n: setattr(w, "factor", float(n))  # type: ignore[attr-defined]


def of_a_tensor_that_is_replaced() -> Made:
    held = [sg.tensor([1.0])]

    def change(n: int) -> None:
        held[0] = sg.tensor([float(n)])

    return [], scaled(lambda: held[0]), change


def of_a_tensor_that_is_written() -> Made:
    held = sg.tensor([1.0, 1.0])
    return [held], scaled(lambda: held), lambda n: held.data.copy_(sg.tensor(float(n)))


def of_a_tensor_s_data() -> Made:
    held = sg.tensor([1.0, 1.0])
    return [held], scaled(lambda: held), lambda n: setattr(held, "data", sg.full((2,), float(n)))


def of_a_tensor_s_shape() -> Made:
    held = sg.tensor([1.0, 1.0])
    return [held], scaled(lambda: held), lambda n: setattr(held, "data", sg.full((2 if n % 2 else 1,), float(n)))


def of_a_deeply_nested_list() -> Made:
    deep: Any = [1.0]
    bottom = deep
    for _ in range(40):
        deep = [deep]

    def read() -> float:
        x = deep
        while isinstance(x, list):
            x = x[0]
        return float(x)

    def change(n: int) -> None:
        bottom[0] = float(n)

    return [], scaled(read), change


def of_a_parameter_of_a_deep_module() -> Made:
    inner: nn.Module = nn.Linear(2, 1)
    inner.factor = 1.0  # type: ignore[assignment]
    model: nn.Module = inner
    for _ in range(12):
        model = nn.Sequential(model)

    def step(x: sg.Tensor) -> sg.Tensor:
        loss = (model(x) * inner.factor).sum()
        model.zero_grad()
        loss.backward()
        return loss

    return [model], step, lambda n: setattr(inner, "factor", float(n))


def of_a_zero_s_sign() -> Made:
    options = {"k": 0.0}
    return [], scaled(lambda: 1 / sg.tensor(options["k"])), lambda n: options.update(k=-0.0 if n % 2 else 0.0)


def of_a_type() -> Made:
    options: dict[str, Any] = {"k": 1}

    def read() -> Any:
        return sg.tensor([7, 7], dtype=sg.int64) if isinstance(options["k"], bool) else 2.0

    return [], scaled(read), lambda n: options.update(k=n % 2 == 1 if n > 2 else 1)


def of_a_name_that_hides_a_builtin() -> Made:
    space: dict[str, Any] = {"__name__": "elsewhere", "__builtins__": __builtins__}
    exec("def helper():\n    return len([1, 2])", space)

    def change(n: int) -> None:
        if n == 2:
            space["len"] = lambda x: 10

    return [], scaled(space["helper"]), change


def of_a_cell_that_is_filled_later() -> Made:
    def helper() -> float:
        return later if n_now else 1.0

    n_now = 0

    def change(n: int) -> None:
        nonlocal n_now, later
        if n == 3:
            n_now, later = 1, 5.0

    if n_now:
        later = 0.0
    return [], scaled(helper), change


CHANGES = {name: f for name, f in sorted(globals().items()) if name.startswith("of_")}


@pytest.mark.parametrize("name", CHANGES)
def test_changes(name: str) -> None:
    changes: list[Any] = []

    def make() -> Any:
        state, step, change = CHANGES[name]()
        changes.append(change)
        return state if all(isinstance(x, (sg.Tensor, nn.Module)) for x in state) else [], step

    program = Program(make)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CompileWarning)
        for n in range(6):
            for change in changes:
                change(n)
            program.run(sg.tensor([0.5, -1.5]))
    assert program.compiled.records, program.compiled.explain()
