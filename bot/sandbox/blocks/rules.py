"""Rules between the fields of one object: presence, choice, order, uniqueness, membership."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from bot.sandbox.blocks.fault import Fault, fault
from bot.sandbox.blocks.schema import Rule
from bot.sandbox.blocks.values import as_decimal


def at_least_one(*names: str) -> Rule:
    """Some of the fields must be there."""

    def rule(value: Mapping[str, object], path: str) -> Iterator[Fault]:
        if not any(name in value for name in names):
            yield fault(path, f"must define at least one of: {', '.join(names)}")

    return rule


def exactly_one(*names: str) -> Rule:
    """One of the fields must be there, and only one."""

    def rule(value: Mapping[str, object], path: str) -> Iterator[Fault]:
        if sum(name in value for name in names) != 1:
            choice = " or ".join(f"`{name}`" for name in names)
            yield fault(path, f"must define either {choice}, and only one of them")

    return rule


def not_both(first: str, second: str) -> Rule:
    """The two fields exclude each other."""

    def rule(value: Mapping[str, object], path: str) -> Iterator[Fault]:
        if first in value and second in value:
            yield fault(path, f"must not define both `{first}` and `{second}`")

    return rule


def not_both_true(first: str, second: str) -> Rule:
    """The two flags exclude each other."""

    def rule(value: Mapping[str, object], path: str) -> Iterator[Fault]:
        if value.get(first) is True and value.get(second) is True:
            yield fault(f"{path}/{first}", f"must not be true when `{second}` is")

    return rule


def needs(name: str, other: str) -> Rule:
    """`name` only beside a true or present `other`."""

    def rule(value: Mapping[str, object], path: str) -> Iterator[Fault]:
        if value.get(name) and not value.get(other):
            yield fault(f"{path}/{name}", f"requires `{other}`")

    return rule


def ascending(low: str, high: str) -> Rule:
    """`low` must not be above `high`; both are integers or both numeric strings."""

    def rule(value: Mapping[str, object], path: str) -> Iterator[Fault]:
        smaller, larger = _number(value.get(low)), _number(value.get(high))
        if smaller is not None and larger is not None and smaller > larger:
            yield fault(f"{path}/{low}", f"must not be greater than `{high}`")

    return rule


def _number(value: object) -> Decimal | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return as_decimal(str(value))
    return as_decimal(value)


def no_more_than(listed: str, count: str) -> Rule:
    """The list `listed` holds at most `count` items, where `count` is a field beside it."""

    def rule(value: Mapping[str, object], path: str) -> Iterator[Fault]:
        items, most = value.get(listed), value.get(count)
        if isinstance(items, list) and isinstance(most, int) and len(items) > most:
            yield fault(f"{path}/{listed}", f"must not hold more items than `{count}`")

    return rule


def unique(listed: str, key: str) -> Rule:
    """No two objects in the list `listed` share the value of `key`."""

    def rule(value: Mapping[str, object], path: str) -> Iterator[Fault]:
        items = value.get(listed)
        seen: set[str] = set()
        for index, item in enumerate(items if isinstance(items, list) else []):
            found = item.get(key) if isinstance(item, Mapping) else None
            if isinstance(found, str):
                if found in seen:
                    yield fault(f"{path}/{listed}/{index}/{key}", f"duplicate {key}: {found}")
                seen.add(found)

    return rule


def initial_among_options(initial: str) -> Rule:
    """Each option in `initial` (one, or a list of them) is offered in options or option_groups."""

    def rule(value: Mapping[str, object], path: str) -> Iterator[Fault]:
        chosen = value.get(initial)
        offered = {_identity(option) for option in _options(value)}
        many = isinstance(chosen, list)
        for index, option in enumerate(chosen if isinstance(chosen, list) else [chosen]):
            if isinstance(option, Mapping) and _identity(option) not in offered:
                where = f"{path}/{initial}/{index}" if many else f"{path}/{initial}"
                yield fault(where, "must match one of the provided options")

    return rule


def _options(value: Mapping[str, object]) -> Iterator[object]:
    groups = value.get("option_groups")
    for holder in [value, *(groups if isinstance(groups, list) else [])]:
        options = holder.get("options") if isinstance(holder, Mapping) else None
        if isinstance(options, list):
            yield from options


def _identity(option: object) -> tuple[str, str]:
    if not isinstance(option, Mapping):
        return ("", "")
    text = option.get("text")
    words = text.get("text") if isinstance(text, Mapping) else None
    value = option.get("value")
    return (value if isinstance(value, str) else "", words if isinstance(words, str) else "")
