"""Incomes of any long frame: is there one, and how much; what stays, what lingers, what passes.

Responsible for fitting a two-part model to any panel of amounts. Not responsible for looking ahead
(`povlib.exits.income_paths`) nor for the projection of packages, whose forecast is of the sum over one
window (`povlib.exits.forecast`). Sources: Cragg (1971) for the two parts; Meghir and Pistaferri (2004)
for persistent and transitory income.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from povlib.errors import DataError
from povlib.exits.amount_scale import Scale, choose_scale
from povlib.exits.binary import Fit, fit_binary
from povlib.exits.coding import Coding, coding, words
from povlib.exits.components import Components, Standing, components, standing
from povlib.exits.income_paths import Simulated, predicted, simulated
from povlib.exits.long_frame import Bools, Floats, Long, read_long, read_weights
from povlib.exits.moving import Rule, rules_of
from povlib.exits.times import Ints
from povlib.exits.unit_spread import UnitSpread, unit_spread
from povlib.words import text

MOST_CELLS = 400
MOST_STEPS = 5_000


@dataclass(frozen=True)
class Regressors:
    """How rows become regressors of either part."""

    coding: Coding
    trend: bool
    middle: float
    season: int | None
    seasons: tuple[int, ...]
    group: str | None
    groups: tuple[str, ...]
    crossed: bool

    @property
    def terms(self) -> list[str]:
        """Names of the columns."""
        names = ["(intercept)", *self.coding.terms, *(["trend"] if self.trend else [])]
        names += [f"season={s}" for s in self.seasons[1:]]
        if self.crossed:
            names += [f"season={s}, {self.group}={g}" for g in self.groups for s in self.seasons[1:]]
        return names

    def matrix(self, fixed: Floats, group: Ints, step: Ints, time: Ints, *, trend: bool) -> Floats:
        """Return rows x terms; `fixed` are the coded covariates, `group` numbers (-1: none known)."""
        parts: list[Floats] = [np.ones((len(step), 1)), fixed]
        if self.trend:
            parts.append(np.asarray((step - self.middle) * trend, dtype=np.float64)[:, None])
        if self.season is not None:
            month = time % self.season
            one: Floats = (month[:, None] == np.array(self.seasons[1:], dtype=np.int64)).astype(np.float64)
            parts.append(one)
            if self.crossed:
                # seasons around the group's own level, which is shrunk apart from them
                around = one - 1.0 / len(self.seasons)
                parts += [around * (group == g)[:, None] for g in range(len(self.groups))]
        return np.column_stack(parts)


@dataclass(frozen=True)
class IncomeModel:
    """A fitted two-part model.

    Attributes
    ----------
    coefficients : DataFrame
        part ("any", "amount"), term, estimate, se (clustered by unit). Part "any" is a logit of having any
        amount; part "amount" is on the bent scale.
    components : Components
        Variances of the unit's lasting, lingering (AR(1), rho a step) and passing part, bent scale.
    group_variance, common_variance : float
        Between groups; of a period common to all.
    group_effects : Series
        By group, shrunk; empty without groups.
    scale : Scale
    rows, units : int
    findings : tuple of str
        What a reader must know, in words (the language in use when fitted).
    """

    coefficients: pd.DataFrame
    components: Components
    group_variance: float
    common_variance: float
    group_effects: pd.Series
    scale: Scale
    rows: int
    units: int
    findings: tuple[str, ...]
    regressors: Regressors
    any_fit: Fit
    amount_fit: Fit
    usual_share: float
    long: Long
    amount: Floats
    group_code: Ints
    standing: Standing
    spread: UnitSpread
    period_level: Floats
    moving: dict[str, Rule]
    columns: tuple[str, str, str]

    def on(self, frame: pd.DataFrame) -> IncomeModel:
        """Return the fitted model standing on other histories: new units, or units seen longer.

        Parameters
        ----------
        frame : DataFrame
            Columns and kinds of time as when fitting. Nothing is fitted again.

        Raises
        ------
        DataError
            As when fitting; also for a negative amount where the model has none.
        """
        id, time, amount = self.columns
        names = [column.name for column in self.regressors.coding.columns]
        names += [self.regressors.group] if self.regressors.group else []
        long = read_long(frame, id=id, time=time, columns=[amount, *names], clock=self.long.clock)
        if len(long.step) and int(long.step.min()) < 0:
            raise DataError("some times lie before the first that the model was fitted to", where=time)
        value = _amounts(long.frame[amount])
        if not self.scale.signed and (value < 0).any():
            raise DataError("negative amounts in a model of amounts that never were", where=amount)
        group = _group_codes(self.regressors, long.frame)
        design = _design(self.regressors, long, group)
        rows = np.flatnonzero(np.isfinite(value) & (value != 0))
        residual = self.scale.bend(value[rows]) - design[rows] @ self.amount_fit.beta
        residual = residual - _at(self.group_effects.to_numpy(), group[rows])
        residual = residual - _at(
            self.period_level, np.where(long.step[rows] < len(self.period_level), long.step[rows], -1)
        )
        return _standing_on(self, long, value, rows, residual, group)

    def simulate(
        self, horizon: int, draws: int = 500, seed: int = 0, *, after: object = None, ahead: pd.DataFrame | None = None
    ) -> Simulated:
        """Return possible amounts of every unit in the periods ahead.

        Parameters
        ----------
        horizon : int
            Periods after each unit's last row.
        draws, seed : int
        after : int, str, Period, Timestamp or Month, optional
            Instead the periods after this time, given as the frame's times are, the same for all units; rows
            later than it are not used for the history of a unit.
        ahead : DataFrame, optional
            Covariates in the periods ahead, as far as they are known: columns id, time and covariates. Where
            nothing is given, numbers that have always moved alike (age, its square) move on, and everything
            else stays as in the unit's last row.

        Returns
        -------
        Simulated
            draws : float32 array (draws x units x horizon), ids, times (units x horizon). Coefficients and the
            year common to all are drawn once a draw, so that sums over units have their full spread.
        """
        return simulated(self, horizon, draws, seed, after, ahead)

    def predict(
        self, horizon: int, draws: int = 500, seed: int = 0, *, after: object = None,
        ahead: pd.DataFrame | None = None, quantiles: Sequence[float] = (0.05, 0.5, 0.95), together: bool = False,
    ) -> pd.DataFrame:  # fmt: skip
        """Return mean, chance of any amount and quantiles by unit and period ahead.

        Parameters
        ----------
        horizon, draws, seed, after, ahead
            As for `simulate`; memory stays bounded whatever the number of units.
        quantiles : list of float
        together : bool
            Of the sum over the horizon instead, one row a unit.

        Returns
        -------
        DataFrame
            id, time (of the last period where together; of the kind that came in), step, p_any, mean, and q05,
            q50, q95 or as asked.
        """
        return predicted(self, horizon, draws, seed, after, quantiles, ahead=ahead, together=together)


def income(
    frame: pd.DataFrame,
    *,
    id: str,
    time: str,
    amount: str,
    covariates: Sequence[str] = (),
    group: str | None = None,
    season: int | None = None,
    weight: str | None = None,
    trend: bool = True,
    prior_sd: float = 2.5,
) -> IncomeModel:
    """Fit a two-part model of amounts to a long frame.

    Parameters
    ----------
    frame : DataFrame
        One row a unit and period; gaps, late entry and early exit are allowed, and units with one row.
    id, time, amount : str
        Columns. Times are whole numbers, words ("2016", "2016-03", "2016Q1", "2016-03-31"), periods, dates
        (months) or `Month`. NA amounts are not known; zeros are known; negative amounts are allowed, and
        amounts that are logarithms already.
    covariates : list of str
        Numbers, words, categories or yes and no, missing values allowed; what they are ahead see
        `IncomeModel.simulate`.
    group : str, optional
        Column (village, livelihood, trade): levels shrunk to the whole; seasons of their own.
    season : int, optional
        Length of the season in units of time (12 for months).
    weight : str, optional
        Column: how much each row counts in both regressions (survey weights); variances of the parts and ranges
        are those of the units as they are.
    trend : bool
        Whether amounts move along a straight line on the bent scale; taken only with four periods or more.
    prior_sd : float
        Standard deviation of the weak normal prior on coefficients.

    Returns
    -------
    IncomeModel

    Raises
    ------
    DataError
        If columns are missing, a unit has two rows for one time, or no amount is known.

    Notes
    -----
    Any amount at all: logit of covariates, season, whether there was one in the period before, and the
    unit's share of earlier periods with one, (n_any + 2 p) / (n + 2). How much:
    bent amount = covariates + trend + season + group + unit + AR(1) + passing + period. Bent is log(amount +
    c), asinh(amount / d) where some are negative, or the amount as it is (log wages, say), whichever makes
    the errors likeliest (`povlib.exits.amount_scale`). Least squares; group and period by moments, the
    unit's parts by `povlib.exits.components`. Shocks are drawn from those seen, and as large as the unit's own
    history says, shrunk to everybody's (`povlib.exits.unit_spread`).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> panel = pd.DataFrame({"hh": np.repeat(np.arange(150), 7), "year": np.tile(np.arange(2010, 2017), 150)})
    >>> level = rng.normal(8.0, 0.5, 150)[panel["hh"]]
    >>> panel["wage"] = np.exp(level + 0.05 * (panel["year"] - 2013) + rng.normal(0, 0.2, len(panel)))
    >>> fitted = income(panel, id="hh", time="year", amount="wage")
    >>> bool(0.15 < fitted.components.lasting < 0.35), fitted.predict(2, draws=100).shape
    (True, (300, 8))
    """
    more = [name for name in (group, weight) if name]
    long = read_long(frame, id=id, time=time, columns=[amount, *covariates, *more])
    value, count = _amounts(long.frame[amount]), read_weights(long, weight)
    known = np.isfinite(value)
    if not known.any():
        raise DataError("no amount is known", where=amount)
    if int(np.ptp(long.step)) > MOST_STEPS:
        raise DataError("the times span {n} steps", where=time, allowed="up to {most}", n=int(np.ptp(long.step)),
                        most=MOST_STEPS, remedy="count times in longer periods, such as months")  # fmt: skip
    regressors = _regressors(long, known, covariates, group, season, trend)
    group_code = _group_codes(regressors, long.frame)
    design = _design(regressors, long, group_code)
    any_fit, usual, said = _any_part(long, value, design, prior_sd, count)
    return _amount_part(
        long, value, design, regressors, group_code, prior_sd, (id, time, amount), any_fit, usual, said, count
    )


def _group_codes(regressors: Regressors, frame: pd.DataFrame) -> Ints:
    if regressors.group is None:
        return np.full(len(frame), -1, dtype=np.int64)
    names = pd.Index(words(frame[regressors.group]))
    return np.asarray(pd.Index(regressors.groups).get_indexer(names), dtype=np.int64)


def _design(regressors: Regressors, long: Long, group: Ints) -> Floats:
    fixed = regressors.coding.matrix(long.frame)
    return regressors.matrix(fixed, group, long.step, long.clock.times(long.step), trend=True)


def _at(levels: Floats, code: Ints) -> Floats:
    """Return levels by code; 0 for code -1."""
    return np.asarray(np.where(code >= 0, np.r_[levels, 0.0][code], 0.0))


def _amounts(values: pd.Series) -> Floats:
    number = pd.to_numeric(values, errors="coerce").astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(number), number, np.nan)


def _regressors(
    long: Long, known: Bools, covariates: Sequence[str], group: str | None, season: int | None, trend: bool
) -> Regressors:
    seen = long.frame.loc[known].reset_index(drop=True)
    times = long.clock.times(long.step[known])
    seasons = () if season is None else tuple(sorted(set((times % season).tolist())))
    groups: tuple[str, ...] = () if group is None else tuple(sorted(set(words(seen[group]))))
    crossed = len(groups) > 1 and 0 < len(groups) * (len(seasons) - 1) <= MOST_CELLS
    steps = long.step[known]
    return Regressors(
        coding(seen, covariates), trend and len(np.unique(steps)) >= 4, float(steps.mean()), season, seasons,
        group, groups, crossed,
    )  # fmt: skip


def past(long_opens: Bools, follows: Bools, value: Floats, usual: float) -> Floats:
    """Return by row what a unit's past says: any amount before (0: none or not known), known, log odds of its share."""
    known = np.isfinite(value)
    some = known & (value != 0)
    before = np.r_[False, some[:-1]] & follows
    seen = np.r_[False, known[:-1]] & follows
    number = np.arange(len(value))
    first = np.maximum.accumulate(np.where(long_opens, number, 0)) if len(number) else number
    count, total = np.cumsum(known) - known, np.cumsum(some) - some
    share = (total - total[first] + 2.0 * usual) / (count - count[first] + 2.0)
    return np.column_stack([before, seen, log_odds(share)]).astype(np.float64)


