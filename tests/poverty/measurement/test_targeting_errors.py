"""Targeting against counts by hand, a jackknife, and the bounds that benchmarks must keep."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import poverty
from povlib.errors import DataError
from povlib.poverty.measurement.targeting_errors import poorest_first_shares

KW = {"income": "y", "line": 10.0, "selected": "on"}


def village() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "hh": list("ABCDEFGHIJ"),
            "y": [2.0, 5.0, 8.0, 9.0, 11.0, 12.0, 20.0, 30.0, 40.0, 50.0],
            "on": [1, 0, 1, 0, 1, 0, 0, 0, 0, 0],
            "sex": list("mfmfmfmfmf"),
        }
    )


def actual(frame: pd.DataFrame, **kwargs: object) -> pd.Series:
    got = poverty.targeting(frame, census=True, **KW, **kwargs)
    return got[got["benchmark"] == "actual"].set_index("measure")["estimate"]


def test_errors_by_hand() -> None:
    got = actual(village())
    assert got["poverty_rate"] == 0.4
    assert got["coverage"] == pytest.approx(0.3)
    assert got["exclusion"] == 0.5
    assert got["inclusion"] == pytest.approx(1 / 3)
    assert got["exclusion_of_gap"] == pytest.approx((0.5 + 0.1) / (0.8 + 0.5 + 0.2 + 0.1))
    assert got["inclusion_distance"] == pytest.approx(0.1)
    assert got["share_to_poorest_fifth"] == pytest.approx(1 / 3)  # A of A, C, E
    assert got["cgh"] == pytest.approx((2 / 3) / 0.4)
    paid = actual(village().assign(b=[5, 0, 3, 0, 2, 0, 0, 0, 0, 0]), benefit="b")
    assert paid["leakage"] == pytest.approx(0.2)
    assert paid["inclusion"] == pytest.approx(1 / 3)


def test_benchmarks_of_the_same_size() -> None:
    got = poverty.targeting(village(), census=True, **KW).set_index(["benchmark", "measure"])["estimate"]
    assert got["random", "exclusion"] == pytest.approx(0.7)
    assert got["random", "cgh"] == pytest.approx(1)
    assert got["universal", "exclusion"] == pytest.approx(0)
    assert got["universal", "inclusion"] == pytest.approx(0.6)
    assert got["poorest_first", "exclusion"] == pytest.approx(0.25)
    assert got["poorest_first", "inclusion"] == pytest.approx(0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 3)), min_size=1, max_size=10), st.floats(0, 1))
def test_poorest_first_uses_the_quota_exactly_and_treats_equals_alike(rows: list, part: float) -> None:
    rank, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    quota = part * weight.sum()
    chance = poorest_first_shares(rank, weight, quota)
    assert weight @ chance == pytest.approx(quota)
    for value in set(rank):
        same = chance[rank == value]
        assert np.ptp(same) == 0
        if 0 < same[0] < 1:
            assert (chance[rank < value] == 1).all()
            assert (chance[rank > value] == 0).all()


def survey() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    unit = np.repeat(np.arange(60), 10)
    y = np.exp(rng.normal(2.5, 0.6, len(unit)) + rng.normal(0, 0.2, 60)[unit])
    on = (y * np.exp(rng.normal(0, 0.5, len(y))) < 8).astype(int)
    frame = pd.DataFrame({"y": y, "on": on, "unit": unit, "w": rng.uniform(1, 2, 60)[unit]})
    return frame.assign(sex=np.where(rng.random(len(y)) < 0.3, "女", "男"))


def test_errors_of_targeting_match_a_jackknife() -> None:
    frame = survey()
    got = poverty.targeting(frame, weight="w", cluster="unit", **KW)
    gaps = poverty.targeting_gaps(frame, group="sex", weight="w", cluster="unit", **KW)
    rows, differences = [], []
    for unit in range(60):
        rest = frame[frame["unit"] != unit]
        rows.append(poverty.targeting(rest, weight="w", census=True, **KW)["estimate"])
        differences.append(poverty.targeting_gaps(rest, group="sex", weight="w", census=True, **KW)["estimate"])
    for made, table in ((got, np.stack(rows)), (gaps, np.stack(differences))):
        spread = np.sqrt(59 / 60 * ((table - table.mean(axis=0)) ** 2).sum(axis=0))
        plain = np.ones(len(made), dtype=bool)
        if "benchmark" in made:  # the cut of the others moves with the sample, which the errors leave out
            plain = ((made["benchmark"] == "actual") & (made["measure"] != "share_to_poorest_fifth")).to_numpy()
        np.testing.assert_allclose(made["se"].to_numpy()[plain], spread[plain], rtol=0.08)


def test_groups_and_their_gap() -> None:
    frame = village()
    by = poverty.targeting(frame, by="sex", census=True, **KW)
    by = by[by["benchmark"] == "actual"].set_index(["domain", "measure"])["estimate"]
    gaps = poverty.targeting_gaps(frame, group="sex", census=True, **KW).set_index(["domain", "measure"])["estimate"]
    assert by["f", "exclusion"] == 1.0
    assert by["m", "exclusion"] == 0.0
    assert gaps["f", "exclusion_gap"] == 1.0
    assert gaps["m", "exclusion_gap"] == -1.0


def test_a_register_alone_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        poverty.targeting(village().assign(on=1), census=True, **KW)
    assert "missed" in caught.value.show("en")
    with pytest.raises(DataError):
        poverty.targeting(village().assign(on=2), census=True, **KW)


def test_suspects_are_listed_clearest_first() -> None:
    got = poverty.targeting_suspects(village(), key="hh", most=1, **KW)
    assert got[["hh", "kind", "rank"]].to_numpy().tolist() == [["B", "exclusion", 1], ["E", "inclusion", 1]]
    assert len(poverty.targeting_suspects(village(), key="hh", **KW)) == 3


def test_yes_and_no_select_and_other_words_are_refused() -> None:
    frame = village()
    words = frame.assign(on=frame["on"].map({1: "是", 0: "否"}))
    pd.testing.assert_series_equal(actual(words), actual(frame))
    for wrong in (2, "有", ""):
        with pytest.raises(DataError):
            actual(frame.assign(on=wrong))
