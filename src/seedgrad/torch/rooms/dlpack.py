"""`torch.utils.dlpack`: arrays that are shared with other libraries."""

from __future__ import annotations

from typing import Any

import seedgrad as sg
from seedgrad import from_dlpack as from_dlpack


def to_dlpack(tensor: sg.Tensor) -> Any:
    """A capsule with the tensor's memory."""
    return tensor.__dlpack__()
