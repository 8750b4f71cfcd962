"""Treatments that covariates decide, groups of one, text that looks like numbers, errors of within estimators."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from povlib import impact
from povlib.errors import DataError


def households(seed: int = 0, n: int = 400) -> pd.DataFrame:
    """Return households of 20 villages; half of the villages are helped, and in `own` half of each village."""
    rng = np.random.default_rng(seed)
    v = np.arange(n) % 20
    own = rng.integers(0, 2, n)
    y = 0.3 * v + own + rng.normal(size=n)
    text = pd.Series(v).map("{:02d}".format)
    return pd.DataFrame(
        {"y": y, "own": own, "d": (v < 10).astype(int), "v": v, "village": text, "x": rng.normal(size=n)}
    )


METHODS = {
    "difference": lambda frame, **options: impact.difference(frame, **options),
    "ipw": lambda frame, **options: impact.weighted_comparison(frame, **options),
    "aipw": lambda frame, **options: impact.aipw(frame, repeats=1, **options).effect,
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("case", ["village", "copy", "multiple", "nearly", "sum"])
def test_help_that_covariates_decide_is_refused_naming_them(method: str, case: str) -> None:
    frame = households()
    noise = np.random.default_rng(9).normal(size=len(frame))
    frame["copy"], frame["multiple"] = frame["d"], 5e8 - 3e6 * frame["d"]
    frame["nearly"] = (frame["d"] + 1e-9 * noise).astype("float32")
    frame["part"] = noise
    frame["sum"] = frame["d"] - noise
    covariates = ["x", "sum", "part"] if case == "sum" else ["x", case]
    named = "part, sum" if case == "sum" else case
    with pytest.raises(DataError, match=f"{named} decide d wholly"):
        METHODS[method](frame, outcome="y", treatment="d", covariates=covariates)


def test_a_limit_that_covariates_decide_is_refused_and_separation_names_its_column() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"s": rng.uniform(-1, 1, 500)})
    frame = frame.assign(y=(frame["s"] < 0) + rng.normal(size=500), side=7.0 * (frame["s"] < 0), x=rng.normal(size=500))
    call = {"outcome": "y", "running": "s", "at": 0}
    with pytest.raises(DataError, match="side decide s wholly"):
        impact.cutoff(frame, covariates=["x", "side"], **call)
    table = impact.cutoff(frame, covariates=["x"], **call).table
    assert table["estimate"].notna().all()
    with pytest.raises(DataError, match=r"^s separate the helped"):
        impact.weighted_comparison(
            frame.assign(d=(frame["side"] > 0) * 1), outcome="y", treatment="d", covariates=["s", "x"]
        )
    panel = pd.concat([frame.assign(t=t, hh=frame.index, first=2 * (frame["side"] > 0)) for t in (1, 2)])
    with pytest.raises(DataError, match="s "):
        impact.did(panel, outcome="y", unit="hh", period="t", cohort="first", covariates=["s", "x"])


def test_the_error_of_a_single_unit_or_cluster_is_not_known() -> None:
    frame = households()
    one = frame.assign(d=(frame.index == 7).astype(int))
    for method in ("difference", "ipw"):
        made = METHODS[method](one, outcome="y", treatment="d", covariates=[] if method == "difference" else ["x"])
        assert np.isfinite(made.estimate)
        assert np.isnan([made.se, made.ci_low, made.ci_high]).all()
        assert not made.usable
        assert "a single unit was helped" in made.row()["findings"]
    for errors in ("HC1", "HC2", "HC3"):
        assert np.isnan(impact.difference(one, outcome="y", treatment="d", covariates=["x"], errors=errors).se)
    # who takes all as alike has the spread of the others for the one: the error of a forecast, by hand
    alike = impact.difference(one, outcome="y", treatment="d", errors="classical")
    others = one.loc[one["d"] == 0, "y"]
    assert alike.se == pytest.approx(others.std() * np.sqrt(1 + 1 / len(others)), rel=1e-12)
    assert any(finding.check == "spread" for finding in alike.findings)
    # of two helped, one has a covariate for itself: what is left is a single one
    two = frame.assign(d=(frame.index < 2).astype(int), alone=(frame.index == 1).astype(int))
    assert np.isfinite(impact.difference(two, outcome="y", treatment="d").se)
    assert np.isnan(impact.difference(two, outcome="y", treatment="d", covariates=["alone"]).se)
    assert np.isnan(impact.difference(frame.assign(d=1 - one["d"]), outcome="y", treatment="d").se)
    village = frame.assign(d=(frame["v"] == 3).astype(int))
    with pytest.raises(DataError, match="single cluster"):
        METHODS["aipw"](village, outcome="y", treatment="d", covariates=["x"], cluster="v")
    for method in ("difference", "ipw"):
        made = METHODS[method](village, outcome="y", treatment="d", covariates=["x"], cluster="v")
        assert np.isnan(made.se)
        assert not made.usable
    panel = pd.concat([one.assign(t=t, hh=one.index, first=2 * one["d"]) for t in (1, 2)])
    made = impact.before_after(panel, outcome="y", unit="hh", period="t", cohort="first")
    assert np.isnan(made.se)
    assert not made.usable
    did = impact.did(panel.assign(all=1), outcome="y", unit="hh", period="t", cohort="first", cluster="all")
    assert np.isnan(did.cells["se"]).all()
    assert np.isnan(did.effect().se)
    assert np.isnan(impact.pre_trend(did).p)


def test_an_error_that_only_one_household_could_tell_is_not_known() -> None:
    """With effects of households only those whose help changed move the estimate."""
    rng = np.random.default_rng(8)
    hh, t = np.repeat(np.arange(30), 2), np.tile([0, 1], 30)
    frame = pd.DataFrame({"hh": [f"h{k}" for k in hh], "t": t, "v": hh // 5, "y": rng.normal(size=60)})
    frame["d"] = (hh < 10).astype(int)
    frame.loc[20, "d"] = 1  # the eleventh in its first period alone
    call = {"outcome": "y", "treatment": "d", "covariates": ["hh", "t"]}
    assert np.isnan(impact.difference(frame, **call).se)
    frame.loc[[22, 24], "d"] = 1  # three households of one village
    assert np.isfinite(impact.difference(frame, **call).se)
    assert np.isnan(impact.difference(frame, cluster="v", **call).se)
    frame.loc[[42, 52], "d"] = 1
    assert np.isfinite(impact.difference(frame, cluster="v", **call).se)


def test_an_outcome_explained_by_itself_is_refused_or_said() -> None:
    frame = households()
    call = {"outcome": "y", "treatment": "own"}
    for method in METHODS:
        with pytest.raises(DataError, match="y is the outcome"):
            METHODS[method](frame, covariates=["x", "y"], **call)
    with pytest.raises(DataError, match="y is the outcome"):
        impact.cutoff(frame, outcome="y", running="x", at=0, covariates="y")
    twice = impact.difference(frame.assign(fen=frame["y"] * 100), covariates=["fen"], **call)
    flat = impact.difference(frame.assign(y=3.0), covariates=["x"], **call)
    for made in (twice, flat):
        assert (made.estimate, made.se) == (0.0, 0.0)
        assert any(finding.check == "exact" for finding in made.findings)


def test_every_effect_names_the_convention_of_its_error() -> None:
    frame = households()
    call = {"outcome": "y", "treatment": "own", "covariates": ["x"]}
    assert impact.difference(frame, **call).row()["errors"] == "HC2"
    assert impact.weighted_comparison(frame, **call).errors == "influence"
    assert impact.weighted_comparison(frame, cluster="v", **call).errors == "influence by cluster, G / (G - 1)"
    assert impact.cutoff(frame, outcome="y", running="x", at=0).errors == "HC3"


def test_a_side_through_all_its_points_has_no_error() -> None:
    rng = np.random.default_rng(4)
    s = np.r_[-0.01, -0.02, -0.03, rng.uniform(-2, -1, 50), rng.uniform(0, 1, 200)]
    frame = pd.DataFrame({"s": s, "y": rng.normal(size=len(s))})
    made = impact.cutoff(frame, outcome="y", running="s", at=0, bandwidths=[0.025, 0.5, 1.9])
    assert made.table["estimate"].notna().all()
    assert made.table["se"].isna().tolist() == [True, False, False]
    assert made.table["robust_se"].isna().tolist() == [True, True, False]


def test_a_limit_with_few_scores_or_a_side_in_one_cluster_is_not_usable() -> None:
    rng = np.random.default_rng(1)
    score = rng.integers(0, 3, 600) - 1.0
    frame = pd.DataFrame({"s": score, "y": (score < 0) + rng.normal(size=600), "v": rng.integers(0, 40, 600)})
    call = {"outcome": "y", "running": "s", "at": 0}
    made = impact.cutoff(frame, **call)
    assert not made.usable
    assert any(finding.check == "heaped" and finding.refuses for finding in made.findings)
    assert not impact.cutoff(frame.assign(s=score * 2 + 0.5), bandwidths=[9.0], **call).usable
    smooth = frame.assign(s=rng.uniform(-1, 1, 600))
    assert impact.cutoff(smooth, cluster="v", **call).usable
    lone = impact.cutoff(smooth.assign(v=np.where(smooth["s"] < 0, 99, smooth["v"])), cluster="v", **call)
    assert lone.table["se"].isna().all()
    assert not lone.usable


@pytest.mark.parametrize("amount", [1.0, 1e9])
def test_a_rule_kept_without_exception_has_its_jump_and_says_so(amount: float) -> None:
    x = np.random.default_rng(2).uniform(-1, 1, 500)
    frame = pd.DataFrame({"s": x, "got": (x < 0) * amount, "took": (x < 0) * 1, "y": np.sin(x) + 2 * (x < 0)})
    made = impact.cutoff(frame, outcome="got", running="s", at=0)
    np.testing.assert_allclose(made.table["estimate"] / amount, 1.0, rtol=1e-12)
    assert (made.table["se"] == 0).all()
    assert any("without exception" in finding.show() for finding in made.findings)
    sharp, fuzzy = (impact.cutoff(frame, outcome="y", running="s", at=0, treatment=one).table for one in (None, "took"))
    pd.testing.assert_frame_equal(sharp, fuzzy, rtol=1e-9)
    flat = impact.cutoff(frame.assign(y=1.0), outcome="y", running="s", at=0)
    np.testing.assert_allclose(flat.table["estimate"], 0.0, atol=1e-12)
    never = impact.cutoff(frame.assign(none=0), outcome="y", running="s", at=0, treatment="none")
    assert not never.usable
    assert never.table["estimate"].isna().all()


@pytest.mark.parametrize("kind", ["object", "string", "category", "string[pyarrow]"])
def test_text_made_of_digits_is_categories(kind: str) -> None:
    if "pyarrow" in kind:
        pytest.importorskip("pyarrow")
    frame = households()
    digits = frame.assign(code=(frame["v"] % 4).astype(str).astype(kind), word=(frame["v"] % 4).map(lambda k: f"k{k}"))
    call = {"outcome": "y", "treatment": "own"}
    for method in METHODS:
        got, wanted = (METHODS[method](digits, covariates=["x", name], **call) for name in ("code", "word"))
        assert got.estimate == pytest.approx(wanted.estimate, rel=1e-12)
    number = impact.difference(digits.assign(code=frame["v"] % 4), covariates=["x", "code"], **call)
    assert number.estimate != pytest.approx(
        impact.difference(digits, covariates=["x", "code"], **call).estimate, rel=1e-6
    )
    panel = pd.concat([digits.assign(t=t, hh=frame.index, first=2 * frame["own"], y=frame["y"] * t) for t in (1, 2)])
    two = [
        impact.did(panel, outcome="y", unit="hh", period="t", cohort="first", covariates=[name]).cells["att"].iloc[0]
        for name in ("code", "word")
    ]
    assert two[0] == pytest.approx(two[1], rel=1e-12)
    limit = [
        impact.cutoff(digits, outcome="y", running="x", at=0.0, covariates=[name], bandwidths=[1.0]).table["estimate"][
            0
        ]
        for name in ("code", "word")
    ]
    assert limit[0] == pytest.approx(limit[1], rel=1e-12)


def test_truth_values_are_numbers_and_blank_text_is_a_gap() -> None:
    frame = households()
    call = {"outcome": "y", "treatment": "own"}
    yes = frame["x"] > 0
    as_bool, as_int, as_object = (
        impact.difference(frame.assign(c=yes.astype(kind)), covariates=["c"], **call) for kind in (bool, int, object)
    )
    assert as_bool == as_int == as_object
    for column in ("y", "village"):
        with pytest.raises(DataError, match=f"1 cells of {column} are empty"):
            impact.difference(frame.assign(**{column: frame[column].astype(object).where(frame.index > 0, " ")}),
                              covariates=["village"], **call)  # fmt: skip


def test_effects_nested_in_the_clusters_are_not_counted() -> None:
    """Within households, clustered by household: n, k and G by hand from the demeaned regression, as plm."""
    rng = np.random.default_rng(3)
    hh, t = np.repeat(np.arange(60), 5), np.tile(np.arange(5), 60)
    x, d = rng.normal(size=300), rng.integers(0, 2, 300).astype(float)
    y = rng.normal(size=60)[hh] + d + 0.5 * x + rng.normal(size=300)
    frame = pd.DataFrame({"y": y, "d": d, "x": x, "hh": [f"h{k}" for k in hh], "v": hh // 3, "t": t})

    def within(column: np.ndarray) -> np.ndarray:
        return column - (np.bincount(hh, column) / 5)[hh]

    z = np.column_stack([within(d), within(x)])
    beta = np.linalg.solve(z.T @ z, z.T @ within(y))
    bread, score = np.linalg.inv(z.T @ z), z * (within(y) - z @ beta)[:, None]
    for cluster, codes in (("hh", hh), ("v", hh // 3)):
        sums = np.stack([np.bincount(codes, one) for one in score.T], axis=1)
        count = len(np.unique(codes))
        variance = bread @ sums.T @ sums @ bread * count / (count - 1) * 299 / (300 - 2)
        got = impact.difference(frame, outcome="y", treatment="d", covariates=["x", "hh"], cluster=cluster)
        assert got.estimate == pytest.approx(beta[0], rel=1e-10)
        assert got.se == pytest.approx(np.sqrt(variance[0, 0]), rel=1e-10)
        assert got.errors == "CR1, nested effects not counted"
    ready = pd.get_dummies(frame["hh"], dtype=float, drop_first=True)
    joined = frame.drop(columns="hh").join(ready).assign(hh=hh)
    by_hand = impact.difference(joined, outcome="y", treatment="d", covariates=["x", *ready], cluster="hh")
    assert by_hand.se == pytest.approx(
        impact.difference(frame, outcome="y", treatment="d", covariates=["x", "hh"], cluster="hh").se, rel=1e-9
    )
    # effects that cut across the clusters are counted, as statsmodels counts all
    sm = pytest.importorskip("statsmodels.api")
    crossed = impact.difference(frame.assign(t=frame["t"].astype(str)), outcome="y", treatment="d",
                                covariates=["x", "t"], cluster="hh")  # fmt: skip
    design = np.column_stack([np.ones(300), d, x, *[(t == k) * 1.0 for k in range(1, 5)]])
    theirs = sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": hh})
    assert crossed.se == pytest.approx(theirs.bse[1], rel=1e-9)
    assert crossed.errors == "CR1"


@pytest.mark.reference
def test_squares_of_earnings_change_a_trial_little(reference: Path) -> None:
    trial = pd.read_csv(reference / "nsw" / "nsw_experimental.csv")
    trial = trial.assign(re74sq=trial["re74"] ** 2, re75sq=trial["re75"] ** 2)
    covariates = ["age", "educ", "black", "hisp", "re74", "re75"]
    for more, wanted in ((["re74sq"], 1737.0361), (["re74sq", "re75sq"], 1708.5704)):
        got = impact.difference(trial, outcome="re78", treatment="treat", covariates=[*covariates, *more])
        x = trial[[*covariates, *more]].to_numpy(dtype=np.longdouble)
        x = (x - x.mean(axis=0)) / x.std(axis=0)
        design = np.column_stack([np.ones(len(x)), trial["treat"], x.astype(float)])
        assert got.estimate == pytest.approx(wanted, abs=1e-3)
        assert got.estimate == pytest.approx(np.linalg.lstsq(design, trial["re78"])[0][1], rel=1e-10)
        assert 600 < got.se < 750
