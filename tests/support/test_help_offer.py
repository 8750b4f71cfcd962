"""Every rule of the offer on three hand-made households."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import ValidationError

from povlib.calendar import Month
from povlib.params import Settings, support
from povlib.support import Offer, entitlements_outside, offer
from povlib.support.example_township import example_township
from tests.support import conftest as make


def offered(*records: Any, state: Any = None, settings: Settings | None = None, default: str = "allowed") -> Offer:
    return offer(state or example_township(), make.catalogue(*records, default=default), settings or Settings())


def packages(made: Offer, hh: str) -> set[str]:
    return set(made.packages.loc[made.packages["hh"] == hh, "measures"]) - {""}


def reason(made: Offer, hh: str, measure: str) -> str:
    rows = made.refused.loc[(made.refused["hh"] == hh) & (made.refused["measure"] == measure), "reason_en"]
    return rows.iloc[0] if len(rows) else ""


def changed(state: Any, frame: str, **columns: Any) -> Any:
    return example_township(**{frame: getattr(state, frame).assign(**columns)})


def given_help(**columns: Any) -> pd.DataFrame:
    row = {"id": "S1", "hh": "H1", "person": None, "measure": "cows", "from_month": Month(2015, 1).ordinal,
           "to_month": None, "fen": 100, "fund": "a", "status": "进行中"} | columns  # fmt: skip
    frame = pd.DataFrame([row])
    return frame.astype({"from_month": "Int64", "to_month": "Int64", "fen": "Int64", "person": "str"})


def test_package_zero_is_first_and_everybody_has_it():
    made = offered(make.measure("cows"))
    first = made.packages.groupby("hh").first()
    assert (first["k"] == 0).all()
    assert (first["new_money_fen"] == 0).all()
    assert len(first) == 3
    assert made.packages["package"].tolist() == list(range(len(made.packages)))


def test_a_nobody_s_catalogue_offers_package_zero_only():
    made = offered()
    assert made.packages["k"].tolist() == [0, 0, 0]
    assert made.bills.empty
    assert made.uses.empty


def test_conditions_on_the_household_refuse_in_words():
    made = offered(make.measure("cows", eligibility=[make.rule("household", "able_workers", ">=", 1)]))
    assert packages(made, "H1") == {"cows"}
    assert packages(made, "H3") == set()
    assert reason(made, "H3", "cows") == "able workers must be at least 1 (a rule)"
    zh = made.refused.loc[made.refused["hh"] == "H3", "reason"].iloc[0]
    assert zh == "可就业劳动力须不低于1（依据：a rule）"


def test_a_field_that_is_not_known_does_not_make_eligible():
    state = changed(example_township(), "households", arable_mu=[np.nan, 1.0, 1.0])
    made = offered(make.measure("cows", eligibility=[make.rule("household", "arable_mu", ">=", 0.5)]), state=state)
    assert packages(made, "H1") == set()
    assert reason(made, "H1", "cows").startswith("not known whether")


def test_all_conditions_on_a_worker_must_hold_in_one_person():
    rules = [make.rule("worker", "sex", "==", "女"), make.rule("worker", "age", "<=", 20)]
    made = offered(make.measure("course", "training", eligibility=rules, one_per="worker"))
    assert packages(made, "H2") == set()  # the woman is 36, the son 18


def test_conditions_on_any_member_must_hold_in_one_member():
    rules = [make.rule("any_member", "sex", "==", "女"), make.rule("any_member", "age", "<=", 20)]
    made = offered(make.measure("aid", eligibility=rules))
    assert packages(made, "H2") == set()
    assert "no single member fulfils all of it" in reason(made, "H2", "aid")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"objects": [True, False, False]}, "the household does not want help"),
        ({"status": ["已脱贫", "未脱贫", "未脱贫"]}, "exited earlier"),
        ({"size": [0, 2, 1]}, "no member is on the card"),
    ],
)
def test_households_with_package_zero_only(columns, words):
    made = offered(make.measure("cows"), state=changed(example_township(), "households", **columns))
    assert packages(made, "H1") == set()
    assert packages(made, "H2") == {"cows"}
    assert words in reason(made, "H1", "cows")


@pytest.mark.parametrize(
    ("row", "once", "refused"),
    [
        ({}, False, "it already has this help"),
        ({"to_month": Month(2015, 12).ordinal, "status": "已完成"}, True, "given once"),
        ({"to_month": Month(2015, 12).ordinal, "status": "已完成"}, False, ""),
        ({"status": "取消"}, True, ""),
        ({"status": "已终止"}, False, ""),
    ],
)
def test_help_had_before(row, once, refused):
    made = offered(make.measure("cows", once=once), state=example_township(support=given_help(**row)))
    assert refused in reason(made, "H1", "cows")
    assert packages(made, "H1") == (set() if refused else {"cows"})


def test_an_earlier_measure_forbids_by_a_pair_that_looks_back():
    cows, tea = make.measure("cows"), make.measure("tea")
    state = example_township(support=given_help(to_month=Month(2015, 12).ordinal, status="已完成"))
    looking_back = offered(cows, tea, make.pair("cows", "tea", "forbidden", past=True), state=state)
    assert "it has had cows (a rule)" in reason(looking_back, "H1", "tea")
    assert packages(offered(cows, tea, make.pair("cows", "tea", "forbidden"), state=state), "H1") == {"cows", "tea"}


def test_a_guarantee_that_holds_needs_no_measure():
    made = offered(make.measure("repair", "housing", closes=[make.closes("housing")]))
    assert packages(made, "H1") == {"repair"}
    assert reason(made, "H2", "repair") == "what it would bring is there already"


def test_one_housing_benefit_a_household():
    both = [make.measure(key, "housing", closes=[make.closes("housing")]) for key in ("repair", "move")]
    assert packages(offered(*both), "H1") == {"repair", "move"}


def test_work_under_way_stops_another_housing_benefit():
    project = pd.DataFrame(
        {
            "project": ["J1"],
            "hh": ["H1"],
            "kind": ["修缮"],
            "grade": ["D"],
            "cost_fen": [5],
            "status": ["在建"],
            "done_month": [None],
        }
    )
    made = offered(
        make.measure("repair", "housing", closes=[make.closes("housing")]), state=example_township(projects=project)
    )
    assert packages(made, "H1") == set()
    assert "under way or done" in reason(made, "H1", "repair")


@pytest.mark.parametrize(
    ("verdict", "more", "together"),
    [
        ("allowed", {}, True),
        ("forbidden", {}, False),
        ("capped", {"cap_yuan": 2000}, True),
        ("capped", {"cap_yuan": 1999}, False),
        ("forbidden", {"scope": "worker"}, True),
    ],
)
def test_the_pair_matrix(verdict, more, together):
    made = offered(make.measure("cows"), make.measure("tea"), make.pair("cows", "tea", verdict, **more))
    assert ("cows+tea" in packages(made, "H1")) is together
    assert {"cows", "tea"} <= packages(made, "H1")


def test_pairs_not_listed_follow_the_default():
    assert packages(offered(make.measure("cows"), make.measure("tea"), default="forbidden"), "H1") == {"cows", "tea"}


def job(key: str = "job", **more: Any) -> Any:
    return make.measure(key, "job", cost=0, one_per="worker", earns=[make.earns("wage", "post_wage", 1, 0.1)], **more)


def test_a_new_kind_of_measure_is_a_line_of_its_table(monkeypatch):
    declared = dict(support.measure_kinds())
    monkeypatch.setattr(support, "measure_kinds", lambda: declared | {"apprenticeship": ("fills_post",)})
    earning = [make.earns("wage", "post_wage", 1, 0.1)]
    apprentice = make.measure("job", "apprenticeship", cost=0, one_per="worker", earns=earning)
    records = [apprentice, make.post("cleaner", "job", slots=9)]
    made = offered(*records, state=changed(example_township(), "members", labour="无劳动力"))
    assert {reason(made, hh, "job") for hh in ("H1", "H2")} == {"no member has labour (rule 5_15_007)"}
    with pytest.raises(ValidationError, match="apprenticeships"):
        make.measure("job", "apprenticeships")


def test_each_worker_holds_one_post_at_most():
    made = offered(job(), make.post("sweeper", "job", 5), make.post("guard", "job", 5))
    parts = made.components
    assert not parts.duplicated(["package", "person"]).any()
    most = parts.groupby("package").size().max()
    assert most == 2
    h1 = made.packages.loc[made.packages["hh"] == "H1", "package"]
    assert set(parts.loc[parts["package"].isin(h1), "person"]) == {"P1", "P2"}
    assert packages(made, "H3") == set()
    assert reason(made, "H3", "job") == "no member has labour (rule 5_15_007)"


def test_who_may_fill_a_post_is_the_post_s_rule_too():
    made = offered(job(), make.post("cook", "job", who=[make.rule("worker", "sex", "==", "女")]))
    holders = set(made.components["person"])
    assert holders == {"P2", "P4"}


def test_two_posts_go_to_the_two_who_can_fill_them():
    """P4 is a woman, P5 a man of 18: the pair exists only if the cook's post goes to P4."""
    made = offered(
        job(), make.post("cook", "job", who=[make.rule("worker", "sex", "==", "女")]), make.post("any", "job")
    )
    both = made.components.merge(made.packages.loc[made.packages["hh"] == "H2", ["package"]])
    both = both.loc[both["package"].duplicated(keep=False)]
    assert both.set_index("post")["person"].to_dict() == {"cook": "P4", "any": "P5"}


