"""The import contracts hold, and leave no part of the bot out."""

from __future__ import annotations

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
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(contract["layers"] for contract in contracts["contracts"] if contract["id"] == "layers")
    parts = [part.strip() for layer in layers for part in layer.split("|")]
    present = {path.stem for path in (ROOT / "bot").iterdir() if path.suffix in {"", ".py"}}

    assert [part for part in parts if part.startswith("(") and part.strip("()") in present] == []
