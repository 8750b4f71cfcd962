"""Spells against hand-cut panels and the published transitions and hazards of a real one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import poverty
from povlib.binary_regression import fit_logit
from povlib.calendar import Month
from povlib.errors import DataError


def panel(states: dict[str, list[int | None]]) -> pd.DataFrame:
    rows = [(hh, t, state) for hh, values in states.items() for t, state in enumerate(values)]
    frame = pd.DataFrame(rows, columns=["hh", "t", "poor"])
    return frame.assign(poor=frame["poor"].astype("Int8"))


KW = {"unit": "hh", "period": "t", "poor": "poor"}


def test_spells_gaps_and_returns_by_hand() -> None:
    got = poverty.spells(panel({"A": [1, 1, 0, 1, 0], "B": [0, None, 1, 1, 1]}), **KW)
    table = got.spells
    assert table[["unit", "poor", "length", "started_before", "ended", "returned"]].to_numpy().tolist() == [
        ["A", True, 2, True, True, False],
        ["A", False, 1, False, True, False],
        ["A", True, 1, False, True, True],
        ["A", False, 1, False, False, False],
        ["B", False, 1, True, False, False],
        ["B", True, 3, True, False, False],
    ]
    assert got.gaps.to_numpy().tolist() == [[9, 1, 1]]
    assert got.transitions["n"].sum() == 6
    assert got.durations[["length", "at_risk", "exits"]].to_numpy().tolist() == [[1, 1, 1]]
    assert got.returns[["length", "at_risk", "returns"]].to_numpy().tolist() == [[1, 2, 1]]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.sampled_from([0, 1, None]), min_size=1, max_size=8), min_size=1, max_size=4))
def test_spells_hold_every_known_period_once(states: list[list[int | None]]) -> None:
    frame = panel({f"h{i}": values for i, values in enumerate(states)})
    got = poverty.spells(frame.sample(frac=1, random_state=0), **KW)
    known = [(i, t, v) for i, values in enumerate(states) for t, v in enumerate(values) if v is not None]
    assert got.spells["length"].sum() == len(known)
    pairs = [(a, b) for a, b in pairwise(known) if a[0] == b[0] and b[1] == a[1] + 1]
    assert got.transitions["n"].sum() == len(pairs)
    exits = sum(1 for a, b in pairs if (a[2], b[2]) == (1, 0))
    assert (got.spells["poor"] & got.spells["ended"]).sum() == exits


@pytest.mark.reference
def test_transitions_of_a_real_panel(reference: Path) -> None:
    frame = pd.read_csv(reference / "teen_poverty" / "teen_poverty_long.csv")
    got = poverty.spells(frame, unit="id", period="wave", poor="pov")
    expected = pd.read_csv(reference / "teen_poverty" / "reference_transitions.csv")
    assert got.transitions.to_numpy().tolist() == expected.to_numpy().tolist()


@pytest.mark.reference
def test_discrete_hazards_of_a_real_panel(reference: Path) -> None:
    frame = pd.read_csv(reference / "teen_poverty" / "teen_poverty_long.csv")
    expected = pd.read_csv(reference / "teen_poverty" / "reference_hazard_logit.csv")
    names = ["age", "black", "mother", "spouse", "inschool", "hours"]
    for event in ("exit", "entry"):
        got = poverty.hazard(frame, unit="id", period="wave", poor="pov", covariates=names, event=event)
        rows = expected[expected["model"] == f"{event}_logit"]
        assert got["n"].iloc[0] == rows["n"].iloc[0]
        np.testing.assert_allclose(got["estimate"], rows["b"], rtol=1e-6)
        np.testing.assert_allclose(got["se"], rows["se"], rtol=1e-4)  # R stops its iterations earlier
        np.testing.assert_allclose(got["se_cluster"], rows["se_cluster_id"], rtol=1e-4)


def test_bad_panels_are_refused() -> None:
    frame = panel({"A": [1, 0]})
    with pytest.raises(DataError):
        poverty.spells(pd.concat([frame, frame]), **KW)
    with pytest.raises(DataError):
        poverty.spells(frame.assign(poor=2), **KW)
    with pytest.raises(DataError):
        poverty.hazard(panel({"A": [1, 0], "B": [1, 0]}), covariates=[], **KW)
    with pytest.raises(DataError):
        poverty.hazard(frame, covariates=[], event="death", **KW)


PANEL = pd.DataFrame({"u": ["a", "a", "a", "b", "b", "b"], "t": [1, 2, 3, 1, 2, 3], "p": [1, 0, 0, 0, 1, 0]})
MONEY = PANEL.assign(y=[5.0, 8.0, 9.0, 4.0, 3.0, 7.0], z=5.0, x=[0.0, 1.0, 2.0, 1.0, 0.0, 3.0])
UNREADABLE = [
    ({"t": [1, 2, None, 1, 2, 3]}, "1 cells of t are empty"),
    ({"t": [1, 2.6, 3, 1, 2, 3]}, "1 cells of t are not whole numbers"),
    ({"t": ["1", "2", "third", "1", "2", "3"]}, "1 cells of t are not whole numbers"),
    ({"t": pd.period_range("2016-01", periods=6, freq="M")}, "not whole numbers"),
    ({"t": [201511, 201512, 201601, 201511, 201512, 201601]}, "year and month"),
    ({"t": [1, 2, 2, 1, 2, 3]}, "more than one row"),
    ({"u": ["a", "a", None, "b", "b", "b"]}, "1 cells of u are empty"),
    ({"u": ["a", "a", " ", "b", "b", "b"]}, "1 cells of u are empty"),
    ({"p": [1, 0, 2, 0, 1, 0]}, "neither 0 nor 1"),
    ({"p": [1, 0, "maybe", 0, 1, 0]}, "not numbers"),
]


@pytest.mark.parametrize(("change", "said"), UNREADABLE)
def test_units_periods_and_states_are_read_exactly_or_refused(change: dict, said: str) -> None:
    frame = MONEY.astype({"p": object}).assign(**change)
    columns = {"unit": "u", "period": "t"}
    with pytest.raises(DataError, match=said):
        poverty.spells(frame, poor="p", **columns)
    with pytest.raises(DataError, match=said):
        poverty.hazard(frame, poor="p", covariates=["x"], **columns)
    if "p" not in change:
        with pytest.raises(DataError, match=said):
            poverty.vulnerability(frame, income="y", line="z", ahead=1, **columns)


@pytest.mark.parametrize(
    "change",
    [
        {"t": ["1", "2", "3.0", "１", "2", "3"]},
        {"t": [1.0, 2.0, 3.0, 1.0, 2.0, 3.0]},
        {"t": pd.array([1, 2, 3, 1, 2, 3], "Int64")},
        {"p": ["是", "否", "否", "no", "yes", "0"]},
        {"p": pd.Categorical([1, 0, 0, 0, 1, 0])},
    ],
)
def test_the_same_panel_in_other_clothes(change: dict) -> None:
    columns = {"unit": "u", "period": "t", "poor": "p"}
    for shuffled in (PANEL.assign(**change), PANEL.assign(**change).sample(frac=1, random_state=2)):
        pd.testing.assert_frame_equal(
            poverty.spells(shuffled, **columns).spells, poverty.spells(PANEL, **columns).spells
        )


def test_periods_that_lie_far_apart_do_not_run_over() -> None:
    far = PANEL.assign(t=[-(2**62), 0, 2**62, 1, 2, 3])
    with pytest.raises(DataError, match="too far apart"):
        poverty.spells(far, unit="u", period="t", poor="p")


def test_amounts_of_vulnerability_are_read_exactly_and_nobody_is_dropped() -> None:
    columns = {"unit": "u", "period": "t", "income": "y", "line": "z", "ahead": 1}
    expected = poverty.vulnerability(MONEY, **columns)
    written = MONEY.assign(y=["5", " 8.0", "9", "4", "3", "７"], z="5.0")
    pd.testing.assert_frame_equal(poverty.vulnerability(written, **columns), expected)
    more = pd.concat([MONEY, pd.DataFrame({"u": ["c"], "t": [1], "y": [np.nan], "z": [5.0]})])
    got = poverty.vulnerability(more, **columns)
    assert got["unit"].tolist() == ["a", "b", "c"]
    assert got.iloc[2].isna().tolist() == [False, True, True, True, True]
    np.testing.assert_array_equal(got["vulnerability"][:2], expected["vulnerability"])
    for change in ({"y": "1,5"}, {"y": np.inf}, {"z": 0.0}, {"z": -1.0}, {"z": np.nan}, {"z": np.inf}):
        with pytest.raises(DataError):
            poverty.vulnerability(MONEY.assign(**change), **columns)
    for ahead in (0, -1, 1.5, None, "one"):
        with pytest.raises(DataError, match="no number of periods"):
            poverty.vulnerability(MONEY, **(columns | {"ahead": ahead}))


def test_rows_without_covariates_are_counted_and_no_risk_is_said() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"u": np.repeat(range(60), 3), "t": np.tile([1, 2, 3], 60), "p": rng.integers(0, 2, 180)})
    frame["x"] = rng.normal(size=180)
    whole = poverty.hazard(frame, unit="u", period="t", poor="p", covariates="x")
    assert whole["left_out"].eq(0).all()
    at_risk = np.flatnonzero((frame["p"] == 1) & (frame["t"] < 3))
    frame.loc[at_risk[:4], "x"] = np.nan
    some = poverty.hazard(frame, unit="u", period="t", poor="p", covariates=["x"])
    assert some["left_out"].eq(4).all()
    assert (some["n"] == whole["n"] - 4).all()
    with pytest.raises(DataError, match="no row is at risk"):  # waves of every second year have no next
        poverty.hazard(frame.assign(t=frame["t"] * 2), unit="u", period="t", poor="p", covariates=["x"])


def test_survivor_curves_have_greenwoods_error() -> None:
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(4)
    states = {f"h{i}": [0, *(rng.random(12) < 0.85).cumprod().astype(int)[: rng.integers(2, 13)]] for i in range(80)}
    got = poverty.spells(panel(states), **KW)
    table = got.spells[got.spells["poor"] & ~got.spells["started_before"]]
    theirs = sm.SurvfuncRight(table["length"], table["ended"].astype(int))
    mine = got.durations.set_index("length").loc[theirs.surv_times]
    alive = mine["survival"].to_numpy() > 0
    np.testing.assert_allclose(mine["survival"], theirs.surv_prob, rtol=1e-12)
    np.testing.assert_allclose(mine["survival_se"][alive], theirs.surv_prob_se[alive], rtol=1e-12)
    # by hand: 10 at risk, 2 leave: .8 sqrt(2 / (10 x 8)); then nobody is left, and no error is known
    short = {f"s{i}": [0, 1, 0] for i in range(2)} | {f"l{i}": [0, 1, 1, 0] for i in range(8)}
    hand = poverty.spells(panel(short), **KW).durations
    assert hand["survival_se"].iloc[0] == pytest.approx(0.8 * np.sqrt(2 / 80))
    assert np.isnan(hand["survival_se"].iloc[1])
    assert hand["survival"].iloc[1] == 0


def hazard_panel() -> pd.DataFrame:
    """Return a panel of 150 units with covariates of all kinds."""
    rng = np.random.default_rng(5)
    frame = panel({f"h{i:03d}": (rng.random(6) < 0.6).astype(int).tolist() for i in range(150)})
    size = rng.integers(1, 7, len(frame))
    return frame.assign(income=rng.lognormal(8, 1, len(frame)), size=size, kind=pd.Series(size % 3).astype(str))


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([1e-9, 1e-4, 1e5, 1e9]), st.sampled_from([0.0, 1e3, -1e6]), st.integers(0, 5))
def test_a_hazard_does_not_depend_on_units_means_and_order(scale: float, shift: float, seed: int) -> None:
    frame, kw = hazard_panel(), KW | {"event": "exit"}
    usual = poverty.hazard(frame, covariates=["income", "kind", "size"], **kw).set_index("term")
    assert "kind=1" in usual.index
    moved = frame.assign(income=(frame["income"] + shift) * scale).sample(frac=1, random_state=seed)
    got = poverty.hazard(moved, covariates=["size", "kind", "income"], **kw).set_index("term").loc[usual.index]
    unit = np.where(usual.index == "income", scale, 1.0)[1:]  # the intercept is that of other means
    for name in ("estimate", "se", "se_cluster"):
        np.testing.assert_allclose(got[name][1:] * unit, usual[name][1:], rtol=1e-6)


def test_a_covariate_said_twice_has_no_second_estimate() -> None:
    frame = hazard_panel()
    got = poverty.hazard(frame.assign(fen=frame["income"] * 100), covariates=["income", "fen"], **KW).set_index("term")
    once = poverty.hazard(frame, covariates=["income"], **KW).set_index("term")
    assert got.loc["income", "estimate"] == pytest.approx(once.loc["income", "estimate"], rel=1e-9)
    assert got.loc["fen", ["estimate", "se", "se_cluster"]].isna().all()


def test_a_covariate_that_separates_is_named() -> None:
    frame = hazard_panel().sort_values(["hh", "t"])
    later = frame.groupby("hh")["poor"].shift(-1).fillna(0).astype(int)
    with pytest.raises(DataError, match="told separate those with an exit"):
        poverty.hazard(frame.assign(told=later * 1e6), covariates=["income", "told"], **KW)


def test_separated_groups_have_no_logit() -> None:
    x = np.column_stack([np.ones(8), np.arange(8.0)])
    with pytest.raises(DataError):
        fit_logit(x, (np.arange(8) > 3).astype(float))


def test_status_by_month_from_a_ledgers_frames() -> None:
    months = range(Month(2015, 1).ordinal, Month(2016, 3).ordinal + 1)
    amounts = {"business_fen": 0, "property_fen": 0, "cost_fen": 0}
    guarantees = dict.fromkeys(("food", "clothing", "schooling", "medical", "housing", "water"), 1)
    rows = [{"hh": "A", "month": m, "wage_fen": 20_000 + 5_000 * i, "flag": "observed"} for i, m in enumerate(months)]
    rows[13]["flag"] = "late"
    state = SimpleNamespace(
        households=pd.DataFrame({"hh": ["A"], "size": [2]}),
        observations=pd.DataFrame(rows).assign(**amounts, **guarantees),
        transfers=pd.DataFrame({"hh": [], "month": [], "kind": [], "fen": []}),
    )
    catalogue = SimpleNamespace(income=[], line_fen=lambda authority, month: 300_000)
    settings = SimpleNamespace(authority="exit_check", margin=0.0, stability_months=1)
    got = poverty.monthly_status(state, Month(2015, 11), Month(2016, 3), catalogue, settings)
    # twelve wages from 20000 by steps of 5000 make 570000, and 60000 more with each month; 600000 is the bar
    assert got["poor"].tolist() == [pd.NA, 1, 0, 0, 0]
    assert got["income_fen_per_head"].tolist()[1:3] == [285_000, 315_000]
    assert got["late"].tolist() == [False, False, False, True, False]
    chances = poverty.vulnerability(
        got, unit="hh", period="month", income="income_fen_per_head", line="line_fen", ahead=1
    )
    assert 0 < chances["vulnerability"][0] < 0.5


@pytest.mark.slow
def test_ten_million_household_months() -> None:
    rng = np.random.default_rng(1)
    units, months = 280_000, 36
    frame = pd.DataFrame({"hh": np.repeat(np.arange(units), months), "t": np.tile(np.arange(months), units)})
    frame["poor"] = (rng.random(len(frame)) < 0.4).astype(np.int8)
    got = poverty.spells(frame, **KW)
    assert got.spells["length"].sum() == len(frame)
