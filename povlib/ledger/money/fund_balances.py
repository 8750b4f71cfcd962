"""Where the money stands: balances, execution rate and carry-over, and the bank statement.

Responsible for reading fund movements: by fund, measure, village, household; and for reconciling
payments with a bank statement file. Not responsible for writing movements (`funds`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from povlib.errors import Fault, LedgerError, MoneyError
from povlib.ledger.book import Ledger
from povlib.ledger.money.fund_movements import ACCOUNTS, movements_of
from povlib.money import fen

_BY = ("fund", "year", "measure", "village", "hh", "run")


def balances(book: Ledger, by: Sequence[str] = ("fund", "year"), as_of: int | None = None) -> pd.DataFrame:
    """Return what was granted, committed and paid.

    Parameters
    ----------
    by : sequence of str
        Any of fund, year, measure, village, hh, run. Money is granted to a fund, not to a
        household: by anything but fund and year there is no granted and no available.
    as_of : int, optional
        A batch.

    Returns
    -------
    DataFrame
        The `by` columns, then in fen: granted_fen (carry-over of earlier years included),
        available_fen, committed_fen (not yet paid), paid_fen; and as shares of granted_fen:
        execution_rate (paid) and carry_over_rate (not paid), NaN where nothing was granted.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> from povlib.ledger.money.fund_movements import Movement, appropriate
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         _ = appropriate(book, [Movement("a1", "industry", 2016, 500_00, "2016-03-01")], ledger.BatchInfo())
    ...         balances(book)[["fund", "granted_fen", "available_fen"]].to_numpy().tolist()
    [['industry', 50000, 50000]]
    """
    if unknown := sorted(set(by) - set(_BY)):
        raise LedgerError(
            "money is not counted by {name}", allowed="{names}", name=", ".join(unknown), names=", ".join(_BY)
        )
    txns, postings = movements_of(book, as_of)
    lines = postings.merge(txns.drop(columns="batch"), left_on="txn", right_on="id")
    parts = lines["account"].str.rsplit("/", n=2)
    lines = lines.rename(columns={"kind": "movement"})
    lines["year"], lines["kind"] = parts.str[1].astype("int64"), parts.str[2]
    keys = list(by)
    lines[["measure", "village", "hh", "run"]] = lines[["measure", "village", "hh", "run"]].fillna("")
    if not set(by) <= {"fund", "year"}:
        lines = lines.loc[lines["kind"].isin(("committed", "paid"))]
    table = lines.pivot_table(index=keys, columns="kind", values="fen", aggfunc="sum", fill_value=0)
    table = table.reindex(columns=list(ACCOUNTS), fill_value=0).astype("int64")
    table.columns = pd.Index([f"{kind}_fen" for kind in ACCOUNTS])
    if not set(by) <= {"fund", "year"}:
        return table.drop(columns=["granted_fen", "available_fen"]).reset_index()
    carried = lines.loc[(lines["movement"] == "carry_over") & (lines["fen"] > 0)].groupby(keys)["fen"].sum()
    table["granted_fen"] = carried.reindex(table.index, fill_value=0) - table["granted_fen"]
    given = table["granted_fen"].where(table["granted_fen"] > 0)
    table["execution_rate"] = table["paid_fen"] / given
    table["carry_over_rate"] = 1 - table["execution_rate"]
    return table.reset_index()


@dataclass(frozen=True)
class Reconciliation:
    """Payments against the bank: matched, in the bank alone, in the ledger alone, and of another amount."""

    matched: pd.DataFrame
    bank_only: pd.DataFrame
    ledger_only: pd.DataFrame
    differing: pd.DataFrame

    @property
    def ok(self) -> bool:
        """Whether bank and ledger say the same."""
        return self.bank_only.empty and self.ledger_only.empty and self.differing.empty


def reconcile(
    book: Ledger,
    statement: str | Path,
    *,
    reference: str = "reference",
    amount: str = "amount",
    fund: str | None = None,
    as_of: int | None = None,
) -> Reconciliation:
    """Compare payments with a bank statement (CSV).

    Parameters
    ----------
    statement : path
        CSV with a header; UTF-8 or GB18030. Money that left the account is positive, in yuan.
    reference, amount : str
        Columns with the id of the payment, and the amount.
    fund : str, optional
        Only payments of this fund.

    Raises
    ------
    LedgerError
        If the file cannot be decoded, lacks a column, or has ragged lines, no amounts or one
        reference twice.
    """
    bank = _read_statement(Path(statement), reference, amount)
    txns, postings = movements_of(book, as_of)
    paid = postings.loc[postings["account"].str.endswith("/paid")].merge(txns, left_on="txn", right_on="id")
    paid["reference"] = paid["reverses"].where(paid["reverses"].notna(), paid["id"])
    if fund is not None:
        paid = paid.loc[paid["fund"] == fund]
    ours = paid.rename(columns={"fen": "ledger_fen"}).groupby("reference", as_index=False)[["ledger_fen"]].sum()
    both = bank.merge(ours.loc[ours["ledger_fen"] != 0], on="reference", how="outer", indicator=True)
    both = both.sort_values("reference", ignore_index=True)
    sides = both.pop("_merge")
    here = both.loc[sides == "both"].astype({"bank_fen": "int64", "ledger_fen": "int64"})
    equal = here["bank_fen"] == here["ledger_fen"]
    return Reconciliation(
        here.loc[equal].reset_index(drop=True),
        both.loc[sides == "left_only", ["reference", "bank_fen"]].reset_index(drop=True),
        both.loc[sides == "right_only", ["reference", "ledger_fen"]].reset_index(drop=True),
        here.loc[~equal].reset_index(drop=True),
    )


def _read_statement(path: Path, reference: str, amount: str) -> pd.DataFrame:
    """Return reference and amount of each line of a bank's CSV; refuse it with all its faults."""
    try:
        rows = list(csv.reader(io.StringIO(decode_text(path), newline=""), strict=True))
    except csv.Error as error:
        raise LedgerError("the file is no CSV: {said}", where=path.name, said=str(error)) from error
    header = rows[0] if rows else []
    faults = [
        Fault("the column {name} is missing", path.name, values={"name": n})
        for n in (reference, amount)
        if n not in header
    ]
    if faults:
        raise LedgerError(faults)
    at, value = header.index(reference), header.index(amount)
    found: dict[str, int] = {}
    for line, row in enumerate(rows[1:], 2):
        where = f"{path.name}, line {line}"
        if len(row) != len(header):
            faults.append(
                Fault("the line has {n} cells, the header {m}", where, values={"n": len(row), "m": len(header)})
            )
            continue
        try:
            paid = fen(row[value])
        except MoneyError as error:
            faults += [Fault(f.what, where, f.allowed, f.remedy, f.values) for f in error.faults]
            continue
        if abs(paid) >= 2**62:
            faults.append(Fault("an amount is beyond any payment", where))
            continue
        if row[at].strip() in found:
            faults.append(Fault("one reference stands twice", where))
        found[row[at].strip()] = paid
    if faults:
        raise LedgerError(faults)
    return pd.DataFrame(
        {"reference": pd.Series(list(found), dtype="str"), "bank_fen": pd.Series(list(found.values()), dtype="int64")}
    )


def decode_text(path: Path) -> str:
    """Decode strictly: UTF-8 with or without a mark, then GB18030, else refuse."""
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LedgerError("the file is neither UTF-8 nor GB18030", where=path.name)
