"""The table of operations: one row for each, compared with PyTorch by test_ops.py.

A row names a function of `seedgrad` and says on what to try it:

    row("exp", unary())
    row("atan2", binary(), mixed=True)
    row("sum", [call(A(3, 4), dim=0), call(A(3, 4), dim=(0, 1), keepdim=True)], inplace=False,
        bad=[(call(A(3), dim=2), "Dimension out of range")])
    row("nn.functional.mse_loss", [call(A(3, 4), A(3, 4))], method=False, inplace=False)

A dotted name is looked up in both packages. `A(3, 4)` stands for an array of normal numbers of that shape,
made anew
from a fixed seed for each dtype; `A(3, low=0, high=1)` for uniform ones. NumPy arrays stand for themselves:
those of
floats take the dtype under test, others keep theirs. Lists and tuples may hold arrays (for `cat`). Whatever
else is in a
call is given to both packages as it is.

Files named rows_<topic>.py in this folder are imported by the driver; each needs nothing but
`from .table import A, call, row` and its rows.

Checked for every row: value, dtype and shape in float64 and float32; first and second gradients with respect
    to every
float array (random directions); arrays that are transposed, strided or expanded; half types; integer and bool
input; `out=` where PyTorch has it;
the method and the in-place method; and for each call in `bad` the class of the exception and its text.
Where PyTorch raises on an input that the driver made up (an integer, a mixed type), we must raise the same
class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

INF, NAN = float("inf"), float("nan")


class A:
    """An array to be made: normal numbers of a shape, or uniform ones between `low` and `high`."""

    def __init__(self, *shape: int, low: float | None = None, high: float = 1.0) -> None:
        self.shape, self.low, self.high = shape, low, high

    def make(self, rng: np.random.Generator) -> np.ndarray[Any, Any]:
        if self.low is None:
            return np.asarray(rng.standard_normal(self.shape))
        return np.asarray(rng.uniform(self.low, self.high, self.shape))

    def __repr__(self) -> str:
        return f"A{self.shape}"


@dataclass
class Call:
    """The arguments of one call."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


def call(*args: Any, **kwargs: Any) -> Call:
    """One call to try."""
    return Call(args, kwargs)


@dataclass
class Row:
    """One operation.

    Attributes:
        name: where both packages have it, such as "exp" or "nn.functional.mse_loss".
        calls: what to try.
        bad: calls that raise, each with a part of our message; the class is PyTorch's.
        method, inplace: whether it is also a method of the first argument, and a method that ends in `_`
            (None: it is,
            but not with these calls).
        gradient, second: whether to compare first and second gradients.
        half: whether to compare float16 and bfloat16; a number scales the tolerance.
        integers: the integer types to try in place of floats.
        complex: try complex64 and complex128 numbers, with their gradients.
        mixed: try types that differ between the first two arguments, and numbers in the place of either.
        tolerance: scales the tolerance where an algorithm is less exact.
        layouts: whether to try arrays that are not contiguous.
    """

    name: str
    calls: Sequence[Call]
    bad: Sequence[tuple[Call, str]] = ()
    method: bool = True
    inplace: bool | None = True
    gradient: bool = True
    second: bool = True
    half: float = 1
    integers: Sequence[str] = ("int64", "int32", "uint8", "bool")
    complex: bool = False
    mixed: bool = False
    tolerance: float = 1
    layouts: bool = True
    ours: Callable[..., Any] | None = field(default=None, repr=False)
    theirs: Callable[..., Any] | None = field(default=None, repr=False)

    def of(self, package: Any) -> Callable[..., Any]:
        """The function in one of the two packages."""
        given = self.ours if package.__name__ == "seedgrad" else self.theirs
        if given is not None:
            return given
        found = package
        for part in self.name.split("."):
            found = getattr(found, part)
        return found


ROWS: dict[str, Row] = {}


def row(name: str, calls: Sequence[Call], *, label: str | None = None, **options: Any) -> None:
    """Enter a row; `label` tells rows of one name apart."""
    key = label or name
    if key in ROWS:
        raise ValueError(f"there are two rows {key!r}; give one a label")
    ROWS[key] = Row(name, calls, **options)


SHAPES: tuple[tuple[int, ...], ...] = ((3, 4), (), (0,), (2, 0, 3), (1, 5))
PAIRS: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((3, 4), (3, 4)),
    ((3, 4), (4,)),
    ((3, 1), (1, 4)),
    ((), (3,)),
    ((2, 1, 3), (4, 1)),
    ((0,), (1,)),
    ((2, 1), (2, 0)),
    ((), ()),
)


def unary(
    low: float = -2.5,
    high: float = 2.5,
    kinks: Sequence[float] = (0.0, -0.0, 1.0, -1.0, INF, -INF, NAN),
    **kwargs: Any,
) -> list[Call]:
    """Calls on one array: shapes, empty, 0-d, and the points where something special happens."""
    calls = [call(A(*shape, low=low, high=high), **kwargs) for shape in SHAPES]
    return [*calls, call(np.array(kinks), **kwargs)] if kinks else calls


def binary(
    low: float = -2.5,
    high: float = 2.5,
    kinks: Sequence[float] = (0.0, -0.0, 1.0, -1.0, 2.0, INF, -INF, NAN),
    **kwargs: Any,
) -> list[Call]:
    """Calls on two arrays: all ways to broadcast, empty, 0-d, and every pair of special points."""
    calls = [call(A(*a, low=low, high=high), A(*b, low=low, high=high), **kwargs) for a, b in PAIRS]
    if kinks:
        points = np.array(kinks)
        calls.append(call(np.repeat(points, len(points)), np.tile(points, len(points)), **kwargs))
    return calls
