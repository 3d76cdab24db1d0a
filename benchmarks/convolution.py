"""One 3x3 layer, forward and backward, at four shapes, by each algorithm and by PyTorch; errors of Winograd's.

    python -m benchmarks.convolution            print the tables
    python -m benchmarks.convolution --write    and put them into docs/convolution.md

Each way has a process of its own; they work in turns, and the median over the rounds counts.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from . import machine
from .common import numbers, parameter
from .process import ROOT, environment
from .worker import hide_extra

# What is compared, and how it is asked of the library.
WAYS = {
    "PyTorch": "torch",
    "NumPy and BLAS alone": "numpy",
    "compiled, exact mode": "exact",
    "compiled": "seedgrad",
}
# (images, channels, size, output channels) of a layer with stride 1 and padding 1.
LAYERS = [(16, 32, 32, 32), (8, 64, 32, 64), (8, 128, 16, 128), (8, 512, 4, 512)]
ROUNDS, SECONDS = 6, 0.15
# Between two ways: threads of the one before may look for more work for so long.
PAUSE = 0.25
PAGE = ROOT / "docs" / "convolution.md"
BEGIN, END = "<!-- tables: python -m benchmarks.convolution --write -->\n", "<!-- end of the tables -->\n"
# Where polynomials are evaluated, besides infinity: the usual choices for 2x2 and 4x4 outputs, and the one in use.
POINTS = {
    "F(2×2), points 0, ±1": "0 1 -1",
    "F(4×4), points 0, ±1, ±2": "0 1 -1 2 -2",
    "F(4×4), points 0, ±5/8, ±3/2": "0 5/8 -5/8 3/2 -3/2",
}
Array = np.ndarray[Any, Any]


def serve(way: str) -> None:
    """Answer each line with a layer's number by its seconds forward and backward."""
    if way == "numpy":
        hide_extra()
    lib: Any = importlib.import_module("torch" if way == "torch" else "seedgrad")
    if way == "exact":
        lib.set_exact_convolution(True)
    calls = [_layer(lib, *layer) for layer in LAYERS]
    for line in sys.stdin:
        call = calls[int(line)]
        time.sleep(PAUSE)
        call()
        times: list[tuple[float, float]] = []
        end = time.perf_counter() + SECONDS
        while time.perf_counter() < end or len(times) < 3:
            times.append(call())
        print(json.dumps([statistics.median(t) for t in zip(*times, strict=True)]), flush=True)


def _layer(lib: Any, images: int, channels: int, size: int, outputs: int) -> Callable[[], tuple[float, float]]:
    rng = np.random.default_rng(0)
    x = parameter(lib, rng.standard_normal((images, channels, size, size)))
    w = parameter(lib, rng.standard_normal((outputs, channels, 3, 3)) / np.sqrt(9 * channels))
    g = numbers(lib, images, outputs, size, size)

    def call() -> tuple[float, float]:
        x.grad = w.grad = None
        start = time.perf_counter()
        y = lib.nn.functional.conv2d(x, w, padding=1)
        middle = time.perf_counter()
        y.backward(g)
        return middle - start, time.perf_counter() - middle

    return call


def times() -> dict[str, list[list[float]]]:
    """Seconds forward and backward of each way, for each layer."""
    command = [sys.executable, "-m", "benchmarks.convolution", "--serve"]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes: dict[str, Any] = {
        name: subprocess.Popen([*command, way], cwd=ROOT, env=environment(), **pipes) for name, way in WAYS.items()
    }
    found: dict[str, list[list[list[float]]]] = {name: [[] for _ in LAYERS] for name in WAYS}
    for turn in range(ROUNDS + 1):  # the first one compiles
        for layer in range(len(LAYERS)):
            for name, process in processes.items():
                process.stdin.write(f"{layer}\n")
                process.stdin.flush()
                answer = process.stdout.readline()
                if not answer:
                    raise RuntimeError(f"{name}: the process ended with {process.wait()}")
                if turn:
                    found[name][layer].append(json.loads(answer))
    for process in processes.values():
        process.stdin.close()
        process.wait()
    return {name: [[statistics.median(t) for t in zip(*r, strict=True)] for r in rows] for name, rows in found.items()}


