"""Windows, given memory, closed ranges and element types, against PyTorch: the same expression is run on both."""

import itertools
import warnings
from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

from .test_creation import run

WINDOWS = ("bartlett_window", "blackman_window", "hann_window", "hamming_window", "kaiser_window")
SAME = [
    *(
        f"m.{name}({n}, periodic={periodic}, dtype=m.{kind})"
        for name, n, periodic, kind in itertools.product(
            WINDOWS, (0, 1, 2, 3, 8), (True, False), ("float32", "float64", "float16", "bfloat16")
        )
    ),
    *"""
m.hamming_window(5, True, 0.6, 0.4)
m.hamming_window(5, False, 0.5)
m.kaiser_window(6, False, 5.0)
m.hann_window(4, requires_grad=True)
m.range(1, 4)
m.range(0, 2, 0.5)
m.range(4, 1, -1)
m.range(1.5, 4.2)
m.range(1, 4, dtype=m.int64)
m.range(0, 1, 0.25, requires_grad=True)
m.scalar_tensor(3)
m.scalar_tensor(True)
m.scalar_tensor(3.5, dtype=m.int64)
m.scalar_tensor(1j, dtype=m.complex64)
m.scalar_tensor(m.tensor(3))
m.scalar_tensor(2.0, requires_grad=True)
m.frombuffer(bytearray([1, 2, 3, 4]), dtype=m.uint8)
m.frombuffer(bytearray([1, 2, 3, 4]), dtype=m.int16)
m.frombuffer(bytearray([1, 2, 3, 4]), dtype=m.int16, offset=2)
m.frombuffer(bytearray([1, 2, 3, 4]), dtype=m.int16, count=1)
m.frombuffer(bytearray([1, 2, 3, 4, 5]), dtype=m.int16, offset=1)
m.frombuffer(bytearray([0] * 8), dtype=m.float32, requires_grad=True)
m.frombuffer(np.arange(4.0), dtype=m.float64)
m.frombuffer(b'ab', dtype=m.uint8)
m.from_dlpack(np.arange(6.0).reshape(2, 3).T)
m.from_dlpack(np.array([True, False]))
m.from_dlpack(torch_or_sg.tensor([1, 2]))
m.from_dlpack(m.tensor([1.5]).__dlpack__())
m.from_dlpack(m.to_dlpack(m.tensor([1, 2])))
m.tensor([1.0]).new([1, 2])
m.tensor([1]).new()
m.tensor([1]).new([1.5, 2])
m.tensor([1]).new(m.tensor([4, 5]))
m.tensor([1]).new((2, 3))
m.tensor([1.0]).new(np.array([1, 2]))
m.full((2,), 1j, dtype=m.complex128)
m.zeros(2, dtype=m.complex64)
m.eye(2, dtype=m.complex64)
m.ones_like(m.tensor([1j]))
m.tensor([1, 2.5, 1j], dtype=m.complex128)
m.tensor([[1j, 2], [3, 4]])
m.linspace(0, 1, 5, dtype=m.complex64)
m.tensor([1.0]).to(m.complex64)
""".strip().splitlines(),
]
SHAPES = """
m.empty_strided((2, 3), (1, 2))
m.empty_strided((2, 3), (0, 1))
m.empty_strided((2, 3), (7, 2), dtype=m.int64)
m.empty_strided((), ())
m.empty_permuted((2, 3, 4), (2, 0, 1))
m.empty_permuted((2, 3), (0, 1), dtype=m.bool)
m.tensor([1]).new_empty_strided((2, 2), (1, 2))
m.tensor([1.0]).new(2, 3)
m.tensor([1.0]).new(m.zeros(2, 3).shape)
""".strip().splitlines()
WRONG = [
    ("m.hann_window(-1)", "non-negative window_length, got window_length=-1"),
    ("m.hann_window(4.0)", "'window_length' must be int, not float"),
    ("m.bartlett_window(4, dtype=m.int64)", "bartlett_window expects floating point dtypes"),
    ("m.range(1, 4, -1)", "inconsistent with step sign"),
    ("m.range(1, 4, 0)", "step must be nonzero"),
    ("m.range(3)", "missing 1 required positional argument: 'end'"),
    ("m.range(0, float('inf'))", "unsupported range: 0 -> inf"),
    ("m.scalar_tensor(1j)", "cannot be converted"),
    ("m.scalar_tensor('a')", "must be Number, not str"),
    ("m.empty_strided((2, 3), (1,))", r"dimensionality of sizes \(2\)"),
    ("m.empty_strided((2, 3), (-1, 2))", "strides must not be negative"),
    ("m.empty_strided((2, -3), (1, 1))", "non-negative"),
    ("m.empty_permuted((2, 3), (0, 0))", "each of 2 dimensions once"),
    ("m.frombuffer(bytearray([1, 2, 3, 4]), dtype=m.int16, count=3)", r"requested buffer length \(3 \* 2 bytes\)"),
    ("m.frombuffer(bytearray([1, 2, 3]), dtype=m.int16)", "must be a multiple of element size"),
    ("m.frombuffer(bytearray([]), dtype=m.int16)", "must not be 0"),
    ("m.frombuffer(bytearray([1, 2]), dtype=m.int16, count=0)", "must not be 0"),
    ("m.frombuffer(bytearray([1, 2]), dtype=m.int16, offset=2)", "offset .2 bytes. must be"),
    ("m.frombuffer(bytearray([1, 2]), dtype=m.int16, offset=-1)", "offset .-1 bytes. must be"),
    ("m.frombuffer([1], dtype=m.uint8)", "does not implement Python buffer protocol"),
    ("m.from_dlpack([1])", "invalid capsule"),
    ("m.ones(2, requires_grad=True).__dlpack__()", "use tensor.detach"),
    ("m.tensor([1.0]).new(2.5)", "data must be a sequence"),
    ("m.tensor([1]).new(m.tensor([1.0]))", "given.to"),
    ("m.result_type('a', 1)", "takes tensors and numbers, got str"),
    ("m.promote_types(m.int64, 1)", "must be a seedgrad.dtype, not int"),
    ("m.can_cast(m.int64, 'int')", "must be a seedgrad.dtype, not str"),
    ("m.finfo(m.int64)", "requires a floating point input type"),
    ("m.finfo(3)", "must be a seedgrad.dtype"),
    ("m.iinfo(m.float32)", "requires an integer input type"),
    ("m.iinfo(m.bool)", "requires an integer input type"),
    ("m.iinfo()", "missing 1 required"),
    ("m.iinfo('int8')", "must be a seedgrad.dtype"),
    ("hash(m.finfo(m.float32))", "unhashable"),
    ("m.set_default_dtype(m.int64)", "only floating-point types"),
    ("m.set_default_dtype(m.complex64)", "only floating-point types"),
    ("m.set_default_dtype('float32')", "invalid dtype object"),
    ("m.set_default_dtype(float)", "invalid dtype object"),
    ("m.set_default_dtype(None)", "invalid dtype object"),
    ("m.int32.to_complex()", "no complex type whose parts"),
]
KINDS = [
    "bool",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
]


