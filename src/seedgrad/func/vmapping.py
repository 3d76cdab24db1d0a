"""`vmap`: a function of one sample, computed for many at once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..core.batching import Batched, level
from ..core.op import tensor_namespace as xp
from ..core.tensor import Tensor
from .tree import flatten, spread


def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """A function that computes `func` for each of many samples, all together.

    `func` is written for one sample. What it computes with shows the shapes of one sample and holds all of them, and each op
    is called once. No loop runs over the samples.

    Args:
        func: takes tensors, or tuples, lists and dictionaries of them, and returns such.
        in_dims: the dimension along which the samples of an argument lie: a number for all, or a nest that is like the
            arguments; None for what all samples share. Default: 0.
        out_dims: where the samples of the results are put, likewise. Default: 0.
        randomness: "error" (default) refuses random numbers inside; "same" draws them once for all samples, "different"
            draws others for each.
        chunk_size: compute this many samples at a time, which needs less memory. Default: None, all.

    Returns:
        A function of the same arguments, with samples; keyword arguments are taken along dimension 0.

    Raises:
        ValueError: nothing has samples, the numbers of samples differ, or in_dims or out_dims do not fit.
        NotImplementedError: an op has no batching rule, or `func` reads values (`item()`, `if x > 0`).
        RuntimeError: a random number is drawn while randomness is "error".

    Example:
        >>> import seedgrad as sg
        >>> rows = sg.tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> sg.func.vmap(sg.dot)(rows, rows)
        tensor([ 5., 25.])
        >>> loss = lambda w, x: (w * x).sum() ** 2
        >>> sg.func.vmap(sg.func.grad(loss), in_dims=(None, 0))(sg.ones(2), rows)  # a gradient for each sample
        tensor([[ 6., 12.],
                [42., 56.]])

    Source:
        JAX's and PyTorch's transform of this name.
    """
    if randomness not in ("error", "same", "different"):
        raise RuntimeError(f"Only allowed values for randomness are 'error', 'different', or 'same'. Got {randomness}")
    if chunk_size is not None and (not isinstance(chunk_size, int) or chunk_size <= 0):
        raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")

    @functools.wraps(func)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        leaves, rebuild = flatten((args, kwargs))
        dims = [*_in_dims(in_dims, args), *([0] * (len(leaves) - len(flatten(args)[0])))]
        size = _sample_count(leaves, dims)
        moved = [
            leaf if dim is None else xp.moveaxis(leaf, source=dim, destination=0)
            for leaf, dim in zip(leaves, dims, strict=True)
        ]
        step = size if chunk_size is None else min(chunk_size, size)
        results = []
        for start in range(0, max(size, 1), max(step, 1)):
            n = min(step, size - start)
            part = [x if d is None or n == size else x[start : start + n] for x, d in zip(moved, dims, strict=True)]
            results.append(_run(func, rebuild, part, dims, n, randomness))
        flat, build = results[0][0], results[0][1]
        if len(results) > 1:
            flat = [xp.concatenate(*[r[0][i] for r in results], axis=0) for i in range(len(flat))]
        outs = _out_dims(out_dims, build([None] * len(flat)) if flat else None, len(flat))
        return build(
            [x if d == 0 else xp.moveaxis(x, source=0, destination=d) for x, d in zip(flat, outs, strict=True)]
        )

    return mapped


def _run(
    func: Callable[..., Any], rebuild: Any, values: list[Any], dims: list[Any], size: int, randomness: str
) -> tuple[list[Tensor], Any]:
    """One call of the function, with all of these samples: its results with the samples in front."""
    with level(size, randomness) as number:
        args, kwargs = rebuild([x if d is None else Batched(x, number) for x, d in zip(values, dims, strict=True)])
        found, build = flatten(func(*args, **kwargs))
    results = []
    for x in found:
        if not isinstance(x, Tensor):
            raise ValueError(f"vmap({_name(func)}, ...): the function must only return Tensors, got {type(x).__name__}")
        if type(x) is Batched and x.level == number:
            results.append(x.physical)
        else:
            results.append(xp.broadcast_to(x, shape=(size, *x.shape)))
    return results, build


def _name(func: Callable[..., Any]) -> str:
    return getattr(func, "__name__", type(func).__name__)


def _in_dims(in_dims: Any, args: tuple[Any, ...]) -> list[Any]:
    if isinstance(in_dims, list):
        in_dims = tuple(in_dims)
    if not isinstance(in_dims, (int, tuple)):
        raise ValueError(
            f"vmap: expected in_dims to be an int or a nest of tuples, one for each argument, got {type(in_dims).__name__}"
        )
    if not args:
        return []
    return spread(in_dims, args, "in_dims")


def _sample_count(leaves: list[Any], dims: list[Any]) -> int:
    """The number of samples; moves negative dims to where they count from."""
    sizes: dict[int, int] = {}
    for i, (leaf, dim) in enumerate(zip(leaves, dims, strict=True)):
        if dim is None:
            continue
        if not isinstance(dim, int):
            raise ValueError(f"vmap: in_dims must be integers or None, got {dim!r} for input {i}")
        if not isinstance(leaf, Tensor):
            raise ValueError(
                f"vmap: got in_dim={dim} for input {i}, which is a {type(leaf).__name__}, not a Tensor. Use None for what "
                f"is shared by all samples"
            )
        if not -leaf.ndim <= dim < leaf.ndim:
            raise ValueError(
                f"vmap: got in_dim={dim} for input {i}, which has the dimensionality {leaf.ndim}, so it must satisfy "
                f"-{leaf.ndim} <= in_dim < {leaf.ndim}"
            )
        sizes[i] = leaf.shape[dim]
    if not sizes:
        raise ValueError("vmap: at least one input must have samples; in_dims is None for all of them")
    if len(set(sizes.values())) > 1:
        raise ValueError(
            f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes "
            f"{list(sizes.values())} for the mapped dimension"
        )
    return next(iter(sizes.values()))


def _out_dims(out_dims: Any, outputs: Any, n: int) -> list[int]:
    dims = [out_dims] * n if isinstance(out_dims, int) else spread(out_dims, outputs, "out_dims")
    if not all(isinstance(d, int) for d in dims):
        raise ValueError(f"vmap: out_dims must be integers, one for each output or one for all, got {out_dims!r}")
    return dims
