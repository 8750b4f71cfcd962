"""Incomes of any long frame: is there one, and how much; its permanent, persistent and transitory components.

Responsible for fitting a two-part model to any panel of amounts. Not responsible for looking ahead
(`povlib.panels.income_model`) nor for the projection of packages, whose forecast is of the sum over one window
(`povlib.exits.forecasting.income_forecast`). Sources: Cragg (1971) for the two parts; Meghir and Pistaferri (2004) for
persistent and transitory income.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.errors import DataError
from povlib.panels.amount_scale import choose_scale
from povlib.panels.future_covariates import move_rules
from povlib.panels.income_backtest import back_test
from povlib.panels.income_design import AmountRegressors, choose_regressors, design_matrix, group_codes, read_amounts
from povlib.panels.income_fit import (
    coefficient_table,
    fit_any_amount,
    group_levels,
    least_squares,
    period_levels,
    with_common_doubt,
)
from povlib.panels.income_model import IncomeModel, level_by_code, standing_on_history
from povlib.panels.long_frame import LongFrame, covariate_names, read_long, read_weights
from povlib.panels.simple_forecasts import simple_forecasts
from povlib.panels.unit_spread import unit_spread
from povlib.panels.unit_standing import UnitStanding, filter_standing
from povlib.panels.variance_components import VarianceComponents, fit_components
from povlib.words import text

# Steps that times may span: 400 years of months. More are days or seconds counted.
MOST_STEPS = 5_000
# With three periods a trend leaves one of their levels to tell what all units share; with four, two. A choice.
FEW_PERIODS = 4
_FEW_PERIODS_SAID = (
    "with {n} periods a trend is hard to tell from what moved all units in one of them: ranges of sums over many units "
    "are too narrow"
)


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
        Whether amounts move along a straight line on the bent scale (two periods or more; four beside a season).
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
    bent amount = covariates + trend + season + group + unit + AR(1) + transitory + period. Bent is log(amount +
    c), asinh(amount / d) where some are negative, or the amount as it is (log wages, say), whichever makes
    the errors likeliest (`povlib.panels.amount_scale`). Least squares; group and period by moments, the
    unit's parts by `povlib.panels.variance_components`. Shocks are drawn from those seen, as large as the unit's own
    history says, shrunk to everybody's (`povlib.panels.unit_spread`).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> panel = pd.DataFrame({"hh": np.repeat(np.arange(150), 7), "year": np.tile(np.arange(2010, 2017), 150)})
    >>> level = rng.normal(8.0, 0.5, 150)[panel["hh"]]
    >>> panel["wage"] = np.exp(level + 0.05 * (panel["year"] - 2013) + rng.normal(0, 0.2, len(panel)))
    >>> fitted = income(panel, id="hh", time="year", amount="wage")
    >>> bool(0.15 < fitted.components.permanent < 0.35), fitted.predict(2, draws=100).shape
    (True, (300, 8))
    """
    covariates = covariate_names(covariates, explained=amount)
    more = [name for name in (group, weight) if name]
    long = read_long(frame, id=id, time=time, columns=[amount, *covariates, *more])
    if not np.isfinite(read_amounts(long.frame[amount])).any():
        raise DataError("no amount is known", where=amount)
    if int(np.ptp(long.step)) > MOST_STEPS:
        raise DataError("the times span {n} steps", where=time, allowed="up to {most}", n=int(np.ptp(long.step)),
                        most=MOST_STEPS, remedy="count times in longer periods, such as months")  # fmt: skip
    asked = _Asked(tuple(covariates), group, season, weight, trend, prior_sd, (id, time, amount))
    model = _fitted_model(long, asked)
    table, lean = back_test(long, asked.columns, lambda past: _fitted_model(past, asked, model.components))
    said = [*model.findings]
    if unknown := len(long.frame) - model.rows:
        said.append(text("{n} of {rows} rows have no amount and are not used", n=unknown, rows=len(long.frame)))
    if lean.on:
        did_better = (
            "in the back-test {simple} did better than the model: forecasts lean on it, the model counts {share}"
        )
        said.append(text(did_better, simple=text(lean.on), share=f"{lean.share:.0%}"))
    return replace(model, backtest=table, lean=lean, findings=tuple(said))


