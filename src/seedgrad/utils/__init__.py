"""Tools around training that PyTorch keeps in `torch.utils`."""

import importlib as _importlib
import typing as _typing

from . import checkpoint as checkpoint

if _typing.TYPE_CHECKING:
    from . import data as data


def __getattr__(name: str) -> _typing.Any:
    """Import the data room when it is first used."""
    if name == "data":
        return _importlib.import_module(".data", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
