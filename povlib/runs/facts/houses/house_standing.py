"""Is every house safe? The ledger's works beside what a run's plan adds.

Responsible for counting houses and works, and for reading which help with a house the plan gives. Not responsible
for words (`povlib.report.houses`).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from povlib.ledger import State
from povlib.report.houses.facts import StandingFacts
from povlib.runs.facts.houses.code_words import in_words
from povlib.runs.facts.village_order import office_order
from povlib.runs.run import Run
from povlib.vocabulary.help_and_works import works_finished, works_under_way
from povlib.vocabulary.register import unsafe_grades

# Villages write about works once a week; four weeks without a word are a month, the shortest silence that no holiday
# explains. A choice, not measured: a shorter one names more works for a telephone call.
SILENT_WEEKS = 4
_DAYS_PER_WEEK = 7
_GUARANTEE = "housing"


def standing_facts(
    state: State, planned: pd.DataFrame, villages: Sequence[str] = (), lang: str | None = None
) -> StandingFacts:
    """Return where the houses stand.

    Parameters
    ----------
    planned : DataFrame
        hh, measure: help with a house in the plan.
    villages : sequence of str
        Their order in tables.
    """
    houses = houses_of(state, planned)
    works = houses[houses["project"].notna() & houses["status"].ne(works_finished())].copy()
    written = _days_of_reports(works["week"])
    works["silent"] = (_days_of_reports(state.progress["week"]).max() - written).dt.days // _DAYS_PER_WEEK
    silent = int((works["silent"].isna() | (works["silent"] >= SILENT_WEEKS)).sum())
    works["week"] = written.dt.strftime("%Y-%m-%d")
    works["pct"] = works["pct"] / 100
    works["kind"] = in_words(works["kind"], "housing_kind", lang)
    works["status"] = in_words(works["status"], "project_status", lang)
    waiting = houses[houses["unsafe"] & houses["project"].isna()]
    waiting = waiting.assign(grade=in_words(waiting["grade"], "housing_grade", lang))
    return StandingFacts(
        villages=_counts_by_village(houses, villages),
        open_works=works.sort_values(["village", "pct", "hh"], ignore_index=True),
        silent_works=silent,
        silent_weeks=SILENT_WEEKS,
        photos=int(houses["photo"].eq(True).sum()),
        waiting=waiting.sort_values(["village", "hh"], ignore_index=True),
        synthetic=state.synthetic,
    )


def _counts_by_village(houses: pd.DataFrame, villages: Sequence[str]) -> pd.DataFrame:
    """Return houses, works by state, and unsafe houses without works, by village."""
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
    return frame.loc[sorted(frame.index, key=office_order(villages))].reset_index()


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
    # one work a household, the one written about last: houses are counted, not works
    works = works.sort_values(["hh", "week", "project"]).drop_duplicates("hh", keep="last")
    works = works.rename(columns={"text": "said"}).assign(
        photo=works["photo_sha256"].fillna("").ne("") | works["project"].isin(state.house_photos["project"])
    )
    columns = ["hh", "project", "kind", "status", "cost_fen", "pct", "week", "said", "photo"]
    houses = poor.merge(works[columns], on="hh", how="left")
    houses["unsafe"] = houses["grade"].isin(unsafe_grades())
    # a household that gets two measures for its house still waits for one house
    first = planned.sort_values(["hh", "measure"]).drop_duplicates("hh")
    houses["measure"] = houses["hh"].map(first.set_index("hh")["measure"])
    return houses.sort_values("hh", ignore_index=True)


def _days_of_reports(week: pd.Series) -> pd.Series:
    """Return the days that a column of whole numbers such as 20160422 stands for."""
    return pd.to_datetime(week.astype("Int64").astype("str"), format="%Y%m%d", errors="coerce")


def planned_houses(run: Run) -> pd.DataFrame:
    """Return hh and measure of every help in the plan that makes a house safe (its guarantee is housing)."""
    safe = {
        key for key, measure in run.catalogue.measures.items() if any(c.guarantee == _GUARANTEE for c in measure.closes)
    }
    chosen = run.plan.chosen.astype({"package": run.offer.components["package"].dtype})
    parts = run.offer.components[run.offer.components["measure"].isin(safe)]
    return parts[["package", "measure"]].merge(chosen[["hh", "package"]], on="package")[["hh", "measure"]]
