"""Where the range of a chance or a total comes from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.exits import (
    package_values,
    project,
    totals,
)
from povlib.exits.variance_shares import variance_shares
from povlib.support import offer


def test_shares_of_a_range_add_up_and_name_their_source():
    rng = np.random.default_rng(3)
    drawn = pd.DataFrame({"a.0": rng.normal(size=600), "b.0": rng.normal(size=600), "model": rng.normal(size=600)})
    rows = np.vstack([2 * drawn["a.0"] + drawn["model"], rng.normal(size=600), np.zeros(600)])
    found = variance_shares(rows, drawn)
    assert np.allclose(found.sum(axis=1), 1.0)
    assert found[0] == pytest.approx([0.8, 0.0, 0.2], abs=0.05)
    assert found[1, 1] > 0.97
    assert found[2].tolist() == [0.0, 1.0, 0.0]
    with_luck = variance_shares(rows[:1], drawn, luck=float(rows[0].var()))
    assert with_luck[0, 1] == pytest.approx(0.5, abs=0.05)


def test_parts_of_packages_and_totals_add_up(now, catalogue, settings):
    made = project(now, offer(now, catalogue, settings), catalogue, settings, draws=200)
    ok = made.frame["assessable"]
    assert np.allclose(made.frame.loc[ok, ["p_parameter", "p_shock", "p_model"]].sum(axis=1), 1.0)
    assert (made.frame.loc[ok, "p_low_80"] >= made.frame.loc[ok, "p_low"] - 1e-9).all()
    best = made.frame.loc[ok].sort_values("p").groupby("hh")["package"].last()
    found = totals(made, best)
    for parts in (found.parts, found.additional_parts):
        assert sum(parts.values()) == pytest.approx(1.0)
    assert found.additional_parts["parameter"] > totals(made).parts["parameter"]
    people = made.members.set_index("hh").loc[made.frame["hh"]]
    counted = ok.to_numpy(dtype=bool) & people["registered"].to_numpy(dtype=bool)
    persons = np.where(counted, people["members"].to_numpy() * made.draws.mean(axis=1), 0.0)
    assert np.allclose(persons, package_values(made, settings)["persons"], atol=1e-3)
