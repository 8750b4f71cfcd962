"""Rows that limit what may hang on one source: small townships by brute force, prices, clashes, single rows by hand."""

from __future__ import annotations

import importlib.util
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib import places
from povlib.allocation import Plan, Problem, baselines, explain, solve, verify
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_PERSON
from povlib.allocation.solvers.township_model import township_model
from povlib.errors import InfeasiblePlanError, ParameterError, ProblemError
from povlib.params import Settings
from povlib.params.villages.source_limits import SourceLimits
from povlib.runs.stages.source_limits import HangingHelp, source_limit_rows, words_of_unit
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
    on_record: pd.DataFrame
    settings: Settings

    @property
    def problem(self) -> Problem:
        hanging = HangingHelp(self.exposure, self.on_record)
        rows, uses = source_limit_rows(hanging, self.packages, self.settings)
        resources = pd.concat([self.tables["resources"], rows], ignore_index=True)
        every = pd.concat([self.tables["uses"], uses], ignore_index=True)
        return Problem.from_tables(**{**self.tables, "resources": resources, "uses": every})


NOBODY = pd.DataFrame({"hh": [], "members": [], "kind": [], "source": []}).astype({"members": "int64"})


def drawn(seed: int) -> Case:
    """Return a case; a third of them for each count of a limit."""
    tables = TINY.tiny(seed)
    rng = np.random.default_rng([seed, 14])
    counted = ("possible", "possible_new", "expected")[seed % 3]
    # all of a household's packages are worth something, in micro-persons as the problem counts them
    given = tables["packages"]
    micro = np.rint(given["value"].to_numpy() * MICRO).astype(np.int64)
    packages = pd.DataFrame({"package": given["package"], "hh": given["hh"], "k": given["k"], "micro": micro})
    members = {hh: int(rng.integers(1, 4)) for hh in sorted(set(packages["hh"]))}
    packages["members"] = packages["hh"].map(members)
    parts = tables["bills"][["package", "measure"]].reset_index(drop=True)
    post = np.where(parts["measure"] == "job", rng.choice(["mill", "works"], len(parts)), None)
    parts = parts.assign(person=None, post=post, coop=np.where(parts["measure"] == "cattle", "herd", None), start=1)
    links = [(at, "employer", name) for at, name in enumerate(parts["post"]) if name]
    links += [(at, "firm", "group") for at, name in enumerate(parts["post"]) if name == "mill"]
    links += [(at, kind, "beef") for at, name in enumerate(parts["coop"]) if name for kind in ("firm", "product")]
    exposure = package_exposure(packages, parts, pd.DataFrame(links, columns=["part", "kind", "source"]))
    limits: dict[str, Any] = {"counted": counted}
    # whole persons are many times what is expected to be lost
    scale = 1 if counted == "expected" else 3
    for kind in ("employer", "firm", "product"):
        if rng.random() < 0.5:
            limits[f"{kind}_persons"] = round(float(rng.random() * 4 * scale), 1)
        if rng.random() < 0.3:
            limits[f"{kind}_share"] = round(float(rng.random()), 2)
    named = {"mill": round(float(rng.random() * 2 * scale), 1)} if (exposure["source"] == "mill").any() else {}
    # one household in seven is at a source already, with or without what the plan may give it there
    held = [(hh, members[hh], *source) for hh in sorted(members) for source in
            (("employer", "mill"), ("firm", "group"), ("product", "beef")) if rng.random() < 0.15]  # fmt: skip
    on_record = pd.DataFrame(held, columns=NOBODY.columns) if held else NOBODY
    settings = Settings(source_limits=SourceLimits(**limits), named_limits=named)
    return Case(tables, packages, exposure, on_record, settings)


