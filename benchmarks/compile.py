"""`python -m benchmarks.compile`: whole training steps as they are written and compiled, by both libraries.

Three processes for each workload - seedgrad, `seedgrad.compile`, PyTorch - take turns, and `torch.compile`, whose compiler
leaves processes behind, comes last and alone; the table has the median of the rounds. Losses of the first steps are
compared, so all four do the same work.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from . import language, workloads
from .common import classes, load, numbers, parameter
from .process import environment

ALONE = "torch.compile"
WAYS = ("seedgrad", "seedgrad.compile", "torch", ALONE)
HEAD = """| step | seedgrad | seedgrad.compile | PyTorch | torch.compile | compiled / PyTorch |
| --- | --- | --- | --- | --- | --- |
"""
STEPS = 4  # whose losses are compared
WAKE = 0.1  # seconds of work that is not counted after the turn of another process
Prepared = tuple[Callable[..., Any], tuple[Any, ...]]


def _training(lib: Any, model: Any, optimizer: Any, loss_of: Callable[..., Any]) -> Callable[..., Any]:
    def step(*batch: Any) -> Any:
        optimizer.zero_grad()
        loss = loss_of(*batch)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def mlp(lib: Any) -> Prepared:
    """MLP 64-32-32-10, batch 32, SGD"""
    model, criterion = workloads.mlp(lib, 64, 32, 32, 10), lib.nn.CrossEntropyLoss()
    optimizer = lib.optim.SGD(model.parameters(), lr=0.01)
    step = _training(lib, model, optimizer, lambda x, y: criterion(model(x), y))
    return step, (numbers(lib, 32, 64), classes(lib, 10, 32))


def chain(lib: Any) -> Prepared:
    """1,000-op chain on 16 numbers"""
    x, a = parameter(lib, np.linspace(-1, 1, 16)), lib.tensor(np.full(16, 1.01, np.float32))

    def step() -> Any:
        x.grad = None
        y = x
        for _ in range(200):
            y = y * a
            y = y + x
            y = y.tanh()
            y = y - a
            y = y.sin()
        loss = y.sum()
        loss.backward()
        return loss.detach() + x.grad.sum()

    return step, ()


def elementwise(lib: Any) -> Prepared:
    """12-op chain on 1 M numbers"""
    x, a = parameter(lib, np.linspace(-2, 2, 1_000_000)), numbers(lib, 1_000_000).abs() * 0.1 + 1

    def step() -> Any:
        x.grad = None
        y = x
        for _ in range(3):
            y = y * a
            y = y + x
            y = y.tanh()
            y = y.sigmoid()
        loss = y.mean()
        loss.backward()
        return loss.detach()

    return step, ()


def gpt(lib: Any) -> Prepared:
    """GPT 4 × 64, context 32, batch 8, AdamW"""
    model = language.gpt(lib, 65, 32, 4, 64, 4)
    optimizer = lib.optim.AdamW(model.parameters(), lr=1e-3)
    return _text(lib, model, optimizer, 65, 8, 32)


def lstm(lib: Any) -> Prepared:
    """LSTM of 32, 16 steps, batch 8, Adam"""
    nn = lib.nn

    class Model(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.embedding, self.lstm = nn.Embedding(65, 32), nn.LSTM(32, 32, batch_first=True)
            self.out = nn.Linear(32, 65)

        def forward(self, x: Any) -> Any:
            return self.out(self.lstm(self.embedding(x))[0])

    model = Model()
    load(lib, model, 8)
    return _text(lib, model, lib.optim.Adam(model.parameters()), 65, 8, 16)


def _text(lib: Any, model: Any, optimizer: Any, words: int, batch: int, length: int) -> Prepared:
    text = classes(lib, words, batch, length + 1)
    entropy = lib.nn.functional.cross_entropy
    step = _training(lib, model, optimizer, lambda x, y: entropy(model(x).reshape(-1, words), y))
    return step, (text[:, :-1].contiguous(), text[:, 1:].reshape(-1))


def gradient_penalty(lib: Any) -> Prepared:
    """gradient penalty (double backward), batch 64, Adam"""
    nn = lib.nn
    critic = nn.Sequential(nn.Linear(128, 256), nn.SiLU(), nn.Linear(256, 256), nn.SiLU(), nn.Linear(256, 1))
    load(lib, critic, 11)

    def loss(real: Any, fake: Any, share: Any) -> Any:
        between = (share * real + (1 - share) * fake).requires_grad_()
        (g,) = lib.autograd.grad(critic(between).sum(), between, create_graph=True)
        return critic(fake).mean() - critic(real).mean() + 10 * ((g.norm(2, 1) - 1) ** 2).mean()

    step = _training(lib, critic, lib.optim.Adam(critic.parameters(), lr=1e-4), loss)
    share = lib.tensor(np.random.default_rng(2).random((64, 1)).astype(np.float32))
    return step, (numbers(lib, 64, 128), numbers(lib, 64, 128, seed=1), share)


WORKLOADS = {f.__name__: f for f in (mlp, chain, gpt, lstm, gradient_penalty, elementwise)}


def serve(way: str, name: str) -> None:
    """A measured process: seconds of work in on standard input, seconds of a step out."""
    library, _, compiled = way.partition(".")
    lib = importlib.import_module(library)
    step, batch = WORKLOADS[name](lib)
    if compiled:
        step = lib.compile(step)
    try:
        losses = [float(step(*batch)) for _ in range(STEPS)]
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}".splitlines()[0][:200]}), flush=True)
        return
    print(json.dumps({"losses": losses}), flush=True)
    for line in sys.stdin:
        _run(step, batch, WAKE)
        print(json.dumps(_run(step, batch, float(line))), flush=True)


def _run(step: Callable[..., Any], batch: Any, seconds: float) -> float:
    start, times = time.perf_counter(), 0
    while time.perf_counter() - start < seconds or times < 2:
        float(step(*batch))
        times += 1
    return (time.perf_counter() - start) / times


def measure(name: str, rounds: int, seconds: float, ways: tuple[str, ...] = WAYS) -> dict[str, float]:
    """Median seconds of a step, by way; without those that can't run."""
    turns = tuple(way for way in ways if way != ALONE)
    return _measure(name, rounds, seconds, turns) | (_measure(name, rounds, seconds, (ALONE,)) if ALONE in ways else {})