@pytest.fixture(autouse=True)
def quiet() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def kind_of(t: Any) -> str:
    return str(t.dtype).split(".")[1]


def evaluate(text: str, module: Any) -> Any:
    return eval(text, {"m": module, "np": np, "torch_or_sg": torch if module is sg else sg})


@pytest.mark.parametrize("text", SAME)
def test_creation_equals_torch(text: str) -> None:
    ours, theirs = evaluate(text, sg), evaluate(text, torch)
    assert kind_of(ours) == kind_of(theirs)
    assert tuple(ours.shape) == tuple(theirs.shape)
    assert ours.requires_grad == theirs.requires_grad
    coarse = {"float16": 2e-3, "bfloat16": 2e-2, "float64": 1e-12}.get(kind_of(ours), 1e-6)
    a, b = ours.detach().array, theirs.detach()
    b = b.float().numpy() if b.dtype == torch.bfloat16 else b.numpy()
    np.testing.assert_allclose(a.astype(b.dtype), b, rtol=coarse, atol=coarse)


@pytest.mark.parametrize("text", SHAPES)
def test_memory_layout_equals_torch(text: str) -> None:
    ours, theirs = evaluate(text, sg), evaluate(text, torch)
    assert (kind_of(ours), tuple(ours.shape), ours.stride()) == (kind_of(theirs), tuple(theirs.shape), theirs.stride())


@pytest.mark.parametrize(("text", "match"), WRONG)
def test_creation_refuses(text: str, match: str) -> None:
    with pytest.raises(Exception) as theirs:
        run(text, torch)
    with pytest.raises(theirs.type, match=match):
        run(text, sg)


def test_range_warns_as_torch() -> None:
    with pytest.warns(UserWarning, match="range is deprecated"):
        sg.range(1, 3)


def test_frombuffer_shares_memory_that_can_be_written() -> None:
    memory = bytearray([1, 2])
    sg.frombuffer(memory, dtype=sg.uint8).fill_(7)
    assert memory == bytearray([7, 7])
    with pytest.warns(UserWarning, match="not writable"):
        sg.frombuffer(b"ab", dtype=sg.uint8).fill_(7)


def test_dlpack_shares_memory_both_ways() -> None:
    a = np.zeros(3, np.float32)
    sg.from_dlpack(a)[0] = 1.0
    theirs = torch.from_dlpack(sg.from_dlpack(a))
    theirs[1] = 2.0
    sg.from_dlpack(torch.utils.dlpack.to_dlpack(theirs))[2] = 3.0
    assert a.tolist() == [1.0, 2.0, 3.0]
    x = sg.tensor([1.0, 2.0])
    np.from_dlpack(x)
    assert x.__dlpack_device__() == tuple(torch.ones(1).__dlpack_device__())
    y = sg.from_dlpack(x)
    y[0] = 5.0
    assert x[0] == 5.0
    assert sg.from_dlpack(x, copy=True).data_ptr() != x.data_ptr()


