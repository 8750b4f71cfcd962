"""Rows of a long frame as regressors of its amounts: covariates, trend, season, group, what has been before.

Responsible for both parts' columns. Not responsible for the fit (`povlib.panels.income_fit`) nor for the
model made of it (`povlib.panels.incomes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.panels.covariate_coding import CovariateCoding, as_words, learn_coding
from povlib.panels.long_frame import LongFrame
from povlib.poverty.measurement.frame_columns import finite_column

# Columns of seasons by group at most: a choice; beyond it cells hold few rows and the regression grows large.
MOST_CELLS = 400
LEAST_WITH_SEASON = 4
"""Periods that a trend beside a season asks for: of fewer, the season can say all. A choice."""


@dataclass(frozen=True)
class AmountRegressors:
    """How rows become regressors of either part."""

    coding: CovariateCoding
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


def choose_regressors(
    long: LongFrame, known: Bools, covariates: Sequence[str], group: str | None, season: int | None, trend: bool
) -> AmountRegressors:
    """Return the regressors that the rows with a known amount ask for."""
    seen = long.frame.loc[known].reset_index(drop=True)
    times = long.clock.times(long.step[known])
    seasons = () if season is None else tuple(sorted(set((times % season).tolist())))
    groups: tuple[str, ...] = () if group is None else tuple(sorted(set(as_words(seen[group]))))
    crossed = len(groups) > 1 and 0 < len(groups) * (len(seasons) - 1) <= MOST_CELLS
    steps = long.step[known]
    enough = len(np.unique(steps)) >= (2 if season is None else LEAST_WITH_SEASON)
    return AmountRegressors(
        learn_coding(seen, covariates), trend and enough, float(steps.mean()), season, seasons, group, groups, crossed
    )


def group_codes(regressors: AmountRegressors, frame: pd.DataFrame) -> Ints:
    """Return the number of each row's group; -1 for one not seen when fitting, and without groups."""
    if regressors.group is None:
        return np.full(len(frame), -1, dtype=np.int64)
    names = pd.Index(as_words(frame[regressors.group]))
    return np.asarray(pd.Index(regressors.groups).get_indexer(names), dtype=np.int64)


def design_matrix(regressors: AmountRegressors, long: LongFrame, group: Ints) -> Floats:
    """Return the regressors of the rows of a long frame."""
    fixed = regressors.coding.matrix(long.frame)
    return regressors.matrix(fixed, group, long.step, long.clock.times(long.step), trend=True)


def read_amounts(values: pd.Series) -> Floats:
    """Return amounts as numbers; NaN where not known.

    Raises
    ------
    DataError
        If some are infinite, or text that is no number ("1,234.5" is one).
    """
    return finite_column(pd.DataFrame({values.name: values}), str(values.name))


def past_columns(long_opens: Bools, follows: Bools, value: Floats, usual: float) -> Floats:
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
