"""What households say of a plan or a measure, taken down and answered: one way in for the command line and the forms.

Responsible for words without personal data, for deadlines by the office's rule, for what binds the next plan, and for
the count of what was answered in time. Not responsible for the rows (`povlib.ledger.voice`) or for reading forms
(`.form_in`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from povlib import ledger, params
from povlib.errors import Fault, LedgerError, PrivacyError, RunError
from povlib.ledger.household_decisions import HOUSEHOLD, KEY, decision_rows
from povlib.ledger.voice import household_words as words_of_ledger
from povlib.ledger.voice.household_words import DECLINED, GRANTED, REFUSAL, WISH, day_number
from povlib.params.procedures.plan_posting import PlanPosting
from povlib.report.privacy.personal_data import check_texts
from povlib.runs.office.office_place import Place, open_book

OPEN, OVERDUE, ANSWERED, LATE, NONE_ASKED = "open", "overdue", "answered", "answered_late", "no_answer_asked"


@dataclass(frozen=True)
class Said:
    """One thing that a household said.

    Parameters
    ----------
    hh : str
        Household; empty for an objection of somebody outside the register.
    kind : {"consent", "wish", "refusal", "objection", "appeal"}
    words : str
        In the household's own words, without personal data.
    day : date
        On which it was said.
    subject : str
        Measure of a wish or a refusal; empty: all new help.
    about : str
        Of an appeal: the number of the word whose answer it is about.
    said_by : str
        Who spoke for the household; empty: the officer took it down at its door.
    where : str
        Cell it was read from, for messages.
    """

    hh: str
    kind: str
    words: str
    day: date
    subject: str = ""
    about: str = ""
    said_by: str = ""
    where: str = ""


def posting_rule(place: Place) -> PlanPosting:
    """Return the office's rule of posting and answering (``procedure.yaml``)."""
    return params.load_procedure(place.office.params).plan_posting


def record_said(
    place: Place, said: list[Said], officer: str, *, run: str = "", source_name: str = "", source_sha256: str = ""
) -> tuple[ledger.Batch, list[str]]:
    """Record what households said as one batch, whole or not at all.

    A wish and a refusal are also what the next plan reads: a refusal binds it at once, a wish once it is granted.

    Parameters
    ----------
    run : str
        The plan that a consent, an objection or an appeal is about.

    Returns
    -------
    Batch, list of str
        The numbers under which the words stand, in the order given.

    Raises
    ------
    PrivacyError
        If a text holds something personal: it is printed.
    LedgerError
        With every other fault (`povlib.ledger.voice.household_words.record_words`).
    """
    personal = [fault for one in said for fault in _personal_faults((one.words, one.said_by), one.where or one.hh)]
    if personal:
        raise PrivacyError(personal)
    rule = posting_rule(place)
    rows = pd.DataFrame([_row(one, officer, run, rule) for one in said])
    binding = pd.DataFrame([_binding_row(one, officer) for one in said if one.kind in (WISH, REFUSAL)])
    info = ledger.BatchInfo(
        kind="decision", officer=officer, role="desk", source_name=source_name, source_sha256=source_sha256,
        reason=said[0].words if len(said) == 1 else "",
    )  # fmt: skip
    with open_book(place, create=False) as book:
        return words_of_ledger.record_words(
            book, rows, info, binding=decision_rows(binding) if len(binding) else None,
            appeal_days=rule.appeal_within.days or 0,
        )  # fmt: skip


def _row(one: Said, officer: str, run: str, rule: PlanPosting) -> dict[str, object]:
    days = rule.answered_within.days if one.kind in words_of_ledger.ANSWERED else None
    return {"hh": one.hh, "kind": one.kind, "run": "" if one.kind in (WISH, REFUSAL) else run, "subject": one.subject,
            "about": one.about, "words": one.words, "day": one.day, "officer": officer, "said_by": one.said_by,
            "due_day": None if days is None else one.day + timedelta(days=days), "answered_day": None}  # fmt: skip


def _binding_row(one: Said, officer: str) -> dict[str, str]:
    return {"hh": one.hh, "voice": HOUSEHOLD, "subject": one.subject, "verdict": one.kind,
            "decided_by": one.said_by or officer, "reason": one.words}  # fmt: skip


def answer_said(
    place: Place, number: str, outcome: str, answer: str, day: date, officer: str
) -> tuple[ledger.Batch, bool]:
    """Record the one answer to a word; return whether it came in time. A wish granted binds the next plan.

    Raises
    ------
    PrivacyError
        If the answer holds something personal: the household gets it in print.
    LedgerError
        If there is no such word, it was answered, or the answer does not fit it.
    """
    if personal := _personal_faults((answer, officer), "--answer"):
        raise PrivacyError(personal)
    info = ledger.BatchInfo(kind="decision", officer=officer, role="desk", reason=answer)
    with open_book(place, create=False) as book:
        listed = words_of_ledger.household_words(book)
        own = listed[listed["id"] == number]
        binding = None
        if len(own) and own["kind"].iloc[0] == WISH and outcome in (GRANTED, DECLINED):
            known = ledger.household_decisions(book)
            keys = (known["hh"] == own["hh"].iloc[0]) & (known["voice"] == HOUSEHOLD)
            meant = known[keys & (known["subject"] == own["subject"].iloc[0])]
            binding = decision_rows(meant.assign(answer=outcome, reply=answer)) if len(meant) else None
        batch = words_of_ledger.answer_word(book, number, outcome, answer, day, officer, info, binding=binding)
    due = own["due_day"].iloc[0]
    return batch, bool(pd.isna(due) or day_number(day) <= int(due))


