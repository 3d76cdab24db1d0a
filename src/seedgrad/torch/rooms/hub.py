"""`torch.hub`: nothing is downloaded."""

from __future__ import annotations

from typing import Any


def _refused(name: str) -> Any:
    def refuse(*arguments: Any, **named: Any) -> Any:
        raise RuntimeError(
            f"torch.hub.{name} is refused: it downloads code or files. Download the file yourself and read it with "
            "torch.load"
        )

    refuse.__name__ = name
    return refuse


load, list, help = _refused("load"), _refused("list"), _refused("help")
load_state_dict_from_url = _refused("load_state_dict_from_url")
download_url_to_file = _refused("download_url_to_file")
