"""`torch.types`: names for annotations."""

from __future__ import annotations

from collections.abc import Sequence

import seedgrad as sg

Number = int | float | bool
Device = sg.device | str | int | None
_size = sg.Size | list[int] | tuple[int, ...]
_int, _float, _bool = int, float, bool
_TensorOrTensors = sg.Tensor | Sequence[sg.Tensor]
