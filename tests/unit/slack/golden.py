"""Compares what a view makes with the JSON that was looked at and kept; REWRITE_GOLDEN=1 writes it anew."""

from __future__ import annotations

import json
import os
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "golden"


def kept(name: str, made: object) -> object:
    """Return what is kept under a name; with REWRITE_GOLDEN set, keep what was made first."""
    path = FOLDER / f"{name}.json"
    if os.environ.get("REWRITE_GOLDEN"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert path.exists(), f"{path.name} is not kept yet: look at it, then run with REWRITE_GOLDEN=1"
    return json.loads(path.read_text(encoding="utf-8"))
