"""Element types and the rule by which mixed types meet (PyTorch's, not NumPy's)."""

from __future__ import annotations

import functools
from typing import Any, ClassVar

import numpy as np

from . import shown

F32, F64 = np.dtype(np.float32), np.dtype(np.float64)
BOOL, I64 = np.dtype(np.bool_), np.dtype(np.int64)


class dtype:
    """The element type of a tensor, such as `seedgrad.float32`.

    Attributes:
        name: NumPy's name of the type.
        dtype: the NumPy type (so NumPy takes our types wherever it takes its own).
        is_floating_point: float16, bfloat16, float32, float64.
        is_complex: complex64, complex128.
        is_signed: all but bool and the types whose name begins with uint.
        itemsize: bytes of one element.

    Example:
        >>> import seedgrad as sg
        >>> sg.float32, sg.float32.itemsize
        (seedgrad.float32, 4)
    """

    __slots__ = ("__dict__", "category", "itemsize", "name")
    _all: ClassVar[dict[str, dtype]] = {}

    def __init__(self, name: str, category: Any, itemsize: Any) -> None:
        self.name, self.category, self.itemsize = name, category, itemsize
        self._all[name] = self

    @functools.cached_property
    def dtype(self) -> np.dtype[Any]:
        if self.name == "bfloat16":
            return _bfloat16()
        return np.dtype(self.name)

    @property
    def is_floating_point(self) -> Any:
        return self.category == FLOAT

    @property
    def is_complex(self) -> Any:
        return self.category == COMPLEX

    @property
    def is_signed(self) -> Any:
        return self.name[0] not in "bu" or self.name == "bfloat16"

    def to_complex(self) -> Dtype:
        """The complex type whose parts have this type; a complex type itself.

        Raises:
            RuntimeError: there is none.
        """
        if self.is_complex:
            return self
        if self.name not in ("float32", "float64"):
            raise RuntimeError(f"there is no complex type whose parts are {self}; there are complex64 and complex128")
        return from_numpy(complex_of(self.dtype))

    def to_real(self) -> Dtype:
        """The type of the parts of a complex type; another type itself."""
        return self if not self.is_complex else float64 if self.itemsize == 16 else float32

    def __repr__(self) -> str:
        return f"{shown.package}.{self.name}"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return _by_name, (self.name,)


# Inside the class, `dtype` is the attribute.
Dtype = dtype


def _by_name(name: str) -> dtype:
    return dtype._all[name]


@functools.cache
def _bfloat16() -> np.dtype[Any]:
    import ml_dtypes

    return np.dtype(ml_dtypes.bfloat16)


# Categories in the order in which they win a promotion.
BOOLEAN: Any = 0
INTEGER: Any = 1
FLOAT: Any = 2
COMPLEX: Any = 3

bool = dtype("bool", BOOLEAN, 1)
uint8 = dtype("uint8", INTEGER, 1)
uint16 = dtype("uint16", INTEGER, 2)
uint32 = dtype("uint32", INTEGER, 4)
uint64 = dtype("uint64", INTEGER, 8)
int8 = dtype("int8", INTEGER, 1)
int16 = dtype("int16", INTEGER, 2)
int32 = dtype("int32", INTEGER, 4)
int64 = dtype("int64", INTEGER, 8)
float16 = dtype("float16", FLOAT, 2)
bfloat16 = dtype("bfloat16", FLOAT, 2)
float32 = dtype("float32", FLOAT, 4)
float64 = dtype("float64", FLOAT, 8)
complex64 = dtype("complex64", COMPLEX, 8)
complex128 = dtype("complex128", COMPLEX, 16)
short, int, long, half, float, double = int16, int32, int64, float16, float32, float64
cfloat, cdouble = complex64, complex128

_default: list[np.dtype[Any]] = [F32]


@functools.lru_cache(maxsize=64)
def from_numpy(array_dtype: np.dtype[Any]) -> dtype:
    """The seedgrad type of a NumPy type.

    Raises:
        TypeError: the NumPy type has no counterpart (strings, objects, dates).
    """
    found = dtype._all.get(array_dtype.name)
    if found is None or not array_dtype.isnative:
        names = ", ".join(dtype._all)
        raise TypeError(
            f"can't convert an array of type {array_dtype} to a tensor; the types are {names}. "
            f"Convert it first, for example with array.astype('float32')"
        )
    return found


def to_numpy(kind: Any) -> np.dtype[Any]:
    """The NumPy type of whatever names a type: ours, NumPy's, Python's `float`, `int`, `bool`, `complex`."""
    if isinstance(kind, dtype):
        return kind.dtype
    try:
        found = np.dtype(kind)
    except TypeError:
        raise TypeError(f"dtype must be a seedgrad.dtype such as seedgrad.float32, got {kind!r}") from None
    from_numpy(found)
    return found


_PYTHON_FLOAT, _PYTHON_COMPLEX = type(0.0), type(0j)


def complex_of(kind: np.dtype[Any]) -> np.dtype[Any]:
    """The complex type whose parts have the float type `kind`."""
    return np.dtype(np.complex128) if kind == F64 else np.dtype(np.complex64)


