"""Single operations, small and large, each one text that runs on both libraries.

An operation is a function that computes, and the tensors whose gradients are wanted. Optimizers have no backward pass:
their function makes one step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .common import classes, numbers, parameter

Call = tuple[Callable[[], Any], list[Any]]

# Elements of a result that are compared, at equal distances.
COMPARED = 256


@dataclass(frozen=True)
class Operation:
    """An operation at one size: its group in the table, its text, and how to prepare it."""

    name: str
    group: str
    text: str
    start: Callable[[Any], Call]


class Prepared:
    """An operation of one library with its inputs."""

    def __init__(self, lib: Any, operation: Operation) -> None:
        self.call, self.leaves = operation.start(lib)
        self.gradient: Any = None
        if self.leaves:
            self.gradient = numbers(lib, *tuple(self.call().shape), seed=9)

    def first(self, steps: int) -> dict[str, Any]:
        """What is computed, as a few numbers, and the shortest time of so many repetitions."""
        out = self.call()
        if self.leaves:
            out.backward(self.gradient)
        found = fingerprint(out.detach()) + [n for leaf in self.leaves for n in fingerprint(leaf.grad)]
        return {"found": found, "seconds": min(sum(self._once()) for _ in range(steps))}

    def measure(self, times: int) -> dict[str, float]:
        """Mean seconds forward, and backward where there is a gradient."""
        forward = backward = 0.0
        for _ in range(times):
            one, two = self._once()
            forward, backward = forward + one, backward + two
        found = {"forward": forward / times}
        return found | {"backward": backward / times} if self.leaves else found

    def _once(self) -> tuple[float, float]:
        for leaf in self.leaves:
            leaf.grad = None
        call, g = self.call, self.gradient
        start = time.perf_counter()
        out = call()
        middle = time.perf_counter()
        if g is None:
            return middle - start, 0.0
        out.backward(g)
        return middle - start, time.perf_counter() - middle


def fingerprint(tensor: Any) -> list[float]:
    """The length of a tensor, and some of its elements relative to their usual size."""
    array = np.asarray(tensor.to_dense().numpy() if getattr(tensor, "is_sparse", False) else tensor.numpy(), np.float64)
    flat = array.reshape(-1)
    size = float(np.sqrt(np.mean(flat * flat))) or 1.0
    places = np.linspace(0, flat.size - 1, min(COMPARED, flat.size)).astype(int)
    # Moved away from 0, where a relative comparison would ask for digits that float32 does not have.
    return [size, float(flat.size), *(10 + flat[places] / size).tolist()]


def _leaf(lib: Any, *shape: int, seed: int = 0, scale: float = 1.0) -> Any:
    return parameter(lib, scale * np.random.default_rng(seed).standard_normal(shape, np.float32))


def _matmul(a: Sequence[int], b: Sequence[int]) -> Callable[[Any], Call]:
    def start(lib: Any) -> Call:
        x, y = _leaf(lib, *a), _leaf(lib, *b, seed=1)
        return lambda: x @ y, [x, y]

    return start


def _linear(rows: int, n: int, m: int) -> Callable[[Any], Call]:
    def start(lib: Any) -> Call:
        x, w, b = _leaf(lib, rows, n), _leaf(lib, m, n, seed=1), _leaf(lib, m, seed=2)
        return lambda: lib.nn.functional.linear(x, w, b), [x, w, b]

    return start


def _conv(
    shape: Sequence[int], channels: int, size: int, name: str = "conv2d", groups: int = 1, **settings: int
) -> Callable[[Any], Call]:
    def start(lib: Any) -> Call:
        n = shape[1]
        kernel = (size,) * (len(shape) - 2)
        turned = "transpose" in name
        weight = (n, channels // groups, *kernel) if turned else (channels, n // groups, *kernel)
        x, w = _leaf(lib, *shape), _leaf(lib, *weight, seed=1, scale=(n // groups * size ** len(kernel)) ** -0.5)
        b, f = _leaf(lib, channels, seed=2), getattr(lib.nn.functional, name)
        return lambda: f(x, w, b, groups=groups, **settings), [x, w, b]

    return start


def _function(
    make: Callable[[Any], Callable[..., Any]], *shapes: Sequence[int], scale: float = 1.0
) -> Callable[[Any], Call]:
    """A function of tensors with gradients, made for a library."""

    def start(lib: Any) -> Call:
        leaves = [_leaf(lib, *shape, seed=i, scale=scale) for i, shape in enumerate(shapes)]
        f = make(lib)
        return lambda: f(*leaves), leaves

    return start


def _norm(name: str, shape: Sequence[int], *arguments: int) -> Callable[[Any], Call]:
    def start(lib: Any) -> Call:
        layer, x = getattr(lib.nn, name)(*arguments), _leaf(lib, *shape)
        return lambda: layer(x), [x, *layer.parameters()]

    return start


def _cross_entropy(rows: int, n: int) -> Callable[[Any], Call]:
    def start(lib: Any) -> Call:
        x, y, f = _leaf(lib, rows, n), classes(lib, n, rows), lib.nn.functional.cross_entropy
        return lambda: f(x, y), [x]

    return start


def _attention(shape: Sequence[int], causal: bool) -> Callable[[Any], Call]:
    return _function(
        lambda lib: lambda q, k, v: lib.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal),
        *[shape] * 3,
    )


def _indexed(f: Callable[..., Any], shape: Sequence[int], index: Sequence[int], n: int) -> Callable[[Any], Call]:
    """A function of the library, a tensor with a gradient, and whole numbers below n."""

    def start(lib: Any) -> Call:
        x, i = _leaf(lib, *shape), classes(lib, n, *index)
        return lambda: f(lib, x, i), [x]

    return start


def _scatter_add(lib: Any, x: Any, i: Any) -> Any:
    return lib.zeros(x.shape[0] // 10, *x.shape[1:]).index_add(0, i, x)


def _optimizer(name: str, count: int, size: int, **settings: Any) -> Callable[[Any], Call]:
    def start(lib: Any) -> Call:
        ps = [_leaf(lib, size, seed=i) for i in range(count)]
        for i, p in enumerate(ps):
            p.grad = numbers(lib, size, seed=100 + i)
        optimizer = getattr(lib.optim, name)(ps, lr=1e-3, **settings)

        def step() -> Any:
            optimizer.step()
            return ps[-1]

        return step, []

    return start


def _all() -> list[Operation]:
    found: list[Operation] = []

    def add(group: str, text: str, start: Callable[[Any], Call]) -> None:
        count = sum(o.group == group for o in found)
        found.append(Operation(f"{group.replace(' ', '_')}_{count + 1}", group, text, start))

    for n in (16, 128, 512, 1024):
        add("matmul", f"{n}×{n} · {n}×{n}", _matmul((n, n), (n, n)))
    add("matmul", "24 × (256×64 · 64×256)", _matmul((24, 256, 64), (24, 64, 256)))
    add("matmul", "1×1024 · 1024×1024", _matmul((1, 1024), (1024, 1024)))
    add("matmul", "linear with bias, 32×64 → 32", _linear(32, 64, 32))
    add("matmul", "linear with bias, 1024×384 → 1536", _linear(1024, 384, 1536))

    for batch, n, m, side in ((8, 64, 64, 32), (8, 128, 128, 16), (8, 256, 256, 8), (8, 512, 512, 4), (1, 64, 64, 32)):
        add("conv", f"3×3, {n} → {m}, {batch} × {side}×{side}", _conv((batch, n, side, side), m, 3, padding=1))
    add("conv", "3×3, 3 → 32, 16 × 32×32", _conv((16, 3, 32, 32), 32, 3, padding=1))
    add("conv", "5×5, 1 → 6, 64 × 28×28", _conv((64, 1, 28, 28), 6, 5, padding=2))
    add("conv", "7×7 stride 2, 3 → 64, 2 × 128×128", _conv((2, 3, 128, 128), 64, 7, stride=2, padding=3))
    add("conv", "3×3 stride 2, 64 → 128, 8 × 32×32", _conv((8, 64, 32, 32), 128, 3, stride=2, padding=1))
    add("conv", "1×1, 96 → 24, 16 × 16×16", _conv((16, 96, 16, 16), 24, 1))
    add("conv", "depthwise 3×3, 96, 16 × 16×16", _conv((16, 96, 16, 16), 96, 3, groups=96, padding=1))
    add("conv", "4 groups 3×3, 64 → 64, 8 × 16×16", _conv((8, 64, 16, 16), 64, 3, groups=4, padding=1))
    add("conv", "dilated 3×3, 64 → 64, 8 × 16×16", _conv((8, 64, 16, 16), 64, 3, padding=2, dilation=2))
    turned = _conv((16, 64, 16, 16), 32, 4, "conv_transpose2d", stride=2, padding=1)
    add("conv", "transposed 4×4 stride 2, 64 → 32, 16 × 16×16", turned)
    add("conv", "1-D 5, 64 → 64, 16 × 256", _conv((16, 64, 256), 64, 5, "conv1d", padding=2))

    for shape in ((8, 8, 8, 8), (16, 64, 32, 32)):
        size = "×".join(map(str, shape))
        add("pooling", f"max 2×2, {size}", _function(lambda lib: lambda x: lib.nn.functional.max_pool2d(x, 2), shape))
        add(
            "pooling",
            f"max 3×3 stride 2, {size}",
            _function(lambda lib: lambda x: lib.nn.functional.max_pool2d(x, 3, 2, 1), shape),
        )
        add("pooling", f"mean 2×2, {size}", _function(lambda lib: lambda x: lib.nn.functional.avg_pool2d(x, 2), shape))
        add(
            "pooling",
            f"mean of the whole image, {size}",
            _function(lambda lib: lambda x: lib.nn.functional.adaptive_avg_pool2d(x, 1), shape),
        )

    for shape in ((4, 16, 8, 8), (8, 64, 32, 32)):
        size = "×".join(map(str, shape))
        add("norms", f"batch norm, {size}", _norm("BatchNorm2d", shape, shape[1]))
        add("norms", f"group norm 8, {size}", _norm("GroupNorm", shape, 8, shape[1]))
    for rows, n in ((32, 64), (8192, 384)):
        add("norms", f"layer norm, {rows}×{n}", _norm("LayerNorm", (rows, n), n))

    for rows, n in ((32, 10), (24576, 256)):
        add("softmax", f"softmax, {rows}×{n}", _function(lambda lib: lambda x: x.softmax(-1), (rows, n)))
        add("softmax", f"log softmax, {rows}×{n}", _function(lambda lib: lambda x: x.log_softmax(-1), (rows, n)))
    for rows, n in ((32, 10), (2048, 1000)):
        add("cross-entropy", f"{rows}×{n}", _cross_entropy(rows, n))
    for rows, n in ((32, 64), (1024, 1536)):
        add("GELU", f"GELU, {rows}×{n}", _function(lambda lib: lib.nn.functional.gelu, (rows, n)))
        tanh = _function(lambda lib: lambda x: lib.nn.functional.gelu(x, approximate="tanh"), (rows, n))
        add("GELU", f"GELU by tanh, {rows}×{n}", tanh)

    add("attention", "8 × 4 heads, 32 places of 16, causal", _attention((8, 4, 32, 16), True))
    add("attention", "4 × 6 heads, 256 places of 64, causal", _attention((4, 6, 256, 64), True))
    add("attention", "4 × 6 heads, 256 places of 64", _attention((4, 6, 256, 64), False))
    add("attention", "1 × 6 heads, 1,024 places of 64, causal", _attention((1, 6, 1024, 64), True))

    for rows, n, count in ((65, 64, 256), (1000, 256, 2048), (30000, 256, 8192)):
        text = f"{count} of {rows} rows of {n}"
        add("embedding", text, _indexed(lambda lib, w, i: lib.nn.functional.embedding(i, w), (rows, n), (count,), rows))

    for rows, n, m in ((32, 64, 16), (4096, 256, 256)):
        gathered = _indexed(lambda lib, x, i: x.gather(1, i), (rows, n), (rows, m), n)
        add("gather and scatter", f"gather {m} of {n} in {rows} rows", gathered)
        scattered = _indexed(lambda lib, x, i: lib.zeros_like(x).scatter_add(1, i, x), (rows, n), (rows, n), n)
        add("gather and scatter", f"scatter_add {n} into {n} in {rows} rows", scattered)
        chosen = _indexed(lambda lib, x, i: x[i], (rows, n), (rows,), rows)
        add("gather and scatter", f"{rows} rows of {n} by index", chosen)
        added = _indexed(_scatter_add, (rows * 10, n), (rows * 10,), rows)
        add("gather and scatter", f"index_add {rows * 10} rows of {n} into {rows}", added)

    kinds: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("SGD", "SGD", {}),
        ("SGD with momentum", "SGD", {"momentum": 0.9}),
        ("RMSprop", "RMSprop", {}),
        ("Adagrad", "Adagrad", {}),
        ("Adam", "Adam", {}),
        ("AdamW", "AdamW", {}),
    )
    for text, name, settings in kinds:
        add("optimizers", f"{text}, 10 × 1 M parameters", _optimizer(name, 10, 1_000_000, **settings))
    for text, name, settings in kinds:
        add("optimizers", f"{text}, 20 × 512 parameters", _optimizer(name, 20, 512, **settings))
    return found


OPERATIONS = {o.name: o for o in _all()}
GROUPS = list(dict.fromkeys(o.group for o in OPERATIONS.values()))
