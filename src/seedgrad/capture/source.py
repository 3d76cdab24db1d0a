"""The text of a replay: straight-line Python that calls NumPy with memory that was laid out before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core.kernel import functions
from ..core.product_arrays import compiled_product
from ..core.tensor import Tensor
from .chains import Row, call_of, groups, is_chain, worth
from .expressions import Expressions
from .plan import Unplannable, form_of
from .program import Instruction, Value, map_tree, name_of

Group = list[tuple[Instruction, Row | None]]

_VARIABLE = re.compile(r"\bv\d+\b")


class Source(Expressions):
    """One replay's text."""

    def lines(self, i: Instruction) -> list[str]:
        if i.kind == "grad":
            return [self._grad(i)]
        if i.kind == "check":
            test = self.value(i.args[0])
            why = self.constant(i.where)
            return [f"if {'not ' if i.expected else ''}{test}: raise Mismatch({why})"]
        out = i.outs
        form = form_of(i)
        if form and (
            i.kwargs.get("out") is not None
            or (out.storage.kind == "temporary" and self.plan.creator(out.storage) is i and self.plan.is_planned(out))
        ):
            return self._into(i, form)
        text = self._call(i)
        if out is None or not i.made():
            return [text]
        return self._keep(i, text)

    def _call(self, i: Instruction) -> str:
        args = [self.expression(a) for a in i.args]
        args += [f"{key}={self.expression(item)}" for key, item in i.kwargs.items()]
        return f"{self.function(i.function)}({', '.join(args)})"

    def _keep(self, i: Instruction, text: str) -> list[str]:
        """Give names to what a call returns, and see that shapes are as they were."""
        checks: list[str] = []
        names = self._targets(i.outs, i, checks)
        return [f"{names} = {text}", *checks]

    def _targets(self, tree: Any, i: Instruction, checks: list[str]) -> str:
        """The variables on the left; what is to be checked of them is added to `checks`."""
        if isinstance(tree, (tuple, list)):
            return f"({''.join(f'{self._targets(item, i, checks)}, ' for item in tree)})"
        if type(tree) is not Value:
            return "_"
        name = f"v{tree.number}"
        self._free.add(tree.number)
        if tree.storage is not None:
            self._roots.setdefault(tree.storage, tree)
            checks.append(
                f"if {name}.shape != {tree.shape!r} or {name}.dtype != {self.constant(tree.dtype)}: "
                f"raise Mismatch({self.constant('a shape that depends on values, in ' + i.name())})"
            )
            if tree.shape == ():
                checks.append(f"{name} = np.asarray({name})")
        return name

    def _into(self, i: Instruction, form: str) -> list[str]:
        """A call whose result is written into given memory."""
        out = i.kwargs.get("out")
        target = self.value(out[0] if isinstance(out, tuple) else out if out is not None else i.outs)
        args = [self.expression(a) for a in i.args]
        if form == "ufunc":
            # NumPy wants the third argument of these two by name.
            by_name = "out=" if i.function in (np.maximum, np.minimum) else ""
            return [f"{self.function(i.function)}({', '.join(args)}, {by_name}{target})"]
        if form == "reduce":
            names = ("axis", "dtype", "out", "keepdims")
            given = dict(zip(names, args[1:], strict=False)) | {k: self.expression(v) for k, v in i.kwargs.items()}
            given["out"] = target
            given.setdefault("axis", "0")
            rest = [given.get(n, "None" if n == "dtype" else "False") for n in names]
            return [f"{self.function(i.function)}({args[0]}, {', '.join(rest)})"]
        if form == "dot":
            left = self.value(i.args[0])
            if i.function is compiled_product():
                return [f"{self.function(i.function)}({', '.join(args)}, {target})"]
            if self.plan.is_planned(i.args[0]):
                name = f"dot_{left}"
                self.names[name] = self.names[left].dot
                return [f"{name}({args[1]}, {target})"]
            return [f"{left}.dot({args[1]}, {target})"]
        if form == "copy":
            return [f"copyto({target}, {args[0]}, 'unsafe')"]
        if form == "new":
            return []
        if form == "fill":
            return [f"copyto({target}, {0 if i.function is np.zeros_like else 1})"]
        axis = self.expression(i.args[1]) if len(i.args) > 1 else self.expression(i.kwargs.get("axis", 0))
        return [f"{self.function(i.function)}({args[0]}, {axis}, {target})"]

    def _grad(self, i: Instruction) -> str:
        t, value = i.args
        place = self.places.get(id(t))
        target = f"tensors[{place}]" if place is not None else self.constant(t)
        if value is None or isinstance(value, Tensor):
            return f"{target}._grad = {self.constant(value)}"
        if not self.plan.is_planned(value):
            return f"{target}._grad = {self.constant(Tensor)}({self.value(value)})"
        made = Tensor(self.view(value))
        self.names[f"grad{len(self.grads)}"] = made
        line = f"{target}._grad = grad{len(self.grads)}"
        self.grads.append((t, made))
        return line

    # The whole

    def build(self, outputs: list[Value], gradients: list[Value]) -> str:
        """The text of `replay(tensors)` and, for a function whose result is differentiated, `backward(tensors)`.

        `gradients` are the values that the backward pass returns.
        """
        emitted = {id(i) for i in self.plan.emitted}
        split = self.plan.split
        parts = [
            [i for i in part if id(i) in emitted] for part in (self.plan.program[:split], self.plan.program[split:])
        ]
        first = self._arguments() + self._renewed() + self._part(parts[0])
        written = {w.storage for i in parts[0] for w in i.writes}
        first += [f"note_write(v{v.number})" for _, v in self.plan.old_grads if v.storage in written]
        first.append(f"return ({''.join(f'{self.output(v)}, ' for v in outputs)})")
        shared = sorted(self._free)
        lasting = parts[1] or gradients
        text = _define("replay", first if lasting else _freeing(first), shared if lasting else [])
        if gradients:
            for v in self.seeds:
                self._enter(v)
            second = [f"v{v.number} = tensors[{n}]" for n, v in enumerate(self.seeds)]
            second += self._part(parts[1])
            second.append(f"return ({''.join(f'{self.output(v, gradient=True)}, ' for v in gradients)})")
            text += "\n\n" + _define("backward", _freeing(second, shared), shared)
        return text

    def _part(self, instructions: list[Instruction]) -> list[str]:
        """The lines of some instructions. Calls of compiled code that follow each other become one."""
        found = groups([i for i in instructions if form_of(i) != "new" or not self.plan.is_planned(i.outs)], self.plan)
        calls = self._compiled_calls(found)
        lines: list[str] = []
        together: list[tuple[Any, str]] = []
        later: list[str] = []  # gradients are set when what is computed together has been computed
        for group, call in zip(found, calls, strict=True):
            if any([self._changes(i) for i, _ in group]) and not self._begins:
                self._begins = True
                lines.append("begun[0] = True")
            if call is not None:
                together.append((call, _names(group)))
            elif together and all([i.kind == "grad" for i, _ in group]):
                later += [line for i, _ in group for line in self.lines(i)]
            else:
                lines += [*self._jobs(together), *later]
                together, later = [], []
                lines += [line for i, _ in group for line in self.lines(i)]
        return [*lines, *self._jobs(together), *later]

    def _compiled_calls(self, found: list[Group]) -> list[Any]:
        """For each group, what `in_parts` is to be called with, if it is a fused chain or a kernel's call; else None."""
        rows = [[row for _, row in group if row is not None] for group in found]
        fused = worth([row for group in rows if is_chain(group) for row in group])
        calls = [self._launch(group[0][0]) for group in found]
        for n, chain in enumerate(rows):
            if calls[n] is None and fused and is_chain(chain):
                calls[n] = self._chain(chain)
        near = None
        for order in (range(len(found)), range(len(found) - 1, -1, -1)):
            for n in order:  # beside a call of compiled code another one costs next to nothing
                if near is not None and calls[n] is None and rows[n]:
                    calls[n] = self._chain(rows[n])
                if calls[n] is not None or found[n][0][0].kind != "grad":
                    near = calls[n]
        return calls

    def _launch(self, i: Instruction) -> Any:
        if i.function is not functions.get("in_parts") or not all([self.plan.is_planned(v) for v in i.read()]):
            return None
        return map_tree(i.args, lambda leaf: self.view(leaf) if type(leaf) is Value else leaf)

    def _chain(self, rows: list[Row]) -> Any:
        made = call_of(rows, self.view)
        if made is None:
            return None
        self._kept_alive.append(made[1])
        return made[0]

    def _jobs(self, together: list[tuple[Any, str]]) -> list[str]:
        """One line for all of these calls."""
        if not together:
            return []
        name = f"chain{len(self.names)}"
        self.names[name] = functions["jobs"]([call for call, _ in together])
        names = [name for _, name in together]
        return [f"{name}()  # {', '.join(names[:12])}{', ...' if len(names) > 12 else ''}"]

    def _enter(self, v: Value) -> None:
        self._free.add(v.number)
        self._roots[v.storage] = v  # type: ignore[index]

    def _arguments(self) -> list[str]:
        """Take the arguments, and the gradients from before, that are used."""
        read = {v.storage for i in self.plan.emitted for v in (*i.read(), *i.writes)} | {
            v.storage for v in self.plan.outputs
        }
        lines = []
        for n, v in enumerate(self.plan.inputs):
            if v.storage not in read:
                continue
            if self.plan.is_planned(v):
                lines.append(f"copyto({self.array(v)}, tensors[{n}].array)")
            else:
                self._enter(v)
                lines.append(f"v{v.number} = tensors[{n}].array")
        for t, v in self.plan.old_grads:
            if v.storage in read:
                self._enter(v)
                place = self.places.get(id(t))
                target = f"tensors[{place}]" if place is not None else self.constant(t)
                lines.append(f"v{v.number} = {target}._grad.array")
        return lines

    def output(self, v: Value, gradient: bool = False) -> str:
        """A result: a copy of what lies in memory that the next replay overwrites."""
        s = v.storage
        if s is not None and s.kind in ("input", "given") and not gradient:
            raise Unplannable("it returns a view of an argument")
        text = self.value(v)
        return f"{text}.copy()" if self.plan.is_planned(v) and s is not None and s.kind != "external" else text

    def _changes(self, i: Instruction) -> bool:
        """Whether something outside of the recording is changed, so that the step can't begin again."""
        return i.kind in ("grad", "python") or any(
            w.storage is not None and w.storage.kind in ("external", "given") for w in i.writes
        )

    def _renewed(self) -> list[str]:
        """Constants that the step writes get their old content again."""
        lines = []
        for s in {v.storage: None for i in self.plan.program for v in (*i.read(), *i.writes)}:
            if s is not None and s.kind == "constant" and s.written:
                lines.append(f"copyto({self.constant(self.base(s))}, {self.constant(s.content)})")
        return lines


def _names(group: Group) -> str:
    """What a group calls, for a reader of the text."""
    names = [i.name() if i.name() != "in_parts" else name_of(i.args[0].py_func) for i, _ in group]
    return " ".join(names[:12]) + (" ..." if len(names) > 12 else "")


def _freeing(lines: list[str], shared: Sequence[int] = ()) -> list[str]:
    """The lines, with variables ended after their last use, so that the next arrays can have their memory."""
    last: dict[str, int] = {}
    for n, line in enumerate(lines):
        last.update(dict.fromkeys(_VARIABLE.findall(line), n))
    ending: dict[int, list[str]] = {}
    for name, n in last.items():
        if int(name[1:]) not in shared and n < len(lines) - 1:
            ending.setdefault(n, []).append(name)
    found = []
    for n, line in enumerate(lines):
        found.append(line)
        if n in ending:
            found.append(f"del {', '.join(ending[n])}")
    return found


def _define(name: str, lines: list[str], shared: list[int]) -> str:
    if shared:
        lines = [f"global {', '.join(f'v{n}' for n in shared)}", *lines]
    return f"def {name}(tensors):\n" + "\n".join(f"    {line}" for line in lines)
