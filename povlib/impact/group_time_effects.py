"""Group-time effects put together: simple, dynamic, group and calendar aggregates with their errors.

Responsible for the result of a staggered difference-in-differences and its aggregates. Not responsible for
estimating cells (`povlib.impact.did`) or testing assumptions (`.pretrend_test`, `.randomisation_inference`).

Source: Callaway and Sant'Anna (2021), section 3.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.errors import DataError
from povlib.impact.effect_result import Effect, Finding, effect_with_interval
from povlib.impact.influence_errors import (
    degrees_of_freedom,
    influence_convention,
    influence_covariance,
    simultaneous_quantile,
    t_limits,
)

AGGREGATE_KINDS = ("simple", "dynamic", "group", "calendar")


@dataclass(frozen=True)
class StaggeredDiD:
    """Group-time effects and everything needed to put them together.

    Attributes
    ----------
    cells : DataFrame
        cohort, period, event (periods since the start), att, se, ci_low, ci_high, df, treated, controls, post; one row
        a cell that is identified.
    influence : array (units x cells)
    cohort_of : array (units)
        First period of help as it came; infinity when never.
    cluster : array of int or None
    weight : array (units)
        Mean one.
    borrowed : array (rows x cells)
        Further independent contributions to the errors: the spread that a cohort of a single unit (or
        cluster) borrows from those it is compared with.
    findings : tuple of Finding
    universal : bool
        Whether cells before the start compare with the last period before it.
    anticipation : int
    level : float
        Of the intervals.
    """

    cells: pd.DataFrame
    influence: Floats = field(repr=False)
    cohort_of: Floats = field(repr=False)
    cluster: Ints | None = field(repr=False)
    weight: Floats = field(repr=False)
    borrowed: Floats = field(repr=False)
    findings: tuple[Finding, ...] = ()
    universal: bool = False
    anticipation: int = 0
    level: float = 0.95

    @property
    def clusters(self) -> int:
        """Number of clusters (units when there are none)."""
        return len(self.cohort_of) if self.cluster is None else len(np.unique(self.cluster))

    def aggregate(self, kind: str = "simple", level: float | None = None) -> pd.DataFrame:
        """Put cells together.

        Parameters
        ----------
        kind : {"simple", "dynamic", "group", "calendar"}
            All post cells weighted by cohort size; by time since the start (before it too); by
            cohort; by period.
        level : float, optional
            Default that of the estimate.

        Returns
        -------
        DataFrame
            kind, at (event time, cohort or period; NA for the overall), estimate, se, ci_low, ci_high, df,
            and for "dynamic" the limits of a uniform band (band_low, band_high). The first row is
            the overall effect.
        """
        level = self.level if level is None else level
        parts = self._cells_by_aggregate(kind)
        if not parts:
            raise DataError(
                "no group and period can be compared", remedy="look for units that were helped later or never"
            )
        made = [self.mean_of_cells(rows) for _, rows in parts]
        values, matrix = np.array([v for v, _ in made]), np.stack([u for _, u in made], axis=1)
        overall, d_overall = self._overall_effect(kind, parts, values, matrix)
        estimates, influence = np.append(overall, values), np.column_stack([d_overall, matrix])
        table = pd.DataFrame({"kind": kind, "at": pd.array([pd.NA, *(at for at, _ in parts)], dtype="Int64")})
        table["estimate"], table["se"] = estimates, np.sqrt(np.diag(self.covariance(influence)))
        table["df"] = self.degrees_of_freedom(influence)
        table["ci_low"], table["ci_high"] = t_limits(estimates, table["se"].to_numpy(), table["df"].to_numpy(), level)
        columns = ["kind", "at", "estimate", "se", "ci_low", "ci_high", "df"]
        if kind == "dynamic":
            sums = self._independent_contributions(matrix)
            band = simultaneous_quantile(sums, level=level) * table["se"]
            table["band_low"], table["band_high"] = estimates - band, estimates + band
            columns += ["band_low", "band_high"]
        return table[columns] if kind != "simple" else table[columns].iloc[:1]

    def effect(self) -> Effect:
        """Return the simple aggregate as an `Effect`, with all findings."""
        row = self.aggregate("simple").iloc[0]
        treated, never = int(np.isfinite(self.cohort_of).sum()), int((~np.isfinite(self.cohort_of)).sum())
        counts, df = (treated, never, self.clusters), float(row["df"])
        estimate, se = float(row["estimate"]), float(row["se"])
        errors = influence_convention(self.cluster)
        return effect_with_interval("did", "att", estimate, se, counts, self.findings, df, self.level, errors)

    def covariance(self, influence: Floats) -> Floats:
        """Return the covariance of estimates from their influence (units, then borrowed rows)."""
        n = len(self.cohort_of)
        rest = influence[n:]
        return np.asarray(influence_covariance(influence[:n], self.cluster) + rest.T @ rest / n**2)

    def degrees_of_freedom(self, influence: Floats) -> Floats:
        """Return degrees of freedom of each estimate (Satterthwaite over cohorts)."""
        n = len(self.cohort_of)
        return degrees_of_freedom(influence[:n], self.cluster, self.cohort_of, influence[n:])

    def _independent_contributions(self, influence: Floats) -> Floats:
        from povlib.impact.influence_errors import cluster_sums

        n = len(self.cohort_of)
        own = influence[:n] if self.cluster is None else cluster_sums(influence[:n], self.cluster)
        return np.concatenate([own, influence[n:]])

    def _cells_by_aggregate(self, kind: str) -> list[tuple[int, Ints]]:
        post = self.cells["post"].to_numpy(dtype=bool)
        cohort, period = self.cells["cohort"].to_numpy(), self.cells["period"].to_numpy()
        key = {
            "simple": np.zeros(len(post)),
            "dynamic": self.cells["event"].to_numpy(),
            "group": cohort,
            "calendar": period,
        }.get(kind)
        if key is None:
            raise DataError("{value} is no aggregate", allowed=", ".join(AGGREGATE_KINDS), value=kind)
        use = np.ones(len(post), dtype=bool) if kind == "dynamic" else post
        return [(int(at), np.flatnonzero(use & (key == at))) for at in np.unique(key[use])]

    def _cohort_shares(self, rows: Ints) -> tuple[Floats, Floats]:
        """Return cohort shares of the cells, and their influence."""
        member = (self.cohort_of[:, None] == self.cells["cohort"].to_numpy(dtype=np.float64)[rows]).astype(np.float64)
        member = member * self.weight[:, None]
        share = member.mean(axis=0)
        return share, member - share

    def mean_of_cells(self, rows: Ints) -> tuple[float, Floats]:
        """Return the mean of cells weighted by cohort size, and its influence (weights estimated)."""
        att = self.cells["att"].to_numpy()[rows]
        share, d_share = self._cohort_shares(rows)
        weight = share / share.sum()
        value = float(weight @ att)
        own = self.influence[:, rows] @ weight + d_share @ ((att - value) / share.sum())
        return value, np.concatenate([own, self.borrowed[:, rows] @ weight])

    def _overall_effect(
        self, kind: str, parts: list[tuple[int, Ints]], values: Floats, influence: Floats
    ) -> tuple[float, Floats]:
        """Return the overall effect: cohorts by size, event times and periods in equal parts."""
        if kind == "simple":
            return float(values[0]), influence[:, 0]
        if kind == "group":
            first = np.array([rows[0] for _, rows in parts])
            share, d_share = self._cohort_shares(first)
            value = float(share @ values / share.sum())
            made = influence @ (share / share.sum())
            made[: len(d_share)] += d_share @ ((values - value) / share.sum())
            return value, made
        use = np.array([kind != "dynamic" or at >= 0 for at, _ in parts])
        if not use.any():
            return float("nan"), np.full(len(influence), np.nan)
        return float(values[use].mean()), influence[:, use].mean(axis=1)
