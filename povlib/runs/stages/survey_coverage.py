"""Who of the poor is on the register, by the village survey: an artefact of a run where there is a survey.

Responsible for refusing where there is none. Not responsible for the estimate (`povlib.poverty`).
"""

from __future__ import annotations

from povlib import poverty
from povlib.errors import DataError
from povlib.ledger import State
from povlib.runs.storage.artefacts import Bundle


def coverage_by_survey(survey: Bundle | None, state: State, line_fen: int) -> poverty.Coverage:
    """Return how the register covers the poor whom the survey found, by a line in fen per head and year.

    Raises
    ------
    DataError
        If there is no survey, or it cannot say.
    """
    if survey is None:
        raise DataError(
            "a register of the poor cannot say who was missed: there is no survey of all households",
            remedy="put one into the folder inbox/survey and run again; docs/measurement.md lists its columns",
        )
    everyone = set(state.households["hh"])
    return poverty.register_coverage(survey.frames["rows"], set(state.poor["hh"]), everyone, line_fen)
