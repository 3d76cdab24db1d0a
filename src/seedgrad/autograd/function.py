"""Users' own ops: a class with `forward` and `backward`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..core import dtype as dtypes
from ..core.batching import Batched, levels
from ..core.inplace import relink
from ..core.inplace_checks import check_history, check_view
from ..core.memory import bump, count, version_of
from ..core.mode import enable_grad, mode, no_grad
from ..core.node import Node, freed_error, next_functions
from ..core.op import tensor_namespace
from ..core.saved import Packed
from ..core.tensor import Tensor, at


class FunctionNode(Node):
    """The node of a `Function`; also the `ctx` that its `forward` and `backward` receive.

    Attributes:
        needs_input_grad: for each argument of `forward`, whether its gradient is wanted.
    """

    function: type[Function]
    memory = ("_saved",)

    def __init__(self, function: type[Function], arguments: tuple[Any, ...]) -> None:
        self.function = function
        self.hooks = None
        tensors = [a if isinstance(a, Tensor) and a.node is not None else None for a in arguments]
        recording = mode.now.grad
        self.needs_input_grad = tuple(t is not None and recording for t in tensors)
        self.wanted = tuple(i for i, needed in enumerate(self.needs_input_grad) if needed)
        self.edges = tuple(arguments[i].node for i in self.wanted)
        slots = tuple(arguments[i].slot for i in self.wanted)
        self.slots = slots if any(slots) else None
        self.is_tensor = tuple(isinstance(a, Tensor) for a in arguments)
        self.materialize_grads = True
        self.released = False
        self._to_save: tuple[Any, ...] = ()
        self._dirty: tuple[Tensor, ...] = ()
        self._fixed: tuple[Tensor, ...] = ()
        self._saved: list[tuple[Any, int | None, int | None]] = []

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for `backward`, which finds them in `saved_tensors`. Call it once, in `forward`.

        Inputs and outputs kept this way can be differentiated again and are watched for in-place writes.
        """
        for t in tensors:
            if t is not None and not isinstance(t, Tensor):
                raise TypeError(f"save_for_backward can only save variables, but got {type(t).__name__}")
        self._to_save = tensors

    def mark_non_differentiable(self, *tensors: Tensor) -> None:
        """Say that these outputs have no gradient."""
        self._fixed = tensors

    def mark_dirty(self, *tensors: Tensor) -> None:
        """Say that these inputs were written in place; they must be returned."""
        self._dirty = tensors

    def set_materialize_grads(self, value: bool) -> None:
        """Whether missing gradients arrive in `backward` as zeros (default) or as None."""
        self.materialize_grads = value

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What `save_for_backward` kept."""
        if self.released:
            raise freed_error(self.name())
        tensors: list[Any] = []
        for array, edge, slot in self._saved:
            if array is None:
                tensors.append(None)
                continue
            if isinstance(array, Packed):
                array = array.array(self)
            version = version_of(array)
            if version is not None and version.stamp > self.order:
                raise RuntimeError(
                    f"one of the variables needed for gradient computation has been modified by an inplace operation: "
                    f"{self.name()} saved a tensor of shape {array.shape} that was overwritten afterwards"
                )
            if edge is not None:
                tensors.append(at(array, self.edges[edge], self.slots[edge] if self.slots else 0))
            else:
                tensors.append(at(array, self, slot) if slot is not None else Tensor(array))
        return tuple(tensors)

    def finish(self, arguments: tuple[Any, ...], outs: list[Any]) -> None:
        """After `forward`: number the node and put the outputs and the saved tensors in their places."""
        self.order = count()
        self.outputs = len(outs)
        shapes = [o.array.shape if isinstance(o, Tensor) else () for o in outs]
        kinds = [o.array.dtype if isinstance(o, Tensor) else None for o in outs]
        self.shape: Any = shapes[0] if len(outs) == 1 else shapes
        self.dtype: Any = kinds[0] if len(outs) == 1 else kinds
        dirty = {id(t) for t in self._dirty}
        pair = mode.now.pack
        for t in self._to_save:
            if t is None:
                self._saved.append((None, None, None))
                continue
            # An input that was written in place now holds an output.
            edge = next((e for e, i in enumerate(self.wanted) if arguments[i] is t and id(t) not in dirty), None)
            slot = next((k for k, o in enumerate(outs) if o is t), None) if edge is None else None
            self._saved.append((t.array if pair is None else Packed(pair, t.array, arguments), edge, slot))
        self._to_save = ()
        fixed = {id(t) for t in self._fixed}
        for k, o in enumerate(outs):
            if isinstance(o, Tensor) and id(o) not in fixed and dtypes.differentiable(o.array.dtype):
                if id(o) in dirty:
                    relink(o, at(o.array, self, k))  # its base and its views follow
                else:
                    o.node, o.slot = self, k
        self._fixed = self._dirty = ()

    def vjp(self, g: Any, last: int) -> tuple[Any, ...]:
        given = tuple(None if x is None else Tensor(np.asarray(x)) for x in (g if self.outputs > 1 else (g,)))
        with no_grad():
            return tuple(None if x is None else x.array for x in self._call(given))

    def vjp_tensors(self, g: Any) -> tuple[Any, ...]:
        with enable_grad():
            return self._call(g if self.outputs > 1 else (g,))

    def _call(self, given: tuple[Any, ...]) -> tuple[Any, ...]:
        """Run `backward` and check what it returns."""
        if self.materialize_grads:
            shapes = self.shape if self.outputs > 1 else [self.shape]
            kinds = self.dtype if self.outputs > 1 else [self.dtype]
            given = tuple(
                Tensor(np.zeros(s, d)) if x is None and d is not None else x
                for x, s, d in zip(given, shapes, kinds, strict=True)
            )
        result = self.function.backward(self, *given)
        grads = list(result) if isinstance(result, (tuple, list)) else [result]
        expected = len(self.is_tensor)
        while len(grads) > expected and grads[-1] is None:
            grads.pop()
        if len(grads) != expected:
            raise RuntimeError(
                f"function {self.name()} returned an incorrect number of gradients (expected {expected}, got "
                f"{len(grads)}): backward must return one for each argument of forward, None where there is none"
            )
        for i, (x, is_tensor) in enumerate(zip(grads, self.is_tensor, strict=True)):
            if x is not None and not is_tensor:
                raise RuntimeError(
                    f"function {self.name()} returned a gradient different from None at position {i + 1}, but the "
                    f"corresponding forward input was not a Tensor"
                )
            if x is not None and not isinstance(x, Tensor):
                raise TypeError(
                    f"{self.name()} must return Tensors or None, got {type(x).__name__} at position {i + 1}"
                )
        for i, edge, slot in zip(self.wanted, self.edges, self.slots or (0,) * len(self.edges), strict=True):
            if grads[i] is not None:
                self._check_gradient(i, grads[i], edge, slot)
        return tuple(grads[i] for i in self.wanted)

    def _check_gradient(self, i: int, g: Tensor, edge: Node, slot: int) -> None:
        """Refuse a gradient that is none of the input: of a shape that can't be summed to its, or complex for a real one."""
        shape, kind = (edge.shape, edge.dtype) if edge.outputs == 1 else (edge.shape[slot], edge.dtype[slot])
        have = g.array.shape
        if have != shape:
            kept = have[len(have) - len(shape) :] if len(have) >= len(shape) else None
            if kept is None or any(n not in (1, m) for m, n in zip(kept, shape, strict=True)):
                raise RuntimeError(
                    f"Function {self.name()} returned an invalid gradient at index {i} - got {list(have)} but expected "
                    f"shape compatible with {list(shape)}: the gradient of an argument has the argument's shape"
                )
        if g.array.dtype.kind == "c" and kind is not None and kind.kind != "c":
            raise RuntimeError(
                f"Function {self.name()} returned an invalid gradient at index {i} - got {g.dtype} for a real input of type "
                f"{dtypes.from_numpy(kind)}: return the real part, g.real"
            )

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        return next_functions(self, [i for i, is_tensor in enumerate(self.is_tensor) if is_tensor], self.wanted)

    def release(self) -> None:
        if self._saved:
            self.released, self._saved = True, []

    def name(self) -> str:
        return f"{self.function.__name__}Backward"


