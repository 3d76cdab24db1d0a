"""Derivatives as functions of functions: `grad(f)` is the function that computes the gradient of f.

They nest: `grad(grad(f))`, `vmap(grad(f))`, `jacfwd(jacrev(f))`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.mode import enable_grad
from ..core.op import tensor_namespace as xp
from ..core.tensor import Tensor
from .tree import flatten, tree_map
from .variables import Variables, lift, lower, products
from .vmapping import vmap

ArgNums = int | Sequence[int]


def _chosen(name: str, args: tuple[Any, ...], argnums: ArgNums) -> tuple[Any, list[int]]:
    """The arguments to differentiate by (one, or a tuple), and their positions."""
    single = isinstance(argnums, int)
    positions = []
    for n in (argnums,) if isinstance(argnums, int) else argnums:
        if not isinstance(n, int):
            raise RuntimeError(f"{name}: argnums must be int or a tuple of ints, got {type(n).__name__}")
        if not -len(args) <= n < len(args):
            raise RuntimeError(f"{name}: got argnum={n}, but only {len(args)} positional inputs")
        positions.append(n % len(args))
    if not positions:
        raise RuntimeError(f"{name}: argnums must be non-empty")
    if len(set(positions)) < len(positions):
        raise RuntimeError(f"{name}: argnums elements must be unique, got {argnums}")
    return args[positions[0]] if single else tuple(args[p] for p in positions), positions


def _tensors(name: str, what: str, values: list[Any]) -> list[Tensor]:
    for value in values:
        if not isinstance(value, Tensor):
            raise RuntimeError(f"{name}: expected {what} to be Tensors, got {type(value).__name__}")
    return values


class _Call:
    """A call of a function with fresh variables in the place of some arguments.

    Attributes:
        variables: the variables, as a list; `rebuild` gives a list the structure of the arguments.
        outputs: the results, lowered, as a list; `shape_out` gives a list their structure.
    """

    def __init__(
        self, name: str, func: Callable[..., Any], args: tuple[Any, ...], kwargs: Any, argnums: ArgNums, has_aux: bool
    ):
        given, positions = _chosen(name, args, argnums)
        leaves, self.rebuild = flatten(given)
        self.variables = Variables(_tensors(name, "the inputs it differentiates by", leaves))
        for t in self.variables.inner:
            if not dtypes.differentiable(t.array.dtype):
                raise RuntimeError(f"{name}: only floating-point and complex inputs have a gradient, got {t.dtype}")
        inner = self.rebuild(self.variables.inner)
        called = list(args)
        for position, value in zip(positions, [inner] if isinstance(argnums, int) else inner, strict=True):
            called[position] = value
        output = func(*called, **kwargs)
        self.aux: Any = None
        if has_aux:
            if not (isinstance(output, tuple) and len(output) == 2):
                raise RuntimeError(f"{name}: with has_aux=True the function must return a tuple (output, aux)")
            output, self.aux = output
        found, self.shape_out = flatten(output)
        self.seen = _tensors(name, "the function to return", found)
        level = self.variables.level
        self.outputs = [lower(t, level) for t in self.seen]
        self.differentiable = self.variables.outside(self.outputs)

    def value(self) -> Any:
        """The results of the function, as the caller sees them."""
        return self.shape_out([self.variables.result(t, self.differentiable) for t in self.outputs])

    def auxiliary(self) -> Any:
        return tree_map(lambda t: t.detach() if isinstance(t, Tensor) and not self.differentiable else t, self.aux)


def _grad_and_value(
    name: str, func: Callable[..., Any], argnums: ArgNums, has_aux: bool, args: Any, kwargs: Any
) -> tuple[Any, Any, Any]:
    with enable_grad():
        call = _Call(name, func, args, kwargs, argnums, has_aux)
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


def _pull(call: _Call, cotangents: list[Any]) -> list[Any]:
    """The cotangents, given as the caller sees outputs, times the Jacobian, as the caller sees arguments."""
    level = call.variables.level
    lowered = [None if v is None else lower(v, level) for v in cotangents]
    record = call.differentiable or any(v is not None and v.requires_grad for v in cotangents)
    with enable_grad():
        found = products(call.outputs, call.variables.base, lowered, record)
    return [lift(g if record else g.detach(), level) for g in found]


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
        call = _Call("vjp", func, primals, {}, tuple(range(len(primals))), has_aux)

    def vjp_fn(*cotangents: Any) -> Any:
        given, _ = flatten(cotangents if len(cotangents) != 1 else cotangents[0])
        _check_shapes("vjp_fn", given, call.seen, "cotangent", "output")
        return call.rebuild(_pull(call, given))

    out = call.value()
    return (out, vjp_fn, call.auxiliary()) if has_aux else (out, vjp_fn)


def _check_shapes(name: str, given: list[Any], like: list[Tensor], what: str, of: str) -> None:
    _tensors(name, f"{what}s", given)
    if len(given) != len(like):
        raise RuntimeError(f"{name}: expected a {what} for each {of}: {len(like)}, got {len(given)}")
    for a, b in zip(given, like, strict=True):
        if tuple(a.shape) != tuple(b.shape):
            raise RuntimeError(
                f"{name}: a {what} must have the shape of its {of}: {tuple(b.shape)}, got {tuple(a.shape)}"
            )


class _Pushing:
    """The linear map from tangents of the arguments to tangents of the outputs.

    vᵀJ is linear in v, and the derivative of that linear map by v, in a direction t, is Jt.
    """

    def __init__(self, call: _Call) -> None:
        self.call = call
        self.dummies = [Tensor(np.zeros(t.array.shape, t.array.dtype)).requires_grad_() for t in call.outputs]
        self.pulled = products(call.outputs, call.variables.base, self.dummies, create_graph=True)

    def __call__(self, tangents: list[Any]) -> list[Any]:
        level = self.call.variables.level
        lowered = [lower(t, level) for t in tangents]
        record = self.call.differentiable or any(t.requires_grad for t in tangents)
        with enable_grad():
            found = products(self.pulled, self.dummies, lowered, record)
        return [lift(t if record else t.detach(), level) for t in found]


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
        call = _Call("jvp", func, primals, {}, tuple(range(len(primals))), has_aux)
        given, _ = flatten(tangents)
        _check_shapes("jvp", given, call.variables.inner, "tangent", "primal")
        pushed = call.shape_out(_Pushing(call)(given))
    return (call.value(), pushed, call.auxiliary()) if has_aux else (call.value(), pushed)


def _basis(t: Tensor) -> Tensor:
    """The unit vectors in the space of t: one for each element, each of t's shape."""
    n = t.array.size
    return Tensor(np.eye(n, dtype=t.array.dtype).reshape(n, *t.array.shape))


