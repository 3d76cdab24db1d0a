"""Class numbers as vectors."""

from __future__ import annotations

import numpy as np

from ...core.batch_values import all_values, on_values
from ...core.batching import Batched
from ...core.tensor import Tensor


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """A vector with a single 1, at the place of the class, for every class number.

    Args:
        tensor: class numbers of any shape (*), int64, from 0.
        num_classes: the length of the vectors. Default: one more than the greatest number.

    Returns:
        (*, num_classes), int64.

    Raises:
        RuntimeError: the type is not int64; a number is negative or not below `num_classes`; the tensor is
            empty and `num_classes` is not given.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.one_hot(sg.tensor([0, 2]), 3).tolist()
        [[1, 0, 0], [0, 0, 1]]
    """
    classes = all_values(tensor)
    if classes.dtype != np.int64:
        raise RuntimeError(
            f"one_hot is only applicable to index tensor of type int64, got {tensor.dtype}: use x.long()"
        )
    if not classes.size and num_classes <= 0:
        raise RuntimeError("Can not infer total number of classes from empty tensor: give num_classes")
    if classes.size and classes.min() < 0:
        raise RuntimeError(f"Class values must be non-negative, got {classes.min()}")
    if num_classes == -1:
        if type(tensor) is Batched:
            raise NotImplementedError(
                "vmap: one_hot can't count the classes, which would differ between the samples: give num_classes"
            )
        num_classes = int(classes.max()) + 1
    if num_classes < 1:
        raise RuntimeError(f"num_classes should be positive, got {num_classes}")
    if classes.size and classes.max() >= num_classes:
        raise RuntimeError(f"Class values must be smaller than num_classes, got {classes.max()} and {num_classes}")
    return on_values(lambda array: _rows(array, num_classes), tensor)


def _rows(classes: np.ndarray, count: int) -> np.ndarray:
    out = np.zeros((*classes.shape, count), np.int64)
    np.put_along_axis(out, classes[..., None], 1, axis=-1)
    return out
