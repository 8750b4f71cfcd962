"""What the paper of an office of many townships says: figures as plain values and frames.

Not responsible for computing any of them (`povlib.runs.area.area_facts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from povlib.calendar import Month
from povlib.report.meeting.totals import Total


@dataclass(frozen=True, eq=False)
class AreaFacts:
    """Figures of a plan by parts.

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
        New money; what the law owes and the funds cover; what they do not.
    poorest_money_share, poorest_post_share : float or None
    poorest_persons : int
    poorest_additional : float
    gap_persons : float
        No other plan brings more than so much more, certified.
    townships : DataFrame
        name, households, persons, served, money_fen, posts, additional, additional_low, additional_high, expected,
        expected_low, expected_high, poor_persons, assessed_persons, poor_share (of those who can be assessed, now).
    part_rows : DataFrame
        The same columns, one row a part: what is printed where townships are too many.
    villages : DataFrame
        township, name, households, persons, served, money_fen, posts, additional, expected.
    funds : DataFrame
        name, amount_fen, owed_fen, planned_fen, left_fen.
    measures : DataFrame
        name, awards, money_fen.
    draft, synthetic : bool
    manifest : mapping
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
    entitlement_fen: int
    short_fen: int
    poorest_money_share: float | None
    poorest_post_share: float | None
    poorest_persons: int
    poorest_additional: float
    gap_persons: float
    townships: pd.DataFrame
    part_rows: pd.DataFrame
    villages: pd.DataFrame
    funds: pd.DataFrame
    measures: pd.DataFrame
    draft: bool
    synthetic: bool
    manifest: Mapping[str, str] = field(default_factory=dict)