def jacrev(
    func: Callable[..., Any], argnums: ArgNums = 0, *, has_aux: bool = False, chunk_size: int | None = None
) -> Callable[..., Any]:
    """The function that computes the Jacobian, row by row: one backward pass for all outputs, by `vmap`.

    Args:
        func: returns a tensor or a nest of tensors.
        argnums: by which argument, or arguments. Default: 0.
        has_aux: whether `func` returns (output, aux). Default: False.
        chunk_size: rows to compute at a time. Default: None, all.

    Returns:
        A function of the same arguments. For each output the structure of the arguments, with tensors of the output's shape
        followed by the argument's.

    Raises:
        RuntimeError: as `grad`, for what is not a tensor.

    Example:
        >>> import seedgrad as sg
        >>> sg.func.jacrev(lambda x: x ** 2)(sg.tensor([1.0, 2.0]))
        tensor([[2., 0.],
                [0., 4.]])
    """

    @functools.wraps(func)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        with enable_grad():
            call = _Call("jacrev", func, args, kwargs, argnums, has_aux)
        rows = []
        for i, out in enumerate(call.seen):

            def pull(v: Any, i: int = i) -> Any:
                return tuple(_pull(call, [v if k == i else None for k in range(len(call.seen))]))

            found = vmap(pull, chunk_size=chunk_size)(_basis(out))
            rows.append(
                call.rebuild(
                    [
                        xp.reshape(g, shape=(*out.shape, *t.shape))
                        for g, t in zip(found, call.variables.inner, strict=True)
                    ]
                )
            )
        result = call.shape_out(rows)
        return (result, call.auxiliary()) if has_aux else result

    return jacobian


def jacfwd(
    func: Callable[..., Any], argnums: ArgNums = 0, has_aux: bool = False, *, randomness: str = "error"
) -> Callable[..., Any]:
    """The function that computes the Jacobian, column by column: all directions together, by `vmap`.

    Better than `jacrev` where there are fewer inputs than outputs.

    Args:
        func, argnums, has_aux: as in `jacrev`.
        randomness: as in `vmap`. Default: "error".

    Returns:
        As `jacrev`.

    Raises:
        RuntimeError: as `jacrev`.

    Example:
        >>> import seedgrad as sg
        >>> sg.func.jacfwd(lambda x: x ** 2)(sg.tensor([1.0, 2.0]))
        tensor([[2., 0.],
                [0., 4.]])
    """

    @functools.wraps(func)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        with enable_grad():
            call = _Call("jacfwd", func, args, kwargs, argnums, has_aux)
            pushing = _Pushing(call)
        inputs = call.variables.inner
        columns: list[list[Any]] = []
        for i, t in enumerate(inputs):

            def push(v: Any, i: int = i) -> Any:
                return tuple(pushing([v if k == i else xp.zeros_like(x) for k, x in enumerate(inputs)]))

            found = vmap(push, out_dims=-1, randomness=randomness)(_basis(t))
            columns.append(
                [xp.reshape(g, shape=(*out.shape, *t.shape)) for g, out in zip(found, call.seen, strict=True)]
            )
        rows = [call.rebuild([column[k] for column in columns]) for k in range(len(call.seen))]
        result = call.shape_out(rows)
        return (result, call.auxiliary()) if has_aux else result

    return jacobian


def hessian(func: Callable[..., Any], argnums: ArgNums = 0) -> Callable[..., Any]:
    """The function that computes second derivatives: `jacfwd(jacrev(func))`.

    Args:
        func: returns a tensor.
        argnums: by which argument, or arguments. Default: 0.

    Returns:
        A function of the same arguments: tensors of the output's shape, then the argument's twice.

    Raises:
        RuntimeError: as `jacrev`.

    Example:
        >>> import seedgrad as sg
        >>> sg.func.hessian(lambda x: (x ** 3).sum())(sg.tensor([1.0, 2.0]))
        tensor([[ 6.,  0.],
                [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)
