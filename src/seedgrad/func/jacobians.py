"""Whole Jacobians, and second derivatives: `vmap` over unit vectors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ..core.mode import enable_grad
from ..core.op import tensor_namespace as xp
from ..core.tensor import Tensor
from .calls import ArgNums, Call, Pushing, pull_back
from .vmapping import vmap


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
            call = Call("jacrev", func, args, kwargs, argnums, has_aux)
        rows = []
        for i, out in enumerate(call.seen):

            def pull(v: Any, i: int = i) -> Any:
                return tuple(pull_back(call, [v if k == i else None for k in range(len(call.seen))]))

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
            call = Call("jacfwd", func, args, kwargs, argnums, has_aux)
            pushing = Pushing(call)
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