def test_somebody_in_a_post_is_not_offered_another():
    placed = pd.DataFrame(
        {"post": ["x"], "person": ["P1"], "hh": ["H1"], "employer": ["e"], "place": ["乡镇内"],
         "from_month": pd.array([Month(2016, 1).ordinal], dtype="Int64"), "to_month": pd.array([None], dtype="Int64"),
         "route": ["就业-本地"]}
    )  # fmt: skip
    made = offered(job(), make.post("sweeper", "job"), state=example_township(placements=placed))
    assert "P1" not in set(made.components["person"])


def test_a_post_of_one_village_is_for_that_village():
    made = offered(job(), make.post("sweeper", "job", village="乙"))
    assert packages(made, "H1") == set()
    assert reason(made, "H1", "job") == "no free post is open to one of its members"
    assert packages(made, "H2") == {"job"}


def test_a_post_starts_in_its_own_first_month():
    made = offered(job(), make.post("sweeper", "job", months={"from": "2016-08", "to": "2016-12"}))
    assert set(made.components["start"]) == {Month(2016, 8).ordinal}


def test_age_is_that_of_the_month_of_start():
    """P5 is born in 1998-01: 18 in 2016, so at least 18 but not at least 19."""
    rules = {n: [make.rule("worker", "age", ">=", n)] for n in (18, 19)}
    for least, expected in ((18, {"P1", "P2", "P4", "P5"}), (19, {"P1", "P2", "P4"})):
        made = offered(job(eligibility=rules[least]), make.post("sweeper", "job", 2))
        assert set(made.components["person"]) == expected


