"""Rows for activations, softmax, normalisation and embedding."""

import numpy as np

from .table import INF, NAN, A, Call, call, row, unary

FLOATS = ("int64",)


def functional(name: str, calls: list[Call], **options: object) -> None:
    """A row for a function of nn.functional, which is neither a method nor in-place."""
    settings: dict[str, object] = {"method": False, "inplace": False, "integers": FLOATS, **options}
    row(f"nn.functional.{name}", calls, **settings)  # type: ignore[arg-type]


# Activations, at their kinks too

KINKS = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 3.0, -3.0, 6.0, 25.0, -25.0, NAN)
PLAIN = unary(kinks=KINKS)

row("relu", unary(), integers=("int64", "int32", "uint8", "bool"))
for name in ("relu6", "hardtanh"):
    functional(name, unary(kinks=KINKS[:-1]), integers=("int64", "int32", "bool"))
for name in ("leaky_relu", "silu", "mish", "softplus", "logsigmoid"):
    functional(name, PLAIN, half=2)
for name in ("softsign", "tanhshrink"):
    functional(name, PLAIN, half=4)
functional("hardswish", unary(kinks=KINKS[:-1]), half=2)
# PyTorch multiplies by a float32 sixth, and has no second derivative.
functional("hardsigmoid", unary(kinks=KINKS[:-1]), second=False, tolerance=200, half=2)
# At NaN the derivative of PyTorch's elu is 1, ours NaN.
NUMBERS = unary(kinks=KINKS[:-1])
functional("elu", NUMBERS, half=2)
row("celu", NUMBERS, method=False, inplace=False, integers=FLOATS, half=2)
row("selu", NUMBERS, method=False, inplace=False, integers=FLOATS, half=2)
functional("gelu", PLAIN, half=2)
functional(
    "gelu",
    unary(kinks=KINKS, approximate="tanh"),
    label="gelu tanh",
    half=4,
    bad=[(call(A(3), approximate="erf"), "must be either 'none' or 'tanh'")],
)
functional("elu", unary(kinks=KINKS[:-1], alpha=2.5), label="elu alpha", half=2)
row(
    "celu",
    unary(kinks=KINKS[:-1], alpha=2.5),
    label="celu alpha",
    method=False,
    inplace=False,
    integers=FLOATS,
    half=2,
    bad=[(call(A(3), alpha=0.0), "alpha cannot be 0")],
)
functional("leaky_relu", unary(kinks=KINKS, negative_slope=2.0), label="leaky_relu steep")
functional("leaky_relu", unary(kinks=KINKS, negative_slope=-0.5), label="leaky_relu negative")
functional("softplus", unary(kinks=KINKS, beta=2.0, threshold=5.0), label="softplus beta", half=2)
functional(
    "hardtanh",
    unary(kinks=KINKS[:-1], min_val=-0.5, max_val=1.0),
    label="hardtanh ends",
    bad=[(call(A(3), 2.0, 1.0), "min_val cannot be greater than max_val, got min_val=2.0")],
)
functional("threshold", unary(kinks=KINKS, threshold=0.5, value=7.0), integers=("int64", "int32"))
row("hardshrink", unary(kinks=KINKS[:-1]), inplace=False, integers=FLOATS)
functional(
    "softshrink",
    unary(kinks=KINKS[:-1], lambd=0.25),
    bad=[(call(A(3), -1.0), "lambda must be greater or equal to 0")],
)
functional(
    "glu",
    [call(A(3, 4)), call(A(4, 3), dim=0), call(A(2, 6, 3), dim=1), call(A(2, 0))],
    half=2,
    bad=[(call(A(3, 3)), r"must be even.*\(3, 3\) is 3"), (call(A()), "does not support scalars")],
)
row(
    "prelu",
    [
        call(A(3, 4), A(4)),
        call(A(2, 3, 4), A(3)),
        call(A(5), A(1)),
        call(A(), A(1)),
        call(A(2, 3, 2, 2), A(1)),
    ],
    inplace=False,
    integers=(),
    bad=[
        (call(A(3, 4), A(3)), r"Mismatch of parameter numbers.*4 channels.*\(3, 4\)"),
        (call(A(3, 4), A(2, 2)), "to be a scalar or 1D tensor"),
    ],
)

# softmax

AXES = [call(A(3, 4), dim=d) for d in (0, 1, -1)]
MORE = [
    call(A(2, 3, 4), dim=1),
    call(A(), dim=0),
    call(np.array([[1000.0, 1000.0, 0.0], [-1000.0, 0.0, 1000.0], [-INF, 0.0, 1.0]]), dim=1),
    call(np.array([[-INF, -INF], [NAN, 1.0], [INF, 1.0]]), dim=1),
]
OUTSIDE = [(call(A(3, 4), dim=2), "Dimension out of range")]
for name in ("softmax", "log_softmax"):
    row(name, [*AXES, *MORE], inplace=False, integers=FLOATS, bad=OUTSIDE, half=3)
    empty = [call(A(0, 3), dim=1), call(A(3, 0), dim=1)]
    functional(name, empty, label=f"functional {name}", half=3, integers=())
