"""The figures of the next bulletin: counted from the ledger's rows, projected by the run's plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.ledger import State
from povlib.params import Catalogue
from povlib.params.claims import ClaimKind, ClaimUnit
from povlib.report.houses.facts import ProgressFacts
from povlib.report.kinds.bulletin_sources import BulletinFigures
from povlib.report.meeting.facts import MeetingFacts
from povlib.report.meeting.totals import Total
from povlib.runs.facts.claims import count_figure
from povlib.runs.facts.villages.village_incomes import yearly_village_income
from povlib.villages.sources.household_sources import held_placements, running
from povlib.vocabulary.help_and_works import (
    route_by_enterprise_job,
    route_by_local_job,
    works_finished,
    works_not_started,
    works_under_way,
)
from povlib.words import text

_YEAR = 12
_HIGH_FEN = 100_000_00  # 村财年收入10万元, the mark of the old bulletin
_NOT_ELIGIBLE, _OPERATING, _PLANNED = "not_eligible", "operating", "planned"
Values = dict[str, Any]


def bulletin_figures(
    state: State, catalogue: Catalogue, meeting: MeetingFacts, progress: ProgressFacts | None, lang: str
) -> BulletinFigures:
    """Return every figure of the draft; None where no sheet of the ledger holds it.

    Parameters
    ----------
    progress : ProgressFacts, optional
        How far the works are; None where no dates are known.
    """
    out = meeting.outcome
    totals = {"headline.expected": out.expected, "headline.additional": out.additional}
    high = villages_above(state)
    values: Values = {
        "standing.households": meeting.standing.households,
        "standing.persons": meeting.standing.persons,
        **_register(state),
        **_houses(state),
        **_industry(state, catalogue),
        **_jobs(state, catalogue),
        **_villages(state, catalogue, high),
        **_relief_and_exits(state, catalogue),
        "bulletin.sure_day": _third_of_month(progress.sure_day, lang) if progress and progress.sure_day else None,
        **{key: total.value for key, total in totals.items()},
        "headline.money": out.money_fen,
        "plan.posts": out.posts,
        "plan.served": out.served,
    }
    ranges = {key: ends for key, total in totals.items() if (ends := _ends(total)) is not None}
    return BulletinFigures(values, ranges, tuple(high or ()))


def _third_of_month(day: str, lang: str) -> str:
    """Return the third of a month in which a day lies, as bulletins tell it.

    Examples
    --------
    >>> _third_of_month("2016-05-12", "zh"), _third_of_month("2016-05-31", "en")
    ('2016年5月中旬', 'late 2016-05')
    """
    on = date.fromisoformat(day)
    third = ("early {month}", "mid {month}", "late {month}")[min((on.day - 1) // 10, 2)]
    return text(third, lang, month=Month(on.year, on.month).label(lang))


def _ends(total: Total) -> tuple[float, float] | None:
    return None if total.low is None or total.high is None else (total.low, total.high)


def _where_recorded(frame: pd.DataFrame, count: Callable[[pd.DataFrame], float]) -> float | None:
    """Return a count of the rows of a sheet; None where the sheet was never filled in."""
    return None if frame.empty else count(frame)


def _claimed(frame: pd.DataFrame, kind: ClaimKind, unit: ClaimUnit, state: State, catalogue: Catalogue) -> float | None:
    """Return a figure counted as a claim of it would be; None where the sheet behind it was never filled in."""
    return None if frame.empty else count_figure(kind, unit, state, catalogue)


def _distinct(column: str) -> Callable[[pd.DataFrame], float]:
    return lambda rows: int(rows[column].nunique())


def _of_year(months: pd.Series, state: State) -> pd.Series:
    year = state.last_month.year if state.last_month else 0
    return months.floordiv(_YEAR).eq(year).fillna(False)


def _register(state: State) -> Values:
    last = state.last_month.ordinal if state.last_month else 0
    seen, told = state.observations, state.village_practices
    lately = told[told["month"].eq(last)]
    return {
        "bulletin.villages": _where_recorded(state.households, lambda _: int(state.poor["village"].nunique())),
        "bulletin.helped": _where_recorded(state.households, lambda _: int(state.poor["helper_assigned"].sum())),
        "bulletin.months": _where_recorded(seen, lambda rows: int(_of_year(rows["month"], state).sum())),
        "bulletin.weekly": _where_recorded(state.progress, _distinct("project")),
        "bulletin.practices": _where_recorded(told, lambda _: len(lately)),
        "bulletin.practice_villages": _where_recorded(told, lambda _: int(lately["village"].nunique())),
    }


def _houses(state: State) -> Values:
    works, homes = state.projects, state.dwellings
    by_status = works.groupby("status")["hh"].nunique()
    targets = int(works["hh"].nunique())

    def with_status(status: str) -> float | None:
        return _where_recorded(works, lambda _: int(by_status.get(status, 0)))

    def by_way(way: str) -> float | None:
        return _where_recorded(homes, lambda rows: int(rows.loc[rows["way"].eq(way), "hh"].nunique()))

    done = with_status(works_finished())
    rounds = state.inspection_findings
    last_round = rounds[rounds["round"].eq(_last_round(state))]
    billed = works[works["project"].isin({*state.bill_items["project"], *state.project_items["project"]})]
    bills = pd.concat([state.bill_items["project"], state.project_items["project"]]).to_frame()
    return {
        "bulletin.targets": _where_recorded(works, lambda _: targets),
        "bulletin.done": done,
        "bulletin.done_share": None if done is None else done / targets,
        "bulletin.under_way": with_status(works_under_way()),
        "bulletin.waiting": with_status(works_not_started()),
        "bulletin.inspected": _where_recorded(last_round, _distinct("hh")),
        "bulletin.struck": _where_recorded(
            last_round, lambda rows: int(rows.loc[rows["finding"].eq(_NOT_ELIGIBLE), "hh"].nunique())
        ),
        "bulletin.billed": _where_recorded(bills, lambda _: int(billed["hh"].nunique())),
        **{f"bulletin.{way}": by_way(way) for way in ("rent", "buy", "credit", "land")},
        "bulletin.sites": _where_recorded(
            state.building_sites, lambda rows: int(rows["status"].ne(_PLANNED).fillna(False).sum())
        ),
        "bulletin.site_houses": _where_recorded(homes, lambda rows: int(rows["site"].notna().sum())),
    }


def _last_round(state: State) -> str:
    rounds = state.inspection_rounds
    return "" if rounds.empty else str(rounds.sort_values(["month", "round"])["round"].iloc[-1])


def _industry(state: State, catalogue: Catalogue) -> Values:
    given = state.support
    return {
        "bulletin.coops": _claimed(state.coops, "coops_founded", "coops", state, catalogue),
        "bulletin.bases": _where_recorded(state.bases, lambda rows: int(rows["status"].eq(_OPERATING).sum())),
        "bulletin.product_villages": _where_recorded(state.village_products, _distinct("village")),
        "bulletin.industry_households": _claimed(given, "industry_households", "households", state, catalogue),
        "bulletin.industry_persons": _claimed(given, "industry_households", "persons", state, catalogue),
    }


def _jobs(state: State, catalogue: Catalogue) -> Values:
    last = state.last_month.ordinal if state.last_month else 0
    held = held_placements(state, last)
    held = held[held["route"].isin((route_by_local_job(), route_by_enterprise_job()))]
    sizes = state.households.set_index("hh")["size"]
    placed, fairs = state.placements, state.job_fairs
    contracts = state.sale_contracts
    sent = state.deliveries
    month = sent["day"].floordiv(10_000) * _YEAR + sent["day"].floordiv(100).mod(100) - 1
    lately = sent[month.between(last - _YEAR + 1, last)]
    year = state.last_month.year if state.last_month else 0
    return {
        "bulletin.posts": _claimed(placed, "posts_placed", "persons", state, catalogue),
        "bulletin.posts_local": _claimed(placed, "posts_local", "persons", state, catalogue),
        "bulletin.posts_firm": _claimed(placed, "posts_enterprise", "persons", state, catalogue),
        "bulletin.post_households": _claimed(placed, "posts_placed", "households", state, catalogue),
        "bulletin.post_persons": _where_recorded(placed, lambda _: int(sizes.reindex(held["hh"].unique()).sum())),
        "bulletin.taken": _where_recorded(
            fairs, lambda rows: int(rows.loc[rows["day"].floordiv(10_000).eq(year), "taken"].sum())
        ),
        "bulletin.contracts": _where_recorded(contracts, lambda rows: int(running(rows, last).sum())),
        "bulletin.sellers": _where_recorded(state.contract_shares, _distinct("hh")),
        "bulletin.delivering": _where_recorded(sent, lambda _: int(lately["hh"].nunique())),
    }


def villages_above(state: State) -> list[str] | None:
    """Return the villages whose own income of twelve months is above 100,000 yuan; None where none is recorded."""
    if state.village_income.empty:
        return None
    totals = yearly_village_income(state).groupby("village")["fen"].sum()
    return sorted(str(name) for name in totals[totals > _HIGH_FEN].index)


def _villages(state: State, catalogue: Catalogue, high: list[str] | None) -> Values:
    contracts, last = state.income_contracts, state.last_month.ordinal if state.last_month else 0
    mean = _claimed(state.village_income, "village_income_mean", "yuan_per_year", state, catalogue)
    in_force = contracts[contracts["from_month"].le(last) & contracts["to_month"].ge(last)]
    return {
        "bulletin.income_villages": _where_recorded(contracts, lambda _: int(in_force["village"].nunique())),
        "bulletin.income_mean": None if mean is None else round(mean * 100),
        "bulletin.income_over": None if high is None else len(high),
    }


def _relief_and_exits(state: State, catalogue: Catalogue) -> Values:
    year = state.last_month.year if state.last_month else 0
    paid = state.relief_payments
    this_year = paid[paid["day"].floordiv(10_000).eq(year)]
    gone = state.exited[state.exited["exit_year"].eq(year).fillna(False)]
    return {
        "bulletin.relief_households": _where_recorded(paid, lambda _: int(this_year["hh"].nunique())),
        "bulletin.relief_fen": _where_recorded(paid, lambda _: int(this_year["fen"].sum())),
        "bulletin.marked_households": _claimed(state.marks, "exit_total", "households", state, catalogue),
        "bulletin.marked_persons": _claimed(state.marks, "exit_total", "persons", state, catalogue),
        "bulletin.exited_households": _where_recorded(state.households, lambda _: int(gone["hh"].nunique())),
        "bulletin.exited_persons": _where_recorded(state.households, lambda _: int(gone["size"].sum())),
    }