@pytest.mark.parametrize(
    ("basis", "amount", "expected"),
    [("fixed", 1000, 100_000), ("per_member", 1000, 300_000), ("per_m2", 10, 60_000), ("per_month", 100, 70_000)],
)
def test_cost_bases(basis, amount, expected):
    made = offered(make.measure("cows", cost=amount, basis=basis))
    cost = made.bills.merge(made.packages[["package", "hh"]]).set_index("hh")["cost_fen"]
    assert cost["H1"] == expected


def project(**more: Any) -> pd.DataFrame:
    row = {
        "project": "J1",
        "hh": "H1",
        "kind": "修缮",
        "grade": "D",
        "cost_fen": 777_00,
        "status": "未开工",
        "done_month": None,
    }
    return pd.DataFrame([row | more])


def test_the_bill_of_quantities_is_quantity_times_unit_price():
    items = pd.DataFrame(
        {
            "project": ["J1", "J1"],
            "item": ["屋顶", "门"],
            "qty": [2.5, 1.0],
            "unit": ["平方米", "扇"],
            "unit_fen": [1001, 5000],
        }
    )
    repair = make.measure("repair", "housing", cost=8000, basis="bill", closes=[make.closes("housing")])
    made = offered(repair, state=example_township(projects=project(), project_items=items))
    assert made.bills["cost_fen"].tolist() == [round(2502.5) + 5000]
    assert offered(repair, state=example_township(projects=project())).bills["cost_fen"].tolist() == [77_700]
    assert offered(repair).bills["cost_fen"].tolist() == [800_000]


def test_a_house_of_unknown_area_has_no_cost_by_area():
    state = changed(example_township(), "households", house_area_m2=[np.nan, 80.0, 40.0])
    made = offered(make.measure("cows", cost=10, basis="per_m2"), state=state)
    assert packages(made, "H1") == set()
    assert "cost cannot be computed" in reason(made, "H1", "cows")


def test_payers_keep_every_ceiling():
    made = offered(
        make.measure("cows", cost=5000, funds={"a": 3000, "b": None}),
        make.fund("a", 100_000, household_ceiling_yuan=2500),
        make.fund("b", 40_000),
    )
    ceilings = made.payers.loc[made.payers["package"] == made.payers["package"].min()].set_index("fund")["ceiling_fen"]
    assert ceilings.to_dict() == {"a": 250_000, "b": 500_000}


def test_a_package_that_all_funds_together_cannot_pay_is_not_offered():
    cows = make.measure("cows", cost=5000, funds={"a": 3000})
    made = offered(cows, make.fund("a"))
    assert packages(made, "H1") == set()
    assert "more than its funds together may pay" in reason(made, "H1", "cows")


