"""Covariates in the periods ahead: given, moving as a clock does, or as they were.

Responsible for recognising numbers that move by rule (age, years of experience and its square) and for
covariates that are given for periods ahead. Not responsible for how covariates are coded
(`povlib.panels.covariate_coding`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.panels.covariate_coding import as_numbers, is_number
from povlib.panels.long_frame import LongFrame, read_long

LEAST_MOVES = 20
"""Moves that must agree before a number counts as moving by rule."""


@dataclass(frozen=True)
class MoveRule:
    """How a number moves: by `turn` more each step than the step before; `seen` and `moves` say how fast where.

    `turn` is 0 for age; for its square the next move depends on the level: `moves` at levels `seen`.
    """

    turn: float
    seen: Floats
    moves: Floats

    def ahead(self, value: Floats, steps: Ints) -> Floats:
        """Return the number so many steps later."""
        move = np.interp(value, self.seen, self.moves)
        return np.asarray(value + move * steps + self.turn * steps * (steps - 1) / 2)


def move_rules(long: LongFrame, names: Iterable[str]) -> dict[str, MoveRule]:
    """Return the covariates that move by rule: every step by the same, or each step by the same more.

    Examples
    --------
    >>> frame = pd.DataFrame({"id": np.repeat(np.arange(20), 4), "t": np.tile(np.arange(4), 20)})
    >>> frame["age"] = 20.0 + frame["id"] + frame["t"]
    >>> long = read_long(frame.assign(square=frame["age"] ** 2), id="id", time="t")
    >>> rules = move_rules(long, ["age", "square"])
    >>> [float(rules[name].ahead(np.array([x]), np.array([2]))[0]) for name, x in (("age", 23.0), ("square", 529.0))]
    [25.0, 625.0]
    """
    rules = {}
    for name in names:
        rule = _move_rule(as_numbers(long.frame[name]), long) if is_number(long.frame[name]) else None
        if rule is not None:
            rules[name] = rule
    return rules


def _move_rule(value: Floats, long: LongFrame) -> MoveRule | None:
    pair = np.flatnonzero(long.follows & np.isfinite(value) & np.isfinite(np.r_[np.nan, value[:-1]]))
    if len(pair) < LEAST_MOVES:
        return None
    move = value[pair] - value[pair - 1]
    near = 1e-6 * max(float(np.abs(move).max()), 1e-12)
    if np.ptp(move) <= near:
        middle = float(np.median(move))
        return MoveRule(0.0, np.zeros(1), np.array([middle])) if abs(middle) > 1e-12 else None
    moved = np.full(len(value), np.nan)
    moved[pair] = move
    turn = moved[1:] - moved[:-1]
    turn = turn[long.follows[1:] & np.isfinite(turn)]
    if len(turn) < LEAST_MOVES or np.ptp(turn) > near or abs(float(np.median(turn))) <= near:
        return None
    order = np.argsort(value[pair], kind="stable")
    bend = float(np.median(turn))
    # the move from here on, by the level here: one turn more than the move that led here
    return MoveRule(bend, value[pair][order], move[order] + bend)


@dataclass(frozen=True)
class FutureCovariates:
    """Covariates of periods ahead, as somebody knows them: by unit and step."""

    frame: pd.DataFrame
    key: pd.MultiIndex

    def put(self, frame: pd.DataFrame, units: Ints, step: Ints) -> pd.DataFrame:
        """Return the frame with what is given for its units at their steps."""
        at = self.key.get_indexer(pd.MultiIndex.from_arrays([units, step]))
        have = np.flatnonzero(at >= 0)
        out = frame.copy()
        for name in self.frame.columns.intersection(frame.columns):
            column = out[name].astype("object")
            column.iloc[have] = self.frame[name].astype("object").iloc[at[have]].to_numpy()
            out[name] = column.infer_objects()
        return out


def read_future_covariates(
    frame: pd.DataFrame, long: LongFrame, *, id: str, time: str, names: list[str]
) -> FutureCovariates:
    """Return covariates of a frame for the periods ahead; units that the model does not know are left out."""
    ahead = read_long(frame, id=id, time=time, clock=long.clock)
    here = [name for name in names if name in ahead.frame.columns]
    code = long.units.get_indexer(ahead.units)[ahead.unit]
    known = np.flatnonzero(code >= 0)
    rows = ahead.frame.iloc[known][here].reset_index(drop=True)
    return FutureCovariates(rows, pd.MultiIndex.from_arrays([code[known], ahead.step[known]]))
