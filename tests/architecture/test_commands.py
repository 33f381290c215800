"""The commands that deployment, make and the lock rest on exist."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib import import_module

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from bot.__main__ import main
from bot.command_line import command_line
from bot.services.export import FORMS
from tests.architecture.project import ROOT, text_of

PROCFILE = dict(re.findall(r"^(\w+): (.+)$", text_of(ROOT / "Procfile"), flags=re.MULTILINE))
PROJECT = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]


def test_the_procfile_has_the_three_processes() -> None:
    assert sorted(PROCFILE) == ["release", "web", "worker"]


@pytest.mark.parametrize("process", PROCFILE)
def test_each_process_is_a_command_that_exists(process: str, capsys: pytest.CaptureFixture[str]) -> None:
    program, *arguments = PROCFILE[process].split()
    assert program in PROJECT["scripts"]

    with pytest.raises(SystemExit) as end:
        main([*arguments, "--help"])

    assert end.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: drumbeat {arguments[0]}")


def test_an_export_can_be_asked_for_in_each_of_its_forms() -> None:
    typed = command_line()

    assert [typed.parse_args(["export", "there", "--as", form]).form for form in FORMS] == list(FORMS)
    assert typed.parse_args(["export", "there"]).form in FORMS


def test_the_script_is_there_to_be_called() -> None:
    module, function = PROJECT["scripts"]["drumbeat"].split(":")

    assert callable(getattr(import_module(module), function))


def test_the_lock_answers_every_declared_dependency() -> None:
    pinned = {
        canonicalize_name(name): Version(version)
        for name, version in re.findall(
            r"^([\w.-]+)==(\S+)", text_of(ROOT / "requirements.lock"), re.MULTILINE
        )
    }
    declared = [
        Requirement(text) for text in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    ]

    unanswered = [
        str(requirement)
        for requirement in declared
        if (version := pinned.get(canonicalize_name(requirement.name))) is None
        or not requirement.specifier.contains(version)
    ]

    assert unanswered == []


@pytest.mark.parametrize("target", ["run", "test", "check", "bench", "lock", "clean"])
def test_make_help_lists_the_target(target: str) -> None:
    run = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert re.search(rf"^  make {target} ", run.stdout, flags=re.MULTILINE)
