"""What no batch may say of co-ops, deliveries and village income, whoever writes it: a file, a hand, a program.

Responsible for entries of a co-op that sum to zero, and for deliveries and receipts that are recorded once. Not
responsible for what an office is asked about (`povlib.intake.checks.villages`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd
import pyarrow as pa

from povlib.errors import Fault
from povlib.ledger.frame_conversion import plain_frame
from povlib.ledger.rows_as_known import in_force, key_condition, rows_until
from povlib.ledger.storage.connections import Store
from povlib.ledger.storage.table_schema import BY_FRAME
from povlib.money import yuan

_SHOWN = 3
_RULED = ("coop_entries", "deliveries", "income_receipts")


def village_faults(store: Store, news: Mapping[str, pa.Table], as_of: int, role: str) -> Iterator[Fault]:
    """Yield what the rows of a batch would make of the books: entries out of balance, rows held twice.

    Parameters
    ----------
    store : Store
        Of an open ledger.
    news : mapping
        Stored rows that say something new, by frame.
    as_of : int
        The batch before.
    role : str
        In which role the batch is written; a correction may change a delivery.
    """
    rows = {name: plain_frame(news[name]) for name in _RULED if name in news and news[name].num_rows}
    if "coop_entries" in rows:
        yield from _unbalanced_entries(store, rows["coop_entries"], as_of)
    if "deliveries" in rows:
        yield from _doubled_rows(store, rows["deliveries"], as_of, role, "deliveries", "delivery",
                                 _DELIVERY_AGAIN, _DELIVERY_TWICE)  # fmt: skip
    if "income_receipts" in rows:
        yield from _doubled_rows(store, rows["income_receipts"], as_of, role, "income_receipts", "receipt",
                                 _RECEIPT_AGAIN, _RECEIPT_TWICE)  # fmt: skip


def _known_and_after(store: Store, name: str, news: pd.DataFrame, as_of: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what is known of the co-ops or contracts that a batch names, and what will be known with its rows."""
    spec = BY_FRAME[name]
    columns = [column.name for column in spec.columns]
    where, values = key_condition(store, spec, {spec.key[0]: news[spec.key[0]]})
    known = in_force(rows_until(store, spec, as_of, where, values), spec).select(columns).to_pandas()
    both = pd.concat([known.assign(retracted=0), news[[*columns, "retracted"]].astype(object)], ignore_index=True)
    both = both.drop_duplicates(list(spec.key), keep="last")
    return known, both[both["retracted"] == 0].drop(columns="retracted")


def _unbalanced_entries(store: Store, news: pd.DataFrame, as_of: int) -> Iterator[Fault]:
    _, after = _known_and_after(store, "coop_entries", news, as_of)
    mine = after.merge(news[["coop", "entry"]].astype(object).drop_duplicates(), on=["coop", "entry"])
    sums = mine.groupby(["coop", "entry"], sort=True)["fen"].agg(lambda fen: sum(int(each) for each in fen))
    wrong = sums[sums != 0].head(_SHOWN).reset_index()
    for coop, entry, rest in wrong.itertuples(index=False, name=None):
        yield Fault(
            "the lines of entry {entry} of {coop} sum to {yuan} yuan and not to zero",
            "coop_entries",
            remedy="correct all its lines at once, or book a further entry that reverses it",
            values={"entry": entry, "coop": coop, "yuan": yuan(int(rest))},
        )


def _doubled_rows(
    store: Store, news: pd.DataFrame, as_of: int, role: str, table: str, number: str, again: Fault, twice: Fault
) -> Iterator[Fault]:
    """Yield rows of a contract under two numbers, and numbers that would be given to another row."""
    known, after = _known_and_after(store, table, news, as_of)
    content = [column.name for column in BY_FRAME[table].columns if column.name != number]
    keys = set(zip(news["contract"], news[number], strict=True))
    alike = after[after.duplicated(content, keep=False)]
    for _, rows in [*alike.groupby(content, sort=True, dropna=False)][:_SHOWN]:
        if keys & set(zip(rows["contract"], rows[number], strict=True)):
            told = {"numbers": "、".join(sorted(rows[number])), "contract": rows["contract"].iloc[0]}
            yield replace(twice, values=told)
    if role == "correct":
        return
    held = known.merge(news.loc[news["retracted"] == 0, ["contract", number]].astype(object))
    for contract, key in list(held[["contract", number]].itertuples(index=False))[:_SHOWN]:
        yield replace(again, values={number: key, "contract": contract})


_DELIVERY_TWICE = Fault(
    "deliveries {numbers} of contract {contract} are one delivery under several numbers", "deliveries"
)
_DELIVERY_AGAIN = Fault(
    "delivery {delivery} of contract {contract} is recorded already, with other contents",
    "deliveries",
    remedy="if the ledger is wrong: python3 workbench.py correct 交货 合同编号={contract} 交货编号={delivery} --set …",
)
_RECEIPT_TWICE = Fault(
    "receipts {numbers} of contract {contract} are one receipt under several numbers: it is booked once",
    "income_receipts",
)
_RECEIPT_AGAIN = Fault(
    "receipt {receipt} of contract {contract} is recorded already, with other contents",
    "income_receipts",
    remedy="if the ledger is wrong: "
    "python3 workbench.py correct 村财到账 村财合同编号={contract} 到账编号={receipt} --set …",
)
