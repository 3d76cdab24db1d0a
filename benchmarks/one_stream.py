"""One stream of random numbers for two libraries: what a program draws comes from NumPy, whichever `torch` it imports.

Each kind of draw has a row of NumPy generators of its own, one for each call, so that a library may make its draws in
pieces of its own.
"""

from __future__ import annotations

import importlib
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

KINDS = ("uniform", "normal", "whole", "order", "choice", "exponential", "seed")
Array = np.ndarray[Any, Any]


class Stream:
    """Numbered NumPy generators, started again by `manual_seed`."""

    def __init__(self) -> None:
        self.restart(0)

    def restart(self, seed: int) -> None:
        self.seed, self.count = seed, Counter[str]()

    def next(self, kind: str) -> np.random.Generator:
        self.count[kind] += 1
        return np.random.default_rng([self.seed, KINDS.index(kind), self.count[kind]])

    # The methods of NumPy's generators that seedgrad calls.

    def random(self, shape: Any = (), dtype: Any = np.float64) -> Array:
        return np.asarray(self.next("uniform").random(shape)).astype(dtype)

    def uniform(self, low: float, high: float, shape: Any) -> Array:
        return low + (high - low) * self.random(shape)

    def standard_normal(self, shape: Any = (), dtype: Any = np.float64) -> Array:
        return np.asarray(self.next("normal").standard_normal(shape)).astype(dtype)

    def standard_exponential(self, shape: Any = ()) -> Array:
        return np.asarray(self.next("exponential").standard_exponential(shape))

    def integers(self, end: int) -> int:
        """The seed of a dropout mask."""
        return int(self.next("seed").integers(end))

    def mask_seed(self) -> int:
        return self.integers(2**63)


def noise(shape: tuple[int, ...], p: float, seed: int, kind: Any = np.float32) -> Array:
    """The factors of dropout: 1 / (1 - p) with probability 1 - p, else 0."""
    kept = np.random.default_rng(seed).random(shape) >= p
    return (kept / (1 - p) if p < 1 else np.zeros(shape)).astype(kind)


def patch(torch: Any, stream: Stream) -> None:
    """Replace the names that draw, in PyTorch or in what stands for it."""

    def made(array: Array, like: Any = None, **options: Any) -> Any:
        dtype = options.get("dtype") or (like.dtype if like is not None else torch.get_default_dtype())
        made = torch.from_numpy(np.array(array)).to(dtype)
        return made.requires_grad_() if options.get("requires_grad") else made

    def sizes(shape: tuple[Any, ...], options: dict[str, Any]) -> tuple[int, ...]:
        shape = (options["size"],) if options.get("size") is not None else shape
        return tuple(shape[0]) if len(shape) == 1 and not isinstance(shape[0], int) else shape

    def randint(*numbers: Any, **options: Any) -> Any:
        size = options["size"] if "size" in options else numbers[-1]
        numbers = numbers if "size" in options else numbers[:-1]
        high = options["high"] if "high" in options else numbers[-1]
        low = options.get("low", numbers[0] if len(numbers) == 2 else 0)
        # Seeds that a DataLoader draws are not the program's own.
        rng = stream.next("whole") if len(size) else np.random.default_rng(0)
        return made(rng.integers(low, high, tuple(size)), dtype=options.get("dtype") or torch.int64)

    def multinomial(input: Any, num_samples: int, replacement: bool = False, **options: Any) -> Any:
        weights = input.detach().numpy().astype(np.float64)
        rng = stream.next("choice")
        if replacement or num_samples == 1:
            ends = np.cumsum(weights, axis=-1)
            draws = rng.random((*weights.shape[:-1], num_samples)) * ends[..., -1:]
            found = (draws[..., None] >= ends[..., None, :]).sum(-1)
        else:
            found = np.argsort(rng.standard_exponential(weights.shape) / weights, axis=-1)[..., :num_samples]
        return made(found, dtype=torch.int64)

    def written(draw: Callable[..., Array]) -> Callable[..., Any]:
        def write(self: Any, *numbers: float, generator: Any = None, **named: float) -> Any:
            with torch.no_grad():
                return self.copy_(made(draw(tuple(self.shape), *numbers, **named), self))

        return write

    def at(mean: Any, std: Any, size: Any = None, **options: Any) -> Any:
        if size is not None:
            return made(mean + std * stream.standard_normal(tuple(size)), **options)
        like = mean if isinstance(mean, torch.Tensor) else std
        shape = np.broadcast_shapes(*(tuple(x.shape) for x in (mean, std) if isinstance(x, torch.Tensor)))
        return mean + std * made(stream.standard_normal(shape), like)

    cut = written(lambda shape, mean, std, a, b: np.clip(mean + std * stream.standard_normal(shape), a, b))
    torch.manual_seed = lambda seed: stream.restart(int(seed))
    torch.rand = lambda *size, **o: made(stream.random(sizes(size, o)), **o)
    torch.randn = lambda *size, **o: made(stream.standard_normal(sizes(size, o)), **o)
    torch.rand_like = lambda input, **o: made(stream.random(tuple(input.shape)), input, **o)
    torch.randn_like = lambda input, **o: made(stream.standard_normal(tuple(input.shape)), input, **o)
    torch.randint = randint
    torch.randperm = lambda n, **o: made(stream.next("order").permutation(n), dtype=o.get("dtype") or torch.int64)
    torch.bernoulli = lambda input, **o: made(stream.random(tuple(input.shape)) < input.detach().numpy(), input)
    torch.multinomial = multinomial
    torch.normal = at
    tensor = torch.Tensor
    # One draws again what lies outside, the other inverts the distribution.
    torch.nn.init.trunc_normal_ = lambda tensor, mean=0.0, std=1.0, a=-2.0, b=2.0: cut(tensor, mean, std, a, b)
    tensor.uniform_ = written(lambda shape, a=0.0, b=1.0, **o: stream.uniform(o.get("from", a), o.get("to", b), shape))
    tensor.normal_ = written(lambda shape, mean=0.0, std=1.0: mean + std * stream.standard_normal(shape))
    tensor.bernoulli_ = written(lambda shape, p=0.5: stream.random(shape) < p)
    tensor.exponential_ = written(lambda shape, lambd=1.0: stream.standard_exponential(shape) / lambd)


