"""Modules of PyTorch that programs import beside the usual ones: what works, and what is refused in which words."""

from __future__ import annotations

import pytest

from .test_programs import good, run


def test_attention_overrides_and_dlpack(tmp_path):
    lines = good(
        tmp_path,
        """
        import numpy as np
        import torch
        import torch.nn.functional as F
        from torch.nn.attention import SDPBackend, sdpa_kernel
        from torch.nn.attention.bias import causal_lower_right, causal_upper_left
        from torch.overrides import handle_torch_function, has_torch_function, is_tensor_like
        from torch.utils.dlpack import from_dlpack, to_dlpack

        q, k = torch.randn(1, 2, 3, 4), torch.randn(1, 2, 5, 4)
        with sdpa_kernel(SDPBackend.MATH):
            a = F.scaled_dot_product_attention(q, k, k, is_causal=True)
        with sdpa_kernel([SDPBackend.FLASH_ATTENTION, SDPBackend.MATH]):
            b = F.scaled_dot_product_attention(q, k, k, attn_mask=causal_upper_left(3, 5))
        torch.testing.assert_close(a, b)
        print(causal_lower_right(2, 3).tolist())
        try:
            sdpa_kernel("math").__enter__()
        except AssertionError as error:
            print(error)

        class Thing:
            @classmethod
            def __torch_function__(cls, function, types, args=(), kwargs=None):
                return function.__name__, len(args)

        print(is_tensor_like(a), is_tensor_like(Thing()), is_tensor_like(3), has_torch_function((a,)))
        print(handle_torch_function(torch.add, (Thing(), a), Thing(), a))
        print(from_dlpack(to_dlpack(torch.ones(2))).tolist(), torch.from_dlpack(np.ones(2)).tolist())
        x = torch.DoubleTensor([1])
        print(torch.ones(1).type(torch.DoubleTensor).dtype, x.type(torch.LongTensor).type())
        """,
    )
    assert lines == [
        "[[True, True, False], [True, True, True]]",
        "Backend must be an instance of SDPBackend or a list of them, got 'math'",
        "True True False False",
        "('add', 2)",
        "[1.0, 1.0] [1.0, 1.0]",
        "torch.float64 torch.LongTensor",
    ]


def test_marks_of_the_profiler_are_accepted(tmp_path):
    lines = good(
        tmp_path,
        """
        import torch
        from torch.profiler import ProfilerActivity, profile, record_function, schedule

        @record_function("work")
        def work():
            with record_function("inner"), torch.autograd.profiler.record_function("older"):
                return 1

        with profile(activities=[ProfilerActivity.CPU], enabled=False) as p:
            print(work(), schedule(wait=1, warmup=1, active=2)(3).name)
            p.step()
        """,
    )
    assert lines == ["1 NONE"]


REFUSED = {
    "profiler": ("from torch.profiler import profile\nprofile()", "torch.profiler is refused: .* cProfile"),
    "fx": ("from torch.fx import symbolic_trace\nsymbolic_trace(None)", "torch.fx.symbolic_trace is refused"),
    "graph": ("import torch.fx\ntorch.fx.GraphModule(None, None)", "torch.fx.GraphModule is refused"),
    "mode": ("from torch.overrides import TorchFunctionMode as M\nM().__enter__()", "TorchFunctionMode is refused"),
    "hub": ("import torch\ntorch.hub.load('a/b', 'c')", "torch.hub.load is refused"),
    "onnx": ("import torch\ntorch.onnx.export(None, None, 'f')", "torch.onnx.export is refused"),
    "ranks": (
        "import torch.distributed as dist\ndist.init_process_group('gloo', rank=0, world_size=2)",
        "one process",
    ),
    "send": (
        "import torch, torch.distributed as dist\ndist.send(torch.ones(1), 1)",
        "torch.distributed.send is refused: there is no other process",
    ),
    "ranks of a group": (
        "import torch.distributed as dist\ndist.init_process_group('gloo', rank=0, world_size=1)\ndist.new_group([0, 1])",
        "new_group: there is one process",
    ),
    "gather": (
        "import torch, torch.distributed as dist\ndist.init_process_group()\ndist.all_gather([], torch.ones(1))",
        "all_gather: there is one process, so the list must have one place, got 0",
    ),
    "no group": (
        "import torch.distributed as dist\ndist.barrier()",
        "ValueError: Default process group has not been initialized",
    ),
    "module on a gpu": (
        "import torch\ntorch.nn.Linear(1, 1).cuda()",
        r"AssertionError: seedgrad computes on the CPU: there is no cuda\(\)",
    ),
    "writer": (
        "import sys\nsys.modules['tensorboardX'] = None\nfrom torch.utils.tensorboard import SummaryWriter\nSummaryWriter()",
        "SummaryWriter needs the package tensorboardX: pip install tensorboardX",
    ),
    "no override": (
        "import torch\nfrom torch.overrides import handle_torch_function\nhandle_torch_function(torch.add, (1,), 1)",
        "TypeError: no implementation found for 'add'",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(tmp_path, name):
    import re

    program, text = REFUSED[name]
    done = run(tmp_path, program)
    assert done.returncode == 1
    assert re.search(text, done.stderr.splitlines()[-1]), done.stderr


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("from torch.nn import Linaer", "seedgrad has no torch.nn.Linaer; the nearest name is torch.nn.Linear."),
        ("from torch.nn.functional import gelu2", "the nearest name is torch.nn.functional.gelu."),
        ("from torch.optim.adam import Adamm", "the nearest name is torch.optim.adam.Adam."),
        ("from torch.utils import collect_env", "seedgrad has no torch.utils.collect_env"),
        ("import torch.quantization.observer", "seedgrad has no torch.quantization"),
    ],
)
def test_missing_names_in_a_notebook(tmp_path, line, text):
    program = f"""
    import seedgrad.torch
    seedgrad.torch.install()
    try:
        {line}
    except ImportError as error:
        print(error)
    """
    path = tmp_path / "program.py"
    lines = good(tmp_path, program)
    assert path.exists() and text in lines[0]


