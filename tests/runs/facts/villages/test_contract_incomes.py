"""Village income with its contracts: summed by hand, and the practice township's against what was planted in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from povlib import ledger, places, sample
from povlib.calendar import Month
from povlib.ledger import State
from povlib.params import load_claims
from povlib.params.procedures.cooperation import load_cooperation
from povlib.params.villages.village_income import SharingRule, VillageIncomeRules, load_village_income
from povlib.report.villages.facts import IncomeFacts
from povlib.runs.facts.villages.contract_incomes import income_with_contracts, sharing_plan

Filled = Callable[..., State]
APRIL = 2016 * 12 + 3
RULES = VillageIncomeRules(status="assumed", source="test")
CONTRACTS = [
    {"contract": "甲-店", "village": "甲", "partner": "承租户1", "kind": "building", "source": "店面",
     "footing": "fixed", "fen": 6_000_00, "due_months": "6、12", "due_day": 10, "deposit_fen": 3_000_00,
     "from_month": APRIL - 14, "to_month": APRIL + 20, "related": 1, "relation": "村干部亲属"},
    {"contract": "甲-电", "village": "甲", "partner": "水电公司", "kind": "share", "source": "水电", "footing": "risky",
     "fen": 50_000_00, "due_months": "12", "due_day": 20, "from_month": APRIL - 40, "to_month": APRIL + 99,
     "related": 0},
    {"contract": "乙-山", "village": "乙", "partner": "林场", "kind": "resin", "source": "松香", "footing": "fixed",
     "fen": 9_000_00, "due_months": "4", "due_day": 15, "from_month": APRIL - 1, "to_month": APRIL + 20},
]  # fmt: skip
RECEIPTS = [
    {"contract": "甲-店", "receipt": "押金", "day": 20150301, "part": "deposit", "fen": 2_000_00},
    {"contract": "甲-店", "receipt": "1", "day": 20150620, "part": "due", "fen": 6_000_00},
    {"contract": "甲-店", "receipt": "2", "day": 20151215, "part": "due", "fen": 1_000_00},
    {"contract": "甲-电", "receipt": "1", "day": 20141220, "part": "due", "fen": 40_000_00},
    {"contract": "甲-电", "receipt": "2", "day": 20151220, "part": "due", "fen": 44_000_00},
]  # fmt: skip
INCOME = [
    {"village": "甲", "month": Month(2015, 6).ordinal, "source": "店面", "fen": 6_000_00},
    {"village": "甲", "month": Month(2015, 12).ordinal, "source": "店面", "fen": 1_000_01},
    {"village": "甲", "month": Month(2015, 12).ordinal, "source": "水电", "fen": 44_000_00},
]  # fmt: skip
USES = [
    {"use": "1", "village": "甲", "day": 20160110, "kind": "works", "fen": 10_000_00},
    {"use": "2", "village": "甲", "day": 20160510, "kind": "works", "fen": 7},
]  # fmt: skip


@pytest.fixture
def facts(filled: Filled) -> IncomeFacts:
    state = filled(income_contracts=CONTRACTS, income_receipts=RECEIPTS, village_income=INCOME, income_uses=USES)
    found = income_with_contracts(state, ["甲", "乙"], load_cooperation(), RULES, "zh")
    assert found is not None
    return found


def test_due_and_overdue_are_those_of_a_hand(facts: IncomeFacts) -> None:
    behind = facts.contracts
    assert behind is not None
    # to 30 April 2016: 甲-店 lacks 5,000 of December (10 December: 142 days), 乙-山 all of 15 April (15 days)
    assert behind.overdue[["contract", "overdue_fen", "since", "days_overdue"]].to_numpy().tolist() == [
        ["甲-店", 5_000_00, "2015-12-10", 142], ["乙-山", 9_000_00, "2016-04-15", 15],
    ]  # fmt: skip
    assert (behind.due_fen, behind.received_fen) == (21_000_00, 51_000_00)
    assert (behind.deposits_fen, behind.deposits_lacking_fen) == (2_000_00, 1_000_00)


def test_accounts_and_the_two_books(facts: IncomeFacts) -> None:
    behind = facts.contracts
    assert behind is not None
    row = behind.accounts.set_index("village").loc["甲"]
    assert row[["income_fen", "works_fen", "left_fen"]].tolist() == [51_000_01, 10_000_00, 41_000_01]
    assert behind.differences[["month", "difference_fen"]].to_numpy().tolist() == [[Month(2015, 12).ordinal, 1]]


def test_partners_and_related_parties(facts: IncomeFacts) -> None:
    behind = facts.contracts
    assert behind is not None
    assert behind.partners[["partner", "fen"]].to_numpy().tolist() == [
        ["水电公司", 44_000_00], ["承租户1", 7_000_00], ["林场", 0],
    ]  # fmt: skip
    assert behind.index == pytest.approx((44 / 51) ** 2 + (7 / 51) ** 2)
    assert behind.concentrated("zh") == ["水电公司（甲86%）"]
    assert behind.related[["contract", "flag"]].to_numpy().tolist() == [["甲-店", "关联方"], ["乙-山", "未填"]]


def test_the_year_ahead(facts: IncomeFacts) -> None:
    behind = facts.contracts
    assert behind is not None
    rows = behind.forecast.set_index("village")
    # 甲: two rents, and the mean of 40,000 and 44,000; December 2012 and 2013 brought nothing and count as nothing
    assert rows.loc["甲", ["fixed_fen", "risky_fen"]].tolist() == [12_000_00, 21_000_00]
    assert rows.loc["乙", ["fixed_fen", "risky_fen"]].tolist() == [9_000_00, 0]


def test_an_earlier_day_knows_less(filled: Filled) -> None:
    state = filled(income_contracts=CONTRACTS, income_receipts=RECEIPTS, village_income=INCOME)
    found = income_with_contracts(state, ["甲"], load_cooperation(), RULES, "en", day=20151212)
    assert found is not None
    assert found.contracts is not None
    assert found.contracts.overdue[["contract", "overdue_fen", "days_overdue"]].to_numpy().tolist() == [
        ["甲-店", 6_000_00, 2]
    ]


def test_without_contracts_the_totals_stand_alone(filled: Filled, bare_state: State) -> None:
    found = income_with_contracts(filled(village_income=INCOME), ["甲"], load_cooperation(), RULES, "en")
    assert found is not None
    assert found.contracts is None
    assert income_with_contracts(bare_state, ["甲"], load_cooperation(), RULES, "en") is None


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    folder: Path = tmp_path_factory.mktemp("practice")
    tables = sample.ledger_rows(sample.simulate())
    with ledger.open(folder / "l.sqlite", create=True, seed=1) as book:
        book.append(ledger.BatchInfo(month=Month(2016, 4)), tables)
        yield ledger.read_state(book)


@pytest.mark.thorough
def test_the_practice_township_shows_what_was_planted_and_the_bulletins_figures(practice: State) -> None:
    villages = [v.name for v in sample.simulate().world.villages]
    found = income_with_contracts(practice, villages, load_cooperation(), RULES, "zh", document=load_claims())
    assert found is not None
    behind = found.contracts
    assert behind is not None
    # planted: a school of which nothing came, a tenant 500 yuan short at each of four dates (docs/sample.md)
    assert behind.overdue[["contract", "overdue_fen", "days_overdue"]].to_numpy().tolist() == [
        ["样五-店面", 2_000_00, 142], ["样三-校舍", 3_000_00, 30],
    ]  # fmt: skip
    assert behind.related["contract"].tolist() == ["农家-店面", "秀山-店面"]
    assert behind.differences.empty
    accounts = behind.accounts
    used = accounts[["households_fen", "works_fen", "running_fen", "other_fen", "left_fen"]].sum(axis=1)
    pd.testing.assert_series_equal(used, accounts["income_fen"], check_names=False)
    assert (behind.stated_mean_fen, behind.stated_above, behind.implied_fen) == (50_000_00, 2, 40_000_00)
    rest = [fen for name, fen in zip(found.villages["village"], found.villages["fen"], strict=True)
            if name not in ("联胜", "乐北")]  # fmt: skip
    assert behind.others_mean_fen == round(sum(rest) / len(rest))
    assert behind.others_mean_fen < behind.implied_fen


@pytest.mark.thorough
def test_a_rule_divides_the_income_it_names_among_the_households_it_means(practice: State) -> None:
    rules = {rule.key: rule for rule in load_village_income(places.DATA / "sample" / "params").rules}
    # the hydropower dividend of 联胜 was shared out already: nothing is left of its tenth
    assert sharing_plan(practice, rules["power_dividend"], 20160430, "zh").empty
    bare = replace(practice, income_uses=practice.income_uses.iloc[:0])
    power = sharing_plan(bare, rules["power_dividend"], 20160430, "zh")
    homes = practice.households
    poor = homes[homes["village"].eq("联胜") & homes["status"].ne("已脱贫")]
    assert sorted(power["hh"]) == sorted(poor["hh"])
    assert (power["fen"].sum(), power["fen"].max() - power["fen"].min() <= 1) == (3_600_00, True)
    rent = sharing_plan(bare, rules["pomelo_rent"], 20160430, "zh")
    land = practice.village_income
    for village, mine in rent.groupby("village"):
        paid = land.loc[land["village"].eq(village) & land["source"].eq("蜜柚松香山地出租"), "fen"].sum()
        assert mine["fen"].sum() == paid * 15 // 100
        each = mine["fen"] / mine["size"].astype(float)
        assert each.max() - each.min() <= 1
    assert set(rent["village"]) == {"农家", "秀山"}


def test_a_rule_without_conditions_means_every_household(practice: State) -> None:
    rule = SharingRule.model_validate({"key": "all", "names": {"zh": "全体", "en": "all"}, "share": 0.5,
                                       "by": "household", "plan": "p", "status": "assumed", "source": "t"})  # fmt: skip
    plan = sharing_plan(practice, rule, 20160430, "zh")
    assert set(plan["hh"]) == set(practice.households["hh"])
