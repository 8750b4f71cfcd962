"""Contracts of villages as they stand on a day: due and overdue, accounts, partners, the year ahead, shares by rule."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pandas as pd

from povlib.calendar import Month
from povlib.errors import DataError
from povlib.ledger import State
from povlib.params import Document
from povlib.params.procedures.cooperation import Cooperation
from povlib.params.villages.village_income import SharingRule, VillageIncomeRules
from povlib.report.villages.contract_income import ContractIncome
from povlib.report.villages.facts import IncomeFacts
from povlib.runs.facts.houses.code_words import in_words
from povlib.runs.facts.village_order import office_order
from povlib.runs.facts.villages.village_incomes import YEAR_MONTHS, income_facts
from povlib.support.conditions import joint_truth
from povlib.support.eligibility_facts import SupportFrames, household_facts, member_facts
from povlib.villages.incomes.counterparties import RELATED, concentration_index, partner_shares, related_contracts
from povlib.villages.incomes.due_schedule import (
    as_date,
    deposits_held,
    due_schedule,
    month_of_day,
    overdue_by_contract,
    year_after,
)
from povlib.villages.incomes.implied_means import others_mean_below
from povlib.villages.incomes.income_forecast import contract_forecasts, village_forecasts
from povlib.villages.incomes.shared_income import shared_out
from povlib.villages.incomes.village_accounts import account_balances, book_differences
from povlib.words import text

TO_HOUSEHOLDS = "households"


def last_day_of(month: Month) -> int:
    """Return the last day of a month, yyyymmdd.

    Examples
    --------
    >>> last_day_of(Month(2016, 2))
    20160229
    """
    return 100 * month.yyyymm + monthrange(month.year, month.month)[1]


def income_with_contracts(
    state: State,
    villages: Sequence[str],
    marks: Cooperation,
    rules: VillageIncomeRules,
    lang: str,
    *,
    day: int | None = None,
    document: Document | None = None,
) -> IncomeFacts | None:
    """Return village income with the contracts behind it; None where neither income nor contracts are recorded.

    Parameters
    ----------
    villages : sequence of str
        In the order of the office.
    day : int, optional
        yyyymmdd up to which is counted; none: the last day of the ledger's last month.
    document : Document, optional
        Claims of a document: what its mean leaves for the other villages is worked out.
    """
    month = state.last_month
    if month is None:
        return None
    day = day or last_day_of(month)
    at = replace(state, last_month=Month.from_ordinal(month_of_day([day])[0]))
    totals = income_facts(at, villages, marks)
    if totals is None or state.income_contracts.empty:
        return totals
    behind = _contract_income(at, totals, villages, rules, lang, day)
    return replace(totals, contracts=_with_claims(behind, totals, document))


def _contract_income(
    state: State, totals: IncomeFacts, villages: Sequence[str], rules: VillageIncomeRules, lang: str, day: int
) -> ContractIncome:
    contracts, receipts = state.income_contracts, state.income_receipts
    names = sorted({*villages, *contracts["village"], *totals.villages["village"]}, key=office_order(villages))
    month = month_of_day([day])[0]
    first = Month.from_ordinal(month - YEAR_MONTHS + 1)
    year = (100 * first.yyyymm + 1, day)
    schedule = due_schedule(contracts, receipts, day)
    lately = schedule[schedule["due"].between(*year)]
    late = overdue_by_contract(schedule).merge(contracts[["contract", "village", "partner"]], on="contract")
    partners = partner_shares(contracts, receipts, *year)
    related = related_contracts(contracts, month)
    flags = {True: text("related", lang), False: text("nothing said", lang)}
    ahead = contract_forecasts(contracts, receipts, day, year_after(day), default_share=rules.default_share,
                               range_share=rules.range_share)  # fmt: skip
    forecast = village_forecasts(ahead, names)
    uses = state.income_uses[state.income_uses["day"].le(day)]
    deposits = deposits_held(contracts, receipts, day)
    quiet = schedule.drop_duplicates("contract", keep="last")
    quiet = quiet[quiet["silent"]]
    return ContractIncome(
        day=as_date(day).isoformat(),
        contracts=_listed(state, schedule, lately, partners_paid(state, *year), lang),
        overdue=late.assign(since=[as_date(int(when)).isoformat() for when in late["since"]]),
        silent=[f"{name} {as_date(int(due)).isoformat()}"
                for name, due in zip(quiet["contract"], quiet["due"], strict=True)],
        due_fen=int(lately["fen"].fillna(0).sum()),
        received_fen=int(partners["fen"].sum()),
        deposits_fen=int(deposits["held_fen"].sum()),
        deposits_lacking_fen=int(deposits["lacking_fen"].sum()),
        accounts=account_balances(state.village_income, uses, names, first.ordinal, month),
        differences=book_differences(state.village_income, contracts, receipts[receipts["day"].le(day)], month),
        partners=partners,
        index=concentration_index(partners["share"]),
        concentration_share=rules.concentration_share,
        related=related.assign(flag=related["flag"].eq(RELATED).map(flags), relation=related["relation"].fillna("—")),
        forecast=forecast,
        default_share=rules.default_share,
        range_share=rules.range_share,
        below=forecast.loc[forecast["fen"] < totals.low_fen, "village"].tolist(),
        shared=_shared_so_far(uses, year),
    )  # fmt: skip


def partners_paid(state: State, first: int, last: int) -> pd.Series:
    """Return what came of each contract from day `first` to day `last`, deposits apart."""
    rows = state.income_receipts
    rows = rows[rows["part"].eq("due") & rows["day"].between(first, last)]
    paid: pd.Series = rows.groupby("contract")["fen"].sum()
    return paid


def _listed(state: State, schedule: pd.DataFrame, lately: pd.DataFrame, paid: pd.Series, lang: str) -> pd.DataFrame:
    """Return the contracts with words for their codes, the year's due and received, and what is overdue."""
    frame = state.income_contracts.sort_values("contract", ignore_index=True)
    by = schedule.groupby("contract")
    columns = {
        "due_fen": lately.groupby("contract")["fen"].sum(),
        "received_fen": paid,
        "overdue_fen": by["overdue_fen"].sum(),
        "days_overdue": by["days_overdue"].max(),
    }
    made = frame[["contract", "village", "partner", "fen"]].assign(
        kind=in_words(frame["kind"], "income_kind", lang), footing=in_words(frame["footing"], "income_footing", lang)
    )
    for name, values in columns.items():
        made[name] = made["contract"].map(values).fillna(0).astype("int64")
    return made