def log_odds(share: Floats) -> Floats:
    """Return log(share / (1 - share)), shares kept .001 from 0 and 1."""
    inside = np.clip(share, 0.001, 0.999)
    return np.asarray(np.log(inside / (1 - inside)))


def _any_part(
    long: Long, value: Floats, design: Floats, prior_sd: float, count: Floats | None
) -> tuple[Fit, float, list[str]]:
    known = np.isfinite(value)
    some = (value[known] != 0).astype(np.float64)
    usual = float((some.sum() + 0.5) / (len(some) + 1.0))
    full = np.column_stack([design, past(long.opens, long.follows, value, usual)])[known]
    if 0 < some.sum() < len(some):
        precision = np.full(full.shape[1], prior_sd**-2)
        precision[0] = 0.01
        weight = None if count is None else count[known]
        return fit_binary("logit", full, some, precision, long.unit[known], weight), usual, []
    beta = np.zeros(full.shape[1])
    beta[0] = float(log_odds(np.array([usual]))[0])
    said = [] if some.all() else [text("every known amount is zero: no amount is expected")]
    nothing = np.zeros((len(beta), len(beta)))
    return Fit(beta, nothing, nothing), usual, said


def _amount_part(
    long: Long, value: Floats, design: Floats, regressors: Regressors, group: Ints, prior_sd: float,
    columns: tuple[str, str, str], any_fit: Fit, usual: float, said: list[str],
    count: Floats | None,
) -> IncomeModel:  # fmt: skip
    rows = np.flatnonzero(np.isfinite(value) & (value != 0))
    scale = choose_scale(value[rows], design[rows], long.unit[rows])
    bent = scale.bend(value[rows])
    fit = _least_squares(design[rows], bent, prior_sd, long.unit[rows], None if count is None else count[rows])
    residual = bent - design[rows] @ fit.beta if len(rows) else np.zeros(0)
    effects, between = _group_effects(residual, group[rows], long.unit[rows], len(regressors.groups))
    residual = residual - _at(effects, group[rows])
    shared, common = _periods(residual, long.step[rows])
    residual = residual - shared[long.step[rows]] if len(rows) else residual
    parts = components(long.unit[rows], long.step[rows], residual)
    if not parts.told_apart:
        said = [*said, text("too few units have two periods to tell lasting from passing income; taken half and half")]
    _, news = standing(parts, len(long.units), long.unit[rows], long.step[rows], residual, long.step[long.closes])
    model = IncomeModel(
        coefficients=_coefficients(regressors, any_fit, fit), components=parts, group_variance=between,
        common_variance=common, group_effects=pd.Series(effects, index=pd.Index(regressors.groups), dtype="float64"),
        scale=scale, rows=int(np.isfinite(value).sum()), units=len(long.units), findings=tuple(said),
        regressors=regressors, any_fit=any_fit, amount_fit=fit, usual_share=usual, long=long, amount=np.zeros((0, 2)),
        group_code=group, standing=Standing(*(np.zeros(0),) * 5), period_level=shared,
        spread=unit_spread(long.unit[rows], news, len(long.units)),
        moving=rules_of(long, [column.name for column in regressors.coding.columns]), columns=columns,
    )  # fmt: skip
    return _standing_on(model, long, value, rows, residual, group)


