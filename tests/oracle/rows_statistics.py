"""Rows for quantiles, modes, distinct elements, histograms, searches, differences, integrals and covariances."""

import numpy as np
import torch

import seedgrad as sg

from .rows_reduction import MISSING, TIES, bad_dims, one_dim
from .rows_sorting import REPEATED, UNTIED
from .table import INF, NAN, A, call, row

MANY = np.random.default_rng(1).integers(0, 4, (4, 9)).astype(np.float64)
row(
    "mode",
    one_dim(call(A(5)), call(MANY), call(MANY, 0, True), call(MANY[0]), call(A(2, 0), 0), call(TIES, 1)),
    inplace=False,
    bad=[*bad_dims(), (call(A(0)), "non-zero size"), (call(np.array([1j])), "not implemented for complex128")],
)
row(
    "nanmedian",
    one_dim(
        call(A(3, 4)),
        call(A()),
        call(A(0)),
        call(UNTIED, 1),
        call(UNTIED, -1, True),
        call(MISSING),
        call(MISSING, 1),
        call(MISSING, 0, True),
        call(np.array([NAN, NAN])),
        call(np.array([NAN, NAN]), 0),
        call(A(2, 0), 0),
    ),
    inplace=False,
    integers=(),
    bad=[*bad_dims(), (call(A(2, 0), 1), "non-zero size"), (call(np.array([True])), "bool")],
)
Q = np.array([0.1, 0.5, 1.0, 0.5, 0.0])
for name in ("quantile", "nanquantile"):
    row(
        name,
        [
            call(A(5), 0.5),
            call(A(3, 4), 0.3),
            call(A(3, 4), 0.3, keepdim=True),
            call(A(), 0.3),
            call(A(), np.array([0.3, 0.6]), 0, True),
            call(A(3, 4), Q),
            call(A(3, 4), Q, 0),
            call(A(3, 4), Q, -1, True),
            call(UNTIED, np.array(0.4), 1),
            call(UNTIED, Q, 1, keepdim=True),
            call(UNTIED, 0, 1),
            call(UNTIED, 1, 2),
            *(call(UNTIED, Q, 2, interpolation=kind) for kind in ("linear", "lower", "higher", "midpoint", "nearest")),
            call(UNTIED, 0.37, None, True, interpolation="midpoint"),
            call(MISSING, 0.5),
            call(MISSING, Q, 1),
            call(MISSING, Q, 0, interpolation="nearest"),
            call(np.array([NAN, NAN]), 0.5, 0),
            call(np.array([1.0, INF]), Q),
            call(A(3), np.array([])),
        ],
        inplace=False,
        bad=[
            (call(A(3), 1.5), r"range \[0, 1\]"),
            (call(A(3), NAN), r"range \[0, 1\]"),
            (call(A(3), np.array([-0.5])), r"range \[0, 1\]"),
            (call(A(3), np.array([[0.5]])), "scalar or 1D"),
            (call(A(3), np.array([0.5], np.float16)), "same dtype"),
            (call(A(0), 0.5), "non-empty"),
            (call(A(2, 0), 0.5, 0), "non-empty"),
            (call(A(3), 0.5, 1), "Dimension out of range"),
            (call(A(3), 0.5, interpolation="cubic"), "interpolation must be one of"),
            (call(np.array([1, 2]), 0.5), "either float or double"),
            (call(A(3), "half"), "must be a number"),
        ],
    )

