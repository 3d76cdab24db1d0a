"""Eigenvalues and singular values.

Eigenvectors and singular vectors are free up to their sign (complex ones: their phase): a gradient through them means
something only for functions that do not depend on it, and is not finite where values are equal.
"""

from __future__ import annotations

import numpy as np

from ..core.tensor import Tensor
from ..functions import return_types as types
from ..functions.factorizations import recorded, singular_values
from ..functions.matrix_checks import all_values, check_matrices, check_squares
from ..ops import linalg_spectral as spectral
from .results import takes_out


def _finite(name: str, A: Tensor) -> None:
    check_squares(name, A)
    if not np.isfinite(all_values(A)).all():
        raise RuntimeError(f"{name}: input tensor should not contain infs or NaNs")


@takes_out
def eig(input: Tensor) -> types.Eigen:
    """Eigenvalues and eigenvectors of a square matrix, complex: `input V = V diag(w)`.

    Args:
        input: (..., n, n), float32, float64 or complex.

    Returns:
        A named tuple (eigenvalues, eigenvectors): (..., n), in no order, and (..., n, n), columns of length 1.

    Raises:
        RuntimeError: the matrices are not square, of another type, or hold NaN or inf.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.eig(sg.tensor([[2.0, 0.0], [0.0, 3.0]])).eigenvalues
        tensor([2.+0.j, 3.+0.j])
    """
    _finite("linalg.eig", input)
    return types.linalg_eig(*spectral.eig.call(input))


@takes_out
def eigvals(input: Tensor) -> Tensor:
    """The eigenvalues of a square matrix, complex.

    Args:
        input: (..., n, n), float32, float64 or complex.

    Returns:
        (..., n), in no order.

    Raises:
        RuntimeError: the matrices are not square, or of another type.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.eigvals(sg.tensor([[2.0, 0.0], [0.0, 3.0]]))
        tensor([2.+0.j, 3.+0.j])
    """
    check_squares("linalg.eigvals", input)
    return spectral.eig.call(input)[0] if recorded(input) else spectral.eigvals.call(input)


def _upper(UPLO: str) -> bool:
    if UPLO not in ("L", "U", "l", "u"):
        raise RuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    return UPLO in "Uu"


@takes_out
def eigh(input: Tensor, UPLO: str = "L") -> types.Eigen:
    """Eigenvalues and eigenvectors of a symmetric (or Hermitian) matrix: `input = V diag(w) Vᴴ`.

    Args:
        input: (..., n, n), float32, float64 or complex.
        UPLO: which triangle is read, "L" or "U". Default: "L".

    Returns:
        A named tuple (eigenvalues, eigenvectors): (..., n), real, rising; (..., n, n), orthonormal columns. NaN where
        the input holds NaN.

    Raises:
        RuntimeError: the matrices are not square, or of another type; UPLO is something else.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.eigh(sg.tensor([[3.0, 0.0], [0.0, 2.0]])).eigenvalues
        tensor([2., 3.])
    """
    check_squares("linalg.eigh", input, whole=NotImplementedError)
    return types.linalg_eigh(*spectral.eigh.call(input, upper=_upper(UPLO)))


@takes_out
def eigvalsh(input: Tensor, UPLO: str = "L") -> Tensor:
    """The eigenvalues of a symmetric (or Hermitian) matrix.

    Args:
        input: (..., n, n), float32, float64 or complex.
        UPLO: which triangle is read, "L" or "U". Default: "L".

    Returns:
        (..., n), real, rising; NaN where the input holds NaN.

    Raises:
        RuntimeError: the matrices are not square, or of another type; UPLO is something else.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.eigvalsh(sg.tensor([[3.0, 0.0], [0.0, 2.0]]))
        tensor([2., 3.])
    """
    check_squares("linalg.eigvalsh", input, whole=NotImplementedError)
    upper = _upper(UPLO)
    return spectral.eigh.call(input, upper=upper)[0] if recorded(input) else spectral.eigvalsh.call(input, upper=upper)


def _check_driver(name: str, driver: str | None) -> None:
    if driver is not None:
        raise RuntimeError(f"{name}: keyword argument `driver=` is only supported on CUDA inputs, got {driver!r}")


@takes_out
def svd(A: Tensor, full_matrices: bool = True, *, driver: str | None = None) -> types.linalg_svd:
    """The singular value decomposition, `A = U diag(S) Vh`.

    Args:
        A: (..., m, n), float32, float64 or complex.
        full_matrices: U and Vh are square; otherwise they have k = min(m, n) columns and rows. Default: True.
        driver: must be None. Default: None.

    Returns:
        A named tuple (U, S, Vh): (..., m, m) or (..., m, k); (..., k), real, falling; (..., n, n) or (..., k, n).

    Raises:
        LinAlgError: a matrix holds NaN or inf; the text says which.
        RuntimeError: A has less than 2 dimensions or another type; a driver is given.

    Example:
        >>> import seedgrad as sg
        >>> U, S, Vh = sg.linalg.svd(sg.tensor([[3.0, 0.0], [0.0, 4.0]]))
        >>> S
        tensor([4., 3.])

    Source:
        J. Townsend, Differentiating the singular value decomposition, 2016.
    """
    check_matrices("linalg.svd", A)
    _check_driver("linalg.svd", driver)
    return types.linalg_svd(*spectral.svd.call(A, full=full_matrices))


@takes_out
def svdvals(A: Tensor, *, driver: str | None = None) -> Tensor:
    """The singular values.

    Args:
        A: (..., m, n), float32, float64 or complex.
        driver: must be None. Default: None.

    Returns:
        (..., min(m, n)), real, falling.

    Raises:
        LinAlgError: a matrix holds NaN or inf; the text says which.
        RuntimeError: A has less than 2 dimensions or another type; a driver is given.

    Example:
        >>> import seedgrad as sg
        >>> sg.linalg.svdvals(sg.tensor([[3.0, 0.0], [0.0, 4.0]]))
        tensor([4., 3.])
    """
    check_matrices("linalg.svdvals", A)
    _check_driver("linalg.svdvals", driver)
    return singular_values(A)
