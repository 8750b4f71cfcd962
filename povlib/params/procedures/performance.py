"""Performance evaluation as configured: its indicators, what earns points, and the grades of a total.

Responsible for reading ``performance.yaml`` of an office (else the project's). Not responsible for counting an
indicator (`povlib.runs.performance`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

from povlib.errors import Fault
from povlib.params.kinds import Block, Key, Names, Number, Status
from povlib.params.procedures.whole_file import whole_file
from povlib.places import PARAMS

FILE = "performance.yaml"
_FULL = 100
Group = Literal["execution", "precision", "disclosure", "results", "violations"]
GROUPS: tuple[Group, ...] = get_args(Group)
Measured = Literal[
    "paid_of_granted",
    "committed_of_granted",
    "unpaid_of_granted",
    "paid_to_registered",
    "found_as_listed",
    "plans_posted",
    "days_posted",
    "answered_in_time",
    "consenting",
    "exits_confirmed",
    "exits_of_promised",
    "reversed_of_paid",
    "errors_found",
]


class Indicator(Block):
    """One indicator: from which rows it is counted and how it earns points.

    Parameters
    ----------
    key : str
    group : str
        One of `GROUPS`.
    measure : str
        What is counted (`povlib.runs.performance.figures`).
    points : number or None
        Full points; empty: not known, and no total is printed.
    full_at, none_at : number or None
        The value that earns all points and the one that earns none; in proportion between them. A share as 0 to 1.
    """

    key: Key
    group: Group
    measure: Measured
    points: Number | None = Field(ge=0, le=_FULL)
    full_at: Number | None
    none_at: Number | None
    names: Names
    status: Status
    source: str = Field(min_length=1)

    @property
    def scored(self) -> bool:
        """Whether the office entered how it earns points."""
        return None not in (self.points, self.full_at, self.none_at)

    def points_for(self, value: float) -> float:
        """Return the points that a value earns.

        Raises
        ------
        ValueError
            If the office has not entered how it earns points.

        Examples
        --------
        >>> names = {"zh": "甲", "en": "a"}
        >>> one = Indicator(key="a", group="results", measure="consenting", points=10, full_at=0.9, none_at=0.5,
        ...                 names=names, status="assumed", source="x")
        >>> [round(one.points_for(value), 6) for value in (0.4, 0.7, 0.95)]
        [0.0, 5.0, 10.0]
        """
        if self.points is None or self.full_at is None or self.none_at is None:
            raise ValueError(self.key)
        share = (value - self.none_at) / (self.full_at - self.none_at)
        return self.points * min(1.0, max(0.0, share))


class Band(Block):
    """A grade and the points of a hundred from which it is given."""

    grade: str = Field(min_length=1, max_length=4)
    least: Number = Field(ge=0, le=_FULL)
    status: Status
    source: str = Field(min_length=1)


class Performance(Block):
    """The indicators in order and the bands from the best grade to the last."""

    status: Status
    source: str = Field(min_length=1)
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    bands: tuple[Band, ...] = Field(min_length=1)

    def grade_of(self, points: float) -> str:
        """Return the grade of a total of a hundred.

        Examples
        --------
        >>> [load_performance().grade_of(points) for points in (100, 90, 89.9, 60, 59.9)]
        ['A', 'A', 'B', 'C', 'D']
        """
        return next(band.grade for band in self.bands if points >= band.least)


def load_performance(folder: Path | str = PARAMS) -> Performance:
    """Load ``performance.yaml`` of a folder of parameters, or the project's where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be read or is not well formed: an indicator twice, a scale of no length, bands unordered.

    Examples
    --------
    >>> [one.key for one in load_performance().indicators][:3]
    ['execution', 'commitment', 'carry_over']
    """
    return whole_file(folder, FILE, Performance, _faults)


def _faults(found: Performance) -> Iterator[Fault]:
    keys = [str(one.key) for one in found.indicators]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Fault("{key} stands here twice", f"{FILE}: indicators", values={"key": key})
    for one in found.indicators:
        entered = [one.points is not None, one.full_at is not None, one.none_at is not None]
        if any(entered) and not all(entered):
            yield Fault("points, full_at and none_at are entered together or not at all", f"{FILE}: {one.key}")
        if all(entered) and one.full_at == one.none_at:
            yield Fault("full_at and none_at are the same: nothing lies between all points and none",
                        f"{FILE}: {one.key}")  # fmt: skip
    if all(one.scored for one in found.indicators):
        total = sum(one.points or 0.0 for one in found.indicators)
        if abs(total - _FULL) > 1e-9:
            yield Fault("the points of all indicators make {total}, not 100", f"{FILE}: indicators",
                        values={"total": f"{total:g}"})  # fmt: skip
    least = [band.least for band in found.bands]
    if least != sorted(least, reverse=True) or len(set(least)) < len(least) or least[-1] != 0:
        yield Fault("bands go from the best grade down to 0, each below the one before", f"{FILE}: bands")
