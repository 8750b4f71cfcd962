"""Among plans of equal value: the one that costs less money, then the one that serves lower household keys.

Responsible for exchanges that leave every rule and the value exactly as they are: another package
for one household, for two households at once, and packages handed round among households alike in
everything. Not responsible for the value: nothing here is counted in persons or in any bound.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.canonical_order import package_hashes
from povlib.allocation.proof.fund_split import split_bills
from povlib.arrays import Ints

#: exchanges between two households are tried up to so many groups, the size up to which plans are searched exactly,
#: and at most so many of them: pairs grow with the square. Choices: what is left is only a cheaper plan of equal value
PAIRS_UP_TO, MOST_PAIRS = 3000, 20_000
#: exchanges tried one by one, each with a new split of the bills over the funds (a maximal flow), where the funds
#: cannot pay all of them at once; a choice that keeps the step short beside the search
_MOST_SPLITS = 60
#: passes over all exchanges, since one frees what another needs; they end before where nothing changes
_MOST_ROUNDS = 20


def settle_ties(problem: Problem, rows: Ints) -> Ints:
    """Return chosen package rows of the same value that need no more money, ties by household key.

    Exchanges of one or two households are tried from the largest saving down; a plan that still
    cheaper exchanges of three could better is left as it is.

    Examples
    --------
    >>> from scipy import sparse
    >>> use = sparse.csr_array([[0], [1], [0], [1]])
    >>> problem = Problem.from_arrays([0, 2, 0, 2], [0, 0, 1, 1], [0, 0], use, [1])
    >>> settle_ties(problem, np.array([0, 3])).tolist()
    [1, 2]
    """
    if problem.money is not None:
        for _ in range(_MOST_ROUNDS):  # what one exchange frees another may use
            cheaper = _make_saving_exchanges(problem, rows)
            if np.array_equal(cheaper, rows):
                break
            rows = cheaper
    return _serve_lower_keys(problem, rows)


def _make_saving_exchanges(problem: Problem, rows: Ints) -> Ints:
    """Make the exchanges that save most and disturb no other."""
    cheaper = rows.copy()
    slack = problem.capacity - np.asarray(problem.use[cheaper].sum(axis=0)).ravel()
    made: list[tuple[int, ...]] = []
    changed = np.zeros(problem.groups, dtype=bool)
    exchanges = list(_saving_exchanges(problem, rows))
    use_changes = _use_changes(problem, rows, exchanges)
    for exchange in exchanges:
        groups = problem.group[list(exchange)]
        if changed[groups].any():
            continue
        more_use = sum((use_changes[row] for row in exchange), np.zeros_like(slack))
        if (more_use <= slack).all():
            slack = slack - more_use
            cheaper[groups] = exchange
            changed[groups] = True
            made.append(exchange)
    if not made or split_bills(problem, cheaper) is not None:
        return cheaper
    cheaper = rows.copy()  # the funds cannot pay them all: one after the other, where a split costs little
    for exchange in made[: _MOST_SPLITS if problem.groups <= PAIRS_UP_TO else 0]:
        trial = cheaper.copy()
        trial[problem.group[list(exchange)]] = exchange
        within = np.asarray(problem.use[trial].sum(axis=0)).ravel() <= problem.capacity
        if within.all() and split_bills(problem, trial) is not None:
            cheaper = trial
    return cheaper


def _use_changes(problem: Problem, rows: Ints, exchanges: list[tuple[int, ...]]) -> dict[int, Ints]:
    """Return for each package row of the exchanges what it uses more of every row than the household's now."""
    wanted = np.unique(np.array([row for new in exchanges for row in new], dtype=np.int64))
    if not len(wanted):
        return {}
    more = (problem.use[wanted] - problem.use[rows[problem.group[wanted]]]).toarray().astype(np.int64)
    return dict(zip(wanted.tolist(), more, strict=True))


def _saving_exchanges(problem: Problem, rows: Ints) -> Iterator[tuple[int, ...]]:
    """Yield package rows of one or two households that keep value and bonus and save money, most saved first."""
    assert problem.money is not None
    now = rows[problem.group]
    gain = problem.value - problem.value[now]
    saved = problem.money.total[now] - problem.money.total
    possible = problem.allowed & (problem.bonus >= problem.bonus[now]) & (np.arange(len(now)) != now)
    singles = np.flatnonzero(possible & (gain == 0) & (saved > 0))
    exchanges: list[tuple[int, tuple[int, ...]]] = [(-int(saved[at]), (int(at),)) for at in singles]
    if problem.groups <= PAIRS_UP_TO:
        exchanges += _exchanges_of_two(problem, np.flatnonzero(possible & (gain != 0)), gain, saved)
    for _, exchange in sorted(exchanges):
        yield exchange


def _exchanges_of_two(
    problem: Problem, candidates: Ints, gain: npt.NDArray[np.int64], saved: npt.NDArray[np.int64]
) -> list[tuple[int, tuple[int, ...]]]:
    """Return pairs of package rows of two households whose gains cancel out and that save money together."""
    gaining, losing = candidates[gain[candidates] > 0], candidates[gain[candidates] < 0]
    losing = losing[np.lexsort((losing, -saved[losing], gain[losing]))]
    first = np.searchsorted(gain[losing], -gain[gaining])
    last = np.searchsorted(gain[losing], -gain[gaining], side="right")
    pairs: list[tuple[int, tuple[int, ...]]] = []
    for one, begin, end in zip(gaining.tolist(), first.tolist(), last.tolist(), strict=True):
        for other in losing[begin:end].tolist():
            saved_together = int(saved[one] + saved[other])
            if saved_together <= 0 or len(pairs) >= MOST_PAIRS:
                break  # the partners are sorted by what they save
            if problem.group[one] != problem.group[other]:
                pairs.append((-saved_together, (one, other)))
    return pairs


def _serve_lower_keys(problem: Problem, rows: Ints) -> Ints:
    """Hand packages round among households alike in everything: the more valuable to the lower key."""
    # alike: the same packages by content, so that exchanging them between the households changes no sum at all
    content = package_hashes(problem)
    start = problem.start
    households = np.arange(problem.households)
    total = np.add.reduceat(content, start[:-1])[: problem.households]
    many = np.diff(start)[: problem.households]
    order = np.lexsort((households, many, total))
    same = (np.diff(total[order]) == 0) & (np.diff(many[order]) == 0)
    served = rows.copy()
    for alike in np.split(order, np.flatnonzero(~same) + 1) if same.any() else []:
        if len(alike) > 1:
            _hand_to_lower_keys(problem, served, content, alike)
    return served


def _hand_to_lower_keys(problem: Problem, rows: Ints, content: npt.NDArray[np.uint64], alike: Ints) -> None:
    """Hand the packages of alike households out again, in place: the more valuable to the lower key."""
    options = [np.arange(problem.start[h], problem.start[h + 1]) for h in alike]
    listed = np.stack([own[np.lexsort((own, content[own]))] for own in options])
    if (content[listed] != content[listed[0]]).any():
        return
    place = np.array([int(np.flatnonzero(own == rows[h])[0]) for own, h in zip(listed, alike, strict=True)])
    worth = problem.value[listed[0]] + problem.bonus[listed[0]]
    place = place[np.lexsort((place, -worth[place]))]
    rows[alike] = listed[np.arange(len(alike)), place]
