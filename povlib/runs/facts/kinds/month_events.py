"""What happened in the last month with data, beside the month before and the year so far, and what falls due next."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from povlib import ledger
from povlib.calendar import Month
from povlib.ledger import State
from povlib.ledger.money.fund_movements import movements_of
from povlib.ledger.voice.household_words import ANSWERED, HOLDS_UP, household_words
from povlib.params import Procedure, load_procedure
from povlib.params.procedures.exit_procedure import POSTED
from povlib.poverty.households.exit_procedure import recorded_steps
from povlib.report.kinds.month_report import MonthReport
from povlib.runs.facts.proposal import planned_households
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.run import Run
from povlib.vocabulary.help_and_works import works_finished
from povlib.vocabulary.register import marked_for_exit, returned_status

_YEAR = 12


def month_report_facts(run: Run) -> MonthReport:
    """Return what the summary of a month says; the month is the last one with data, the books are those of today."""
    state, month = run.state, run.at
    rules = load_procedure(run.folder / "params")
    steps = recorded_steps(state.marks, rules)
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        said = household_words(book)
        moved = _movements(book)
        due = {**_due_in_books(book, said, month), **_due_by_ledger(state, month)}
    counted = {**_register_months(state, steps, rules), **_work_months(state), **_voice_months(said)}
    recorded = {"posted": len(steps) > 0, "exited": len(steps) > 0}
    plan = planned_households(run)
    return MonthReport(
        month=month,
        counts=_beside(counted, month, recorded),
        money=_sums_beside({**_paid_by_ledger(state), **moved}, month, dict.fromkeys(moved, len(moved["paid"]) > 0)),
        reported=int(state.observations.loc[state.observations["month"].eq(month.ordinal), "hh"].nunique()),
        households=len(state.households),
        starts=_starts(plan),
        due=due,
        moved=len(moved["paid"]) > 0,
        stepped=len(steps) > 0,
    )


def months_of_days(days: pd.Series) -> pd.Series:
    """Return the months (ordinals) of days written yyyymmdd, without those that are not known.

    Examples
    --------
    >>> months_of_days(pd.Series([20160430, None], dtype="Int64")).tolist()
    [24195]
    """
    known = days.dropna().astype("int64")
    return known // 10_000 * _YEAR + known // 100 % 100 - 1


def _register_months(state: State, steps: pd.DataFrame, rules: Procedure) -> dict[str, pd.Series]:
    """Return, for each thing that a register tells of, the months in which it happened, one a household."""
    marks = state.marks.drop_duplicates(["hh", "month", "kind"])
    return {
        "entered": state.households["identified_month"],
        "marked": marks.loc[marks["kind"].eq(marked_for_exit()), "month"],
        "posted": steps.loc[steps["step"].eq(POSTED), "month"],
        "exited": steps.loc[steps["step"].eq(rules.last), "month"],
        "returned": marks.loc[marks["kind"].eq(returned_status()), "month"],
    }


def _work_months(state: State) -> dict[str, pd.Series]:
    """Return the months of help, posts, works and visits."""
    finished = state.projects["status"].eq(works_finished()).fillna(False).astype(bool)
    return {
        "helped": state.support["from_month"],
        "placed": state.placements["from_month"],
        "left": state.placement_ends["end_month"],
        "works_begun": months_of_days(state.progress.groupby("project")["week"].min()),
        "works_done": state.projects.loc[finished, "done_month"],
        "inspected": months_of_days(state.inspection_findings["day"]),
    }


def _voice_months(said: pd.DataFrame) -> dict[str, pd.Series]:
    asked = said[said["kind"].isin(ANSWERED)]
    return {"asked": months_of_days(asked["day"]), "answered": months_of_days(asked["answered_day"])}


def _paid_by_ledger(state: State) -> dict[str, pd.Series]:
    """Return money that villages reported, in fen by month: relief, deliveries, collective income."""
    frames = {"relief": state.relief_payments, "deliveries": state.deliveries, "income": state.income_receipts}
    return {key: _by_month(months_of_days(frame["day"]), frame["fen"]) for key, frame in frames.items()}


def _movements(book: ledger.Ledger) -> dict[str, pd.Series]:
    """Return what was granted to the funds, committed and paid, in fen by the month of the movement's day.

    A commitment counts as it was made, not less what was paid of it since; what was released or reversed is taken off
    in its own month.
    """
    txns, postings = movements_of(book)
    lines = postings.merge(txns[["id", "date", "kind"]], left_on="txn", right_on="id")
    account = lines["account"].str.rsplit("/", n=1).str[-1]
    months = pd.Series([Month.parse(str(day)[:7]).ordinal for day in lines["date"]], index=lines.index, dtype="int64")
    payments = set(txns.loc[txns["kind"].eq("payment"), "id"])
    of_payment = lines["txn"].isin(payments) | lines["txn"].isin(set(txns.loc[txns["reverses"].isin(payments), "id"]))
    parts = {
        "granted": account.eq("granted") & ~lines["kind"].eq("carry_over"),
        "committed": account.eq("committed") & ~of_payment,
        "paid": account.eq("paid"),
    }
    sign = {"granted": -1}
    return {key: _by_month(months[own], sign.get(key, 1) * lines.loc[own, "fen"]) for key, own in parts.items()}


def _by_month(months: pd.Series, fen: pd.Series) -> pd.Series:
    """Return sums of money with their months (ordinals) as index."""
    return fen.reindex(months.index).groupby(months).sum().astype("Int64")


def _beside(counted: Mapping[str, pd.Series], month: Month, recorded: Mapping[str, bool]) -> pd.DataFrame:
    """Return key, now, before and year: how often in the month, in the one before, and in the year up to it."""
    at, first = month.ordinal, month.year * _YEAR
    rows = {
        key: (int(months.eq(at).sum()), int(months.eq(at - 1).sum()), int(months.between(first, at).sum()))
        for key, months in counted.items()
    }
    return _frame(rows, recorded)


def _sums_beside(sums: Mapping[str, pd.Series], month: Month, recorded: Mapping[str, bool]) -> pd.DataFrame:
    """Return key, now, before and year of money by month."""
    at, first = month.ordinal, month.year * _YEAR
    rows = {
        key: (int(fen.get(at, 0)), int(fen.get(at - 1, 0)), int(fen[(fen.index >= first) & (fen.index <= at)].sum()))
        for key, fen in sums.items()
    }
    return _frame(rows, recorded)


def _frame(rows: Mapping[str, tuple[int, int, int]], recorded: Mapping[str, bool]) -> pd.DataFrame:
    """Return rows as a frame; what nothing was ever recorded of is missing, which is not zero."""
    frame = pd.DataFrame([[key, *values] for key, values in rows.items()], columns=["key", "now", "before", "year"])
    columns = ["now", "before", "year"]
    frame = frame.astype(dict.fromkeys(columns, "Int64"))
    unknown = ~frame["key"].map(lambda key: recorded.get(key, True)).astype(bool)
    frame.loc[unknown, columns] = pd.NA
    return frame


def _starts(plan: pd.DataFrame) -> pd.DataFrame:
    """Return by month what the plan begins: month, households, persons, money_fen, posts."""
    helped = plan[plan["k"] > 0]
    starts = helped.groupby("start", as_index=False).agg(
        households=("hh", "size"), persons=("members", "sum"), money_fen=("money_fen", "sum"), posts=("posts", "sum")
    )
    return starts.rename(columns={"start": "month"}).astype({"month": "int64"})


def _due_in_books(book: ledger.Ledger, said: pd.DataFrame, month: Month) -> dict[str, int]:
    """Return what waits in the office's books: answers, promises, money committed."""
    made = ledger.promises(book)
    waiting = said[said["answered_day"].isna()]
    return {
        "wishes": len(ledger.open_wishes(book)),
        "objections": int(waiting["kind"].isin(HOLDS_UP).sum()),
        "promises": int((ledger.unsettled(made) & made["due_month"].le(month.ordinal + 1)).sum()),
        "committed_fen": int(sum(ledger.open_commitments(book).values())),
    }


def _due_by_ledger(state: State, month: Month) -> dict[str, int]:
    """Return what is due by the end of the next month by what villages recorded: works, credits, collective income."""
    after = month + 1
    end = after.yyyymm * 100 + 31
    open_works = state.projects.loc[~state.projects["status"].eq(works_finished()).fillna(False), "project"]
    schedules = state.project_schedules[state.project_schedules["project"].isin(open_works)]
    due_day = schedules["planned_done_day"]
    credits = state.material_credits
    running = credits["status"].eq("running") & credits["due_month"].le(after.ordinal)
    contracts = state.income_contracts
    goes_on = contracts["to_month"].ge(after.ordinal) | contracts["to_month"].isna()
    holds = contracts["from_month"].le(after.ordinal) & goes_on
    named = contracts["due_months"].fillna("").str.split("、").map(lambda months: str(after.month) in months)
    return {
        "works": int(due_day.le(end).fillna(False).sum()),
        "works_late": int(due_day.lt(month.yyyymm * 100 + 32).fillna(False).sum()),
        "credits": int(running.fillna(False).sum()),
        "rents": int((holds.fillna(False) & named).sum()),
    }
