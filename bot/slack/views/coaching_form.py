"""The form of a coaching log: prefilled, a draft kept while it is filled in, done in under two minutes."""

from __future__ import annotations

from bot.domain.coaching import FOCUS_NAMES, OUTCOME_NAMES, TAG_NAMES, LogKind
from bot.domain.coaching_cards import BECAME, CoachingDraft
from bot.domain.development_plan import MEASURE_NAMES
from bot.domain.wording import weekday_date
from bot.slack.payloads import ActionId, CallbackId, encode
from bot.slack.views.text import TITLE_LIMIT, Block, View, context, escaped, option, plain, section

MINUTES = (15, 20, 25, 30, 45, 60, 90, 120)
LONGEST_TEXT = 2000
LONGEST_LINE = 300


def form(draft: CoachingDraft) -> View:
    """Return the modal in which a session is logged or its log mended."""
    deep = draft.kind is LogKind.DEEP_DIVE
    title = "Edit the log" if draft.log_id else ("Deep dive" if deep else "Log the session")
    return {
        "type": "modal",
        "callback_id": CallbackId.COACHING_LOG,
        "private_metadata": encode(
            k=draft.kind.value,
            s=draft.one_on_one_id,
            r=draft.coached.id,
            l=draft.log_id,
            v=draft.version,
        ),
        "title": plain(title, TITLE_LIMIT),
        "submit": plain("Save" if draft.log_id else "Log it", TITLE_LIMIT),
        "close": plain("Cancel", TITLE_LIMIT),
        "blocks": [
            section(f"Coaching session with *{escaped(draft.coached.name)}*"),
            *_head(draft),
            *_session(draft),
            *(_deep_dive(draft) if deep else ()),
            *_step(draft),
            *_deals(draft),
            _text(
                draft, "notes", "Private notes", optional=True, hint="Yours alone: nobody else reads them."
            ),
            context(_who_sees(draft)),
        ],
    }


def _head(draft: CoachingDraft) -> list[Block]:
    made = []
    if draft.is_draft:
        made.append(context("This is your draft: what you had filled in was kept."))
    if draft.agenda:
        lines = "\n".join(f"• {escaped(line, 250)}" for line in draft.agenda[:8])
        made.append(section(f"*On the agenda*\n{lines}"))
    for step in draft.open_steps:
        made.append(
            section(
                f"*Agreed before:* {escaped(step.words, 400)}\n"
                f"({escaped(step.owner)}, by {weekday_date(step.due_on)})"
            )
        )
        choices = [option(words, value.value) for value, words in OUTCOME_NAMES.items()]
        made.append(_select(draft, f"{BECAME}{step.id}", "What became of it?", choices, optional=True))
    return made


def _session(draft: CoachingDraft) -> list[Block]:
    minutes = draft.fields.get("minutes", "")
    lengths = sorted({*MINUTES, int(minutes)} if minutes.isdecimal() and int(minutes) else MINUTES)
    areas = [option(words, one.value) for one, words in FOCUS_NAMES.items()]
    tags = [option(TAG_NAMES[tag], tag.value) for tag in draft.tags]
    return [
        _date(draft, "held_on", "When did you talk?"),
        _select(draft, "minutes", "How long?", [option(f"{one} minutes", str(one)) for one in lengths]),
        _select(
            draft,
            "focus",
            "What was it about?",
            areas,
        ),
        _text(
            draft,
            "feedback",
            "Your feedback",
            hint="What you saw, an example, and what to do differently.",
        ),
        _boxes(draft, "observed", "To work on", tags, hint="At least one skill, here or below."),
        _boxes(draft, "better", "Went better than before", tags),
    ]


