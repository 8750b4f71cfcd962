"""A township's problem as an integer program that any solver reads: variables, rows and objective, with their words.

Responsible for writing the problem out through PuLP, for files in the LP and MPS formats, and for HiGHS's own answer to
it, which knows nothing of posted prices. Not responsible for the plan (`dispatch`) or its proof (`povlib.allocation.
proof`): this is the second opinion an auditor asks for. The rows of the funds are those of Gale's condition (1957):
the bills that only some funds can pay fit what those funds hold, for every set of funds that hangs together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.problem.bundled_funds import CHILD, NONE
from povlib.allocation.proof.plan import Plan
from povlib.arrays import Ints
from povlib.errors import ProblemError, SolverError
from povlib.vocabulary.resource_keys import SOURCE
from povlib.words import language, text

#: sets of funds that are written out: seven funds that share all bills make 127, thirteen a file nobody reads
MOST_FUND_ROWS = 4096
FILE_KINDS = (".lp", ".mps")
#: household, capacity or set of funds of each row
ONE, SHARE, FUNDS = "one", "share", "funds"


@dataclass(frozen=True, eq=False)
class ModelAnswer:
    """What HiGHS says of the model.

    Attributes
    ----------
    value, bound : float
        Value of its best plan, and what it says no plan can exceed; persons.
    chosen : DataFrame
        hh, package.
    status : str
        In HiGHS's words.
    nodes : int
    """

    value: float
    bound: float
    chosen: pd.DataFrame
    status: str
    nodes: int

    def beside(self, plan: Plan) -> pd.DataFrame:
        """Return this answer beside a plan and its certificate.

        Returns
        -------
        DataFrame
            value, bound, gap (persons) in rows `model` and `plan`; `agree`: neither value is above the other's bound.
        """
        lowest, highest = min(self.bound, plan.price_bound), max(self.value, plan.value)
        frame = pd.DataFrame(
            {"value": [self.value, plan.value], "bound": [self.bound, plan.price_bound]}, index=["model", "plan"]
        )
        # a solver's word is in floats: a micro-person a household and more is its rounding, not a better plan
        rounding = len(self.chosen) / MICRO
        return frame.assign(gap=frame["bound"] - frame["value"], agree=highest <= lowest + rounding)


@dataclass(frozen=True, eq=False)
class TownshipModel:
    """An allocation problem as an integer program; made by `township_model`.

    Attributes
    ----------
    problem : Problem
    variables : DataFrame
        name, hh, package, value (persons), allowed: a 0/1 variable for each package of a household (or level
        of a facility).
    rows : DataFrame
        name, kind (one, post, place, weeks, share, funds), of (household, resource or funds), sense, limit, terms,
        words.
    matrix : csr int64 (rows, variables)
    """

    problem: Problem
    variables: pd.DataFrame
    rows: pd.DataFrame
    matrix: Any

    @cached_property
    def program(self) -> Any:
        """The model as a `pulp.LpProblem`, to be looked at, changed and solved by any solver that PuLP knows."""
        import pulp

        program = pulp.LpProblem("township", pulp.LpMaximize)
        upper = self.variables["allowed"].astype(int).tolist()
        x = [
            program.add_variable(name, 0, most, cat=pulp.LpInteger)
            for name, most in zip(self.variables["name"], upper, strict=True)
        ]
        program.setObjective(pulp.LpAffineExpression(list(zip(x, self.variables["value"].tolist(), strict=True))))
        senses = {"=": pulp.LpConstraintEQ, "<=": pulp.LpConstraintLE}
        start, index, data = self.matrix.indptr, self.matrix.indices.tolist(), self.matrix.data.tolist()
        for r, (name, sense, limit) in enumerate(self.rows[["name", "sense", "limit"]].itertuples(index=False)):
            terms = [(x[index[at]], data[at]) for at in range(start[r], start[r + 1])]
            program.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), senses[sense], name, int(limit)))
        return program

    def __repr__(self) -> str:
        """Return the model in words: what is chosen, what is made as large as possible, how many rows of each kind."""
        kinds = self.rows["kind"].value_counts(sort=False)
        return "\n".join(
            (
                text(
                    "maximise the sum of what the chosen packages are worth (persons), {n} yes-or-no variables",
                    n=f"{len(self.variables):,}",
                ),
                text("{n} rows: each household takes exactly one package", n=f"{kinds.get(ONE, 0):,}"),
                text("{n} rows: no more posts, places and weeks than there are, no share below what is kept for it",
                     n=f"{len(self.rows) - kinds.get(ONE, 0) - kinds.get(FUNDS, 0):,}"),
                text("{n} rows: what only these funds can pay fits what they hold", n=f"{kinds.get(FUNDS, 0):,}"),
            )
        )  # fmt: skip

    def write(self, path: Path | str) -> Path:
        """Write the model to a file that other solvers read.

        Parameters
        ----------
        path : Path
            Ends in ``.lp`` or ``.mps``. Household keys stand in `variables` alone: the file names columns and rows by
            number.

        Raises
        ------
        ProblemError
            If the ending is another.
        """
        import pulp

        path = Path(path)
        if path.suffix.lower() not in FILE_KINDS:
            raise ProblemError(
                "a model is not written as {given}",
                where=path.name,
                allowed=", ".join(FILE_KINDS),
                given=path.suffix or path.name,
            )
        if path.suffix.lower() == ".lp":
            self.program.writeLP(str(path))
        else:
            # readers of MPS minimise whatever a comment says: the worth is written with its sign turned
            self.program.writeMPS(str(path), mpsSense=pulp.LpMinimize)
        return path

    def solve(self, gap: float = 1.0, time_limit_s: float = 60.0) -> ModelAnswer:
        """Let HiGHS solve the model through PuLP, from nothing: without our plan, prices or bound.

        Parameters
        ----------
        gap : float
            Persons at which HiGHS may stop.
        time_limit_s : float

        Raises
        ------
        SolverError
            If it found no plan in that time.
        """
        from povlib.allocation.solvers.township.solver_process import shared_solver

        limits = self.rows["limit"].to_numpy(dtype=np.float64)
        ask = {
            "kind": "mip", "c": self.variables["value"].to_numpy(dtype=np.float64), "b": limits,
            "equalities": int((self.rows["sense"] == "=").sum()),
            "start": self.matrix.indptr, "index": self.matrix.indices, "data": self.matrix.data.astype(np.float64),
            "upper": self.variables["allowed"].to_numpy(dtype=np.int64),
            "options": {"timeLimit": time_limit_s, "gapAbs": gap},
        }  # fmt: skip
        said = shared_solver().ask(ask, time_limit_s)
        if said is None or said["x"] is None:
            raise SolverError(
                "the solver found no plan within {seconds} seconds",
                remedy="allow more time",
                seconds=f"{time_limit_s:g}",
            )
        taken = np.flatnonzero(said["x"] > 0.5)
        chosen = self.variables.loc[taken, ["hh", "package"]].reset_index(drop=True)
        value = float(self.problem.value[taken].sum()) / MICRO
        return ModelAnswer(value, float(said["bound"]), chosen, str(said["status"]), int(said["nodes"]))


def township_model(problem: Problem) -> TownshipModel:
    """Return a problem as an integer program.

    Parameters
    ----------
    problem : Problem
        With one objective; of a township.

    Raises
    ------
    ProblemError
        If several objectives follow each other, which is no single program, or if the funds make too many sets.

    Examples
    --------
    >>> from scipy import sparse
    >>> use = sparse.csr_array([[0], [2], [0], [3]])
    >>> model = township_model(Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [4]))
    >>> model.rows[["name", "kind", "sense", "limit", "terms"]].values.tolist()
    [['r0', 'one', '=', 1, 2], ['r1', 'one', '=', 1, 2], ['r2', 'resource', '<=', 4, 2]]
    >>> model.solve(gap=0.0).value
    6.0
    """
    from scipy import sparse

    if problem.stages:
        raise ProblemError("objectives that follow each other are no single program", where="objective")
    count = len(problem.package)
    choices = sparse.csr_array((np.ones(count, dtype=np.int64), np.arange(count), problem.start))
    choices = sparse.csr_array(choices, shape=(problem.groups, count))
    owners = [str(problem.hh[g]) if g < problem.households else "" for g in range(problem.groups)]
    tables = [_choice_rows(problem, owners), _capacity_rows(problem)]
    parts = [choices, sparse.csr_array(problem.use.T)]
    if problem.money is not None:
        fund_rows, demands = _fund_rows(problem)
        tables.append(fund_rows)
        parts.append(sparse.csr_array(demands))
    matrix = sparse.csr_array(sparse.vstack(parts, format="csr"))
    matrix.eliminate_zeros()
    rows = pd.concat([table for table in tables if len(table)], ignore_index=True)
    rows = rows.assign(terms=np.diff(matrix.indptr))
    # a row without terms limits nothing, and two solvers read an empty row in two ways
    full = np.flatnonzero(rows["terms"].to_numpy() > 0)
    rows = rows.iloc[full].reset_index(drop=True)
    rows.insert(0, "name", [f"r{r}" for r in range(len(rows))])
    variables = pd.DataFrame(
        {
            "name": [f"x{j}" for j in range(count)],
            "hh": [owners[g] for g in problem.group],
            "package": problem.package,
            "value": problem.value / MICRO,
            "allowed": problem.allowed,
        }
    )
    return TownshipModel(problem, variables, rows, matrix[full])


def _table(kind: Any, of: Any, sense: str, limit: Any, words: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"kind": kind, "of": of, "sense": sense, "limit": limit, "words": words})


def _choice_rows(problem: Problem, owners: list[str]) -> pd.DataFrame:
    return _table(ONE, owners, "=", 1, [text("exactly one package")] * problem.groups)


def _capacity_rows(problem: Problem) -> pd.DataFrame:
    rows = problem.rows[["row", "kind"]].astype(str)
    said = {SHARE: "what others get leaves what is kept: {name}", SOURCE: "no more than the limit: {name}"}
    words = [
        text(said.get(kind, "no more than there is: {name}"), name=_name(problem, row))
        for row, kind in rows.itertuples(index=False)
    ]
    return _table(rows["kind"].to_numpy(), rows["row"].to_numpy(), "<=", problem.capacity, words)


def _fund_rows(problem: Problem) -> tuple[pd.DataFrame, Ints]:
    """Return a row for each set of funds that can bind, and what each package demands of it, in fen."""
    money = problem.money
    assert money is not None
    states = money.binding_states()
    if len(states) > MOST_FUND_ROWS:
        raise ProblemError(
            "the funds share their bills in {n} ways: too many rows to write out", where="payers", n=len(states)
        )
    names = [_state_name(problem, state) for state in states]
    words = [text("bills that only these can pay fit what they hold: {name}", name=name) for name in names]
    limits = np.array([money.budget_of(state) for state in states], dtype=np.int64)
    return _table(FUNDS, names, "<=", limits, words), np.array([money.demand(state) for state in states])


def _state_name(problem: Problem, state: tuple[int, ...]) -> str:
    assert problem.money is not None
    parts = [
        text("{fund} outside its kept share", fund=_name(problem, fund)) if taken == CHILD else _name(problem, fund)
        for fund, taken in zip(problem.money.funds, state, strict=True)
        if taken != NONE
    ]
    return " + ".join(parts)


def _name(problem: Problem, row: str) -> str:
    named = problem.names(row)
    return named.get(language(), row)
