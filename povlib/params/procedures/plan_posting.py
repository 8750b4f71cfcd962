"""The posting of a plan as configured: how long it hangs, from when the rule holds, by when words are answered.

Responsible for the block ``plan_posting`` of ``procedure.yaml``. Not responsible for reading the file
(`.exit_procedure`) or for what hangs and who objects (`povlib.ledger.voice`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from povlib.calendar import Month
from povlib.params.kinds import Block, PlanMonth, Status, Whole

_MOST_DAYS = 365
Days = Annotated[Whole, Field(ge=1, le=_MOST_DAYS)]


class PolicyDays(Block):
    """A number of days with where it comes from; empty: not known, and nothing follows from it.

    Parameters
    ----------
    days : int or None
        Days of the calendar, 1 to 365.
    """

    days: Days | None
    status: Status
    source: str = Field(min_length=1)


class PlanPosting(Block):
    """How the list of a plan is posted before the plan is approved.

    Parameters
    ----------
    applies_from : Month
        Plans made for this month or later are approved only after their posting.
    hangs : PolicyDays
        Days that the list hangs at least; empty: the posting is not asked for.
    answered_within : PolicyDays
        Days in which an objection, an appeal or a wish is answered; empty: no deadline is printed or counted.
    appeal_within : PolicyDays
        Days after an answer in which it may be appealed against; empty: any time.
    names : {"full", "surname", "none"}
        How heads of households stand on the list.
    ask_at : str
        Where and how a family says that something is wrong (place, hours, telephone), as printed on its card; empty:
        the village committee and the office are named.
    """

    applies_from: PlanMonth
    hangs: PolicyDays
    answered_within: PolicyDays
    appeal_within: PolicyDays
    names: Literal["full", "surname", "none"] = "full"
    ask_at: str = ""

    def days_asked(self, plan_month: Month) -> int:
        """Return the days that the list of a plan of a month must have hung; 0 where the rule does not hold.

        Examples
        --------
        >>> from povlib.params import load_procedure
        >>> rule = load_procedure().plan_posting
        >>> rule.days_asked(Month(2016, 5)), rule.days_asked(Month(2016, 3))
        (7, 0)
        """
        return (self.hangs.days or 0) if plan_month >= self.applies_from else 0
