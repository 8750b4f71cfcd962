"""Back-test: project from earlier months with what was known then, and see what came true.

Responsible for rolling origins, the comparison with forecasts anyone could make, recalibration on
earlier origins only, and the summary. Not responsible for the projection (`povlib.exits`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from povlib import exits, poverty
from povlib.calendar import Month
from povlib.errors import DataError
from povlib.params import Catalogue, Settings
from povlib.review.effects_at_origin import effects_at_origin
from povlib.review.forecast_metrics import brier, calibration, log_score, murphy, observed_expected
from povlib.review.known_at_origin import help_given_after, registered_poor_at, state_cut_back
from povlib.review.parted_projection import parts_of_projection
from povlib.review.simple_forecasts import BASE, LAST_STATE, LOGIT, forecast_features, simple_forecasts
from povlib.support import Offer
from povlib.support.eligibility_facts import SupportFrames

# One trailing year must be known before an origin, or income by the rule cannot be computed there.
FEWEST_MONTHS = 12
# Months between origins: every third origin then looks over the same season, and five span sixteen months.
STEP = 4
# Each origin costs one projection of the township: a choice between more judged outcomes and waiting.
MOST_ORIGINS = 5
TOTALS = ["origin", "horizon", "expected", "low", "high", "observed", "inside"]
# Outcomes needed for a recalibration of two coefficients: a choice; below it p is printed as projected.
ENOUGH = 50
VILLAGES = ["origin", "horizon", "village", "households", "persons", "expected", "sd", "low", "high", "observed",
            "inside"]  # fmt: skip
SUMMARY = [
    "forecast", "n", "brier", "log_score", "reliability", "resolution", "uncertainty", "skill_vs_base",
    "observed", "expected", "ratio", "ratio_low", "ratio_high", "intercept", "slope", "slope_se",
]  # fmt: skip


@dataclass(frozen=True)
class Backtest:
    """What earlier projections would have said, and what came true.

    Attributes
    ----------
    frame : DataFrame
        origin, horizon (ordinals), hh, village, livelihood, members, registered (poor at the origin: those
        that a plan is made for), served (given help after the origin), measures (which, joined by "+"), p, p0
        (with nothing new), p_low, p_high, recalibrated (by earlier origins; NaN without), base_rate,
        last_state, pooled_logit, outcome (0, 1 or NaN = not assessable).
    counts : DataFrame
        origin, horizon, expected, low, high (90 % range of persons), observed, inside, among the
        registered households that can be assessed at both ends.
    villages : DataFrame
        The same by village, with households, persons (in them) and sd (of the projected count).
    """

    frame: pd.DataFrame
    counts: pd.DataFrame
    villages: pd.DataFrame

    def known(self) -> pd.DataFrame:
        """Return the registered rows with a projection and an outcome."""
        rows = self.frame.dropna(subset=["p", "outcome"])
        return rows.loc[rows["registered"].astype(bool)]

    def summary(self, by: str | None = None) -> pd.DataFrame:
        """Return the figures of every forecast, all together or by a column of `frame` (village, served, ...).

        Every forecast is judged on the rows where it exists; skill is against the base rate of the same rows.
        """
        rows = self.known()
        groups: list[tuple[Any, pd.DataFrame]] = [(None, rows)] if by is None else list(rows.groupby(by, sort=True))
        made = []
        for value, group in groups:
            for name in ("p", "recalibrated", BASE, LAST_STATE, LOGIT):
                mine = group.dropna(subset=[name])
                if len(mine):
                    made.append(((value,) if by else ()) + _forecast_figures(name, mine))
        return pd.DataFrame(made, columns=([by] if by else []) + SUMMARY)

    def skill(self, against: str = LOGIT) -> tuple[float, float, float]:
        """Return 1 - Brier / Brier of another forecast on the same rows, with a 95 % interval clustered by village."""
        rows = self.known().dropna(subset=[against])
        if rows.empty:
            return float("nan"), float("nan"), float("nan")
        y = rows["outcome"].to_numpy(dtype=np.float64)
        own, other = ((rows[name].to_numpy(dtype=np.float64) - y) ** 2 for name in ("p", against))
        place = pd.factorize(rows["village"])[0]
        count = int(place.max()) + 1
        ratio = own.sum() / other.sum()
        miss = np.bincount(place, weights=own - ratio * other)
        se = np.sqrt(count / max(count - 1, 1) * (miss**2).sum()) / other.sum()
        from scipy.stats import t

        # Villages, not households, are the independent units: as many degrees of freedom as villages less one.
        reach = float(t.ppf(0.975, max(count - 1, 1)) * se)
        return float(1 - ratio), float(1 - ratio - reach), float(1 - ratio + reach)


def _forecast_figures(name: str, rows: pd.DataFrame) -> tuple[object, ...]:
    """Return one row of figures of a forecast: scores, observed to expected, calibration (NaN where not possible)."""
    p, y = rows[name].to_numpy(dtype=np.float64), rows["outcome"].to_numpy(dtype=np.float64)
    split, village = murphy(p, y), rows["village"].to_numpy()
    ratio = observed_expected(p, y, rows["members"].to_numpy(dtype=np.float64), village)
    fit = calibration(p, y, village) if len(set(y.tolist())) == 2 and len(set(p.tolist())) > 1 else None
    base = brier(rows[BASE].to_numpy(dtype=np.float64), y)
    return (
        name, len(rows), split.brier, log_score(p, y), split.reliability, split.resolution, split.uncertainty,
        1 - split.brier / base if base > 0 else np.nan, ratio.observed, ratio.expected, ratio.ratio, ratio.low,
        ratio.high, fit.intercept if fit else np.nan, fit.slope if fit else np.nan, fit.slope_se if fit else np.nan,
    )  # fmt: skip


def backtest(
    state: SupportFrames,
    catalogue: Catalogue,
    settings: Settings,
    origins: Sequence[Month],
    months: int = 8,
    *,
    known: Callable[[Month], SupportFrames] | None = None,
    draws: int = 100,
    progress: Callable[[str, float], None] | None = None,
) -> Backtest:
    """Project from earlier months with what was known then, under the help given since, and score.

    Parameters
    ----------
    state : State
        What is known now: the outcomes.
    catalogue, settings
        Lines and priors; authority, margin, stability_months.
    origins : sequence of Month
        Last months of data of the earlier projections; twelve months of data must lie before each.
    months : int
        Months from origin to horizon.
    known : callable, optional
        Gives the state as it was known at an origin (a ledger read as of then); default `cut`.
    draws : int
    progress : callable, optional

    Raises
    ------
    DataError
        If an origin has too little data before it, or a horizon lies after the last month of data.
    """
    _check_origins(state, origins, months)
    parts: list[pd.DataFrame] = []
    seen: list[pd.DataFrame] = []
    counts: list[pd.DataFrame] = []
    for number, origin in enumerate(sorted(origins)):
        if progress:
            progress("origins", number / len(origins))
        horizon = origin + months
        then = known(origin) if known else state_cut_back(state, origin)
        rule = settings.model_copy(update={"horizon": horizon})
        offer = help_given_after(state, catalogue, origin, horizon)
        believed, refused = effects_at_origin(then, catalogue, rule)
        projection = exits.project(then, offer, catalogue, rule, draws=draws, posterior=believed)
        outcome = poverty.assess(state, horizon, catalogue, rule)[["hh", "exits"]]
        at_origin = forecast_features(poverty.assess(then, origin, catalogue, rule))
        # Only outcomes that were in by this origin: a forecast that learnt from later ones could not have been made.
        earlier = [f for f in seen if int(f["horizon"].iloc[0]) <= origin.ordinal]
        peers = simple_forecasts(at_origin, pd.concat(earlier) if earlier else at_origin.head(0).assign(outcome=[]))
        rows = _judged_households(projection, offer, outcome, peers, then, origin, horizon)
        rows["priors_alone"] = refused
        rows["recalibrated"] = _recalibrated_chances(
            rows, [p for p in parts if int(p["horizon"].iloc[0]) <= origin.ordinal]
        )
        counts.append(_village_counts(projection, rows, origin, horizon))
        parts.append(rows)
        seen.append(at_origin.merge(rows[["hh", "outcome", "horizon"]], on="hh"))
    counted = pd.concat(counts, ignore_index=True)
    total = counted["village"].isna()
    return Backtest(
        pd.concat(parts, ignore_index=True),
        counted.loc[total, TOTALS].reset_index(drop=True),
        counted.loc[~total].reset_index(drop=True),
    )


def _check_origins(state: SupportFrames, origins: Sequence[Month], months: int) -> None:
    """Refuse origins without twelve months of data before them or with an outcome not known yet."""
    first, last = state.observations["month"].min(), state.last_month
    if not origins:
        raise DataError("a back-test needs at least one origin")
    early = [str(o) for o in origins if o.ordinal - FEWEST_MONTHS + 1 < first]
    if early:
        raise DataError("twelve months of data must lie before {months}", where="origins", months=", ".join(early))
    late = [str(o) for o in origins if o + months > last]
    if late:
        raise DataError("what became of {months} is not known yet", where="origins", months=", ".join(late))


def _judged_households(
    projection: exits.Projection,
    offer: Offer,
    outcome: pd.DataFrame,
    peers: pd.DataFrame,
    then: SupportFrames,
    origin: Month,
    horizon: Month,
) -> pd.DataFrame:
    """Return one row per household: what was projected for it, what came true, and what it is grouped by."""
    frame = projection.frame.sort_values(["hh", "k"], kind="stable")
    last = frame.groupby("hh").tail(1)  # package 1 where help was given since, else package 0
    nothing = frame.loc[frame["k"] == 0, ["hh", "p"]].rename(columns={"p": "p0"})
    rows = last[["hh", "package", "k", "p", "p_low", "p_high"]].merge(nothing, on="hh")
    rows = rows.merge(outcome, on="hh", how="left")
    rows = rows.merge(then.households[["hh", "village", "livelihood"]], on="hh", how="left")
    rows = rows.merge(projection.members[["hh", "members"]], on="hh", how="left").merge(peers, on="hh", how="left")
    rows["outcome"] = rows.pop("exits").astype("boolean").astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    rows["registered"] = rows["hh"].isin(registered_poor_at(then, origin))
    rows["served"] = rows.pop("k") > 0
    given = offer.components.drop_duplicates(["package", "measure"]).sort_values(["package", "measure"])
    joined = given.groupby("package")["measure"].agg("+".join).reindex(rows["package"]).astype("str")
    rows["measures"] = joined.fillna("").to_numpy()
    rows["origin"], rows["horizon"] = origin.ordinal, horizon.ordinal
    return rows


def _recalibrated_chances(rows: pd.DataFrame, earlier: list[pd.DataFrame]) -> pd.Series:
    """Return p recalibrated by earlier origins whose outcome was known at this one."""
    past = pd.concat(earlier).dropna(subset=["p", "outcome"]) if earlier else rows.head(0)
    if len(past) < ENOUGH or past["outcome"].nunique() < 2:
        return pd.Series(np.nan, index=rows.index)
    fit = calibration(past["p"].to_numpy(), past["outcome"].to_numpy())
    ok = rows["p"].notna()
    return pd.Series(np.where(ok, fit.apply(rows["p"].fillna(0.5).to_numpy()), np.nan), index=rows.index)


def _village_counts(projection: exits.Projection, rows: pd.DataFrame, origin: Month, horizon: Month) -> pd.DataFrame:
    """Return expected and observed persons of all and of each village, among those assessable at both ends."""
    both = rows.loc[rows["p"].notna() & rows["outcome"].notna() & rows["registered"]]
    people = projection.members.assign(registered=projection.members["hh"].isin(both["hh"]))
    seen = replace(projection, members=people)
    groups: list[tuple[Any, pd.DataFrame]] = [(None, both), *both.groupby("village", sort=True)]
    parts = {None: seen, **dict(parts_of_projection(seen, both, "village"))}
    made = []
    for village, mine in groups:
        sums = exits.totals(parts[village], mine["package"], among=mine["hh"])
        low, high = sums.interval()
        observed = float((mine["members"] * mine["outcome"]).sum())
        made.append(
            (origin.ordinal, horizon.ordinal, village, len(mine), int(mine["members"].sum()), sums.persons,
             float(sums.persons_draws.std()), low, high, observed, low <= observed <= high)
        )  # fmt: skip
    return pd.DataFrame(made, columns=VILLAGES)


def empty_backtest() -> Backtest:
    """Return a back-test without a row: the data do not reach far enough back for any origin."""
    frame = ["origin", "horizon", "hh", "village", "livelihood", "members", "registered", "served", "measures", "p",
             "p0", "p_low", "p_high", "priors_alone", "recalibrated", BASE, LAST_STATE, LOGIT, "outcome"]  # fmt: skip
    return Backtest(pd.DataFrame(columns=frame), pd.DataFrame(columns=TOTALS), pd.DataFrame(columns=VILLAGES))


def backtest_origins(state: SupportFrames, settings: Settings) -> list[Month]:
    """Return the origins from which a projection as far ahead as this plan's can be judged by now, oldest first.

    At most five, four months apart, so that every third looks over the same season; none when there is too
    little data.
    """
    last = state.last_month
    first = Month.from_ordinal(int(state.observations["month"].min())) + (FEWEST_MONTHS - 1)
    latest = last + -(settings.horizon - last)
    origins = [latest + -STEP * number for number in range(MOST_ORIGINS)]
    return [origin for origin in reversed(origins) if origin >= first]
