"""A fitted model of amounts, and the amounts ahead: possible paths of every unit, their means and quantiles.

Responsible for moving a fitted two-part model on from where each unit stands. Not responsible for the
fit (`povlib.panels.incomes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.binary_regression import Fit, chance
from povlib.errors import DataError
from povlib.panels.amount_scale import AmountScale
from povlib.panels.covariate_coding import as_numbers
from povlib.panels.future_covariates import FutureCovariates, MoveRule, read_future_covariates
from povlib.panels.income_design import AmountRegressors, design_matrix, group_codes, log_odds, read_amounts
from povlib.panels.long_frame import LongFrame, check_horizon, read_long
from povlib.panels.simple_forecasts import SimpleForecasts, simple_forecasts
from povlib.panels.unit_spread import UnitSpread
from povlib.panels.unit_standing import UnitStanding, filter_standing
from povlib.panels.variance_components import VarianceComponents
from povlib.words import text

# Units x draws x periods at once: 32 MB of float32 paths, so that memory stays bounded for any number of units.
CHUNK_CELLS = 8_000_000


@dataclass(frozen=True)
class SimulatedAmounts:
    """Possible amounts.

    Attributes
    ----------
    draws : float32 array (draws x units x horizon)
    ids : Index
    times : int array (units x horizon)
        As the frame counts them (periods and dates by their ordinals).
    """

    draws: npt.NDArray[np.float32]
    ids: pd.Index
    times: Ints


@dataclass(frozen=True)
class _StartingPoint:
    """Where every unit stands: row of its covariates, last step, standing, past of having any amount."""

    row: Ints
    step: Ints
    stood: UnitStanding
    before: Floats
    share: Floats
    simple: SimpleForecasts


@dataclass(frozen=True)
class Lean:
    """What a forecast leans on: one of `povlib.panels.simple_forecasts.SIMPLE`, and the share left to the model."""

    on: str = ""
    share: float = 1.0


@dataclass(frozen=True)
class IncomeModel:
    """A fitted two-part model.

    Attributes
    ----------
    coefficients : DataFrame
        part ("any", "amount"), term, estimate, se (clustered by unit). Part "any" is a logit of having any
        amount; part "amount" is on the bent scale.
    components : VarianceComponents
        Variances of the unit's permanent, persistent (AR(1), rho a step) and transitory part, bent scale.
    group_variance, common_variance : float
        Between groups; of a period common to all.
    group_effects : Series
        By group, shrunk; empty without groups.
    scale : AmountScale
    rows, units : int
    findings : tuple of str
        What a reader must know, in words (the language in use when fitted).
    backtest : DataFrame
        What `povlib.panels.income_backtest.back_test` found; printed with the model.
    lean : Lean
        Of forecasts, where a simple one did better in the back-test.
    mean_change : float
        Of amounts a step, over all units.
    """

    coefficients: pd.DataFrame
    components: VarianceComponents
    group_variance: float
    common_variance: float
    group_effects: pd.Series
    scale: AmountScale
    rows: int
    units: int
    findings: tuple[str, ...]
    regressors: AmountRegressors
    any_fit: Fit
    amount_fit: Fit
    usual_share: float
    long: LongFrame
    amount: Floats
    group_code: Ints
    standing: UnitStanding
    spread: UnitSpread
    period_level: Floats
    moving: dict[str, MoveRule]
    columns: tuple[str, str, str]
    backtest: pd.DataFrame = field(default_factory=pd.DataFrame)
    lean: Lean = Lean()
    mean_change: float = 0.0

    def __str__(self) -> str:
        """Return what was fitted to, the back-test and the findings, to be printed."""
        head = text("{rows} amounts of {units} units", rows=self.rows, units=self.units)
        table = self.backtest.to_string(index=False) if len(self.backtest) else text("no back-test was possible")
        return "\n".join([head, table, *self.findings])

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
        value = read_amounts(long.frame[amount])
        if not self.scale.signed and (value < 0).any():
            raise DataError("negative amounts in a model of amounts that never were", where=amount)
        group = group_codes(self.regressors, long.frame)
        design = design_matrix(self.regressors, long, group)
        rows = np.flatnonzero(np.isfinite(value) & (value != 0))
        residual = self.scale.bend(value[rows]) - design[rows] @ self.amount_fit.beta
        residual = residual - level_by_code(self.group_effects.to_numpy(), group[rows])
        residual = residual - level_by_code(
            self.period_level, np.where(long.step[rows] < len(self.period_level), long.step[rows], -1)
        )
        return standing_on_history(self, long, value, rows, residual, group)

    def simulate(
        self, horizon: int, draws: int = 500, seed: int = 0, *, after: object = None, ahead: pd.DataFrame | None = None
    ) -> SimulatedAmounts:
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
        SimulatedAmounts
            draws : float32 array (draws x units x horizon), ids, times (units x horizon). Coefficients and the
            year common to all are drawn once a draw, so that sums over units have their full spread.
        """
        return simulate_amounts(self, horizon, draws, seed, after, ahead)

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
        return predict_amounts(self, horizon, draws, seed, after, quantiles, ahead=ahead, together=together)


