"""Whole training steps: compiled and as they are written, they leave the same behind."""

from __future__ import annotations

import copy
import pickle
import re
import threading
import warnings
from typing import Any

import numpy as np
import pytest

import seedgrad as sg
from seedgrad import nn
from seedgrad.capture import CaptureError, CompileWarning
from seedgrad.nn import functional as F

from .beside import Program, same

pytestmark = pytest.mark.filterwarnings("error::seedgrad.capture.CompileWarning")


def mlp(width: int = 8, *more: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Linear(4, width), nn.ReLU(), *more, nn.Linear(width, 3))


def batches(n: int, rows: int = 5) -> list[tuple[sg.Tensor, sg.Tensor]]:
    draw = np.random.default_rng(0)
    return [
        (sg.tensor(draw.standard_normal((rows, 4)).astype(np.float32)), sg.tensor(draw.integers(0, 3, rows)))
        for _ in range(n)
    ]


def training(make_model: Any, make_optimizer: Any, **options: Any) -> Program:
    def make() -> Any:
        model = make_model()
        optimizer = make_optimizer(model.parameters())

        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            return loss

        return [model, optimizer], step

    return Program(make, **options)


OPTIMIZERS = {
    "SGD": lambda p: sg.optim.SGD(p, lr=0.1),
    "momentum": lambda p: sg.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "Adam": lambda p: sg.optim.Adam(p, lr=0.01),
    "AdamW": lambda p: sg.optim.AdamW(p, lr=0.01, amsgrad=True),
    "RMSprop": lambda p: sg.optim.RMSprop(p),
    "Adagrad": lambda p: sg.optim.Adagrad(p),
    "Adafactor": lambda p: sg.optim.Adafactor(p),
    "Rprop": lambda p: sg.optim.Rprop(p),
    "NAdam": lambda p: sg.optim.NAdam(p),
    "maximize": lambda p: sg.optim.SGD(p, lr=0.01, maximize=True),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name: str) -> None:
    program = training(mlp, OPTIMIZERS[name])
    for x, y in batches(5):
        program.run(x, y)
    assert program.counts() == (1, 4, 0)


LAYERS = {
    "dropout": lambda: mlp(8, nn.Dropout(0.4)),
    "batch norm": lambda: mlp(8, nn.BatchNorm1d(8)),
    "layer norm": lambda: mlp(8, nn.LayerNorm(8), nn.GELU()),
    "silu, softmax": lambda: mlp(8, nn.SiLU(), nn.Softmax(-1)),
    "tanh, dropout": lambda: mlp(8, nn.Tanh(), nn.Dropout(0.1), nn.Sigmoid()),
    "in place": lambda: mlp(8, nn.Linear(8, 8), nn.LeakyReLU(0.1, inplace=True)),
    "rrelu": lambda: mlp(8, nn.RReLU()),
    "conv": lambda: nn.Sequential(
        nn.Unflatten(1, (1, 2, 2)), nn.Conv2d(1, 4, 2, padding=1), nn.BatchNorm2d(4), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(4, 3),
    ),
    "spectral norm": lambda: nn.Sequential(nn.utils.parametrizations.spectral_norm(nn.Linear(4, 3))),
    "weight norm": lambda: nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(4, 3))),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYERS)
def test_layers(name: str) -> None:
    program = training(LAYERS[name], OPTIMIZERS["SGD"])
    for x, y in batches(5):
        program.run(x, y)
    assert program.counts() == (1, 4, 0)


