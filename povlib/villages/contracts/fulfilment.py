"""What was due, what was delivered, and who is behind: by month and by household.

A household's share is due over the months it delivers in, as the contract's calendar has them; up to a month only whole
units count as due, so that nobody is behind by a fraction. A delivery that stands in the ledger twice is refused: it
would hide a household that is behind.

Responsible for quantities. Not responsible for money (`contract_money`) or for what is still to come (`shortfall`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

import pandas as pd

from povlib.calendar import Month, months_named
from povlib.errors import DataError, Fault

_ALMOST = 1e-9
"""What sums of shares may lack of a whole unit by rounding of binary numbers."""


@dataclass(frozen=True)
class Fulfilment:
    """Where one contract stands at the end of a month.

    Attributes
    ----------
    contract : str
    through : int
        The month (ordinal) up to which is counted.
    asked : float
        Units of the whole contract.
    months : DataFrame
        month, due, delivered, due_so_far, delivered_so_far, behind (units, of what is due so far; never below 0).
    households : DataFrame
        hh, share, due, delivered, behind, mortality (mean of the deliveries; missing where none says). Households
        that deliver without a share have a share of 0.
    """

    contract: str
    through: int
    asked: float
    months: pd.DataFrame
    households: pd.DataFrame

    @property
    def delivered(self) -> float:
        """Units delivered so far."""
        return float(self.households["delivered"].sum())

    @property
    def due(self) -> float:
        """Units due so far by the contract's calendar."""
        past = self.months[self.months["month"] <= self.through]
        return float(past["due"].sum())

    @property
    def unshared(self) -> float:
        """Units of the contract that no household has a share in; below 0 where shares exceed it."""
        return self.asked - float(self.households["share"].sum())

    @property
    def late(self) -> pd.DataFrame:
        """Households that are behind, the furthest first."""
        behind = self.households[self.households["behind"] > 0]
        return behind.sort_values(["behind", "hh"], ascending=[False, True]).reset_index(drop=True)


def refuse_doubled_deliveries(deliveries: pd.DataFrame) -> None:
    """Raise where a delivery was entered twice: the same number, or rows that differ in nothing but the number.

    Raises
    ------
    DataError
        With every doubled delivery: contract, its numbers, household.

    Examples
    --------
    >>> one = {"contract": "c", "delivery": "1", "hh": "a", "day": 20160501, "quantity": 10.0, "fen": 300}
    >>> refuse_doubled_deliveries(pd.DataFrame([one]))
    >>> refuse_doubled_deliveries(pd.DataFrame([one, {**one, "delivery": "2"}]))
    Traceback (most recent call last):
    povlib.errors.DataError: ...
    """
    faults = []
    same_number = deliveries[deliveries.duplicated(["contract", "delivery"], keep=False)]
    for (contract, number), rows in same_number.groupby(["contract", "delivery"], sort=True):
        faults.append(Fault("delivery {number} stands in the ledger {n} times", f"{contract}",
                            values={"number": number, "n": len(rows)}))  # fmt: skip
    content = [c for c in ("contract", "hh", "day", "quantity", "fen", "mortality") if c in deliveries]
    once = deliveries.drop_duplicates(["contract", "delivery"])
    alike = once[once.duplicated(content, keep=False)]
    for _, rows in alike.groupby(content, sort=True, dropna=False):
        faults.append(
            Fault(
                "deliveries {numbers} of household {hh} are one delivery entered twice",
                f"{rows['contract'].iloc[0]}",
                remedy="take one back: {command}",
                values={
                    "numbers": ", ".join(sorted(map(str, rows["delivery"]))),
                    "hh": rows["hh"].iloc[0],
                    "command": "python3 workbench.py ledger undo --officer OFFICER --reason REASON",
                },
            )
        )
    if faults:
        raise DataError(faults)


def contract_calendar(quantity: float, first: int, last: int, schedule: pd.DataFrame) -> dict[int, float]:
    """Return units due by month: of the schedule, else the year's quantity evenly over the contract's months.

    Parameters
    ----------
    quantity : float
        Units a year of the contract.
    first, last : int
        Months (ordinals) of the contract.
    schedule : DataFrame
        month, quantity.

    Examples
    --------
    >>> none = pd.DataFrame({"month": [], "quantity": []})
    >>> contract_calendar(30, 0, 11, none)[0], sum(contract_calendar(30, 0, 11, none).values())
    (2.0, 30.0)
    """
    if len(schedule):
        by_month = schedule.groupby("month")["quantity"].sum()
        return {int(str(month)): float(units) for month, units in by_month.items()}
    # whole units, the early months never more: what is due up to a month is rounded down
    upto = [floor(quantity * (k + 1) / 12 + _ALMOST) for k in range(last - first + 1)]
    return {first + k: float(n - (upto[k - 1] if k else 0)) for k, n in enumerate(upto)}


