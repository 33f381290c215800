"""The shape of the code: one duty a file, functions that fit on a screen, names that say something."""

from __future__ import annotations

import ast
import re
from typing import Final

from tests.architecture.project import bot_files, files, name_of, text_of, tree_of

LONGEST_FILE: Final = 400
LONGEST_FUNCTION: Final = 50
SAYS_NOTHING: Final = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "stuff"}
FEWEST_WORDS: Final = 3


def test_no_file_of_the_bot_is_too_long() -> None:
    lengths = {name_of(path): len(text_of(path).splitlines()) for path in bot_files(".py", ".js")}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_every_function_fits_on_a_screen() -> None:
    lengths = {
        f"{name_of(path)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in bot_files(".py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_no_name_that_says_nothing() -> None:
    assert [name_of(p) for p in files() if p.suffix == ".py" and p.stem.lower() in SAYS_NOTHING] == []


def test_every_module_names_its_duty_in_its_first_line() -> None:
    def duty(docstring: str | None) -> str:
        return (docstring or "").split("\n", 1)[0].strip()

    silent = {
        name_of(path): duty(ast.get_docstring(tree_of(path)))
        for path in bot_files(".py")
        if len(duty(ast.get_docstring(tree_of(path))).split()) < FEWEST_WORDS
    }

    assert silent == {}


def test_what_is_silenced_says_why() -> None:
    silencer = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma)\b(?P<rest>.*)")
    # After the codes there must be words, not the bare code alone.
    codes = r"(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|\[[a-z-]+(?:,\s*[a-z-]+)*\])?"
    reasoned = re.compile(rf"^{codes}\W+\w+(?:\W+\w+)+")
    bare = [
        f"{name_of(path)}:{number}"
        for path in files()
        if path.suffix == ".py"
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if (found := silencer.search(line)) and "silencer" not in line and not reasoned.match(found["rest"])
    ]

    assert bare == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
    left = [
        name_of(path)
        for path in files()
        if path.suffix in {".py", ".js", ".css", ".html", ".yaml", ".toml", ".md"}
        and later.search(text_of(path))
    ]

    assert left == []
