"""What must never be in the repository: secrets, addresses of registries, paths of one machine."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.architecture.project import ROOT, files, name_of, text_of

LOCK: Final = "requirements.lock"

# Real tokens are long and have digits in blocks; the sandbox's made-up ones are words.
SECRETS: Final = {
    "Slack token": re.compile(r"\bxox[abeprs]-\d{6,}-[\w-]{10,}"),
    "Slack app token": re.compile(r"\bxapp-\d-[A-Z0-9]{8,}-\d{6,}-\w{16,}"),
    "Slack webhook": re.compile(r"hooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{16,}"),
    "model key": re.compile(r"\bsk-(?:proj-)?[A-Za-z0-9_-]{32,}"),
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "cloud key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
}


@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_is_tracked(kind: str) -> None:
    assert [name_of(path) for path in files() if SECRETS[kind].search(text_of(path))] == []


def test_no_path_of_one_machine_is_tracked() -> None:
    home = re.compile(r"(?<![\w.~-])/(?:home/\w+|Users/\w+|root|work)/\w")

    assert [name_of(path) for path in files() if path != ROOT / LOCK and home.search(text_of(path))] == []


def test_the_environment_file_is_an_example_only() -> None:
    names = {name_of(path) for path in files()}

    assert ".env.example" in names
    assert ".env" not in names


def test_the_lock_names_no_registry() -> None:
    lock = text_of(ROOT / LOCK)

    assert re.findall(r"https?://\S+|^--?(?:index|extra-index|find-links)\S*", lock, flags=re.MULTILINE) == []


def test_everything_in_the_lock_has_a_hash() -> None:
    entries = re.split(r"\n(?=\S)", text_of(ROOT / LOCK).strip())

    assert len(entries) > 50
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
