"""What a plan can be made for: each aim declared once, with what it counts and how the papers speak of it.

A new aim is one entry of `AIMS` and one weight of `Objective` in this file, and the Chinese of its sentences in
``words/zh/params.po``; the values of packages (`povlib.exits`, `povlib.runs`) and the papers (`povlib.report`) read
it from here. Not responsible for the estimates that are counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from povlib.arrays import Floats
from povlib.params.kinds import Block, Number


@dataclass(frozen=True)
class Aim:
    """One thing that a plan can be made for.

    Attributes
    ----------
    key : str
        Name of its weight in ``settings.objective`` and of its column in the values of packages.
    unit : str
        What one unit of it is, a key of the unit list of `povlib.report.numbers`.
    outcome : {"chance", "gap_closed", "made_safe"}
        What is counted of a household: its chance of exit, how much of its squared gap (as a share of the line) the
        package closes against "nothing new", or the chance that the package makes its dwelling safe in time.
    weight_by_members : callable
        What an outcome of 1 counts for, given the members of the household.
    units, meaning, points, first_step : str
        Message ids: the unit in the plural; what one unit is (empty where the unit says it itself); what 1,000 points
        are; with which points the arithmetic of a household begins.
    """

    key: str
    unit: str
    outcome: Literal["chance", "gap_closed", "made_safe"]
    weight_by_members: Callable[[Floats], Floats]
    units: str
    points: str
    first_step: str
    meaning: str = ""


_DECLARED = (
    Aim(
        "persons",
        "person",
        "chance",
        lambda members: members,
        units="persons",
        points="1,000 points are one person expected to exit. These prices are the same for every household.",
        first_step="Begin with the points the plan would earn: members times the chance of exit, times 1,000. "
        "No new help has points too.",
    ),
    Aim(
        "households",
        "household",
        "chance",
        np.ones_like,
        units="households",
        points="1,000 points are one household expected to exit. These prices are the same for every household.",
        first_step="Begin with the points the plan would earn: the chance of exit, times 1,000. "
        "No new help has points too.",
    ),
    Aim(
        "fgt2",
        "depth",
        "gap_closed",
        lambda members: members,
        units="units of depth",
        points="1,000 points are one person without any income brought up to the line; a gap half as deep counts a "
        "quarter. These prices are the same for every household.",
        first_step="Begin with the points the plan would earn: members times the squared gap it closes, as a share of "
        "the line, times 1,000.",
        meaning="This plan is made for depth, not for numbers: one unit is the whole gap of one person without any "
        "income, closed; half a gap counts a quarter.",
    ),
    Aim(
        "houses",
        "safe_house",
        "made_safe",
        np.ones_like,
        units="houses made safe",
        points="1,000 points are one house made safe in time. These prices are the same for every household.",
        first_step="Begin with the points the plan would earn: the chance that the house is safe in time, times 1,000.",
    ),
)
AIMS = {aim.key: aim for aim in _DECLARED}
"""Every aim by the name of its weight."""
AIM_OF_UNIT = {aim.unit: aim for aim in _DECLARED}
"""Every aim by the unit it is counted in."""


class Objective(Block):
    """What a package is worth: weights of members x p, of p alone, of the squared gap closed, of houses made safe."""

    persons: Number = Field(default=1.0, ge=0, description="weight of expected persons who exit")
    households: Number = Field(default=0.0, ge=0, description="weight of expected households that exit")
    fgt2: Number = Field(default=0.0, ge=0, description="weight of the members' squared poverty gap that is closed")

    houses: Number = Field(default=0.0, ge=0, description="weight of houses that are made safe in time")

    @property
    def in_persons(self) -> bool:
        """Whether a plan's value is a number of persons."""
        return {key: weight for key, weight in self if weight} == {"persons": 1}

    @model_validator(mode="after")
    def _weighs_something(self) -> Objective:
        if sum(weight for _, weight in self) <= 0:
            raise PydanticCustomError("objective", "nothing", {})
        return self


def worth_by_aim(
    members: Floats, chance: Floats, gap_closed: Floats, made_safe: Floats | None = None
) -> dict[str, Floats]:
    """Return what packages are worth under each aim.

    Parameters
    ----------
    members : float (P,)
        Members of the household of each package.
    chance : float (P,)
        Chance of exit with the package, 0-1.
    gap_closed : float (P,)
        Squared gap, as a share of the line, that the package closes against "nothing new".
    made_safe : float (P,), optional
        Chance that the package makes the dwelling safe in time, 0-1; default 0.

    Returns
    -------
    dict
        Aim's key -> float (P,).

    Examples
    --------
    >>> worth = worth_by_aim(np.array([3.0]), np.array([0.5]), np.array([0.25]))
    >>> {key: value.tolist() for key, value in worth.items()}
    {'persons': [1.5], 'households': [0.5], 'fgt2': [0.75], 'houses': [0.0]}
    """
    safe = np.zeros_like(chance) if made_safe is None else made_safe
    outcomes = {"chance": chance, "gap_closed": gap_closed, "made_safe": safe}
    return {aim.key: aim.weight_by_members(members) * outcomes[aim.outcome] for aim in AIMS.values()}
