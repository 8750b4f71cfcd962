"""Forecasts anyone could make: the base rate, the last state, a pooled logit.

Responsible for the baselines a projection must beat, fitted only on outcomes known at the origin. Not
responsible for the projection.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.binary_regression import logistic, ridge_logit
from povlib.vocabulary import GUARANTEES

BASE, LAST_STATE, LOGIT = "base_rate", "last_state", "pooled_logit"
# Households that the base rate counts like in each state: keeps a chance learnt from one or two from being 0 or 1.
PRIOR = 2.0
# Precision of the prior by column: none to speak of on the intercept, one standard deviation on the scaled slopes.
RIDGE = np.array([1e-6, 1.0, 1.0])


def forecast_features(verdict: pd.DataFrame) -> pd.DataFrame:
    """Return what the baselines see of a verdict at the origin: log income over line, passes, guarantees missing.

    Parameters
    ----------
    verdict : DataFrame
        `povlib.poverty.assess`.
    """
    income = verdict["income_fen_per_head"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    ratio = np.log(np.clip(income / verdict["line_fen"].to_numpy(dtype=np.float64), 0.05, 20))
    names = list(GUARANTEES)
    missing = (verdict[names] == 0).sum(axis=1).to_numpy(dtype=np.float64)
    passes = verdict["exits"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    return pd.DataFrame({"hh": verdict["hh"], "ratio": ratio, "missing": missing, "passes": passes})


def simple_forecasts(now: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Return the baselines' chances for the households of `now`.

    Parameters
    ----------
    now : DataFrame
        `forecast_features` at the origin.
    earlier : DataFrame
        `forecast_features` at earlier origins with ``outcome`` (0 or 1) known at this one; may be empty: then the
        state at the origin itself serves (base rate: share passing now; logit: none).

    Returns
    -------
    DataFrame
        hh, base_rate, last_state, pooled_logit (NaN where it cannot be made).
    """
    past = earlier.dropna(subset=["ratio", "passes", "outcome"])
    passes = now["passes"].to_numpy(dtype=np.float64)
    if len(past):
        base = float(past["outcome"].mean())
        stay = [(past.loc[past["passes"] == v, "outcome"].sum() + PRIOR * base) for v in (0, 1)]
        count = [float((past["passes"] == v).sum()) + PRIOR for v in (0, 1)]
        last = np.where(passes == 1, stay[1] / count[1], stay[0] / count[0])
    else:
        base = float(np.nanmean(passes)) if np.isfinite(passes).any() else 0.5
        last = np.where(passes == 1, 0.9, 0.1)
    last = np.where(np.isnan(passes), base, last)
    return pd.DataFrame({"hh": now["hh"], BASE: base, LAST_STATE: last, LOGIT: _pooled_logit(now, past)})


def _pooled_logit(now: pd.DataFrame, past: pd.DataFrame) -> Floats:
    """Return the chance of exit by a logit on earlier origins; NaN for all where they are too few or all alike."""
    if len(past) < 30 or past["outcome"].nunique() < 2:
        return np.full(len(now), np.nan)
    x, y = _logit_design(past), past["outcome"].to_numpy(dtype=np.float64)
    scale = np.append(1.0, np.maximum(x[:, 1:].std(axis=0), 1e-9))
    # a normal prior on the slopes: where nobody lacking a guarantee got out, a plain fit would be sure of it
    beta = ridge_logit(x / scale, y, RIDGE)
    return logistic(_logit_design(now) / scale @ beta)


def _logit_design(frame: pd.DataFrame) -> Floats:
    ratio = frame["ratio"].to_numpy(dtype=np.float64)
    return np.column_stack([np.ones(len(frame)), ratio, np.minimum(frame["missing"].to_numpy(dtype=np.float64), 2.0)])