functional("softmin", AXES, bad=OUTSIDE, half=3)

# Normalisation

functional(
    "layer_norm",
    [
        call(A(3, 4), (4,)),
        call(A(3, 4), [4], A(4), A(4)),
        call(A(2, 3, 4), (3, 4), A(3, 4), A(3, 4)),
        call(A(5, 2, 3), (3,), A(3), eps=0.1),
        call(A(0, 3), (3,), A(3), A(3)),
    ],
    tolerance=100,
    half=0,
    layouts=False,
    bad=[
        (call(A(3, 4), (5,)), r"expected input with shape \[\*, 5\], but got input of size\[3, 4\]"),
        (call(A(3, 4), 4), "must be tuple of ints, not int"),
        (call(A(3, 4), ()), "at least 1-dimensional"),
        (call(A(3, 4), (4,), A(3)), r"weight of shape \[3\] and normalized_shape = \[4\]"),
    ],
)
functional(
    "rms_norm",
    [call(A(3, 4), (4,)), call(A(2, 3, 4), (3, 4), A(3, 4)), call(A(3, 4), (4,), A(4), 0.1)],
    tolerance=100,
    half=0,
    integers=(),
    bad=[(call(A(3, 4), (5,)), r"Given normalized_shape=\[5\]")],
)
functional(
    "group_norm",
    [call(A(3, 4, 5), 2), call(A(3, 4), 2, A(4), A(4)), call(A(2, 6, 3, 2), 3, A(6), A(6), 0.1)],
    tolerance=100,
    half=0,
    layouts=False,
    bad=[
        (call(A(2, 3, 4), 2), r"divisible by num_groups.*\[2, 3, 4\] and num_groups=2"),
        (call(A(1, 3), 3), "Expected more than 1 value per channel"),
        (call(A(2, 4, 3), 2, A(3)), r"weight of shape \[3\] and input of shape \[2, 4, 3\]"),
        (call(A(3), 3), "at least 2 dimensions"),
    ],
)
functional(
    "instance_norm",
    [call(A(3, 4, 5)), call(A(2, 3, 4, 2), None, None, A(3), A(3))],
    tolerance=100,
    half=0,
    layouts=False,
    bad=[
        (call(A(2, 3, 1)), "more than 1 spatial element"),
        (call(A(2, 3, 4), use_input_stats=False), "to be defined when use_input_stats is false"),
    ],
)
functional(
    "batch_norm",
    [
        call(A(5, 4), None, None, training=True),
        call(A(3, 4, 5), None, None, A(4), A(4), True),
        call(A(2, 4, 3, 2), None, None, A(4), A(4), True, eps=0.1),
    ],
    tolerance=100,
    half=0,
    integers=(),
    bad=[
        (call(A(1, 4), None, None, training=True), "Expected more than 1 value per channel when training"),
        (call(A(3, 4), None, None), "must be defined in evaluation mode"),
        (call(A(3, 4), A(3), A(3), training=True), "running_mean should contain 4 elements not 3"),
        (call(A(3, 4), None, None, A(3), training=True), "weight should contain 4 elements not 3"),
        (call(A(3), None, None, training=True), "dimension 1 is out of range|out of range"),
    ],
)

# Embedding

WORDS = np.array([[1, 1, 3], [0, 4, 1]])
functional(
    "embedding",
    [
        call(WORDS, A(5, 2)),
        call(WORDS.astype(np.int32), A(5, 2)),
        call(np.array(2), A(5, 2)),
        call(WORDS, A(5, 2), padding_idx=1),
        call(WORDS, A(5, 2), padding_idx=-1),
    ],
    integers=(),
    layouts=False,
    half=2,
    bad=[
        (call(np.array([5]), A(5, 2)), "index out of range in self: embedding has 5 rows, got index 5"),
        (call(np.array([-1]), A(5, 2)), "got index -1"),
        (call(A(3), A(5, 2)), "must be int64 or int32, but got seedgrad.float32"),
        (call(WORDS, A(5)), r"'weight' must be 2-D.*\(5,\)"),
        (call(WORDS, A(5, 2), 5), r"must be within num_embeddings \(5 rows\), got 5"),
    ],
)
# PyTorch's second derivative forgets the frequencies, and of an embedding of nothing it has none.
functional(
    "embedding",
    [call(WORDS, A(5, 2), scale_grad_by_freq=True)],
    label="embedding by frequency",
    second=False,
    integers=(),
    layouts=False,
)
functional(
    "embedding",
    [call(np.zeros((0, 2), np.int64), A(5, 2))],
    label="embedding of nothing",
    second=False,
    integers=(),
)
