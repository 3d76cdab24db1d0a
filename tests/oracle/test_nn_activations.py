"""Options and misuse of activations, and names of initial values, against PyTorch."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

X = np.linspace(-3, 3, 6, dtype=np.float32).reshape(2, 3)
Call = Callable[[Any], Any]


def x(package: Any) -> Any:
    return package.tensor(X)


def outcome(package: Any, call: Call) -> Any:
    """The values and the type of a result, or the exception; and the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = call(package)
        except Exception as error:
            return type(error), None
    seen = [(w.category, str(w.message)) for w in caught]
    if isinstance(result, (torch.Tensor, sg.Tensor)):
        return (result.detach().numpy(), str(result.dtype).rpartition(".")[2]), seen
    return result, seen


GOOD: dict[str, Call] = {
    **{
        f"softplus {b} {t}": lambda p, b=b, t=t: p.nn.Softplus(b, t)(x(p))
        for b, t in ((1, 20), (2, 5), (-1, 20), (0.5, 1), (1, -5), (1, 0), (0.0, 20))
    },
    "threshold": lambda p: p.nn.Threshold(1, 2)(x(p)),
    "threshold negative": lambda p: p.nn.Threshold(-1.5, 0)(x(p)),
    "threshold integers": lambda p: p.nn.functional.threshold(x(p).long(), 1, 2),
    "threshold integers and floats": lambda p: p.nn.functional.threshold(x(p).long(), 1.5, 2.7),
    "hardtanh integers": lambda p: p.nn.functional.hardtanh(x(p).long(), -1, 1),
    "hardtanh unsigned": lambda p: p.nn.functional.hardtanh(x(p).abs().to(p.uint8), 0, 2),
    "hardtanh one point": lambda p: p.nn.functional.hardtanh(x(p), 1, 1),
    "hardtanh old names": lambda p: repr(p.nn.Hardtanh(min_value=-2, max_value=2)),
    "relu6 integers": lambda p: p.nn.functional.relu6(x(p).long()),
    "elu 0": lambda p: p.nn.ELU(0.0)(x(p)),
    "elu -1": lambda p: p.nn.ELU(-1.0)(x(p)),
    "hardshrink negative": lambda p: p.nn.Hardshrink(-1)(x(p)),
    "glu first": lambda p: p.nn.GLU(0)(x(p)),
    "glu -2": lambda p: p.nn.GLU(-2)(x(p)),
    **{
        f"prelu {n} {shape}": lambda p, n=n, shape=shape: p.nn.PReLU(n)(-p.ones(shape))
        for n, shape in ((1, (2, 3)), (3, (2, 3)), (1, ()), (3, (2, 3, 4)), (1, (2, 3, 4)), (1, (0, 3)), (3, (2, 3, 0)))
    },
    "prelu number": lambda p: p.nn.functional.prelu(x(p), p.tensor(0.5)),
    **{
        f"{name} {dim}": lambda p, name=name, dim=dim: getattr(p.nn.functional, name)(x(p), dim)
        for name, dim in itertools.product(("softmax", "log_softmax", "softmin"), (0, 1, -1, None))
    },
    **{
        f"{name} type": lambda p, name=name: getattr(p.nn.functional, name)(x(p).long(), 0, dtype=p.float64)
        for name in ("softmax", "log_softmax", "softmin")
    },
    **{
        f"{name} empty": lambda p, name=name: getattr(p.nn.functional, name)(p.ones(0, 3), 0)
        for name in ("softmax", "log_softmax", "softmin")
    },
    "softmin layer": lambda p: p.nn.Softmin(1)(x(p)),
    "softmin layer without dim": lambda p: p.nn.Softmin()(x(p)),
    "softmax2d": lambda p: p.nn.Softmax2d()(p.ones(2, 1, 1)),
    "softmax2d repr": lambda p: repr(p.nn.Softmax2d()),
    "gelu tanh": lambda p: p.nn.GELU("tanh")(x(p)),
    "rrelu repr": lambda p: repr(p.nn.RReLU(0.1, 0.2, True)),
}


@pytest.mark.parametrize("name", GOOD)
def test_options_agree(name: str) -> None:
    ours, theirs = outcome(sg, GOOD[name]), outcome(torch, GOOD[name])
    assert ours[1] == theirs[1]
    if isinstance(theirs[0], tuple):
        np.testing.assert_allclose(ours[0][0], theirs[0][0], rtol=2e-6, atol=1e-7)
        assert ours[0][1] == theirs[0][1]
    else:
        assert ours == theirs


