"""The engine's own promises: ownership, versions, memory, order, modes."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import tracemalloc
import weakref

import numpy as np
import pytest

import seedgrad as sg


def leaf(*values: float) -> sg.Tensor:
    return sg.tensor([float(v) for v in values], requires_grad=True)


def test_leaf_gradients_never_share_memory() -> None:
    a, b = leaf(1, 2), leaf(3, 4)
    (a + b).sum().backward()
    assert not np.shares_memory(a.grad.numpy(), b.grad.numpy())
    a.grad += 1
    assert b.grad.tolist() == [1, 1]


def test_leaf_gradient_does_not_share_memory_with_the_given_one() -> None:
    a, g = leaf(1, 2), sg.ones(2)
    (a + 0).backward(g)
    a.grad *= 5
    assert g.tolist() == [1, 1]


def test_leaf_gradient_is_stored_without_a_copy_when_nobody_else_holds_it() -> None:
    a = sg.ones(1000, requires_grad=True)
    produced: list[int] = []

    class Double(sg.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            out = g * 2
            produced.append(out.data_ptr())
            return out

    (Double.apply(a) * a).sum().backward()
    assert a.grad.numpy().flags.owndata
    assert a.grad.numpy().flags.writeable


def test_autograd_grad_results_never_share_memory() -> None:
    a, b = leaf(1, 2), leaf(3, 4)
    ga, gb = sg.autograd.grad((a + b).sum(), [a, b])
    ga += 1
    assert gb.tolist() == [1, 1]


def test_gradients_accumulate_in_the_same_tensor() -> None:
    a = leaf(1, 2)
    (a * 2).sum().backward()
    first = a.grad
    (a * 3).sum().backward()
    assert a.grad is first
    assert first.tolist() == [5, 5]


def test_accumulation_into_a_saved_gradient_is_noticed() -> None:
    w, y = leaf(1, 2), leaf(3, 4)
    (w * w).sum().backward()
    loss = (w.grad * y).sum()
    (w * w).sum().backward()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


def test_second_backward_raises_only_where_something_was_freed() -> None:
    a = leaf(1, 2)
    y = (a * a).sum()
    y.backward()
    with pytest.raises(RuntimeError, match=r"second time.*retain_graph=True"):
        y.backward()
    z = (a + 1).sum()
    z.backward()
    with pytest.warns(UserWarning, match="called a second time on the same graph"):
        z.backward()


def test_retain_graph_keeps_what_was_saved() -> None:
    a = leaf(1, 2)
    y = (a * a).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert a.grad.tolist() == [4, 8]


def test_saved_tensor_written_in_place_is_noticed() -> None:
    a = leaf(1, 2)
    b = a * 1
    y = b * b
    b += 1
    with pytest.raises(RuntimeError, match=r"MulBackward0 saved a tensor of shape \(2,\)"):
        y.sum().backward()


def test_saved_output_written_in_place_is_noticed() -> None:
    a = leaf(1, 2)
    y = a.exp()
    y += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_saved_view_written_through_its_base_is_noticed() -> None:
    a = leaf(1, 2, 3)
    b = a * 1
    y = b[:2] * leaf(5, 6)
    b.zero_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_write_before_the_save_is_fine() -> None:
    a = leaf(1, 2)
    b = a * 1
    b += 1
    (b * b).sum().backward()
    assert a.grad.tolist() == [4, 6]


def test_write_to_a_detached_tensor_is_noticed_and_to_data_is_not() -> None:
    a = leaf(1, 2)
    b = a * 1
    y = b * b
    b.detach().add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()
    b = a * 1
    y = (b * b).sum()
    b.data.add_(1)
    y.backward()


def test_inplace_keeps_the_old_value_that_a_rule_saved() -> None:
    a, b = leaf(1, 2), leaf(3, 4)
    x = a * 1
    x *= b
    x.sum().backward()
    assert a.grad.tolist() == [3, 4]
    assert b.grad.tolist() == [1, 2]


def test_write_into_a_view_reaches_the_base() -> None:
    a, v = leaf(1, 2, 3), leaf(10)
    b = a * 1
    b[0] = v[0] * 2
    (b * b).sum().backward()
    assert b.tolist() == [20, 2, 3]
    assert a.grad.tolist() == [0, 4, 6]
    assert v.grad.tolist() == [80]


def test_view_made_before_a_write_follows_it() -> None:
    a = leaf(1, 2, 3)
    b = a * 1
    view = b[1:]
    b *= 2
    (view * view).sum().backward()
    assert a.grad.tolist() == [0, 16, 24]


@pytest.mark.parametrize("write", [lambda a: a.add_(1), lambda a: a[:1].add_(1), lambda a: a.__setitem__(0, 1.0)])
def test_leaf_that_requires_grad_is_not_written(write) -> None:
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        write(leaf(1, 2))


def test_leaf_is_written_without_grad() -> None:
    a = leaf(1, 2)
    with sg.no_grad():
        a += 1
    assert a.tolist() == [2, 3]
    assert a.is_leaf and a.requires_grad


def test_mixed_dtypes_give_each_input_a_gradient_of_its_own_type() -> None:
    a = leaf(1, 2)
    b = sg.tensor(np.array([3.0, 4.0]), requires_grad=True)
    out = a * b
    assert out.dtype == sg.float64
    out.sum().backward()
    assert a.grad.dtype == sg.float32
    assert b.grad.dtype == sg.float64


def test_zero_dimensional_results_stay_arrays() -> None:
    x = sg.tensor(2.0, requires_grad=True)
    y = x * x
    y.backward()
    assert isinstance(y.numpy(force=True), np.ndarray)
    assert isinstance(x.grad.numpy(), np.ndarray)
    assert x.grad.shape == ()


def test_graph_of_300000_nodes_is_walked_and_freed() -> None:
    x = sg.ones(1, requires_grad=True)
    y = x
    for _ in range(300_000):
        y = y + 1
    y.backward()
    assert x.grad.item() == 1
    del y


def test_shared_node_is_visited_once_with_its_whole_gradient() -> None:
    x = leaf(2)
    calls: list[float] = []
    y = x * 3
    y.register_hook(lambda g: calls.append(g.item()))
    (y + y * y).sum().backward()
    assert calls == [13]
    assert x.grad.item() == 39


def test_nothing_leaks_without_the_garbage_collector() -> None:
    w, b = sg.randn(8, 4, requires_grad=True), sg.zeros(4, requires_grad=True)
    optimizer = sg.optim.SGD([w, b], lr=0.01, momentum=0.9)
    x = sg.randn(16, 8)

    def step() -> weakref.ref[sg.Tensor]:
        optimizer.zero_grad()
        h = x @ w + b
        h[:, 0] *= 2
        view = h.reshape(-1)[:8]
        view += 1
        loss = (h * h).mean()
        loss.backward()
        optimizer.step()
        return weakref.ref(loss)

    step()
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(200):
            assert step()() is None
        assert len(gc.get_objects()) - before < 50
        assert gc.collect() < 20
    finally:
        gc.enable()


def test_memory_stays_flat_over_10000_training_steps() -> None:
    nn = sg.nn
    model = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.1), nn.Linear(16, 4))
    optimizer = sg.optim.Adam(model.parameters())
    x, y = sg.randn(16, 8), sg.randint(0, 4, (16,))

    def steps(n: int) -> int:
        for _ in range(n):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
        return tracemalloc.get_traced_memory()[0]

    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        before = steps(500)
        assert steps(10_000) - before < 50_000
    finally:
        tracemalloc.stop()
        gc.enable()


def test_backward_frees_what_it_has_consumed() -> None:
    x = sg.ones(1000, requires_grad=True)
    h = x * 2
    saved = weakref.ref(h.numpy(force=True))
    y = (h * h).sum()
    del h
    y.backward()
    assert saved() is None


def test_gradient_mode_belongs_to_the_thread() -> None:
    seen: list[bool] = []
    with sg.no_grad():
        thread = threading.Thread(target=lambda: seen.append(sg.is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_backward_in_several_threads() -> None:
    w = [sg.ones(50, requires_grad=True) for _ in range(4)]

    def work(p: sg.Tensor) -> None:
        for _ in range(20):
            p.grad = None
            y = p
            for _ in range(30):
                y = y * 1.1
            y.sum().backward()

    threads = [threading.Thread(target=work, args=(p,)) for p in w]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for p in w:
        np.testing.assert_allclose(p.grad.numpy(), 1.1**30, rtol=1e-5)


def test_hooks_change_gradients_and_can_be_removed() -> None:
    x = leaf(1, 2)
    y = x * 2
    handle = y.register_hook(lambda g: g * 10)
    y.sum().backward()
    assert x.grad.tolist() == [20, 20]
    handle.remove()
    x.grad = None
    (x * 2).sum().backward()
    assert x.grad.tolist() == [2, 2]
    with pytest.raises(RuntimeError, match="changed the size"):
        y = x * 2
        y.register_hook(lambda g: g[:1])
        y.sum().backward()


def test_leaf_hook_sees_the_whole_gradient_once() -> None:
    x = leaf(1, 2)
    seen: list[list[float]] = []
    x.register_hook(lambda g: seen.append(g.tolist()))
    done: list[list[float]] = []
    x.register_post_accumulate_grad_hook(lambda t: done.append(t.grad.tolist()))
    (x * 2 + x * x).sum().backward()
    assert seen == [[4, 6]]
    assert done == [[4, 6]]


def test_retain_grad_keeps_the_gradient_of_a_computed_tensor() -> None:
    x = leaf(1, 2)
    y = x * 2
    y.retain_grad()
    (y * y).sum().backward()
    assert y.retains_grad
    assert y.grad.tolist() == [4, 8]


def test_backward_into_chosen_inputs_only() -> None:
    a, b = leaf(1), leaf(2)
    y = a * b
    (y * y).sum().backward(inputs=[b])
    assert a.grad is None
    assert b.grad.tolist() == [4]
    with pytest.raises(RuntimeError, match="cannot be empty"):
        (a * b).sum().backward(inputs=[])


def test_create_graph_gives_gradients_of_any_order() -> None:
    x = sg.tensor(1.5, requires_grad=True)
    y = x**5
    for factor, power in [(5, 4), (20, 3), (60, 2), (120, 1), (120, 0)]:
        (y,) = sg.autograd.grad(y, x, create_graph=True)
        assert y.item() == pytest.approx(factor * 1.5**power, rel=1e-5)


def test_inference_tensors_stay_out_of_graphs() -> None:
    with sg.inference_mode():
        t = sg.ones(2) * 2
    x = leaf(1, 2)
    assert t.is_inference()
    with pytest.raises(RuntimeError, match="cannot be saved for backward"):
        x * t
    with pytest.raises(RuntimeError, match="outside InferenceMode"):
        t.add_(1)
    (x + t).sum().backward()


@pytest.mark.parametrize(
    "make",
    [lambda: sg.no_grad, lambda: sg.no_grad(), lambda: sg.inference_mode(), lambda: sg.set_grad_enabled(False)],
)
def test_modes_decorate_functions_and_generators(make) -> None:
    switch = make()

    @switch
    def function() -> bool:
        return sg.is_grad_enabled()

    @switch
    def generator():
        yield sg.is_grad_enabled()
        yield sg.is_grad_enabled()

    assert function() is False
    for value in generator():
        assert value is False
        assert sg.is_grad_enabled()


def test_pickle_and_deepcopy_keep_what_people_put_on_a_tensor() -> None:
    p = leaf(1, 2)
    p.no_decay = True
    p.grad = sg.ones(2)
    for q in (pickle.loads(pickle.dumps(p)), copy.deepcopy(p)):
        assert q.no_decay and q.requires_grad and q.is_leaf
        assert q.tolist() == [1, 2]
        assert q.grad.tolist() == [1, 1]
        assert not np.shares_memory(q.numpy(force=True), p.numpy(force=True))
    with pytest.raises(RuntimeError, match="graph leaves"):
        copy.deepcopy(p * 2)
    assert pickle.loads(pickle.dumps(p * 2)).is_leaf


def test_numpy_works_on_either_side() -> None:
    x, a = sg.tensor([1.0, 2.0]), np.array([3.0, 4.0], np.float32)
    for result in (x + a, a + x, x * a, a * x, a - x, a / x):
        assert isinstance(result, sg.Tensor)
    assert (a - x).tolist() == [2, 2]
    assert np.asarray(x) is x.numpy()
    with pytest.raises(RuntimeError, match="detach"):
        np.asarray(leaf(1))
    assert f"{sg.tensor(1.23456):.3f}" == "1.235"
    assert float(sg.tensor(2.5)) == 2.5
    assert [t.item() for t in x] == [1, 2]


def test_memory_mapped_arrays_are_used_in_place(tmp_path) -> None:
    np.save(tmp_path / "a.npy", np.arange(6, dtype=np.float32))
    t = sg.from_numpy(np.load(tmp_path / "a.npy", mmap_mode="r"))
    w = sg.ones(6, requires_grad=True)
    (t * w).sum().backward()
    assert w.grad.tolist() == [0, 1, 2, 3, 4, 5]
    with pytest.raises(RuntimeError, match="read-only"):
        t.add_(1)


def test_operators_leave_strangers_to_the_other_side() -> None:
    class Stranger:
        def __radd__(self, other):
            return "mine"

        def __rmatmul__(self, other):
            return "mine"

    assert sg.ones(2) + Stranger() == "mine"
    assert sg.ones(2) @ Stranger() == "mine"
    with pytest.raises(TypeError):
        sg.ones(2) + "text"


def test_numpy_warnings_stay_silent_and_the_users_settings_stay() -> None:
    before = np.geterr()
    x = sg.tensor([0.0, 1.0], requires_grad=True)
    (1 / x).log().sum().backward()
    assert np.geterr() == before


@pytest.mark.parametrize("forward_only", [False, True])
def test_op_without_rules_is_differentiated_when_its_kernel_declines(forward_only) -> None:
    from seedgrad.core.op import Op, tensor_namespace

    made = Op(
        _cube,
        cast="common",
        raw=(),
        view=False,
        ufunc=False,
        differentiable=True,
        complex=False,
        grad_name=None,
    )

    @made.kernel("numpy")
    def forward(x):
        return (x * x * x, ()) if forward_only else NotImplemented

    assert "_cube" not in vars(tensor_namespace)
    x = leaf(1, 2)
    made.call(x).sum().backward()
    assert x.grad.tolist() == [3, 12]


def _cube(xp, x, /):
    return x * x * x


def test_write_that_is_entered_late_does_not_hide_a_later_one() -> None:
    from seedgrad.core.memory import count, note_write

    first, x = count(), leaf(1, 2)
    y = x * 1
    z = (y * y).sum()
    y.detach().add_(1)
    note_write(np.zeros(2), first)  # as a write of another thread that began before
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.backward()
