"""What the paper on performance is made of: plain values, filled by `povlib.runs.performance`."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, eq=False)
class IndicatorRow:
    """One indicator as counted.

    Parameters
    ----------
    key, group, name : str
        Key and group of ``performance.yaml``; name in the language of the paper.
    kind : {"share", "days", "count"}
    value : float or None
        None: not recorded.
    part, whole : int or None
        What a share is made of; fen where `money`.
    full_points, points : float or None
        As entered by the office, and as earned; None: not entered, or not known.
    status : str
        Of the rule.
    rows : DataFrame
        The rows counted.
    command : str
        What lists them.
    """

    key: str
    group: str
    name: str
    kind: str
    value: float | None
    part: int | None
    whole: int | None
    money: bool
    full_points: float | None
    points: float | None
    status: str
    rows: pd.DataFrame
    command: str


@dataclass(frozen=True, eq=False)
class PerformanceFacts:
    """A year's performance: indicators in order, total of a hundred and grade (None and "" while one is missing).

    Parameters
    ----------
    bands : tuple of (str, float)
        Grades with the points from which they are given, the best first.
    counts : DataFrame
        `povlib.runs.voice.household_voice.voice_counts` of the year.
    head : str
        Head of the ledger.
    """

    year: int
    indicators: tuple[IndicatorRow, ...]
    total: float | None
    grade: str
    bands: tuple[tuple[str, float], ...]
    counts: pd.DataFrame
    head: str