RUNS = np.array([[1.0, 1.0, 2.0], [2.0, 2.0, 2.0], [2.0, 2.0, 2.0]])
row(
    "unique_consecutive",
    [
        call(RUNS),
        call(RUNS, True, True),
        call(RUNS, return_counts=True, dim=0),
        call(RUNS, True, True, 1),
        call(A(0), True, True),
        call(A(0, 2), True, True, 0),
        call(A()),
        call(np.array([NAN, NAN]), True, True),
    ],
    inplace=False,
    gradient=False,
    bad=[
        (call(A(3), dim=1), "Dimension out of range"),
        (call(A(), dim=0), "no dimensions"),
        (call(A(2, 0), dim=0), "0 sized dimensions"),
        (call(np.array([1j])), "not implemented for complex128"),
    ],
)
row(
    "unique",
    [call(A(0, 2), True, True, True, 0), call(np.array([0.0, -0.0, 1.0]), return_counts=True), call(REPEATED, False)],
    label="unique edges",
    inplace=False,
    gradient=False,
    layouts=False,
    bad=[
        (call(A(), dim=0), "no dimensions"),
        (call(A(2, 0), dim=0), "0 sized dimensions"),
        (call(np.array([1j])), "not implemented for complex128"),
    ],
)
row(
    "isin",
    [
        call(A(3, 4), A(2)),
        call(MANY, np.array([1.0, 3.0])),
        call(MANY, np.array([[1.0], [3.0]]), invert=True),
        call(np.array([1.0, 2.0]), np.array([2.0, 5.0]), assume_unique=True),
        call(np.array([1, 2, 3]), np.array([2.0, 2.5])),
        call(np.array([1, 2, 3]), 2),
        call(2, np.array([1, 2, 3])),
        call(A(), A(0)),
        call(A(0), A(3)),
        call(np.array([NAN, 1.0]), np.array([NAN])),
        call(np.arange(50), np.arange(0, 100, 3)),
    ],
    method=False,
    inplace=False,
    gradient=False,
    bad=[
        (call(1, 2), "can't both be numbers"),
        (call(np.array([True]), np.array([True])), "Unsupported input type"),
        (call(np.array([1j]), np.array([1])), "Unsupported input type"),
        (call(A(3), None), "must be Number"),
    ],
)

WHOLE = np.array([1, 4, 1, 0])
row(
    "bincount",
    [
        call(WHOLE),
        call(WHOLE.astype(np.uint8)),
        call(WHOLE, minlength=7),
        call(WHOLE, A(4)),
        call(WHOLE, weights=WHOLE, minlength=3),
        call(WHOLE[:0]),
        call(WHOLE[:0], minlength=2),
        call(WHOLE[:0], A(0), 2),
    ],
    inplace=False,
    gradient=False,
    bad=[
        (call(WHOLE, minlength=-1), "minlength should be >= 0"),
        (call(-WHOLE), "non-negative integral inputs, got the number -4"),
        (call(WHOLE.reshape(2, 2)), "got the shape"),
        (call(A(3)), "not implemented for float32"),
        (call(WHOLE > 0), "not implemented for bool"),
        (call(WHOLE, A(3)), "same length as input"),
    ],
)
POINTS = np.array([[0.1, 0.9], [1.4, 0.3], [2.0, 0.2], [2.0, 2.0], [0.7, 1.1], [NAN, 1.0]])
row(
    "histc",
    [
        call(A(3, 4), 5),
        call(A(3, 4), 5, -1, 1),
        call(POINTS, 4, 0, 2),
        call(np.array([1.0, 2.0, 3.0]), 2, 1, 3),
        call(np.ones(3), 4),
        call(np.ones(3), 4, 3, 3),
        call(A(0), 3),
        call(np.array([1.0, INF]), 2, 0, 3),
        call(A(20)),
    ],
    inplace=False,
    gradient=False,
    layouts=False,
    half=0,
    integers=("int64", "int32"),
    bad=[
        (call(A(3), 0), "bins must be > 0"),
        (call(A(3), 2, 3, 1), "max must be larger than min"),
        (call(A(3), 2, 0, INF), "not finite"),
        (call(np.array([1.0, NAN])), "not finite"),
        (call(np.array([1, 2])), "not implemented for int64"),
    ],
)
row(
    "histogram",
    [
        call(A(3, 4), 5),
        call(A(3, 4), 5, range=(-1.0, 1.0)),
        call(A(12), 5, weight=A(12, low=0)),
        call(A(2, 3), 4, range=(-3.0, 3.0), weight=A(2, 3, low=0), density=True),
        call(A(12), np.array([-1.0, 0.0, 0.2, 3.0])),
        call(A(12), np.array([-1.0, 0.0, 0.2, 3.0]), weight=A(12, low=0), density=True),
        call(POINTS, np.array([0.0, 1.1, 2.0])),
        call(A(0), 3),
        call(np.ones(3), 3),
        call(np.ones(3), 2, range=(1.0, 1.0)),
    ],
    inplace=False,
    gradient=False,
    half=0,
    integers=("int64", "int32"),
    bad=[
        (call(A(3), 0), "bins must be > 0"),
        (call(A(3), A(1)), "bins must be > 0"),
        (call(A(3), A(2, 2)), "one dimension"),
        (call(A(3), np.ones(2, np.float16)), "same dtype"),
        (call(A(3), 2, weight=A(2)), "same shape"),
        (call(A(3), 2, weight=np.ones(3, np.float16)), "same dtype"),
        (call(A(3), 2, range=(3.0, 1.0)), "min should not exceed max"),
        (call(A(3), 2, range=(0.0, INF)), "not finite"),
        (call(A(3), 2, range=(0.0,)), "should have 2 elements"),
        (call(np.array([1.0, NAN]), 2), "not finite"),
        (call(np.array([1, 2]), 2), "not implemented for int64"),
        (call(A(3), 2.5), "int or a Tensor"),
    ],
)
row(
    "histogramdd",
    [
        call(A(9, 2), [3, 2]),
        call(A(9, 2), 2),
        call(A(2, 5, 3), [2, 2, 3], weight=A(2, 5, low=0)),
        call(A(9, 2), [3, 2], range=[-1.0, 1.0, -2.0, 2.0], density=True),
        call(A(9, 2), [np.array([-1.0, 0.0, 2.0]), np.array([-2.0, 2.0])]),
        call(A(0, 2), [2, 2]),
    ],
    method=False,
    inplace=False,
    gradient=False,
    half=0,
    integers=("int64", "int32"),
    bad=[
        (call(A(4, 2), [2]), "size of bins must be equal"),
        (call(A(4), [2]), "at least 2 dimensions"),
        (call(A(4, 2), [2, 2], range=[0.0, 1.0]), "should have 4 elements"),
        (call(A(4, 2), [2, 2], weight=A(3)), "same shape"),
    ],
)

