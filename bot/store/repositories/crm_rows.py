"""One batch of a CRM source into the store, each kind after those it refers to; idempotent by external id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, tuple_

from bot.domain.crm_records import (
    AccountRecord,
    ActivityRecord,
    ContactRecord,
    NextStepRecord,
    QuotaRecord,
)
from bot.store.repositories.base import in_chunks
from bot.store.repositories.crm_upsert import SourceRows, Unusable, UpsertCounts, Values, count_page
from bot.store.tables import (
    Accounts,
    Activities,
    Contacts,
    DealContacts,
    Deals,
    NextSteps,
    People,
    Quotas,
    Workspaces,
)

_UNKNOWN_DEAL = "no deal with this id is known"
_NOBODY = "nobody with this id is known"


class CrmRows(SourceRows):
    """Writes accounts, contacts, activities, next steps and quotas; takes the import's lock."""

    def lock(self) -> None:
        """Wait until no other import of this workspace runs; held to the end of the transaction.

        Weaker than a full row lock: every insert anywhere refers to the workspace and must not wait.
        """
        query = select(Workspaces.id).where(Workspaces.id == self._workspace_id)
        self._connection.execute(query.with_for_update(key_share=True))

    def upsert_accounts(self, accounts: Sequence[AccountRecord]) -> UpsertCounts:
        """Insert or change accounts."""
        counts = UpsertCounts()
        rows: dict[str, Values] = {
            account.external_id: {"name": account.name, "sector": account.sector} for account in accounts
        }
        self.upsert("accounts", Accounts, "acc", rows, counts)
        return counts

    def upsert_contacts(self, contacts: Sequence[ContactRecord]) -> UpsertCounts:
        """Insert or change contacts, each taking part in exactly the deals of its record."""
        counts = UpsertCounts()
        accounts = self.ids_of(Accounts, [c.account_external_id for c in contacts if c.account_external_id])
        deals = self.ids_of(Deals, [deal for contact in contacts for deal in contact.deal_external_ids])
        for page in self.pages("contacts", contacts):
            rows: dict[str, Values] = {}
            for contact in page:
                account = contact.account_external_id
                if account and account not in accounts:
                    counts.notes[f"account {account!r} is unknown: taken without it"] += 1
                rows[contact.external_id] = {
                    "account_id": accounts.get(account) if account else None,
                    "name": contact.name,
                    "title": contact.title,
                    "email": contact.email,
                }
            compared = self.compare(Contacts, "con", rows)
            self.write(Contacts, compared)
            count_page(counts, compared, len(rows))
            wanted = {
                compared.ids[contact.external_id]: _deal_ids(contact, deals, counts) for contact in page
            }
            counted = {compared.ids[external_id] for external_id in compared.inserted}
            counted |= {change.id for change in compared.changed}
            relinked = len(self._set_links(wanted) - counted)
            counts.changed += relinked
            counts.same -= relinked
        return counts

    def upsert_activities(
        self, activities: Sequence[ActivityRecord]
    ) -> tuple[UpsertCounts, dict[str, datetime]]:
        """Insert or change activities; returns the counts, and the latest one of each deal, by id."""
        counts = UpsertCounts()
        deals = self.ids_of(Deals, [activity.deal_external_id for activity in activities])
        people = self.ids_of(People, [a.person_external_id for a in activities if a.person_external_id])
        rows: dict[str, Values] = {}
        latest: dict[str, datetime] = {}
        for activity in activities:
            deal_id, person = deals.get(activity.deal_external_id), activity.person_external_id
            if deal_id is None:
                fault = Unusable(activity.line, "deal_id", activity.deal_external_id, _UNKNOWN_DEAL)
                counts.rejected.append(fault)
                continue
            if person and person not in people:
                counts.notes[f"person {person!r} is unknown: taken without them"] += 1
            rows[activity.external_id] = {
                "deal_id": deal_id,
                "person_id": people.get(person) if person else None,
                "kind": activity.kind,
                "subject": activity.subject,
                "occurred_at": activity.occurred_at,
            }
            latest[deal_id] = max(latest.get(deal_id, activity.occurred_at), activity.occurred_at)
        self.upsert("activities", Activities, "act", rows, counts)
        return counts, latest

    def upsert_next_steps(
        self, steps: Sequence[NextStepRecord], as_of: datetime
    ) -> tuple[UpsertCounts, dict[str, datetime]]:
        """Insert or change next steps; returns the counts, and when deals moved by it, by id."""
        counts = UpsertCounts()
        deals = self.ids_of(Deals, [step.deal_external_id for step in steps])
        moved: dict[str, datetime] = {}
        for page in self.pages("next_steps", steps):
            rows: dict[str, Values] = {}
            for step in page:
                deal_id = deals.get(step.deal_external_id)
                if deal_id is None:
                    fault = Unusable(step.line, "deal_id", step.deal_external_id, _UNKNOWN_DEAL)
                    counts.rejected.append(fault)
                    continue
                rows[step.external_id] = {
                    "deal_id": deal_id,
                    "text": step.text,
                    "due_on": step.due_on,
                    "created_at": step.created_at,
                    "done_at": step.done_at,
                }
            compared = self.compare(NextSteps, "nxt", rows)
            self.write(NextSteps, compared)
            count_page(counts, compared, len(rows))
            for values in compared.inserted.values():
                # One that nothing dates says that somebody agreed it, not when.
                _later(moved, values["deal_id"], values["done_at"] or values["created_at"])
            for change in compared.changed:
                _later(moved, change.new["deal_id"], change.new["done_at"] or as_of)
        return counts, moved

    def upsert_quotas(self, quotas: Sequence[QuotaRecord]) -> UpsertCounts:
        """Insert or change quotas."""
        counts = UpsertCounts()
        people = self.ids_of(People, [quota.person_external_id for quota in quotas])
        rows: dict[str, Values] = {}
        for quota in quotas:
            person_id = people.get(quota.person_external_id)
            if person_id is None:
                counts.rejected.append(Unusable(quota.line, "person_id", quota.person_external_id, _NOBODY))
                continue
            rows[quota.external_id] = {
                "person_id": person_id,
                "period_start": quota.period_start,
                "period_end": quota.period_end,
                "amount": quota.amount,
            }
        self.upsert("quotas", Quotas, "quo", rows, counts)
        return counts

    def _set_links(self, wanted: Mapping[str, Collection[str]]) -> set[str]:
        """Give each contact exactly these deals; return the contacts for which that changed something."""
        held: dict[str, set[str]] = defaultdict(set)
        for chunk in in_chunks(wanted):
            query = select(DealContacts.contact_id, DealContacts.deal_id).where(
                DealContacts.contact_id.in_(chunk)
            )
            for contact_id, deal_id in self._connection.execute(query):
                held[contact_id].add(deal_id)
        added: list[Values] = []
        removed: list[tuple[str, str]] = []
        for contact_id, deals in wanted.items():
            there = held[contact_id]
            added += [{"contact_id": contact_id, "deal_id": deal} for deal in deals if deal not in there]
            removed += [(contact_id, deal) for deal in there.difference(deals)]
        self.insert_all(DealContacts, added)
        if removed:
            which = tuple_(DealContacts.contact_id, DealContacts.deal_id).in_(removed)
            self._connection.execute(delete(DealContacts).where(which))
        return {row["contact_id"] for row in added} | {contact_id for contact_id, _ in removed}


def _deal_ids(contact: ContactRecord, deals: Mapping[str, str], counts: UpsertCounts) -> list[str]:
    unknown = [external_id for external_id in contact.deal_external_ids if external_id not in deals]
    if unknown:
        counts.notes["name deals that are unknown: taken without those"] += 1
    known = dict.fromkeys(contact.deal_external_ids)
    return [deals[external_id] for external_id in known if external_id in deals]


def _later(moments: dict[str, datetime], deal_id: str, at: datetime | None) -> None:
    if at is not None:
        moments[deal_id] = max(moments.get(deal_id, at), at)
