"""All deals of Meridian, in the order of their ids."""

from __future__ import annotations

from bot.sample_company.deals_berlin import BERLIN
from bot.sample_company.deals_chicago import CHICAGO
from bot.sample_company.deals_london import LONDON
from bot.sample_company.deals_new_york import NEW_YORK
from bot.sample_company.plans import DealPlan

DEALS: tuple[DealPlan, ...] = tuple(sorted(BERLIN + LONDON + NEW_YORK + CHICAGO, key=lambda plan: plan.id))
