"""Deals inspected in threads: asked, answered, judged, and undone again, told as the people see it."""

from __future__ import annotations

from tests.acceptance.deal_threads import DealThread
from tests.acceptance.forgery import Forger
from tests.acceptance.screen import plain, readable
from tests.acceptance.workspace import Workspace

BERLIN = "C0DEALBER1"
DEAL = "Björkvalla Home: Meridian Dock"
REVIEW = "On which date does the buyer review the proposal with you?"
OBJECTION = "What is their likeliest objection, and what is your prepared answer?"
NEXT = "What is the next step agreed with the buyer, and on which date?"
REVIEWED_ON = "The review is on 14 October with their COO, she accepted the invitation"
OBJECTED = "Their COO said the install takes too long; we answer with the plan in two nights"

written: dict[str, str] = {}


def thread_of(meridian: Workspace, name: str) -> DealThread:
    """The deal's thread as this person sees it."""
    return DealThread(meridian.person(name), BERLIN, DEAL)


def test_a_manager_opens_the_thread_by_a_part_of_the_deals_name(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    assert f"The thread of {DEAL} is being opened in #deals-berlin" in kara.asks("/deal bjorkvalla")
    meridian.settles()

    kara.hears(f"The thread of {DEAL} is in #deals-berlin")
    head = thread_of(meridian, "Kara Voss").head()
    assert head.startswith(f"{DEAL}\nMats Lindqvist · Proposal")
    assert [line for line in head.splitlines() if line.startswith("○ Open")] == [
        f"○ Open · {REVIEW}",
        f"○ Open · {OBJECTION}",
        f"○ Open · {NEXT}",
    ]
    assert "Open the thread" in kara.asks("/deal Björkvalla Home")


def test_a_name_that_may_mean_several_is_asked_back(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")

    answer = kara.asks("/deal meridian dock")
    assert "Which deal do you mean?" in answer
    assert "Say which deal" in kara.asks("/deal")
    kara.clicks("Open", about=answer.splitlines()[1].partition(" · ")[0])
    kara.sees("The thread of", "is being opened in #deals-berlin")
    kara.closes()


def test_nobody_finds_a_deal_that_is_not_theirs_to_see(meridian: Workspace) -> None:
    for stranger in ("Owen Pryce", "Leyla Demir", "Tomasz Wilk"):
        found = meridian.person(stranger).asks("/deal bjorkvalla")
        assert "No open deal that you may see has a name like “bjorkvalla”" in found
    assert "Open the thread" in meridian.person("Helena Marsh").asks("/deal bjorkvalla")
    assert "Ask the open questions" not in meridian.person("Helena Marsh").asks("/deal bjorkvalla")


def test_the_open_questions_are_asked_once_each_with_its_reason(meridian: Workspace) -> None:
    kara, mats = meridian.person("Kara Voss"), meridian.person("Mats Lindqvist")
    kara.asks("/deal bjorkvalla")
    kara.clicks("Ask the open questions")
    kara.sees("Asked", REVIEW, OBJECTION, NEXT)
    kara.closes()
    meridian.settles()

    thread = thread_of(meridian, "Mats Lindqvist")
    asked = readable(thread.hears("Kara Voss asks:"))
    assert f"1. {REVIEW}\nA proposal nobody reviews on a date is not decided on" in asked
    assert "Please answer here by Thursday 8 Oct, 18:00" in asked
    assert "playbook" in asked
    assert "Close date" not in asked  # the CRM's facts are for the rep alone
    assert "<@" not in str(thread.replies())  # nobody is called
    mats.hears(f"3 questions about {DEAL} wait in its thread")
    mats.sees("Close date 20 Nov")

    kara.asks("/deal bjorkvalla")
    kara.clicks("Ask the open questions")
    kara.sees("Nothing asked", "was asked already")
    kara.closes()
    assert thread.words().count(REVIEW) == 1


def test_the_rep_answers_in_their_own_words_and_decides_what_they_answer(meridian: Workspace) -> None:
    mats = meridian.person("Mats Lindqvist")
    thread = thread_of(meridian, "Mats Lindqvist")

    written["review"] = thread.writes(REVIEWED_ON)
    meridian.settles()
    thread.hears(f"Does this answer the question “{REVIEW}”")
    assert "Does this answer" not in thread_of(meridian, "Kara Voss").words()
    assert not any("Does this" in readable(one) for one in thread_of(meridian, "Kara Voss").replies())
    thread.shows(f"○ Open · {REVIEW}")  # nothing is written without a click

    thread.clicks("Use as evidence…", within="Does this answer")
    mats.sees(REVIEWED_ON)
    mats.fills("Whose words are they?", "Buyer quoted")
    mats.fills("The words that answer it", "The review is on 15 October")
    mats.submits()
    mats.is_told_at("The words that answer it", "do not stand in the message")
    mats.fills("The words that answer it", "on 14 October")
    mats.submits()
    mats.is_told_at("The words that answer it", "at least 5 words")
    mats.fills("The words that answer it", "The review is on 14  October")
    mats.submits()
    mats.sees("On record for", REVIEW)
    mats.closes()
    meridian.settles()

    thread.shows(f"● Answered · {REVIEW}", f"○ Open · {OBJECTION}")
    mats.hears(f"2 questions about {DEAL} wait in its thread")


def test_what_falls_short_is_asked_for_privately(meridian: Workspace) -> None:
    mats = meridian.person("Mats Lindqvist")
    thread = thread_of(meridian, "Mats Lindqvist")
    written["guess"] = thread.writes("I think they find the price too high for them")
    meridian.settles()

    thread.uses(written["guess"])
    mats.sees("Use as evidence", "I think they find the price too high")
    mats.fills("Which question does it answer?", OBJECTION[:60])
    mats.submits()
    mats.sees("one thing is lacking", "This reads as your own guess")
    mats.closes()
    meridian.settles()

    mats.hears(f"One more thing about {DEAL}")
    thread.shows(f"● Answered · {OBJECTION}")  # the channel never learns that it was weak
    assert "guess" not in thread.words().replace("I think", "")
    kara = meridian.person("Kara Voss")
    thread_of(meridian, "Kara Voss").clicks("On record…", within="head")
    kara.sees("◐ Insufficient", "lacks something", "● Evidenced · buyer quoted")
    kara.closes()


def test_a_link_is_a_pointer_and_no_proof(meridian: Workspace) -> None:
    mats = meridian.person("Mats Lindqvist")
    thread = thread_of(meridian, "Mats Lindqvist")
    ts = thread.writes("https://mail.example/thread/77")
    meridian.settles()

    thread.uses(ts)
    mats.sees("It counts as a pointer, not as proof")
    mats.fills("Which question does it answer?", NEXT[:60])
    mats.fills("Whose words are they?", "Corroborated")
    mats.submits()
    mats.is_told_at("What in the CRM shows it?", "A link or a file is a pointer, not proof")
    mats.fills("Whose words are they?", "Claimed")
    mats.submits()
    mats.sees("The link or file shows where to look")
    mats.closes()


def test_words_are_corroborated_by_a_record_of_the_crm(meridian: Workspace) -> None:
    mats = meridian.person("Mats Lindqvist")
    thread = thread_of(meridian, "Mats Lindqvist")
    ts = thread.writes("We agreed on the call with Ruth Aydin on 9 October")
    meridian.settles()

    thread.uses(ts)
    mats.sees("We agreed on the call")
    mats.fills("Which question does it answer?", NEXT[:60])
    mats.fills("Whose words are they?", "Corroborated")
    mats.fills("What in the CRM shows it?", "Contact: Ruth Aydin")
    mats.submits()
    mats.sees("On record for")
    mats.closes()

    thread.clicks("On record…", within="head")
    mats.sees("● Evidenced · corroborated", "CRM: Contact: Ruth Aydin")
    assert not mats.can_click("Reject…")
    mats.closes()


def test_a_preview_changes_nothing_and_an_edit_undoes_what_rested_on_it(meridian: Workspace) -> None:
    mats = meridian.person("Mats Lindqvist")
    thread = thread_of(meridian, "Mats Lindqvist")

    meridian._http.post(f"/control/unfurls/{BERLIN}/{written['review']}")
    meridian.settles()
    thread.shows(f"● Answered · {REVIEW}")

    thread.edits(written["review"], "The review may be on some day in October, they did not say")
    meridian.settles()
    thread.shows(f"○ Open · {REVIEW}")
    mats.hears(f"An answer about {DEAL} is open again")


def test_a_deleted_message_takes_its_evidence_along(meridian: Workspace) -> None:
    mats = meridian.person("Mats Lindqvist")
    thread = thread_of(meridian, "Mats Lindqvist")
    ts = thread.writes(REVIEWED_ON)
    meridian.settles()
    thread.uses(ts)
    mats.sees(REVIEWED_ON)
    mats.submits()
    mats.sees("On record for", REVIEW)
    mats.closes()
    thread.shows(f"● Answered · {REVIEW}")

    thread.deletes(ts)
    meridian.settles()

    thread.shows(f"○ Open · {REVIEW}")
    assert meridian.records("SELECT text FROM thread_messages WHERE ts = :ts", {"ts": ts}) == [("",)]
    thread.clicks("On record…", within="head")
    mats.sees_not(REVIEWED_ON)
    mats.closes()


def test_a_manager_rejects_with_a_reason_and_the_rep_alone_is_told(meridian: Workspace) -> None:
    kara, mats = meridian.person("Kara Voss"), meridian.person("Mats Lindqvist")
    thread = thread_of(meridian, "Mats Lindqvist")
    ts = thread.writes(REVIEWED_ON)
    meridian.settles()
    thread.uses(ts)
    mats.sees(REVIEWED_ON)
    mats.submits()
    mats.sees("On record for")
    mats.closes()
    before = thread.words()

    thread_of(meridian, "Kara Voss").clicks("On record…", within="head")
    kara.sees(REVIEWED_ON)
    kara.clicks("Reject…")
    kara.sees("Reject evidence", REVIEWED_ON)
    kara.fills("Why?", "no")
    kara.submits()
    kara.is_told_at("Why?", "the rep reads it")
    kara.fills("Why?", "An invitation is not the buyer's word")
    kara.submits()
    kara.sees("You rejected it")
    kara.closes()
    meridian.settles()

    mats.hears(f"Kara Voss does not take an answer about {DEAL}")
    mats.sees("“An invitation is not the buyer's word”")
    thread.shows(f"● Answered · {REVIEW}")
    assert thread.words() == before
    assert "An invitation" not in plain(str(thread_of(meridian, "Leyla Demir").replies()))


def test_a_manager_may_change_their_mind(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    thread_of(meridian, "Kara Voss").clicks("On record…", within="head")
    kara.sees("Kara Voss rejected it")
    kara.clicks("Accept…")
    kara.sees("Accept evidence")
    kara.fills("Why?", "I saw the accepted invitation")
    kara.submits()
    kara.sees("You accepted it")
    kara.closes()

    rulings = meridian.records("SELECT ruling, reason FROM evidence_rulings ORDER BY at, id")
    assert rulings == [
        ("rejected", "An invitation is not the buyer's word"),
        ("accepted", "I saw the accepted invitation"),
    ]


def test_others_can_neither_answer_nor_look_nor_judge(meridian: Workspace) -> None:
    leyla, owen = meridian.person("Leyla Demir"), meridian.person("Owen Pryce")
    thread_of(meridian, "Leyla Demir").uses(written["review"])
    leyla.sees("Only the deal's owner says what answers its questions")
    leyla.closes()
    thread_of(meridian, "Leyla Demir").clicks("On record…", within="head")
    leyla.sees("Not done", "Your role does not include this")
    leyla.sees_not(REVIEWED_ON)
    leyla.closes()

    forger, deal = Forger(meridian), f'{{"d":"{deal_id(meridian)}"}}'
    forger.click(owen, "deal_inspection.on_record", deal)
    owen.sees("Not done", "outside your team")
    owen.closes()
    forger.click(owen, "deal_inspection.ask", deal)
    owen.sees("Not done", "outside your team")
    owen.closes()
    (evidence,) = meridian.records("SELECT id FROM evidence WHERE state = 'accepted'")[0]
    metadata = f'{{"e":"{evidence}","v":4,"r":0}}'
    values = {"reason": {"reason": {"type": "plain_text_input", "value": "It is not mine to judge"}}}
    answer = forger.submission(owen, "deal_evidence.ruling_form", metadata, values)
    assert "outside your team" in str(answer)
    assert meridian.records("SELECT count(*) FROM evidence_rulings") == [(2,)]


def test_a_channel_with_an_outsider_is_shown_nothing(meridian: Workspace) -> None:
    kara = meridian.person("Kara Voss")
    channel = meridian.hub.state.conversations[BERLIN]
    channel.members.append(meridian.person("Owen Pryce").id)
    try:
        kara.asks("/deal Halvarsen Ferries")
        meridian.settles()
        kara.hears(
            "There is no thread for Halvarsen Ferries: Meridian Route: 1 member of the channel is outside"
        )
    finally:
        channel.members.remove(meridian.person("Owen Pryce").id)

    kara.asks("/deal Halvarsen Ferries")
    meridian.settles()
    DealThread(kara, BERLIN, "Halvarsen Ferries").head()


def test_a_deal_that_cannot_answer_is_proposed_for_demotion_to_its_rep_first(meridian: Workspace) -> None:
    kara, mats = meridian.person("Kara Voss"), meridian.person("Mats Lindqvist")
    ferries = "Halvarsen Ferries: Meridian Route"
    kara.asks("/deal Halvarsen Ferries")
    kara.clicks("Ask the open questions")
    kara.sees("Asked")
    kara.closes()

    meridian.clock_to("2026-10-08 18:01")
    mats.hears(f"{ferries} is proposed for a step back to Discovery")
    mats.sees("your manager sees it from Friday 9 Oct on")
    assert kara.count("a step back to Discovery") == 0

    meridian.clock_to("2026-10-12 09:05")
    kara.hears(f"{ferries} (Mats Lindqvist): a step back to Discovery is proposed")
    assert "questions asked, nothing on record answers" in kara.asks("/drumbeat today")


def deal_id(meridian: Workspace) -> str:
    """The id of the deal whose thread it is."""
    (found,) = meridian.records("SELECT id FROM deals WHERE name = :name", {"name": DEAL})
    return str(found[0])