def _shared_so_far(uses: pd.DataFrame, year: tuple[int, int]) -> pd.DataFrame:
    """Return what went to households in twelve months, by village, rule and plan."""
    rows = uses[uses["kind"].eq(TO_HOUSEHOLDS) & uses["day"].between(*year)]
    rows = rows.assign(rule=rows["rule"].fillna("—"), plan=rows["plan"].fillna("—"))
    return rows.groupby(["village", "rule", "plan"], as_index=False).agg(
        households=("hh", "nunique"), fen=("fen", "sum")
    )


def _with_claims(behind: ContractIncome, totals: IncomeFacts, document: Document | None) -> ContractIncome:
    """Return the facts with what a document's mean and its villages above a mark leave for the others."""
    claims = document.claims if document else ()
    mean = next((c for c in claims if c.kind == "village_income_mean" and c.stated), None)
    least = next((c for c in claims if c.kind == "village_income_least" and c.stated and c.place), None)
    rows = totals.villages
    if mean is None or least is None or len(rows) <= len(least.place):
        return behind
    stated, mark = (round(100 * float(c.stated[0].number)) for c in (mean, least))
    others = rows.loc[~rows["village"].isin(least.place), "fen"]
    return replace(
        behind,
        stated_mean_fen=stated,
        stated_above=len(least.place),
        stated_mark_fen=mark,
        implied_fen=round(others_mean_below(len(rows), stated, len(least.place), mark)),
        others_mean_fen=round(float(others.mean())),
    )


def sharing_plan(state: State, rule: SharingRule, day: int, lang: str) -> pd.DataFrame:
    """Return what each household is to have by a rule, of twelve months' income up to a day.

    What was shared out under the rule's name in these twelve months is taken off.

    Returns
    -------
    DataFrame
        village, hh, size, fen.

    Raises
    ------
    DataError
        If no month has data.
    """
    if state.last_month is None:
        raise DataError("no month of the ledger has data", remedy="load the workbooks: {command}",
                        command="python3 workbench.py load")  # fmt: skip
    month = month_of_day([day])[0]
    rows = state.village_income
    rows = rows[rows["month"].between(month - YEAR_MONTHS + 1, month)]
    for column, named in (("village", rule.villages), ("source", rule.sources)):
        rows = rows[rows[column].isin(named)] if named else rows
    first = 100 * Month.from_ordinal(month - YEAR_MONTHS + 1).yyyymm + 1
    given = state.income_uses
    given = given[given["kind"].eq(TO_HOUSEHOLDS) & given["day"].between(first, day)]
    given = given[given["rule"].isin([rule.key, *rule.names.spellings()])]
    frames = cast(SupportFrames, state)
    homes = household_facts(frames, member_facts(frames, state.last_month), state.last_month)
    holds, _ = joint_truth(rule.who, homes)
    meant = homes[holds == 1]
    income = {str(village): int(fen) for village, fen in rows.groupby("village")["fen"].sum().items()}
    already = {str(village): int(fen) for village, fen in given.groupby("village")["fen"].sum().items()}
    return shared_out(income, rule.share, already, meant[["hh", "village", "size"]], rule.by)
