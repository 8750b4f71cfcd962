"""Objections to any list of the office: recorded with their day, due on a day, answered once.

Responsible for the rows `objections`, whatever the list is about. Not responsible for changing a list.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from povlib import ledger
from povlib.errors import Fault, PrivacyError, RunError, unknown_word_fault
from povlib.report.privacy.personal_data import check_texts
from povlib.runs.office.office_place import Place, open_book


def record_objection(
    place: Place, list_name: str, household: str, subject: str, day: date, officer: str, days: int
) -> tuple[str, date]:
    """Record an objection; return its number and the day by which it is answered.

    Parameters
    ----------
    list_name, household : str
        What it is about; a household not on the list may object that it is not.
    subject : str
        What is objected, in words without personal data.
    days : int
        Calendar days in which it is answered.

    Raises
    ------
    RunError
        If it says nothing, the household is not known, or the same objection is still open.
    """
    faults = _text_faults(subject, "say what is objected")
    if day > date.today():
        faults.append(Fault("{value} lies in the future", values={"value": day.isoformat()}))
    with open_book(place, create=False) as book:
        known, before = ledger.read_frame(book, "households")["hh"], ledger.read_frame(book, "objections")
        if household and household not in set(known):
            faults.append(unknown_word_fault("nothing is recorded about household {value}", household, known, ""))
        own = before[(before["list"] == list_name) & (before["hh"] == household)]
        same = own[(own["subject"] == subject.strip()) & own["answered_day"].isna()]
        if len(same):
            faults.append(Fault("this objection is on record already: {id}", values={"id": same["id"].iloc[0]}))
        if faults:
            raise RunError(faults)
        due, stem = day + timedelta(days=days), "-".join(filter(None, (list_name, household)))
        taken = set(before["id"])
        number = next(name for n in range(1, len(taken) + 2) if (name := f"{stem}-{n}") not in taken)
        row = {"id": number, "list": list_name, "hh": household, "subject": subject.strip(), "day": _number(day),
               "officer": officer, "due_day": _number(due), "answer": "", "answered_day": pd.NA}  # fmt: skip
        info = ledger.BatchInfo(officer=officer, role="desk", reason=f"objection {number}")
        book.append(info, {"objections": pd.DataFrame([row]).astype({"answered_day": "Int64"})})
    return number, due


def answer_objection(place: Place, number: str, answer: str, day: date, officer: str) -> bool:
    """Record the answer to an objection; return whether it came in time.

    Raises
    ------
    RunError
        If there is none of this number, it was answered, or the answer says nothing or is older than the objection.
    """
    with open_book(place, create=False) as book:
        listed = ledger.read_frame(book, "objections")
        own = listed[listed["id"] == number]
        if own.empty:
            raise RunError([unknown_word_fault("there is no objection {value}", number, listed["id"], "")])
        row = own.iloc[0].to_dict()
        faults = _text_faults(answer, "say what is answered")
        if pd.notna(row["answered_day"]):
            faults.append(
                Fault("objection {id} was answered on {day}", values={"id": number, "day": row["answered_day"]})
            )
        if not int(row["day"]) <= _number(day) <= _number(date.today()):
            faults.append(Fault("the day of the answer lies before the objection or in the future"))
        if faults:
            raise RunError(faults)
        info = ledger.BatchInfo(officer=officer, role="desk", reason=f"answer {number}")
        row |= {"answer": answer.strip(), "answered_day": _number(day)}
        book.append(info, {"objections": pd.DataFrame([row])})
    return bool(_number(day) <= int(row["due_day"]))


def objection_standing(place: Place, today: date) -> pd.DataFrame:
    """Return every objection with its `state` on a day: open, overdue, answered or answered_late; open ones first."""
    with open_book(place, create=False) as book:
        frame = ledger.read_frame(book, "objections")
    answered, due = frame["answered_day"].astype("Int64"), frame["due_day"].astype("Int64")
    late = (answered.fillna(_number(today)) > due).to_numpy(dtype=bool)
    done = answered.notna().to_numpy()
    state = np.select([done & late, done, late], ["answered_late", "answered", "overdue"], "open")
    rank = pd.Series(state).map({"overdue": 0, "open": 1, "answered_late": 2, "answered": 3}).to_numpy()
    ordered = frame.assign(state=state, rank=rank).sort_values(["rank", "due_day", "id"], ignore_index=True)
    return ordered.drop(columns="rank")


def _text_faults(words: str, missing: str) -> list[Fault]:
    if not words.strip():
        return [Fault(missing)]
    try:
        check_texts([words], where="")
    except PrivacyError as error:
        return [Fault("the text holds something personal, and it is printed ({got})",
                      values={"got": error.faults[0].show()})]  # fmt: skip
    return []


def _number(day: date) -> int:
    return int(day.strftime("%Y%m%d"))
