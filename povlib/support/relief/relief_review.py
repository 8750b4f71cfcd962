"""The review of relief: dues, payments, findings and the budget of the year, put together for papers.

Responsible for the order of the parts and for totals by measure. Not responsible for any of the parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.calendar import Month
from povlib.params import Catalogue
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.relief.findings import FINDINGS, judged_dues, relief_findings
from povlib.support.relief.monthly_dues import YEAR_MONTHS, entitled_measures, monthly_dues
from povlib.support.relief.payments import payments_made
from povlib.support.relief.recorded_aid import aid_of, unreckoned_aid
from povlib.support.relief.yearly_budget import yearly_budget


@dataclass(frozen=True)
class ReliefReview:
    """What the law owes and what was paid, over the twelve months that end with `at`.

    Attributes
    ----------
    at : Month
    dues : DataFrame
        `monthly_dues` of the twelve months.
    paid : DataFrame
        `payments_made` for the twelve months.
    findings : DataFrame
        `relief_findings`.
    by_measure : DataFrame
        measure, households (that meet its conditions in the last month), unknown (household-months whose due cannot be
        reckoned), judged_from (ordinal; missing where no payment is on record), due_fen and paid_fen (of the
        household-months judged whose due is known), less_fen, more_fen (paid under and over the due, month by month,
        none of it a finding), and the number of findings of each kind.
    budget : DataFrame
        `yearly_budget`.
    unreckoned : DataFrame
        `unreckoned_aid`: bills or losses are on record, and a number of the rule is missing.
    """

    at: Month
    dues: pd.DataFrame
    paid: pd.DataFrame
    findings: pd.DataFrame
    by_measure: pd.DataFrame
    budget: pd.DataFrame
    unreckoned: pd.DataFrame


def relief_review(state: SupportFrames, catalogue: Catalogue, at: Month) -> ReliefReview:
    """Hold payments of relief against what the law owes, for the twelve months that end with `at`.

    Parameters
    ----------
    state : SupportFrames
        With ``relief_payments`` where there is a payment register.
    catalogue : Catalogue
    at : Month
        Last month with data.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.support.example_township import example_township
    >>> made = relief_review(example_township(), params.load(places.DATA / "sample" / "params"), Month(2016, 4))
    >>> len(made.findings)
    0
    """
    first = at + (1 - YEAR_MONTHS)
    # the range of the budget is learnt from as many months as have a full year before them
    earliest = _first_month(state, first)
    every = monthly_dues(state, catalogue, earliest, at)
    paid = payments_made(state, catalogue, at)
    dues = every.loc[every["month"] >= first.ordinal].reset_index(drop=True)
    villages = state.households.set_index("hh")["village"]
    judged = judged_dues(dues, paid, state.observations)
    found = relief_findings(judged, paid, villages, catalogue, first, at)
    recent = paid.loc[paid["month"].between(first.ordinal, at.ordinal)].reset_index(drop=True)
    return ReliefReview(
        at=at,
        dues=dues,
        paid=recent,
        findings=found,
        by_measure=_totals_by_measure(catalogue, (dues, judged), recent, found, at),
        budget=yearly_budget(every, paid, at, frozenset(m.key for m in entitled_measures(catalogue) if aid_of(m))),
        unreckoned=unreckoned_aid(state, catalogue, first, at),
    )


def _first_month(state: SupportFrames, first: Month) -> Month:
    """Return the first month before which a whole year is on record, `first` where there is none so early."""
    months = state.observations["month"]
    return first if months.empty else min(first, Month.from_ordinal(int(months.min()) + YEAR_MONTHS))


def _totals_by_measure(
    catalogue: Catalogue,
    due: tuple[pd.DataFrame, pd.DataFrame],
    recent: pd.DataFrame,
    found: pd.DataFrame,
    at: Month,
) -> pd.DataFrame:
    """Return ``ReliefReview.by_measure`` from all dues and those judged."""
    dues, held = due
    begun = held.groupby("measure")["month"].min()
    received = recent.groupby(["hh", "measure", "month"], as_index=False)["fen"].sum()
    rows = []
    for measure in entitled_measures(catalogue):
        mine = dues.loc[dues["measure"] == measure.key]
        start = begun.get(measure.key)
        judged = held.loc[held["measure"] == measure.key]
        both = judged.merge(received, on=["hh", "measure", "month"], how="left").fillna({"fen": 0})
        both = both.loc[both["due_fen"].notna()]
        difference = both["fen"] - both["due_fen"]
        counted = found.loc[found["measure"] == measure.key, "finding"].value_counts()
        rows.append({
            "measure": measure.key,
            "households": int((mine["month"] == at.ordinal).sum()),
            "unknown": int(judged["due_fen"].isna().sum()),
            "judged_from": start,
            "due_fen": int(both["due_fen"].sum()),
            "paid_fen": int(both["fen"].sum()),
            "less_fen": int(-difference.clip(upper=0).sum()),
            "more_fen": int(difference.clip(lower=0).sum()),
            **{name: int(counted.get(name, 0)) for name in FINDINGS},
        })  # fmt: skip
    columns = ["measure", "households", "unknown", "judged_from", "due_fen", "paid_fen", "less_fen", "more_fen"]
    return pd.DataFrame(rows, columns=[*columns, *FINDINGS]).astype({"judged_from": "Int64"})
