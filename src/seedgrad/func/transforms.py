"""Derivatives as functions of functions: `grad(f)` is the function that computes the gradient of f.

They nest: `grad(grad(f))`, `vmap(grad(f))`, `jacfwd(jacrev(f))`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.mode import enable_grad
from ..core.tensor import Tensor
from .calls import ArgNums, Call, Pushing, check_shapes, pull_back
from .tree import flatten
from .variables import products


def _grad_and_value(
    name: str, func: Callable[..., Any], argnums: ArgNums, has_aux: bool, args: Any, kwargs: Any
) -> tuple[Any, Any, Any]:
    with enable_grad():
        call = Call(name, func, args, kwargs, argnums, has_aux)
        if len(call.seen) != 1 or call.seen[0].ndim:
            raise RuntimeError(
                f"{name}: Expected the function to return a scalar tensor, got "
                f"{[tuple(t.shape) for t in call.seen]}. Reduce it, for example with .sum() or .mean()"
            )
        (out,) = call.outputs
        if dtypes.category(out.array.dtype) == dtypes.COMPLEX:
            raise RuntimeError(f"{name}: Expected the function to return a real scalar, got {out.dtype}")
        one = Tensor(np.ones(out.array.shape, out.array.dtype))
        found = products([out], call.variables.base, [one], call.differentiable)
        grads = call.rebuild([call.variables.result(g, call.differentiable) for g in found])
        return grads, call.value(), call.auxiliary()


def grad(func: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that computes the gradient of a scalar function.

    Args:
        func: returns a 0-d tensor; with `has_aux` a pair of it and something else.
        argnums: by which positional argument, or arguments, to differentiate; each may be a nest of tensors. Default: 0.
        has_aux: whether `func` returns (output, aux); aux is handed on. Default: False.

    Returns:
        A function of the same arguments: the gradient, in the structure of the argument; with `has_aux` (gradient, aux).

    Raises:
        RuntimeError: the output is not a real 0-d tensor, or argnums names no argument.

    Example:
        >>> import seedgrad as sg
        >>> cube = lambda x: x ** 3
        >>> sg.func.grad(cube)(sg.tensor(2.0)), sg.func.grad(sg.func.grad(cube))(sg.tensor(2.0))
        (tensor(12.), tensor(12.))
    """

    @functools.wraps(func)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        grads, _, aux = _grad_and_value("grad", func, argnums, has_aux, args, kwargs)
        return (grads, aux) if has_aux else grads

    return gradient


def grad_and_value(func: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that computes the gradient and the value: (gradient, value), PyTorch's order.

    Args:
        func, argnums, has_aux: as in `grad`; with `has_aux` the result is (gradient, (value, aux)).

    Raises:
        RuntimeError: as `grad`.

    Example:
        >>> import seedgrad as sg
        >>> sg.func.grad_and_value(lambda x: x ** 2)(sg.tensor(3.0))
        (tensor(6.), tensor(9.))
    """

    @functools.wraps(func)
    def both(*args: Any, **kwargs: Any) -> Any:
        grads, value, aux = _grad_and_value("grad_and_value", func, argnums, has_aux, args, kwargs)
        return grads, (value, aux) if has_aux else value

    return both


def value_and_grad(func: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that computes the value and the gradient: (value, gradient), JAX's order.

    Args:
        func, argnums, has_aux: as in `grad`; with `has_aux` the result is ((value, aux), gradient).

    Raises:
        RuntimeError: as `grad`.

    Example:
        >>> import seedgrad as sg
        >>> sg.func.value_and_grad(lambda x: x ** 2)(sg.tensor(3.0))
        (tensor(9.), tensor(6.))
    """

    @functools.wraps(func)
    def both(*args: Any, **kwargs: Any) -> Any:
        grads, value, aux = _grad_and_value("value_and_grad", func, argnums, has_aux, args, kwargs)
        return (value, aux) if has_aux else value, grads

    return both


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """The value of a function, and the function that multiplies vectors with its Jacobian: v -> vᵀJ.

    Args:
        func: takes the primals, and returns a tensor or a nest of tensors.
        primals: tensors, or nests of them.
        has_aux: whether `func` returns (output, aux). Default: False.

    Returns:
        (output, vjp_fn), with `has_aux` (output, vjp_fn, aux). vjp_fn takes cotangents of the outputs' shapes and returns a
        tuple with a product for each primal (a single one for a single primal is a tuple, too).

    Raises:
        RuntimeError: an input or output is not a tensor; a cotangent has another shape than its output.

    Example:
        >>> import seedgrad as sg
        >>> y, pull = sg.func.vjp(lambda x: x ** 2, sg.tensor([1.0, 2.0]))
        >>> pull(sg.tensor([1.0, 10.0]))
        (tensor([ 2., 40.]),)
    """
    with enable_grad():
        call = Call("vjp", func, primals, {}, tuple(range(len(primals))), has_aux)

    def vjp_fn(*cotangents: Any) -> Any:
        given, _ = flatten(cotangents if len(cotangents) != 1 else cotangents[0])
        check_shapes("vjp_fn", given, call.seen, "cotangent", "output")
        return call.rebuild(pull_back(call, given))

    out = call.value()
    return (out, vjp_fn, call.auxiliary()) if has_aux else (out, vjp_fn)


def jvp(func: Callable[..., Any], primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False) -> Any:
    """The value of a function, and its derivative in a direction: the Jacobian times the tangents.

    Args:
        func: takes the primals, and returns a tensor or a nest of tensors.
        primals: a tuple with the arguments.
        tangents: a tuple of the same structure and shapes: the direction.
        strict: accepted, as in PyTorch; an output that does not depend on the primals has the tangent 0.
        has_aux: whether `func` returns (output, aux). Default: False.

    Returns:
        (output, tangent of the output), with `has_aux` (output, tangent, aux).

    Raises:
        RuntimeError: primals and tangents are no tuples, or differ in structure or shape.

    Example:
        >>> import seedgrad as sg
        >>> sg.func.jvp(lambda x: x ** 2, (sg.tensor([1.0, 2.0]),), (sg.tensor([1.0, 0.0]),))
        (tensor([1., 4.]), tensor([2., 0.]))
    """
    if not isinstance(primals, tuple) or not isinstance(tangents, tuple):
        raise RuntimeError("jvp: primals and tangents must be tuples, one entry for each argument: jvp(f, (x,), (t,))")
    with enable_grad():
        call = Call("jvp", func, primals, {}, tuple(range(len(primals))), has_aux)
        given, _ = flatten(tangents)
        check_shapes("jvp", given, call.variables.inner, "tangent", "primal")
        pushed = call.shape_out(Pushing(call)(given))
    return (call.value(), pushed, call.auxiliary()) if has_aux else (call.value(), pushed)