def double(torch: Any) -> None:
    """Make float64 of all float32, so that rounding hides nothing."""
    torch.set_default_dtype(torch.float64)
    from_numpy = torch.from_numpy
    torch.from_numpy = lambda a: from_numpy(a.astype(np.float64) if a.dtype == np.float32 else a)
    torch.Tensor.float = torch.Tensor.double


def patch_pytorch(torch: Any, stream: Stream) -> None:
    """Masks of dropout that PyTorch draws where no name can be replaced: written out here."""
    functional, lstm = torch.nn.functional, torch.nn.LSTM
    fused, whole = functional.scaled_dot_product_attention, lstm.forward

    def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
        if not training or p == 0.0:
            return input
        factors = torch.from_numpy(noise(tuple(input.shape), p, stream.mask_seed(), input.detach().numpy().dtype))
        return input.mul_(factors) if inplace else input * factors

    def attention(
        q: Any, k: Any, v: Any, attn_mask: Any = None, dropout_p: float = 0.0, is_causal: bool = False
    ) -> Any:
        if not dropout_p:
            return fused(q, k, v, attn_mask=attn_mask, is_causal=is_causal)
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
        if is_causal:
            attn_mask = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
        if attn_mask is not None and attn_mask.dtype == torch.bool:
            attn_mask = torch.zeros(attn_mask.shape).masked_fill(~attn_mask, -math.inf)
        weights = torch.softmax(scores if attn_mask is None else scores + attn_mask, -1)
        return dropout(weights, dropout_p) @ v

    def layer_by_layer(self: Any, input: Any, hx: Any = None) -> Any:
        if not (self.training and self.dropout) or self.bidirectional or hx is None:
            return whole(self, input, hx)
        x, states = input, []
        for i, weights in enumerate(self.all_weights):
            start = tuple(s[i : i + 1] for s in hx)
            x, *state = torch.lstm(
                x if i == 0 else dropout(x, self.dropout), start, weights, True, 1, 0.0, True, False, self.batch_first
            )
            states.append(state)
        return x, tuple(torch.cat(parts) for parts in zip(*states, strict=True))

    functional.dropout, functional.scaled_dot_product_attention, lstm.forward = dropout, attention, layer_by_layer


def patch_seedgrad(stream: Stream) -> None:
    """Initial values and the masks of dropout, which seedgrad draws below the names of PyTorch."""
    import seedgrad as sg

    def factors(shape: tuple[int, ...], p: float, kind: Any, generator: Any) -> sg.Tensor:
        return sg.Tensor(noise(shape, p, stream.mask_seed(), kind))

    vars(sg.default_generator)["numpy"] = stream
    vars(importlib.import_module("seedgrad.nn.functional.dropout"))["_noise"] = factors
    vars(importlib.import_module("seedgrad.ops.attention"))["seeded_noise"] = noise
