"""Products of several matrices in the best order; products of vectors, and powers of elements."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from ..core.tensor import Tensor
from ..ops import elementwise as e
from ..ops.complex import conj
from ..ops.linalg import matmul as product
from .arguments import check_tensors
from .filled import ones
from .joining import cat
from .linalg import check_one_type, dot
from .public import public


def multiply_in_best_order(name: str, tensors: Any) -> Tensor:
    """The product of tensors, the first and the last of which may be vectors."""
    tensors = list(tensors)
    check_tensors(name, *tensors)
    if len(tensors) < 2:
        raise RuntimeError(f"{name}(): expected at least 2 tensors but got {len(tensors)}")
    last = len(tensors) - 1
    for i, t in enumerate(tensors):
        if t.array.ndim not in ((1, 2) if i in (0, last) else (2,)):
            which = {0: "the first tensor", last: "the last tensor"}.get(i, f"tensor {i}")
            wanted = "1D or 2D" if i in (0, last) else "2D"
            raise RuntimeError(f"{name}(): {which} must be {wanted} but got {t.array.ndim}D (shape {t.array.shape})")
    check_one_type(name, *tensors)
    row, column = tensors[0].array.ndim == 1, tensors[-1].array.ndim == 1
    matrices = list(tensors)
    if row:
        matrices[0] = tensors[0].unsqueeze(0)
    if column:
        matrices[-1] = tensors[-1].unsqueeze(-1)
    for i, (a, b) in enumerate(itertools.pairwise(matrices)):
        if a.array.shape[1] != b.array.shape[0]:
            raise RuntimeError(
                f"{name}(): tensors {i} and {i + 1} with shapes {tensors[i].array.shape} and "
                f"{tensors[i + 1].array.shape} cannot be multiplied"
            )
    out = _chain(matrices, _best_splits([matrices[0].array.shape[0], *(m.array.shape[1] for m in matrices)]), 0, last)
    out = out.squeeze(-1) if column else out
    return out.squeeze(0) if row else out


def _best_splits(sizes: Sequence[int]) -> dict[tuple[int, int], int]:
    """Where to split each part i..j of the chain, by dynamic programming over the number of multiplications."""
    n = len(sizes) - 1
    cost = {(i, i): 0 for i in range(n)}
    splits = {}
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            choices = {k: cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j)}
            best = min(choices, key=choices.__getitem__)
            splits[i, j], cost[i, j] = best, choices[best]
    return splits


def _chain(matrices: Sequence[Tensor], splits: dict[tuple[int, int], int], i: int, j: int) -> Tensor:
    if i == j:
        return matrices[i]
    k = splits[i, j]
    return product.call(_chain(matrices, splits, i, k), _chain(matrices, splits, k + 1, j))


@public(method=False, out=True)
def chain_matmul(*matrices: Any) -> Tensor:
    """The product of several matrices, in the order that takes the fewest multiplications.

    Args:
        *matrices: one or more matrices.

    Returns:
        (rows of the first, columns of the last).

    Raises:
        RuntimeError: there are none; they are not matrices, or don't fit.

    Example:
        >>> import seedgrad as sg
        >>> sg.chain_matmul(sg.ones(2, 9), sg.ones(9, 2), sg.ones(2, 1)).shape
        seedgrad.Size([2, 1])
    """
    if len(matrices) == 1 and isinstance(matrices[0], (list, tuple)):
        matrices = tuple(matrices[0])
    if not matrices:
        raise RuntimeError("chain_matmul(): Expected one or more matrices")
    check_tensors("chain_matmul", *matrices)
    for t in matrices:
        if t.array.ndim != 2:
            raise RuntimeError(f"chain_matmul(): Tensor dimension is {t.array.ndim}, expected 2 instead")
    return matrices[0] if len(matrices) == 1 else multiply_in_best_order("chain_matmul", matrices)


@public(out=True)
def vdot(input: Tensor, other: Tensor) -> Tensor:
    """The sum of the products of the elements of two vectors, those of the first conjugated.

    Args:
        input: (n,).
        other: (n,).

    Returns:
        A 0-d tensor.

    Raises:
        RuntimeError: they are not vectors of one length, or the types differ.

    Example:
        >>> import seedgrad as sg
        >>> sg.vdot(sg.tensor([1.0, 2.0]), sg.tensor([3.0, 4.0]))
        tensor(11.)
    """
    check_tensors("vdot", input, other)
    return dot(conj.call(input) if input.array.dtype.kind == "c" else input, other)


@public(inplace=True, out=True)
def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """beta * input + alpha * the products of each element of a vector with each of another.

    Args:
        input: what can be expanded to (m, n).
        vec1: (m,).
        vec2: (n,).
        beta: a factor; 0 leaves `input` out. Default: 1.
        alpha: a factor. Default: 1.

    Returns:
        (m, n).

    Raises:
        RuntimeError: the shapes don't fit; a factor is not whole where all tensors hold integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.addr(sg.zeros(2, 2), sg.tensor([1.0, 2.0]), sg.tensor([1.0, 10.0]))
        tensor([[ 1., 10.],
                [ 2., 20.]])
    """
    check_tensors("addr", input, vec1, vec2)
    for position, t in ((1, vec1), (2, vec2)):
        if t.array.ndim != 1:
            raise RuntimeError(f"addr: Expected 1-D argument vec{position}, but got {t.array.ndim}-D")
    kinds = [t.array.dtype.kind for t in (input, vec1, vec2)]
    for label, factor in (("beta", beta), ("alpha", alpha)):
        if isinstance(factor, float) and all(k in "biu" for k in kinds):
            raise RuntimeError(f"For integral input tensors, argument {label} must not be a floating point number.")
    shape, wanted = input.array.shape, (vec1.array.shape[0], vec2.array.shape[0])
    if len(shape) > 2 or any(a not in (1, b) for a, b in zip(reversed(shape), reversed(wanted), strict=False)):
        raise RuntimeError(f"addr(): input of shape {shape} can't be expanded to the shape {wanted} of the product")
    if all(k == "b" for k in kinds):
        term = vec1.unsqueeze(1) & vec2
        term = term if alpha else term & False
        return term | input if beta else term
    term = e.multiply.call(vec1.unsqueeze(1), vec2)
    if alpha != 1:
        term = term * alpha
    if beta == 0:
        return term
    return e.add.call(input if beta == 1 else input * beta, term)


def powers(x: Tensor, n: int | None) -> Tensor:
    """The powers 0 to n - 1 of each element, along a new last dimension."""
    if n is None or n < 2:
        raise RuntimeError(f"linalg.vander: N must be greater than 1, got {1 if n is None else n}")
    repeated = x.unsqueeze(-1).expand(*x.array.shape, n - 1).cumprod(-1)
    return cat([ones(*x.array.shape, 1, dtype=repeated.dtype), repeated], -1)
