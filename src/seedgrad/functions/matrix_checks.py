"""Checks of matrices that the functions of linear algebra share, and the errors about one matrix of a batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import dtype as dtypes
from ..core.batching import Batched
from ..core.tensor import Tensor
from ..ops.linalg_arrays import LinAlgError, element
from .arguments import check_tensors


def check_matrix(name: str, A: Any, label: str = "A") -> None:
    """Raise unless A is a tensor with at least two dimensions."""
    check_tensors(name, A)
    if A.array.ndim < 2:
        raise RuntimeError(
            f"{name}: The input tensor {label} must have at least 2 dimensions, got the shape {A.array.shape}"
        )


def check_precise(
    name: str,
    A: Tensor,
    low: type[RuntimeError] | None = NotImplementedError,
    whole: type[RuntimeError] = RuntimeError,
) -> None:
    """Raise `whole` unless A is floating-point or complex, and `low`, if there is one, for types of 16 bits."""
    kind = A.array.dtype
    if not dtypes.differentiable(kind):
        raise whole(
            f"{name}: Expected a floating point or complex tensor as input. Got {A.dtype}. Convert it first: x.float()"
        )
    if low and kind.itemsize == 2:
        raise low(
            f"{name}: Low precision dtypes not supported, it is not implemented for {A.dtype} tensors. "
            f"Convert it first: x.float()"
        )


def check_square(name: str, A: Any) -> None:
    """Raise unless A is a tensor of square matrices."""
    check_matrix(name, A)
    rows, columns = A.array.shape[-2:]
    if rows != columns:
        raise RuntimeError(
            f"{name}: A must be batches of square matrices, but they are {rows} by {columns} matrices "
            f"(the shape is {A.array.shape})"
        )


def check_squares(
    name: str,
    A: Any,
    low: type[RuntimeError] | None = NotImplementedError,
    whole: type[RuntimeError] = RuntimeError,
) -> None:
    """Raise unless A is a tensor of square matrices of float32, float64 or their complex types."""
    check_square(name, A)
    check_precise(name, A, low, whole)


def check_matrices(
    name: str,
    A: Any,
    low: type[RuntimeError] | None = NotImplementedError,
    whole: type[RuntimeError] = RuntimeError,
) -> None:
    """Raise unless A is a tensor of matrices of float32, float64 or their complex types."""
    check_matrix(name, A)
    check_precise(name, A, low, whole)


def check_same(name: str, A: Tensor, B: Tensor, labels: tuple[str, str] = ("A", "B")) -> None:
    """Raise unless both have one type."""
    if A.array.dtype != B.array.dtype:
        raise RuntimeError(
            f"{name}: Expected {labels[0]} and {labels[1]} to have the same dtype, but found {labels[0]} of type "
            f"{A.dtype} and {labels[1]} of type {B.dtype} instead. Convert one: x.to(y.dtype)"
        )


def check_system(
    name: str,
    A: Any,
    B: Any,
    left: bool = True,
    low: type[RuntimeError] | None = NotImplementedError,
    whole: type[RuntimeError] = RuntimeError,
) -> None:
    """Raise unless A X = B (X A = B without `left`) makes sense for square matrices A and matrices B."""
    check_tensors(name, A, B)
    check_same(name, A, B)
    check_square(name, A)
    check_precise(name, A, low, whole)
    check_matrix(name, B, "B")
    n, (rows, columns) = A.array.shape[-1], B.array.shape[-2:]
    if n != (rows if left else columns):
        raise RuntimeError(
            f"{name}: Incompatible shapes of A and B for the equation {'AX = B' if left else 'XA = B'} "
            f"({n}x{n} and {rows}x{columns})"
        )
    check_batches(name, A, B)


def check_batches(name: str, A: Tensor, B: Tensor) -> None:
    """Raise unless the batch dimensions of matrices can be broadcast together."""
    try:
        np.broadcast_shapes(A.array.shape[:-2], B.array.shape[:-2])
    except ValueError:
        raise RuntimeError(
            f"{name}: The batch dimensions {A.array.shape[:-2]} of A and {B.array.shape[:-2]} of B must be equal or 1"
        ) from None


def all_values(t: Tensor) -> np.ndarray[Any, Any]:
    """The values of a tensor; inside vmap those of all samples."""
    while isinstance(t, Batched):
        t = t.physical
    return t.array


def raise_first(info: Tensor, text: str, kind: type[RuntimeError] = LinAlgError) -> None:
    """Raise for the first matrix whose info is not 0: `text` says where its place and the info go."""
    found = all_values(info)
    if found.any():
        index = tuple(np.argwhere(found)[0])
        words = element(index, (*found.shape, 0, 0))
        raise kind(text.format(element=words, info=int(found[index])))


def check_pivots(name: str, pivots: Tensor, rows: int) -> None:
    """Raise unless the pivots are int32 and name rows, from 1."""
    if pivots.array.dtype != np.int32:
        raise RuntimeError(
            f"{name}: the pivots are expected to be a tensor of int32, got {pivots.dtype}. Take them from the output of "
            f"linalg.lu_factor"
        )
    values = all_values(pivots)
    if values.size and (values.min() < 1 or values.max() > rows):
        raise RuntimeError(
            f"{name}: the pivots must be between 1 and the number of rows, {rows}, got {values.min()} to "
            f"{values.max()}. Did you pass the result of linalg.lu_factor?"
        )


SINGULAR = (
    "{element}The diagonal element {info} is zero, the inversion could not be completed because the input matrix is "
    "singular. The pseudoinverse, linalg.pinv, always exists"
)
NOT_POSITIVE = (
    "{element}The factorization could not be completed because the input is not positive-definite (the leading minor "
    "of order {info} is not positive-definite)"
)
NO_SOLUTION = (
    "{element}The solver failed because the input matrix is singular. linalg.lstsq finds the best approximation"
)
ZERO_PIVOT = (
    "{element}U[{info},{info}] is zero and using it on lu_solve would result in a division by zero. If you still want "
    "to perform the factorization, consider calling linalg.lu(A) or linalg.lu_factor_ex(A)"
)
