"""Floors of a plan by parts, added up anew from made tables: what each counts, and that one missed is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest

from povlib import params
from povlib.params import Catalogue, Records, Settings
from povlib.params.standards import Village
from povlib.places import DATA
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.checking.part_sums import PartSums, _counted, office_faults
from povlib.runs.area.part_run import PartRun
from povlib.runs.stages.allocation_input import problem_shares

#: village, township, county; nobody lists 戊, and 己 lies in a county alone
LISTED = (("甲", "东乡", "A县"), ("乙", "东乡", "A县"), ("丙", "西乡", "B县"), ("丁", "北乡", "B县"), ("己", "", "B县"))
#: of each part: household, village, what its package costs in fen, how many posts it takes
PARTS = (
    [("h1", "甲", 700, 1), ("h2", "乙", 0, 2), ("h3", "丙", 500, 0)],
    [("h4", "丁", 900, 1), ("h5", "戊", 300, 0), ("h6", "己", 600, 0), ("h7", "丙", 0, 1)],
)
FLOORS = Settings(
    poorest_fifth_money_share=0.2, poorest_fifth_post_share=0, village_money_share=0.1, township_money_share=0.1,
    county_money_share=0.5, area_money_floors={"A县": 0.2, "西乡": 0.1, "丁": 0.3},
    area_post_floors={"东乡": 0.6, "B县": 0.4},
)  # fmt: skip
#: by area: the villages that lie in it, by eye
INSIDE = {"东乡": "甲乙", "西乡": "丙", "北乡": "丁", "A县": "甲乙", "B县": "丙丁己"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Parameters of the practice office, whose villages lie in two counties."""
    villages = Records(tuple(Village(name=v, township=t, county=c) for v, t, c in LISTED))
    return replace(params.load(DATA / "sample" / "params"), villages=villages)


@pytest.fixture(scope="module")
def shares(catalogue: Catalogue) -> pd.DataFrame:
    """Every kind of floor that a plan keeps, as the plan is given them."""
    households = pd.DataFrame({"village": [village for part in PARTS for _, village, _, _ in part], "members": 1})
    return problem_shares(households, catalogue, FLOORS)


def _part(catalogue: Catalogue, rows: list[tuple[str, str, int, int]]) -> PartRun:
    """Return a part of these households, with beside each chosen package one that nobody was given."""
    hh, village, fen, posts = (list(column) for column in zip(*rows, strict=True))
    packages = range(len(rows))
    uses = [(k, "post:cleaner", n) for k, n in enumerate(posts) if n] + [(k, "weeks:crew:201607", 5) for k in packages]
    offer = SimpleNamespace(
        bills=pd.DataFrame({"package": [*packages, 99], "cost_fen": [*fen, 10_000]}),
        uses=pd.DataFrame([*uses, (99, "post:cleaner", 10)], columns=["package", "resource", "amount"]),
        resources=pd.DataFrame({"resource": ["post:cleaner", "weeks:crew:201607"], "kind": ["post", "weeks"]}),
    )
    groups = pd.DataFrame(
        {"hh": [*hh, "exited"], "village": [*village, "甲"], "poorest_fifth": [*(n > 0 for n in posts), True]}
    )
    chosen = pd.DataFrame({"hh": hh, "package": packages})
    return cast(PartRun, SimpleNamespace(offer=offer, groups=groups, chosen=chosen, catalogue=catalogue))


def _received(of: str, group: str) -> tuple[int, int]:
    """Return what a group receives and everybody does, household by household."""
    kind, _, name = group.partition(" ")
    inside = total = 0
    for _, village, fen, posts in (row for part in PARTS for row in part):
        amount = fen if of == "money" else posts
        own = posts > 0 if kind == "poorest_fifth" else village in INSIDE.get(name, name)
        total += amount
        inside += amount if own else 0
    return inside, total


def _sums(catalogue: Catalogue, shares: pd.DataFrame) -> list[PartSums]:
    found = []
    for at, rows in enumerate(PARTS):
        part = _part(catalogue, rows)
        counted = tuple(
            _counted(part, part.chosen["package"].to_numpy(), of, group)
            for of, group in zip(shares["of"], shares["group"], strict=True)
        )
        money, posts = sum(row[2] for row in rows), sum(row[3] for row in rows)
        found.append(PartSums(str(at), len(rows), posts, money, 0, 0, {}, {}, counted, 0.0))
    return found


def _run(catalogue: Catalogue, shares: pd.DataFrame) -> AreaRun:
    taken: Mapping[str, int] = {}
    paid = {next(iter(catalogue.funds)): sum(row[2] for part in PARTS for row in part)}
    plan = SimpleNamespace(opened={}, used=pd.DataFrame({"row": [], "used": [], "sense": []}))
    return cast(AreaRun, SimpleNamespace(catalogue=catalogue, shares=shares, taken=taken, paid_by_fund=paid, plan=plan))


def test_every_kind_of_floor_counts_what_its_households_receive(catalogue: Catalogue, shares: pd.DataFrame) -> None:
    assert {group.partition(" ")[0] for group in shares["group"]} == {
        "poorest_fifth", "village", "township", "county", "area"
    }  # fmt: skip
    sums = _sums(catalogue, shares)
    for at, rule in enumerate(shares.itertuples(index=False)):
        counted = tuple(sum(part.shares[at][side] for part in sums) for side in (0, 1))
        assert counted == _received(str(rule.of), str(rule.group)), rule.share


def test_floors_that_are_kept_are_no_fault_and_one_that_is_missed_is_named(
    catalogue: Catalogue, shares: pd.DataFrame
) -> None:
    received = [_received(of, group) for of, group in zip(shares["of"], shares["group"], strict=True)]
    # what is asked for to the last fen that its households receive, then a tenth of a per cent more
    just = shares.assign(at_least=[inside * 1000 // total / 1000 for inside, total in received])
    assert office_faults(_run(catalogue, just), _sums(catalogue, just)) == []
    for at, name in enumerate(just["share"]):
        asked = just["at_least"].astype(float)
        asked.iloc[at] = round(asked.iloc[at] + 0.001, 3)
        (fault,) = office_faults(_run(catalogue, just.assign(at_least=asked)), _sums(catalogue, just))
        assert fault.show("en").startswith(f"shares: {name}: ")
