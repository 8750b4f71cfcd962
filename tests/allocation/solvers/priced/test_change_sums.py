"""Sums of changes of four households against four: what is listed adds up, what is found fits and gains."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.solvers.priced import change_sum_loops, change_sums, core_rounding
from povlib.allocation.solvers.priced.change_sums import ChangeSumSearch

SEEDS = st.integers(0, 10**6)


def options(seed, households=30, rows=3, tight=0.5):
    """Nearly tied candidates: values follow uses at the prices, but for a little noise."""
    rng = np.random.default_rng(seed)
    count = rng.integers(1, 4, households)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    use = rng.integers(0, 200, (start[-1], rows)) * (rng.random((start[-1], rows)) < 0.7)
    use[:, -1] = rng.integers(0, 2, start[-1])
    price = np.r_[rng.integers(50, 100, rows - 1), 20_000].astype(float)
    value = (use @ price + rng.integers(0, 3000, start[-1])).astype(np.int64)
    capacity = (np.add.reduceat(use, start[:-1]).sum(axis=0) * tight / count.mean()).astype(np.int64)
    return core_rounding.sorted_candidates(start, value, csr(use), capacity, price), rng


def cost(found, chosen):
    return found.loss[chosen].sum() + found.price @ found.slack(chosen)


def feasible(found, rng):
    """A choice that keeps every row: least use first, None where that breaks one."""
    chosen = np.array(
        [a + np.argmin(found.use[a:b] @ found.price) for a, b in zip(found.first, found.last, strict=True)]
    )
    return chosen if (found.slack(chosen) >= 0).all() else None


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from([8, 30]))
@example(105920, 8)  # a row with a price and room for everything
def test_what_is_found_keeps_every_row_and_gains(seed, households):
    found, rng = options(seed, households, tight=1.1)
    chosen = feasible(found, rng)
    search = ChangeSumSearch(found)
    for _ in range(6 if chosen is not None else 0):
        better, effort = search.better(chosen)
        assert effort > 0
        if better is None:
            continue
        assert (found.slack(better) >= 0).all()
        assert found.value[better].sum() > found.value[chosen].sum()
        assert ((better >= found.first) & (better < found.last)).all()
        assert (better != chosen).sum() <= 8
        assert found.value[better].sum() - found.value[chosen].sum() == pytest.approx(
            cost(found, chosen) - cost(found, better), abs=1e-2
        )
        chosen = better


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_a_choice_that_breaks_rows_is_mended_or_left(seed):
    found, _ = options(seed, 40, tight=0.9)
    chosen = found.first.copy()  # everybody's best
    better, _ = ChangeSumSearch(found).better(chosen)
    if (found.slack(chosen) >= 0).all() or better is None:
        return
    assert (found.slack(better) >= 0).all()


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_listed_sums_are_what_their_changes_add_up_to(seed):
    found, rng = options(seed, 40)
    search = ChangeSumSearch(found)
    moves = search._moves(found.first.copy())
    own = np.arange(len(moves.at))
    centre = rng.integers(-50, 50, len(moves.room))
    sums = search._sums(moves, own, centre, rng.random(len(moves.room)), np.inf)
    for at, used, loss in zip(sums.at[:200], sums.used, sums.cost, strict=False):
        places = at[at >= 0]
        assert len(set(moves.home[places])) == len(places)
        assert np.array_equal(moves.use[places].sum(axis=0), used)
        assert moves.loss[places].sum() == pytest.approx(loss)


def test_loops_give_the_same_without_a_compiler():
    found, _ = options(3, 30)
    search = ChangeSumSearch(found)
    moves = search._moves(found.first.copy())
    answers = []
    for compiled in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            if not compiled:
                for name in ("largest_loss_limit", "list_single_and_paired_changes", "match_pairs_on_grid"):
                    patch.setattr(change_sums, name, getattr(change_sums, name).py_func)
                for name in ("_set_grid_cells", "_share_a_household"):
                    patch.setattr(change_sum_loops, name, getattr(change_sum_loops, name).py_func)
            own = np.arange(len(moves.at))
            with np.errstate(over="ignore"):
                sums = search._sums(moves, own, moves.room, np.full(len(moves.room), 0.3), np.inf)
            answers.append((sums.cost, sums.used, sums.at, sums.effort))
    for one, other in zip(*answers, strict=True):
        assert np.array_equal(one, other)


def test_rows_that_few_changes_touch_are_not_used_more(monkeypatch):
    monkeypatch.setattr(change_sums, "MOST_ROWS", 1)
    found, rng = options(5, 30, tight=1.2)
    chosen = feasible(found, rng)
    assert chosen is not None
    for _ in range(5):
        better, _ = ChangeSumSearch(found).better(chosen)
        if better is not None:
            assert (found.slack(better) >= 0).all()
            assert found.value[better].sum() > found.value[chosen].sum()
            chosen = better


def test_nobody_who_can_move_is_nothing_to_search():
    found, _ = options(1, 5)
    alone = core_rounding.CandidateOptions(
        found.place[:1], np.array([0]), np.array([1]), found.loss[:1], found.value[:1], found.use[:1], found.price,
        found.capacity,
    )  # fmt: skip
    search = ChangeSumSearch(alone)
    assert search.better(np.array([0])) == (None, 1)
    assert search.dry >= core_rounding.DRY_ROUNDS  # a search that can move nobody ends
