"""Results on disk: a JSON file for each section, beside the page that is written from them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .process import ROOT

FOLDER = ROOT / "docs" / "benchmarks"
Data = dict[str, Any]


def load(section: str, folder: Path = FOLDER) -> Data | None:
    """What was measured of a section, or None."""
    path = _path(section, folder)
    found: Data | None = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    return found


def start(section: str, conditions: Data, folder: Path = FOLDER) -> Data:
    """What to add rows to: the stored rows if they were measured under the same conditions, else none."""
    stored = load(section, folder)
    same = stored is not None and stored["conditions"] == conditions
    return {"conditions": conditions, "rows": stored["rows"] if stored and same else {}}


def keep(section: str, data: Data, folder: Path = FOLDER) -> None:
    """Write a section, with the time of day."""
    folder.mkdir(parents=True, exist_ok=True)
    data["date"] = datetime.now(UTC).strftime("%Y-%m-%d")
    text = json.dumps(_rounded(data), indent=1, ensure_ascii=False)
    _path(section, folder).write_text(text + "\n", encoding="utf-8")


def _path(section: str, folder: Path) -> Path:
    return folder / f"{section}.json"


def _rounded(value: Any) -> Any:
    """Four digits of each number: more are noise."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    return value
