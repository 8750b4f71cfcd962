"""Where a round of an office stands: its decision, village by village, and what it implies for the poverty figures."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib import ledger, params, poverty, scenarios
from povlib.errors import RunError
from povlib.housing.inspection.round_standing import FigureBounds, RoundStanding, poverty_bounds, round_standing
from povlib.runs.inspections.rounds import DrawnRound, drawn_round
from povlib.runs.office.office_place import Place, open_book


@dataclass(frozen=True, eq=False)
class InspectionStanding:
    """A drawn round, what its findings say, and the bounds of poor households and persons (None: no month yet)."""

    drawn: DrawnRound
    standing: RoundStanding
    bounds: dict[str, FigureBounds] | None
    findings: pd.DataFrame


def inspection_standing(place: Place, name: str) -> InspectionStanding:
    """Return where a round stands by the ledger.

    Raises
    ------
    RunError
        If it is not drawn, or no finding is on record.
    """
    drawn = drawn_round(place, name)
    with open_book(place, create=False) as book:
        state = ledger.read_state(book, book.data_head())
    own = state.inspection_findings[state.inspection_findings["round"] == name]
    if own.empty:
        raise RunError(
            "round {name} has no findings yet",
            remedy="python3 workbench.py inspect load FILE --officer OFFICER",
            name=name,
        )
    inputs = drawn.inputs
    said = dict(zip(own["hh"], own["finding"], strict=True))
    standing = round_standing(drawn.draw.order, said, inputs.contradicting, inputs.planned_visits, inputs.risk)
    return InspectionStanding(drawn, standing, _bounds(place, state, drawn, said, standing), own)


def _bounds(
    place: Place, state: ledger.State, drawn: DrawnRound, said: dict[str, str], standing: RoundStanding
) -> dict[str, FigureBounds] | None:
    if state.last_month is None:
        return None
    own = place.office.params
    resolved = scenarios.resolve(scenarios.load("base", own / "scenarios"), params.load(own))
    verdict = poverty.assess(state, state.last_month, resolved.catalogue, resolved.settings).set_index("hh")
    # who does not pass the exit rule is poor; who cannot be assessed is not counted as either
    poor = ~verdict["exits"].fillna(True).astype(bool)
    recorded = {"households": int(poor.sum()), "persons": int(verdict.loc[poor, "size"].sum())}
    houses = drawn.draw.order["hh"]
    listed = pd.DataFrame({"hh": houses, "size": houses.map(verdict["size"]).fillna(0).astype(int),
                           "poor": houses.map(poor).fillna(False).astype(bool)})  # fmt: skip
    return poverty_bounds(listed, said, max(0, standing.most - standing.wrong), recorded)
