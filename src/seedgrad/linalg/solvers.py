"""Systems of linear equations, and their best approximate solutions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.tensor import Tensor
from ..functions import return_types as types
from ..functions.arguments import check_tensors, one_axis
from ..functions.matrix_checks import (
    NO_SOLUTION,
    check_batches,
    check_precise,
    check_same,
    check_squares,
    check_system,
    raise_first,
)
from ..ops import linalg_solve as s
from ..ops import linalg_spectral as spectral
from ..ops import select
from ..ops.complex import conj
from ..ops.linalg_arrays import LinAlgError, element
from .results import takes_out


def _is_vector(A: Tensor, B: Tensor) -> bool:
    """Whether B holds one right side for each matrix, without a dimension for several."""
    return B.array.ndim == 1 or (A.array.ndim - 1 == B.array.ndim and A.array.shape[:-1] == B.array.shape)


def _solve(name: str, A: Tensor, B: Tensor, left: bool) -> types.linalg_solve_ex:
    check_tensors(name, A, B)
    check_same(name, A, B)
    check_squares(name, A, RuntimeError)
    if _is_vector(A, B):
        if not left:
            raise RuntimeError(
                f"{name}: Incompatible shapes of A and B for the equation XA = B: with left=False B must be a matrix, "
                f"got the shapes {A.array.shape} and {B.array.shape}"
            )
        found = _solve(name, A, B.unsqueeze(-1), True)
        return types.linalg_solve_ex(found.result.squeeze(-1), found.info)
    check_system(name, A, B, left, RuntimeError)
    if left:
        return types.linalg_solve_ex(*s.solve.call(A, B))
    out, info = s.solve.call(A.mT, B.mT)
    return types.linalg_solve_ex(out.mT, info)


@takes_out
def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """The solution X of A X = B.

    Args:
        A: (..., n, n), float32, float64 or complex.
        B: (..., n, k), or (n,), or the shape of A without its last dimension: one right side for each matrix.
        left: A stands on the left; otherwise X A = B, with B of shape (..., k, n). Default: True.

    Returns:
        The shape of B, with the batch dimensions of both.

    Raises:
        LinAlgError: a matrix is singular; the text says which.
        RuntimeError: the shapes or types don't fit.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.solve(sg.tensor([[2.0, 0.0], [0.0, 4.0]]), sg.tensor([2.0, 4.0]))
        tensor([1., 1.])
    """
    found = _solve("linalg.solve", A, B, left)
    raise_first(found.info, f"linalg.solve: {NO_SOLUTION}")
    return found.result


@takes_out
def solve_ex(A: Tensor, B: Tensor, *, left: bool = True, check_errors: bool = False) -> types.linalg_solve_ex:
    """The solution of A X = B, with a report in place of an error where there is none.

    Args:
        A: (..., n, n), float32, float64 or complex.
        B: as for `solve`.
        left: A stands on the left. Default: True.
        check_errors: raise all the same. Default: False.

    Returns:
        A named tuple (result, info): info, int32, is 0 where there is a solution; elsewhere it is the place of the
        first zero pivot, counted from 1, and the result is NaN.

    Raises:
        LinAlgError: a matrix is singular and check_errors is True.
        RuntimeError: the shapes or types don't fit.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.solve_ex(sg.zeros(2, 2), sg.ones(2)).info
        tensor(1, dtype=seedgrad.int32)
    """
    found = _solve("linalg.solve_ex", A, B, left)
    if check_errors:
        raise_first(found.info, f"linalg.solve_ex: {NO_SOLUTION}")
    return found


@takes_out
def solve_triangular(
    input: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Tensor:
    """The solution X of `input @ X = B` for a triangular matrix; inf or NaN where its diagonal has a 0.

    Args:
        input: (..., n, n), float32, float64 or complex; only its triangle is read.
        B: (..., n, k).
        upper: the upper triangle; otherwise the lower one.
        left: `input` stands on the left; otherwise X @ input = B, with B of shape (..., k, n). Default: True.
        unitriangular: the diagonal counts as ones. Default: False.

    Returns:
        The shape of B, with the batch dimensions of both.

    Raises:
        RuntimeError: the shapes or types don't fit.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.solve_triangular(sg.tensor([[1.0, 1.0], [0.0, 2.0]]), sg.ones(2, 1), upper=True)
        tensor([[0.5000],
                [0.5000]])
    """
    check_system("linalg.solve_triangular", input, B, left, whole=NotImplementedError)
    if left:
        return s.solve_triangular.call(input, B, upper=upper, unit=unitriangular)
    return s.solve_triangular.call(input.mT, B.mT, upper=not upper, unit=unitriangular).mT


@takes_out
def tensorsolve(input: Tensor, other: Tensor, dims: Any = None) -> Tensor:
    """The solution X of `tensordot(input, X, X.ndim) = other`.

    Args:
        input: the shape of `other`, then that of X, of one product.
        other: any shape.
        dims: dimensions of `input` that are moved to its end first. Default: None.

    Returns:
        The rest of the shape of `input`.

    Raises:
        RuntimeError: the shapes don't fit.
        LinAlgError: there is no single solution.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.tensorsolve(sg.eye(6).reshape(2, 3, 6), sg.ones(2, 3)).shape
        seedgrad.Size([6])
    """
    check_tensors("linalg.tensorsolve", input, other)
    if dims is not None:
        moved = [one_axis("linalg.tensorsolve", input, d) for d in dims]
        input = input.permute([d for d in range(input.array.ndim) if d not in moved] + moved)
    shape, n = input.array.shape[other.array.ndim :], math.prod(other.array.shape)
    if math.prod(shape) != n or input.array.size != n * n:
        raise RuntimeError(
            f"linalg.tensorsolve: the shape of input, {input.array.shape}, must be that of other, {other.array.shape}, "
            f"followed by sizes of the same product, {n}"
        )
    return solve(input.reshape(n, n), other.reshape(n)).reshape(shape)


DRIVERS = ("gels", "gelsy", "gelsd", "gelss")


@takes_out
def lstsq(input: Tensor, b: Tensor, rcond: float | None = None, *, driver: str | None = None) -> types.linalg_lstsq:
    """The X for which |input @ X - b| is smallest, and among several such the shortest.

    It is computed from singular values, whichever driver is named; the drivers differ in what else they give. The
    gradient holds where the rank does not change.

    Args:
        input: (..., m, n), float32, float64 or complex.
        b: (..., m, k), or (..., m), one right side for each matrix.
        rcond: singular values up to rcond times the largest count as 0. Default: max(m, n) times the type's rounding
            unit.
        driver: "gels" asks for full rank and gives no rank; "gelsd" and "gelss" give singular values, "gelsy" neither
            these nor residuals. Default: "gelsy".

    Returns:
        A named tuple (solution, residuals, rank, singular_values): (..., n, k); the sums of squares of the columns
        of input @ X - b, (..., k), if m > n and every rank is n; int64; (..., min(m, n)).

    Raises:
        RuntimeError: the shapes or types don't fit, or the driver is unknown.
        LinAlgError: the driver is "gels" and a matrix does not have full rank.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.lstsq(sg.tensor([[1.0], [0.0]]), sg.tensor([1.0, 2.0])).solution
        tensor([1.])
    """
    check_tensors("linalg.lstsq", input, b)
    if input.array.ndim < 2:
        raise RuntimeError(f"linalg.lstsq: input must have at least 2 dimensions, got the shape {input.array.shape}")
    if not b.array.ndim:
        raise RuntimeError("linalg.lstsq: other must have at least 1 dimension, got a 0-d tensor")
    check_precise("linalg.lstsq", input, RuntimeError)
    check_same("linalg.lstsq", input, b)
    if driver is not None and driver not in DRIVERS:
        raise RuntimeError(f"linalg.lstsq: parameter `driver` should be one of {DRIVERS}, got {driver!r}")
    if input.array.ndim - b.array.ndim not in (0, 1):
        raise RuntimeError(
            f"linalg.lstsq: input.dim() must be greater or equal to other.dim() and (input.dim() - other.dim()) <= 1, "
            f"got the shapes {input.array.shape} and {b.array.shape}"
        )
    vector = input.array.ndim - 1 == b.array.ndim
    given, b = b, b.unsqueeze(-1) if vector else b
    m, n = input.array.shape[-2:]
    if b.array.shape[-2] != m:
        raise RuntimeError(
            f"linalg.lstsq: input.size({-2}) should match other.size({-1 if vector else -2}), got the shapes "
            f"{input.array.shape} and {given.array.shape}"
        )
    check_batches("linalg.lstsq", input, b)
    kind = input.array.dtype
    usual = np.finfo(kind).eps * max(m, n)
    solution, rank, values = spectral.lstsq.call(input, b, rtol=float(usual if rcond is None else rcond))
    least = np.broadcast_to(rank.array, solution.array.shape[:-2])
    nothing = Tensor(np.zeros(0, values.array.dtype))
    residuals = nothing
    if driver == "gels" and (least < min(m, n)).any():
        index = tuple(np.argwhere(least < min(m, n))[0])
        raise LinAlgError(
            f"linalg.lstsq: {element(index, (*least.shape, m, n))}The least squares solution could not be computed "
            f"because the input matrix does not have full rank: {least[index]} in place of {min(m, n)}. "
            f"Use another driver"
        )
    if driver not in (None, "gelsy") and m > n and (least == n).all():
        away = input @ solution - b
        size = conj.call(away) * away if kind.kind == "c" else away * away
        residuals = select.astype.call(size, kind=values.array.dtype).sum(-2)
    return types.linalg_lstsq(
        solution.squeeze(-1) if vector else solution,
        residuals,
        Tensor(np.zeros(0, dtypes.I64)) if driver == "gels" else Tensor(least.astype(np.int64)),
        values.detach() if driver in ("gelsd", "gelss") else nothing,
    )
