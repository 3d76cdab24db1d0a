"""Rows for tensors made of the elements of others."""

import numpy as np

from .table import A, call, row

row(
    "vander",
    [
        call(A(4)),
        call(A(4), 2),
        call(A(3), N=5, increasing=True),
        call(A(3), 0),
        call(A(3), 1),
        call(A(0)),
        call(np.array([1, 2, 3], np.int32), 4),
    ],
    method=False,
    inplace=False,
    complex=True,
    half=4,
    gradient=False,  # PyTorch writes over what its gradient needs: see test_creation_more.py
    bad=[
        (call(A(3), -1), "N must be non-negative"),
        (call(A(2, 2)), "one-dimensional"),
        (call(A()), "one-dimensional"),
    ],
)
row(
    "combinations",
    [
        call(A(4)),
        call(A(4), 3),
        call(A(3), r=4),
        call(A(3), 1),
        call(A(3), 3, True),
        call(A(3), with_replacement=True),
        call(A(0)),
        call(A(0), 2, True),
    ],
    method=False,
    inplace=False,
    complex=True,
    bad=[(call(A(2, 2)), "Expect a 1D vector"), (call(A(3), -1), "non-negative number")],
)
row(
    "combinations",
    [call(A(3), 0)],
    label="combinations of none",
    method=False,
    inplace=False,
    gradient=False,
)
row(
    "cartesian_prod",
    [call(A(2), A(3)), call(A(2), A(1), A(3)), call(A(4)), call(A(0), A(2))],
    method=False,
    inplace=False,
    complex=True,
    bad=[
        (call(), "non-empty"),
        (call(A(2), A()), "Expect a 1D vector"),
        (call(A(2), A(1, 2)), "Expect a 1D vector"),
        (call(A(2), np.array([1])), "same dtype"),
        (call([1, 2]), "must be a Tensor, not list"),
    ],
)
row(
    "block_diag",
    [
        call(A(2, 3), A(), A(2)),
        call(A(2, 3)),
        call(A(1, 2), np.array([[1, 2], [3, 4]])),
        call(A(2, 0), A(1, 1)),
        call(A(0)),
        call(),
    ],
    method=False,
    inplace=False,
    complex=True,
    bad=[(call(A(1, 1, 1)), "2 or fewer dimensions"), (call(3), "must be a Tensor, not int")],
)
