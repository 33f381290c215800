"""What an import did, by file, with notes, totals and rejects; and that as text for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from bot.crm.batch import CrmBatch, Note
from bot.crm.rejects import Reject
from bot.domain.people import Role
from bot.domain.pipeline import Stage

_SHOWN_REJECTS = 20
FILE_NUMBERS = ("read", "taken", "changed", "same", "hidden", "skipped", "rejected")


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file's rows. `read` = taken + changed + same + hidden + skipped + rejected.

    `taken` are new to the store. `skipped`: left out by the mapping, or the same row twice. `hidden`: dated
    later than the import's `as_of`.
    """

    file: str
    read: int
    taken: int
    changed: int
    same: int
    hidden: int
    skipped: int
    rejected: int

    def plus(self, other: FileReport) -> FileReport:
        """Add the rows of the same file in another snapshot."""
        mine, theirs = self._numbers(), other._numbers()
        return FileReport(self.file, *(a + b for a, b in zip(mine, theirs, strict=True)))

    def _numbers(self) -> tuple[int, ...]:
        return (self.read, self.taken, self.changed, self.same, self.hidden, self.skipped, self.rejected)


@dataclass(frozen=True, slots=True)
class Totals:
    """What the source says in all, as of the import's moment, whether new or known already."""

    people: dict[Role, int]
    regions: int
    deals: int
    open: int
    won: int
    won_value: Decimal
    won_without_amount: int
    lost: int

    @classmethod
    def of(cls, batch: CrmBatch) -> Totals:
        """Count one batch."""
        stages = Counter(deal.stage for deal in batch.deals)
        won = [deal.amount for deal in batch.deals if deal.stage is Stage.CLOSED_WON]
        return cls(
            people=Counter(role for person in batch.people for role in person.roles),
            regions=len({person.region for person in batch.people if person.region}),
            deals=len(batch.deals),
            open=sum(count for stage, count in stages.items() if stage.is_open),
            won=len(won),
            won_value=sum((amount for amount in won if amount is not None), Decimal(0)),
            won_without_amount=sum(amount is None for amount in won),
            lost=stages[Stage.CLOSED_LOST],
        )


@dataclass(frozen=True, slots=True)
class ImportReport:
    """One import. `taken_in` is False when nothing was changed: a dry run, or `strict` with rejects.

    `deals_gone`: open deals of earlier imports that the source, which holds all, does not list any more.
    """

    source: str
    labels: tuple[str, ...]
    as_of: datetime
    files: tuple[FileReport, ...]
    notes: tuple[Note, ...]
    rejects: tuple[Reject, ...]
    totals: Totals
    currency: str
    dry_run: bool = False
    taken_in: bool = True
    deals_gone: int = 0
    import_ids: tuple[str, ...] = field(default=())

    @property
    def rows_read(self) -> int:
        """All rows of all files."""
        return sum(file.read for file in self.files)

    @property
    def rows_taken(self) -> int:
        """Rows that were new or changed something."""
        return sum(file.taken + file.changed for file in self.files)

    @property
    def rows_rejected(self) -> int:
        """Rows that could not be used."""
        return sum(file.rejected for file in self.files)

    def merged(self, later: ImportReport) -> ImportReport:
        """Return this report with that of the source's next snapshot added; totals are the later's."""
        files = {file.file: file for file in self.files}
        for file in later.files:
            files[file.file] = files[file.file].plus(file) if file.file in files else file
        return ImportReport(
            source=self.source,
            labels=self.labels + later.labels,
            as_of=later.as_of,
            files=tuple(files.values()),
            notes=_added_up(self.notes + later.notes),
            rejects=self.rejects + later.rejects,
            totals=later.totals,
            currency=self.currency,
            dry_run=self.dry_run,
            taken_in=self.taken_in and later.taken_in,
            deals_gone=later.deals_gone,
            import_ids=self.import_ids + later.import_ids,
        )


def _added_up(notes: Iterable[Note]) -> tuple[Note, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for note in notes:
        counts[note.file, note.text] += note.count
    return tuple(Note(file, text, count) for (file, text), count in counts.items())


def render(report: ImportReport, rejects_file: Path | None = None) -> str:
    """Return the report as text. `rejects_file` is where all rejects were written, if they were."""
    parts = [_heading(report)]
    if report.files:
        parts += [_table(report.files), _totals(report.totals, report.currency)]
    if report.deals_gone:
        parts.append(_gone_words(report.deals_gone))
    if report.notes:
        parts.append(
            "\n".join(["Notes:", *(f"  {note.file}: {note.text} ({note.count:,})" for note in report.notes)])
        )
    if report.rejects:
        parts.append("\n".join(_rejects(report, rejects_file)))
    return "\n\n".join(parts) + "\n"


def _gone_words(count: int) -> str:
    """Say what becomes of open deals that are listed no more: a missing row proves no outcome."""
    deals = "1 open deal" if count == 1 else f"{count:,} open deals"
    return (
        f"{deals} known from earlier, not in this import any more: counted as open until a row closes them."
    )


def _heading(report: ImportReport) -> str:
    what = f"{report.source}, {report.labels[-1]}" if report.labels else report.source
    if len(report.labels) > 1:
        what = f"{report.source}, {len(report.labels)} snapshots, the last {report.labels[-1]}"
    if not report.labels:
        return f"Nothing new in {report.source} since {report.as_of:%Y-%m-%d %H:%M} UTC."
    if report.dry_run:
        return f"Dry run of {what}: nothing was changed."
    if not report.taken_in:
        return f"Nothing of {what} was taken in: with --strict every row must be usable."
    return f"Imported {what}."


def _table(files: Iterable[FileReport]) -> str:
    rows = [["file", *FILE_NUMBERS]]
    rows += [[file.file, *(f"{getattr(file, name):,}" for name in FILE_NUMBERS)] for file in files]
    first, *widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join("  ".join([name.ljust(first), *map(str.rjust, cells, widths)]) for name, *cells in rows)


def _totals(totals: Totals, currency: str) -> str:
    lines = []
    if totals.people:
        roles = ", ".join(f"{totals.people[role]:,} {role}" for role in Role if totals.people.get(role))
        lines.append(f"People: {roles}; {totals.regions:,} regions")
    if totals.deals:
        won = f"{totals.won:,} won for {_money(totals.won_value)} {currency}"
        if totals.won_without_amount:
            won += f" ({totals.won_without_amount:,} of them without an amount)"
        lines.append(f"Deals: {totals.deals:,}: {won}, {totals.lost:,} lost, {totals.open:,} open")
    return "\n".join(lines) or "No people and no deals in it."


def _money(value: Decimal) -> str:
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


def _rejects(report: ImportReport, rejects_file: Path | None) -> Iterator[str]:
    rows = "row was" if report.rows_rejected == 1 else "rows were"
    yield f"{report.rows_rejected:,} {rows} rejected:"
    for reject in report.rejects[:_SHOWN_REJECTS]:
        yield f"  {reject.words()}"
    left = len(report.rejects) - _SHOWN_REJECTS
    if left > 0:
        yield f"  and {left:,} more"
    if rejects_file is not None:
        yield f"All of them: {rejects_file}"
