"""Mixed precision: the types of results are PyTorch's, gradients have the parameters' types, training goes the same way."""

import threading
import warnings

import numpy as np
import pytest
import torch

import seedgrad as sg
from oracle.rows_amp import CASES

HALVES = ("bfloat16", "float16")
KINDS = ("float32", "bfloat16", "float16", "float64")
# A state in float16 among bfloat16: PyTorch leaves the compiled layer, and computes in the type of the state.
OTHER_LSTM = {("bfloat16", "float16"), ("float16", "float16")}


def kind_of(function, lib, kind):
    try:
        return str(function(lib, getattr(lib, kind)).dtype).split(".")[-1]
    except (RuntimeError, ValueError, NotImplementedError, TypeError):
        return None  # refused


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("low", HALVES)
@pytest.mark.parametrize("name", CASES)
def test_types_of_results(name, low):
    for kind in KINDS:
        with torch.autocast("cpu", getattr(torch, low)):
            expected = kind_of(CASES[name], torch, kind)
        with sg.autocast("cpu", getattr(sg, low)):
            found = kind_of(CASES[name], sg, kind)
        if expected is None or (name.startswith("lstm") and (low, kind) in OTHER_LSTM):
            continue
        assert found == expected, (kind, low)


def program(lib, low, steps=7):
    rng = np.random.default_rng(0)

    def given(*shape):
        return lib.from_numpy(rng.standard_normal(shape).astype("float32") * 0.3)

    nn, F = lib.nn, lib.nn.functional
    image = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 8), nn.LayerNorm(8), nn.GELU(),
        nn.Linear(8, 3),
    )  # fmt: skip
    text = nn.ModuleList([nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True), nn.GRU(8, 8)])
    parameters = [*image.parameters(), *text.parameters()]
    with lib.no_grad():
        for p in parameters:
            p.copy_(given(*p.shape))
    x, s, y = given(6, 1, 6, 6), given(3, 4, 8), lib.from_numpy(rng.integers(0, 3, 6))
    optimizer = lib.optim.AdamW(parameters, lr=1e-2)
    scaler = lib.amp.GradScaler("cpu", init_scale=2.0**10, growth_interval=3)
    found = []
    for step in range(steps):
        optimizer.zero_grad()
        with lib.autocast("cpu", dtype=getattr(lib, low)):
            out = image(x)
            h = text[0](s)
            loss = F.cross_entropy(out, y) + text[1](h)[0].float().pow(2).mean()
        if step == 4:
            loss = loss * float("inf")
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        norm = nn.utils.clip_grad_norm_(parameters, 1.0)
        scaler.step(optimizer)
        scaler.update()
        kinds = {str(t.dtype).split(".")[-1] for t in (out, h, loss)} | {str(p.grad.dtype)[-7:] for p in parameters}
        found.append((loss.item(), norm.item(), scaler.get_scale(), kinds))
    return found


@pytest.mark.parametrize("low", HALVES)
def test_training_goes_the_same_way(low):
    for ours, theirs in zip(program(sg, low), program(torch, low), strict=True):
        assert ours[2:] == theirs[2:]
        np.testing.assert_allclose(ours[:2], theirs[:2], rtol=0.02 if low == "bfloat16" else 0.005)


def scaler_story(lib):
    p = lib.nn.Parameter(lib.ones(2))
    optimizer = lib.optim.SGD([p], lr=0.25)
    scaler = lib.amp.GradScaler("cpu", init_scale=3.7, growth_factor=1.7, backoff_factor=0.3, growth_interval=2)
    story = []
    for bad in (0, 0, 1, 0, 0, 0, 1, 1, 0):
        optimizer.zero_grad()
        scaler.scale((p * (float("nan") if bad else 0.3)).sum()).backward()
        story.append(p.grad.tolist() if not bad else None)
        scaler.step(optimizer)
        scaler.update()
        story += [p.tolist(), scaler.get_scale(), scaler.state_dict()]
    copy = lib.amp.GradScaler("cpu")
    copy.load_state_dict(scaler.state_dict())
    story.append(copy.state_dict())
    scaler.update(lib.tensor(8.0))
    return [*story, scaler.get_scale(), lib.amp.GradScaler("cpu", enabled=False).state_dict()]


def test_scales_and_skipped_steps():
    assert scaler_story(sg) == scaler_story(torch)


