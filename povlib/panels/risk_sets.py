"""From states or spells to rows at risk: the long frame that a hazard is fitted to.

Responsible for who is at risk when, for events between neighbouring periods, and for what cannot be
known because a period is missing. Not responsible for the hazard (`povlib.panels.hazards`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.errors import DataError
from povlib.panels.covariate_coding import is_number
from povlib.panels.long_frame import NO, LongFrame, checked_frame, plain_words, read_long, yes_no
from povlib.poverty.measurement.frame_columns import number_column

MOST_PERIODS = 10_000
"""Periods of one spell: more are days or seconds counted, or a slip of the pen."""


def at_risk(frame: pd.DataFrame, *, id: str, time: str, state: str, leaves: int = 1) -> pd.DataFrame:
    """Return the rows at risk of leaving a state, with what happened by the next period.

    Parameters
    ----------
    frame : DataFrame
        One row a unit and period, with covariates.
    state : str
        Column of 1, 0, NA; words for yes and no as for `hazard`, but empty ones are not known.
    leaves : {1, 0}
        State that is left: 1 for exits from poverty, 0 for entries and returns.

    Returns
    -------
    DataFrame
        The rows in the state, with ``event`` (Int8: 1 left by the next period, 0 stayed, NA not known because the
        next period is missing), ``duration`` (periods in the state so far as seen, from 1), ``start_seen``
        (whether it began under observation) and ``earlier`` (times the unit left it before).

    Examples
    --------
    >>> panel = pd.DataFrame({"hh": ["A"] * 4, "t": [1, 2, 3, 5], "poor": [1, 1, 0, 1]})
    >>> rows = at_risk(panel, id="hh", time="t", state="poor")
    >>> rows[["t", "duration", "start_seen"]].values.tolist(), rows["event"].fillna(-1).tolist()
    ([[1, 1, False], [2, 2, False], [5, 1, False]], [0, 1, -1])
    """
    long = read_long(frame, id=id, time=time, columns=[state])
    said = long.frame[state]
    value = yes_no(said.where(plain_words(said).ne("")))
    if value is None:
        raise DataError("{column} holds values that are neither 0 nor 1", column=state)
    inside, known = value == leaves, np.isfinite(value)
    follows = long.follows
    linked = follows & known & np.r_[False, known[:-1]]
    next_known = np.r_[linked[1:], False]
    left = np.r_[~inside[1:], False] & next_known & inside
    starts = inside & ~(linked & np.r_[False, inside[:-1]])
    out = long.frame.assign(
        event=pd.array(np.where(left, 1, 0), dtype="Int8"),
        duration=_run_length(starts),
        start_seen=_start_seen(starts, linked),
        earlier=_events_before(long, left),
    )
    out["event"] = out["event"].mask(~next_known)
    risk: pd.DataFrame = out.loc[inside].reset_index(drop=True)
    return risk


def _run_length(starts: Bools) -> Ints:
    """Return, counted from 1, how many rows ago the run began."""
    number = np.arange(len(starts))
    begun = np.maximum.accumulate(np.where(starts, number, 0)) if len(starts) else number
    return np.asarray(number - begun + 1, dtype=np.int64)


def _start_seen(starts: Bools, linked: Bools) -> Bools:
    """Return whether the run that a row belongs to began under observation."""
    number = np.arange(len(starts))
    begun = np.maximum.accumulate(np.where(starts, number, 0)) if len(starts) else number
    return np.asarray(linked[begun], dtype=bool)


def _events_before(long: LongFrame, happened: Bools) -> Ints:
    total: Ints = np.cumsum(happened) - happened
    first = np.maximum.accumulate(np.where(long.opens, np.arange(len(total)), 0)) if len(total) else total
    return np.asarray(total - total[first], dtype=np.int64)


def person_periods(
    frame: pd.DataFrame, *, length: str, event: str, entry: str | None = None, keep: Sequence[str] = ()
) -> pd.DataFrame:
    """Return spells as one row a period at risk: the form `hazard` reads.

    Parameters
    ----------
    frame : DataFrame
        One row a spell.
    length : str
        Column: periods the spell lasted, whole numbers from 1.
    event : str
        Column: 1 or yes (or a word for how) if it ended so, 0, no or empty if it was still going on.
    entry : str, optional
        Column: periods already passed when the spell came under observation (0: from its start). Spells are at
        risk only from then on.
    keep : list of str
        Covariates to carry along; default all other columns.

    Returns
    -------
    DataFrame
        spell (row number of the frame), period (1, 2, ...), event (in the last period only), and what is kept.

    Examples
    --------
    >>> spells = pd.DataFrame({"weeks": [2, 3], "job": [1, 0], "age": [30, 50]})
    >>> person_periods(spells, length="weeks", event="job")[["spell", "period", "job"]].values.tolist()
    [[0, 1, 0], [0, 2, 1], [1, 1, 0], [1, 2, 0], [1, 3, 0]]
    """
    frame = checked_frame(frame, [length, event, *([entry] if entry else []), *keep])
    size = number_column(frame, length)
    late = np.zeros(len(frame)) if entry is None else np.nan_to_num(number_column(frame, entry), nan=0.0)
    good = np.isfinite(size) & (size >= 1) & (size == np.round(size)) & (late >= 0) & (late < size)
    if not good.all():
        raise DataError("{n} spells have no whole length of 1 or more after their entry", where=length,
                        n=int((~good).sum()))  # fmt: skip
    if (size > MOST_PERIODS).any():
        raise DataError("{n} spells are longer than {most} periods", where=length, n=int((size > MOST_PERIODS).sum()),
                        most=MOST_PERIODS, remedy="count times in longer periods, such as months")  # fmt: skip
    count = (size - late).astype(np.int64)
    row = np.repeat(np.arange(len(frame)), count)
    first = np.repeat(np.cumsum(count) - count, count)
    period = np.arange(len(row)) - first + 1 + late[row].astype(np.int64)
    names = list(keep) or [name for name in frame.columns if name not in (length, event, entry)]
    out = pd.DataFrame({"spell": row, "period": period})
    plain = yes_no(frame[event])
    how = frame[event] if plain is None else pd.Series(plain, index=frame.index)
    numeric = is_number(how) or plain is not None
    still = 0 if numeric else ""
    none = how.isna() if numeric else plain_words(how).isin(NO) | how.isna()
    ended = how.astype("object").where(~none, still).to_numpy()[row]
    out[event] = pd.Series(np.where(period == size[row], ended, still), dtype="int64" if numeric else "str")
    for name in names:
        out[name] = frame[name].to_numpy()[row]
    return out
