"""The paper on houses and the page of notebook 05: the same sections, what is owed first and who waits last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from povlib.report.houses.entitlement_section import entitlement_section, ways_section
from povlib.report.houses.facts import HousesFacts
from povlib.report.houses.inspection_section import inspection_section
from povlib.report.houses.money_section import money_section
from povlib.report.houses.progress_section import progress_section
from povlib.report.houses.sites_section import sites_section
from povlib.report.houses.unrecorded_sections import unrecorded_section
from povlib.report.houses.works_section import open_works_section, villages_section, waiting_section
from povlib.report.model.numbers import say
from povlib.report.model.paper import Report, Section
from povlib.words import language, text

_Part = TypeVar("_Part")


def houses_page(
    facts: HousesFacts, measures: Mapping[str, str], *, lang: str | None = None, subtitle: str = ""
) -> Report:
    """Return the page of the notebook 05_housing.

    Parameters
    ----------
    facts : HousesFacts
    measures : mapping
        Names of measures by key, in `lang`.
    """
    lang = lang or language()
    return Report(
        title=text("Is every house safe?", lang),
        language=lang,
        subtitle=subtitle,
        sections=_sections(facts, measures, lang),
        synthetic=facts.standing.synthetic,
    )


def houses_paper(
    facts: HousesFacts,
    measures: Mapping[str, str],
    *,
    issuer: str,
    date_line: str,
    manifest: Mapping[str, str],
    draft: bool,
    lapsed: bool,
    lang: str | None = None,
) -> Report:
    """Return the paper on houses: unmet entitlement, causes and ways, money, progress, sites, inspection, who waits.

    Parameters
    ----------
    issuer, date_line : str
        The office and the month of the plan.
    manifest : mapping
        What the paper was made of.
    draft, lapsed : bool
        Marks of the run as of now.
    """
    lang = lang or language()
    notes = [
        say("A house counts as unsafe until its new grade is recorded.", lang),
        say("The workbench recommends; a named person decides.", lang),
    ]
    if facts.standing.synthetic:
        notes.append(say("Every household, name and amount in this paper is made up.", lang))
    return Report(
        title=text("Safe houses", lang),
        language=lang,
        subtitle=text("Paper on houses", lang),
        issuer=issuer,
        date_line=date_line,
        sections=_sections(facts, measures, lang),
        notes=tuple(notes),
        manifest=manifest,
        synthetic=facts.standing.synthetic,
        draft=draft,
        lapsed=lapsed,
    )


def _sections(facts: HousesFacts, measures: Mapping[str, str], lang: str) -> tuple[Section, ...]:
    """Return the sections: what is owed first, who waits last; one without rows says what is missing."""
    standing = facts.standing
    return (
        _or_unrecorded("entitled", facts.entitlement, entitlement_section, lang),
        _or_unrecorded("ways", facts.ways, ways_section, lang),
        villages_section(standing.villages, lang),
        _or_unrecorded("money", facts.bills, money_section, lang),
        _or_unrecorded("progress", facts.progress, progress_section, lang),
        open_works_section(standing, lang),
        _or_unrecorded("sites", facts.sites, sites_section, lang),
        _or_unrecorded("inspection", facts.inspection, inspection_section, lang),
        waiting_section(standing.waiting, measures, lang),
    )


def _or_unrecorded(key: str, part: _Part | None, section: Callable[[_Part, str], Section], lang: str) -> Section:
    return unrecorded_section(key, lang) if part is None else section(part, lang)
