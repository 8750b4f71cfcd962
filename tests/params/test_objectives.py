"""One declaration a thing that plans can be made for: weight, values of packages, and words in both languages."""

import numpy as np
import pytest

from povlib import params
from povlib.params.objectives import AIMS, Objective, worth_by_aim
from povlib.report.model.numbers import shown
from povlib.words import text


def test_every_aim_has_its_weight_and_every_weight_its_aim():
    assert list(AIMS) == list(Objective.model_fields)
    assert len({aim.unit for aim in AIMS.values()}) == len(AIMS)


@pytest.mark.parametrize("key", AIMS)
def test_papers_speak_of_every_aim_in_both_languages(key):
    aim = AIMS[key]
    for words in (aim.units, aim.points, aim.first_step, aim.meaning):
        assert text(words, "en") == words
        assert (text(words, "zh") != words) == bool(words)
    assert shown(2.0, "decimal1", "en", unit=aim.unit) == f"2.0 {aim.units}"
    assert text(aim.units, "zh") in shown(2.0, "decimal1", "zh", unit=aim.unit) or aim.unit == "household"


def test_worth_of_a_household_of_three_by_hand():
    worth = worth_by_aim(np.array([3.0]), np.array([0.5]), np.array([0.2]))
    assert {key: float(value[0]) for key, value in worth.items()} == {
        "persons": 1.5, "households": 0.5, "fgt2": pytest.approx(0.6), "houses": 0.0,
    }  # fmt: skip


def test_a_safe_house_counts_once_whoever_lives_in_it():
    worth = worth_by_aim(np.array([3.0, 1.0]), np.zeros(2), np.zeros(2), np.array([0.9, 0.9]))
    assert worth["houses"].tolist() == [0.9, 0.9]


def test_only_persons_alone_are_counted_in_persons():
    assert Objective().in_persons
    assert not params.Settings(objective={"persons": 2.0}).objective.in_persons
    assert not params.Settings(objective={"persons": 1.0, "fgt2": 0.5}).objective.in_persons
