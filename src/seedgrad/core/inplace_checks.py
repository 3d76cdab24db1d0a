"""What forbids a write in place, as in PyTorch."""

from __future__ import annotations

from . import dtype as dtypes
from .mode import mode
from .tensor import Tensor


def check_writable(target: Tensor) -> None:
    """Raise if the tensor may not be written now."""
    check_history(target)
    array = target.array
    if (
        0 in array.strides
        and array.size
        and any([not s and n > 1 for s, n in zip(array.strides, array.shape, strict=True)])
    ):
        raise RuntimeError(
            f"unsupported operation: more than one element of the written-to tensor (shape {array.shape}, expanded) "
            f"refers to a single memory location. Please clone() the tensor before the write"
        )
    if not array.flags.writeable:
        raise RuntimeError("the tensor shares read-only memory (a read-only NumPy array or file); write to a clone()")


def check_history(target: Tensor) -> None:
    """Raise if the tensor's place in the graph forbids to change it."""
    if mode.now.grad and target.node is not None and target.is_leaf:
        raise RuntimeError(
            "a leaf Variable that requires grad is being used in an in-place operation. "
            "Write inside `with no_grad():`, or to a clone()"
        )
    seen = target.origin
    if seen == "inference" and not mode.now.inference:
        raise RuntimeError(
            "Inplace update to inference tensor outside InferenceMode is not allowed. Write to a clone()"
        )
    if seen == "view" and mode.now.grad and target._viewed.node is not None and target._viewed.is_leaf:
        raise RuntimeError(
            "a view of a leaf Variable that requires grad is being used in an in-place operation. "
            "Write inside `with no_grad():`, or to a clone()"
        )


def check_fits(target: Tensor, value: Tensor) -> None:
    """Raise if the value has another shape than the target, or a type of a higher category."""
    if value.array.shape != target.array.shape:
        raise RuntimeError(
            f"output with shape {list(target.array.shape)} doesn't match the broadcast shape "
            f"{list(value.array.shape)}: "
            f"an in-place operation can't change the shape of its tensor"
        )
    if value.array.dtype != target.array.dtype:
        have, want = dtypes.category(value.array.dtype), dtypes.category(target.array.dtype)
        if have > want:
            raise RuntimeError(
                f"result type {value.dtype} can't be cast to the desired output type {target.dtype}. "
                f"Convert the tensor first, or use the out-of-place form"
            )


def in_graph(target: Tensor) -> bool:
    """Whether the value that is about to be overwritten counts for a gradient, its own or its base's."""
    return target.node is not None or (target.origin == "view" and target._viewed.node is not None)


def check_view(target: Tensor) -> None:
    """Raise for writes into views whose history can't follow, as in PyTorch."""
    if target.origin == "view":
        if target._made == "multi":
            raise RuntimeError(
                "this view is the output of a function that returns multiple views. Such functions do not allow the "
                "output views to be modified inplace. Replace the inplace operation by an out-of-place one"
            )
        if target._made == "no_grad":
            raise RuntimeError(
                "A view was created in no_grad mode and is being modified inplace with grad mode enabled. "
                "Make the view and write to it in the same mode"
            )
