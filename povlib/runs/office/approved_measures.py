"""What the plans in force give to whom: for the forms, which show it as planned.

Responsible for reading the payments of approved runs, as they were approved. Not responsible for whether they were
carried out: that is what the forms ask.
"""

from __future__ import annotations

import logging

import pandas as pd

from povlib import ledger
from povlib.calendar import Month
from povlib.errors import Fault, WorkbenchError
from povlib.runs.office.office_place import Place
from povlib.runs.run import Run
from povlib.runs.run_folders import find_run
from povlib.runs.verification import require_as_approved

_LOG = logging.getLogger(__name__)
_COLUMNS = ["hh", "measure", "from_month", "fen", "fund"]


def approved_measures(place: Place, book: ledger.Ledger, month: Month) -> pd.DataFrame:
    """Return one row a household and measure of the plans that are in force in a month.

    A run that is gone, or is not as it was approved, is left out with a warning: its measures are not shown.

    Returns
    -------
    DataFrame
        hh, measure, from_month (ordinal), fen (of all funds together), fund (names, one after the other).
    """
    decisions = ledger.standing_decisions(book)
    ahead = (decisions["due"] >= month.ordinal).fillna(True)
    parts = []
    for name in decisions.loc[(decisions["decision"] == "approved") & ahead, "run"]:
        try:
            run = find_run(str(name), place)
            require_as_approved(book, run)
            parts.append(_measures_of_run(run))
        except WorkbenchError as error:
            what = "the measures of plan {run} are not shown in the forms: {why}"
            _LOG.warning("%s", Fault(what, values={"run": str(name), "why": error.faults[0].show()}).show())
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)


def _measures_of_run(run: Run) -> pd.DataFrame:
    """Return the payments to households, all funds of one measure together."""
    paid = run.plan.payments[["hh", "measure", "fund", "fen"]]
    # what opens a shared place belongs to no household
    paid = paid[paid["hh"].isin(run.plan.chosen["hh"].astype(str)) & (paid["fen"] > 0)]
    names = {key: fund.names.zh for key, fund in run.catalogue.funds.items()}
    paid = paid.assign(fund=paid["fund"].map(names).fillna(paid["fund"])).sort_values(["hh", "measure", "fund"])
    whole = paid.groupby(["hh", "measure"], as_index=False).agg(fen=("fen", "sum"), fund=("fund", "、".join))
    return whole.assign(from_month=run.settings.help_from.ordinal)[_COLUMNS]
