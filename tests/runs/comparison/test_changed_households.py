"""Who gets something else, by sets; and why, by prices and values reckoned another way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Prices, net_values
from povlib.runs.comparison.carried_plan import ComparedRun
from povlib.runs.comparison.changed_households import REASONS, changed_households
from tests.runs.comparison.test_carried_plan import contents_by_hand

OTHERS = ["no_floor", "less"]

pytestmark = pytest.mark.whole_run  # plans the township several times


def _points(one: ComparedRun, package: str) -> float:
    """Return a package's net value in points, from the solver's own arrays."""
    problem = one.run.problem
    net = net_values(problem, Prices.of(problem, one.run.plan.certificate.prices))
    return float(net[one.row_of[package]]) / UNITS_PER_PERSON * 1000


@pytest.mark.parametrize("other", OTHERS)
def test_those_who_changed_are_those_whose_sets_differ(compared: dict[str, ComparedRun], other: str) -> None:
    before, after = contents_by_hand(compared["base"].run), contents_by_hand(compared[other].run)
    differ = sorted(hh for hh in before.keys() | after.keys() if before.get(hh) != after.get(hh))
    found = changed_households(compared["base"], compared[other])
    assert found["hh"].tolist() == differ
    assert set(found["reason"]) <= set(REASONS)


@pytest.mark.parametrize("other", OTHERS)
def test_points_are_those_of_the_solvers_arrays(compared: dict[str, ComparedRun], other: str) -> None:
    base, new = compared["base"], compared[other]
    found = changed_households(base, new)
    for row in found[found["points_before"].notna()].to_dict("records"):
        hh = row["hh"]
        old_here, new_here = base.chosen[hh], base.package_with(hh, new.content_of(hh))
        old_there, new_there = new.package_with(hh, base.content_of(hh)), new.chosen[hh]
        assert row["points_before"] == pytest.approx(_points(base, new_here) - _points(base, old_here), abs=1e-6)
        assert row["points_after"] == pytest.approx(_points(new, new_there) - _points(new, old_there), abs=1e-6)
        # no part is larger than the whole change where others pull the same way; none is named that pulls back
        if row["reason"] != "level":
            assert row["part_points"] > 0
            assert row["points_before"] < 0 < row["points_after"]


def test_what_is_named_is_what_differs_between_the_runs(compared: dict[str, ComparedRun]) -> None:
    less = changed_households(compared["base"], compared["less"])
    assert {"price", "level"} >= set(less["reason"]) - {"not_offered", "offered", "share"}
    dearer = less[(less["reason"] == "price") & less["what"].isin(["special", "helper"])]
    assert len(dearer)
    assert (dearer["price_after"] > dearer["price_before"]).all()
    no_floor = changed_households(compared["base"], compared["no_floor"])
    shares = no_floor[no_floor["reason"] == "share"]
    assert len(shares)
    assert (shares["price_after"] == 0).all()


def test_what_comes_before_any_reckoning_is_said_first(compared: dict[str, ComparedRun]) -> None:
    base, other = compared["base"], ComparedRun(compared["less"].run)
    hh = sorted(base.served)[0]
    # the household objects in the other run's data: nothing else needs to be said of it
    households = other.run.state.households
    state = replace(other.run.state, households=households.assign(objects=households["hh"].eq(hh)))
    other.__dict__["objecting"] = frozenset({hh})
    other.__dict__["chosen"] = {**other.chosen, hh: str(_nothing_new(other, hh))}
    assert state.households["objects"].sum() == 1
    found = changed_households(base, other).set_index("hh")
    assert found.loc[hh, "reason"] == "objects"
    other.__dict__["chosen"] = {key: package for key, package in other.chosen.items() if key != hh}
    assert changed_households(base, other).set_index("hh").loc[hh, "reason"] == "left"


def _nothing_new(one: ComparedRun, hh: str) -> int:
    packages = one.run.offer.packages
    return int(packages.loc[(packages["hh"] == hh) & (packages["k"] == 0), "package"].iloc[0])


def test_a_package_that_is_not_offered_is_told_with_the_refusal(compared: dict[str, ComparedRun]) -> None:
    base, other = compared["base"], ComparedRun(compared["less"].run)
    hh = next(hh for hh in sorted(base.served) if base.content_of(hh) == other.content_of(hh))
    content = base.content_of(hh)
    measure = base.measures_of(base.chosen[hh])[0]
    kept = {key: value for key, value in other._package_of.items() if key[0] != hh or key[1] not in content}
    other.__dict__["_package_of"] = kept
    other.__dict__["chosen"] = {**other.chosen, hh: str(_nothing_new(other, hh))}
    other.__dict__["refused"] = {**other.refused, (hh, measure): {"zh": "不再符合", "en": "not eligible any more"}}
    row = changed_households(base, other).set_index("hh").loc[hh]
    assert row["reason"] == "not_offered"
    assert row["measure"] == measure
    assert row["refused"]["en"] == "not eligible any more"


def test_another_aim_is_no_difference_of_points(compared: dict[str, ComparedRun]) -> None:
    base = compared["base"]
    same = changed_households(base, base)
    assert same.empty
    assert isinstance(same, pd.DataFrame)
    assert np.array_equal(same.columns, changed_households(base, compared["less"]).columns)
