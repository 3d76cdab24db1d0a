"""A product of two inputs with a weight between them."""

from __future__ import annotations

from ...core.tensor import Tensor
from ...functions.arguments import check_tensors
from ...functions.public import public
from ...ops.linalg import linear, matmul


@public(method=False)
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """For every output k the form `out[k] = x1ᵀ W[k] x2 + b[k]`, over the last dimensions.

    Args:
        input1: (*, in1_features).
        input2: (*, in2_features), with the same leading dimensions.
        weight: (out_features, in1_features, in2_features).
        bias: (out_features). Default: none.

    Returns:
        (*, out_features).

    Raises:
        RuntimeError: the shapes or the types do not fit together.
        IndexError: the weight does not have 3 dimensions.

    Example:
        >>> import seedgrad as sg
        >>> x1, x2 = sg.tensor([[1.0, 2.0]]), sg.tensor([[3.0]])
        >>> sg.nn.functional.bilinear(x1, x2, sg.ones(1, 2, 1))
        tensor([[9.]])
    """
    given = [input1, input2, weight] if bias is None else [input1, input2, weight, bias]
    check_tensors("bilinear", *given)
    _check_shapes(input1, input2, weight, bias)
    if len({t.array.dtype for t in given}) > 1:
        kinds = ", ".join(str(t.dtype) for t in given)
        raise RuntimeError(f"bilinear(): All tensors must have the same dtype, got {kinds}. Convert them: x.to(dtype)")
    outputs, n1, n2 = weight.array.shape
    lead = input1.array.shape[:-1]
    if outputs < n1:  # W x2 first: (*, outputs, n1)
        rows = matmul.call(weight.reshape(outputs * n1, n2), input2.reshape(-1, n2, 1)).reshape(-1, outputs, n1)
        out = matmul.call(rows, input1.reshape(-1, n1, 1)).reshape(*lead, outputs)
        return out if bias is None else out + bias
    pairs = input1.unsqueeze(-1) * input2.unsqueeze(-2)
    return linear.call(pairs.reshape(*lead, n1 * n2), weight.reshape(outputs, n1 * n2), bias)


def _check_shapes(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None) -> None:
    s1, s2, w = input1.array.shape, input2.array.shape, weight.array.shape
    if len(s1) != len(s2):
        raise RuntimeError(f"bilinear(): input dimensions do not match: got {len(s1)} and {len(s2)}")
    for i, (a, b) in enumerate(zip(s1[:-1], s2[:-1], strict=True)):
        if a != b:
            raise RuntimeError(f"bilinear(): input batch dimensions do not match at dim {i}: got {a} and {b}")
    if len(w) != 3:
        raise IndexError(f"bilinear(): weight must be (out_features, in1_features, in2_features), got shape {w}")
    for i, shape in ((1, s1), (2, s2)):
        if shape[-1:] != w[i : i + 1]:
            got = shape[-1] if shape else "no dimension"
            raise RuntimeError(f"bilinear(): input{i} size does not match weight size: got {got} but expected {w[i]}")
    if bias is not None and bias.array.shape != w[:1]:
        raise RuntimeError(
            f"bilinear(): bias size does not match weight size: got {bias.array.shape} but expected {w[:1]}"
        )
