"""Which households another plan treats otherwise, and why: reckoned from both runs' own prices, values and refusals.

A household's package is the one with most points at the posted prices, but for whole pieces (`allocation.explain`). So
what speaks for the new package against the old one, in points, is the value of both less what both use at the prices;
the change of it from one run to the other is a sum over value and rows, and its largest part is the reason. Responsible
for that arithmetic, in whole units of 1e-12 person, and for what comes before any reckoning (a household that is gone,
objects, is pinned, or has a package that is not offered). Not responsible for words
(`povlib.report.comparison.comparison_page`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from povlib.allocation.proof.certificate import UNITS_PER_MICRO, UNITS_PER_PERSON
from povlib.allocation.proof.pencil_arithmetic import PencilArithmetic
from povlib.allocation.questions.explanation import TIE_UNITS, UNITS_PER_POINT
from povlib.runs.comparison.carried_plan import ComparedRun
from povlib.vocabulary.resource_keys import SHARE_PREFIX

REASONS = (
    "left", "joined", "objects", "agrees", "pinned", "lot", "unassessable", "aim", "not_offered", "offered", "value",
    "price", "share", "cost", "level",
)  # fmt: skip
"""Why a household is treated otherwise, in the order in which they are asked."""
COLUMNS = [
    "hh", "village", "members", "before", "after", "money_before_fen", "money_after_fen", "reason", "what", "measure",
    "refused", "points_before", "points_after", "part_points", "price_before", "price_after", "p_before", "p_after",
    "within_gap", "start_before", "start_after",
]  # fmt: skip


@dataclass(frozen=True)
class Advantage:
    """What speaks for one package against another in a run, in 1e-12 person.

    Attributes
    ----------
    value : int
        Value of the one less that of the other.
    uses : mapping
        Row -> units of it that the one uses more.
    costs : mapping
        Row -> what the one uses more of it costs more.
    """

    value: int
    uses: Mapping[str, int]
    costs: Mapping[str, int]

    @property
    def points(self) -> int:
        """Net value of the one less that of the other."""
        return self.value - sum(self.costs.values())


@dataclass
class _Prices:
    """Prices of a run, and the pencil that applies them."""

    run: ComparedRun
    only: tuple[str, ...]
    posted: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.posted = self.run.run.plan.certificate.prices

    @cached_property
    def _pencil(self) -> PencilArithmetic:
        rows = [self.run.row_of[package] for package in self.only if package in self.run.row_of]
        return PencilArithmetic(self.run.run.problem, np.array(sorted(set(rows)), dtype=np.int64))

    def advantage(self, one: str, other: str) -> Advantage | None:
        """Return what speaks for a package against another; None where either cannot be paid for."""
        uses: dict[str, int] = {}
        costs: dict[str, int] = {}
        for sign, package in ((1, one), (-1, other)):
            items = self._pencil.price_items(package, self.posted)
            if items is None:
                return None
            for item in items:
                uses[item.what] = uses.get(item.what, 0) + sign * item.amount
                costs[item.what] = costs.get(item.what, 0) + sign * item.cost
        problem, row = self.run.run.problem, self.run.row_of
        value = int(problem.value[row[one]]) - int(problem.value[row[other]])
        return Advantage(value * UNITS_PER_MICRO, uses, costs)


def changed_households(first: ComparedRun, other: ComparedRun) -> pd.DataFrame:
    """Return the households that the plan of `other` gives something else than that of `first`, with the reason.

    Returns
    -------
    DataFrame
        hh, village, members, before, after (package labels by language; None for a household that one does not
        know), money_before_fen, money_after_fen (by each run's own costs), reason (`REASONS`), what (row whose price
        decides), measure (that is no longer or newly offered), refused (why, by language), points_before,
        points_after (what speaks for the new package against the old, in each run), part_points (what of the change
        the reason makes up), price_before, price_after (points a unit of `what`), p_before, p_after (chance of exit
        with the new package), within_gap (no proof can tell the two apart, in either run), start_before, start_after
        (ordinals of the first month of help). By household.
    """
    everybody = sorted(first.chosen.keys() | other.chosen.keys())
    changed = [hh for hh in everybody if hh not in first.chosen or hh not in other.chosen or _differs(first, other, hh)]
    packages = {hh: _four_packages(first, other, hh) for hh in changed}
    before = _Prices(first, tuple(package for own in packages.values() for package in own[:2]))
    after = _Prices(other, tuple(package for own in packages.values() for package in own[2:]))
    asked = _Question(first, other, before, after)
    rows = [_described(first, other, hh) | asked.answer(hh, packages[hh]) for hh in changed]
    return pd.DataFrame(rows, columns=COLUMNS)


def _differs(first: ComparedRun, other: ComparedRun, hh: str) -> bool:
    """Return whether a household gets something else; the same that starts in another month is something else."""
    return first.content_of(hh)[0] != other.content_of(hh)[0]


def _four_packages(first: ComparedRun, other: ComparedRun, hh: str) -> tuple[str, str, str, str]:
    """Return old and new package in the first run, then in the other; "" where a run does not offer it."""
    old, new = first.content_of(hh), other.content_of(hh)
    return (
        first.chosen.get(hh, ""), first.package_with(hh, new), other.package_with(hh, old), other.chosen.get(hh, ""),
    )  # fmt: skip


def _described(first: ComparedRun, other: ComparedRun, hh: str) -> dict[str, Any]:
    told: dict[str, Any] = {"hh": hh}
    for side, run in (("before", first), ("after", other)):
        package = run.chosen.get(hh)
        own = run.described.loc[package] if package is not None else None
        told[side] = None if own is None else own["label"]
        told[f"start_{side}"] = None if own is None else own["start"]
        told[f"money_{side}_fen"] = 0 if own is None else own["money_fen"]
        if own is not None:
            told |= {"village": own["village"], "members": run.members[hh]}
    return told


@dataclass
class _Question:
    """Two runs, asked about one household after the other."""

    first: ComparedRun
    other: ComparedRun
    before: _Prices
    after: _Prices

    def answer(self, hh: str, packages: tuple[str, str, str, str]) -> dict[str, Any]:
        """Return the reason why a household is treated otherwise, with its figures."""
        known = next(self._known_beforehand(hh), None)
        if known:
            return {"reason": known, "within_gap": False}
        old, new, old_there, new_there = packages
        if not old_there:
            return {"reason": "not_offered", "within_gap": False} | self._refusal(hh, self.first, old, self.other)
        if not new:
            return {"reason": "offered", "within_gap": False} | self._refusal(hh, self.other, new_there, self.first)
        here, there = self.before.advantage(new, old), self.after.advantage(new_there, old_there)
        if here is None or there is None:
            # no fund may pay the bill: as good as not offered
            side = (self.first, old, self.other) if there is None else (self.other, new_there, self.first)
            reason = "not_offered" if there is None else "offered"
            return {"reason": reason, "within_gap": False} | self._refusal(hh, *side)
        chances = {"p_before": self.first.chance(new), "p_after": self.other.chance(new_there)}
        return self._reckoned(here, there) | chances

    def _known_beforehand(self, hh: str) -> Iterator[str]:
        """Yield what decides before any reckoning."""
        first, other = self.first, self.other
        conditions = {
            "left": hh not in other.chosen,
            "joined": hh not in first.chosen,
            "objects": hh in other.objecting and hh not in first.objecting,
            "agrees": hh in first.objecting and hh not in other.objecting,
            "pinned": hh in other.pinned or hh in first.pinned,
            "lot": hh in other.drawn or hh in first.drawn,
            "unassessable": hh in other.unassessable or hh in first.unassessable,
            # points of two objectives are no sum
            "aim": first.run.settings.objective != other.run.settings.objective,
        }
        return (reason for reason, holds in conditions.items() if holds)

    def _refusal(self, hh: str, has: ComparedRun, package: str, lacks: ComparedRun) -> dict[str, Any]:
        """Return the first measure of a package that the other run refuses the household, and its words."""
        for measure in has.measures_of(package):
            said = lacks.refused.get((hh, measure))
            if said is not None or measure not in lacks.offered_to(hh):
                return {"measure": measure, "refused": said}
        return {"measure": None, "refused": None}

    def _reckoned(self, here: Advantage, there: Advantage) -> dict[str, Any]:
        gaps = self.first.run.plan.gap * UNITS_PER_PERSON, self.other.run.plan.gap * UNITS_PER_PERSON
        told: dict[str, Any] = {
            "points_before": here.points / UNITS_PER_POINT,
            "points_after": there.points / UNITS_PER_POINT,
            "within_gap": abs(here.points) <= gaps[0] and abs(there.points) <= gaps[1],
        }
        # where posted prices alone would choose otherwise, or are level, whole pieces decided in one of the runs
        if here.points >= -TIE_UNITS or there.points <= TIE_UNITS:
            return told | {"reason": "level"}
        parts = {"": there.value - here.value}
        for row in sorted(here.costs.keys() | there.costs.keys()):
            parts[row] = here.costs.get(row, 0) - there.costs.get(row, 0)
        # the largest part; of equal ones the value, then the row whose key comes first
        what = max(parts, key=lambda row: parts[row])
        told |= {"part_points": parts[what] / UNITS_PER_POINT}
        if not what:
            return told | {"reason": "value"}
        prices = _unit_price(here, what, self.before.posted), _unit_price(there, what, self.after.posted)
        # at the old amounts (the new where the old price charged none) what the change of the price alone comes to
        by_price = (prices[0] - prices[1]) * (here.uses.get(what) or there.uses.get(what, 0))
        by_share = "share" if what.startswith(SHARE_PREFIX) else "price"
        return told | {
            "reason": by_share if 2 * by_price >= parts[what] else "cost", "what": what,
            "price_before": prices[0] / UNITS_PER_POINT, "price_after": prices[1] / UNITS_PER_POINT,
        }  # fmt: skip


def _unit_price(advantage: Advantage, what: str, posted: Mapping[str, int]) -> float:
    """Return what a unit of a row costs in a run: as it was charged, else as it is posted."""
    used = advantage.uses.get(what, 0)
    return advantage.costs[what] / used if used else float(posted.get(what, 0))