def test_a_ceiling_a_household_spans_measures():
    both = [make.measure(key, cost=1000) for key in ("cows", "tea")]
    made = offered(*both, make.fund("a", household_ceiling_yuan=1999))
    assert packages(made, "H1") == {"cows", "tea"}
    assert packages(offered(*both, make.fund("a", household_ceiling_yuan=2000)), "H1") == {"cows", "tea", "cows+tea"}


def test_a_fund_pays_only_in_its_window():
    made = offered(make.measure("cows"), make.fund("a", window={"from": "2016-09", "to": "2016-12"}))
    assert set(made.components["start"]) == {Month(2016, 9).ordinal}
    late = offered(make.measure("cows"), make.fund("a", window={"from": "2017-01", "to": "2017-12"}))
    assert packages(late, "H1") == set()
    assert "in no month of the plan" in reason(late, "H1", "cows")


def test_later_starts_are_offered_only_where_builders_bind():
    repair = make.measure(
        "repair", "housing", closes=[make.closes("housing")], uses=[{"pool": "builders", "amount": 2}]
    )
    weeks = {"2016-06": 2, "2016-07": 2, "2016-08": 2}
    one = offered(repair, make.crew("builders", weeks))
    assert one.components["start"].tolist() == [Month(2016, 6).ordinal]
    state = example_township(observations=example_township().observations.assign(housing=0))
    three = offered(repair, make.crew("builders", weeks), state=state)
    assert sorted(set(three.components["start"])) == [Month(2016, 6).ordinal + i for i in range(3)]
    assert set(three.uses["amount"]) == {2}
    none = offered(repair, make.crew("builders", {"2016-06": 1}))
    assert "no builders have weeks left" in reason(none, "H1", "repair")


def test_measures_without_amounts_are_not_offered():
    made = offered(make.measure("cows", cost=None))
    assert packages(made, "H1") == set()
    assert "not been entered" in reason(made, "H1", "cows")


def test_a_facility_is_a_place_that_must_be_opened():
    made = offered(
        make.measure("tea"),
        make.coop("plant", "tea", 0, villages=["乙"], facility={"opening_yuan": 5000, "fund": "a", "capacity": 7}),
    )
    assert packages(made, "H2") == {"tea"}
    assert packages(made, "H1") == set()
    row = made.facilities.iloc[0]
    assert (row["resource"], row["added"], row["opening_fen"], row["fund"]) == ("place:plant", 7, 500_000, "a")
    assert made.resources.set_index("resource").loc["place:plant", "capacity"] == 0


def owed(key: str = "aid", **more: Any) -> Any:
    return make.measure(
        key, "relief", entitlement={"who": make.names("everybody"), "citation": "the law"}, earns=[], **more
    )


def test_entitlements_are_pinned_and_taken_from_the_fund():
    made = offered(owed(cost=100), make.measure("cows"), make.fund("a", 5000))
    assert made.entitlements["cost_fen"].tolist() == [10_000] * 3
    assert made.resources.set_index("resource").loc["a", "capacity"] == 500_000 - 30_000
    assert made.new_money_fen == 470_000
    assert made.shortfall.empty
    assert packages(made, "H1") == {"cows"}


def test_a_shortfall_is_named_and_planning_goes_on():
    made = offered(owed(cost=100), make.measure("cows", funds={"b": None}), make.fund("a", 250), make.fund("b"))
    assert made.shortfall.to_numpy().tolist() == [["a", "aid", 30_000, 25_000, 5_000]]
    assert made.entitlements["cost_fen"].sum() == 30_000
    assert made.entitlements.loc[~made.entitlements["covered"].astype(bool), "cost_fen"].sum() == 5_000
    assert packages(made, "H1") == {"cows"}


def test_measures_with_fewer_payers_are_paid_first():
    either, only_a = owed("either", cost=100, funds={"a": None, "b": None}), owed("only", cost=100, funds={"a": None})
    made = offered(either, only_a, make.fund("a", 300), make.fund("b", 300))
    assert made.shortfall.empty


def test_a_top_up_is_what_income_lacks_for_the_months_of_the_plan():
    """H3 earns 100 yuan a month alone; the standard is 195: 95 yuan for the 7 months June to December."""
    made = offered(owed("top", cost=195, basis="top_up"))
    assert made.entitlements.set_index("hh")["cost_fen"].to_dict() == {
        "H1": round((19_500 - 600_000 / 3 / 12) * 3) * 7,
        "H2": round((19_500 - 360_000 / 2 / 12) * 2) * 7,
        "H3": 9_500 * 7,
    }


