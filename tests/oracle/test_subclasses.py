"""Users' classes of tensors.

They are defined in a process of their own: once there is one, all ops take the general way.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import copy, io, pickle, sys
import {package} as p
F = p.nn.functional

class M(p.Tensor):
    def twice(self):
        return self * 2
class N(M): pass
class O(p.Tensor): pass
class Own(p.nn.Parameter): pass

def name(x): return type(x).__name__

m = M([1.0, 2.0])
n, o, plain = p.ones(2).as_subclass(N), p.ones(2).as_subclass(O), p.ones(2)
for x in (m + 1, 1 - m, m * plain, plain * m, m.sum(), m.twice(), m[0], m.max(0)[0], p.stack([m, m]), p.cat([plain, m]),
          p.exp(m), F.relu(m), F.softmax(m, 0), F.mse_loss(m, plain), m == m, m.long(), m.detach(), m.data, m.clone(), m.t(),
          m.reshape(2, 1) @ m.reshape(1, 2), n + m, m + n, m.split(1)[1], -m, m.requires_grad_(), m.exp(), m * m,
          F.layer_norm(m, (2,)), p.where(m > 1, m, plain), F.linear(m, p.ones(3, 2)), m.to(p.float64), m.view(2, 1),
          p.nn.Parameter(plain) * 2, p.nn.Parameter(plain) * m, Own(plain), Own(plain) * 2, m.cumsum(0), m.sort()[0]):
    print(name(x))
try:
    o + m
except TypeError:
    print("TypeError")
m.label = "a"
print(hasattr(m + 1, "label"), m.label)
print(repr(M([1.0, 2.0])), repr(n), str(M([[1.0, 2.0], [3.0, 4.0]])))
q = p.ones(2, requires_grad=True)
s = q.as_subclass(M)
print(s.requires_grad, s.is_leaf, s.data_ptr() == q.data_ptr())
(s * s).sum().backward()
print(name(q.grad), q.grad.tolist())
leaf = M([1.0, 2.0]).requires_grad_()
(leaf * leaf).sum().backward()
print(name(leaf.grad), leaf.grad.tolist())
z = p.ones(2)
z += n
print(z.tolist())
print(name(copy.copy(m)), name(pickle.loads(pickle.dumps(plain))))
for bad in (int, 3):
    try:
        plain.as_subclass(bad)
    except TypeError as error:
        print("TypeError")
print(name(plain.as_subclass(p.Tensor)), isinstance(m, p.Tensor))
model = p.nn.Linear(2, 1)
loss = model(M([[1.0, 2.0]])).sum()
loss.backward()
print(name(loss), name(model.weight.grad), model.weight.grad.tolist())
with p.no_grad():
    print(name(m + 1))
"""


def _output(package: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("{package}", package)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_as_in_pytorch() -> None:
    assert _output("seedgrad") == _output("torch")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("__slots__ = ('a',)", "can't have __slots__"),
        ("def __torch_function__(self): pass", "are not called here"),
    ],
)
def test_classes_that_are_refused(body: str, error: str) -> None:
    code = f"import seedgrad as sg\nclass M(sg.Tensor):\n    {body}\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert error in done.stderr
