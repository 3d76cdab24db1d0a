"""Every row of the table, compared with PyTorch."""

from __future__ import annotations

import importlib
import pathlib
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .driver import LAYOUTS, Both, check_gradients, class_of, outcome, outputs, same_outcome
from .table import ROWS, Call, Row, call

for _file in sorted(pathlib.Path(__file__).parent.glob("rows_*.py")):
    importlib.import_module(f"{__package__}.{_file.stem}")


def rows(wanted: Callable[[Row], Any] = lambda row: True) -> pytest.MarkDecorator:
    """The rows that a test is for."""
    return pytest.mark.parametrize("row", [pytest.param(row, id=key) for key, row in ROWS.items() if wanted(row)])


@pytest.fixture(autouse=True)
def quiet_torch() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


@rows()
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_op_value_and_gradients(row: Row, kind: str) -> None:
    for i, made in enumerate(row.calls):
        both = Both(made, kind)
        ours, theirs = both.run(row)
        what = f"{row.name} call {i} {made}"
        assert not isinstance(theirs, Exception), f"{what}: PyTorch raises {theirs!r}; it belongs into `bad`"
        same_outcome(ours, theirs, row.tolerance, what, row.gradient)
        if row.gradient:
            check_gradients(both, ours, theirs, row.tolerance, row.second and kind == "float64", what)


@rows(lambda row: row.half)
def test_op_half_values(row: Row) -> None:
    for kind in ("float16", "bfloat16"):
        for i, made in enumerate(row.calls):
            both = Both(made, kind)
            ours, theirs = both.run(row)
            if (
                same_outcome(ours, theirs, row.half, f"{row.name} call {i} {made} {kind}", row.gradient)
                and row.gradient
            ):
                check_gradients(both, ours, theirs, 4 * row.half, False, f"{row.name} call {i} {made} {kind}")


@rows(lambda row: row.complex)
@pytest.mark.parametrize("kind", ["complex128", "complex64"])
def test_op_complex_values_and_gradients(row: Row, kind: str) -> None:
    for i, made in enumerate(row.calls):
        both = Both(made, kind)
        ours, theirs = both.run(row)
        what = f"{row.name} call {i} {made} {kind}"
        if same_outcome(ours, theirs, row.tolerance, what, row.gradient) and row.gradient:
            check_gradients(both, ours, theirs, row.tolerance, row.second and kind == "complex128", what)


@rows(lambda row: row.ours is None and "." not in row.name)
def test_op_out(row: Row) -> None:
    for i, made in enumerate(row.calls):
        both = Both(made, "float64")
        with torch.no_grad(), sg.no_grad():
            plain, reference = both.run(row)
            out, expected = _empty_like(plain), _empty_like(reference)
            theirs = outcome(row.of(torch), both.torch_args[0], {**both.torch_args[1], "out": expected})
            if isinstance(theirs, TypeError):  # PyTorch has no `out` here
                return
            ours = outcome(row.of(sg), both.args[0], {**both.args[1], "out": out})
            what = f"{row.name} call {i} {made} out"
            if same_outcome(ours, theirs, row.tolerance, what, graph=False):
                if theirs is None:  # some of PyTorch's functions with several results return nothing then
                    continue
                for given, mine, value in zip(outputs(out), outputs(ours), outputs(theirs), strict=True):
                    assert mine is given, what
                    same_outcome(given, value, row.tolerance, what, graph=False)


def _empty_like(result: Any) -> Any:
    """What `out=` takes: an empty tensor for each that the function returned."""
    if isinstance(result, (tuple, list)):
        return tuple(_empty_like(part) for part in result)
    return result.new_empty(0) if hasattr(result, "new_empty") else None


@rows()
def test_op_integer_values(row: Row) -> None:
    for kind in row.integers:
        for i, made in enumerate(row.calls):
            both = Both(made, kind)
            same_outcome(*both.run(row), row.tolerance, f"{row.name} call {i} {made} {kind}", row.gradient)


@rows(lambda row: row.layouts)
def test_op_layouts(row: Row) -> None:
    for name, layout in LAYOUTS.items():
        for i, made in enumerate(row.calls):
            both = Both(made, "float32", layout)
            ours, theirs = both.run(row)
            what = f"{row.name} call {i} {made} {name}"
            same_outcome(ours, theirs, row.tolerance, what, row.gradient)
            if row.gradient:
                check_gradients(both, ours, theirs, row.tolerance, False, what)


