"""Rows for sums of products of matrices in the types that are not real numbers, and with factors of their types."""

from __future__ import annotations

from typing import Any

import numpy as np

from .table import A, call, row

M, N, V, B, C = A(2, 3), A(3, 4), A(3), A(5, 2, 3), A(5, 3, 4)
TYPES: dict[str, Any] = {"integers": ("int64", "int32", "uint8"), "complex": True, "half": 8, "inplace": None}
COMPLEX_ALPHA = "beta and alpha must be real"
row(
    "addmm",
    [
        call(A(2, 4), M, N, beta=2, alpha=3),
        call(A(4), M, N, beta=0),
        call(A(2, 1), M, N),
        call(A(2, 4), A(2, 0), A(0, 4), beta=2),
    ],
    label="addmm types",
    **TYPES,
    bad=[(call(A(2, 4), M, N, alpha=1j), COMPLEX_ALPHA), (call(A(2, 4), M, A(4, 4)), "cannot be multiplied")],
)
row(
    "addmv",
    [call(A(2), M, V, beta=2, alpha=3), call(A(), M, V, beta=0), call(A(1), M, V)],
    label="addmv types",
    **TYPES,
    bad=[(call(A(2), M, V, beta=1j), COMPLEX_ALPHA)],
)
row(
    "baddbmm",
    [call(A(5, 2, 4), B, C, beta=2, alpha=3), call(A(2, 1), B, C), call(A(1, 1, 4), B, C, beta=0)],
    label="baddbmm types",
    **TYPES,
)
row(
    "addbmm",
    [call(A(2, 4), B, C, beta=2, alpha=3), call(A(4), B, C), call(A(2, 4), B, C, beta=0)],
    label="addbmm types",
    **TYPES,
)
for name, left, right in (("mm", M, N), ("bmm", B, C), ("mv", M, V), ("dot", V, V), ("matmul", B, N)):
    row(name, [call(left, right)], label=f"{name} types", **{**TYPES, "inplace": False, "integers": ("int64", "uint8")})
# Whole tensors take the whole part of a factor.
for name, args in (
    ("addmm", (A(2, 4), M, N)),
    ("baddbmm", (A(5, 2, 4), B, C)),
    ("addbmm", (A(2, 4), B, C)),
    ("addmv", (A(2), M, V)),
):
    row(name, [call(*args, beta=1.5, alpha=2.5)], label=f"{name} factors", inplace=None, half=8, integers=("int64",))
REST: dict[str, Any] = {"method": False, "inplace": False, "half": 8, "complex": True, "integers": ("int64", "uint8")}
row(
    "tensordot",
    [call(B, A(2, 3, 7), 2), call(B, C, ([0, 2], [0, 1])), call(M, M, 0), call(M, N, dims=1)],
    label="tensordot types",
    **REST,
    bad=[
        (call(M, N, (1,)), "two lists of ints, got 1"),
        (call(M, N, (1, 0)), "must hold lists of ints, not int"),
        (call(M, N, None), "an int or two lists of ints, but got dims=None"),
    ],
)
row("kron", [call(M, N), call(V, M), call(A(2, 1, 2), A(2, 1, 3))], label="kron types", **{**REST, "method": True})
row("einsum", [call("bij,bjk->ik", B, C), call("ii->i", A(3, 3)), call("i,j", V, A(2))], label="einsum types", **REST)
row(
    "cross",
    [
        call(A(2, 3), A(2, 3), dim=1),
        call(A(3, 2), A(3, 1), dim=0),
        call(A(2, 3), A(2, 3)),
        call(A(3, 3), A(3, 3), dim=-2),
    ],
    label="cross types",
    bad=[(call(A(3), np.ones(3, np.int64), dim=0), "same dtype")],
    **{**REST, "method": True},
)
row("inner", [call(V, V), call(M, A(4, 3))], label="inner types", **{**REST, "method": True})
row("outer", [call(V, A(4))], label="outer types", **{**REST, "method": True})