RISING = np.sort(np.random.default_rng(2).integers(0, 9, (3, 6)).astype(np.float64), axis=-1)
row(
    "searchsorted",
    [
        call(RISING[0], A(4)),
        call(RISING[0], RISING),
        call(RISING[0], RISING, right=True),
        call(RISING[0], RISING, side="right"),
        call(RISING, RISING[:, 2:4]),
        call(RISING, RISING[:, ::-1].copy() + 0.5, right=True, out_int32=True),
        call(RISING[:, ::-1].copy(), RISING, sorter=np.arange(6)[::-1] + np.zeros((3, 1), np.int64)),
        call(RISING[0, ::-1].copy(), RISING[1], sorter=np.arange(6)[::-1].copy()),
        call(RISING[0], 3),
        call(RISING[0], 3.5),
        call(RISING[0], A()),
        call(A(0), A(2)),
        call(A(2, 0), A(2, 3)),
        call(RISING[0], A(0)),
        call(np.array([1.0, 2.0]), np.array([NAN, 1.0, INF])),
        call(np.array([1.0, 2.0]), np.array([NAN, 1.0, INF]), right=True),
        call(np.array([[1.0, 2.0]]), np.array([[NAN, 1.0, INF]])),
    ],
    method=False,
    inplace=False,
    gradient=False,
    layouts=False,
    integers=("int64", "int32", "uint8"),
    bad=[
        (call(A(3), A(2), side="left", right=True), "can't be set to opposites"),
        (call(A(3), A(2), side="middle"), "side can only be"),
        (call(A(2, 3), A(3)), "boundaries tensor should be 1 dimension"),
        (call(A(2, 3), 3.0), "boundaries tensor should be 1 dimension"),
        (call(A(), 3.0), "boundaries tensor should be 1 dimension"),
        (call(A(3), A(2), sorter=np.array([0, 1])), "same size"),
        (call(A(3), A(2), sorter=A(3)), "long dtype"),
        (call(A(3), A(2), sorter=np.array([0, 1, 7])), "out of range"),
        (call(np.array([True]), np.array([True])), "not implemented for bool"),
        (call(np.array([1j]), np.array([1j])), "not implemented for complex128"),
    ],
)
row(
    "bucketize",
    [
        call(A(3, 4), RISING[0]),
        call(RISING, RISING[0], right=True, out_int32=True),
        call(A(), RISING[0]),
        call(3, RISING[0]),
        call(3.5, np.array([1, 3, 5])),
        call(np.array([0.5]), np.array([1, 3, 5])),
    ],
    method=False,
    inplace=False,
    gradient=False,
    layouts=False,
    integers=("int64", "int32"),
    bad=[(call(A(3), A(2, 2)), "must be 1 dimension")],
)