def _measure(name: str, rounds: int, seconds: float, ways: tuple[str, ...]) -> dict[str, float]:
    """Median seconds of a step, by way; without those that can't run.

    Raises:
        RuntimeError: the losses differ, so the work does.
    """
    command = [sys.executable, "-m", "benchmarks.compile", "--serve"]
    found: dict[str, list[float]] = {}
    losses: dict[str, list[float]] = {}
    processes: dict[str, Any] = {}
    try:
        for way in ways:
            processes[way] = subprocess.Popen(
                [*command, way, name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment() | {"TORCHINDUCTOR_COMPILE_THREADS": "1"},
            )
            answer = json.loads(processes[way].stdout.readline() or '{"error": "the process ended"}')
            if "error" in answer:
                warnings.warn(f"{way} can't run {name}: {answer['error']}", stacklevel=2)
            else:
                losses[way], found[way] = answer["losses"], []
        for way, values in losses.items():
            if not np.allclose(values, next(iter(losses.values())), rtol=1e-3, atol=1e-4):
                raise RuntimeError(f"{name}: the losses of {way} differ, so the work does: {losses}")
        for turn in range(rounds):
            for way in list(found)[:: 1 if turn % 2 == 0 else -1]:
                processes[way].stdin.write(f"{seconds}\n")
                processes[way].stdin.flush()
                found[way].append(float(processes[way].stdout.readline()))
    finally:
        for process in processes.values():
            process.stdin.close()
            process.wait()
            process.stdout.close()
    return {way: statistics.median(times) for way, times in found.items()}


def line(name: str, found: dict[str, float]) -> str:
    """A row of the table."""
    cells = [f"{1e3 * found[way]:.3g} ms" if way in found else "–" for way in WAYS]
    ratio = f"{found['seedgrad.compile'] / found['torch']:.2f}" if {"seedgrad.compile", "torch"} <= found.keys() else ""
    return f"| {WORKLOADS[name].__doc__} | {' | '.join(cells)} | {ratio} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compile", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(WORKLOADS)}; default: all")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.2, help="of one turn")
    parser.add_argument("--without", action="append", default=[], choices=WAYS, help="leave a way out")
    parser.add_argument("--serve", nargs=2, metavar=("WAY", "NAME"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(*options.serve)
        return
    unknown = sorted(set(options.names) - set(WORKLOADS))
    if unknown:
        parser.error(f"no step is called {', '.join(unknown)}; there are {', '.join(WORKLOADS)}")
    ways = tuple(way for way in WAYS if way not in options.without)
    print(HEAD, end="", flush=True)
    for name in options.names or WORKLOADS:
        print(line(name, measure(name, options.rounds, options.seconds, ways)), flush=True)


if __name__ == "__main__":
    main()
