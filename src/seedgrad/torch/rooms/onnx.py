"""`torch.onnx`: may be imported; exports are refused."""

from __future__ import annotations

from typing import Any


def export(*arguments: Any, **named: Any) -> Any:
    """Refused.

    Raises:
        RuntimeError: always.
    """
    raise RuntimeError("torch.onnx.export is refused: seedgrad writes no ONNX files. Save module.state_dict()")


def is_in_onnx_export() -> bool:
    """False."""
    return False