def scaled(lib, *names):
    p = lib.nn.Parameter(lib.ones(2))
    optimizer = lib.optim.SGD([p], lr=0.1)
    scaler = lib.amp.GradScaler("cpu")
    scaler.scale(p.sum()).backward()
    for name in names:
        getattr(scaler, name)(*([] if name == "update" else [optimizer]))


MISUSES = {
    "twice": (lambda t: scaled(t, "unscale_", "unscale_"), r"unscale_\(\) has already been called"),
    "stepped": (lambda t: scaled(t, "step", "unscale_"), r"unscale_\(\) is being called after step"),
    "two steps": (lambda t: scaled(t, "step", "step"), r"step\(\) has already been called"),
    "early update": (lambda t: scaled(t, "update"), "No inf checks were recorded"),
    "no scale": (lambda t: t.amp.GradScaler("cpu").update(), "Attempted update but _scale is None"),
    "no scale step": (lambda t: t.amp.GradScaler("cpu").step(None), "Attempted step but _scale is None"),
    "growth": (lambda t: t.amp.GradScaler("cpu", growth_factor=1.0), "growth factor must be > 1.0"),
    "backoff": (lambda t: t.amp.GradScaler("cpu", backoff_factor=1.0), "backoff factor must be < 1.0"),
    "empty": (lambda t: t.amp.GradScaler("cpu").load_state_dict({}), "source state dict is empty"),
    "number": (lambda t: t.amp.GradScaler("cpu").scale(3.0), "must be a Tensor or an iterable"),
    "device": (lambda t: t.autocast("nothing"), "device type at start of device string"),
    "no string": (lambda t: t.autocast(t.device("cpu")), "Expected `device_type` of type `str`"),
    "custom": (lambda t: t.amp.custom_fwd(device_type=3), "Expected `device_type` of type `str`"),
}


@pytest.mark.parametrize("name", MISUSES)
def test_misuse(name):
    misuse, text = MISUSES[name]
    with pytest.raises(Exception) as theirs:
        misuse(torch)
    with pytest.raises(theirs.type, match=text):
        misuse(sg)


def test_float16_gradients_are_not_unscaled():
    for lib in (sg, torch):
        p = lib.nn.Parameter(lib.ones(2, dtype=lib.float16))
        scaler = lib.amp.GradScaler("cpu")
        scaler.scale(p.sum()).backward()
        with pytest.raises(ValueError, match="Attempting to unscale FP16 gradients"):
            scaler.unscale_(lib.optim.SGD([p], lr=0.1))


def states(lib):
    def now():
        kind = lib.get_autocast_dtype("cpu")
        return lib.is_autocast_enabled(), lib.is_autocast_enabled("cpu"), str(kind).split(".")[-1]

    def product():
        x = lib.ones(2, 2)
        return str((x @ x).dtype).split(".")[-1]

    found = [now(), product()]
    with lib.autocast("cpu", dtype=lib.float16):
        found += [now(), product()]
        with lib.autocast("cpu", enabled=False):
            found += [now(), product()]
        with lib.autocast("cpu", dtype=lib.bfloat16, cache_enabled=False):
            found += [now(), product(), lib.is_autocast_cache_enabled()]
        try:
            with lib.autocast("cpu", dtype=lib.bfloat16):
                raise KeyError
        except KeyError:
            found += [now(), product(), lib.is_autocast_cache_enabled()]

    @lib.autocast("cpu")
    def decorated(n):
        """Text."""
        return product()

    found += [decorated(0), decorated.__name__, decorated.__doc__, now()]
    lib.set_autocast_dtype("cpu", lib.float16)
    lib.set_autocast_enabled("cpu", True)
    found += [now(), product()]
    thread = threading.Thread(target=lambda: found.extend([now(), product()]))
    thread.start()
    thread.join()
    lib.set_autocast_enabled("cpu", False)
    lib.set_autocast_dtype("cpu", lib.bfloat16)
    return [*found, now(), product()]


def test_nesting_decorators_threads_and_settings():
    assert states(sg) == states(torch)


def test_a_decorated_function_may_call_itself():
    @sg.autocast("cpu")
    def f(n):
        return f(n - 1) if n else (sg.ones(1, 1) @ sg.ones(1, 1)).dtype

    assert f(2) is sg.bfloat16 and not sg.is_autocast_enabled("cpu")


