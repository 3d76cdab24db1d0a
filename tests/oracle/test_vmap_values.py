"""What a function inside `vmap` can and can't do: random numbers, indices, writes, and values, which nobody gets."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

Program = Callable[[Any, Any], Any]

SAME: dict[str, Program] = {
    "rand": lambda l, x: l.rand(5) + 0 * x.sum(),
    "randn": lambda l, x: l.randn(2, 3) + 0 * x.sum(),
    "randint": lambda l, x: l.randint(0, 1000, (6,)) + 0 * x.sum(),
    "randperm": lambda l, x: l.randperm(40) + 0 * x.sum(),
    "rand_like": lambda l, x: l.rand_like(x),
    "dropout": lambda l, x: l.nn.functional.dropout(x * 0 + 1, 0.5),
    "dropout2d": lambda l, x: l.nn.functional.dropout2d(l.ones(3, 20, 2, 2) + 0 * x.sum(), 0.5),
    "alpha_dropout": lambda l, x: l.nn.functional.alpha_dropout(x * 0 + 1, 0.5, training=True),
    "normal_": lambda l, x: x.clone().normal_(),
    "uniform_": lambda l, x: x.clone().uniform_(),
    "exponential_": lambda l, x: x.clone().exponential_(),
    "bernoulli of what is shared": lambda l, x: l.bernoulli(l.full((30,), 0.5)) + 0 * x.sum(),
    "gumbel_softmax": lambda l, x: l.nn.functional.gumbel_softmax(x * 0),
}
OF_EACH: dict[str, Program] = {
    "bernoulli": lambda l, x: l.bernoulli(x),
    "normal": lambda l, x: l.normal(x * 0, 1.0),
    "multinomial": lambda l, x: l.multinomial(x * 0 + 1, 4),
}


def _x(library: Any) -> Any:
    return library.tensor(np.random.default_rng(11).random((3, 30)), dtype=library.float64)


@pytest.mark.parametrize("randomness", ["same", "different"])
@pytest.mark.parametrize("name", [*SAME, *OF_EACH])
def test_random_numbers(name: str, randomness: str) -> None:
    program = {**SAME, **OF_EACH}[name]
    torch.manual_seed(0)
    sg.manual_seed(0)
    for library in (torch, sg):
        mapped = library.func.vmap(lambda x, library=library: program(library, x), randomness=randomness)
        if name in OF_EACH and randomness == "same":
            with pytest.raises(RuntimeError, match="same"):
                mapped(_x(library))
            continue
        rows = mapped(_x(library))
        assert library.equal(rows[0], rows[1]) == (randomness == "same"), library
        assert rows.shape[0] == 3
        with pytest.raises(RuntimeError, match="randomness error mode"):
            library.func.vmap(lambda x, library=library: program(library, x))(_x(library))


def test_one_probability_for_all_is_drawn_once() -> None:
    rows = sg.func.vmap(lambda x: sg.bernoulli(x, 0.5), randomness="same")(_x(sg))
    assert sg.equal(rows[0], rows[1])


def test_an_inner_vmap_has_its_own_randomness() -> None:
    def draws(outer: str, inner: str) -> Any:
        row = sg.func.vmap(lambda x: sg.rand(9) + 0 * x, randomness=inner)
        return sg.func.vmap(row, randomness=outer)(sg.zeros(2, 3))

    different_inside, different_outside = draws("same", "different"), draws("different", "same")
    assert sg.equal(different_inside[0], different_inside[1])
    assert not sg.equal(different_inside[0, 0], different_inside[0, 1])
    assert sg.equal(different_outside[0, 0], different_outside[0, 1])
    assert not sg.equal(different_outside[0], different_outside[1])


@pytest.mark.parametrize("randomness", ["same", "different"])
def test_dropout_of_attention_weights(randomness: str) -> None:
    def attend(x: Any) -> Any:
        return sg.nn.functional.scaled_dot_product_attention(x, x, x, dropout_p=0.5)

    rows = sg.func.vmap(attend, randomness=randomness)(sg.ones(3, 8, 4))
    assert sg.equal(rows[0], rows[1]) == (randomness == "same")
    shared = sg.func.vmap(lambda x: attend(sg.ones(8, 4)) + 0 * x.sum(), randomness=randomness)(sg.ones(3, 8, 4))
    assert sg.equal(shared[0], shared[1]) == (randomness == "same")


def _assigned(x: Any, index: Any, value: Any) -> Any:
    x = x.clone()
    x[index] = value
    return x


INDEXED: dict[str, Callable[[Any, Any], Any]] = {
    "rows": lambda x, i: x[i],
    "one row": lambda x, i: x[i[0]],
    "columns": lambda x, i: x[:, i],
    "negative": lambda x, i: x[i - 2],
    "pairs": lambda x, i: x[i, i],
    "broadcast pairs": lambda x, i: x[i[:, None], i],
    "apart": lambda x, i: x[:, None][i, :, i],
    "with a range": lambda x, i: x[i, 1:],
    "with a list": lambda x, i: x[i, [0, 1]],
    "of what is shared": lambda x, i: x[0].detach().new_tensor([3.0, 1.0, 2.0])[i] + 0 * x.sum(),
    "write a number": lambda x, i: _assigned(x, i, 7.0),
    "write rows": lambda x, i: _assigned(x, i, x[:2] * 2),
    "write columns": lambda x, i: _assigned(x, (slice(None), i), x[:, :2] + 1),
    "write pairs": lambda x, i: _assigned(x, (i, i), x[0, :2]),
    "write to a view": lambda x, i: _assigned(x, (slice(0, 2), i), 1.0),
}


@pytest.mark.parametrize("batched", [(0, 0), (0, None), (None, 0)])
@pytest.mark.parametrize("name", INDEXED)
def test_indices_of_each_sample(name: str, batched: tuple[Any, Any]) -> None:
    if "write" in name and batched[0] is None:
        batched = (0, 0)  # what all samples share can't be written for each
    x, i = np.random.default_rng(1).random((4, 3, 3)), np.array([[0, 1], [2, 2], [1, 0], [2, 1]])
    found = []
    for library in (sg, torch):
        a = library.tensor(x if batched[0] == 0 else x[0], requires_grad=True)
        b = library.tensor(i if batched[1] == 0 else i[0])
        if library is sg:
            out = sg.func.vmap(INDEXED[name], in_dims=batched)(a, b)
        else:
            samples = [(a[k] if batched[0] == 0 else a, b[k] if batched[1] == 0 else b) for k in range(4)]
            out = torch.stack([INDEXED[name](*each) for each in samples])
        (out * library.tensor(np.arange(out.numel()) + 1.0).reshape(out.shape)).sum().backward()
        found.append((out.detach().numpy(), a.grad.numpy()))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_an_index_out_of_range_is_found_in_any_sample() -> None:
    with pytest.raises(IndexError, match="index 3 is out of bounds for dimension 0 with size 3"):
        sg.func.vmap(lambda x, i: x[i])(sg.zeros(2, 3), sg.tensor([[0], [3]]))


WRITTEN: dict[str, Callable[[Any, Any], Any]] = {
    "zeros_like": lambda l, x: l.zeros_like(x).add_(x),
    "ones_like": lambda l, x: l.ones_like(x).mul_(x),
    "full_like": lambda l, x: l.full_like(x, 2.0).sub_(x),
    "empty_like": lambda l, x: l.empty_like(x).copy_(x),
    "new_zeros": lambda l, x: x.new_zeros(2, 2).index_add_(0, l.tensor([1]), x[:1, :2]),
    "new_full": lambda l, x: x.new_full((3, 3), 2.0).add_(x),
    "a view": lambda l, x: _assigned(x, (0, slice(None)), x[1]),
    "the transpose": lambda l, x: x.clone().T.add_(x),
    "a part of what is shared": lambda l, x: l.zeros(3, dtype=x.dtype).index_add(0, l.tensor([0, 2]), x[0, :2]),
    "scatter into what is shared": lambda l, x: l.zeros(3, dtype=x.dtype).scatter(0, l.tensor([1]), x[0, :1]),
    "iteration": lambda l, x: sum(row * k for k, row in enumerate(x)),
    "len": lambda l, x: x * len(x) + x.numel() + x.ndim,
    "strides": lambda l, x: x * x.T.stride()[0] + x.is_contiguous(),
}


@pytest.mark.parametrize("dim", [0, 2])
@pytest.mark.parametrize("name", WRITTEN)
def test_writes_and_shapes(name: str, dim: int) -> None:
    x = np.random.default_rng(2).random((3, 3, 3))
    ours, theirs = (
        library.func.vmap(lambda t, library=library: WRITTEN[name](library, t), in_dims=dim)(library.tensor(x))
        for library in (sg, torch)
    )
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-12)


REFUSED: dict[str, Program] = {
    "item": lambda l, x: x * x.sum().item(),
    "float": lambda l, x: x * float(x.sum()),
    "int": lambda l, x: x * int(x.sum()),
    "if": lambda l, x: x if x.sum() > 0 else -x,
    "tolist": lambda l, x: l.tensor(x.tolist()),
    "numpy": lambda l, x: x.numpy(),
    "nonzero": lambda l, x: x.nonzero(),
    "a mask as an index": lambda l, x: x[x > 0.5],
    "a write through a mask": lambda l, x: _assigned(x, x > 0.5, 0.0),
    "allclose": lambda l, x: l.allclose(x, x) and x,
    "classes without a number": lambda l, x: l.nn.functional.one_hot((x > 0.5).long()),
    "data": lambda l, x: x.data,
}


@pytest.mark.parametrize("name", REFUSED)
def test_values_are_refused(name: str) -> None:
    for library in (torch, sg):
        with pytest.raises(RuntimeError, match=None if library is torch else "vmap"):
            library.func.vmap(lambda x, library=library: REFUSED[name](library, x))(_x(library))


@pytest.mark.parametrize(
    "read",
    [
        lambda x: sg.Tensor(x.array),
        lambda x: sg.Tensor(np.asarray(x.array)),
        lambda x: sg.Tensor(np.array([x.array])),
        lambda x: x.array + 1,
        lambda x: x.array == x.array,
        lambda x: x.array.mean(),
        lambda x: x.array.__setitem__(0, 1),
        lambda x: x.array[0],
        lambda x: np.copyto(np.zeros(30), x.array),
        lambda x: np.add(x.array, 1),
        lambda x: np.ascontiguousarray(x.array),
        lambda x: memoryview(x.array),
        lambda x: copy.deepcopy(x.array),
        lambda x: sg.nn.Parameter(x) * 2,
        lambda x: sg.nn.init.zeros_(x.clone()),
    ],
)
def test_arrays_of_batched_tensors_hold_nothing(read: Callable[[Any], Any]) -> None:
    with pytest.raises((NotImplementedError, TypeError), match=r"vmap: |buffer|Hidden"):
        sg.func.vmap(lambda x: sg.Tensor(read(x)))(_x(sg))


def test_running_statistics_are_not_shared() -> None:
    for library in (torch, sg):
        layer = library.nn.BatchNorm1d(4)
        with pytest.raises(RuntimeError, match="running_mean or running_var, which will be updated in place, were not"):
            library.func.vmap(layer)(library.ones(3, 5, 4))
        alone = library.nn.BatchNorm1d(4, track_running_stats=False)
        assert library.func.vmap(alone)(library.ones(3, 5, 4)).shape == (3, 5, 4)


def test_running_statistics_of_each_sample() -> None:
    def step(mean: Any, var: Any, x: Any) -> Any:
        mean, var = mean.clone(), var.clone()
        sg.nn.functional.batch_norm(x, mean, var, training=True)
        return mean, var

    x, mean, var = (
        sg.tensor(np.random.default_rng(3).random((3, 5, 2))),
        sg.zeros(3, 2).double(),
        sg.ones(3, 2).double(),
    )
    found = sg.func.vmap(step)(mean, var, x)
    for k in range(3):
        for ours, alone in zip(found, step(mean[k], var[k], x[k]), strict=True):
            np.testing.assert_allclose(ours[k].numpy(), alone.numpy(), rtol=1e-12)


def test_types_meet_as_for_one_sample() -> None:
    """A 0-d float64 sample does not raise the type of a float32 tensor with dimensions, though all samples have one."""
    for library in (torch, sg):
        wide, narrow = library.ones(3, dtype=library.float64), library.ones(4)
        assert library.func.vmap(lambda a, narrow=narrow: a * narrow)(wide).dtype == library.float32
        assert library.func.vmap(lambda a: a * 2)(wide).dtype == library.float64


def test_a_sample_without_dimensions_keeps_to_itself() -> None:
    x = np.array([1.0, 5.0, 2.0])
    for name in ("softmax", "cumsum", "sort", "max", "logsumexp"):
        results = []
        for library in (sg, torch):

            def f(t: Any, library: Any = library, name: str = name) -> Any:
                out = (library.softmax if name == "softmax" else getattr(library, name))(t, 0)
                return out if isinstance(out, library.Tensor) else out[0]

            results.append(library.func.vmap(f)(library.tensor(x)).numpy())
        np.testing.assert_allclose(*results)
