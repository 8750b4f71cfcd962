"""With what chance each inspector visits each village: little travel, and nobody can count on anybody.

A linear program in PuLP. Every village is seen by a stated number of inspectors, nobody sees the own village, nobody
has more than a stated number of villages, and no pair of inspector and village has a chance above the cap: whoever
wants to arrange a visit beforehand fails with at least the rest. No two from one village go together. Two villages
never inspect each other in one round: the directions are drawn first (`drawn_directions`), so that every allowed plan
keeps them. Who visited a village last round does not return, nor is the visit returned.

Responsible for the chances. Not responsible for the draw (`visit_lottery`).

Source: Jecmen et al. (2020), Mitigating manipulation in peer review via randomized reviewer assignments, NeurIPS; the
rows are nested two ways (by inspector; by home and village within village), which is why every solution is a lottery
over whole assignments: Budish et al. (2013), Designing random allocation mechanisms, American Economic Review 103(2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pulp

from povlib.errors import Fault, WorkbenchError
from povlib.linear_programs import is_solved

Allowed = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class InspectionRound:
    """One round of inspection: who may go where, and how often.

    Parameters
    ----------
    inspectors : DataFrame
        inspector, home (village), max_villages: one row an inspector.
    villages : tuple of str
        The villages whose lists are checked.
    last_round : DataFrame, optional
        inspector, home, visited: who went where last time.
    visitors : int
        Inspectors that each village must see.
    cap : float
        Largest chance of any pair of inspector and village.
    apart : bool
        No two inspectors of one home go to one village.
    return_visits, repeats : bool
        Whether a village may inspect the one that inspected it last round; whether one may return where it was.
    """

    inspectors: pd.DataFrame
    villages: tuple[str, ...]
    last_round: pd.DataFrame | None = None
    visitors: int = 2
    cap: float = 0.5
    apart: bool = True
    return_visits: bool = False
    repeats: bool = False

    def allowed(self, directions: Sequence[str] | None = None) -> Allowed:
        """Return which inspector (rows) may visit which village (columns).

        With `directions`, the villages in a drawn order, each inspects only those in the half circle before it, so
        that two villages never inspect each other.
        """
        home = self.inspectors["home"].to_numpy()
        may = home[:, None] != np.array(self.villages)[None, :]
        if self.last_round is not None and len(self.last_round):
            went = set(zip(self.last_round["home"], self.last_round["visited"], strict=True))
            for i, j in np.argwhere(may):
                returned = (self.villages[j], home[i]) in went and not self.return_visits
                again = (home[i], self.villages[j]) in went and not self.repeats
                may[i, j] = not (returned or again)
        if directions is not None:
            may &= _half_circle(tuple(directions), home, self.villages)
        return np.asarray(may)


def _half_circle(order: tuple[str, ...], home: npt.NDArray[np.object_], villages: tuple[str, ...]) -> Allowed:
    """Return which village lies in the half circle before which home; of two opposite ones the earlier goes."""
    place, n = {village: k for k, village in enumerate(order)}, len(order)
    at = np.array([place[village] for village in home])[:, None]
    steps = (np.array([place[village] for village in villages])[None, :] - at) % n
    opposite = (2 * steps == n) & (2 * at < n)
    return np.asarray((steps >= 1) & ((2 * steps < n) | opposite))


def drawn_directions(villages: Sequence[str], seed: int) -> tuple[str, ...]:
    """Return the villages in an order drawn by a public seed; it decides who may inspect whom this round.

    Examples
    --------
    >>> drawn_directions(["A", "B", "C"], 1) == drawn_directions(["A", "B", "C"], 1)
    True
    """
    return tuple(np.random.default_rng(seed).permutation(np.array(villages, dtype=object)).tolist())


def visit_probabilities(
    round_: InspectionRound,
    worth: pd.DataFrame,
    directions: Sequence[str] | None = None,
    *,
    sense: Literal["least", "most"] = "least",
    mutual_rows: Literal["none", "inspectors", "homes"] = "none",
) -> pd.DataFrame:
    """Return the chance of every visit: the ones with the least travel (or the most of something else).

    Parameters
    ----------
    round_ : InspectionRound
    worth : DataFrame
        Inspectors (index) by villages (columns): kilometres one way, or another worth to be summed.
    directions : sequence of str, optional
        From `drawn_directions`: no two villages inspect each other.
    sense : {"least", "most"}
    mutual_rows : {"none", "inspectors", "homes"}
        Bound mutual visits in expectation instead, between pairs of inspectors or pairs of homes. For comparison only:
        such chances need not be a lottery over whole assignments, and `visit_lottery` refuses what is not.

    Returns
    -------
    DataFrame
        Inspectors by villages, floats 0 to `cap`; rows sum to at most max_villages, columns to `visitors`.

    Raises
    ------
    WorkbenchError
        When villages or inspectors do not fit together, or no such chances exist: with the smallest cap
        at which they do.

    Examples
    --------
    >>> four = ("A", "B", "C", "D")
    >>> people = pd.DataFrame({"inspector": list("abcd"), "home": list(four), "max_villages": 1})
    >>> km = pd.DataFrame(1.0, index=list("abcd"), columns=list(four))
    >>> p = visit_probabilities(InspectionRound(people, four, visitors=1), km)
    >>> bool((p <= 0.5 + 1e-9).all(axis=None)), p.sum().round(6).tolist()
    (True, [1.0, 1.0, 1.0, 1.0])
    """
    _refuse_what_does_not_fit(round_, worth)
    cells = round_.allowed(directions)
    km = worth.loc[round_.inspectors["inspector"], list(round_.villages)].to_numpy(dtype=float)
    model, p = _model(round_, cells)
    for variable in p.values():
        variable.upBound = round_.cap
    model.sense = pulp.LpMinimize if sense == "least" else pulp.LpMaximize
    model += pulp.lpSum(km[cell] * variable for cell, variable in p.items())
    for row in _mutual_rows(round_, p, mutual_rows):
        model += row
    if not is_solved(model):
        smallest = smallest_cap(round_, directions)
        raise WorkbenchError(
            "no assignment keeps every rule with a largest chance of {cap}",
            allowed="more inspectors, or more villages for each"
            if smallest is None
            else "a largest chance of at least {smallest}; or more inspectors, or more villages for each",
            cap=f"{round_.cap:g}",
            # upwards: a cap cut off after four digits could be too small by a hair
            smallest="" if smallest is None else f"{ceil(smallest * 1e4 - 1e-6) / 1e4:.4f}",
        )
    found = np.zeros(cells.shape)
    for cell, variable in p.items():
        found[cell] = min(max(float(variable.value()), 0.0), round_.cap)
    return pd.DataFrame(found, index=list(round_.inspectors["inspector"]), columns=list(round_.villages))


Variables = dict[tuple[int, int], pulp.LpVariable]


def _model(round_: InspectionRound, cells: Allowed) -> tuple[pulp.LpProblem, Variables]:
    """Return the rules as a linear program without an objective or cap, and its chances by cell."""
    model = pulp.LpProblem("visits", pulp.LpMinimize)
    p = {(int(i), int(j)): model.add_variable(f"p_{i}_{j}", 0, 1) for i, j in np.argwhere(cells)}
    of_row: dict[int, list[pulp.LpVariable]] = {}
    of_column: dict[int, list[pulp.LpVariable]] = {j: [] for j in range(cells.shape[1])}
    of_home: dict[tuple[str, int], list[pulp.LpVariable]] = {}
    home = round_.inspectors["home"].tolist()
    for (i, j), variable in p.items():
        of_row.setdefault(i, []).append(variable)
        of_column[j].append(variable)
        of_home.setdefault((home[i], j), []).append(variable)
    for column in of_column.values():
        model += pulp.lpSum(column) == round_.visitors
    for i, row in of_row.items():
        model += pulp.lpSum(row) <= int(round_.inspectors["max_villages"].iloc[i])
    if round_.apart:
        for together in of_home.values():
            if len(together) > 1:
                model += pulp.lpSum(together) <= 1
    return model, p


def _mutual_rows(
    round_: InspectionRound, p: Mapping[tuple[int, int], pulp.LpVariable], kind: str
) -> list[pulp.LpConstraint]:
    place = {village: j for j, village in enumerate(round_.villages)}
    home = [place[village] for village in round_.inspectors["home"]]
    if kind == "inspectors":
        return [
            p[i, home[k]] + p[k, home[i]] <= 1
            for i in range(len(home))
            for k in range(i + 1, len(home))
            if (i, home[k]) in p and (k, home[i]) in p
        ]
    if kind == "homes":
        flow: dict[tuple[int, int], list[pulp.LpVariable]] = {}
        for (i, j), variable in p.items():
            flow.setdefault((home[i], j), []).append(variable)
        return [pulp.lpSum(flow[a, b] + flow[b, a]) <= 1 for a, b in flow if a < b and (b, a) in flow]
    return []


def smallest_cap(round_: InspectionRound, directions: Sequence[str] | None = None) -> float | None:
    """Return the smallest cap at which every rule can be kept; None when none does.

    Examples
    --------
    >>> two = ("A", "B")
    >>> people = pd.DataFrame({"inspector": ["a", "b"], "home": two, "max_villages": 1})
    >>> smallest_cap(InspectionRound(people, two, visitors=1))
    1.0
    """
    model, p = _model(round_, round_.allowed(directions))
    cap = model.add_variable("cap", 0, 1)
    model += cap
    for variable in p.values():
        model += variable <= cap
    return float(cap.value()) if is_solved(model) else None


def _refuse_what_does_not_fit(round_: InspectionRound, worth: pd.DataFrame) -> None:
    faults = []
    inspectors, villages = round_.inspectors, set(round_.villages)
    for name in inspectors.loc[inspectors["inspector"].duplicated(), "inspector"].unique():
        faults.append(Fault("{inspector} stands in the list of inspectors twice", values={"inspector": name}))
    for row in inspectors[~inspectors["home"].isin(villages)].itertuples():
        what = "{inspector} comes from {village}, which is not among the villages of the round"
        faults.append(Fault(what, values={"inspector": row.inspector, "village": row.home}))
    missing = [i for i in inspectors["inspector"] if i not in worth.index] + [
        v for v in round_.villages if v not in worth.columns
    ]
    if missing:
        faults.append(Fault("there is no distance for {names}", values={"names": ", ".join(map(str, missing))}))
    elif not np.isfinite(worth.to_numpy(dtype=float)).all():
        faults.append(Fault("a distance is not a number"))
    if not 0 < round_.cap <= 1:
        faults.append(
            Fault("the largest chance of a visit is {cap}", allowed="above 0, at most 1", values={"cap": round_.cap})
        )
    if faults:
        raise WorkbenchError(faults)