def test_attention_with_dropout_and_many_elements() -> None:
    def make() -> Any:
        layer = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.2, batch_first=True)
        optimizer = sg.optim.AdamW(layer.parameters(), lr=1e-3)

        def step(x: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = layer(x).square().mean()
            loss.backward()
            nn.utils.clip_grad_norm_(layer.parameters(), 0.05)
            optimizer.step()
            return loss

        return [layer, optimizer], step

    program = Program(make)
    for n in range(4):
        sg.manual_seed(n)
        program.run(sg.randn(4, 40, 16))  # 4 x 2 x 40 x 40 weights: the generator that counts
    assert program.counts() == (1, 3, 0)


def test_rates_of_a_schedule_are_seen() -> None:
    optimizers: list[Any] = []

    def make_optimizer(p: Any) -> Any:
        optimizers.append(sg.optim.Adam(p, lr=0.1, weight_decay=0.1))
        return optimizers[-1]

    program = training(mlp, make_optimizer)
    schedules = [sg.optim.lr_scheduler.StepLR(o, 1, gamma=0.5) for o in optimizers]
    for x, y in batches(6):
        program.run(x, y)
        for schedule in schedules:
            schedule.step()
    optimizers[0].param_groups[0]["weight_decay"] = optimizers[1].param_groups[0]["weight_decay"] = 0.0
    program.run(*batches(1)[0])
    assert program.counts() == (1, 6, 0)


def test_a_schedule_inside_of_the_step_is_not_compiled() -> None:
    def make() -> Any:
        model = mlp()
        optimizer = sg.optim.SGD(model.parameters(), lr=0.1)
        schedule = sg.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)

        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            schedule.step()
            return loss

        return [model, optimizer], step

    program = Program(make)
    with pytest.warns(CompileWarning, match=r"it changes what a replay would not change: schedule\.\w+ changed"):
        for x, y in batches(4):
            program.run(x, y)
    assert program.counts() == (0, 0, 4)


def test_a_rate_that_the_step_reads_itself() -> None:
    def make() -> Any:
        model = mlp()
        optimizer = sg.optim.SGD(model.parameters(), lr=0.1)

        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            with sg.no_grad():
                for p in model.parameters():
                    p -= optimizer.param_groups[0]["lr"] * p.grad
            return loss

        return [model, optimizer], step

    program = Program(make)
    for n, (x, y) in enumerate(batches(5)):
        for optimizer in (program.state[1], program.plain_state[1]):
            optimizer.param_groups[0]["lr"] = 0.1 if n < 3 else 0.01
        program.run(x, y)
    assert program.counts() == (2, 3, 0)


@pytest.mark.parametrize("set_to_none", [True, False])
def test_gradient_accumulation(set_to_none: bool) -> None:
    def make() -> Any:
        model = mlp()
        optimizer = sg.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            return loss

        return [model, optimizer], step

    program = Program(make)
    for n, (x, y) in enumerate(batches(9)):
        program.run(x, y)
        if n % 3 == 2:
            for _, optimizer in (program.state, program.plain_state):
                optimizer.step()
                optimizer.zero_grad(set_to_none)
    assert program.compiled.eager == 0
    assert program.compiled.records == 2


def test_gradients_that_somebody_keeps_are_not_overwritten() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    kept: list[Any] = []
    views: list[Any] = []
    for x, y in batches(8):
        program.run(x, y)
        p = program.state[0][0].weight
        kept.append((p.grad, p.grad.clone()))
        views.append((p.grad.numpy()[:2], p.grad.numpy()[:2].copy()))
    for g, before in kept:
        same(g, before, "a kept gradient")
    for array, before in views:
        np.testing.assert_array_equal(array, before)
    assert program.compiled.eager == 0


def test_gradients_from_before_are_read_after_new_ones_were_made() -> None:
    def make() -> Any:
        w = sg.randn(4, 3).requires_grad_()
        w.grad = sg.zeros(4, 3)

        def step(x: sg.Tensor) -> Any:
            old = w.grad
            w.grad = None
            (x @ w).square().mean().backward()
            return (w.grad - old).abs().sum(), w.grad.sum()

        return [w], step

    program = Program(make)
    for n in range(6):
        program.run(sg.full((2, 4), float(n)))
    assert program.compiled.replays == 5


@pytest.mark.parametrize("before", [False, True])
def test_an_optimizer_that_steps_between_a_gradient_and_its_assignment(before: bool) -> None:
    def make() -> Any:
        w = sg.randn(4, 3).requires_grad_()
        optimizer = sg.optim.SGD([w], lr=0.1)

        def step(x: sg.Tensor) -> sg.Tensor:
            loss = (x @ w).square().mean()
            (g,) = sg.autograd.grad(loss, w)
            if before:
                optimizer.step()
            w.grad = g.clone()
            if not before:
                optimizer.step()
            return loss.detach()

        return [w], step

    program = Program(make)
    for n in range(6):
        program.run(sg.full((2, 4), float(n)))


def test_one_copy_of_memory_is_enough_where_nobody_holds_results() -> None:
    program = training(mlp, OPTIMIZERS["Adam"])
    for x, y in batches(8):
        program.run(x, y)
    ((recording,),) = program.compiled._recordings.values()
    assert len(recording.copies) == 1 and program.compiled.replays == 7


