"""The base of all optimizers: parameter groups, state, and the loop over parameters.

An optimizer is the formula for ONE parameter, `update(p, g, state, group)`, on NumPy arrays: it writes `p` and its state
in place. The base class finds the gradients, lets the formula work on blocks that fit the processor's cache, and tells
the engine that the parameters were written.
"""

from __future__ import annotations

import copy
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..core.backward import bump
from ..core.dtype import F32
from ..core.inplace import write
from ..core.kernel import find
from ..core.mode import enable_grad, no_grad
from ..core.op import tensor_namespace
from ..core.parallel import parallel_for
from ..core.tensor import RemovableHandle, Tensor

Array = np.ndarray[Any, Any]
Group = dict[str, Any]

# Elements that a formula works on at a time: the parameter, its gradient, two states and the temporaries stay in the
# second-level cache (16,384 float32 are 64 KiB). On 10 million parameters this halves the time of Adam.
BLOCK = 16_384
# Elements that one thread updates with compiled code. The threads of BLAS still spin for a while after a product; sharing
# less than this with them costs more than it saves.
GRAIN = 500_000


class Optimizer:
    """What all optimizers share.

    Args:
        params: the parameters, as tensors, as (name, tensor) pairs, or as dictionaries ("groups") with "params" and
            options of their own.
        defaults: the options of groups that do not set them.

    Attributes:
        param_groups: a list of dictionaries with the parameters and the options; changing an option there takes effect
            at the next step.
        state: what is remembered for each parameter.
        compiled: the name of a compiled form of the formula, for large float32 parameters; None if there is none.

    Raises:
        TypeError: `params` is a single tensor, or holds something that is not a tensor.
        ValueError: there are no parameters; one is not a leaf; one is in two groups; an option has no value.
    """

    compiled: str | None = None

    def __init__(self, params: Iterable[Any], defaults: Group) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got a Tensor. "
                "Give a list: [tensor]"
            )
        self.defaults = defaults
        self.state: defaultdict[Tensor, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[Group] = []
        self._pre_hooks: dict[int, Callable[..., Any]] = {}
        self._post_hooks: dict[int, Callable[..., Any]] = {}
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list: has the model parameters?")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: Group) -> None:
        """Add a group of parameters, for example layers that are unfrozen later.

        Args:
            param_group: a dictionary with "params" and any options that differ from the defaults.

        Raises:
            TypeError: it is not a dictionary, or its parameters are not tensors.
            ValueError: a parameter is not a leaf, or is in another group already.
        """
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group).__name__}")
        group = dict(param_group)
        params = group["params"]
        if isinstance(params, (set, frozenset)):
            raise TypeError("optimizer parameters need to be organized in ordered collections, got a set: use a list")
        entries = [params] if isinstance(params, Tensor) else list(params)
        if entries and all(isinstance(e, tuple) for e in entries):
            group["param_names"] = [name for name, _ in entries]
            entries = [p for _, p in entries]
        for p in entries:
            if not isinstance(p, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError(
                    f"can't optimize a non-leaf Tensor (shape {tuple(p.shape)}): give the tensor that it was computed from"
                )
        for name, value in self.defaults.items():
            group.setdefault(name, value)
        if len({id(p) for p in entries}) != len(entries):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters: each would be updated twice",
                stacklevel=3,
            )
        taken = {id(p) for other in self.param_groups for p in other["params"]}
        if any(id(p) in taken for p in entries):
            raise ValueError("some parameters appear in more than one parameter group")
        group["params"] = entries
        self.param_groups.append(group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters.

        Args:
            set_to_none: set `.grad` to None (default) rather than fill it with zeros.
        """
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p._grad = None
                elif p._grad is not None:
                    p._grad.detach_()
                    with no_grad():
                        write(p._grad, tensor_namespace.zeros_like)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient.

        Args:
            closure: computes the loss again, with its backward pass. Default: None.

        Returns:
            What `closure` returned, or None.
        """
        for hook in list(self._pre_hooks.values()):
            hook(self, (closure,), {})
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        state = self.state
        with np.errstate(all="ignore"):
            for group in self.param_groups:
                for p in group["params"]:
                    grad = p._grad
                    if grad is not None:
                        self._update(p.array, grad.array, state[p], group)
                        bump(p)
        for hook in list(self._post_hooks.values()):
            hook(self, (closure,), {})
        return loss

    def _update(self, p: Array, g: Array, state: dict[str, Any], group: Group) -> None:
        """Call the formula: on everything if that is small, else block by block."""
        if group.get("maximize"):
            g = -g
        settings = self.prepare(p, state, group)
        arrays = {k: v.array for k, v in state.items() if isinstance(v, Tensor) and k != "step"}
        whole = p.size <= BLOCK or not all(a.flags.c_contiguous for a in (p, g, *arrays.values()))
        if whole and p.ndim:
            self.update(p, g, arrays, settings)
            return
        # Formulas may rely on arrays: NumPy gives scalars for 0-d ones.
        p, g = p.reshape(-1), g.reshape(-1)
        flat = {k: a.reshape(-1) for k, a in arrays.items()}
        if self.compiled and p.dtype is F32 and g.dtype is F32:
            kernel, arguments = find(self.compiled, p.size), self.compiled_arguments(flat, settings)
            if kernel is not None and arguments is not None:
                self._run_compiled(kernel, p, g, *arguments)
                return
        for start in range(0, p.size, BLOCK):
            part = slice(start, start + BLOCK)
            self.update(p[part], g[part], {k: a[part] for k, a in flat.items()}, settings)

    def _run_compiled(
        self, kernel: Callable[..., Any], p: Array, g: Array, state: tuple[Array, ...], numbers: tuple[float, ...]
    ) -> None:
        """Call a compiled update for parts of the parameter, in several threads."""
        singles = [np.float32(x) for x in numbers]

        def work(start: int, stop: int) -> None:
            kernel(p[start:stop], g[start:stop], *[x[start:stop] for x in state], *singles)

        parallel_for(work, p.size, GRAIN)

    def compiled_arguments(
        self, state: dict[str, Array], settings: Any
    ) -> tuple[tuple[Array, ...], tuple[float, ...]] | None:
        """What the compiled form takes after p and g: states, then numbers; None where it does not cover the settings."""
        return None

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> Any:
        """What one step needs besides the elements: makes the state at the first step, counts, works out coefficients.

        States of the parameter's shape are Tensors; `update` receives their arrays. What this returns, it receives too.
        """
        return group

    def update(self, p: Array, g: Array, state: dict[str, Array], settings: Any) -> None:
        """The formula: write `p` and `state`, given the gradient `g` (which is not written)."""
        raise NotImplementedError

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before each step."""
        return RemovableHandle(self._pre_hooks, hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after each step."""
        return RemovableHandle(self._post_hooks, hook)

    def state_dict(self) -> dict[str, Any]:
        """The state and the options, with parameters as numbers in the order of the groups: what `save` can write."""
        number: dict[int, int] = {}
        for group in self.param_groups:
            for p in group["params"]:
                number.setdefault(id(p), len(number))
        groups = [
            {
                **{k: v for k, v in group.items() if k != "params"},
                "params": [number[id(p)] for p in group["params"]],
            }
            for group in self.param_groups
        ]
        state = {number[id(p)]: dict(values) for p, values in self.state.items() if id(p) in number and values}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave; states are copied and converted to the parameters' types.

        Raises:
            ValueError: the numbers of groups, or of parameters in a group, differ.
        """
        groups = copy.deepcopy(state_dict["param_groups"])
        if len(groups) != len(self.param_groups):
            raise ValueError(
                f"loaded state dict has a different number of parameter groups: {len(groups)}, "
                f"the optimizer has {len(self.param_groups)}"
            )
        for i, (new, old) in enumerate(zip(groups, self.param_groups, strict=True)):
            if len(new["params"]) != len(old["params"]):
                raise ValueError(
                    f"loaded state dict contains a parameter group that doesn't match the size of optimizer's group: "
                    f"group {i} has {len(new['params'])} parameters, the optimizer's has {len(old['params'])}"
                )
        by_number: dict[Any, Tensor] = {}
        for new, old in zip(groups, self.param_groups, strict=True):
            by_number.update(zip(new["params"], old["params"], strict=True))
            params = old["params"]
            old.clear()
            old.update({**self.defaults, **new, "params": params})
        self.state = defaultdict(dict)
        for number, values in state_dict["state"].items():
            # A file format may have turned the numbers into text.
            p = by_number.get(number, by_number.get(int(number)))
            if p is not None:
                self.state[p] = {k: _adopt(k, v, p) for k, v in values.items()}

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {key}: {group[key]}" for key in sorted(group) if key != "params"]
            lines.append("")
        return "\n".join(lines[:-1]) + "\n)"


def _adopt(name: str, value: Any, p: Tensor) -> Any:
    """A copy of a loaded state; those of the parameter's shape take its type, the step count keeps its own."""
    if not isinstance(value, Tensor):
        return copy.deepcopy(value)
    if name == "step":
        return Tensor(np.array(value.array, np.float32))
    return Tensor(np.array(value.array, p.array.dtype))


def check_flags(name: str, **flags: Any) -> None:
    """Options of PyTorch that choose an implementation, not a result: accepted where they can be honoured."""
    for flag, value in flags.items():
        if value and flag in ("capturable", "differentiable"):
            raise RuntimeError(f"{name}: {flag}=True is not supported; leave it at False")


def check_range(what: str, value: float, low: float = 0.0, high: float = float("inf")) -> None:
    """Raise unless low <= value < high."""
    if not low <= float(value) < high:
        limits = f"at least {low:g}" + (f" and less than {high:g}" if high < float("inf") else "")
        raise ValueError(f"Invalid {what}: {value}; it must be {limits}")
