"""The truth: what it is, that it stays apart, and that need and help are entangled as they are in life."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.places import DATA
from povlib.sample import exit_probability, follow, outcomes, simulate, survey, truth_tables
from povlib.sample.help.true_effects import true_effect
from povlib.sample.office.village_survey import village_population
from povlib.sample.truth.truth_files import write_truth


@pytest.fixture(scope="module")
def truth(township):
    return truth_tables(township, replicates=20)


@pytest.fixture(scope="module")
def chances(township):
    return exit_probability(township, replicates=80)


@pytest.mark.thorough
def test_committed_truth_files_are_what_the_command_writes(township, tmp_path):
    for path in write_truth(township, tmp_path):
        committed = DATA / "sample" / "truth" / path.name
        assert path.read_text(encoding="utf-8") == committed.read_text(encoding="utf-8"), path.name
        frame = pd.read_csv(io.StringIO(path.read_text(encoding="utf-8")))
        assert set(frame["note"]) == {"合成数据（synthetic）"}


def test_some_but_not_most_of_the_registered_would_exit_without_new_help(township, chances):
    poor = township.households["registered"].to_numpy()
    p = chances
    assert 0.2 < p[poor].mean() < 0.45
    assert (p[poor] < 0.05).mean() > 0.2
    income = outcomes(township)["income_fen_per_head"][poor] / 100
    assert 2300 <= income.mean() <= 2900
    assert income.std() > 600


def test_true_chances_agree_with_what_happens_in_other_worlds(township, chances):
    poor = township.households["registered"].to_numpy()
    p = chances
    happened = outcomes(simulate(months_after=8))["exits"].to_numpy()
    spread = 3 * np.sqrt((p * (1 - p))[poor].sum()) + 25  # shared prices and village years move all together
    assert abs(happened[poor].sum() - p[poor].sum()) < spread
    assert happened[poor & (p > 0.97)].mean() > 0.9
    assert happened[poor & (p < 0.03)].mean() < 0.1


def test_help_followed_need_so_a_plain_comparison_misleads(township):
    frame = township.households
    poor = frame["registered"].to_numpy()
    trained = np.isin(np.arange(len(frame)), township.spells.query("measure == 'training'")["row"])
    able = (frame["able"] > 0).to_numpy()
    level = np.log(frame["level"].to_numpy())
    assert level[poor & able & trained].mean() < level[poor & able & ~trained].mean() - 0.05


def test_effects_vary_and_have_the_means_they_say(township):
    frame = simulate(5000, seed=4).households
    for key, measure in township.world.measures.items():
        if not (measure.yuan or measure.share):
            continue
        effect = true_effect(measure, frame, 4, township.world)
        mean = measure.yuan or measure.share
        expected = mean * (1 + measure.skill * (frame["skill"].mean() - 1.2))
        assert effect.mean() == pytest.approx(
            expected, abs=5 * mean * (measure.sd + 0.02) / np.sqrt(len(frame)) + 0.02 * mean
        )
        assert effect.std() > 0.5 * measure.sd * mean, key


def test_at_least_six_measures_have_effects_of_their_own(truth):
    means = truth["measures"].query("mean_yuan_per_month > 0 or mean_share > 0")
    assert len(means) >= 6
    given = truth["effects"].dropna(subset=["given_from"])
    assert given["measure"].nunique() >= 6


def test_villages_earn_what_the_bulletin_says(truth):
    holders = truth["shareholdings"].query("company == '霖和良坝水电有限公司'")["village"]
    assert {"联胜", "乐北", "建三", "建南"} <= set(holders)


def test_the_survey_weighs_up_to_all_village_households(township):
    everyone, rows = village_population(township), survey(township)
    assert rows["weight"].sum() == pytest.approx(len(everyone), rel=0.08)
    assert rows["cluster"].nunique() == 48
    assert rows.groupby("cluster")["stratum"].nunique().max() == 1
    poor = everyone["registered"].sum()
    assert poor == 340
    estimate = (rows["weight"] * rows["registered"]).sum()
    assert estimate == pytest.approx(poor, rel=0.35)
    under = everyone["income_fen_per_head"] < 314_600
    assert (under & (everyone["registered"] == 0)).sum() > 20  # poor and not on the register: what only a survey shows
    assert (~under & (everyone["registered"] == 1)).sum() > 20


@settings(max_examples=2, deadline=None)
@given(st.integers(0, 10**6))
def test_weighted_counts_are_unbiased_enough_at_any_seed(seed):
    township = simulate(seed=seed)
    assert survey(township)["weight"].sum() == pytest.approx(len(village_population(township)), rel=0.12)


def test_exited_households_had_worse_years_and_some_fell_back(township):
    frame, truth = township.households, township.truth
    income = truth.net_regular()
    exited = (~frame["registered"] & (frame["exit_year"] == 2015)).to_numpy()
    before, after = income[exited][:, 4:16].sum(axis=1), income[exited][:, 24:36].sum(axis=1)
    assert np.median(after / before) > 1.2
    returned = frame["returned"].to_numpy()
    assert returned.sum() == 8
    fell = income[returned][:, 24:36].sum(axis=1) / income[returned][:, 8:20].sum(axis=1)
    assert np.median(fell) < 0.95


def test_people_were_born_died_and_moved(township, truth):
    changes = truth["changes"]
    assert {"出生", "离开"} == set(changes["change"])
    now = township.present().sum()
    assert now != township.present(township.world.first_month.ordinal).sum()
    later = follow(township, pd.DataFrame({"hh": [], "measure": [], "start": []}), 24)
    assert later.present().sum() != now
