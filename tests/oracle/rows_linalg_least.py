"""Rows for least squares."""

from __future__ import annotations

import numpy as np

from .rows_linalg_solve import HELD, PLAIN, both
from .table import A, call, row

LEAST = [
    call(A(4, 2), A(4, 3)),
    call(A(2, 4), A(2, 3)),
    call(A(4, 2), A(4)),
    call(A(3, 4, 2), A(3, 4)),
    call(A(3, 4, 2), A(3, 4, 1)),
    call(A(3, 4, 2), A(1, 4, 1)),
    call(A(3, 3), A(3, 3)),
]
SPACES = [call(A(0, 2), A(0, 3)), call(A(3, 0), A(3, 3))]
for driver in (None, "gelsy", "gelsd", "gelss", "gels"):
    chosen = [call(*made.args, driver=driver) for made in LEAST + ([] if driver == "gels" else SPACES)]
    row(
        "linalg.lstsq",
        chosen,
        label=f"linalg.lstsq {driver}",
        **PLAIN,
        method=False,
        gradient=False,
    )
row(
    "linalg.lstsq",
    [*LEAST, *SPACES, call(A(2, 5, 3), A(2, 5, 2), driver="gels"), call(A(2, 3, 5), A(2, 3, 2), driver="gelsd")],
    label="linalg.lstsq solution",
    **HELD,
    **both(lambda package: lambda *args, **named: package.linalg.lstsq(*args, **named).solution),
)
row(
    "linalg.lstsq",
    [call(A(4, 2), A(4, 2), driver="gelsd"), call(A(2, 4, 2), A(2, 4), driver="gels")],
    label="linalg.lstsq residuals",
    **{**HELD, "layouts": False},
    **both(lambda package: lambda *args, **named: package.linalg.lstsq(*args, **named).residuals),
)
row(
    "linalg.lstsq",
    [call(np.ones((3, 2)), A(3, 1), driver=d) for d in ("gelsy", "gelsd")]
    + [call(A(4, 2), A(4, 3), 0.9, driver="gelsd")],
    label="linalg.lstsq of a lower rank",
    **{**PLAIN, "complex": False},
    integers=(),
    method=False,
    gradient=False,
    bad=[
        (call(np.ones((3, 2)), A(3, 1), driver="gels"), "does not have full rank: 1 in place of 2"),
        (call(A(3, 2), A(3), driver="x"), "should be one of"),
        (call(A(3), A(3)), "at least 2 dimensions"),
        (call(A(3, 2), A()), "at least 1 dimension"),
        (call(A(3, 2), A(2, 1)), r"input.size\(-2\) should match other.size\(-2\)"),
        (call(A(3, 2), A(5, 3, 2)), r"<= 1, got the shapes"),
        (call(A(3, 2), np.ones(3, np.int64)), "to have the same dtype"),
        (call(A(2, 3, 2), A(3, 3, 1)), "The batch dimensions"),
    ],
)
