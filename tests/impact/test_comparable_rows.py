"""Covariates that nobody helped shares, of many kinds; few helped; treatments in words; frames of other libraries."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow
import pytest

from povlib.errors import DataError
from povlib.impact import aipw, did, difference
from povlib.impact.comparisons import weighted_comparison


def trial(n: int = 400, seed: int = 1) -> pd.DataFrame:
    """Return a comparison with an effect of 3 and help that depends on x."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    d = (rng.random(n) < 1 / (1 + np.exp(-x))).astype(int)
    return pd.DataFrame({"x": x, "d": d, "y": 3.0 * d + 2 * x + rng.normal(size=n)})


CASE = {"outcome": "y", "treatment": "d"}


@pytest.mark.parametrize("kind", ["number", "text"])
@pytest.mark.parametrize("method", [aipw, weighted_comparison])
def test_a_value_of_one_unhelped_unit_alone_leaves_that_unit_out(method, kind: str) -> None:
    frame = trial()
    row = frame.index[frame["d"] == 0][7]
    lone = frame.assign(lone=(frame.index == row).astype(int))
    lone = lone if kind == "number" else lone.assign(lone=np.where(lone["lone"] == 1, "one", "others"))
    found, without = (
        method(lone, **CASE, covariates=["x", "lone"]),
        method(frame.drop(index=row), **CASE, covariates="x"),
    )
    found, without = (getattr(one, "effect", one) for one in (found, without))
    assert found.estimate == pytest.approx(without.estimate, rel=1e-9)
    assert found.se == pytest.approx(without.se, rel=1e-9)
    assert found.usable
    assert any("what none of the helped has" in str(f.message) and dict(f.values)["n"] == 1 for f in found.findings)


def test_did_keeps_its_measure_beside_a_value_of_one_unhelped_unit() -> None:
    rng = np.random.default_rng(2)
    rows = []
    for unit in range(120):
        start, x = (3 if unit % 2 else 0), rng.normal()
        rows += [(unit, t, t + 5.0 * (start > 0) * (t >= 3) + x * t + rng.normal(), start, x) for t in (1, 2, 3, 4)]
    frame = pd.DataFrame(rows, columns=["hh", "t", "y", "first", "x"])
    columns = {"outcome": "y", "unit": "hh", "period": "t", "cohort": "first"}
    lone = did(frame.assign(lone=(frame["hh"] == 4).astype(int)), **columns, covariates=["x", "lone"])
    without = did(frame[frame["hh"] != 4], **columns, covariates=["x"])
    assert lone.aggregate()["estimate"].item() == pytest.approx(without.aggregate()["estimate"].item(), rel=1e-9)
    assert lone.aggregate()["se"].item() == pytest.approx(without.aggregate()["se"].item(), rel=0.01)
    assert any("what none of the helped has" in str(f.message) for f in lone.findings)


def test_many_kinds_end_in_words_or_an_answer() -> None:
    rng = np.random.default_rng(3)
    frame = trial(2000).assign(kind=rng.integers(0, 400, 2000).astype(str), area=rng.integers(0, 60, 2000).astype(str))
    for method in (aipw, weighted_comparison):
        with pytest.raises(DataError) as refused:
            method(frame, **CASE, covariates=["x", "kind"])
        assert "397 of them kind" in str(refused.value)
    said: list[float] = []
    made = aipw(frame, **CASE, covariates=["x", "area"], repeats=1, progress=lambda _, share: said.append(share))
    assert said == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert made.effect.estimate == pytest.approx(3.0, abs=4 * made.effect.se)


def test_six_helped_of_four_hundred_are_said_to_be_few() -> None:
    rng = np.random.default_rng(4)
    frame = trial().assign(d=0)
    frame.loc[:5, "d"] = 1
    frame["y"] = 3.0 * frame["d"] + frame["x"] + rng.normal(size=400)
    for found in (aipw(frame, **CASE, covariates="x").effect, difference(frame, **CASE)):
        assert any(f.check == "size" and dict(f.values)["n"] == 6 for f in found.findings)
    assert not any(f.check == "size" for f in difference(trial(), **CASE).findings)


@pytest.mark.parametrize(
    "words",
    [("是", "否"), ("yes", "no"), ("Yes", "NO"), ("true", "false"), ("1", "0"), ("1.0", "0.0"), (True, False)],
)
@pytest.mark.parametrize("category", [False, True])
def test_treatments_in_words_are_read_exactly(words, category: bool) -> None:
    frame = trial()
    said = pd.Series(np.where(frame["d"] == 1, *words), index=frame.index)
    said = said.astype("category") if category else said
    for method in (aipw, weighted_comparison):
        found, plain = (method(one, **CASE, covariates="x") for one in (frame.assign(d=said), frame))
        assert getattr(found, "effect", found).estimate == getattr(plain, "effect", plain).estimate
    assert difference(frame.assign(d=said), **CASE).estimate == difference(frame, **CASE).estimate
    with pytest.raises(DataError):
        difference(frame.assign(d=said.astype(object).where(frame.index > 0, "perhaps")), **CASE)


def test_frames_of_other_libraries_give_the_same() -> None:
    frame = trial()
    table = pyarrow.Table.from_pandas(frame)
    assert difference(table, **CASE, covariates="x").estimate == difference(frame, **CASE, covariates="x").estimate
    assert aipw(table, **CASE, covariates="x").effect.estimate == aipw(frame, **CASE, covariates="x").effect.estimate
