"""What the functions return, where it is more than one tensor."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar, cast

from ..core.tensor import Tensor
from ..functions.forms import further_arguments

F = TypeVar("F")


def takes_out(function: F) -> F:
    """Give a function the argument `out=`, and NumPy's `axis=` and `keepdims=` where it has `dim` and `keepdim`."""
    return cast(F, further_arguments(cast(Any, function), True))


class InverseInfo(NamedTuple):
    """Inverses, and for each matrix the place of its first zero pivot, or 0."""

    inverse: Tensor
    info: Tensor


class ResultInfo(NamedTuple):
    """Solutions, and for each matrix the place of its first zero pivot, or 0."""

    result: Tensor
    info: Tensor


class CholeskyInfo(NamedTuple):
    """Triangular factors, and for each matrix the order of its first minor that is not positive, or 0."""

    L: Tensor
    info: Tensor


class LUPivots(NamedTuple):
    """L and U in one matrix, and the exchanges of rows."""

    LU: Tensor
    pivots: Tensor


class LDL(NamedTuple):
    """L and D in one matrix, and the exchanges of rows."""

    LD: Tensor
    pivots: Tensor


class LDLInfo(NamedTuple):
    """L and D in one matrix, the exchanges of rows, and the place of the first zero in D, or 0."""

    LD: Tensor
    pivots: Tensor
    info: Tensor


class Eigen(NamedTuple):
    """Eigenvalues, and eigenvectors as columns."""

    eigenvalues: Tensor
    eigenvectors: Tensor


class SVD(NamedTuple):
    """Left singular vectors as columns, singular values, right singular vectors as rows, conjugated."""

    U: Tensor
    S: Tensor
    Vh: Tensor


class LeastSquares(NamedTuple):
    """The best approximation and what was found on the way; empty where the driver does not give it."""

    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor
