"""P-values that hold at any stopping time, against an independent implementation and by simulation."""

from __future__ import annotations

from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from povlib.errors import WorkbenchError
from povlib.housing.inspection.sequential_confirmation import (
    Factor,
    fixed_bet,
    mixture_p_values,
    p_values,
    shrunk_ratio,
    visits_until_confirmed,
    wald_ratio,
)


def _factors(expected_wrong: int) -> dict[str, Factor]:
    return {
        "bet75": fixed_bet(0.75),
        "bet100": fixed_bet(1.0),
        "alpha_fixed": wald_ratio(expected_wrong),
        "alpha_shrink10": shrunk_ratio(expected_wrong, 10),
        "alpha_shrink100": shrunk_ratio(expected_wrong, 100),
    }


def test_every_p_value_equals_the_reference(reference: Path) -> None:
    folder = reference / "inspection_sampling"
    sequences = pd.read_csv(folder / "sequences.csv").set_index("seq")[["N", "W0", "W1"]].astype(int)
    compared = 0
    for name, draws in pd.read_csv(folder / "p_history_sharp.csv").groupby("seq"):
        entries, contradicting, expected_wrong = sequences.loc[str(name)].tolist()
        for method, factor in _factors(expected_wrong).items():
            p = p_values(draws["x"], entries, contradicting, factor)
            np.testing.assert_allclose(p, draws[method], rtol=1e-9, err_msg=f"{name} {method}")
            compared += len(p)
    assert compared == 945 * 5


def test_the_mixture_is_the_mean_of_walds_ratios_counted_by_hand() -> None:
    found, entries, contradicting = [1, 0, 1, 1, 1, 0, 1], 12, 4
    chances = []
    for wrong in range(contradicting + 1):
        w, r, chance = wrong, entries - wrong, 1.0
        for x in found:
            chance *= (r if x else w) / (w + r)
            w, r = (w, r - 1) if x else (w - 1, r)
        chances.append(chance)
    by_hand = min(1.0, chances[-1] / np.mean(chances[:-1]))
    assert mixture_p_values(found, entries, contradicting)[-1] == pytest.approx(by_hand, rel=1e-12)


def test_a_list_of_twelve_keeps_its_risk_exactly() -> None:
    """Every order of visits to a list at the border, by brute force: none but one in twenty is ever confirmed."""
    entries, contradicting = 12, 3
    orders = [[int(not bits >> i & 1) for i in range(entries)] for bits in range(2**entries)]
    border = [order for order in orders if sum(order) == entries - contradicting]
    assert len(border) == comb(12, 3)
    for p in (mixture_p_values(border, entries, contradicting), p_values(border, entries, contradicting, fixed_bet(1))):
        assert (visits_until_confirmed(p) > 0).mean() <= 0.05


@pytest.mark.parametrize(("entries", "contradicting"), [(29, 2), (85, 2), (340, 7), (1055, 22)])
def test_ten_thousand_lists_at_the_border_are_confirmed_less_often_than_the_risk(
    entries: int, contradicting: int
) -> None:
    draw = np.random.default_rng(entries)
    lists = 10_000 if entries < 1000 else 2_500
    right = np.ones((lists, entries), dtype=np.int64)
    right[:, :contradicting] = 0
    right = draw.permuted(right, axis=1)
    # three standard errors of a share of .05 in so many lists
    for p in (mixture_p_values(right, entries, contradicting), p_values(right, entries, contradicting, wald_ratio(0))):
        assert (visits_until_confirmed(p) > 0).mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / lists)


def test_looking_after_every_visit_with_a_fixed_size_would_break_the_risk() -> None:
    """Why the sequential test is needed: the hypergeometric p-value, looked at after each visit, confirms too often."""
    from scipy.stats import hypergeom

    draw = np.random.default_rng(7)
    right = np.ones((1000, 340), dtype=np.int64)
    right[:, :17] = 0
    wrong = np.cumsum(1 - draw.permuted(right, axis=1), axis=1)
    p = np.asarray(hypergeom.cdf(wrong, 340, 17, np.arange(1, 341)))
    assert (visits_until_confirmed(p[:, :-17]) > 0).mean() > 0.15


def test_one_wrong_house_does_not_end_the_mixture() -> None:
    right = [1] * 30 + [0] + [1] * 200
    assert visits_until_confirmed(mixture_p_values(right, 340, 17))[0] > 0
    assert visits_until_confirmed(p_values(right, 340, 17, wald_ratio(0)))[0] == 0 or right[:54].count(0) == 0


@pytest.mark.parametrize(
    ("right", "entries", "contradicting"), [([1, 2], 9, 1), ([], 9, 1), ([1] * 5, 4, 1), ([1], 4, 0), ([1], 4, 5)]
)
def test_findings_that_do_not_fit_are_refused(right: list[int], entries: int, contradicting: int) -> None:
    with pytest.raises(WorkbenchError):
        p_values(right, entries, contradicting, fixed_bet(0.75))
    with pytest.raises(WorkbenchError):
        mixture_p_values(right, entries, contradicting)
