"""What a total hangs on, against projecting the same plan again in other circumstances."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from povlib import exits, params, places, sample, support
from povlib.calendar import Month
from povlib.exits.by_month import by_month
from povlib.review.total_drivers import Township, total_drivers


@pytest.fixture(scope="module")
def township() -> Township:
    catalogue = params.load(places.DATA / "sample" / "params")
    rows = sample.ledger_rows(sample.simulate(60, seed=11))
    state = SimpleNamespace(**rows, last_month=Month(2016, 4), synthetic=True)
    settings = params.Settings(draws=300)
    return Township(state, support.offer(state, catalogue, settings), catalogue, settings)


@pytest.fixture(scope="module")
def projection(township: Township) -> exits.Projection:
    return exits.project(township.state, township.offer, township.catalogue, township.settings)


@pytest.fixture(scope="module")
def choice(projection: exits.Projection) -> list[int]:
    best = projection.frame.loc[projection.frame["assessable"]].sort_values(["hh", "p"]).groupby("hh").tail(1)
    return best["package"].tolist()


@pytest.fixture(scope="module")
def found(township, projection, choice):
    return total_drivers(township, projection, choice)


def test_every_bar_starts_at_the_printed_total(found, projection, choice):
    assert found["base"].to_numpy() == pytest.approx(exits.totals(projection, choice).persons, rel=1e-4)
    assert found["swing"].is_monotonic_decreasing
    assert {"year", "forecast", "villages", "takeup", "delay", "loss", "margin", "line"} <= set(found["driver"])


def test_the_directions_are_those_anyone_would_expect(found):
    rows = found.set_index("driver")
    for name in ("line", "margin", "delay", "loss"):
        assert rows.loc[name, "high"] < rows.loc[name, "base"] < rows.loc[name, "low"] + 1e-9, name
    for name in ("year", "takeup"):
        assert rows.loc[name, "low"] < rows.loc[name, "base"] < rows.loc[name, "high"], name


def test_an_effect_moves_the_total_as_projecting_again_says(township, projection, choice, found):
    """The regression over the draws against the same plan with the effect's mean one standard deviation off.

    They differ a little: a prior that is moved is weighed against the household's own months anew.
    """
    first = found.loc[found["kind"] == "effect"].iloc[0]
    earning = township.catalogue.measures[first["measure"]].earns[int(first["driver"].rpartition(".")[2])]
    exits_at = []
    for sign in (-1, 1):
        moved = {"measure": first["measure"], "source": earning.source, "mean": earning.mean + sign * earning.sd}
        posterior = pd.DataFrame([moved | {"sd": earning.sd}])
        made = by_month(township.state, township.offer, township.catalogue, township.settings, choice,
                        [township.settings.horizon], draws=100, posterior=posterior)  # fmt: skip
        exits_at.append(made["persons"].iloc[0])
    again = (exits_at[1] - exits_at[0]) / 2
    assert (first["high"] - first["low"]) / 2 == pytest.approx(again, rel=0.35, abs=0.3)


@pytest.mark.thorough
def test_with_one_line_known_there_is_no_driver_of_the_line(township, projection, choice):
    alone = township.settings.model_copy(update={"other_authority": township.settings.authority})
    made = total_drivers(replace(township, settings=alone), projection, choice)
    assert "line" not in set(made["driver"])
    assert "margin" in set(made["driver"])
