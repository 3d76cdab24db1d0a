"""Users' own ops."""

import pytest

import seedgrad as sg


def test_ops_of_users_do_not_take_the_place_of_ours():
    @sg.autograd.op
    def exp(xp, x, y, /, k=1.0):
        return xp.exp(x) * y * k

    assert isinstance(exp, sg.autograd.Op)
    assert exp(sg.zeros(2), sg.ones(2), k=3.0).tolist() == [3, 3]
    x = sg.tensor([0.1, 0.2], dtype=sg.float64, requires_grad=True)
    assert sg.exp(x).grad_fn.name() == "ExpBackward0"
    assert sg.autograd.gradgradcheck(sg.exp, x)
    assert sg.autograd.gradgradcheck(exp, (x, (x * 2).detach().requires_grad_()))


def test_options_reach_the_op():
    @sg.autograd.op(cast="float", name="Half")
    def halved(xp, x, /):
        return x / 2

    halved.defvjp(x=lambda g: g / 2)
    assert halved(sg.tensor([1, 2])).dtype is sg.float32
    assert halved(sg.ones(1, requires_grad=True)).grad_fn.name() == "HalfBackward0"


def test_wrong_declarations_are_refused():
    with pytest.raises(ValueError, match="cast is 'common', 'float' or None, got 'both'"):
        sg.autograd.op(lambda xp, x, /: x, cast="both")

    @sg.autograd.op
    def twice(xp, x, /):
        return x * 2

    with pytest.raises(TypeError, match=r"twice has the array inputs \('x',\), got rules for \('y',\)"):
        twice.defvjp(y=lambda g: g)
    with pytest.raises(TypeError, match=r"asks for \['z'\]"):
        twice.defvjp(x=lambda g, z: g)