def test_a_writer_of_logs_takes_tensors(tmp_path):
    pytest.importorskip("tensorboardX")
    lines = good(
        tmp_path,
        """
        import pathlib
        import struct
        import torch
        from torch.utils.tensorboard import SummaryWriter

        with SummaryWriter("logs") as writer:
            writer.add_scalar("loss", torch.tensor(1.53125, requires_grad=True), 3)
            writer.add_scalars("both", {"a": torch.tensor(2.0), "b": 3.0}, global_step=3)
            writer.add_histogram("weight", torch.nn.Linear(2, 2).weight, 0)
            writer.add_histogram("half", torch.ones(3, dtype=torch.bfloat16), 0)
            writer.add_image("picture", torch.rand(3, 8, 8), 0)
            writer.add_text("note", "hello")
            try:
                writer.add_graph(torch.nn.Linear(2, 2), torch.ones(1, 2))
            except RuntimeError as error:
                print(error)
        written = b"".join(p.read_bytes() for p in pathlib.Path("logs").glob("events*"))
        print([part in written for part in (b"loss", struct.pack("<f", 1.53125), b"weight", b"hello", b"PNG")])
        """,
    )
    assert lines[0] == "SummaryWriter.add_graph is refused: seedgrad does not trace programs into graphs"
    assert lines[1] == "[True, True, True, True, True]"


def test_a_group_of_one_process(tmp_path):
    lines = good(
        tmp_path,
        """
        import torch
        import torch.distributed as dist
        from torch.nn.parallel import DistributedDataParallel as DDP

        dist.init_process_group("gloo", rank=0, world_size=1)
        model = DDP(torch.nn.Linear(2, 1))
        with model.no_sync():
            model(torch.ones(1, 2)).sum().backward()
        x, places, objects = torch.tensor([1.0, 2.0]), [torch.zeros(2)], [None]
        print(dist.all_reduce(x), dist.all_reduce(x, op=dist.ReduceOp.SUM, async_op=True).wait(), x.tolist())
        dist.all_gather(places, x)
        dist.all_gather_object(objects, {"a": 1})
        print(places, objects, dist.get_backend(), dist.new_group([0]) is dist.group.WORLD)
        dist.gather(x * 2, places)
        dist.scatter(x, [torch.zeros(2)])
        dist.broadcast_object_list(objects)
        print(places, x.tolist(), dist.reduce(x, 0), dist.broadcast(x, 0), dist.barrier())
        dist.destroy_process_group()
        print(dist.is_initialized(), model.module.weight.grad.tolist())
        """,
    )
    assert lines == [
        "None True [1.0, 2.0]",
        "[tensor([1., 2.])] [{'a': 1}] gloo True",
        "[tensor([2., 4.])] [0.0, 0.0] None None None",
        "False [[1.0, 1.0]]",
    ]
