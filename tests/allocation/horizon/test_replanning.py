"""The least disturbance against the enumeration of every choice."""

from itertools import product

import numpy as np
import pytest
from tiny_horizons import horizon_of, keeps_rules, tiny

from povlib.allocation.horizon.horizon_check import check_horizon
from povlib.allocation.horizon.horizon_search import solve_horizon
from povlib.allocation.horizon.replanning import replanned

WITHIN = 0.05


def options(made, own):
    mine = [(f"{own}-0@0", (-1, 0, (), 0, 0))]
    for t, rows in enumerate(made["offered"]):
        mine += [(f"{own}-{k}@{t}", (t, round(v * 1e6), bills, posts, weeks))
                 for h, k, v, bills, posts, weeks in rows if h == own and k]  # fmt: skip
    return mine


def most_kept(made, before, least):
    """Return the most households that stay among all choices worth at least so much, by trying all of them."""
    most = -1
    for choice in product(*(options(made, own) for own in made["hh"])):
        kept = sum(before[own] == key for own, (key, _) in zip(made["hh"], choice, strict=True))
        if kept <= most or sum(c[1] for _, c in choice) < least:
            continue
        if keeps_rules(made, [c for _, c in choice], -1):
            most = kept
    return most


def best_with(made, fixed):
    """Return the greatest value of a choice in which some households have what they are said to have; -1 without."""
    open_to = [[o for o in options(made, own) if own not in fixed or o[0] == fixed[own]] for own in made["hh"]]
    values = [sum(c[1] for _, c in choice) for choice in product(*open_to)
              if keeps_rules(made, [c for _, c in choice], -1)]  # fmt: skip
    return max(values, default=-1)


@pytest.mark.thorough
def test_as_many_stay_as_can_at_no_loss_and_every_move_has_its_gain():
    moved = 0
    for seed in range(15):
        made = tiny(seed, mills=0.0)
        horizon = horizon_of(made)
        rng = np.random.default_rng(seed)
        before = {own: options(made, own)[int(rng.integers(len(options(made, own))))][0] for own in made["hh"]}
        best = solve_horizon(horizon, gap=0)
        again = replanned(horizon, best, before, within=WITHIN)
        assert not check_horizon(again.plan, horizon), seed
        assert again.plan.value >= best.value - WITHIN - 1e-9
        assert again.kept == most_kept(made, before, round((best.value - WITHIN) * 1e6)), seed
        assert len(again.moves) == len(made["hh"]) - again.kept
        moved += len(again.moves)
        # nobody is moved without a gain, which is what the enumeration says it is
        stays = {own: key for own, key in before.items() if own not in set(again.moves["hh"])}
        for own, gain in again.moves[["hh", "gain"]].itertuples(index=False):
            worth = best_with(made, {**stays, own: before[own]})
            if worth >= 0:
                assert gain == pytest.approx(again.plan.value - worth / 1e6, abs=1e-6), (seed, own)
                assert gain > 0
        assert again.moves["reason"].isin(["better", "room", "gone"]).all()
        assert (again.moves.loc[again.moves["reason"] == "better", "own_gain"] > 0).all()
    assert moved


def test_what_is_not_offered_any_more_is_told_and_not_kept():
    made = tiny(3, mills=0.0)
    horizon = horizon_of(made)
    best = solve_horizon(horizon, gap=0)
    again = replanned(horizon, best, {made["hh"][0]: ""}, within=0.0)
    assert again.moves[["hh", "reason"]].to_numpy().tolist() == [[made["hh"][0], "gone"]]


def test_a_plan_planned_again_from_itself_moves_nobody():
    for seed in range(10):
        made = tiny(seed)
        horizon = horizon_of(made)
        best = solve_horizon(horizon, gap=0)
        before = dict(zip(best.chosen["hh"], best.chosen["package"], strict=True))
        again = replanned(horizon, best, before, within=0.0)
        assert again.kept == len(made["hh"])
        assert again.moves.empty