def _standing_on(
    model: IncomeModel, long: Long, value: Floats, rows: Ints, residual: Floats, group: Ints
) -> IncomeModel:
    """Return the model with every unit standing where its history leaves it."""
    where = (model.components, len(long.units), long.unit[rows], long.step[rows], residual, long.step[long.closes])
    own = model.spread.of(long.unit[rows], standing(*where)[1], len(long.units))
    history = np.full(len(value), np.nan)
    history[rows] = residual
    return replace(
        model, long=long, amount=np.column_stack([value, history]), group_code=group,
        spread=replace(model.spread, own=own), standing=standing(*where, own)[0],
    )  # fmt: skip


def _least_squares(design: Floats, y: Floats, prior_sd: float, unit: Ints, weight: Floats | None) -> Fit:
    """Fit by least squares with a weak prior on all but the intercept, errors clustered by unit."""
    width = design.shape[1]
    if not len(y):
        return Fit(np.zeros(width), np.zeros((width, width)), np.zeros((width, width)))
    penalty = np.full(width, 1.0 / prior_sd**2) * max(float(y.var()), 1e-6)
    penalty[0] = 0.0
    w = np.ones(len(y)) if weight is None else weight
    inverse = np.asarray(np.linalg.pinv((design * w[:, None]).T @ design + np.diag(penalty)), dtype=np.float64)
    beta = inverse @ (design.T @ (w * y))
    score = design * (w * (y - design @ beta))[:, None]
    codes = np.unique(unit, return_inverse=True)[1]
    sums = np.column_stack([np.bincount(codes, weights=column) for column in score.T])
    count = len(sums)
    clustered = inverse @ (count / max(count - 1, 1) * sums.T @ sums) @ inverse
    return Fit(beta, inverse * float(((y - design @ beta) ** 2).mean()), np.asarray(clustered))