@pytest.mark.parametrize("first", KINDS)
def test_types_meet_as_in_torch(first: str) -> None:
    for second in KINDS:
        ours = [getattr(sg, first), getattr(sg, second)]
        theirs = [getattr(torch, first), getattr(torch, second)]
        assert sg.promote_types(*ours).name == str(torch.promote_types(*theirs)).split(".")[1]
        assert sg.can_cast(*ours) is torch.can_cast(*theirs)
        for shapes in (((2,), (2,)), ((2,), ()), ((), (2,)), ((), ())):
            pair = [sg.zeros(s, dtype=d) for s, d in zip(shapes, ours, strict=True)]
            other = [torch.zeros(s, dtype=d) for s, d in zip(shapes, theirs, strict=True)]
            expected = str(torch.result_type(*other)).split(".")[1]
            assert sg.result_type(*pair).name == expected or expected == "complex32", (second, shapes)


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_meet_tensors_as_in_torch(kind: str) -> None:
    for number in (True, 2, 2.5, 1j):
        for shape in ((2,), ()):
            ours = sg.result_type(sg.zeros(shape, dtype=getattr(sg, kind)), number)
            theirs = torch.result_type(torch.zeros(shape, dtype=getattr(torch, kind)), number)
            if kind in ("float16", "bfloat16") and number == 1j:
                continue  # PyTorch has a complex type of half precision
            assert ours.name == str(theirs).split(".")[1]
    for a, b in itertools.product((True, 2, 2.5, 1j), repeat=2):
        assert sg.result_type(a, b).name == str(torch.result_type(a, b)).split(".")[1]


@pytest.mark.parametrize("kind", KINDS[1:])
def test_limits_equal_torch(kind: str) -> None:
    which = "iinfo" if "int" in kind else "finfo"
    ours, theirs = getattr(sg, which)(getattr(sg, kind)), getattr(torch, which)(getattr(torch, kind))
    names = [n for n in dir(theirs) if not n.startswith("_")]
    assert [n for n in dir(ours) if not n.startswith("_")] == names
    assert [getattr(ours, n) for n in names] == [getattr(theirs, n) for n in names]
    assert [type(getattr(ours, n)) for n in names] == [type(getattr(theirs, n)) for n in names]
    assert repr(ours) == repr(theirs)
    assert ours == getattr(sg, which)(getattr(sg, kind))
    assert ours != sg.iinfo(sg.int16 if kind != "int16" else sg.int8)


def test_limits_of_python_types_equal_torch() -> None:
    assert repr(sg.finfo()) == repr(torch.finfo())
    assert repr(sg.finfo(float)) == repr(torch.finfo(float))
    assert repr(sg.iinfo(int)) == repr(torch.iinfo(int))


@pytest.mark.parametrize("kind", KINDS)
def test_type_attributes_equal_torch(kind: str) -> None:
    ours, theirs = getattr(sg, kind), getattr(torch, kind)
    for name in ("is_floating_point", "is_complex", "is_signed", "itemsize"):
        assert getattr(ours, name) == getattr(theirs, name)
    assert ours.to_real().name == str(theirs.to_real()).split(".")[1]
    assert sg.typename(sg.zeros(1, dtype=ours)) == torch.typename(torch.zeros(1, dtype=theirs)).replace(
        "torch", "seedgrad"
    )
    if kind in ("float32", "float64", "complex64"):
        assert ours.to_complex().name == str(theirs.to_complex()).split(".")[1]


def test_typename_of_objects() -> None:
    for made in (3, int, "a", [1], np.zeros(1)):
        assert sg.typename(made) == torch.typename(made)
    assert sg.typename(sg.nn.Linear(1, 1)) == "seedgrad.nn.linear.Linear"


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float64"])
def test_default_type_is_that_of_new_tensors(kind: str) -> None:
    text = "m.tensor(1.5) m.zeros(2) m.rand(2) m.arange(2.0) m.linspace(0,1,3) m.hann_window(4) m.tensor([1])/2"
    sg.set_default_dtype(getattr(sg, kind))
    torch.set_default_dtype(getattr(torch, kind))
    try:
        for one in text.split():
            assert kind_of(run(one, sg)) == kind_of(run(one, torch)), one
    finally:
        sg.set_default_dtype(sg.float32)
        torch.set_default_dtype(torch.float32)


def test_gradient_of_vander_is_that_of_powers() -> None:
    x = np.array([0.0, 1.5, -2.0])
    ours = sg.tensor(x, requires_grad=True)
    theirs = torch.tensor(x, requires_grad=True)
    powers = torch.stack([theirs**k for k in (3, 2, 1, 0)], 1)
    for made, leaf in ((sg.vander(ours, 4), ours), (powers, theirs)):
        (made * made).sum().backward()
        assert leaf.grad is not None
    np.testing.assert_allclose(ours.grad.array, theirs.grad.numpy())


def test_segments_refuse_lengths_that_are_not_whole() -> None:
    with pytest.raises(NotImplementedError, match="not implemented for lengths of type"):
        sg.segment_reduce(sg.ones(4), "sum", lengths=sg.tensor([2.0, 2.0]))
