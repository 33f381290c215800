"""Reads config/*.yaml into the first version of the settings; reports every fault of every file at once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.domain.settings import Settings
from bot.errors import ConfigurationError, Fault

_LONGEST_SHOWN: Final = 60


def load_settings(folder: Path) -> Settings:
    """Read one file for each field of Settings, named after it.

    Raises ConfigurationError with all faults of all files: file, key path, what was found, what is allowed.
    """
    faults: list[Fault] = []
    models: dict[str, BaseModel] = {}
    for name, field in Settings.model_fields.items():
        model = cast("type[BaseModel]", field.annotation)
        path = folder / f"{name}.yaml"
        try:
            models[name] = model.model_validate(_read(path))
        except _UnreadableError as error:
            faults.append(error.fault)
        except ValidationError as error:
            faults.extend(_faults(path.name, model, error))
    if faults:
        raise ConfigurationError(faults)
    return Settings.model_validate(models)


class _UnreadableError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class _StrictLoader(yaml.SafeLoader):
    """YAML in which a key may stand only once: the last one silently winning hides a mistake."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's own signature
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(problem=f"the key `{key}` twice", problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _read(path: Path) -> object:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise _UnreadableError(Fault(path.name, "", "no such file", f"a file {path}")) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _UnreadableError(
            Fault(path.name, "", f"unreadable ({error})", "a text file in UTF-8")
        ) from error
    except yaml.YAMLError as error:
        raise _UnreadableError(Fault(path.name, "", _yaml_problem(error), "well-formed YAML")) from error


def _yaml_problem(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"{problem} (line {mark.line + 1}, column {mark.column + 1})" if mark else problem


def _faults(file: str, model: type[BaseModel], error: ValidationError) -> Iterator[Fault]:
    details = error.errors(include_url=False)
    for detail in details:
        # A list whose items are at fault is also called too short, since none of them counted.
        items_at_fault = any(_is_inside(other["loc"], detail["loc"]) for other in details)
        if detail["type"] != "too_short" or not items_at_fault:
            yield Fault(file, _key_path(detail["loc"]), _found(detail), _allowed(model, detail))


def _is_inside(location: Sequence[int | str], outer: Sequence[int | str]) -> bool:
    return len(location) > len(outer) and location[: len(outer)] == outer


def _key_path(location: Sequence[int | str]) -> str:
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path


def _found(detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return "nothing"
    if detail["type"] == "extra_forbidden":
        return "an unknown key"
    value = detail["input"]
    if isinstance(value, Mapping | BaseModel):
        return "these values together" if detail["type"] == "value_error" else "a mapping"
    shown = repr(value)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}..."


# What pydantic says of these would puzzle whoever writes YAML.
_PLAIN: Final = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "decimal_parsing": "a number",
    "decimal_type": "a number",
}


def _allowed(model: type[BaseModel], detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return "a value: it has no default"
    if detail["type"] == "extra_forbidden":
        return ", ".join(_keys_at(model, detail["loc"][:-1]))
    if detail["type"] == "value_error":
        return detail["msg"].removeprefix("Value error, ")
    if detail["type"] in _PLAIN:
        return _PLAIN[detail["type"]]
    return detail["msg"].removeprefix("Input should be ").removeprefix("Input should ")


def _keys_at(model: type[BaseModel], location: Sequence[int | str]) -> list[str]:
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = next(_models_in(model.model_fields[part].annotation), model)
    return list(model.model_fields)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