def table_of_times() -> str:
    found = times()
    lines = ["| layer | part | " + " | ".join(WAYS) + " |", "| --- | --- |" + " --- |" * len(WAYS)]
    for layer, (images, channels, size, outputs) in enumerate(LAYERS):
        name = f"{channels} to {outputs} channels, {images} images of {size}×{size}"
        for part, pick in (("forward", [0]), ("backward", [1]), ("both", [0, 1])):
            seconds = [sum(rows[layer][i] for i in pick) for rows in found.values()]
            cells = [f"{s * 1e3:.2f} ms" for s in seconds]
            cells[1:] = [f"{c} ({s / seconds[0]:.2f}×)" for c, s in zip(cells[1:], seconds[1:], strict=True)]
            lines.append(f"| {name if part == 'forward' else ''} | {part} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _winograd(x: Array, w: Array, points: list[Fraction]) -> Array:
    """The convolution of one padded image (C, H, W) by the matrices for these points, in float32."""
    from seedgrad.kernels.transform import matrices

    a, g, b = (np.array(m, np.float32) for m in matrices(points))
    out, size = a.shape
    patches = np.lib.stride_tricks.sliding_window_view(x, (size, size), (1, 2))[:, ::out, ::out]
    seen = np.einsum("ki,cyxij,lj->klyxc", b, patches, b, optimize=True)
    kernel = np.einsum("ki,ocij,lj->klco", g, w, g, optimize=True)
    products = np.matmul(seen.reshape(size, size, -1, len(x)), kernel)  # (size, size, tiles, O)
    tiles = np.einsum("ik,klto,jl->otij", a, products, a, optimize=True)
    down, across = seen.shape[2:4]
    split = tiles.reshape(len(w), down, across, out, out).swapaxes(2, 3)
    return np.ascontiguousarray(split).reshape(len(w), down * out, across * out)


def errors(channels: int) -> dict[str, float]:
    """The largest errors of outputs of deviation 1, beside float64."""
    import torch

    import seedgrad

    rng = np.random.default_rng(channels)
    x = rng.standard_normal((channels, 32, 32)).astype(np.float32)
    w = (rng.standard_normal((64, channels, 3, 3)) / np.sqrt(9 * channels)).astype(np.float32)
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded.astype(np.float64), (3, 3), (1, 2))
    exact = np.einsum("cyxij,ocij->oyx", windows, w.astype(np.float64), optimize=True)

    def library(lib: Any) -> Array:
        return np.asarray(lib.nn.functional.conv2d(lib.tensor(x[None]), lib.tensor(w), padding=1).numpy()[0])

    found = {"PyTorch": library(torch)}
    seedgrad.set_exact_convolution(True)
    found["compiled, exact mode"] = library(seedgrad)
    seedgrad.set_exact_convolution(False)
    found["compiled"] = library(seedgrad)
    found |= {name: _winograd(padded, w, [Fraction(p) for p in text.split()]) for name, text in POINTS.items()}
    return {name: float(np.abs(y - exact).max()) for name, y in found.items()}


def table_of_errors() -> str:
    found = {channels: errors(channels) for channels in (32, 64, 256, 512)}
    lines = ["| | " + " | ".join(f"{c} channels" for c in found) + " |", "| --- |" + " --- |" * len(found)]
    for name in found[32]:
        lines.append(f"| {name} | " + " | ".join(f"{rows[name]:.1e}" for rows in found.values()) + " |")
    return "\n".join(lines) + "\n"


def write(text: str, page: Path = PAGE) -> None:
    """Put the tables between their marks in the page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{page} must have the lines {BEGIN!r} and {END!r} around its tables, but one is missing")
    page.write_text(before + BEGIN + text + mark + after, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/convolution.md")
    parser.add_argument("--serve", choices=WAYS.values(), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    about = machine.describe()
    text = f"\n{about['processor']}, {about['cores']} cores; {about['versions']}.\n\n{table_of_times()}\n"
    text += f"Largest error of outputs of deviation 1, beside float64:\n\n{table_of_errors()}\n"
    print(text)
    if options.write:
        write(text)


if __name__ == "__main__":
    main()
