"""Is every house safe? Works by village, what is late, who has no work yet, what the plan would add.

Responsible for wording and tabling `HousingFacts`. Not responsible for counting (`povlib.runs.facts.housing`), for
what is a safe house (grades come from the workbooks) or for the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Column, Note, Paragraph, Report, Section, Table
from povlib.words import language, term, text


@dataclass(frozen=True, eq=False)
class HousingFacts:
    """Everything the page says; filled by `povlib.runs.facts.housing`.

    Parameters
    ----------
    villages : DataFrame
        village, then houses of registered households: houses (all), works, done, begun, waiting, unsafe (now), none
        (unsafe without works), planned (of these helped by the plan).
    open_works : DataFrame
        hh, village, kind, status, pct (share done, 0-1), week (day of the last text, as written), silent (weeks since
        then), said: works that are not finished.
    silent_works : int
        Of these, works about which nothing was written for `silent_weeks` or more.
    photos : int
        Works with a photo in the photo store.
    waiting : DataFrame
        hh, village, grade, measure (of the plan, or missing): unsafe houses without any works.
    """

    villages: pd.DataFrame
    open_works: pd.DataFrame
    silent_works: int
    silent_weeks: int
    photos: int
    waiting: pd.DataFrame
    synthetic: bool = False


def housing_page(
    facts: HousingFacts, measures: Mapping[str, str], *, lang: str | None = None, subtitle: str = ""
) -> Report:
    """Return the page of the notebook 05_housing.

    Parameters
    ----------
    facts : HousingFacts
    measures : mapping
        Names of measures by key, in `lang`.
    """
    lang = lang or language()
    return Report(
        title=text("Is every house safe?", lang),
        language=lang,
        subtitle=subtitle,
        sections=(
            _villages_section(facts.villages, lang),
            _open_works_section(facts, lang),
            _waiting_section(facts.waiting, measures, lang),
        ),
        synthetic=facts.synthetic,
    )


def _house_number(key: str, value: float, definition: str) -> Number:
    return Number(key, int(value), "count", "house", definition)


def _villages_section(frame: pd.DataFrame, lang: str) -> Section:
    works, done = int(frame["works"].sum()), int(frame["done"].sum())
    sentence = say(
        "Of {works} with housing works {done} are finished ({share}). {unsafe} are recorded as unsafe now (grade C or "
        "D, or no house); {none} of them have no works yet, and the plan helps {planned} of these.",
        lang,
        works=_house_number("housing.works", works, "registered households with housing works"),
        done=_house_number("housing.done", done, "works finished"),
        share=Number("housing.done_share", done / works if works else 0.0, "share", "", "done / works"),
        unsafe=_house_number("housing.unsafe", frame["unsafe"].sum(), "grade C, D or no house"),
        none=_house_number("housing.none", frame["none"].sum(), "unsafe and no works"),
        planned=_house_number(
            "housing.planned", frame["planned"].sum(), "unsafe, no works, help with a house in the plan"
        ),
    )
    columns = (
        Column("village", term("village", lang)),
        Column("houses", term("households_n", lang, unit=True), "count", total=True),
        Column("works", text("housing works", lang), "count", total=True),
        Column("done", text("finished", lang), "count", total=True),
        Column("begun", text("being built", lang), "count", total=True),
        Column("waiting", text("not begun", lang), "count", total=True),
        Column("unsafe", text("unsafe now", lang), "count", total=True),
        Column("none", text("unsafe, no work", lang), "count", total=True),
        Column("planned", text("of these helped by the plan", lang), "count", total=True),
    )
    table = Table("houses", text("Houses by village", lang), columns, frame, "village", "ledger.projects", small=True)
    note = say(
        "The grade is the one the village last wrote down; a house whose work is finished counts as unsafe until its "
        "new grade is recorded.",
        lang,
    )
    return Section("villages", text("Where the houses stand", lang), (Paragraph(sentence), table, Note(note)))


def _open_works_section(facts: HousingFacts, lang: str) -> Section:
    sentence = say(
        "{open} are not finished. For {silent} of them nothing was written in the last {weeks} weeks of the record; "
        "photos are kept of {photos}.",
        lang,
        open=_house_number("housing.open", len(facts.open_works), "works not finished"),
        silent=_house_number("housing.silent", facts.silent_works, "no weekly text for four weeks or more"),
        weeks=Number("housing.weeks", facts.silent_weeks, "count", "", "weeks without a text before it is named here"),
        photos=_house_number("housing.photos", facts.photos, "works with a photo in the photo store"),
    )
    columns = (
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("kind", text("kind of work", lang)),
        Column("status", term("status", lang)),
        Column("pct", text("done", lang), "share"),
        Column("week", text("last written", lang)),
        Column("silent", text("weeks silent", lang), "count"),
        Column("said", text("what was written", lang), width=2.4),
    )
    table = Table(
        "open_works", text("Works not finished", lang), columns, facts.open_works, "hh", "ledger.progress", small=True
    )
    return Section("open", text("What is not finished", lang), (Paragraph(sentence), table))


def _waiting_section(waiting: pd.DataFrame, measures: Mapping[str, str], lang: str) -> Section:
    planned = [measures.get(m, m) if isinstance(m, str) else text("nothing", lang) for m in waiting["measure"]]
    left = int(waiting["measure"].isna().sum())
    sentence = say(
        "These households live in an unsafe house without any works. With the plan as it stands {left} stay so: until "
        "their house is safe they cannot exit, whatever they earn.",
        lang,
        left=_house_number("housing.left", left, "unsafe, no works, no help with a house in the plan"),
    )
    columns = (
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("grade", text("grade of the house", lang)),
        Column("planned", text("in the plan", lang), width=2.0),
    )
    frame = waiting.assign(planned=planned)
    table = Table("without", text("Unsafe and no work yet", lang), columns, frame, "hh", "ledger.projects", small=True)
    return Section("without", text("Who waits for a safe house", lang), (Paragraph(sentence), table))
