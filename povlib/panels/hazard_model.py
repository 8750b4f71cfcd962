"""A fitted hazard and what it says of the periods ahead: chances by step, with their range.

Responsible for moving duration and season on while covariates stay, and for the range that the
coefficients' uncertainty leaves. Not responsible for the fit (`povlib.panels.hazards`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.binary_regression import Fit, chance
from povlib.panels.duration_levels import DurationLevels
from povlib.panels.hazard_design import HazardLayout, duration_history, outcome_codes
from povlib.panels.long_frame import LongFrame, check_horizon, read_long

# Rows x draws x periods at once: 32 MB of float64, so that memory stays bounded for any number of units.
CHUNK_CELLS = 4_000_000
_RANGE = (0.025, 0.975)


@dataclass(frozen=True)
class Hazard:
    """A fitted hazard.

    Attributes
    ----------
    coefficients : DataFrame
        cause, term, estimate, se, se_cluster (by unit), low, high (95 %, clustered); numbers in units of the
        covariate.
    causes : tuple of str
        Ways out; one for a column of 0 and 1.
    rows, events : int
        Rows at risk with a known outcome, and events among them.
    group_sd : dict
        By cause: standard deviation between groups, on the scale of the link.
    findings : tuple of str
        What a reader must know, in words (the language in use when fitted).
    """

    coefficients: pd.DataFrame
    causes: tuple[str, ...]
    rows: int
    events: int
    group_sd: dict[str, float]
    findings: tuple[str, ...]
    link: str
    layout: HazardLayout
    fits: tuple[Fit, ...]
    levels: tuple[DurationLevels, ...]

    def predict(
        self, frame: pd.DataFrame, horizon: int = 1, *, ahead: bool = False, draws: int = 200, seed: int = 0
    ) -> pd.DataFrame:
        """Return the chance that the event happens within 1 to `horizon` periods.

        Parameters
        ----------
        frame : DataFrame
            Columns as when fitting (``event`` may be missing). Each row is a unit that is at risk in that
            row's period.
        horizon : int
            Periods, the row's own the first; covariates stay as they are, duration and season move on.
        ahead : bool
            Instead begin with the period after each unit's last row; units whose event happened there are
            left out.
        draws, seed : int
            Of the coefficients, for the range.

        Returns
        -------
        DataFrame
            id, time (of the period), step (1 ... horizon), hazard (chance in that period if not before), p (chance by
            its end), low, high (95 % range of p by the uncertainty of the coefficients), and p_<cause> for each
            of several causes; in order of id, row and step.
        """
        return predict_hazard(self, frame, horizon, ahead=ahead, draws=draws, seed=seed)


def predict_hazard(
    model: Hazard, frame: pd.DataFrame, horizon: int, *, ahead: bool, draws: int, seed: int
) -> pd.DataFrame:
    """Return what `Hazard.predict` describes."""
    check_horizon(horizon)
    layout = model.layout
    names = [column.name for column in layout.coding.columns]
    names += [name for name in (layout.duration, layout.group) if name]
    long = read_long(frame, id=layout.id, time=layout.time, columns=names, clock=layout.clock)
    happened = _known_outcomes(long, model)
    passed, unseen, earlier = duration_history(long, happened, layout.duration)
    step = long.step
    rows = np.arange(len(step))
    if ahead:
        rows = np.flatnonzero(long.closes & (happened <= 0))
        passed, step = passed + 1.0, step + 1
    if not len(rows):
        return _empty_prediction(model)
    parts = []
    size = max(1, CHUNK_CELLS // max(draws * horizon, 1))
    for first in range(0, len(rows), size):
        some = rows[first : first + size]
        fixed = layout.fixed(long.frame.iloc[some].reset_index(drop=True), unseen[some], earlier[some])
        parts.append(_predict_rows(model, long, some, fixed, passed[some], step[some], horizon, draws, seed))
    return pd.concat(parts, ignore_index=True)


def _known_outcomes(long: LongFrame, model: Hazard) -> Ints:
    if model.layout.event not in long.frame.columns:
        return np.zeros(len(long.frame), dtype=np.int64)
    return outcome_codes(long.frame[model.layout.event], model.layout.event)[0]


def _predict_rows(
    model: Hazard, long: LongFrame, rows: Ints, fixed: tuple[Floats, Floats, Floats], passed: Floats, step: Ints,
    horizon: int, draws: int, seed: int,
) -> pd.DataFrame:  # fmt: skip
    """Return the chances of some rows: columns of the result for every row and step."""
    head, body, tail = fixed
    betas = _coefficient_draws(model, draws, seed)  # causes x (1 + draws) x terms; the first is the estimate
    noise = np.random.default_rng([seed, 13]).standard_normal(draws)
    alive = np.ones((len(rows), betas.shape[1]))
    by_cause = np.zeros((len(model.causes), len(rows)))
    columns: dict[str, list[Floats]] = {"hazard": [], "p": [], "low": [], "high": []}
    ways: list[Floats] = []
    for ahead in range(horizon):
        bent, seasonal = model.layout.moving(passed + ahead, step + ahead)
        design = np.column_stack([head, bent, body, seasonal, tail])
        beside = [_level_draws(level, passed + ahead, noise) for level in model.levels]
        each = np.stack([chance(model.link, design @ beta.T + more) for beta, more in zip(betas, beside, strict=True)])
        each = each / np.maximum(each.sum(axis=0), 1.0)
        by_cause += each[:, :, 0] * alive[:, 0]
        ways.append(by_cause.copy())
        total = each.sum(axis=0)
        alive = alive * (1.0 - total)
        low, high = np.quantile(1.0 - alive[:, 1:], _RANGE, axis=1) if draws else (1.0 - alive[:, 0],) * 2
        for name, value in zip(columns, (total[:, 0], 1.0 - alive[:, 0], low, high), strict=True):
            columns[name].append(value)
    table = pd.DataFrame(
        {
            model.layout.id: long.units[long.unit[rows]].repeat(horizon),
            model.layout.time: model.layout.clock.shown((step[:, None] + np.arange(horizon)).ravel()),
            "step": np.tile(np.arange(1, horizon + 1), len(rows)),
        }
    )
    for name, values in columns.items():
        table[name] = np.column_stack(values).ravel()
    if len(model.causes) > 1:
        for number, cause in enumerate(model.causes):
            table[f"p_{cause}"] = np.column_stack([way[number] for way in ways]).ravel()
    return table


def _level_draws(levels: DurationLevels, duration: Floats, noise: Floats) -> Floats:
    """Return rows x (1 + draws): the levels of durations, first as estimated."""
    return np.asarray(levels.at(duration)[:, None] + levels.spread(duration)[:, None] * np.r_[0.0, noise])


def _coefficient_draws(model: Hazard, draws: int, seed: int) -> Floats:
    rng = np.random.default_rng([seed, 11])
    coefficients = []
    for fit in model.fits:
        value, vector = np.linalg.eigh(fit.clustered if len(model.layout.groups) == 0 else fit.covariance)
        spread = vector * np.sqrt(np.maximum(value, 0.0))
        drawn = fit.beta + rng.standard_normal((draws, len(fit.beta))) @ spread.T
        coefficients.append(np.vstack([fit.beta, drawn]))
    return np.stack(coefficients)


def _empty_prediction(model: Hazard) -> pd.DataFrame:
    names = ["hazard", "p", "low", "high", *(f"p_{c}" for c in model.causes if len(model.causes) > 1)]
    table = pd.DataFrame({model.layout.id: [], model.layout.time: [], "step": []})
    return table.assign(**{name: pd.Series(dtype="float64") for name in names})
