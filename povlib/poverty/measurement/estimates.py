"""Estimates with their covariances: contrasts between domains, changes between waves.

Responsible for linear combinations and changes of what was estimated, through the cluster totals of
the influence. Not responsible for the estimates themselves (`povlib.poverty.measure`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats
from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import checked_number
from povlib.poverty.measurement.survey_design import Design, confidence_limits

# Behind the convention of a change that is NaN.
NO_CHANGE = "; undefined: not both values are known and above zero"
TIDY_COLUMNS = ["measure", "convention", "domain", "estimate", "se", "ci_low", "ci_high", "n", "clusters"]


@dataclass(frozen=True)
class Estimates:
    """Estimates with everything needed for covariances and contrasts.

    Attributes
    ----------
    frame : DataFrame
        One row an estimate; see `measure`.
    design : Design
    totals : array (estimates x clusters)
        Cluster totals of the influence (times the root of the domain's `Design.lonely_factor`).
    """

    frame: pd.DataFrame
    design: Design
    totals: Floats = field(repr=False)

    def covariance(self) -> Floats:
        """Return the covariance matrix of all estimates, in the order of ``frame``."""
        if self.design.census:
            return np.zeros((len(self.frame), len(self.frame)))
        return self.design.covariance(self.totals)

    def contrast(self, weights: Sequence[float] | Floats, label: str = "contrast") -> pd.DataFrame:
        """Return the linear combination ``weights @ estimates`` with its standard error.

        Parameters
        ----------
        weights : sequence of float
            One number an estimate, e.g. 1 and -1 for a difference.
        label : str
            Name of the contrast.
        """
        factor = np.asarray(weights, dtype=np.float64)
        if len(factor) != len(self.frame) or not np.isfinite(factor).all() or not factor.any():
            raise DataError("a contrast needs {n} weights, one an estimate", n=len(self.frame))
        used = factor != 0
        estimate = factor[used] @ self.frame["estimate"].to_numpy(dtype=np.float64)[used]
        total = factor[used] @ self.totals[used]
        variance = 0.0 if self.design.census else self.design.covariance(total[None, :])[0, 0]
        return self._contrast_row(label, float(estimate), float(np.sqrt(variance)), used)

    def difference(self, first: Any, second: Any, measure: str | None = None) -> pd.DataFrame:
        """Return ``first - second`` of two domains for each measure, with covariance between them."""
        rows = []
        for key in self.frame["measure"].unique() if measure is None else [measure]:
            weights = np.zeros(len(self.frame))
            for domain, sign in ((first, 1.0), (second, -1.0)):
                matching = (self.frame["measure"] == key) & (self.frame["domain"] == domain)
                if not matching.any():
                    raise DataError("there is no estimate of {measure} for {domain}", measure=key, domain=domain)
                weights[matching.to_numpy()] += sign
            rows.append(self.contrast(weights, label=f"{first} - {second}").assign(measure=key))
        return pd.concat(rows, ignore_index=True)

    def change(self, after: Any, before: Any, years: float | None = None) -> pd.DataFrame:
        """Return absolute and relative changes between two domains, usually waves, of each measure.

        Parameters
        ----------
        after, before : label
            Domains. A change relative to a value before that is zero or below does not exist: NaN.
        years : float, optional
            Years between them, above 0: adds the changes per year (relative ones compounded).

        Returns
        -------
        DataFrame
            The tidy columns plus ``change``: absolute, relative (share of the value before),
            absolute_per_year, relative_per_year.
        """
        if years is not None and not checked_number(years, "years") > 0:
            raise DataError("{value} is no number of years", where="years", allowed="above 0", value=years)
        if not len(self.totals):
            raise DataError("changes need estimates, not only their frame", remedy="use estimate()")
        tables = []
        for key in self.frame["measure"].unique():
            rows = [self._row_of_estimate(key, domain) for domain in (after, before)]
            new, old = self.frame["estimate"].to_numpy()[rows]
            for kind, (value, by_new, by_old) in _changes_with_derivatives(new, old, years).items():
                weights, known = np.zeros(len(self.frame)), np.isfinite(value)
                weights[rows] = (by_new, by_old) if known else (1.0, -1.0)
                row = self.contrast(weights, label=f"{after} - {before}").assign(measure=key, change=kind)
                half = (row["ci_high"] - row["ci_low"]) / 2
                row = row.assign(estimate=value, ci_low=value - half, ci_high=value + half)
                tables.append(row if known else row.assign(se=np.nan, convention=row["convention"] + NO_CHANGE))
        return pd.concat(tables, ignore_index=True)

    def _row_of_estimate(self, key: str, domain: Any) -> int:
        matching = np.flatnonzero((self.frame["measure"] == key) & (self.frame["domain"] == domain))
        if len(matching) != 1:
            raise DataError("there is no estimate of {measure} for {domain}", measure=key, domain=domain)
        return int(matching[0])

    def _contrast_row(self, label: str, estimate: float, se: float, used: Bools) -> pd.DataFrame:
        clusters = int(self.frame["clusters"].to_numpy()[used].max())
        df = np.array([self.design.clusters - self.design.strata])
        low, high = confidence_limits(np.array([estimate]), np.array([se]), np.array([clusters]), df, np.array([False]))
        first = self.frame[used].iloc[0]
        row = [first["measure"], first["convention"], label, estimate, se, low[0], high[0]]
        return pd.DataFrame([[*row, int(self.frame["n"].to_numpy()[used].sum()), clusters]], columns=TIDY_COLUMNS)


def _changes_with_derivatives(new: float, old: float, years: float | None) -> dict[str, tuple[float, float, float]]:
    """Return each change with its derivatives in the new and the old value."""
    nothing = (np.nan, np.nan, np.nan)
    kinds = {"absolute": (new - old, 1.0, -1.0), "relative": nothing}
    if old > 0:
        kinds["relative"] = (new / old - 1, 1 / old, -new / old**2)
    if years:
        kinds |= {"absolute_per_year": ((new - old) / years, 1 / years, -1 / years), "relative_per_year": nothing}
        if old > 0 and new > 0:
            growth = (new / old) ** (1 / years)
            kinds["relative_per_year"] = (growth - 1, growth / (years * new), -growth / (years * old))
    return kinds
