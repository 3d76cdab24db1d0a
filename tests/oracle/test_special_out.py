"""seedgrad.special has the names of torch.special, and their `out=`."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import seedgrad as sg

from .driver import same_outcome

NAMES = sorted(name for name in dir(torch.special) if callable(getattr(torch.special, name)) and name[0] not in "_T")
X = np.array([0.2, 0.5, 0.9])
LAST = {
    "round": (X,),
    "polygamma": (1, X),
    "multigammaln": (X + 2, 2),
    "gammainc": (X, X + 1),
    "gammaincc": (X, X + 1),
    "zeta": (X + 1, X),
    "xlogy": (X, X),
    "xlog1py": (X, X),
    "logsumexp": (X, 0),
}


def test_there_are_all_names() -> None:
    assert not [name for name in NAMES if not hasattr(sg.special, name)]


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("softmax", "log_softmax")])
def test_result_is_written_into_out(name: str) -> None:
    given = LAST.get(name, (X, 2) if "polynomial" in name else (X,))
    results = []
    for library in (sg, torch):
        out = library.empty(0, dtype=library.float64)
        arguments = [library.tensor(a) if isinstance(a, np.ndarray) else a for a in given]
        result = getattr(library.special, name)(*arguments, out=out)
        assert result is out
        results.append(result)
    same_outcome(*results, 10)
