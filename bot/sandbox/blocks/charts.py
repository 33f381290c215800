"""The data_visualization block: pie, bar, area and line charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from bot.sandbox.blocks.fault import Fault, fault
from bot.sandbox.blocks.rules import unique
from bot.sandbox.blocks.schema import Check, array, leaf, one_of_types, shape, typed
from bot.sandbox.blocks.values import identifier, is_number, number, string

SERIES_MAX = 12
POINTS_MAX = 20
_label = string(20)
_axis_title = string(50)


def _positive_complaint(value: object) -> str | None:
    if not is_number(value):
        return "must provide a number"
    return None if value > 0 else "must be greater than 0"


_positive = leaf(_positive_complaint)


def _strings(values: list[object]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def _points_match_categories(value: Mapping[str, object], path: str) -> Iterator[Fault]:
    axis, series = value.get("axis_config"), value.get("series")
    categories = axis.get("categories") if isinstance(axis, Mapping) else None
    if not isinstance(categories, list) or not isinstance(series, list):
        return
    for index, one in enumerate(series):
        data = one.get("data") if isinstance(one, Mapping) else None
        if not isinstance(data, list):
            continue
        labels = [point.get("label") for point in data if isinstance(point, Mapping)]
        if Counter(_strings(labels)) != Counter(_strings(categories)):
            yield fault(f"{path}/series/{index}/data", "must have one point for each of the categories")


_series = shape(
    {
        "name": _label,
        "data": array(shape({"label": _label, "value": number}), 1, POINTS_MAX),
    }
)
_axis_config = shape(
    {"categories": array(_label, 1, POINTS_MAX)},
    {"x_label": _axis_title, "y_label": _axis_title},
)


def _series_chart(name: str) -> tuple[str, Check]:
    return name, typed(
        name,
        {"series": array(_series, 1, SERIES_MAX), "axis_config": _axis_config},
        rules=[unique("series", "name"), _points_match_categories],
    )


_CHARTS: Mapping[str, Check] = {
    "pie": typed(
        "pie",
        {"segments": array(shape({"label": _label, "value": _positive}), 1, SERIES_MAX)},
    ),
    **dict(map(_series_chart, ("bar", "area", "line"))),
}

data_visualization = typed(
    "data_visualization",
    {"title": string(50), "chart": one_of_types(_CHARTS)},
    {"block_id": identifier},
)
