"""How running top-ups shrink as a household earns more: what the law says, and what the ledger shows.

Responsible for the share of a lawful cut that is really made, learnt from allowances drawn in the last
two years, and for the cut in the months ahead. Not responsible for what is owed
(`povlib.support`) or for chances (`povlib.exits.exit_chances`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.calendar import Month
from povlib.exits.forecasting.household_panel import YEAR, HouseholdPanel
from povlib.exits.projection_constants import projection_constants
from povlib.params import Catalogue
from povlib.vocabulary import INCOME_PARTS, SIGN_OF_PART

# Months whose mean stands for the allowance drawn now: a choice; one payment that came late or twice must not decide.
RECENT = 3
# Fewest households whose allowance should have been cut: a choice; with fewer the assumed share stands alone.
FEWEST = 5


@dataclass(frozen=True)
class TopUpWithdrawal:
    """How an allowance shrinks as income grows, fen by household and window.

    Of what households earn beyond `slack` the share `kept_back` is cut, `drawn` at most.
    """

    drawn: Floats
    slack: Floats
    kept_back: float = 1.0

    def less(self, rows: Ints, more: Floats) -> Floats:
        """Return by how much the allowance of households `rows` falls when they earn `more` (rows x draws)."""
        return self.kept_back * np.clip(more - self.slack[rows, None], 0.0, self.drawn[rows, None])


@dataclass(frozen=True)
class RunningTopUps:
    """Running top-ups by household: fen a month drawn lately, and the standard a head a month, fen."""

    drawn: Floats
    standard: Floats


def running_top_ups(transfers: pd.DataFrame, hh: pd.Index, catalogue: Catalogue, last: Month) -> RunningTopUps:
    """Return what running top-ups bring a household a month, and the standard a head a month.

    A running top-up is an entitlement with cost basis ``top_up`` whose receipts the ledger holds under
    the same key; the month is the mean of the last three.
    """
    received, standard = np.zeros(len(hh)), np.zeros(len(hh))
    for key, amount in _top_up_standards(catalogue).items():
        drawn = _transfers_drawn(transfers, hh, [key], last.ordinal - RECENT + 1, last.ordinal) / RECENT
        received += drawn
        standard = np.where(drawn > 0, amount, standard)
    return RunningTopUps(received, standard)


def _top_up_standards(catalogue: Catalogue) -> dict[str, float]:
    running = {key: m for key, m in catalogue.measures.items() if m.running and m.cost.basis == "top_up"}
    return {key: float(measure.cost.amount_fen or 0) for key, measure in running.items()}


def _transfers_drawn(transfers: pd.DataFrame, hh: pd.Index, keys: list[str], first: int, last: int) -> Floats:
    """Return by household the fen drawn of these transfers from month `first` to `last`."""
    rows = transfers.loc[transfers["kind"].isin(keys) & transfers["month"].between(first, last)]
    at = hh.get_indexer(pd.Index(rows["hh"]))
    fen = rows["fen"].to_numpy(dtype=np.float64)[at >= 0]
    return np.bincount(at[at >= 0], weights=fen, minlength=len(hh)).astype(np.float64)


def top_up_withdrawal(
    net: Floats, transfer: Floats, months: int, size: Floats, running: RunningTopUps, kept_back: float
) -> TopUpWithdrawal:
    """Return how running top-ups shrink in the `months` ahead of a month-end.

    A top-up is what income per head lacks to the standard; by law it falls fen by fen once income from
    other sources exceeds what the amount drawn now stands for.

    Parameters
    ----------
    net, transfer : array (households,)
        Net income and regular transfers of the trailing year, fen.
    """
    lack = np.maximum(running.standard * size - np.asarray(net - transfer) / YEAR, 0.0)
    return TopUpWithdrawal(running.drawn * months, np.maximum(lack - running.drawn, 0.0) * months, kept_back)


def withdrawal_share(
    panel: HouseholdPanel, transfers: pd.DataFrame, hh: pd.Index, size: Floats, catalogue: Catalogue
) -> float:
    """Return which share of the lawful cut is really made when a household earns more, 0 to 1.

    Parameters
    ----------
    panel : HouseholdPanel
        As recorded.
    transfers : DataFrame
    hh : Index
    size : array
    catalogue : Catalogue
        Standards, and what is believed before looking (``exits.yaml``: the law, with its spread).

    Notes
    -----
    For households that drew a top-up in the year before last: D, the cut the law asks for given how
    their other income changed since, and d, by how much the allowance really fell. The share is the
    regression of d on D through the origin, put together with what was assumed (normal posterior).
    """
    standards, prior = _top_up_standards(catalogue), projection_constants(catalogue)
    first = panel.last.ordinal - 2 * YEAR + 1
    if not standards or panel.known.shape[1] < 2 * YEAR:
        return prior.allowance_cut
    spans = ((first, first + YEAR - 1), (first + YEAR, panel.last.ordinal))
    drawn = [_transfers_drawn(transfers, hh, list(standards), *span) / YEAR for span in spans]
    net = [sum(SIGN_OF_PART[name] * panel.window(name, *span) for name in INCOME_PARTS) / YEAR for span in spans]
    other = [np.asarray(n) - d for n, d in zip(net, drawn, strict=True)]
    standard = running_top_ups(transfers, hh, catalogue, Month.from_ordinal(spans[0][1])).standard
    lack = np.maximum(standard * size - other[0], 0.0)
    due = np.clip(other[1] - other[0] - np.maximum(lack - drawn[0], 0.0), 0.0, drawn[0])
    # Three quarters of the months, as for the forecast's windows: filled months would teach their own filling.
    known = panel.known[:, -2 * YEAR :].mean(axis=1) >= 0.75
    used = known & (drawn[0] > 0) & (due > 0)
    if used.sum() < FEWEST:
        return prior.allowance_cut
    x, y = due[used], (drawn[0] - drawn[1])[used]
    slope = float(x @ y / (x @ x))
    error = max(float(((y - slope * x) ** 2).sum()) / (used.sum() - 1), 1.0) / float(x @ x)
    weight = prior.allowance_cut_sd**2 / (prior.allowance_cut_sd**2 + error)
    return float(np.clip(prior.allowance_cut + weight * (slope - prior.allowance_cut), 0.0, 1.0))
