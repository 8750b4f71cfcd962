"""Stakes and loans of a co-op against their rules: what an auditor would query, household by household.

A stake bought with a loan must name a loan that exists, is the household's or the co-op's own, is at least as large and
not used twice. A loan that a household owes and a co-op or firm uses (户贷企用) is pooled: it is flagged, never
forbidden, since the bulletin's cattle model works that way and the rule against it came in 2017.

Responsible for these findings and for what is still owed. Not responsible for the limits (``cooperation.yaml``,
`povlib.params.procedures.cooperation`) or for the books (`accounts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.money import round_fen

OWN, LOAN, GRANT, LAND = "own", "loan", "grant", "land"
YEAR = 12


@dataclass(frozen=True)
class StakeLimits:
    """The limits stakes and loans are held against.

    Parameters
    ----------
    loan_most_fen, loan_months : int
        Largest loan of one household and its longest time.
    rate_most_percent : float
        Highest yearly interest.
    members_least : int
        Fewest members of a co-op.
    floor_low, floor_high : float
        A guaranteed dividend is usually between these shares of the stake.
    """

    loan_most_fen: int
    loan_months: int
    rate_most_percent: float
    members_least: int
    floor_low: float
    floor_high: float


@dataclass(frozen=True)
class StakeFinding:
    """One query: `what` (message id with ``{name}`` fields), `where` (co-op, stake or loan), `values`."""

    what: str
    where: str
    values: Mapping[str, object]


def stake_findings(
    coops: pd.DataFrame, stakes: pd.DataFrame, loans: pd.DataFrame, limits: StakeLimits
) -> list[StakeFinding]:
    """Return every query about co-ops, stakes and loans, in their order.

    Parameters
    ----------
    coops, stakes, loans : DataFrame
        Rows of ``coops``, ``coop_stakes`` and ``loans``; months are ordinals.
    limits : StakeLimits
    """
    return [*_coop_findings(coops, stakes, limits), *_bought_with_loans(stakes, loans), *_floors(stakes, limits),
            *_two_coops(stakes), *_loan_findings(loans, limits)]  # fmt: skip


def _coop_findings(coops: pd.DataFrame, stakes: pd.DataFrame, limits: StakeLimits) -> Iterator[StakeFinding]:
    holders = stakes.groupby("coop")["hh"].nunique()
    row: Any
    for row in coops.itertuples(index=False):
        where = str(row.coop)
        if row.status == "operating" and pd.isna(row.registered_month):
            yield StakeFinding("operates without being registered", where, {})
        if not pd.isna(row.members) and int(row.members) < limits.members_least:
            yield StakeFinding("has {n} members, fewer than {least}", where,
                               {"n": int(row.members), "least": limits.members_least})  # fmt: skip
        if not pd.isna(row.poor_members) and int(holders.get(row.coop, 0)) > int(row.poor_members):
            yield StakeFinding("{n} households hold stakes, and {members} poor members are named", where,
                               {"n": int(holders[row.coop]), "members": int(row.poor_members)})  # fmt: skip


def _bought_with_loans(stakes: pd.DataFrame, loans: pd.DataFrame) -> Iterator[StakeFinding]:
    """Yield stakes whose loan is missing, another's, too small, or used for more than one stake."""
    known = loans.set_index("loan")
    given = dict(zip(loans["loan"], loans["fen"].astype("int64").tolist(), strict=True))
    bought = stakes[stakes["kind"] == LOAN].sort_values(["coop", "stake"])
    used: dict[str, int] = {}
    row: Any
    for row in bought.itertuples(index=False):
        where = f"{row.coop} {row.stake}"
        name = "" if pd.isna(row.loan) else str(row.loan)
        if not name:
            yield StakeFinding("was bought with a loan, and names none", where, {})
            continue
        if name not in known.index:
            yield StakeFinding("names the loan {loan}, which is not on record", where, {"loan": name})
            continue
        loan: Any = known.loc[name]
        used[name] = used.get(name, 0) + int(row.fen)
        owner = str(loan["hh"] if isinstance(loan["hh"], str) and loan["hh"] else loan["borrower"])
        if loan["borrower_kind"] == "household" and owner != str(row.hh):
            yield StakeFinding("of household {hh} was bought with a loan of {other}", where,
                               {"hh": row.hh, "other": owner})  # fmt: skip
    for name, fen in used.items():
        if fen > int(given[name]):
            yield StakeFinding("pays for stakes of {stakes} yuan and is of {yuan} yuan only", name,
                               {"stakes": _yuan(fen), "yuan": _yuan(int(given[name]))})  # fmt: skip


