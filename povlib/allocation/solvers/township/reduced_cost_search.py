"""Restricted-exact by reduced cost, wider and wider, until a gap is reached or the optimum is proven.

Responsible for which packages are kept and how much a plan must be worth at each call, and for what
counts as a proof: only a plan recomputed in integers that reaches what the packages left out and the
solver's bound allow. A plan with a package of reduced cost above g is worth less than LP - g, so the
best plan among the others is the best of all if it is worth LP - g. Not responsible for the solver
(`povlib.allocation.solvers.township.restricted_programs`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from povlib.allocation.solvers.township.restricted_programs import ProgramAnswer
from povlib.allocation.solvers.township.search_state import ExactSearch
from povlib.arrays import Bools, Ints

#: in multiples of `Relaxation.scale`, when a gap is asked for or no plan is known
WIDTHS = (2.5, 5.0, 8.0, 16.0, 40.0)
#: part of the certified gap within which a better plan is looked for first, when the optimum is asked for. A second
#: call for 0.75 of it took the practice township with its workshops 2.5 of 25 s and found nothing
GAP_PARTS = (0.5,)
#: no limit but the clock and the nodes left
_MOST_NODES = 10**9
#: effort of one call that asks only for better plans; where it does not do, no proof is near
PROOF_NODES, PROOF_SHARE = 100, 0.2
#: nodes of each call for all of the gap, and whether the solver may begin its tree anew in it. How long a tree takes is
#: erratic: one that did not end soon is given up for another (Fischetti and Monaci, "Exploiting erraticism in search",
#: Operations Research 62, 2014). The practice township's last call, processor seconds with restarts and
#: without: 12-20 and 3 where its workshops may be opened, 3 and above 9 where not
PROOF_TREES = ((150, True), (300, False), (_MOST_NODES, True))
#: micro-persons: a plan known is never left out by rounding
_MARGIN = 1e-3
#: answers refused before the search gives up on a proof
_MOST_REFUSED = 2


def widen_until_proven(search: ExactSearch, goal: float) -> str:
    """Widen until the certified gap is `goal` micro-persons or the plan is proven; return why it stopped.

    Returns
    -------
    str
        "optimal", "gap", "time", "effort", or "none" (no plan exists).
    """
    sizes: Iterator[float] = iter(WIDTHS if goal > 0 else GAP_PARTS)
    trees = iter(PROOF_TREES)
    near = True
    while True:
        if search.certified <= max(goal, 0.0):
            return "optimal" if search.certified <= 0 else "gap"
        if search.late or search.nodes_left <= 0 or search.refused >= _MOST_REFUSED:
            return "time" if search.late else "effort"
        size = next(sizes, np.inf) if near else np.inf
        if goal == 0 and search.rows is not None:
            if near and np.isfinite(size):
                said, near = _ask_for_better_plan(search, size)
            else:
                said = _ask_for_any_plan(search, np.inf, goal, *next(trees, PROOF_TREES[-1]))
        else:
            said = _ask_for_any_plan(search, size, goal)
        if said:
            return said


def _ask_for_better_plan(search: ExactSearch, size: float) -> tuple[str, bool]:
    """Ask for a plan worth LP - g that is better than the one known; g = `size` parts of the certified gap.

    The worth is a row of the program. Returns what that settles, and whether a proof may be near.
    """
    all_of_it = search.certified + search.bonus
    width = min(size * search.certified, all_of_it)
    if search.floor(search.bound_micro - width + search.bonus) <= search.worth:
        width = all_of_it
    keep, outside = _packages_within(search, width)
    least = max(outside, float(search.worth + search.step)) - 1.0
    answer = search.ask(keep, _nothing_fixed(search), PROOF_NODES, None, least, share=PROOF_SHARE)
    return _status_after(search, answer, outside, least), answer.closed


def _ask_for_any_plan(
    search: ExactSearch, size: float, goal: float, nodes: int = _MOST_NODES, restarts: bool = True
) -> str:
    """Ask for any plan, the better the sooner; return what that settles."""
    # beyond the loss already known no package can help
    all_of_it = search.certified + search.bonus
    width = min(size * max(search.relaxed.scale, 1.0), all_of_it)
    keep, outside = _packages_within(search, width)
    target = search.bound_micro - goal if goal > 0 else None
    last = nodes == _MOST_NODES
    answer = search.ask(
        keep, _nothing_fixed(search), nodes, target, share=1.0 if last else PROOF_SHARE, restarts=restarts
    )
    said = _status_after(search, answer, outside, -np.inf)
    if not said and answer.closed and np.isneginf(outside) and search.rows is None:
        return "none"
    if not said and width == all_of_it and (last or answer.closed):
        search.refused += 1  # asking the same again would not end
    return said


def _packages_within(search: ExactSearch, width: float) -> tuple[Bools, float]:
    """Return the packages within a width, and what a plan with any other can at most be worth."""
    allowed = search.problem.allowed
    keep = allowed & (search.relaxed.loss <= width + _MARGIN)
    whole = bool(keep.sum() == allowed.sum())
    return keep, -np.inf if whole else search.bound_micro - width + search.bonus


def _nothing_fixed(search: ExactSearch) -> Ints:
    return np.full(search.problem.groups, -1, dtype=np.int64)


def _status_after(search: ExactSearch, answer: ProgramAnswer, outside: float, missed: float) -> str:
    """Lower the solver's bound; "optimal" where the plan, recomputed in integers, reaches it."""
    if not (answer.closed or np.isfinite(answer.bound_micro)):
        return ""
    bound = max(search.floor(max(outside, answer.bound_micro, missed)), float(search.worth))
    search.solver_bound = min(search.solver_bound, bound)
    return "optimal" if bound <= search.worth else ""
