"""Over the line by one's own income, or by transfers alone: exits of the two kinds apart, persons counted once.

Responsible for telling for every household whether its own income passes the test of the line without any regular
transfer. Not responsible for the test itself (`povlib.poverty.households.exit_rule`).
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.poverty.households.exit_rule import assess
from povlib.poverty.households.ledger_frames import HouseholdFrames, IncomeCatalogue, RuleSettings

OWN, TRANSFERS, BELOW, UNKNOWN = "own", "transfers", "below", "unknown"
STANDINGS = (OWN, TRANSFERS, BELOW, UNKNOWN)


def income_standing(
    state: HouseholdFrames, at: Month, catalogue: IncomeCatalogue, settings: RuleSettings
) -> pd.DataFrame:
    """Say of every household whether it is over the line by its own income, by transfers alone, or not at all.

    Parameters
    ----------
    state : HouseholdFrames
    at : Month
        The last month-end of the test.
    catalogue : IncomeCatalogue
        A kind of regular transfer that belongs to another block of the form (a dividend, a rent) is own income.
    settings : RuleSettings
        authority, margin, stability_months.

    Returns
    -------
    DataFrame
        hh, size, standing ("own": over the line without any transfer; "transfers": over it with them alone; "below";
        "unknown": an income is not known), exits (boolean: every guarantee holds too), in the order of households.

    Notes
    -----
    Own income = wage + business + property - costs; the test is that of `povlib.poverty.assess`. Each household has one
    standing, so that persons of the four kinds add up to all.

    Examples
    --------
    >>> months = range(Month(2016, 1).ordinal, Month(2016, 12).ordinal + 1)
    >>> from types import SimpleNamespace as Record
    >>> from povlib.vocabulary import GUARANTEES
    >>> amounts = {"wage_fen": 20_000, "business_fen": 0, "property_fen": 0, "cost_fen": 0}
    >>> state = Record(
    ...     households=pd.DataFrame({"hh": ["A"], "size": [1]}),
    ...     observations=pd.DataFrame({"hh": "A", "month": months, **amounts, **dict.fromkeys(GUARANTEES, 1)}),
    ...     transfers=pd.DataFrame({"hh": "A", "month": months, "kind": "minimum_living", "fen": 10_000}),
    ... )
    >>> catalogue = Record(income=[Record(key="minimum_living", regular=True)], line_fen=lambda name, month: 314_600)
    >>> rule = Record(authority="exit_check", margin=0.0, stability_months=1)
    >>> income_standing(state, Month(2016, 12), catalogue, rule)["standing"].tolist()
    ['transfers']
    """
    whole = assess(state, at, catalogue, settings)
    own = assess(_without_transfers(state, catalogue), at, catalogue, settings)
    with_them, without = (frame["over_line"].astype("boolean") for frame in (whole, own))
    known = ~(with_them.isna() | without.isna())
    standing = np.select([~known, without.fillna(False), with_them.fillna(False)], [UNKNOWN, OWN, TRANSFERS], BELOW)
    frame = whole[["hh", "size", "exits"]].reset_index(drop=True)
    return frame.assign(standing=standing)[["hh", "size", "standing", "exits"]]


def _without_transfers(state: HouseholdFrames, catalogue: IncomeCatalogue) -> HouseholdFrames:
    """Return the state without receipts of the form's block of transfers."""
    records = catalogue.income.values() if hasattr(catalogue.income, "values") else catalogue.income
    kinds = {kind.key for kind in records if getattr(kind, "income", "transfer") == "transfer"}
    kept = state.transfers.loc[~state.transfers["kind"].isin(kinds)]
    return SimpleNamespace(households=state.households, observations=state.observations, transfers=kept)
