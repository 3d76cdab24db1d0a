"""Several first gradients at once, and an old option."""

import numpy as np
import pytest
import torch

import seedgrad as sg


def jacobians(lib, **options):
    x = lib.tensor([1.0, 2.0, 3.0], requires_grad=True)
    unused = lib.tensor([1.0, 2.0], requires_grad=True)
    y, z = x**2 + x.sum(), (x**3).sum()
    firsts = (lib.eye(4, 3), lib.arange(4.0))
    found = lib.autograd.grad((y, z), (x, unused), firsts, is_grads_batched=True, create_graph=True, **options)
    (again,) = lib.autograd.grad(found[0].sum(), x)
    return [None if g is None else g.detach().numpy() for g in (*found, again)]


@pytest.mark.parametrize("options", [{"allow_unused": True}, {"materialize_grads": True}])
def test_several_first_gradients(options):
    for ours, theirs in zip(jacobians(sg, **options), jacobians(torch, **options), strict=True):
        assert (ours is None) == (theirs is None)
        if theirs is not None:
            np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_refusals():
    for lib in (sg, torch):
        x = lib.ones(2, requires_grad=True)
        with pytest.raises(RuntimeError):
            lib.autograd.grad(x * 2, x, is_grads_batched=True)
        with pytest.raises(RuntimeError):
            lib.autograd.grad(x * 2, x, lib.ones(2), is_grads_batched=True)
        with pytest.raises(RuntimeError, match="not have been used in the graph"):
            jacobians(lib)
    x = sg.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="is_grads_batched=True needs grad_outputs, with one dimension more"):
        sg.autograd.grad(x * 2, x, is_grads_batched=True)


def test_only_inputs_is_accepted():
    for lib in (sg, torch):
        x = lib.ones(2, requires_grad=True)
        (g,) = lib.autograd.grad(outputs=x * 2, inputs=x, grad_outputs=lib.ones(2), only_inputs=True)
        assert g.tolist() == [2.0, 2.0]
        with pytest.warns(FutureWarning, match="only_inputs argument is deprecated"):
            lib.autograd.grad((x * 2).sum(), x, only_inputs=False)
