"""Incomes of any long frame: is there one, and how much; its permanent, persistent and transitory components.

Responsible for fitting a two-part model to any panel of amounts. Not responsible for looking ahead
(`povlib.panels.income_model`) nor for the projection of packages, whose forecast is of the sum over one window
(`povlib.exits.forecasting.income_forecast`). Sources: Cragg (1971) for the two parts; Meghir and Pistaferri (2004) for
persistent and transitory income.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.binary_regression import Fit
from povlib.errors import DataError
from povlib.panels.amount_scale import choose_scale
from povlib.panels.future_covariates import move_rules
from povlib.panels.income_design import AmountRegressors, choose_regressors, design_matrix, group_codes, read_amounts
from povlib.panels.income_fit import coefficient_table, fit_any_amount, group_levels, least_squares, period_levels
from povlib.panels.income_model import IncomeModel, level_by_code, standing_on_history
from povlib.panels.long_frame import LongFrame, covariate_names, read_long, read_weights
from povlib.panels.unit_spread import unit_spread
from povlib.panels.variance_components import UnitStanding, filter_standing, fit_components
from povlib.words import text

# Steps that times may span: 400 years of months. More are days or seconds counted.
MOST_STEPS = 5_000


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
    value, count = read_amounts(long.frame[amount]), read_weights(long, weight)
    known = np.isfinite(value)
    if not known.any():
        raise DataError("no amount is known", where=amount)
    if int(np.ptp(long.step)) > MOST_STEPS:
        raise DataError("the times span {n} steps", where=time, allowed="up to {most}", n=int(np.ptp(long.step)),
                        most=MOST_STEPS, remedy="count times in longer periods, such as months")  # fmt: skip
    regressors = choose_regressors(long, known, covariates, group, season, trend)
    group_code = group_codes(regressors, long.frame)
    design = design_matrix(regressors, long, group_code)
    any_fit, usual, said = fit_any_amount(long, value, design, prior_sd, count)
    return _fit_amounts(
        long, value, design, regressors, group_code, prior_sd, (id, time, amount), any_fit, usual, said, count
    )


def _fit_amounts(
    long: LongFrame, value: Floats, design: Floats, regressors: AmountRegressors, group: Ints, prior_sd: float,
    columns: tuple[str, str, str], any_fit: Fit, usual: float, said: list[str],
    count: Floats | None,
) -> IncomeModel:  # fmt: skip
    rows = np.flatnonzero(np.isfinite(value) & (value != 0))
    scale = choose_scale(value[rows], design[rows], long.unit[rows])
    bent = scale.bend(value[rows])
    fit = least_squares(design[rows], bent, prior_sd, long.unit[rows], None if count is None else count[rows])
    residual = bent - design[rows] @ fit.beta if len(rows) else np.zeros(0)
    effects, between = group_levels(residual, group[rows], long.unit[rows], len(regressors.groups))
    residual = residual - level_by_code(effects, group[rows])
    shared, common = period_levels(residual, long.step[rows])
    residual = residual - shared[long.step[rows]] if len(rows) else residual
    parts = fit_components(long.unit[rows], long.step[rows], residual)
    if not parts.told_apart:
        said = [*said, text("too few units have two periods to tell lasting from passing income; taken half and half")]
    _, news = filter_standing(
        parts, len(long.units), long.unit[rows], long.step[rows], residual, long.step[long.closes]
    )
    model = IncomeModel(
        coefficients=coefficient_table(regressors, any_fit, fit), components=parts, group_variance=between,
        common_variance=common, group_effects=pd.Series(effects, index=pd.Index(regressors.groups), dtype="float64"),
        scale=scale, rows=int(np.isfinite(value).sum()), units=len(long.units), findings=tuple(said),
        regressors=regressors, any_fit=any_fit, amount_fit=fit, usual_share=usual, long=long, amount=np.zeros((0, 2)),
        group_code=group, standing=UnitStanding(*(np.zeros(0),) * 5), period_level=shared,
        spread=unit_spread(long.unit[rows], news, len(long.units)),
        moving=move_rules(long, [column.name for column in regressors.coding.columns]), columns=columns,
    )  # fmt: skip
    return standing_on_history(model, long, value, rows, residual, group)
