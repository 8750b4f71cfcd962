"""Villages and records as they are: tiny, torn, half empty; help nobody ever had; lines that change."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import povlib
from povlib import params
from povlib.calendar import Month
from povlib.exits import project, totals
from povlib.poverty import assess
from povlib.support import offer
from povlib.support.example_township import example_township
from povlib.words.catalogue import _catalogue_messages


def projected(state, catalogue, settings):
    return project(state, offer(state, catalogue, settings), catalogue, settings)


def test_a_village_with_three_households_has_a_range_and_no_share_of_its_own(catalogue, settings):
    made = projected(example_township(), catalogue, settings)
    found = totals(made)
    low, high = found.interval()
    assert low <= found.persons <= high
    assert sum(found.parts.values()) == 1.0 or abs(sum(found.parts.values()) - 1) < 1e-9
    frame = made.frame[made.frame["assessable"]]
    assert frame[["p", "p_low", "p_high", "return_risk", "gap_fen"]].notna().all().all()


@pytest.mark.thorough
def test_a_small_village_inside_a_township_changes_nothing_for_the_others(now, catalogue, settings):
    """Three households of a hamlet go to a village of their own: the other villages' years stay the same draws."""
    households = now.households.copy()
    few = households["hh"].iloc[:3]
    households.loc[households["hh"].isin(few), "village"] = "新村"
    state = SimpleNamespace(**(vars(now) | {"households": households}))
    one, two = (projected(s, catalogue, settings).frame for s in (now, state))
    both = one[one["k"] == 0].merge(two[two["k"] == 0], on="hh")
    rest = both[~both["hh"].isin(few) & both["assessable_x"]]
    assert len(rest) > 40
    assert (rest["p_x"] - rest["p_y"]).abs().max() < 0.1


def test_a_measure_nobody_ever_had_goes_by_its_prior_and_is_labelled(now, catalogue, settings):
    state = SimpleNamespace(**(vars(now) | {"support": now.support[now.support["measure"] != "enterprise_post"]}))
    made = projected(state, catalogue, settings)
    row = made.inputs[made.inputs["measure"] == "enterprise_post"].iloc[0]
    prior = catalogue.measures["enterprise_post"].earns[0]
    assert (row["mean"], row["sd"], row["status"]) == (prior.mean, prior.sd, "assumed")
    assert row["prior_source"] == prior.prior_source
    # in a township of 80 few hang on it: -0.01 persons with 1,500 draws, so that luck decides the sign of any fewer
    assert np.isfinite(row["persons_per_sd"])


@pytest.mark.thorough
def test_a_month_missing_everywhere_is_survived_by_a_whole_township(now, catalogue, settings):
    gone = Month(2016, 2).ordinal
    frames = {name: getattr(now, name) for name in ("observations", "transfers")}
    less = {name: frame[frame["month"] != gone] for name, frame in frames.items()}
    state = SimpleNamespace(**(vars(now) | less))
    made, whole = (projected(s, catalogue, settings) for s in (state, now))
    assert len(made.not_assessable) <= len(whole.not_assessable) + 3
    both = made.frame["assessable"] & whole.frame["assessable"]
    assert (made.frame.loc[both, "p"] - whole.frame.loc[both, "p"]).abs().mean() < 0.05


@pytest.mark.thorough
def test_a_line_that_changes_mid_year_judges_each_month_end_by_its_own(catalogue):
    """Six month-ends from 2016-11 to 2017-04: the two of 2016 by 3146, the four of 2017 by the line of 2017."""
    rich = example_township()
    settings = params.Settings(horizon="2017-04", stability_months=6, draws=40)
    frames = []
    for yuan in (3335, 9000):
        changed = catalogue.replaced({"lines.exit_check_2017.line_yuan": yuan})
        frames.append(projected(rich, changed, settings).frame)
    assert frames[1]["p"].mean() < frames[0]["p"].mean()
    early = params.Settings(horizon="2016-12", stability_months=2, draws=40)
    same = [
        projected(rich, catalogue.replaced({"lines.exit_check_2017.line_yuan": yuan}), early).frame["p"]
        for yuan in (3335, 9000)
    ]
    assert np.allclose(same[0], same[1], equal_nan=True)


def test_the_rule_takes_the_line_of_each_month_end(catalogue):
    months = np.arange(Month(2015, 1).ordinal, Month(2017, 2).ordinal + 1)
    good = dict.fromkeys(("food", "clothing", "schooling", "medical", "housing", "water"), 1)
    amounts = {"wage_fen": 27_000, "business_fen": 0, "property_fen": 0, "cost_fen": 0}
    state = SimpleNamespace(
        households=pd.DataFrame({"hh": ["A"], "size": [1]}),
        observations=pd.DataFrame({"hh": "A", "month": months, **amounts, **good}),
        transfers=pd.DataFrame({"hh": [], "month": [], "kind": [], "fen": []}),
    )
    for last, expected in ((Month(2016, 12), True), (Month(2017, 1), False)):  # 3240 yuan: over 3146, under 3335
        settings = params.Settings(horizon=str(last), stability_months=2)
        assert bool(assess(state, last, catalogue, settings)["exits"].iloc[0]) is expected


def test_a_household_without_members_or_with_one_month_is_listed_and_spoils_nothing(now, catalogue, settings):
    households = now.households.copy()
    nobody, late = households["hh"].iloc[0], households["hh"].iloc[1]
    households.loc[households["hh"] == nobody, "size"] = 0
    last = now.observations["month"].max()
    keep = (now.observations["hh"] != late) | (now.observations["month"] == last)
    state = SimpleNamespace(**(vars(now) | {"households": households, "observations": now.observations[keep]}))
    made = projected(state, catalogue, settings)
    listed = made.not_assessable.set_index("hh")["reason_en"]
    assert listed[nobody] == "no member is on the card"
    assert "six of the last twelve" in listed[late]
    assert made.frame.loc[made.frame["assessable"], "p"].between(0, 1).all()


def test_income_by_negative_net_and_zero_in_one_township(catalogue, settings):
    rows = example_township().observations
    rows = rows.assign(
        wage_fen=rows["wage_fen"].where(rows["hh"] != "H2", 0),
        cost_fen=(3 * rows["wage_fen"]).where(rows["hh"] == "H3", 0),
    )
    made = projected(example_township(observations=rows), catalogue, settings)
    zero = made.frame[made.frame["k"] == 0].set_index("hh")
    assert abs(zero.loc["H2", "income_fen"]) < 1e-6
    assert zero.loc["H3", "income_fen"] < 0
    assert (zero.loc[["H2", "H3"], "p"] < 1e-9).all()
    assert zero.loc["H3", "gap_sq"] > 1


def _said(path: Path) -> set[str]:
    """Return every text handed to `text`, `Fault` or an error in a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("text", "Fault", "DataError"):
            spoken = [k.value for k in node.keywords if k.arg in ("allowed", "remedy")]
            for part in (*node.args[:1], *spoken):
                found |= {c.value for c in ast.walk(part) if isinstance(c, ast.Constant) and isinstance(c.value, str)}
    return found


def test_every_message_is_translated():
    known = _catalogue_messages("zh")
    rooms = Path(povlib.__file__).parent
    said = {
        m
        for room in ("exits", "panels")
        for path in (rooms / room).glob("*.py")
        for m in _said(path)
        if any(c.isalpha() for c in m) and " " in m
    }
    assert len(said) > 15
    assert {m for m in said if m not in known} == set()
