"""Sums of products in Einstein's notation, composed from diagonals, transposes and matrix products.

Every dimension of every operand has a label; here a letter, or a negative number for a dimension that `...` stands for.
Operands are taken from left to right, two at a time. The labels of two operands fall into four groups - batch (in both,
still needed), contracted (in both, needed no more), left only, right only - and the step is one product of batches of
matrices: (batch, left, contracted) times (batch, contracted, right).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..core.tensor import Tensor
from ..ops import elementwise as e
from ..ops import reduce as r
from ..ops import shape as o
from ..ops.linalg import matmul

Labels = list[Any]
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def einsum(*args: Any) -> Tensor:
    """Sums of products of the elements of tensors, in Einstein's notation.

    `einsum("bij,bjk->bik", x, y)` is the product of two batches of matrices: each letter names a dimension, and letters
    that are missing after the arrow are summed over.

    Args:
        args: the equation and the tensors; or each tensor with a list of the numbers of its dimensions, and at the end
            the list for the result. `...` stands for any number of leading dimensions. A letter twice in one operand
            takes the diagonal. Without an arrow, the result has the letters that occur once, in alphabetical order.

    Returns:
        A tensor with the dimensions that the equation names.

    Raises:
        RuntimeError: the equation is malformed or does not fit the shapes, or the types differ.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> sg.einsum("ii", x), sg.einsum("ij->j", x)
        (tensor(5.), tensor([4., 6.]))
    """
    inputs, output, operands = _read(args)
    sizes = _sizes(inputs, operands)
    parts = [_simplify(t, labels, sizes) for t, labels in zip(operands, inputs, strict=True)]
    for label in output:
        if label not in sizes:
            raise RuntimeError(
                f"einsum(): output subscript {_name(label)} does not appear in the equation for any input operand"
            )
        if output.count(label) > 1:
            raise RuntimeError(f"einsum(): output subscript {_name(label)} appears more than once in the output")
    result, labels = parts[0]
    for i, (t, more) in enumerate(parts[1:], 1):
        needed = {*output, *(label for _, later in parts[i + 1 :] for label in later)}
        result, labels = _contract(result, labels, t, more, needed)
    result, labels = _sum_out(result, labels, set(output))
    # A label whose dimension has size 1 everywhere may have been dropped from all operands but one; none is missing.
    order = [labels.index(label) for label in output]
    return result if order == list(range(len(order))) else o.transpose.call(result, axes=tuple(order))


def _name(label: Any) -> str:
    return label if isinstance(label, str) else "..."


def _read(args: tuple[Any, ...]) -> tuple[list[Labels], Labels, list[Tensor]]:
    """The labels of each operand, those of the result, and the operands."""
    if len(args) < 2:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or at least one operand and its "
            "subscripts list"
        )
    if isinstance(args[0], str):
        equation, operands = args[0], list(args[1:])
        if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
            operands = list(operands[0])
        left, arrow, right = equation.partition("->")
        terms = [_letters(term, f"operand {i}") for i, term in enumerate(left.split(","))]
        result = _letters(right, "the output") if arrow else None
    else:
        operands = list(args[0::2]) if len(args) % 2 == 0 else list(args[0:-1:2])
        terms = [_numbers(term) for term in args[1::2]]
        result = _numbers(args[-1]) if len(args) % 2 else None
    for t in operands:
        if not isinstance(t, Tensor):
            raise TypeError(f"einsum(): operands must be Tensors, got {type(t).__name__}")
        if t.array.dtype != operands[0].array.dtype:
            raise RuntimeError(f"einsum(): expected one dtype, got {operands[0].dtype} and {t.dtype}")
    if len(terms) != len(operands):
        what = "fewer" if len(operands) < len(terms) else "more"
        raise RuntimeError(
            f"einsum(): {what} operands were provided than specified in the equation: {len(operands)} for "
            f"{len(terms)} terms"
        )
    dots = 0
    for i, (term, t) in enumerate(zip(terms, operands, strict=True)):
        extra = t.array.ndim - len(term) + (... in term)
        if extra < 0 or (extra and ... not in term):
            raise RuntimeError(
                f"einsum(): the number of subscripts in the equation ({len(term) - (... in term)}) does not "
                f"match the "
                f"number of dimensions ({t.array.ndim}) for operand {i}"
                + ("" if ... in term else " and no ellipsis was given")
            )
        if ... in term:
            dots = max(dots, extra)
            at = term.index(...)
            term[at : at + 1] = range(-extra, 0)
    found = [label for term in terms for label in term]
    if result is None:
        return (
            terms,
            [*range(-dots, 0), *sorted(x for x in set(found) if isinstance(x, str) and found.count(x) == 1)],
            operands,
        )
    if ... in result:
        at = result.index(...)
        result[at : at + 1] = range(-dots, 0)
    return terms, result, operands


def _letters(term: str, where: str) -> Labels:
    labels: Labels = []
    rest = term.replace(" ", "")
    while rest:
        if rest.startswith("..."):
            if ... in labels:
                raise RuntimeError(f"einsum(): found '.' for {where} for which an ellipsis was already found")
            labels.append(...)
            rest = rest[3:]
            continue
        if rest[0] == ".":
            raise RuntimeError(f"einsum(): found '.' for {where} that is not part of any ellipsis")
        if rest[0] not in _LETTERS:
            raise RuntimeError(
                f"einsum(): invalid subscript {rest[0]!r} given for {where}, subscripts must be in [a-zA-Z]"
            )
        labels.append(rest[0])
        rest = rest[1:]
    return labels


def _numbers(term: Sequence[Any]) -> Labels:
    for number in term:
        if number is not ... and not 0 <= number < len(_LETTERS):
            raise ValueError(f"einsum(): not within the valid range [0, 52): the subscript {number}")
    return [number if number is ... else _LETTERS[number] for number in term]


def _sizes(inputs: list[Labels], operands: list[Tensor]) -> dict[Any, int]:
    """The size of each label; 1 gives way to another size."""
    sizes: dict[Any, int] = {}
    for i, (labels, t) in enumerate(zip(inputs, operands, strict=True)):
        own: dict[Any, int] = {}
        for label, n in zip(labels, t.array.shape, strict=True):
            if own.setdefault(label, n) != n:
                raise RuntimeError(
                    f"einsum(): subscript {_name(label)} is repeated for operand {i} but the sizes don't match, "
                    f"{n} != {own[label]}"
                )
            if sizes.get(label, 1) == 1:
                sizes[label] = n
            elif n not in (1, sizes[label]):
                raise RuntimeError(
                    f"einsum(): subscript {_name(label)} has size {n} for operand {i} which does not broadcast with "
                    f"previously seen size {sizes[label]}"
                )
    return sizes


def _simplify(t: Tensor, labels: Labels, sizes: dict[Any, int]) -> tuple[Tensor, Labels]:
    """Each label once (repeated ones take the diagonal), and none whose dimension is only broadcast."""
    labels = list(labels)
    for label in dict.fromkeys(labels):
        while labels.count(label) > 1:
            first = labels.index(label)
            second = labels.index(label, first + 1)
            t = o.diagonal.call(t, offset=0, axis1=first, axis2=second)
            labels = [x for i, x in enumerate(labels) if i not in (first, second)] + [label]
    single = tuple(i for i, label in enumerate(labels) if t.array.shape[i] == 1 and sizes[label] != 1)
    if single:
        t = o.squeeze.call(t, axis=single)
        labels = [label for i, label in enumerate(labels) if i not in single]
    return t, labels


def _sum_out(t: Tensor, labels: Labels, needed: set[Any]) -> tuple[Tensor, Labels]:
    """Sum over the labels that nothing else needs."""
    gone = tuple(i for i, label in enumerate(labels) if label not in needed)
    if gone:
        t = r.sum.call(t, axis=gone)
    return t, [label for label in labels if label in needed]


def _contract(a: Tensor, in_a: Labels, b: Tensor, in_b: Labels, needed: set[Any]) -> tuple[Tensor, Labels]:
    """The product of two operands, summed over the labels that are needed no more."""
    a, in_a = _sum_out(a, in_a, needed | set(in_b))
    b, in_b = _sum_out(b, in_b, needed | set(in_a))
    size = {**dict(zip(in_a, a.array.shape, strict=True)), **dict(zip(in_b, b.array.shape, strict=True))}
    batch = [x for x in in_a if x in in_b and x in needed]
    inner = [x for x in in_a if x in in_b and x not in needed]
    left = [x for x in in_a if x not in in_b]
    right = [x for x in in_b if x not in in_a]

    def arranged(t: Tensor, have: Labels, *groups: Labels) -> Tensor:
        """The dimensions in the order of the groups, and each group but the first as one dimension."""
        axes = tuple(have.index(x) for group in groups for x in group)
        if axes != tuple(range(len(axes))):
            t = o.transpose.call(t, axes=axes)
        shape = [size[x] for x in groups[0]] + [math.prod(size[x] for x in group) for group in groups[1:]]
        return o.reshape.call(t, shape=tuple(shape))

    if not left and not right:  # element by element: products of single rows and columns would waste BLAS
        both = e.multiply.call(arranged(a, in_a, [*batch, *inner]), arranged(b, in_b, [*batch, *inner]))
        out, _ = _sum_out(both, [*batch, *inner], set(batch))
        return out, batch
    product = matmul.call(arranged(a, in_a, batch, left, inner), arranged(b, in_b, batch, inner, right))
    labels = [*batch, *left, *right]
    return o.reshape.call(product, shape=tuple(size[x] for x in labels)), labels