class Oracle(TINY.Oracle):  # type: ignore[misc]
    """Every choice tried, with the limits as they are said, in fractions; no row of the problem is read."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.tables)
        self.case = case

    def _rules(self, resources: pd.DataFrame) -> Any:
        yield from super()._rules(resources)
        case, limits, named = self.case, self.case.settings.source_limits, self.case.settings.named_limits
        size = case.packages.set_index("hh")["members"].to_dict()
        whole = limits.counted != "expected"
        worth = case.packages.set_index("package")["micro"].to_dict()
        nothing = case.packages[case.packages["k"] == 0].set_index("hh")["micro"].to_dict()
        added = {key: worth[key] - nothing[self.owner[key]] for key in worth}
        sources = pd.concat([case.exposure, case.on_record])[["kind", "source"]].drop_duplicates()
        for kind, source in sources.itertuples(index=False):
            own = case.exposure[(case.exposure["kind"] == kind) & (case.exposure["source"] == source)]
            lost = {p: size[self.owner[p]] * MICRO if whole else int(n)
                    for p, n in zip(own["package"], own["micro"], strict=True)}  # fmt: skip
            held = case.on_record[(case.on_record["kind"] == kind) & (case.on_record["source"] == source)]
            already = set(held["hh"]) if limits.counted == "possible" else set()
            persons = named.get(source, limits.persons(kind))
            if persons is not None:
                # everybody is counted, by the plan or by the record: no constant is taken to the other side
                yield (
                    lambda p, _, own=lost, held=already: (
                        0 if p is None else size[self.owner[p]] * MICRO if self.owner[p] in held else own.get(p, 0)
                    ),
                    int(Fraction(str(persons)) * MICRO),
                )
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
    binding, clashing, passed = Counter[str](), 0, 0
    for seed in range(CASES):
        case = drawn(seed)
        best, free = Oracle(case).best(), TINY.brute_force(case.tables)
        try:
            problem = case.problem
            plan = solve(problem, gap=0)
        except ParameterError:
            # what is on record has passed a limit: no choice of packages mends that
            assert best is None, seed
            passed += 1
            continue
        except (InfeasiblePlanError, ProblemError):
            assert best is None, seed
            clashing += free is not None
            continue
        assert best is not None, seed
        assert plan.certificate.value == best * 10**6, (seed, plan.value, best / MICRO)
        assert plan.price_bound >= best / MICRO, seed
        check = verify(plan, problem)
        assert check.ok, (seed, check.show("en"))
        binding[case.settings.source_limits.counted] += best != free
    # limits must matter for the test to say anything
    assert len(binding) == 3
    assert min(binding.values()) > 5
    assert clashing > 2
    assert passed > 5


WORTH = {"a": 3.0, "b": 2.5, "c": 2.0, "d": 1.5}
"""Expected exits of each household with a job at the mill."""


def one_employer(
    limit: float | None = None,
    share: float | None = None,
    pinned: str = "",
    counted: Any = "expected",
    at_work: str = "",
    named: float | None = None,
) -> Problem:
    """Four households of four that may each work at the mill (worth 3, 2.5, 2, 1.5 exits) or keep pigs (0.5)."""
    rows = [(f"{hh}-{k}", hh, k, v) for hh, job in WORTH.items() for k, v in enumerate((0.0, 0.5, job))]
    packages = pd.DataFrame(rows, columns=["package", "hh", "k", "value"])
    parts = pd.DataFrame(
        {"package": [f"{hh}-{k}" for hh in WORTH for k in (1, 2)], "measure": ["pigs", "job"] * 4, "person": None,
         "post": [None, "hand"] * 4, "coop": None, "start": 1}
    )  # fmt: skip
    links = pd.DataFrame({"part": [1, 3, 5, 7], "kind": "employer", "source": "mill"})
    valued = packages.assign(members=4, micro=(packages["value"] * MICRO).astype("int64"))
    exposure = package_exposure(valued, parts, links)
    limits = SourceLimits(employer_persons=limit, employer_share=share, counted=counted)
    held = pd.DataFrame({"hh": list(at_work), "members": 4, "kind": "employer", "source": "mill"})
    settings = Settings(source_limits=limits, named_limits={} if named is None else {"mill": named})
    resources, uses = source_limit_rows(HangingHelp(exposure, held), valued, settings)
    households = pd.DataFrame({"hh": list(WORTH), "village": "A", "members": 4})
    pins = pd.DataFrame({"hh": list(pinned), "package": [f"{hh}-2" for hh in pinned], "pin": "approved"})
    return Problem.from_tables(packages, uses, resources, households, pins=pins)


def lost_at_mill(plan: Plan) -> float:
    return float(plan.chosen.loc[plan.chosen["package"].str.endswith("-2"), "package"].str[0].map(WORTH).sum())


def test_a_limit_in_persons_by_hand() -> None:
    # without a limit all four work: 9; with 5 the best is a and c at the mill (5), b and d with pigs (1)
    assert solve(one_employer(), gap=0).value == 9.0
    plan = solve(one_employer(limit=5), gap=0)
    assert plan.value == 6.0
    assert lost_at_mill(plan) <= 5
    # one person less for the mill costs that person less the pigs of whoever leaves: .8 of it at a's rate
    prices = explain(plan, one_employer(limit=5)).prices.set_index("row")
    price = prices.loc[source_key("employer", "mill", expected=True)]
    assert (price["per"], price["kind"]) == (MICRO, SOURCE)
    assert 0.75 <= price["persons"] <= 5 / 6 + 1e-9
    # the price is an upper limit of what one exit more would bring, as of any posted price
    assert solve(one_employer(limit=6), gap=0).value - plan.value <= price["persons"] + plan.gap + 1e-9


def test_a_limit_as_a_part_of_what_the_plan_adds_by_hand() -> None:
    problem = one_employer(share=0.5)
    assert problem.rows["row"].tolist() == [source_share_key("employer", "mill", expected=True)]
    plan = solve(problem, gap=0)
    # at the mill no more than half of all: only with d (1.5) beside three with pigs (1.5) is that kept
    assert plan.value == 3.0
    assert lost_at_mill(plan) == 1.5
    assert verify(plan, problem).ok


def test_a_limit_that_cannot_bind_makes_no_row() -> None:
    assert one_employer(limit=9).rows.empty
    assert one_employer(limit=8.9).rows["row"].tolist() == [source_key("employer", "mill", expected=True)]


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
    valued = pd.DataFrame({"package": ["a"], "hh": "a", "k": 0, "members": 1, "micro": 0})
    exposure = pd.DataFrame(
        {"package": ["a"], "kind": "firm", "source": "mill", "hh": "a", "members": 1, "micro": [1], "left": ["a"]}
    )
    with pytest.raises(ParameterError, match="named_limits"):
        source_limit_rows(HangingHelp(exposure, NOBODY), valued, Settings(named_limits={"mil": 3}))


def test_everybody_who_could_fall_back_by_hand() -> None:
    # each household is four persons: of a limit of 11 two may work at the mill, the two with most to gain
    plan = solve(one_employer(limit=11, counted="possible"), gap=0)
    assert plan.value == 3 + 2.5 + 0.5 + 0.5
    assert plan.chosen.set_index("hh")["package"].str[-1].to_dict() == {"a": "2", "b": "2", "c": "1", "d": "1"}
    # eight on paper and eight truly: a limit between whole persons is the whole persons below it
    assert one_employer(limit=11.9, counted="possible").rows["capacity"].tolist() == [11 * MICRO]
    # a whole household more is what four persons more would bring, at most
    price = explain(plan, one_employer(limit=11, counted="possible")).prices.set_index("row")
    bought = 4 * price.loc[source_key("employer", "mill"), "persons"]
    more = solve(one_employer(limit=12, counted="possible"), gap=0)
    assert more.value - plan.value <= bought + plan.gap + 1e-9


def test_who_is_there_already_is_counted_once_and_whatever_is_planned() -> None:
    # a is at the mill: eight of the eleven are taken by a and one more, and a's own post there is free of the limit
    problem = one_employer(limit=11, counted="possible", at_work="a")
    assert problem.rows["capacity"].tolist() == [7 * MICRO]
    assert "beside 4 who have it already" in problem.names(source_key("employer", "mill"))["en"]
    plan = solve(problem, gap=0)
    assert plan.chosen.set_index("hh")["package"].str[-1].to_dict() == {"a": "2", "b": "2", "c": "1", "d": "1"}
    assert verify(plan, problem).ok
    # what is new alone: two households as well, a among them
    fresh = solve(one_employer(limit=11, counted="possible_new", at_work="a"), gap=0)
    assert fresh.value == plan.value
    assert solve(one_employer(limit=7, counted="possible", at_work="a"), gap=0).value == 3 + 0.5 * 3
    # whoever is there may as well have a post of the plan: it puts no one else at stake
    assert solve(one_employer(limit=8, counted="possible", at_work="d"), gap=0).value == 3 + 0.5 + 0.5 + 1.5


def test_a_limit_below_what_is_on_record_is_said_in_words() -> None:
    with pytest.raises(ParameterError) as caught:
        one_employer(limit=7, counted="possible", at_work="abc")
    said = caught.value.show("en")
    assert "12 persons of 3 households hang on mill (employer) already: no plan can keep to at most 7" in said
    assert "--set settings.named_limits.mill=12" in said
    assert "--set settings.source_limits.counted=possible_new" in said
    # what it says to type lets a plan be made in which nobody else goes there, and nothing else is refused
    plan = solve(one_employer(limit=7, counted="possible", at_work="abc", named=12), gap=0)
    assert plan.value == 3 + 2.5 + 2 + 0.5
    assert solve(one_employer(limit=7, counted="possible_new", at_work="abc"), gap=0).value == 3 + 0.5 * 3


def test_a_limit_of_its_own_takes_the_place_of_that_of_its_kind() -> None:
    wider, tighter = (one_employer(limit=4, counted="possible", named=named) for named in (8, 0))
    assert solve(wider, gap=0).value == 3 + 2.5 + 0.5 + 0.5
    assert solve(tighter, gap=0).value == 4 * 0.5


def test_a_clash_of_whole_persons_is_named_with_the_way_out() -> None:
    with pytest.raises(InfeasiblePlanError) as caught:
        solve(one_employer(limit=7, pinned="ab", counted="possible"), gap=0)
    said = caught.value.show("en")
    assert "persons who newly take help of mill (employer): at most 7 persons" in said
    assert "up from 7 to 8" in said


def test_what_the_limit_counts_in_is_said() -> None:
    assert words_of_unit(source_key("firm", "mill"), "zh") == ("1人", "人")
    assert words_of_unit(source_share_key("firm", "mill", expected=True), "zh") == ("预计脱贫1人", "预计脱贫（人）")


def test_pencil_lines_of_a_limited_plan_add_up() -> None:
    """Line by line: value less posted prices times what is used, the limit among them, exactly."""
    problem = one_employer(limit=11, counted="possible")
    plan = solve(problem, gap=0)
    posted = plan.certificate.prices[source_key("employer", "mill")]
    assert posted > 0
    pencil = explain(plan, problem).pencil
    for hh, own in pencil.groupby("hh"):
        for role, lines in own.groupby("role"):
            package = str(lines["package"].iloc[0])
            at_mill = lines.loc[lines["what"] == source_key("employer", "mill")]
            # four persons of the household, or none of it
            assert at_mill["amount"].tolist() == ([4 * MICRO] if package.endswith("-2") else []), (hh, role)
            worth = WORTH[str(hh)] if package.endswith("-2") else 0.5
            worth = 0.0 if package.endswith("-0") else worth
            assert lines["points"].sum() == pytest.approx(
                1000 * (worth - (4 * MICRO * posted / UNITS_PER_PERSON if package.endswith("-2") else 0)), abs=1e-6
            )


def test_baselines_keep_to_the_limit() -> None:
    """Simple rules choose under the same rules: none of them puts more at the mill than a plan may."""
    for counted, most in (("possible", 8), ("expected", 5.5)):
        problem = one_employer(limit=most, counted=counted)
        tried = baselines(problem)
        assert tried
        for rule in tried:
            at_mill = [str(package) for package in problem.package[rule.rows] if str(package).endswith("-2")]
            counts = 4 * len(at_mill) if counted == "possible" else sum(WORTH[package[0]] for package in at_mill)
            assert counts <= most, rule.key


def test_the_model_for_other_solvers_holds_the_same_limit() -> None:
    problem = one_employer(limit=5)
    model = township_model(problem)
    assert "no more than the limit: what hangs on mill (employer)" in set(model.rows["words"])
    # HiGHS through PuLP, from nothing
    assert model.solve(gap=0.0).value == pytest.approx(6.0)


def test_what_the_plan_loses_is_what_the_row_counts() -> None:
    compared = Counter[str]()
    for seed in range(30):
        case = drawn(seed)
        try:
            problem = case.problem
            plan = solve(problem, gap=0)
        except (ParameterError, InfeasiblePlanError, ProblemError):
            continue
        chosen = plan.chosen.set_index("hh")["package"]
        exposure = plan_exposure(case.exposure, chosen, case.on_record).set_index(["kind", "source"])
        of = {"expected": exposure["micro"], "possible_new": exposure["persons"] * MICRO,
              "possible": (exposure["possible"] - exposure["already"]) * MICRO}  # fmt: skip
        counts = of[case.settings.source_limits.counted]
        used = np.asarray(problem.use[plan.rows].sum(axis=0)).ravel()
        for row, amount in zip(problem.rows["row"], used, strict=True):
            kind, _, source = str(row).removeprefix("source:").partition(":")
            if str(row).startswith("source:") and " share" not in kind:
                assert amount == counts.get((kind.removesuffix(" persons"), source), 0), seed
                compared[case.settings.source_limits.counted] += 1
    assert len(compared) == 3
