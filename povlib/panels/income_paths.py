"""Amounts ahead: possible paths of every unit, their means and quantiles.

Responsible for moving a fitted two-part model on from where each unit stands. Not responsible for the
fit (`povlib.panels.incomes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.binary_regression import Fit, chance
from povlib.errors import DataError
from povlib.panels.covariate_coding import numbers
from povlib.panels.future_covariates import Given, given_ahead
from povlib.panels.income_design import log_odds
from povlib.panels.long_frame import check_horizon
from povlib.panels.variance_components import Standing, standing

if TYPE_CHECKING:
    from povlib.panels.incomes import IncomeModel

CHUNK_CELLS = 8_000_000


@dataclass(frozen=True)
class Simulated:
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
class _From:
    """Where every unit stands: row of its covariates, last step, standing, past of having any amount."""

    row: Ints
    step: Ints
    stood: Standing
    before: Floats
    share: Floats


def simulated(
    model: IncomeModel, horizon: int, draws: int, seed: int, after: object, ahead: pd.DataFrame | None
) -> Simulated:
    """Return what `IncomeModel.simulate` describes."""
    start = _start(model, horizon, draws, after)
    parts = [found for _, found in _blocks(model, start, horizon, draws, seed, _given(model, ahead))]
    steps = start.step[:, None] + 1 + np.arange(horizon)
    paths = np.concatenate(parts, axis=1) if parts else np.zeros((draws, 0, horizon), dtype=np.float32)
    return Simulated(paths, model.long.units, model.long.clock.times(steps))


def predicted(
    model: IncomeModel, horizon: int, draws: int, seed: int, after: object, quantiles: Sequence[float], *,
    ahead: pd.DataFrame | None, together: bool,
) -> pd.DataFrame:  # fmt: skip
    """Return what `IncomeModel.predict` describes."""
    if not pd.to_numeric(pd.Series(list(quantiles), dtype="object"), errors="coerce").between(0, 1).all():
        raise DataError("quantiles are shares from 0 to 1", where="quantiles")
    start = _start(model, horizon, draws, after)
    id, time, _ = model.columns
    tables = []
    for who, paths in _blocks(model, start, horizon, draws, seed, _given(model, ahead)):
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


def _start(model: IncomeModel, horizon: int, draws: int, after: object) -> _From:
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
        stood, _ = standing(model.components, len(long.units), long.unit[seen], long.step[seen], residual[seen], step,
                            model.spread.own)  # fmt: skip
    known = used & np.isfinite(value)
    some = known & (value != 0)
    count, total = (np.bincount(long.unit[flag], minlength=len(long.units)) for flag in (known, some))
    share = (total + 2.0 * model.usual_share) / (count + 2.0)
    fresh = known[row] & (long.step[row] == step)
    before = np.where(fresh, some[row].astype(np.float64), np.nan)
    return _From(row, step, stood, before, share)


def _blocks(
    model: IncomeModel, start: _From, horizon: int, draws: int, seed: int, given: Given | None
) -> Iterator[tuple[Ints, npt.NDArray[np.float32]]]:
    """Yield units and their paths (draws x units x horizon), a block at a time so that memory stays bounded."""
    units = len(start.row)
    size = max(1, CHUNK_CELLS // max(draws * horizon, 1))
    shared = np.random.default_rng([seed, 3])
    betas = _drawn(model.amount_fit, draws, shared)
    odds = _drawn(model.any_fit, draws, shared)
    steps = int(start.step.max(initial=0)) + horizon + 2
    common = shared.standard_normal((draws, steps)) * np.sqrt(model.common_variance)
    for block, first in enumerate(range(0, units, size)):
        who = np.arange(first, min(first + size, units))
        rng = np.random.default_rng([seed, 5, block])
        yield who, _paths(model, start, who, horizon, betas, odds, common, rng, given)


def _drawn(fit: Fit, draws: int, rng: np.random.Generator) -> Floats:
    value, vector = np.linalg.eigh(fit.clustered)
    spread = vector * np.sqrt(np.maximum(value, 0.0))
    return np.asarray(fit.beta + rng.standard_normal((draws, len(fit.beta))) @ spread.T)


def _paths(
    model: IncomeModel, start: _From, who: Ints, horizon: int, betas: Floats, odds: Floats, common: Floats,
    rng: np.random.Generator, given: Given | None,
) -> npt.NDArray[np.float32]:  # fmt: skip
    parts, draws = model.components, len(betas)
    rows = start.row[who]
    now = model.long.frame.iloc[rows].reset_index(drop=True)
    fixed = model.regressors.coding.matrix(now)
    group = model.group_code[rows]
    level = np.where(group >= 0, np.r_[model.group_effects.to_numpy(), 0.0][group], 0.0)
    own = model.spread.own[who]
    lasting, lingering = _parts_now(start.stood, who, draws, rng)
    before = start.before[who]
    state = np.where(np.isnan(before), 0.0, before)[None, :].repeat(draws, axis=0)
    known = (~np.isnan(before)).astype(np.float64)
    share = log_odds(start.share[who])
    out = np.empty((draws, len(who), horizon), dtype=np.float32)
    for ahead in range(1, horizon + 1):
        step = start.step[who] + ahead
        if model.moving or given is not None:
            fixed = model.regressors.coding.matrix(_moved(model, now, rows, step, given))
        design = model.regressors.matrix(fixed, group, step, model.long.clock.times(step), trend=True)
        width = design.shape[1]
        score = odds[:, :width] @ design.T + odds[:, width, None] * state
        score += odds[:, width + 1, None] * (known if ahead == 1 else 1.0) + odds[:, width + 2, None] * share
        state = (rng.random(score.shape) < chance("logit", score)).astype(np.float64)
        lingering = parts.rho * lingering
        lingering += (
            np.sqrt((1 - parts.rho**2) * parts.lingering) * own * _shock(model.spread.shocks, lingering.shape, rng)
        )
        passing = np.sqrt(parts.passing) * own * _shock(model.spread.shocks, lingering.shape, rng)
        bent = betas @ design.T + level + lasting + lingering + passing + common[:, step]
        out[:, :, ahead - 1] = model.scale.straighten(bent) * state
    return out


def _given(model: IncomeModel, ahead: pd.DataFrame | None) -> Given | None:
    if ahead is None:
        return None
    id, time, _ = model.columns
    names = [column.name for column in model.regressors.coding.columns]
    return given_ahead(ahead, model.long, id=id, time=time, names=names)


def _moved(model: IncomeModel, now: pd.DataFrame, rows: Ints, step: Ints, given: Given | None) -> pd.DataFrame:
    """Return the covariates of rows as they are at later steps."""
    later = step - model.long.step[rows]
    there = now.assign(**{name: rule.ahead(numbers(now[name]), later) for name, rule in model.moving.items()})
    return there if given is None else given.put(there, model.long.unit[rows], step)


def _parts_now(stood: Standing, who: Ints, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw each unit's lasting and lingering part from what its history says (bivariate normal)."""
    z = rng.standard_normal((2, draws, len(who)))
    sd = np.sqrt(stood.variance[who])
    slope = np.where(stood.variance[who] > 0, stood.covariance[who] / np.maximum(stood.variance[who], 1e-300), 0.0)
    rest = np.maximum(stood.lingering_variance[who] - slope * stood.covariance[who], 0.0)
    lasting = stood.lasting[who] + sd * z[0]
    return lasting, stood.lingering[who] + slope * sd * z[0] + np.sqrt(rest) * z[1]


def _shock(shocks: Floats, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Draw shocks of unit variance from those that were seen, normal where too few were."""
    if not len(shocks):
        return rng.standard_normal(shape)
    return np.asarray(shocks[rng.integers(0, len(shocks), shape)])
