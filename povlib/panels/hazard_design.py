"""Rows at risk as the design of a hazard: covariates, duration, season, earlier events, groups, outcomes.

Responsible for what each row says. Not responsible for the fit (`povlib.panels.hazards`) nor for who is at
risk (`povlib.panels.risk_sets`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.errors import DataError
from povlib.panels.covariate_coding import CovariateCoding, as_words
from povlib.panels.long_frame import NO, LongFrame, plain_words, yes_no
from povlib.panels.time_steps import Clock

# Groups with a level of their own: every one is a column. A choice; the smallest beyond it share the level of all.
MOST_GROUPS = 200
# Earlier events counted at most: a choice; a fourth one is taken to say no more than the third.
MOST_EARLIER = 3


@dataclass(frozen=True)
class HazardLayout:
    """How the rows of a hazard become a design: covariates, duration, season, earlier events, groups."""

    coding: CovariateCoding
    clock: Clock
    id: str
    time: str
    event: str
    duration: str | None
    bends: int
    starts: bool
    history: bool
    season: int | None
    seasons: tuple[int, ...]
    group: str | None
    groups: tuple[str, ...]

    @property
    def terms(self) -> list[str]:
        """Names of the columns."""
        names = ["(intercept)", *self.coding.terms]
        names += ["log duration", "log duration squared"][: self.bends]
        names += ["start not seen"] * self.starts + ["earlier events"] * self.history
        names += [f"season={s}" for s in self.seasons[1:]]
        return names + [f"{self.group}={name}" for name in self.groups]

    def fixed(self, frame: pd.DataFrame, unseen: Floats, earlier: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the columns before and after those that move with time: (intercept, covariates), middle, groups."""
        head = np.column_stack([np.ones(len(frame)), self.coding.matrix(frame)])
        middle = [unseen] * self.starts + [np.minimum(earlier, MOST_EARLIER)] * self.history
        body = np.column_stack(middle) if middle else np.zeros((len(frame), 0))
        if self.group is None:
            return head, body, np.zeros((len(frame), 0))
        at = pd.Index(self.groups).get_indexer(pd.Index(as_words(frame[self.group])))
        tail = np.zeros((len(frame), len(self.groups)))
        tail[np.flatnonzero(at >= 0), at[at >= 0]] = 1.0
        return head, body, tail

    def moving(self, duration: Floats, step: Ints) -> tuple[Floats, Floats]:
        """Return the columns of duration and of season."""
        log = np.log(np.maximum(duration, 1.0))
        bent = np.column_stack([log, log**2])[:, : self.bends]
        if self.season is None:
            return bent, np.zeros((len(log), 0))
        month = self.clock.times(step) % self.season
        return bent, np.column_stack([(month == s).astype(np.float64) for s in self.seasons[1:]])


def outcome_codes(values: pd.Series, name: str) -> tuple[Ints, tuple[str, ...]]:
    """Return -1 not known, 0 nothing, 1 ... the ways out; and their names."""
    if pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        number = values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
        good = ~np.isnan(number)
        if not np.isin(number[good], (0.0, 1.0)).all():
            raise DataError("{column} holds values that are neither 0 nor 1", column=name)
        return np.where(good, number, -1).astype(np.int64), (name,)
    plain = yes_no(values)
    if plain is not None:
        return np.where(np.isfinite(plain), plain, -1).astype(np.int64), (name,)
    ways = values.astype("object")
    none = plain_words(values).isin(NO)
    causes = tuple(sorted({str(word) for word in ways[ways.notna() & ~none]}))
    at = pd.Index(causes).get_indexer(pd.Index(ways.astype("str"))) + 1
    return np.where(ways.isna(), -1, np.where(none, 0, at)).astype(np.int64), causes or (name,)


def duration_history(long: LongFrame, outcome: Ints, column: str | None) -> tuple[Floats, Floats, Floats]:
    """Return periods in the state, whether its start was not seen, and earlier events, by row."""
    happened = np.r_[False, outcome[:-1] > 0] & ~long.opens
    starts = ~long.follows | happened
    number = np.arange(len(outcome))
    begun = np.maximum.accumulate(np.where(starts, number, 0)) if len(number) else number
    unseen = (~happened)[begun].astype(np.float64)
    total: Ints = np.cumsum(outcome > 0) - (outcome > 0)
    first = np.maximum.accumulate(np.where(long.opens, number, 0)) if len(number) else number
    earlier: Floats = (total - total[first]).astype(np.float64)
    if column is None:
        return (number - begun + 1).astype(np.float64), unseen, earlier
    given = long.frame[column].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    usual = float(np.nanmedian(given)) if np.isfinite(given).any() else 1.0
    return np.where(np.isfinite(given), given, usual), (~np.isfinite(given)).astype(np.float64), earlier


def duration_terms(passed: Floats) -> int:
    """Return how many terms the curve of duration has: none, its logarithm, the square beside it."""
    distinct = len(np.unique(np.maximum(passed, 1.0)))
    return 0 if distinct < 2 else 1 if distinct < 4 else 2


def seasons_seen(long: LongFrame, season: int | None) -> tuple[int, ...]:
    """Return the seasons seen."""
    return () if season is None else tuple(sorted(set((long.clock.times(long.step) % season).tolist())))


def largest_groups(frame: pd.DataFrame, group: str | None) -> tuple[str, ...]:
    """Return the groups with a level of their own: the largest, none if there is only one."""
    if group is None:
        return ()
    count = as_words(frame[group]).value_counts()
    largest = sorted(count.index, key=lambda word: (-int(count[word]), word))[:MOST_GROUPS]
    return tuple(sorted(largest)) if len(largest) > 1 else ()
