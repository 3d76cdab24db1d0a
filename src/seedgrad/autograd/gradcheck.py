"""Numerical checks of derivatives by central differences."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from .grad import grad
from .gradcheck_parts import check_batched, check_forward, check_linear, check_reverse, check_undefined
from .jacobians import GradcheckError, differentiable, results


def gradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> bool:
    """Compare the gradients of `func` with central differences, (f(x + eps) - f(x - eps)) / (2 eps), element by element.

    A complex input is shifted along the real and the imaginary axis; of a complex output the real part and the imaginary
    part are checked one after the other.

    Args:
        func: takes the inputs, returns a Tensor or several.
        inputs: the tensors that require grad should be float64 or complex128; float32 has too few digits.
        eps: the step. Default: 1e-6.
        atol, rtol: how far both may differ: atol + rtol * |numerical|. Defaults: 1e-5 and 1e-3.
        raise_exception: raise rather than return False. Default: True.
        nondet_tol: how far two backward passes may differ. Default: 0.
        check_undefined_grad: whether the backward pass works when one of several outputs has no gradient. Default: True.
        check_grad_dtypes: whether gradients have the types of the inputs. Default: False.
        check_batched_grad: whether `func.vmap` of the backward pass gives what separate passes give. Default: False.
        check_batched_forward_grad: the same for Jacobian-vector products. Default: False.
        check_forward_ad: whether Jacobian-vector products are right. They are made of two backward passes, as in `func.jvp`,
            so this finds derivative rules that are not linear in the gradient they are given. Default: False.
        check_backward_ad: whether gradients are checked. Default: True.
        fast_mode: compare the Jacobian in one random direction instead of element by element. Default: False.
        masked: allow rounding where the gradient of a zero gradient must be zero; there are no sparse tensors here, for
            which PyTorch has this argument. Default: None, no.

    Returns:
        True if all gradients agree.

    Raises:
        ValueError: no input requires grad.
        RuntimeError: an input is expanded, so that its elements share memory.
        AssertionError: neither gradients nor Jacobian-vector products are to be checked, or a batched check is asked for
            without the check that it belongs to.
        GradcheckError: a gradient is wrong (the message names the worst element), changes between passes, or does not
            vanish when it should.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.randn(3, dtype=sg.float64, requires_grad=True)
        >>> sg.autograd.gradcheck(sg.tanh, x)
        True
    """
    if not (check_forward_ad or check_backward_ad):
        raise AssertionError("Expected at least one of check_forward_ad or check_backward_ad to be True")
    if check_batched_grad and not check_backward_ad:
        raise AssertionError("Setting check_batched_grad=True requires check_backward_ad to be True")
    if check_batched_forward_grad and not check_forward_ad:
        raise AssertionError("Setting check_batched_forward_grad=True requires check_forward_ad to be True")
    given = _tuple(inputs)
    wanted = _check_inputs(given)
    try:
        outputs = differentiable(results(func, given))
        if check_backward_ad or not outputs:
            check_reverse(func, given, wanted, eps, atol, rtol, nondet_tol, check_grad_dtypes, fast_mode)
        if check_forward_ad and outputs:
            check_forward(func, given, wanted, eps, atol, rtol, check_batched_forward_grad)
        if check_backward_ad and outputs:
            tensors = [given[i] for i in wanted]
            if check_batched_grad:
                check_batched(outputs, tensors)
            check_linear(outputs, tensors, bool(masked))
            if check_undefined_grad:
                check_undefined(differentiable(results(func, given)), tensors)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def _tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _check_inputs(inputs: tuple[Any, ...]) -> list[int]:
    """The positions of the inputs that require grad."""
    wanted = [i for i, t in enumerate(inputs) if isinstance(t, Tensor) and t.node is not None]
    for i in wanted:
        array = inputs[i].array
        if array.dtype not in (np.float64, np.complex128):
            warnings.warn(
                f"Input #{i} requires gradient and is not a double precision floating point or complex, but "
                f"{inputs[i].dtype}. This check will likely fail: convert it with .double()",
                stacklevel=3,
            )
        if any(s == 0 and n > 1 for s, n in zip(array.strides, array.shape, strict=True)):
            raise RuntimeError(
                f"The {i}th input has a dimension with stride 0: it is expanded, and several of its elements share "
                f"memory. gradcheck shifts them one by one; give a clone() of it"
            )
    if not wanted:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True."
        )
    return wanted


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    grad_outputs: Tensor | Sequence[Tensor] | None = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    masked: bool = False,
) -> bool:
    """`gradcheck` of the gradient of `func`: compares second derivatives with central differences of the first.

    Args:
        func, inputs, eps, atol, rtol, raise_exception, nondet_tol: as in `gradcheck`.
        grad_outputs: the first gradients; those that require grad are differentiated by, too. Default: random normal
            numbers that do.
        gen_non_contig_grad_outputs: let the random ones not be contiguous. Default: False.
        check_undefined_grad, check_grad_dtypes, check_batched_grad, fast_mode, masked: as in `gradcheck`.
        check_fwd_over_rev: check Jacobian-vector products of the gradient. Default: False.
        check_rev_over_rev: check gradients of the gradient. Default: True.

    Returns:
        True if all second derivatives agree.

    Raises:
        ValueError, RuntimeError, AssertionError, GradcheckError: as `gradcheck`.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.randn(3, dtype=sg.float64, requires_grad=True)
        >>> sg.autograd.gradgradcheck(sg.tanh, x)
        True
    """
    if not (check_fwd_over_rev or check_rev_over_rev):
        raise AssertionError("Expected at least one of check_fwd_over_rev or check_rev_over_rev to be True")
    if check_undefined_grad and not check_rev_over_rev:
        raise AssertionError("Setting check_undefined_grad=True requires check_rev_over_rev to be True")
    if check_batched_grad and not check_rev_over_rev:
        raise AssertionError("Setting check_batched_grad=True requires check_rev_over_rev to be True")
    given = _tuple(inputs)
    if grad_outputs is None:
        draw = np.random.Generator(np.random.PCG64(0))
        firsts = tuple(
            _random(draw, o.array, gen_non_contig_grad_outputs) for o in differentiable(results(func, given))
        )
    else:
        firsts = _tuple(grad_outputs)
    n = len(given)

    def first_order(*args: Any) -> tuple[Tensor, ...]:
        outs = differentiable(results(func, args[:n]))
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
        check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes,
        check_batched_grad=check_batched_grad,
        check_forward_ad=check_fwd_over_rev,
        check_backward_ad=check_rev_over_rev,
        fast_mode=fast_mode,
        masked=masked,
    )


def _random(draw: np.random.Generator, like: np.ndarray[Any, Any], gaps: bool) -> Tensor:
    """Normal numbers that require grad; with `gaps` every second element of a longer array."""
    shape = (*like.shape[:-1], 2 * like.shape[-1]) if gaps and like.ndim else like.shape
    numbers: Any = draw.standard_normal(shape)
    if dtypes.category(like.dtype) == dtypes.COMPLEX:
        numbers = numbers + 1j * draw.standard_normal(shape)
    numbers = np.asarray(numbers).astype(like.dtype)
    made = Tensor(numbers[..., ::2] if gaps and like.ndim else numbers)
    made.requires_grad = True
    return made
