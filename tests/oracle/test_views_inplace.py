"""Random programs of views and in-place writes, run by seedgrad and by PyTorch.

A program holds a pool of tensors. Each step makes a view, computes something, or writes in place; both sides must raise
the same class of exception, or give the same values. At the end the gradients of all leaves, and the gradients of those
gradients, must be equal - or both must refuse because a saved value was overwritten.
"""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import torch
from hypothesis import given, settings

import seedgrad as sg

from .view_programs import (
    RESHAPED,
    SHAPES,
    STALE,
    Program,
    StopProgram,
    advanced_index,
    attempt,
    basic_index,
    numbers,
    overlaps,
    same_memory,
    sharing,
    strided_view,
)

VIEWS = [
    "index",
    "transpose",
    "flatten",
    "expand",
    "unbind",
    "split",
    "diagonal",
    "unsqueeze",
    "squeeze",
    "permute",
    "no_grad view",
    "tensor_split",
    "detach",
    "as_strided",
    "unfold",
    "narrow",
    "select",
    "movedim",
    "hsplit",
    "swapaxes",
    "adjoint",
]
WRITES = [
    "mul_ number",
    "mul_ tensor",
    "add_ tensor",
    "exp_",
    "tanh_",
    "zero_",
    "fill_",
    "copy_ tensor",
    "set number",
    "set tensor",
    "set part",
    "advanced number",
    "advanced tensor",
    "no_grad mul_",
    "index_add_",
    "iadd part",
    "unsqueeze_",
    "t_",
    "masked_fill_",
    "as_strided_",
    "masked_scatter_",
    "index_put_",
    "put_",
    "scatter_add_",
    "fill_diagonal_",
]
FILLS = [
    "zero_",
    "fill_",
    "set number",
    "set tensor",
    "set part",
    "advanced number",
    "advanced tensor",
    "masked_fill_",
    "index_add_",
    "masked_scatter_",
    "index_put_",
    "put_",
    "fill_diagonal_",
]
PURE = [
    "mul",
    "exp",
    "square",
    "advanced read",
    "clone",
    "add number",
    "contiguous",
    "part_scatter",
    "transposed product",
]


