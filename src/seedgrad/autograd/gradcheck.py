"""Numerical checks of derivatives by central differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from .grad import grad


class GradcheckError(RuntimeError):
    """What `gradcheck` raises when a derivative is wrong."""


def _tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _differentiable_outputs(result: Any) -> list[Tensor]:
    return [o for o in _tuple(result) if isinstance(o, Tensor) and o.node is not None]


def gradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
) -> bool:
    """Compare the gradients of `func` with central differences, (f(x + eps) - f(x - eps)) / (2 eps), element by element.

    Args:
        func: takes the inputs, returns a Tensor or several.
        inputs: the tensors that require grad should be float64; float32 has too few digits.
        eps: the step. Default: 1e-6.
        atol, rtol: how far both may differ: atol + rtol * |numerical|. Defaults: 1e-5 and 1e-3.
        raise_exception: raise rather than return False. Default: True.
        nondet_tol: how far two backward passes may differ. Default: 0.

    Returns:
        True if all gradients agree.

    Raises:
        ValueError: no input requires grad.
        GradcheckError: a gradient is wrong (the message names the worst element), or changes between passes.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.randn(3, dtype=sg.float64, requires_grad=True)
        >>> sg.autograd.gradcheck(sg.tanh, x)
        True
    """
    try:
        _check(func, _tuple(inputs), eps, atol, rtol, nondet_tol)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def _check(
    func: Callable[..., Any], inputs: tuple[Any, ...], eps: float, atol: float, rtol: float, nondet_tol: float
) -> None:
    wanted = [i for i, t in enumerate(inputs) if isinstance(t, Tensor) and t.node is not None]
    if not wanted:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True."
        )
    for i in wanted:
        t = inputs[i]
        if dtypes.category(t.array.dtype) != dtypes.FLOAT:
            raise GradcheckError(f"gradcheck supports real inputs; input {i} is {t.dtype}")
        if any(s == 0 and n > 1 for s, n in zip(t.array.strides, t.array.shape, strict=True)):
            raise RuntimeError(f"input {i} is expanded: several of its elements share memory; give a clone()")
    outputs = _differentiable_outputs(func(*inputs))
    if not outputs:
        for o in _tuple(func(*inputs)):
            if isinstance(o, Tensor):
                _compare_all_zero(func, inputs, wanted, eps, atol)
        return
    tensors = [inputs[i] for i in wanted]
    numerical = [_numerical(func, inputs, i, eps) for i in wanted]
    for k, out in enumerate(outputs):
        analytic = _analytic(out, tensors)
        if any(
            np.abs(a - b).max(initial=0) > nondet_tol for a, b in zip(analytic, _analytic(out, tensors), strict=True)
        ):
            raise GradcheckError(
                f"Backward is not reentrant, i.e., running backward twice gave different gradients for output {k} "
                f"(tolerance nondet_tol={nondet_tol})"
            )
        for i, a, n in zip(wanted, analytic, numerical, strict=True):
            _compare(a, n[k], f"output {k} with respect to input {i}", atol, rtol)


def _compare_all_zero(
    func: Callable[..., Any], inputs: tuple[Any, ...], wanted: list[int], eps: float, atol: float
) -> None:
    """An output without a graph must not depend on the inputs."""
    for i in wanted:
        for jacobian in _numerical(func, inputs, i, eps):
            if np.abs(jacobian).max(initial=0) > atol:
                raise GradcheckError(
                    f"Numerical gradient for function expected to be zero: input {i} changes an output that does not "
                    f"require grad"
                )


def _numerical(func: Callable[..., Any], inputs: tuple[Any, ...], i: int, eps: float) -> list[np.ndarray[Any, Any]]:
    """For each differentiable output the Jacobian [elements of the input, elements of the output]."""
    x = inputs[i]

    def values(shifted: np.ndarray[Any, Any]) -> list[np.ndarray[Any, Any]]:
        fresh = [Tensor(t.array.copy()) if isinstance(t, Tensor) else t for t in inputs]
        fresh[i] = Tensor(shifted)
        for j, t in enumerate(inputs):
            if isinstance(t, Tensor) and t.node is not None:
                fresh[j].requires_grad = True
        outs = [o for o in _tuple(func(*fresh)) if isinstance(o, Tensor)]
        outs = [o for o in outs if o.node is not None] or outs
        return [o.array.astype(np.float64).ravel() for o in outs]

    columns: list[list[np.ndarray[Any, Any]]] = []
    for position in np.ndindex(x.array.shape):
        high, low = x.array.copy(), x.array.copy()
        high[position] += eps
        low[position] -= eps
        step = float(high[position]) - float(low[position])
        columns.append([(h - l) / step for h, l in zip(values(high), values(low), strict=True)])
    sizes = [v.size for v in values(x.array.copy())]
    return [np.array([c[k] for c in columns]).reshape(len(columns), size) for k, size in enumerate(sizes)]


def _analytic(out: Tensor, tensors: list[Tensor]) -> list[np.ndarray[Any, Any]]:
    """For each tensor the Jacobian [elements of the tensor, elements of out], a backward pass for each column."""
    jacobians = [np.zeros((t.array.size, out.array.size)) for t in tensors]
    for column, position in enumerate(np.ndindex(out.array.shape)):
        first = np.zeros_like(out.array)
        first[position] = 1
        found = grad(out, tensors, Tensor(first), retain_graph=True, allow_unused=True)
        for jacobian, g in zip(jacobians, found, strict=True):
            if g is not None:
                jacobian[:, column] = g.array.ravel()
    return jacobians


def _compare(
    analytic: np.ndarray[Any, Any], numerical: np.ndarray[Any, Any], where: str, atol: float, rtol: float
) -> None:
    wrong = ~np.isclose(analytic, numerical, rtol=rtol, atol=atol, equal_nan=True)
    if wrong.any():
        excess = np.where(wrong, np.nan_to_num(np.abs(analytic - numerical), nan=np.inf), -1.0)
        row, column = np.unravel_index(excess.argmax(), excess.shape)
        raise GradcheckError(
            f"Jacobian mismatch for {where}: {int(wrong.sum())} of {wrong.size} elements differ. The worst is input "
            f"element {row}, output element {column}: numerical {numerical[row, column]:.6g}, analytical "
            f"{analytic[row, column]:.6g}\nnumerical:\n{numerical}\nanalytical:\n{analytic}"
        )


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    grad_outputs: Tensor | Sequence[Tensor] | None = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
) -> bool:
    """`gradcheck` of the gradient of `func`: compares second derivatives with central differences of the first.

    Args:
        func, inputs, eps, atol, rtol, raise_exception, nondet_tol: as in `gradcheck`.
        grad_outputs: the first gradients, which are differentiated too. Default: random normal numbers.

    Returns:
        True if all second derivatives agree.

    Raises:
        ValueError, GradcheckError: as `gradcheck`.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.randn(3, dtype=sg.float64, requires_grad=True)
        >>> sg.autograd.gradgradcheck(sg.tanh, x)
        True
    """
    given = _tuple(inputs)
    if grad_outputs is None:
        draw = np.random.Generator(np.random.PCG64(0))
        firsts = []
        for o in _differentiable_outputs(func(*given)):
            firsts.append(Tensor(draw.standard_normal(o.array.shape).astype(o.array.dtype)))
    else:
        firsts = [g.detach() for g in _tuple(grad_outputs)]
    for g in firsts:
        g.requires_grad = True
    n = len(given)

    def first_order(*args: Any) -> tuple[Tensor, ...]:
        outs = _differentiable_outputs(func(*args[:n]))
        wanted = [t for t in args[:n] if isinstance(t, Tensor) and t.node is not None]
        found = grad(outs, wanted, list(args[n:]), create_graph=True, allow_unused=True)
        return tuple(g for g in found if g is not None)

    return gradcheck(
        first_order,
        (*given, *firsts),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
    )