def level_by_code(levels: Floats, code: Ints) -> Floats:
    """Return levels by code; 0 for code -1."""
    return np.asarray(np.where(code >= 0, np.r_[levels, 0.0][code], 0.0))


def standing_on_history(
    model: IncomeModel, long: LongFrame, value: Floats, rows: Ints, residual: Floats, group: Ints
) -> IncomeModel:
    """Return the model with every unit standing where its history leaves it."""
    where = (model.components, len(long.units), long.unit[rows], long.step[rows], residual, long.step[long.closes])
    own = model.spread.of(long.unit[rows], filter_standing(*where)[1], len(long.units))
    history = np.full(len(value), np.nan)
    history[rows] = residual
    return replace(
        model, long=long, amount=np.column_stack([value, history]), group_code=group,
        spread=replace(model.spread, own=own), standing=filter_standing(*where, own)[0],
    )  # fmt: skip


def simulate_amounts(
    model: IncomeModel, horizon: int, draws: int, seed: int, after: object, ahead: pd.DataFrame | None
) -> SimulatedAmounts:
    """Return what `IncomeModel.simulate` describes."""
    start = _starting_point(model, horizon, draws, after)
    parts = [
        paths for _, paths in _blocks_of_paths(model, start, horizon, draws, seed, _future_covariates(model, ahead))
    ]
    steps = start.step[:, None] + 1 + np.arange(horizon)
    paths = np.concatenate(parts, axis=1) if parts else np.zeros((draws, 0, horizon), dtype=np.float32)
    return SimulatedAmounts(paths, model.long.units, model.long.clock.times(steps))


