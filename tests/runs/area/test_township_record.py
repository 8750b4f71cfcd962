"""The back-test of a plan by parts, against the back-test of each township alone and of everybody pooled."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
import pytest

from povlib import ledger, review, runs
from povlib.review.known_at_origin import state_cut_back
from povlib.runs.area.area_facts import area_facts
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.township_record import record_of_townships, rows_of_townships, townships_drawn
from povlib.runs.stages.outlook import BACKTEST_DRAWS

pytestmark = pytest.mark.thorough


def test_the_townships_drawn_are_tested_and_stand_in_the_paper(by_parts: AreaRun) -> None:
    drawn = townships_drawn(by_parts)
    assert len(drawn) == by_parts.settings.backtest_townships < len(by_parts.part_of_township)
    rows = pd.concat([rows_of_townships(part, drawn) for part in by_parts.part_runs])
    assert set(rows["township"]) == set(drawn)
    made = record_of_townships(by_parts)
    assert made is not None
    assert made.everybody.ratio == pytest.approx(rows["observed"].sum() / rows["expected"].sum())
    assert made.everybody.clusters == len(by_parts.part_of_township)
    page = (by_parts.folder / "papers" / "area.zh.html").read_text(encoding="utf-8")
    assert all(township in page for township in drawn)
    told = area_facts(by_parts, "zh").record
    assert told is not None
    assert told.ratio == made.everybody.ratio


def test_a_township_is_tested_as_one_that_is_alone(by_parts: AreaRun) -> None:
    """The back-test of a township's own state, cut out of the whole ledger's by the test itself."""
    drawn = townships_drawn(by_parts)
    part = next(one for one in by_parts.part_runs if set(one.part.townships) & set(drawn))
    row = rows_of_townships(part, drawn).iloc[0]
    villages = {key for key, town in by_parts.township_of.items() if town == row["township"]}
    with ledger.open(by_parts.office.ledger_place) as book:
        whole = ledger.read_state(book, by_parts.info.batch)
    hh = set(whole.households.loc[whole.households["village"].isin(villages), "hh"])
    frames = {
        name: frame[frame["hh"].isin(hh)].reset_index(drop=True)
        for name, frame in vars(state_cut_back(whole, whole.last_month)).items()
        if isinstance(frame, pd.DataFrame) and "hh" in frame
    }
    assert len(frames["households"]) == len(part.state_of(sorted(villages)).households)
    with ledger.open(by_parts.office.ledger_place) as book:
        state = ledger.read_state(book, by_parts.info.batch, villages=sorted(villages))
        known = review.known_then(book, state, sorted(villages))
        origins = review.backtest_origins(state, by_parts.settings)
        made = review.backtest(
            state, by_parts.catalogue, by_parts.settings, origins, by_parts.settings.horizon - by_parts.at,
            known=known, draws=BACKTEST_DRAWS,
        )  # fmt: skip
    rows = made.known()
    assert set(rows["hh"]) <= hh
    assert len(rows) == row["households"]
    assert (rows["members"] * rows["p"]).sum() == pytest.approx(row["expected"])
    assert (rows["members"] * rows["outcome"]).sum() == row["observed"]


@pytest.mark.slow  # back-tests every township
def test_with_all_townships_drawn_it_is_the_outcome_of_everybody_pooled(by_parts: AreaRun, office: runs.Place) -> None:
    run = cast(AreaRun, runs.begin(office, "base", {**by_parts.overrides, "settings.backtest_townships": "99"}))
    made = record_of_townships(run)
    assert made is not None
    assert made.townships == tuple(run.part_of_township)
    assert made.everybody.se == 0.0
    whole = runs.begin(office, "base", {})
    pooled = runs.stages.outlook.backtest_of(whole).known()
    # outcomes are those of the whole; what is projected of a township alone differs a little, as its records do
    assert made.everybody.observed == (pooled["members"] * pooled["outcome"]).sum()
    assert made.households == len(pooled)
    assert made.everybody.expected == pytest.approx((pooled["members"] * pooled["p"]).sum(), rel=0.1)
    assert np.isfinite(made.served.ratio)


def test_none_drawn_says_that_nothing_was_held_against_what_came(by_parts: AreaRun, office: runs.Place) -> None:
    run = cast(AreaRun, runs.begin(office, "base", {**by_parts.overrides, "settings.backtest_townships": "0"}))
    assert townships_drawn(run) == ()
    assert record_of_townships(run) is None
