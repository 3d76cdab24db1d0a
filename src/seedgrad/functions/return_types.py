"""What functions return where it is more than one tensor: tuples whose parts have names.

A function has a type of its own, named like it; several share a form, such as values with their indices.
"""

from __future__ import annotations

import operator
from typing import Any, ClassVar

from ..core import shown
from ..core.tensor import Tensor


class _Kind(type):
    def __repr__(cls) -> str:
        return f"<class '{shown.package}.return_types.{cls.__name__}'>"


class Result(tuple[Any, ...], metaclass=_Kind):
    """A tuple with a name for each part.

    Called with all parts, or with one sequence of them.

    Raises:
        TypeError: there are more or fewer parts.

    Example:
        >>> import seedgrad as sg
        >>> sg.max(sg.tensor([[1.0, 3.0]]), dim=1)
        seedgrad.return_types.max(
        values=tensor([3.]),
        indices=tensor([1]))
    """

    __slots__ = ()
    _fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        if not cls._fields:
            cls._fields = tuple(cls.__annotations__)
            for i, name in enumerate(cls._fields):
                setattr(cls, name, property(operator.itemgetter(i)))
        setattr(cls, "__match_args__", cls._fields)  # noqa: B010  (mypy knows it as final)
        cls.n_fields = cls.n_sequence_fields = len(cls._fields)  # type: ignore[attr-defined]
        cls.n_unnamed_fields = 0  # type: ignore[attr-defined]

    def __new__(cls, *parts: Any) -> Any:
        if len(parts) == 1 and isinstance(parts[0], (tuple, list)):
            parts = tuple(parts[0])
        if len(parts) != len(cls._fields):
            raise TypeError(
                f"{shown.package}.return_types.{cls.__name__}() takes a {len(cls._fields)}-sequence "
                f"({len(parts)}-sequence given)"
            )
        return tuple.__new__(cls, parts)

    @classmethod
    def _make(cls, parts: Any) -> Any:
        return cls(*parts)

    def __repr__(self) -> str:
        parts = ",\n".join(f"{name}={part!r}" for name, part in zip(self._fields, self, strict=True))
        return f"{shown.package}.return_types.{type(self).__name__}(\n{parts})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(self)


class ValuesIndices(Result):
    """Elements, and where along the dimension they were."""

    values: Tensor
    indices: Tensor


class MinMax(Result):
    """The smallest and the largest elements."""

    min: Tensor
    max: Tensor


class MantissaExponent(Result):
    """Floating-point numbers in two parts."""

    mantissa: Tensor
    exponent: Tensor


class Histogram(Result):
    """Counts, and the edges of the bins: a tensor, or one for each dimension."""

    hist: Tensor
    bin_edges: Any


class SignLogdet(Result):
    """The sign of a determinant and the logarithm of its size."""

    sign: Tensor
    logabsdet: Tensor


class QR(Result):
    """A matrix with orthonormal columns and an upper triangular one."""

    Q: Tensor
    R: Tensor


class PLU(Result):
    """A permutation, a lower triangular matrix with ones on the diagonal, an upper triangular one."""

    P: Tensor
    L: Tensor
    U: Tensor


class LUPivots(Result):
    """L and U in one matrix, and the exchanges of rows."""

    LU: Tensor
    pivots: Tensor


class LUPivotsInfo(Result):
    """L and U in one matrix, the exchanges of rows, and where U has its first zero, or 0."""

    LU: Tensor
    pivots: Tensor
    info: Tensor


class Eigen(Result):
    """Eigenvalues, and eigenvectors as columns."""

    eigenvalues: Tensor
    eigenvectors: Tensor


class svd(Result):
    """Singular vectors, values, and vectors as the columns of V."""

    U: Tensor
    S: Tensor
    V: Tensor


class linalg_svd(Result):
    """Left singular vectors as columns, singular values, right singular vectors as rows, conjugated."""

    U: Tensor
    S: Tensor
    Vh: Tensor


class geqrf(Result):
    """Householder vectors below the diagonal of R, and their factors."""

    a: Tensor
    tau: Tensor


class triangular_solve(Result):
    """The solution of a triangular system, and its matrix."""

    solution: Tensor
    cloned_coefficient: Tensor


class linalg_inv_ex(Result):
    """Inverses, and for each matrix the place of its first zero pivot, or 0."""

    inverse: Tensor
    info: Tensor


class linalg_solve_ex(Result):
    """Solutions, and for each matrix the place of its first zero pivot, or 0."""

    result: Tensor
    info: Tensor


class linalg_cholesky_ex(Result):
    """Triangular factors, and for each matrix the order of its first minor that is not positive, or 0."""

    L: Tensor
    info: Tensor


class linalg_ldl_factor(Result):
    """L and D in one matrix, and the exchanges of rows."""

    LD: Tensor
    pivots: Tensor


class linalg_ldl_factor_ex(Result):
    """L and D in one matrix, the exchanges of rows, and the place of the first zero in D, or 0."""

    LD: Tensor
    pivots: Tensor
    info: Tensor


class linalg_lstsq(Result):
    """The best approximation and what was found on the way; empty where the driver does not give it."""

    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor


def _named(name: str, form: type[Result]) -> Any:
    return _Kind(name, (form,), {"__slots__": (), "__module__": __name__, "__doc__": form.__doc__})


max = _named("max", ValuesIndices)
min = _named("min", ValuesIndices)
median = _named("median", ValuesIndices)
nanmedian = _named("nanmedian", ValuesIndices)
mode = _named("mode", ValuesIndices)
kthvalue = _named("kthvalue", ValuesIndices)
sort = _named("sort", ValuesIndices)
topk = _named("topk", ValuesIndices)
cummax = _named("cummax", ValuesIndices)
cummin = _named("cummin", ValuesIndices)
aminmax = _named("aminmax", MinMax)
frexp = _named("frexp", MantissaExponent)
histogram = _named("histogram", Histogram)
histogramdd = _named("histogramdd", Histogram)
slogdet = _named("slogdet", SignLogdet)
linalg_slogdet = _named("linalg_slogdet", SignLogdet)
qr = _named("qr", QR)
linalg_qr = _named("linalg_qr", QR)
lu_unpack = _named("lu_unpack", PLU)
linalg_lu = _named("linalg_lu", PLU)
linalg_lu_factor = _named("linalg_lu_factor", LUPivots)
_lu_with_info = _named("_lu_with_info", LUPivotsInfo)
linalg_lu_factor_ex = _named("linalg_lu_factor_ex", LUPivotsInfo)
linalg_eig = _named("linalg_eig", Eigen)
linalg_eigh = _named("linalg_eigh", Eigen)
