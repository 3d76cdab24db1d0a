"""The Tensor: an array, and where its gradient goes.

Operators and methods are attached by the rooms that define them (`functions/`); this file has what the engine itself
needs: the memory, the place in the graph, gradients, hooks, and the protocols of Python and NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy import ndarray

from . import dtype as dtypes
from .memory import count, version_of
from .node import Hooks, Leaf, Node


class Size(tuple[int, ...]):
    """The shape of a tensor: a tuple with `numel()`.

    Example:
        >>> import seedgrad as sg
        >>> sg.zeros(2, 3).shape
        seedgrad.Size([2, 3])
        >>> sg.zeros(2, 3).shape.numel()
        6
    """

    __slots__ = ()

    def numel(self) -> int:
        """The number of elements of a tensor of this shape."""
        return math.prod(self)

    def __repr__(self) -> str:
        return f"seedgrad.Size({list(self)})"

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return Size(found) if isinstance(index, slice) else found

    def __add__(self, other: Any) -> Any:
        return Size(super().__add__(tuple(other)))


class Tensor:
    """An n-dimensional array that can be differentiated.

    Make one with `seedgrad.tensor(data)`; `Tensor(data)` converts to the default float type, and `Tensor(2, 3)` is an
    uninitialised tensor of that shape, as in PyTorch.

    Attributes:
        array: the NumPy array that holds the values.
        node: where the tensor's gradient goes: the node of the op that made it, the leaf's own node, or None when it
            needs no gradient. `slot` is which output of that node it is.
        origin: how it is seen in its base, if it is a view; "inference" or "data" for tensors outside any history.
        views: weak references to the views of it.

    Example:
        >>> import seedgrad as sg
        >>> x = sg.tensor([1.0, 2.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> x.grad
        tensor([2., 4.])
    """

    __slots__ = ("__dict__", "__weakref__", "_grad", "array", "node", "origin", "slot", "views")
    # A NumPy array on the left of an operator leaves the work to our reflected method.
    __array_priority__ = 1000

    array: np.ndarray[Any, Any]
    node: Node | None

    def __init__(self, array: Any = (), *sizes: int) -> None:
        if type(array) is not ndarray or sizes:
            array = _as_array(array, sizes)
        self.array = array
        self.node = None
        self.slot = 0
        self.origin: Any = None
        self.views: list[Any] | None = None
        self._grad: Tensor | None = None

    # What it is

    @property
    def shape(self) -> Size:
        """The length of each dimension."""
        return Size(self.array.shape)

    @property
    def dtype(self) -> dtypes.dtype:
        """The type of the elements."""
        return dtypes.from_numpy(self.array.dtype)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self.array.ndim

    @property
    def device(self) -> str:
        """Where the memory is: always "cpu"."""
        return "cpu"

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self.array.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        return self.array.nbytes

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the length of one dimension."""
        return self.shape if dim is None else self.array.shape[self._dimension(dim)]

    def _dimension(self, dim: int) -> int:
        ndim = self.array.ndim
        if not -max(ndim, 1) <= dim < max(ndim, 1):
            raise IndexError(
                f"Dimension out of range (expected to be in range of [{-max(ndim, 1)}, {max(ndim, 1) - 1}], but got {dim})"
            )
        return dim

    def dim(self) -> int:
        """The number of dimensions."""
        return self.array.ndim

    def numel(self) -> int:
        """The number of elements."""
        return self.array.size

    def element_size(self) -> int:
        """Bytes of one element."""
        return self.array.itemsize

    def stride(self, dim: int | None = None) -> Any:
        """The step in memory, in elements, between neighbours along each dimension."""
        strides = tuple(s // self.array.itemsize for s in self.array.strides)
        return strides if dim is None else strides[dim]

    def storage_offset(self) -> int:
        """The distance, in elements, from the start of the base's memory to the first element."""
        base = self.origin.base.array if self._is_view() else self.array
        return (self.array.ctypes.data - base.ctypes.data) // self.array.itemsize

    def data_ptr(self) -> int:
        """The address of the first element."""
        return self.array.ctypes.data

    def is_contiguous(self) -> bool:
        """Whether the elements lie in memory in the order of the last dimension first."""
        return self.array.flags.c_contiguous

    def is_floating_point(self) -> bool:
        """Whether the elements are real floats."""
        return self.dtype.is_floating_point

    def is_complex(self) -> bool:
        """Whether the elements are complex."""
        return self.dtype.is_complex

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
                raise TypeError(
                    f"assigned grad expected to be a Tensor or None but got {type(value).__name__}"
                )
            if value is self:
                raise RuntimeError("can't assign Variable as its own grad")
            if value.array.shape != self.array.shape:
                raise RuntimeError(
                    f"assigned grad has data of a different size: the tensor has shape {self.array.shape}, "
                    f"the gradient {value.array.shape}"
                )
            if value.array.dtype != self.array.dtype:
                raise RuntimeError(
                    f"assigned grad has data of a different type: {value.dtype} for a {self.dtype} tensor"
                )
        self._grad = value

    @grad.deleter
    def grad(self) -> None:
        self._grad = None

    @property
    def data(self) -> Tensor:
        """The same memory without history. Writes to it are not noticed by the graph; prefer `no_grad`."""
        t = Tensor(self.array)
        t.origin = "data"
        return t

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type(value).__name__}")
        self.array = value.array
        if isinstance(self.node, Leaf):
            self.node.shape, self.node.dtype = value.array.shape, value.array.dtype

    def detach(self) -> Tensor:
        """The same memory outside the graph; in-place writes to it are noticed by both."""
        t = Tensor(self.array)
        if isinstance(self.origin, str):
            t.origin = self.origin
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
        return self.origin is not None and not isinstance(self.origin, str)

    @property
    def _base(self) -> Tensor | None:
        """The tensor whose memory this one views."""
        return self.origin.base if self._is_view() else None

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
        from .backward import backward_into, first_gradients, run

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
        return (
            not self.is_leaf
            and node is not None
            and node.hooks is not None
            and self.slot in node.hooks.retain
        )

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

    # NumPy and Python

    def numpy(self, *, force: bool = False) -> np.ndarray[Any, Any]:
        """The values as a NumPy array that shares memory.

        Args:
            force: give them even if the tensor requires grad. Default: False.

        Raises:
            RuntimeError: the tensor requires grad.
        """
        if self.node is not None and not force:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
            )
        return self.array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = self.numpy()
        if dtype is None or np.dtype(dtype) == array.dtype:
            return array.copy() if copy else array
        if copy is False:
            raise ValueError(f"a {array.dtype} tensor can't become a {dtype} array without a copy")
        return array.astype(dtype)

    def item(self) -> Any:
        """The value of a one-element tensor as a Python number.

        Raises:
            RuntimeError: there is more than one element, or none.
        """
        if self.array.size != 1:
            raise RuntimeError(f"a Tensor with {self.array.size} elements cannot be converted to Scalar")
        return self.array.item() if self.array.dtype.kind != "V" else float(self.array.reshape(()))

    def tolist(self) -> Any:
        """The values as nested lists of Python numbers; a number for a 0-d tensor."""
        array = self.array.astype(np.float32) if self.array.dtype.kind == "V" else self.array
        return array.tolist()

    def __bool__(self) -> bool:
        if self.array.size != 1:
            what = "no values" if self.array.size == 0 else "more than one value"
            raise RuntimeError(
                f"Boolean value of Tensor with {what} is ambiguous (shape {self.array.shape}): "
                f"use .any(), .all() or a comparison of one element"
            )
        return bool(self.array.reshape(()))

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __complex__(self) -> complex:
        return complex(self.item())

    def __index__(self) -> int:
        if self.array.size != 1 or self.array.dtype.kind not in "iub":
            raise TypeError(
                f"only integer tensors of a single element can be converted to an index, "
                f"got {self.dtype} of shape {self.array.shape}"
            )
        return int(self.array.reshape(()))

    def __len__(self) -> int:
        if not self.array.ndim:
            raise TypeError("len() of a 0-d tensor")
        return self.array.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if not self.array.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind(0))  # type: ignore[attr-defined]

    def __contains__(self, element: Any) -> bool:
        if not isinstance(element, (Tensor, int, float, complex, bool)):
            raise RuntimeError(
                f"Tensor.__contains__ only supports Tensor or number, got {type(element).__name__}"
            )
        value = element.array if isinstance(element, Tensor) else element
        return bool((self.array == value).any())

    def __hash__(self) -> int:
        return id(self)

    def __format__(self, spec: str) -> str:
        if not self.array.ndim:
            return format(self.item(), spec)
        return format(str(self), spec) if spec else str(self)

    def __repr__(self) -> str:
        from .printing import tensor_repr

        return tensor_repr(self)

    def __dir__(self) -> list[str]:
        # Tab completion shows the public surface; the engine's slots stay out of the way.
        return sorted(set(super().__dir__()) - {"array", "node", "origin", "slot", "views"})

    def __reduce_ex__(self, protocol: Any) -> Any:
        # The graph is not pickled: like PyTorch, a computed tensor comes back as a leaf.
        state = (self.__dict__.copy(), self._grad) if self.__dict__ or self._grad is not None else None
        array = self.array if self.array.base is None else self.array.copy()
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


