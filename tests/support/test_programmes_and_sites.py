"""Which programme pays which house, lots of a site that must be opened, and from which month on; by hand."""

from __future__ import annotations

from typing import Any

import pytest

from povlib.allocation import Problem, solve, verify
from povlib.calendar import Month
from povlib.params import Payer, Settings
from povlib.support import Offer, offer
from povlib.support.example_township import example_township
from tests.support import conftest as make

STEP = {"households": 3, "grant_yuan": 4000, "each": 1, "more_yuan": 500, "citation": "a rule"}


def offered(*records: Any, **settings: Any) -> Offer:
    return offer(example_township(), make.catalogue(*records), Settings(**settings))


def villages() -> dict[str, str]:
    frame = example_township().households
    return dict(zip(frame["hh"], frame["village"], strict=True))


def paid_in(village: str, fund: str = "a", ceiling: int = 600) -> Payer:
    rule = make.rule("household", "village", "in", (village,))
    return Payer(fund=fund, ceiling_yuan=ceiling, who=(rule,), citation="a rule")


def house(*payers: Payer, cost: int = 1000) -> Any:
    return make.measure("house", cost=cost).model_copy(update={"payers": payers})


def test_a_programme_pays_only_for_its_villages() -> None:
    """600 yuan from a in one village, 400 everywhere from b: only there 1,000 yuan can be paid."""
    home = villages()
    one = home["H1"]
    made = offered(
        house(paid_in(one), Payer(fund="b", ceiling_yuan=400)), make.fund("a"), make.fund("b"),
    )  # fmt: skip
    served = set(made.packages.loc[made.packages["k"] > 0, "hh"])
    assert served == {hh for hh, village in home.items() if village == one}
    paid = made.payers[made.payers["package"].isin(made.packages.loc[made.packages["hh"] == "H1", "package"])]
    assert dict(zip(paid["fund"], paid["ceiling_fen"], strict=True)) == {"a": 60_000, "b": 40_000}
    elsewhere = next(hh for hh, village in home.items() if village != one)
    said = made.refused.loc[(made.refused["hh"] == elsewhere), "reason_en"].tolist()
    assert "it costs more than its funds together may pay for one household" in said


def test_whom_no_programme_pays_for_is_told_so() -> None:
    home = villages()
    made = offered(house(paid_in(home["H1"], ceiling=1000)), make.fund("a"))
    elsewhere = next(hh for hh, village in home.items() if village != home["H1"])
    said = made.refused.loc[(made.refused["hh"] == elsewhere), "reason_en"].tolist()
    assert "no programme pays for a household like it" in said


def site(**facility: Any) -> Any:
    given = {"opening_yuan": 6000, "fund": "a", "other_funds": ["b"], "capacity": 4, "others": 2, "grant": [STEP]}
    return make.site("plots", "house", 0, facility={**given, **facility})


def everywhere(cost: int = 1000) -> Any:
    return house(Payer(fund="a"), Payer(fund="b"), cost=cost)


def test_a_site_is_a_place_with_levels_and_a_floor() -> None:
    made = offered(everywhere(), site(), make.fund("a"), make.fund("b"))
    frame = made.facilities
    assert frame["facility"].unique().tolist() == ["plots"]
    lots, floor = (frame[frame["resource"] == key] for key in ("place:plots", "least:plots"))
    # 2 others come: with one of the plan they are three, and 4,000 yuan are paid; 500 more for each one more
    assert floor["added"].tolist() == [0, 1, 2, 3, 4]
    assert lots["added"].tolist() == [4] * 5
    assert lots["opening_fen"].tolist() == [600_000, 200_000, 150_000, 100_000, 50_000]
    assert set(frame["fund"]) == {"a+b"}
    rows = made.resources.set_index("resource")
    assert rows.loc["place:plots", ["capacity", "sense"]].tolist() == [0, "<="]
    assert rows.loc["least:plots", ["capacity", "sense"]].tolist() == [0, ">="]
    package = made.packages.loc[made.packages["k"] > 0, "package"].iloc[0]
    used = made.uses[made.uses["package"] == package].set_index("resource")["amount"]
    assert used.to_dict() == {"place:plots": 1, "least:plots": 1}


@pytest.mark.parametrize(("budget", "households"), [(4_000, 3), (3_999, 2), (3_500, 2), (3_000, 1), (2_999, 0)])
def test_the_plan_opens_it_as_far_as_the_money_reaches(budget: int, households: int) -> None:
    """n houses of 1,000 yuan, an opening of 6,000 - 4,000 - 500 (n - 1): 3,000, 3,500, 4,000 for one, two, three."""
    made = offered(everywhere(), site(), make.fund("a", budget), make.fund("b", 0))
    packages = made.packages.assign(value=(made.packages["k"] > 0).astype(float))
    homes = example_township().households[["hh", "village"]]
    problem = Problem.from_tables(
        packages, made.uses, made.resources, homes, made.facilities, bills=made.bills, payers=made.payers
    )
    plan = solve(problem, gap=0)
    assert verify(plan, problem).ok
    assert plan.value == households
    assert len(plan.opened) == (households > 0)
    if households:
        opening = plan.payments.loc[plan.payments["hh"] == "facility:plots", "fen"].sum()
        assert opening == (2_000 - 500 * (households - 1)) * 100


def test_lots_are_given_only_from_the_month_in_which_the_site_opens() -> None:
    made = offered(everywhere(), site(from_month="2016-09"), make.fund("a"), make.fund("b"))
    starts = made.components["start"].unique().tolist()
    assert starts == [Month(2016, 9).ordinal]


def test_a_site_without_what_it_costs_is_not_offered() -> None:
    made = offered(everywhere(), site(opening_yuan=None), make.fund("a"), make.fund("b"))
    assert made.facilities.empty
    assert (made.packages["k"] == 0).all()
