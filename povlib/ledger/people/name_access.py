"""Who saw a name, and lawful erasure.

Responsible for `unmask`, logged before anything is shown, for `erase`, which destroys one person's
key and leaves the chain valid, and for finding names in free text.
Not responsible for masks (`report`) or for removing inbox workbooks (it names them).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pandas as pd

from povlib.errors import LedgerError
from povlib.ledger.batch import Batch, BatchInfo
from povlib.ledger.batch_writing import write_batch
from povlib.ledger.book import Ledger
from povlib.ledger.people import sealed_identities
from povlib.ledger.state import read_frame

#: how the purpose of an opening that was refused begins in the log
REFUSED = "refused"


def unmask(
    book: Ledger, people: list[str] | None, kinds: tuple[str, ...], purpose: str, info: BatchInfo
) -> pd.DataFrame:
    """Open identity values, after writing who asked and why.

    Parameters
    ----------
    book : Ledger
        An open ledger.
    people : list of str or None
        人口编号; None = everyone (a mailing list, a posting): logged as ``*``.
    kinds : tuple of str
        ``name``, ``id_number`` ...
    purpose : str
        What for; required.
    info : BatchInfo
        Who.

    Returns
    -------
    DataFrame
        person, kind, value; people whose identity was erased are absent.

    Raises
    ------
    LedgerError
        If no officer or no purpose is given. If the officer works for one area and somebody lives outside it: that
        it was asked for is on record then, and nothing is opened.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         _ = book.append(ledger.BatchInfo(), {
    ...             "households": pd.DataFrame({"hh": ["1"], "village": ["甲"]}),
    ...             "members": pd.DataFrame({"person": ["1-1"], "hh": ["1"]}),
    ...             "identity": pd.DataFrame({"person": ["1-1"], "kind": ["name"], "value": ["样本一"]})})
    ...         names = unmask(book, None, ("name",), "posting", ledger.BatchInfo(officer="desk"))
    >>> names["value"].tolist()
    ['样本一']
    """
    if not purpose.strip() or not info.officer.strip():
        raise LedgerError("names are opened only for a named officer and a stated purpose")
    asked = sorted(set(people)) if people is not None else ["*"]
    _refuse_other_areas(book, people, kinds, purpose, info)
    rows = pd.DataFrame([(p, k, purpose) for p in asked for k in sorted(kinds)], columns=["person", "field", "purpose"])
    book.append(replace(info, kind="access"), {"accesses": rows})
    found = sealed_identities.open_identities(book.store, book.key, kinds, book.head().batch)
    return found if people is None else found.loc[found["person"].isin(asked)].reset_index(drop=True)


def _refuse_other_areas(
    book: Ledger, people: list[str] | None, kinds: tuple[str, ...], purpose: str, info: BatchInfo
) -> None:
    """Refuse, once it is on record, names of people who live outside the area that the officer works for."""
    seen = None if book.sees is None else book.sees(book.signature(info.officer))
    if seen is None:
        return
    area, villages = seen
    outside = ["*"] if people is None else _living_outside(book, people, villages)
    if not outside:
        return
    said = f"{REFUSED}: {purpose}"
    rows = pd.DataFrame([(p, k, said) for p in outside for k in sorted(kinds)], columns=["person", "field", "purpose"])
    book.append(replace(info, kind="access"), {"accesses": rows})
    raise LedgerError(
        "{officer} works for {area} alone: names of the whole office are not opened" if people is None else
        "{officer} works for {area} alone: names of {n} people who live elsewhere are not opened",
        remedy="open households of {area} alone with unmask, or its villages with cards --names --village; forms and "
        "lists of the whole office are for an officer of the whole office; the attempt is logged",
        officer=info.officer, area=area, n=len(outside),
    )  # fmt: skip


def _living_outside(book: Ledger, people: list[str], villages: frozenset[str]) -> list[str]:
    """Return the people of households outside some villages; whoever the register does not know is outside."""
    home = read_frame(book, "households").set_index("hh")["village"]
    members = read_frame(book, "members").set_index("person")["hh"]
    asked = pd.Series(sorted(set(people)), dtype=object)
    inside = asked.map(members).map(home).isin(villages)
    return [str(person) for person in asked[~inside.to_numpy(dtype=bool)]]


def names_in(book: Ledger, texts: pd.Series) -> pd.Series:
    """Return which free texts hold a name of a registered person, so that none slips into the record.

    Parameters
    ----------
    texts : Series of str
        Notes, weekly words on a house, reasons.

    Returns
    -------
    Series of bool
        On the index of `texts`. Names of one character are not looked for.
    """
    found = sealed_identities.open_identities(book.store, book.key, ("name",), book.head().batch)["value"]
    names = sorted({re.escape(name) for name in found if len(name) > 1})
    if not names:
        return pd.Series(False, index=texts.index)
    return texts.astype("str").fillna("").map(re.compile("|".join(names)).search).notna()


@dataclass(frozen=True)
class Erasure:
    """What was erased, and the received files that still name the person."""

    batch: Batch
    erased: int
    sources: tuple[str, ...]


def erase(book: Ledger, person: str, legal_basis: str, info: BatchInfo) -> Erasure:
    """Destroy one person's identity key and matches; facts stay under the 人口编号.

    Who was erased before is erased: nothing is added, and the files that named the person are told again.

    Raises
    ------
    LedgerError
        If there is nothing to erase, or no legal basis is given.
    """
    if not legal_basis.strip():
        raise LedgerError("an erasure needs its legal basis")
    query = (
        "select distinct source_name, source_sha256 from batch"
        " where id in (select batch from identity where person = ?) order by source_name, source_sha256"
    )
    sources = tuple(f"{name} {digest[:16]}".strip() for name, digest in book.store.rows(query, (person,)))
    counted = 0
    if book.store.rows("select 1 from erasure where person = ?", (person,)) and not book.store.rows(
        "select 1 from identity_match where person = ?", (person,)
    ):
        head = book.head()
        return Erasure(Batch(head.batch, head.hash, added=False), 0, sources)

    def make() -> dict[str, pd.DataFrame]:
        nonlocal counted
        counted = int(book.store.rows("select count(*) from identity_match where person = ?", (person,))[0][0])
        if not counted:
            raise LedgerError("there is no identity of person {person} to erase", person=person)
        book.store.destroy_keys(person)
        return {"erasures": pd.DataFrame({"person": [person], "kinds": [counted], "legal_basis": [legal_basis]})}

    batch = write_batch(book, replace(info, kind="erasure"), make)
    book.store.forget()
    return Erasure(batch, counted, sources)
