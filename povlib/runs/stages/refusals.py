"""What a run describes of poverty beside the overview: movements over months, and whom a survey finds missed.

Responsible for asking `povlib.poverty` with a run's frames, and for keeping a refusal as an artefact too, in
no language. Not responsible for the figures or for wording.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from povlib import params, poverty
from povlib.calendar import Month
from povlib.errors import DataError, Fault
from povlib.runs.storage.artefacts import Bundle, to_bundle

if TYPE_CHECKING:
    from povlib.runs.run import Run

_REFUSED = "refused"


@dataclass(frozen=True)
class Refused:
    """Why a part of the description cannot be had."""

    faults: tuple[Fault, ...]

    def show(self, lang: str) -> str:
        """Return the reasons in words."""
        return "\n".join(fault.show(lang) for fault in self.faults)


def or_refused(make: Callable[[], Any]) -> Bundle:
    """Return what `make` returns as a bundle, or its refusal as one."""
    try:
        return to_bundle(make())
    except DataError as error:
        return Bundle(facts={_REFUSED: [asdict(fault) for fault in error.faults]})


def refused(bundle: Bundle) -> Refused | None:
    """Return the refusal that a bundle holds, if it holds one."""
    if _REFUSED not in bundle.facts:
        return None
    return Refused(tuple(Fault(**fault) for fault in bundle.facts[_REFUSED]))


def movements_of(run: Run) -> poverty.Movements:
    """Return how the ledger's households moved over and under the run's line."""
    return poverty.movements(run.state, run.at, run.catalogue, run.settings)


def reached_of(run: Run) -> poverty.Reached:
    """Return who was reached, from the survey the run was begun with.

    Raises
    ------
    DataError
        If it was begun without one: a register alone cannot say who was missed.
    """
    surveyed = run.survey
    if surveyed is None:
        raise DataError(
            "a register of the poor cannot say who was missed: there is no survey of all households",
            remedy="put one into the folder inbox/survey and run again; docs/measurement.md lists its columns",
        )
    line = run.catalogue.line_fen(run.settings.authority, run.at)
    everyone = set(run.state.households["hh"])
    return poverty.reached(surveyed.frames["rows"], set(run.state.poor["hh"]), everyone, line)


def authorities_of(catalogue: params.Catalogue, at: Month) -> list[str]:
    """Return the authorities that have a line for the year of `at`, in the order of ``lines.yaml``."""
    return [line.authority for line in catalogue.lines.values() if line.year == at.year and line.line_yuan is not None]
