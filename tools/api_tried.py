"""What functions can do, found by running them on the calls that the tests compare with PyTorch (tests/oracle/rows_*.py)."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import seedgrad as sg

TESTS = Path(__file__).parents[1] / "tests"
CALLS = 4  # of each row, which are enough to find one that a type, or vmap, can take
KINDS = {
    "half": ("float16", "bfloat16"),
    "float": ("float32", "float64"),
    "complex": ("complex64", "complex128"),
    "int": ("int64", "uint8"),
    "bool": ("bool",),
}


def rows() -> dict[str, list[Any]]:
    """The rows of the table, by the name of what they try."""
    sys.path.insert(0, str(TESTS))
    for file in sorted((TESTS / "oracle").glob("rows_*.py")):
        importlib.import_module(f"oracle.{file.stem}")
    table = importlib.import_module("oracle.table")
    found: dict[str, list[Any]] = {}
    for row in table.ROWS.values():
        found.setdefault(row.name, []).append(row)
    return found


class Made:
    """The arguments of a call, with floats of one type."""

    def __init__(self, call: Any, kind: str) -> None:
        self.kind, self.rng = kind, np.random.default_rng(0)
        self.tensors: list[sg.Tensor] = []
        self.args = [self._make(a) for a in call.args]
        self.kwargs = {k: self._make(v) for k, v in call.kwargs.items()}

    def _make(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
            return type(value)(self._make(v) for v in value)
        array = value.make(self.rng) if hasattr(value, "make") else value
        if not isinstance(array, np.ndarray):
            return value
        if array.dtype != np.float64:
            return sg.tensor(array)
        dtype = getattr(sg, self.kind)
        if dtype not in (sg.float16, sg.bfloat16, sg.float32, sg.float64, sg.complex64, sg.complex128):
            array = np.abs(np.nan_to_num(np.rint(array), posinf=3, neginf=3))
        made = sg.tensor(array).to(dtype)
        if dtype.is_floating_point or dtype.is_complex:
            made.requires_grad_()
            self.tensors.append(made)
        return made


def tensors_in(result: Any) -> list[sg.Tensor]:
    if isinstance(result, (tuple, list)):
        return [t for part in result for t in tensors_in(part)]
    return [result] if isinstance(result, sg.Tensor) else []


def works(function: Callable[[], Any]) -> Any:
    """The result, or None if something was raised."""
    try:
        return function()
    except Exception:  # any: the question is whether it works
        return None


def orders(function: Callable[..., Any], made: Made) -> int:
    """How often the result can be differentiated: 0, 1 or 2, which stands for every order."""
    outs = [t for t in tensors_in(function(*made.args, **made.kwargs)) if t.requires_grad]
    if not outs:
        return 0
    first = works(lambda: sg.autograd.grad(outs, made.tensors, [sg.ones_like(o) for o in outs], None, True, True))
    if first is None:
        return 0
    again = [g for g in first if g is not None and g.requires_grad]
    if not again:
        return 2  # linear: the second derivative is 0
    second = works(lambda: sg.autograd.grad(again, made.tensors, [sg.ones_like(g) for g in again], allow_unused=True))
    return 1 if second is None else 2


def mapped(function: Callable[..., Any], made: Made) -> bool:
    """Whether `vmap` takes it, over two samples of every float tensor."""
    where = {id(t): k for k, t in enumerate(made.tensors)}

    def one(*samples: sg.Tensor) -> Any:
        def put(value: Any) -> Any:
            if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
                return type(value)(put(v) for v in value)
            return samples[where[id(value)]] if id(value) in where else value

        found = tensors_in(function(*[put(a) for a in made.args], **{k: put(v) for k, v in made.kwargs.items()}))
        return tuple(found) if found else None

    stacked = [sg.stack([t.detach(), t.detach()]) for t in made.tensors]
    return bool(stacked) and works(lambda: sg.func.vmap(one)(*stacked)) is not None


def tried(function: Callable[..., Any], found: list[Any]) -> tuple[str, str, str]:
    """Gradients, vmap and types of a function, by the rows that try it: three cells of the table."""
    kinds: dict[str, bool] = {}
    order, batched = 0, False
    for row in found:
        wanted = ["float", *(["half"] if row.half else []), *(["complex"] if row.complex else [])]
        wanted += [
            k for k in ("int", "bool") if any(n.startswith(k) or (k == "int" and "int" in n) for n in row.integers)
        ]
        for call in row.calls[:CALLS]:
            for kind in wanted:
                for dtype in KINDS[kind]:
                    if not kinds.get(kind):
                        made = Made(call, dtype)
                        kinds[kind] = works(lambda m=made: function(*m.args, **m.kwargs)) is not None
            if row.gradient and order < 2:
                order = max(
                    order, min(2 if row.second else 1, works(lambda c=call: orders(function, Made(c, "float64"))) or 0)
                )
            batched = batched or bool(works(lambda c=call: mapped(function, Made(c, "float64"))))
    types = ", ".join(k for k in KINDS if kinds.get(k))
    return ("–", "first", "every order")[order], "yes" if batched else "–", types


def quietly(function: Callable[[], Any]) -> Any:
    """Run without warnings of the functions that are tried at their limits."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return function()
