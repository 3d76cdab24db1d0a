"""The Tensor: an array, and where its gradient goes.

Operators and methods are attached by the rooms that define them (`functions/`). This file has what the engine itself
needs: the memory, the place in the graph, gradients and hooks; what Python and NumPy expect of an array is in
array_like.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from . import dtype as dtypes
from .array_like import ArrayLike
from .handle import RemovableHandle
from .memory import version_of
from .node import Leaf, Node, hooks_of
from .size import Size
from .subclasses import enter


class Tensor(ArrayLike):
    """An n-dimensional array that can be differentiated.

    Make one with `seedgrad.tensor(data)`; `Tensor(data)` converts to the default float type, and `Tensor(2, 3)` is an
    uninitialised tensor of that shape, as in PyTorch.

    Attributes:
        array: the NumPy array that holds the values.
        node: where the tensor's gradient goes: the node of the op that made it, the leaf's own node, or None when it
            needs no gradient. `slot` is which output of that node it is.
        origin: "view" where it shares the memory of another one, its base (see views.py for `_viewed`, `_steps` and
            `_made`); "inference" or "data" for tensors outside any history; else None.
        views: weak references to the views of it.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> x.grad
        tensor([2., 4.])
    """

    __slots__ = (
        "__dict__", "__weakref__", "_grad", "_made", "_steps", "_viewed", "array", "node", "origin", "slot", "views",
    )  # fmt: skip
    # A NumPy array on the left of an operator leaves the work to our reflected method.
    __array_priority__ = 1000

    # Whether results of ops on it are of its class, as of users' classes; a class may refuse that.
    carried = plain_results = False

    array: np.ndarray[Any, Any]
    node: Node | None
    _viewed: Tensor
    _steps: tuple[Any, ...]
    _made: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        enter(cls)

    def __init__(self, array: Any = (), *sizes: int) -> None:
        if type(array) is not ndarray or sizes:
            array = _as_array(array, sizes)
        self.array = array
        self.node = None
        self.slot = 0
        self.origin: str | None = None
        self.views: list[Any] | None = None
        self._grad: Tensor | None = None

    # Its place in the graph

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient is computed for it. May be set on leaves."""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if not self.is_leaf:
            if value:
                return
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. To use a computed variable in a subgraph "
                "that doesn't require differentiation use x.detach()"
            )
        if not value:
            self.node = None
        elif self.node is None:
            if not dtypes.differentiable(self.array.dtype):
                raise RuntimeError(
                    f"only Tensors of floating point and complex dtype can require gradients, got {self.dtype}. "
                    f"Convert it first: x.float()"
                )
            if self.origin == "inference":
                raise RuntimeError(
                    "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed"
                )
            self.node, self.slot = Leaf(self), 0

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Set `requires_grad` and return the tensor."""
        self.requires_grad = requires_grad
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether it was made by the user rather than by a recorded op."""
        return self.node is None or type(self.node) is Leaf

    @property
    def grad_fn(self) -> Node | None:
        """The node of the op that made it; None for leaves."""
        return None if self.is_leaf else self.node

    @property
    def output_nr(self) -> int:
        """Which output of `grad_fn` it is."""
        return self.slot

    @property
    def grad(self) -> Tensor | None:
        """The gradient, accumulated by `backward()`; None until then. It has the tensor's shape and type."""
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            if not isinstance(value, Tensor):
                raise TypeError(f"assigned grad expected to be a Tensor or None but got {type(value).__name__}")
            if value is self:
                raise RuntimeError("can't assign Variable as its own grad")
            if value.array.shape != self.array.shape:
                raise RuntimeError(
                    f"assigned grad has data of a different size: the tensor has shape {self.array.shape}, "
                    f"the gradient {value.array.shape}"
                )
            wanted = self.gradient_type()
            if wanted is not None and value.array.dtype != wanted:
                raise RuntimeError(
                    f"assigned grad has data of a different type: {value.dtype} for a tensor whose gradient has the type "
                    f"{dtypes.from_numpy(wanted)}"
                )
        self._grad = value

    @grad.deleter
    def grad(self) -> None:
        self._grad = None

    def gradient_type(self) -> Any:
        """The NumPy type of the gradient of a leaf; None if any will do. That of the tensor, unless `grad_dtype` was set."""
        return self.__dict__.get("_grad_dtype", self.array.dtype)

    @property
    def grad_dtype(self) -> Any:
        """The type to which a leaf's gradient is converted: the leaf's (default), another, or None for none. May be set."""
        if not self.is_leaf:
            raise RuntimeError("grad_dtype can only be accessed on leaf tensors.")
        kind = self.gradient_type()
        return None if kind is None else dtypes.from_numpy(kind)

    @grad_dtype.setter
    def grad_dtype(self, value: Any) -> None:
        if not self.is_leaf:
            raise RuntimeError("grad_dtype can only be set on leaf tensors.")
        kind = None if value is None else dtypes.to_numpy(value)
        if self._grad is not None and kind is not None and self._grad.array.dtype != kind:
            raise RuntimeError(
                f"Cannot set grad_dtype to {value} because there is already a gradient of type {self._grad.dtype}. Clear "
                f"it first: x.grad = None"
            )
        self.__dict__["_grad_dtype"] = kind
        if isinstance(self.node, Leaf):
            self.node.dtype = kind

    @property
    def data(self) -> Tensor:
        """The same memory without history. Writes to it are not noticed by the graph; prefer `no_grad`."""
        t = self._alike(self.array)
        t.origin = "data"
        return t

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type(value).__name__}")
        self.array = value.array
        if isinstance(self.node, Leaf):
            self.node.shape, self.node.dtype = value.array.shape, self.gradient_type()

    def detach(self) -> Tensor:
        """The same memory outside the graph; in-place writes to it are noticed by both."""
        t = self._alike(self.array)
        if self.origin != "view":
            t.origin = self.origin
        return t

    def _alike(self, array: np.ndarray[Any, Any]) -> Tensor:
        """A tensor outside of any graph, of the class that results have."""
        t = Tensor(array)
        if self.carried:
            t.__class__ = type(self)
        return t

    def detach_(self) -> Tensor:
        """Cut the tensor from the graph, in place."""
        if self._is_view():
            raise RuntimeError("Can't detach views in-place. Use detach() instead")
        self.node, self.slot = None, 0
        return self

    def is_inference(self) -> bool:
        """Whether it was made inside `inference_mode`."""
        return self.origin == "inference"

    def _is_view(self) -> bool:
        return self.origin == "view"

    @property
    def _base(self) -> Tensor | None:
        """The tensor whose memory this one views."""
        return self._viewed if self.origin == "view" else None

    @property
    def _version(self) -> int:
        """How often the memory was written in place."""
        if self.origin == "inference":
            raise RuntimeError("Inference tensors do not track version counter")
        version = version_of(self.array)
        return 0 if version is None else version.writes

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Sequence[Tensor] | Tensor | None = None,
    ) -> None:
        """Compute the gradient of this tensor with respect to the leaves and add it to their `.grad`.

        Args:
            gradient: the gradient of something with respect to this tensor, of its shape; 1 (default) for scalars.
            retain_graph: keep what the graph saved, so that it can be run again. Default: the value of `create_graph`.
            create_graph: record the computation of the gradient, so that it can be differentiated. Default: False.
            inputs: accumulate into these tensors only. Default: into all leaves.

        Raises:
            RuntimeError: the tensor needs no gradient; it is not a scalar and there is no `gradient`; the shapes
                differ; the graph was freed by an earlier pass; a saved tensor was written in place.

        Example:
            >>> import seedgrad as sg
            >>> w = sg.tensor(3.0, requires_grad=True)
            >>> (w ** 2).backward()
            >>> w.grad
            tensor(6.)
        """
        from .backward import run
        from .gradients import backward_into, first_gradients

        keep = create_graph if retain_graph is None else retain_graph
        if inputs is not None:
            ins = [inputs] if isinstance(inputs, Tensor) else list(inputs)
            backward_into([self], [gradient], ins, keep, create_graph)
            return
        run(first_gradients([self], [gradient], create_graph), keep, create_graph)

    def retain_grad(self) -> None:
        """Keep the gradient of a non-leaf in its `.grad`.

        Raises:
            RuntimeError: the tensor needs no gradient.
        """
        if self.node is None:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if not self.is_leaf:
            import weakref

            hooks_of(self.node).retain[self.slot] = weakref.ref(self)

    @property
    def retains_grad(self) -> bool:
        """Whether `retain_grad` was asked for, on a non-leaf."""
        node = self.node
        return not self.is_leaf and node is not None and node.hooks is not None and self.slot in node.hooks.retain

    def register_hook(self, hook: Callable[[Tensor], Tensor | None]) -> RemovableHandle:
        """Call `hook(grad)` when this tensor's gradient is complete; what it returns, if not None, replaces it.

        Raises:
            RuntimeError: the tensor needs no gradient.

        Example:
            >>> import seedgrad as sg
            >>> x = sg.tensor([1.0, 2.0], requires_grad=True)
            >>> handle = x.register_hook(lambda g: g * 10)
            >>> x.sum().backward()
            >>> x.grad
            tensor([10., 10.])
        """
        if self.node is None:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        return RemovableHandle(hooks_of(self.node).tensor.setdefault(self.slot, {}), hook)

    def register_post_accumulate_grad_hook(self, hook: Callable[[Tensor], None]) -> RemovableHandle:
        """Call `hook(tensor)` after a gradient was added to this leaf's `.grad`.

        Raises:
            RuntimeError: the tensor is not a leaf that requires grad.
        """
        if not isinstance(self.node, Leaf):
            raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
        hooks_of(self.node)  # so that the leaf waits for its whole gradient
        if self.node.accumulated is None:
            self.node.accumulated = {}
        return RemovableHandle(self.node.accumulated, hook)

    # Copies

    def __reduce_ex__(self, protocol: Any) -> Any:
        # The graph is not pickled: like PyTorch, a computed tensor comes back as a leaf.
        state = (self.__dict__.copy(), self._grad) if self.__dict__ or self._grad is not None else None
        array = self.array if self.array.base is None else self.array.copy("K")
        return _rebuild, (type(self), array, self.requires_grad), state

    def __setstate__(self, state: tuple[dict[str, Any], Tensor | None]) -> None:
        attributes, self._grad = state
        self.__dict__.update(attributes)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        import copy

        if not self.is_leaf:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment. "
                "Use x.detach().clone() for a copy of a computed tensor"
            )
        if id(self) in memo:
            found: Tensor = memo[id(self)]
            return found
        t = _rebuild(type(self), copy.deepcopy(self.array, memo), self.requires_grad)
        memo[id(self)] = t
        t._grad = copy.deepcopy(self._grad, memo)
        t.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return t


def at(array: np.ndarray[Any, Any], node: Node | None, slot: int = 0) -> Tensor:
    """A tensor at a given place of the graph."""
    t = Tensor(array)
    t.node, t.slot = node, slot
    return t


def _rebuild(cls: type[Tensor], array: np.ndarray[Any, Any], requires_grad: bool) -> Tensor:
    t = cls.__new__(cls)
    Tensor.__init__(t, array)
    if requires_grad:
        t.node = Leaf(t)
    return t


def _as_array(data: Any, sizes: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """The array of `Tensor(data)`: NumPy scalars as they are, sizes and data in the default float type."""
    if isinstance(data, np.generic) or (isinstance(data, np.ndarray) and not sizes):
        return np.asarray(data)  # a traced array stays one (see seedgrad.capture)
    if isinstance(data, int) and not isinstance(data, bool):
        return np.empty((data, *sizes), dtypes.default())
    if sizes:
        raise TypeError(f"Tensor() takes either sizes or one piece of data, got {type(data).__name__} and {sizes}")
    if isinstance(data, Size):
        return np.empty(data, dtypes.default())
    if isinstance(data, Tensor):
        return data.array
    return np.array(data, dtypes.default())
