"""Names that PyTorch has removed: they say what to use in their place."""

from __future__ import annotations

from typing import Any, NoReturn

from .public import public


def _gone(name: str, hint: str) -> NoReturn:
    raise RuntimeError(
        f"This function was deprecated since version 1.9 and is now removed. Use {hint} in place of {name}"
    )


@public()
def lstsq(input: Any, A: Any) -> NoReturn:
    """Removed: use `seedgrad.linalg.lstsq`, whose arguments are the other way around.

    Raises:
        RuntimeError: always.
    """
    _gone("lstsq(B, A)", "linalg.lstsq(A, B).solution")


@public()
def eig(input: Any, eigenvectors: bool = False) -> NoReturn:
    """Removed: use `seedgrad.linalg.eig`, whose results are complex.

    Raises:
        RuntimeError: always.
    """
    _gone("eig(A)", "linalg.eig(A), or linalg.eigvals(A)")


@public()
def symeig(input: Any, eigenvectors: bool = False, upper: bool = True) -> NoReturn:
    """Removed: use `seedgrad.linalg.eigh`, which reads the lower triangle.

    Raises:
        RuntimeError: always.
    """
    _gone("symeig(A)", "linalg.eigh(A, UPLO='U'), or linalg.eigvalsh(A, UPLO='U')")


@public()
def solve(input: Any, A: Any) -> NoReturn:
    """Removed: use `seedgrad.linalg.solve`, whose arguments are the other way around.

    Raises:
        RuntimeError: always.
    """
    _gone("solve(B, A)", "linalg.solve(A, B)")


@public(method=False)
def matrix_rank(input: Any, tol: Any = None, symmetric: bool = False) -> NoReturn:
    """Removed: use `seedgrad.linalg.matrix_rank`.

    Raises:
        RuntimeError: always.
    """
    _gone("matrix_rank(A, symmetric=True)", "linalg.matrix_rank(A, hermitian=True)")