def _group_effects(residual: Floats, group: Ints, unit: Ints, count: int) -> tuple[Floats, float]:
    """Return group levels shrunk by moments of unit means, and the variance between groups."""
    effects = np.zeros(count)
    ok = group >= 0
    if count < 2 or not ok.any():
        return effects, 0.0
    means = pd.DataFrame({"g": group[ok], "u": unit[ok], "r": residual[ok]}).groupby(["g", "u"])["r"].mean()
    by = means.groupby("g").agg(["mean", "var", "size"])
    several = by[by["size"] >= 2]
    if len(several) < 2:
        return effects, 0.0
    within = float(np.average(several["var"], weights=several["size"] - 1))
    noise = within / by["size"]
    between = max(float(by["mean"].var(ddof=1) - noise.mean()), 0.0)
    shrunk = by["mean"] * between / (between + noise) if between > 0 else by["mean"] * 0.0
    effects[shrunk.index.to_numpy(dtype=np.int64)] = shrunk.to_numpy(dtype=np.float64)
    return effects, between


def _periods(residual: Floats, step: Ints) -> tuple[Floats, float]:
    """Return the level of each period that all units share, shrunk by moments, and its variance."""
    if not len(step):
        return np.zeros(1), 0.0
    count = np.bincount(step)
    mean = np.bincount(step, weights=residual) / np.maximum(count, 1)
    seen = count > 0
    noise = float(residual.var()) / np.maximum(count, 1)
    if seen.sum() < 3:
        return np.zeros(len(count)), 0.0
    variance = max(float(np.average(mean[seen] ** 2 - noise[seen])), 0.0)
    share = variance / (variance + noise) if variance > 0 else np.zeros(len(count))
    return np.where(seen, share * mean, 0.0), variance


def _coefficients(regressors: Regressors, any_fit: Fit, fit: Fit) -> pd.DataFrame:
    names = regressors.terms
    more = ["any before", "before known", "log odds of share before"]
    tables = []
    for part, terms, one in (("any", [*names, *more], any_fit), ("amount", names, fit)):
        back = _unscaled(regressors, len(terms))
        se = np.sqrt(np.maximum(np.diag(back @ one.clustered @ back.T), 0.0))
        tables.append(pd.DataFrame({"part": part, "term": terms, "estimate": back @ one.beta, "se": se}))
    return pd.concat(tables, ignore_index=True)


def _unscaled(regressors: Regressors, width: int) -> Floats:
    """Return the matrix that takes coefficients of scaled numbers to those of the numbers as they are."""
    back = np.eye(width)
    at = 1
    for column in regressors.coding.columns:
        if not column.levels:
            back[at, at] = 1.0 / column.scale
            back[0, at] = -column.centre / column.scale
        at += len(column.terms)
    return back