def draw_step(data: Any, p: Program) -> None:
    computed = [k for k, t in enumerate(p.theirs) if k not in p.leaves]
    i = data.draw(st.sampled_from([*computed, *computed, *range(len(p.ours))]))
    shape = tuple(p.theirs[i].shape)
    shared = any(s == 0 and n > 1 for s, n in zip(p.theirs[i].stride(), shape, strict=True))
    kind = data.draw(st.sampled_from([*VIEWS, *WRITES, *WRITES, *PURE]))
    if kind in (*WRITES, "no_grad view") and kind not in ("unsqueeze_", "t_") and not shared and overlaps(p.theirs[i]):
        return  # what a write leaves where elements share a place is not defined
    if shared and kind in FILLS:
        return  # PyTorch fills expanded tensors with numbers; seedgrad refuses all writes to them
    same = [j for j, t in enumerate(p.theirs) if tuple(t.shape) == shape]
    j = data.draw(st.sampled_from(same))
    # x.mul_(x) and the like: seedgrad keeps the old value, PyTorch refuses in the backward pass.
    apart = p.theirs[i].untyped_storage().data_ptr() != p.theirs[j].untyped_storage().data_ptr()

    def own(u: Any) -> Any:
        return u if apart else u.clone()

    name = f"{kind}(t{i})"
    if kind == "index":
        index = data.draw(basic_index(shape))
        p.step(f"{name} {index}", i, lambda t, m: t[index])
    elif kind == "no_grad view":
        # PyTorch 2.13 calls such a view a leaf that requires grad, though no gradient ever reaches it; so it is only
        # looked at inside the step.
        write = data.draw(st.sampled_from(["none", "silent", "number", "tensor"]))

        def hidden(t: Any, m: Any) -> None:
            with m.no_grad():
                v = t.reshape(-1)[:1] if t.is_contiguous() else t.unsqueeze(0)
                if write == "silent":
                    v.mul_(1.5)
            if write == "number":
                v.mul_(1.5)
            elif write == "tensor":
                v.mul_(m.ones(1, dtype=m.float64, requires_grad=True))

        p.step(f"{name} {write}", i, hidden)
    elif kind == "transpose" and len(shape) > 1:
        p.step(name, i, lambda t, m: t.transpose(0, -1))
    elif kind == "permute" and len(shape) > 1:
        p.step(name, i, lambda t, m: t.permute(*range(1, len(shape)), 0))
    elif kind == "flatten":
        p.step(name, i, lambda t, m: t.reshape(-1))
    elif kind == "expand":
        p.step(name, i, lambda t, m: t.expand(2, *shape))
    elif kind == "unbind" and shape and shape[0]:
        k = data.draw(st.integers(0, shape[0] - 1))
        p.step(f"{name} {k}", i, lambda t, m: t.unbind(0)[k])
    elif kind == "split" and shape and shape[-1]:
        p.step(name, i, lambda t, m: t.split(2, -1)[0])
    elif kind == "tensor_split" and shape and shape[0]:
        p.step(name, i, lambda t, m: t.tensor_split(2)[0])
    elif kind == "diagonal" and len(shape) > 1:
        p.step(name, i, lambda t, m: t.diagonal())
    elif kind in ("as_strided", "as_strided_"):
        if not same_memory(p.ours[i], p.theirs[i]):
            return  # the order in memory of computed tensors is each library's own
        if kind == "as_strided_" and len(sharing(p, i)) > 1:
            return  # PyTorch loses the gradient of views that reach beyond what their base has become
        made = data.draw(strided_view(p.theirs[i]))
        p.step(f"{name} {made}", i, lambda t, m: getattr(t, kind)(*made))
    elif kind == "unfold" and shape:
        axis = data.draw(st.integers(0, len(shape) - 1))
        size, step = data.draw(st.integers(1, max(shape[axis], 1))), data.draw(st.integers(1, 3))
        p.step(f"{name} {axis} {size} {step}", i, lambda t, m: t.unfold(axis, size, step))
    elif kind == "narrow" and shape and shape[-1]:
        p.step(name, i, lambda t, m: t.narrow(-1, shape[-1] - 1, 1))
    elif kind == "select" and shape and shape[0]:
        p.step(name, i, lambda t, m: t.select(0, -1))
    elif kind == "movedim" and shape:
        p.step(name, i, lambda t, m: t.movedim(0, -1))
    elif kind == "swapaxes" and shape:
        p.step(name, i, lambda t, m: t.swapaxes(0, -1))
    elif kind == "adjoint" and len(shape) > 1:
        p.step(name, i, lambda t, m: t.mH)
    elif kind == "hsplit" and shape:
        p.step(name, i, lambda t, m: t.hsplit(1)[0])
    elif kind == "unsqueeze":
        p.step(name, i, lambda t, m: t.unsqueeze(0))
    elif kind == "squeeze":
        p.step(name, i, lambda t, m: t.squeeze())
    elif kind == "detach":
        p.step(name, i, lambda t, m: t.detach())
    elif kind == "mul_ number":
        p.step(name, i, lambda t, m: t.mul_(1.25))
    elif kind == "mul_ tensor":
        p.step(f"{name} t{j}", i, lambda t, u, m: t.mul_(own(u)), j)
    elif kind == "add_ tensor":
        p.step(f"{name} t{j}", i, lambda t, u, m: t.add_(own(u)), j)
    elif kind == "exp_":
        p.step(name, i, lambda t, m: t.tanh_().exp_())
    elif kind == "tanh_":
        p.step(name, i, lambda t, m: t.tanh_())
    elif kind == "zero_":
        p.step(name, i, lambda t, m: t.zero_())
    elif kind == "fill_":
        p.step(name, i, lambda t, m: t.fill_(0.75))
    elif kind == "copy_ tensor":
        p.step(f"{name} t{j}", i, lambda t, u, m: t.copy_(own(u)), j)
    elif kind == "masked_fill_":
        p.step(name, i, lambda t, m: t.masked_fill_(numbers(shape, m) > 1, 0.5))
    elif kind == "unsqueeze_":
        p.step(name, i, lambda t, m: t.unsqueeze_(0))
    elif kind == "t_" and len(shape) == 2:
        p.step(name, i, lambda t, m: t.t_())
    elif kind == "no_grad mul_":

        def silent(t: Any, m: Any) -> Any:
            with m.no_grad():
                return t.mul_(1.5)

        p.step(name, i, silent)
    elif kind in ("set number", "set tensor", "set part", "iadd part"):
        index = data.draw(basic_index(shape))

        def assign(t: Any, u: Any, m: Any) -> None:
            if kind == "set number":
                t[index] = 0.5
            elif kind == "set tensor":
                t[index] = numbers(tuple(t[index].shape), m)
            elif kind == "set part":
                t[index] = u[index] * 2
            else:
                t[index] += 1.5

        p.step(f"{name} {index} t{j}", i, assign, j)
    elif kind in ("advanced number", "advanced tensor", "advanced read") and shape:
        index = data.draw(advanced_index(shape))

        def put(t: Any, u: Any, m: Any) -> Any:
            if kind == "advanced read":
                return t[index]
            t[index] = 0.5 if kind == "advanced number" else u[index] * 2
            return None

        p.step(f"{name} {index} t{j}", i, put, j)
    elif kind == "index_add_" and shape and shape[0]:
        p.step(f"{name} t{j}", i, lambda t, u, m: t.index_add_(0, m.tensor([0, 0]), u[[0, 0]]), j)
    elif kind == "masked_scatter_":
        p.step(name, i, lambda t, u, m: t.masked_scatter_(numbers(shape, m) > 1, own(u) * 2), j)
    elif kind in ("index_put_", "put_", "scatter_add_") and shape and shape[0]:
        p.step(f"{name} t{j}", i, lambda t, u, m: put_by_index(kind, t, u, m), j)
    elif kind == "fill_diagonal_":
        p.step(name, i, lambda t, m: t.fill_diagonal_(0.25))
    elif kind == "part_scatter" and len(shape) > 1 and shape[0] and not overlaps(p.theirs[i]):
        p.step(f"{name} t{j}", i, lambda t, u, m: t.select_scatter(u[0] * 2, 0, -1).diagonal_scatter(u.diagonal()), j)
    elif kind == "transposed product" and len(shape) > 1:
        p.step(name, i, lambda t, m: t.transpose(0, -1) * 1.5)
    elif kind == "mul":
        p.step(f"{name} t{j}", i, lambda t, u, m: t * u, j)
    elif kind == "exp":
        p.step(name, i, lambda t, m: (t * 0.5).exp())
    elif kind == "square":
        p.step(name, i, lambda t, m: t * t)
    elif kind == "clone":
        p.step(name, i, lambda t, m: t.clone())
    elif kind == "contiguous":
        p.step(name, i, lambda t, m: t.contiguous())
    elif kind == "add number":
        p.step(name, i, lambda t, m: t + 1)


