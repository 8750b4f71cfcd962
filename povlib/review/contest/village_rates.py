"""Rates of villages side by side: adjusted for the households they have, shrunk for their size, with funnel limits.

Every household is counted, so the counts have no sampling error; what the errors stand for is luck: another year of
the same work by the same people would not give the same counts. A difference that luck makes one time in twenty is no
reason to praise or to blame.

Responsible for the figures. Not responsible for ranks (`rank_sets`) or for what a village could expect (`case_mix`).

Sources: Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24:1185
(limits); DerSimonian and Laird (1986), Meta-analysis in clinical trials, Controlled Clinical Trials 7:177 (spread
between villages); Efron and Morris (1975), JASA 70:311 (shrinkage).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from povlib.arrays import Bools, Floats
from povlib.errors import DataError

# two-sided shares of luck outside a pair of limits: one village in twenty and one in five hundred; the usual pair of
# funnel plots (Spiegelhalter 2005, section 2)
WARNING, ALARM = 0.05, 0.002


def village_rates(villages: Sequence[str] | pd.Series, reached: Bools, chances: Floats) -> pd.DataFrame:
    """Return one row a village: what it reached, what it could expect, and how far the two are told apart.

    The adjusted rate is the township's rate times observed over expected (indirect standardisation); its error is that
    of the observed count under the chances. The shrunken rate draws it towards the township's rate by the share of the
    spread that luck explains.

    Parameters
    ----------
    villages : sequence of str (households)
    reached : array of bool (households)
    chances : array (households), 0-1
        What each household could expect (`case_mix.expected_chances`, or the township's rate for all).

    Returns
    -------
    DataFrame
        By village: households, observed, expected, rate (adjusted), se, shrunk, shrunk_se (all rates 0-1, the
        adjusted one may exceed 1), low, high, far_low, far_high (limits of the adjusted rate by luck alone: 95 % and
        99.8 %), outside (-1 below, 0 within, 1 above the wider limits).

    Raises
    ------
    DataError
        Lists of different lengths, or chances that expect nothing in some village.

    Examples
    --------
    >>> rates = village_rates(["A"] * 4 + ["B"] * 4, np.array([1, 1, 1, 0, 0, 0, 0, 1], bool), np.full(8, 0.5))
    >>> rates[["observed", "expected", "rate", "outside"]].to_numpy().tolist()
    [[3.0, 2.0, 0.75, 0.0], [1.0, 2.0, 0.25, 0.0]]
    """
    if not len(villages) == len(reached) == len(chances):
        raise DataError("villages, results and chances have different lengths")
    frame = pd.DataFrame({"village": list(villages), "observed": reached, "expected": chances})
    frame["variance"] = chances * (1 - chances)
    found = frame.groupby("village", sort=True).agg(
        households=("observed", "size"),
        observed=("observed", "sum"),
        expected=("expected", "sum"),
        variance=("variance", "sum"),
    )
    if not (found["variance"] > 0).all():
        raise DataError("there is nothing to compare: some village's results were certain from the start")
    overall = float(reached.mean())
    scale = overall / found["expected"]
    found["rate"] = scale * found["observed"]
    found["se"] = scale * np.sqrt(found["variance"])
    spread = _spread_between(found["rate"].to_numpy(), found["se"].to_numpy(), overall)
    kept = spread / (spread + found["se"] ** 2)
    found["shrunk"] = overall + kept * (found["rate"] - overall)
    found["shrunk_se"] = np.sqrt(kept) * found["se"]
    limits = np.array([_limits(group["expected"].to_numpy()) for _, group in frame.groupby("village", sort=True)])
    for at, name in enumerate(("low", "high", "far_low", "far_high")):
        found[name] = limits[:, at] * scale
    found["outside"] = (found["rate"] > found["far_high"]).astype(int) - (found["rate"] < found["far_low"]).astype(int)
    return found.drop(columns="variance").reset_index()


def _spread_between(rates: Floats, errors: Floats, overall: float) -> float:
    """Return the variance between villages that luck does not explain, by moments about the township's rate."""
    weight = 1 / errors**2
    beyond = (weight * (rates - overall) ** 2).sum() - len(rates)
    return max(float(beyond / weight.sum()), 0.0)


def _limits(chances: Floats) -> tuple[float, float, float, float]:
    """Return the counts between which luck leaves 95 and 99.8 in a hundred villages with these households.

    Exact: the count of unlike households is Poisson-binomial. A count on a limit is within it.
    """
    below = stats.poisson_binom(chances).cdf(np.arange(len(chances) + 1))
    # the first count that luck stays at or below with at least the asked chance; asked of all counts at once, because
    # the library's own search sums the distribution anew at every step of it
    low, high, far_low, far_high = np.searchsorted(below, [WARNING / 2, 1 - WARNING / 2, ALARM / 2, 1 - ALARM / 2])
    return float(low), float(high), float(far_low), float(far_high)
