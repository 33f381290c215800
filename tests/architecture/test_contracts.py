"""The import contracts hold, and leave no part of the bot out."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.project import ROOT


def test_the_import_contracts_are_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")

    run = subprocess.run(
        [str(program), "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr


def test_no_layer_is_optional_once_it_is_there() -> None:
    """Fails when a module appears: take its parentheses away in pyproject.toml's layers."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layered = [c for c in settings["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]

    needless = [
        f"{container}.{part}"
        for contract in layered
        for container in contract["containers"]
        for layer in contract["layers"]
        for part in re.findall(r"\((\w+)\)", layer)
        if any((ROOT / container.replace(".", "/")).glob(f"{part}*"))
    ]

    assert needless == []
