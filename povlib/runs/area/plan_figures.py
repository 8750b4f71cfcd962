"""Figures that the paper of a plan by parts and those of its townships share, from rows of households and ranges.

Responsible for gathering them under one name each (`povlib.report.area.facts.PlanFigures`). Not responsible for sums
over parts (`povlib.runs.area.area_figures`) or for words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from povlib.allocation.parts.office_problem import NOTHING_NEW
from povlib.report.area.facts import DECIDED
from povlib.report.meeting.totals import Total
from povlib.runs.area.area_openings import opening_cost_fen
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.part_run import PART_DRAWS
from povlib.runs.decisions.wording import decisions_by_name, unsaid_reasons
from povlib.runs.facts.record import office_name, promise_record
from povlib.runs.stages.allocation_input import POOREST


def shared_figures(run: AreaRun, rows: pd.DataFrame, ranges: Mapping[str, float], lang: str) -> dict[str, Any]:
    """Return the figures of `PlanFigures` that hang on the households planned for, by name.

    Parameters
    ----------
    rows : DataFrame
        Planned households (`povlib.runs.area.chosen_rows.planned_rows`).
    ranges : mapping
        Expected and additional persons of them with their ranges (`povlib.runs.area.part_figures.ranges_of`).
    """
    fifth, settings = rows[rows[POOREST].astype(bool)], run.settings
    money, posts = int(rows["money_fen"].sum()), int(rows["posts"].sum())
    return {
        "office": office_name(run, lang),
        "scenario": run.info.title(lang),
        "plan_month": settings.plan_month,
        "horizon": settings.horizon,
        "help_from": settings.help_from,
        "help_to": settings.help_to,
        "parts": len(run.parts),
        "households": len(rows),
        "persons": int(rows["members"].sum()),
        "served": int((rows["k"] > 0).sum()),
        "posts": posts,
        "additional": _total(ranges, "additional"),
        "expected": _total(ranges, "expected"),
        "without": Total(float((rows["members"] * rows["p0"]).sum())),
        "opening_fen": opening_cost_fen(run),
        "poorest_money_share": float(fifth["money_fen"].sum() / money) if money else None,
        "poorest_post_share": float(fifth["posts"].sum() / posts) if posts else None,
        "poorest_persons": int(fifth["members"].sum()),
        "poorest_additional": float(fifth["additional"].sum()),
        "gap_persons": run.plan.gap,
        "draws": settings.draws,
        "first_draws": min(settings.draws, PART_DRAWS),
        "first_additional": run.plan.additional if settings.objective.in_persons else None,
        "draft": not promise_record(run).decisions,
        "synthetic": run.info.synthetic,
        "gives_nothing": run.plan.status == NOTHING_NEW,
    }


def _total(ranges: Mapping[str, float], what: str) -> Total:
    return Total(ranges[what], ranges[f"{what}_low"], ranges[f"{what}_high"])


def with_measure_names(run: AreaRun, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return rows by measure with the names of the measures."""
    return rows.assign(name=[run.catalogue.measures[key].names.show(lang) for key in rows["measure"]])


def decisions_in_words(run: AreaRun, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return decisions by hand (`povlib.runs.decisions.kept.decisions_on_paper`) as the papers print them."""
    said = rows.assign(
        decision=decisions_by_name(rows, run.catalogue, lang),
        reason=rows["reason"].replace(unsaid_reasons(lang)),
        kept=rows["kept"].astype(bool),
    )
    return said[list(DECIDED)].reset_index(drop=True)


def with_poor_share(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of places with the share of their persons who are poor now, of those who can be assessed."""
    assessed = rows["assessed_persons"].astype("float64")
    return rows.assign(poor_share=(rows["poor_persons"] / assessed.where(assessed > 0)).astype("float64"))