row(
    "diff",
    [
        call(A(5)),
        call(A(3, 4)),
        call(A(3, 4), 2, 0),
        call(A(3, 4), n=3, dim=1),
        call(A(3), 7),
        call(A(3), 0),
        call(A(2, 0), 1, 0),
        call(A(3, 4), 1, 0, A(2, 4), A(1, 4)),
        call(A(3), prepend=A(1)),
        call(A(3), append=A(0)),
    ],
    inplace=False,
    bad=[
        (call(A()), "at least one-dimensional"),
        (call(A(3), -1), "non-negative but got -1"),
        (call(A(3), dim=1), "Dimension out of range"),
        (call(A(3), prepend=A()), "same dimension as input"),
        (call(A(2, 3), append=A(1, 1)), "except along dimension 1"),
    ],
)
# With out=, PyTorch refuses what it gives without.
row("diff", [call(A(0))], label="diff of nothing", inplace=False, method=False, ours=sg.diff, theirs=torch.diff)
X = np.array([0.0, 1.0, 3.0, 3.5])
row(
    "gradient",
    [
        call(A(4)),
        call(A(3, 4)),
        call(A(3, 4), edge_order=2),
        call(A(2), spacing=0.5),
        call(A(4), spacing=2.5, edge_order=2),
        call(A(4), spacing=[X]),
        call(A(4), spacing=(X,), edge_order=2),
        call(A(3, 4), spacing=[X[:3], X], edge_order=2),
        call(A(3, 4), spacing=[0.5, 2.0]),
        call(A(3, 4), spacing=[2.0], dim=[-1]),
        call(A(3, 4), spacing=2.0, dim=1),
        call(A(3, 4), spacing=2, dim=(1, 0)),
        call(A(3, 3, 4), dim=(0, 2), edge_order=2),
        call(A()),
    ],
    method=False,
    inplace=False,
    half=4,
    tolerance=4,
    bad=[
        (call(A(1)), r"at least edge_order\+1"),
        (call(A(2), edge_order=2), r"at least edge_order\+1"),
        (call(A(5), edge_order=3), "only supports edge_order=1"),
        (call(A(3, 4), spacing=[1.0, 2.0], dim=1), "length 2 for 1 dimensions"),
        (call(A(3), spacing=[A(1, 3)]), "to have one dimension"),
        (call(A(3), spacing="a"), "'spacing' must be a number"),
        (call(A(3, 3), dim=(0, 0)), "appears multiple times"),
        (call(A(3), dim=1), "Dimension out of range"),
        (call(np.array([1, 2], np.uint8)), "uint8"),
        (call(np.array([True, False])), "bool"),
    ],
)
for name in ("trapezoid", "cumulative_trapezoid"):
    row(
        name,
        [
            call(A(5)),
            call(A(3, 4)),
            call(A(3, 4), dim=0),
            call(A(3, 4), dx=0.5),
            call(A(3, 4), dx=2, dim=0),
            call(A(4), X),
            call(A(3, 4), X),
            call(A(4, 3), X, dim=0),
            call(A(3, 4), A(3, 4), dim=0),
            call(A(3, 4), A(1, 4)),
            call(A(2, 3, 4), A(3, 4)),
            call(A(0)),
            call(A(2, 1)),
        ],
        method=False,
        inplace=False,
        half=2,
        integers=("int64", "int32", "uint8"),
        bad=[
            (call(A()), "no dimensions"),
            (call(A(3), dim=1), "Dimension out of range"),
            (call(A(3, 4), A(3)), "one `x` value for each sample point"),
            (call(np.array([True, False])), "bool input for `y`"),
            (call(A(2), np.array([True, False])), "bool input for `x`"),
            (call(A(2), A(2), dx=1), "not both"),
        ],
    )
