"""Models that grow: time and memory as batch, width, depth and context double."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .common import Steps, classifier
from .language import gpt, language_step
from .workloads import mlp

# What stays the same while one of them doubles.
MLP = {"batch": 128, "width": 512, "depth": 4}
GPT = {"batch": 4, "width": 128, "depth": 4, "context": 128}
WORDS, HEAD = 65, 32


def mlp_step(lib: Any, batch: int, width: int, depth: int) -> Steps:
    """A training step of an MLP with `depth` hidden layers, Adam."""
    model = mlp(lib, width, *[width] * depth, 10)
    return classifier(lib, model, lib.optim.Adam(model.parameters()), (width,), batch, batches=1)


def gpt_step(lib: Any, batch: int, width: int, depth: int, context: int) -> Steps:
    """A training step of a GPT with `depth` layers and heads of 32, AdamW."""
    model = gpt(lib, WORDS, context, depth, width, width // HEAD)
    return language_step(lib, model, lib.optim.AdamW(model.parameters(), lr=1e-3), WORDS, batch, context)


@dataclass(frozen=True)
class Series:
    """One curve: a model, what doubles, and its values."""

    model: str
    axis: str
    sizes: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"{self.model.lower()}_{self.axis}"

    @property
    def fixed(self) -> str:
        """What stays the same, as text."""
        return ", ".join(f"{k} {v}" for k, v in _defaults(self.model)[1].items() if k != self.axis)

    def start(self, lib: Any, size: int) -> Steps:
        """The steps at one size."""
        step, fixed = _defaults(self.model)
        return step(lib, **{**fixed, self.axis: size})


def _defaults(model: str) -> tuple[Callable[..., Steps], dict[str, int]]:
    return (mlp_step, MLP) if model == "MLP" else (gpt_step, GPT)


def _doubling(first: int, last: int) -> tuple[int, ...]:
    return tuple(first * 2**i for i in range((last // first).bit_length()))


SERIES = {
    s.name: s
    for s in (
        Series("MLP", "batch", _doubling(16, 2048)),
        Series("MLP", "width", _doubling(64, 2048)),
        Series("MLP", "depth", _doubling(1, 32)),
        Series("GPT", "batch", _doubling(1, 16)),
        Series("GPT", "width", _doubling(64, 512)),
        Series("GPT", "depth", _doubling(1, 16)),
        Series("GPT", "context", _doubling(32, 1024)),
    )
}
