"""A function near a point as the linear map that it is there, for as many directions as one likes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.batching import Batched
from ..core.mode import enable_grad
from ..core.tensor import Tensor
from .calls import Call, Pushing
from .tree import flatten


def linearize(func: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """The value of a function, and the function t -> J t that multiplies directions by its Jacobian there.

    `func` runs once, `jvp` runs it for every direction; what the graph keeps lives as long as the returned function.

    Args:
        func: takes the primals, and returns a tensor or a nest of tensors.
        primals: tensors, or nests of them: the point.

    Returns:
        (output, jvp_fn); `jvp_fn` takes tangents in the structure, shapes and types of the primals.

    Raises:
        RuntimeError: (of `jvp_fn`) the tangents differ from the primals in structure, shape or type.

    Example:
        >>> import seedgrad as sg
        >>> value, along = sg.func.linearize(lambda x: x ** 2, sg.tensor([1.0, 2.0]))
        >>> value, along(sg.tensor([1.0, 0.0])), along(sg.tensor([0.0, 1.0]))
        (tensor([1., 4.]), tensor([2., 0.]), tensor([0., 4.]))
    """
    with enable_grad():
        call = Call("linearize", func, primals, {}, tuple(range(len(primals))), False)
        pushing = Pushing(call)

    def along(*tangents: Any) -> Any:
        given, _ = flatten(tangents)
        wanted = call.variables.inner
        if len(given) != len(wanted):
            raise RuntimeError(
                f"Expected the tangents to have the same structure as the primals: {len(given)} tensors, not {len(wanted)}"
            )
        for i, (t, primal) in enumerate(zip(given, wanted, strict=True)):
            if t.shape != primal.shape or t.dtype != primal.dtype:
                raise RuntimeError(
                    f"tangent {i} with shape {tuple(t.shape)} and type {t.dtype} doesn't match the shape "
                    f"{tuple(primal.shape)} and type {primal.dtype} of the corresponding primal"
                )
        return call.shape_out(pushing(given))

    return call.value(), along


def debug_unwrap(tensor: Tensor, *, recurse: bool = True) -> Tensor:
    """All samples of a tensor inside `vmap`, along dimension 0; another tensor as it is. For looking at values only.

    Args:
        tensor: a tensor.
        recurse: through all vmaps, or through the innermost alone. Default: True.

    Raises:
        TypeError: it is no tensor.

    Example:
        >>> import seedgrad as sg
        >>> def f(x):
        ...     print(sg.func.debug_unwrap(x))
        ...     return x * 2
        >>> sg.func.vmap(f)(sg.tensor([1.0, 2.0]))
        tensor([1., 2.])
        tensor([2., 4.])
    """
    if not isinstance(tensor, Tensor):
        raise TypeError(f"debug_unwrap(): argument 1 must be a Tensor, not {type(tensor).__name__}")
    while isinstance(tensor, Batched):
        tensor = tensor.physical
        if not recurse:
            break
    return tensor