def _floors(stakes: pd.DataFrame, limits: StakeLimits) -> Iterator[StakeFinding]:
    row: Any
    for row in stakes[stakes["floor_fen"].notna() & (stakes["fen"] > 0)].itertuples(index=False):
        share = int(row.floor_fen) / int(row.fen)
        if share and not limits.floor_low <= share <= limits.floor_high:
            yield StakeFinding("guarantees {share} a year; usual are {low} to {high}", f"{row.coop} {row.stake}",
                               {"share": f"{share:.1%}", "low": f"{limits.floor_low:.0%}",
                                "high": f"{limits.floor_high:.0%}"})  # fmt: skip


def _two_coops(stakes: pd.DataFrame) -> Iterator[StakeFinding]:
    """Yield loans with which stakes in more than one co-op were bought: one loan, two memberships."""
    bought = stakes[(stakes["kind"] == LOAN) & stakes["loan"].notna()]
    for loan, rows in bought.groupby("loan", sort=True):
        if loan and rows["coop"].ne(rows["coop"].iloc[0]).any():
            yield StakeFinding("bought stakes in more than one co-op: {coops}", str(loan),
                               {"coops": ", ".join(sorted(rows["coop"].unique()))})  # fmt: skip


def _loan_findings(loans: pd.DataFrame, limits: StakeLimits) -> Iterator[StakeFinding]:
    row: Any
    for row in pooled_loans(loans).itertuples(index=False):
        yield StakeFinding("is owed by household {hh} and used by {user}: pooled (户贷企用)", str(row.loan),
                           {"hh": row.hh, "user": row.used_by})  # fmt: skip
    for row in loans.itertuples(index=False):
        where = str(row.loan)
        months = int(row.due_month) - int(row.from_month)
        if row.borrower_kind == "household" and int(row.fen) > limits.loan_most_fen:
            yield StakeFinding("is of {yuan} yuan, more than {most} for one household", where,
                               {"yuan": _yuan(int(row.fen)), "most": _yuan(limits.loan_most_fen)})  # fmt: skip
        if row.borrower_kind == "household" and months > limits.loan_months:
            yield StakeFinding("runs {n} months, longer than {most}", where,
                               {"n": months, "most": limits.loan_months})  # fmt: skip
        if months <= 0:
            yield StakeFinding("is due before it was given", where, {})
        if not pd.isna(row.rate_percent) and float(row.rate_percent) > limits.rate_most_percent:
            yield StakeFinding("costs {rate} % a year, more than {most} %", where,
                               {"rate": f"{row.rate_percent:g}", "most": f"{limits.rate_most_percent:g}"})  # fmt: skip
        if not pd.isna(row.repaid_fen) and not 0 <= int(row.repaid_fen) <= int(row.fen):
            yield StakeFinding("was repaid with {yuan} yuan of {all}", where,
                               {"yuan": _yuan(int(row.repaid_fen)), "all": _yuan(int(row.fen))})  # fmt: skip


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}".removesuffix(".00")


def pooled_loans(loans: pd.DataFrame) -> pd.DataFrame:
    """Return loans that a household owes and somebody else uses (户贷企用): rows of ``loans``, `hh` filled.

    Examples
    --------
    >>> rows = {"loan": ["1", "2"], "borrower_kind": "household", "borrower": ["a", "b"], "hh": [None, "b"],
    ...         "used_by": ["co-op", None]}
    >>> pooled_loans(pd.DataFrame(rows))[["loan", "hh"]].values.tolist()
    [['1', 'a']]
    """
    used = loans["used_by"].fillna("").astype("str")
    owner = loans["hh"].where(loans["hh"].notna() & loans["hh"].astype("str").ne(""), loans["borrower"])
    pooled = loans["borrower_kind"].eq("household") & used.ne("") & used.ne(owner.astype("str"))
    return loans.assign(hh=owner)[pooled].reset_index(drop=True)


def loans_owed(loans: pd.DataFrame, month: Month) -> pd.DataFrame:
    """Return what is still owed on each loan at the end of a month.

    Returns
    -------
    DataFrame
        loan, borrower_kind, borrower, hh, used_by, principal_fen (given less repaid), interest_fen (a year, simple, on
        the principal), due_month, months_left, overdue. A loan given later is left out.
    """
    rows = loans[loans["from_month"].astype("int64") <= month.ordinal].reset_index(drop=True)
    principal = (rows["fen"].astype("int64") - rows["repaid_fen"].fillna(0).astype("int64")).clip(lower=0)
    rate = rows["rate_percent"].fillna(0).to_numpy(dtype=np.float64)
    left = rows["due_month"].astype("int64") - month.ordinal
    table = rows[["loan", "borrower_kind", "borrower", "hh", "used_by"]].copy()
    table["principal_fen"] = principal
    table["interest_fen"] = round_fen(principal.to_numpy(dtype=np.float64) * rate / 100)
    table["due_month"], table["months_left"] = rows["due_month"].astype("int64"), left
    table["overdue"] = (left < 0) & (principal > 0)
    return table
