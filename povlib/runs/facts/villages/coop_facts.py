"""Co-ops as they stand: who holds what, what the books say, what an auditor would query, what a failure would cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.errors import DataError, unknown_word_fault
from povlib.ledger import State
from povlib.params.procedures.cooperation import Cooperation
from povlib.villages.coops.accounts import CASH, DIVIDENDS, LOANS, WAGES, CoopAccounts, coop_accounts
from povlib.villages.coops.dividends import YearOfDividends, dividends_of_year
from povlib.villages.coops.failure import CoopFailure, coop_failure
from povlib.villages.coops.member_incomes import MemberIncome, member_income
from povlib.villages.coops.reconciliation import books_against_lists
from povlib.villages.coops.stake_rules import StakeFinding, StakeLimits, loans_owed, pooled_loans, stake_findings

YEAR = 12


@dataclass(frozen=True)
class CoopStanding:
    """One co-op at the end of a month; money in fen.

    Attributes
    ----------
    row : mapping
        Its row of ``coops``.
    stakes : DataFrame
        Rows of ``coop_stakes`` that are held.
    findings : tuple of StakeFinding
    loans : DataFrame
        Of `loans_owed`: what the co-op owes and what households owe for their stakes.
    pooled : int
        Loans that households owe and the co-op uses.
    books : CoopAccounts
    """

    row: Mapping[str, Any]
    stakes: pd.DataFrame
    findings: tuple[StakeFinding, ...]
    loans: pd.DataFrame
    pooled: int
    books: CoopAccounts

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.row["coop"])

    def stake_fen(self, kind: str) -> int:
        """Return the stakes of one kind."""
        return int(self.stakes.loc[self.stakes["kind"] == kind, "fen"].sum())


def stake_limits(rules: Cooperation) -> StakeLimits:
    """Return the limits that stakes and loans are held against."""
    return StakeLimits(
        loan_most_fen=rules.value_fen("loan_most_yuan"),
        loan_months=int(rules.value("loan_months")),
        rate_most_percent=rules.value("rate_most_percent"),
        members_least=int(rules.value("members_least")),
        floor_low=rules.value("floor_low"),
        floor_high=rules.value("floor_high"),
    )


def named_coop(state: State, name: str) -> None:
    """Raise DataError where no co-op of this name is on record, with the nearest."""
    known = set(state.coops["coop"])
    if not known:
        raise DataError("no co-op is on record", remedy="fill the sheet 专业合作社: {command}",
                        command="python3 workbench.py forms")  # fmt: skip
    if name and name not in known:
        raise DataError([unknown_word_fault("there is no co-op {value}", name, known, "")])


def held_at(stakes: pd.DataFrame, month: Month) -> pd.DataFrame:
    """Return the stakes that are held at the end of a month."""
    until = stakes["to_month"].astype("Float64")
    begun = stakes["from_month"].astype("int64") <= month.ordinal
    return stakes[begun & (until.isna() | (until >= month.ordinal).fillna(False))].reset_index(drop=True)


def coop_standings(state: State, rules: Cooperation, month: Month, name: str = "") -> list[CoopStanding]:
    """Return every co-op, or the one of a name, at the end of a month.

    Raises
    ------
    DataError
        If none is on record, none has the name, or books are wrong.
    """
    named_coop(state, name)
    limits = stake_limits(rules)
    chosen = state.coops[state.coops["coop"] == name] if name else state.coops
    found = []
    for raw in chosen.sort_values("coop").to_dict("records"):
        coop = str(raw["coop"])
        stakes = held_at(state.coop_stakes[state.coop_stakes["coop"] == coop], month)
        own = loans_of_coop(state, coop, stakes)
        findings = stake_findings(state.coops[state.coops["coop"] == coop], stakes, own, limits)
        entries = state.coop_entries[(state.coop_entries["coop"] == coop)
                                     & (state.coop_entries["month"] <= month.ordinal)]  # fmt: skip
        findings += books_against_lists(coop, entries, stakes, state.loans, month)
        found.append(
            CoopStanding({str(k): v for k, v in raw.items()}, stakes, tuple(findings), loans_owed(own, month),
                         len(pooled_loans(own)), coop_accounts(coop, entries))
        )  # fmt: skip
    return found


def loans_of_coop(state: State, coop: str, stakes: pd.DataFrame) -> pd.DataFrame:
    """Return loans that a co-op owes or uses, and those its stakes were bought with."""
    loans = state.loans
    bought = set(stakes["loan"].dropna())
    return loans[
        (loans["borrower"] == coop) | (loans["used_by"] == coop) | loans["loan"].isin(bought)
    ].reset_index(drop=True)  # fmt: skip


def year_paid(state: State, coop: str, month: Month) -> pd.DataFrame:
    """Return what a co-op paid each household in the twelve months up to one: hh, wage_fen, dividend_fen."""
    rows = state.coop_entries
    inside = (rows["coop"] == coop) & (rows["month"] > month.ordinal - YEAR) & (rows["month"] <= month.ordinal)
    books = rows[inside & rows["hh"].notna() & rows["hh"].astype("str").ne("")]
    table = books.pivot_table(index="hh", columns="account", values="fen", aggfunc="sum")
    table = table.reindex(columns=[WAGES, DIVIDENDS]).fillna(0).astype("int64")
    return pd.DataFrame({"hh": table.index.astype("str"), "wage_fen": table[WAGES].to_numpy(),
                         "dividend_fen": table[DIVIDENDS].to_numpy()})  # fmt: skip


def member_incomes(
    state: State, rules: Cooperation, found: CoopStanding, month: Month
) -> dict[str, tuple[MemberIncome, bool]]:
    """Return each household's wage and dividend of a year, by household, and whether a dividend is on record.

    The wage is that of the months on record in the last twelve; the dividend is last paid, or, before the first, the
    guaranteed floor alone.
    """
    paid = year_paid(state, found.name, month).set_index("hh")
    entries = state.coop_entries[
        (state.coop_entries["coop"] == found.name) & (state.coop_entries["account"] == "wages")
    ]
    recent = entries[(entries["month"] > month.ordinal - YEAR) & (entries["month"] <= month.ordinal)]
    months = max(int(recent["month"].nunique()), 1)
    floors = found.stakes.assign(floor=found.stakes["floor_fen"].fillna(0).astype("int64")).groupby("hh")["floor"].sum()
    made = {}
    for hh in sorted({*map(str, floors.index), *map(str, paid.index)}):
        floor = float(floors.get(hh, 0))
        wage, dividend = (float(paid[column].get(hh, 0)) for column in ("wage_fen", "dividend_fen"))
        known = dividend > 0
        mean = dividend if known else floor
        made[hh] = (
            member_income(
                wage / months, mean, mean * rules.value("dividend_spread") if known else 0.0, floor,
                wage_lost_per_month=rules.value("wage_lost_per_month"),
                firm_fails_per_year=rules.value("firm_fails_per_year"),
            ),
            known,
        )  # fmt: skip
    return made


def failure_of(state: State, rules: Cooperation, found: CoopStanding, month: Month) -> CoopFailure:
    """Return what each household loses should the co-op fail at the end of a month.

    What is left is its cash and what everything bought with stakes, loans and grants still brings
    (``cooperation.yaml: recovery_share`` of what was spent on costs).
    """
    cash = max(found.books.fen(CASH), 0)
    put_in = int(found.stakes.loc[found.stakes["kind"] != "land", "fen"].sum())
    owed = max(-found.books.fen(LOANS), 0)
    in_things = max(put_in + owed - cash, 0)
    left = cash + int(in_things * rules.value("recovery_share"))
    pooled = found.loans[(found.loans["borrower_kind"] == "household") & (found.loans["principal_fen"] > 0)]
    owner = pooled["hh"].where(pooled["hh"].notna() & pooled["hh"].astype("str").ne(""), pooled["borrower"])
    loans = pd.DataFrame({"hh": owner.astype("str"), "owed_fen": pooled["principal_fen"]})
    return coop_failure(found.stakes, loans, year_paid(state, found.name, month), left, owed)


def dividends_due(rules: Cooperation, found: CoopStanding, year: int, *, firm_pays: bool) -> YearOfDividends:
    """Return what a year's profit brings each stake that holds money.

    Raises
    ------
    DataError
        If the books hold nothing of that year.
    """
    rows = found.books.statement.set_index("year")
    if year not in rows.index:
        raise DataError("the books of {coop} hold nothing of {year}", coop=found.name, year=year)
    stakes = found.stakes[found.stakes["fen"] > 0]
    return dividends_of_year(stakes, int(rows["profit_fen"][year]), reserve_share=rules.value("reserve_share"),
                             firm_pays=firm_pays)  # fmt: skip
