"""Reasons, baselines and marginal figures, each against arithmetic done apart."""

import numpy as np
import pandas as pd
import pytest

from povlib.allocation import Problem, baseline_table, baselines, explain, rule_costs, solve, value_of_one_more
from povlib.allocation.proof.exact_arithmetic import ExactArithmetic
from povlib.allocation.proof.verification import Check
from povlib.errors import ProblemError


@pytest.fixture(scope="module")
def reasons(plan, township):
    return explain(plan, township)


def test_pencil_lines_add_up(reasons):
    lines = reasons.pencil.groupby(["hh", "role"])["points"].sum()
    own = reasons.households.set_index("hh")
    assert np.allclose(lines.xs("chosen", level="role").loc[own.index], own["points"], atol=1e-6)
    other = own[own["runner_up"].notna()]
    assert np.allclose(lines.xs("runner_up", level="role").loc[other.index], other["runner_points"], atol=1e-6)


def test_pencil_amounts_times_price(reasons):
    items = reasons.pencil[reasons.pencil["what"] != "value"]
    assert np.allclose(items["amount"] * items["points_per_unit"], items["points"])


def test_bound_from_pencil_lines_alone(plan, township):
    """What stands on the notice board is enough to prove the bound."""
    assert ExactArithmetic(township).bound(plan.certificate.prices) == plan.certificate.bound


def test_otherwise_and_unused_make_up_the_gap(reasons, plan):
    parts = reasons.otherwise["cost_persons"].sum() + reasons.unused["cost_persons"].sum()
    assert parts <= plan.gap + 1e-9
    assert parts == pytest.approx(plan.gap, abs=0.05)


def test_every_household_has_a_sentence_in_both_languages(reasons):
    for lang in ("zh", "en"):
        assert (reasons.households[lang].str.len() > 8).all()
        assert not reasons.households[lang].str.contains("nan|None|{", regex=True).any()
    assert reasons.households["zh"].str.contains("户").all()
    assert set(reasons.unserved["hh"]) == set(reasons.households.loc[~reasons.households["served"], "hh"])


def test_reasons_follow_the_lines(reasons):
    frame = reasons.households
    assert (frame.loc[frame["reason"] == "best", "margin_points"] > 0).all()
    assert (frame.loc[frame["reason"] == "rounding", "margin_points"] < 0).all()
    assert set(reasons.otherwise["hh"]) == set(frame.loc[frame["reason"].isin(["rounding", "equal"]), "hh"])


def test_prices_in_a_planners_units(reasons, plan):
    table = reasons.prices.set_index("row")
    assert table.loc["fund-a", "persons"] == pytest.approx(plan.prices["fund-a"] * 1e6)
    assert table.loc["posts", "persons"] == pytest.approx(plan.prices["posts"])


def test_alike_households_treated_differently_are_listed(township):
    households = [f"h{i}" for i in range(5)]
    problem = Problem.from_tables(
        pd.DataFrame(
            [(f"{h}-{k}", h, k, float(k)) for h in households for k in (0, 1)], columns=["package", "hh", "k", "value"]
        ),
        pd.DataFrame({"package": [f"{h}-1" for h in households], "resource": "posts", "amount": 1}),
        pd.DataFrame({"resource": ["posts"], "capacity": [2]}),
        pd.DataFrame({"hh": households, "village": "A", "members": 1}),
    )
    found = explain(solve(problem, gap=0), problem)
    assert sorted(found.alike["hh"]) == households
    assert set(found.alike["class"]) == {0}
    assert found.alike["zh"].str.len().min() > 5


def test_baselines_keep_every_firm_rule(township, plan):
    found = baselines(township, income="income_fen_per_head")
    assert [b.key for b in found] == ["per_yuan", "poorest", "nearest_line", "rounds"]
    floors = set(township.rows.loc[township.rows["sense"] == ">=", "row"])
    for one in found:
        assert set(one.broken) <= floors
        assert one.value <= plan.bound or one.broken
        assert one.served > 0
    table = baseline_table(found, "zh")
    assert table["name"].str.len().min() > 2


def test_given_is_judged_as_it_is(township):
    first = township.start[: township.households]
    best = np.array([township.start[h] + np.argmax(township.value[township.start[h] : township.start[h + 1]])
                     for h in range(township.households)])  # fmt: skip
    everything = pd.DataFrame({"hh": township.hh, "package": township.package[best]})
    judged = baselines(township, given=everything)[0]
    assert (judged.key, len(judged.broken) > 3) == ("given", True)
    nothing = pd.DataFrame({"hh": township.hh, "package": township.package[first]})
    assert baselines(township, given=nothing)[0].additional == 0
    with pytest.raises(ProblemError):
        baselines(township, given=everything.assign(hh=everything["hh"].to_numpy()[::-1]))
    with pytest.raises(ProblemError):
        baselines(township, income="wealth")


def test_one_more_is_between_nothing_and_what_is_proved(township, plan):
    found = value_of_one_more(plan, township, rows=["fund-e", "posts"])
    assert (found["found"] >= 0).all()
    assert (found["found"] <= found["at_most"] + 1e-9).all()
    assert (found["relaxed"] <= found["at_most"] + 1e-9).all()
    # the bound is concave in a capacity: a slope is never below what one more brings
    assert (found["relaxed"] <= found["slope"] + 1e-3).all()


def test_rule_costs_are_what_the_bound_loses(instances):
    township = Problem.from_tables(**instances.township(1))
    plan = solve(township)
    costs = rule_costs(plan, township)
    assert (costs["persons"] >= 0).all()
    assert costs.loc[costs["row"].str.startswith("share:"), "persons"].sum() > 0


def test_every_household_is_told_what_would_change_it(plan, township):
    """In both languages; "nothing new" has no estimate that could rise."""
    told = explain(plan, township).households
    assert told["zh"].str.endswith("。").all()
    assert not told["zh"].str.contains("若不新增帮扶的估计").any()
    assert not told["en"].str.contains("estimate for nothing new").any()
    over_nothing = told[(told["reason"] == "best") & told["runner_up"].isin(township.package[township.base[:340]])]
    assert len(over_nothing) > 5
    assert over_nothing["en"].str.contains("points less").all()
    change = "would change|would decide"
    assert told["en"].str.contains(change).all()
    assert set(told["reason"]) <= {"pinned", "only", "best", "nothing_best", "tie", "rounding", "equal"}


def test_the_gap_is_said_no_smaller_than_it_is():
    assert "0.48 persons" in Check((), 0.4711).show("en")
    assert "0.47 persons" in Check((), 0.47).show("en")
    assert "0.00 persons" in Check((), 0.0).show("en")
