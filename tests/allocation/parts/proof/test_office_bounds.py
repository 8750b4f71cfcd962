"""The bound of prices with rows of few places counted whole: above every plan, below what prices alone prove."""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.allocation.parts import OfficeTables, PartPlan, part_search, plan_of_parts, verify_parts, write_part
from povlib.allocation.parts.joined_office import JoinedOffice, join_parts
from povlib.allocation.parts.proof.office_bounds import MOST_PLACES, proved_bounds, rows_worth_counting

UNITS = 10**6  # of the certificate in a micro-person


def _office(folder: Path, seed: int, villages: int = 2) -> tuple[list[Path], OfficeTables, pd.DataFrame]:
    """Write villages with few posts of their own and seats that all share; return parts, tables and all packages."""
    rng = np.random.default_rng(seed)
    rows = []
    for village, home in itertools.product(range(villages), range(3)):
        for k in range(3):
            value = 0 if k == 0 else int(rng.integers(1, 3_000_000))
            rows.append((f"v{village}h{home}", f"v{village}", k, value, k, int(rng.integers(0, 3)) if k else 0))
    packages = pd.DataFrame(rows, columns=["hh", "village", "k", "micro", "posts", "seats"])
    packages["package"] = packages["hh"] + "-" + packages["k"].astype(str)
    seats = pd.DataFrame({"resource": ["seats"], "capacity": [int(rng.integers(1, 7))]})
    folders = []
    for village, own in packages.groupby("village"):
        uses = own.melt(id_vars="package", value_vars=["posts", "seats"], var_name="resource", value_name="amount")
        uses = uses[uses["amount"] > 0].replace({"resource": {"posts": f"posts-{village}"}})
        posts = pd.DataFrame({"resource": [f"posts-{village}"], "capacity": [int(rng.integers(1, 4))]})
        households = own[["hh", "village"]].drop_duplicates().assign(members=3)
        write_part(folder / str(village), own.assign(value=own["micro"] / 1e6)[["package", "hh", "value"]], uses,
                   pd.concat([posts, seats]), households)  # fmt: skip
        folders.append(folder / str(village))
    return folders, OfficeTables(seats), packages


def _best_plan(packages: pd.DataFrame, office: JoinedOffice) -> int:
    """Return the value of the best of all choices, in micro-persons."""
    there = office.rows.set_index("row")["capacity"].to_dict()
    each = [list(own.itertuples()) for _, own in packages.groupby("hh")]
    best = 0
    for chosen in itertools.product(*each):
        used = {"seats": sum(p.seats for p in chosen)}
        for p in chosen:
            used[f"posts-{p.village}"] = used.get(f"posts-{p.village}", 0) + p.posts
        if all(amount <= there[row] for row, amount in used.items()):
            best = max(best, sum(p.micro for p in chosen))
    return best


@given(st.integers(0, 10_000), st.data())
@settings(max_examples=40, deadline=None)
def test_it_lies_between_the_best_plan_and_the_bound_of_prices(seed: int, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as place:
        folders, tables, packages = _office(Path(place), seed)
        office = join_parts(folders, tables)
        rows = ["posts-v0", "posts-v1", "seats"]
        prices = {row: data.draw(st.integers(0, 2_000_000)) * UNITS for row in rows}
        counted = data.draw(st.sampled_from([("posts-v0",), ("posts-v0", "posts-v1"), ("seats",)]))
        (alone,), (bound,) = (proved_bounds(office, (), [({}, prices)], one) for one in ((), counted))
        best = _best_plan(packages, office) * UNITS
        assert best <= bound <= alone
        # what a row costs counts for nothing once it is counted whole
        dear = {**prices, **dict.fromkeys(counted, 5_000_000 * UNITS)}
        assert proved_bounds(office, (), [({}, dear)], counted) == [bound]


def test_rows_left_open_by_their_price_are_counted_and_prove_the_best_plan(tmp_path: Path) -> None:
    # one village, two posts: two pairs of workers and one alone. A price leaves half a pair
    worth = {"a": [0, 0, 3.0], "b": [0, 0, 2.8], "c": [0, 1.6]}
    rows = [(f"{hh}{k}", hh, value, k) for hh, values in worth.items() for k, value in enumerate(values)]
    frame = pd.DataFrame(rows, columns=["package", "hh", "value", "amount"])
    uses = frame[frame["amount"] > 0].assign(resource="posts")[["package", "resource", "amount"]]
    resources = pd.DataFrame({"resource": ["posts"], "capacity": [2]})
    homes = pd.DataFrame({"hh": list(worth), "village": "v", "members": 2})
    write_part(tmp_path / "v", frame[["package", "hh", "value"]], uses, resources, homes)
    office = join_parts([tmp_path / "v"])
    cases = [({}, {"posts": 1_500_000 * UNITS})]
    assert rows_worth_counting(office, (), cases) == ("posts",)
    assert proved_bounds(office, (), cases) == [3_100_000 * UNITS]
    assert proved_bounds(office, (), cases, ("posts",)) == [3_000_000 * UNITS]
    # one place more or less is settled by its price: the whole choice brings the same
    settled = [({}, {"posts": 1_600_000 * UNITS})]
    for places in (3, 1):
        other = join_parts([tmp_path / "v"], OfficeTables(resources.assign(capacity=places)))
        exact = proved_bounds(other, (), settled, ("posts",))
        assert exact <= proved_bounds(other, (), settled)


def _planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[PartPlan, list[Path], OfficeTables]:
    monkeypatch.setattr(part_search, "PRICED_FROM", 0)
    for seed in range(60):
        folders, tables, _ = _office(tmp_path / str(seed), seed, villages=4)
        plan = plan_of_parts(folders, tables, folder=tmp_path / f"plan{seed}", gap=0.0)
        proof, office = plan.certificate, join_parts(folders, tables)
        if proof.counted and proved_bounds(office, (), [({}, proof.prices)]) > [proof.bound]:
            return plan, folders, tables
    raise AssertionError("no office of sixty has a row that its price leaves open")


def test_a_plan_says_which_rows_it_counted_and_forgeries_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, folders, tables = _planned(tmp_path, monkeypatch)
    proof = plan.certificate
    assert verify_parts(plan, folders, tables).ok
    assert type(proof).from_json(proof.to_json()) == proof
    # without them the prices prove less than the certificate says
    for counted in ((), ("seats",), ("no such row",), (*proof.counted, "seats")):
        told = verify_parts(replace(plan, certificate=replace(proof, counted=counted)), folders, tables)
        assert not told.ok, counted
    assert type(proof).from_json(proof.to_json()).seal != replace(proof, counted=()).seal


def test_rows_that_cannot_be_counted_are_refused(tmp_path: Path) -> None:
    folders, tables, _ = _office(tmp_path, 3)
    office = join_parts(folders, tables)
    cases = [({}, {"seats": UNITS})]
    # a household may use a seat and a post: which of both it takes up cannot be told row by row
    for counted in (("posts-v0", "seats"), ("no such row",)):
        with pytest.raises(ArithmeticError):
            proved_bounds(office, (), cases, counted)
    many = join_parts(folders, OfficeTables(tables.resources.assign(capacity=MOST_PLACES + 1)))
    with pytest.raises(ArithmeticError):
        proved_bounds(many, (), cases, ("seats",))
    assert "seats" not in rows_worth_counting(many, (), cases)
