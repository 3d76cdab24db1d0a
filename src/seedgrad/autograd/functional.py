"""Products with Jacobians, whole Jacobians and Hessians of functions of tensors.

For y = f(x) with Jacobian J = dy/dx: `vjp` gives vᵀJ by one backward pass; `jvp` gives Jv by two - vᵀJ is linear in v, and
the derivative of that linear map is J itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.mode import enable_grad
from ..core.op import tensor_namespace as xp
from ..core.tensor import Tensor
from .grad import grad

Tensors = Tensor | Sequence[Tensor]


def _tuple(value: Any, what: str) -> tuple[bool, tuple[Tensor, ...]]:
    """Whether it was a tuple, and the tensors."""
    several = isinstance(value, (tuple, list))
    tensors = tuple(value) if several else (value,)
    for i, t in enumerate(tensors):
        if not isinstance(t, Tensor):
            raise TypeError(
                f"The {what} must be a Tensor or a tuple of Tensors, got {type(t).__name__} at position {i}"
            )
    return several, tensors


def _unwrap(several: bool, tensors: Sequence[Any]) -> Any:
    return tuple(tensors) if several else tensors[0]


def _inputs(inputs: tuple[Tensor, ...], create_graph: bool) -> tuple[Tensor, ...]:
    """Tensors to differentiate by: linked to the given ones if the result is to be differentiable, else new leaves."""
    if create_graph:
        return tuple(xp.alias(t) if t.node is not None else t.detach().requires_grad_() for t in inputs)
    return tuple(t.detach().requires_grad_() for t in inputs)


def _result(tensors: Sequence[Tensor], create_graph: bool) -> tuple[Tensor, ...]:
    return tuple(tensors) if create_graph else tuple(t.detach() for t in tensors)


def _vectors(v: Any, like: tuple[Tensor, ...], what: str) -> tuple[Tensor, ...]:
    """The vectors v, checked against the tensors they multiply; 1 for a single scalar."""
    if v is None:
        if len(like) != 1 or like[0].array.size != 1:
            raise RuntimeError(
                f"The vector v can only be None if the {what} is a single Tensor with a single element, "
                f"got shapes {[tuple(t.shape) for t in like]}"
            )
        return (Tensor(np.ones_like(like[0].array)),)
    _, vectors = _tuple(v, "v")
    if len(vectors) != len(like):
        raise RuntimeError(f"v must have one tensor for each {what}: expected {len(like)}, got {len(vectors)}")
    for i, (a, b) in enumerate(zip(vectors, like, strict=True)):
        if a.array.shape != b.array.shape:
            raise RuntimeError(
                f"v has invalid size at position {i}: it should have shape {tuple(b.shape)}, got {tuple(a.shape)}"
            )
    return vectors


def _gradients(
    outputs: Sequence[Tensor], inputs: Sequence[Tensor], v: Sequence[Tensor], create_graph: bool, strict: bool
) -> tuple[Tensor, ...]:
    """grad() with zeros for independent inputs, or an error if `strict`."""
    used = [(o, g) for o, g in zip(outputs, v, strict=True) if o.node is not None]
    if strict and len(used) < len(outputs):
        raise RuntimeError("an output of the user-provided function is independent of the input (strict mode)")
    found: Sequence[Tensor | None] = [None] * len(inputs)
    if used:
        found = grad(
            [o for o, _ in used],
            inputs,
            [g for _, g in used],
            retain_graph=True,
            create_graph=create_graph,
            allow_unused=True,
        )
    results = []
    for i, (g, t) in enumerate(zip(found, inputs, strict=True)):
        if g is None and strict:
            raise RuntimeError(f"The output of the user-provided function is independent of input {i} (strict mode)")
        results.append(Tensor(np.zeros_like(t.array)) if g is None else g)
    return tuple(results)


def vjp(
    func: Callable[..., Any], inputs: Tensors, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """vᵀJ, the vector v times the Jacobian of `func` at `inputs`.

    Args:
        func: takes the inputs, returns a Tensor or a tuple of them.
        inputs: a Tensor or a tuple.
        v: of the outputs' shapes; None (default) for a single one-element output.
        create_graph: make the results differentiable. Default: False.
        strict: raise if an output does not depend on an input, instead of giving zeros. Default: False.

    Returns:
        (outputs of `func`, products of the inputs' shapes).

    Raises:
        TypeError: an input or output is not a Tensor.
        RuntimeError: `v` is missing or has another shape; with `strict`, independence.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0])
        >>> sg.autograd.functional.vjp(lambda x: x ** 2, x, sg.ones(2))[1]
        tensor([2., 4.])
    """
    with enable_grad():
        several, given = _tuple(inputs, "inputs given to vjp")
        ins = _inputs(given, create_graph)
        outs_several, outs = _tuple(func(*ins), "outputs of the user-provided function given to vjp")
        found = _gradients(outs, ins, _vectors(v, outs, "output"), create_graph, strict)
    return _unwrap(outs_several, _result(outs, create_graph)), _unwrap(several, _result(found, create_graph))


def jvp(
    func: Callable[..., Any], inputs: Tensors, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """Jv, the Jacobian of `func` at `inputs` times the vector v: the derivative of `func` in the direction v.

    Args:
        func, inputs, create_graph, strict: as in `vjp`.
        v: of the inputs' shapes; None (default) for a single one-element input.

    Returns:
        (outputs of `func`, products of the outputs' shapes).

    Raises:
        TypeError, RuntimeError: as `vjp`.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0])
        >>> sg.autograd.functional.jvp(lambda x: (x ** 2).sum(), x, sg.tensor([1.0, 0.0]))[1]
        tensor(2.)
    """
    with enable_grad():
        _, given = _tuple(inputs, "inputs given to jvp")
        ins = _inputs(given, create_graph)
        vectors = _vectors(v, ins, "input")
        outs_several, outs = _tuple(func(*ins), "outputs of the user-provided function given to jvp")
        dummies = tuple(Tensor(np.zeros_like(o.array)).requires_grad_() for o in outs)
        products = _gradients(outs, ins, dummies, create_graph=True, strict=strict)
        found = _gradients(products, dummies, vectors, create_graph, strict=False)
    return _unwrap(outs_several, _result(outs, create_graph)), _unwrap(outs_several, _result(found, create_graph))


def jacobian(func: Callable[..., Any], inputs: Tensors, create_graph: bool = False, strict: bool = False) -> Any:
    """The Jacobian of `func` at `inputs`: element [i, j] is the derivative of output element i by input element j.

    Args:
        func, inputs, create_graph, strict: as in `vjp`.

    Returns:
        A tensor of the output's shape followed by the input's; for tuples a tuple over outputs of tuples over inputs.

    Raises:
        TypeError, RuntimeError: as `vjp`.

    Example:
        >>> import seedgrad as sg
        >>> sg.autograd.functional.jacobian(lambda x: x ** 2, sg.tensor([1.0, 2.0]))
        tensor([[2., 0.],
                [0., 4.]])
    """
    with enable_grad():
        several, given = _tuple(inputs, "inputs given to jacobian")
        ins = _inputs(given, create_graph)
        outs_several, outs = _tuple(func(*ins), "outputs of the user-provided function given to jacobian")
        rows = []
        for out in outs:
            columns: list[list[Tensor]] = [[] for _ in ins]
            for position in np.ndindex(out.array.shape):
                first = np.zeros_like(out.array)
                first[position] = 1
                found = _gradients([out], ins, [Tensor(first)], create_graph, strict)
                for column, g in zip(columns, found, strict=True):
                    column.append(xp.expand_dims(g, 0))
            row = []
            for column, t in zip(columns, ins, strict=True):
                shape = (*out.array.shape, *t.array.shape)
                row.append(
                    xp.reshape(xp.concatenate(column), shape) if column else Tensor(np.zeros(shape, t.array.dtype))
                )
            rows.append(_unwrap(several, _result(row, create_graph)))
    return _unwrap(outs_several, rows)


def hessian(func: Callable[..., Any], inputs: Tensors, create_graph: bool = False, strict: bool = False) -> Any:
    """The second derivatives of a scalar function: the Jacobian of its gradient.

    Args:
        func: returns one tensor with one element.
        inputs, create_graph, strict: as in `vjp`.

    Returns:
        A tensor of the input's shape twice; for a tuple of inputs a tuple of tuples.

    Raises:
        RuntimeError: the output is not a single element.

    Example:
        >>> import seedgrad as sg
        >>> sg.autograd.functional.hessian(lambda x: (x ** 3).sum(), sg.tensor([1.0, 2.0]))
        tensor([[ 6.,  0.],
                [ 0., 12.]])
    """
    several, given = _tuple(inputs, "inputs given to hessian")

    def gradient(*ins: Tensor) -> tuple[Tensor, ...]:
        out = _scalar(func(*ins), "hessian")
        return _gradients([out], ins, [Tensor(np.ones_like(out.array))], create_graph=True, strict=strict)

    rows = jacobian(gradient, tuple(given), create_graph, strict)
    return tuple(rows) if several else rows[0][0]


def _scalar(out: Any, caller: str) -> Tensor:
    if not isinstance(out, Tensor):
        raise TypeError(f"The function given to {caller} must return one Tensor, got {type(out).__name__}")
    if out.array.size != 1:
        raise RuntimeError(
            f"The Tensor returned by the function given to {caller} should contain a single element, "
            f"got shape {tuple(out.shape)}"
        )
    return out


def hvp(
    func: Callable[..., Any], inputs: Tensors, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """Hv, the Hessian of a scalar function times the vector v, without building the Hessian.

    Args:
        func: returns one tensor with one element.
        inputs, create_graph, strict: as in `vjp`.
        v: of the inputs' shapes; None (default) for a single one-element input.

    Returns:
        (output of `func`, products of the inputs' shapes).

    Raises:
        RuntimeError: the output is not a single element; `v` is missing or has another shape.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0])
        >>> sg.autograd.functional.hvp(lambda x: (x ** 3).sum(), x, sg.ones(2))[1]
        tensor([ 6., 12.])
    """
    with enable_grad():
        several, given = _tuple(inputs, "inputs given to hvp")
        ins = _inputs(given, create_graph)
        vectors = _vectors(v, ins, "input")
        out = _scalar(func(*ins), "hvp")
        first = _gradients([out], ins, [Tensor(np.ones_like(out.array))], create_graph=True, strict=strict)
        # The Hessian is symmetric: vᵀH = Hv.
        found = _gradients(first, ins, vectors, create_graph, strict)
    return _unwrap(False, _result([out], create_graph)), _unwrap(several, _result(found, create_graph))


vhp = hvp
