"""How a log read before an edit, in words: for the two whose log it is."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.coaching import FOCUS_NAMES, TAG_NAMES, LogContent, Part, Stance
from bot.domain.wording import weekday_date


def earlier_words(before: LogContent, changed: Iterable[Part]) -> tuple[tuple[Part, str], ...]:
    """Return what stood in each part that was changed; "nothing" where nothing did."""
    return tuple((part, _words(before, part) or "nothing") for part in changed)


def _words(content: LogContent, part: Part) -> str:
    match part:
        case Part.DAY:
            return weekday_date(content.held_on)
        case Part.MINUTES:
            return f"{content.minutes} minutes"
        case Part.FOCUS:
            return FOCUS_NAMES[content.focus_area]
        case Part.FEEDBACK:
            return content.feedback
        case Part.SKILLS:
            better = {Stance.SEEN: "", Stance.BETTER: " (better)"}
            return ", ".join(f"{TAG_NAMES[one.tag]}{better[one.stance]}" for one in content.observations)
        case Part.STEP:
            return f"{content.step.words} (by {weekday_date(content.step.due_on, content.held_on)})"
        case Part.DEALS:
            return "; ".join(one.words for one in content.deal_actions)
        case Part.DEEP_DIVE:
            dive = content.deep_dive
            parts = (dive.call, dive.behaviour, dive.technique, dive.attitude) if dive else ()
            return "; ".join(parts)