class Function:
    """Base class of users' own differentiable ops.

    Define `forward(ctx, *args)` and `backward(ctx, *grad_outputs)` as static methods, then call `apply`. The context
    keeps what backward needs: tensors with `ctx.save_for_backward`, anything else as attributes. Alternatively `forward`
    takes no `ctx`, and `setup_context(ctx, inputs, output)` does the keeping.

    Example:
        >>> import seedgrad as sg
        >>> class Cube(sg.autograd.Function):
        ...     @staticmethod
        ...     def forward(ctx, x):
        ...         ctx.save_for_backward(x)
        ...         return x * x * x
        ...     @staticmethod
        ...     def backward(ctx, g):
        ...         (x,) = ctx.saved_tensors
        ...         return g * 3 * x * x
        >>> x = sg.tensor(2.0, requires_grad=True)
        >>> Cube.apply(x).backward()
        >>> x.grad.item()
        12.0
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError(f"{type(self).__name__} should not be instantiated: call {type(self).__name__}.apply(...)")

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the outputs: Tensors, or a tuple of them."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Keep what backward needs, where `forward` has no `ctx`."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """The gradient for each argument of forward, from the gradients of the outputs."""
        raise NotImplementedError("You must implement the backward method for your custom autograd.Function.")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run `forward` and record it.

        Raises:
            NotImplementedError: `forward` (or, at the backward pass, `backward`) is missing.
            RuntimeError: a leaf that requires grad, or a view of one, was marked dirty.
        """
        if any(type(a) is Batched for a in args):
            return _apply_batched(cls, args)
        ctx = FunctionNode(cls, args)
        separate = cls.setup_context is not Function.setup_context
        with no_grad():
            output = cls.forward(*args, **kwargs) if separate else cls.forward(ctx, *args, **kwargs)
            if separate:
                cls.setup_context(ctx, args, output)
        several = isinstance(output, tuple)
        outs = list(output) if several else [output]
        dirty = {id(t) for t in ctx._dirty}
        given = {id(a) for a in args if isinstance(a, Tensor)}
        for t in ctx._dirty:
            if ctx.wanted:
                check_history(t)
                check_view(t)
            bump(t)
        for k, o in enumerate(outs):
            if isinstance(o, Tensor) and id(o) in given and id(o) not in dirty:
                # An input returned as it came is another tensor with the same memory: a view whose gradient can't
                # follow a write to either.
                with no_grad():
                    outs[k] = tensor_namespace.alias(o)
        if ctx.wanted:
            ctx.finish(args, outs)
        return tuple(outs) if several else outs[0]


