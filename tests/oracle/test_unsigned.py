"""The unsigned types of 16, 32 and 64 bits: what PyTorch can do with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import seedgrad as sg

# A program gets the package, two tensors [1, 2, 3] and [2, 2, 2], and the type.
PROGRAMS: dict[str, Callable[..., Any]] = {
    "mul": lambda p, x, y, d: x * y,
    "div": lambda p, x, y, d: x / y,
    "eq": lambda p, x, y, d: x == y,
    "and": lambda p, x, y, d: x & y,
    "or": lambda p, x, y, d: x | y,
    "xor": lambda p, x, y, d: x ^ y,
    "sum": lambda p, x, y, d: x.sum(),
    "prod": lambda p, x, y, d: x.prod(),
    "mean": lambda p, x, y, d: x.float().mean(),
    "sort": lambda p, x, y, d: x.sort()[0],
    "cumsum": lambda p, x, y, d: x.cumsum(0),
    "exp": lambda p, x, y, d: x.exp(),
    "addf": lambda p, x, y, d: x + 1.5,
    "addi64": lambda p, x, y, d: x + p.tensor([1, 1, 1]),
    "addi32": lambda p, x, y, d: x + p.tensor([1, 1, 1], dtype=p.int32),
    "addu8": lambda p, x, y, d: x + p.tensor([1, 1, 1], dtype=p.uint8),
    "addf32": lambda p, x, y, d: x + p.ones(3),
    "addbool": lambda p, x, y, d: x + p.tensor([True, False, True]),
    "cat": lambda p, x, y, d: p.cat([x, y]),
    "stack": lambda p, x, y, d: p.stack([x, y]),
    "idx": lambda p, x, y, d: x[1:],
    "maskidx": lambda p, x, y, d: x[p.tensor([True, False, True])],
    "intidx": lambda p, x, y, d: x[p.tensor([0, 1])],
    "as index": lambda p, x, y, d: p.ones(4)[x],
    "fill": lambda p, x, y, d: x.clone().fill_(7),
    "zeros": lambda p, x, y, d: p.zeros(2, dtype=d),
    "ones": lambda p, x, y, d: p.ones(2, dtype=d),
    "full": lambda p, x, y, d: p.full((2,), 3, dtype=d),
    "tofloat": lambda p, x, y, d: x.float(),
    "toint": lambda p, x, y, d: x.long(),
    "fromneg": lambda p, x, y, d: p.tensor([-1]).to(d),
    "view": lambda p, x, y, d: x.view(p.uint8),
    "numpy": lambda p, x, y, d: str(x.numpy().dtype),
    "item": lambda p, x, y, d: x[0].item(),
    "repr": lambda p, x, y, d: repr(x).replace("seedgrad", "torch"),
    "iinfo": lambda p, x, y, d: p.iinfo(d).max,
    "promote": lambda p, x, y, d: p.promote_types(d, p.int8),
    "can_cast": lambda p, x, y, d: p.can_cast(d, p.int64),
    "bool": lambda p, x, y, d: x.bool(),
    "any": lambda p, x, y, d: x.any(),
    "all": lambda p, x, y, d: x.all(),
    "unique": lambda p, x, y, d: x.unique(),
    "equal": lambda p, x, y, d: p.equal(x, y),
    "copy_": lambda p, x, y, d: x.clone().copy_(y),
    "roll": lambda p, x, y, d: x.roll(1),
    "repeat": lambda p, x, y, d: x.repeat(2),
    "req": lambda p, x, y, d: x.requires_grad_(),
    "from_numpy": lambda p, x, y, d: p.from_numpy(x.numpy()),
    "signed": lambda p, x, y, d: (d.is_signed, d.itemsize, d.is_floating_point),
    "type": lambda p, x, y, d: x.type(),
    "c64": lambda p, x, y, d: str(p.promote_types(d, p.complex64)),
    "randint": lambda p, x, y, d: str(p.randint(0, 2, (1,), dtype=d).dtype).split(".")[1],
    "large": lambda p, x, y, d: p.tensor([p.iinfo(d).max], dtype=d),
    "neg literal": lambda p, x, y, d: p.tensor([-1], dtype=d),
    "like": lambda p, x, y, d: p.zeros_like(x),
    "new": lambda p, x, y, d: x.new_tensor([3]),
    "u8->": lambda p, x, y, d: p.tensor([3], dtype=p.uint8).to(d),
    "float->": lambda p, x, y, d: p.tensor([3.7]).to(d),
    "isub": lambda p, x, y, d: x.clone().mul_(2),
}


def _result(p: Any, program: Callable[..., Any], name: str) -> Any:
    kind = getattr(p, name)
    try:
        r = program(p, p.tensor([1, 2, 3], dtype=kind), p.tensor([2, 2, 2], dtype=kind), kind)
    except Exception as error:
        return type(error)
    return (r.tolist(), str(r.dtype).split(".")[1]) if isinstance(r, p.Tensor) else str(r).replace("seedgrad", "torch")


@pytest.mark.parametrize("kind", ["uint16", "uint32", "uint64"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_as_in_pytorch(name: str, kind: str) -> None:
    mine, theirs = (_result(p, PROGRAMS[name], kind) for p in (sg, torch))
    if name == "exp":
        assert mine[0] == pytest.approx(theirs[0]) and mine[1] == theirs[1]
    else:
        assert mine == theirs


@pytest.mark.parametrize("kind", ["uint16", "uint32", "uint64"])
def test_what_pytorch_lacks_is_computed(kind: str) -> None:
    x = sg.tensor([3, 1], dtype=getattr(sg, kind))
    assert (x + x).tolist() == [6, 2] and (x < 2).tolist() == [False, True] and x.max().item() == 3
    with pytest.raises(RuntimeError, match="Promotion for uint16, uint32, uint64 types is not supported"):
        x + sg.tensor([1, 1])


def test_half_complex_numbers_are_refused_with_a_hint() -> None:
    for name in ("complex32", "chalf"):
        with pytest.raises(AttributeError, match="use complex64"):
            getattr(sg, name)
