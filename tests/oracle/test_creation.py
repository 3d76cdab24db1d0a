"""Functions that make tensors, against PyTorch: the same expression is run on both."""

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

SAME = """
m.tensor([torch_or_sg.tensor(1), 2.5])
m.tensor([True, 2])
m.tensor([True, 2.0])
m.tensor([])
m.tensor([[], []])
m.tensor(())
m.tensor(range(3))
m.tensor([1j, 2])
m.tensor([1, 2, 3.5, True])
m.tensor([1e400])
m.tensor(1.5, dtype=m.int64)
m.tensor([True, 2], dtype=m.bool)
m.tensor([0.1], dtype=m.float64)
m.tensor([], dtype=m.int64)
m.tensor(np.float64(1))
m.tensor([np.float64(1)])
m.tensor([np.float32(1), 2])
m.tensor([np.int32(1)])
m.tensor([np.int32(1), 2])
m.tensor([np.ones(2), np.ones(2)])
m.tensor([m.ones(1), m.ones(1)])
m.tensor([m.ones((), dtype=m.float64), 1])
m.tensor(np.arange(3, dtype=np.int16))
m.tensor([1.0], requires_grad=True)
m.as_tensor([1.0, 2])
m.as_tensor(m.ones(2), dtype=m.float64)
m.as_tensor(np.ones(2), dtype=m.float32)
m.asarray([1, 2])
m.asarray(m.ones(2), copy=True)
m.asarray(m.ones(2, requires_grad=True))
m.asarray(np.ones(2), dtype=m.float32)
m.zeros((2, 3))
m.zeros([2])
m.zeros(())
m.zeros(2, dtype=m.int32)
m.zeros(size=(2,))
m.zeros(m.tensor(2), 3)
m.ones(2, 0)
m.full((2,), 1)
m.full((2,), 1.5)
m.full((2,), True)
m.full((2,), 1j)
m.full((2,), 1, dtype=m.float64)
m.full((2,), m.tensor(3.0))
m.zeros_like(m.tensor([1, 2]))
m.ones_like(m.ones(2), dtype=m.int64)
m.full_like(m.ones(2, dtype=m.int64), 1.5)
m.ones(2).new_zeros(3)
m.ones(2).new_ones(2, 3)
m.ones(2).new_full((2,), 3)
m.ones(2).new_tensor([1, 2])
m.ones(2, dtype=m.int64).new_tensor([1.5])
m.arange(5)
m.arange(1, 2, 0.3)
m.arange(5.0)
m.arange(5, 1, -2)
m.arange(3, 3)
m.arange(2.5, dtype=m.int64)
m.arange(3, dtype=m.float16)
m.arange(m.tensor(3))
m.linspace(0, 1, 5)
m.linspace(0, 10, 4, dtype=m.int64)
m.linspace(3, 0, 1)
m.linspace(0, 1, 0)
m.logspace(0, 2, 3)
m.logspace(0, 3, 4, base=2)
m.eye(2, 3)
m.eye(3, dtype=m.bool)
m.tril_indices(3, 3, -1)
m.triu_indices(2, 3, offset=1)
m.meshgrid(m.arange(2), m.arange(3), indexing='ij')[1]
m.meshgrid(m.arange(2), m.arange(3), indexing='xy')[0]
m.meshgrid(m.tensor(1), m.arange(2), indexing='ij')[0]
""".strip().splitlines()