row("trapz", [call(A(3, 4)), call(A(3, 4), X, dim=1), call(A(3, 4), dx=0.5)], method=False, inplace=False, half=2)

COUNTS = np.array([1, 2, 1, 3])
row(
    "cov",
    [
        call(A(3, 4)),
        call(A(4)),
        call(A(1, 4)),
        call(A(3, 4), correction=0),
        call(A(3, 4), correction=2),
        call(A(3, 4), fweights=COUNTS),
        call(A(3, 4), aweights=A(4, low=0.5)),
        call(A(3, 4), correction=0, aweights=A(4, low=0.5)),
        call(A(3, 4), correction=2, fweights=COUNTS, aweights=A(4, low=0.5)),
        call(A()),
        call(A(0)),
        call(A(2, 0)),
        call(A(3), correction=3),
    ],
    inplace=False,
    complex=True,
    half=2,
    bad=[
        (call(A(2, 2, 2)), "two or fewer dimensions"),
        (call(np.array([True])), "bool dtype is not supported"),
        (call(A(4), fweights=A(4)), "integral dtype"),
        (call(A(4), aweights=COUNTS), "floating point dtype"),
        (call(A(4), fweights=COUNTS[:2]), "4 observations, got 2"),
        (call(A(4), fweights=COUNTS.reshape(2, 2)), "one or fewer dimensions"),
        (call(A(4), fweights=-COUNTS), "cannot be negative"),
        (call(A(4), aweights=np.array([1.0, 1.0, 1.0, -1.0])), "cannot be negative"),
        (call(A(4), aweights=np.zeros(4)), "sum to zero"),
    ],
)
row(
    "corrcoef",
    [call(A(3, 4)), call(A(4)), call(A(2, 6)), call(A()), call(np.ones(3))],
    inplace=False,
    half=4,
    tolerance=4,
    bad=[(call(A(2, 2, 2)), "two or fewer dimensions"), (call(np.array([True])), "bool dtype is not supported")],
)
row(
    "logcumsumexp",
    one_dim(
        call(A(5), 0),
        call(10 * np.cos(np.arange(12.0)).reshape(3, 4), 1),
        call(A(0), 0),
        call(A(2, 0), 0),
    ),
    inplace=False,
    half=4,
    tolerance=4,
    bad=[*bad_dims(), (call(np.array([1, 2]), 0), "not implemented for int64")],
)
row(
    "logcumsumexp",
    [call(np.array([2.0, INF, 1.0, -INF]), 0), call(np.array([-INF, -INF, 1.0]), 0), call(np.array([NAN, 1.0]), 0)],
    label="logcumsumexp of inf",
    inplace=False,
    gradient=False,
    integers=(),
)
TIED = np.array([[2, 2, 1, 3], [0, 5, 5, 5]])
row(
    "kthvalue",
    [call(np.array([4, 1, 3]), 2), call(np.array(3), 1), call(TIED.astype(np.uint8)[:, ::3].copy(), 1, 0)],
    label="kthvalue of integers",
    inplace=False,
    layouts=False,
    bad=[
        (call(np.array([True]), 1), "not implemented for bool"),
        (call(np.array([1j]), 1), "not implemented for complex128"),
    ],
)
row(
    "topk",
    [call(np.array([4, 1, 3]), 2), call(np.array([4, 1, 3], np.int16), 2, largest=False)],
    label="topk of integers",
    inplace=False,
    layouts=False,
    bad=[
        (call(np.array([True]), 1), "does not support bool"),
        (call(np.array([1j]), 1), "does not support complex128"),
    ],
)
row(
    "argsort",
    [
        call(TIED, stable=True),
        call(TIED, stable=True, dim=0, descending=True),
        call(TIED, dim=-1, descending=True, stable=True),
    ],
    label="argsort stable",
    inplace=False,
    gradient=False,
)
row(
    "aminmax",
    [call(A(3, 4), dim=-1, keepdim=True), call(np.array([1.0, NAN, 2.0])), call(A(2, 0), dim=0)],
    label="aminmax more",
    inplace=False,
    gradient=False,  # with a NaN PyTorch's is NaN everywhere, where amax and amin give it to the NaN alone
    bad=[(call(A(2, 0), dim=1), "non-zero size")],
)
