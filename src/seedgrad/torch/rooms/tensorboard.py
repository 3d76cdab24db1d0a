"""`torch.utils.tensorboard`: the writer of the package tensorboardX."""

from __future__ import annotations

from typing import Any


def SummaryWriter(*arguments: Any, **named: Any) -> Any:
    """A writer of logs for TensorBoard, from the package tensorboardX.

    Raises:
        ImportError: the package is not installed.
    """
    try:
        import tensorboardX
    except ImportError as error:
        raise ImportError("SummaryWriter needs the package tensorboardX: pip install tensorboardX") from error
    return tensorboardX.SummaryWriter(*arguments, **named)
