"""Rows for names at the top of the package that differ from those of nn.functional."""

import numpy as np

from .table import A, call, row

SIGN = np.array([1, -1, 1])
X, Y = A(3, 4), A(3, 4)
NO_NAME = "argument 'reduction' must be int"
options = {"method": False, "inplace": False, "half": False, "integers": (), "layouts": False}


def losses(name: str, *arrays: object, more: tuple[object, ...] = ()) -> None:
    calls = [call(*arrays), *(call(*arrays, reduction=r) for r in (0, 1, 2, 3)), *more]
    row(name, calls, bad=[(call(*arrays, reduction=bad), NO_NAME) for bad in ("mean", True)], **options)


losses("cosine_embedding_loss", X, Y, SIGN, more=(call(X, Y, SIGN, 0.25, 2),))
losses("triplet_margin_loss", X, Y, A(3, 4), more=(call(X, Y, A(3, 4), 0.5, 1.0, 1e-6, True, 0),))
losses("hinge_embedding_loss", A(3), SIGN, more=(call(A(3), SIGN, 0.5, 0),))
losses("margin_ranking_loss", A(3), A(3), SIGN, more=(call(A(3), A(3), SIGN, 0.5, 0),))
losses("kl_div", X, A(3, 4, low=0.1), more=(call(X, Y, 2, log_target=True),))
losses(
    "binary_cross_entropy_with_logits",
    X,
    A(3, 4, low=0.0),
    more=(call(X, A(3, 4, low=0.0), None, None, 2),),
)
row(
    "poisson_nll_loss",
    [call(X, A(3, 4, low=0.1), *rest) for rest in [(True, False, 1e-8, 1), (True, True, 1e-8, 0)]]
    + [call(A(3, 4, low=0.1), A(3, 4, low=0.1), False, True, 1e-6, 2)],
    bad=[
        (call(X, Y, True, False, 1e-8, "mean"), NO_NAME),
        (call(X, Y), "missing 4 required positional arguments"),
    ],
    **options,
)
LABELS, TIMES, LENGTHS = np.array([[1, 2], [2, 2]]), np.array([5, 4]), np.array([2, 1])
row(
    "ctc_loss",
    [call(A(5, 2, 4), LABELS, TIMES, LENGTHS, 0, r) for r in (0, 1, 2)]
    + [call(A(5, 2, 4), LABELS, (5, 4), (2, 1), 3, reduction=2, zero_infinity=True)],
    bad=[(call(A(5, 2, 4), LABELS, TIMES, LENGTHS, 0, "mean"), NO_NAME)],
    second=False,
    **options,
)
TABLE = A(4, 3)
row(
    "embedding",
    [
        call(TABLE, np.array([[0, 3], [1, 1]])),
        call(TABLE, np.array([0, 1, 1]), 1),
        call(TABLE, np.array([0, 1]), -2),
        call(TABLE, np.array([0, 1]), 7),
        call(TABLE, np.array([0, 1, 1]), -1, True),
    ],
    bad=[
        (call(TABLE, np.array([0, -1])), "index out of range"),
        (call(TABLE, A(2)), "must be int64 or int32"),
        (call(A(3), np.array([0, 1])), "'weight' must be 2-D"),
    ],
    second=False,
    **options,
)
row(
    "embedding_renorm_",
    [call(A(4, 3), np.array([[0, 1], [1, 3]]), 1.0, 2.0), call(A(4, 3), np.array([2]), 0.5, 1.0)],
    bad=[(call(A(4, 3), np.array([4]), 1.0, 2.0), "index out of range")],
    gradient=False,
    ours=lambda w, *a: __import__("seedgrad").embedding_renorm_(w.detach(), *a),
    theirs=lambda w, *a: __import__("torch").embedding_renorm_(w.detach(), *a),
    **options,
)
for name in ("dropout", "alpha_dropout", "feature_dropout", "feature_alpha_dropout"):
    for end in ("", "_"):
        row(
            name + end,
            [call(A(2, 3, 2), p, t) for p, t in ((0.0, True), (1.0, True), (0.5, False))]
            + [call(A(2, 3), p=1.0, train=True)],
            bad=[
                (call(A(2, 3), 1.5, False), "dropout probability has to be between 0 and 1"),
                (call(np.arange(6).reshape(2, 3), 0.5, True), "can't be cast to the desired output type"),
                *([(call(A(3), 0.5, True), "at least 2 dimensions")] if name.startswith("feature") else []),
            ],
            gradient=not end,
            ours=(lambda x, *a, f=name + end, **k: getattr(__import__("seedgrad"), f)(x.detach(), *a, **k))
            if end
            else None,
            theirs=(lambda x, *a, f=name + end, **k: getattr(__import__("torch"), f)(x.detach(), *a, **k))
            if end
            else None,
            **options,
        )
