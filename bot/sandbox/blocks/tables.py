"""The table and data_table blocks: cells, columns, row lengths and size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.sandbox.blocks.display import displayed_length
from bot.sandbox.blocks.fault import Fault, fault
from bot.sandbox.blocks.rich_text import rich_text
from bot.sandbox.blocks.schema import Check, array, nullable, one_of_types, shape, typed
from bot.sandbox.blocks.values import boolean, enum, identifier, integer, number, string

COLUMNS_MAX = 20
TABLE_ROWS_MAX = 100
DATA_ROWS_MAX = 101  # one header row and 100 others
DATA_CHARACTERS_MAX = 20_000

_CELLS: Mapping[str, Check] = {
    "raw_text": typed("raw_text", {"text": string(DATA_CHARACTERS_MAX)}),
    "raw_number": typed("raw_number", {"value": number, "text": string(255)}),
    "rich_text": rich_text,
}
_row = array(one_of_types(_CELLS), 1, COLUMNS_MAX)
_column = shape(optional={"align": enum("left", "center", "right"), "is_wrapped": boolean})


def _rows(value: Mapping[str, object]) -> list[list[object]]:
    rows = value.get("rows")
    return [row for row in rows if isinstance(row, list)] if isinstance(rows, list) else []


def _equal_rows(value: Mapping[str, object], path: str) -> Iterator[Fault]:
    rows = _rows(value)
    if len({len(row) for row in rows}) > 1:
        yield fault(f"{path}/rows", "all rows must have the same number of cells")


def _plain_header(value: Mapping[str, object], path: str) -> Iterator[Fault]:
    for column, cell in enumerate(next(iter(_rows(value)), [])):
        if isinstance(cell, Mapping) and cell.get("type") == "rich_text":
            yield fault(f"{path}/rows/0/{column}", "a header cell must not be rich_text")


def _known_header_column(value: Mapping[str, object], path: str) -> Iterator[Fault]:
    column = value.get("row_header_column_index", 0)
    width = len(next(iter(_rows(value)), []))
    if isinstance(column, int) and width and column >= width:
        yield fault(f"{path}/row_header_column_index", "must be the index of a column")


def _not_too_much(value: Mapping[str, object], path: str) -> Iterator[Fault]:
    if displayed_length(value.get("rows")) > DATA_CHARACTERS_MAX:
        yield fault(f"{path}/rows", f"must be less than {DATA_CHARACTERS_MAX + 1} characters")


table = typed(
    "table",
    {"rows": array(_row, 1, TABLE_ROWS_MAX)},
    {
        "block_id": identifier,
        "column_settings": array(nullable(_column), 0, COLUMNS_MAX),
    },
)

data_table = typed(
    "data_table",
    {"rows": array(_row, 2, DATA_ROWS_MAX), "caption": string(2000)},
    {
        "block_id": identifier,
        "page_size": integer(1, 100),
        "row_header_column_index": integer(0, COLUMNS_MAX - 1),
    },
    [_equal_rows, _plain_header, _known_header_column, _not_too_much],
)
