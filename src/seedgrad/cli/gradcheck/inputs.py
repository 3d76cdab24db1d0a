"""What a candidate is tried on: inputs that the user gives, or made from its signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

import seedgrad as sg

from ..recipe import Refusal
from .finding import INPUT_NAMES, Candidate, parameters

HOW = (
    "Give them: `example_inputs = (x, y)` in the file, a dictionary {name: (x, y)} for several names, a function that "
    "returns either, or an attribute example_inputs of the op, function or class."
)


@dataclass
class Inputs:
    """The arguments of a call.

    Attributes:
        names: the names of the positional ones.
        origin: where they come from, for the report.
    """

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    origin: str = ""


def given(candidate: Candidate, module: ModuleType) -> Inputs | None:
    """The inputs that the user wrote down."""
    for owner, where in ((candidate.object, f"{candidate.name}.example_inputs"), (module, "")):
        for name in INPUT_NAMES if owner is module else INPUT_NAMES[:1]:
            value = getattr(owner, name, None)
            if value is None or isinstance(value, (sg.nn.Module, sg.autograd.Op)):
                continue
            origin = where or f"{name} of the file"
            if callable(value) and not isinstance(value, sg.Tensor):
                value, origin = value(), origin + "()"
            if owner is module and isinstance(value, dict):
                if candidate.name not in value:
                    continue
                value, origin = value[candidate.name], f"{origin}[{candidate.name!r}]"
            return _as_inputs(value, candidate, origin)
    return None


def _as_inputs(value: Any, candidate: Candidate, origin: str) -> Inputs:
    if isinstance(value, dict):
        found = Inputs((), value, (), origin)
    else:
        args = tuple(value) if isinstance(value, (tuple, list)) else (value,)
        names = [p.name for p in arguments(candidate)]
        names += [f"input {i}" for i in range(len(names), len(args))]
        found = Inputs(args, {}, tuple(names[: len(args)]), origin)
    if not tensors_in((found.args, found.kwargs)):
        raise Refusal(f"{origin} holds no floating-point tensor to differentiate by: {value!r}.\n{HOW}")
    return found


def tensors_in(value: Any) -> list[Any]:
    """The floating-point and complex tensors in a nest of lists, tuples and dictionaries."""
    if isinstance(value, dict):
        return tensors_in(list(value.values()))
    if isinstance(value, (tuple, list)):
        return [t for v in value for t in tensors_in(v)]
    return [value] if isinstance(value, sg.Tensor) and (value.is_floating_point() or value.is_complex()) else []


def arguments(candidate: Candidate) -> list[inspect.Parameter]:
    """The parameters that the candidate is called with."""
    thing = candidate.object
    if candidate.kind == "op":
        found = parameters(thing.definition)[1:]
        arrays = [p for p in found if p.kind in (p.POSITIONAL_ONLY, p.VAR_POSITIONAL)]
        return [*arrays, *[p for p in found if p not in arrays]]
    if candidate.kind == "Function":
        own_context = thing.setup_context is sg.autograd.Function.setup_context
        return parameters(thing.forward)[1 if own_context else 0 :]
    if candidate.kind == "Module":
        forward = parameters(thing.forward)
        return forward[1:] if isinstance(thing, type) else forward
    return parameters(thing)


def _unnamed(p: inspect.Parameter) -> bool:
    return p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty


def shapes(count: int, sizes: Sequence[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Shapes to try for so many tensors, where `sizes` are those of the module's parameters."""
    known: list[Callable[[int], tuple[int, ...]]] = [
        lambda n: (2, n, 6, 6),
        lambda n: (2, n, 12),
        lambda n: (1, n, 5, 5, 5),
        lambda n: (3, n),
        lambda n: (2, 3, n),
        lambda n: (n,),
    ]
    single = [make(n) for make in known for n in dict.fromkeys(sizes)]
    single += [(3, 4), (5,), (), (2, 3, 4), (2, 3, 6, 6), (1, 1, 5, 5, 5), (4, 4)]
    for shape in dict.fromkeys(single):
        yield (shape,) * count
    if count == 2:
        yield from (
            ((3, 4), (4, 2)),
            ((3, 4), (4,)),
            ((4, 3), (3,)),
            ((2, 3, 4), (2, 4, 3)),
            ((2, 3, 8, 8), (4, 3, 3, 3)),
        )
    if count == 3:
        yield from (
            ((3, 4), (2, 4), (2,)),
            ((3, 4), (4, 2), (2,)),
            ((3, 4), (4,), (4,)),
            ((2, 3, 8, 8), (4, 3, 3, 3), (4,)),
        )


def _numbers(draw: np.random.Generator, kind: str, shape: tuple[int, ...]) -> Any:
    if kind == "normal numbers":
        return draw.standard_normal(shape)
    return draw.uniform(0.5, 1.5, shape) if kind == "positive numbers" else draw.integers(0, 2, shape)


def made(candidate: Candidate, call: Callable[..., Any], sizes: Sequence[int], seed: int) -> Inputs:
    """Inputs made from the signature: normal numbers, positive ones, or indices, in the first shapes that work.

    Args:
        call: runs the candidate; it works if nothing is raised and there is a result without NaN.
        sizes: of the module's parameters.
        seed: start of the random numbers.
    """
    wanted = [p for p in arguments(candidate) if _unnamed(p)]
    for p in wanted:
        if p.annotation in (int, float, bool, str, "int", "float", "bool", "str"):
            raise Refusal(f"inputs can't be made: the argument {p.name} of {candidate.name} is no tensor.\n{HOW}")
    names = tuple(p.name for p in wanted)
    if not names:
        many = next((p.name for p in arguments(candidate) if p.kind is p.VAR_POSITIONAL), None)
        if many is None:
            raise Refusal(f"inputs can't be made: {candidate.name} has no argument without a default value.\n{HOW}")
        names = (f"{many}[0]", f"{many}[1]")
    draw, tried = np.random.default_rng(seed), {}
    # A module may have its parameters alone to differentiate by, and take indices.
    kinds = ("normal numbers", "positive numbers", *(["indices 0 and 1"] if sizes else []))
    for chosen in shapes(len(names), sizes):
        for kind in kinds:
            args = tuple(sg.tensor(_numbers(draw, kind, s)) for s in chosen)
            label = ", ".join(map(str, dict.fromkeys(chosen)))
            try:
                results = [t.detach().numpy() for t in tensors_in(call(*args))]
                if all(np.isfinite(r).all() for r in results) and (not results or any(r.any() for r in results)):
                    return Inputs(args, {}, names, f"{kind}, made from the signature")
                tried[label] = "the result is not finite, or all of it is 0"
            except Exception as error:  # whatever a user's function raises on inputs that it is not made for
                tried[label] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    lines = "\n".join(f"  {label}: {what}" for label, what in list(tried.items())[:8])
    rest = f"\n  and {len(tried) - 8} more" if len(tried) > 8 else ""
    raise Refusal(
        f"no inputs were found for {candidate.name}({', '.join(names)}). Tried tensors of these shapes:\n"
        f"{lines}{rest}\n{HOW}"
    )
