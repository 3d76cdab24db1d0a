"""What Python and NumPy ask of a tensor, compared with PyTorch."""

from __future__ import annotations

import re

import pytest

from .expressions import refused, same

SAME = """
L.bool().tril()
F.pad(L.bool(),(1,1),value=True)
F.pad(L.bool(),(1,1))
s.item()
I(3).item()
I(True).item()
c[0].item()
s.bfloat16().item()
s.half().item()
I([[3.5]]).item()
c.tolist()
M.bfloat16().tolist()
s.tolist()
L.bool().tolist()
m.zeros(0).tolist()
m.zeros(2,0).tolist()
np.array(M)
np.asarray(M,dtype=np.int32)
np.array(M,copy=True)
M.requires_grad_().numpy(force=True)
M.numpy()
3. in M
9 in M
s in M
M in M
[1][I(0)]
[1,2][b[0]]
list(range(5))[I([2]):]
complex(c[0])
complex(s)
float(s)
int(s)
int(I(True))
int(I([3]))
bool(c[1])
bool(I([[0.]]))
f"{s:.3f}"
f"{M}"
f"{I(3):5d}"
f"{s}"
f"{c[0]:.2f}"
format(I(True))
'%s' % I(3)
'%d' % I(3)
'%.2f' % s
len(M)
list(M)
list(reversed(v))
list(reversed(M))
copy.deepcopy(M)
copy.deepcopy(M.requires_grad_()).requires_grad
copy.copy(M)
copy.deepcopy([v,v[1:]])[1]
pickle.loads(pickle.dumps(M))
pickle.loads(pickle.dumps(M.t()))
pickle.loads(pickle.dumps(M.bfloat16()))
pickle.loads(pickle.dumps(c))
pickle.loads(pickle.dumps(M.requires_grad_())).requires_grad
pickle.loads(pickle.dumps(m.float32)) is m.float32
pickle.loads(pickle.dumps(m.device('cpu')))
pickle.loads(pickle.dumps(m.channels_last)) is m.channels_last
M.element_size()
M.bfloat16().element_size()
c.element_size()
M.nbytes
M.itemsize
M.dtype.itemsize
m.bool.itemsize
m.complex128.itemsize
L.bool().is_signed()
M.is_floating_point()
m.is_complex(c)
M.adjoint()
F.pad(L.bool(),(1,0),'circular')
"""

# What is refused, and a part of our text.
REFUSED = [
    ("M.item()", "a Tensor with 6 elements cannot be converted to Scalar"),
    ("M.requires_grad_().numpy()", "on Tensor that requires grad. Use tensor.detach"),
    ("np.array(M.requires_grad_())", "on Tensor that requires grad. Use tensor.detach"),
    ("'a' in M", "Tensor.__contains__ only supports Tensor or number, got str"),
    ("None in M", "Tensor.__contains__ only supports Tensor or number, got None"),
    ("[1][s]", "only integer tensors of a single element can be converted to"),
    ("complex(M)", "only one element tensors can be converted to Python scalars,"),
    ("float(c[0])", "value cannot be converted to type float without overflow:"),
    ("int(c[0])", "value cannot be converted to type int without overflow:"),
    ("float(M)", "only one element tensors can be converted to Python scalars,"),
    ("bool(M)", "Boolean value of Tensor with more than one value is ambiguou"),
    ("bool(m.zeros(0))", "Boolean value of Tensor with no values is ambiguous"),
    ('f"{M:.2f}"', "unsupported format string passed to Tensor.__format__: '.2f'"),
    ('f"{I([2.5]):.2f}"', "unsupported format string passed to Tensor.__format__: '.2f'"),
    ("len(s)", "of a 0-d tensor"),
    ("list(s)", "iteration over a 0-d tensor"),
    ("list(reversed(s))", "0-d tensor"),
    ("copy.deepcopy(M.requires_grad_()*1)", "support the deepcopy protocol at the moment. Use x.detach"),
    ("F.pad(L.bool(),(1,0),'reflect')", "reflect padding is not implemented for bool tensors. Convert"),
    ("F.pad(L.bool(),(1,0),'replicate')", "replicate padding is not implemented for bool tensors. Conve"),
]


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("text", SAME.strip().splitlines())
def test_same_as_pytorch(text: str) -> None:
    same(text)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize(("text", "part"), REFUSED)
def test_refused_as_in_pytorch(text: str, part: str) -> None:
    refused(text, re.escape(part))