def predict_amounts(
    model: IncomeModel, horizon: int, draws: int, seed: int, after: object, quantiles: Sequence[float], *,
    ahead: pd.DataFrame | None, together: bool,
) -> pd.DataFrame:  # fmt: skip
    """Return what `IncomeModel.predict` describes."""
    if not pd.to_numeric(pd.Series(list(quantiles), dtype="object"), errors="coerce").between(0, 1).all():
        raise DataError("quantiles are shares from 0 to 1", where="quantiles")
    start = _starting_point(model, horizon, draws, after)
    id, time, _ = model.columns
    tables = []
    for who, paths in _blocks_of_paths(model, start, horizon, draws, seed, _future_covariates(model, ahead)):
        shown = paths.sum(axis=2, keepdims=True, dtype=np.float64) if together else paths.astype(np.float64)
        steps = np.array([horizon]) if together else np.arange(1, horizon + 1)
        table = pd.DataFrame(
            {
                id: model.long.units[who].repeat(len(steps)),
                time: model.long.clock.shown((start.step[who][:, None] + steps).ravel()),
                "step": np.tile(steps, len(who)),
                "p_any": (shown != 0).mean(axis=0).ravel(),
                "mean": shown.mean(axis=0).ravel(),
            }
        )
        for level, value in zip(quantiles, np.quantile(shown, list(quantiles), axis=0), strict=True):
            table[f"q{100 * level:02.0f}"] = value.ravel()
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _starting_point(model: IncomeModel, horizon: int, draws: int, after: object) -> _StartingPoint:
    check_horizon(horizon, draws)
    long = model.long
    value, residual = model.amount[:, 0], model.amount[:, 1]
    if after is None:
        row, used = np.flatnonzero(long.closes), np.ones(len(value), dtype=bool)
        step, stood = long.step[row], model.standing
    else:
        now = long.clock.step_of(after)
        if now < 0:
            raise DataError("some times lie before the first that the model was fitted to", where="after")
        used = long.step <= now
        latest = np.full(len(long.units), -1)
        np.maximum.at(latest, long.unit[used], np.flatnonzero(used))
        row = np.where(latest >= 0, latest, np.flatnonzero(long.opens))
        step = np.full(len(long.units), now)
        seen = np.flatnonzero(used & np.isfinite(residual))
        stood, _ = filter_standing(
            model.components, len(long.units), long.unit[seen], long.step[seen], residual[seen], step, model.spread.own
        )
    known = used & np.isfinite(value)
    some = known & (value != 0)
    count, total = (np.bincount(long.unit[flag], minlength=len(long.units)) for flag in (known, some))
    share = (total + 2.0 * model.usual_share) / (count + 2.0)
    fresh = known[row] & (long.step[row] == step)
    before = np.where(fresh, some[row].astype(np.float64), np.nan)
    # What changes is what the model was fitted to; where a unit stands is its own history.
    simple = simple_forecasts(long.unit, long.step, value, used, len(long.units))
    return _StartingPoint(row, step, stood, before, share, simple)


