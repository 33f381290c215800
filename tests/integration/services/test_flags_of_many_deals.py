"""Hundreds of deals are answered and judged in a fixed number of statements: Slack waits three seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from bot.domain.flags import ResponseKind
from bot.domain.pipeline import Stage
from bot.services.deal_flags import AnswerFlags, answer_flags
from bot.services.fix_verification import verify_fixes
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, SUNDAY, RecordedJobs, monday, trail
from tests.integration.store.seeds import add_deal

HOUR = timedelta(hours=1)
# One test is enough: the statements are the same on both databases.
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def statements(store: Store, work: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    work()
    event.remove(store.engine, "before_cursor_execute", note)
    return len(seen)


def add_deals(store: Store, prefix: str, count: int) -> tuple[str, ...]:
    with store.writing() as uow:
        return tuple(
            add_deal(
                uow,
                f"{prefix}{number}",
                "rob",
                Stage.PROPOSAL,
                amount=Decimal(1000),
                created_at=SUNDAY - 90 * 24 * HOUR,
                entered_stage_at=SUNDAY - 40 * 24 * HOUR,
                last_moved_at=SUNDAY - 20 * 24 * HOUR,
            )
            for number in range(count)
        )


def test_the_number_of_statements_does_not_grow_with_the_deals(company: Store, jobs: RecordedJobs) -> None:
    few, many = add_deals(company, "few", 3), add_deals(company, "many", 60)
    monday(company, jobs)

    def say_fixed(deals: tuple[str, ...]) -> None:
        answer_flags(company, jobs, AnswerFlags("UMIA", deals, None, ResponseKind.FIXED), MONDAY)

    few_statements = statements(company, lambda: say_fixed(few))
    assert statements(company, lambda: say_fixed(many)) == few_statements
    recorded = [one for one in trail(company) if one.action == "flag.fixed"]
    assert {one.entity_id for one in recorded} == {*few, *many}

    with company.writing() as uow:
        uow.workspace.set_crm_as_of(MONDAY + HOUR)
    verify_fixes(company, jobs, MONDAY + 2 * HOUR)
    # Nothing has changed since: the next look, a few seconds later, only reads.
    assert statements(company, lambda: verify_fixes(company, jobs, MONDAY + 2 * HOUR)) < 30