BAD: dict[str, tuple[Call, str]] = {
    "threshold text": (lambda p: p.nn.Threshold("a", 1)(x(p)), "'threshold' must be a number, not str"),
    "threshold none": (lambda p: p.nn.Threshold(1, None)(x(p)), "'value' must be a number, not NoneType"),
    "threshold bool": (lambda p: p.nn.Threshold(1, 2)(x(p) > 0), "threshold is not implemented for bool"),
    "hardtanh equal": (lambda p: p.nn.Hardtanh(1, 1), r"max_val \(1\) must be greater than min_val \(1\)"),
    "hardtanh order": (lambda p: p.nn.functional.hardtanh(x(p), 2, 1), "min_val cannot be greater than max_val"),
    "hardtanh unsigned": (
        lambda p: p.nn.functional.hardtanh(x(p).abs().to(p.uint8), -1, 2),
        "unsigned type with negative limits, got min_val=-1",
    ),
    "celu 0": (lambda p: p.nn.CELU(0.0)(x(p)), "alpha cannot be 0"),
    "softshrink negative": (lambda p: p.nn.Softshrink(-1)(x(p)), "greater or equal to 0"),
    "glu dim": (lambda p: p.nn.GLU(5)(x(p)), "Dimension out of range"),
    "glu odd": (lambda p: p.nn.GLU(1)(x(p)), "Halving dimension must be even"),
    "glu scalar": (lambda p: p.nn.GLU()(p.tensor(1.0)), "does not support scalars"),
    "glu integers": (lambda p: p.nn.GLU(0)(x(p).long()), "not implemented for int64"),
    "gelu text": (lambda p: p.nn.GELU("x")(x(p)), "must be either 'none' or 'tanh', got 'x'"),
    "gelu none": (lambda p: p.nn.GELU(None)(x(p)), "'approximate' must be str, not NoneType"),
    "softmax2d dims": (lambda p: p.nn.Softmax2d()(x(p)), r"expected input to be 3D or 4D, got shape \(2, 3\)"),
    "prelu none": (lambda p: p.nn.PReLU(0)(x(p)), "Mismatch of parameter numbers and input channel size"),
    "prelu two": (lambda p: p.nn.PReLU(2)(x(p)), "Mismatch of parameter numbers"),
    "prelu vector": (lambda p: p.nn.PReLU(3)(x(p)[0]), "Mismatch of parameter numbers"),
    "prelu matrix": (lambda p: p.nn.functional.prelu(x(p), p.ones(1, 3)), "to be a scalar or 1D tensor"),
    "prelu negative": (lambda p: p.nn.PReLU(-1), "negative dimension -1"),
    "prelu types": (lambda p: p.nn.functional.prelu(x(p), p.ones(1).double()), "Type promoting not supported"),
    "softsign bool": (lambda p: p.nn.functional.softsign(x(p) > 0), "softsign is not implemented for bool"),
    "tanhshrink bool": (lambda p: p.nn.functional.tanhshrink(x(p) > 0), "Bool inputs not supported for tanhshrink"),
    "softmin dim": (lambda p: p.nn.Softmin(2)(x(p)), "Dimension out of range"),
    "softmin integers": (lambda p: p.nn.Softmin(0)(x(p).long()), "not implemented for seedgrad.int64"),
    "old name": (lambda p: p.nn.init.gaussian, "has no attribute 'gaussian'"),
    "trunc order": (lambda p: p.nn.init.trunc_normal_(p.zeros(4), a=2.0, b=-2.0), "a <= b, got a=2.0 and b=-2.0"),
    "uniform integers": (lambda p: p.nn.init.uniform_(p.zeros(4).long()), "uniform_ is not implemented for int64"),
    "normal integers": (lambda p: p.nn.init.normal_(p.zeros(4).long()), "normal_ is not implemented for int64"),
    "uniform order": (lambda p: p.nn.init.uniform_(p.zeros(4), 2, 1), "found from=2 > to=1"),
    "normal negative": (lambda p: p.nn.init.normal_(p.zeros(4), 0, -1), "found std -1"),
    "kaiming mode": (lambda p: p.nn.init.kaiming_uniform_(p.zeros(4, 3), mode="x"), "Mode x not supported"),
    "kaiming name": (lambda p: p.nn.init.kaiming_normal_(p.zeros(4, 3), nonlinearity="x"), "nonlinearity x"),
    "fans": (lambda p: p.nn.init.xavier_uniform_(p.zeros(4)), "fewer than 2 dimensions"),
    "eye": (lambda p: p.nn.init.eye_(p.zeros(4, 3, 1)), "Only tensors with 2 dimensions"),
    "sparse": (lambda p: p.nn.init.sparse_(p.zeros(4), 0.5), "Only tensors with 2 dimensions"),
    "dirac": (lambda p: p.nn.init.dirac_(p.zeros(4, 3)), "3, 4, or 5 dimensions"),
    "dirac groups": (lambda p: p.nn.init.dirac_(p.zeros(4, 3, 3), 3), "divisible by groups, got 4 and groups=3"),
    "orthogonal": (lambda p: p.nn.init.orthogonal_(p.zeros(4)), "2 or more dimensions"),
    "gain slope": (lambda p: p.nn.init.calculate_gain("leaky_relu", True), "negative_slope True not a valid number"),
    "gain name": (lambda p: p.nn.init.calculate_gain("gelu"), "Unsupported nonlinearity gelu"),
}


@pytest.mark.parametrize("name", BAD)
def test_misuse_raises_what_torch_raises(name: str) -> None:
    call, match = BAD[name]
    with pytest.raises(Exception) as expected:
        call(torch)
    with pytest.raises(expected.type, match=match):
        call(sg)


OLD = {
    "uniform": (),
    "normal": (),
    "constant": (1.0,),
    "eye": (),
    "xavier_uniform": (),
    "xavier_normal": (),
    "kaiming_uniform": (),
    "kaiming_normal": (),
    "orthogonal": (),
    "sparse": (0.5,),
    "dirac": (),
}


@pytest.mark.parametrize("name", OLD)
def test_old_names_of_initial_values_warn_and_work(name: str) -> None:
    shape = (2, 3, 3) if name == "dirac" else (2, 3)
    results = []
    for package in (sg, torch):
        t = package.full(shape, 7.0)
        with pytest.warns(FutureWarning) as seen:
            assert getattr(package.nn.init, name)(t, *OLD[name]) is t
        results.append([str(w.message) for w in seen])
        assert not (t == 7).any()
    assert results[0] == results[1]


@pytest.mark.parametrize(
    "name", ["linear", "conv1d", "conv_transpose3d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"]
)
def test_gains_agree(name: str) -> None:
    for slope in (None, 0.2, 0, 1):
        assert sg.nn.init.calculate_gain(name, slope) == torch.nn.init.calculate_gain(name, slope)
