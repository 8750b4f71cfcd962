"""The projection on the practice township and on hand-made households: the rule, the vetoes, the gaps in the data."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from povlib import params
from povlib.calendar import Month
from povlib.errors import DataError, ParameterError
from povlib.exits import project, totals
from povlib.poverty import assess
from povlib.support import offer
from povlib.support.example_township import example_township


def projected(state, catalogue, settings):
    return project(state, offer(state, catalogue, settings), catalogue, settings)


@pytest.fixture(scope="module")
def tiny(catalogue, settings):
    return projected(example_township(), catalogue, settings)


@pytest.mark.parametrize("months", [1, 3])
@pytest.mark.parametrize("margin", [0.0, 0.1])
def test_when_everything_is_known_p_is_the_verdict_of_the_one_rule(later, catalogue, months, margin):
    settings = params.Settings(draws=20, stability_months=months, margin=margin)
    assert later.last_month == settings.horizon
    frame = projected(later, catalogue, settings).frame
    zero = frame.loc[frame["k"] == 0].set_index("hh")
    verdict = assess(later, settings.horizon, catalogue, settings).set_index("hh")["exits"].dropna()
    found = zero.loc[verdict.index, "p"].dropna()
    assert len(found) > 40
    assert set(found) <= {0.0, 1.0}
    assert (found == verdict[found.index].astype(float)).all()


def test_p_lies_in_its_range_and_is_the_mean_of_its_draws(made):
    frame = made.frame.loc[made.frame["assessable"]]
    assert frame["p"].between(0, 1).all()
    assert (frame["p_low"] <= frame["p_high"]).all()
    assert made.draws.dtype == np.float32
    mean = made.draws[frame.index].mean(axis=1, dtype=np.float64)
    assert np.allclose(mean, frame["p"], atol=1e-6)
    assert frame[["gap_fen", "gap_sq"]].ge(0).all().all()


def test_not_assessable_is_listed_and_never_guessed(made):
    frame = made.frame
    without = frame.loc[~frame["assessable"]]
    assert set(without["hh"]) == set(made.not_assessable["hh"])
    assert len(without) > 0
    assert without[["p", "p_low", "gap_fen", "run_rate_p"]].isna().all().all()
    assert np.isnan(made.draws[without.index]).all()
    assert made.not_assessable["reason"].str.len().gt(0).all()
    assert totals(made).not_assessable > 0


def test_an_unsafe_house_is_a_veto_until_it_is_closed_in_time(tiny, catalogue, settings):
    """H1 earns 2000 yuan a head, lives in a house of grade D; rebuilding takes 5 months with chance .85."""
    made = offer(example_township(), catalogue, settings)
    frame = tiny.frame.merge(made.packages[["package", "measures", "start"]])
    h1 = frame.loc[frame["hh"] == "H1"].set_index("measures")
    assert h1.loc["", "p"] < 0.02
    job, house = h1.loc["enterprise_post", "p"], h1.loc["housing_purchase+enterprise_post", "p"]
    assert house > 0.3
    # the house holds with chance 1 - (1 - h0)(1 - 0.9), h0 the chance without help, shared with "job"
    h0 = (job / house) * 0.9 / (1 - (job / house) * 0.1)
    assert h0 < 0.1
    assert house <= 0.9 + 0.1 * h0


def test_take_up_is_yes_or_no_for_each_household(catalogue, settings):
    """H2's steady wages of 1800 a head: with the post it is surely over, so p is about the take-up of 0.7."""
    sure = catalogue.replaced(
        {"support.enterprise_post.earns.0.sd": 0.0, "support.enterprise_post.earns.0.loss_per_month": 0.0}
    )
    frame = projected(example_township(), sure, settings).frame.merge(
        offer(example_township(), sure, settings).packages
    )
    h2 = frame.loc[frame["hh"] == "H2"].set_index("measures")["p"]
    assert h2.loc[""] < 0.01
    one = h2.loc["enterprise_post"]
    one = one if np.isscalar(one) else one.iloc[0]
    assert one < 0.7 + 1e-6
    assert one > 0.6


