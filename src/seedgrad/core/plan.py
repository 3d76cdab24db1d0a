"""From the derivative rules of an op to straight-line code.

A rule's parameter names say what it needs. A `Plan` turns the rules for one set of inputs that need gradients into
two small functions - what to save, how to call the rules - so that no name is looked up
while a network trains. The functions are built from source text, as `dataclasses` does.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar

from . import namespace
from .memory import check_unwritten, table
from .mode import mode
from .node import Node, freed_error, next_functions

if TYPE_CHECKING:
    from .op import Op


def parameter_names(rule: Callable[..., Any]) -> tuple[str, ...]:
    """What a rule asks for. (`inspect.signature` takes 20 times as long, at every import.)"""
    return rule.__code__.co_varnames[: rule.__code__.co_argcount]


class Plan:
    """How one op is differentiated with respect to one set of its inputs.

    Attributes:
        wanted: the positions of the inputs that need a gradient; `inputs` is how many there are.
        sources: for each saved value, where it comes from: ("input", i), ("out", None) or ("constant", None).
        save: (arrays, output array, settings) -> the tuple of saved values; None if nothing is saved.
        backward: (g, saved, xp) -> the gradients, one for each wanted input.
        needs: for each input whether it needs a gradient.
        asked, asks_out: the positions of the inputs among the saved values, and whether the output is among them.
        calls, parts: the text of each gradient, and what `part` made of it.
    """

    __slots__ = (
        "asked", "asks_out", "backward", "calls", "inputs", "needs", "op", "parts", "save", "saves_arrays", "sources",
        "wanted",
    )  # fmt: skip

    def __init__(self, op: Op, wanted: tuple[int, ...], inputs: int) -> None:
        if op.rules:
            wanted = tuple(i for i in wanted if op.rules[op.arrays[0 if op.variadic else i]] is not None)
        self.op, self.wanted, self.inputs = op, wanted, inputs
        sources: dict[str, tuple[str, Any]] = {}  # expression that yields the value -> its source
        if not op.rules:  # a kernel's node, which may have to replay the definition on all inputs
            sources = {f"inputs[{i}]": ("input", i) for i in range(inputs)}
        calls = []
        for position in wanted[:1] if op.variadic else wanted:
            name = op.arrays[0 if op.variadic else position]
            rule = op.rules.get(name)
            if rule is None:  # no rules: the op's kernel answers instead, and `backward` is never called
                calls.append("None")
                continue
            arguments = [self._argument(p, op, sources, inputs) for p in parameter_names(rule)]
            calls.append(f"rules[{name!r}]({', '.join(arguments)})")
        self.sources = tuple(sources.values())
        self.needs = tuple([i in wanted for i in range(inputs)])
        self.asked = frozenset([i for kind, i in self.sources if kind == "input"])
        self.asks_out = ("out", None) in self.sources
        self.saves_arrays = any(kind != "constant" for kind, _ in self.sources)
        self.calls = tuple(calls)
        self.parts: dict[tuple[bool, ...], Plan] = {}
        text = f"lambda inputs, out, settings: ({''.join(f'{source},' for source in sources)})"
        self.save: Callable[..., tuple[Any, ...]] | None = eval(text) if sources else None
        self.backward = self._compiled(self.calls)

    def _compiled(self, calls: tuple[str, ...]) -> Callable[..., tuple[Any, ...]]:
        """A function of g, the saved values and the namespace, from the text of the rules' calls."""
        body = f"({''.join(f'{call},' for call in calls)})"
        if self.op.variadic:
            body = f"tuple(map(tuple({calls[0]}).__getitem__, wanted))" if calls else "()"
        made: Callable[..., tuple[Any, ...]] = eval(
            f"lambda g, s, xp: {body}", {"rules": self.op.rules, "wanted": self.wanted}
        )
        return made

    def part(self, useful: tuple[bool, ...]) -> Plan:
        """The same plan, with None for the gradients that nobody waits for in a pass; `useful` is for each wanted input."""
        if self.op.variadic or all(useful):
            return self
        found = self.parts.get(useful)
        if found is None:
            found = self.parts[useful] = copy(self)
            chosen = [i for i, use in zip(self.wanted, useful, strict=True) if use]
            found.needs = tuple([i in chosen for i in range(self.inputs)])
            calls = [call if use else "None" for call, use in zip(self.calls, useful, strict=True)]
            found.backward = found._compiled(tuple(calls))
        return found

    @staticmethod
    def _argument(name: str, op: Op, sources: dict[str, tuple[str, Any]], inputs: int) -> str:
        """The expression for one parameter of a rule, given g, xp and the saved values s."""
        if name in ("g", "xp"):
            return name
        kind: tuple[str, Any]
        source, kind = name, ("constant", None)
        if name == "out":
            source, kind = "out", ("out", None)
        elif op.variadic and name == f"{op.arrays[0]}_shapes":
            source = "tuple(x.shape for x in inputs)"
        elif name in op.arrays:
            source, kind = f"inputs[{op.arrays.index(name)}]", ("input", op.arrays.index(name))
        elif name.endswith(("_shape", "_dtype")) and name[:-6] in op.arrays:
            source = f"inputs[{op.arrays.index(name[:-6])}].{name[-5:]}"
        else:
            source = f"settings[{name!r}]"
        sources.setdefault(source, kind)
        return f"s[{list(sources).index(source)}]"


