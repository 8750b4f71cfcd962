"""A plan over several years: its periods, the months in which money arrives, what may come otherwise.

Responsible for reading ``horizon.yaml`` of an office (else the project's). Not responsible for the plan
(`povlib.allocation.horizon`, `povlib.runs.horizon`).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from pydantic import Field

from povlib.calendar import Month
from povlib.errors import Fault
from povlib.money import fen
from povlib.params.kinds import Block, Key, Names, PlanMonth, Share, Sourced, Whole, Yuan, unit
from povlib.params.procedures.whole_file import whole_file
from povlib.places import PARAMS

FILE = "horizon.yaml"


class Arrival(Sourced):
    """Money of a fund that arrives in one month.

    Parameters
    ----------
    fund : str
        A fund of ``funds.yaml``.
    month : month
        From when on it may pay.
    amount_yuan : yuan or null
        Null: announced, the amount not yet entered; counted as nothing and said so.
    spend_by : month or null
        Last month in which it may pay (结转期限); null: the end of the horizon.
    """

    fund: Key
    month: PlanMonth
    amount_yuan: Yuan | None = Field(default=None, json_schema_extra=unit("yuan"))
    spend_by: PlanMonth | None = None

    @property
    def amount_fen(self) -> int:
        """The amount in fen; 0 while it is not entered."""
        return fen(str(self.amount_yuan or 0))


class MorePosts(Sourced):
    """Posts or places that there are more of from a month on: a firm that hires, a contract that starts.

    Parameters
    ----------
    post, coop : str or null
        One of them: a post of ``posts.yaml``, or an entry of ``coops.yaml``.
    more : int
        How many more.
    """

    post: Key | None = None
    coop: Key | None = None
    month: PlanMonth
    more: Whole = Field(json_schema_extra=unit("posts or places"))


class CrewWeeks(Sourced):
    """Builders' weeks in every month from `month` on, where ``crews.yaml`` says nothing of it."""

    crew: Key
    month: PlanMonth
    weeks: Whole = Field(json_schema_extra=unit("weeks per month"))


class Future(Block):
    """One way in which later money may arrive.

    Parameters
    ----------
    probability : share
    part : share
        Of each later arrival that comes; "later" is what arrives after the first period.
    late_months : int
        By how many months later money is late.
    """

    key: Key
    names: Names
    probability: Share = Field(json_schema_extra=unit("share"))
    part: Share = Field(default=1.0, json_schema_extra=unit("share"))
    late_months: int = Field(default=0, ge=0, le=36, json_schema_extra=unit("months"))
    source: str = Field(min_length=1)


class RollingHorizon(Block):
    """What a plan over several years is made from.

    Parameters
    ----------
    periods : list of month
        First month of each period; money that arrives within a period may pay from the next one on.
    end : month
        Last month of the last period, in which exits are counted.
    earlier_years_weight : share
        What an exit that holds at the end of an earlier year is worth beside one that holds at the end of the horizon.
    goal_persons : int or null
        Registered persons who are to be out of poverty at the end; null: not known.
    certified_persons : float
        How near the certificate of the whole horizon shall be.
    futures : list of Future
        Probabilities add up to 1; empty: later money is taken as announced.
    """

    periods: tuple[PlanMonth, ...] = Field(min_length=1, max_length=12)
    end: PlanMonth
    earlier_years_weight: Share = Field(default=0.5, json_schema_extra=unit("share"))
    goal_persons: Whole | None = Field(default=None, json_schema_extra=unit("persons"))
    certified_persons: float = Field(default=1.0, gt=0, le=100, json_schema_extra=unit("persons"))
    arrivals: tuple[Arrival, ...] = ()
    more_posts: tuple[MorePosts, ...] = ()
    crew_weeks: tuple[CrewWeeks, ...] = ()
    futures: tuple[Future, ...] = ()

    def last_month(self, period: int) -> Month:
        """Return the last month of a period.

        Examples
        --------
        >>> found = load_rolling_horizon()
        >>> str(found.last_month(0)), str(found.last_month(len(found.periods) - 1)) == str(found.end)
        ('2016-12', True)
        """
        return self.end if period == len(self.periods) - 1 else self.periods[period + 1] + -1

    def period_from(self, month: Month) -> int | None:
        """Return the first period that begins in a month or later; None: after the last one has begun."""
        return next((t for t, first in enumerate(self.periods) if first >= month), None)

    def last_period(self, month: Month) -> int | None:
        """Return the last period that has begun by a month; None: the month lies before the first."""
        begun = [t for t, first in enumerate(self.periods) if first <= month]
        return begun[-1] if begun else None


def load_rolling_horizon(folder: Path | str = PARAMS) -> RollingHorizon:
    """Load ``horizon.yaml`` of a folder of parameters, or the project's where it has none.

    Raises
    ------
    ParameterError
        If the file cannot be read or is not well formed, with every fault.

    Examples
    --------
    >>> load_rolling_horizon().goal_persons is None
    True
    """
    return whole_file(folder, FILE, RollingHorizon, _faults)


def _faults(found: RollingHorizon) -> Iterator[Fault]:
    for first, second in pairwise((*found.periods, found.end + 1)):
        if first >= second:
            values = {"first": str(first), "second": str(second)}
            yield Fault("{first} does not come before {second}", f"{FILE}: periods", values=values)
    for arrival in found.arrivals:
        where = f"{FILE}: arrivals: {arrival.fund} {arrival.month}"
        if arrival.spend_by is not None and arrival.spend_by < arrival.month:
            yield Fault("this money would lapse before it arrives", where)
        if arrival.month > found.end:
            yield Fault("this money arrives after the end of the horizon", where)
    for key, count in Counter((arrival.fund, str(arrival.month)) for arrival in found.arrivals).items():
        if count > 1:
            yield Fault("{key} stands here twice", f"{FILE}: arrivals", values={"key": " ".join(key)})
    for more in found.more_posts:
        if (more.post is None) == (more.coop is None):
            yield Fault("name either a post or a co-op", f"{FILE}: more_posts: {more.month}")
    total = math.fsum(future.probability for future in found.futures)
    if found.futures and not math.isclose(total, 1.0, abs_tol=1e-9):
        yield Fault("the probabilities add up to {sum}, not to 1", f"{FILE}: futures", values={"sum": f"{total:g}"})
    for key_of_future, count in Counter(future.key for future in found.futures).items():
        if count > 1:
            yield Fault("{key} stands here twice", f"{FILE}: futures", values={"key": key_of_future})