def put_by_index(kind: str, t: Any, u: Any, m: Any) -> Any:
    """Write elements of u, scaled, to positions of t that repeat only where they are added up."""
    if kind == "index_put_":
        return t.index_put_((m.tensor([0, 0]),), u[[0, 0]] * 2, accumulate=True)
    if kind == "put_":
        return t.put_(m.tensor([0, -1])[: t.numel()], u.reshape(-1)[:2] * 2)
    first = m.zeros_like(u[:1], dtype=m.int64)
    return t.scatter_add_(0, first, u[:1] * 2)


def loss(tensors: list[Any], module: Any) -> Any:
    total = None
    for k, t in enumerate(tensors):
        if t.requires_grad:
            term = (t * numbers(tuple(t.shape), module, k)).sum()
            total = term if total is None else total + term
    return total


def differentiate(tensors: list[Any], leaves: list[int], module: Any) -> tuple[Any, Any]:
    """The gradients of the leaves, and those of the sum of their squares."""
    inputs = [tensors[k] for k in leaves]
    total = loss(tensors, module)
    if total is None:
        return [None] * len(leaves), [None] * len(leaves)
    first = module.autograd.grad(total, inputs, create_graph=True, allow_unused=True)
    squares = sum((g * g).sum() for g in first if g is not None and g.requires_grad)
    if isinstance(squares, int):
        return first, [None] * len(first)
    return first, module.autograd.grad(squares, inputs, allow_unused=True)


def equal(ours: Any, theirs: Any, text: Any) -> None:
    assert len(ours) == len(theirs), text
    for a, b in zip(ours, theirs, strict=True):
        a = np.zeros(()) if a is None else a.detach().numpy()
        b = np.zeros(()) if b is None else b.detach().numpy()
        np.testing.assert_allclose(
            a, np.broadcast_to(b, np.broadcast_shapes(a.shape, b.shape)), rtol=1e-7, atol=1e-9, err_msg="\n".join(text)
        )


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_programs_equal_torch(data):
    p = Program()
    for seed in range(data.draw(st.integers(1, 2))):
        shape = data.draw(st.sampled_from(SHAPES))
        p.add_leaf(shape, True, seed)
        if data.draw(st.booleans()):
            p.step("computed", len(p.ours) - 1, lambda t, m: t * 2)
    p.add_leaf(data.draw(st.sampled_from(SHAPES)), False, 9)
    try:
        for _ in range(data.draw(st.integers(1, 10))):
            draw_step(data, p)
            p.check_values()
    except StopProgram:
        return
    theirs, their_error = attempt(differentiate, p.theirs, p.leaves, torch)
    if their_error is not None and any(s in str(their_error) for s in STALE):
        return
    if their_error is not None and any(word in line for line in p.text for word in RESHAPED):
        return  # PyTorch counts a change of shape as a write, though it leaves all values as they are
    ours, our_error = attempt(differentiate, p.ours, p.leaves, sg)
    assert type(our_error) is type(their_error), ("\n".join(p.text), our_error, their_error)
    if our_error is None:
        equal(ours[0], theirs[0], p.text)
        equal(ours[1], theirs[1], p.text)