class RemovableHandle:
    """What registering a hook returns; `remove()` takes the hook away. Also a context manager."""

    def __init__(self, hooks: dict[int, Callable[..., Any]], hook: Callable[..., Any]) -> None:
        self._hooks, self.id = hooks, count()
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook away; nothing happens the second time."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exc: object) -> None:
        self.remove()


def hooks_of(node: Node) -> Hooks:
    """The hooks of a node, which has none until somebody asks."""
    if node.hooks is None:
        node.hooks = Hooks()
    return node.hooks


def _rebuild(cls: type[Tensor], array: np.ndarray[Any, Any], requires_grad: bool) -> Tensor:
    t = cls.__new__(cls)
    Tensor.__init__(t, array)
    if requires_grad:
        t.node = Leaf(t)
    return t


def _as_array(data: Any, sizes: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """The array of `Tensor(data)`: NumPy scalars as they are, sizes and data in the default float type."""
    if isinstance(data, np.generic) or (isinstance(data, np.ndarray) and not sizes):
        return np.asarray(data)
    if isinstance(data, int) and not isinstance(data, bool):
        return np.empty((data, *sizes), dtypes.default())
    if sizes:
        raise TypeError(
            f"Tensor() takes either sizes or one piece of data, got {type(data).__name__} and {sizes}"
        )
    if isinstance(data, Size):
        return np.empty(data, dtypes.default())
    if isinstance(data, Tensor):
        return data.array
    return np.array(data, dtypes.default())
