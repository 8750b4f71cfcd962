"""The design: lonely clusters by R survey's rule, sampled fractions, and options that are no options."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib import poverty
from povlib.errors import DataError
from povlib.poverty.measurement.survey_design import design_from


@pytest.fixture
def frame() -> pd.DataFrame:
    """Three strata of two clusters and one of one; domain 1 holds the first alone, domain 2 the last two."""
    return pd.DataFrame(
        {
            "s": [1, 1, 2, 2, 3, 3, 4],
            "c": range(7),
            "y": [1.0, 2.0, 3.0, 5.0, 4.0, 8.0, 6.0],
            "d": [1, 1, 3, 3, 2, 2, 2],
        }
    )


def measured(frame: pd.DataFrame, **kwargs: Any) -> pd.DataFrame:
    design = {"income": "y", "strata": "s", "cluster": "c", "measures": ["mean"], "lonely": "average"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", poverty.DesignWarning)
        return poverty.measure(frame, **(design | kwargs))


def test_lonely_strata_get_the_mean_of_the_others_of_their_own_domain(frame: pd.DataFrame) -> None:
    got = measured(frame, by="d", overall=True).set_index("domain")["se"]
    assert got[1] == pytest.approx(0.5)  # no lonely stratum in it: by hand 2 * 2 * .25^2; the whole design's gave .577
    # domain 2: mean 6, influence (y - 6) / 3, one good stratum of two
    assert got[2] == pytest.approx(np.sqrt(2 / 1 * 2 * ((-2 / 3) ** 2 + (2 / 3) ** 2 - 0) / 1))
    totals = (frame["y"] - frame["y"].mean()) / 7
    within = sum(2 * ((part - part.mean()) ** 2).sum() for code, part in totals.groupby(frame["s"]) if code < 4)
    assert got["all"] == pytest.approx(np.sqrt(4 / 3 * within))


@pytest.mark.filterwarnings("ignore::povlib.poverty.DesignWarning")
def test_covariances_and_contrasts_have_the_same_factors(frame: pd.DataFrame) -> None:
    for measures in (["mean"], ["fgt1", "mean", "gini"]):
        made = poverty.estimate(
            frame, income="y", line=4.0, strata="s", cluster="c", by="d", measures=measures, lonely="average"
        )
        np.testing.assert_allclose(np.sqrt(np.diag(made.covariance())), made.frame["se"], rtol=1e-12)
        both = made.difference(2, 1, "mean")["se"][0]
        by_key = made.frame[made.frame["measure"] == "mean"].set_index("domain")["se"]
        assert both == pytest.approx(np.hypot(by_key[1], by_key[2]))  # no cluster in common
    counted = poverty.multidimensional_estimates(
        frame.assign(a=frame["y"] > 3, b=frame["y"] > 5),
        deprivations=["a", "b"],
        k=0.5,
        strata="s",
        cluster="c",
        by="d",
        lonely="average",
    )
    se = counted.frame["se"].to_numpy()
    np.testing.assert_allclose(np.sqrt(np.diag(counted.covariance())), se, rtol=1e-12, atol=1e-15)


@pytest.mark.filterwarnings("ignore::povlib.poverty.DesignWarning")
def test_splits_know_the_strata_of_their_rows_only(frame: pd.DataFrame) -> None:
    waves = pd.concat([frame.assign(t=0), frame.assign(t=1, y=frame["y"] * 2)])[lambda f: f["s"] < 4]
    more = pd.concat([waves, frame[frame["s"] == 4].assign(t=2)])  # a third wave, with the lonely stratum
    kwargs = {"income": "y", "line": 4.0, "wave": "t", "before": 0, "after": 1, "strata": "s", "cluster": "c"}
    one = poverty.decompose_change(waves, **kwargs, lonely="average")
    two = poverty.decompose_change(more, **kwargs, lonely="average")
    pd.testing.assert_frame_equal(one, two)


def test_only_lonely_strata_have_no_known_error(frame: pd.DataFrame) -> None:
    got = measured(frame[frame["s"] > 2].assign(d=lambda f: f["s"]), by="d").set_index("domain")
    assert np.isnan(got.loc[4, ["se", "ci_low", "ci_high"]].astype(float)).all()  # not 0
    assert got.loc[3, "se"] > 0


def test_a_lonely_stratum_that_was_drawn_whole_is_certain(frame: pd.DataFrame) -> None:
    """As in R survey: with a sampled fraction of 1 there is nothing to add, by no rule."""
    whole = frame.assign(f=np.where(frame["s"] == 4, 1.0, 0.0))
    certain = measured(whole, fraction="f", lonely="certainty")["se"][0]
    for rule in ("average", "centred"):
        assert measured(whole, fraction="f", lonely=rule)["se"][0] == pytest.approx(certain)
    half = measured(frame.assign(f=np.where(frame["s"] == 4, 0.75, 0.0)), fraction="f", lonely="centred")["se"][0]
    none = measured(frame, lonely="centred")["se"][0]
    assert half**2 - certain**2 == pytest.approx((none**2 - certain**2) / 4)


def test_replicates_know_sampled_fractions_and_no_lonely_rule() -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {"y": rng.lognormal(3, 1, 120), "c": np.arange(120) // 2, "s": np.arange(120) // 60, "f": 0.36}
    )
    kwargs: dict[str, Any] = {"income": "y", "cluster": "c", "strata": "s", "measures": ["mean"]}
    for how in (poverty.Replicates("jackknife"), poverty.Replicates("bootstrap", count=200, seed=1)):
        plain = poverty.measure(frame, replicates=how, **kwargs)["se"][0]
        assert poverty.measure(frame, replicates=how, fraction="f", **kwargs)["se"][0] == pytest.approx(0.8 * plain)
    lonely = pd.concat([frame, pd.DataFrame({"y": [1.0], "c": [99], "s": [9], "f": [0.0]})])
    with pytest.raises(DataError, match="drawn for certain"):
        poverty.measure(lonely, replicates=poverty.Replicates("jackknife"), lonely="average", **kwargs)
    assert (
        poverty.measure(lonely, replicates=poverty.Replicates("jackknife"), lonely="certainty", **kwargs)["se"][0] > 0
    )


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({"f": [0.1, 0.2, 0.3, 0.3, 0.3, 0.3, 0.3]}, {"fraction": "f"}, "1 strata have more than one"),
        ({"f": [0.1, " ", 0.3, 0.3, 0.3, 0.3, 0.3]}, {"fraction": "f"}, "empty"),
        ({"s": ["a", "a", "", "", "b", "b", "b"]}, {}, "2 cells of s are empty"),
        ({"c": ["a", "b", " ", "d", "e", "f", "g"]}, {}, "1 cells of c are empty"),
        ({}, {"census": "yes"}, "no choice"),
        ({}, {"lonely": None}, "no rule"),
        ({"w": ["1,5"] * 7}, {"weight": "w"}, "7 cells of w are not numbers"),
    ],
)
def test_designs_that_cannot_be_read_are_refused(frame: pd.DataFrame, change: dict, options: dict, said: str) -> None:
    with pytest.raises(DataError, match=said):
        design_from(frame.assign(**change), **({"strata": "s", "cluster": "c", "lonely": "certainty"} | options))
