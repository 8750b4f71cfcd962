"""How allowances shrink as income grows, learnt from the ledger."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.exits.forecasting.household_panel import HouseholdPanel
from povlib.exits.help_effects.top_up_withdrawal import withdrawal_share
from povlib.exits.projection_constants import projection_constants
from povlib.vocabulary import INCOME_PARTS

LAST = Month(2016, 4)


def panel(wage: np.ndarray, transfer: np.ndarray | None = None) -> HouseholdPanel:
    income = {name: np.zeros(wage.shape) for name in INCOME_PARTS}
    income["wage"] = wage
    if transfer is not None:
        income["transfer"] = transfer
    first = LAST + (1 - wage.shape[1])
    return HouseholdPanel(income, np.ones(wage.shape, dtype=bool), dict.fromkeys(INCOME_PARTS, 0.1), first, LAST)


@pytest.mark.parametrize("truth", [0.0, 0.5, 1.0])
def test_the_cut_of_allowances_is_learnt_from_those_who_earned_more(catalogue, truth):
    """Forty households draw 100 yuan a month, then earn 60 more: the ledger shows what was cut of the 60."""
    count, hh = 40, pd.Index([f"h{i:02d}" for i in range(40)])
    standard = float(catalogue.measures["minimum_living"].cost.amount_fen)
    size = np.ones(count)
    wage = np.repeat(np.c_[np.full(count, standard - 10_000), np.full(count, standard - 4_000)], 12, axis=1)
    drawn = np.repeat(np.c_[np.full(count, 10_000.0), np.full(count, 10_000 - truth * 6_000)], 12, axis=1)
    rng = np.random.default_rng(1)
    drawn += rng.normal(0, 50, drawn.shape)
    months = np.arange(LAST.ordinal - 23, LAST.ordinal + 1)
    transfers = pd.DataFrame(
        {"hh": hh.repeat(24), "month": np.tile(months, count), "kind": "minimum_living", "fen": drawn.ravel()}
    )
    found = withdrawal_share(panel(wage, drawn), transfers, hh, size, catalogue)
    assert found == pytest.approx(truth, abs=0.05)
    few = transfers[transfers["hh"].isin(hh[:3])]
    assert (
        withdrawal_share(panel(wage, drawn), few, hh, size, catalogue) == projection_constants(catalogue).allowance_cut
    )