def months_of_text(words: str | None) -> tuple[int, ...]:
    """Return the calendar months (1 to 12) that a cell of delivery months names; none: any month.

    Examples
    --------
    >>> months_of_text("6、9,12"), months_of_text("2016-06;2016-12"), months_of_text(None), months_of_text("6月到9月")
    ((6, 9, 12), (6, 12), (), (6, 7, 8, 9))
    """
    found = months_named(words)
    if found is None:
        raise DataError("{value} names no delivery months", allowed="6,9,12", value=words)
    return found


def fulfilment(
    contract: Mapping[str, object],
    shares: pd.DataFrame,
    schedule: pd.DataFrame,
    deliveries: pd.DataFrame,
    through: Month,
) -> Fulfilment:
    """Return where a contract stands at the end of a month.

    Parameters
    ----------
    contract : mapping
        Row of ``sale_contracts``: contract, quantity (a year), from_month, to_month (ordinals).
    shares, schedule, deliveries : DataFrame
        Rows of ``contract_shares``, ``contract_schedules`` and ``deliveries``; those of other contracts are left out.
    through : Month

    Raises
    ------
    DataError
        If a delivery was entered twice, or a cell of delivery months cannot be read.
    """
    name = str(contract["contract"])
    shares, schedule, deliveries = (frame[frame["contract"] == name] for frame in (shares, schedule, deliveries))
    refuse_doubled_deliveries(deliveries)
    first, last = int(str(contract["from_month"])), int(str(contract["to_month"]))
    calendar = contract_calendar(float(str(contract["quantity"])), first, last, schedule)
    month = deliveries["day"].astype("int64") // 100
    sent = deliveries.assign(month=(month // 100) * 12 + month % 100 - 1)
    sent = sent[sent["month"] <= through.ordinal]
    months = _months_table(calendar, sent)
    return Fulfilment(name, through.ordinal, sum(calendar.values()), months,
                      _household_table(shares, calendar, sent, through.ordinal))  # fmt: skip


def _months_table(calendar: Mapping[int, float], sent: pd.DataFrame) -> pd.DataFrame:
    delivered = sent.groupby("month")["quantity"].sum()
    table = pd.DataFrame({"month": sorted({*calendar, *map(int, delivered.index)})})
    table["due"] = [float(calendar.get(m, 0.0)) for m in table["month"]]
    table["delivered"] = table["month"].map(delivered).fillna(0.0).astype("float64")
    table["due_so_far"], table["delivered_so_far"] = table["due"].cumsum(), table["delivered"].cumsum()
    table["behind"] = (table["due_so_far"] - table["delivered_so_far"]).clip(lower=0.0)
    return table


def share_due(share: float, months: tuple[int, ...], calendar: Mapping[int, float], through: int) -> float:
    """Return whole units of a share that are due up to a month; the whole share once its last month is over.

    Examples
    --------
    >>> calendar = {0: 50.0, 5: 50.0, 11: 100.0}
    >>> share_due(81, (), calendar, 5), share_due(81, (6,), calendar, 4), share_due(81.0, (6,), calendar, 5)
    (40.0, 0.0, 81.0)
    """
    own = {m: units for m, units in calendar.items() if (not months or m % 12 + 1 in months) and units > 0}
    if not own:
        # the household's months are not among the contract's: all of it is due when the contract ends
        return share if through >= max(calendar, default=through) else 0.0
    past = sum(units for m, units in own.items() if m <= through)
    if past >= sum(own.values()) - _ALMOST:
        return share
    return float(floor(share * past / sum(own.values()) + _ALMOST))


def _household_table(
    shares: pd.DataFrame, calendar: Mapping[int, float], sent: pd.DataFrame, through: int
) -> pd.DataFrame:
    delivered = sent.groupby("hh")["quantity"].sum()
    mortality = sent.groupby("hh")["mortality"].mean() if "mortality" in sent else pd.Series(dtype="float64")
    share = dict(zip(shares["hh"], shares["quantity"].astype("float64"), strict=True))
    said = dict(zip(shares["hh"], shares["months"], strict=True)) if "months" in shares else {}
    table = pd.DataFrame({"hh": sorted({*share, *map(str, delivered.index)})}, dtype="str")
    table["share"] = [share.get(hh, 0.0) for hh in table["hh"]]
    table["due"] = [share_due(share.get(hh, 0.0), months_of_text(said.get(hh)), calendar, through)
                    for hh in table["hh"]]  # fmt: skip
    table["delivered"] = table["hh"].map(delivered).fillna(0.0).astype("float64")
    table["behind"] = (table["due"] - table["delivered"]).clip(lower=0.0)
    table["mortality"] = table["hh"].map(mortality).astype("float64")
    return table
