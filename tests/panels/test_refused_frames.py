"""Frames and arguments that cannot be read are refused in words; words for yes and no are understood."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.errors import DataError
from povlib.panels import at_risk, hazard, income, person_periods


def panel() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"id": np.repeat(np.arange(60), 5), "year": np.tile(np.arange(2010, 2015), 60)})
    frame["ed"] = rng.integers(0, 12, 60)[frame["id"]].astype(float)
    frame["wage"] = np.exp(8 + 0.03 * frame["ed"] + rng.normal(0, 0.3, len(frame)))
    frame["out"] = (rng.random(len(frame)) < 0.2).astype(int)
    return frame


FRAME = panel()
MODEL = income(FRAME, id="id", time="year", amount="wage", covariates=["ed"])
HAZARD = hazard(FRAME, id="id", time="year", event="out", covariates=["ed"])


@pytest.mark.parametrize(
    ("yes", "no"), [("yes", "no"), ("Y", "n"), ("true", "false"), ("是", "否"), ("1", "0"), (" yes ", "")]
)
def test_words_for_yes_and_no_are_the_same_as_one_and_nothing(yes: str, no: str) -> None:
    said = FRAME.assign(out=np.where(FRAME["out"] == 1, yes, no))
    found = hazard(said, id="id", time="year", event="out", covariates=["ed"])
    assert found.causes == ("out",)
    pd.testing.assert_frame_equal(found.coefficients, HAZARD.coefficients)


def test_no_is_no_way_out_beside_others_and_missing_is_not_known() -> None:
    ways = np.where(FRAME["out"] == 1, np.where(FRAME["id"] % 2 == 0, "sold", "died"), "No")
    found = hazard(FRAME.assign(out=ways), id="id", time="year", event="out")
    assert found.causes == ("died", "sold")
    assert found.events == FRAME["out"].sum()
    lost = FRAME.assign(out=np.where(FRAME["id"] == 0, None, np.where(FRAME["out"] == 1, "yes", "no")))
    assert hazard(lost, id="id", time="year", event="out").rows == len(FRAME) - 5


def test_spells_and_states_may_say_yes_and_no() -> None:
    spells = pd.DataFrame({"weeks": [2, 3, 1], "job": ["yes", "no", None]})
    assert person_periods(spells, length="weeks", event="job")["job"].tolist() == [0, 1, 0, 0, 0, 0]
    how = spells.assign(job=["sold", "no", "None"])
    assert person_periods(how, length="weeks", event="job")["job"].tolist() == ["", "sold", "", "", "", ""]
    states = pd.DataFrame({"hh": "A", "t": [1, 2, 3, 4], "poor": ["yes", "yes", "no", ""]})
    assert at_risk(states, id="hh", time="t", state="poor")["event"].tolist() == [0, 1]
    assert at_risk(states, id="hh", time="t", state="poor", leaves=0)["event"].isna().all()
    with pytest.raises(DataError, match="poor"):
        at_risk(states.assign(poor="perhaps"), id="hh", time="t", state="poor")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: MODEL.predict(1, after=1900),
        lambda: MODEL.predict(1.5),
        lambda: MODEL.predict(0),
        lambda: MODEL.simulate(1, draws=2.5),
        lambda: MODEL.predict(1, quantiles=(0.1, 1.5)),
        lambda: MODEL.predict(1, quantiles="x"),
        lambda: MODEL.on(FRAME.iloc[:0]),
        lambda: MODEL.on(FRAME.assign(ed="much")),
        lambda: HAZARD.predict(FRAME, horizon=1.5),
        lambda: HAZARD.predict(FRAME.assign(ed="much")),
        lambda: income({"a": 1}, id="id", time="year", amount="wage"),
        lambda: income(pd.concat([FRAME, FRAME[["ed"]]], axis=1), id="id", time="year", amount="wage", covariates="ed"),
        lambda: income(FRAME.assign(wage=np.inf), id="id", time="year", amount="wage"),
        lambda: income(FRAME, id="id", time="year", amount="wage", covariates=["wage"]),
        lambda: hazard(FRAME, id="id", time="year", event="out", covariates=["out"]),
        lambda: person_periods(FRAME, length="nope", event="out"),
        lambda: person_periods(pd.DataFrame({"weeks": [10**9], "job": [1]}), length="weeks", event="job"),
    ],
)
def test_what_cannot_be_is_refused_in_words(wrong) -> None:
    with pytest.raises(DataError):
        wrong()


def test_a_single_word_is_one_covariate() -> None:
    found = income(FRAME, id="id", time="year", amount="wage", covariates="ed")
    pd.testing.assert_frame_equal(found.coefficients, MODEL.coefficients)
    assert hazard(FRAME, id="id", time="year", event="out", covariates="ed").coefficients.equals(HAZARD.coefficients)