@dataclass(frozen=True)
class _Asked:
    """The choices of `income`."""

    covariates: tuple[str, ...]
    group: str | None
    season: int | None
    weight: str | None
    trend: bool
    prior_sd: float
    columns: tuple[str, str, str]


def _fitted_model(long: LongFrame, asked: _Asked, known_parts: VarianceComponents | None = None) -> IncomeModel:
    """Return the fitted model; with two periods its parts are `known_parts`, where given."""
    value, count = read_amounts(long.frame[asked.columns[2]]), read_weights(long, asked.weight)
    known = np.isfinite(value)
    regressors = choose_regressors(long, known, asked.covariates, asked.group, asked.season, asked.trend)
    group = group_codes(regressors, long.frame)
    design = design_matrix(regressors, long, group)
    any_fit, usual, said = fit_any_amount(long, value, design, asked.prior_sd, count)
    rows = np.flatnonzero(known & (value != 0))
    unit, step, weight = long.unit[rows], long.step[rows], None if count is None else count[rows]
    scale = choose_scale(value[rows], design[rows], unit)
    bent = scale.bend(value[rows])
    fit = least_squares(design[rows], bent, asked.prior_sd, unit, weight)
    levels = _levels(bent - design[rows] @ fit.beta, group[rows], unit, step, regressors)
    where = (len(long.units), unit, step)
    parts = fit_components(unit, step, levels.residual)
    borrowed = known_parts if len(np.unique(step)) < 3 else None
    if len(rows):
        # Once more, each row beside what the unit's history let expect: a drift is then told by changes, not by who
        # comes and goes.
        free = bent - level_by_code(levels.groups, group[rows]) - levels.periods[step]
        _, white = filter_standing(
            borrowed or parts, *where, np.column_stack([free, design[rows]]), long.step[long.closes]
        )
        fit = least_squares(white[:, 1:], white[:, 0], asked.prior_sd, unit, weight, noise=1.0)
        levels = _levels(bent - design[rows] @ fit.beta, group[rows], unit, step, regressors)
        parts = borrowed or fit_components(unit, step, levels.residual)
    fit = with_common_doubt(fit, regressors, levels.common, np.unique(step))
    if not parts.told_apart:
        said = [*said, text("too few units have two periods to tell lasting from passing income; taken half and half")]
    if regressors.trend and len(np.unique(step)) < FEW_PERIODS:
        said = [*said, text(_FEW_PERIODS_SAID, n=len(np.unique(step)))]
    _, news = filter_standing(parts, *where, levels.residual, long.step[long.closes])
    everything = np.ones(len(value), dtype=bool)
    model = IncomeModel(
        coefficients=coefficient_table(regressors, any_fit, fit), components=parts, group_variance=levels.between,
        common_variance=levels.common,
        group_effects=pd.Series(levels.groups, index=pd.Index(regressors.groups), dtype="float64"),
        scale=scale, rows=int(known.sum()), units=len(long.units), findings=tuple(said),
        regressors=regressors, any_fit=any_fit, amount_fit=fit, usual_share=usual, long=long, amount=np.zeros((0, 2)),
        group_code=group, standing=UnitStanding(np.zeros((0, 3)), np.zeros((0, 3, 3))), period_level=levels.periods,
        spread=unit_spread(unit, news, len(long.units)),
        moving=move_rules(long, [column.name for column in regressors.coding.columns]), columns=asked.columns,
        mean_change=simple_forecasts(long.unit, long.step, value, everything, len(long.units)).change,
    )  # fmt: skip
    return standing_on_history(model, long, value, rows, levels.residual, group)


@dataclass(frozen=True)
class _Levels:
    """Levels of groups and periods, their variances, and what they leave."""

    groups: Floats
    between: float
    periods: Floats
    common: float
    residual: Floats


def _levels(residual: Floats, group: Ints, unit: Ints, step: Ints, regressors: AmountRegressors) -> _Levels:
    groups, between = group_levels(residual, group, unit, len(regressors.groups))
    residual = residual - level_by_code(groups, group)
    fitted = 1 + regressors.trend + max(len(regressors.seasons) - 1, 0)
    periods, common = period_levels(residual, unit, step, fitted)
    return _Levels(groups, between, periods, common, residual - periods[step] if len(step) else residual)
