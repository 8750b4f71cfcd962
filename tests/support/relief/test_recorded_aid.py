"""Aid by medical bills and losses, against a few lines that reckon it person by person and bill by bill."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib import params
from povlib.calendar import Month
from povlib.errors import ParameterError
from povlib.params.procedures.recorded_aid import RecordedAid
from povlib.support.relief.findings import NOTHING_RECORDED, relief_findings
from povlib.support.relief.monthly_dues import monthly_dues
from povlib.support.relief.payments import payments_made
from povlib.support.relief.recorded_aid import aid_on_record, unreckoned_aid
from povlib.support.relief.relief_review import relief_review

FIRST, LAST = Month(2015, 5), Month(2016, 4)


def with_records(drawn: SimpleNamespace, seed: int) -> SimpleNamespace:
    """Return the thousand households with bills and losses of 28 months, several a person and a day among them."""
    rng = np.random.default_rng(seed)
    days = pd.date_range("2014-01-01", "2016-04-30").strftime("%Y%m%d").astype("int64").to_numpy()
    health = np.array(["健康", "患有大病", "长期慢性病、残疾", None], dtype=object)
    members = drawn.members.assign(health=pd.Series(rng.choice(health, len(drawn.members))).astype("str"))
    at = rng.integers(0, len(members), 6_000)
    cost = np.round(rng.lognormal(12, 1.3, len(at))).astype(np.int64) + 1
    bills = pd.DataFrame({
        "bill": [f"B{i}" for i in rng.permutation(len(at))], "hh": members["hh"].to_numpy()[at],
        "person": members["person"].to_numpy()[at], "day": rng.choice(days, len(at)),
        "treatment": rng.choice(["inpatient", "special", "outpatient"], len(at)), "fen": cost,
        "insured_fen": np.round(cost * rng.random(len(at))).astype(np.int64),
    })  # fmt: skip
    some = rng.integers(0, len(drawn.households), 1_500)
    losses = pd.DataFrame({
        "loss": [f"L{i}" for i in range(len(some))], "hh": drawn.households["hh"].to_numpy()[some],
        "day": rng.choice(rng.choice(days, 40), len(some)), "kind": rng.choice(["flood", "fire"], len(some)),
        "item": rng.choice(["house", "crops"], len(some)), "lost": "", "assessor": "甲",
        "fen": np.round(rng.lognormal(12, 1.5, len(some))).astype(np.int64) + 1,
    })  # fmt: skip
    return SimpleNamespace(**{**vars(drawn), "members": members, "medical_bills": bills, "disaster_losses": losses})


def owed(total: int, share: str, least: int, most: int) -> int:
    """Return the aid for a sum in fen, half to even, by exact fractions."""
    return min(round(Fraction(share) * max(total - least, 0)), most or 10**15)


def by_hand(state: SimpleNamespace) -> dict[tuple[str, str, int], int]:
    """Reckon the practice township's two rules, one bill and one loss after another."""
    due: dict[tuple[str, str, int], int] = {}
    ill = {r.hh for r in state.members.itertuples() if {"患有大病", "长期慢性病"} & set(str(r.health).split("、"))}
    sums: dict[Any, int] = {}
    for r in sorted(state.medical_bills.itertuples(), key=lambda r: (r.day, r.bill)):
        if r.treatment == "outpatient":
            continue
        key, month = (r.person, r.day // 10_000), r.day // 10_000 * 12 + r.day // 100 % 100 - 1
        before = sums.get(key, 0)
        sums[key] = before + r.fen - r.insured_fen
        part = owed(sums[key], "0.7", 100_000, 1_000_000) - owed(before, "0.7", 100_000, 1_000_000)
        if r.hh in ill:
            due["medical_aid", r.hh, month] = due.get(("medical_aid", r.hh, month), 0) + part
    events: dict[Any, int] = {}
    for r in state.disaster_losses.itertuples():
        events[r.hh, r.kind, r.day] = events.get((r.hh, r.kind, r.day), 0) + r.fen
    for (hh, _, day), total in events.items():
        at = ("disaster_relief", hh, day // 10_000 * 12 + day // 100 % 100 - 1)
        due[at] = due.get(at, 0) + owed(total, "0.3", 50_000, 600_000)
    return {key: fen for key, fen in due.items() if fen and FIRST.ordinal <= key[2] <= LAST.ordinal}


@pytest.mark.parametrize("seed", [1, 2])
def test_dues_of_a_thousand_households_equal_those_reckoned_one_by_one(
    drawn: SimpleNamespace, rules: params.Catalogue, seed: int
) -> None:
    state = with_records(drawn, seed)
    dues = monthly_dues(state, rules, FIRST, LAST)
    dues = dues.loc[dues["measure"].isin(["medical_aid", "disaster_relief"])]
    assert dues["due_fen"].notna().all()
    found = {(r.measure, r.hh, r.month): int(r.due_fen) for r in dues.itertuples() if r.due_fen}
    wanted = by_hand(state)
    assert found == wanted
    assert min(sum(key[0] == measure for key in wanted) for measure in ("medical_aid", "disaster_relief")) > 300
    # everybody may be struck by a disaster; those who are not are owed nothing, and that is known
    assert (dues.loc[dues["measure"] == "disaster_relief"].groupby("month").size() == len(drawn.households)).all()


def test_the_months_of_a_year_come_to_the_aid_of_the_year(drawn: SimpleNamespace) -> None:
    state = with_records(drawn, 3)
    for share, least, most in (("0.65", 1234, 0), ("1", 0, 0), ("0.333", 0, 5000)):
        rule = RecordedAid(records="medical_bills", over="year", share=float(share), least_yuan=least, most_yuan=most)
        made = aid_on_record(state, rule).rows
        years: dict[tuple[str, int], int] = {}
        for r in state.medical_bills.itertuples():
            years[r.person, r.day // 10_000] = years.get((r.person, r.day // 10_000), 0) + r.fen - r.insured_fen
        assert made["due_fen"].sum() == sum(owed(total, share, least * 100, most * 100) for total in years.values())


def test_a_number_that_is_not_entered_leaves_the_due_unknown_and_is_named(
    drawn: SimpleNamespace, rules: params.Catalogue
) -> None:
    state = with_records(drawn, 1)
    months = state.medical_bills["day"] // 100
    recent = int(((months >= 201505) & (months <= 201604)).sum())
    for name in ("share", "least_yuan", "most_yuan"):
        blank = rules.replaced({f"support.medical_aid.entitlement.aid.{name}": None})
        dues = monthly_dues(state, blank, FIRST, LAST)
        assert dues.loc[dues["measure"] == "medical_aid", "due_fen"].isna().all()
        assert dues.loc[dues["measure"] == "disaster_relief", "due_fen"].notna().all()
        [row] = unreckoned_aid(state, blank, FIRST, LAST).itertuples(index=False)
        assert (row.measure, row.records, row.rows, row.missing) == ("medical_aid", "medical_bills", recent, (name,))
        assert relief_review(state, blank, LAST).unreckoned["rows"].tolist() == [recent]
    assert unreckoned_aid(state, rules, FIRST, LAST).empty


def test_before_the_first_record_nothing_is_known(drawn: SimpleNamespace, rules: params.Catalogue) -> None:
    state = with_records(drawn, 1)
    state.disaster_losses = state.disaster_losses.loc[state.disaster_losses["day"] >= 20160101]
    begun = int(state.disaster_losses["day"].min()) // 100 % 100
    dues = monthly_dues(state, rules, FIRST, LAST)
    dues = dues.loc[dues["measure"] == "disaster_relief"]
    early = dues["month"] < Month(2016, begun).ordinal
    assert dues.loc[early, "due_fen"].isna().all()
    assert dues.loc[~early, "due_fen"].notna().all()


def one_household(**tables: pd.DataFrame) -> SimpleNamespace:
    from povlib.support.example_township import example_township

    return SimpleNamespace(**{**vars(example_township()), **tables})


def test_the_days_of_a_payment_by_hand(rules: params.Catalogue) -> None:
    """A loss of 2,500 yuan on 2016-04-05: 600 yuan due by the 20th; another on the 25th is still in time at April."""
    base = one_household()
    hh = base.households["hh"].tolist()[0]
    other = base.households["hh"].tolist()[1]
    losses = pd.DataFrame({
        "loss": ["1", "2", "3", "4"], "hh": [hh, other, hh, other], "day": [20160405, 20160425, 20160301, 20160302],
        "kind": "flood", "item": "crops", "lost": "", "assessor": "甲", "fen": [250_000, 250_000, 250_000, 40_000],
    })  # fmt: skip
    april, march = Month(2016, 4).ordinal, Month(2016, 3).ordinal
    rows = [("Z1", hh, "disaster_relief", april, 20160424, 60_000)]
    rows += [("Z2", other, "disaster_relief", march, 20160310, 9)]
    register = pd.DataFrame(rows, columns=["payment", "hh", "measure", "for_month", "day", "fen"])
    state = one_household(disaster_losses=losses, relief_payments=register)
    dues = monthly_dues(state, rules, Month(2016, 3), LAST)
    mine = dues.loc[(dues["measure"] == "disaster_relief") & (dues["due_fen"] > 0)]
    assert sorted(zip(mine["hh"], mine["month"], mine["due_fen"], mine["pay_until"], strict=True)) == sorted([
        (hh, march, 60_000, 20160316), (hh, april, 60_000, 20160420), (other, april, 60_000, 20160510),
    ])  # fmt: skip
    paid = payments_made(state, rules, LAST)
    villages = base.households.set_index("hh")["village"]
    aid = dues.loc[dues["measure"] == "disaster_relief"]
    found = relief_findings(aid, paid, villages, rules, Month(2016, 3), LAST)
    said = found[["finding", "hh", "month", "fen", "days_late", "why"]].astype(object)
    assert said.where(said.notna(), None).to_numpy().tolist() == [
        ["unpaid", hh, march, 60_000, None, ""],
        ["unentitled", other, march, 9, None, NOTHING_RECORDED],
        ["late", hh, april, 60_000, 4, ""],
    ]


def test_two_bills_of_one_amount_in_a_month_are_no_double_payment(rules: params.Catalogue) -> None:
    base = one_household()
    hh = base.households["hh"].tolist()[0]
    losses = pd.DataFrame({"loss": ["1", "2"], "hh": hh, "day": [20160301, 20160309], "kind": "flood", "item": "crops",
                           "lost": "", "assessor": "甲", "fen": 250_000})  # fmt: skip
    march = Month(2016, 3).ordinal
    register = pd.DataFrame({"payment": ["1", "2", "3"], "hh": hh, "measure": "disaster_relief", "for_month": march,
                             "day": [20160310, 20160315, 20160316], "fen": 60_000})  # fmt: skip
    state = one_household(disaster_losses=losses, relief_payments=register)
    dues = monthly_dues(state, rules, Month(2016, 3), LAST)
    villages = base.households.set_index("hh")["village"]
    found = relief_findings(dues, payments_made(state, rules, LAST), villages, rules, Month(2016, 3), LAST)
    assert found.loc[found["measure"] == "disaster_relief", ["finding", "payment"]].to_numpy().tolist() == [
        ["twice", "3"]
    ]


def test_a_kind_that_no_list_holds_is_refused(rules: params.Catalogue) -> None:
    with pytest.raises(ParameterError, match="flood"):
        rules.replaced({"support.medical_aid.entitlement.aid.kinds": ["flood"]})


def test_a_bill_of_somebody_who_has_left_the_card_is_judged_neither_way(rules: params.Catalogue) -> None:
    base = one_household()
    hh = base.households["hh"].tolist()[0]
    healthy = base.members.assign(health="健康")
    bills = pd.DataFrame({"bill": ["1"], "hh": hh, "person": "left", "day": 20160301, "treatment": "inpatient",
                          "fen": 500_000, "insured_fen": 0})  # fmt: skip
    march = Month(2016, 3)
    for members, due in ((healthy, [None]), (healthy.assign(health="患有大病"), [280_000])):
        state = SimpleNamespace(**{**vars(base), "members": members, "medical_bills": bills})
        dues = monthly_dues(state, rules, march, march)
        mine = dues.loc[(dues["measure"] == "medical_aid") & (dues["hh"] == hh), "due_fen"]
        assert [None if pd.isna(fen) else fen for fen in mine] == due
    # of somebody on the card who is not ill the conditions do not hold, and no row says so
    known = bills.assign(person=healthy.loc[healthy["hh"] == hh, "person"].iloc[0])
    dues = monthly_dues(
        SimpleNamespace(**{**vars(base), "members": healthy, "medical_bills": known}), rules, march, march
    )
    assert dues.loc[dues["measure"] == "medical_aid"].empty
