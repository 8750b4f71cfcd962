"""Deprivations of the register and its quality against a survey, counted by hand on four households."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib import poverty
from povlib.errors import DataError
from povlib.vocabulary import GUARANTEES


def houses() -> pd.DataFrame:
    frame = pd.DataFrame({"hh": list("ABCDEFGH"), "village": ["v", "w"] * 4, "size": [1, 3] * 4})
    frame["over_line"] = pd.array([True, False, True, pd.NA] * 2, dtype="boolean")
    secured = dict.fromkeys(GUARANTEES, pd.array([1] * 8, dtype="Int8"))
    return frame.assign(**secured | {"housing": pd.array([0, 1, 1, 1] * 2, dtype="Int8")})


def test_income_is_one_half_and_persons_are_counted() -> None:
    made = poverty.deprivations_of_register(houses(), k=0.5)
    whole = made[made["domain"] == "all"].set_index("measure")["estimate"]
    assert whole["H"] == pytest.approx(3 / 5)  # B of 3 persons, beside A and C of one each; D is not known
    assert whole["h_housing"] == pytest.approx(1 / 5)


def test_a_survey_corrects_what_the_register_says() -> None:
    survey = pd.DataFrame({"hh": ["A", "B", ""], "income_fen_per_head": [90, 90, 90]})
    with pytest.warns(poverty.DesignWarning):
        made = poverty.quality_against_survey(houses(), survey, 100).set_index("measure")["estimate"]
    assert made["recorded"] == pytest.approx(3 / 5)
    assert made["false_not_poor"] == pytest.approx(1.0)
    assert made["false_poor"] == pytest.approx(0.0)
    with pytest.raises(DataError):
        poverty.quality_against_survey(houses(), survey.iloc[2:], 100)


def test_a_household_surveyed_twice_does_not_depend_on_the_order_of_rows() -> None:
    survey = pd.DataFrame({"hh": ["A", "A", "B"], "income_fen_per_head": [90, 110, 90]})
    for rows in (survey, survey[::-1]):
        with pytest.raises(DataError, match="1 households stand in the survey"):
            poverty.quality_against_survey(houses(), rows, 100)
    same = survey.assign(income_fen_per_head=90)
    with pytest.warns(poverty.DesignWarning):
        twice = poverty.quality_against_survey(houses(), same, 100)
    with pytest.warns(poverty.DesignWarning):
        once = poverty.quality_against_survey(houses(), same[1:], 100)
    pd.testing.assert_frame_equal(twice, once)
