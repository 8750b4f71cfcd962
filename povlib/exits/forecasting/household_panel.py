"""The household-month panel that the projection learns from, with gaps filled and marked.

Responsible for income by source as dense arrays, for filling months that are not known (with how
uncertain the filling is) and for help-free series. Not responsible for forecasting
(`povlib.exits.forecasting.income_forecast`); what counts as income is `povlib.poverty`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Bools, Floats, Ints
from povlib.calendar import Month
from povlib.exits.forecasting.village_shares import village_shares, with_village_shares
from povlib.poverty import income_panel
from povlib.poverty.households.ledger_frames import HouseholdFrames, IncomeCatalogue
from povlib.vocabulary import INCOME_PARTS

YEAR = 12


@dataclass(frozen=True)
class HouseholdPanel:
    """Income by source, household and month, in fen.

    Attributes
    ----------
    income : dict of array (households x months)
        Fen by source; filled where not known.
    known : array of bool (households x months)
        Whether the month was known.
    spread : dict of float
        By source: standard deviation of a filled month, as a share of its filled value.
    first, last : Month
        First and last month.
    """

    income: dict[str, Floats]
    known: Bools
    spread: dict[str, float]
    first: Month
    last: Month

    def window(self, source: str, first: int, last: int) -> Floats:
        """Return the sums of a source over the months of ordinals `first` to `last`, by household."""
        start = self.first.ordinal
        return np.asarray(self.income[source][:, first - start : last - start + 1].sum(axis=1))

    def months_known(self, first: int, last: int) -> Ints:
        """Return the number of known months from `first` to `last`, by household."""
        start = self.first.ordinal
        return np.asarray(self.known[:, first - start : last - start + 1].sum(axis=1), dtype=np.int64)


def read_panel(state: HouseholdFrames, last: Month, catalogue: IncomeCatalogue) -> HouseholdPanel:
    """Return the panel from the first month observed to `last`.

    A month that is not known takes the mean of the same calendar month in the household's other
    years; where there is none, the household's mean level times the season of all households; for a
    household never observed, the mean of all. It is marked as not known. What the village shared out of its own income
    counts as property income of its month (`povlib.exits.forecasting.village_shares`).
    """
    months = state.observations["month"]
    seen = int(months.min()) if len(months) else last.ordinal
    first = Month.from_ordinal(min(seen, last.ordinal - YEAR + 1))
    raw = income_panel(state, first, last, catalogue)
    shared = village_shares(state, first, last)
    sources = {**raw.sources, "property": with_village_shares(raw.sources["property"], raw.known, shared)}
    income, spread = {}, {}
    for name in INCOME_PARTS:
        income[name], spread[name] = _fill_unknown_months(sources[name].astype(np.float64), raw.known)
    return HouseholdPanel(income, raw.known, spread, first, last)


def _fill_unknown_months(values: Floats, known: Bools) -> tuple[Floats, float]:
    """Return `values` with unknown months filled, and how far filling would miss known months (share)."""
    width = values.shape[1]
    years = -(-width // YEAR)
    shape = (len(values), years, YEAR)
    pad = years * YEAR - width
    amount = np.pad(np.where(known, values, 0.0), ((0, 0), (0, pad))).reshape(shape)
    seen = np.pad(known, ((0, 0), (0, pad))).reshape(shape).astype(np.float64)
    total, count = amount.sum(axis=1), seen.sum(axis=1)
    season = total.sum(axis=0) / np.maximum(count.sum(axis=0), 1)
    level = total.sum(axis=1) / np.maximum((count * season).sum(axis=1), 1e-9)
    never = count.sum(axis=1) == 0
    general = np.where(never, 1.0, level)[:, None] * season[None, :]
    # A month is filled from the other years alone, known months too: so these show how far filling misses.
    others_total, others_count = total[:, None, :] - amount, count[:, None, :] - seen
    own = others_total / np.maximum(others_count, 1)
    fill = np.where(others_count > 0, own, general[:, None, :])
    miss = (amount - fill)[seen > 0]
    scale = fill[seen > 0]
    spread = float(np.sqrt((miss**2).sum() / max((scale**2).sum(), 1e-9))) if len(miss) else 1.0
    filled = np.where(seen > 0, amount, fill).reshape(len(values), years * YEAR)[:, :width]
    # Twice the filled value at most, a choice: a source known in few months would drown all others in doubt.
    return filled, min(spread, 2.0)
