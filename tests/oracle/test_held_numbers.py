"""Numbers that are written into tensors: which an element type holds, and as what, as in PyTorch."""

from __future__ import annotations

import re

import pytest

from .expressions import refused, same

SAME = """
I(False).scatter_add(0,I(0),I(True))
I(False).scatter(0,I(0),I(True),reduce='add')
I([[True,False],[False,False]]).index_add(-1,I([0,1]),I([[True,True],[True,False]]),alpha=False)
I([[True,False],[False,False]]).index_add(-1,I([0,1]),I([[True,True],[True,False]]),alpha=True)
m.full((2,),-255,dtype=m.uint8)
m.full_like(I([1],dtype=m.uint8),-9)
I([1],dtype=m.uint8).fill_(-9)
I([1,2],dtype=m.uint8).masked_fill(b,-3)
I([1,2],dtype=m.uint8).index_fill(0,I([0]),-1)
I([1,2],dtype=m.uint8).scatter(0,I([0]),-3)
m.full((2,),65504.0,dtype=m.float16)
m.full((2,),-float("inf"),dtype=m.float16)
m.full((2,),1j,dtype=m.bool)
m.full((2,),float("inf"))
m.full((2,3),2+1j,dtype=m.complex64)
I([True]).fill_(1j)
m.add(b,True,alpha=2)
m.add(b,True,alpha=0)
F.mse_loss(s.double(),M,reduction='none')
F.l1_loss(M,s.double())
F.huber_loss(s.double(),M.half(),reduction='sum')
F.smooth_l1_loss(M,s.double(),reduction='none')
F.smooth_l1_loss(c,c*2,beta=0.0)
"""

REFUSED = [
    ("m.full((1,),200,dtype=m.int8)", "full: value 200 cannot be converted to type seedgrad.int8 without overflow"),
    ("m.full((1,),-256,dtype=m.uint8)", "cannot be converted to type seedgrad.uint8 without overflow"),
    ("m.full((1,),-9.5,dtype=m.uint8)", "cannot be converted to type seedgrad.uint8 without overflow"),
    ("m.full((1,),float('nan'),dtype=m.int32)", "cannot be converted to type seedgrad.int32 without overflow"),
    ("m.full((1,),1e300,dtype=m.float32)", "cannot be converted to type seedgrad.float32 without overflow"),
    ("m.full((1,),1j,dtype=m.float32)", "value 1j cannot be converted to type seedgrad.float32 without overflow"),
    ("m.full_like(L,1j)", "full_like: value 1j cannot be converted to type seedgrad.int64 without overflow"),
    ("L.int().new_full((2,),2**40)", "new_full: value 1099511627776 cannot be converted to type seedgrad.int32"),
    ("m.full((2,),1e5,dtype=m.float16)", "cannot be converted to type seedgrad.float16 without overflow"),
    ("M.half().masked_fill(M>2,-1e9)", "cannot be converted to type seedgrad.float16 without overflow"),
    ("M.bfloat16().fill_(3.4e38)", "cannot be converted to type seedgrad.bfloat16 without overflow"),
    ("c.fill_(1e300)", "cannot be converted to type seedgrad.complex64 without overflow"),
    ("M.fill_(1e300)", "fill_: value 1e+300 cannot be converted to type seedgrad.float32 without overflow"),
    ("L.int().scatter(0,I([[0]]),2**40)", "scatter: value 1099511627776 cannot be converted to type seedgrad.int32"),
]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("text", SAME.strip().splitlines())
def test_held_as_in_pytorch(text: str) -> None:
    same(text)


@pytest.mark.parametrize(("text", "part"), REFUSED)
def test_refused_as_in_pytorch(text: str, part: str) -> None:
    refused(text, re.escape(part))
