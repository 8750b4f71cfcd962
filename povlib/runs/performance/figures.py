"""Every indicator counted from rows: its value, what it is a share of, and the rows it leads to.

Responsible for `MEASURES`, one function a name that ``performance.yaml`` may use. Not responsible for reading rows
(`.ledger_rows`) or for points (`.evaluation`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pandas as pd

from povlib.ledger.voice.approval_gate import approval_from
from povlib.ledger.voice.household_words import CONSENT, OBJECTION, REFUSAL, day_of
from povlib.runs.performance.ledger_rows import YearRows
from povlib.runs.voice.household_voice import ANSWERED, LATE, OVERDUE

SHARE, DAYS, COUNT = "share", "days", "count"
AS_LISTED = "ok"


@dataclass(frozen=True)
class Counted:
    """What was counted of one measure.

    Parameters
    ----------
    value : float or None
        A share 0 to 1, days or a number; None: no row says anything.
    part, whole : int or None
        What a share is made of: fen, households, payments, plans, words.
    money : bool
        Whether `part` and `whole` are fen.
    rows : DataFrame
        The rows counted, those that lower the value first where that can be told.
    command : str
        What lists the same rows, after the name of the program.
    """

    value: float | None
    kind: str
    part: int | None = None
    whole: int | None = None
    money: bool = False
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    command: str = ""


def _share(part: int, whole: int, rows: pd.DataFrame, command: str, *, money: bool = False) -> Counted:
    """Return a share; where there is nothing to be a share of, nothing is known."""
    if whole <= 0:
        return Counted(None, SHARE, rows=rows, money=money, command=command)
    return Counted(part / whole, SHARE, int(part), int(whole), money, rows, command)


def paid_of_granted(rows: YearRows) -> Counted:
    """Return what was paid of what was granted (预算执行率), all funds of the year."""
    money = rows.balances
    return _share(int(money["paid_fen"].sum()), int(money["granted_fen"].sum()), money, "fund balances", money=True)


def committed_of_granted(rows: YearRows) -> Counted:
    """Return what was paid or is committed, of what was granted."""
    money = rows.balances
    bound = int(money["paid_fen"].sum() + money["committed_fen"].sum())
    return _share(bound, int(money["granted_fen"].sum()), money, "fund balances", money=True)


def unpaid_of_granted(rows: YearRows) -> Counted:
    """Return what was granted and not paid, of what was granted (结转结余率)."""
    money = rows.balances
    granted = int(money["granted_fen"].sum())
    return _share(granted - int(money["paid_fen"].sum()), granted, money, "fund balances", money=True)


def paid_to_registered(rows: YearRows) -> Counted:
    """Return what was paid to registered households, of what was paid to any household; reversals taken off."""
    own = rows.payments[rows.payments["hh"] != ""]
    known = own["hh"].isin(rows.registered)
    ordered = own.assign(registered=known).sort_values(["registered", "id"], kind="stable", ignore_index=True)
    part, whole = int(own.loc[known, "fen"].sum()), int(own["fen"].sum())
    return _share(part, whole, ordered, "fund balances --by hh", money=True)


def reversed_of_paid(rows: YearRows) -> Counted:
    """Return how many payments were reversed, of all payments of the year."""
    made = rows.payments[rows.payments["kind"] == "payment"]
    gone = made["id"].isin(set(rows.payments["reverses"]))
    ordered = made.assign(reversed=gone).sort_values(["reversed", "id"], ascending=[False, True], ignore_index=True)
    return _share(int(gone.sum()), len(made), ordered, "fund balances --by hh")


def found_as_listed(rows: YearRows) -> Counted:
    """Return how many inspected households were found as listed, of those inspected in the year."""
    good = rows.findings["finding"] == AS_LISTED
    return _share(int(good.sum()), len(rows.findings), _wrong_first(rows.findings), _inspections(rows.findings))


def errors_found(rows: YearRows) -> Counted:
    """Return how many households inspections found otherwise than listed; not known while nobody was inspected."""
    wrong = rows.findings[rows.findings["finding"] != AS_LISTED].reset_index(drop=True)
    command = _inspections(rows.findings)
    if rows.findings.empty:
        return Counted(None, COUNT, rows=wrong, command=command)
    return Counted(float(len(wrong)), COUNT, len(wrong), len(rows.findings), rows=wrong, command=command)


def _wrong_first(findings: pd.DataFrame) -> pd.DataFrame:
    return findings.assign(good=findings["finding"] == AS_LISTED).sort_values(
        ["good", "round", "hh"], kind="stable", ignore_index=True
    )


def _inspections(findings: pd.DataFrame) -> str:
    return f"inspect report {findings['round'].iloc[-1]}" if len(findings) else "inspect objections"


def plans_posted(rows: YearRows) -> Counted:
    """Return how many plans were approved on a day when their posting had run, of those approved in the year."""
    plans = _posted_plans(rows)
    return _share(int(plans["heard"].sum()), len(plans), plans, "runs list")


def days_posted(rows: YearRows) -> Counted:
    """Return the fewest days that the list of a plan had hung when it was approved; 0 where it never hung."""
    plans = _posted_plans(rows)
    fewest = float(plans["days_hung"].min()) if len(plans) else None
    return Counted(fewest, DAYS, rows=plans, command="runs list")


def _posted_plans(rows: YearRows) -> pd.DataFrame:
    """Return the year's approved plans with the days their list had hung by then: run, day, days_hung, heard."""
    found = []
    for run, day in rows.approvals[["run", "day"]].itertuples(index=False):
        own = rows.postings[rows.postings["run"] == run]
        hung = 0
        for posted, down in own[["posted_day", "taken_down_day"]].itertuples(index=False):
            end = day if pd.isna(down) else min(day, day_of(down))
            hung = max(hung, (end - day_of(posted)) // timedelta(days=1))
        first = approval_from(rows.postings, str(run), rows.days_asked)
        heard = rows.days_asked == 0 or (first is not None and day >= first)
        found.append((str(run), day.isoformat(), hung, heard))
    frame = pd.DataFrame(found, columns=["run", "day", "days_hung", "heard"])
    return frame.astype({"days_hung": "int64", "heard": "bool"}).sort_values(
        ["heard", "days_hung", "run"], ignore_index=True
    )


def answered_in_time(rows: YearRows) -> Counted:
    """Return how many words of households were answered by their day, of those answered or beyond it."""
    due = rows.words[rows.words["state"].isin([ANSWERED, LATE, OVERDUE])].reset_index(drop=True)
    return _share(int((due["state"] == ANSWERED).sum()), len(due), due, "voice list")


def consenting(rows: YearRows) -> Counted:
    """Return how many households consented and neither refused nor objected, of those that did any of these."""
    heard = rows.words[rows.words["kind"].isin([CONSENT, REFUSAL, OBJECTION]) & (rows.words["hh"] != "")]
    against = set(heard.loc[heard["kind"] != CONSENT, "hh"])
    households = set(heard["hh"])
    ordered = heard.assign(against=heard["hh"].isin(against)).sort_values(
        ["against", "id"], ascending=[False, True], ignore_index=True
    )
    return _share(len(households - against), len(households), ordered, "voice list")


def exits_confirmed(rows: YearRows) -> Counted:
    """Return how many households reached the last step of the exit procedure, of those with a step in the year."""
    last = rows.steps.assign(done=rows.steps["step"] == rows.last_step)
    by_household = last.groupby("hh", as_index=False).agg(steps=("step", "size"), done=("done", "any"))
    ordered = by_household.sort_values(["done", "hh"], kind="stable", ignore_index=True)
    return _share(int(by_household["done"].sum()), len(by_household), ordered, "procedure --all")


def exits_of_promised(rows: YearRows) -> Counted:
    """Return the households that exited as observed, of the number their promises of the year added up to."""
    promised = float(rows.promises["p"].sum())
    ordered = rows.promises.sort_values("hh", kind="stable", ignore_index=True)
    if promised <= 0:
        return Counted(None, SHARE, rows=ordered, command="promises")
    exited = float(rows.promises["exited"].sum())
    return Counted(exited / promised, SHARE, round(exited), round(promised), rows=ordered, command="promises")


MEASURES: dict[str, Callable[[YearRows], Counted]] = {
    "paid_of_granted": paid_of_granted,
    "committed_of_granted": committed_of_granted,
    "unpaid_of_granted": unpaid_of_granted,
    "paid_to_registered": paid_to_registered,
    "found_as_listed": found_as_listed,
    "plans_posted": plans_posted,
    "days_posted": days_posted,
    "answered_in_time": answered_in_time,
    "consenting": consenting,
    "exits_confirmed": exits_confirmed,
    "exits_of_promised": exits_of_promised,
    "reversed_of_paid": reversed_of_paid,
    "errors_found": errors_found,
}