WRONG = [
    ("m.tensor([[1, 2], [3]])", r"expected sequence of length 2 at dim 1 \(got 1\)"),
    ("m.tensor([[1, 2], 3])", "not a sequence"),
    ("m.tensor([1, [2]])", "can't stand beside numbers"),
    ("m.tensor(None)", "Could not infer dtype of NoneType"),
    ("m.tensor({1: 2})", "Could not infer dtype of dict"),
    ("m.tensor('a')", "invalid data type 'str'"),
    ("m.tensor(['a'])", "too many dimensions 'str'"),
    ("m.tensor([b'a'])", "invalid data type 'bytes'"),
    ("m.tensor([m.ones(2), m.ones(2)])", "only one element tensors.*Use seedgrad.stack"),
    ("m.tensor(2**63)", "Overflow when unpacking long long"),
    ("m.tensor([2**40], dtype=m.int8)", "cannot be converted to type int8 without overflow"),
    ("m.tensor(300, dtype=m.uint8)", "cannot be converted to type uint8 without overflow"),
    ("m.tensor([float('nan')], dtype=m.int64)", "cannot be converted to type int64 without overflow"),
    ("m.tensor([1j], dtype=m.float32)", "must be real number, not complex"),
    ("m.tensor(1, requires_grad=True)", "only Tensors of floating point and complex dtype can require gradients"),
    ("m.tensor(np.array(['a']))", "can't convert an array of type"),
    ("m.from_numpy([1])", r"expected np.ndarray \(got list\)"),
    ("m.asarray([1.0], copy=False)", "can't alias arbitrary sequence"),
    ("m.asarray(np.ones(2), dtype=m.float32, copy=False)", "can't alias float64 memory"),
    ("m.zeros()", "missing 1 required positional argument"),
    ("m.zeros(2.0)", "must be a tuple of ints, not float"),
    ("m.zeros(True)", "must be a tuple of ints, not bool"),
    ("m.zeros(-1)", "Dimension size must be non-negative"),
    ("m.zeros_like([1])", "must be a Tensor, not list"),
    ("m.full(2, 1)", "must be tuple of ints, not int"),
    ("m.full((2,), 'a')", "must be Number, not str"),
    ("m.arange(5, 1)", "inconsistent with step sign: 5 to 1 in steps of 1"),
    ("m.arange(0, 5, 0)", "step must be nonzero"),
    ("m.arange(0, 1, 0.1, dtype=m.int64)", "step must be nonzero: 0.1 becomes 0"),
    ("m.arange(1, float('nan'))", "unsupported range: 1 -> nan"),
    ("m.linspace(0, 1, -1)", "number of steps must be non-negative"),
    ("m.linspace(0, 1, 2.5)", "argument 'steps' must be int, not float"),
    ("m.linspace(0, 1, 3, dtype=m.bool)", "not implemented for bool"),
    ("m.eye(-1)", "n must be greater or equal to 0, got -1"),
    ("m.meshgrid(m.arange(2), m.ones(3), indexing='ij')", "to have the same dtype"),
    ("m.meshgrid(m.arange(2), [1], indexing='ij')", "expected Tensor as element 1"),
    ("m.meshgrid(m.ones(2, 2), indexing='ij')", "expected 0-d or 1-d tensors"),
    ("m.meshgrid(m.arange(2), indexing='ab')", 'indexing must be one of "xy" or "ij"'),
    ("m.zeros(2, dtype=m.float32, device='tpu')", "at start of device string: 'tpu'"),
    ("m.rand(2, dtype=m.int64)", "not implemented for int64"),
    ("m.randn_like(m.ones(2, dtype=m.int64))", "not implemented for int64"),
    ("m.randint(5, 2, (2,))", "from=5 >= to=2"),
    ("m.randint(5)", r"randint\(\) takes \(high, size\)"),
    ("m.randint(0, 300, (2,), dtype=m.uint8)", "out of bounds for uint8"),
    ("m.randperm(-1)", "n must be non-negative"),
    ("m.normal(m.zeros(2), -1.0)", "std >= 0.0"),
    ("m.normal(m.zeros(2), m.tensor([1.0, -1.0]))", "std >= 0.0"),
    ("m.normal(2.0, 3.0)", "needs a size"),
    ("m.normal(m.arange(3), 1.0)", "not implemented for int64"),
    ("m.bernoulli(m.tensor([2.0]))", r"p to be in \[0, 1\]"),
    ("m.bernoulli(m.ones(2, dtype=m.int64))", "not implemented for int64"),
    ("m.multinomial(m.zeros(2), 1)", "sum of probabilities <= 0"),
    ("m.multinomial(m.ones(2, 3), 4)", "without replacement: 4 of 3"),
    ("m.multinomial(m.ones(2, 3, 1), 1)", "must be 1 or 2 dim"),
    ("m.multinomial(m.ones(3, dtype=m.int64), 1)", "only supports floating-point"),
    ("m.multinomial(m.ones(3), 0)", "n_sample <= 0"),
    ("m.multinomial(m.tensor([1.0, -1.0]), 1)", "element < 0"),
    ("m.ones(3).uniform_(2, 1)", "from=2 > to=1"),
    ("m.ones(3).normal_(0, -1)", "std >= 0.0"),
    ("m.ones(3, dtype=m.int64).uniform_()", "not implemented for int64"),
    ("m.ones(3).bernoulli_(2)", r"p to be in \[0, 1\], but got p=2"),
    ("m.ones(3).exponential_(-1)", "lambda > 0.0"),
    ("m.ones(3).random_(5, 3)", "from=5 >= to=3"),
]


def run(text: str, module: Any) -> Any:
    return eval(text, {"m": module, "np": np, "torch_or_sg": module})


@pytest.mark.filterwarnings("ignore::UserWarning")  # PyTorch's, about lists of arrays and about asarray
@pytest.mark.parametrize("text", SAME)
def test_creation_equals_torch(text):
    ours, theirs = run(text, sg), run(text, torch)
    assert str(ours.dtype).split(".")[1] == str(theirs.dtype).split(".")[1]
    assert tuple(ours.shape) == tuple(theirs.shape)
    assert ours.requires_grad == theirs.requires_grad
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-6)


@pytest.mark.parametrize(("text", "match"), WRONG)
def test_creation_refuses(text, match):
    with pytest.raises(Exception) as theirs:
        run(text, torch)
    with pytest.raises(theirs.type, match=match):
        run(text, sg)


@pytest.mark.filterwarnings("default")
def test_tensor_of_a_tensor_warns_and_copies():
    x = sg.ones(2)
    with pytest.warns(UserWarning, match="source.detach"):
        y = sg.tensor(x)
    y[0] = 5.0
    assert x.tolist() == [1.0, 1.0]


def test_tensor_copies_arrays_and_from_numpy_shares_them():
    a = np.zeros(2, np.float32)
    copied, shared = sg.tensor(a), sg.from_numpy(a)
    a[0] = 7.0
    assert copied.tolist() == [0.0, 0.0]
    assert shared.tolist() == [7.0, 0.0]
    assert sg.as_tensor(shared) is shared


def test_zeros_like_keeps_memory_order():
    assert sg.zeros_like(sg.zeros(2, 3).T).stride() == torch.zeros_like(torch.zeros(2, 3).T).stride()
    wide = (sg.zeros(2, 1, 3).expand(2, 4, 3), torch.zeros(2, 1, 3).expand(2, 4, 3))
    assert sg.zeros_like(wide[0]).stride() == torch.zeros_like(wide[1]).stride()
    sg.zeros_like(wide[0]).fill_(1.0)  # its elements have places of their own
