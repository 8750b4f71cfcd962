"""A rule on one page: points for public facts, and one list of help, that nearly reproduce the plan.

Responsible for offices that must post a simple rule: households in order of their points get what
the list of help still holds for them. Points and list are found by search (`rule_search`); the loss against
the best plan is stated, in the estimates it was found with and in worlds it never saw. Not responsible
for which facts may be public (the caller chooses) or for the plan itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.proof.plan import Plan
from povlib.allocation.questions.capacity_frontier import gain_over_nothing, with_values
from povlib.allocation.questions.rule_search import Progress, Rule, RuleSearch
from povlib.allocation.questions.world_draws import checked_draws
from povlib.arrays import Floats, Ints
from povlib.errors import ProblemError

#: levels of one fact that become lines to choose from: more would be a list of villages, not a fact
_MOST_LEVELS = 24


@dataclass(frozen=True, eq=False)
class OnePageRule:
    """Points and a list of help, with what following them loses.

    Attributes
    ----------
    points : DataFrame
        fact, level, points: a household's points are the sum over what is true of it. Other levels: 0.
    wishes : DataFrame
        rank, kind: in its turn a household goes down the list and gets every help it may have and that
        still fits, `most` at the most.
    most : int
    order : DataFrame
        hh, points, package, served: who gets what when the rule is followed, in order.
    rows : int64 (G,)
        Package row of each group.
    additional, loss : float
        What the rule brings above package 0 (persons), and how much less than the plan.
    loss_share : float
        loss / additional of the plan, 0-1.
    seen, unseen : mapping, each with rule, plan
        Additional persons in the draws the rule was searched with, and in those it never saw; empty
        without draws.
    agree_share : float
        Households that get the same package from the rule as from the plan.
    broken : tuple of str
        Rules of the problem that the order of points cannot keep (floors), by name.
    tried : int
        Rules tried.
    """

    points: pd.DataFrame
    wishes: pd.DataFrame
    most: int
    order: pd.DataFrame
    rows: Ints
    additional: float
    loss: float
    loss_share: float
    seen: Mapping[str, float]
    unseen: Mapping[str, float]
    agree_share: float
    broken: tuple[str, ...]
    tried: int


def one_page_rule(
    plan: Plan,
    problem: Problem,
    facts: pd.DataFrame,
    parts: pd.DataFrame | None = None,
    *,
    draws: npt.ArrayLike | None = None,
    lines_most: int = 6,
    tries: int = 300,
    progress: Progress | None = None,
) -> OnePageRule:
    """Find a points score over public facts that comes as near to the plan as possible.

    Parameters
    ----------
    facts : DataFrame
        hh and public facts: true/false, text or whole numbers with few levels.
    parts : DataFrame, optional
        package, kind: the kinds of help a package consists of; default what it uses.
    draws : float (P, S), optional
        As for `povlib.allocation.questions.worst_case.worst_case_plan`: the search sees every other world only.
    lines_most : int
        Lines of the points table.
    tries : int
        Rules to try: effort is counted, not timed.

    Raises
    ------
    ProblemError
        If facts are missing for a household, or there are none.

    Notes
    -----
    Start: least squares of what serving a household is worth at the plan's posted prices on the facts,
    added one at a time, rounded to whole points; then one line after the other is moved up and down as
    long as the plan that follows from the rule gets better (coordinate search; as scoring systems are
    tuned in Ustun and Rudin 2019, here with the allocation itself as the loss).

    Examples
    --------
    >>> from scipy import sparse
    >>> from povlib.allocation.solvers.dispatch import solve
    >>> use = sparse.csr_array([[0], [2], [0], [2]])
    >>> problem = Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [2])
    >>> facts = pd.DataFrame({"hh": problem.hh, "elderly": [False, True]})
    >>> found = one_page_rule(solve(problem, gap=0), problem, facts)
    >>> found.points[["fact", "level"]].to_numpy().tolist(), found.loss
    ([['elderly', 'True']], 0.0)
    """
    table = _fact_indicators(problem, facts)
    first, second = _means_of_two_halves(problem, draws)
    kinds = uses_as_kinds(problem) if parts is None else parts
    search = RuleSearch(
        with_values(problem, first) if draws is not None else problem, plan, table, kinds, tries, progress
    )
    return _rule_with_outcome(
        problem,
        plan,
        search,
        search.search_best(lines_most),
        {} if draws is None else {"seen": first, "unseen": second},
    )


def _rule_with_outcome(
    problem: Problem, plan: Plan, search: RuleSearch, chosen: Rule, worlds: dict[str, Floats]
) -> OnePageRule:
    """Put a rule and what follows from it together, beside the plan."""
    rows, order = search.allocation_under(chosen)
    value = problem.value / MICRO
    base = gain_over_nothing(problem, plan.rows, value)
    here = gain_over_nothing(problem, rows, value)
    own = slice(0, problem.households)
    compared = {
        name: {"rule": gain_over_nothing(problem, rows, worth), "plan": gain_over_nothing(problem, plan.rows, worth)}
        for name, worth in worlds.items()
    }
    return OnePageRule(
        points=search.points_table(chosen[0]),
        wishes=search.wish_list(chosen[1]),
        most=chosen[2],
        order=order,
        rows=rows,
        additional=here,
        loss=base - here,
        loss_share=(base - here) / base if base > 0 else 0.0,
        seen=compared.get("seen", {}),
        unseen=compared.get("unseen", {}),
        agree_share=float((rows[own] == plan.rows[own]).mean()),
        broken=tuple(search.rules.broken_rules(rows)),
        tried=search.tried,
    )


def _means_of_two_halves(problem: Problem, draws: npt.ArrayLike | None) -> tuple[Floats, Floats]:
    """Return the mean value of each package row over every other world, and over the rest."""
    none = np.zeros(len(problem.value))
    if draws is None:
        return none, none
    worlds = checked_draws(problem, draws, least_worlds=2)
    own = len(worlds)
    first, second = none.copy(), none.copy()
    # every other world, so that both halves see the same years and effects evenly
    first[:own], second[:own] = worlds[:, ::2].mean(axis=1), worlds[:, 1::2].mean(axis=1)
    return first, second


def _fact_indicators(problem: Problem, facts: pd.DataFrame) -> pd.DataFrame:
    """Return one true/false column (fact, level) a level of each fact, by household of the problem."""
    if "hh" not in facts or len(facts.columns) < 2:
        raise ProblemError("a rule needs the key hh and at least one public fact", where="facts")
    missing = sorted(set(problem.hh) - set(facts["hh"]), key=str)
    if missing or facts["hh"].duplicated().any():
        raise ProblemError(
            "every household needs its facts once; missing: {keys}",
            where="facts",
            keys=", ".join(map(str, missing[:5])),
        )
    own = facts.set_index("hh").loc[list(problem.hh)]
    indicators = {}
    for fact in own.columns:
        levels = own[fact].astype(str)
        counts = levels.value_counts()
        useful = [level for level in sorted(counts.index) if level != "False"]
        for level in useful[:_MOST_LEVELS]:
            if 0 < counts[level] < len(own):
                indicators[(fact, level)] = (levels == level).to_numpy()
    if not indicators:
        raise ProblemError("no fact tells one household from another", where="facts")
    return pd.DataFrame(indicators)


def uses_as_kinds(problem: Problem) -> pd.DataFrame:
    """Return what each package uses as its kinds of help, for problems whose packages have no other parts."""
    names = problem.rows["row"].astype(str).to_numpy()
    use = problem.use.tocoo()
    return pd.DataFrame({"package": problem.package[use.row], "kind": names[use.col]}).drop_duplicates()
