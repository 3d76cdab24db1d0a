"""Automatic differentiation of single numbers: the whole idea in one file.

A `Value` holds a number and remembers how it was computed: from which other Values (its `parents`), and
how fast it changes when each of them changes (its `local_grads`). `backward()` starts at a result and works
back to the beginning. At each Value on the way it applies the chain rule, and that is all there is to it:

    parent.grad += local_grad * value.grad

It is `+=` because a parent that was used twice influences the result in two ways, and they add up.

>>> x, y = Value(2.0), Value(3.0)
>>> f = (x + y) * y
>>> f.backward()
>>> f.data, x.grad, y.grad
(15.0, 3.0, 8.0)
"""

from __future__ import annotations

import itertools
import math
import numbers
from operator import attrgetter

count = itertools.count().__next__  # 0, 1, 2, ...: every Value gets the next number when it is created


class Value:
    """A number that knows how it was computed, so that it can be differentiated.

    Args:
        data: the number.
        parents: the Values it was computed from; none for a leaf, such as an input or a weight.
        local_grads: for each parent, the derivative of this Value with respect to it, as a number.
        op: the name of the operation, for pictures.

    Attributes:
        grad: the derivative of the result with respect to this Value, once the result's `backward()` has run.

    Raises:
        TypeError: `data` of a leaf is not a real number.
    """

    __slots__ = ("data", "grad", "local_grads", "op", "order", "parents")

    def __init__(
        self, data: float, parents: tuple[Value, ...] = (), local_grads: tuple[float, ...] = (), op: str = ""
    ) -> None:
        self.data: float = data if parents else as_number(data)
        self.grad: float = 0.0
        self.parents = parents
        self.local_grads = local_grads
        self.op = op
        self.order = count()

    def backward(self, retain_graph: bool = False) -> None:
        """Add the derivative of this Value with respect to every leaf behind it to that leaf's `grad`.

        Leaves accumulate; a Value in between keeps the gradient of the last pass only. Its `local_grads`
        are freed once they have been used, unless `retain_graph` is true: then `backward()` can run again.

        Raises:
            RuntimeError: an earlier `backward()` has freed a part of the graph.
        """
        found, waiting = {self}, [self]
        while waiting:
            for parent in waiting.pop().parents:
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        # A Value is newer than its parents. From the newest to the oldest, then, each one has received all
        # of its gradient before it hands it on; and without recursion no graph is too deep.
        computed = sorted((v for v in found if v.parents), key=attrgetter("order"), reverse=True)
        for value in computed:
            if not value.local_grads:
                raise RuntimeError(
                    f"Trying to backward through the graph a second time: the local derivatives of {value!r} "
                    f"(op {value.op!r}) were freed by an earlier backward(). Call the earlier one with "
                    f"retain_graph=True if you need both, or compute the result anew"
                )
        for value in computed:
            value.grad = 0.0
        self.grad += 1.0  # the derivative of the result with respect to itself
        for value in computed:
            grad = value.grad
            for parent, local_grad in zip(value.parents, value.local_grads, strict=True):
                parent.grad += local_grad * grad
            if not retain_graph:
                value.local_grads = ()

    # Every operation is one line of mathematics: its result, its parents, and the derivative for each parent.

    def __add__(self, other: Value | float) -> Value:
        other = as_value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0), "+")

    def __sub__(self, other: Value | float) -> Value:
        other = as_value(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0), "-")

    def __mul__(self, other: Value | float) -> Value:
        other = as_value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data), "*")

    def __truediv__(self, other: Value | float) -> Value:
        x, y = self.data, (other := as_value(other)).data
        out = divide(x, y)
        return Value(out, (self, other), (divide(1.0, y), -divide(out, y)), "/")

    def __pow__(self, other: Value | float) -> Value:
        x, y = self.data, (other := as_value(other)).data
        out = power(x, y)
        # x**0 is 1 whatever x is, and 0**y is 0 whatever y > 0 is: slope 0, where the formulas say 0 * inf.
        slope_x = 0.0 if y == 0 else y * power(x, y - 1)
        slope_y = 0.0 if x == 0 and y >= 0 else out * logarithm(x)
        return Value(out, (self, other), (slope_x, slope_y), "**")

    def neg(self) -> Value:
        return Value(-self.data, (self,), (-1.0,), "neg")

    def relu(self) -> Value:
        """max(x, 0). At the kink, x = 0, the slope could be anything from 0 to 1; it is 0, as in PyTorch."""
        return Value(max(self.data, 0.0), (self,), (0.0 if self.data <= 0 else 1.0,), "relu")

    def tanh(self) -> Value:
        out = math.tanh(self.data)
        return Value(out, (self,), (1 - out * out,), "tanh")

    def sigmoid(self) -> Value:
        """1 / (1 + e**-x)."""
        out = 1 / (1 + exponential(-self.data))
        return Value(out, (self,), (out * (1 - out),), "sigmoid")

    def exp(self) -> Value:
        out = exponential(self.data)
        return Value(out, (self,), (out,), "exp")

    def log(self) -> Value:
        return Value(logarithm(self.data), (self,), (divide(1.0, self.data),), "log")

    def __rsub__(self, other: float) -> Value:
        return as_value(other) - self

    def __rtruediv__(self, other: float) -> Value:
        return as_value(other) / self

    def __rpow__(self, other: float) -> Value:
        return as_value(other) ** self

    __radd__, __rmul__, __neg__ = __add__, __mul__, neg

    def __repr__(self) -> str:
        return f"Value(data={self.data!r}, grad={self.grad!r})"


def as_value(x: Value | float) -> Value:
    """`x` itself if it is a Value, else a constant: a leaf whose gradient nobody will ask for."""
    return x if isinstance(x, Value) else Value(x, op="constant")


def as_number(x: float) -> float:
    if not isinstance(x, numbers.Real):
        raise TypeError(
            f"Value works on single real numbers, got {x!r} (a {type(x).__name__}). "
            f"Wrap each number of a list in a Value of its own, or use seedgrad.tensor for arrays"
        )
    return float(x)


# Python stops with an error where a result is infinite or undefined. Floating-point hardware, NumPy and
# PyTorch return inf or nan instead and go on, and so do these four.


def divide(x: float, y: float) -> float:
    return x / y if y else x * math.copysign(math.inf, y)


def power(x: float, y: float) -> float:
    try:
        return math.pow(x, y)
    except (OverflowError, ValueError):
        if x < 0 and y % 1:  # a root of a negative number
            return math.nan
        return math.copysign(math.inf, x) if y % 2 == 1 else math.inf


def exponential(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def logarithm(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan
