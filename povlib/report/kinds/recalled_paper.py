"""The page that lies where an issued paper lay, once its plan was replaced or withdrawn.

A red head says that a plan holds, so a plan no longer in force has none; taking the files away would leave whoever
looks for them with the copy that was sent out. Responsible for the page's words. Not responsible for the paper under
the red head (`povlib.report.meeting.red_head_paper`).
"""

from __future__ import annotations

from povlib.errors import ReportError
from povlib.report.meeting.facts import MeetingFacts
from povlib.report.meeting.front_page import alert_sentences, request_sentences
from povlib.report.meeting.paper import plan_title
from povlib.report.meeting.red_head_paper import document_number
from povlib.report.meeting.wording import PaperWords
from povlib.report.model.numbers import Prose, join, say
from povlib.report.model.paper import Bullets, Report, Section
from povlib.report.model.red_head import RedHeadTerms
from povlib.words import text


def recalled_paper(facts: MeetingFacts, head: RedHeadTerms | None, lang: str) -> Report:
    """Return the page that says an issued paper is no longer in force; the mark stands on it, no red head does.

    Parameters
    ----------
    facts : MeetingFacts
    head : RedHeadTerms or None
        What the office issued it under; None where it has no red head any more.
    lang : str
        One of `povlib.words.languages`.

    Raises
    ------
    ReportError
        If the plan is a draft or in force.
    """
    if not facts.lapsed:
        raise ReportError("only a paper whose plan is no longer in force is called back")
    w = PaperWords(facts, lang)
    number = document_number(facts, head, lang) if head else ""
    subtitle = text("What was issued under the red head is not to be carried out", lang)
    if number:
        subtitle = text("{number}, issued under the red head, is not to be carried out", lang, number=number)
    return Report(
        title=text("The {title} is no longer in force", lang, title=plan_title(facts, lang)),
        language=lang,
        subtitle=subtitle,
        issuer=head.organ if head else facts.office,
        alerts=alert_sentences(w)[:1],
        opening=request_sentences(w),
        sections=(Section("recall", text("What follows from it", lang), (Bullets(_consequences(head, lang)),)),),
        synthetic=facts.synthetic,
        lapsed=True,
    )


def _consequences(head: RedHeadTerms | None, lang: str) -> tuple[Prose, ...]:
    told = [
        say("Nobody carries out or pays anything by the paper that was issued.", lang),
        say("What was sent out is called back by the organ, in a document of its own; this page is no such document.",
            lang),
    ]  # fmt: skip
    if head:
        names = join([head.addressed, *head.copies], lang)
        told.append(say("It is to be told to everybody who received it: {names}.", lang, names=names))
    return tuple(told)
