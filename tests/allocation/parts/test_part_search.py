"""One plan over parts: as good as the plan of the whole, and proved again from the files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from office_parts import cut, office_tables, township, whole

from povlib.allocation import solve
from povlib.allocation.parts import OfficeTables, part_search, plan_of_parts, verify_parts


# three townships solved twice take half a minute
@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3))
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
    assert "passes" in plan.effort
    one = solve(whole(tables), gap=0.2)
    check = verify_parts(plan, folders, office)
    assert check.ok, check.show("en")
    assert plan.value <= one.price_bound + 1e-9
    assert one.value <= plan.price_bound + 1e-9
    # the prices are as good as those of the relaxation of the whole: half a person apart at most
    assert plan.price_bound <= one.price_bound + 0.5
    assert plan.gap < 2.0


def test_order_of_parts_gives_the_same_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_search, "PRICED_FROM", 0)
    monkeypatch.setattr(part_search, "MOST_PACKAGES", 500)
    tables = township(6, 200, 6)
    folders, office = cut(tables, tmp_path, 3), office_tables(tables)
    one = plan_of_parts(folders, office, folder=tmp_path / "one", gap=0.5)
    other = plan_of_parts(folders[::-1], office, folder=tmp_path / "other", gap=0.5)
    assert one.certificate.to_json() == other.certificate.to_json()
