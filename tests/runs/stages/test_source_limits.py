"""Rows that limit what may hang on one source: small townships by brute force, prices, clashes, single rows by hand."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib import places
from povlib.allocation import Plan, Problem, explain, solve, verify
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.solvers.township_model import township_model
from povlib.errors import InfeasiblePlanError, ParameterError, ProblemError
from povlib.params import Settings
from povlib.params.villages.source_limits import SourceLimits
from povlib.runs.stages.source_limits import source_limit_rows
from povlib.villages.sources.exposure import package_exposure, plan_exposure
from povlib.vocabulary.resource_keys import SOURCE, source_key, source_share_key

CASES = 300
_SPEC = importlib.util.spec_from_file_location(
    "tiny_townships", places.ROOT / "tests" / "allocation" / "tiny_townships.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
TINY: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(TINY)


@dataclass
class Case:
    """A small township whose jobs and herds hang on employers, firms and a product, with its limits."""

    tables: dict[str, Any]
    packages: pd.DataFrame
    exposure: pd.DataFrame
    settings: Settings

    @property
    def problem(self) -> Problem:
        rows, uses = source_limit_rows(self.exposure, self.packages, self.settings)
        resources = pd.concat([self.tables["resources"], rows], ignore_index=True)
        every = pd.concat([self.tables["uses"], uses], ignore_index=True)
        return Problem.from_tables(**{**self.tables, "resources": resources, "uses": every})


def drawn(seed: int) -> Case:
    tables = TINY.tiny(seed)
    rng = np.random.default_rng([seed, 14])
    # all of a household's packages are worth something, in micro-persons as the problem counts them
    given = tables["packages"]
    micro = np.rint(given["value"].to_numpy() * MICRO).astype(np.int64)
    packages = pd.DataFrame({"package": given["package"], "hh": given["hh"], "k": given["k"], "micro": micro})
    parts = tables["bills"][["package", "measure"]].reset_index(drop=True)
    post = np.where(parts["measure"] == "job", rng.choice(["mill", "works"], len(parts)), None)
    parts = parts.assign(person=None, post=post, coop=np.where(parts["measure"] == "cattle", "herd", None), start=1)
    links = [(at, "employer", name) for at, name in enumerate(parts["post"]) if name]
    links += [(at, "firm", "group") for at, name in enumerate(parts["post"]) if name == "mill"]
    links += [(at, kind, "beef") for at, name in enumerate(parts["coop"]) if name for kind in ("firm", "product")]
    exposure = package_exposure(packages, parts, pd.DataFrame(links, columns=["part", "kind", "source"]))
    limits: dict[str, float] = {}
    for kind in ("employer", "firm", "product"):
        if rng.random() < 0.5:
            limits[f"{kind}_persons"] = round(float(rng.random() * 4), 1)
        if rng.random() < 0.3:
            limits[f"{kind}_share"] = round(float(rng.random()), 2)
    named = {"mill": round(float(rng.random() * 2), 1)} if (exposure["source"] == "mill").any() else {}
    return Case(tables, packages, exposure, Settings(source_limits=SourceLimits(**limits), named_limits=named))


class Oracle(TINY.Oracle):  # type: ignore[misc]
    """Every choice tried, with the limits as they are said, in fractions; no row of the problem is read."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.tables)
        self.case = case

    def _rules(self, resources: pd.DataFrame) -> Any:
        yield from super()._rules(resources)
        case, limits = self.case, self.case.settings.source_limits
        worth = case.packages.set_index("package")["micro"].to_dict()
        nothing = case.packages[case.packages["k"] == 0].set_index("hh")["micro"].to_dict()
        added = {key: worth[key] - nothing[self.owner[key]] for key in worth}
        for (kind, source), own in case.exposure.groupby(["kind", "source"]):
            lost = dict(zip(own["package"], own["micro"].map(int), strict=True))
            most = [limits.persons(kind), case.settings.named_limits.get(source)]
            for persons in (Fraction(str(limit)) for limit in most if limit is not None):
                yield lambda p, _, own=lost: own.get(p, 0), int(persons * MICRO)
            if limits.share(kind) is not None:
                part = Fraction(str(limits.share(kind)))
                yield (
                    lambda p, _, own=lost, s=part: (
                        0 if p is None else own.get(p, 0) * s.denominator - added[p] * s.numerator
                    ),
                    0,
                )


@pytest.mark.slow
def test_optimum_and_proof_agree_with_every_plan_tried() -> None:
    """300 townships: the best plan under limits, and the price bound above it; some limits bind, some clash."""
    binding = clashing = 0
    for seed in range(CASES):
        case = drawn(seed)
        best, free = Oracle(case).best(), TINY.brute_force(case.tables)
        try:
            problem = case.problem
            plan = solve(problem, gap=0)
        except (InfeasiblePlanError, ProblemError):
            assert best is None, seed
            clashing += free is not None
            continue
        assert best is not None, seed
        assert plan.certificate.value == best * 10**6, (seed, plan.value, best / MICRO)
        assert plan.price_bound >= best / MICRO, seed
        check = verify(plan, problem)
        assert check.ok, (seed, check.show("en"))
        binding += best != free
    # limits must matter for the test to say anything
    assert binding > 30
    assert clashing > 5


