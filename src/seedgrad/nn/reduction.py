"""PyTorch's old names for `reduction`."""

from __future__ import annotations

import warnings


def legacy_reduction(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """The reduction that `size_average` and `reduce` mean; `reduction` itself if neither is given."""
    if size_average is None and reduce is None:
        return reduction
    meant = "none" if reduce is False else "sum" if size_average is False else "mean"
    warnings.warn(
        f"size_average and reduce args will be deprecated, please use reduction={meant!r} instead.",
        stacklevel=4,
    )
    return meant
