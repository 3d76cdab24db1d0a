"""Modules as functions of their parameters, so that the transforms can differentiate and batch them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core.swapping import call_with
from ..core.tensor import Tensor


def functional_call(
    module: Any,
    parameter_and_buffer_dicts: dict[str, Tensor] | Sequence[dict[str, Tensor]],
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """`module(*args, **kwargs)` with other parameters and buffers, which makes it a function of them.

    The module's own are put back at the end. If `forward` assigns a new value to a buffer and a single dictionary was
    given, the new value is written into it.

    Args:
        module: an nn.Module.
        parameter_and_buffer_dicts: paths, as in `named_parameters()`, to tensors; or several such dictionaries. What is
            not named keeps its value.
        args: a tuple of positional arguments, or the only one. Default: none.
        kwargs: further arguments by name. Default: none.
        tie_weights: a tensor that the module has under several names is replaced under all of them. Default: True.
        strict: whether all parameters and buffers must be given, and nothing else. Default: False.

    Returns:
        What the module returns.

    Raises:
        ValueError: not a dictionary or several; a path is in two of them; different values for tied paths.
        RuntimeError: `strict`, and paths are missing or unknown.
        AttributeError: a path leads through a module that does not exist.
        TypeError: a value is not a Tensor.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.Linear(2, 1, bias=False)
        >>> sg.func.functional_call(layer, {"weight": sg.tensor([[1.0, 2.0]])}, sg.tensor([3.0, 4.0]))
        tensor([11.])
    """
    if isinstance(parameter_and_buffer_dicts, dict):
        tensors = parameter_and_buffer_dicts
    elif isinstance(parameter_and_buffer_dicts, (tuple, list)):
        tensors = _merged(parameter_and_buffer_dicts)
    else:
        raise ValueError(
            "Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got "
            f"{type(parameter_and_buffer_dicts)}"
        )
    return call_with(module, tensors, args, kwargs, tie_weights, strict)


def _merged(dicts: Sequence[Any]) -> dict[str, Tensor]:
    if not all(isinstance(d, dict) for d in dicts):
        kinds = [type(d).__name__ for d in dicts]
        raise ValueError(f"Expected all elements of parameter_and_buffer_dicts to be dictionaries, got {kinds}")
    keys = [key for d in dicts for key in d]
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        raise ValueError(
            f"{repeated} appeared in multiple dictionaries; behavior of functional call is ambiguous. Name each path once"
        )
    return {key: value for d in dicts for key, value in d.items()}


def stack_module_state(models: Sequence[Any]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The parameters of several models of one kind, stacked along a new first dimension, and their buffers.

    With `vmap` and `functional_call` all models run together.

    Args:
        models: n modules of one class with the same parameters and buffers, all training or none.

    Returns:
        A dictionary of parameters, leaves of shape (n, *) that require grad as those of the models do, and one of
        buffers (n, *).

    Raises:
        RuntimeError: there are no models; their classes, modes, shapes or `requires_grad` differ.
        KeyError: a model has not all the names that the first one has.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.func import functional_call, stack_module_state, vmap
        >>> models = [sg.nn.Linear(3, 2) for _ in range(5)]
        >>> params, buffers = stack_module_state(models)
        >>> def run(params, buffers, x):
        ...     return functional_call(models[0], (params, buffers), (x,))
        >>> vmap(run, in_dims=(0, 0, None))(params, buffers, sg.ones(4, 3)).shape
        seedgrad.Size([5, 4, 2])
    """
    models = list(models)
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if len({model.training for model in models}) > 1:
        raise RuntimeError(
            "stack_module_state: Expected all models to have the same training/eval mode. Call train() or eval() on each"
        )
    if len({type(model) for model in models}) > 1:
        kinds = sorted({type(model).__name__ for model in models})
        raise RuntimeError(f"stack_module_state: Expected all models to be of the same class, got {', '.join(kinds)}")
    params = [dict(model.named_parameters()) for model in models]
    buffers = [dict(model.named_buffers()) for model in models]
    return {k: _stacked(k, params) for k in params[0]}, {k: _stacked(k, buffers) for k in buffers[0]}


def _stacked(key: str, states: list[dict[str, Tensor]]) -> Tensor:
    """The tensors of one name as a leaf."""
    found = [state[key] for state in states]
    if len({t.requires_grad for t in found}) > 1:
        raise RuntimeError(f"Expected {key} from each model to have the same .requires_grad")
    if len({t.array.shape for t in found}) > 1:
        shapes = [list(t.array.shape) for t in found]
        raise RuntimeError(f"stack_module_state: {key} must have one shape in all models, got {shapes}")
    return Tensor(np.stack([t.array for t in found])).requires_grad_(found[0].requires_grad)


def replace_all_batch_norm_modules_(root: Any) -> Any:
    """Make every batch normalisation in a model use the statistics of its batch only, in place.

    Running averages are writes, which a function that is given to `vmap` cannot make for single samples.

    Args:
        root: an nn.Module.

    Returns:
        The same module; its batch normalisations have `track_running_stats` False and no running averages.

    Example:
        >>> import seedgrad as sg
        >>> norm = sg.func.replace_all_batch_norm_modules_(sg.nn.BatchNorm1d(2))
        >>> norm.track_running_stats, norm.running_mean
        (False, None)
    """
    for module in root.modules():
        # By the name of the base: this room knows modules by what they look like.
        if any(base.__name__ == "_BatchNorm" for base in type(module).__mro__):
            module.running_mean = None
            module.running_var = None
            module.num_batches_tracked = None
            module.track_running_stats = False
    return root
