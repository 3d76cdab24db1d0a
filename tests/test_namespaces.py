"""The two namespaces have the same names, and rules use nothing else."""

from __future__ import annotations

import ast
import inspect
import pathlib
from collections.abc import Iterator

import pytest

import seedgrad
import seedgrad.ops as ops
from seedgrad.core import namespace
from seedgrad.core.op import Op, tensor_namespace

OPS = {name: op for name, op in vars(tensor_namespace).items() if isinstance(op, Op)}
SOURCES = sorted((pathlib.Path(seedgrad.__file__).parent / "ops").glob("*.py"))
# What a definition or a rule may ask of an array: everything else is called as xp.f, so that Tensors can
# answer too.
ATTRIBUTES = {"shape", "ndim", "dtype"}


def functions_with_xp() -> Iterator[tuple[str, ast.AST]]:
    """The functions and lambdas under ops/ that take `xp`: definitions, rules and their helpers."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.Lambda)):
                names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
                if "xp" in names:
                    yield f"{source.name}:{node.lineno}", node


FUNCTIONS = [pytest.param(node, id=place) for place, node in functions_with_xp()]


@pytest.mark.parametrize("node", FUNCTIONS)
def test_rules_call_what_both_namespaces_have(node: ast.AST) -> None:
    used = {
        n.attr
        for n in ast.walk(node)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == "xp"
    }
    for name in used:
        assert hasattr(namespace, name), f"xp.{name} is missing in core/namespace.py"
        assert name in OPS, f"xp.{name} is missing among the ops"


@pytest.mark.parametrize("node", FUNCTIONS)
def test_rules_use_operators_indexing_and_xp_only(node: ast.AST) -> None:
    arguments = {a.arg for a in (*node.args.posonlyargs, *node.args.args)} - {"xp"}  # type: ignore[attr-defined]
    for n in ast.walk(node):
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id in arguments:
            assert n.attr in ATTRIBUTES, f"line {n.lineno}: .{n.attr} of an array; call xp.{n.attr} instead"


@pytest.mark.parametrize("name", sorted(OPS))
def test_op_exists_in_the_array_namespace(name: str) -> None:
    op = OPS[name]
    if op.rules or not op.kernels:
        text = inspect.getsource(op.definition)
        if f"xp.{name}(" in text:
            assert hasattr(namespace, name)


@pytest.mark.parametrize("name", sorted(set(OPS) & set(vars(namespace))))
def test_op_takes_the_parameters_of_the_array_function_by_name(name: str) -> None:
    """`xp.f(x, axis=...)` must mean the same for arrays and for Tensors."""
    op, function = OPS[name], getattr(namespace, name)
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:  # some NumPy functions have no signature to read
        return
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters.values()) or op.variadic:
        return
    for setting in op.defaults:
        assert setting in parameters, f"{name}: the op has the setting {setting!r}, the array function does not"


def test_every_op_file_is_imported() -> None:
    names = {s.stem for s in SOURCES} - {"__init__"}
    assert all(hasattr(ops, name) for name in names if "@op" in (SOURCES[0].parent / f"{name}.py").read_text("utf-8"))
