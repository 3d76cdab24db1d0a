"""What the functions of linear algebra return, where it is more than one tensor."""

from __future__ import annotations

from typing import NamedTuple

from ..core.tensor import Tensor


class SignLogdet(NamedTuple):
    """The sign of a determinant and the logarithm of its size."""

    sign: Tensor
    logabsdet: Tensor


class QR(NamedTuple):
    """A matrix with orthonormal columns and an upper triangular one."""

    Q: Tensor
    R: Tensor


class SVD(NamedTuple):
    """Singular vectors, values, and vectors as the columns of V."""

    U: Tensor
    S: Tensor
    V: Tensor


class PLU(NamedTuple):
    """A permutation, a lower triangular matrix with ones on the diagonal, an upper triangular one."""

    P: Tensor
    L: Tensor
    U: Tensor


class LUPivotsInfo(NamedTuple):
    """L and U in one matrix, the exchanges of rows, and where U has its first zero."""

    LU: Tensor
    pivots: Tensor
    info: Tensor


class Reflections(NamedTuple):
    """Householder vectors below the diagonal of R, and their factors."""

    a: Tensor
    tau: Tensor


class TriangularSolution(NamedTuple):
    """The solution of a triangular system, and its matrix."""

    solution: Tensor
    cloned_coefficient: Tensor
