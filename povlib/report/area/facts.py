"""What the papers of an office of many townships say: figures as plain values and frames.

Not responsible for computing any of them (`povlib.runs.area.area_facts`, `povlib.runs.area.single_area_facts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from povlib.calendar import Month
from povlib.report.meeting.totals import Total

DECIDED = ("hh", "decision", "decided_by", "reason", "kept")
"""Columns of decisions by hand."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PlanFigures:
    """Figures of a plan by parts, for the whole office, or for one county or township of it.

    Parameters
    ----------
    office, scenario : str
        As printed.
    plan_month, horizon, help_from, help_to : Month
    parts : int
        Parts it was planned by.
    households, persons, served, posts : int
        Planned for; those of them that receive something new; posts filled.
    additional, expected, without : Total
        Persons out of poverty by the horizon: more than without the plan, in all, without it.
    money_fen, entitlement_fen, short_fen : int
        New money, of the office with what is opened, of a township that of its households alone; what the law owes and
        the funds cover; what they do not.
    opening_fen : int
        What funds pay to open what several households share, for all townships together.
    poorest_money_share, poorest_post_share : float or None
        Of the poorest fifth of the whole office.
    poorest_persons : int
    poorest_additional : float
    gap_persons : float
        No other plan for all townships brings more than so much more, certified.
    draws, first_draws : int
        Draws that figures are printed from; those of them that packages were told apart by.
    first_additional : float or None
        Persons more out of poverty that the whole plan brings by the first draws; None where it is counted otherwise.
    measures : DataFrame
        name, awards, money_fen.
    draft, synthetic : bool
    manifest : mapping
    gives_nothing : bool
        The search ended without a plan, and this one gives nothing new.
    decided : DataFrame
        Decisions by hand about these households: hh, decision (in words), decided_by, reason, kept (whether the plan
        contains it).
    """

    office: str
    scenario: str
    plan_month: Month
    horizon: Month
    help_from: Month
    help_to: Month
    parts: int
    households: int
    persons: int
    served: int
    posts: int
    additional: Total
    expected: Total
    without: Total
    money_fen: int
    opening_fen: int
    entitlement_fen: int
    short_fen: int
    poorest_money_share: float | None
    poorest_post_share: float | None
    poorest_persons: int
    poorest_additional: float
    gap_persons: float
    draws: int
    first_draws: int
    first_additional: float | None
    measures: pd.DataFrame
    draft: bool
    synthetic: bool
    manifest: Mapping[str, str] = field(default_factory=dict)
    gives_nothing: bool = False
    decided: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(DECIDED)))

    @property
    def opening_in_money(self) -> bool:
        """Whether `money_fen` has what the openings cost: that of the office does, that of a township does not."""
        return True

    def key(self, name: str) -> str:
        """Return the key of one of these figures in the list of numbers."""
        return name


@dataclass(frozen=True)
class SampledRecord:
    """What came true of earlier projections in townships drawn by lot; intervals by which of them were drawn.

    Parameters
    ----------
    townships : tuple of str
        Drawn and tested.
    of_townships, households : int
        Townships they were drawn from; household-origins judged in them.
    ratio, low, high : float or None
        Realised / projected persons of all on the register, with its 95 % interval; None: not to be known.
    served, served_low, served_high : float or None
        The same of those given help.
    untested : int
        Townships drawn that had nothing to test.
    """

    townships: tuple[str, ...]
    of_townships: int
    households: int
    ratio: float
    low: float | None
    high: float | None
    served: float | None
    served_low: float | None
    served_high: float | None
    untested: int = 0


@dataclass(frozen=True, eq=False, kw_only=True)
class AreaFacts(PlanFigures):
    """Figures of a plan by parts, for the whole office.

    Parameters
    ----------
    townships : DataFrame
        name, households, persons, served, money_fen, posts, additional, additional_low, additional_high, expected,
        expected_low, expected_high, poor_persons, assessed_persons, poor_share (of those who can be assessed, now).
    counties : DataFrame
        The same columns, one row a county; no row unless there are several.
    part_rows : DataFrame
        The same columns, one row a part: what is printed where townships are too many and there are no counties.
    villages : DataFrame
        township, name, and the columns of `townships` but for who is poor now.
    openings : DataFrame
        facility, name, township, village, opened, month, seats, least, taken, opening_fen of what may be opened.
    funds : DataFrame
        name, amount_fen, owed_fen, planned_fen, left_fen.
    record : SampledRecord or None
        What earlier projections were worth.
    """

    townships: pd.DataFrame
    counties: pd.DataFrame
    part_rows: pd.DataFrame
    villages: pd.DataFrame
    openings: pd.DataFrame
    funds: pd.DataFrame
    record: SampledRecord | None = None


#: figures of an area that stand in its row of the paper of the whole office too, under the key they have there
_IN_ITS_ROW = {
    "headline.additional": "additional",
    "headline.expected": "expected",
    "headline.money": "money_fen",
    "plan.served": "served",
    "plan.posts": "posts",
    "standing.persons": "persons",
}
#: level of an area -> table of the whole office's paper with a row for each
_TABLE_OF_LEVEL = {"township": "townships", "county": "counties"}


@dataclass(frozen=True, eq=False, kw_only=True)
class SingleAreaFacts(PlanFigures):
    """Figures of one township or county in a plan by parts.

    Parameters
    ----------
    area, level : str
        Its name; ``township`` or ``county``.
    townships : int
        Townships of the plan.
    places : DataFrame
        The villages of a township, the townships of a county: name, households, persons, served, money_fen, posts,
        additional, additional_low, additional_high, expected, expected_low, expected_high, poor_persons,
        assessed_persons, poor_share.
    funds : DataFrame
        name, owed_fen, planned_fen: of this area.
    unserved, unserved_persons, unserved_poorest, unassessable : int
        Households without new help, their persons; those of them among the poorest fifth; those that nobody can assess.
    poorest_households : int
        Households of the area among the poorest fifth of the office.
    """

    area: str
    level: str
    townships: int
    places: pd.DataFrame
    funds: pd.DataFrame
    unserved: int
    unserved_persons: int
    unserved_poorest: int
    unassessable: int
    poorest_households: int

    @property
    def opening_in_money(self) -> bool:
        """No: openings are paid for all townships together."""
        return False

    def key(self, name: str) -> str:
        """Return the key of a figure: that of the area's row in the paper of the whole office, or one of its own.

        Examples
        --------
        >>> facts = object.__new__(SingleAreaFacts)
        >>> object.__setattr__(facts, "area", "A")
        >>> object.__setattr__(facts, "level", "county")
        >>> facts.key("plan.served"), facts.key("proof.gap"), facts.key("plan.left_out")
        ('counties[A].served', 'proof.gap', 'county.A.plan.left_out')
        """
        if name in _IN_ITS_ROW:
            return f"{_TABLE_OF_LEVEL[self.level]}[{self.area}].{_IN_ITS_ROW[name]}"
        return name if name.startswith("proof.") else f"{self.level}.{self.area}.{name}"
