"""Priors and local estimates together: the textbook mean, partial pooling, integration by simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib import impact
from povlib.errors import DataError


def estimates(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["measure", "group", "estimate", "se", "usable"])


def test_the_posterior_of_one_group_is_the_textbook_mean() -> None:
    made = impact.posterior(estimates([("job", "all", 100.0, 30.0, True)]), {"job": impact.Prior(40.0, 60.0)}).loc[0]
    share = 30**2 / (30**2 + 60**2)
    assert made["prior_share"] == pytest.approx(share)
    assert made["mean"] == pytest.approx(share * 40 + (1 - share) * 100)
    assert made["sd"] == pytest.approx(np.sqrt(1 / (1 / 900 + 1 / 3600)))


def test_without_usable_records_the_effect_is_the_prior() -> None:
    made = impact.posterior(
        estimates([("job", "all", 900.0, 1.0, False)]),
        {"job": impact.Prior(40.0, 60.0, transport=0.5, transport_sd=80.0)},
    ).loc[0]
    assert made[["mean", "sd", "prior_share", "status"]].tolist() == [20.0, 100.0, 1.0, "prior"]


def test_groups_are_pooled_partly_and_the_whole_matches_integration_by_simulation() -> None:
    rows = [("job", f"v{i}", y, s, True) for i, (y, s) in enumerate([(50.0, 20.0), (90.0, 20.0), (10.0, 40.0)])]
    prior = impact.Prior(40.0, 50.0)
    got = impact.posterior(estimates(rows), {"job": prior}, spread=30.0)
    rng = np.random.default_rng(0)
    draws = 400_000
    tau = np.abs(rng.normal(0, 30, draws))
    mu = rng.normal(40, 50, draws)
    y, s = np.array([50.0, 90, 10]), np.array([20.0, 20, 40])
    total = s**2 + tau[:, None] ** 2
    log = -0.5 * ((y - mu[:, None]) ** 2 / total + np.log(total)).sum(axis=1)
    weight = np.exp(log - log.max())
    assert got["mean"][0] == pytest.approx(np.average(mu, weights=weight), rel=0.02)
    spread = np.sqrt(np.average((mu - np.average(mu, weights=weight)) ** 2, weights=weight))
    assert got["sd"][0] == pytest.approx(spread, rel=0.02)
    pull = s**2 / total
    theta = np.average((1 - pull) * y + pull * mu[:, None], axis=0, weights=weight)
    np.testing.assert_allclose(got["mean"][1:], theta, rtol=0.02)
    assert got["mean"][1:].between(10, 90).all()
    assert got["prior_share"].between(0, 1).all()


def test_posterior_means_beat_plain_estimates_when_effects_vary() -> None:
    rng = np.random.default_rng(4)
    truth = rng.normal(50, 15, 200)
    rows = [("job", str(i), truth[i] + rng.normal(0, 30), 30.0, True) for i in range(200)]
    got = impact.posterior(estimates(rows), {"job": impact.Prior(30.0, 40.0)}).iloc[1:]
    plain = np.array([row[2] for row in rows])
    assert ((got["mean"] - truth) ** 2).mean() < 0.5 * ((plain - truth) ** 2).mean()
    covered = ((got["low"] < truth) & (truth < got["high"])).mean()
    assert 0.88 < covered <= 1


def test_priors_must_exist_and_be_proper() -> None:
    with pytest.raises(DataError):
        impact.posterior(estimates([("cow", "all", 1.0, 1.0, True)]), {"job": impact.Prior(1.0, 1.0)})
    with pytest.raises(DataError):
        impact.Prior(1.0, 0.0)
    with pytest.raises(DataError):
        impact.posterior(pd.DataFrame({"measure": []}), {"job": impact.Prior(1.0, 1.0)})
