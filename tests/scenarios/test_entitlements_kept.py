"""No scenario takes an entitlement away: what is owed stays owed, to the same people and to the fen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import params, support
from povlib.calendar import Month
from povlib.errors import ParameterError
from povlib.places import DATA
from povlib.sample import ledger_rows, simulate
from povlib.scenarios import load, resolve

SAMPLE = DATA / "sample" / "params"
LAW = params.load(SAMPLE)
BASE = load("base", SAMPLE / "scenarios")
STATE: Any = SimpleNamespace(**ledger_rows(simulate(60, seed=4)), last_month=Month(2016, 4), synthetic=True)
OWED = [key for key, measure in LAW.measures.items() if measure.entitlement is not None]


def owed_by_household(made: support.Offer) -> pd.Series:
    """Return what each household is owed by measure, whoever pays."""
    return made.entitlements.groupby(["hh", "measure"])["cost_fen"].sum()


@pytest.fixture(scope="module")
def owed_by_law() -> pd.Series:
    plain = resolve(BASE, LAW)
    return owed_by_household(support.offer(STATE, plain.catalogue, plain.settings))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("support.yulu.entitlement", "null"),
        ("support.school_aid.running", "true"),
        ("support.medical_cover.cost.amount_yuan", "149.99"),
        ("support.medical_cover.cost.amount_yuan", "null"),
        ("support.yulu.cost.amount_yuan", "-10%"),
        ("support.minimum_living.cost.amount_yuan", "150"),
        ("support.five_guarantee.entitlement.per", "household"),
        ("support.school_aid.eligibility", "[{on: household, field: size, op: '>=', value: 9, citation: made up}]"),
        ("support.medical_aid.entitlement.aid.share", "0.69"),
        ("support.medical_aid.entitlement.aid.least_yuan", "1000.01"),
        ("support.medical_aid.entitlement.aid.most_yuan", "9999"),
        ("support.medical_aid.entitlement.aid.most_yuan", "null"),
        ("support.medical_aid.entitlement.aid.kinds", "[inpatient]"),
        ("support.disaster_relief.entitlement.aid.kinds", "[flood]"),
        ("support.disaster_relief.entitlement.aid.over", "year"),
        ("support.school_aid.periods", "{from: 2016-09, to: 2016-09}"),
    ],
)
def test_what_takes_an_entitlement_away_is_refused_by_name(key: str, value: str) -> None:
    with pytest.raises(ParameterError) as refused:
        resolve(BASE, LAW, {key: value})
    [fault] = refused.value.faults
    assert fault.where == f"support.yaml {key.split('.')[1]}"
    assert "no scenario may take it away" in fault.what


def test_what_gives_more_is_not_refused() -> None:
    changes = {"support.yulu.cost.amount_yuan": "1600", "support.minimum_living.cost.amount_yuan": "+5%"}
    aid = "support.medical_aid.entitlement.aid"
    changes |= {f"{aid}.share": "0.8", f"{aid}.least_yuan": "0", f"{aid}.most_yuan": "0", f"{aid}.kinds": "[]"}
    assert resolve(BASE, LAW, changes).catalogue.measures["yulu"].cost.amount_fen == 160_000


FUNDS = st.sampled_from([f"funds.{key}.amount_yuan" for key in LAW.funds])
OTHERS = st.sampled_from([
    "posts.small_parts.slots", "posts.rice_noodle.slots", "settings.poorest_fifth_money_share",
    "settings.objective.fgt2", "settings.margin",
])  # fmt: skip
CHANGES = st.dictionaries(st.one_of(FUNDS, OTHERS), st.integers(0, 40), min_size=1, max_size=5)


@pytest.mark.thorough
@settings(max_examples=8, deadline=None)
@given(drawn=CHANGES)
def test_whatever_a_scenario_wants_the_law_is_owed_to_the_fen(owed_by_law: pd.Series, drawn: dict[str, int]) -> None:
    scale = {"amount_yuan": 2000, "slots": 1, "poorest_fifth_money_share": 0.02, "margin": 0.01}
    changes = {key: str(scale.get(key.split(".")[-1], 1) * value) for key, value in drawn.items()}
    changed = resolve(BASE, LAW, changes)
    made = support.offer(STATE, changed.catalogue, changed.settings)
    pd.testing.assert_series_equal(owed_by_household(made), owed_by_law)
    paid = made.entitlements.loc[made.entitlements["covered"]].groupby("fund")["cost_fen"].sum()
    left = made.resources.set_index("resource")["capacity"]
    for key, fund in changed.catalogue.funds.items():
        # what is planned with is what the law leaves, to the fen, and never less than nothing
        assert left[key] == fund.amount_fen - int(paid.get(key, 0)) >= 0
    # and nothing that the law owes is among what may be chosen or left out
    assert not set(made.components["measure"]) & set(OWED)
