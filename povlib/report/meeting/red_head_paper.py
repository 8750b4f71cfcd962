"""The meeting paper as an office issues it once it is approved: under the red head, with seal and imprint.

Responsible for its words. What decides stands in the meeting paper; here it is carried out, so the page that asks and
the lines for signatures are left out. Not responsible for layout.
"""

from __future__ import annotations

from dataclasses import replace

from povlib.errors import ReportError
from povlib.report.meeting.facts import MeetingFacts
from povlib.report.meeting.front_page import approved_sentence
from povlib.report.meeting.paper import meeting_paper
from povlib.report.meeting.wording import PaperWords, dated
from povlib.report.model.numbers import Prose, join, say
from povlib.report.model.paper import Beside, Note, Paragraph, Report, Section
from povlib.report.model.red_head import RedHeadLines, RedHeadTerms
from povlib.words import text

_LEFT_OUT = ("brief", "signatures")  # they ask the meeting; the organ's seal has answered
# digests and the back-test are for whoever verifies; who carries the plan out reads neither, and the meeting paper,
# which the run keeps, has both
_UNSAID = ("ledger.batch", "backtest.")


def red_head_paper(facts: MeetingFacts, head: RedHeadTerms, lang: str) -> Report:
    """Return the paper under the red head.

    Raises
    ------
    ReportError
        If the plan is a draft or no longer in force: a red head says that it holds.
    """
    if facts.draft or facts.lapsed or not facts.decisions:
        raise ReportError(
            "a plan that is not in force carries no red head",
            remedy="approve it first: python3 workbench.py approve RUN --officer OFFICER",
        )
    paper = meeting_paper(facts, lang)
    day = dated(facts.decisions[-1].day, lang)
    message = "The {title}, approved on {day}, is hereby sent to you: please carry it out."
    if head.signer:
        message = "The {title}, approved on {day}, is hereby reported: please examine it."
    kept = tuple(_as_issued(section) for section in paper.sections if section.key not in _LEFT_OUT)
    return replace(
        paper,
        title=text(
            "Report on the {title}" if head.signer else "Notice on issuing the {title}", lang, title=paper.title
        ),
        subtitle="",
        date_line="",
        issuer=head.organ,
        headlines=(),
        alerts=(),
        opening=(say(message, lang, title=paper.title, day=day), approved_sentence(PaperWords(facts, lang))),
        sections=kept,
        manifest={},
        red_head=_lines(facts, head, day, [s.heading for s in kept if s.annex], lang),
    )


def _as_issued(section: Section) -> Section:
    """Return a section without the sentences that are for whoever verifies."""
    blocks = tuple(
        replace(block, left=_said(block.left), right=_said(block.right)) if isinstance(block, Beside) else block
        for block in section.blocks
        if not isinstance(block, (Paragraph, Note)) or _said((block.prose,))
    )
    return replace(section, blocks=blocks)


def _said(sentences: tuple[Prose, ...]) -> tuple[Prose, ...]:
    return tuple(one for one in sentences if not any(number.key.startswith(_UNSAID) for number in one.numbers))


def document_number(facts: MeetingFacts, head: RedHeadTerms, lang: str) -> str:
    """Return mark, year of the approval and number of an issued paper; "" where the office has no mark."""
    if not head.mark:
        return ""
    approved = [decision.day for decision in facts.decisions if decision.decision == "approved"]
    return text("{mark} [{year}] No. {number}", lang, mark=head.mark, year=approved[-1][:4],
                number="　" if head.number is None else str(head.number))  # fmt: skip


def _lines(facts: MeetingFacts, head: RedHeadTerms, day: str, attached: list[str], lang: str) -> RedHeadLines:
    return RedHeadLines(
        organ=text("{organ}: document", lang, organ=head.organ),
        number=document_number(facts, head, lang),
        signer=text("signed: {name}", lang, name=head.signer) if head.signer else "",
        addressed=text("{organ}:", lang, organ=head.addressed),
        attached=tuple(f"{n}. {words}" if len(attached) > 1 else words for n, words in enumerate(attached, start=1)),
        signed=head.organ,
        day=day,
        copies=text("copies: {names}", lang, names=join(head.copies, lang)) if head.copies else "",
        printed_by=head.printed_by,
        printed=text("printed on {day}", lang, day=day) if head.printed_by else "",
    )
