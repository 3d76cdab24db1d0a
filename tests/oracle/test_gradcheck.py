"""gradcheck and gradgradcheck: every option gives what PyTorch's gives, on right and on wrong derivatives."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import seedgrad as sg


def functions(lib: Any) -> dict[str, Any]:
    """The same users' functions in either package."""

    class NoneForMissing(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.set_materialize_grads(False)
            return x * 2, x * 3

        @staticmethod
        def backward(ctx, a, b):
            return a * 2 + b * 3

    class Careful(NoneForMissing):
        @staticmethod
        def backward(ctx, a, b):
            parts = [g * n for g, n in ((a, 2), (b, 3)) if g is not None]
            return sum(parts) if parts else None

    class IgnoresGradient(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x.sum()

        @staticmethod
        def backward(ctx, g):
            return lib.ones_like(*ctx.saved_tensors)

    class WrongShape(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return (g * 2)[:2]

    class TooMany(WrongShape):
        @staticmethod
        def backward(ctx, g):
            return g * 2, g

    class Float32(WrongShape):
        @staticmethod
        def backward(ctx, g):
            return (g * 2).float()

    class Wrong(WrongShape):
        @staticmethod
        def backward(ctx, g):
            return g * 2.1

    class Shaky(WrongShape):
        calls = 0

        @staticmethod
        def backward(ctx, g):
            Shaky.calls += 1
            return g * (2 + 1e-7 * Shaky.calls)

    names = (NoneForMissing, Careful, IgnoresGradient, WrongShape, TooMany, Float32, Wrong, Shaky)
    return {cls.__name__: cls.apply for cls in names}


def inputs(lib: Any) -> tuple[Any, Any]:
    x = lib.tensor([0.3, -1.2, 2.0], dtype=lib.float64, requires_grad=True)
    z = lib.tensor([0.3 + 1j, -1.2 + 0.2j], dtype=lib.complex128, requires_grad=True)
    return x, z


Check = Any
FIRST: dict[str, Check] = {
    "real": lambda lib, gc, f, x, z: gc(lambda x: x.sin() * x.sum(), x),
    "wrong": lambda lib, gc, f, x, z: gc(f["Wrong"], x),
    "wrong, no raise": lambda lib, gc, f, x, z: gc(f["Wrong"], x, raise_exception=False),
    "wrong, atol": lambda lib, gc, f, x, z: gc(f["Wrong"], x, atol=0.2),
    "wrong, rtol": lambda lib, gc, f, x, z: gc(f["Wrong"], x, rtol=0.2),
    "large eps": lambda lib, gc, f, x, z: gc(lambda x: x**3, x, eps=0.1),
    "not reentrant": lambda lib, gc, f, x, z: gc(f["Shaky"], x),
    "nondet_tol": lambda lib, gc, f, x, z: gc(f["Shaky"], x, nondet_tol=1e-3),
    "undefined": lambda lib, gc, f, x, z: gc(f["NoneForMissing"], x),
    "undefined handled": lambda lib, gc, f, x, z: gc(f["Careful"], x),
    "undefined off": lambda lib, gc, f, x, z: gc(f["Careful"], x, check_undefined_grad=False),
    "not multiplied": lambda lib, gc, f, x, z: gc(f["IgnoresGradient"], x),
    "shape": lambda lib, gc, f, x, z: gc(f["WrongShape"], x),
    "count": lambda lib, gc, f, x, z: gc(f["TooMany"], x),
    "types": lambda lib, gc, f, x, z: gc(f["Float32"], x, check_grad_dtypes=True),
    "expanded": lambda lib, gc, f, x, z: gc(lambda x: x * 2, x[:1].expand(3)),
    "no grad": lambda lib, gc, f, x, z: gc(lambda x: x * 2, x.detach()),
    "constant": lambda lib, gc, f, x, z: gc(lambda x: (x * 0).detach(), x),
    "detached": lambda lib, gc, f, x, z: gc(lambda x: (x * 2).detach(), x),
    "None": lambda lib, gc, f, x, z: gc(lambda x: None, x),
    "number": lambda lib, gc, f, x, z: gc(lambda x: 3.0, x),
    "unused": lambda lib, gc, f, x, z: gc(lambda x, y: x * 2, (x, (x * 2).detach().requires_grad_())),
    "other arguments": lambda lib, gc, f, x, z: gc(lambda x, n: x**n, (x, 3)),
    "empty": lambda lib, gc, f, x, z: gc(lambda x: x * 2, x[:0]),
    "kink": lambda lib, gc, f, x, z: gc(lib.relu, (x * 0).detach().requires_grad_()),
    "random": lambda lib, gc, f, x, z: gc(lambda x: x * lib.rand(3), x),
    "complex": lambda lib, gc, f, x, z: gc(lambda z: z * z.exp(), z),
    "complex to real": lambda lib, gc, f, x, z: gc(lambda z: z.abs(), z),
    "real to complex": lambda lib, gc, f, x, z: gc(lambda x: x * (1 + 2j), x),
    "conjugate": lambda lib, gc, f, x, z: gc(lambda z: z.conj() * z * z, z),
    "complex wrong": lambda lib, gc, f, x, z: gc(lambda z: f["Wrong"](z.real), z),
    "complex and real": lambda lib, gc, f, x, z: gc(lambda x, z: (x[:2] * z, z.imag * x[1:]), (x, z)),
    "batched": lambda lib, gc, f, x, z: gc(lambda x: x.sin() * x, x, check_batched_grad=True),
    "batched complex": lambda lib, gc, f, x, z: gc(lambda z: z.sin() * z, z, check_batched_grad=True),
    "forward": lambda lib, gc, f, x, z: gc(lambda x: x.sin() * x.sum(), x, check_forward_ad=True),
    "forward complex": lambda lib, gc, f, x, z: gc(lambda z: z.sin() * z, z, check_forward_ad=True),
    "forward, two outputs": lambda lib, gc, f, x, z: gc(lambda x, y: (x * y, y.sum()), (x, x), check_forward_ad=True),
    "forward only": lambda lib, gc, f, x, z: gc(lambda x: x.sin(), x, check_forward_ad=True, check_backward_ad=False),
    "forward batched": lambda lib, gc, f, x, z: gc(
        lambda x: x.sin(), x, check_forward_ad=True, check_batched_forward_grad=True
    ),
    "neither": lambda lib, gc, f, x, z: gc(lambda x: x, x, check_backward_ad=False),
    "batched without backward": lambda lib, gc, f, x, z: gc(
        lambda x: x, x, check_backward_ad=False, check_forward_ad=True, check_batched_grad=True
    ),
    "batched without forward": lambda lib, gc, f, x, z: gc(lambda x: x, x, check_batched_forward_grad=True),
    "fast": lambda lib, gc, f, x, z: gc(lambda x: x.sin() * x, x, fast_mode=True),
    "fast wrong": lambda lib, gc, f, x, z: gc(f["Wrong"], x, fast_mode=True),
    "fast, not multiplied": lambda lib, gc, f, x, z: gc(f["IgnoresGradient"], x, fast_mode=True),
    "fast complex": lambda lib, gc, f, x, z: gc(lambda z: z.sin() * z.conj(), z, fast_mode=True),
    "fast constant": lambda lib, gc, f, x, z: gc(lambda x: x.detach(), x, fast_mode=True),
    "masked": lambda lib, gc, f, x, z: gc(lambda x: x.sin(), x, masked=True),
}
SECOND: dict[str, Check] = {
    "real": lambda lib, ggc, f, x, z: ggc(lambda x: x.sin() * x, x),
    "complex": lambda lib, ggc, f, x, z: ggc(lambda z: z * z * z, z),
    "complex to real": lambda lib, ggc, f, x, z: ggc(lambda z: (z * z * z.conj()).real, z),
    "gaps": lambda lib, ggc, f, x, z: ggc(lambda x: x.sin(), x, gen_non_contig_grad_outputs=True),
    "forward too": lambda lib, ggc, f, x, z: ggc(lambda x: x.sin(), x, check_fwd_over_rev=True),
    "forward only": lambda lib, ggc, f, x, z: ggc(
        lambda x: x.sin(), x, check_fwd_over_rev=True, check_rev_over_rev=False, check_undefined_grad=False
    ),
    "neither": lambda lib, ggc, f, x, z: ggc(lambda x: x, x, check_rev_over_rev=False),
    "undefined without reverse": lambda lib, ggc, f, x, z: ggc(
        lambda x: x, x, check_fwd_over_rev=True, check_rev_over_rev=False
    ),
    "batched without reverse": lambda lib, ggc, f, x, z: ggc(
        lambda x: x,
        x,
        check_fwd_over_rev=True,
        check_rev_over_rev=False,
        check_undefined_grad=False,
        check_batched_grad=True,
    ),
    "batched": lambda lib, ggc, f, x, z: ggc(lambda x: x.sin(), x, check_batched_grad=True),
    "fast": lambda lib, ggc, f, x, z: ggc(lambda x: x.sin(), x, fast_mode=True),
    "given": lambda lib, ggc, f, x, z: ggc(lambda x: x.sin(), x, lib.ones(3, dtype=lib.float64)),
    "given, linear": lambda lib, ggc, f, x, z: ggc(lambda x: x * 2, x, lib.ones(3, dtype=lib.float64)),
    "no grad": lambda lib, ggc, f, x, z: ggc(lambda x: x * 2, x.detach()),
    "types": lambda lib, ggc, f, x, z: ggc(lambda x: x.sin(), x, check_grad_dtypes=True),
}


def outcome(lib: Any, check: Check, function: Any) -> Any:
    """True, False, or the name of what was raised."""
    try:
        return check(lib, function, functions(lib), *inputs(lib))
    except Exception as error:
        return type(error).__name__


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # PyTorch's own, in forward mode
@pytest.mark.parametrize("name", FIRST)
def test_gradcheck_gives_what_the_oracle_gives(name: str) -> None:
    ours = outcome(sg, FIRST[name], sg.autograd.gradcheck)
    assert ours == outcome(torch, FIRST[name], torch.autograd.gradcheck)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", SECOND)
def test_gradgradcheck_gives_what_the_oracle_gives(name: str) -> None:
    ours = outcome(sg, SECOND[name], sg.autograd.gradgradcheck)
    assert ours == outcome(torch, SECOND[name], torch.autograd.gradgradcheck)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("wrong", r"output 0 with respect to input 0: 3 of 9 elements differ\. The worst is input element \d, output"),
        ("not reentrant", r"Backward is not reentrant.*nondet_tol=0"),
        ("not multiplied", "backward not multiplied by grad_output: zero gradients of the outputs gave gradient 0"),
        ("shape", "shape"),
        ("count", "incorrect number of gradients"),
        ("expanded", r"0th input has a dimension with stride 0.*clone\(\)"),
        ("no grad", "at least one input tensor to require gradient"),
        ("detached", "expected to be zero: input 0 changes an output"),
        ("None", "must return Tensors, got NoneType as output 0"),
        ("neither", "at least one of check_forward_ad or check_backward_ad"),
        ("batched without backward", "check_batched_grad=True requires check_backward_ad"),
        ("batched without forward", "check_batched_forward_grad=True requires check_forward_ad"),
        ("complex wrong", "output 0 with respect to input 0"),
        ("fast wrong", "output 0 with respect to input 0"),
    ],
)
def test_gradcheck_says_what_is_wrong(name: str, text: str) -> None:
    with pytest.raises(Exception, match=f"(?s){text}"):
        FIRST[name](sg, sg.autograd.gradcheck, functions(sg), *inputs(sg))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("neither", "at least one of check_fwd_over_rev or check_rev_over_rev"),
        ("undefined without reverse", "check_undefined_grad=True requires check_rev_over_rev"),
        ("batched without reverse", "check_batched_grad=True requires check_rev_over_rev"),
    ],
)
def test_gradgradcheck_says_what_is_wrong(name: str, text: str) -> None:
    with pytest.raises(AssertionError, match=text):
        SECOND[name](sg, sg.autograd.gradgradcheck, functions(sg), *inputs(sg))


@pytest.mark.parametrize("lib", [sg, torch], ids=["ours", "oracle"])
def test_gradcheck_warns_of_float32(lib: Any) -> None:
    x = lib.ones(2, requires_grad=True)
    with pytest.warns(UserWarning, match="not a double precision floating point or complex"):
        lib.autograd.gradcheck(lambda x: x * 2, x, atol=1, rtol=1)


def test_batched_gradients_need_batching_rules() -> None:
    class Twice(sg.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * float(g.sum() > 100) + g * 2  # reads a value, which has no meaning for many samples

    x, _ = inputs(sg)
    assert sg.autograd.gradcheck(Twice.apply, x)
    with pytest.raises(sg.autograd.GradcheckError, match="While computing batched gradients of output 0, got"):
        sg.autograd.gradcheck(Twice.apply, x, check_batched_grad=True)
