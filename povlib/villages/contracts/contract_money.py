"""The money of a contract: what each delivery had to bring at the price floor, what was paid, and where less was.

Responsible for sums to the fen. Not responsible for quantities due (`fulfilment`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.money import round_fen
from povlib.villages.contracts.fulfilment import refuse_doubled_deliveries


@dataclass(frozen=True)
class ContractMoney:
    """What a contract paid; money in fen.

    Attributes
    ----------
    deliveries : DataFrame
        delivery, hh, day, quantity, least_fen (at the price floor), fen (paid; missing: not known), under_fen (paid
        less than the floor by so much; 0 where the payment is not known).
    households : DataFrame
        hh, quantity, least_fen, paid_fen, under_fen, unknown (deliveries without a payment on record).
    """

    deliveries: pd.DataFrame
    households: pd.DataFrame

    @property
    def paid_fen(self) -> int:
        """Everything paid on record."""
        return int(self.households["paid_fen"].sum())

    @property
    def under_fen(self) -> int:
        """What the partner still owes to reach the price floor."""
        return int(self.households["under_fen"].sum())


def contract_money(contract: str, floor_fen: int | None, deliveries: pd.DataFrame) -> ContractMoney:
    """Return what was paid for the deliveries of a contract, and what is owed by the price floor.

    Parameters
    ----------
    contract : str
    floor_fen : int or None
        Price floor of one unit; None: none was agreed.
    deliveries : DataFrame
        Rows of ``deliveries``.

    Raises
    ------
    DataError
        If a delivery was entered twice.

    Examples
    --------
    >>> rows = pd.DataFrame({"contract": "c", "delivery": ["1", "2"], "hh": "a", "day": [20160501, 20160601],
    ...                      "quantity": [10.0, 10.0], "fen": [30000, 29000]})
    >>> contract_money("c", 3000, rows).under_fen
    1000
    """
    rows = deliveries[deliveries["contract"] == contract].sort_values("delivery").reset_index(drop=True)
    refuse_doubled_deliveries(rows)
    paid = rows["fen"].astype("Int64")
    least = pd.Series(round_fen(rows["quantity"].astype("float64") * (floor_fen or 0)), index=rows.index, dtype="int64")
    under = (least - paid).clip(lower=0).fillna(0).astype("int64")
    table = rows[["delivery", "hh", "day", "quantity"]].assign(least_fen=least, fen=paid, under_fen=under)
    by_hh = table.assign(paid_fen=paid.fillna(0).astype("int64"), unknown=paid.isna().astype("int64"))
    sums = by_hh.groupby("hh", sort=True)[["quantity", "least_fen", "paid_fen", "under_fen", "unknown"]].sum()
    return ContractMoney(table, sums.reset_index())