def test_an_exited_household_keeps_what_the_law_owes_it():
    state = changed(example_township(), "households", status=["已脱贫", "未脱贫", "未脱贫"])
    made = offered(owed(cost=100), state=state)
    assert "H1" in set(made.entitlements["hh"])


def outside(*records: Any, state: Any = None) -> dict[str, tuple[Any, ...]]:
    found = entitlements_outside(state or example_township(), make.catalogue(*records), Settings())
    groups = found.groupby("measure", sort=False)
    return {str(key): (len(g), bool(g["blank"].all()), g["seen"].tolist()) for key, g in groups}


def test_what_the_law_owes_without_an_amount_is_named_with_its_households():
    blank = owed("blank", cost=None, eligibility=[make.rule("worker", "school", "in", ("七年级",))], one_per="worker")
    made = offered(blank, owed(cost=100))
    told = made.refused.loc[made.refused["measure"] == "blank"].set_index("hh")["reason_en"].to_dict()
    assert told["H1"] == "the law owes it, but its amount has not been entered"
    assert set(made.entitlements["measure"]) == {"aid"}
    assert outside(blank, owed(cost=100)) == {"blank": (1, True, [pd.NA])}


@pytest.mark.parametrize(("cost", "blank"), [(None, True), (195, False)])
def test_what_others_pay_is_named_with_those_the_ledger_does_not_show_to_receive_it(cost, blank):
    running = owed("minimum_living", cost=cost, basis="top_up", running=True)
    state = example_township()
    paid = pd.DataFrame({"month": [state.last_month.ordinal], "hh": ["H2"], "kind": ["minimum_living"], "fen": [100]})
    found = outside(running, state=example_township(transfers=paid))
    assert found == {"minimum_living": (3, blank, [False, True, False])}


def test_entitlements_to_persons_go_to_each_person():
    made = offered(owed("school", one_per="worker", eligibility=[make.rule("worker", "school", "in", ("七年级",))]))
    assert made.entitlements[["hh", "person"]].to_numpy().tolist() == [["H1", "P3"]]


def test_a_kept_share_of_a_fund_is_a_share_of_its_whole_amount():
    fund = make.fund("a", 1000, keep=[{"kinds": ["industry"], "share": 0.5}])
    made = offered(make.measure("cows", cost=100), fund)
    assert made.keeps.to_numpy().tolist() == [["a", "cows", 0.5]]
    less = offered(owed(cost=100), make.measure("cows", cost=100), fund)
    assert less.keeps["share"].tolist() == [pytest.approx(500 / 700)]


RICH = (
    make.measure("cows"), make.measure("tea", cost=2000),
    job(), make.post("sweeper", "job", 3), make.post("guard", "job"),
    make.measure("repair", "housing", cost=3000, closes=[make.closes("housing")]),
    make.measure("course", "training", one_per="worker"), make.pair("cows", "tea", "forbidden"),
)  # fmt: skip


@pytest.mark.thorough
@given(st.permutations(range(3)), st.permutations(range(6)))
@hypothesis_settings(max_examples=15, deadline=None)
def test_shuffled_rows_change_nothing(households, members):
    state = example_township()
    shuffled = example_township(
        households=state.households.iloc[households], members=state.members.iloc[members],
        observations=state.observations.sample(frac=1, random_state=sum(households[:2])),
    )  # fmt: skip
    first, second = offered(*RICH), offered(*RICH, state=shuffled)
    for name in ("packages", "components", "bills", "payers", "uses", "refused"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


def test_every_package_is_payable_compatible_and_consistent():
    made = offered(*RICH)
    bills = made.bills.groupby("package")["cost_fen"].sum().reindex(made.packages["package"], fill_value=0)
    assert (bills.to_numpy() == made.packages["new_money_fen"].to_numpy()).all()
    assert not made.packages["measures"].str.contains("cows.*tea|tea.*cows").any()
    joined = made.components.groupby("package")["measure"].agg(lambda keys: sorted(keys))
    listed = made.packages.set_index("package")["measures"].loc[joined.index].str.split("+").map(sorted)
    assert joined.tolist() == listed.tolist()
    assert made.packages.groupby("hh")["measures"].size().between(1, 60).all()


def test_packages_of_one_household_are_different():
    made = offered(*RICH)
    keyed = made.components.fillna("-").groupby("package").apply(lambda rows: str(rows.to_numpy().tolist()))
    hh = made.packages.set_index("package")["hh"].loc[keyed.index]
    assert not pd.DataFrame({"hh": hh, "parts": [k.replace("'package'", "") for k in keyed]}).duplicated().any()
