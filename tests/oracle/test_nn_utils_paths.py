"""The paths under which programs for PyTorch import layers and what they share."""

from __future__ import annotations

import importlib
import inspect
import types
from typing import Any

import pytest
import torch

import seedgrad as sg
from seedgrad import nn
from seedgrad.nn.modules import Linear
from seedgrad.nn.modules.batchnorm import _BatchNorm
from seedgrad.nn.modules.conv import Conv2d, _ConvNd
from seedgrad.nn.modules.loss import _Loss
from seedgrad.nn.modules.utils import _pair, consume_prefix_in_state_dict_if_present
from seedgrad.nn.parameter import Parameter

FILES = sorted(k for k, v in vars(torch.nn.modules).items() if isinstance(v, types.ModuleType) and k[0] != "_")
LAYERS = sorted(
    k for k, v in vars(torch.nn).items() if inspect.isclass(v) and issubclass(v, torch.nn.Module) and hasattr(nn, k)
)


def test_the_usual_imports_are_the_usual_classes() -> None:
    assert Linear is nn.Linear and Conv2d is nn.Conv2d and Parameter is nn.Parameter
    assert issubclass(nn.BatchNorm2d, _BatchNorm) and isinstance(nn.Conv2d(1, 1, 1), _ConvNd)
    assert issubclass(nn.CrossEntropyLoss, _Loss) and _pair(3) == (3, 3)
    assert sg.nn.modules.module.Module is nn.Module
    assert consume_prefix_in_state_dict_if_present.__module__ == "seedgrad.nn.modules.utils"


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_where_pytorch_has_it(name: str) -> None:
    path = getattr(torch.nn, name).__module__.removeprefix("torch.")
    if path.startswith("nn.modules."):
        assert getattr(importlib.import_module(f"seedgrad.{path}"), name) is getattr(nn, name)
    assert getattr(sg.nn.modules, name) is getattr(nn, name)


@pytest.mark.parametrize("file", FILES)
def test_shared_classes_are_bases_of_the_same_layers(file: str) -> None:
    theirs = getattr(torch.nn.modules, file)
    ours = getattr(sg.nn.modules, file, None)
    for name, base in vars(theirs).items():
        if not (inspect.isclass(base) and base.__module__ == theirs.__name__ and name.startswith("_")):
            continue
        mine = getattr(ours, name, None)
        for layer in LAYERS if mine is not None and issubclass(base, torch.nn.Module) else ():
            assert issubclass(getattr(nn, layer), mine) == issubclass(getattr(torch.nn, layer), base), (name, layer)


SHARED = """
batchnorm._BatchNorm conv._ConvNd conv._ConvTransposeNd dropout._DropoutNd loss._Loss loss._WeightedLoss
padding._CircularPadNd padding._ConstantPadNd padding._ReflectionPadNd padding._ReplicationPadNd pooling._AdaptiveAvgPoolNd
pooling._AdaptiveMaxPoolNd pooling._AvgPoolNd pooling._LPPoolNd pooling._MaxPoolNd pooling._MaxUnpoolNd rnn.RNNCellBase
rnn.RNNBase linear.NonDynamicallyQuantizableLinear module._IncompatibleKeys batchnorm._NormBase
instancenorm._InstanceNorm adaptive._ASMoutput
""".split()


@pytest.mark.parametrize("path", SHARED)
def test_shared_classes_are_there(path: str) -> None:
    file, name = path.split(".")
    assert inspect.isclass(getattr(importlib.import_module(f"seedgrad.nn.modules.{file}"), name))


HELPERS = ["", "clip_grad", "convert_parameters", "fusion", "init", "memory_format", "parametrizations", "parametrize"]
HELPERS += ["prune", "spectral_norm", "stateless", "weight_norm"]


@pytest.mark.parametrize("path", HELPERS)
def test_every_helper_is_where_pytorch_has_it(path: str) -> None:
    name = f"nn.utils.{path}".rstrip(".")
    theirs, ours = (importlib.import_module(f"{library}.{name}") for library in ("torch", "seedgrad"))
    for member, value in vars(theirs).items():
        own = getattr(value, "__module__", "").startswith(f"torch.{name}") and not member.startswith("_")
        if own and callable(value) and not isinstance(value, type(Any)) and not member.endswith("Hook"):
            mine = getattr(ours, member)
            if inspect.isfunction(value) and member not in ("cached", "clip_grad_norm"):
                assert _parameters(mine) == _parameters(value), member


def _parameters(function: Any) -> list[Any]:
    """Names, kinds and defaults of the arguments."""
    found = inspect.signature(inspect.unwrap(function)).parameters.values()
    return [(p.name, p.kind, repr(p.default)) for p in found]


def test_what_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(AttributeError, match=r"module 'seedgrad.nn.modules' has no attribute 'foo'"):
        sg.nn.modules.foo  # noqa: B018
    with pytest.raises(AttributeError, match=r"module 'seedgrad.nn.modules.conv' has no attribute 'Linear'"):
        sg.nn.modules.conv.Linear  # noqa: B018
    with pytest.raises(ImportError):
        importlib.import_module("seedgrad.nn.modules.foo")


UTILS: list[Any] = [
    lambda u: [f(3) for f in (u._single, u._pair, u._triple, u._quadruple, u._ntuple(5))],
    lambda u: [u._pair(x) for x in ((1, 2), [1, 2, 3], "ab", None, range(2))],
    lambda u: (u._pair.__name__, u._ntuple(2).__name__, u._ntuple(2, "two").__name__),
    lambda u: u._reverse_repeat_tuple((1, 2, 3), 2),
    lambda u: [u._list_with_default(*a) for a in ((3, [4, 5]), ((3, None), [4, 5, 6]), ([None], [1, 7]))],
]


@pytest.mark.parametrize("number", range(len(UTILS)))
def test_small_helpers_agree(number: int) -> None:
    assert UTILS[number](sg.nn.modules.utils) == UTILS[number](torch.nn.modules.utils)
    for library in (sg, torch):
        with pytest.raises(ValueError, match="at least 4"):
            library.nn.modules.utils._list_with_default((3, None, 1), [4, 5, 6])


def test_prefixes_are_taken_off() -> None:
    class State(dict[str, int]):
        _metadata: dict[str, int]

    for library in (sg, torch):
        state = State({"module.a": 1, "b": 2, "module.module.c": 3})
        state._metadata = {"": 0, "module": 1, "module.x": 2}
        library.nn.modules.utils.consume_prefix_in_state_dict_if_present(state, "module.")
        assert state == {"b": 2, "a": 1, "module.c": 3}
        assert state._metadata == {"": 1, "x": 2}
