"""`autograd.grad`, `functional`, `Function` and the numerical checks, against PyTorch and against wrong derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import seedgrad as sg

A = np.random.default_rng(0).standard_normal((3, 2))
B = np.random.default_rng(1).standard_normal((2,))

FUNCTIONS: dict[str, Any] = {
    "elementwise": lambda a, b: (a * b).tanh() + a.exp(),
    "product": lambda a, b: a @ b,
    "reduction": lambda a, b: (a**3).sum(0) * b,
    "scalar": lambda a, b: (a.sin() * b).sum(),
    "independent of b": lambda a, b: a**2,
    "two outputs": lambda a, b: (a * b, a.sum() * b),
}
SCALARS = {k: FUNCTIONS[k] for k in ("scalar",)} | {
    "quartic": lambda a, b: ((a @ b) ** 4).sum(),
    "linear in b": lambda a, b: (a**2 @ b).sum(),
}


def _inputs(lib: Any) -> tuple[Any, Any]:
    return lib.tensor(A), lib.tensor(B)


def _arrays(value: Any) -> list[np.ndarray[Any, Any]]:
    if isinstance(value, (tuple, list)):
        return [x for v in value for x in _arrays(v)]
    return [value.detach().numpy()]


def _equal(ours: Any, theirs: Any) -> None:
    for a, b in zip(_arrays(ours), _arrays(theirs), strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functional_vjp_jvp_jacobian_equal_the_oracle(name: str) -> None:
    f = FUNCTIONS[name]
    v_in = (A * 0.5, B * 2)
    results = []
    for lib in (sg, torch):
        functional, ins = lib.autograd.functional, _inputs(lib)
        outs = f(*ins)
        several = isinstance(outs, tuple)
        v_out = tuple(lib.ones_like(o) * 0.3 for o in (outs if several else (outs,)))
        results.append(
            (
                functional.vjp(f, ins, v_out if several else v_out[0]),
                functional.jvp(f, ins, tuple(lib.tensor(v) for v in v_in)),
                functional.jacobian(f, ins),
                functional.jacobian(lambda a, f=f, ins=ins: f(a, ins[1]), ins[0]),
            )
        )
    _equal(*results)


@pytest.mark.parametrize("name", SCALARS)
def test_functional_hessian_and_products_equal_the_oracle(name: str) -> None:
    f = SCALARS[name]
    results = []
    for lib in (sg, torch):
        functional, ins = lib.autograd.functional, _inputs(lib)
        v = tuple(lib.tensor(x) for x in (A * 0.5, B * 2))
        results.append((functional.hessian(f, ins), functional.hvp(f, ins, v), functional.vhp(f, ins, v)))
    _equal(*results)


def test_functional_results_can_be_differentiated_with_create_graph() -> None:
    grads = []
    for lib in (sg, torch):
        x = lib.tensor(B, requires_grad=True)
        jacobian = lib.autograd.functional.jacobian(lambda x: x**3, x, create_graph=True)
        jacobian.sum().backward()
        grads.append(x.grad)
    _equal(*grads)


BAD: list[tuple[Any, str]] = [
    (lambda lib: lib.autograd.functional.vjp(lambda x: x * 2, lib.ones(2)), "can only be None"),
    (lambda lib: lib.autograd.functional.vjp(lambda x: x * 2, lib.ones(2), lib.ones(3)), "invalid size"),
    (lambda lib: lib.autograd.functional.hessian(lambda x: x * 2, lib.ones(2)), "single element"),
    (lambda lib: lib.autograd.functional.jacobian(lambda x: 3, lib.ones(2)), "must be a Tensor"),
    (lambda lib: lib.autograd.functional.jacobian(lambda x: lib.ones(2), lib.ones(2), strict=True), "independent"),
    (lambda lib: lib.autograd.grad(lib.ones(1), lib.ones(1)), "does not require grad"),
    (
        lambda lib: lib.autograd.grad((lambda x: x * 2)(lib.ones(2, requires_grad=True)), lib.ones(2)),
        "not require grad",
    ),
    (lambda lib: lib.ones(2).sum().backward(), "does not require grad"),
    (lambda lib: (lib.ones(2, requires_grad=True) * 2).backward(), "implicitly created only for scalar"),
    (lambda lib: (lib.ones(2, requires_grad=True) * 2).backward(lib.ones(3)), "Mismatch in shape"),
    (lambda lib: lib.autograd.gradcheck(lambda x: x, lib.ones(2)), "require gradient"),
]


@pytest.mark.parametrize(("call", "text"), BAD, ids=[text for _, text in BAD])
def test_autograd_refuses_what_the_oracle_refuses(call: Any, text: str) -> None:
    with pytest.raises(Exception) as theirs:  # whatever the oracle raises is what we must raise
        call(torch)
    with pytest.raises(theirs.type, match=text):
        call(sg)


def test_grad_of_unused_inputs_is_an_error_none_or_zeros() -> None:
    x, y = sg.ones(2, requires_grad=True), sg.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"inputs\[1\].*allow_unused"):
        sg.autograd.grad((x * 2).sum(), [x, y])
    assert sg.autograd.grad((x * 2).sum(), [x, y], allow_unused=True)[1] is None
    assert sg.autograd.grad((x * 2).sum(), [x, y], materialize_grads=True)[1].tolist() == [0, 0]
    with pytest.raises(ValueError, match="materialize_grads"):
        sg.autograd.grad((x * 2).sum(), [x, y], allow_unused=False, materialize_grads=True)


class Cube(sg.autograd.Function):
    """A right derivative, and through the saved input a right second one."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 3 * x * x


