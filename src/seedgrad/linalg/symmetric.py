"""The factorization of symmetric matrices that need not be positive-definite. It has no gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.tensor import Tensor
from ..functions import return_types as types
from ..functions.matrix_checks import check_batches, check_same, check_squares, raise_first
from ..ops import linalg_arrays as arrays
from .results import takes_out

ZERO_BLOCK = (
    "{element}D[{info},{info}] is zero: ldl_solve would divide by it. Use linalg.ldl_factor_ex to get it anyway"
)


def _routine(what: str, kind: Any, hermitian: bool) -> Any:
    """LAPACK's routine; real matrices have one for both meanings of symmetric."""
    prefix = "he" if hermitian and kind.kind == "c" else "sy"
    return arrays.routine(prefix + what, np.empty(0, kind))


def _factor(name: str, A: Tensor, hermitian: bool) -> types.linalg_ldl_factor_ex:
    check_squares(name, A)
    x = A.array
    out, info = np.empty(x.shape, x.dtype), np.zeros(x.shape[:-2], np.int32)
    pivots = np.empty(x.shape[:-1], np.int32)
    if x.size:
        routine = _routine("trf", x.dtype, hermitian)
        arrays.each(lambda m: routine(m, lower=1), (out, pivots, info), x)
    return types.linalg_ldl_factor_ex(Tensor(np.tril(out)), Tensor(pivots), Tensor(info))


@takes_out
def ldl_factor(input: Tensor, *, hermitian: bool = False) -> types.linalg_ldl_factor:
    """The factorization input = P L D Lᵀ Pᵀ of a symmetric matrix, with D of blocks of 1 or 2.

    Args:
        input: (..., n, n), float32, float64 or complex; only the lower triangle is read.
        hermitian: Lᴴ in place of Lᵀ. Default: False.

    Returns:
        A named tuple (LD, pivots): D on the diagonal and beside it, L below, as LAPACK stores them; (..., n), int32.

    Raises:
        RuntimeError: D has a zero; the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.ldl_factor(sg.tensor([[2.0, 0.0], [0.0, -3.0]])).LD
        tensor([[ 2.,  0.],
                [ 0., -3.]])
    """
    found = _factor("linalg.ldl_factor", input, hermitian)
    raise_first(found.info, f"linalg.ldl_factor: {ZERO_BLOCK}", RuntimeError)
    return types.linalg_ldl_factor(found.LD, found.pivots)


@takes_out
def ldl_factor_ex(input: Tensor, *, hermitian: bool = False, check_errors: bool = False) -> types.linalg_ldl_factor_ex:
    """The LDL factorization, with a report in place of an error where D has a zero.

    Args:
        input: (..., n, n), float32, float64 or complex; only the lower triangle is read.
        hermitian: Lᴴ in place of Lᵀ. Default: False.
        check_errors: raise all the same. Default: False.

    Returns:
        A named tuple (LD, pivots, info): info, int32, is 0 or the place of the first zero in D.

    Raises:
        RuntimeError: D has a zero and check_errors is True; the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.ldl_factor_ex(sg.zeros(2, 2)).info
        tensor(1, dtype=seedgrad.int32)
    """
    found = _factor("linalg.ldl_factor_ex", input, hermitian)
    if check_errors:
        raise_first(found.info, f"linalg.ldl_factor_ex: {ZERO_BLOCK}", RuntimeError)
    return found


@takes_out
def ldl_solve(LD: Tensor, pivots: Tensor, B: Tensor, *, hermitian: bool = False) -> Tensor:
    """The solution X of A X = B by the LDL factorization of A.

    Args:
        LD: (..., n, n), from `ldl_factor`.
        pivots: (..., n), int32.
        B: (..., n, k).
        hermitian: as for `ldl_factor`. Default: False.

    Returns:
        The shape of B, with the batch dimensions of both.

    Raises:
        RuntimeError: the shapes or types don't fit.
        IndexError: B has less than 2 dimensions.

    Example:
        >>> import seedgrad as sg
        >>> LD, pivots = sg.linalg.ldl_factor(sg.tensor([[2.0, 0.0], [0.0, -3.0]]))
        >>> sg.linalg.ldl_solve(LD, pivots, sg.tensor([[2.0], [3.0]]))
        tensor([[ 1.],
                [-1.]])
    """
    check_squares("linalg.ldl_solve", LD)
    check_same("linalg.ldl_solve", LD, B, ("LD", "B"))
    if B.array.ndim < 2:
        raise IndexError(f"linalg.ldl_solve: B must have at least 2 dimensions, got the shape {B.array.shape}")
    n = LD.array.shape[-1]
    if B.array.shape[-2] != n or pivots.array.shape != LD.array.shape[:-1]:
        raise RuntimeError(
            f"Incompatible matrix sizes for linalg.ldl_solve: LD is {LD.array.shape}, the pivots are "
            f"{pivots.array.shape} and B is {B.array.shape}; B must have {n} rows"
        )
    check_batches("linalg.ldl_solve", LD, B)
    shape = np.broadcast_shapes(LD.array.shape[:-2], B.array.shape[:-2])
    routine = _routine("trs", LD.array.dtype, hermitian)
    stacks = (
        np.broadcast_to(LD.array, (*shape, n, n)),
        np.broadcast_to(pivots.array[..., None], (*shape, n, 1)),
        np.broadcast_to(B.array, (*shape, *B.array.shape[-2:])),
    )
    out = np.empty(stacks[2].shape, B.array.dtype)
    if out.size:
        arrays.each(lambda a, p, b: routine(a, p[:, 0], b, lower=1)[:1], (out,), *stacks)
    return Tensor(out)
