"""脱贫履历: everything ever recorded about one household, in order.

Responsible for the exit history of a household with the value before, the value after, and the
batch that said so. Not responsible for how it is printed (`report`).
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from povlib.calendar import Month
from povlib.ledger.book import Ledger
from povlib.ledger.frames import frame_of
from povlib.ledger.register import ENTITY, encoded
from povlib.ledger.schema import BY_FRAME, Spec
from povlib.ledger.state import batch_at

COLUMNS = ["when", "what", "key", "before", "after", "reason", "source", "officer", "role", "recorded_at", "batch"]
_VERSIONED = ("observations", "transfers", "support", "marks", "projects", "project_items", "progress", "placements")
_WHEN = {"observations": "month", "transfers": "month", "marks": "month", "support": "from_month",
         "placements": "from_month", "projects": "done_month"}  # fmt: skip


def history(book: Ledger, hh: str, as_of: int | str | date | Month | None = None) -> pd.DataFrame:
    """Return the history of a household: one row a value that was set, changed or taken back.

    Parameters
    ----------
    book : Ledger
        An open ledger.
    hh : str
        户编号.
    as_of : optional
        As in `read_state`.

    Returns
    -------
    DataFrame
        when (ordinal, NA where a row has no month), what (``table.column``), key (person, kind ... or
        empty), before, after, reason, source, officer, role, recorded_at, batch; in the order of
        batches. Names and identity numbers are never in it.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         _ = book.append(ledger.BatchInfo(officer="desk"), {"households": pd.DataFrame(
    ...             {"hh": ["001"], "village": ["农家村"], "status": ["未脱贫"]})})
    ...         ledger.history(book, "001")[["what", "after", "officer"]].values.tolist()
    [['household.village', '农家村', 'desk'], ['household.status', '未脱贫', 'desk']]
    """
    number = batch_at(book, as_of)
    parts = [_opening(book, BY_FRAME[frame], hh, number) for frame in ENTITY]
    parts.append(_events(book, hh, number))
    parts += [_versions(book, BY_FRAME[frame], hh, number) for frame in _VERSIONED]
    found = [part for part in parts if len(part)]
    rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=[*COLUMNS[:6], "batch"])
    told = _batches(book, rows["batch"])
    rows = rows.merge(told, on="batch", how="left")
    rows["reason"] = rows["reason"].where(rows["reason"] != "", rows["batch_reason"])
    return rows[COLUMNS].sort_values("batch", kind="stable", ignore_index=True)


def _batches(book: Ledger, wanted: pd.Series) -> pd.DataFrame:
    names = ["batch", "source", "officer", "role", "recorded_at", "batch_reason"]
    numbers = sorted({int(n) for n in wanted})
    marks = ", ".join("?" for _ in numbers) or "0"
    query = f"select id, source_name, officer, role, recorded_at, reason from batch where id in ({marks})"
    return pd.DataFrame(book.store.rows(query, numbers), columns=names).astype({"batch": "int64"})


def _read(book: Ledger, spec: Spec, where: str, values: tuple[object, ...], number: int) -> pd.DataFrame:
    """Return every stored row, superseded ones included, oldest first."""
    order = "batch" if spec.shape != "version" else ", ".join((*spec.key, "batch"))
    query = f"select {book.store.selected(spec.stored)} from {spec.table} where batch <= ? and {where} order by {order}"
    return frame_of(book.store.table(query, spec.stored, (number, *values)), spec.stored, exact=True)


def _told(values: pd.Series, spec: Spec, name: str) -> pd.Series:
    column = spec.by_name[name]
    if column.kind == "month":
        return values.map(lambda o: "" if pd.isna(o) else str(Month.from_ordinal(int(o)))).astype("str")
    return encoded(values, column)


def _opening(book: Ledger, spec: Spec, hh: str, number: int) -> pd.DataFrame:
    rows = _read(book, spec, "hh = ?", (hh,), number)
    parts = []
    for at, column in enumerate(spec.columns):
        if column.name in (*spec.key, "on_card"):
            continue
        part = pd.DataFrame({"after": _told(rows[column.name], spec, column.name), "batch": rows["batch"]})
        key = rows[spec.key[0]] if spec.frame == "members" else ""
        parts.append(part.assign(when=rows["valid_from"], what=f"{spec.table}.{column.name}", key=key, _at=at))
    made = pd.concat(parts, ignore_index=True).assign(before="", reason="")
    made = made.loc[made["after"] != ""]
    return made.sort_values(["batch", "key", "_at"], kind="stable").drop(columns="_at")


def _events(book: Ledger, hh: str, number: int) -> pd.DataFrame:
    where = (
        "((entity = 'household' and entity_id = ?)"
        " or (entity = 'member' and entity_id in (select person from member where hh = ?)))"
    )
    spec = BY_FRAME["events"]
    rows = _read(book, spec, where, (hh, hh), number).sort_values(["batch", "seq"], kind="stable")
    return pd.DataFrame(
        {
            "when": rows["valid_from"],
            "what": rows["entity"] + "." + rows["field"],
            "key": rows["entity_id"].where(rows["entity"] == "member", ""),
            "before": rows["old_value"].fillna(""),
            "after": rows["value"].fillna(""),
            "reason": rows["reason"].fillna(""),
            "batch": rows["batch"],
        }
    )


def _versions(book: Ledger, spec: Spec, hh: str, number: int) -> pd.DataFrame:
    where = "hh = ?" if "hh" in spec.by_name else "project in (select project from project where hh = ?)"
    rows = _read(book, spec, where, (hh,), number)
    if rows.empty:
        return pd.DataFrame()
    shown = [c.name for c in spec.columns if c.name not in (*spec.key, "hh")] or ["kind"]
    keys = [_told(rows[name], spec, name) for name in spec.key if name not in ("hh", "month")]
    label = pd.Series(["/".join(it) for it in zip(*keys, strict=True)] if keys else "", index=rows.index)
    when = rows[_WHEN[spec.frame]] if spec.frame in _WHEN else pd.Series(pd.NA, index=rows.index, dtype="Int64")
    parts = []
    for at, name in enumerate(shown):
        after = _told(rows[name], spec, name).where(rows["retracted"] == 0, "")
        before = after.groupby([rows[k].astype("str").fillna("") for k in spec.key]).shift(1).fillna("")
        part = pd.DataFrame({"when": when, "key": label, "before": before, "after": after, "batch": rows["batch"]})
        part = part.assign(what=f"{spec.table}.{name}", reason="", _at=at, _row=range(len(rows)))
        parts.append(part.loc[before != after])
    made = pd.concat(parts, ignore_index=True)
    return made.sort_values(["batch", "_row", "_at"], kind="stable").drop(columns=["_at", "_row"])
