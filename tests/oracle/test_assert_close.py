"""`testing.assert_close` says what PyTorch's does, and `make_tensor` draws from the same ranges."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import seedgrad as sg

NAN, INF = float("nan"), float("inf")
# Of the library: what is compared, and how.
CASES = {
    "equal": lambda t: ((t.tensor([1.0, 2.0]), t.tensor([1.0, 2.0 + 1e-6])), {}),
    "0-d": lambda t: ((t.tensor(1.0), t.tensor(2.0)), {}),
    "0-d whole": lambda t: ((t.tensor(0), t.tensor(1)), {}),
    "floats": lambda t: ((1.0, 2.0), {}),
    "near floats": lambda t: ((1.0, 1.0 + 1e-9), {}),
    "whole numbers": lambda t: ((1, 2), {}),
    "by zero": lambda t: ((1.0, 0.0), {}),
    "number types": lambda t: ((1, 1.0), {}),
    "number types unchecked": lambda t: ((1, 1.0), {"check_dtype": False}),
    "complex": lambda t: ((1 + 1j, 1 + 2j), {}),
    "bools": lambda t: ((True, False), {}),
    "equal bools": lambda t: ((True, np.bool_(True)), {}),
    "numpy number": lambda t: ((np.float32(1), 1.0), {}),
    "nothing": lambda t: ((None, None), {}),
    "text": lambda t: (("a", "a"), {}),
    "number and tensor": lambda t: ((1.0, t.tensor(1.0)), {}),
    "array and tensor": lambda t: ((np.ones(1), t.ones(1)), {}),
    "arrays": lambda t: ((np.ones(2), np.zeros(2)), {}),
    "lengths": lambda t: (([1, 2], [1]), {}),
    "keys": lambda t: (({"a": 1, "c": 2}, {"b": 1, "c": 2}), {}),
    "list and tuple": lambda t: (([t.tensor(1.0)], (t.tensor(1.0),)), {}),
    "nested": lambda t: (({"a": [1.0, {"b": t.tensor([1.0])}]}, {"a": [1.0, {"b": t.tensor([2.0])}]}), {}),
    "nested scalar": lambda t: (([1.0, [2.0]], [1.0, [3.0]]), {}),
    "nested objects": lambda t: (([object()], [object()]), {}),
    "shapes": lambda t: ((t.ones(3), t.ones(2)), {}),
    "empty": lambda t: ((t.ones(0), t.ones(0)), {}),
    "empty shapes": lambda t: ((t.ones(0), t.ones(0, 2)), {}),
    "types": lambda t: ((t.ones(1), t.ones(1, dtype=t.float64)), {}),
    "types unchecked": lambda t: ((t.tensor([1.0]), t.tensor([1.001], dtype=t.float64)), {"check_dtype": False}),
    "kinds unchecked": lambda t: ((t.tensor([1]), t.tensor([1.5])), {"check_dtype": False}),
    "strides": lambda t: ((t.ones(2, 3).t(), t.ones(3, 2)), {"check_stride": True}),
    "strides unchecked": lambda t: ((t.ones(2, 3).t(), t.ones(3, 2)), {}),
    "whole": lambda t: ((t.tensor([1, 2]), t.tensor([1, 3])), {}),
    "bytes": lambda t: ((t.tensor([1, 2, 3], dtype=t.uint8), t.tensor([1, 2, 250], dtype=t.uint8)), {}),
    "tensors of bools": lambda t: ((t.tensor([True]), t.tensor([False])), {}),
    "complex tensors": lambda t: ((t.tensor([1 + 1j]), t.tensor([1 + 2j])), {}),
    "half": lambda t: ((t.tensor([1.0], dtype=t.float16), t.tensor([1.01], dtype=t.float16)), {}),
    "bfloat16": lambda t: ((t.tensor([1.0], dtype=t.bfloat16), t.tensor([1.01], dtype=t.bfloat16)), {}),
    "float64": lambda t: ((t.tensor([1.0], dtype=t.float64), t.tensor([1.000001], dtype=t.float64)), {}),
    "nan": lambda t: ((t.tensor([NAN]), t.tensor([NAN])), {}),
    "equal nan": lambda t: ((t.tensor([NAN, 1.0]), t.tensor([NAN, 1.0])), {"equal_nan": True}),
    "equal nan numbers": lambda t: ((NAN, NAN), {"equal_nan": True}),
    "nan number": lambda t: ((1.0, NAN), {}),
    "infinite": lambda t: ((t.tensor([1.0]), t.tensor([INF])), {}),
    "both infinite": lambda t: ((t.tensor([INF]), t.tensor([INF])), {}),
    "rtol": lambda t: ((t.tensor([1.0, 2.0, 3.0]), t.tensor([1.0, 2.0, 3.5])), {"rtol": 0.1, "atol": 0.0}),
    "atol": lambda t: ((t.tensor([[1.0, 5.0], [0.0, 1.0]]), t.tensor([[2.0, 7.0], [3.0, 1.0]])), {"rtol": 0.0, "atol": 1.5}),
    "exact": lambda t: ((t.tensor([3.0]), t.tensor([3.00001])), {"rtol": 0, "atol": 0}),
    "one tolerance": lambda t: ((t.ones(1), t.ones(1)), {"rtol": 1e-3}),
    "other tolerance": lambda t: ((t.ones(1), t.ones(1)), {"atol": 1e-3}),
    "text of one's own": lambda t: ((t.ones(1), t.zeros(1)), {"msg": "hey"}),
    "longer text": lambda t: (([t.ones(1)], [t.zeros(1)]), {"msg": lambda m: f"so: {m}"}),
    "parameter": lambda t: ((t.nn.Parameter(t.ones(1)), t.ones(1)), {}),
    "parameter and tensor": lambda t: ((t.nn.Parameter(t.ones(1)), t.ones(1)), {"allow_subclasses": False}),
}  # fmt: skip


def told(lib, case):
    arguments, options = CASES[case](lib)
    try:
        lib.testing.assert_close(*arguments, **options)
    except Exception as error:
        text = (
            str(error).replace("seedgrad.nn.parameter", "torch.nn.parameter").replace("seedgrad.core.tensor.", "torch.")
        )
        return type(error), text.replace("seedgrad.", "torch.")
    return None


@pytest.mark.parametrize("case", CASES)
def test_what_is_told(case):
    assert told(sg, case) == told(torch, case)


@pytest.mark.parametrize("kind", ["float32", "float16", "float64", "int64", "int8", "uint8", "bool", "complex64"])
def test_ranges_of_random_tensors(kind):
    ends = []
    for lib in (sg, torch):
        x = lib.testing.make_tensor(25_000, 2, dtype=getattr(lib, kind), device="cpu")
        x = lib.view_as_real(x) if kind == "complex64" else x
        assert str(x.dtype).endswith("float32" if kind == "complex64" else kind) and x.shape[:2] == (25_000, 2)
        ends.append((float(x.double().min()), float(x.double().max())))
    np.testing.assert_allclose(*ends, atol=0.1)


def test_options_of_random_tensors():
    for lib in (sg, torch):
        make, kind = lib.testing.make_tensor, {"dtype": lib.float32, "device": "cpu"}
        x = make((2, 3), noncontiguous=True, requires_grad=True, **kind)
        assert x.shape == (2, 3) and not x.is_contiguous() and x.requires_grad
        assert make(2, 3, low=2, high=3, **kind).min() >= 2
        assert make((50,), dtype=lib.int64, device="cpu", low=0, high=2, exclude_zero=True).min() == 1
        assert make((1, 2, 3, 3), memory_format=lib.channels_last, **kind).is_contiguous(
            memory_format=lib.channels_last
        )
        for bad, text in (
            ({"dtype": lib.int64, "device": "cpu", "requires_grad": True}, "is not supported for boolean and integral"),
            ({"low": 2, "high": 1, **kind}, "`low` must be less than `high`, but got 2 >= 1"),
            ({"noncontiguous": True, "memory_format": lib.channels_last, **kind}, "mutually exclusive"),
        ):
            with pytest.raises(ValueError, match=text):
                make((1, 2, 3, 3), **bad)
