"""The people on the buyers' side: who is known on each deal, and since when."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from bot.sample_company.accounts import BY_NAME
from bot.sample_company.people import BY_KEY, EMEA
from bot.sample_company.picking import number, pick
from bot.sample_company.plans import DealPlan

_FIRST_NAMES = {
    EMEA: (
        *(
            "Anneke",
            "Birgit",
            "Ciarán",
            "Dilek",
            "Eoin",
            "Fatma",
            "Greta",
            "Henrik",
            "Ines",
            "Joachim",
            "Katarzyna",
        ),
        *(
            "Lars",
            "Mehmet",
            "Niamh",
            "Olena",
            "Piotr",
            "Ruth",
            "Sanjay",
            "Thandiwe",
            "Ulrich",
            "Vera",
            "Yusuf",
        ),
    ),
    "Americas": (
        *(
            "Aaliyah",
            "Brandon",
            "Carmen",
            "Darnell",
            "Esther",
            "Frank",
            "Gloria",
            "Hiroshi",
            "Isabel",
            "Jamal",
        ),
        *(
            "Kathleen",
            "Luis",
            "Mei",
            "Nathan",
            "Olivia",
            "Pedro",
            "Renee",
            "Samir",
            "Tessa",
            "Victor",
            "Wanda",
        ),
    ),
}
_LAST_NAMES = {
    EMEA: (
        *(
            "Aydin",
            "Bergmann",
            "Clarke",
            "Dahlgren",
            "Ekpo",
            "Fischbach",
            "Gallagher",
            "Hoffstede",
            "Iversen",
        ),
        *(
            "Jankowski",
            "Kowalczyk",
            "Lehnert",
            "McAuliffe",
            "Nyström",
            "Okonjo",
            "Pohlmann",
            "Quirke",
            "Rasmussen",
        ),
        *("Sattler", "Thiele", "Uygur", "Vogelsang", "Whitaker", "Zielinski"),
    ),
    "Americas": (
        *(
            "Abernathy",
            "Baptiste",
            "Castellano",
            "Delacroix",
            "Espinoza",
            "Fitzgerald",
            "Guerrero",
            "Hollister",
        ),
        *(
            "Ibarra",
            "Jefferson",
            "Kowalski",
            "Lindgren",
            "Mbeki",
            "Nakamura",
            "Ortiz",
            "Petrakis",
            "Quintana",
        ),
        *("Robichaux", "Santiago", "Thibodeaux", "Underwood", "Villanueva", "Washington", "Yamada"),
    ),
}
# In the order in which a rep usually gets to know them.
_TITLES = (
    ("Head of Logistics", "Operations Manager", "Supply Chain Manager", "Warehouse Manager"),
    ("CFO", "Managing Director", "COO", "VP Operations"),
    ("IT Manager", "Head of Procurement", "Dispatch Lead", "Quality Manager"),
)
_ASCII = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "ł": "l", "ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True, slots=True)
class Contact:
    """One person at a customer, on one deal since `since`."""

    id: str
    account_id: str
    deal_id: str
    name: str
    title: str
    email: str
    since: date


def slug(text: str, joint: str = "-") -> str:
    """Return the text as it would stand in an e-mail address: ASCII, lower case, words joined."""
    folded = unicodedata.normalize("NFKD", text.lower().translate(_ASCII))
    words = "".join(letter if letter.isalnum() else " " for letter in folded if letter.isascii()).split()
    return joint.join(words)


@cache
def contacts_of(plan: DealPlan) -> tuple[Contact, ...]:
    """Return the deal's contacts, the first from its first day, each further one a few days later."""
    first_days = [plan.created + timedelta(days=days) for days in (0, 0, 9)][: plan.contacts]
    if plan.contact_added:
        first_days.append(plan.contact_added)
    return tuple(_contact(plan, position, since) for position, since in enumerate(first_days))


def _contact(plan: DealPlan, position: int, since: date) -> Contact:
    account = BY_NAME[plan.account]
    region = BY_KEY[plan.owner].region
    # One starting point per account, then a step: two contacts of an account never share a name.
    first_names, last_names = _FIRST_NAMES[region], _LAST_NAMES[region]
    first = first_names[(number(f"{account.id} first", len(first_names)) + 7 * position) % len(first_names)]
    last = last_names[(number(f"{account.id} last", len(last_names)) + 5 * position) % len(last_names)]
    return Contact(
        id=f"{plan.id.replace('D', 'C')}-{position + 1}",
        account_id=account.id,
        deal_id=plan.id,
        name=f"{first} {last}",
        title=pick(_TITLES[position % len(_TITLES)], f"{account.id} {position}"),
        email=f"{slug(first)}.{slug(last)}@{slug(account.name)}.example",
        since=since,
    )