def _apply_batched(cls: type[Function], args: tuple[Any, ...]) -> Any:
    """Inside `vmap`: by the class's own `vmap(info, in_dims, *args)`, which gets all samples along axis 0."""
    rule = getattr(cls, "vmap", None)
    if rule is None:
        raise RuntimeError(
            f"vmap: {cls.__name__} is an autograd.Function without a batching rule. Give it a static method "
            f"vmap(info, in_dims, *args) that returns (output, out_dims)"
        )
    number = max(a.level for a in args if type(a) is Batched)
    has = [type(a) is Batched and a.level == number for a in args]
    info = VmapInfo(levels.sizes[number - 1], levels.random[number - 1])
    given = [a.physical if batched else a for a, batched in zip(args, has, strict=True)]
    output, out_dims = rule(info, tuple(0 if batched else None for batched in has), *given)
    several = isinstance(output, tuple)
    dims = out_dims if isinstance(out_dims, tuple) else (out_dims,) * (len(output) if several else 1)
    outs = [
        o if d is None else Batched(tensor_namespace.moveaxis(o, source=d, destination=0), number)
        for o, d in zip(output if several else (output,), dims, strict=True)
    ]
    return tuple(outs) if several else outs[0]


class VmapInfo(NamedTuple):
    """What a `Function.vmap` is told: how many samples there are, and the `randomness` of the vmap."""

    batch_size: int
    randomness: str


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a `backward` whose own computation can't be differentiated: doing so then raises.

    Example:
        >>> import seedgrad as sg
        >>> class Double(sg.autograd.Function):
        ...     @staticmethod
        ...     def forward(ctx, x):
        ...         return x * 2
        ...     @staticmethod
        ...     @sg.autograd.once_differentiable
        ...     def backward(ctx, g):
        ...         return g * 2
    """

    @functools.wraps(backward)
    def wrapper(ctx: Any, *grads: Any) -> Any:
        with no_grad():
            result = backward(ctx, *grads)
        if not mode.now.grad or not any(isinstance(g, Tensor) and g.node is not None for g in grads):
            return result
        several = isinstance(result, tuple)
        marked = _Undifferentiable.apply(
            ctx.name(), len(result) if several else 1, *(result if several else (result,)), *grads
        )
        return marked

    return wrapper


class _Undifferentiable(Function):
    """Passes gradients on; differentiating them raises."""

    @staticmethod
    def forward(ctx: Any, name: str, n: int, *values: Any) -> Any:
        ctx.label = name
        outs = tuple(None if v is None else Tensor(v.array) for v in values[:n])
        return outs if n > 1 else outs[0]

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        raise RuntimeError(
            f"trying to differentiate twice a function that was marked with @once_differentiable ({ctx.label})"
        )
