"""Programs written for PyTorch, run in processes of their own in which `torch` is seedgrad."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest


def run(folder: Path, program: str, *arguments: str, module: bool = True) -> subprocess.CompletedProcess[str]:
    path = folder / "program.py"
    path.write_text(textwrap.dedent(program), encoding="utf-8")
    command = [sys.executable, "-W", "ignore", *(["-m", "seedgrad.torch"] if module else []), str(path), *arguments]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=folder, timeout=300
    )


def good(folder: Path, program: str, *arguments: str) -> list[str]:
    done = run(folder, program, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_training_program(tmp_path):
    lines = good(
        tmp_path,
        """
        import argparse
        import torch
        import torch.nn as nn
        import torch.nn.functional as F
        import torch.optim as optim
        from torch.optim.lr_scheduler import StepLR
        from torch.utils.data import DataLoader, TensorDataset

        parser = argparse.ArgumentParser()
        parser.add_argument("--epochs", type=int, default=1)
        args = parser.parse_args()
        use_cuda = torch.cuda.is_available()
        device = torch.device("cuda" if use_cuda else "mps" if torch.backends.mps.is_available() else "cpu")
        torch.manual_seed(1)
        torch.backends.cudnn.deterministic = True
        torch.set_float32_matmul_precision("high")

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(1, 4, 3)
                self.fc1 = nn.Linear(4 * 6 * 6, 3)

            def forward(self, x):
                return F.log_softmax(self.fc1(torch.flatten(F.relu(self.conv1(x)), 1)), dim=1)

        x = torch.randn(32, 1, 8, 8)
        y = (x.mean((1, 2, 3)) > 0).long()
        loader = DataLoader(TensorDataset(x, y), batch_size=8, shuffle=True)
        model = torch.compile(Net().to(device))
        optimizer = optim.Adadelta(model.parameters(), lr=1.0)
        scheduler = StepLR(optimizer, step_size=1, gamma=0.7)
        first = last = None
        for epoch in range(args.epochs):
            for data, target in loader:
                data, target = data.to(device), target.to(device)
                optimizer.zero_grad()
                loss = F.nll_loss(model(data), target)
                loss.backward()
                optimizer.step()
                first = first or loss.item()
                last = loss.item()
            scheduler.step()
        print(last < first, device, loss.dtype, x.shape, model.fc1.weight.dtype)
        print(x.type(), isinstance(y, torch.LongTensor), torch.is_tensor(x), torch.__version__[:4])
        torch.save(model.state_dict(), "net.pt")
        model.load_state_dict(torch.load("net.pt", map_location=device, weights_only=True))
        values, indices = torch.max(torch.tensor([[1.0, 3.0]]), dim=1)
        print(values, indices, torch.sort(torch.tensor([2.0, 1.0])).indices)
        """,
        "--epochs",
        "6",
    )
    assert lines[0] == "True cpu torch.float32 torch.Size([32, 1, 8, 8]) torch.float32"
    assert lines[1] == "torch.FloatTensor True True 2.13"
    assert lines[2] == "tensor([3.]) tensor([1]) tensor([1, 0])"


def test_names_that_programs_patch(tmp_path):
    lines = good(
        tmp_path,
        """
        import torch
        import torch.nn as nn
        import torch.nn.functional as F
        import seedgrad

        old = torch.randn
        torch.randn = lambda *s, **k: torch.zeros(*s)
        print(torch.randn(2), seedgrad.randn(2))
        torch.randn = old
        F.relu = lambda x, inplace=False: x + 100
        print(F.relu(torch.zeros(1)), nn.functional.relu(torch.zeros(1)))
        nn.Dropout.forward = lambda self, x: x * 0
        print(nn.Dropout()(torch.ones(2)))
        torch.mine = 3
        print(torch.mine, hasattr(seedgrad, "mine"))
        step = torch.optim.SGD.step
        torch.optim.SGD.step = lambda self, closure=None: print("step")
        torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=1.0).step()
        """,
    )
    assert lines == [
        "tensor([0., 0.]) tensor([0., 0.])",
        "tensor([100.]) tensor([100.])",
        "tensor([0., 0.])",
        "3 False",
        "step",
    ]


def test_devices_switches_and_refusals(tmp_path):
    lines = good(
        tmp_path,
        """
        import torch, warnings
        from torch.cuda.amp import GradScaler
        from torch import amp, hub, jit, distributed as dist
        from torch.autograd import Variable

        def refused(f):
            try:
                f()
                print("nothing")
            except Exception as error:
                print(type(error).__name__, str(error)[:60])

        refused(lambda: torch.ones(1).cuda())
        refused(lambda: torch.cuda.synchronize())
        refused(lambda: hub.load("a", "b"))
        refused(lambda: torch.jit.load("x"))
        refused(lambda: torch.onnx.export(None))
        refused(lambda: dist.init_process_group("gloo", world_size=2, rank=0))
        refused(lambda: torch.save(torch.nn.Linear(1, 1), "x"))
        refused(lambda: torch.load("x", map_location="cuda"))
        refused(lambda: torch.utils.tensorboard.SummaryWriter)
        print(torch.cuda.device_count(), torch.cuda.is_available(), torch.accelerator.is_available())
        dist.init_process_group("gloo", world_size=1, rank=0)
        model = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(2, 1))
        print(model.module.weight.shape, dist.get_rank(), torch.nn.DataParallel(model.module)(torch.ones(1, 2)).shape)
        scaler = GradScaler()
        print(scaler.is_enabled(), scaler.scale(2.0))
        with torch.autocast("cuda", enabled=False), torch.no_grad():
            print(torch.ones(1) + 1)

        @torch.no_grad()
        def f(x):
            return x * 2

        @torch.jit.script
        def g(x):
            return x * 3

        x = Variable(torch.ones(2), requires_grad=True)
        print(f(x).requires_grad, g(x).requires_grad, torch.jit.trace(g, x) is g, torch.compile(dynamic=True)(g) is g)
        print(torch.FloatTensor([1, 2]), torch.LongTensor(2).dtype, torch.Tensor([1]).dtype, torch.finfo(torch.float32).eps)
        print(torch.float32, repr(torch.Size([1])), torch.ones(1, dtype=torch.float64), torch.strided, torch.inf, torch.pi)
        """,
    )
    assert lines[0].startswith("AssertionError seedgrad computes on the CPU")
    assert lines[1].startswith("AssertionError seedgrad computes on the CPU")
    assert lines[2].startswith("RuntimeError torch.hub.load is refused")
    assert lines[3].startswith("RuntimeError torch.jit.load is refused")
    assert lines[4].startswith("RuntimeError torch.onnx.export is refused")
    assert lines[5].startswith("RuntimeError init_process_group: seedgrad trains in one process")
    assert lines[6].startswith("TypeError save: only tensors")
    assert lines[7].startswith("AssertionError the only device is 'cpu'")
    assert lines[9] == "0 False False"
    assert lines[10] == "torch.Size([1, 2]) 0 torch.Size([1, 1])"
    assert lines[11] == "False 2.0"
    assert lines[13] == "False True True True"
    assert lines[14] == f"tensor([1., 2.]) torch.int64 torch.float32 {2.0**-23}"
    assert (
        lines[15]
        == "torch.float32 torch.Size([1]) tensor([1.], dtype=torch.float64) torch.strided inf 3.141592653589793"
    )


def test_every_module_of_the_table_can_be_imported(tmp_path):
    lines = good(
        tmp_path,
        """
        import importlib
        from seedgrad.torch.table import MODULES
        for name in MODULES:
            module = importlib.import_module(name)
            assert dir(module), name
            exec(f"from {name} import *")
        print(len(MODULES) > 100)
        from torch.nn.modules.utils import _pair
        from torch.nn.modules.batchnorm import _BatchNorm
        from torch.distributions.kl import kl_divergence
        import torch
        print(_pair(3), issubclass(torch.nn.BatchNorm2d, _BatchNorm), issubclass(torch.nn.Conv2d, torch.nn.modules.conv._ConvNd))
        print(kl_divergence(torch.distributions.Normal(0.0, 1.0), torch.distributions.normal.Normal(0.0, 1.0)))
        """,
    )
    assert lines == ["True", "(3, 3) True True", "tensor(0.)"]


@pytest.mark.parametrize(
    ("program", "text"),
    [
        (
            "import torch\ntorch.rand_n",
            r"AttributeError: seedgrad has no torch.rand_n; the nearest name is torch.randn",
        ),
        ("import torch.nn as nn\nnn.Convolution2d", "seedgrad has no torch.nn.Convolution2d"),
        ("from torch.nn import Linaer", "seedgrad has no torch.nn.Linaer; the nearest name is torch.nn.Linear"),
        ("import torch.quantization", "ModuleNotFoundError: seedgrad has no torch.quantization"),
        ("import torch\ntorch.datasets", "seedgrad has no torch.datasets"),
        ("import torch\ntorch.cuda.nvtx", "seedgrad has no torch.cuda.nvtx"),
    ],
)
def test_missing_names_fail_with_one_line(tmp_path, program, text):
    done = run(tmp_path, program)
    assert done.returncode == 1
    assert text in done.stderr and "docs/api/absent.md" in done.stderr.splitlines()[-1]


def test_loaders_with_workers_and_processes(tmp_path):
    lines = good(
        tmp_path,
        """
        import torch
        import torch.multiprocessing as mp
        from torch.utils.data import DataLoader, Dataset

        class Squares(Dataset):
            def __len__(self):
                return 6

            def __getitem__(self, i):
                return torch.tensor(float(i * i))

        def work(rank, queue):
            queue.put(float(torch.ones(2).sum()) + rank)

        if __name__ == "__main__":
            print([batch.tolist() for batch in DataLoader(Squares(), batch_size=3, num_workers=2)])
            queue = mp.get_context("spawn").Queue()
            mp.spawn(work, args=(queue,), nprocs=1)
            print(queue.get())
        """,
    )
    assert lines == ["[[0.0, 1.0, 4.0], [9.0, 16.0, 25.0]]", "2.0"]


def test_coverage_lists_names_without_running(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "__init__.py").write_text("from .net import Net\n")
    (tmp_path / "models" / "net.py").write_text(
        "from torch import nn\nclass Net(nn.Module):\n    x = nn.Convoltion2d\n"
    )
    path = tmp_path / "main.py"
    path.write_text(
        "import torch, sys\nimport torch.nn.functional as F\nfrom torch.utils.data import DataLoader as L\n"
        "from models import Net\nimport torch.quantization\nsys.exit('was run')\n"
        "torch.float32.itemsize; F.relu; torch.randm(2); torch.Tensor.sum\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "seedgrad.torch", "--coverage", str(path)], capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 1 and "was run" not in done.stderr, done.stderr
    assert lines[0].endswith("3 missing")
    assert {
        "  + torch.float32  (main.py:7)",
        "  + torch.nn.functional.relu  (main.py:7)",
        "  + torch.nn.Module  (net.py:2)",
    } <= set(lines)
    assert "  + torch.utils.data.DataLoader  (main.py:3)" in lines
    assert {
        "  - torch.quantization  (main.py:5)",
        "  - torch.randm  (main.py:7)",
        "  - torch.nn.Convoltion2d  (net.py:3)",
    } <= set(lines)
    assert any(
        line.startswith("main.py:7: seedgrad has no torch.randm; the nearest name is torch.ran") for line in lines
    )
    assert "nearest name is torch.nn.Conv" in lines[-3] or "torch.nn.Conv" in done.stdout


def test_usage_and_files_that_are_not_there(tmp_path):
    for arguments, code, text in (
        ([], 2, "usage: python -m seedgrad.torch"),
        (["--help"], 0, "usage: python -m seedgrad.torch"),
        (["--what"], 2, "unknown option --what"),
        (["none.py"], 1, "cannot read none.py"),
        (["--coverage", "none.py"], 1, "cannot read none.py"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "seedgrad.torch", *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        assert done.returncode == code and text in done.stdout + done.stderr


def test_install_is_refused_when_pytorch_is_there_and_may_be_repeated(tmp_path):
    program = """
    import sys, types
    import seedgrad.torch as room
    sys.modules["torch"] = types.ModuleType("torch")
    try:
        room.install()
    except RuntimeError as error:
        print(error)
    del sys.modules["torch"]
    room.install()
    room.install()
    import torch
    import seedgrad
    print(torch.Tensor is seedgrad.Tensor, torch.nn.Module is seedgrad.nn.Module)
    """
    done = run(tmp_path, program, module=False)
    assert done.returncode == 0, done.stderr
    assert "PyTorch itself is imported in this process already" in done.stdout
    assert done.stdout.splitlines()[1] == "True True"


def test_scaled_steps(tmp_path):
    lines = good(
        tmp_path,
        """
        import torch
        p = torch.nn.Parameter(torch.ones(1))
        optimizer = torch.optim.SGD([p], lr=0.5)
        scaler = torch.amp.GradScaler("cpu", init_scale=8.0, growth_interval=2)
        for bad in (False, True, False, False):
            optimizer.zero_grad()
            loss = (p * (float("inf") if bad else 1.0)).sum()
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
            print(p.item(), scaler.get_scale())
        other = torch.amp.GradScaler("cpu")
        other.load_state_dict(scaler.state_dict())
        print(other.state_dict() == scaler.state_dict())
        """,
    )
    assert lines == ["0.5 8.0", "0.5 4.0", "0.0 4.0", "-0.5 8.0", "True"]


def test_einops_works_on_our_tensors(tmp_path):
    pytest.importorskip("einops")
    lines = good(
        tmp_path,
        """
        import torch
        from einops import einsum, rearrange, reduce, repeat
        from einops.layers.torch import Rearrange
        x = torch.arange(24.0).reshape(2, 3, 4).requires_grad_()
        y = rearrange(x, "b c (h w) -> b (h c) w", h=2)
        y.sum().backward()
        print(y.shape, x.grad.shape, reduce(x, "b c w -> b", "mean").tolist(), repeat(x, "b c w -> b c w k", k=2).shape)
        print(einsum(x, x, "b i j, b k j -> b i k").shape, torch.nn.Sequential(Rearrange("b c w -> b (c w)"))(x).shape)
        """,
    )
    assert lines[0] == "torch.Size([2, 6, 2]) torch.Size([2, 3, 4]) [5.5, 17.5] torch.Size([2, 3, 4, 2])"
    assert lines[1] == "torch.Size([2, 3, 3]) torch.Size([2, 12])"
