"""One plan over parts: as good as the plan of the whole, and proved again from the files."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from office_parts import cut, office_tables, township, whole, with_funds_of_villages

from povlib.allocation import solve
from povlib.allocation.parts import (
    OfficeTables,
    fund_sets,
    office_prices,
    part_search,
    plan_of_parts,
    verify_parts,
    write_part,
)
from povlib.allocation.parts.compact_parts import kinds_of_office
from povlib.allocation.parts.joined_office import join_parts
from povlib.errors import InfeasiblePlanError, SolverError


# one township takes a quarter of a minute to be solved twice, the others two seconds each
@pytest.mark.thorough
@pytest.mark.parametrize("seed", [1, 2, pytest.param(0, marks=pytest.mark.slow)])
def test_plan_is_as_good_as_that_of_the_whole(tmp_path: Path, seed: int) -> None:
    tables = township(seed)
    folders, office = cut(tables, tmp_path, 2 + seed, seed), office_tables(tables)
    plan = plan_of_parts(folders, office, folder=tmp_path / "plan", gap=0.05)
    one = solve(whole(tables), gap=0.05)
    check = verify_parts(plan, folders[::-1], office)
    assert check.ok, check.show("en")
    assert check.gap == plan.gap
    assert plan.value <= one.price_bound + 1e-9
    assert one.value <= plan.price_bound + 1e-9
    assert sum(len(chosen) for chosen in plan.each_chosen()) == 60


def test_amounts_of_the_office_overrule_the_parts(tmp_path: Path) -> None:
    tables = township(2)
    folders = cut(tables, tmp_path, 3)
    less = pd.DataFrame({"resource": ["posts"], "capacity": [1]})
    plan = plan_of_parts(folders, OfficeTables(less, tables["keeps"], tables["shares"]), gap=0.5)
    row = plan.used.set_index("row").loc["posts"]
    assert row["capacity"] == 1
    assert row["used"] <= 1


def test_tampering_is_caught(tmp_path: Path) -> None:
    tables = township(0)
    folders, office = cut(tables, tmp_path, 2), office_tables(tables)
    plan = plan_of_parts(folders, office, folder=tmp_path / "plan", gap=0.5)
    place = tmp_path / "plan" / "choice-00000.npy"
    rows = np.load(place)
    rows[0] += 1 if rows[0] == np.load(folders[0] / "start.npy")[0] else -1
    np.save(place, rows)
    assert not verify_parts(plan, folders, office).ok


@pytest.mark.parametrize(("parts", "most"), [(1, 10**6), (4, 10**6), (4, 1), (5, 900)])
def test_prices_over_parts_reach_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: int, most: int
) -> None:
    monkeypatch.setattr(part_search, "PRICED_FROM", 0)
    monkeypatch.setattr(part_search, "MOST_PACKAGES", most)
    tables = township(5, 400, 8)
    folders, office = cut(tables, tmp_path, parts, 5), office_tables(tables)
    plan = plan_of_parts(folders, office, folder=tmp_path / "plan", gap=0.2)
    assert plan.effort["relaxations"] >= 1
    one = solve(whole(tables), gap=0.2)
    check = verify_parts(plan, folders, office)
    assert check.ok, check.show("en")
    assert plan.value <= one.price_bound + 1e-9
    assert one.value <= plan.price_bound + 1e-9
    # the prices are as good as those of the relaxation of the whole: half a person apart at most
    assert plan.price_bound <= one.price_bound + 0.5
    assert plan.gap < 2.0


@pytest.mark.parametrize("seed", range(3))
def test_prices_found_through_samples_prove_the_bound_of_those_found_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(part_search, "PRICED_FROM", 0)
    monkeypatch.setattr(fund_sets, "MOST_WRITTEN", 0)
    # a floor may ask more of a sample than it can give: then the next begins from nothing
    tables = _without_pins_and_floors(with_funds_of_villages(township(seed, 320, 8), seed))
    folders, office = cut(tables, tmp_path, 3, seed), office_tables(tables)
    at_once = plan_of_parts(folders, office, gap=0.2)
    begun: list[int] = []

    def told(compact: Any, near: Any, every: int) -> Any:
        begun.append(every if near is None else -every)
        return office_prices.office_prices(compact, near, every)

    monkeypatch.setattr(office_prices, "LEAST_SAMPLE", 20)
    monkeypatch.setattr(part_search, "office_prices", told)
    plan = plan_of_parts(folders, office, gap=0.2)
    # the coarsest from nothing, everything after it from what came before, all households last
    assert begun[0] == 16
    assert [abs(every) for every in begun] == sorted((abs(every) for every in begun), reverse=True)
    assert (max(begun[1:]), begun[-1]) == (-1, -1)
    check = verify_parts(plan, folders, office)
    assert check.ok, check.show("en")
    assert plan.value <= at_once.price_bound + 1e-9
    assert plan.price_bound == pytest.approx(at_once.price_bound, rel=1e-6)


@pytest.mark.parametrize(("seed", "priced_from"), [(0, 3000), (1, 3000), (2, 0), (3, 0), (4, 0)])
def test_funds_of_villages_pay_every_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, priced_from: int
) -> None:
    monkeypatch.setattr(part_search, "PRICED_FROM", priced_from)
    monkeypatch.setattr(fund_sets, "MOST_WRITTEN", 0)
    tables = with_funds_of_villages(township(seed, 80, 5), seed)
    folders, office = cut(tables, tmp_path, 3, seed), office_tables(tables)
    plan = plan_of_parts(folders, office, folder=tmp_path / "plan", gap=0.2)
    check = verify_parts(plan, folders, office)  # a maximal flow pays every bill
    assert check.ok, check.show("en")
    one = solve(whole(tables), gap=0.2)
    assert plan.value <= one.price_bound + 1e-9
    assert one.value <= plan.price_bound + 1e-9
    # prices over the sets that were found are as good as those over all
    assert plan.price_bound <= one.price_bound + 0.3


@pytest.mark.parametrize("priced_from", [3000, 0])
def test_a_search_that_ends_without_a_plan_gives_nothing_new_with_its_true_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, priced_from: int
) -> None:
    monkeypatch.setattr(part_search, "PRICED_FROM", priced_from)
    monkeypatch.setattr(part_search, "MOST_FUND_ROUNDS", 1)
    monkeypatch.setattr(fund_sets, "MOST_WRITTEN", 0)
    tables = with_funds_of_villages(township(1, 80, 5), 1)
    tables = _without_pins_and_floors(tables)
    folders, office = cut(tables, tmp_path, 3, 1), office_tables(tables)
    plan = plan_of_parts(folders, office, folder=tmp_path / "plan", gap=0.2)
    assert plan.status == "nothing new"
    assert plan.additional == 0.0
    check = verify_parts(plan, folders, office)
    assert check.ok, check.show("en")
    # what is said of the gap holds for the best plan that there is
    best = solve(whole(tables), gap=0.2)
    assert plan.value < best.value <= plan.value + plan.gap + 1e-9


def test_an_office_of_several_groups_is_never_searched_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*given: object) -> object:
        raise AssertionError("all parts were put into one problem")

    monkeypatch.setattr(part_search, "PRICED_FROM", 0)
    monkeypatch.setattr(part_search, "MOST_PACKAGES", 1)
    monkeypatch.setattr(part_search, "_choices_by_prices", lambda *given: None)
    monkeypatch.setattr(part_search, "choices_at_once", asked)
    tables = _without_pins_and_floors(township(1, 80, 5))
    folders, office = cut(tables, tmp_path, 3, 1), office_tables(tables)
    plan = plan_of_parts(folders, office, folder=tmp_path / "plan")
    assert (plan.status, plan.additional) == ("nothing new", 0.0)
    assert verify_parts(plan, folders, office).ok


def test_where_pins_ask_for_help_no_plan_is_no_empty_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*given: object) -> object:
        raise SolverError("no plan was found within the limits")

    monkeypatch.setattr(part_search, "choices_at_once", none)
    tables = township(1, 80, 5)
    dear = tables["uses"].merge(tables["packages"], on="package").nlargest(1, "amount")
    pins = pd.DataFrame({"hh": dear["hh"], "package": dear["package"], "pin": "approved"})
    row = str(dear["resource"].iloc[0])
    free = _without_pins_and_floors(tables)
    assert plan_of_parts(cut(free, tmp_path / "free", 2), office_tables(free)).status == "nothing new"
    there = free["resources"].set_index("resource")["capacity"]
    none_left = free["resources"].assign(capacity=there.where(there.index != row, 0).array)
    kept = {**free, "pins": pins, "resources": none_left}
    with pytest.raises(SolverError, match="within the limits"):
        plan_of_parts(cut(kept, tmp_path / "kept", 2), office_tables(kept))


def test_where_pins_ask_for_more_places_than_there_are_the_search_says_why_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*given: object) -> object:
        raise SolverError("no plan was found within the limits")

    monkeypatch.setattr(part_search, "choices_at_once", none)
    monkeypatch.setattr(part_search, "rows_worth_counting", lambda *given: ("post",))
    rows = [(f"{hh}{k}", hh, float(k), k) for hh in "abc" for k in (0, 1)]
    frame = pd.DataFrame(rows, columns=["package", "hh", "value", "amount"])
    uses = frame[frame["amount"] > 0].assign(resource="post")[["package", "resource", "amount"]]
    post = pd.DataFrame({"resource": ["post"], "capacity": [1]})
    homes = pd.DataFrame({"hh": list("abc"), "village": "v", "members": 1})
    pins = pd.DataFrame({"hh": ["a", "b"], "package": ["a1", "b1"], "pin": "approved"})
    write_part(tmp_path / "v", frame[["package", "hh", "value"]], uses, post, homes, pins=pins)
    with pytest.raises(SolverError, match="within the limits"):
        plan_of_parts([tmp_path / "v"])


def test_decisions_that_no_plan_keeps_are_named_by_their_households(tmp_path: Path) -> None:
    tables = _without_pins_and_floors(township(1, 60, 4))
    dear = tables["uses"].merge(tables["packages"], on="package").nlargest(1, "amount")
    gone = tables["resources"]["resource"].eq(dear["resource"].iloc[0])
    capacity = tables["resources"]["capacity"].mask(gone, 0)
    pins = pd.DataFrame({"hh": dear["hh"], "package": dear["package"], "pin": "approved"})
    scarce = {**tables, "pins": pins, "resources": tables["resources"].assign(capacity=capacity)}
    with pytest.raises(InfeasiblePlanError) as told:
        plan_of_parts(cut(scarce, tmp_path, 2), office_tables(scarce))
    assert str(dear["hh"].iloc[0]) in told.value.show("en")
    assert "1 households" in told.value.show("en")


def _without_pins_and_floors(tables: dict[str, Any]) -> dict[str, Any]:
    """Return a township in which "nothing new" for everybody keeps every rule."""
    resources, uses = tables["resources"], tables["uses"]
    floors = set(resources.loc[resources["sense"] == ">=", "resource"])
    return {
        **tables,
        "pins": tables["pins"].iloc[:0],
        "resources": resources[~resources["resource"].isin(floors)].reset_index(drop=True),
        "uses": uses[~uses["resource"].isin(floors)].reset_index(drop=True),
    }


def test_sets_that_are_found_are_those_that_are_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fund_sets, "MOST_WRITTEN", 0)
    tables = with_funds_of_villages(township(1, 60, 4), 1)
    joined = join_parts(cut(tables, tmp_path, 2, 1), office_tables(tables))
    kinds = kinds_of_office(joined)
    sets = fund_sets.FundSets(kinds)
    before = list(sets.states)
    random = np.random.default_rng(0)
    taken = [(at, random.choice(part.packages, 25, replace=False)) for at, part in enumerate(joined.parts)]
    money = sets._money
    first = np.cumsum([0, *(found.bills.packages for found in kinds)])
    kind = np.concatenate([first[at] + kinds[at].kind[packages] for at, packages in taken])
    over = {s for s in money.binding_states() if money.demand(s)[kind].sum() > money.budget_of(s)}
    found = sets.add_missed((at, packages, np.ones(len(packages), dtype=np.int64)) for at, packages in taken)
    new = set(sets.states) - set(before)
    assert found == bool(new)
    # each is missed, and the worst of all that are missed is among those that have a row now
    assert new <= over
    worst = max(over, key=lambda s: money.demand(s)[kind].sum() - money.budget_of(s), default=None)
    assert worst is None or worst in sets.states


def test_order_of_parts_gives_the_same_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_search, "PRICED_FROM", 0)
    monkeypatch.setattr(part_search, "MOST_PACKAGES", 500)
    monkeypatch.setattr(office_prices, "LEAST_SAMPLE", 20)
    tables = township(6, 200, 6)
    folders, office = cut(tables, tmp_path, 3), office_tables(tables)
    one = plan_of_parts(folders, office, folder=tmp_path / "one", gap=0.5)
    other = plan_of_parts(folders[::-1], office, folder=tmp_path / "other", gap=0.5)
    assert one.certificate.to_json() == other.certificate.to_json()