@rows(lambda row: row.method)
def test_op_method(row: Row) -> None:
    for i, made in enumerate(row.calls):
        both = Both(made, "float32")
        (first, *rest), named = both.args
        expected = outcome(row.of(sg), *both.args)
        found = outcome(getattr(first, row.name), rest, named)
        if isinstance(found, Exception):
            raise found
        for a, b in zip(outputs(found), outputs(expected), strict=True):
            if isinstance(a, sg.Tensor):
                np.testing.assert_array_equal(a.detach().array, b.detach().array, err_msg=f"{row.name} call {i}")
            else:
                assert a == b


@rows(lambda row: row.inplace)
def test_op_in_place(row: Row) -> None:
    for kind in ("float32", "int64"):
        for i, made in enumerate(row.calls):
            both = Both(made, kind)
            results = []
            for args, named in (both.args, both.torch_args):
                target = args[0].clone()
                result = outcome(getattr(target, f"{row.name}_"), args[1:], named)
                assert isinstance(result, Exception) or result is target
                results.append(result)
            what = f"{row.name}_ call {i} {made} {kind}"
            if all(isinstance(result, Exception) for result in results):
                continue  # one call may be wrong in two ways, and either may be reported
            if same_outcome(*results, row.tolerance, what, row.gradient) and row.gradient:
                check_gradients(both, *results, row.tolerance, False, what)


@rows(lambda row: row.inplace is False)
def test_op_has_no_in_place_form(row: Row) -> None:
    assert not hasattr(sg.Tensor, f"{row.name}_"), f"{row.name}_ exists: test it with inplace=True"


MIXED = [
    ("float32", "float64"),
    ("float64", "float32"),
    ("int64", "float32"),
    ("float32", "int64"),
    ("float16", "bfloat16"),
    ("float16", "float32"),
    ("int32", "int64"),
    ("uint8", "int8"),
    ("bool", "int32"),
    ("bool", "float32"),
    ("bfloat16", "int64"),
]
NUMBERS = (2, -1, 2.5, True, 0)


def _typed(shape: tuple[int, ...], kind: str) -> np.ndarray[Any, Any]:
    values = np.random.default_rng(3).uniform(0.6, 3.0, shape)
    return np.asarray(values).astype(sg.bfloat16.dtype if kind == "bfloat16" else kind)


@rows(lambda row: row.mixed)
def test_op_mixed_types_and_numbers(row: Row) -> None:
    tried: list[Call] = []
    for shapes in (((3,), (3,)), ((3,), ()), ((), (3,)), ((), ())):
        tried += [call(_typed(shapes[0], a), _typed(shapes[1], b)) for a, b in MIXED]
    for number in NUMBERS:
        for kind in ("float32", "float16", "int64", "uint8", "bool"):
            tried.append(call(_typed((3,), kind), number))
            tried.append(call(_typed((), kind), number))
            tried.append(call(number, _typed((3,), kind)))
    for made in tried:
        both = Both(made, "float64")
        # Arrays given as they are keep their type, float64 too.
        ours, theirs = both.run(row)
        kinds = [a.dtype.name if isinstance(a, np.ndarray) else repr(a) for a in made.args]
        what = f"{row.name} of {' and '.join(kinds)}"
        scale = row.tolerance * max(1, row.half)
        if same_outcome(ours, theirs, scale, what, row.gradient) and row.gradient:
            check_gradients(both, ours, theirs, scale, False, what)


BAD = [(row, made, match) for row in ROWS.values() for made, match in row.bad]


@pytest.mark.parametrize(("row", "made", "match"), [pytest.param(*b, id=f"{b[0].name}-{i}") for i, b in enumerate(BAD)])
def test_op_error_is_clear_and_of_the_same_class(row: Row, made: Call, match: str) -> None:
    both = Both(made, "float32")
    theirs = outcome(row.of(torch), *both.torch_args)
    assert isinstance(theirs, Exception), f"PyTorch gives {theirs!r}"
    with pytest.raises(class_of(theirs), match=match) as found:
        row.of(sg)(*both.args[0], **both.args[1])
    assert found.type is class_of(theirs), f"PyTorch raises {theirs!r}"
    assert re.search(r"\w", str(found.value))
