"""Transposes under other names, as attributes, and with complex conjugates."""

from __future__ import annotations

from typing import Any

from ..core.tensor import Tensor
from ..ops import complex as complex_ops
from ..ops import shape as o
from .arguments import check_tensors
from .public import public
from .transposing import transpose, transpose_


@public()
def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """Two dimensions exchanged: `transpose`.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 3, 4).swapaxes(0, 2).shape
        seedgrad.Size([4, 3, 2])
    """
    return transpose(input, axis0, axis1)


def swapaxes_(self: Tensor, axis0: int, axis1: int) -> Tensor:
    """`swapaxes` of the tensor itself."""
    return transpose_(self, axis0, axis1)


Tensor.swapaxes_ = swapaxes_


def _matrices(name: str, x: Any) -> None:
    check_tensors(name, x)
    if x.array.ndim == 1:
        raise RuntimeError(f"{name} is only supported on matrices or batches of matrices. Got 1-D tensor.")


def _conjugate(x: Tensor) -> Tensor:
    return complex_ops.conj.call(x) if x.array.dtype.kind == "c" else x


def _matrix_transpose(self: Tensor) -> Tensor:
    """The last two dimensions exchanged."""
    _matrices("tensor.mT", self)
    return o.swapaxes.call(self, axis1=-2, axis2=-1) if self.array.ndim else o.alias.call(self)


@public()
def adjoint(input: Tensor) -> Tensor:
    """The conjugate transpose of a matrix, or of each matrix of a batch.

    Args:
        input: (..., m, n), or 0-d.

    Returns:
        (..., n, m): a view of a real tensor.

    Raises:
        RuntimeError: there is one dimension.

    Example:
        >>> import seedgrad as sg
        >>> sg.adjoint(sg.tensor([[1.0, 2.0]]))
        tensor([[1.],
                [2.]])
    """
    _matrices("tensor.adjoint()", input)
    return _conjugate(o.swapaxes.call(input, axis1=-2, axis2=-1) if input.array.ndim else o.alias.call(input))


def _matrix_adjoint(self: Tensor) -> Tensor:
    """The conjugate transpose: the last two dimensions exchanged, complex numbers conjugated."""
    _matrices("tensor.mH", self)
    return adjoint(self)


def _hermitian(self: Tensor) -> Tensor:
    """The conjugate transpose of one matrix."""
    if self.array.ndim not in (0, 2):
        raise RuntimeError(
            f"tensor.H is only supported on matrices (2-D tensors). Got {self.array.ndim}-D tensor. For batches of "
            f"matrices, consider using tensor.mH"
        )
    return adjoint(self)


def _reverse(self: Tensor) -> Tensor:
    """All dimensions in reverse order."""
    return o.transpose.call(self)


for _name, _form in (("T", _reverse), ("mT", _matrix_transpose), ("mH", _matrix_adjoint), ("H", _hermitian)):
    setattr(Tensor, _name, property(_form))
