"""Errors in two kinds: words a person may read as written, and facts for an operator behind a reference id.

DrumbeatError
├── UserError              its text is shown to the person as it is
│   ├── NotAllowed         the manager tree or a role forbids it
│   ├── NotFound           what the request names is not there (or is not theirs to see)
│   ├── StaleAction        the button or form is older than the record it would change
│   └── InvalidInput       a value can't be used; `fields` has the words for the input it belongs to
│       └── InvalidFields  several can't
└── OperatorError          its text goes to the log; the person sees only a reference id
    ├── ConfigurationError every fault of the configuration at once
    └── VendorError        a service outside answered wrongly or not at all
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# No 0/O, 1/I/L or vowels: it is read out over the phone and must not spell anything.
_REFERENCE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
_REFERENCE_LENGTH = 8


class DrumbeatError(Exception):
    """Any error of this project's own making."""


class UserError(DrumbeatError):
    """An error whose text is written for the person who caused it, and shown to them as it is."""


class NotAllowed(UserError):
    """The person may not see or do this."""


class NotFound(UserError):
    """What the request names is not there, or is not theirs to see; the text doesn't tell which."""


class StaleAction(UserError):
    """The record has changed since the button or form was made; nothing was changed now."""


class InvalidInput(UserError):
    """A value that can't be used. `fields` has the words for the input it was given in, if there is one."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.fields: Mapping[str, str] = {} if field is None else {field: message}


class InvalidFields(InvalidInput):
    """Values that can't be used, told all at once: the words for each input, one input or more."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


class OperatorError(DrumbeatError):
    """An error for whoever runs the bot; a person who meets it is shown a reference id."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the configuration.

    `source` is a file or "environment"; `key` a variable or a path such as `health_check.at`; `found` is what
    stands there, never a secret; `allowed` says what could stand there.
    """

    source: str
    key: str
    found: str
    allowed: str

    def __str__(self) -> str:
        where = f"{self.source}: {self.key}" if self.key else self.source
        return f"{where}: found {self.found}; allowed: {self.allowed}"


class ConfigurationError(OperatorError):
    """The configuration can't be used; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        heading = f"The configuration has {count} fault{'' if count == 1 else 's'}:"
        super().__init__("\n".join([heading, *(f"  - {fault}" for fault in self.faults)]))


class VendorError(OperatorError):
    """A service outside answered wrongly or not at all.

    `retryable` tells whether the same call may succeed later; `retry_after` is the wait in seconds that the
    vendor asked for, where it did.
    """

    def __init__(
        self, vendor: str, message: str, *, retryable: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(f"{vendor}: {message}")
        self.vendor = vendor
        self.retryable = retryable
        self.retry_after = retry_after


def reference_id() -> str:
    """Return a fresh id, such as `7KX2-QF9B`, that ties what a person saw to what was logged."""
    drawn = "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(_REFERENCE_LENGTH))
    return f"{drawn[:4]}-{drawn[4:]}"
