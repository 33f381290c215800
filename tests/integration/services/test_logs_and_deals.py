"""The deals of a coaching log: the coached's own, also once one of them closed or was handed over."""

from __future__ import annotations

import pytest

from bot.services.coaching_log import About, open_form
from bot.services.coaching_reading import read_log
from bot.slack.views.coaching_log import form
from bot.store.unit_of_work import Store
from tests.integration.services.company import MONDAY, RecordedJobs, every
from tests.integration.services.test_coaching_logs import DAY, edit, log

CLOSED = "UPDATE deals SET stage = 'closed_won' WHERE id = 'deal_rob'"
HANDED_OVER = "UPDATE deals SET owner_id = 'ria' WHERE id = 'deal_rob'"


def changed(store: Store, sql: str) -> None:
    with store.writing() as uow:
        uow.connection.exec_driver_sql(sql)


@pytest.mark.parametrize("sql", [CLOSED, HANDED_OVER])
def test_an_edit_keeps_the_action_of_a_deal_that_closed_or_went_since(
    company: Store, jobs: RecordedJobs, sql: str
) -> None:
    log_id = log(company, jobs).log_id
    changed(company, sql)

    draft = open_form(company, "UMIA", About(log_id=log_id), MONDAY + DAY)
    assert "deal_rob" in dict(draft.deals)
    blocks = {block["block_id"]: block for block in form(draft)["blocks"] if block["type"] == "input"}
    assert blocks["deal_1"]["element"]["initial_option"]["value"] == "deal_rob"
    assert edit(company, jobs, log_id, MONDAY + DAY, minutes="45").faults == ()

    card = read_log(company, "UMIA", log_id, MONDAY + DAY)
    assert card.content is not None
    assert [one.deal_id for one in card.content.deal_actions] == ["deal_rob"]


def test_a_deal_that_closed_while_the_form_was_open_was_discussed_all_the_same(
    company: Store, jobs: RecordedJobs
) -> None:
    changed(company, CLOSED)
    assert log(company, jobs).faults == ()


@pytest.mark.parametrize("deal_id", ["deal_ria", "deal_of_nobody"])
def test_a_deal_that_is_not_the_coached_s_is_refused_at_its_field(
    company: Store, jobs: RecordedJobs, deal_id: str
) -> None:
    (fault,) = log(
        company, jobs, deal_1="", action_1="", deal_2=deal_id, action_2="Call the controller"
    ).faults
    assert (fault.field, fault.words) == (
        "deal_2",
        "This deal is not Rob’s any more. Choose another one, or none.",
    )
    assert every(company, "coaching_logs") == {}
    log_id = log(company, jobs).log_id
    (fault,) = edit(company, jobs, log_id, MONDAY + DAY, deal_1=deal_id).faults
    assert fault.field == "deal_1"
