"""Every row of the table inside `vmap`: all samples at once give what one after the other give, gradients too."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad.core.gradients import gradients

from .driver import Both, outputs
from .table import ROWS, A, Call, Row
from .test_ops import rows

SAMPLES = 3

# What can't be computed for many samples at once, because each sample would give another number of elements, or a Python
# value; and when, given the arguments and which of the tensors are batched. It must say so, by NotImplementedError.
REFUSED: dict[str, Callable[[Any, tuple[bool, ...]], bool]] = {
    "nonzero": lambda args, batched: True,
    "argwhere": lambda args, batched: True,
    "unique": lambda args, batched: True,
    "masked_select": lambda args, batched: batched[1],
    "where": lambda args, batched: len(args) == 1,
    "repeat_interleave": lambda args, batched: len(batched) == 2 and batched[1],
    "allclose": lambda args, batched: True,
    "equal": lambda args, batched: args[0].shape == args[1].shape,
    "is_nonzero": lambda args, batched: True,
    "unique_consecutive": lambda args, batched: True,
    "nonzero_static": lambda args, batched: True,
    "histc": lambda args, batched: True,
    "histogram": lambda args, batched: True,
    "histogramdd": lambda args, batched: True,
    "as_strided": lambda args, batched: True,
    "as_strided_copy": lambda args, batched: True,
}
# What is computed on arrays, sample by sample or with conditions on values: vmap may refuse some of the calls. What it does
# compute must be right.
PARTLY = """
isin bincount cov corrcoef masked_scatter index_put segment_reduce as_strided_scatter linalg.lstsq linalg.ldl_factor
linalg.ldl_factor_ex linalg.ldl_solve linalg.matrix_rank linalg.cond linalg.pinv ctc_loss istft embedding_renorm_
""".split()
ORDERED = ("searchsorted", "bucketize")  # what they are given must stay in order
RANDOM = ("svd_lowrank", "pca_lowrank", "rrelu training")  # refused unless `randomness` is given


def _others(value: Any, number: int) -> Any:
    """Sample `number` of an argument: arrays that are given as they are start at another element."""
    if isinstance(value, (list, tuple)):
        return type(value)(_others(v, number) for v in value)
    if isinstance(value, np.ndarray):
        return np.roll(value, number)
    return value


class Samples:
    """One call, for several samples: the same function of tensors, and the tensors of each."""

    def __init__(self, row: Row, made: Call, kind: str = "float64") -> None:
        self.function, self.name = row.of(sg), row.name
        self.random = row in [ROWS[name] for name in RANDOM if name in ROWS]
        self.samples: list[list[Any]] = []
        for number in range(SAMPLES):
            moved = (
                made
                if row.name in ORDERED
                else Call(
                    tuple(_others(a, number) for a in made.args),
                    {k: _others(v, number) for k, v in made.kwargs.items()},
                )
            )
            both = Both(moved, kind, seed=number)
            try:
                self.function(*both.args[0], **both.args[1])
            except Exception:  # an order or a sum mattered: then all samples share what was given
                both = Both(made, kind, seed=number)
            self.args = both.args
            self.samples.append(_leaves(both.args))
        self.count = len(self.samples[0])

    def call(self, *tensors: Any) -> tuple[Any, ...]:
        """The tensors that the function returns for these."""
        left = iter(tensors)
        args, kwargs = _filled(self.args, left)
        return tuple(o for o in outputs(self.function(*args, **kwargs)) if isinstance(o, sg.Tensor))

    def refused(self, batched: tuple[bool, ...]) -> bool:
        """Whether vmap must refuse it."""
        return self.name in REFUSED and REFUSED[self.name](self.args[0], batched)

    def mapped(self, args: list[Any], *dims: list[int | None]) -> Any:
        """What vmaps inside of each other give, the outermost first; None if that is refused, and may be."""
        function: Any = self.call
        for each in reversed(dims):
            function = sg.func.vmap(function, in_dims=tuple(each))
        try:
            return function(*args)
        except NotImplementedError as error:
            if self.name in PARTLY and "vmap: " in str(error):
                return None
            raise

    def stacked(self, batched: tuple[bool, ...], axis: int) -> tuple[list[Any], list[int | None]]:
        """The arguments, of which some are batched along an axis, and the `in_dims`."""
        args, dims = [], []
        for i, is_batched in enumerate(batched):
            own = [s[i].array for s in self.samples]
            array = np.stack(own, axis=axis) if is_batched else own[0].copy()
            dims.append(axis if is_batched else None)
            t = sg.Tensor(array)
            t.requires_grad = t.is_floating_point() or t.is_complex()
            args.append(t)
        return args, dims


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [t for v in value for t in _leaves(v)]
    return [value] if isinstance(value, sg.Tensor) else []


def _filled(value: Any, left: Any) -> Any:
    if isinstance(value, dict):
        return {k: _filled(v, left) for k, v in value.items()}
    if isinstance(value, (list, tuple)) and _leaves(value):
        return type(value)(_filled(v, left) for v in value)
    return next(left) if isinstance(value, sg.Tensor) else value


def choices(count: int) -> list[tuple[bool, ...]]:
    """Which inputs are batched: all, and each alone."""
    alone = [tuple(i == k for i in range(count)) for k in range(count)]
    return list(dict.fromkeys([(True,) * count, *alone[:3]]))


def loop(samples: Samples, args: list[Any], dims: list[int | None]) -> list[Any]:
    """What the function gives for one sample after the other, stacked."""
    looped = []
    for k in range(SAMPLES):
        own = [a.select(d, k) if d is not None else a for a, d in zip(args, dims, strict=True)]
        looped.append(samples.call(*own))
    return [sg.stack([one[i] for one in looped]) for i in range(len(looped[0]))]


def check(samples: Samples, batched: tuple[bool, ...], axis: int, gradient: bool, scale: float, what: str) -> None:
    """vmap against a loop over the samples."""
    args, dims = samples.stacked(batched, axis)
    if samples.random:
        with pytest.raises(RuntimeError, match="randomness error mode"):
            samples.mapped(args, dims)
        return
    if samples.refused(batched):
        with pytest.raises(NotImplementedError, match="vmap: "):
            samples.mapped(args, dims)
        return
    try:
        expected = loop(samples, args, dims)
    except RuntimeError as error:  # the memory of a sample does not lie as the function asks
        with pytest.raises(type(error)):
            samples.mapped(args, dims)
        return
    if not expected:
        return
    found = samples.mapped(args, dims)
    if found is None:
        return
    assert len(found) == len(expected), what
    for a, b in zip(found, expected, strict=True):
        close(a, b, scale, what)
        assert a.requires_grad == b.requires_grad, f"{what}: requires_grad is {a.requires_grad}"
    kept = [i for i, t in enumerate(expected) if t.requires_grad]
    if not gradient or not kept:
        return
    rng = np.random.default_rng(1)
    vectors = [like(rng, expected[i]) for i in kept]
    wanted = [a for a in args if a.requires_grad]
    theirs = gradients([expected[i] for i in kept], vectors, wanted, keep=False, create_graph=False)
    ours = gradients([found[i] for i in kept], vectors, wanted, keep=False, create_graph=False)
    same_gradients(ours, theirs, 10 * scale, what)


def same_gradients(ours: Any, theirs: Any, scale: float, what: str) -> None:
    for n, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        if a is None or b is None:
            given = a if b is None else b
            assert given is None or not given.array.any(), f"{what}: gradient {n} is {a} in vmap, {b} in the loop"
        else:
            close(a, b, scale, f"{what} gradient {n}")


def like(rng: np.random.Generator, t: Any) -> Any:
    """A direction for a result."""
    return sg.Tensor(np.asarray(rng.uniform(0.5, 1.5, t.shape)).astype(t.array.dtype))


def check_vectors(samples: Samples, scale: float, what: str) -> None:
    """vmap over the vectors of a vector-Jacobian product: the derivative rules, computed for many vectors."""
    args, _ = samples.stacked((False,) * samples.count, 0)
    results = [t for t in samples.call(*args) if t.requires_grad]
    wanted = [a for a in args if a.requires_grad]
    if not results or samples.refused((True,) * samples.count) or samples.random:
        return
    rng = np.random.default_rng(2)
    vectors = [sg.stack([like(rng, t) for _ in range(SAMPLES)]) for t in results]

    def product(*vectors: Any) -> Any:
        found = gradients(results, list(vectors), wanted, keep=True, create_graph=True)
        return tuple(sg.zeros_like(a) if g is None else g for g, a in zip(found, wanted, strict=True))

    looped = [product(*(v[k] for v in vectors)) for k in range(SAMPLES)]
    theirs = [sg.stack([one[i] for one in looped]) for i in range(len(wanted))]
    same_gradients(sg.func.vmap(product)(*vectors), theirs, 10 * scale, what)


def check_nested(samples: Samples, scale: float, what: str) -> None:
    """A vmap inside of a vmap: both over all inputs; and the outer over the first input, the inner over the others."""
    whole = (True,) * samples.count
    if samples.refused(whole) or samples.random:
        return
    args, dims = samples.stacked(whole, 0)
    twice = [sg.stack([a, a.flip(0)]) for a in args]
    found = samples.mapped(twice, dims, dims)
    for k in range(2 if found is not None else 0):
        for a, b in zip(found, loop(samples, [t[k] for t in twice], dims), strict=True):
            close(a[k], b, scale, f"{what} nested")
    if samples.count < 2:
        return
    inner: list[int | None] = [None, *[0] * (samples.count - 1)]
    found = samples.mapped(args, [0, *[None] * (samples.count - 1)], inner)
    for k in range(SAMPLES if found is not None else 0):
        for a, b in zip(found, loop(samples, [args[0][k], *args[1:]], inner), strict=True):
            close(a[k], b, scale, f"{what} crossed")


def close(a: Any, b: Any, scale: float, what: str) -> None:
    assert tuple(a.shape) == tuple(b.shape), f"{what}: shape {tuple(a.shape)} is not {tuple(b.shape)}"
    assert a.dtype == b.dtype, f"{what}: {a.dtype} is not {b.dtype}"
    eps = scale * (2e-5 if a.array.dtype.itemsize == 4 else 1e-10)
    np.testing.assert_allclose(a.detach().array, b.detach().array, rtol=eps, atol=eps, err_msg=what)


def has_tensors(row: Row) -> bool:
    return any(_arrays(made) for made in row.calls)


def _arrays(made: Call) -> bool:
    def any_array(value: Any) -> bool:
        if isinstance(value, (list, tuple)):
            return any(any_array(v) for v in value)
        return isinstance(value, (A, np.ndarray))

    return any(any_array(v) for v in (*made.args, *made.kwargs.values()))


@pytest.fixture(autouse=True)
def quiet() -> Any:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@rows(has_tensors)
def test_vmap_gives_what_a_loop_gives(row: Row) -> None:
    axes = itertools.cycle((0, -1))
    for i, made in enumerate(row.calls):
        if _arrays(made):
            samples = Samples(row, made)
            for batched in choices(samples.count):
                what = f"{row.name} call {i} {made} batched {batched}"
                check(samples, batched, next(axes), row.gradient, row.tolerance, what)


@rows(lambda row: row.gradient and has_tensors(row))
def test_vmap_over_vectors_gives_what_a_loop_gives(row: Row) -> None:
    for made in [made for made in row.calls if _arrays(made)][:3]:
        check_vectors(Samples(row, made), row.tolerance, f"{row.name} {made}")


@rows(has_tensors)
def test_vmap_in_vmap_gives_what_loops_give(row: Row) -> None:
    for made in [made for made in row.calls if _arrays(made)][:2]:
        check_nested(Samples(row, made), row.tolerance, f"{row.name} {made}")
