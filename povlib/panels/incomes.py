"""Incomes of any long frame: is there one, and how much; what stays, what lingers, what passes.

Responsible for fitting a two-part model to any panel of amounts. Not responsible for looking ahead
(`povlib.panels.income_paths`) nor for the projection of packages, whose forecast is of the sum over one
window (`povlib.exits.forecast`). Sources: Cragg (1971) for the two parts; Meghir and Pistaferri (2004)
for persistent and transitory income.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.binary_regression import Fit
from povlib.errors import DataError
from povlib.panels.amount_scale import Scale, choose_scale
from povlib.panels.future_covariates import Rule, rules_of
from povlib.panels.income_design import Regressors, amounts_of, design_of, group_codes, regressors_of
from povlib.panels.income_fit import any_part, coefficient_table, group_levels, least_squares, period_levels
from povlib.panels.income_paths import Simulated, predicted, simulated
from povlib.panels.long_frame import Long, listed, read_long, read_weights
from povlib.panels.unit_spread import UnitSpread, unit_spread
from povlib.panels.variance_components import Components, Standing, components, standing
from povlib.words import text

MOST_STEPS = 5_000


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
        if not len(long.step):
            raise DataError("the frame has no rows", where=id)
        if int(long.step.min()) < 0:
            raise DataError("some times lie before the first that the model was fitted to", where=time)
        value = amounts_of(long.frame[amount])
        if not self.scale.signed and (value < 0).any():
            raise DataError("negative amounts in a model of amounts that never were", where=amount)
        group = group_codes(self.regressors, long.frame)
        design = design_of(self.regressors, long, group)
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
    >>> bool(0.15 < fitted.components.lasting < 0.35), fitted.predict(2, draws=100).shape
    (True, (300, 8))
    """
    covariates = listed(covariates, but=amount)
    more = [name for name in (group, weight) if name]
    long = read_long(frame, id=id, time=time, columns=[amount, *covariates, *more])
    value, count = amounts_of(long.frame[amount]), read_weights(long, weight)
    known = np.isfinite(value)
    if not known.any():
        raise DataError("no amount is known", where=amount)
    if int(np.ptp(long.step)) > MOST_STEPS:
        raise DataError("the times span {n} steps", where=time, allowed="up to {most}", n=int(np.ptp(long.step)),
                        most=MOST_STEPS, remedy="count times in longer periods, such as months")  # fmt: skip
    regressors = regressors_of(long, known, covariates, group, season, trend)
    group_code = group_codes(regressors, long.frame)
    design = design_of(regressors, long, group_code)
    any_fit, usual, said = any_part(long, value, design, prior_sd, count)
    return _amount_part(
        long, value, design, regressors, group_code, prior_sd, (id, time, amount), any_fit, usual, said, count
    )


def _at(levels: Floats, code: Ints) -> Floats:
    """Return levels by code; 0 for code -1."""
    return np.asarray(np.where(code >= 0, np.r_[levels, 0.0][code], 0.0))


def _amount_part(
    long: Long, value: Floats, design: Floats, regressors: Regressors, group: Ints, prior_sd: float,
    columns: tuple[str, str, str], any_fit: Fit, usual: float, said: list[str],
    count: Floats | None,
) -> IncomeModel:  # fmt: skip
    rows = np.flatnonzero(np.isfinite(value) & (value != 0))
    scale = choose_scale(value[rows], design[rows], long.unit[rows])
    bent = scale.bend(value[rows])
    fit = least_squares(design[rows], bent, prior_sd, long.unit[rows], None if count is None else count[rows])
    residual = bent - design[rows] @ fit.beta if len(rows) else np.zeros(0)
    effects, between = group_levels(residual, group[rows], long.unit[rows], len(regressors.groups))
    residual = residual - _at(effects, group[rows])
    shared, common = period_levels(residual, long.step[rows])
    residual = residual - shared[long.step[rows]] if len(rows) else residual
    parts = components(long.unit[rows], long.step[rows], residual)
    if not parts.told_apart:
        said = [*said, text("too few units have two periods to tell lasting from passing income; taken half and half")]
    _, news = standing(parts, len(long.units), long.unit[rows], long.step[rows], residual, long.step[long.closes])
    model = IncomeModel(
        coefficients=coefficient_table(regressors, any_fit, fit), components=parts, group_variance=between,
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
