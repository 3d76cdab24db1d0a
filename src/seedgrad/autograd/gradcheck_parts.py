"""What `gradcheck` looks at: gradients, Jacobian-vector products, and how backward passes behave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.op import tensor_namespace as xp
from ..core.tensor import Tensor
from .functional import jvp
from .grad import grad
from .jacobians import (
    Array,
    GradcheckError,
    analytic,
    axes,
    compare,
    differentiable,
    gradient_of_part,
    numerical,
    part_names,
    results,
    shifted,
)

Function = Callable[..., Any]


def check_reverse(
    func: Function,
    inputs: Sequence[Any],
    wanted: list[int],
    eps: float,
    atol: float,
    rtol: float,
    nondet_tol: float,
    same_types: bool,
    fast: bool,
) -> None:
    """Gradients, element by element, or in one random direction."""
    outputs = differentiable(results(func, inputs))
    if not outputs:
        _check_constant(func, inputs, wanted, eps)
    elif not fast:
        _check_elements(func, inputs, wanted, outputs, eps, atol, rtol, nondet_tol, same_types)
    else:
        wrong = _wrong_in_one_direction(func, inputs, wanted, outputs, eps, atol, rtol, nondet_tol)
        if wrong:
            _check_elements(func, inputs, wanted, outputs, eps, atol, rtol, nondet_tol, same_types)
            check_linear(outputs, [inputs[i] for i in wanted], rounding=False)
            raise GradcheckError(
                f"Gradients are wrong in fast mode, but right element by element: {wrong}. Check with "
                f"fast_mode=False, or with a greater atol"
            )


def _check_elements(
    func: Function,
    inputs: Sequence[Any],
    wanted: list[int],
    outputs: list[Tensor],
    eps: float,
    atol: float,
    rtol: float,
    nondet_tol: float,
    same_types: bool,
) -> None:
    tensors = [inputs[i] for i in wanted]
    differences = [numerical(func, inputs, i, eps) for i in wanted]
    for k, out in enumerate(outputs):
        for name, part in part_names(out.array):
            found = analytic(out, tensors, part, same_types)
            _check_same(found, analytic(out, tensors, part, same_types), k, nondet_tol)
            for i, a, n in zip(wanted, found, differences, strict=True):
                compare(a, gradient_of_part(n[k], part), f"{name}output {k} with respect to input {i}", atol, rtol)


def _check_same(once: list[Array], again: list[Array], k: int, tolerance: float) -> None:
    for a, b in zip(once, again, strict=True):
        if np.abs(a - b).max(initial=0) > tolerance:
            raise GradcheckError(
                f"Backward is not reentrant, i.e., running backward twice gave different gradients for output {k} "
                f"(tolerance nondet_tol={tolerance})"
            )


def _check_constant(func: Function, inputs: Sequence[Any], wanted: list[int], eps: float) -> None:
    """Outputs without a graph must not depend on the inputs."""
    for i in wanted:
        for by_axis in numerical(func, inputs, i, eps):
            if any(d.any() for d in by_axis):
                raise GradcheckError(
                    f"Numerical gradient for function expected to be zero: input {i} changes an output that does not "
                    f"require grad"
                )


def _inner(a: Array, b: Array) -> float:
    return float(np.vdot(a, b).real)


def _normal(draw: np.random.Generator, like: Array) -> Array:
    numbers: Any = draw.standard_normal(like.shape)
    if like.dtype.kind == "c":
        numbers = numbers + 1j * draw.standard_normal(like.shape)
    return np.asarray(numbers, like.dtype)


def _wrong_in_one_direction(
    func: Function,
    inputs: Sequence[Any],
    wanted: list[int],
    outputs: list[Tensor],
    eps: float,
    atol: float,
    rtol: float,
    nondet_tol: float,
) -> str:
    """Compare one number for each output and input, vᵀ J u for random u and v; what is wrong."""
    draw = np.random.Generator(np.random.PCG64(0))
    tensors = [inputs[i] for i in wanted]
    along = [_normal(draw, t.array) for t in tensors]
    moved = []
    for i, t, u in zip(wanted, tensors, along, strict=True):
        u /= max(float(np.linalg.norm(u)), np.finfo(np.float64).tiny)
        both = (shifted(func, inputs, {i: t.array + sign * eps * u}) for sign in (1, -1))
        moved.append([(h - l) / (2 * eps) for h, l in zip(*both, strict=True)])
    for k, out in enumerate(outputs):
        v = _normal(draw, out.array)
        passes = [grad(out, tensors, Tensor(v), retain_graph=True, allow_unused=True) for _ in range(2)]
        arrays = [
            [np.zeros_like(t.array) if g is None else g.array for g, t in zip(found, tensors, strict=True)]
            for found in passes
        ]
        _check_same(arrays[0], arrays[1], k, nondet_tol)
        for i, g, u, m in zip(wanted, arrays[0], along, moved, strict=True):
            a, n = _inner(g, u), _inner(v, m[k])
            # What atol allows each element adds up.
            if not np.isclose(a, n, rtol=rtol, atol=atol * max(float(np.abs(v).sum() * np.abs(u).sum()), 1.0)):
                return f"output {k} with respect to input {i}: numerical {n:.6g}, analytical {a:.6g}"
    return ""


def check_forward(
    func: Function,
    inputs: Sequence[Any],
    wanted: list[int],
    eps: float,
    atol: float,
    rtol: float,
    batched: bool,
) -> None:
    """Jacobian-vector products against differences, and with `batched` against those that vmap gives."""
    kept = [k for k, o in enumerate(results(func, inputs)) if o.node is not None]

    def restricted(i: int) -> Function:
        def one(x: Tensor) -> tuple[Tensor, ...]:
            found = results(func, [x if j == i else t for j, t in enumerate(inputs)])
            return tuple(found[k] for k in kept)

        return one

    for i in wanted:
        x, f = inputs[i].detach(), restricted(i)
        expected = numerical(f, [inputs[i]], 0, eps)
        for a, axis in enumerate(axes(x.array)):
            rows: list[list[Array]] = [[] for _ in expected]
            for position in np.ndindex(x.array.shape):
                along = np.zeros_like(x.array)
                along[position] = axis
                for row, tangent in zip(rows, jvp(f, x, Tensor(along))[1], strict=True):
                    row.append(tangent.array.ravel())
            for k, row in enumerate(rows):
                if row:
                    where = f"output {k} with respect to input {i}, by Jacobian-vector products"
                    compare(np.array(row), expected[k][a], where, atol, rtol)
        if batched:
            from ..func import jvp as push  # a room that is loaded when it is first used

            draw = np.random.Generator(np.random.PCG64(0))
            vectors = [Tensor(_normal(draw, x.array)) for _ in range(2)]
            _compare_batched(lambda v, f=f, x=x, push=push: push(f, (x,), (v,))[1], vectors, f"tangents by input {i}")


def check_batched(outputs: list[Tensor], tensors: list[Tensor]) -> None:
    """`vmap` of the backward pass must give what separate passes give."""
    draw = np.random.Generator(np.random.PCG64(0))
    for k, out in enumerate(outputs):

        def pull(v: Tensor, out: Tensor = out) -> tuple[Tensor, ...]:
            found = grad(out, tensors, v, retain_graph=True, allow_unused=True)
            return tuple(xp.zeros_like(t) if g is None else g for g, t in zip(found, tensors, strict=True))

        _compare_batched(pull, [Tensor(_normal(draw, out.array)) for _ in range(2)], f"gradients of output {k}")


def _compare_batched(function: Function, vectors: list[Tensor], what: str) -> None:
    from ..func import vmap

    expected = [function(v) for v in vectors]
    try:
        found = vmap(function)(Tensor(np.stack([v.array for v in vectors])))
    except RuntimeError as error:
        raise GradcheckError(
            f"While computing batched {what}, got: {error}\nAn op in the backward pass has no batching rule; check "
            f"with check_batched_grad=False to leave this out"
        ) from error
    for i, (together, *single) in enumerate(zip(found, *expected, strict=True)):
        if not np.allclose(together.array, np.stack([g.array for g in single])):
            raise GradcheckError(
                f"For batched {what}, number {i}: vmap gives\n{together.array}\nand separate passes give\n"
                f"{np.stack([g.array for g in single])}"
            )


def check_linear(outputs: list[Tensor], tensors: list[Tensor], rounding: bool) -> None:
    """Gradients are products with the gradients of the outputs: those of zeros are zeros, of the inputs' shapes."""
    zeros = [Tensor(np.zeros_like(o.array)) for o in outputs]
    found = grad(outputs, tensors, zeros, retain_graph=True, allow_unused=True)
    for i, (g, t) in enumerate(zip(found, tensors, strict=True)):
        if g is None:
            continue
        if not (np.allclose(g.array, 0) if rounding else (g.array == 0).all()):
            raise GradcheckError(
                f"backward not multiplied by grad_output: zero gradients of the outputs gave gradient {i} of up to "
                f"{np.abs(g.array).max():.6g}"
            )
        if g.dtype != t.dtype:
            raise GradcheckError(f"grad is incorrect type: {g.dtype} for an input of {t.dtype}")
        if g.array.shape != t.array.shape:
            raise GradcheckError(f"grad is incorrect size: {tuple(g.shape)} for an input of {tuple(t.shape)}")


def check_undefined(outputs: list[Tensor], tensors: list[Tensor]) -> None:
    """The backward pass must work while one of several outputs has no gradient at all."""
    if len(outputs) < 2:
        return
    for left_out in range(len(outputs)):
        kept = [o for k, o in enumerate(outputs) if k != left_out]
        try:
            found = grad(
                kept, tensors, [Tensor(np.zeros_like(o.array)) for o in kept], retain_graph=True, allow_unused=True
            )
        except RuntimeError as error:
            raise GradcheckError(
                f"Expected backward function to handle undefined output grads: without a gradient of output "
                f"{left_out} it raised: {error}"
            ) from error
        if any(g is not None and g.array.any() for g in found):
            raise GradcheckError(
                "Expected all input grads to be undefined or zero when all output grads are undefined or zero: "
                f"without a gradient of output {left_out} and with zeros for the others there is one"
            )
