"""Faults planted among payments are found, each once, and nothing else is."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from povlib import params
from povlib.calendar import Month
from povlib.support.relief.findings import judged_dues, relief_findings
from povlib.support.relief.monthly_dues import monthly_dues
from povlib.support.relief.payments import payments_made

FIRST, LAST = Month(2015, 5), Month(2016, 4)
HOUSES = pd.Series({"A": "甲", "B": "乙"})


def paid_rows(*rows: tuple[str, str, str, Month, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["payment", "hh", "measure", "month", "day", "fen"])
    frame["month"] = [month.ordinal for month in frame["month"]]
    return frame.assign(told_by="register").astype({"day": "Int64"})


def due_rows(*rows: tuple[str, str, Month, int | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["hh", "measure", "month", "due_fen"])
    frame = frame.assign(month=[month.ordinal for month in frame["month"]], pay_until=pd.NA)
    return frame.astype({"due_fen": "Int64", "pay_until": "Int64"})


def test_each_kind_of_finding_by_hand(rules: params.Catalogue) -> None:
    march, april = Month(2016, 3), Month(2016, 4)
    dues = due_rows(
        ("A", "minimum_living", march, 10_000), ("A", "minimum_living", april, 11_000),
        ("B", "minimum_living", march, 0), ("B", "minimum_living", april, None),
    )  # fmt: skip
    paid = paid_rows(
        ("1", "A", "minimum_living", march, 20160402, 10_000),  # on the tenth of March at the latest: 23 days late
        ("2", "A", "minimum_living", march, 20160408, 10_000),  # the same again
        ("3", "A", "minimum_living", march, 20160409, 500),  # another amount: a supplement, no doubling
        ("4", "B", "minimum_living", march, 20160310, 9_000),  # the rule owes nothing; in time
        ("5", "B", "five_guarantee", april, 20160401, 8_000),  # its conditions are not met
    )
    found = relief_findings(dues, paid, HOUSES, rules, FIRST, LAST)
    said = found[["finding", "hh", "village", "measure", "month", "fen", "due_fen", "days_late", "payment", "why"]]
    assert said.astype(object).where(said.notna(), None).to_numpy().tolist() == [
        ["unpaid", "A", "甲", "minimum_living", april.ordinal, 11_000, 11_000, None, "", ""],
        ["unentitled", "B", "乙", "five_guarantee", april.ordinal, 8_000, 0, None, "5", "conditions"],
        ["unentitled", "B", "乙", "minimum_living", march.ordinal, 9_000, 0, None, "4", "standard"],
        ["late", "A", "甲", "minimum_living", march.ordinal, 10_000, 10_000, 23, "1", ""],
        ["twice", "A", "甲", "minimum_living", march.ordinal, 10_000, 10_000, None, "2", ""],
    ]


def test_months_before_the_first_payment_on_record_are_not_judged() -> None:
    dues = due_rows(*[("A", "minimum_living", Month(2016, m), 5_000) for m in (1, 2, 3, 4)])
    heard = pd.DataFrame({"hh": ["A"], "month": [Month(2016, 4).ordinal]})
    paid = paid_rows(("1", "B", "minimum_living", Month(2016, 3), 20160305, 5_000))
    assert judged_dues(dues, paid, heard)["month"].tolist() == [Month(2016, 3).ordinal, Month(2016, 4).ordinal]
    assert judged_dues(dues, paid_rows(), heard).empty
    # told by villages alone: a month that no sheet tells of is not a month without relief
    by_village = paid.assign(told_by="village")
    assert judged_dues(dues, by_village, heard)["month"].tolist() == [Month(2016, 4).ordinal]


def test_without_a_day_set_by_the_rule_nothing_is_late(rules: params.Catalogue) -> None:
    open_rule = rules.replaced({"support.minimum_living.entitlement.pay_by": None})
    dues = due_rows(("A", "minimum_living", Month(2016, 3), 5_000))
    paid = paid_rows(("1", "A", "minimum_living", Month(2016, 3), 20160430, 5_000))
    assert relief_findings(dues, paid, HOUSES, rules, FIRST, LAST)["finding"].tolist() == ["late"]
    assert relief_findings(dues, paid, HOUSES, open_rule, FIRST, LAST).empty


@pytest.mark.parametrize("seed", range(5))
def test_planted_faults_are_all_found_and_nothing_else(
    drawn: SimpleNamespace, rules: params.Catalogue, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    dues = monthly_dues(drawn, rules, FIRST, LAST)
    owed = dues.loc[(dues["due_fen"] > 0).fillna(False)].reset_index(drop=True)
    month = [Month.from_ordinal(m) for m in owed["month"]]
    day = np.array([m.year * 10_000 + m.month * 100 for m in month]) + rng.integers(1, 11, len(owed))
    register = pd.DataFrame({"payment": [f"Z{i}" for i in range(len(owed))], "hh": owed["hh"],
                             "measure": owed["measure"], "for_month": owed["month"], "day": day,
                             "fen": owed["due_fen"].astype("int64")})  # fmt: skip
    drawn_rows = rng.permutation(len(owed))
    missing, late, double = drawn_rows[:40], drawn_rows[40:90], drawn_rows[90:120]
    register.loc[late, "day"] += 12
    again = register.loc[double].assign(payment=[f"D{i}" for i in range(len(double))], day=register["day"] + 3)
    nobody = drawn.households.loc[drawn.households["attribute"] == "一般贫困户", "hh"].sample(9, random_state=seed)
    wrong = pd.DataFrame({"payment": [f"N{i}" for i in range(9)], "hh": nobody.to_numpy(), "measure": "minimum_living",
                          "for_month": FIRST.ordinal, "day": 20150506, "fen": 12_345})  # fmt: skip
    rows = pd.concat([register.drop(index=missing), again, wrong], ignore_index=True)
    state = SimpleNamespace(**{**vars(drawn), "relief_payments": rows})
    paid = payments_made(state, rules, LAST)
    found = relief_findings(dues, paid, drawn.households.set_index("hh")["village"], rules, FIRST, LAST)
    keys = {
        name: set(zip(part["hh"], part["measure"], part["month"], strict=True))
        for name, part in found.groupby("finding")
    }
    truth = {name: set(zip(owed["hh"][at], owed["measure"][at], owed["month"][at], strict=True))
             for name, at in (("unpaid", missing), ("late", late), ("twice", double))}  # fmt: skip
    truth["unentitled"] = {(hh, "minimum_living", FIRST.ordinal) for hh in nobody}
    assert keys == truth
    assert found["finding"].value_counts().to_dict() == {"unpaid": 40, "late": 50, "twice": 30, "unentitled": 9}
    assert found.loc[found["finding"] == "unpaid", "fen"].sum() == owed.loc[missing, "due_fen"].sum()
