"""`out=`, and NumPy's names of dimensions."""

from __future__ import annotations

import inspect

import pytest

import seedgrad as sg


def test_out_is_written_and_returned() -> None:
    x, out = sg.tensor([1.0, 2.0]), sg.empty(2)
    assert sg.exp(x, out=out) is out
    assert sg.equal(out, x.exp())


def test_out_may_be_an_input() -> None:
    x = sg.tensor([[1.0, 2.0], [3.0, 4.0]])
    expected = x @ x
    sg.matmul(x, x, out=x)
    assert sg.equal(x, expected)


def test_out_of_several_results() -> None:
    x = sg.tensor([[1.0, 5.0], [3.0, 4.0]])
    values, indices = sg.empty(2), sg.empty(2, dtype=sg.int64)
    found = sg.max(x, 1, out=(values, indices))
    assert found.values is values and found.indices is indices
    assert values.tolist() == [5.0, 4.0] and indices.tolist() == [1, 1]
    with pytest.raises(TypeError, match="must be a tuple of 2 Tensors"):
        sg.max(x, 1, out=values)


def test_out_of_another_shape_is_resized_with_a_warning() -> None:
    out = sg.empty(3)
    with pytest.warns(UserWarning, match=r"shape \(3,\) was resized to \(2,\)"):
        sg.add(sg.ones(2), 1, out=out)
    assert out.tolist() == [2.0, 2.0]
    assert sg.add(sg.ones(2), 1, out=sg.empty(0)).tolist() == [2.0, 2.0]


def test_out_of_a_type_that_cannot_hold_the_result() -> None:
    with pytest.raises(RuntimeError, match=r"result type seedgrad.float32 can't be cast .* seedgrad.int64"):
        sg.exp(sg.ones(2), out=sg.empty(2, dtype=sg.int64))
    assert sg.add(sg.ones(2), 1, out=sg.empty(2, dtype=sg.float64)).dtype is sg.float64


def test_out_has_no_gradient() -> None:
    x = sg.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="one of the arguments requires grad"):
        sg.exp(x, out=sg.empty(2))
    with pytest.raises(RuntimeError, match="the out= tensor requires grad"):
        sg.exp(sg.ones(2), out=x)
    with sg.no_grad():
        assert sg.exp(x, out=sg.empty(2)).requires_grad is False


def test_out_is_a_tensor() -> None:
    with pytest.raises(TypeError, match="argument 'out' must be Tensor, not list"):
        sg.exp(sg.ones(2), out=[1.0, 2.0])
    with pytest.raises(TypeError, match="out"):
        sg.ones(2).exp(out=sg.empty(2))


def test_a_write_to_out_is_noticed() -> None:
    x, y = sg.ones(2, requires_grad=True), sg.ones(2)
    z = (x * y).sum()
    sg.exp(sg.ones(2), out=y)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.backward()


@pytest.mark.parametrize("method", [False, True])
def test_axis_and_keepdims_stand_for_dim_and_keepdim(method: bool) -> None:
    x = sg.arange(6.0).reshape(2, 3)
    total = x.sum if method else lambda **options: sg.sum(x, **options)
    assert sg.equal(total(axis=0, keepdims=True), total(dim=0, keepdim=True))
    scan = x.cumsum if method else lambda **options: sg.cumsum(x, **options)
    assert sg.equal(scan(axis=-1), scan(dim=-1))
    assert sg.equal(sg.cat([x, x], axis=1), sg.cat([x, x], 1))
    assert sg.equal(x.argmax(axis=1), x.argmax(1))
    assert sg.equal(x.softmax(axis=1), x.softmax(1))


def test_a_missing_dimension_is_named() -> None:
    with pytest.raises(TypeError, match=r"cumsum\(\) missing 1 required positional argument: 'dim' \(or 'axis'\)"):
        sg.cumsum(sg.ones(2))


def test_the_forms_know_where_they_were_declared() -> None:
    assert list(inspect.signature(sg.sum).parameters) == ["input", "dim", "keepdim", "dtype", "out", "axis", "keepdims"]
    assert "def sum(" in inspect.getsource(sg.sum)
    assert sg.sum.__doc__ is not None and sg.sum.__doc__.startswith("The sum of the elements")