def _deep_dive(draft: CoachingDraft) -> list[Block]:
    made = [
        _text(draft, "call", "Which call did you review?", line=True),
        _text(draft, "behaviour", "Behaviour: what they did"),
        _text(draft, "technique", "Technique: how they did it"),
        _text(draft, "attitude", "Attitude: how they went about it"),
    ]
    if draft.log_id is None:
        measures = [option(words, one.value) for one, words in MEASURE_NAMES.items()]
        made += [
            _select(draft, "plan_measure", "In 30 days, what will have moved?", measures),
            _text(draft, "plan_goal", "To what?", line=True, hint="A number, measured on the last day."),
        ]
    return made


def _step(draft: CoachingDraft) -> list[Block]:
    owners = [option(draft.coached.name, "rep"), option(f"{draft.author.name} (you)", "me")]
    chosen = draft.fields.get("step_owner", "rep")
    return [
        _text(draft, "step", "The next step you agreed", line=True),
        _input(
            "step_owner",
            "Whose step is it?",
            {
                "type": "radio_buttons",
                "action_id": _action("step_owner"),
                "options": owners,
                "initial_option": owners[1] if chosen == "me" else owners[0],
            },
        ),
        _date(draft, "step_on", "By when?"),
    ]


def _deals(draft: CoachingDraft) -> list[Block]:
    if not draft.deals:
        return []
    choices = [option(name, deal_id) for deal_id, name in draft.deals]
    made = []
    for place, label in (("1", "A deal you discussed"), ("2", "Another deal")):
        made.append(_select(draft, f"deal_{place}", label, choices, optional=True))
        made.append(_text(draft, f"action_{place}", "Its one next action", optional=True, line=True))
    return made


def _who_sees(draft: CoachingDraft) -> str:
    words = f"{escaped(draft.coached.name)} reads all but the private notes, and is asked to confirm."
    if draft.author.manager_id is None:
        return words  # at the top of the tree: nobody is above them
    return (
        f"{words} Your leaders see date, minutes, focus area and verdict; the text only if you both "
        "release it."
    )


# ------------------------------------------------------------ inputs


def _action(field: str) -> str:
    # Each change is sent at once and kept: Slack itself gives what is typed only when the form is submitted.
    return f"{ActionId.COACHING_DRAFT}.{field}"


def _input(
    field: str, label: str, element: Block, *, optional: bool = False, hint: str | None = None
) -> Block:
    made: Block = {
        "type": "input",
        "block_id": field,
        "label": plain(label, 2000),
        "element": element,
        "dispatch_action": True,
    }
    if optional:
        made["optional"] = True
    if hint:
        made["hint"] = plain(hint, 2000)
    return made


def _text(
    draft: CoachingDraft,
    field: str,
    label: str,
    *,
    optional: bool = False,
    line: bool = False,
    hint: str | None = None,
) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": _action(field),
        "multiline": not line,
        "max_length": LONGEST_LINE if line else LONGEST_TEXT,
        "dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]},
    }
    if typed := draft.fields.get(field):
        element["initial_value"] = typed[: element["max_length"]]
    return _input(field, label, element, optional=optional, hint=hint)


def _date(draft: CoachingDraft, field: str, label: str) -> Block:
    element: Block = {"type": "datepicker", "action_id": _action(field)}
    if picked := draft.fields.get(field):
        element["initial_date"] = picked
    return _input(field, label, element)


def _select(
    draft: CoachingDraft, field: str, label: str, options: list[Block], *, optional: bool = False
) -> Block:
    element: Block = {"type": "static_select", "action_id": _action(field), "options": options}
    chosen = [one for one in options if one["value"] == draft.fields.get(field)]
    if chosen:
        element["initial_option"] = chosen[0]
    return _input(field, label, element, optional=optional)


def _boxes(
    draft: CoachingDraft, field: str, label: str, options: list[Block], *, hint: str | None = None
) -> Block:
    element: Block = {"type": "checkboxes", "action_id": _action(field), "options": options}
    ticked = draft.fields.get(field, "").split()
    chosen = [one for one in options if one["value"] in ticked]
    if chosen:
        element["initial_options"] = chosen
    return _input(field, label, element, optional=True, hint=hint)