def get_default_dtype() -> dtype:
    """The type of new float tensors: float32 unless `set_default_dtype` changed it.

    Example:
        >>> import seedgrad as sg
        >>> sg.get_default_dtype()
        seedgrad.float32
    """
    return from_numpy(_default[0])


def set_default_dtype(d: Any) -> None:
    """Set the type of new float tensors.

    Args:
        d: a floating-point type.

    Raises:
        TypeError: `d` is not a floating-point type.

    Example:
        >>> import seedgrad as sg
        >>> sg.set_default_dtype(sg.float64)
        >>> sg.tensor(1.0).dtype
        seedgrad.float64
        >>> sg.set_default_dtype(sg.float32)
    """
    if not isinstance(d, dtype):
        raise TypeError(f"invalid dtype object: the default type must be one such as seedgrad.float32, got {d!r}")
    if not d.is_floating_point:
        raise TypeError(f"only floating-point types are supported as the default type, got {d!r}")
    _default[0] = d.dtype


def default() -> np.dtype[Any]:
    """The default float type, as a NumPy type."""
    return _default[0]


@functools.lru_cache(maxsize=64)
def category(kind: np.dtype[Any]) -> Any:
    """BOOLEAN, INTEGER, FLOAT or COMPLEX."""
    return from_numpy(kind).category


def differentiable(kind: np.dtype[Any]) -> Any:
    """Whether tensors of this type can have a gradient: floats and complex numbers."""
    return kind is F32 or kind is F64 or category(kind) >= FLOAT


@functools.lru_cache(maxsize=64)
def limits(kind: np.dtype[Any]) -> tuple[Any, Any]:
    """The largest and the smallest finite number of a float type."""
    if kind.itemsize == 2 and kind != np.float16:
        import ml_dtypes

        found: Any = ml_dtypes.finfo(kind)
    else:
        found = np.finfo(kind)
    return _PYTHON_FLOAT(found.max), _PYTHON_FLOAT(found.min)


# As in PyTorch these meet only themselves and floats.
APART = ("uint16", "uint32", "uint64")


@functools.lru_cache(maxsize=512)
def promote_types(a: np.dtype[Any], b: np.dtype[Any]) -> np.dtype[Any]:
    """The smallest type that holds both, floats winning over any integer: int64 and float32 give float32."""
    if a == b:
        return a
    ca, cb = category(a), category(b)
    if (a.name in APART or b.name in APART) and FLOAT not in (ca, cb):
        raise RuntimeError(
            f"Promotion for uint16, uint32, uint64 types is not supported, attempted to promote {a} and {b}. Convert one "
            f"first: x.long()"
        )
    if ca == cb == FLOAT and a.itemsize == b.itemsize:
        return F32  # float16 and bfloat16
    if ca == cb:
        return a if a.itemsize > b.itemsize and ca == FLOAT else b if ca == FLOAT else np.promote_types(a, b)
    low, high = (a, b) if ca < cb else (b, a)
    if category(high) == COMPLEX and low == F64:
        return complex_of(F64)
    return high


def scalar_category(value: Any) -> Any:
    """The category of a Python or NumPy scalar, or -1 if `value` is not a number."""
    if isinstance(value, (_PYTHON_BOOL, np.bool_)):
        return BOOLEAN
    if isinstance(value, (_PYTHON_INT, np.integer)):
        return INTEGER
    if isinstance(value, (_PYTHON_FLOAT, np.floating)):
        return FLOAT
    if isinstance(value, (_PYTHON_COMPLEX, np.complexfloating)):
        return COMPLEX
    return -1


_PYTHON_BOOL, _PYTHON_INT = type(True), type(0)


def scalar_type(cat: Any) -> np.dtype[Any]:
    """The type a number of this category has when nothing stronger decides."""
    return (BOOL, I64, default(), complex_of(default()))[cat]


def result_type(operands: list[Any]) -> np.dtype[Any]:
    """The common type of arrays and numbers.

    Arrays with dimensions decide; 0-d arrays count only if their category is higher, then numbers likewise.
    """
    strong: np.dtype[Any] | None = None
    zero_d: np.dtype[Any] | None = None
    number = -1
    for operand in operands:
        if isinstance(operand, np.ndarray):
            if operand.ndim:
                strong = operand.dtype if strong is None else promote_types(strong, operand.dtype)
            else:
                zero_d = operand.dtype if zero_d is None else promote_types(zero_d, operand.dtype)
        else:
            number = max(number, scalar_category(operand))
    result = strong
    if zero_d is not None and (result is None or category(zero_d) > category(result)):
        # A 0-d tensor of a higher category brings its own type; a complex one leaves floats their precision.
        floats = result is not None and category(result) == FLOAT
        result = zero_d if result is None else complex_of(result) if floats else promote_types(result, zero_d)
    if number >= 0 and (result is None or number > category(result)):
        kind = scalar_type(number)
        if result is not None and number == COMPLEX and category(result) == FLOAT:
            kind = complex_of(result)
        result = kind
    assert result is not None, "result_type needs an operand"
    return result
