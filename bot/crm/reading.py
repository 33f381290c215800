"""One CSV file -> its rows by column, in the encoding and with the delimiter of the mapping."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.crm.errors import CrmSourceError
from bot.crm.mapping import FormatMapping

# A cell longer than this is no CRM field but an unclosed quote that swallows the rest of the file.
_LONGEST_CELL = 100_000


class CsvFile:
    """An open CSV file: its header, then its rows. Raises CrmSourceError when it can't be read as mapped."""

    def __init__(self, path: Path, form: FormatMapping, encoding: str | None = None) -> None:
        self.path = path
        self._encoding = _without_byte_order_mark(encoding or form.encoding)
        self._delimiter = form.delimiter
        self._empty = form.empty

    def header(self) -> list[str]:
        """Return the names of the columns."""
        for _, cells in self._lines():
            return [name.strip() for name in cells]
        raise CrmSourceError(f"{self.path.name} is empty: expected a header and rows")

    def rows(self, width: int) -> Iterator[tuple[int, list[str] | None]]:
        """Yield (line, cells) for each row, the cells trimmed, and empty where they mean nothing.

        A row with fewer cells than `width` is yielded as None, a row without any text not at all.
        """
        lines = self._lines()
        next(lines, None)
        empty = self._empty
        for line, cells in lines:
            trimmed = [cell.strip() for cell in cells]
            if not any(trimmed):
                continue
            if len(cells) < width:
                yield line, None
            else:
                yield line, ["" if cell in empty else cell for cell in trimmed] if empty else trimmed

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        csv.field_size_limit(_LONGEST_CELL)
        try:
            with self.path.open(encoding=self._encoding, newline="") as text:
                table = csv.reader(self._checked(text), delimiter=self._delimiter)
                first = 1
                for cells in table:
                    yield first, cells
                    first = table.line_num + 1
        except FileNotFoundError:
            raise CrmSourceError(f"{self.path.name} is not there, and the mapping needs it") from None
        except OSError as error:
            raise CrmSourceError(f"{self.path.name} can't be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CrmSourceError(
                f"{self.path.name} is not in {self._encoding} (byte {error.start}): set format.encoding"
            ) from error
        except csv.Error as error:
            raise CrmSourceError(f"{self.path.name} is not a readable CSV file: {error}") from error

    def _checked(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            # No text holds one, and no database takes it: the sign of two bytes a character.
            if "\0" in line:
                raise CrmSourceError(f"{self.path.name} holds NUL bytes: is format.encoding utf-16?")
            yield line


def _without_byte_order_mark(encoding: str) -> str:
    # The mark would become part of the first column's name.
    return "utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding
