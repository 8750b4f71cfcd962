"""Helpers 帮扶责任人 of an office: the plan from its ledger, and the paper and workbook about it.

Which rows count: helpers who serve, households on the register, pairs that have not ended. Ways are those of
``inspection.yaml``; where none is entered every other village is as far as any.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from povlib import ledger, params
from povlib.calendar import Month
from povlib.errors import DataError
from povlib.intake.outgoing.forms import write_single_sheet
from povlib.ledger import State
from povlib.params.procedures.inspection import Inspection, load_inspection
from povlib.report.villages.helper_paper import helper_paper
from povlib.report.writers.publication import publish
from povlib.runs.office.office_place import Place, open_book
from povlib.villages.helpers.helper_plan import HelperPlan, helper_plan
from povlib.words import language

SERVING = "serving"
"""Key of ``data/tables/helper_status.yaml``; a helper without a status serves."""


@dataclass(frozen=True)
class HelperFacts:
    """A plan of helpers beside what it was made from.

    Attributes
    ----------
    plan : HelperPlan
    today : DataFrame
        helper, households: today's loads of all who stand by anybody, serving or not.
    away : DataFrame
        helper, status, households: helpers who stand by households but do not serve any more.
    without_ways : bool
        No kilometres are entered, so ways count as one between any two villages.
    pairs : DataFrame
        hh, helper, from_month: the pairs of today, as recorded.
    month : Month
        The last month of data.
    """

    plan: HelperPlan
    today: pd.DataFrame
    away: pd.DataFrame
    without_ways: bool
    pairs: pd.DataFrame
    month: Month


def helper_facts(state: State, rules: Inspection) -> HelperFacts:
    """Return the plan of helpers for the households on the register.

    Raises
    ------
    DataError
        If no helper is recorded, or what is recorded does not fit together.
    """
    helpers = state.helpers
    if helpers.empty:
        raise DataError("no helper is recorded", remedy="fill the sheet of helpers (帮扶人): {command}",
                        command="python3 workbench.py forms")  # fmt: skip
    status = helpers["status"].fillna(SERVING)
    serving = helpers[status.eq(SERVING).to_numpy(dtype=bool)]
    households = state.poor[["hh", "village"]]
    pairs = state.helper_assignments
    month = state.last_month.ordinal if state.last_month else 0
    ended = (pairs["to_month"].astype("Float64") <= month).fillna(False).to_numpy(dtype=bool)
    running = pairs[~ended & pairs["hh"].isin(households["hh"]).to_numpy(dtype=bool)]
    # the newest of several: a household has one helper
    running = running.sort_values(["hh", "from_month", "helper"]).drop_duplicates("hh", keep="last")
    villages = sorted(set(households["village"].dropna()))
    stations = sorted(set(serving["village"].dropna()) | set(villages))
    km = {(a, b): way for a in stations for b in villages if (way := _kilometres(rules, a, b)) is not None}
    today = dict(zip(running["hh"], running["helper"], strict=True))
    plan = helper_plan(households, serving, state.helper_kin, km, today)
    loads = running["helper"].value_counts().rename_axis("helper").reset_index(name="households")
    gone = loads[~loads["helper"].isin(serving["helper"])]
    away = gone.merge(helpers[["helper", "status"]], on="helper", how="left")[["helper", "status", "households"]]
    now = running[["hh", "helper", "from_month"]].sort_values(["hh", "from_month"], ignore_index=True)
    today_loads = loads.sort_values("helper", ignore_index=True)
    return HelperFacts(plan, today_loads, away, not rules.km, now, state.last_month or Month.from_ordinal(month))


def agreed_rows(facts: HelperFacts) -> pd.DataFrame:
    """Return the pairs as cells of the sheet 帮扶结对: those that stay, those that end, those that begin.

    Returns
    -------
    DataFrame
        hh, helper, from_month, to_month (texts such as 2016-05; missing while it runs). A pair that is not kept ends
        with the last month of data, the new one begins with the next. A household without a helper keeps none.

    Examples
    --------
    See `write_helper_list`, which writes them so that the workbook can be loaded.
    """
    planned = dict(zip(facts.plan.assigned["hh"], facts.plan.assigned["helper"], strict=True))
    rows: list[tuple[str, str, str, str | None]] = []
    for hh, helper, since in facts.pairs.itertuples(index=False, name=None):
        if helper != planned.get(hh):
            rows.append((hh, helper, str(Month.from_ordinal(int(since))), str(facts.month)))
    today = {(hh, helper): int(since) for hh, helper, since in facts.pairs.itertuples(index=False, name=None)}
    for hh, helper in planned.items():
        if isinstance(helper, str):
            begins = today.get((hh, helper), facts.month.ordinal + 1)
            rows.append((hh, helper, str(Month.from_ordinal(begins)), None))
    frame = pd.DataFrame(rows, columns=["hh", "helper", "from_month", "to_month"])
    return frame.sort_values(["hh", "from_month", "helper"], ignore_index=True)


def _kilometres(rules: Inspection, a: str, b: str) -> float | None:
    return rules.kilometres(a, b) if rules.km else float(a != b)


def read_helper_facts(place: Place) -> HelperFacts:
    """Return `helper_facts` of an office's ledger as it stands.

    Raises
    ------
    DataError
        As `helper_facts`.
    """
    with open_book(place, create=False) as book:
        state = ledger.read_state(book)
    names = tuple(village.name for village in params.load(place.office.params).villages.values())
    return helper_facts(state, load_inspection(place.office.params, names))


def write_helper_list(place: Place, facts: HelperFacts, lang: str | None = None) -> list[Path]:
    """Write the list of pairs into the office's desk folder, last the workbook that is loaded once agreed on."""
    lang = lang or language()
    paper = helper_paper(facts.plan, lang, without_ways=facts.without_ways, synthetic=place.synthetic)
    folder = place.office.folder / "desk" / "helpers"
    agreed = write_single_sheet("assignment", agreed_rows(facts), facts.month + 1, folder)
    return [*publish(paper, folder, f"helpers.{lang}", formats=("html", "pdf", "xlsx")), agreed]
