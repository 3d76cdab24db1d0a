"""Optimizers around another optimizer."""

from __future__ import annotations

from typing import Any

from .optimizer import Group, Optimizer


class Wrapper(Optimizer):
    """Shares the groups and the state of the optimizer inside, so that one state_dict holds both.

    Args:
        base_optimizer: the optimizer inside.
        defaults: options of the outer one, which are entered in the groups.
    """

    def __init__(self, base_optimizer: Optimizer, defaults: Group) -> None:
        self._make_hooks()
        self.base_optimizer = base_optimizer
        self.own_defaults = defaults
        self.defaults = {**base_optimizer.defaults, **defaults}
        self.param_groups, self.state = base_optimizer.param_groups, base_optimizer.state
        for group in self.param_groups:
            self.adopt_group(group)

    def adopt_group(self, group: Group) -> None:
        """Enter the outer options in a group of the optimizer inside."""
        for name, value in self.own_defaults.items():
            group.setdefault(name, value)

    def add_param_group(self, param_group: Group) -> None:
        """Add a group of parameters, as `Optimizer.add_param_group` does."""
        self.base_optimizer.add_param_group(param_group)
        self.adopt_group(param_group)

    def __getstate__(self) -> dict[str, Any]:
        own = {"base_optimizer": self.base_optimizer, "own_defaults": self.own_defaults}
        return {**super().__getstate__(), **own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self.base_optimizer.param_groups, self.base_optimizer.state = self.param_groups, self.state
