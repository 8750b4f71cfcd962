"""What is owed for what is on record of a household: the bills of its sick, its losses by disasters.

Responsible for amounts by household and month from the rule's numbers (`povlib.params` ``entitlement.aid``), and for
saying where a number is missing. Not responsible for who meets the measure's conditions (`monthly_dues`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from povlib.arrays import Ints
from povlib.calendar import Month
from povlib.money import round_fen
from povlib.params import Catalogue, Measure
from povlib.params.procedures.recorded_aid import RecordedAid
from povlib.support.eligibility_facts import SupportFrames

_NUMBER = {"medical_bills": "bill", "disaster_losses": "loss"}
_GROUP = {
    ("medical_bills", "year"): ["person", "year"],
    ("medical_bills", "event"): ["bill"],
    ("disaster_losses", "year"): ["hh", "year"],
    ("disaster_losses", "event"): ["hh", "kind", "day"],
}
_KIND = {"medical_bills": "treatment", "disaster_losses": "kind"}


@dataclass(frozen=True)
class AidOnRecord:
    """What a measure owes by the records of the ledger.

    Attributes
    ----------
    since : Month or None
        Month of the first record; None while there is none. Before it nothing is known.
    rows : DataFrame
        hh, month (ordinal), due_fen, pay_until (yyyymmdd, Int64: the day until which it is to be paid), gone (bool:
        part of it is for somebody who is on no card any more); one row a household and month with something due; none
        while a number of the rule is missing.
    """

    since: Month | None
    rows: pd.DataFrame


def aid_of(measure: Measure) -> RecordedAid | None:
    """Return the rule of a measure that is owed by records; None for any other."""
    return None if measure.entitlement is None else measure.entitlement.aid


def records_of(state: SupportFrames, aid: RecordedAid) -> pd.DataFrame:
    """Return the records that a rule reckons from, all kinds; none from a state that keeps no such table."""
    rows = getattr(state, aid.records, None)
    return pd.DataFrame({"hh": [], "day": [], "fen": []}) if rows is None else rows


def aid_on_record(state: SupportFrames, aid: RecordedAid) -> AidOnRecord:
    """Return what a rule owes each household for its records, by the month of the record.

    Parameters
    ----------
    state : SupportFrames
        With ``medical_bills`` or ``disaster_losses``; a state without the table has no record.
    aid : RecordedAid

    Notes
    -----
    A record counts with what insurance left of a bill, or with the assessed loss. With S(d) the sum of one person's
    year (or one event) up to a record d, aid(S) = min(share x max(S - least, 0), most), rounded once to whole fen, and
    the record is owed aid(S(d)) - aid(S(d) - its own amount): the months of a year sum to the aid of the year. Records
    of one day are taken by their number.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> bills = pd.DataFrame({"bill": ["1", "2"], "hh": "A", "person": "A1", "day": [20160105, 20160307],
    ...                       "treatment": "inpatient", "fen": [300_000, 200_000], "insured_fen": [200_000, 100_000]})
    >>> rule = RecordedAid(records="medical_bills", over="year", share=0.5, least_yuan=500, most_yuan=600)
    >>> state = SimpleNamespace(medical_bills=bills, members=pd.DataFrame({"person": ["A1"]}))
    >>> aid_on_record(state, rule).rows["due_fen"].tolist()
    [25000, 35000]
    """
    every = records_of(state, aid)
    if every.empty:
        return AidOnRecord(None, _no_rows())
    since = Month.from_ordinal(int(month_of_day(every["day"]).min()))
    counted = every.loc[every[_KIND[aid.records]].isin(aid.kinds)] if aid.kinds else every
    if aid.missing or counted.empty:
        return AidOnRecord(since, _no_rows())
    rows = counted.sort_values(["day", _NUMBER[aid.records]], kind="stable", ignore_index=True)
    rows = rows.assign(year=rows["day"] // 10_000, month=month_of_day(rows["day"]))
    own = rows["fen"] - rows.get("insured_fen", 0)
    own = own.clip(lower=0).astype("int64")
    groups = [rows[name] for name in _GROUP[aid.records, aid.over]]
    so_far: Ints = np.asarray(own.groupby(groups).cumsum(), dtype=np.int64)
    before: Ints = so_far - np.asarray(own, dtype=np.int64)
    rows["due_fen"] = _aid_fen(aid, so_far) - _aid_fen(aid, before)
    rows = rows.loc[rows["due_fen"] > 0]
    until = pd.Series(pd.NA, index=rows.index, dtype="Int64")
    if aid.within_days is not None:
        last = pd.to_datetime(rows["day"].astype("str")) + pd.Timedelta(days=aid.within_days)
        until = last.dt.strftime("%Y%m%d").astype("Int64")
    gone = ~rows["person"].isin(state.members["person"]) if "person" in rows else False
    made = rows.assign(pay_until=until, gone=gone).groupby(["hh", "month"], as_index=False)
    return AidOnRecord(
        since, made.agg(due_fen=("due_fen", "sum"), pay_until=("pay_until", "max"), gone=("gone", "any"))
    )


def _aid_fen(aid: RecordedAid, sums_fen: Ints) -> Ints:
    """Return the aid for each sum, fen: one division of whole numbers, rounded once."""
    share = Fraction(str(aid.share))
    over = np.maximum(sums_fen - aid.least_fen, 0)
    paid = round_fen(over * share.numerator / share.denominator)
    return paid if aid.most_fen is None else np.minimum(paid, aid.most_fen)


def month_of_day(days: pd.Series) -> pd.Series:
    """Return the ordinal of the month of each day (yyyymmdd).

    Examples
    --------
    >>> month_of_day(pd.Series([20160430])).tolist() == [Month(2016, 4).ordinal]
    True
    """
    whole = days.astype("int64")
    return whole // 10_000 * 12 + whole // 100 % 100 - 1


def _no_rows() -> pd.DataFrame:
    kinds = {"hh": "str", "month": "int64", "due_fen": "int64", "pay_until": "Int64", "gone": "bool"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def unreckoned_aid(state: SupportFrames, catalogue: Catalogue, first: Month, last: Month) -> pd.DataFrame:
    """Return the measures whose records cannot be turned into a due, because a number of the rule is missing.

    Returns
    -------
    DataFrame
        measure, records (name of the table), rows (records of `first` to `last`), missing (tuple of names).
    """
    made = []
    for measure in catalogue.measures.values():
        aid = aid_of(measure)
        if aid is None or not aid.missing:
            continue
        months = month_of_day(records_of(state, aid)["day"])
        made.append((measure.key, aid.records, int(months.between(first.ordinal, last.ordinal).sum()), aid.missing))
    return pd.DataFrame(made, columns=["measure", "records", "rows", "missing"])