def test_more_draws_change_the_mean_little(now, catalogue, settings, made):
    more = project(now, offer(now, catalogue, settings), catalogue, settings, draws=400)
    both = made.frame["p"] - more.frame["p"]
    assert both.abs().mean() < 0.01


@pytest.mark.thorough
def test_the_same_seed_gives_the_same_bytes_and_shuffled_rows_change_nothing(now, catalogue, settings, made):
    frames = {
        name: frame.sample(frac=1, random_state=1) if isinstance(frame, pd.DataFrame) else frame
        for name, frame in vars(now).items()
    }
    again = projected(SimpleNamespace(**frames), catalogue, settings)
    pd.testing.assert_frame_equal(again.frame, made.frame, check_exact=False, rtol=1e-9, atol=1e-9)
    once_more = projected(now, catalogue, settings)
    assert (once_more.draws.tobytes()) == made.draws.tobytes()
    pd.testing.assert_frame_equal(once_more.inputs, made.inputs)


def test_more_income_is_never_less_likely_to_suffice(catalogue, settings):
    rich = example_township()
    rich.observations["wage_fen"] *= 2
    low, high = projected(example_township(), catalogue, settings).frame, projected(rich, catalogue, settings).frame
    zero = low["k"] == 0
    assert (high.loc[zero, "p"].to_numpy() >= low.loc[zero, "p"].to_numpy() - 1e-9).all()


def test_a_wider_prior_widens_the_range(now, catalogue, settings, made):
    wide = catalogue.replaced({"support.enterprise_post.earns.0.sd": 0.6})
    other = projected(now, wide, settings)
    parts = offer(now, catalogue, settings).components
    rows = (
        made.frame["package"].isin(parts.loc[parts["measure"] == "enterprise_post", "package"])
        & made.frame["assessable"]
    )
    width = (made.frame["p_high"] - made.frame["p_low"])[rows].mean()
    assert (other.frame["p_high"] - other.frame["p_low"])[rows].mean() > width + 0.02


def observed(**changes) -> pd.DataFrame:
    frame = example_township().observations
    return frame.assign(**{name: change(frame) for name, change in changes.items()})


def test_a_household_with_one_month_cannot_be_assessed(catalogue, settings):
    rows = example_township().observations
    state = example_township(observations=rows.loc[(rows["hh"] != "H2") | (rows["month"] == rows["month"].max())])
    made = projected(state, catalogue, settings)
    assert made.not_assessable["hh"].tolist() == ["H2"]
    assert "six of the last twelve" in made.not_assessable["reason_en"].iloc[0]


def test_a_guarantee_never_known_cannot_be_assessed(catalogue, settings):
    state = example_township(
        observations=example_township().observations.assign(water=pd.array([None] * 108, dtype="Int8"))
    )
    made = projected(state, catalogue, settings)
    assert made.not_assessable["reason_en"].tolist() == ["never known: water"] * 3
    assert totals(made).persons == 0


def test_all_incomes_zero(catalogue, settings):
    made = projected(example_township(observations=observed(wage_fen=lambda f: 0)), catalogue, settings)
    zero = made.frame.loc[made.frame["k"] == 0]
    assert (zero["p"] == 0).all()
    assert (zero["gap_fen"] > 300_000).all()


def test_net_income_may_be_negative(catalogue, settings):
    made = projected(example_township(observations=observed(cost_fen=lambda f: 3 * f["wage_fen"])), catalogue, settings)
    zero = made.frame.loc[made.frame["k"] == 0]
    assert (zero["income_fen"] < 0).all()
    assert (zero["gap_fen"] > 314_600).all()