class RuleNode(Node):
    """A recorded op that is differentiated by its rules."""

    __slots__ = ("plan", "saved")
    memory: ClassVar[tuple[str, ...]] = ("saved",)

    def __init__(
        self,
        plan: Plan,
        order: int,
        edges: tuple[Node, ...],
        slots: tuple[int, ...] | None,
        saved: tuple[Any, ...],
        shape: Any,
        dtype: Any,
    ) -> None:
        self.plan = plan
        self.order = order
        self.edges = edges
        self.slots = slots
        self.saved: tuple[Any, ...] | None = saved
        self.shape = shape
        self.dtype = dtype
        self.hooks = None

    def vjp(self, g: Any, last: int, plan: Plan | None = None) -> tuple[Any, ...]:
        grads: tuple[Any, ...] = mode.now.run((plan or self.plan).backward, g, self._checked(), namespace)
        return grads

    def _checked(self) -> tuple[Any, ...]:
        if self.saved is None:
            raise freed_error(self.name())
        if table.last > self.order:
            check_unwritten(self)
        return self.saved

    def vjp_tensors(self, g: Any, plan: Plan | None = None) -> tuple[Any, ...]:
        from .op import tensor_namespace
        from .tensor import Tensor, at

        values: list[Any] = []
        for (kind, position), value in zip(self.plan.sources, self._checked(), strict=True):
            if kind == "constant" or value is None:
                values.append(value)
            elif kind == "out" and isinstance(value, tuple):
                values.append(tuple(at(v, self, slot) for slot, v in enumerate(value)))
            elif kind == "out":
                values.append(at(value, self))
            elif position in self.plan.wanted:
                edge = self.plan.wanted.index(position)
                values.append(at(value, self.edges[edge], self.slots[edge] if self.slots else 0))
            else:
                values.append(Tensor(value))
        return (plan or self.plan).backward(g, values, tensor_namespace)

    def release(self) -> None:
        if self.plan.saves_arrays:
            self.saved = None

    def name(self) -> str:
        return self.plan.op.grad_name

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        op, plan = self.plan.op, self.plan
        places = [i for i in range(plan.inputs) if op.variadic or not op.rules or op.rules[op.arrays[i]] is not None]
        return next_functions(self, places, plan.wanted)


class MultiRuleNode(RuleNode):
    """A recorded op with several outputs; `g` is a tuple with None where no gradient arrived."""

    __slots__ = ("outputs",)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.outputs = len(self.shape)
        if self.outputs == 1:  # a split into one piece: the engine knows it as a node with one output
            self.shape, self.dtype = self.shape[0], self.dtype[0]

    def vjp(self, g: Any, last: int, plan: Plan | None = None) -> tuple[Any, ...]:
        return super().vjp((g,) if self.outputs == 1 else g, last, plan)

    def vjp_tensors(self, g: Any, plan: Plan | None = None) -> tuple[Any, ...]:
        return super().vjp_tensors((g,) if self.outputs == 1 else g, plan)


class Conjugated:
    """Where numbers are complex: the gradient of a holomorphic op, by the rule for real numbers.

    A rule gives g f'(x); PyTorch's gradient of a complex number, the direction of steepest ascent, is g conj(f'(x)),
    which is the conjugate of the rule's answer to conj(g).
    """

    __slots__ = ()

    def vjp(self, g: Any, last: int, plan: Plan | None = None) -> tuple[Any, ...]:
        return _conjugate(super().vjp(_conjugate(g, namespace), last, plan), namespace)  # type: ignore[misc]

    def vjp_tensors(self, g: Any, plan: Plan | None = None) -> tuple[Any, ...]:
        from .op import tensor_namespace as xp

        return _conjugate(super().vjp_tensors(_conjugate(g, xp), plan), xp)  # type: ignore[misc]


def _conjugate(g: Any, xp: Any) -> Any:
    if isinstance(g, (tuple, list)):
        return tuple(_conjugate(x, xp) for x in g)
    if g is None:
        return None
    kind = getattr(g, "array", g).dtype.kind
    return xp.conj(g) if kind == "c" else g


class ComplexRuleNode(Conjugated, RuleNode):
    """A recorded op on complex numbers."""

    __slots__ = ()


class ComplexMultiRuleNode(Conjugated, MultiRuleNode):
    """A recorded op on complex numbers with several outputs."""

    __slots__ = ()
