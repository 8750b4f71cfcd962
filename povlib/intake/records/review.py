"""The review queue: who may be the same person, and what someone decided.

Responsible for listing pairs (one identity number, account or telephone in two households; the same
birth and sex under a similar name) and for recording decisions in the ledger. Nothing is ever merged
here. Not responsible for holding rows (`row_conflicts`, `loading`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import pandas as pd

from povlib.errors import IntakeError
from povlib.intake.sheets.row_conflicts import HouseholdPairs
from povlib.intake.verdict import FileVerdict
from povlib.ledger import BatchInfo, Ledger, read_state
from povlib.ledger.people.sealed_identities import open_identities, shared_identities

VERDICTS = ("different", "same_person", "moved")
COLUMNS = ["id", "kind", "left_hh", "right_hh", "left", "right", "verdict", "note"]
KIND = "households"
# Share of equal characters of two names, of the same birth and sex, from which a person should look: two of three
# characters give 0.67, one of two gives 0.5. Low on purpose: a pair costs a glance, a missed one pays twice.
_SIMILAR = 0.5


def review_queue(
    book: Ledger,
    verdicts: Sequence[FileVerdict] = (),
    *,
    decided: bool = False,
    waiting: Iterable[tuple[str, str]] = (),
) -> pd.DataFrame:
    """Return pairs of households that someone has to look at.

    Parameters
    ----------
    book : Ledger
        An open ledger.
    verdicts : sequence of FileVerdict
        Files just checked or loaded: households they hold are listed too.
    decided : bool
        Also list pairs with a decision.
    waiting : iterable of pairs of str
        Households that files loaded earlier wait for (`povlib.intake.checks.receipts.waiting_pairs`).

    Returns
    -------
    DataFrame
        id, kind (``same_id same_account same_phone similar_name held``), left_hh, right_hh, left and
        right (persons, where known), verdict (empty = open), note. No name and no number.
    """
    rows = [*_pairs_in_ledger(book), *_pairs_held(verdicts)]
    rows += [("", "held", left, right, "", "") for left, right in waiting]
    frame = pd.DataFrame(rows, columns=COLUMNS[:6], dtype="str").drop_duplicates(
        ["left_hh", "right_hh", "kind", "left", "right"]
    )
    frame["id"] = frame["left_hh"] + "|" + frame["right_hh"]
    known = _newest_decisions(book)
    for name in ("verdict", "note"):
        frame[name] = [known[name].get(key, "") for key in frame["id"]]
    if not decided:
        frame = frame[frame["verdict"] == ""]
    return frame.sort_values(["id", "kind", "left", "right"], ignore_index=True)[COLUMNS]


def decide(book: Ledger, left_hh: str, right_hh: str, verdict: str, *, officer: str, reason: str) -> int:
    """Record what someone decided about two households and return the batch.

    Parameters
    ----------
    left_hh, right_hh : str
        The households, in any order.
    verdict : str
        ``different`` (both load from now on), ``same_person`` (both stay held until a village corrects
        its file) or ``moved`` (as same_person: the old household must report the change).
    officer, reason : str
        Who decided, and why: both are needed.

    Raises
    ------
    IntakeError
        If the verdict is none of these, or officer or reason is missing.
    """
    if verdict not in VERDICTS:
        raise IntakeError("{value} is no decision", allowed=", ".join(VERDICTS), value=repr(verdict))
    if not officer.strip() or not reason.strip():
        raise IntakeError("a decision needs an officer and a reason")
    left, right = sorted((left_hh, right_hh))
    row = {
        "id": f"{left}|{right}",
        "kind": KIND,
        "left_id": left,
        "right_id": right,
        "verdict": verdict,
        "note": reason,
    }
    info = BatchInfo("decision", officer=officer, role="desk", reason=reason)
    return book.append(info, {"decisions": pd.DataFrame([row])}).id


def decided_pairs(book: Ledger) -> HouseholdPairs:
    """Return the pairs of households that were decided to be different."""
    known = _newest_decisions(book)
    pairs = known.loc[known["verdict"] == "different", ["left_id", "right_id"]].itertuples(index=False, name=None)
    return frozenset(frozenset(pair) for pair in pairs)


def _newest_decisions(book: Ledger) -> pd.DataFrame:
    query = "select id, left_id, right_id, verdict, note from decision where kind = ? and retracted = 0 order by batch"
    rows = [tuple(map(str, row)) for row in book.store.rows(query, (KIND,))]
    frame = pd.DataFrame(rows, columns=["id", "left_id", "right_id", "verdict", "note"], dtype="str")
    return frame.drop_duplicates("id", keep="last").set_index("id")


def _pairs_held(verdicts: Sequence[FileVerdict]) -> Iterator[tuple[str, ...]]:
    for verdict in verdicts:
        for sheet in verdict.found.sheets if verdict.found is not None else ():
            for left, right in sheet.pairs:
                yield "", "held", left, right, "", ""


def _pairs_in_ledger(book: Ledger) -> Iterator[tuple[str, ...]]:
    state = read_state(book)
    home = _household_by_person(state.members)
    for kind, found in (("same_id", "id_number"), ("same_account", "account"), ("same_phone", "phone")):
        for _, group in shared_identities(book.store, found).groupby("group"):
            yield from _pairs_of_households(kind, group["person"], home)
    if len(state.members):
        yield from _pairs_of_similar_names(book, state.members)


def _household_by_person(members: pd.DataFrame) -> dict[str, str]:
    return dict(zip(map(str, members["person"]), map(str, members["hh"]), strict=True))


def _pairs_of_households(kind: str, persons: Iterable[str], home: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for left, right in combinations(sorted(p for p in persons if p in home), 2):
        if home[left] != home[right]:
            a, b = sorted(((home[left], left), (home[right], right)))
            yield "", kind, a[0], b[0], a[1], b[1]


def _pairs_of_similar_names(book: Ledger, members: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield people of the same birth and sex in two households whose names are much alike but not the same."""
    told = open_identities(book.store, book.key, ("name",), book.head().batch)
    names: dict[str, str] = dict(zip(map(str, told["person"]), map(str, told["value"]), strict=True))
    home = _household_by_person(members)
    known = members[members["birth"].notna() & members["person"].isin(list(names))]
    for _, group in known.groupby(["birth", "sex"], sort=True):
        for left, right in combinations(sorted(group["person"]), 2):
            one, two = names[left], names[right]
            if one != two and difflib.SequenceMatcher(None, one, two).ratio() >= _SIMILAR and one[:1] == two[:1]:
                yield from _pairs_of_households("similar_name", (left, right), home)
