"""Pruning a parameter of a module, in a word each; and the parameters of a model together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np

from ....core.tensor import Tensor
from ...module import Module
from ..convert_parameters import parameters_to_vector
from ..hooks import hook_for, hooks_before, remove_hook
from .base import BasePruningMethod, PruningContainer
from .methods import CustomFromMask, Identity, L1Unstructured, LnStructured, RandomStructured, RandomUnstructured

M = TypeVar("M", bound=Module)


def identity(module: M, name: str) -> M:
    """Make the `_orig` and `_mask` of a pruned parameter without pruning anything.

    Args:
        module: the module that has the parameter.
        name: the parameter.

    Returns:
        The module.

    Raises:
        AttributeError: there is no such parameter.
    """
    Identity.apply(module, name)
    return module


def random_unstructured(module: M, name: str, amount: float) -> M:
    """Prune single elements of a parameter at random.

    Args:
        module: the module that has the parameter.
        name: the parameter; it becomes `name_orig`, with a buffer `name_mask`, and `name` their product.
        amount: how many, an int, or which part of them, a float from 0 to 1.

    Returns:
        The module.

    Raises:
        TypeError: the amount is not a number.
        ValueError: it is out of range, or more than there is.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.utils.prune.random_unstructured(sg.nn.Linear(2, 3), "weight", amount=1)
        >>> int((layer.weight == 0).sum()), list(layer.state_dict())
        (1, ['bias', 'weight_orig', 'weight_mask'])
    """
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(module: M, name: str, amount: float, importance_scores: Tensor | None = None) -> M:
    """Prune the elements of a parameter that are nearest to 0.

    Args:
        module: the module that has the parameter.
        name: the parameter; it becomes `name_orig`, with a buffer `name_mask`, and `name` their product.
        amount: how many, an int, or which part of them, a float from 0 to 1.
        importance_scores: of the parameter's shape, whose elements are compared instead. Default: none.

    Returns:
        The module.

    Raises:
        TypeError: the amount is not a number.
        ValueError: it is out of range, or more than there is.
        AssertionError: the scores have another shape.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.utils.prune.l1_unstructured(sg.nn.Linear(10, 10), "weight", amount=0.2)
        >>> int((layer.weight == 0).sum())
        20
    """
    L1Unstructured.apply(module, name, amount=amount, importance_scores=importance_scores)
    return module


def random_structured(module: M, name: str, amount: float, dim: int) -> M:
    """Prune whole slices of a parameter at random.

    Args:
        module: the module that has the parameter.
        name: the parameter; it becomes `name_orig`, with a buffer `name_mask`, and `name` their product.
        amount: how many, an int, or which part of them, a float from 0 to 1.
        dim: the dimension along which the slices lie.

    Returns:
        The module.

    Raises:
        TypeError: the amount is not a number.
        ValueError: it is out of range, or more than there is; the parameter has fewer than two dimensions.
        IndexError: `dim` is out of range.
    """
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(
    module: M, name: str, amount: float, n: float | str, dim: int, importance_scores: Tensor | None = None
) -> M:
    """Prune the slices of a parameter whose norms are smallest.

    Args:
        module: the module that has the parameter.
        name: the parameter; it becomes `name_orig`, with a buffer `name_mask`, and `name` their product.
        amount: how many, an int, or which part of them, a float from 0 to 1.
        n: which norm: p of the p-norm, inf, -inf, or "fro".
        dim: the dimension along which the slices lie.
        importance_scores: of the parameter's shape, whose slices are compared instead. Default: none.

    Returns:
        The module.

    Raises:
        TypeError: the amount is not a number.
        ValueError: it is out of range, or more than there is; the parameter has fewer than two dimensions.
        IndexError: `dim` is out of range.
        AssertionError: the scores have another shape.

    Example:
        >>> import seedgrad as sg
        >>> layer = sg.nn.utils.prune.ln_structured(sg.nn.Linear(4, 8), "weight", amount=2, n=2, dim=0)
        >>> int((layer.weight == 0).all(1).sum())
        2
    """
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module: M, name: str, mask: Tensor) -> M:
    """Prune the elements of a parameter where a mask is 0.

    Args:
        module: the module that has the parameter.
        name: the parameter; it becomes `name_orig`, with a buffer `name_mask`, and `name` their product.
        mask: of the parameter's shape.

    Returns:
        The module.

    Raises:
        AssertionError: the mask has another shape.
    """
    CustomFromMask.apply(module, name, mask)
    return module


def global_unstructured(
    parameters: Iterable[tuple[Module, str]],
    pruning_method: type[BasePruningMethod],
    importance_scores: dict[tuple[Module, str], Tensor] | None = None,
    **kwargs: Any,
) -> None:
    """Prune single elements of several parameters, which are compared with each other.

    Args:
        parameters: pairs of module and name.
        pruning_method: a class whose PRUNING_TYPE is "unstructured", such as L1Unstructured.
        importance_scores: what is compared instead of the values, by pair of module and name. Default: none.
        **kwargs: for the class, such as `amount`.

    Raises:
        TypeError: `parameters` is not iterable, the scores are not a dictionary, or the method is of another type.
        ValueError: there are no parameters; the amount is out of range, or more than there is.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.utils import prune
        >>> net = sg.nn.Sequential(sg.nn.Linear(10, 4), sg.nn.Linear(4, 1))
        >>> prune.global_unstructured([(net[0], "weight"), (net[1], "weight")], prune.L1Unstructured, amount=10)
        >>> sum(int((layer.weight == 0).sum()) for layer in net)
        10
    """
    if not isinstance(parameters, Iterable):
        raise TypeError("global_unstructured(): parameters is not an Iterable of pairs (module, name)")
    if importance_scores is not None and not isinstance(importance_scores, dict):
        raise TypeError("global_unstructured(): importance_scores must be of type dict, by pairs (module, name)")
    pairs, given = list(parameters), importance_scores or {}
    if not pairs:
        raise ValueError("global_unstructured(): there must be at least one parameter, got none")
    values = [getattr(module, name) for module, name in pairs]
    scores = parameters_to_vector([given.get(pair, value) for pair, value in zip(pairs, values, strict=True)])
    masks = [
        getattr(module, f"{name}_mask", Tensor(np.ones_like(value.array)))
        for (module, name), value in zip(pairs, values, strict=True)
    ]
    method = pruning_method(**kwargs)
    if method.PRUNING_TYPE != "unstructured":
        raise TypeError(
            'Only "unstructured" PRUNING_TYPE supported for the `pruning_method`. Found method '
            f"{pruning_method} of type {method.PRUNING_TYPE}"
        )
    method._tensor_name = "temporary"
    mask = PruningContainer(method).compute_mask(scores.detach(), parameters_to_vector(masks))
    start = 0
    for (module, name), value in zip(pairs, values, strict=True):
        end = start + value.array.size
        custom_from_mask(module, name, mask[start:end].reshape(value.shape))
        start = end


def remove(module: M, name: str) -> M:
    """Make a pruned parameter an ordinary one again, with its zeros.

    Args:
        module: the module.
        name: the parameter.

    Returns:
        The module.

    Raises:
        ValueError: it was not pruned.
    """
    found = hook_for(module, BasePruningMethod, name, "_tensor_name")
    if found is None:
        raise ValueError(f"Parameter '{name}' of module {module} has to be pruned before pruning can be removed")
    number, method = found
    method.remove(module)
    remove_hook(module, number)
    return module


def is_pruned(module: Module) -> bool:
    """Whether a parameter of the module, or of one below it, is pruned.

    Example:
        >>> import seedgrad as sg
        >>> from seedgrad.nn.utils import prune
        >>> net = sg.nn.Sequential(sg.nn.Linear(2, 2))
        >>> prune.is_pruned(net), prune.is_pruned(prune.identity(net[0], "bias"))
        (False, True)
    """
    return any(
        isinstance(hook, BasePruningMethod) for below in module.modules() for hook in hooks_before(below).values()
    )
