"""The base of all optimizers: parameter groups, and the loop over parameters.

An optimizer is the formula for ONE parameter, `update(xp, p, g, state, settings)`, which writes `p` and its state in place.
The same formula runs on NumPy arrays, where the base class lets it work on blocks that fit the processor's cache, and on
Tensors, when the step itself is to be differentiated (`differentiable=True`): like the rules of ops, it uses operators and
`xp.f` only.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..core import namespace
from ..core.dtype import F32
from ..core.inplace import write
from ..core.kernel import LARGE, find
from ..core.memory import bump
from ..core.mode import enable_grad, mode, no_grad
from ..core.op import tensor_namespace
from ..core.tensor import Tensor
from . import blocks
from .checks import check_flags, check_runnable
from .rows import run_compiled, update_together
from .state import Stateful
from .step_hooks import hooked
from .step_hooks import register_optimizer_step_post_hook as register_optimizer_step_post_hook
from .step_hooks import register_optimizer_step_pre_hook as register_optimizer_step_pre_hook
from .watch import look_for_missing

Array = np.ndarray[Any, Any]
Group = dict[str, Any]
Compiled = tuple[str, tuple[Array, ...], tuple[float, ...]]

# Elements that one thread updates with compiled code. The threads of BLAS still spin for a while after a product; sharing
# less than this with them costs more than it saves.
GRAIN = 500_000


class _Required:
    """The default of an option that every group must set."""

    def __repr__(self) -> str:
        return "<required parameter>"


required = _Required()


class Optimizer(Stateful):
    """What all optimizers share.

    Args:
        params: the parameters, as tensors, as (name, tensor) pairs, or as dictionaries ("groups") with "params" and
            options of their own.
        defaults: the options of groups that do not set them.

    Attributes:
        param_groups: a list of dictionaries with the parameters and the options; changing an option there takes effect
            at the next step.
        state: what is remembered for each parameter.
        buffers: the names of states that have the parameter's shape: what `update` receives.

    Raises:
        TypeError: `params` is a single tensor, or holds something that is not a tensor.
        ValueError: there are no parameters; one is not a leaf; one is in two groups; an option has no value; some have
            names and some have not.
    """

    buffers: tuple[str, ...] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "step" in cls.__dict__:
            cls.step = hooked(cls.__dict__["step"])

    _elements = 0  # how many numbers the group has whose parameters are updated
    _shared: dict[Any, Any] = {}  # noqa: RUF012  # what its parameters share in this step; a new one for each

    def __init__(self, params: Iterable[Any], defaults: Group) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got a Tensor. "
                "Give a list: [tensor]"
            )
        self._make_hooks()
        self.defaults = defaults
        self.state = defaultdict(dict)
        self.param_groups = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list: has the model parameters?")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)
        check_flags(defaults)

    def add_param_group(self, param_group: Group) -> None:
        """Add a group of parameters, for example layers that are unfrozen later.

        Args:
            param_group: a dictionary with "params" and any options that differ from the defaults. It becomes the group:
                the other options are entered in it.

        Raises:
            TypeError: it is not a dictionary, or its parameters are not tensors, or are in a set.
            ValueError: a parameter is not a leaf, or is in another group already; an option has no value; some
                parameters have names and some have not.
        """
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group).__name__}")
        params = param_group["params"]
        if isinstance(params, (set, frozenset)):
            raise TypeError("optimizer parameters need to be organized in ordered collections, got a set: use a list")
        entries = [params] if isinstance(params, Tensor) else list(params)
        named = [e for e in entries if isinstance(e, tuple)]
        if named:
            if len(named) != len(entries):
                raise ValueError(
                    f"all optimizer params should be with/without names. Some param names are missing: {len(named)} of "
                    f"{len(entries)} have one"
                )
            param_group["param_names"] = [name for name, _ in entries]
            entries = [p for _, p in entries]
        param_group["params"] = entries
        for p in entries:
            self._check_parameter(p)
        for name, value in self.defaults.items():
            if value is required and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            param_group.setdefault(name, value)
        self._check_others(param_group)
        self.param_groups.append(param_group)

    def _check_parameter(self, p: Any) -> None:
        if not isinstance(p, Tensor):
            raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {type(p).__name__}")
        if not (self.defaults.get("differentiable") or p.is_leaf or getattr(p, "retains_grad", False)):
            raise ValueError(
                f"can't optimize a non-leaf Tensor (shape {tuple(p.shape)}): give the tensor that it was computed from"
            )

    def _check_others(self, group: Group) -> None:
        entries = {id(p) for p in group["params"]}
        if len(entries) != len(group["params"]):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters: each would be updated twice",
                stacklevel=4,
            )
        for other in self.param_groups:
            if ("param_names" in group) != ("param_names" in other):
                text = "with" if "param_names" in group else "without"
                raise ValueError(
                    f"all optimizer param groups should be with/without names. cannot add param group {text} names to "
                    f"the optimizer"
                )
            if any(id(p) in entries for p in other["params"]):
                raise ValueError("some parameters appear in more than one parameter group")

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

    @hooked
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient.

        Args:
            closure: computes the loss again, with its backward pass. Default: None.

        Returns:
            What `closure` returned, or None.

        Raises:
            AssertionError: an option is set that PyTorch has for other devices only (capturable).
        """
        if type(self).update is Optimizer.update:
            raise NotImplementedError(f"{type(self).__name__} has no formula: define `update`, or `step` itself")
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        differentiable = bool(self.defaults.get("differentiable"))
        now = mode.now
        before, now.grad = now.grad, differentiable
        complete = True
        try:
            with np.errstate(all="ignore"):
                for place, group in enumerate(self.param_groups):
                    params = [p for p in group["params"] if p._grad is not None]
                    if len(params) != len(group["params"]):
                        complete = False
                    if params:
                        check_runnable(group, params, differentiable)
                    # Whether the update is compiled depends on all parameters together: many are small in a large model.
                    self._elements, self._shared = sum([p.array.size for p in params]), {}
                    if differentiable or self._elements < LARGE or not update_together(self, place, params):
                        for p in params:
                            self._update(p, p._grad, group, differentiable)
        finally:
            now.grad = before
        if not complete:
            look_for_missing(self)
        return loss

    def _update(self, p: Tensor, grad: Tensor, group: Group, differentiable: bool) -> None:
        """Call the formula on arrays or on Tensors."""
        known = self.state.get(p)
        state = {} if known is None else known
        settings = self.prepare(p.array, state, group)
        if known is None and state:
            self.state[p] = state
        maximize = group.get("maximize", False)
        if differentiable:
            # Graphs of earlier steps hold the old values.
            own = {k: v.clone() for k in self.buffers if (v := state.get(k)) is not None}
            parts, target = own, p
            if p.array.dtype.kind == "c":  # two real parameters, as below
                real = tensor_namespace.view_as_real
                parts, target, grad = {k: real(v) for k, v in own.items()}, real(p), real(grad)
            self.update(tensor_namespace, target, -grad if maximize else grad, parts, settings)
            state.update(own)
            return
        arrays = {k: v.array for k in self.buffers if (v := state.get(k)) is not None} if state else state
        if p.array.dtype.kind == "c":  # formulas are for real numbers: two of them for a complex one
            for part in ("real", "imag"):
                parts = {k: getattr(a, part) for k, a in arrays.items()}
                self._update_arrays(getattr(p.array, part), getattr(grad.array, part), parts, settings, maximize)
        else:
            self._update_arrays(p.array, grad.array, arrays, settings, maximize)
        bump(p)

    def _update_arrays(self, p: Array, g: Array, state: dict[str, Array], settings: Any, maximize: bool) -> None:
        """Call the compiled formula, or the formula: on everything if that is small, else block by block."""
        if (
            p.dtype is F32
            and g.dtype is F32
            and self._elements >= LARGE
            and (form := self.compiled_form(state, settings))
        ):
            name, states, numbers = form
            kernel = find(name, self._elements)
            if kernel and p.flags.writeable and all([a.flags.c_contiguous for a in (p, g, *states)]):
                singles = self._shared.get(numbers)
                if singles is None:
                    singles = self._shared[numbers] = [np.float32(x) for x in numbers]
                p, g, *rows = [a if a.ndim == 1 else a.reshape(-1) for a in (p, g, *states)]
                run_compiled(kernel, p, g, maximize, rows, singles, GRAIN)
                return
        if p.size <= blocks.BLOCK and p.ndim:
            self.update(namespace, p, -g if maximize else g, state, settings)
            return
        if all(a.flags.c_contiguous for a in (p, g, *state.values())):
            # Formulas may rely on arrays: NumPy gives scalars for 0-d ones.
            p, g = p.reshape(-1), g.reshape(-1)
            state = {k: a.reshape(-1) for k, a in state.items()}
        for part in blocks.parts(p):
            gradient = -g[part] if maximize else g[part]
            self.update(namespace, p[part], gradient, {k: a[part] for k, a in state.items()}, settings)

    def compiled_form(self, state: dict[str, Array], settings: Any) -> Compiled | None:
        """The name of a compiled form of the formula, and what it takes after p and g: states, then numbers.

        None if there is none that covers the settings. It is used for float32 parameters, if they are large all together.
        """
        return None

    counts_steps = False  # whether each state has the number of its steps

    def together(self, group: Group) -> tuple[str, tuple[str, ...]] | None:
        """The name of the compiled form, and of its states, in which all parameters of a group can be updated by one call.

        None if there is none that covers the options. It is used for what has all its states, so not at a first step.
        """
        return None

    def numbers_of(self, group: Group, step: int) -> tuple[float, ...] | None:
        """What that form takes besides; None if the parameters did not make equally many steps, for which `step` is -1."""
        return None

    def prepare(self, p: Array, state: dict[str, Any], group: Group) -> Any:
        """What one step needs besides the elements: makes the state at the first step, counts, works out coefficients.

        States of the parameter's shape are Tensors; `update` receives their values. What this returns, it receives too.
        """
        return group

    def update(self, xp: Any, p: Any, g: Any, state: dict[str, Any], settings: Any) -> None:
        """The formula: write `p` and `state`, given the gradient `g` (which is not written)."""
        raise NotImplementedError

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {key}: {group[key]}" for key in sorted(group) if key != "params"]
            lines.append("")
        return "\n".join(lines[:-1]) + "\n)"
