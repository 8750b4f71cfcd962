"""What a plan waits for before it is approved: its posting has hung its days, and nobody's objection is open.

Responsible for that one question, asked of rows and a day. Not responsible for recording either, or for approval
(`povlib.runs.office.promise_keeping`).

Days are counted as days of the calendar: a list hung on 1 May for 7 days hangs from 1 to 7 May, and the plan may be
approved from 8 May (公示不少于7天: steps of exit, 厅字〔2016〕16号).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

from povlib.errors import Fault
from povlib.ledger.voice.household_words import HOLDS_UP, UPHELD, day_number, day_of


def approval_from(postings: pd.DataFrame, run: str, days: int) -> date | None:
    """Return the first day on which the posting of a plan has run; None while it does not hang or came down early.

    Parameters
    ----------
    postings : DataFrame
        `povlib.ledger.voice.plan_postings.plan_postings`.
    days : int
        Days that the rule asks for (0: none); a list that promised more hangs as long as it says.

    Examples
    --------
    >>> rows = pd.DataFrame({"run": ["r"], "posted_day": [20160501], "days": [7], "taken_down_day": [pd.NA]})
    >>> approval_from(rows, "r", 7), approval_from(rows, "r", 10), approval_from(rows, "other", 7)
    (datetime.date(2016, 5, 8), datetime.date(2016, 5, 11), None)
    """
    ends = []
    for posted, promised, down in postings.loc[
        postings["run"] == run, ["posted_day", "days", "taken_down_day"]
    ].itertuples(index=False):
        end = day_of(posted) + timedelta(days=max(int(promised), days))
        if pd.isna(down) or day_of(down) >= end:
            ends.append(end)
    return min(ends, default=None)


def approval_faults(postings: pd.DataFrame, words: pd.DataFrame, run: str, day: date, days: int) -> Iterator[Fault]:
    """Yield what stands between a plan and its approval on a day; nothing where it may be approved.

    Parameters
    ----------
    words : DataFrame
        `povlib.ledger.voice.household_words.household_words`. An objection or appeal that is open holds up every
        plan of the office, or planning again would be a way not to answer it; one that was upheld holds up the plan
        it was made against for good.
    """
    first = approval_from(postings, run, days)
    own = {"run": run, "days": days}
    if not days:
        pass  # the rule does not hold for this plan; an open objection holds it up all the same
    elif first is None:
        yield Fault("the plan of run {run} was not posted for {days} days: a plan is approved after that",
                    remedy="python3 workbench.py voice post {run} --officer OFFICER", values=own)  # fmt: skip
    elif day < first:
        yield Fault("the posting of run {run} has not run its days: it may be approved from {first}",
                    remedy="python3 workbench.py approve {run} --officer OFFICER",
                    values=own | {"first": first.isoformat()})  # fmt: skip
    heard = words[words["kind"].isin(HOLDS_UP) & (words["day"] <= day_number(day))]
    still_open = heard["answered_day"].isna() | (heard["answered_day"] > day_number(day))
    for number, hh in heard.loc[still_open, ["id", "hh"]].itertuples(index=False):
        yield Fault("{id} of household {hh} is open: no plan is approved before it is answered",
                    remedy="python3 workbench.py voice answer {id} --reject --answer ANSWER --officer OFFICER",
                    values={"id": number, "hh": hh or "-"})  # fmt: skip
    for number in heard.loc[~still_open & (heard["outcome"] == UPHELD) & (heard["run"] == run), "id"]:
        yield Fault("{id} was upheld against this very plan: it is changed, posted and approved anew",
                    remedy="python3 workbench.py decide-plan --household HOUSEHOLD --change PACKAGE --reason REASON "
                    "--officer OFFICER", values={"id": str(number)})  # fmt: skip
