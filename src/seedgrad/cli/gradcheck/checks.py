"""The checks of one candidate."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import seedgrad as sg

from .compare import WRONG, Comparison, Row, normal, spacing, weighted
from .finding import Candidate, place_of
from .inputs import Inputs
from .subject import Array, Subject


@dataclass
class Findings:
    """All that was found out about one candidate."""

    candidate: Candidate
    inputs: Inputs
    rows: list[Row] = field(default_factory=list)
    notes: list[tuple[bool, str]] = field(default_factory=list)  # whether it is right, and what it is

    @property
    def right(self) -> bool:
        return all(ok for ok, _ in self.notes) and all(row.verdict != WRONG for row in self.rows)


class Checker:
    """Runs the checks of one candidate in order, and collects what they find."""

    def __init__(self, candidate: Candidate, thing: Any, inputs: Inputs, path: Path, most: int, seed: int) -> None:
        self.candidate, self.thing, self.inputs, self.path = candidate, thing, inputs, path
        self.most, self.seed = most, seed
        self.found = Findings(candidate, inputs)

    def note(self, ok: bool, text: str) -> None:
        self.found.notes.append((ok, text))

    def run(self) -> Findings:
        """All checks; one that fails leaves out those that rest on it. NaN and infinity are findings, not warnings."""
        with np.errstate(all="ignore"):
            return self._run()

    def _run(self) -> Findings:
        subject = Subject(self.candidate, self.thing, self.inputs, True, self.seed)
        try:
            outs = subject.run()
        except Exception as error:
            self.note(False, f"the forward pass raised {place_of(error, self.path)}")
            return self.found
        draw = np.random.default_rng(self.seed)
        vectors = [normal(draw, o.detach().numpy()) for o in outs]
        if not self._types(outs, sg.float64):
            self.note(True, "the differences are as coarse as the type that was lost")
        if not any(o.requires_grad for o in outs):
            self.note(
                False,
                "the result does not require grad: it was computed outside the graph (NumPy, detach(), no_grad())",
            )
            return self.found
        self._repeat(subject)
        if self._active(subject, vectors):
            self._first(subject, vectors)
            self._second(subject, vectors)
            self._single(subject, vectors)
        return self.found

    def _types(self, outs: list[Any], wanted: Any) -> bool:
        """Whether results have the precision of the inputs."""
        kinds = {sg.float64: (sg.float64, sg.complex128), sg.float32: (sg.float32, sg.complex64)}[wanted]
        lost = [f"output {i} is {o.dtype}" for i, o in enumerate(outs) if o.dtype not in kinds]
        if lost:
            self.note(False, f"the type is lost: {wanted} inputs, but {', '.join(lost)}")
        return not lost

    def _repeat(self, subject: Subject) -> None:
        """Whether two calls give the same."""
        runs = [[o.detach().numpy() for o in subject.run(seeded)] for seeded in (True, True, False)]
        if not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(runs[0], runs[1], strict=True)):
            self.note(False, "not deterministic: two calls on the same inputs, with the same random state, differ")
        elif not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(runs[1], runs[2], strict=True)):
            self.note(True, "draws random numbers; checked with the same ones at every call")

    def _active(self, subject: Subject, vectors: list[Array]) -> bool:
        """Whether there is a backward pass; variables for which it raises are reported and left out."""
        try:
            once, again = (subject.gradients(vectors) for _ in range(2))
        except Exception as error:
            whole = error
        else:
            pairs = [(a, b) for a, b in zip(once, again, strict=True) if a is not None and b is not None]
            if any(not np.array_equal(a.numpy(), b.numpy(), equal_nan=True) for a, b in pairs):
                self.note(False, "not deterministic: two backward passes on the same inputs differ")
            return True
        failed: dict[str, list[str]] = {}
        variables = subject.variables
        for t in variables:
            t.requires_grad_(False)
        working = []
        for label, t in zip(subject.labels, variables, strict=True):
            t.requires_grad_()
            try:
                subject.gradients(vectors)
                working.append(t)
            except Exception as error:
                failed.setdefault(place_of(error, self.path), []).append(label)
            t.requires_grad_(False)
        for t in working:
            t.requires_grad_()
        for text, labels in (failed or {place_of(whole, self.path): subject.labels}).items():
            self.note(False, f"the backward pass raised for {', '.join(labels)}: {text}{self._backward_line(text)}")
        return bool(working) and bool(failed)

    def _backward_line(self, text: str) -> str:
        """Where the backward of a Function is, if the traceback did not lead there."""
        if "\n  at " in text or self.candidate.line == 0:
            return ""
        return f"\n  in the backward pass of {self.candidate.name}, {self.path.name}:{self.candidate.line}"

    def _compare(
        self, order: str, labels: list[str], tensors: list[Any], analytic: list[Any], measure: Any, eps: float
    ) -> None:
        comparison = Comparison(order, measure, eps, self.most, self.seed)
        for label, t, g in zip(labels, tensors, analytic, strict=True):
            if t.requires_grad:
                row = comparison.row(label, t.detach().numpy(), None if g is None else g.detach().numpy())
                self.found.rows.append(row)
                self._explain(row, None if g is None else g.detach().numpy())

    def _explain(self, row: Row, gradient: Array | None) -> None:
        if row.verdict == "no gradient: wrong":
            row.verdict = WRONG
            self.note(
                False,
                f"{row.order} order, {row.label}: there is no gradient (None, or the graph is cut by detach() or NumPy), "
                f"but the value changes with it",
            )
        elif row.verdict == WRONG and gradient is not None:
            rounded = gradient.astype(np.complex64 if gradient.dtype.kind == "c" else np.float32)
            if row.error <= 1e-6 * np.abs(gradient).max() and np.array_equal(rounded, gradient):
                self.note(False, f"{row.order} order, {row.label}: the gradient has only the digits of float32")

    def _first(self, subject: Subject, vectors: list[Array]) -> None:
        def measure() -> tuple[float, float]:
            with sg.no_grad():
                return weighted(vectors, [o.numpy() for o in subject.run()])

        found = subject.gradients(vectors)
        eps = spacing(vectors)
        self._compare("first", subject.labels, subject.variables, list(found), measure, eps)

    def _second(self, subject: Subject, vectors: list[Array]) -> None:
        """The derivatives of weights · gradients, by the variables and by the gradients of the results."""
        draw = np.random.default_rng(self.seed + 1)
        weights = [normal(draw, t.detach().numpy()) for t in subject.variables]
        firsts = [sg.tensor(v).requires_grad_() for v in vectors]

        def measure() -> tuple[float, float]:
            found = subject.gradients([f.detach() for f in firsts])
            terms = [(w, g.detach().numpy()) for w, g in zip(weights, found, strict=True) if g is not None]
            return weighted([w for w, _ in terms], [g for _, g in terms])

        try:
            found = subject.gradients(firsts, create_graph=True)
            linked = [
                (g, sg.tensor(w).to(g.dtype))
                for g, w in zip(found, weights, strict=True)
                if g is not None and g.requires_grad
            ]
            everything = [*subject.variables, *firsts]
            active = [t for t in everything if t.requires_grad]
            again: Any = [None] * len(active)
            if linked:
                again = sg.autograd.grad([g for g, _ in linked], active, [w for _, w in linked], allow_unused=True)
        except Exception as error:
            refused = "once_differentiable" in str(error)
            text = "refused by once_differentiable" if refused else f"raised {place_of(error, self.path)}"
            self.note(refused, f"the second derivative is {text}" if refused else f"the second derivative {text}")
            return
        each = iter(again)
        analytic = [next(each) if t.requires_grad else None for t in everything]
        names = ["g"] if len(firsts) == 1 else [f"g[{i}]" for i in range(len(firsts))]
        self._compare("second", [*subject.labels, *names], everything, analytic, measure, spacing(vectors))

    def _single(self, subject: Subject, vectors: list[Array]) -> None:
        """Whether float32 gives the same values and gradients, as closely as its digits allow."""
        single = Subject(self.candidate, self.thing, self.inputs, False, self.seed)
        for t, other in zip(single.variables, subject.variables, strict=True):
            t.requires_grad_(other.requires_grad)
        try:
            outs, found = single.run(), single.gradients(vectors)
        except Exception as error:
            self.note(False, f"in float32 it raised {place_of(error, self.path)}")
            return
        if not self._types(outs, sg.float32):
            return
        values = zip(["the value"] * len(outs), outs, subject.run(), strict=True)
        labels = [f"the gradient of {name}" for name in subject.labels]
        gradients = zip(labels, found, subject.gradients(vectors), strict=True)
        worst, where = -1.0, ""
        for pairs in (values, gradients):
            arrays: list[Any] = [
                (label, a.detach().numpy(), b.detach().numpy())
                for label, a, b in pairs
                if a is not None and b is not None
            ]
            # Of the largest: a gradient that is 0 because terms cancel keeps their rounding errors.
            size = max([float(np.abs(fine).max(initial=0)) for _, _, fine in arrays], default=0.0) or 1.0
            for label, coarse, fine in arrays:
                share = float(np.abs(coarse - fine).max(initial=0)) / size
                if not share <= worst:
                    worst, where = share, label
        ok = worst <= 1e-3
        verb = "agrees" if ok else "does not agree"
        self.note(ok, f"float32 {verb} with float64: {where} differs most, by {max(worst, 0):.1e} of the size")
