"""Users' own ops in the words that the library's are declared in: a definition, and a derivative rule for each input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.op import Op


def op(
    definition: Callable[..., Any] | None = None,
    *,
    cast: str | None = "common",
    raw: tuple[str, ...] = (),
    differentiable: bool = True,
    complex: bool | str = False,
    name: str | None = None,
) -> Any:
    """Declare an op: a function of arrays in the namespace `xp`, which becomes a function of Tensors with a gradient.

    `xp` is NumPy's functions for arrays, and the same functions on Tensors when a gradient is differentiated again. Without
    derivative rules the op is differentiated through its definition. `f.defvjp(x=rule, y=rule)` gives a rule for each input,
    None for one that has no gradient; the parameters of a rule say what it needs: `g` (the gradient of the result), inputs,
    `out`, settings, `xp`. The same rule makes derivatives of every order. `seedgrad gradcheck` checks it.

    Args:
        definition: `f(xp, x, y, /, setting=default)`: arrays before the `/`, settings after it.
        cast: how inputs of different types meet: "common" promotes them to one type (default), "float" does so and makes
            floats of integers, None leaves them as they are.
        raw: names of inputs that keep their own type, such as a mask.
        differentiable: False for results that never have a gradient. Default: True.
        complex: True for holomorphic functions, whose rules are conjugated for complex numbers; "own" where the rules are
            right for them as they stand; False (default) refuses complex gradients.
        name: what `grad_fn` shows, without `Backward0`. Default: the name of the definition.

    Returns:
        The op, to be called with Tensors; settings are given by name.

    Raises:
        ValueError: `cast` is something else.
        TypeError: (of `defvjp`) the rules are not those of the inputs, or one asks for something unknown.

    Example:
        >>> import seedgrad as sg
        >>> @sg.autograd.op
        ... def cube(xp, x, /):
        ...     return x * x * x
        >>> cube.defvjp(x=lambda g, x: g * (3 * x * x))
        >>> x = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> cube(x).sum().backward()
        >>> x.grad
        tensor([ 3., 12.])
    """
    if cast not in ("common", "float", None):
        raise ValueError(f"cast is 'common', 'float' or None, got {cast!r}")

    def declare(function: Callable[..., Any]) -> Op:
        # Not entered in the table of ops: a user's op of the name of one of ours must not take its place there.
        return Op(
            function,
            cast=cast,
            raw=raw,
            view=False,
            ufunc=False,
            differentiable=differentiable,
            complex=complex,
            grad_name=name,
        )

    return declare(definition) if definition else declare