def _blocks_of_paths(
    model: IncomeModel, start: _StartingPoint, horizon: int, draws: int, seed: int, given: FutureCovariates | None
) -> Iterator[tuple[Ints, npt.NDArray[np.float32]]]:
    """Yield units and their paths (draws x units x horizon), a block at a time so that memory stays bounded."""
    units = len(start.row)
    size = max(1, CHUNK_CELLS // max(draws * horizon, 1))
    shared = np.random.default_rng([seed, 3])
    betas = _coefficient_draws(model.amount_fit, draws, shared)
    odds = _coefficient_draws(model.any_fit, draws, shared)
    steps = int(start.step.max(initial=0)) + horizon + 2
    common = shared.standard_normal((draws, steps)) * np.sqrt(model.common_variance)
    for block, first in enumerate(range(0, units, size)):
        who = np.arange(first, min(first + size, units))
        rng = np.random.default_rng([seed, 5, block])
        paths = _draw_paths(model, start, who, horizon, betas, odds, common, rng, given)
        yield who, paths if model.lean.share == 1.0 else _leaning_paths(model, start, who, paths)


def _leaning_paths(
    model: IncomeModel, start: _StartingPoint, who: Ints, paths: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return paths whose means are the model's and a simple forecast's, mixed; their relative spread stays."""
    simple = replace(start.simple, change=model.mean_change)
    steps = start.step[:, None] + 1 + np.arange(paths.shape[2])
    said = np.stack([simple.at(model.lean.on, step)[who] for step in steps.T], axis=1)
    mean = paths.mean(axis=0, dtype=np.float64)
    wanted = model.lean.share * mean + (1 - model.lean.share) * np.where(np.isfinite(said), said, mean)
    if model.scale.signed:
        return np.asarray(paths + (wanted - mean), dtype=np.float32)
    return np.asarray(paths * (np.maximum(wanted, 0.0) / np.where(mean > 0, mean, 1.0)), dtype=np.float32)


def _coefficient_draws(fit: Fit, draws: int, rng: np.random.Generator) -> Floats:
    value, vector = np.linalg.eigh(fit.clustered)
    spread = vector * np.sqrt(np.maximum(value, 0.0))
    return np.asarray(fit.beta + rng.standard_normal((draws, len(fit.beta))) @ spread.T)


def _draw_paths(
    model: IncomeModel, start: _StartingPoint, who: Ints, horizon: int, betas: Floats, odds: Floats, common: Floats,
    rng: np.random.Generator, given: FutureCovariates | None,
) -> npt.NDArray[np.float32]:  # fmt: skip
    parts, draws = model.components, len(betas)
    rows = start.row[who]
    now = model.long.frame.iloc[rows].reset_index(drop=True)
    fixed = model.regressors.coding.matrix(now)
    group = model.group_code[rows]
    level = np.where(group >= 0, np.r_[model.group_effects.to_numpy(), 0.0][group], 0.0)
    own = model.spread.own[who]
    permanent, persistent, drift = _draw_components(start.stood, who, draws, rng)
    before = start.before[who]
    state = np.where(np.isnan(before), 0.0, before)[None, :].repeat(draws, axis=0)
    known = (~np.isnan(before)).astype(np.float64)
    share = log_odds(start.share[who])
    out = np.empty((draws, len(who), horizon), dtype=np.float32)
    for ahead in range(1, horizon + 1):
        step = start.step[who] + ahead
        if model.moving or given is not None:
            fixed = model.regressors.coding.matrix(_covariates_at(model, now, rows, step, given))
        design = model.regressors.matrix(fixed, group, step, model.long.clock.times(step), trend=True)
        width = design.shape[1]
        score = odds[:, :width] @ design.T + odds[:, width, None] * state
        score += odds[:, width + 1, None] * (known if ahead == 1 else 1.0) + odds[:, width + 2, None] * share
        state = (rng.random(score.shape) < chance("logit", score)).astype(np.float64)
        permanent = permanent + drift + model.spread.draw(parts.walk, own, draws, rng)
        persistent = parts.rho * persistent
        persistent += model.spread.draw((1 - parts.rho**2) * parts.persistent, own, draws, rng)
        transitory = model.spread.draw(parts.transitory, own, draws, rng)
        bent = betas @ design.T + level + permanent + persistent + transitory + common[:, step]
        out[:, :, ahead - 1] = model.scale.straighten(bent) * state
    return out


def _future_covariates(model: IncomeModel, ahead: pd.DataFrame | None) -> FutureCovariates | None:
    if ahead is None:
        return None
    id, time, _ = model.columns
    names = [column.name for column in model.regressors.coding.columns]
    return read_future_covariates(ahead, model.long, id=id, time=time, names=names)


def _covariates_at(
    model: IncomeModel, now: pd.DataFrame, rows: Ints, step: Ints, given: FutureCovariates | None
) -> pd.DataFrame:
    """Return the covariates of rows as they are at later steps."""
    later = step - model.long.step[rows]
    there = now.assign(**{name: rule.ahead(as_numbers(now[name]), later) for name, rule in model.moving.items()})
    return there if given is None else given.put(there, model.long.unit[rows], step)


def _draw_components(stood: UnitStanding, who: Ints, draws: int, rng: np.random.Generator) -> Floats:
    """Draw each unit's level, persistent part and drift from what its history says (normal)."""
    value, vector = np.linalg.eigh(stood.covariance[who])
    spread = vector * np.sqrt(np.maximum(value, 0.0))[:, None, :]
    drawn = stood.mean[who] + np.einsum("uij,duj->dui", spread, rng.standard_normal((draws, len(who), 3)))
    return np.asarray(np.moveaxis(drawn, 2, 0))
