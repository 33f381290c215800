"""The project's files as the architecture tests see them: what git tracks, or would track."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


@cache
def files() -> tuple[Path, ...]:
    """Return every tracked file, and every new one that is not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def bot_files(*suffixes: str) -> list[Path]:
    """Return the files of the package with one of these endings."""
    return [path for path in files() if path.suffix in suffixes and path.is_relative_to(ROOT / "bot")]


def name_of(path: Path) -> str:
    """Return the path as a person would say it."""
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    """Return a file's text; nothing for one that is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a Python file's syntax tree."""
    return ast.parse(text_of(path), filename=name_of(path))
