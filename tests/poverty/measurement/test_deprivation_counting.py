"""Alkire-Foster measures against mpitbR, R survey, the 2011 worked example and counting by hand."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import poverty
from povlib.errors import DataError

DIMENSIONS = {
    "health": ["d_nutr", "d_cm"],
    "education": ["d_satt", "d_educ"],
    "living": ["d_elct", "d_sani", "d_wtr", "d_hsg", "d_ckfl", "d_asst"],
}
DESIGN = {"weight": "weight", "strata": "stratum", "cluster": "psu", "missing": "drop"}
NAMES = {"hd": "h_", "hdk": "censored_", "actb": "absolute_", "pctb": "contribution_"}


@pytest.fixture(scope="module")
def survey(reference: Path) -> pd.DataFrame:
    return pd.read_csv(reference / "mpitb_syn" / "syn_cdta.csv")


@pytest.mark.reference
@pytest.mark.parametrize("by", [None, "area", "region"])
def test_levels_of_mpitb_with_errors_and_limits(reference: Path, survey: pd.DataFrame, by: str | None) -> None:
    rows = pd.read_csv(reference / "mpitb_syn" / "reference_levels_k33_t1.csv")
    rows = rows[rows["loa"] == (by or "nat")]
    rows["key"] = rows["measure"].replace(NAMES) + rows["indicator"].fillna("")
    first = survey[survey["t"] == 1]
    got = poverty.multidimensional(first, deprivations=DIMENSIONS, k=0.33, by=by, df="design", limits="unit", **DESIGN)
    got["subg"] = got["domain"].map(lambda x: "nat" if x == "all" else str(x))
    both = got.merge(rows, left_on=["measure", "subg"], right_on=["key", "subg"])
    assert len(both) == len(rows) == 43 * rows["subg"].nunique()
    # mpitbR stores its indicator weights with some seven digits
    np.testing.assert_allclose(both["estimate"], both["b"], rtol=1e-7)
    known = both[both["se_y"].notna()]
    np.testing.assert_allclose(known["se_x"], known["se_y"], rtol=1e-6)
    np.testing.assert_allclose(known["ci_low"], known["ll"], rtol=1e-6)
    np.testing.assert_allclose(known["ci_high"], known["ul"], rtol=1e-6)
    assert (both.loc[both["se_y"].isna(), "se_x"] > 0).all()  # contributions: we give the error mpitbR leaves out


@pytest.mark.reference
def test_both_waves_of_r_survey(reference: Path, survey: pd.DataFrame) -> None:
    rows = pd.read_csv(reference / "mpitb_syn" / "reference_survey_pkg_k33.csv")
    got = poverty.multidimensional(survey, deprivations=DIMENSIONS, k=0.33, by="t", **DESIGN)
    rows["measure"] = rows["measure"].str.replace("hdk_", "censored_")
    both = rows.merge(got, left_on=["measure", "t"], right_on=["measure", "domain"])
    assert len(both) == len(rows) == 26
    np.testing.assert_allclose(both["estimate"], both["b"], rtol=1e-8)
    np.testing.assert_allclose(both["se_y"], both["se_x"], rtol=1e-6)


@pytest.mark.reference
def test_changes_between_waves_hold_the_covariance_of_shared_clusters(reference: Path, survey: pd.DataFrame) -> None:
    rows = pd.read_csv(reference / "mpitb_syn" / "reference_changes_k33_nat.csv")
    made = poverty.multidimensional_estimates(survey, deprivations=DIMENSIONS, k=0.33, by="t", **DESIGN)
    got = made.change(2, 1, years=8.5).set_index(["measure", "change"])
    kinds = {("abs", 0): "absolute", ("rel", 0): "relative"}
    kinds |= {("abs", 1): "absolute_per_year", ("rel", 1): "relative_per_year"}
    for row in rows.itertuples():
        mine = got.loc[(row.measure, kinds[row.ctype, row.ann])]
        factor = 100 if row.ctype == "rel" else 1
        assert mine["estimate"] * factor == pytest.approx(row.b, rel=1e-6)
        assert mine["se"] * factor == pytest.approx(row.se, rel=1e-5)


@pytest.mark.reference
def test_the_worked_example_of_2011(reference: Path) -> None:
    frame = pd.read_csv(reference / "af_worked_example" / "achievements.csv")
    rows = pd.read_csv(reference / "af_worked_example" / "reference.csv")
    names = ["income", "schooling", "health", "insured"]
    cutoffs = dict(zip(names, (13, 12, 3, 1), strict=True))
    for case, part in rows.groupby("case"):
        k = int(case.split("k=")[1][0]) / 4
        got = poverty.multidimensional(frame, deprivations=names, k=k, cutoffs=cutoffs, census=True)
        got = got.set_index("measure")["estimate"]
        for row in part.itertuples():
            key = row.quantity.replace("uncensored_headcount", "h").replace("censored_headcount", "censored")
            key = key.replace("contribution_to_M0", "contribution")
            if key[-2:-1] == "d":
                key = key[:-2] + names[int(key[-1]) - 1]
            assert got[key] == pytest.approx(row.value, rel=1e-12), (case, row.quantity)


def test_a_score_of_exactly_one_third_counts() -> None:
    frame = pd.DataFrame(np.eye(6, dtype=int)[[0, 1, 2]] + np.eye(6, dtype=int)[[3, 4, 5]], columns=list("abcdef"))
    for k in (1 / 3, Fraction(1, 3), 0.333333333333):
        got = poverty.multidimensional(frame, deprivations=list("abcdef"), k=k, census=True)
        assert got["estimate"][0] == 1.0
    nested = {"x": ["a", "b"], "y": ["c"], "z": ["d", "e", "f"]}
    got = poverty.multidimensional(
        frame.assign(a=0, b=0, c=0, d=1, e=1, f=1), deprivations=nested, k=1 / 3, census=True
    )
    assert got["estimate"][0] == 1.0


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_agrees_with_counting_by_hand(data: st.DataObject) -> None:
    n, d = data.draw(st.integers(2, 6)), data.draw(st.integers(1, 4))
    table = np.array(data.draw(st.lists(st.lists(st.integers(0, 1), min_size=d, max_size=d), min_size=n, max_size=n)))
    weights = data.draw(st.lists(st.integers(1, 5), min_size=d, max_size=d))
    k = Fraction(data.draw(st.integers(1, sum(weights))), sum(weights))
    frame = pd.DataFrame(table, columns=[f"c{i}" for i in range(d)])
    got = poverty.multidimensional(frame, deprivations=list(frame), weights=weights, k=k, census=True)
    score = [Fraction(int(row @ np.array(weights)), sum(weights)) for row in table]
    poor = [s for s in score if s >= k]
    got = got.set_index("measure")["estimate"]
    assert got["H"] == pytest.approx(len(poor) / n)
    assert got["M0"] == pytest.approx(float(sum(poor)) / n)
    if poor:
        assert got.filter(like="contribution").sum() == pytest.approx(1)


def test_contributions_have_the_error_of_a_jackknife() -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.integers(0, 2, (200, 3)), columns=list("abc")).assign(unit=np.repeat(range(50), 4))
    kwargs = {"deprivations": list("abc"), "k": 0.5}
    got = poverty.multidimensional(frame, cluster="unit", **kwargs).set_index("measure")
    without = [poverty.multidimensional(frame[frame["unit"] != u], census=True, **kwargs) for u in range(50)]
    table = np.stack([one["estimate"] for one in without])
    jackknife = np.sqrt(49 / 50 * ((table - table.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(got["se"], jackknife, rtol=0.03)


@pytest.mark.parametrize("k", [0, -0.1, 1.01])
def test_a_cutoff_outside_its_range_is_refused(k: float) -> None:
    with pytest.raises(DataError):
        poverty.multidimensional(pd.DataFrame({"a": [0, 1]}), deprivations=["a"], k=k, census=True)


FLAGS = pd.DataFrame({"a": [0, 1, 1, 1], "b": [0, 0, 1, 1], "c": [0, 0, 0, 1]})
COUNTED: dict = {"deprivations": ["a", "b", "c"], "census": True}


@pytest.mark.parametrize(
    "k", [None, np.nan, np.inf, "0.5", "1/3", True, [], [None], (0.5, np.nan), np.array(np.nan), 1j]
)
def test_what_is_no_cutoff_is_refused_in_words(k: object) -> None:
    with pytest.raises(DataError, match="no cutoff"):
        poverty.multidimensional(FLAGS, k=k, **COUNTED)


@pytest.mark.parametrize(
    "kind", [np.float32, np.float64, np.float16, Decimal, lambda v: Fraction(v).limit_denominator(9)]
)
def test_a_cutoff_of_any_number_type_is_that_number(kind: Callable) -> None:
    expected = poverty.multidimensional(FLAGS, k=[0.5, 1.0], **COUNTED)
    pd.testing.assert_frame_equal(poverty.multidimensional(FLAGS, k=[kind(0.5), kind(1)], **COUNTED), expected)
    pd.testing.assert_frame_equal(poverty.multidimensional(FLAGS, k=np.array([0.5, 1]), **COUNTED), expected)
    one = expected[expected["convention"].str.startswith("k=1;")].reset_index(drop=True)
    for k in (1, np.int64(1), np.uint8(1), np.array(1), kind(1)):
        pd.testing.assert_frame_equal(poverty.multidimensional(FLAGS, k=k, **COUNTED), one)
    third = poverty.multidimensional(FLAGS, k=np.float32(1 / 3), **COUNTED)["estimate"]
    assert third.tolist() == poverty.multidimensional(FLAGS, k=Fraction(1, 3), **COUNTED)["estimate"].tolist()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"weights": {"a": 1, "b": 1, "c": 1, "d": 9}}, "d are not among the deprivations"),
        ({"weights": {"a": 1, "b": 1}}, "needs a weight"),
        ({"weights": [1, 1, np.nan]}, "needs a weight"),
        ({"weights": [1, 1, np.inf]}, "needs a weight"),
        ({"weights": [1, 1, None]}, "needs a weight"),
        ({"weights": [1, 1, "1"]}, "needs a weight"),
        ({"weights": [1, 1, 0]}, "needs a weight"),
        ({"weights": [1, 1]}, "needs a weight"),
        ({"weights": [1, 1, 1e-9]}, "less than a millionth"),
        ({"cutoffs": {"a": 1, "b": 1, "c": 1, "slip": 1}}, "slip are not among the deprivations"),
        ({"cutoffs": {"a": 1, "b": 1, "c": np.inf}}, "c needs a cutoff"),
        ({"cutoffs": {"a": 1, "b": 1, "c": None}}, "c needs a cutoff"),
        ({"deprivations": {"one": ["a", "b"], "two": []}}, "each deprivation once"),
        ({"deprivations": []}, "each deprivation once"),
        ({"overall": "yes"}, "no choice"),
    ],
)
def test_weights_and_cutoffs_are_counted_or_refused(options: dict, said: str) -> None:
    with pytest.raises(DataError, match=said):
        poverty.multidimensional(FLAGS, **({"k": 0.5} | COUNTED | options))


@given(
    st.lists(st.floats(1e-3, 1e3), min_size=3, max_size=3), st.sampled_from([1e-9, 1.0, 1e9, 3.7]), st.integers(1, 9)
)
@settings(max_examples=25, deadline=None)
def test_weights_of_any_scale_and_odd_values_give_the_shares(weights: list[float], scale: float, tenths: int) -> None:
    """Odd weights have a common denominator far beyond 64 bits: the counting stays exact."""
    share = np.array(weights) / sum(weights)
    if share.min() < 1e-5:
        return
    score = FLAGS.to_numpy() @ share
    k = tenths / 10
    if np.abs(score - k).min() < 1e-9:
        return
    got = poverty.multidimensional(FLAGS, weights=[w * scale for w in weights], k=k, **COUNTED)
    values = got.set_index("measure")["estimate"]
    assert values["H"] == (score >= k).mean()
    assert values["M0"] == pytest.approx((score * (score >= k)).mean(), abs=1e-9)


def test_numpy_weights_do_not_run_over() -> None:
    odd = np.array([999_983, 999_979, 999_961], dtype=np.int32)
    got = poverty.multidimensional(FLAGS, weights=odd, k=0.5, **COUNTED)["estimate"]
    assert got.tolist() == poverty.multidimensional(FLAGS, weights=odd.tolist(), k=0.5, **COUNTED)["estimate"].tolist()


def test_rows_left_out_are_counted_and_words_are_read() -> None:
    frame = FLAGS.assign(a=["否", "是", None, "是"], b=["no", "no", "yes", "Yes"])
    got = poverty.multidimensional(frame, k=0.5, missing="drop", **COUNTED)
    assert (got["convention"] == "k=0.5; at k counts; rows with a deprivation missing left out=1; census").all()
    assert got.set_index("measure").loc["h_a", "estimate"] == pytest.approx(2 / 3)
    nobody = poverty.multidimensional(FLAGS[:1], k=0.5, **COUNTED).set_index("measure")
    assert np.isnan(nobody.loc["A", "estimate"])
    assert "undefined" in nobody.loc["A", "convention"]


def test_bad_deprivations_are_refused_all_at_once() -> None:
    frame = pd.DataFrame({"a": [0, 2], "b": [0.0, None]})
    with pytest.raises(DataError) as caught:
        poverty.multidimensional(frame, deprivations=["a", "x"], k=0.5, census=True)
    assert len(caught.value.faults) == 2
    with pytest.raises(DataError):
        poverty.multidimensional(frame, deprivations=["b"], k=0.5, census=True)
    with pytest.raises(DataError):
        poverty.multidimensional(frame, deprivations=["b"], weights=[0], k=0.5, census=True, missing="drop")
