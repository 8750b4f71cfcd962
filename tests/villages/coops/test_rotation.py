"""Turns: fair as by trying every roster, and nobody sent where duties forbid."""

from __future__ import annotations

from itertools import combinations, pairwise, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import DataError
from povlib.villages.coops.rotation import Roster, fair_roster

WEEKS = [20160606, 20160613, 20160620, 20160627, 20160704, 20160711, 20160718, 20160725]


def _limit(free: list[int], caring: bool) -> int:
    """Return the most turns, by trying every set of weeks."""
    if not caring:
        return len(free)
    return max(n for n in range(len(free) + 1) for some in combinations(free, n)
               if all(b - a > 1 for a, b in pairwise(some)))  # fmt: skip


def _best(
    people: pd.DataFrame, needs: pd.DataFrame, weeks: list[int], away: dict[str, frozenset[int]]
) -> tuple[int, int, int]:
    """Return fewest vacancies, smallest difference, fewest turns elsewhere, by trying every roster."""
    bases = list(needs.itertuples(index=False))
    folk = list(people.itertuples(index=False))
    choices = []
    free: list[list[int]] = []
    for p in folk:
        open_ = [b for b, base in enumerate(bases) if not p.caring or p.village == base.village]
        own = [w for w, week in enumerate(weeks) if week not in away.get(p.person, frozenset()) and open_]
        free.append(own)
        paths = product(*([-1, *open_] if w in own else [-1] for w in range(len(weeks))))
        choices.append([path for path in paths
                        if not p.caring or all(a < 0 or b < 0 for a, b in pairwise(path))])  # fmt: skip
    limits = [_limit(own, bool(p.caring)) for own, p in zip(free, folk, strict=True)]
    best: tuple[int, int, int] | None = None
    for plan in product(*choices):
        counts = {(b, w): sum(path[w] == b for path in plan) for b in range(len(bases)) for w in range(len(weeks))}
        if any(n > bases[b].need for (b, _), n in counts.items()):
            continue
        turns = [sum(b >= 0 for b in path) for path in plan]
        load = [n + int(p.before) for n, p in zip(turns, folk, strict=True)]
        held = [n for n, t, top in zip(load, turns, limits, strict=True) if not (t == top < len(weeks))]
        value = (
            sum(base.need for base in bases) * len(weeks) - sum(turns),
            max(load) - min(held) if held else 0,
            sum(b >= 0 and p.village != bases[b].village for path, p in zip(plan, folk, strict=True) for b in path),
        )
        if best is None or value < best:
            best = value
    assert best is not None
    return best


def _value(roster: Roster) -> tuple[int, int, int]:
    return int(roster.vacant["lacking"].sum()), roster.difference, int(roster.turns["away"].sum())


@pytest.mark.thorough
@pytest.mark.parametrize("cases", [120, pytest.param(300, marks=pytest.mark.slow)])
def test_rosters_equal_trying_every_one(cases: int) -> None:
    rng = np.random.default_rng(3)
    for case in range(cases):
        n, weeks = (3, WEEKS[:3]) if case % 2 else (2, WEEKS[:4])
        people = pd.DataFrame(
            {
                "person": [f"p{i}" for i in range(n)],
                "hh": [f"h{i}" for i in range(n)],
                "village": [("A", "B")[int(rng.integers(2))] for _ in range(n)],
                "caring": rng.random(n) < 0.4,
                "before": rng.integers(0, 3, n),
            }
        )
        needs = pd.DataFrame({"base": ["x", "y"], "village": ["A", "B"], "need": rng.integers(0, 3, 2)})
        away = {f"p{i}": frozenset(w for w in weeks if rng.random() < 0.2) for i in range(n)}
        assert _value(fair_roster(people, needs, weeks, away=away)) == _best(people, needs, weeks, away), case


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.booleans(), st.integers(0, 4)), min_size=1, max_size=12),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.sets(st.tuples(st.integers(0, 11), st.sampled_from(WEEKS))),
)
def test_every_rule_of_a_roster_holds(
    people: list[tuple[str, bool, int]], need: list[int], closed: set[tuple[int, int]]
) -> None:
    frame = pd.DataFrame(people, columns=["village", "caring", "before"])
    frame["person"] = [f"p{i:02d}" for i in range(len(frame))]
    frame["hh"] = [f"h{i:02d}" for i in range(len(frame))]
    needs = pd.DataFrame({"base": ["x", "y", "z"], "village": ["A", "B", "C"], "need": need})
    away = {f"p{i:02d}": frozenset(w for j, w in closed if j == i) for i in range(len(frame))}
    roster = fair_roster(frame, needs, WEEKS, away=away)
    turns = roster.turns
    assert not turns.duplicated(["week", "person"]).any()
    assert all(row.week not in away[row.person] for row in turns.itertuples())
    carers = set(frame.loc[frame["caring"], "person"])
    assert not turns.loc[turns["person"].isin(carers), "away"].any()
    for _, own in turns[turns["person"].isin(carers)].groupby("person"):
        places = sorted(WEEKS.index(w) for w in own["week"])
        assert all(b - a > 1 for a, b in pairwise(places))
    filled = turns.groupby(["week", "base"]).size()
    wanted = dict(zip(needs["base"], needs["need"], strict=True))
    for week in WEEKS:
        for base, n in wanted.items():
            lacking = roster.vacant[(roster.vacant["week"] == week) & (roster.vacant["base"] == base)]["lacking"].sum()
            assert int(filled.get((week, base), 0)) + int(lacking) == n


def test_a_township_is_fair_within_one_turn() -> None:
    n = 43
    people = pd.DataFrame({"person": [f"p{i:02d}" for i in range(n)], "hh": [f"h{i:02d}" for i in range(n)],
                           "village": [("农家", "秀山", "乐北")[i % 3] for i in range(n)],
                           "caring": [i % 5 == 0 for i in range(n)], "before": 0})  # fmt: skip
    needs = pd.DataFrame({"base": ["1", "2", "3"], "village": ["农家", "秀山", "乐北"], "need": 4})
    roster = fair_roster(people, needs, WEEKS)
    assert roster.vacant.empty
    assert roster.difference == 1  # 96 turns for 43 people: two or three each


def test_every_fault_is_named_at_once() -> None:
    people = pd.DataFrame({"person": ["p", "p"], "hh": "a", "village": "A", "caring": False, "before": 0})
    needs = pd.DataFrame({"base": ["x", "x"], "village": "A", "need": [1, -1]})
    with pytest.raises(DataError) as raised:
        fair_roster(people, needs, [20160613, 20160606])
    assert len(raised.value.faults) == 4
