"""The three figures that stand beside every projected total: delivered, skill, coverage.

Responsible for reading them off a back-test: realised over projected among the chosen, skill over a
forecast anyone could make, and how many ranges held. Not responsible for the back-test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.review.backtest import Backtest
from povlib.review.forecast_metrics import Ratio, observed_expected
from povlib.review.simple_forecasts import BASE, LOGIT


@dataclass(frozen=True)
class Headline:
    """The main figures of a back-test, among the households registered as poor at each origin.

    Attributes
    ----------
    chosen : Ratio
        Realised / projected persons among those given new help after the origin, with a 95 % interval
        clustered by village.
    everybody : Ratio
        The same among all.
    most_promised : Ratio
        The same among the half of the chosen of each origin whom the projection promised most: where a choice
        by noisy estimates would show (the optimiser's curse).
    others : Ratio
        The same among those given nothing new: whether the years themselves fell short of what was expected.
    skill, skill_low, skill_high : float
        1 - Brier / Brier of `against` on the same rows.
    against : {"pooled_logit", "base_rate"}
        The base rate where the outcomes known at the origins were too few for a logit.
    correction : float
        1 - Brier of p recalibrated by earlier origins / Brier of p, where there were earlier origins: whether
        correcting by the record would have helped. NaN without.
    held, ranges : int
        90 % ranges of village counts that held the outcome, and how many there were.
    first, last : int
        Months (ordinals) of the earliest and the latest origin.
    origins, months, households : int
        Number of origins, months from origin to outcome, household-origins judged.
    priors_alone : int
        Origins at which the records known then could not be evaluated, so the catalogue's priors stood alone.
    """

    chosen: Ratio
    everybody: Ratio
    most_promised: Ratio
    others: Ratio
    skill: float
    skill_low: float
    skill_high: float
    against: str
    correction: float
    held: int
    ranges: int
    first: int
    last: int
    origins: int
    months: int
    households: int
    priors_alone: int = 0


def headline(backtest: Backtest) -> Headline | None:
    """Return the main figures of a back-test; None when nothing could be judged."""
    rows = backtest.known()
    if rows.empty:
        return None
    chosen = rows.loc[rows["served"].astype(bool)]
    gain = chosen["members"] * (chosen["p"] - chosen["p0"])
    most = chosen.loc[gain >= gain.groupby(chosen["origin"]).transform("median")]
    against = LOGIT if rows[LOGIT].notna().any() else BASE
    return Headline(
        realised_ratio(chosen), realised_ratio(rows), realised_ratio(most),
        realised_ratio(rows.loc[~rows["served"].astype(bool)]), *backtest.skill(against), against,
        _recalibration_gain(rows),
        held=int(backtest.villages["inside"].sum()), ranges=len(backtest.villages),
        first=int(rows["origin"].min()), last=int(rows["origin"].max()), origins=int(rows["origin"].nunique()),
        months=int((rows["horizon"] - rows["origin"]).iloc[0]), households=len(rows),
        priors_alone=_origins_on_priors_alone(rows),
    )  # fmt: skip


def _origins_on_priors_alone(rows: pd.DataFrame) -> int:
    if "priors_alone" not in rows:
        return 0
    return int(rows.loc[rows["priors_alone"].astype(bool), "origin"].nunique())


def _recalibration_gain(rows: pd.DataFrame) -> float:
    """Return by what share recalibration lowers the Brier score; NaN when no chance was recalibrated."""
    known = rows.dropna(subset=["recalibrated"])
    if known.empty:
        return float("nan")
    outcome = known["outcome"].to_numpy(dtype=np.float64)
    moved, own = (((known[name].to_numpy(dtype=np.float64) - outcome) ** 2).sum() for name in ("recalibrated", "p"))
    return float(1 - moved / own)


def realised_ratio(rows: pd.DataFrame, by: str = "p") -> Ratio:
    """Return realised / projected persons of rows of a back-test, clustered by village."""
    if rows.empty:
        unknown = float("nan")
        return Ratio(0.0, 0.0, unknown, unknown, unknown, 0)
    p, outcome, members = (rows[name].to_numpy(dtype=np.float64) for name in (by, "outcome", "members"))
    return observed_expected(p, outcome, members, rows["village"].to_numpy())


def ratios(backtest: Backtest, by: str) -> pd.DataFrame:
    """Return realised / projected persons by village, livelihood or measure.

    Parameters
    ----------
    by : str
        A column of ``Backtest.frame``; ``measure`` counts a household under each measure it was given and, with
        none, under "".

    Returns
    -------
    DataFrame
        by, households (household-origins), expected, observed, ratio, ratio_low, ratio_high (NaN with fewer
        than ten villages).
    """
    rows = backtest.known()
    if by == "measure":
        rows = rows.assign(measure=rows["measures"].astype("str").str.split("+")).explode("measure")
    made = []
    for value, mine in rows.groupby(by, sort=True):
        found_ratio = realised_ratio(mine)
        made.append((value, len(mine), found_ratio.expected, found_ratio.observed, found_ratio.ratio,
                     found_ratio.low, found_ratio.high))  # fmt: skip
    columns = [by, "households", "expected", "observed", "ratio", "ratio_low", "ratio_high"]
    return pd.DataFrame(made, columns=columns)
