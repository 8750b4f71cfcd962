"""What a plan would bring about, in persons, with the projection's own ranges.

Responsible for totals over chosen packages: their expectation from p, their range from draws in which
effects and village shocks are shared by all recipients and each household's own luck is drawn once for
every package (common random numbers), so that differences compare fairly. Not responsible for p
(`povlib.exits`) or for the choice (`povlib.allocation`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Floats
from povlib.exits import Projection

# ends of the 90 % range that papers print
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True)
class PersonTotal:
    """A total in persons: its expectation and the 90 % range of the count."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ChosenRows:
    """The packages of a plan as rows of the projection.

    Attributes
    ----------
    rows, base : int arrays (H,)
        Row of the projection for the chosen package and for package 0.
    members : float array (H,)
    luck : float32 array (H, draws)
        One uniform number a household and draw.
    """

    rows: npt.NDArray[np.int64]
    base: npt.NDArray[np.int64]
    members: Floats
    luck: npt.NDArray[np.float32]


def chosen_rows(projection: Projection, packages: pd.Series, members: pd.Series, seed: int) -> ChosenRows:
    """Return the rows of a plan.

    Parameters
    ----------
    packages : Series
        Chosen package by household key, in the order of the keys.
    members : Series
        Members by household key.
    seed : int
        Seed of each household's own luck.
    """
    frame = projection.frame.reset_index(drop=True)
    at = pd.Series(np.arange(len(frame)), index=pd.Index(frame["package"]))
    nothing = frame[frame["k"] == 0]
    base = pd.Series(nothing.index.to_numpy(), index=pd.Index(nothing["hh"]))
    packages = packages.sort_index()
    # keyed by the household, not by its place: a plan for some households draws the same luck
    luck = np.random.default_rng(seed).random((len(base), projection.draws.shape[1]), dtype=np.float32)
    place = pd.Series(np.arange(len(base)), index=base.index.sort_values())
    return ChosenRows(
        rows=at.loc[packages.to_numpy()].to_numpy(np.int64),
        base=base.loc[packages.index].to_numpy(np.int64),
        members=members.loc[packages.index].to_numpy(np.float64),
        luck=luck[place.loc[packages.index].to_numpy()],
    )


def _exit_chance(projection: Projection, rows: npt.NDArray[np.int64]) -> Floats:
    # what cannot be assessed adds to no total, neither to the expectation nor (below) to a draw
    p = projection.frame["p"].astype("float64").fillna(0.0).to_numpy(np.float64)
    return np.asarray(p[rows], dtype=np.float64)


def _exits_in_draws(projection: Projection, rows: npt.NDArray[np.int64], luck: npt.NDArray[np.float32]) -> Floats:
    drawn = np.nan_to_num(projection.draws[rows], nan=0.0)
    return np.asarray(luck < drawn, dtype=np.float64)


def total_with_range(values: Floats, expectation: float) -> PersonTotal:
    """Return an expectation with the 5 % and 95 % points of its draws; the range always holds it."""
    # the expectation comes from p, the range from finitely many draws: it could miss a skewed count by a little
    low, high = np.quantile(values, [LOW, HIGH])
    return PersonTotal(expectation, min(float(low), expectation), max(float(high), expectation))


def expected_exits(projection: Projection, chosen: ChosenRows, *, nothing: bool = False) -> PersonTotal:
    """Return expected exits in persons with the plan, or with `nothing` new for anybody."""
    rows = chosen.base if nothing else chosen.rows
    happens = _exits_in_draws(projection, rows, chosen.luck)
    return total_with_range(chosen.members @ happens, float(chosen.members @ _exit_chance(projection, rows)))


def additional_draws(projection: Projection, chosen: ChosenRows) -> Floats:
    """Return exits beyond package 0 in every draw, in persons."""
    return np.asarray(chosen.members @ _change_in_draws(projection, chosen.rows, chosen.base, chosen.luck))


def _change_in_draws(
    projection: Projection, rows: npt.NDArray[np.int64], before: npt.NDArray[np.int64], luck: npt.NDArray[np.float32]
) -> Floats:
    # the same luck on both sides: what happens to a household anyway cancels draw by draw
    return _exits_in_draws(projection, rows, luck) - _exits_in_draws(projection, before, luck)


def additional_exits(projection: Projection, chosen: ChosenRows, other: ChosenRows | None = None) -> PersonTotal:
    """Return exits beyond package 0, or beyond the packages of an `other` plan for the same households."""
    before = chosen.base if other is None else other.rows
    change = _change_in_draws(projection, chosen.rows, before, chosen.luck)
    mean = chosen.members @ (_exit_chance(projection, chosen.rows) - _exit_chance(projection, before))
    return total_with_range(chosen.members @ change, float(mean))


def probability_of(projection: Projection, chosen: ChosenRows, persons: float) -> float:
    """Return the share of draws in which at least `persons` exit with the plan."""
    totals = chosen.members @ _exits_in_draws(projection, chosen.rows, chosen.luck)
    return float(np.mean(totals >= persons))
