"""Rows for eigenvalues and singular values.

What is free in a vector, its sign or phase, is taken out before gradients are compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .rows_linalg_factor import (
    HELD,
    MATRICES,
    NAMED,
    NONE,
    SAME,
    VECTOR,
    adjoint,
    apart,
    full_rank,
    of,
    plain,
    symmetric,
)
from .rows_linalg_solve import EMPTY, NOT_SQUARE, SQUARE, both
from .table import A, call, row


def eigenvalues_and_more(package: Any, x: Any, *args: Any, **named: Any) -> Any:
    """Eigenvalues, and what does not depend on the phases of the eigenvectors: each one's projection."""
    w, v = package.linalg.eigh(x, *args, **named)
    return w, v.unsqueeze(-2) * v.conj().unsqueeze(-3)


row(
    "linalg.eigh", [*SQUARE[:3], *EMPTY], label="linalg.eigh projections", **HELD, **of(symmetric, eigenvalues_and_more)
)
row(
    "linalg.eigh",
    [call(A(3, 3), "U"), call(A(2, 2, 2), UPLO="l")],
    label="UPLO",
    **HELD,
    **of(symmetric, eigenvalues_and_more),
)
row(
    "linalg.eigh",
    SQUARE[:3],
    label="linalg.eigh of what is not symmetric",
    **HELD,
    **of(plain, lambda p, x, *args, **named: p.linalg.eigh(x + apart(p, x), *args, **named)[1].abs()),
)
for name in ("linalg.eigvalsh", "linalg.eigh"):
    row(
        name,
        [call(A(3, 3)), call(A(3, 3), "U"), call(A(2, 4, 4), UPLO="u"), call(np.full((2, 2), np.nan)), *EMPTY],
        **NAMED,
        integers=(),
        gradient=False,
        **({} if "vals" in name else both(lambda p: lambda x, *args, **k: p.linalg.eigh(x, *args, **k).eigenvalues)),
        bad=[*NOT_SQUARE, (call(np.eye(2), "X"), "Expected UPLO argument to be 'L' or 'U', but got X")],
    )
row(
    "linalg.eigvalsh",
    SQUARE,
    label="linalg.eigvalsh gradients",
    **HELD,
    **of(symmetric, lambda p, x: p.linalg.eigvalsh(x)),
)


def sorted_eigenvalues(package: Any, x: Any) -> Any:
    """The eigenvalues of x with numbers 0, 3, 6 ... added to its diagonal, by what does not depend on their order."""
    w = package.linalg.eigvals(x / 4 + apart(package, x))
    return w.sum(-1), (w * w).sum(-1), (w * w * w).sum(-1)


def eigenvector_sizes(package: Any, x: Any) -> Any:
    """The same with sizes of the components of eigenvectors, which LAPACK gives a length of 1."""
    w, v = package.linalg.eig(x / 4 + apart(package, x))
    return ((v * v.conj()) * w.unsqueeze(-2)).sum(-1), (w * w).sum(-1)


row("linalg.eigvals", SQUARE, label="linalg.eigvals sums", **HELD, **of(plain, sorted_eigenvalues))
row("linalg.eig", SQUARE, label="linalg.eig sums", **HELD, **of(plain, eigenvector_sizes))
row(
    "linalg.eig",
    [*EMPTY],
    **NAMED,
    bad=[*NOT_SQUARE, (call(np.full((2, 2), np.inf)), "input tensor should not contain infs or NaNs")],
)
row("linalg.eigvals", [*EMPTY], **NAMED, bad=NOT_SQUARE)


def singular_parts(package: Any, x: Any, **named: Any) -> Any:
    """Singular values, and what does not depend on the phases of the vectors: u_i v_iᴴ and the projections."""
    u, s, vh = package.linalg.svd(x, full_matrices=False)
    across = u.unsqueeze(-2) * vh.mT.unsqueeze(-3)
    return s, across, u.unsqueeze(-2) * u.conj().unsqueeze(-3), (vh.mT.unsqueeze(-2) * vh.conj().mT.unsqueeze(-3))


row(
    "linalg.svd",
    [*MATRICES, *NONE],
    label="linalg.svd projections",
    **{**HELD, "tolerance": 100},
    **of(full_rank, singular_parts),
)
row(
    "linalg.svd",
    [*MATRICES, *NONE],
    label="linalg.svd full_matrices",
    **HELD,
    **of(
        full_rank,
        lambda p, x: (lambda u, s, vh: (s, (u[..., : s.shape[-1]] * s.unsqueeze(-2)) @ vh[..., : s.shape[-1], :]))(
            *p.linalg.svd(x)
        ),
    ),
)
NOT_FINITE = np.stack([np.eye(2), np.full((2, 2), np.nan)])
row(
    "linalg.svdvals",
    [*MATRICES, *NONE],
    **{**NAMED, "integers": ("int64",)},
    layouts=False,
    bad=[
        *VECTOR,
        NOT_SQUARE[2],
        (call(NOT_FINITE), r"linalg.svd: \(Batch element 1\): The algorithm failed .* contained non-finite"),
        (call(np.eye(2), driver="gesvd"), "keyword argument `driver=` is only supported on CUDA"),
    ],
)
row(
    "linalg.svd",
    [call(A(0, 3), full_matrices=True), call(A(2, 3, 0)), call(A(2, 0, 3), False)],
    **NAMED,
    gradient=False,
    bad=[
        *VECTOR,
        (call(NOT_FINITE), r"linalg.svd: \(Batch element 1\): The algorithm failed .* contained non-finite values"),
        (call(np.eye(2), driver="gesvd"), "keyword argument `driver=` is only supported on CUDA"),
    ],
)
row(
    "svd",
    [call(A(3, 2), compute_uv=False), call(A(2, 3, 4), True, False), call(A(0, 3), compute_uv=False)],
    **SAME,
    layouts=False,
)
row(
    "svd",
    [call(A(3, 2)), call(A(2, 2, 3)), call(A(2, 4), some=False)],
    label="svd product",
    **HELD,
    **of(
        full_rank,
        lambda p, x, some=True: (lambda u, s, v: (u * s.unsqueeze(-2)) @ adjoint(v[..., : s.shape[-1]]))(
            *p.svd(x, some)
        ),
    ),
)
