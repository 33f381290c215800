"""The one name for a JSON object as it travels through the sandbox."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
