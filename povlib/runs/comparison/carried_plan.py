"""A plan carried over to the problem of another run: the same packages, judged by the other's estimates and rules.

Responsible for finding the same package in another offer (what is given, to whom, when it starts), for what the plan
would bring there and for which rules it breaks there, by how much. Not responsible for choosing anything: nothing is
solved again. What the other run does not offer is left out, and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.questions.broken_rules import broken_rules
from povlib.arrays import Ints
from povlib.runs.facts.proposal import chosen_packages
from povlib.runs.run import Run
from povlib.runs.stages.plan_outcome import PersonTotal, additional_exits, expected_exits
from povlib.vocabulary.resource_keys import FACILITY_PREFIX
from povlib.words import language_column, languages

_PARTS = ["measure", "person", "post", "coop"]


@dataclass(frozen=True, eq=False)
class CarriedPlan:
    """What the plan of one run is under the problem of another.

    Attributes
    ----------
    rows : int64 (G,)
        Package rows of the other's problem.
    left_out : tuple of str
        Households with a package that the other does not offer them: they count as getting nothing new.
    gone : tuple of str
        Households with a package who are not on the other's register.
    broken : DataFrame
        `povlib.allocation.questions.broken_rules.broken_rules`.
    value : float
        Gain over nothing new in what the other's objective counts (persons, unless its scenario says otherwise).
    additional, expected : PersonTotal
        Persons by the other's projection.
    money_fen : int
        Bills by the other's costs, the opening of shared places among them.
    """

    rows: Ints
    left_out: tuple[str, ...]
    gone: tuple[str, ...]
    broken: pd.DataFrame
    value: float
    additional: PersonTotal
    expected: PersonTotal
    money_fen: int

    @property
    def feasible(self) -> bool:
        """Whether it can be carried out there as it stands."""
        return not (self.left_out or self.gone or len(self.broken))


@dataclass(frozen=True)
class ComparedRun:
    """A run with what its packages hold, written alike in every run.

    A package's number means nothing in another offer; what is given to whom, and when it starts, does. What it costs
    is left out: a price that changed makes no other package.
    """

    run: Run

    @cached_property
    def contents(self) -> dict[str, tuple[str, str]]:
        """Package -> what it holds, with the months of start and without them; package 0 holds nothing."""
        parts: dict[str, list[tuple[str, str]]] = {str(package): [] for package in self.run.offer.packages["package"]}
        frame = self.run.offer.components
        named = [frame[name].astype(object).where(frame[name].notna(), "").tolist() for name in _PARTS]
        for package, start, *what in zip(frame["package"], frame["start"], *named, strict=True):
            undated = "|".join(map(str, what))
            parts[str(package)].append((undated, f"{undated}|{start}"))
        return {
            package: (";".join(sorted(dated for _, dated in held)), ";".join(sorted(undated for undated, _ in held)))
            for package, held in parts.items()
        }

    @cached_property
    def _package_of(self) -> dict[tuple[str, str], str]:
        """(household, content) -> package; without months of start the first that gives the same."""
        packages = self.run.offer.packages
        found: dict[tuple[str, str], str] = {}
        dated: dict[tuple[str, str], str] = {}
        for package, hh in zip(packages["package"].astype(str), packages["hh"].astype(str), strict=True):
            with_start, without = self.contents[package]
            dated[hh, with_start] = package
            found.setdefault((hh, without), package)
        return found | dated

    @cached_property
    def chosen(self) -> dict[str, str]:
        """Household -> package of the plan."""
        chosen = self.run.plan.chosen
        return dict(zip(chosen["hh"].astype(str), chosen["package"].astype(str), strict=True))

    @cached_property
    def served(self) -> frozenset[str]:
        """Households that get something new."""
        return frozenset(hh for hh, package in self.chosen.items() if self.contents[package][0])

    def content_of(self, hh: str) -> tuple[str, str]:
        """Return what the plan gives a household, with and without months of start; "" to whom it does not know."""
        return self.contents[self.chosen[hh]] if hh in self.chosen else ("", "")

    def package_with(self, hh: str, content: tuple[str, str]) -> str:
        """Return the household's package of this content; "" where it is not offered."""
        return self._package_of.get((hh, content[0])) or self._package_of.get((hh, content[1])) or ""

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Package -> its row in the problem."""
        return {str(package): row for row, package in enumerate(self.run.problem.package)}

    @cached_property
    def described(self) -> pd.DataFrame:
        """Packages by key: hh, village, label (by language), money_fen, start."""
        packages = self.run.offer.packages
        labels = [packages[language_column("label", lang)].astype(str) for lang in languages()]
        return pd.DataFrame(
            {
                "village": packages["village"].astype(str).to_numpy(),
                "label": [dict(zip(languages(), said, strict=True)) for said in zip(*labels, strict=True)],
                "money_fen": packages["new_money_fen"].to_numpy(),
                "start": packages["start"].to_numpy(),
                "hh": packages["hh"].astype(str).to_numpy(),
            },
            index=pd.Index(packages["package"].astype(str)),
        )

    @cached_property
    def members(self) -> dict[str, int]:
        """Household -> members, of those planned for."""
        chosen = self.run.plan.chosen
        return {str(hh): int(n) for hh, n in zip(chosen["hh"], chosen["members"], strict=True)}

    @cached_property
    def _chances(self) -> dict[str, float]:
        frame = self.run.projection.frame
        return dict(zip(frame["package"].astype(str), frame["p"].astype("float64"), strict=True))

    def chance(self, package: str) -> float:
        """Return the chance of exit with a package."""
        return self._chances[package]

    @cached_property
    def objecting(self) -> frozenset[str]:
        """Households that do not want help."""
        households = self.run.state.households
        objects = households["objects"].astype("boolean").fillna(False).astype(bool)
        return frozenset(households.loc[objects, "hh"].astype(str))

    @cached_property
    def pinned(self) -> frozenset[str]:
        """Households whose package was fixed or forbidden beforehand."""
        tables = self.run.problem.tables
        return frozenset() if tables is None else frozenset(tables.pins["hh"].astype(str))

    @cached_property
    def drawn(self) -> frozenset[str]:
        """Households whose package was drawn by lot."""
        drawn = self.run.exploration
        return frozenset() if drawn is None else frozenset(drawn.frames["drawn"]["hh"].astype(str))

    @cached_property
    def unassessable(self) -> frozenset[str]:
        """Households that cannot be projected."""
        return frozenset(self.run.projection.not_assessable["hh"].astype(str))

    @cached_property
    def refused(self) -> dict[tuple[str, str], dict[str, str]]:
        """(household, measure) -> why it is refused, by language."""
        frame = self.run.offer.refused
        said = [frame[language_column("reason", lang)].astype(str) for lang in languages()]
        keys = zip(frame["hh"].astype(str), frame["measure"].astype(str), strict=True)
        worded = (dict(zip(languages(), words, strict=True)) for words in zip(*said, strict=True))
        return dict(zip(keys, worded, strict=True))

    def measures_of(self, package: str) -> list[str]:
        """Return the measures of a package."""
        return sorted({part.partition("|")[0] for part in self.contents[package][1].split(";") if part})

    @cached_property
    def _offered(self) -> dict[str, set[str]]:
        offered: dict[str, set[str]] = {}
        for package, hh in self.described["hh"].items():
            offered.setdefault(str(hh), set()).update(self.measures_of(str(package)))
        return offered

    def offered_to(self, hh: str) -> set[str]:
        """Return the measures that some package of a household holds."""
        return self._offered.get(hh, set())


def carried_plan(plan_of: ComparedRun, under: ComparedRun) -> CarriedPlan:
    """Return the plan of one run under the problem of another.

    Households that the plan does not know get nothing new; shared places are opened as the plan opens them, where the
    other run has them.
    """
    problem, run = under.run.problem, under.run
    rows = problem.base.copy()
    place = {str(hh): number for number, hh in enumerate(problem.hh)}
    left_out = []
    for hh in plan_of.chosen:
        package = under.package_with(hh, plan_of.content_of(hh))
        if hh in place and package in under.row_of:
            rows[place[hh]] = under.row_of[package]
        elif hh in place:
            left_out.append(hh)
    opened = plan_of.run.plan.opened
    for key, level in zip(opened["facility"], opened["level"], strict=True):
        row = under.row_of.get(f"{FACILITY_PREFIX}{key}:{level}")
        if row is not None:
            rows[problem.group[row]] = row
    gain = problem.value[rows] - problem.value[problem.base]
    packages = pd.Series(problem.package[rows[: problem.households]], index=pd.Index(problem.hh))
    as_rows = chosen_packages(run, packages.astype(run.offer.packages["package"].dtype))
    return CarriedPlan(
        rows=rows,
        left_out=tuple(left_out),
        gone=tuple(sorted(plan_of.served - place.keys())),
        broken=broken_rules(problem, rows),
        value=int(gain[: problem.households].sum()) / MICRO,
        additional=additional_exits(run.projection, as_rows),
        expected=expected_exits(run.projection, as_rows),
        money_fen=0 if problem.money is None else int(np.sum(problem.money.total[rows])),
    )