def test_a_month_missing_everywhere_is_filled_and_widens(catalogue, settings):
    rows = example_township().observations.assign(wage_fen=lambda f: f["wage_fen"] + 700 * (f["month"] % 5))
    gap = rows.loc[rows["month"] != Month(2016, 2).ordinal]
    full, less = (projected(example_township(observations=r), catalogue, settings).frame for r in (rows, gap))
    assert less["assessable"].all()
    assert np.allclose(full["income_fen"], less["income_fen"], rtol=0.05)


def test_a_line_that_is_not_entered_is_an_error_in_words(catalogue):
    settings = params.Settings(horizon="2090-12", help_to="2016-12", draws=20)
    with pytest.raises(ParameterError, match="2090"):
        projected(example_township(), catalogue, settings)


def test_the_line_of_the_month_end_is_the_one_in_force(now, catalogue):
    """A horizon in 2017 is judged by the line of 2017."""
    frames = []
    for change in ({}, {"lines.exit_check_2017.line_yuan": 9000}):
        settings = params.Settings(horizon="2017-01", draws=20)
        frames.append(projected(now, catalogue.replaced(change) if change else catalogue, settings).frame)
    assert frames[1]["p"].mean() < frames[0]["p"].mean() - 0.1


def test_supported_exits_are_those_over_the_line_only_by_transfers(catalogue, settings):
    months = example_township().observations["month"].unique()
    transfers = pd.DataFrame({"hh": "H3", "month": months, "kind": "pension", "fen": 30_000})
    made = projected(example_township(transfers=transfers), catalogue, settings)
    zero = made.frame.loc[made.frame["k"] == 0].set_index("hh")
    assert bool(zero.loc["H3", "supported"])
    assert zero.loc["H3", "p"] > 0.9
    assert not zero.loc["H2", "supported"]


def test_an_allowance_shrinks_as_income_grows(catalogue, settings):
    """H3's household draws the allowance; with a post for somebody its income must rise by less than the wage."""
    months = example_township().observations["month"].unique()
    allowance = pd.DataFrame({"hh": "H2", "month": months, "kind": "minimum_living", "fen": 5_000})
    with_it, without = (
        projected(example_township(transfers=frame), catalogue, settings).frame.set_index("package")
        for frame in (allowance, example_township().transfers)
    )
    rows = with_it.loc[with_it["hh"] == "H2"].index
    gain = with_it.loc[rows, "income_fen"].max() - with_it.loc[rows, "income_fen"].min()
    gain_without = without.loc[rows, "income_fen"].max() - without.loc[rows, "income_fen"].min()
    assert gain < gain_without - 1
    assert gain > 0


def test_inputs_name_the_priors_that_matter(made, catalogue):
    assert (made.inputs["persons_per_sd"].abs().diff().dropna() <= 1e-9).all()
    assert made.inputs["share"].between(0, 1).all()
    assert set(made.inputs["measure"]) <= set(catalogue.measures)
    assert (made.inputs["status"] == "assumed").all()


def test_what_the_ledger_taught_replaces_the_prior(now, catalogue, settings, made):
    offered = offer(now, catalogue, settings)
    learnt = pd.DataFrame({"measure": ["enterprise_post"], "source": ["wage"], "mean": [0.9], "sd": [0.05]})
    other = project(now, offered, catalogue, settings, posterior=learnt)
    with_post = offered.components.loc[offered.components["measure"] == "enterprise_post", "package"]
    rows = made.frame["package"].isin(with_post) & made.frame["assessable"]
    assert (other.frame.loc[rows, "p"] - made.frame.loc[rows, "p"]).mean() > 0.05
    running = now.support.loc[now.support["measure"] == "enterprise_post", "hh"]
    same = ~made.frame["package"].isin(with_post) & made.frame["assessable"] & ~made.frame["hh"].isin(running)
    assert np.allclose(other.frame.loc[same, "p"], made.frame.loc[same, "p"])
    unknown = learnt.assign(source="property")
    with pytest.raises(DataError):
        project(now, offered, catalogue, settings, posterior=unknown)
