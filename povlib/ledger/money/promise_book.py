"""承诺账: what we promised, and what came true.

Responsible for writing promises before their outcome (every registered household, and each printed
total), for scoring them as promised, and for showing both. Not responsible for the projections that
are promised (`exits`) or for judging the record (`review`).

Promises and scores never change what is known about households: their batches leave `data_head`
and the digest of a State as they were.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from povlib.calendar import Month
from povlib.errors import Fault, LedgerError
from povlib.ledger.batch import Batch, BatchInfo
from povlib.ledger.batch_writing import write_batch
from povlib.ledger.book import Ledger
from povlib.ledger.money.plan_approvals import (
    APPROVED,
    REPLACED,
    decision_rows,
    overlap_faults,
    overlapping_plans,
    setting_aside_faults,
    standing_decisions,
)
from povlib.ledger.rows_as_known import known_frame
from povlib.ledger.state import batch_at, last_month, read_frame
from povlib.ledger.storage.table_schema import BY_FRAME
from povlib.vocabulary.register import registered_statuses

HOUSEHOLD, TOTAL = "household", "total"
_SCORE = ["outcome", "outcome_lo", "outcome_hi", "delivered", "basis"]


def record_promises(book: Ledger, run: str, frame: pd.DataFrame, info: BatchInfo, *, replacing: bool = False) -> Batch:
    """Write the promises of an approved run, and its approval, in one batch.

    Of a run that was replaced or withdrawn and is approved again only the decision is written: its promises are there.

    Parameters
    ----------
    book : Ledger
        An open ledger.
    run : str
        The run that made them; a run promises once.
    frame : DataFrame
        kind (``household`` or ``total``), hh and village (household) or key (total), package, p (the
        probability, or for a total the number), p0 (under nothing new), lo, hi, due_month (ordinal).
        Every household registered poor has its row, package 0 included.
    info : BatchInfo
        Who approved, and `month`, the first month of help (default: the one after the last month of data); its kind is
        set here.
    replacing : bool
        Whether plans in force for any of the same months are set aside by this one, for the reason given.

    Raises
    ------
    LedgerError
        If a household is missing, a number is out of range, the outcome is already known, or another plan is in force
        for any of the same months and is not replaced.
    """
    frame = frame.assign(run=run).reset_index(drop=True)
    household = frame["kind"] == HOUSEHOLD
    subject = frame["hh"].where(household, frame.get("key", ""))
    frame["id"] = [
        f"{run}/{kind}/{it}/{due}" for kind, it, due in zip(frame["kind"], subject, frame["due_month"], strict=True)
    ]
    before = standing_decisions(book)
    before = before.loc[before["run"] == run]
    if len(before) and before["decision"].iloc[0] == APPROVED:
        found = book.store.rows(
            "select id, hash from batch where id = (select max(batch) from approval where run = ?)", (run,)
        )
        return Batch(int(found[0][0]), str(found[0][1]), added=False)
    first = info.month or _month_after_data(book)

    def make() -> dict[str, pd.DataFrame]:
        # read inside the lock: two officers who approve two plans at once must see each other's
        others = overlapping_plans(book, run, first, Month.from_ordinal(int(frame["due_month"].max())))
        faults = _promise_faults(book, frame, household)
        if len(others):
            faults += setting_aside_faults(book, others, info.reason) if replacing else overlap_faults(others)
        if faults:
            raise LedgerError(faults)
        approval = pd.DataFrame({"run": [run], "decision": [APPROVED], "plan_sha256": [info.source_sha256]})
        approvals = pd.concat([approval, decision_rows(others, REPLACED)], ignore_index=True)
        return {"approvals": approvals} | ({} if len(before) else {"promises": frame})

    # A run promises once, whatever else came from the same plan: the plan's digest stands in the approval.
    return write_batch(book, replace(info, kind="promise", month=first, source_sha256="", rules_sha256=""), make)


def _month_after_data(book: Ledger) -> Month:
    """Return the first month that the ledger does not know; the month of its clock when it knows none."""
    last = last_month(book, book.data_head())
    return last + 1 if last is not None else Month.parse(book.now()[:7])


def _promise_faults(book: Ledger, frame: pd.DataFrame, household: pd.Series) -> list[Fault]:
    faults = []
    number = book.data_head()
    registered = read_frame(book, "households", number)
    promised = set(frame.loc[household, "hh"])
    missing = sorted(set(registered.loc[registered["status"].isin(registered_statuses()), "hh"]) - promised)
    if missing:
        faults.append(Fault("{n} registered households have no promise ({some})", "promises",
                            "every registered household, package 0 included", "",
                            {"n": len(missing), "some": ", ".join(missing[:3])}))  # fmt: skip
    if unknown := sorted(promised - set(registered["hh"])):
        faults.append(
            Fault(
                "{n} households are not registered ({some})",
                "promises",
                values={"n": len(unknown), "some": ", ".join(unknown[:3])},
            )
        )
    numbers = frame.reindex(columns=["p", "p0", "lo", "hi"]).astype("Float64").fillna(0.0)
    outside = household & ((numbers < 0) | (numbers > 1)).any(axis=1)
    crossed = (frame.get("lo", frame["p"]) > frame["p"]) | (frame.get("hi", frame["p"]) < frame["p"])
    for wrong, what in (
        (outside, "{n} probabilities are not between 0 and 1"),
        (crossed.fillna(False), "{n} ranges do not hold their promise"),
    ):
        if n := int(wrong.sum()):
            faults.append(Fault(what, "promises", values={"n": n}))
    last = last_month(book, number)
    if last is not None and (n := int((frame["due_month"] <= last.ordinal).sum())):
        faults.append(
            Fault("{n} promises are about a month whose outcome is already recorded", "promises", values={"n": n})
        )
    return faults


def promises(book: Ledger, as_of: int | None = None) -> pd.DataFrame:
    """Return every promise with its newest score.

    Returns
    -------
    DataFrame
        The columns of a promise, then scored (bool), outcome (1, 0, a number for a total, NaN = not
        assessable), outcome_lo, outcome_hi, delivered, basis, score_batch (Int64), in_force (bool: its plan was
        neither replaced nor withdrawn; what is not in force is never scored).
    """
    number = batch_at(book, as_of)
    made = known_frame(book.store, BY_FRAME["promises"], number)
    scores = known_frame(book.store, BY_FRAME["promise_scores"], number).rename(
        columns={"batch": "score_batch", "promise": "id"}
    )
    both = made.merge(scores, on="id", how="left")
    both["score_batch"] = both["score_batch"].astype("Int64")
    both.insert(len(made.columns), "scored", both["score_batch"].notna().to_numpy())
    last = standing_decisions(book)
    both["in_force"] = both["run"].isin(last.loc[last["decision"] == APPROVED, "run"])
    return both.sort_values(["due_month", "batch", "id"], kind="stable", ignore_index=True)


def unsettled(made: pd.DataFrame) -> pd.Series:
    """Return which promises in force have no assessed outcome yet: not scored, or scored as not assessable.

    Parameters
    ----------
    made : DataFrame
        Rows of `promises`. A total counts as settled once it is scored: its households settle it.
    """
    return made["in_force"] & (~made["scored"] | ((made["kind"] == HOUSEHOLD) & made["outcome"].isna()))


def score_promises(book: Ledger, month: Month, outcomes: pd.DataFrame, info: BatchInfo) -> Batch:
    """Score every promise in force due at `month`, as it was promised.

    An assessed outcome stands for good. A promise scored as not assessable is scored again when its rows
    come late: the newer score stands, the older one stays in the history. Without news nothing is written.

    Parameters
    ----------
    month : Month
        The month that closed.
    outcomes : DataFrame
        hh or key, outcome (1, 0 or a number; NA = not assessable), and if known outcome_lo,
        outcome_hi, delivered (what was delivered: shown beside, never a condition), basis.
        A promise without an outcome here is kept as not assessable, with bounds 0 and 1.

    Raises
    ------
    LedgerError
        If nothing was promised for that month.
    """
    due = promises(book)
    due = due.loc[due["in_force"] & (due["due_month"] == month.ordinal)]
    if due.empty:
        raise LedgerError("nothing was promised for {month}", month=str(month))
    earlier = due[["id", *_SCORE]].rename(columns={"id": "promise"})
    due = due.loc[~due["scored"] | due["outcome"].isna()]
    subject = due["hh"].where(due["kind"] == HOUSEHOLD, due["key"])
    given = outcomes.reindex(columns=["hh", "key", "outcome", "outcome_lo", "outcome_hi", "delivered", "basis"])
    given = given.assign(subject=given["hh"].where(given["hh"].notna(), given["key"])).drop(columns=["hh", "key"])
    if doubled := int(given.duplicated("subject").sum()):
        raise LedgerError("{n} rows repeat a key ({key})", where="outcomes", n=doubled, key="hh, key")
    scores = pd.DataFrame({"promise": due["id"], "subject": subject, "kind": due["kind"]}).merge(
        given, on="subject", how="left"
    )
    scores["outcome"] = scores["outcome"].astype("Float64")
    for name, bound in (("outcome_lo", 0.0), ("outcome_hi", 1.0)):
        known = scores[name].astype("Float64").fillna(scores["outcome"])
        scores[name] = known.fillna(bound).where(scores["kind"] == HOUSEHOLD, known)
    unknown = scores["outcome"].isna() & scores["basis"].isna()
    scores["basis"] = scores["basis"].where(~unknown, "not assessable").fillna("")
    news = _changed_scores(scores[["promise", *_SCORE]], earlier)
    if news.empty:
        number, digest = book.store.rows(
            "select id, hash from batch where id = (select max(batch) from promise_score)"
        )[0]
        return Batch(int(number), str(digest), added=False)
    return book.append(replace(info, kind="score", month=month), {"promise_scores": news})


def _changed_scores(scores: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Return the scores that say something else than the newest one of their promise."""
    before = earlier.set_index("promise").reindex(scores["promise"]).reset_index(drop=True)
    same = pd.Series(True, index=scores.index)
    for name in _SCORE:
        a, b = scores[name].reset_index(drop=True), before[name]
        if name in ("delivered", "basis"):
            a, b = (side.astype("object").where(side.notna(), "").astype("str") for side in (a, b))
        same &= ((a == b).fillna(False) | (a.isna() & b.isna())).to_numpy()
    return scores.loc[~same]
