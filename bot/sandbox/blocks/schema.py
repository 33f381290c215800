"""The vocabulary block schemas are written in: shapes, lists and unions of checkers.

A checker takes (value, JSON pointer, surface) and yields the faults it sees; a rule takes (object,
JSON pointer) where fields depend on each other. Neither ever raises, whatever the JSON value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.sandbox.blocks.fault import Fault, Surface, fault

Check = Callable[[object, str, Surface], Iterator[Fault]]
Rule = Callable[[Mapping[str, object], str], Iterator[Fault]]


def leaf(complain: Callable[[object], str | None]) -> Check:
    """A checker of one value: `complain` gives what is wrong with it, or None."""

    def check(value: object, path: str, _surface: Surface) -> Iterator[Fault]:
        text = complain(value)
        if text is not None:
            yield fault(path, text)

    return check


def shape(
    required: Mapping[str, Check] | None = None,
    optional: Mapping[str, Check] | None = None,
    rules: Sequence[Rule] = (),
) -> Check:
    """An object with exactly these fields; the rules are asked after the fields."""
    needed = dict(required or {})
    known = needed | dict(optional or {})

    def check(value: object, path: str, surface: Surface) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield fault(path, "must provide an object")
            return
        for name in needed:
            if name not in value:
                yield fault(path, f"missing required field: {name}")
        for name, item in value.items():
            if name in known:
                yield from known[name](item, f"{path}/{name}", surface)
            else:
                yield fault(path, f"invalid additional property: {name}")
        for rule in rules:
            yield from rule(value, path)

    return check


def typed(
    name: str,
    required: Mapping[str, Check] | None = None,
    optional: Mapping[str, Check] | None = None,
    rules: Sequence[Rule] = (),
) -> Check:
    """A shape that carries `"type": name`."""
    is_type = leaf(lambda value: None if value == name else _unsupported(value))
    return shape({"type": is_type, **(required or {})}, optional, rules)


def array(item: Check, low: int, high: int) -> Check:
    """A list of low..high values, each passing `item`."""

    def check(value: object, path: str, surface: Surface) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield fault(path, "must provide an array")
            return
        if len(value) > high:
            yield fault(path, f"no more than {high} items allowed")
        if len(value) < low:
            yield fault(path, f"no fewer than {low} items allowed")
        for index, entry in enumerate(value):
            yield from item(entry, f"{path}/{index}", surface)

    return check


def one_of_types(variants: Mapping[str, Check]) -> Check:
    """An object whose `type` names the checker that applies to it."""

    def check(value: object, path: str, surface: Surface) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield fault(path, "must provide an object")
            return
        if "type" not in value:
            yield fault(path, "missing required field: type")
            return
        kind = value["type"]
        if not isinstance(kind, str) or kind not in variants:
            yield fault(f"{path}/type", _unsupported(kind))
            return
        yield from variants[kind](value, path, surface)

    return check


def _unsupported(kind: object) -> str:
    return f"unsupported type: {kind}" if isinstance(kind, str) else "must provide a string"


def only_on(surfaces: Sequence[Surface], check: Check) -> Check:
    """`check` on these surfaces, a fault elsewhere; an object must be known to have a type."""

    def limited(value: object, path: str, surface: Surface) -> Iterator[Fault]:
        if surface not in surfaces:
            where = f"in a {surface} (only in: {', '.join(surfaces)})"
            if isinstance(value, Mapping):
                yield fault(f"{path}/type", f"unsupported type: {value['type']} {where}")
            else:
                yield fault(path, f"not supported {where}")
            return
        yield from check(value, path, surface)

    return limited


def nullable(check: Check) -> Check:
    """null, or what `check` takes."""

    def maybe(value: object, path: str, surface: Surface) -> Iterator[Fault]:
        if value is not None:
            yield from check(value, path, surface)

    return maybe


def pick(variants: Mapping[str, Check], *names: str) -> dict[str, Check]:
    """The part of a table of variants that a place allows."""
    return {name: variants[name] for name in names}
