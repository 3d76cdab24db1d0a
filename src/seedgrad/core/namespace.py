"""`xp` for arrays: NumPy's names with NumPy's meaning, and the few that NumPy lacks.

A definition or a rule of an op calls `xp.f`; for arrays `xp` is this module, for Tensors it is the table of ops
(`core.op.tensor_namespace`), which has the same names. SciPy's functions are imported at their first use, because
importing them takes longer than importing NumPy.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import (
    absolute,
    add,
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctan2,
    arctanh,
    argmax,
    argmin,
    argsort,
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    ceil,
    conj,
    copy,
    copysign,
    cos,
    cosh,
    count_nonzero,
    divide,
    einsum,
    equal,
    exp,
    exp2,
    expm1,
    floor,
    floor_divide,
    fmax,
    fmin,
    fmod,
    greater,
    greater_equal,
    hypot,
    invert,
    isfinite,
    isinf,
    isnan,
    left_shift,
    less,
    less_equal,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    maximum,
    minimum,
    multiply,
    negative,
    not_equal,
    ones_like,
    reciprocal,
    remainder,
    right_shift,
    rint,
    roll,
    sin,
    sinh,
    sqrt,
    square,
    subtract,
    tan,
    tanh,
    tril,
    triu,
    trunc,
)

from . import dtype as dtypes
from .along_arrays import scatter, scatter_add, take_along_axis
from .choice_arrays import where
from .errors import complex_error
from .index_arrays import (
    add_at,
    assign_view,
    getitem,
    index_one,
    scatter_index,
    scatter_slice,
    setitem,
    split,
    take,
    unbind,
    view_of,
)
from .parallel import blas_loaded
from .product_arrays import matmul
from .shape_arrays import (
    broadcast_to,
    concatenate,
    contiguous,
    diagonal,
    expand_dims,
    flip,
    moveaxis,
    pad_constant,
    put_diagonal,
    reshape,
    squeeze,
    stack,
    swapaxes,
    transpose,
    view_type,
    zeros_like,
    zeros_of,
)
from .strided_arrays import add_windows, as_strided, lay_out, windows
from .sum_arrays import Axis, cumprod, cumsum, mean, prod, sum, var

# What NumPy has two names for, or PyTorch another one.
_OTHER_NAMES = {
    "abs": "absolute", "acos": "arccos", "acosh": "arccosh", "amax": "max", "amin": "min", "asin": "arcsin",
    "asinh": "arcsinh", "atan": "arctan", "atan2": "arctan2", "atanh": "arctanh", "cat": "concatenate",
    "clamp": "minimum and maximum", "clip": "minimum and maximum", "concat": "concatenate", "conjugate": "conj",
    "dot": "matmul", "gather": "take_along_axis", "mod": "remainder", "mm": "matmul", "neg": "negative", "pow": "power",
    "round": "rint", "sub": "subtract", "mul": "multiply", "div": "divide", "true_divide": "divide",
    "unsqueeze": "expand_dims", "zeros": "zeros_like", "ones": "ones_like", "full": "ones_like, times a number",
}  # fmt: skip


def _unknown(name: str) -> AttributeError:
    other = _OTHER_NAMES.get(name)
    if other is None:
        import difflib

        near = difflib.get_close_matches(name, [n for n in globals() if not n.startswith("_")], 3)
        other = " or ".join(near)
    hint = f"; use {other}" if other else ""
    return AttributeError(
        f"xp.{name} is not there: a definition or a rule has NumPy's functions that are known both for arrays and for "
        f"Tensors{hint}"
    )


def __getattr__(name: str) -> Any:
    raise _unknown(name) if not name.startswith("_") else AttributeError(name)


class _TensorNamespace(types.SimpleNamespace):
    def __getattr__(self, name: str) -> Any:
        raise _unknown(name)


# `xp` for Tensors: the ops by name. Each `@op` enters itself.
tensor_namespace = _TensorNamespace()

Array = np.ndarray[Any, Any]
# The methods of ufuncs, without the overloads that their type stubs know.
maximum_reduce: Any = np.maximum.reduce
minimum_reduce: Any = np.minimum.reduce
and_reduce: Any = np.logical_and.reduce
or_reduce: Any = np.logical_or.reduce


@functools.cache
def scipy_special() -> types.ModuleType:
    import scipy.special

    blas_loaded()
    return scipy.special


def check_real(name: str, *xs: Any) -> None:
    """Raise NotImplementedError for complex arrays."""
    if "c" in [x.dtype.kind for x in xs]:
        raise complex_error(name, NotImplementedError)


def by_scipy(name: str, *xs: Any) -> Array:
    """A function of SciPy's in the type of the arrays, which have one; what has 16 bits is computed with 32."""
    kind = xs[0].dtype
    check_real(name, *xs)
    if kind.itemsize != 2:
        return getattr(scipy_special(), name)(*xs)
    return getattr(scipy_special(), name)(*[x.astype(dtypes.F32) for x in xs]).astype(kind)