def test_memory_of_what_a_replay_needs_no_more_is_given_back() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    for x, y in batches(3):
        program.run(x, y)
    lines = program.compiled.code.splitlines()
    ended = [name for line in lines if line.strip().startswith("del ") for name in line.strip()[4:].split(", ")]
    assert ended and len(set(ended)) == len(ended)
    for name in ended:
        uses = [n for n, line in enumerate(lines) if re.search(rf"\b{name}\b", line)]
        assert lines[uses[-1]].strip().startswith("del ")


def test_losses_are_new_tensors() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    losses = [program.run(x, y) for x, y in batches(5)]
    assert len({float(loss) for loss in losses}) == 5
    assert losses[-1].requires_grad
    with pytest.raises(RuntimeError, match="a second time"):
        losses[-1].backward()


def test_other_shapes_and_the_last_batch() -> None:
    program = training(mlp, OPTIMIZERS["Adam"])
    for rows in (5, 5, 3, 5, 3, 1):
        program.run(*batches(1, rows)[0])
    assert program.counts() == (3, 3, 0)


def test_train_and_eval() -> None:
    program = training(lambda: mlp(8, nn.Dropout(0.5), nn.BatchNorm1d(8)), OPTIMIZERS["SGD"])
    for n, (x, y) in enumerate(batches(8)):
        for model in (program.state[0], program.plain_state[0]):
            model.train(n % 4 < 2)
        program.run(x, y)
    assert program.counts() == (2, 6, 0)


def test_attributes_of_modules() -> None:
    program = training(lambda: mlp(8, nn.Dropout(0.5)), OPTIMIZERS["SGD"])
    for n, (x, y) in enumerate(batches(4)):
        for model in (program.state[0], program.plain_state[0]):
            model[2].p = 0.5 if n < 2 else 0.1
        program.run(x, y)
    assert program.counts() == (2, 2, 0)


def test_freezing_parameters_midway() -> None:
    program = training(mlp, OPTIMIZERS["Adam"])
    for n, (x, y) in enumerate(batches(6)):
        for model in (program.state[0], program.plain_state[0]):
            model[0].requires_grad_(n not in (2, 3))
        program.run(x, y)
    assert program.compiled.eager == 0


def test_other_layers_and_parameters() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    for n, (x, y) in enumerate(batches(6)):
        for model in (program.state[0], program.plain_state[0]):
            if n == 2:
                model[1] = nn.Tanh()
            if n == 4:
                sg.manual_seed(5)
                model[2].weight = nn.Parameter(sg.randn(3, 8))
        program.run(x, y)
    assert program.counts() == (
        4,
        2,
        0,
    )  # the new weight is not the optimizer's: its gradient is None once, then adds up


def test_load_state_dict_and_data_between_calls() -> None:
    program = training(mlp, OPTIMIZERS["Adam"])
    start = [copy.deepcopy((m.state_dict(), o.state_dict())) for m, o in (program.state, program.plain_state)]
    for n, (x, y) in enumerate(batches(8)):
        for (model, optimizer), (weights, state) in zip((program.state, program.plain_state), start, strict=True):
            if n == 3:
                model.load_state_dict(weights)
                optimizer.load_state_dict(state)
            if n == 5:
                model[0].weight.data = model[0].weight.data * 0.5
        program.run(x, y)
    assert program.compiled.eager == 0


def test_hooks_are_called() -> None:
    calls: list[int] = []
    program = training(mlp, OPTIMIZERS["SGD"])
    (x, y), *rest = batches(6)
    program.run(x, y)
    program.run(x, y)
    handles = []
    for model, optimizer in (program.state, program.plain_state):
        handles.append(model[0].register_forward_hook(lambda m, args, out: out * 2))
        handles.append(model[2].weight.register_hook(lambda g: g * 0.5))
        handles.append(optimizer.register_step_post_hook(lambda o, a, k: calls.append(1)))
    with pytest.warns(CompileWarning, match="has hooks on its gradient"):
        for x, y in rest[:2]:
            program.run(x, y)
    for handle in handles[1::3]:
        handle.remove()
    for x, y in rest[2:]:
        program.run(x, y)
    assert len(calls) == 10
    assert program.counts() == (2, 3, 2)


