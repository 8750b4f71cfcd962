"""The paper on jobs and villages and the page of notebook 09: the same sections, in the same order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import pandas as pd

from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Bullets, Note, Report, Section
from povlib.report.sharing.digest_paper import practices_section, villages_section
from povlib.report.villages.coops_section import contracts_section, coops_section, fairs_section
from povlib.report.villages.facts import OpeningFacts, VillagesFacts
from povlib.report.villages.income_section import income_section
from povlib.report.villages.openings_section import openings_section
from povlib.report.villages.products_section import enterprises_section, products_section
from povlib.report.villages.routes_section import routes_section, sources_section, worst_source
from povlib.report.villages.work_section import people_section, work_section, work_sentence
from povlib.words import language, text

_Part = TypeVar("_Part")

_TITLES = {
    "work": "Who works where",
    "routes": "What each route brings, overlaps counted once",
    "products": "One village one product",
    "incomes": "Collective income of the villages",
    "coops": "Co-ops and bases",
    "contracts": "Contracts of sale",
    "enterprises": "Enterprises",
    "fairs": "Job fairs and services",
    "sources": "What hangs on one source",
    "people": "Posts held, household by household",
}
# the sheets of the form that fill them
_SHEETS = {
    "work": "上岗",
    "routes": "预脱贫标注",
    "products": "村特色产品",
    "incomes": "村财收入",
    "coops": "专业合作社",
    "contracts": "购销合同",
    "enterprises": "企业",
    "fairs": "招聘会",
    "sources": "上岗",
    "people": "上岗",
}


def villages_page(facts: VillagesFacts, *, lang: str | None = None, subtitle: str = "") -> Report:
    """Return the page of the notebook 09_villages."""
    lang = lang or language()
    return Report(
        title=text("Who lives on what?", lang),
        language=lang,
        subtitle=subtitle,
        sections=(*_sections(facts, lang), *_digest_sections(facts, lang)),
        synthetic=facts.synthetic,
    )


def villages_paper(
    facts: VillagesFacts,
    *,
    issuer: str,
    date_line: str,
    manifest: Mapping[str, str],
    draft: bool,
    lapsed: bool,
    lang: str | None = None,
) -> Report:
    """Return the paper on jobs, co-ops and one village one product.

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
    notes = [say("The workbench recommends; a named person decides.", lang)]
    if facts.synthetic:
        notes.append(say("Every household, name and amount in this paper is made up.", lang))
    return Report(
        title=text("Jobs, co-ops and one village one product", lang),
        language=lang,
        subtitle=text("Paper on jobs and villages", lang),
        issuer=issuer,
        date_line=date_line,
        sections=_sections(facts, lang),
        notes=tuple(notes),
        manifest=manifest,
        synthetic=facts.synthetic,
        draft=draft,
        lapsed=lapsed,
    )


def _sections(facts: VillagesFacts, lang: str) -> tuple[Section, ...]:
    """Return the sections; one without rows says what must be filled in."""
    return (
        main_points(facts, lang),
        _or_unrecorded("work", facts.work, work_section, lang),
        _or_unrecorded("routes", facts.routes, routes_section, lang),
        _or_unrecorded("sources", facts.sources, sources_section, lang),
        _or_unrecorded("incomes", facts.incomes, income_section, lang),
        _or_unrecorded("contracts", facts.contracts, contracts_section, lang),
        _or_unrecorded("fairs", facts.fairs, fairs_section, lang),
        openings_section(facts.openings or OpeningFacts(pd.DataFrame()), lang),
        # the wide ones together, so that the pages turn once
        _or_unrecorded("products", facts.products, products_section, lang),
        _or_unrecorded("coops", facts.coops, coops_section, lang),
        _or_unrecorded("enterprises", facts.enterprises, enterprises_section, lang),
        _or_unrecorded("people", facts.work, people_section, lang),
    )


def main_points(facts: VillagesFacts, lang: str) -> Section:
    """Return what a reader must know first, at most three sentences: what could fail, what lacks, what is free.

    In the order in which something must be done about it.
    """
    points: list[Prose] = []
    if facts.sources is not None and facts.sources.worst_counted:
        points.append(worst_source(facts.sources, lang))
    if facts.contracts is not None and len(facts.contracts.contracts):
        behind = facts.contracts.contracts
        lacking = behind["short"].fillna(0).astype("int64")
        if int(lacking.sum()):
            worst = int(lacking.to_numpy().argmax())
            points.append(
                say("Furthest behind of the contracts: {contract}, {lacking} of {due} due are missing.", lang,
                    contract=Prose(str(behind["contract"].iloc[worst])),
                    lacking=Number("villages.most_behind", int(lacking.iloc[worst]), "count", "", "due - delivered"),
                    due=Number("villages.most_behind_due", int(behind["due"].iloc[worst]), "count", "", "due so far"))
            )  # fmt: skip
    if facts.work is not None:
        points.append(work_sentence(facts.work, lang))
    title = text("What matters first", lang)
    return Section("main", title, (Bullets(tuple(points)),)) if points else _unrecorded("work", "main", title, lang)


def _digest_sections(facts: VillagesFacts, lang: str) -> tuple[Section, ...]:
    """Return what villages share, for the page alone: on paper it is the monthly digest."""
    if facts.digest is None:
        return ()
    return (practices_section(facts.digest, lang), villages_section(facts.digest, lang))


def _or_unrecorded(key: str, part: _Part | None, section: Callable[[_Part, str], Section], lang: str) -> Section:
    if part is not None:
        return section(part, lang)
    return _unrecorded(key, key, text(_TITLES[key], lang), lang)


def _unrecorded(sheet: str, key: str, title: str, lang: str) -> Section:
    words = text(
        "Nothing is recorded yet: fill in the sheet {sheet} of the workbooks, then python3 workbench.py load",
        lang,
        sheet=_SHEETS[sheet],
    )
    return Section(key, title, (Note(Prose(words)),))
