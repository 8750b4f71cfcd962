"""Which rules a choice breaks, and by how much: for plans that were made for another problem.

Responsible for every rule a problem has: capacities, floors, shares, money, pins. Not responsible for mending the
choice, nor for the proof of a plan (`povlib.allocation.proof.verification`).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.problem_tables import exact_fraction
from povlib.allocation.proof.fund_split import unpaid_fen
from povlib.allocation.proof.payment_checks import shares_received
from povlib.allocation.proof.pencil_arithmetic import tables_of_packages
from povlib.allocation.questions.baseline_rules import FirmRules
from povlib.arrays import Ints
from povlib.vocabulary.resource_keys import share_key

COLUMNS = ["row", "kind", "used", "limit", "over"]
MONEY, PIN = "money", "pin"


def broken_rules(problem: Problem, rows: Ints) -> pd.DataFrame:
    """Return the rules that chosen package rows break, none when they keep all.

    Parameters
    ----------
    rows : int64 (G,)
        Package row of each group.

    Returns
    -------
    DataFrame
        row (name of the rule; of money the funds that cannot pay, joined by ``+``), kind (``at_most``, ``at_least``,
        ``share``, ``money``, ``pin``), used, limit, over (how much too much or too little: posts, places, weeks, fen;
        of money what no split over the funds can pay; of pins the households that have what a pin forbids).

    Examples
    --------
    >>> from scipy import sparse
    >>> problem = Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], sparse.csr_array([[0], [2], [0], [3]]), [4])
    >>> broken_rules(problem, np.array([1, 3]))[["row", "used", "limit", "over"]].to_numpy().tolist()
    [['r0000', 5, 4, 1]]
    """
    found = [*_broken_capacities(problem, rows), *_broken_shares(problem, rows), *_unpaid_money(problem, rows)]
    # what no fund may pay in full is told with the money; what is left is forbidden by a pin
    unpayable = np.isin(problem.package[rows].astype(str), list(problem.unpayable))
    if forbidden := int((~problem.allowed[rows] & ~unpayable).sum()):
        found.append((PIN, PIN, forbidden, 0, forbidden))
    return pd.DataFrame(found, columns=COLUMNS)


def _broken_capacities(problem: Problem, rows: Ints) -> list[tuple[str, str, int, int, int]]:
    used = np.asarray(problem.use[rows].sum(axis=0), dtype=np.int64).ravel()
    found = []
    table = problem.rows[["row", "kind", "sense"]].itertuples(index=False)
    for (row, kind, sense), amount, capacity in zip(table, used.tolist(), problem.capacity.tolist(), strict=True):
        if amount <= capacity or kind == "share":
            continue
        # floors stand turned round in the problem: less than so much is minus that amount at most
        sign, rule = (1, "at_most") if sense == "<=" else (-1, "at_least")
        found.append((str(row), rule, sign * amount, sign * capacity, amount - capacity))
    return found


def _broken_shares(problem: Problem, rows: Ints) -> list[tuple[str, str, int, int, int]]:
    if problem.tables is None:
        return []
    own = tables_of_packages(problem.tables, problem.row[rows][problem.row[rows] >= 0])
    found = []
    for rule, inside, total in shares_received(problem.tables, own):
        least = math.ceil(exact_fraction(rule["at_least"]) * total)
        if inside < least:
            found.append((share_key(str(rule["share"])), "share", inside, least, least - inside))
    return found


def _unpaid_money(problem: Problem, rows: Ints) -> list[tuple[str, str, int, int, int]]:
    missing = unpaid_fen(problem, rows)
    money = problem.money
    if not missing or money is None:
        return []
    rules = FirmRules(problem)
    # the funds of the set that is short of most; where a ceiling of a household alone is in the way, all of them
    state = rules.shortest_state(rows) or (1,) * len(money.funds)
    funds = "+".join(fund for fund, taken in zip(money.funds, state, strict=True) if taken)
    bills = int(money.total[rows].sum())
    return [(funds, MONEY, bills, bills - missing, missing)]
