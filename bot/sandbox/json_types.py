"""JSON as it travels through the sandbox: the name of an object's type, and reading what others send."""

import json
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


def read_json(raw: bytes | str) -> Any:
    """Parse JSON; raises ValueError also for half a surrogate pair, which no answer could carry back."""
    value = json.loads(raw)
    escaped = "\\u" in raw if isinstance(raw, str) else b"\\u" in raw
    if escaped:
        # UnicodeEncodeError is a ValueError.
        json.dumps(value, ensure_ascii=False).encode()
    return value