FACTOR = 2.0
TABLE = [1.0, 2.0]


def test_globals_closures_and_containers() -> None:
    global FACTOR
    scale, options = 1.0, {"power": 2}

    class Settings:
        shift = 0.0

    settings = Settings()

    def helper(x: sg.Tensor) -> sg.Tensor:
        return x * FACTOR + TABLE[0]

    def make() -> Any:
        w = sg.tensor([1.0, 2.0], requires_grad=True)

        def step(x: sg.Tensor) -> sg.Tensor:
            w.grad = None
            loss = (helper(w * x) * scale + settings.shift).pow(options["power"]).sum()
            loss.backward()
            return loss

        return [w], step

    program = Program(make)
    x = sg.tensor([0.5, -1.0])
    for n in range(12):
        if n == 2:
            FACTOR = 3.0
        elif n == 4:
            scale = 0.5
        elif n == 6:
            options["power"] = 3
        elif n == 8:
            TABLE[0] = -1.0
        elif n == 10:
            settings.shift = 1.0
        program.run(x)
    FACTOR, TABLE[0] = 2.0, 1.0
    assert program.counts() == (6, 6, 0)


def test_double_backward() -> None:
    def make() -> Any:
        critic = nn.Sequential(nn.Linear(4, 8), nn.SiLU(), nn.Linear(8, 1))
        optimizer = sg.optim.Adam(critic.parameters())

        def step(x: sg.Tensor, share: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            between = (share * x + (1 - share) * x.flip(0)).requires_grad_()
            (g,) = sg.autograd.grad(critic(between).sum(), between, create_graph=True)
            loss = critic(x).mean() + 10 * ((g.norm(2, 1) - 1) ** 2).mean()
            loss.backward()
            optimizer.step()
            return loss

        return [critic, optimizer], step

    program = Program(make)
    for n in range(4):
        sg.manual_seed(n)
        program.run(sg.randn(6, 4), sg.rand(6, 1))
    assert program.counts() == (1, 3, 0)


def test_retain_graph_and_no_grad_inside() -> None:
    def make() -> Any:
        model = mlp()
        average = copy.deepcopy(model)

        def step(x: sg.Tensor, y: sg.Tensor) -> Any:
            model.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward(retain_graph=True)
            loss.backward()
            with sg.no_grad():
                for p, q in zip(average.parameters(), model.parameters(), strict=True):
                    p.lerp_(q, 0.1)
                q = average(x).argmax(1)
            return {"loss": loss.detach(), "classes": q, "n": len(x)}

        return [model, average], step

    program = Program(make)
    for x, y in batches(4):
        program.run(x, y)
    assert program.counts() == (1, 3, 0)


def test_two_models_and_two_optimizers() -> None:
    def make() -> Any:
        g = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 4))
        d = nn.Sequential(nn.Linear(4, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
        og, od = sg.optim.Adam(g.parameters()), sg.optim.Adam(d.parameters())

        def step(x: sg.Tensor) -> Any:
            fake = g(sg.randn(len(x), 2))
            od.zero_grad()
            loss_d = F.softplus(-d(x)).mean() + F.softplus(d(fake.detach())).mean()
            loss_d.backward()
            od.step()
            og.zero_grad()
            loss_g = F.softplus(-d(fake)).mean()
            loss_g.backward()
            og.step()
            return loss_d, loss_g

        return [g, d, og, od], step

    program = Program(make)
    for x, _ in batches(5):
        program.run(x)
    assert program.counts() == (1, 4, 0)


READS: dict[str, Any] = {
    "item": lambda t: t.item(),
    "bool": lambda t: 1 if t > 0 else 2,
    "float": float,
    "int": int,
    "numpy": lambda t: t.detach().numpy(),
    "array": lambda t: np.asarray(t.detach()),
    "tolist": lambda t: t.tolist(),
    "repr": repr,
    "format": lambda t: f"{t:.2f}",
    "nonzero": lambda t: t.reshape(1).nonzero(),
    "mask": lambda t: t.reshape(1)[t.reshape(1) > 0],
    "unique": lambda t: t.reshape(1).unique(),
    "masked_select": lambda t: t.masked_select(t > 0),
}


@pytest.mark.parametrize("name", READS)
def test_reading_values_is_refused_with_the_line(name: str) -> None:
    read = READS[name]
    w = sg.tensor([1.0, 2.0], requires_grad=True)

    def step(x: sg.Tensor) -> Any:
        loss = (w * x).sum()
        read(loss.detach())
        return loss

    with pytest.raises(CaptureError, match=r"reads values while .*test_steps\.py, line \d+"):
        sg.compile(step)(sg.ones(2))
    assert not step(sg.ones(2)).isnan()  # everything is as it was


def test_an_iterator_is_not_compiled() -> None:
    def make() -> Any:
        w = sg.tensor([1.0, 2.0], requires_grad=True)
        data = iter([sg.tensor([float(n), 1.0]) for n in range(9)])

        def step() -> sg.Tensor:
            w.grad = None
            loss = (w * next(data)).sum()
            loss.backward()
            return loss

        return [w], step

    program = Program(make)
    with pytest.warns(CompileWarning, match="it can reach the iterator data"):
        for _ in range(5):
            program.run()


def test_counters_lists_and_foreign_random_numbers_are_not_compiled() -> None:
    def counting() -> Any:
        n = 0

        def step(x: sg.Tensor) -> sg.Tensor:
            nonlocal n
            n += 1
            return x * n

        return [], step

    def appending() -> Any:
        seen: list[Any] = []

        def step(x: sg.Tensor) -> sg.Tensor:
            seen.append(1)
            return x * len(seen)

        return [], step

    def drawing() -> Any:
        def step(x: sg.Tensor) -> sg.Tensor:
            return x * np.random.default_rng(0).random() * (np.random.rand() * 0 + 1)

        return [], step

    for make, why in (
        (counting, "'n' of its closure"),
        (appending, "the length of seen"),
        (drawing, "own random numbers"),
    ):
        program = Program(make)
        with pytest.warns(CompileWarning, match=why):
            for _ in range(3):
                program.run(sg.ones(2))
        assert program.counts() == (0, 0, 3)


def test_an_exception_in_the_middle_leaves_the_state_as_it_would_be() -> None:
    def make() -> Any:
        model = mlp()
        optimizer = sg.optim.SGD(model.parameters(), lr=0.1)
        fail = [True]

        def step(x: sg.Tensor, y: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            if fail[0]:
                raise KeyError("stop")
            return loss

        return [model, optimizer, fail], step

    program = Program(make)
    (x, y), *rest = batches(4)
    for _ in range(2):
        for f in (program.plain, program.compiled):
            with pytest.raises(KeyError, match="stop"):
                f(x, y)
    program.state[2][0] = program.plain_state[2][0] = False
    for x, y in rest:
        program.run(x, y)
    assert program.counts() == (1, 2, 0)


def test_a_wrong_class_raises_at_a_replay_as_it_would() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    (x, y), *rest = batches(3)
    program.run(x, y)
    for f in (program.plain, program.compiled):
        with warnings.catch_warnings(), pytest.raises(IndexError, match="Target 7 is out of bounds"):
            warnings.simplefilter("ignore", CompileWarning)
            f(x, sg.tensor([0, 1, 2, 7, 0]))
    for x, y in rest:
        program.run(x, y)


def test_nested_compile_and_decorators() -> None:
    inner = sg.compile(lambda x: x.sin() * 2)

    @sg.compile(debug=False)
    def outer(x: sg.Tensor) -> sg.Tensor:
        return inner(x) + inner(x * 2)

    for n in range(3):
        x = sg.full((3,), float(n))
        same(outer(x), x.sin() * 2 + (x * 2).sin() * 2, "result")
    assert "recorded 1, replayed 2" in outer.explain()
    assert "recorded 0" in inner.explain()
    assert "sin" in outer.code  # by itself, or in a chain where numba is loaded
    assert sg.compile(outer) is outer
    assert sg.compile(inner.function, disable=True) is inner.function
    with pytest.raises(TypeError, match="compile takes a function or a module, got int"):
        sg.compile(3)


def test_threads() -> None:
    program = training(mlp, OPTIMIZERS["SGD"])
    model = program.state[0]
    forward = sg.compile(model)
    x = batches(1)[0][0]
    expected = model(x).detach()
    wrong: list[Any] = []

    def work() -> None:
        for _ in range(30):
            with sg.no_grad():
                if not bool((forward(x) == expected).all()):
                    wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong


def test_results_of_modules_have_gradients() -> None:
    for more in ((), (nn.Dropout(0.3),), (nn.BatchNorm1d(8),)):
        sg.manual_seed(2)
        model = mlp(8, *more)
        twin = copy.deepcopy(model)
        compiled = sg.compile(model)
        assert isinstance(compiled, nn.Sequential)
        assert list(compiled.state_dict()) == list(model.state_dict())
        for n in range(4):
            x, y = batches(4)[n]
            x2 = x.clone()
            results = []
            for f, a in ((twin, x), (compiled, x2)):
                sg.manual_seed(n)
                a.requires_grad_()
                loss = F.cross_entropy(f(a * 2) + f(a), y)  # the second call needs memory of its own
                loss.backward()
                results.append(loss)
            same(results[1], results[0], "loss")
            same(x2.grad, x.grad, "the input's gradient")
            for p, q in zip(model.parameters(), twin.parameters(), strict=True):
                same(p.grad, q.grad, "a gradient")
            for p, q in zip(model.buffers(), twin.buffers(), strict=True):
                same(p, q, "a buffer")
        assert compiled.compiled.eager == 0
        assert compiled.compiled.replays >= 6


def test_a_module_s_backward_twice_and_second_derivatives() -> None:
    model = mlp()
    compiled = sg.compile(model)
    x = batches(1)[0][0]
    compiled(x)
    out = compiled(x).sum()
    out.backward(retain_graph=True)
    first = model[0].weight.grad.clone()
    compiled(x * 3).sum().backward()
    model.zero_grad()
    out.backward()
    same(model[0].weight.grad, first, "the second pass")
    with pytest.raises(RuntimeError, match="a second time"):
        out.backward()
    x.requires_grad_()
    compiled(x)
    out = compiled(x).sum()
    with pytest.raises(RuntimeError, match="first derivatives only"):
        sg.autograd.grad(out, x, create_graph=True)


def test_copies_of_compiled_modules() -> None:
    compiled = sg.compile(mlp())
    x = batches(1)[0][0]
    expected = compiled(x).detach()
    for made in (copy.deepcopy(compiled), pickle.loads(pickle.dumps(compiled))):
        same(made(x).detach(), expected, "a copy")
        same(made(x).detach(), expected, "a copy")
        assert made.compiled.replays == 1
        made[0].weight.data.zero_()
        same(compiled(x).detach(), expected, "the original")
    compiled.eval()
    assert not compiled.compiled.owner.training


def test_debug_finds_what_no_guard_sees() -> None:
    hidden = {"deep": {"er": [0.0] * 3000}}

    def make() -> Any:
        w = sg.tensor([1.0, 2.0], requires_grad=True)
        optimizer = sg.optim.Adam([w])

        def step(x: sg.Tensor) -> sg.Tensor:
            optimizer.zero_grad()
            loss = (w * x * (1 + hidden["deep"]["er"][0])).sum() + w.sum() * sg.rand(())
            loss.backward()
            optimizer.step()
            return loss

        return [w, optimizer], step

    program = Program(make, debug=True)
    for _ in range(4):
        program.run(sg.ones(2))
    assert program.counts() == (1, 3, 0)
    hidden["deep"]["er"][0] = 1.0
    with pytest.raises(RuntimeError, match=r"differs from the function as it is written, first in result 0"):
        program.compiled(sg.ones(2))


def test_too_many_recordings() -> None:
    def make() -> Any:
        def step(x: sg.Tensor, factor: float) -> sg.Tensor:
            return x * factor

        return [], step

    program = Program(make)
    with pytest.warns(CompileWarning, match="there are 8 recordings of it already"):
        for n in range(12):
            program.run(sg.ones(2), float(n))
    assert program.counts() == (8, 0, 4)
    assert "4 times as written" in program.compiled.explain()


def test_modes() -> None:
    def make() -> Any:
        w = sg.tensor([1.0, 2.0], requires_grad=True)
        return [w], lambda x: (w * x).sum()

    program = Program(make)
    for _ in range(2):
        program.run(sg.ones(2))
        with sg.no_grad():
            program.run(sg.ones(2))
        with sg.inference_mode():
            assert program.run(sg.ones(2)).is_inference()
        program.run(sg.ones(2, dtype=sg.float64))
    assert program.counts() == (4, 4, 0)
