"""One person twice: a queue for people to decide, never an automatic merge.

Responsible for listing people who share an identity number, or a name and a month of birth, in
different households, and for recording what was decided. Not responsible for opening names.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pandas as pd

from povlib.errors import LedgerError
from povlib.ledger.batch import Batch, BatchInfo
from povlib.ledger.book import Ledger
from povlib.ledger.rows_as_known import known_frame
from povlib.ledger.state import read_frame
from povlib.ledger.storage.table_schema import BY_FRAME

VERDICTS = ("same", "different", "unclear")
_KIND = "duplicate"


def duplicates(book: Ledger) -> pd.DataFrame:
    """Return pairs of people who may be one person, the undecided first.

    Returns
    -------
    DataFrame
        left, right (人口编号), left_hh, right_hh, sign (``id_number``, or ``name_and_birth`` for
        people whose numbers differ), verdict (NaN = to be decided), note; no names, no numbers.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         duplicates(book).empty
    True
    """
    members = read_frame(book, "members")[["person", "hh", "birth"]]
    pairs = [
        (*pair, "id_number") for pair in _pairs_within_groups(_groups_of_equals(book, "id_number", members, ["match"]))
    ]
    named = _pairs_within_groups(_groups_of_equals(book, "name", members, ["match", "birth"]))
    pairs += [(*pair, "name_and_birth") for pair in named if (*pair, "id_number") not in set(pairs)]
    frame = pd.DataFrame(pairs, columns=["left", "right", "sign"], dtype="str")
    home = members.set_index("person")["hh"]
    frame.insert(2, "left_hh", frame["left"].map(home))
    frame.insert(3, "right_hh", frame["right"].map(home))
    decided = known_frame(book.store, BY_FRAME["decisions"], book.head().batch)
    decided = decided.loc[decided["kind"] == _KIND].rename(columns={"left_id": "left", "right_id": "right"})
    frame = frame.merge(decided[["left", "right", "verdict", "note"]], on=["left", "right"], how="left")
    return frame.sort_values(["verdict", "left", "right"], na_position="first", kind="stable", ignore_index=True)


def decide(book: Ledger, left: str, right: str, verdict: str, note: str, info: BatchInfo) -> Batch:
    """Record what a person decided about a pair; the register itself is corrected apart.

    Raises
    ------
    LedgerError
        If the verdict is not one of `VERDICTS`, there is no officer or no note, or the pair is not in the queue.
    """
    if verdict not in VERDICTS:
        raise LedgerError("{value} is not known", allowed=", ".join(VERDICTS), value=repr(verdict))
    if not info.officer.strip() or not note.strip():
        raise LedgerError("a decision needs an officer and a note")
    left, right = sorted((left, right))
    queue = duplicates(book)
    if not ((queue["left"] == left) & (queue["right"] == right)).any():
        raise LedgerError("this pair is not in the queue", where=f"{left}, {right}")
    row = {"id": [f"{_KIND}/{left}/{right}"], "kind": [_KIND], "left_id": [left], "right_id": [right]}
    frame = pd.DataFrame({**row, "verdict": [verdict], "note": [note]})
    return book.append(replace(info, kind="decision"), {"decisions": frame})


def _groups_of_equals(book: Ledger, kind: str, members: pd.DataFrame, same: list[str]) -> pd.DataFrame:
    """Return members on the card with the group of equal values they belong to; keyed digests stay inside."""
    query = "select person, id_hmac from identity_match where kind = ? order by person, batch"
    newest = dict(book.store.rows(query, (kind,)))
    rows = members.assign(match=members["person"].map(newest)).dropna(subset=same)
    return rows.assign(group=rows.groupby(same, sort=False).ngroup())


def _pairs_within_groups(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Return pairs of persons who share a group but not a household, sorted."""
    found = []
    for _, group in rows[rows.duplicated("group", keep=False)].groupby("group"):
        for a, b in combinations(sorted(zip(group["person"], group["hh"], strict=True)), 2):
            if a[1] != b[1]:
                found.append((a[0], b[0]))
    return sorted(found)
