"""What is due by rule, against a few lines that reckon it household by household."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import pandas as pd
import pytest

from povlib import params
from povlib.calendar import Month
from povlib.support.relief.monthly_dues import monthly_dues

FIRST, LAST = Month(2015, 5), Month(2016, 9)
VOCATIONAL = {"中职一年级", "高职高专二年级"}


def due_by_hand(state: SimpleNamespace, standard: int, support: int) -> dict[tuple[str, str, int], int | None]:
    """Reckon every due of the practice township's rules from plain rows."""
    told = {(r.hh, r.month): r for r in state.observations.itertuples()}
    pension: dict[tuple[str, int], int] = {}
    for r in state.transfers.itertuples():
        if r.kind == "pension":
            pension[r.hh, r.month] = pension.get((r.hh, r.month), 0) + r.fen
    newest = state.observations.sort_values("month").groupby("hh")[["schooling"]].last()["schooling"].to_dict()
    pupils: dict[str, int] = {}
    for r in state.members.itertuples():
        pupils[r.hh] = pupils.get(r.hh, 0) + (r.school in VOCATIONAL)
    due: dict[tuple[str, str, int], int | None] = {}
    for house in state.households.itertuples():
        for month in range(FIRST.ordinal, LAST.ordinal + 1):
            if house.attribute in ("低保户", "低保贫困户", "低保脱贫户"):
                total: int | None = 0
                for before in range(month - 12, month):
                    there = next((m for m in (before, before - 12) if (house.hh, m) in told), None)
                    if there is None:
                        total = None
                        break
                    r = told[house.hh, there]
                    total += r.wage_fen + r.business_fen + r.property_fen - r.cost_fen + pension.get((r.hh, there), 0)
                gap = None if total is None else max(0, standard * house.size - Fraction(total, 12))
                due[house.hh, "minimum_living", month] = None if gap is None else round(gap)
            if house.attribute in ("五保户", "特困供养脱贫户"):
                due[house.hh, "five_guarantee", month] = support * house.size
            if pupils[house.hh] and month == Month(2016, 9).ordinal:
                due[house.hh, "yulu", month] = 150_000 * pupils[house.hh]
            if newest[house.hh] == 0 and Month(2016, 6).ordinal <= month <= Month(2016, 9).ordinal:
                due[house.hh, "school_aid", month] = 125_000
    return due


def test_dues_of_a_thousand_households_equal_those_reckoned_one_by_one(
    drawn: SimpleNamespace, rules: params.Catalogue
) -> None:
    support = rules.measures["five_guarantee"].cost.amount_fen or 0
    wanted = due_by_hand(drawn, 19_500, support)
    dues = monthly_dues(drawn, rules, FIRST, LAST)
    dues = dues.loc[~dues["measure"].isin(["medical_aid", "disaster_relief"])]  # test_recorded_aid
    found = {
        (r.hh, r.measure, r.month): None if pd.isna(r.due_fen) else int(r.due_fen) for r in dues.itertuples(index=False)
    }
    assert len(drawn.households) == 1_000
    # every kind of answer is there: a gap, none, one that is not known
    gaps = [fen for (_, measure, _), fen in wanted.items() if measure == "minimum_living"]
    assert min(gaps.count(None), gaps.count(0), sum(bool(fen) for fen in gaps)) > 50
    assert found == wanted


def test_what_the_ledger_cannot_say_stays_missing(drawn: SimpleNamespace, rules: params.Catalogue) -> None:
    blank = rules.replaced({"support.minimum_living.cost.amount_yuan": None})
    for catalogue, measure in ((rules, "medical_aid"), (blank, "minimum_living")):
        dues = monthly_dues(drawn, catalogue, LAST, LAST)
        assert dues.loc[dues["measure"] == measure, "due_fen"].isna().all()


@pytest.mark.parametrize("months", [(3, 9), (9,)])
def test_aid_by_the_term_falls_due_in_the_months_written_down(
    drawn: SimpleNamespace, rules: params.Catalogue, months: tuple[int, ...]
) -> None:
    twice = rules.replaced({"support.yulu.entitlement.paid_in": list(months)})
    dues = monthly_dues(drawn, twice, Month(2015, 5), Month(2016, 4))
    found = set(dues.loc[dues["measure"] == "yulu", "month"])
    assert found == {m for m in range(Month(2015, 5).ordinal, Month(2016, 5).ordinal) if m % 12 + 1 in months}
