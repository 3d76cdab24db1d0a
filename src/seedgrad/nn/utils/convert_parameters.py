"""All parameters as one vector."""

from __future__ import annotations

from collections.abc import Iterable

from ...core.op import tensor_namespace as xp
from ...core.tensor import Tensor


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """All elements of the parameters, one after another; gradients flow back.

    Args:
        parameters: of any shapes.

    Returns:
        (n), n being the number of elements together.

    Raises:
        ValueError: there are no parameters.

    Example:
        >>> import seedgrad as sg
        >>> sg.nn.utils.parameters_to_vector(sg.nn.Linear(3, 2).parameters()).shape
        seedgrad.Size([8])
    """
    listed = list(parameters)
    if not listed:
        raise ValueError("parameters_to_vector(): expected at least one parameter, got none")
    return xp.concatenate([xp.reshape(p, (-1,)) for p in listed], axis=0)


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Make the parameters views of consecutive parts of a vector; the reverse of `parameters_to_vector`.

    Args:
        vec: (n), at least as many elements as the parameters have together.
        parameters: of any shapes; their `data` is replaced.

    Raises:
        TypeError: `vec` is not a Tensor.
        RuntimeError: it has fewer elements than the parameters.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.Linear(3, 2)
        >>> sg.nn.utils.vector_to_parameters(sg.zeros(8), layer.parameters())
        >>> layer.bias.tolist()
        [0.0, 0.0]
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected Tensor, but got: {type(vec).__name__}")
    listed = list(parameters)
    needed = sum(p.array.size for p in listed)
    if vec.array.size < needed:
        raise RuntimeError(
            f"the parameters have {needed} elements together, but the vector has shape {vec.array.shape}"
        )
    start = 0
    for p in listed:
        end = start + p.array.size
        p.data = Tensor(vec.array[start:end].reshape(p.array.shape))
        start = end
