"""Makes the ids Slack makes: a letter or two, then upper-case letters and digits nobody can guess."""

import hashlib
import secrets
import string

_ALPHABET = string.ascii_uppercase + string.digits


def new_id(prefix: str, length: int = 10) -> str:
    """A fresh id such as ``V7K2…`` for prefix ``V``."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_secret() -> str:
    """A token for an address that only its holder may know."""
    return secrets.token_urlsafe(24)


def block_name() -> str:
    """What Slack puts where an app left out a `block_id` or an `action_id`."""
    return secrets.token_urlsafe(4)[:5]


def dm_id(one: str, other: str) -> str:
    """The id of the DM between two members: the same on every start, whoever opens it."""
    pair = "|".join(sorted((one, other)))
    return "D" + hashlib.sha256(pair.encode()).hexdigest()[:10].upper()