def test_what_is_turned_off_with_a_warning():
    with pytest.warns(UserWarning, match="CUDA is not available"):
        assert not sg.autocast("cuda")._enabled
    with (
        pytest.warns(UserWarning, match="target dtype seedgrad.float32 is not supported"),
        sg.autocast("cpu", sg.float32),
    ):
        assert (sg.ones(1, 1) @ sg.ones(1, 1)).dtype is sg.float32
    with pytest.warns(UserWarning, match="GradScaler is enabled, but CUDA"):
        assert not sg.amp.GradScaler().is_enabled()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sg.autocast("cuda", enabled=False)


def test_functions_have_their_own_code_again_outside():
    from seedgrad.nn import functional as F

    code = F.mse_loss.__code__
    with sg.autocast("cpu"):
        assert F.mse_loss.__code__ is not code
        with sg.autocast("cpu", enabled=False):
            assert F.mse_loss(sg.ones(2), target=sg.zeros(2)).item() == 1
    assert F.mse_loss.__code__ is code


def test_parameters_are_converted_once_and_anew_after_a_write():
    layer = sg.nn.Linear(2, 2, bias=False)
    x = sg.eye(2)
    with sg.autocast("cpu"):
        with sg.no_grad():
            first = layer(x)
        second, third = layer(x), layer(x)
        assert not first.requires_grad and second.requires_grad
        edges = [{n for n, _ in t.grad_fn.next_functions if n} for t in (second, third)]
        assert edges[0] & edges[1]
        with sg.no_grad():
            layer.weight.mul_(2)
        np.testing.assert_array_equal(layer(x).float().detach().numpy(), 2 * third.float().detach().numpy())
    with sg.autocast("cpu", cache_enabled=False):
        edges = [{n for n, _ in layer(x).grad_fn.next_functions if n} for _ in range(2)]
        assert not edges[0] & edges[1]


def custom(lib, cast):
    class Product(lib.autograd.Function):
        @staticmethod
        @lib.amp.custom_fwd(device_type="cpu", cast_inputs=getattr(lib, cast) if cast else None)
        def forward(ctx, a, b):
            ctx.save_for_backward(a, b)
            return a @ b

        @staticmethod
        @lib.amp.custom_bwd(device_type="cpu")
        def backward(ctx, g):
            a, b = ctx.saved_tensors
            kinds.append(str((a @ b).dtype).split(".")[-1])
            return g @ b.T, a.T @ g

    kinds = []
    a = lib.ones(2, 2, requires_grad=True)
    for low in (None, "bfloat16", "float16"):
        with lib.autocast("cpu", getattr(lib, low or "bfloat16"), enabled=low is not None):
            out = Product.apply(a, lib.ones(2, 2))
        kinds.append(str(out.dtype).split(".")[-1])
        out.float().sum().backward()
        kinds.append(str(a.grad.dtype).split(".")[-1])
    return kinds


@pytest.mark.parametrize("cast", [None, "float32", "float16"])
def test_functions_of_ones_own(cast):
    assert custom(sg, cast) == custom(torch, cast)


def test_checkpointed_parts_run_again_in_the_same_precision():
    layer = sg.nn.Linear(4, 4)
    x = sg.randn(3, 4, requires_grad=True)

    def part(h):
        return layer(layer(h)).float().pow(2).sum()

    grads = []
    for run in (part, lambda h: sg.utils.checkpoint.checkpoint(part, h, use_reentrant=False)):
        x.grad = None
        with sg.autocast("cpu"):
            layer(x)  # converts the weights before
            out = run(x)
        out.backward()
        grads.append(x.grad.numpy())
    np.testing.assert_array_equal(*grads)
    out = sg.utils.checkpoint.checkpoint(part, x, use_reentrant=False)
    with sg.autocast("cpu"):
        out.backward()
        assert sg.is_autocast_enabled("cpu") and (sg.ones(1, 1) @ sg.ones(1, 1)).dtype is sg.bfloat16


def test_vmap_and_second_derivatives_inside():
    w = sg.randn(3, 3, requires_grad=True)
    x = sg.randn(4, 2, 3)
    with sg.autocast("cpu"):
        every = sg.func.vmap(lambda v: v @ w)(x)
        assert every.dtype is sg.bfloat16
        np.testing.assert_array_equal(every.float().detach().numpy(), (x @ w).float().detach().numpy())
        loss = sg.nn.functional.mse_loss(x @ w, sg.zeros(4, 2, 3))
    (g,) = sg.autograd.grad(loss, w, create_graph=True)
    (gg,) = sg.autograd.grad(g.sum(), w)
    assert g.dtype is gg.dtype is sg.float32
