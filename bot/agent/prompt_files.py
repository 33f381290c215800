"""Reads the files of prompts/: front matter with version, inputs and output schema, then the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bot.errors import ConfigurationError, Fault

FOLDER: Final = Path(__file__).parents[2] / "prompts"
_FENCE: Final = "---\n"


@dataclass(frozen=True, slots=True)
class PromptFile:
    """One kind of draft. `playbook` is how it is drafted without a model; `text` is what a model is told."""

    name: str
    version: int
    inputs: tuple[str, ...]
    output: Mapping[str, Any]
    playbook: Mapping[str, Any]
    text: str


def read_prompt(name: str, folder: Path = FOLDER) -> PromptFile:
    """Read one file; raise ConfigurationError saying what is wrong with it."""
    source = f"{name}.md"
    try:
        written = (folder / source).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError([Fault(source, "", f"unreadable ({error})", "a prompt file")]) from error
    _, fence, rest = written.partition(_FENCE)
    front, end, text = rest.partition(_FENCE)
    try:
        fields = yaml.safe_load(front) if fence and end else None
    except yaml.YAMLError as error:
        raise ConfigurationError([Fault(source, "", "front matter that is no YAML", "YAML")]) from error
    checked = _checked(source, fields)
    return PromptFile(
        name=name,
        version=checked["version"],
        inputs=tuple(checked["inputs"]),
        output=checked["output"],
        playbook=checked["playbook"],
        text=text.strip(),
    )


def _checked(source: str, fields: object) -> Mapping[str, Any]:
    if not isinstance(fields, dict):
        fault = Fault(source, "", "no front matter", "a block between two lines of three dashes")
        raise ConfigurationError([fault])
    kinds = {"version": int, "inputs": list, "output": dict, "playbook": dict}
    faults = [
        Fault(source, key, "nothing" if key not in fields else repr(fields[key])[:60], f"a {kind.__name__}")
        for key, kind in kinds.items()
        if not isinstance(fields.get(key), kind)
    ]
    if faults:
        raise ConfigurationError(faults)
    return fields
