"""Every row of the table inside of `compile`: replays on other numbers give what the function gives, gradients too."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

import seedgrad as sg
from seedgrad.capture import CaptureError

from .driver import EPS, Both, outcome, outputs
from .table import Call, Row
from .test_ops import rows

# What looks at values, returns a view of its argument, or has no gradient that could be recorded: it is refused, or runs as
# it is written, and must be right all the same.
READING = set(
    """
    Tensor.contiguous Tensor.expand Tensor.expand_as Tensor.reshape_as Tensor.sum_to_size Tensor.unfold
    Tensor.view Tensor.view_as adjoint allclose alpha_dropout alpha_dropout_ argwhere as_strided as_strided_copy
    as_strided_scatter atleast_1d atleast_2d atleast_3d bincount broadcast_tensors broadcast_to cartesian_prod
    chain_matmul cholesky chunk combinations conj conj_physical cov ctc_loss diagonal dropout dropout_ dsplit
    einsum embedding embedding_renorm_ equal feature_alpha_dropout feature_alpha_dropout_ feature_dropout
    feature_dropout_ fill flatten gather heaviside histc histogram histogramdd hsplit igamma igammac imag
    index_add index_fill index_put is_nonzero linalg.cholesky linalg.diagonal linalg.ldl_factor
    linalg.ldl_factor_ex linalg.qr masked_fill masked_scatter masked_select moveaxis movedim narrow
    nn.functional.adaptive_avg_pool1d nn.functional.adaptive_avg_pool2d nn.functional.adaptive_avg_pool3d
    nn.functional.cross_entropy nn.functional.embedding nn.functional.feature_alpha_dropout
    nn.functional.multilabel_margin_loss nn.functional.nll_loss nonzero nonzero_static permute positive put
    ravel real repeat_interleave reshape resolve_conj resolve_neg segment_reduce select special.zeta split
    split_with_sizes squeeze swapaxes swapdims t take tensor_split transpose unbind unflatten unique
    unique_consecutive unsqueeze view_as_complex view_as_real vsplit where
    """.split()
)
RUNS = 3


def _rolled(value: Any, number: int) -> Any:
    """Other numbers in the place of arrays that are given as they are."""
    if isinstance(value, (list, tuple)):
        return type(value)(_rolled(v, number) for v in value)
    return np.roll(value, number) if isinstance(value, np.ndarray) else value


def _split(value: Any, tensors: list[sg.Tensor]) -> Callable[[Any], Any]:
    """Take the tensors out of an argument; how to put others in their places."""
    if isinstance(value, sg.Tensor):
        tensors.append(value)
        place = len(tensors) - 1
        return lambda given: given[place]
    if isinstance(value, (list, tuple)):
        parts = [_split(v, tensors) for v in value]
        return lambda given: type(value)(part(given) for part in parts)
    return lambda given: value


def _step(row: Row, args: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The call as a function of its tensors alone, and the same with its gradients."""
    function = row.of(sg)
    fill = _split(args[0], [])
    place: list[sg.Tensor] = []
    _split(args[0], place)
    named = {k: _split(v, place) for k, v in args[1].items()}

    def call(*tensors: sg.Tensor) -> Any:
        return outputs(function(*fill(tensors), **{k: part(tensors) for k, part in named.items()}))

    def step(*tensors: sg.Tensor) -> Any:
        results = call(*tensors)
        loss = _loss(results)
        variables = [t for t in tensors if t.requires_grad]
        grads = sg.autograd.grad(loss, variables, allow_unused=True) if loss is not None and row.gradient else ()
        return [r.detach() if isinstance(r, sg.Tensor) else r for r in results], grads

    return call, step


def _loss(results: list[Any]) -> Any:
    parts = [r for r in results if isinstance(r, sg.Tensor) and r.requires_grad]
    return sum([(p.abs() if p.is_complex() else p * 1.5).sum() for p in parts]) if parts else None


def _same(found: Any, expected: Any, scale: float) -> None:
    assert len(found) == len(expected)
    for x, y in zip(found, expected, strict=True):
        if not isinstance(y, sg.Tensor):
            assert x == y or (x != x and y != y)
            continue
        assert (x.dtype, x.shape, x.requires_grad) == (y.dtype, y.shape, y.requires_grad)
        a, b = x.detach().array, y.detach().array
        eps = scale * EPS.get(a.dtype.name, 0)
        np.testing.assert_allclose(a, b, rtol=eps, atol=eps)


def _tensors(both: Both) -> list[sg.Tensor]:
    found: list[sg.Tensor] = []
    for value in (*both.args[0], *both.args[1].values()):
        _split(value, found)
    return found


def _check(row: Row, made: Call, kind: str, gradients: bool, layout: Any = None) -> list[str]:
    """Why it was not replayed."""
    first = Both(made, kind, layout)
    call, step = _step(row, first.args)
    plain = step if gradients else call
    compiled = sg.compile(plain)
    for number in range(RUNS):
        moved = Call(
            tuple(_rolled(a, number) for a in made.args), {k: _rolled(v, number) for k, v in made.kwargs.items()}
        )
        results = []
        for f in (plain, compiled):
            sg.manual_seed(number)
            tensors = _tensors(Both(moved, kind, layout, seed=number))
            if not gradients:
                tensors = [t * 1 if t.requires_grad else t for t in tensors]  # so that they may be written
            found = outcome(f, tensors, {})
            if isinstance(found, CaptureError):
                return [str(found)]
            if not isinstance(found, Exception) and not gradients:
                loss = _loss(found)
                if loss is not None and row.gradient:
                    variables = [t for t in tensors if t.requires_grad]
                    grads = outcome(sg.autograd.grad, [loss, variables], {"allow_unused": True})
                    found = found, grads if not isinstance(grads, Exception) else [str(grads)[:20]]
                else:
                    found = found, ()
            results.append(found)
        expected, found = results
        if isinstance(expected, Exception):
            assert type(found) is type(expected), f"{expected!r} became {found!r}"
            continue
        assert not isinstance(found, Exception), repr(found)
        for x, y in zip(found, expected, strict=True):
            _same(x, y, row.tolerance)
    return list(compiled.reasons)


@rows()
def test_replays(row: Row) -> None:
    reasons: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for made in row.calls:
            for gradients in (True, False):
                reasons += _check(row, made, "float32", gradients)
    assert not reasons or row.name in READING, reasons
