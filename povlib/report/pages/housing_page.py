"""Is every house safe? Works by village, what is late, who has no work yet, what the plan would add.

Responsible for wording and tabling houses and works of the ledger. Not responsible for what is a safe house
(grades come from the workbooks) or for the plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from povlib.ledger import State
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Column, Note, Paragraph, Report, Section, Table
from povlib.report.pages.ledger_page import in_order
from povlib.vocabulary.help_and_works import works_finished, works_under_way
from povlib.vocabulary.register import unsafe_grades
from povlib.words import language, term, text

_WEEKS_SILENT = 4
_DAYS = 7


def housing_page(
    state: State,
    planned: pd.DataFrame,
    measures: Mapping[str, str],
    *,
    lang: str | None = None,
    subtitle: str = "",
    villages: Sequence[str] = (),
) -> Report:
    """Return the page of the notebook 05_housing.

    Parameters
    ----------
    state : State
    planned : DataFrame
        hh, measure: help with a house in the plan.
    measures : mapping
        Names of measures by key, in `lang`.
    villages : sequence of str
        Their order in tables.
    """
    lang = lang or language()
    houses = houses_of(state, planned)
    return Report(
        title=text("Is every house safe?", lang),
        language=lang,
        subtitle=subtitle,
        sections=(_villages(houses, lang, villages), _open(state, houses, lang), _without(houses, measures, lang)),
        synthetic=state.synthetic,
    )


def houses_of(state: State, planned: pd.DataFrame) -> pd.DataFrame:
    """Return one row a registered household: its house, its work and what the plan adds.

    Returns
    -------
    DataFrame
        hh, village, grade, unsafe (grade C, D or no house), project, kind, status, cost_fen, pct, week (the last
        day written about, as 20160422), said, photo (kept), measure (planned). A household's newest work counts.
    """
    poor = state.poor[["hh", "village", "housing_grade"]].rename(columns={"housing_grade": "grade"})
    last = state.progress.sort_values(["project", "week"]).drop_duplicates("project", keep="last")
    works = state.projects.merge(last[["project", "week", "pct", "text", "photo_sha256"]], on="project", how="left")
    works = works.sort_values(["hh", "week", "project"]).drop_duplicates("hh", keep="last")
    works = works.rename(columns={"text": "said"}).assign(photo=works["photo_sha256"].notna())
    columns = ["hh", "project", "kind", "status", "cost_fen", "pct", "week", "said", "photo"]
    houses = poor.merge(works[columns], on="hh", how="left")
    houses["unsafe"] = houses["grade"].isin(unsafe_grades())
    first = planned.sort_values(["hh", "measure"]).drop_duplicates("hh")
    houses["measure"] = houses["hh"].map(first.set_index("hh")["measure"])
    return houses.sort_values("hh", ignore_index=True)


def _house(key: str, value: float, definition: str) -> Number:
    return Number(key, int(value), "count", "house", definition)


def _villages(houses: pd.DataFrame, lang: str, villages: Sequence[str]) -> Section:
    works = houses["project"].notna()
    done, begun = houses["status"].eq(works_finished()), houses["status"].eq(works_under_way())
    counts = pd.DataFrame(
        {
            "village": houses["village"],
            "houses": 1,
            "works": works.astype("int64"),
            "done": done.astype("int64"),
            "begun": begun.astype("int64"),
            "waiting": (works & ~done & ~begun).astype("int64"),
            "unsafe": houses["unsafe"].astype("int64"),
            "none": (houses["unsafe"] & ~works).astype("int64"),
            "planned": (houses["unsafe"] & ~works & houses["measure"].notna()).astype("int64"),
        }
    )
    frame = counts.groupby("village").sum()
    frame = frame.loc[sorted(frame.index, key=in_order(villages))].reset_index()
    sentence = say(
        "Of {works} with housing works {done} are finished ({share}). {unsafe} are recorded as unsafe now (grade C or "
        "D, or no house); {none} of them have no works yet, and the plan helps {planned} of these.",
        lang,
        works=_house("housing.works", works.sum(), "registered households with housing works"),
        done=_house("housing.done", done.sum(), "works finished"),
        share=Number(
            "housing.done_share", done.sum() / works.sum() if works.any() else 0.0, "share", "", "done / works"
        ),
        unsafe=_house("housing.unsafe", houses["unsafe"].sum(), "grade C, D or no house"),
        none=_house("housing.none", frame["none"].sum(), "unsafe and no works"),
        planned=_house("housing.planned", frame["planned"].sum(), "unsafe, no works, help with a house in the plan"),
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


def _open(state: State, houses: pd.DataFrame, lang: str) -> Section:
    works = houses[houses["project"].notna() & houses["status"].ne(works_finished())].copy()
    written = _days(works["week"])
    works["silent"] = (_days(state.progress["week"]).max() - written).dt.days // _DAYS
    silent = int((works["silent"].isna() | (works["silent"] >= _WEEKS_SILENT)).sum())
    sentence = say(
        "{open} are not finished. For {silent} of them nothing was written in the last {weeks} weeks of the record; "
        "photos are kept of {photos}.",
        lang,
        open=_house("housing.open", len(works), "works not finished"),
        silent=_house("housing.silent", silent, "no weekly text for four weeks or more"),
        weeks=Number("housing.weeks", _WEEKS_SILENT, "count", "", "weeks without a text before it is named here"),
        photos=_house("housing.photos", houses["photo"].eq(True).sum(), "works with a photo in the photo store"),
    )
    works["week"] = written.dt.strftime("%Y-%m-%d")
    works["pct"] = works["pct"] / 100
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
    frame = works.sort_values(["village", "pct", "hh"], ignore_index=True)
    table = Table("open_works", text("Works not finished", lang), columns, frame, "hh", "ledger.progress", small=True)
    return Section("open", text("What is not finished", lang), (Paragraph(sentence), table))


def _days(week: pd.Series) -> pd.Series:
    """Return the days that a column of whole numbers such as 20160422 stands for."""
    return pd.to_datetime(week.astype("Int64").astype("str"), format="%Y%m%d", errors="coerce")


def _without(houses: pd.DataFrame, measures: Mapping[str, str], lang: str) -> Section:
    lacking = houses[houses["unsafe"] & houses["project"].isna()].copy()
    lacking["planned"] = [
        measures.get(m, m) if isinstance(m, str) else text("nothing", lang) for m in lacking["measure"]
    ]
    left = int(lacking["measure"].isna().sum())
    sentence = say(
        "These households live in an unsafe house without any works. With the plan as it stands {left} stay so: until "
        "their house is safe they cannot exit, whatever they earn.",
        lang,
        left=_house("housing.left", left, "unsafe, no works, no help with a house in the plan"),
    )
    columns = (
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("grade", text("grade of the house", lang)),
        Column("planned", text("in the plan", lang), width=2.0),
    )
    frame = lacking.sort_values(["village", "hh"], ignore_index=True)
    table = Table("without", text("Unsafe and no work yet", lang), columns, frame, "hh", "ledger.projects", small=True)
    return Section("without", text("Who waits for a safe house", lang), (Paragraph(sentence), table))
