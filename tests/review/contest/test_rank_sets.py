"""Sets of possible ranks: against an independent implementation, in simulated contests, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import DataError
from povlib.review.contest.rank_sets import (
    _drawn_critical_value,
    _exact_critical_value,
    _pairs_in_play,
    _pairs_of,
    perhaps_best,
    perhaps_last,
    rank_sets,
)

CASES = ("pisa2018_math", "pisa2018_reading", "synth12", "synth12_cov")
KINDS: dict[str, dict[str, Any]] = {
    "marg_stepdown": {},
    "simul_stepdown": {"simultaneous": True},
    "simul_single": {"simultaneous": True, "stepdown": False},
}


def _figures(folder: Path, case: str) -> tuple[list[str], Any, dict[str, Any]]:
    rows = pd.read_csv(folder / f"input_{case}.csv")
    covariance = folder / f"input_{case}_Sigma.csv"
    more: dict[str, Any] = (
        {"covariance": pd.read_csv(covariance).to_numpy()} if covariance.exists() else {"errors": rows["se"].to_numpy()}
    )
    return list(rows["unit"]), rows["score"].to_numpy(), more


@pytest.mark.reference
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES)
def test_sets_equal_those_of_an_independent_implementation(reference: Path, case: str, kind: str) -> None:
    folder = reference / "rank_confidence"
    units, scores, more = _figures(folder, case)
    found = rank_sets(units, scores, **more, **KINDS[kind]).table.set_index("unit")
    known = pd.read_csv(folder / "bounds.csv").query("dataset == @case and kind == @kind").set_index("unit").loc[units]
    assert found["rank"].tolist() == known["rank"].tolist()
    exact = kind == "marg_stepdown" and "errors" in more
    for side, column in (("L", "low"), ("U", "high")):
        agrees = found[column] == known[f"{side}_limit"]
        if not exact:
            agrees |= found[column].between(known[f"{side}_min"], known[f"{side}_max"])
        assert agrees.all(), found[~agrees]


@pytest.mark.reference
@pytest.mark.parametrize("case", CASES)
def test_who_may_be_among_the_best_or_last(reference: Path, case: str) -> None:
    folder = reference / "rank_confidence"
    units, scores, more = _figures(folder, case)
    sides = {"taubest": ("best", perhaps_best), "tauworst": ("last", perhaps_last)}
    known = pd.read_csv(folder / "tau_sets.csv").query("dataset == @case")
    for kind, (side, listed) in sides.items():
        sets = rank_sets(units, scores, **more, simultaneous=True, side=side)  # type: ignore[arg-type]
        for few, rows in known[known["set"].eq(kind)].groupby("tau"):
            members = set(listed(sets, int(few)))  # type: ignore[call-overload]
            share = rows.set_index("unit")["share_of_seeds_in_set"]
            assert set(share.index[share == 1]) <= members
            assert not set(share.index[share == 0]) & members


@pytest.mark.reference
def test_critical_values_are_those_of_quadrature_and_of_a_million_draws(reference: Path) -> None:
    folder = reference / "rank_confidence"
    rows = pd.read_csv(folder / "critical_values.csv")
    units, scores, more = _figures(folder, "synth12")
    errors = more["errors"]
    scale = np.sqrt(errors[:, None] ** 2 + errors[None, :] ** 2)
    pairs = _pairs_in_play(len(scores))
    first = rows.query("dataset == 'synth12' and step == 1")
    for row in first.query("kind == 'marg_stepdown'").itertuples():
        unit = units.index(str(row.unit))
        found = _exact_critical_value(unit, errors, scale, 0.95)(_pairs_of(pairs, unit))
        assert found == pytest.approx(float(row.crit), abs=2e-6)  # type: ignore[arg-type]
    whole = first.query("kind == 'simul_stepdown'").iloc[0]
    drawn = _drawn_critical_value(np.diag(errors**2), scale, 0.95, 7)(pairs)
    assert drawn == pytest.approx(whole["crit"], abs=4 * (whole["mc_se"] + 0.01))


@pytest.mark.slow
@pytest.mark.parametrize("simultaneous", [False, True])
def test_true_ranks_are_covered_in_a_thousand_contests(simultaneous: bool) -> None:
    chance = np.random.default_rng(11)
    truth = np.array([10.0, 9.0, 9.0, 8.5, 7.0, 6.9, 5.0, 2.0])
    errors = np.array([0.5, 0.4, 1.2, 0.6, 0.3, 0.8, 0.5, 0.4])
    # a tie in the truth allows every rank from the first of the tied to the last
    first = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    last = (truth[None, :] >= truth[:, None]).sum(axis=1)
    names, held = [f"v{i}" for i in range(8)], []
    for _ in range(1000):
        drawn = truth + errors * chance.standard_normal(8)
        table = rank_sets(names, drawn, errors, simultaneous=simultaneous).table
        held.append((table["low"].to_numpy() <= first) & (table["high"].to_numpy() >= last))
    rate = np.array(held)
    # three standard errors of a thousand contests
    floor = 0.95 - 3 * np.sqrt(0.95 * 0.05 / 1000)
    assert rate.all(axis=1).mean() >= floor if simultaneous else rate.mean(axis=0).min() >= floor


QUARTERS = st.integers(-200, 200).map(lambda quarters: quarters / 4)
FIGURES = st.lists(st.tuples(QUARTERS, st.sampled_from([0.0, 0.2, 1.0, 4.0])), min_size=1, max_size=6)


@settings(deadline=None, max_examples=15)
@given(FIGURES, st.randoms(use_true_random=False))
def test_what_always_holds(figures: list[tuple[float, float]], chance: Any) -> None:
    names = [f"v{i}" for i in range(len(figures))]
    scores, errors = (np.array(column) for column in zip(*figures, strict=True))
    table = rank_sets(names, scores, errors).table
    assert ((table["low"] >= 1) & (table["low"] <= table["high"]) & (table["high"] <= len(names))).all()
    # the rank seen is possible
    assert (table["low"] <= table["rank"]).all()
    assert (table["rank"] <= table["high"]).all()
    # neither the order of units nor a shift or another unit of measurement changes anything
    order = list(range(len(names)))
    chance.shuffle(order)
    again = rank_sets([names[i] for i in order], scores[order] * 4 + 8, errors[order] * 4).table.set_index("unit")
    assert again.loc[names, "low"].tolist() == table["low"].tolist()
    assert again.loc[names, "high"].tolist() == table["high"].tolist()
    # turned round, the best are the last
    turned = rank_sets(names, -scores, errors).table
    assert turned["low"].tolist() == (len(names) + 1 - table["high"]).tolist()


def test_certain_figures_are_told_apart_by_sign_and_ties_are_not() -> None:
    table = rank_sets(["a", "b", "c"], [3.0, 3.0, 1.0], [0.0, 0.0, 0.0]).table
    assert table[["low", "high"]].to_numpy().tolist() == [[1, 2], [1, 2], [3, 3]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"estimates": [1.0, float("nan")]}, "numbers"),
        ({"errors": [1.0, -1.0]}, "numbers"),
        ({"errors": None}, "either"),
        ({"level": 95}, "95 is no level"),
        ({"units": ["a", "a"]}, "name of its own"),
        ({"errors": None, "covariance": np.array([[1.0, 2.0], [2.0, 1.0]])}, "numbers"),
    ],
)
def test_what_cannot_be_ranked_is_refused(words: dict[str, Any], said: str) -> None:
    given_words: dict[str, Any] = {"units": ["a", "b"], "estimates": [1.0, 2.0], "errors": [1.0, 1.0], **words}
    with pytest.raises(DataError, match=said):
        rank_sets(given_words.pop("units"), given_words.pop("estimates"), **given_words)


def test_a_list_of_the_best_is_not_taken_from_sets_of_single_units() -> None:
    sets = rank_sets(["a", "b"], [1.0, 2.0], [1.0, 1.0])
    with pytest.raises(DataError, match="all units at once"):
        perhaps_best(sets, 1)
    with pytest.raises(DataError, match="0 is no number of places"):
        perhaps_last(rank_sets(["a", "b"], [1.0, 2.0], [1.0, 1.0], simultaneous=True), 0)
