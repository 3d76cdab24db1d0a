"""Vectors of length 1."""

from __future__ import annotations

from typing import Any

from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...functions.choice import clamp_min
from ...functions.forms import write_out
from ...functions.norms import norm


def normalize(input: Tensor, p: float = 2.0, dim: Any = 1, eps: float = 1e-12, out: Tensor | None = None) -> Tensor:
    """Divide each vector by its length: `v / max(norm_p(v), eps)`.

    Args:
        input: any shape, floating-point.
        p: which norm. Default: 2.
        dim: the dimension or dimensions that hold a vector; None for all. Default: 1.
        eps: the least length to divide by. Default: 1e-12.
        out: a tensor to write the result into. Default: none.

    Returns:
        The input's shape.

    Raises:
        IndexError: there is no such dimension.
        RuntimeError: the input holds integers; `out` while a gradient is needed.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.normalize(sg.tensor([[3.0, 4.0]]))
        tensor([[0.6000, 0.8000]])
    """
    check_tensors("normalize", input)
    result = input / clamp_min(norm(input, p, dim, True), eps)
    found: Tensor = write_out("normalize", out, result)
    return found