class WrongCube(Cube):
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 2 * x * x


class WrongTwice(Cube):
    """Right at first order only: the second derivative is lost."""

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * (3 * x * x).detach()


def test_gradcheck_accepts_right_and_locates_wrong_derivatives() -> None:
    x = sg.tensor(B, requires_grad=True)
    assert sg.autograd.gradcheck(Cube.apply, x)
    assert sg.autograd.gradgradcheck(Cube.apply, x)
    with pytest.raises(sg.autograd.GradcheckError, match=r"output 0 with respect to input 0.*element"):
        sg.autograd.gradcheck(WrongCube.apply, x)
    assert not sg.autograd.gradcheck(WrongCube.apply, x, raise_exception=False)
    assert sg.autograd.gradcheck(WrongTwice.apply, x)
    assert not sg.autograd.gradgradcheck(WrongTwice.apply, x, raise_exception=False)


def test_gradcheck_covers_several_inputs_and_outputs() -> None:
    a, b = (sg.tensor(v, requires_grad=True) for v in (A, B))
    assert sg.autograd.gradcheck(FUNCTIONS["two outputs"], (a, b))
    assert sg.autograd.gradgradcheck(FUNCTIONS["two outputs"], (a, b))
    assert sg.autograd.gradcheck(lambda a, n: a**n, (a.detach().abs().requires_grad_(), 3))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: sg.nn.functional.layer_norm(x, (2,)),
        lambda x: sg.softmax(x, 1).log(),
        lambda x: sg.nn.functional.cross_entropy(x, sg.tensor([0, 1, 1])),
        lambda x: sg.cumsum(x, 0).prod(1),
        lambda x: sg.nn.functional.gelu(x[1:] @ x.T),
    ],
)
def test_gradcheck_and_gradgradcheck_of_layers(f: Any) -> None:
    x = sg.tensor(A, requires_grad=True)
    assert sg.autograd.gradcheck(f, x)
    assert sg.autograd.gradgradcheck(f, x)


def test_function_with_setup_context_constants_and_several_outputs() -> None:
    def build(lib: Any) -> Any:
        class Both(lib.autograd.Function):
            @staticmethod
            def forward(x, n):
                return x**n, (x > 0)

            @staticmethod
            def setup_context(ctx, inputs, output):
                x, n = inputs
                ctx.save_for_backward(x)
                ctx.n = n
                ctx.mark_non_differentiable(output[1])

            @staticmethod
            def backward(ctx, g, _):
                (x,) = ctx.saved_tensors
                return g * ctx.n * x ** (ctx.n - 1), None

        x = lib.tensor(B, requires_grad=True)
        y, positive = Both.apply(x, 3)
        assert not positive.requires_grad
        (first,) = lib.autograd.grad(y.sum(), x, create_graph=True)
        (second,) = lib.autograd.grad(first.sum(), x)
        return y, first, second

    _equal(build(sg), build(torch))


def test_function_errors_name_the_function_and_the_way_out() -> None:
    class TooFew(sg.autograd.Function):
        @staticmethod
        def forward(ctx, x, y):
            return x * y

        @staticmethod
        def backward(ctx, g):
            return g

    class Silent(sg.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

    x = sg.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"TooFewBackward.*expected 2, got 1"):
        TooFew.apply(x, x).sum().backward()
    with pytest.raises(NotImplementedError, match="implement the backward"):
        Silent.apply(x).sum().backward()
    with pytest.raises(RuntimeError, match="should not be instantiated"):
        Silent()


def test_once_differentiable_raises_at_the_second_derivative() -> None:
    class Once(Cube):
        @staticmethod
        @sg.autograd.once_differentiable
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * 3 * x * x

    x = sg.tensor(B, requires_grad=True)
    first = sg.ones(2, dtype=sg.float64, requires_grad=True)
    (g,) = sg.autograd.grad(Once.apply(x), x, first, create_graph=True)
    np.testing.assert_allclose(g.detach().numpy(), 3 * B**2)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        g.sum().backward()


@pytest.mark.parametrize("materialize", [True, False])
def test_function_receives_missing_gradients_as_zeros_or_none(materialize: bool) -> None:
    def seen_by(lib: Any) -> list[Any]:
        seen: list[Any] = []

        class Two(lib.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                ctx.set_materialize_grads(materialize)
                return x * 2, x * 3

            @staticmethod
            def backward(ctx, g, h):
                seen.append(None if h is None else h.tolist())
                return g * 2

        x = lib.tensor(B, requires_grad=True)
        Two.apply(x)[0].sum().backward()
        return [*seen, x.grad.tolist()]

    assert seen_by(sg) == seen_by(torch)
