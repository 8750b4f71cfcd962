"""Figures of the next bulletin: each counted again from the ledger's tables; nothing where a sheet is empty."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pandas as pd
import pytest

from povlib import runs
from povlib.ledger import State
from povlib.report.kinds.bulletin_sources import PROJECTED, SOURCES
from povlib.runs.facts.houses.houses_facts import houses_facts
from povlib.runs.facts.kinds.bulletin_figures import bulletin_figures
from povlib.runs.facts.meeting import meeting_facts


def _expected(state: State) -> dict[str, Any]:
    """Return each figure of the record, counted by hand."""
    people = state.households.set_index("hh")["size"]
    poor = set(state.households.loc[state.households["status"] != "已脱贫", "hh"])
    year, last = 2016, 2016 * 12 + 3
    works, homes = state.projects, state.dwellings
    in_post = set(state.placements["hh"])
    ends = state.placement_ends
    marked = set(state.marks.loc[state.marks["kind"] == "预脱贫", "hh"])
    income = state.village_income[state.village_income["month"] > last - 12].groupby("village")["fen"].sum()
    sent = pd.to_datetime(state.deliveries["day"].astype(str))
    paid = state.relief_payments[state.relief_payments["day"] // 10_000 == year]
    running = state.income_contracts[(state.income_contracts["to_month"] >= last)]
    assert ends.merge(state.placements, on=["post", "person", "from_month"]).empty
    return {
        "standing.households": len(poor),
        "standing.persons": int(people[list(poor)].sum()),
        "bulletin.villages": 12,
        "bulletin.helped": len(poor),
        "bulletin.months": int((state.observations["month"] // 12 == year).sum()),
        "bulletin.weekly": 85,
        "bulletin.practices": int((state.village_practices["month"] == last).sum()),
        "bulletin.targets": 85,
        "bulletin.done": 56,
        "bulletin.done_share": 56 / 85,
        "bulletin.under_way": int((works["status"] == "在建").sum()),
        "bulletin.waiting": int((works["status"] == "未开工").sum()),
        "bulletin.inspected": state.inspection_findings["hh"].nunique(),
        "bulletin.struck": int((state.inspection_findings["finding"] == "not_eligible").sum()),
        "bulletin.rent": int((homes["way"] == "rent").sum()),
        "bulletin.buy": int((homes["way"] == "buy").sum()),
        "bulletin.credit": int((homes["way"] == "credit").sum()),
        "bulletin.land": int((homes["way"] == "land").sum()),
        "bulletin.sites": int(state.building_sites["status"].isin(["open", "full"]).sum()),
        "bulletin.site_houses": int(homes["site"].notna().sum()),
        "bulletin.coops": int((state.coops["founded_month"] // 12 == year).sum()),
        "bulletin.bases": int((state.bases["status"] == "operating").sum()),
        "bulletin.product_villages": 12,
        "bulletin.industry_households": 70,
        "bulletin.industry_persons": 265,
        "bulletin.posts": state.placements["person"].nunique(),
        "bulletin.posts_local": 63,
        "bulletin.posts_firm": 17,
        "bulletin.post_households": len(in_post),
        "bulletin.post_persons": int(people[list(in_post)].sum()),
        "bulletin.taken": int(state.job_fairs["taken"].sum()),
        "bulletin.contracts": len(state.sale_contracts),
        "bulletin.sellers": state.contract_shares["hh"].nunique(),
        "bulletin.delivering": state.deliveries.loc[sent >= "2015-05-01", "hh"].nunique(),
        "bulletin.income_villages": running["village"].nunique(),
        "bulletin.income_mean": round(income.sum() / 12),
        "bulletin.income_over": int((income > 10_000_000).sum()),
        "bulletin.relief_households": paid["hh"].nunique(),
        "bulletin.relief_fen": int(paid["fen"].sum()),
        "bulletin.marked_households": len(marked),
        "bulletin.marked_persons": int(people[list(marked)].sum()),
        "bulletin.exited_households": int((state.households["exit_year"] == year).sum()),
        "bulletin.exited_persons": 0,
    }


@pytest.mark.thorough
def test_each_figure_is_what_the_tables_say(run: runs.Run) -> None:
    meeting = meeting_facts(run, "zh")
    found = bulletin_figures(run.state, run.catalogue, meeting, houses_facts(run, "zh").progress, "zh")
    expected = _expected(run.state)
    assert {key: found.counted[key] for key in expected} == pytest.approx(expected)
    assert found.high_villages == ("乐北", "联胜")
    out = meeting.outcome
    assert found.counted["headline.expected"] == out.expected.value
    assert found.ranges["headline.additional"] == (out.additional.low, out.additional.high)
    assert found.counted["headline.money"] == out.money_fen
    untold = {"bulletin.practice_villages", "bulletin.billed"}
    assert set(SOURCES) - set(expected) - untold == {k for k, s in SOURCES.items() if s.state == PROJECTED}
    assert set(found.counted) == set(SOURCES)


@pytest.mark.thorough
def test_a_ledger_without_sheets_gives_no_figure_of_the_record(run: runs.Run) -> None:
    empty = {f.name: getattr(run.state, f.name) for f in fields(run.state)}
    kept = {"households", "members", "observations"}
    frames = {
        name: frame.iloc[:0] for name, frame in empty.items() if isinstance(frame, pd.DataFrame) and name not in kept
    }
    found = bulletin_figures(replace(run.state, **frames), run.catalogue, meeting_facts(run, "en"), None, "en")
    told = {key for key, value in found.counted.items() if value is not None and SOURCES[key].state != PROJECTED}
    assert told == {
        "standing.households", "standing.persons", "bulletin.villages", "bulletin.helped", "bulletin.months",
        "bulletin.exited_households", "bulletin.exited_persons",
    }  # fmt: skip
    assert found.counted["bulletin.sure_day"] is None
    assert found.high_villages == ()
