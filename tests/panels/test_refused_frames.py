"""Frames and arguments that cannot be read are refused in words; words for yes and no are understood."""

from __future__ import annotations

import narwhals
import numpy as np
import pandas as pd
import pyarrow as pa
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


def test_amounts_with_thousands_are_read_exactly_and_what_is_not_known_is_said() -> None:
    """174 of 500 rows were used where amounts read "1,234.5"."""
    written = FRAME.assign(wage=[f"{one:,.6f}" for one in FRAME["wage"]])
    plain = FRAME.assign(wage=[float(f"{one:.6f}") for one in FRAME["wage"]])
    found, other = (income(frame, id="id", time="year", amount="wage") for frame in (written, plain))
    assert found.rows == len(FRAME)
    assert not any("are not used" in said for said in found.findings)
    pd.testing.assert_frame_equal(found.coefficients, other.coefficients)
    some = income(FRAME.assign(wage=FRAME["wage"].where(FRAME["id"] > 0)), id="id", time="year", amount="wage")
    assert any(said.startswith("5 of 300 rows") for said in some.findings)


@pytest.mark.parametrize("one", ["1.234,5", "5千", "12 元", "n/a"])
def test_amounts_that_are_no_numbers_are_refused(one: str) -> None:
    wrong = FRAME.assign(wage=FRAME["wage"].astype(object).where(FRAME["id"] > 0, one))
    with pytest.raises(DataError, match="5 cells of wage are not numbers"):
        income(wrong, id="id", time="year", amount="wage")
    with pytest.raises(DataError, match="5 cells of w are not numbers"):
        income(FRAME.assign(w=wrong["wage"]), id="id", time="year", amount="wage", weight="w")
    with pytest.raises(DataError, match="not numbers"):
        person_periods(pd.DataFrame({"weeks": ["2", one], "job": [1, 0]}), length="weeks", event="job")


def test_frames_of_other_libraries_are_taken_and_blank_names_are_not() -> None:
    import pyarrow

    found = income(pyarrow.Table.from_pandas(FRAME), id="id", time="year", amount="wage", covariates=["ed"])  # type: ignore[arg-type]
    assert found.coefficients["estimate"].tolist() == pytest.approx(MODEL.coefficients["estimate"].tolist())
    with pytest.raises(DataError, match="5 rows have no identifier"):
        income(FRAME.assign(id=FRAME["id"].astype(str).where(FRAME["id"] > 0, " ")), id="id", time="year",
               amount="wage")  # fmt: skip
    with pytest.raises(DataError, match="infinite"):
        income(FRAME.assign(ed=FRAME["ed"].where(FRAME["id"] > 0, np.inf)), id="id", time="year", amount="wage",
               covariates=["ed"])  # fmt: skip
    with pytest.raises(DataError, match="neither 0 nor 1"):
        hazard(FRAME.assign(out=FRAME["out"].where(FRAME["id"] > 0, np.inf)), id="id", time="year", event="out")


@pytest.mark.parametrize("kind", [int, str, float])
def test_years_and_months_in_one_number_are_months(kind: type) -> None:
    months = np.array([201510, 201511, 201512, 201601, 201602])
    shown = FRAME.assign(year=months[FRAME["year"] - 2010]).astype({"year": kind})
    found = income(shown, id="id", time="year", amount="wage", covariates=["ed"])
    assert found.coefficients["estimate"].tolist() == pytest.approx(MODEL.coefficients["estimate"].tolist())
    assert found.predict(1, draws=20)["year"].iloc[0] in (201603, "201603")


def test_a_single_word_is_one_covariate() -> None:
    found = income(FRAME, id="id", time="year", amount="wage", covariates="ed")
    pd.testing.assert_frame_equal(found.coefficients, MODEL.coefficients)
    assert hazard(FRAME, id="id", time="year", event="out", covariates="ed").coefficients.equals(HAZARD.coefficients)


def test_frames_of_other_libraries_give_the_same_models() -> None:
    arrow = pa.Table.from_pandas(FRAME, preserve_index=False)
    for other in (arrow, narwhals.from_native(arrow).lazy()):
        found = income(other, id="id", time="year", amount="wage", covariates=["ed"])
        pd.testing.assert_frame_equal(found.coefficients, MODEL.coefficients)
        pd.testing.assert_frame_equal(found.on(other).predict(1), MODEL.predict(1))
        ended = hazard(other, id="id", time="year", event="out", covariates=["ed"])
        pd.testing.assert_frame_equal(ended.coefficients, HAZARD.coefficients)
        pd.testing.assert_frame_equal(ended.predict(other), HAZARD.predict(FRAME))
        pd.testing.assert_frame_equal(
            at_risk(other, id="id", time="year", state="out"), at_risk(FRAME, id="id", time="year", state="out")
        )
    weeks = pd.DataFrame({"weeks": [2, 3], "job": [1, 0], "age": [30, 50]})
    pd.testing.assert_frame_equal(
        person_periods(pa.Table.from_pandas(weeks), length="weeks", event="job"),
        person_periods(weeks, length="weeks", event="job"),
    )
    with pytest.raises(DataError, match="is no table"):
        income([1, 2], id="id", time="year", amount="wage")
