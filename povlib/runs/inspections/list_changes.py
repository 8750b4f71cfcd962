"""Lists of targets: drawn up from the works on record, adjusted after a round with before, after and reason.

Responsible for the rows `list_entries`. Not responsible for what was found (`.findings`) or for the notice board.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from povlib import ledger, params
from povlib.errors import Fault, RunError
from povlib.runs.office.office_place import Place, open_book

ON, OFF = "在名单", "剔除"
TAKEN_OFF = ("not_eligible", "absent", "duplicate")
"""Findings that take a household off the list; a house that is not finished stays on it."""


def keep_list(place: Place, name: str, day: date, officer: str, reason: str = "公示名单") -> int:
    """Record the list of targets of the housing works on record; return how many households stand on it.

    Raises
    ------
    RunError
        If the list exists or no works are on record.
    """
    with open_book(place, create=False) as book:
        entries, projects = ledger.read_frame(book, "list_entries"), ledger.read_frame(book, "projects")
        if name in set(entries["list"]):
            raise RunError("list {name} is on record; after a round: python3 workbench.py inspect adjust", name=name)
        households = sorted(projects["hh"].dropna().unique())
        if not households or not name.strip():
            raise RunError(
                "no housing works are on record: there is nobody to list",
                remedy="put village workbooks into the inbox, then: python3 workbench.py load",
            )
        rows = pd.DataFrame({"list": name, "hh": households, "listed": True, "day": _number(day), "reason": reason,
                             "before": "", "after": ON})  # fmt: skip
        info = ledger.BatchInfo(officer=officer, role="desk", reason=f"list {name}")
        book.append(info, {"list_entries": rows})
    return len(households)


def adjust_list(
    place: Place, round_name: str, day: date, officer: str, kept: Iterable[str] = (), reason: str = ""
) -> pd.DataFrame:
    """Take off the list whom a round found not eligible, absent or listed twice; return the changed rows.

    Parameters
    ----------
    kept : iterable of str
        Households that stay in spite of the finding, as after an objection; this needs a reason.

    Raises
    ------
    RunError
        If the round has no findings, a household to keep was not found wrong, or a reason is missing.
    """
    kept = set(kept)
    with open_book(place, create=False) as book:
        rounds, findings = ledger.read_frame(book, "inspection_rounds"), ledger.read_frame(book, "inspection_findings")
        entries = ledger.read_frame(book, "list_entries")
        own = findings[findings["round"] == round_name]
        if own.empty:
            raise RunError(
                "round {name} has no findings yet",
                remedy="python3 workbench.py inspect load FILE --officer OFFICER",
                name=round_name,
            )
        wrong = own[own["finding"].isin(TAKEN_OFF)]
        faults = [Fault("household {value} was not found wrong in this round", values={"value": hh})
                  for hh in sorted(kept - set(wrong["hh"]))]  # fmt: skip
        if kept and not reason.strip():
            faults.append(Fault("to keep a household that was found wrong needs a reason", remedy="--reason WHY"))
        if faults:
            raise RunError(faults)
        list_name = rounds.loc[rounds["round"] == round_name, "list"].iloc[0]
        standing = entries[(entries["list"] == list_name) & entries["listed"].astype(bool)].set_index("hh")
        labels = {code.key: code.label for code in params.table("finding").codes}
        rows = []
        for hh, finding, note in wrong[["hh", "finding", "note"]].astype("str").fillna("").to_numpy().tolist():
            if hh not in standing.index:
                continue
            why = f"换村互检 {round_name}：{labels[finding]}" + (f"（{note}）" if note else "")
            after = ON if hh in kept else OFF
            rows.append({"list": list_name, "hh": hh, "listed": hh in kept, "day": _number(day), "before": ON,
                         "after": after, "reason": f"{why}；{reason}" if reason else why})  # fmt: skip
        frame = pd.DataFrame(rows, columns=["list", "hh", "listed", "day", "reason", "before", "after"])
        if len(frame):
            info = ledger.BatchInfo(officer=officer, role="desk", reason=f"list after inspection {round_name}")
            book.append(info, {"list_entries": frame})
    return frame


def _number(day: date) -> int:
    return int(day.strftime("%Y%m%d"))
