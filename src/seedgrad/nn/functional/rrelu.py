"""A leaky rectifier with random slopes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.batch_values import random_values
from ...core.inplace import write
from ...core.random import Generator, draw_from
from ...core.tensor import Tensor
from ...functions.arguments import check_floats
from ...functions.public import public
from ...ops import elementwise as e
from ...ops.select import where
from .piecewise import leaky_relu


@public(method=False)
def rrelu(
    input: Tensor,
    lower: float = 1.0 / 8,
    upper: float = 1.0 / 3,
    training: bool = False,
    inplace: bool = False,
    *,
    generator: Generator | None = None,
) -> Tensor:
    """A leaky rectifier whose slopes are random in training: `out = x` where x > 0, `a x` elsewhere.

    Each a is drawn uniformly from lower to upper; without `training` all are the middle of the two.

    Args:
        input: any shape, floating-point.
        lower: the smallest slope. Default: 1/8.
        upper: the largest slope, at least `lower`. Default: 1/3.
        training: draw the slopes. Default: False.
        inplace: write the result into `input`. Default: False.
        generator: where the randomness comes from. Default: the global generator.

    Returns:
        The input's shape.

    Raises:
        RuntimeError: `lower` is greater than `upper`.
        NotImplementedError: the input holds integers.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.functional.rrelu(sg.tensor([-1.0, 2.0]), 0.2, 0.4)
        tensor([-0.3000,  2.0000])

    Source: Xu, Wang, Chen and Li, "Empirical Evaluation of Rectified Activations", 2015.
    """
    check_floats("rrelu", input)
    if lower > upper:
        raise RuntimeError(
            f"Lower bound should be less than or equal to the upper bound, got lower={lower} and upper={upper}"
        )
    if not training:
        return leaky_relu(input, (lower + upper) / 2, inplace)
    x = input.array
    kind: Any = np.float64 if x.dtype == np.float64 else np.float32
    rng = draw_from(generator)
    slopes = random_values(
        lambda shape: (np.asarray(rng.random(shape, kind)) * kind(upper - lower) + kind(lower)).astype(x.dtype), x.shape
    )
    factor = where.call(input.detach() > 0, 1, slopes)
    return write(input, e.multiply.call, factor) if inplace else e.multiply.call(input, factor)