def one_employer(limit: float | None = None, share: float | None = None, pinned: str = "") -> Problem:
    """Four households that may each work at the mill (worth 3, 2.5, 2, 1.5 exits) or keep pigs (0.5)."""
    worth = {"a": 3.0, "b": 2.5, "c": 2.0, "d": 1.5}
    rows = [(f"{hh}-{k}", hh, k, v) for hh, job in worth.items() for k, v in enumerate((0.0, 0.5, job))]
    packages = pd.DataFrame(rows, columns=["package", "hh", "k", "value"])
    parts = pd.DataFrame(
        {"package": [f"{hh}-{k}" for hh in worth for k in (1, 2)], "measure": ["pigs", "job"] * 4, "person": None,
         "post": [None, "hand"] * 4, "coop": None, "start": 1}
    )  # fmt: skip
    links = pd.DataFrame({"part": [1, 3, 5, 7], "kind": "employer", "source": "mill"})
    valued = packages.assign(micro=(packages["value"] * MICRO).astype("int64"))
    exposure = package_exposure(valued, parts, links)
    limits = SourceLimits(employer_persons=limit, employer_share=share)
    resources, uses = source_limit_rows(exposure, valued, Settings(source_limits=limits))
    households = pd.DataFrame({"hh": list(worth), "village": "A", "members": 4})
    pins = pd.DataFrame({"hh": list(pinned), "package": [f"{hh}-2" for hh in pinned], "pin": "approved"})
    return Problem.from_tables(packages, uses, resources, households, pins=pins)


def lost_at_mill(plan: Plan) -> float:
    return float(plan.chosen.loc[plan.chosen["package"].str.endswith("-2"), "package"].str[0].map(
        {"a": 3.0, "b": 2.5, "c": 2.0, "d": 1.5}).sum())  # fmt: skip


def test_a_limit_in_persons_by_hand() -> None:
    # without a limit all four work: 9; with 5 the best is a and c at the mill (5), b and d with pigs (1)
    assert solve(one_employer(), gap=0).value == 9.0
    plan = solve(one_employer(limit=5), gap=0)
    assert plan.value == 6.0
    assert lost_at_mill(plan) <= 5
    # one person less for the mill costs that person less the pigs of whoever leaves: .8 of it at a's rate
    prices = explain(plan, one_employer(limit=5)).prices.set_index("row")
    price = prices.loc[source_key("employer", "mill")]
    assert (price["per"], price["kind"]) == (MICRO, SOURCE)
    assert 0.75 <= price["persons"] <= 5 / 6 + 1e-9
    # the price is an upper limit of what one exit more would bring, as of any posted price
    assert solve(one_employer(limit=6), gap=0).value - plan.value <= price["persons"] + plan.gap + 1e-9


def test_a_limit_as_a_part_of_what_the_plan_adds_by_hand() -> None:
    problem = one_employer(share=0.5)
    assert problem.rows["row"].tolist() == [source_share_key("employer", "mill")]
    plan = solve(problem, gap=0)
    # at the mill no more than half of all: only with d (1.5) beside three with pigs (1.5) is that kept
    assert plan.value == 3.0
    assert lost_at_mill(plan) == 1.5
    assert verify(plan, problem).ok


def test_a_limit_that_cannot_bind_makes_no_row() -> None:
    assert one_employer(limit=9).rows.empty
    assert one_employer(limit=8.9).rows["row"].tolist() == [source_key("employer", "mill")]


def test_a_limit_that_clashes_is_named_with_the_way_out() -> None:
    with pytest.raises(InfeasiblePlanError) as caught:
        solve(one_employer(limit=4, pinned="ab"), gap=0)
    said = caught.value.show("en")
    assert "what hangs on mill (employer): at most 4 expected exits" in said
    assert "up from 4 to 5.5" in said


def test_a_part_that_clashes_is_named() -> None:
    with pytest.raises(InfeasiblePlanError) as caught:
        solve(one_employer(share=0.1, pinned="ab"), gap=0)
    said = caught.value.show("en")
    assert "no more than its share of what the plan adds" in said
    assert "give up what hangs on mill" in said


def test_a_name_that_nothing_hangs_on_is_refused() -> None:
    valued = pd.DataFrame({"package": ["a"], "hh": "a", "k": 0, "micro": 0})
    exposure = pd.DataFrame({"package": ["a"], "kind": "firm", "source": "mill", "micro": [1], "left": ["a"]})
    with pytest.raises(ParameterError, match="named_limits"):
        source_limit_rows(exposure, valued, Settings(named_limits={"mil": 3}))


def test_the_model_for_other_solvers_holds_the_same_limit() -> None:
    problem = one_employer(limit=5)
    model = township_model(problem)
    assert "no more than the limit: what hangs on mill (employer)" in set(model.rows["words"])
    # HiGHS through PuLP, from nothing
    assert model.solve(gap=0.0).value == pytest.approx(6.0)


def test_what_the_plan_loses_is_what_the_row_counts() -> None:
    case = drawn(3)
    problem = case.problem
    plan = solve(problem, gap=0)
    exposure = plan_exposure(case.exposure, plan.chosen.set_index("hh")["package"]).set_index(["kind", "source"])
    used = np.asarray(problem.use[plan.rows].sum(axis=0)).ravel()
    counted = 0
    for row, amount in zip(problem.rows["row"], used, strict=True):
        kind, _, source = str(row).removeprefix("source:").partition(":")
        if str(row).startswith("source:") and " share" not in kind:
            assert amount == exposure["micro"].get((kind, source), 0)
            counted += 1
    assert counted
