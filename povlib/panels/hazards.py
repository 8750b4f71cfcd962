"""Discrete-time hazards on any long frame: exits, returns, lost posts, closures.

Responsible for fitting the chance that something happens in a period, given that it has not yet: with
duration, covariates, groups shrunk to the whole, earlier events and competing ways out. Not responsible
for who is at risk (`povlib.panels.risk_sets`). Source: Prentice and Gloeckler (1978) for the
complementary log-log of grouped time; Allison (1982) for rows at risk; late entry and censoring are
the rows that are not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.binary_regression import LINKS, Fit, fit_binary
from povlib.errors import DataError
from povlib.panels.covariate_coding import learn_coding
from povlib.panels.duration_levels import NO_LEVELS, duration_levels
from povlib.panels.hazard_design import (
    HazardLayout,
    duration_history,
    duration_terms,
    largest_groups,
    outcome_codes,
    seasons_seen,
)
from povlib.panels.hazard_model import Hazard
from povlib.panels.long_frame import covariate_names, read_long, read_weights
from povlib.words import text

# Prior of the intercept on the scale of the link: +-20 logits, so it decides nothing and only keeps the fit finite.
INTERCEPT_SD = 10.0
# Rounds of expectation maximisation for the spread between groups; it stops once the variance moves by 0.1 %.
_ROUNDS = 15


def hazard(
    frame: pd.DataFrame,
    *,
    id: str,
    time: str,
    event: str,
    covariates: Sequence[str] = (),
    duration: str | None = None,
    group: str | None = None,
    season: int | None = None,
    history: bool = False,
    weight: str | None = None,
    link: str = "cloglog",
    prior_sd: float | None = 2.5,
) -> Hazard:
    """Fit a discrete-time hazard to a long frame.

    Parameters
    ----------
    frame : DataFrame
        One row a unit and period *at risk*: rows before a late entry and after the end are simply not
        there (`at_risk` and `person_periods` make such frames of states and spells). A unit may come back.
    id, time : str
        Columns; times are whole numbers, words ("2016", "2016-03", "2016Q1"), periods, dates (months) or
        `Month`. Gaps are allowed.
    event : str
        1 or yes if it happened in the period, 0 or no if not, NA not known (the row does not count); so do y, true,
        是 and n, false, 否. Other words name competing ways out; empty, "none" and words for no mean none of them.
    covariates : list of str
        Columns; numbers or words, missing values allowed (an indicator of their own). Only what was known at
        the beginning of the period belongs here.
    duration : str, optional
        Column with the periods in the state, this one included, also where the spell began before the
        panel. Default: counted since the unit came under observation, or since its last event or gap, with
        an indicator for spells whose start was not seen.
    group : str, optional
        Column; each value gets its own level, shrunk to the whole (normal, its spread by expectation
        maximisation, see Notes).
    season : int, optional
        Length of the season in units of time (12 for months).
    history : bool
        Whether the number of earlier events of the unit (up to 3) is a covariate: returns. It takes the place
        of the indicator for starts not seen, which says the same of a unit's first spell.
    weight : str, optional
        Column: how much each row counts (survey weights; 1 on average after scaling).
    link : {"cloglog", "logit"}
    prior_sd : float or None
        Standard deviation of the weak normal prior on coefficients of scaled covariates; None for plain
        maximum likelihood.

    Returns
    -------
    Hazard

    Raises
    ------
    DataError
        If columns are missing, a unit has two rows for one time, no outcome is known, or (without a prior)
        the covariates separate the outcomes.

    Notes
    -----
    The hazard bends with the logarithm of duration; each duration has a level of its own beside that curve,
    shrunk to it as far as the data ask (`povlib.panels.duration_levels`; not with ``prior_sd=None``).
    Competing ways out are fitted one by one on the same rows, each against "not this way", so that a
    period's chances are those of the ways themselves and add up to at most 1. The spread between groups
    maximises the expected log posterior: s^2 = (s0^2 + sum (b^2 + var b)) / (G + 1), s0 = 0.5.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> people = pd.DataFrame({"hh": np.repeat(np.arange(200), 6), "wave": np.tile(np.arange(6), 200)})
    >>> people["school"] = (people["hh"] % 2).astype(float)
    >>> chance = 1 - np.exp(-np.exp(-1.5 + 1.0 * people["school"]))
    >>> people["out"] = (rng.random(len(people)) < chance).astype(int)
    >>> risk = people[people.groupby("hh")["out"].cumsum() - people["out"] == 0]
    >>> fitted = hazard(risk, id="hh", time="wave", event="out", covariates=["school"])
    >>> one = fitted.coefficients.set_index("term").loc["school"]
    >>> bool(one["low"] < 1.0 < one["high"])
    True
    """
    _check_link_and_prior(link, prior_sd)
    covariates = covariate_names(covariates, explained=event)
    more = [name for name in (duration, group, weight) if name]
    long = read_long(frame, id=id, time=time, columns=[event, *covariates, *more])
    outcome, causes = outcome_codes(long.frame[event], event)
    known = outcome >= 0
    if not known.any():
        raise DataError("no row has a known outcome", where=event)
    unknown = int((~known).sum())
    passed, unseen, earlier = duration_history(long, outcome, duration)
    coded = learn_coding(long.frame.loc[known].reset_index(drop=True), covariates)
    layout = HazardLayout(
        coding=coded, clock=long.clock, id=id, time=time, event=event, duration=duration,
        bends=duration_terms(passed[known]),
        starts=bool(0 < unseen[known].mean() < 1) and not (history and duration is None),
        history=history and bool(earlier[known].any()), season=season,
        seasons=seasons_seen(long, season), group=group, groups=largest_groups(long.frame, group),
    )  # fmt: skip
    head, body, tail = layout.fixed(long.frame, unseen, earlier)
    bent, seasonal = layout.moving(passed, long.step)
    design = np.column_stack([head, bent, body, seasonal, tail])[known]
    counts = read_weights(long, weight)
    counts = None if counts is None else counts[known]
    fitted = _fit_all_causes(
        layout, design, outcome[known], causes, long.unit[known], link, prior_sd, counts, passed[known]
    )
    if not unknown:
        return fitted
    said = text("{n} of {rows} rows have no known outcome and are not used", n=unknown, rows=len(known))
    return replace(fitted, findings=(*fitted.findings, said))


def _check_link_and_prior(link: str, prior_sd: float | None) -> None:
    if link not in LINKS:
        raise DataError("{value} is no link", allowed=", ".join(LINKS), value=link)
    if prior_sd is not None and not prior_sd > 0:
        raise DataError("the spread of the prior must be above 0", where="prior_sd")


def _fit_all_causes(
    layout: HazardLayout, design: Floats, outcome: Ints, causes: tuple[str, ...], unit: Ints, link: str,
    prior_sd: float | None, weight: Floats | None, passed: Floats,
) -> Hazard:  # fmt: skip
    fits, levels, tables, findings, spreads = [], [], [], [], {}
    for number, cause in enumerate(causes, start=1):
        y = (outcome == number).astype(np.float64)
        if 0 < y.sum() < len(y):
            fit, spread = _fit_cause(layout, design, y, unit, link, prior_sd, weight)
            findings += _separation_findings(layout, design, y, prior_sd)
            plain = prior_sd is None or not layout.bends
            beside = NO_LEVELS if plain else duration_levels(link, design @ fit.beta, y, passed, weight)
        else:
            fit, spread, beside = _constant_fit(design, y, link), 0.0, NO_LEVELS
            findings.append(_constant_finding(cause, y))
        fits.append(fit)
        levels.append(beside)
        spreads[cause] = spread
        tables.append(_coefficient_table(layout, cause, fit))
    return Hazard(
        pd.concat(tables, ignore_index=True), causes, len(outcome), int((outcome > 0).sum()), spreads,
        tuple(dict.fromkeys(findings)), link, layout, tuple(fits), tuple(levels),
    )  # fmt: skip


def _fit_cause(
    layout: HazardLayout,
    design: Floats,
    y: Floats,
    unit: Ints,
    link: str,
    prior_sd: float | None,
    weight: Floats | None,
) -> tuple[Fit, float]:
    """Fit one way out; return the fit and the spread between groups (by expectation maximisation; 0 without)."""
    groups = len(layout.groups)
    plain = design.shape[1] - groups
    precision = np.zeros(design.shape[1])
    if prior_sd is not None:
        precision[0], precision[1:plain] = INTERCEPT_SD**-2, prior_sd**-2
    if not groups:
        return fit_binary(link, design, y, precision, unit, weight), 0.0
    # The start s0 = 0.5 of the notes on `hazard`; the same 0.25 counts below like one more group.
    variance = 0.25
    for _ in range(_ROUNDS):
        precision[plain:] = 1.0 / variance
        fit = fit_binary(link, design, y, precision, unit, weight)
        own = fit.beta[plain:] ** 2 + np.diag(fit.covariance)[plain:]
        updated = float((0.25 + own.sum()) / (groups + 1))
        settled = abs(updated - variance) < 1e-3 * variance
        variance = max(updated, 1e-6)
        if settled:
            break
    return fit, float(np.sqrt(variance))


def _constant_fit(design: Floats, y: Floats, link: str) -> Fit:
    """Return a constant chance (events + 1/2) / (rows + 1): nothing else can be learnt from outcomes all alike."""
    p = (y.sum() + 0.5) / (len(y) + 1.0)
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(p / (1 - p)) if link == "logit" else np.log(-np.log1p(-p))
    slope = p * (1 - p) if link == "logit" else -(1 - p) * np.log1p(-p)
    covariance = np.zeros((len(beta), len(beta)))
    covariance[0, 0] = p * (1 - p) / (len(y) + 1.0) / slope**2
    return Fit(beta, covariance, covariance)


def _constant_finding(cause: str, y: Floats) -> str:
    always = "{cause}: it happened in every one of {n} rows, so only a constant was fitted"
    never = "{cause}: it never happened in {n} rows, so only a constant was fitted"
    return text(always if y.any() else never, cause=cause, n=len(y))


def _separation_findings(layout: HazardLayout, design: Floats, y: Floats, prior_sd: float | None) -> list[str]:
    """Name the indicators whose rows all had the event, or none: their estimates are held by the prior alone."""
    if prior_sd is None:
        return []
    plain = design.shape[1] - len(layout.groups)
    notes = []
    for column in range(1, plain):
        values = design[:, column]
        if not np.isin(values, (0.0, 1.0)).all():
            continue
        rows: Bools = values == 1.0
        if rows.any() and y[rows].mean() in (0.0, 1.0):
            said = "{term}: all {n} rows had the event" if y[rows].any() else "{term}: none of {n} rows had the event"
            kept = text("its estimate is held finite by the weak prior")
            notes.append(text(said, term=layout.terms[column], n=int(rows.sum())) + "; " + kept)
    return notes


def _coefficient_table(layout: HazardLayout, cause: str, fit: Fit) -> pd.DataFrame:
    scale, shift = np.ones(len(fit.beta)), np.zeros(len(fit.beta))
    at = 1
    for column in layout.coding.columns:
        if not column.levels:
            scale[at], shift[at] = column.scale, column.centre / column.scale
        at += len(column.terms)
    # the intercept of covariates as they are: less what their centres stand for
    back = np.diag(1.0 / scale)
    back[0] = -shift
    back[0, 0] = 1.0
    estimate = back @ fit.beta
    se, clustered = (np.sqrt(np.maximum(np.diag(back @ c @ back.T), 0.0)) for c in (fit.covariance, fit.clustered))
    half = 1.959963984540054 * clustered
    return pd.DataFrame(
        {"cause": cause, "term": layout.terms, "estimate": estimate, "se": se, "se_cluster": clustered,
         "low": estimate - half, "high": estimate + half}
    )  # fmt: skip