def open_word(place: Place, hh: str, subject: str) -> pd.Series | None:
    """Return the open wish or standing refusal of a household about a measure; None where it said nothing of it."""
    with open_book(place, create=False) as book:
        listed = words_of_ledger.household_words(book)
    own = listed[(listed["hh"] == hh) & listed["kind"].isin([WISH, REFUSAL]) & (listed["subject"] == subject)]
    own = own[own["answered_day"].isna()]
    return None if own.empty else own.iloc[-1]


def take_word_back(place: Place, hh: str, subject: str, officer: str, reason: str, day: date) -> int:
    """Take back what a household said of a measure: it binds no later plan. Return the batch.

    Raises
    ------
    LedgerError
        If it said nothing of it.
    """
    word = open_word(place, hh, subject)
    if word is not None:
        answer_said(place, str(word["id"]), words_of_ledger.TAKEN_BACK, reason, day, officer)
    keys = pd.DataFrame({"hh": [hh], "voice": [HOUSEHOLD], "subject": [subject]})
    with open_book(place, create=False) as book:
        known = ledger.household_decisions(book)
        if known.merge(keys, on=KEY).empty:
            raise LedgerError("household {hh} said nothing of the kind", hh=hh,
                              remedy="python3 workbench.py voice list")  # fmt: skip
        return ledger.take_back_decisions(book, keys, ledger.BatchInfo(officer=officer, reason=reason)).id


def posted_run(place: Place, run: str, day: date) -> None:
    """Refuse words about a plan whose list did not hang on that day.

    Raises
    ------
    RunError
        Naming the command that posts it.
    """
    from povlib.ledger.voice.plan_postings import plan_postings

    with open_book(place, create=False) as book:
        own = plan_postings(book)
    own = own[(own["run"] == run) & (own["posted_day"] <= day_number(day))]
    if own.empty:
        raise RunError(
            "the plan of run {run} did not hang on {day}: nobody can have read it",
            remedy="python3 workbench.py voice post {run} --officer OFFICER",
            run=run,
            day=day.isoformat(),
        )


def voice_standing(place: Place, today: date) -> pd.DataFrame:
    """Return every word with where it stands on a day, what holds up the work first.

    Returns
    -------
    DataFrame
        Columns of `household_words`, state (`OPEN`, `OVERDUE`, `ANSWERED`, `LATE`, `NONE_ASKED`), days_waited (to the
        answer, or to `today`), days_late (beyond the deadline; 0 in time, missing where none is set).
    """
    with open_book(place, create=False) as book:
        frame = words_of_ledger.household_words(book)
    return standing_of_words(frame, today)


def standing_of_words(frame: pd.DataFrame, today: date) -> pd.DataFrame:
    """Return words with their state on a day; see `voice_standing`.

    Examples
    --------
    >>> said = pd.DataFrame({"id": ["a"], "kind": ["objection"], "day": [20160501], "due_day": [20160511],
    ...                      "answered_day": [pd.NA]}).astype({"answered_day": "Int64"})
    >>> [standing_of_words(said, date(2016, 5, day))["state"].item() for day in (11, 12)]
    ['open', 'overdue']
    """
    said, due, answered = (_as_days(frame[name]) for name in ("day", "due_day", "answered_day"))
    end = answered.fillna(pd.Timestamp(today))
    late = (end - due).dt.days.clip(lower=0).astype("Int64")
    asked, done = frame["kind"].isin(words_of_ledger.ANSWERED).to_numpy(), answered.notna().to_numpy()
    is_late = (late > 0).fillna(False).to_numpy(dtype=bool)
    state = np.select(
        [~asked, done & is_late, done, is_late], [NONE_ASKED, LATE, ANSWERED, OVERDUE], default=OPEN
    )  # fmt: skip
    waited = (end - said).dt.days.where(asked).astype("Int64")
    rank = {OVERDUE: 0, OPEN: 1, LATE: 2, ANSWERED: 3, NONE_ASKED: 4}
    told = frame.assign(state=state, days_waited=waited, days_late=late.where(pd.Series(asked, index=late.index)))
    order = told["state"].map(rank)
    return told.assign(order=order).sort_values(["order", "due_day", "id"], ignore_index=True).drop(columns="order")


def voice_counts(standing: pd.DataFrame) -> pd.DataFrame:
    """Return by kind how many were said, are open and overdue, were answered in time and late, and the days it took.

    Returns
    -------
    DataFrame
        kind, said, open, overdue, in_time, late, upheld (or granted), longest_days (to an answer; missing without one);
        one row a kind, in the order of `povlib.ledger.voice.household_words.KINDS`.
    """
    rows = []
    for kind in words_of_ledger.KINDS:
        own = standing[standing["kind"] == kind]
        answered = own[own["state"].isin([ANSWERED, LATE])]
        rows.append(
            {
                "kind": kind,
                "said": len(own),
                "open": int((own["state"] == OPEN).sum()),
                "overdue": int((own["state"] == OVERDUE).sum()),
                "in_time": int((own["state"] == ANSWERED).sum()),
                "late": int((own["state"] == LATE).sum()),
                "upheld": int(own["outcome"].isin([words_of_ledger.UPHELD, GRANTED]).sum()),
                "longest_days": answered["days_waited"].max() if len(answered) else pd.NA,
            }
        )
    return pd.DataFrame(rows).astype({"longest_days": "Int64"})


def _as_days(numbers: pd.Series) -> pd.Series:
    return pd.to_datetime(numbers.astype("Int64").astype("string"), format="%Y%m%d")


def _personal_faults(texts: tuple[str, ...], where: str) -> list[Fault]:
    try:
        check_texts(texts, where=where)
    except PrivacyError as error:
        return list(error.faults)
    return []
