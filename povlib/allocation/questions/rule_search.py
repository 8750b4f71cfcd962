"""The search for a rule on one page: points by fact, a list of help, and what following them would give.

Responsible for the start by least squares and for the walk from one rule to the next. Not responsible for which facts
there are or for what a rule loses beside the plan (`one_page_rule`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.proof.certificate import Prices, net_values
from povlib.allocation.proof.plan import Plan
from povlib.allocation.questions.baseline_rules import FirmRules, greedy_rows
from povlib.arrays import Bools, Floats, Ints
from povlib.errors import ProblemError

Progress = Callable[[str, float], None]
#: points of one line, up or down: numbers that people add up in the head
LARGEST_POINTS = 5
#: how many helps the rule may give one household at most: the search takes the best of these
_HELPS_PER_HOUSEHOLD = (1, 2, 3)
#: kinds of help: the order of the list is written as bits of one int64
_MOST_KINDS = 60
#: a further fact must explain at least so much of what is left (half a percent): else the page grows for nothing
_LEAST_EXPLAINED = 0.005
#: persons by which another rule must be better to be taken: above what sums of floats may miss
_LEAST_IMPROVEMENT = 1e-9

#: points by line of the table, kinds of help in the order of the list, most helps for one household
Rule = tuple[tuple[int, ...], tuple[int, ...], int]


class RuleSearch:
    """The search for points and the list of help: what serving a household is worth, and what follows from a rule."""

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        table: pd.DataFrame,
        parts: pd.DataFrame,
        tries: int,
        progress: Progress | None,
    ) -> None:
        self.problem, self.table, self.tries, self.progress = problem, table, tries, progress
        self.tried, self.plan = 0, plan
        self.rules = FirmRules(problem)
        net_value = net_values(problem, Prices.of(problem, plan.certificate.prices)).astype(np.float64)
        of_nothing = np.where(problem.base >= 0, net_value[problem.base], 0.0)
        net_gain = np.where(problem.allowed, net_value - of_nothing[problem.group], -np.inf)
        self.kinds, self.has = _kinds_of_packages(problem, parts)
        best = np.full(problem.groups, 0.0)
        np.maximum.at(best, problem.group, np.maximum(net_gain, 0.0))
        self.worth = best[: problem.households]
        self.first = self._kinds_by_gain(net_gain)
        self._known: dict[Rule, float] = {}

    def _kinds_by_gain(self, ahead: Floats) -> tuple[int, ...]:
        """List the kinds of help that households gain from when given alone (at the plan's prices), most first."""
        alone = (self.has.sum(axis=1) == 1) & np.isfinite(ahead)
        mean = [float(ahead[alone & self.has[:, kind]].mean()) if (alone & self.has[:, kind]).any() else -np.inf
                for kind in range(len(self.kinds))]  # fmt: skip
        order = sorted(range(len(self.kinds)), key=lambda kind: (-mean[kind], kind))
        return tuple(order)

    def allocation_under(self, rule: Rule) -> tuple[Ints, pd.DataFrame]:
        """Return the plan that follows from a rule, and the order of households."""
        problem = self.problem
        points, wishes, most = rule
        score = self.table.to_numpy(np.int64) @ np.array(points, dtype=np.int64)
        own = problem.households
        place = np.lexsort((problem.group_rank[:own], -score))
        rows = greedy_rows(problem, self.rules, self._rows_asked_in_turn(place, wishes, most))
        order = pd.DataFrame(
            {"hh": problem.hh[place], "points": score[place], "package": problem.package[rows[place]],
             "served": rows[place] != problem.base[place]}
        )  # fmt: skip
        return rows, order

    def _rows_asked_in_turn(self, place: Ints, wishes: tuple[int, ...], most: int) -> list[int]:
        """Return package rows in the order in which they are asked for: all of a household's in its turn.

        A household goes down the list and asks for every help it may have, `most` at the most; where not
        everything fits, for what comes first on the list.
        """
        problem = self.problem
        listed = self.has[:, list(wishes)]
        other = self.has.sum(axis=1) - listed.sum(axis=1)
        count = listed.sum(axis=1)
        fitting = np.flatnonzero(problem.allowed & (other == 0) & (count > 0) & (count <= most))
        fitting = fitting[problem.group[fitting] < problem.households]
        turn = np.empty(problem.households, dtype=np.int64)
        turn[place] = np.arange(problem.households)
        # the first help on the list weighs more than all that follow it
        rank = -(listed[fitting] @ (1 << np.arange(len(wishes) - 1, -1, -1, dtype=np.int64)))
        rows_in_turn = fitting[np.lexsort((fitting, rank, turn[problem.group[fitting]]))]
        return [int(row) for row in rows_in_turn]

    def rule_value(self, rule: Rule) -> float:
        """Return what the plan that follows from a rule is worth."""
        if rule not in self._known:
            self.tried += 1
            if self.progress is not None:
                self.progress("simple rule", min(self.tried / self.tries, 1.0))
            rows, _ = self.allocation_under(rule)
            self._known[rule] = float(self.problem.value[rows].sum()) / MICRO
        return self._known[rule]

    def search_best(self, lines_most: int) -> Rule:
        """Search: start from least squares, then move one part of the rule after the other."""
        served = (self.plan.rows != self.problem.base)[: self.problem.households].astype(np.float64)
        # two starts: what serving a household is worth at the plan's prices, and whether the plan serves it
        starts = [tuple(self._least_squares_points(lines_most, aim).tolist()) for aim in (self.worth, served)]
        rule = max(
            ((points, self.first, most) for points in starts for most in _HELPS_PER_HOUSEHOLD), key=self.rule_value
        )
        reached = self.rule_value(rule)
        moved = True
        while moved and self.tried < self.tries:
            moved = False
            for other in self._neighbouring_rules(rule, lines_most):
                if self.tried >= self.tries:
                    break
                if (value := self.rule_value(other)) > reached + _LEAST_IMPROVEMENT:
                    rule, reached, moved = other, value, True
                    break
        return rule

    def _neighbouring_rules(self, rule: Rule, lines_most: int) -> Iterator[Rule]:
        """Yield rules that differ in one place: the list of help, the points, or the most helps of a household."""
        points, wishes, most = rule
        yield from ((points, other, most) for other in self._neighbouring_lists(wishes))
        yield from ((other, wishes, most) for other in self._neighbouring_points(points, lines_most))
        yield from ((points, wishes, other) for other in _HELPS_PER_HOUSEHOLD if other != most)
        yield from ((other, wishes, most) for other in self._points_on_another_line(points))

    def _neighbouring_lists(self, wishes: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield lists of help with one kind less, one more, or one kind moved to the front or one place up."""
        if len(wishes) > 1:
            for at in range(len(wishes)):
                yield wishes[:at] + wishes[at + 1 :]
        for kind in self.first:
            if kind not in wishes:
                yield (*wishes, kind)
        for at in range(1, len(wishes)):
            yield (wishes[at], *wishes[:at], *wishes[at + 1 :])
            yield (*wishes[: at - 1], wishes[at], wishes[at - 1], *wishes[at + 1 :])

    def _neighbouring_points(self, points: tuple[int, ...], lines_most: int) -> Iterator[tuple[int, ...]]:
        """Yield tables with one line's points changed; small steps first, larger ones to leave a local optimum."""
        for line in range(len(points)):
            for step in (1, -1, 2, -2, 4, -4):
                moved = points[line] + step
                room = points[line] != 0 or np.count_nonzero(points) < lines_most
                if room and abs(moved) <= LARGEST_POINTS:
                    yield (*points[:line], moved, *points[line + 1 :])

    def _points_on_another_line(self, points: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield tables in which a line without points takes those of another, as they are or with the other sign."""
        for line in np.flatnonzero(points).tolist():
            for instead in range(len(points)):
                if not points[instead]:
                    for given in (points[line], -points[line]):
                        changed = list(points)
                        changed[line], changed[instead] = 0, given
                        yield tuple(changed)

    def _least_squares_points(self, lines_most: int, y: Floats) -> Ints:
        """Add the facts one at a time that explain most of `y`; round to points."""
        x = self.table.to_numpy(np.float64)
        used: list[int] = []
        for _ in range(min(lines_most, x.shape[1])):
            left = {at: _residual_squares(x[:, [*used, at]], y) for at in range(x.shape[1]) if at not in used}
            at = min(left, key=lambda one: (round(left[one], 9), one))
            if used and left[at] > (1 - _LEAST_EXPLAINED) * _residual_squares(x[:, used], y):
                break
            used.append(at)
        slope = np.linalg.lstsq(np.column_stack([np.ones(len(y)), x[:, used]]), y, rcond=None)[0][1:]
        points = np.zeros(x.shape[1], dtype=np.int64)
        most = float(np.abs(slope).max())
        points[used] = np.rint(slope / most * LARGEST_POINTS).astype(np.int64) if most > 0 else 0
        return points

    def points_table(self, chosen: tuple[int, ...]) -> pd.DataFrame:
        """Return the table to post: lines with points, largest first."""
        columns = self.table.columns.to_list()
        lines = [(fact, level, int(p)) for (fact, level), p in zip(columns, chosen, strict=True) if p]  # type: ignore[str-unpack]
        frame = pd.DataFrame(lines, columns=["fact", "level", "points"])
        return frame.sort_values("points", ascending=False, kind="stable", ignore_index=True)

    def wish_list(self, chosen: tuple[int, ...]) -> pd.DataFrame:
        """Return the list to post, without the kinds that nobody could have."""
        kinds = [self.kinds[kind] for kind in chosen]
        return pd.DataFrame({"rank": np.arange(1, len(kinds) + 1), "kind": kinds})


def _residual_squares(x: Floats, y: Floats) -> float:
    """Return the sum of squares that a least-squares fit with an intercept leaves."""
    design = np.column_stack([np.ones(len(y)), x])
    fitted = design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return float(((y - fitted) ** 2).sum())


def _kinds_of_packages(problem: Problem, parts: pd.DataFrame) -> tuple[list[str], Bools]:
    """Return the kinds of help, and which package row holds which."""
    at = pd.Index(problem.package).get_indexer(pd.Index(parts["package"].astype(object)))
    if (at < 0).any():
        raise ProblemError(
            "{n} keys are not in the table {table}: {keys}", where="parts", n=int((at < 0).sum()), table="packages",
            keys=", ".join(parts.loc[at < 0, "package"].astype(str).head(5)),
        )  # fmt: skip
    kinds = sorted(parts["kind"].astype(str).unique())
    if len(kinds) > _MOST_KINDS:
        raise ProblemError("a list of help holds at most {most} kinds", where="parts", most=_MOST_KINDS)
    has = np.zeros((len(problem.value), len(kinds)), dtype=bool)
    has[at, pd.Index(kinds).get_indexer(pd.Index(parts["kind"].astype(str)))] = True
    return kinds, has
