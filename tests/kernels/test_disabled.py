"""Where numba is told not to compile (NUMBA_DISABLE_JIT=1), NumPy computes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("numba")
PROGRAM = """
import seedgrad as sg
x = sg.linspace(-2, 2, 40_000).view(200, 200).requires_grad_()
w = sg.ones(200, 200, requires_grad=True)
step = sg.compile(lambda: sg.nn.functional.linear(x.tanh(), w).relu().sum())
(step() + step()).backward()
optimizer = sg.optim.Adam([x, w])
optimizer.step()
print(float(x.grad.abs().sum()) > 0, float(w.grad.abs().sum()) > 0)
"""


def test_everything_runs_without_compiled_kernels() -> None:
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "True True", done.stderr
    assert done.stderr == ""
