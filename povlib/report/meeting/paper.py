"""Put the sections in the order in which a meeting reads them."""

from __future__ import annotations

from typing import Any

from povlib.report.horizon.horizon_section import horizon_section, household_sheet
from povlib.report.meeting import (
    annex,
    brief,
    certainty,
    effects,
    front_page,
    hand_decisions,
    jobs_in_brief,
    prices,
    proposal,
    relief_in_brief,
    signatures,
    standing,
)
from povlib.report.meeting.facts import MeetingFacts
from povlib.report.meeting.wording import PaperWords
from povlib.report.model.numbers import Prose, say
from povlib.report.model.paper import Report, Section, Table
from povlib.words import language, text


def meeting_paper(facts: MeetingFacts, lang: str | None = None, *, with_annex: bool = True) -> Report:
    """Return the meeting paper.

    Order: the page that decides (what is owed and not covered, what is asked, four big numbers, where the money goes,
    what is sure and what not, who is left out); the record of promises, where we stand, entitlements, relief, the
    proposal by village and fund, what was decided by hand, who receives nothing new, jobs and co-ops in short, the
    years ahead, one more yuan and one more post, how sure we are, simple rules, signatures. Annexes hold what a meeting
    looks up: every household, measures and groups, what worked, prices, inputs.

    Parameters
    ----------
    facts : MeetingFacts
        Figures and frames; texts inside them are in `lang` already.
    lang : str, optional
        One of `povlib.words.languages`; default the language in use.
    with_annex : bool
        Whether households are listed (false for a paper that leaves the meeting).

    Raises
    ------
    ReportError
        If one number would be printed with two values.
    """
    lang = lang or language()
    w = PaperWords(facts, lang, with_annex=with_annex)
    sections = (
        brief.brief_section(w),
        *standing.record_section(w),
        standing.standing_section(w),
        standing.entitlements_section(w),
        *relief_in_brief.relief_section(w),
        proposal.proposal_section(w),
        *hand_decisions.decisions_section(w),
        proposal.unserved_section(w),
        *jobs_in_brief.villages_section(w),
        *_years_ahead(w),
        prices.one_more(w),
        certainty.certainty_section(w),
        certainty.baselines_section(w),
        signatures.signatures_section(w),
        *(annex.annex_sections(w) if with_annex else ()),
        *proposal.measures_and_groups(w),
        *(hand_decisions.each_decision(w) if with_annex else ()),
        prices.posted_prices_section(w),
        *prices.posts_solved_again(w),
        *effects.effects_section(w),
        *certainty.inputs_section(w),
    )
    return Report(
        alerts=front_page.alert_sentences(w),
        opening=front_page.opening_sentences(w),
        headlines=front_page.four_headlines(w),
        sections=sections,
        notes=_closing_notes(w),
        **_front_of_paper(w, _meeting_subtitle(facts, lang)),
    )


def _meeting_subtitle(facts: MeetingFacts, lang: str) -> str:
    """Return what the paper is to its reader: one that asks, one that was approved, or one no longer in force."""
    if facts.lapsed:
        return text("Approved by the meeting, no longer in force", lang)
    approved = bool(facts.decisions)
    if not facts.scenario:
        return text("Approved by the meeting" if approved else "Paper for the meeting", lang)
    message = "Approved by the meeting: {scenario}" if approved else "Paper for the meeting: {scenario}"
    return text(message, lang, scenario=facts.scenario)


def brief_paper(facts: MeetingFacts, lang: str | None = None) -> Report:
    """Return the page that decides as a paper of its own.

    Parameters
    ----------
    facts : MeetingFacts
    lang : str, optional
        One of `povlib.words.languages`; default the language in use.
    """
    lang = lang or language()
    w = PaperWords(facts, lang, with_annex=False)
    approved = facts.decisions and not facts.lapsed
    front = _front_of_paper(w, text("On one page: approved by the meeting" if approved else "On one page", lang))
    return Report(
        alerts=front_page.alert_sentences(w),
        opening=front_page.opening_sentences(w),
        headlines=front_page.four_headlines(w),
        sections=(brief.brief_section(w),),
        **(front | {"manifest": {}}),
    )


def annex_paper(facts: MeetingFacts, lang: str | None = None) -> Report:
    """Return the annex in full, a paper of its own: every household's reason and arithmetic.

    The meeting paper has one short line a household; the numbers of both are the same.

    Parameters
    ----------
    facts : MeetingFacts
    lang : str, optional
        One of `povlib.words.languages`; default the language in use.
    """
    lang = lang or language()
    w = PaperWords(facts, lang)
    return Report(
        sections=(*annex.in_full(w), prices.posted_prices_section(w)),
        notes=_closing_notes(w),
        **_front_of_paper(w, text("Annex in full: every household", lang)),
    )


def plan_title(facts: MeetingFacts, lang: str) -> str:
    """Return what the plan is called."""
    return text("Plan of targeted help, {year}", lang, year=str(facts.plan_month.year))


def _front_of_paper(w: PaperWords, subtitle: str) -> dict[str, Any]:
    facts = w.facts
    return {
        "title": plan_title(facts, w.lang),
        "language": w.lang,
        "subtitle": subtitle,
        "issuer": facts.office,
        "date_line": facts.plan_month.label(w.lang),
        "manifest": facts.manifest,
        "synthetic": facts.synthetic,
        "draft": facts.draft,
        "lapsed": facts.lapsed,
    }


def allocation_tables(facts: MeetingFacts, lang: str | None = None) -> tuple[Table, ...]:
    """Return the tables of the allocation workbook: one row a household first, then payments of relief to look into,
    then when each household is served in the years ahead.

    For `write_excel(report, path, sheets=allocation_tables(facts))`.
    """
    w = PaperWords(facts, lang or language())
    ahead = () if facts.years_ahead is None else (household_sheet(facts.years_ahead, w.lang),)
    return (annex.full_table(w), *relief_in_brief.relief_tables(w), *ahead)


def _years_ahead(w: PaperWords) -> tuple[Section, ...]:
    """Return the plan over several years in short; nothing where none was made."""
    return () if w.facts.years_ahead is None else (horizon_section(w.facts.years_ahead, w.lang),)


def _closing_notes(w: PaperWords) -> tuple[Prose, ...]:
    notes = [
        say(
            "“Expected” is a sum of chances, not a list of names: which households will exit is not known today.",
            w.lang,
        ),
        say("Ranges hold nine times out of ten by the projection's own draws.", w.lang),
        say("The workbench recommends; a named person decides.", w.lang),
    ]
    if w.lang == "en" and any(not str(name).isascii() for name in w.facts.villages["village"]):
        notes.append(say("Names of villages stay in Chinese.", w.lang))
    if w.facts.synthetic:
        notes.append(say("Every household, name and amount in this paper is made up.", w.lang))
    return tuple(notes)
