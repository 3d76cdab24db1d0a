"""`torch.autograd.Variable`, an old name of tensors."""

from __future__ import annotations

from typing import Any

import seedgrad as sg


class _VariableType(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, sg.Tensor)


class Variable(metaclass=_VariableType):
    """A tensor: the old name, and the old way to ask for gradients."""

    def __new__(cls, data: sg.Tensor, requires_grad: bool = False, volatile: bool = False) -> Any:
        return data.detach().requires_grad_(requires_grad)
