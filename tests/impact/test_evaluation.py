"""The effects of all measures, on hand-made ledgers with a known truth and on the simulator's."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from povlib import impact, params, places, sample
from povlib.calendar import Month
from povlib.errors import DataError
from povlib.impact.measure_panels import RivalMeasure, measure_panel
from povlib.params.kinds import Names
from povlib.words import language_in_use

FIRST = Month(2013, 5).ordinal


def earning(
    source: str = "wage", basis: str = "yuan_per_month", mean: float = 100.0, sd: float = 80.0
) -> SimpleNamespace:
    paid = tuple(range(1, 13))
    return SimpleNamespace(source=source, basis=basis, mean=mean, sd=sd, delay_months=0, paid_in=paid)


def catalogue(**earns: list) -> SimpleNamespace:
    names = Names(zh="岗位", en="post")
    measures = {key: SimpleNamespace(key=key, names=names, earns=value) for key, value in earns.items()}
    return SimpleNamespace(measures=measures, posts={})


def ledger(seed: int, *, effect: float = 150.0, units: int = 240, villages: int = 20) -> SimpleNamespace:
    """Return 36 months of wages; a third is helped from months 10, 16 or 22 on, by whole pairs of villages."""
    rng = np.random.default_rng(seed)
    hh = [f"H{i:03d}" for i in range(units)]
    houses = pd.DataFrame({"hh": hh, "village": [f"v{i % villages:02d}" for i in range(units)], "size": 3})
    houses["distance_km"], houses["arable_mu"] = rng.uniform(1, 9, units), rng.uniform(0, 5, units)
    start = np.where(rng.random(units) < 0.35, rng.choice([10, 16, 22], units), 0)
    level = rng.normal(800, 150, units)
    season = 60 * np.sin(np.arange(36) * 2 * np.pi / 12)
    months = np.arange(36)
    wage = level[:, None] + season + 4 * months + rng.normal(0, 80, (units, 36))
    wage += effect * ((start > 0)[:, None] & (months >= start[:, None]))
    rows = pd.DataFrame({"hh": np.repeat(hh, 36), "month": np.tile(FIRST + months, units)})
    rows["wage_fen"] = np.rint(wage.ravel() * 100).astype(np.int64)
    rows[["business_fen", "property_fen", "cost_fen"]] = 0
    given = houses.loc[start > 0, ["hh"]].assign(measure="post", from_month=FIRST + start[start > 0], status="进行中")
    given["to_month"] = pd.array([pd.NA] * len(given), dtype="Int64")
    return SimpleNamespace(households=houses, observations=rows, support=given.reset_index(drop=True))


def test_the_truth_is_found_and_the_naive_line_is_not() -> None:
    hits, naive = 0, 0
    for seed in range(12):
        made = impact.evaluate(ledger(seed), catalogue(post=[earning()])).estimates.set_index("method")
        hits += made.loc["did", "ci_low"] < 150 < made.loc["did", "ci_high"]
        naive += made.loc["before_after", "ci_low"] < 150 < made.loc["before_after", "ci_high"]
        assert not made.loc["before_after", "usable"]
    assert hits >= 10
    assert naive <= 2


def test_the_posterior_uses_the_first_usable_method_and_shows_the_priors_share() -> None:
    made = impact.evaluate(ledger(1), catalogue(post=[earning()], cow=[earning("property")]))
    table = made.posterior.set_index("measure")
    assert table.loc["post", "status"] == "posterior"
    assert table.loc["post", "method"] == "did"
    assert table.loc["post", "mean"] == pytest.approx(150, abs=40)
    assert 0 < table.loc["post", "prior_share"] < 0.2
    assert table.loc["cow", ["status", "mean", "prior_share"]].tolist() == ["prior", 100.0, 1.0]


def test_effects_come_in_the_unit_of_the_prior() -> None:
    state = ledger(2)
    yuan = impact.evaluate(state, catalogue(post=[earning()])).estimates.iloc[0]
    share = impact.evaluate(state, catalogue(post=[earning(basis="share_of_source")])).estimates.iloc[0]
    assert share["yuan_per_month"] == pytest.approx(yuan["estimate"])
    assert 0.1 < share["estimate"] < 0.3  # 150 of about 850
    posts = catalogue(post=[earning(basis="post_wage")])
    posts.posts = {"p": SimpleNamespace(measure="post", wage_yuan_per_month=300)}
    assert impact.evaluate(state, posts).estimates.iloc[0]["estimate"] == pytest.approx(yuan["estimate"] / 300)


def test_livelihoods_are_pooled_partly_towards_the_measure() -> None:
    state = ledger(7, units=480)
    state.households["livelihood"] = np.where(np.arange(480) % 3 == 0, "果", "工")
    fruit = set(state.households.loc[state.households["livelihood"] == "果", "hh"])
    start = state.support.set_index("hh")["from_month"]
    more = state.observations["hh"].isin(fruit & set(start.index))
    more &= state.observations["month"] >= state.observations["hh"].map(start)
    state.observations.loc[more, "wage_fen"] += 10_000  # a hundred yuan more among fruit growers
    made = impact.evaluate(state, catalogue(post=[earning()]), groups="livelihood").posterior
    by_group = made.set_index(made["group"].fillna("all"))
    assert set(by_group.index) == {"all", "果", "工"}
    assert by_group.loc["果", "mean"] > by_group.loc["all", "mean"] > by_group.loc["工", "mean"]
    assert by_group.loc["果", "mean"] == pytest.approx(250, abs=60)
    plain = impact.evaluate(state, catalogue(post=[earning()])).posterior
    assert plain["group"].isna().all()


def test_periods_touched_by_other_help_are_not_compared() -> None:
    state = ledger(3)
    helped = state.support["hh"].iloc[0]
    never = sorted(set(state.households["hh"]) - set(state.support["hh"]))[0]
    start = int(state.support["from_month"].iloc[0])
    rival = pd.DataFrame(
        {"hh": [helped, never], "measure": "other", "from_month": [start + 6, FIRST + 12], "status": "进行中"}
    )
    state.support = pd.concat([state.support, rival], ignore_index=True)
    panel = measure_panel(state, "post", "wage", [RivalMeasure("other")])
    seen = panel.frame.dropna(subset=["outcome"]).groupby("hh")["period"].agg(["min", "max"])
    assert seen.loc[never].tolist() == [1, 4]
    assert seen.loc[helped, "min"] == 1
    assert seen.loc[helped, "max"] == (start + 6 - FIRST) // 3


def test_a_post_counts_while_it_runs_and_a_course_after_it_ended() -> None:
    state = ledger(3)
    state.support["to_month"] = (state.support["from_month"] + 3).astype("Int64")
    helped, start = state.support["hh"].iloc[0], int(state.support["from_month"].iloc[0])
    for running, last in ((True, (start + 4 - FIRST) // 3), (False, 12)):
        panel = measure_panel(state, "post", "wage", [], running=running)
        seen = panel.frame.dropna(subset=["outcome"])
        assert seen.loc[seen["hh"] == helped, "period"].max() == last


def test_missing_months_are_never_zero() -> None:
    state = ledger(4)
    one = state.observations["hh"] == "H000"
    state.observations = state.observations[~(one & (state.observations["month"] >= FIRST + 33))]
    panel = measure_panel(state, "post", "wage", [])
    last = panel.frame[(panel.frame["hh"] == "H000") & (panel.frame["period"] == 12)]
    assert last["outcome"].isna().all()
    state.observations.loc[state.observations["hh"] == "H001", "wage_fen"] = pd.NA
    assert measure_panel(state, "post", "wage", []).frame.query("hh == 'H001'")["outcome"].isna().all()


def test_help_in_one_village_or_to_few_is_not_usable() -> None:
    state = ledger(5)
    state.support = state.support.iloc[:4]
    made = impact.evaluate(state, catalogue(post=[earning()])).estimates.set_index("method")
    assert not made["usable"].any()
    with language_in_use("en"):
        said = impact.evaluate(state, catalogue(post=[earning()])).estimates.set_index("method")
    assert "helped long enough" in said.loc["did", "findings"]


def test_a_catalogue_without_priors_is_refused() -> None:
    with pytest.raises(DataError):
        impact.evaluate(ledger(1), catalogue(post=[]))


def test_the_practice_township_end_to_end() -> None:
    seen = []
    state = SimpleNamespace(**sample.ledger_rows(sample.simulate(340, seed=2016)))
    made = impact.evaluate(
        state, params.load(places.DATA / "sample" / "params"), progress=lambda stage, share: seen.append((stage, share))
    )
    table = made.estimates
    assert set(table["method"]) == {"did", "aipw", "before_after"}
    assert table["sentence"].str.len().min() > 10
    assert not table.loc[table["method"] == "before_after", "usable"].any()
    assert made.posterior["mean"].notna().all()
    assert made.posterior["prior_share"].between(0, 1).all()
    assert seen[0][1] == 0.0
    jobs = table[(table["measure"] == "cleaner_post") & (table["method"] == "did")].iloc[0]
    assert jobs["ci_low"] < jobs["estimate"] < jobs["ci_high"]
    assert 300 < jobs["yuan_per_month"] < 600


def test_what_nobody_filled_in_is_left_out_and_said() -> None:
    state = ledger(4)
    state.households["distance_km"] = np.nan
    made = impact.evaluate(state, catalogue(post=[earning()]))
    own = made.estimates.set_index("method")
    assert own.loc["did", "usable"]
    assert np.isfinite(own.loc["aipw", "estimate"])
    said = made.checks[(made.checks["check"] == "covariates") & (made.checks["method"] == "aipw")]
    assert said["values"].tolist() == ['{"column": "distance_km"}']
    assert "distance_km is known of nobody" in own.loc["aipw", "findings"]


def test_who_was_helped_can_be_drawn_anew() -> None:
    state, records = ledger(3, units=60, villages=6), catalogue(post=[earning()])
    made = impact.randomisation_of_measure(state, records, records.measures["post"], earning(), draws=19)
    assert made.draws == 19
    assert 0.05 <= made.p <= 1.0
