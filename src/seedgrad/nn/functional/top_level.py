"""Lookups and dropout as they are named at the top of the package: other orders, and no defaults for `train`."""

from __future__ import annotations

from collections.abc import Callable

from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from .alpha_dropout import alpha_dropout as named_alpha
from .alpha_dropout import feature_alpha_dropout as named_feature_alpha
from .dropout import dropout as named_dropout
from .dropout import whole_channels
from .embedding import embedding as rows_of
from .embedding import out_of_range, shrink_rows


def embedding(
    weight: Tensor, indices: Tensor, padding_idx: int = -1, scale_grad_by_freq: bool = False, sparse: bool = False
) -> Tensor:
    """The rows of a table by number, with the table first: `out[i] = weight[indices[i]]`.

    Args:
        weight: the table, (V, D).
        indices: numbers of rows, int64 or int32, any shape.
        padding_idx: the row that gets no gradient; negative for none. Default: -1.
        scale_grad_by_freq, sparse: as in `nn.functional.embedding`.

    Raises:
        IndexError: a number is not that of a row.
        RuntimeError: the indices are not int64 or int32, or the weight is not (V, D).

    Example:
        >>> import seedgrad as sg
        >>> sg.embedding(sg.tensor([[1.0, 2.0], [3.0, 4.0]]), sg.tensor([1, 1]))
        tensor([[3., 4.],
                [3., 4.]])
    """
    check_tensors("embedding", weight, indices)
    rows = weight.array.shape[0] if weight.array.ndim else 0
    padding = padding_idx if 0 <= padding_idx < rows else None
    return rows_of(indices, weight, padding, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse)


def embedding_renorm_(input: Tensor, indices: Tensor, max_norm: float, norm_type: float) -> Tensor:
    """Scale the rows of a table that are in use and have a larger norm than `max_norm` to it, in place.

    Args:
        input: the table, (V, D).
        indices: the numbers of the rows in use, int64 or int32, any shape.
        max_norm: the largest norm that is left as it is.
        norm_type: the p of the norm.

    Raises:
        IndexError: a number is not that of a row.

    Example:
        >>> import seedgrad as sg
        >>> sg.embedding_renorm_(sg.tensor([[3.0, 4.0], [6.0, 8.0]]), sg.tensor([1]), 5.0, 2.0)
        tensor([[3., 4.],
                [3., 4.]])
    """
    check_tensors("embedding_renorm_", input, indices)
    wrong = out_of_range(indices.array, len(input.array))
    if wrong is not None:
        raise IndexError(
            f"index out of range in self: the table has {len(input.array)} rows, got index {indices.array.flat[wrong]}"
        )
    shrink_rows(input, indices.array, max_norm, norm_type)
    return input


def _drop(name: str, function: Callable[..., Tensor], input: Tensor, p: float, train: bool, inplace: bool) -> Tensor:
    check_tensors(name, input)
    if not 0 <= p <= 1:
        raise RuntimeError(f"{name}(): dropout probability has to be between 0 and 1, but got {p}")
    return function(input, p, train, inplace)


def _whole_channels(input: Tensor, p: float, train: bool, inplace: bool) -> Tensor:
    return whole_channels("feature_dropout", input, p, train, inplace, True, None)


def dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """`nn.functional.dropout` without defaults: each element becomes 0 with probability p, others are divided by 1 - p.

    Raises:
        RuntimeError: p is not in [0, 1], or the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.dropout(sg.ones(2), 1.0, train=True)
        tensor([0., 0.])
    """
    return _drop("dropout", named_dropout, input, p, train, False)


def dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """`dropout` that writes the result into its input.

    Raises:
        RuntimeError: p is not in [0, 1], or the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.dropout_(sg.ones(2), 1.0, True)
        tensor([0., 0.])
    """
    return _drop("dropout_", named_dropout, input, p, train, True)


def feature_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """Dropout of whole channels (dimension 1) of a tensor (N, C, *).

    Raises:
        RuntimeError: p is not in [0, 1], the input has fewer than 2 dimensions, or holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.feature_dropout(sg.ones(1, 2), 1.0, True)
        tensor([[0., 0.]])
    """
    return _drop("feature_dropout", _whole_channels, input, p, train, False)


def feature_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """`feature_dropout` that writes the result into its input.

    Raises:
        RuntimeError: as `feature_dropout`.

    Example:
        >>> import seedgrad as sg
        >>> sg.feature_dropout_(sg.ones(1, 2), 1.0, True)
        tensor([[0., 0.]])
    """
    return _drop("feature_dropout_", _whole_channels, input, p, train, True)


def alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """`nn.functional.alpha_dropout`: dropout that keeps mean 0 and variance 1.

    Raises:
        RuntimeError: p is not in [0, 1], or the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.alpha_dropout(sg.ones(2), 0.5, False)
        tensor([1., 1.])
    """
    return _drop("alpha_dropout", named_alpha, input, p, train, False)


def alpha_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """`alpha_dropout` that writes the result into its input.

    Raises:
        RuntimeError: as `alpha_dropout`.

    Example:
        >>> import seedgrad as sg
        >>> sg.alpha_dropout_(sg.ones(2), 1.0, True)
        tensor([0., 0.])
    """
    return _drop("alpha_dropout_", named_alpha, input, p, train, True)


def feature_alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """`nn.functional.feature_alpha_dropout`: alpha dropout of whole channels of a tensor (N, C, *).

    Raises:
        RuntimeError: p is not in [0, 1], the input has fewer than 2 dimensions, or holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.feature_alpha_dropout(sg.ones(1, 2), 0.5, False)
        tensor([[1., 1.]])
    """
    return _drop("feature_alpha_dropout", named_feature_alpha, input, p, train, False)


def feature_alpha_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """`feature_alpha_dropout` that writes the result into its input.

    Raises:
        RuntimeError: as `feature_alpha_dropout`.

    Example:
        >>> import seedgrad as sg
        >>> sg.feature_alpha_dropout_(sg.ones(1, 2), 1.0, True)
        tensor([[0., 0.]])
    """
    return _drop("feature_alpha_dropout_", named_feature_alpha, input, p, train, True)