def erf(x: Array) -> Array:
    """The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x."""
    return by_scipy("erf", x)


def erfc(x: Array) -> Array:
    """1 - erf(x), accurate for large x."""
    return by_scipy("erfc", x)


def erfinv(x: Array) -> Array:
    """The inverse of erf on (-1, 1)."""
    return by_scipy("erfinv", x)


def lgamma(x: Array) -> Array:
    """log |gamma(x)|."""
    out = by_scipy("gammaln", x)
    return np.where(x == -np.inf, out.dtype.type(np.inf), out)


def digamma(x: Array) -> Array:
    """The derivative of lgamma; -inf at +0, inf at -0 and NaN at the other poles."""
    return np.where(x == 0, np.copysign(x.dtype.type(np.inf), -x), by_scipy("psi", x))


def polygamma(x: Array, n: int) -> Array:
    """The n-th derivative of digamma."""
    if n == 0:
        return digamma(x)
    check_real("polygamma", x)
    # zeta(s, x) is the Hurwitz zeta function: polygamma(n, x) = (-1)^(n+1) n! zeta(n + 1, x)
    special = scipy_special()
    value = (-1.0) ** (n + 1) * special.gamma(n + 1.0) * special.zeta(n + 1.0, x.astype(dtypes.F64))
    return np.asarray(value).astype(x.dtype)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)); exp(-x) may overflow to inf, whose reciprocal is the right 0."""
    out = np.negative(x)
    out = np.exp(out, out=out) if isinstance(out, np.ndarray) else np.exp(out)
    out += 1
    return np.reciprocal(out)


def rsqrt(x: Array) -> Array:
    """1 / sqrt(x)."""
    return np.reciprocal(np.sqrt(x))


def max(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Largest value; NaN if there is one."""
    return maximum_reduce(x, axis=axis, keepdims=keepdims)


def min(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Smallest value; NaN if there is one."""
    return minimum_reduce(x, axis=axis, keepdims=keepdims)


def all(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Whether all elements are not 0. NumPy's function of this name takes twice as long to call."""
    return and_reduce(x, axis, dtypes.BOOL, None, keepdims)


def any(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Whether some element is not 0."""
    return or_reduce(x, axis, dtypes.BOOL, None, keepdims)


def astype(x: Array, kind: Any) -> Array:
    """Convert the element type; the real part where a complex number becomes real."""
    if not isinstance(kind, np.dtype):
        kind = dtypes.to_numpy(kind)
    if x.dtype.kind == "c" and kind.kind not in "cb":
        return x.real.astype(kind)
    return x.astype(kind, copy=False)


def sum_to(x: Array, shape: tuple[int, ...]) -> Array:
    """Undo broadcasting: sum over the axes along which `shape` was repeated to reach `x.shape`."""
    axes = broadcast_axes(x.shape, shape)
    return sum(x, axes).reshape(shape) if axes else x.reshape(shape)


@functools.lru_cache(maxsize=4096)
def broadcast_axes(big: tuple[int, ...], small: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of `big` along which an array of shape `small` is repeated."""
    lead = len(big) - len(small)
    axes = (*range(lead), *(lead + i for i, n in enumerate(small) if n == 1 and big[lead + i] != 1))
    if lead < 0 or [1 if i in axes else n for i, n in enumerate(big)][lead:] != [
        1 if lead + i in axes else n for i, n in enumerate(small)
    ]:
        raise RuntimeError(f"a gradient of shape {big} can't be summed to the shape {small} of its input")
    return axes
