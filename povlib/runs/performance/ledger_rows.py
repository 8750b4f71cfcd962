"""The rows of the ledger that a year's performance is counted from, gathered once.

Responsible for reading them as of a batch. Not responsible for any figure (`.figures`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from povlib import ledger, params, review
from povlib.ledger.money.fund_movements import movements_of
from povlib.ledger.voice.household_words import household_words
from povlib.ledger.voice.plan_postings import plan_postings
from povlib.poverty.households.exit_procedure import recorded_steps
from povlib.runs.voice.household_voice import standing_of_words


@dataclass(frozen=True)
class YearRows:
    """What is on record of a year.

    Attributes
    ----------
    year : int
    today : date
        The day of the last batch, up to which deadlines count.
    balances : DataFrame
        fund, granted_fen, committed_fen, paid_fen of the year's accounts.
    payments : DataFrame
        id, kind (payment or reversal of one), date, fund, hh, measure, fen; fen positive for a payment.
    registered : frozenset of str
        Households that the register knows.
    findings : DataFrame
        round, hh, village, day, finding of inspections in the year.
    steps : DataFrame
        hh, step, month of the exit procedure in the year.
    last_step : str
        Key of the step that ends the procedure.
    approvals : DataFrame
        run, day (date) of plans that were approved in the year.
    postings : DataFrame
        `povlib.ledger.voice.plan_postings.plan_postings`.
    days_asked : int
        Days that a plan hangs by the rule.
    words : DataFrame
        Words of households said in the year, with their standing.
    promises : DataFrame
        Promises to households that fell due in the year and were scored: hh, village, p, exited.
    """

    year: int
    today: date
    balances: pd.DataFrame
    payments: pd.DataFrame
    registered: frozenset[str]
    findings: pd.DataFrame
    steps: pd.DataFrame
    last_step: str
    approvals: pd.DataFrame
    postings: pd.DataFrame
    days_asked: int
    words: pd.DataFrame
    promises: pd.DataFrame


def year_rows(book: ledger.Ledger, procedure: params.Procedure, year: int) -> YearRows:
    """Return the rows of a year as the ledger knows them now."""
    recorded = str(book.store.rows("select max(recorded_at) from batch")[0][0] or "")[:10]
    today = date.fromisoformat(recorded) if recorded else date(year, 1, 1)
    money = ledger.balances(book, ("fund", "year"))
    findings = ledger.read_frame(book, "inspection_findings")
    steps = recorded_steps(ledger.read_frame(book, "marks"), procedure)
    words = household_words(book)
    return YearRows(
        year=year,
        today=today,
        balances=money[money["year"] == year].drop(columns="year").reset_index(drop=True),
        payments=_payments(book, year),
        registered=frozenset(map(str, ledger.read_frame(book, "households")["hh"])),
        findings=findings[findings["day"] // 10_000 == year].reset_index(drop=True),
        steps=steps[steps["month"] // 12 == year].reset_index(drop=True),
        last_step=procedure.last,
        approvals=_approvals(book, year),
        postings=plan_postings(book),
        days_asked=procedure.plan_posting.hangs.days or 0,
        words=standing_of_words(words[words["day"] // 10_000 == year].reset_index(drop=True), today),
        promises=_due_promises(book, year),
    )


def _payments(book: ledger.Ledger, year: int) -> pd.DataFrame:
    """Return payments out of the year's accounts and reversals of them."""
    txns, postings = movements_of(book)
    paid = postings[postings["account"].str.endswith(f"/{year}/paid")]
    rows = txns.merge(paid[["txn", "fen"]], left_on="id", right_on="txn")
    texts = rows[["id", "kind", "date", "fund", "hh", "measure", "reverses"]].fillna("")
    return texts.assign(fen=rows["fen"].astype("int64")).sort_values("id", ignore_index=True)


def _approvals(book: ledger.Ledger, year: int) -> pd.DataFrame:
    told = ledger.plan_decisions(book)
    own = told[told["decision"] == "approved"].drop_duplicates("run", keep="first")
    own = own[own["recorded_at"].str.startswith(f"{year}-")]
    days = [date.fromisoformat(str(told)[:10]) for told in own["recorded_at"]]
    return pd.DataFrame({"run": own["run"].tolist(), "day": days}, columns=["run", "day"])


def _due_promises(book: ledger.Ledger, year: int) -> pd.DataFrame:
    scored = review.scored_promises(book)
    own = scored[(scored["year"] == year) & scored["outcome"].notna()]
    return own[["hh", "village", "p", "outcome"]].rename(columns={"outcome": "exited"}).reset_index(drop=True)
