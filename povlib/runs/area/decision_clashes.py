"""Decisions by hand about an office planned by parts that no plan keeps together.

Asked of the households that were decided about, from the parts they live in: what the whole office has is theirs alone,
so that what clashes here clashes in every plan. Responsible for that question. Not responsible for floors and for seats
that must be taken before something opens, which other households may meet: whether those can be kept the next plan
says. Nor for words (`povlib.runs.decisions.clashes`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from povlib.allocation.parts import OfficeTables, plan_of_parts, write_part
from povlib.allocation.questions.pin_costs import fewest_that_clash
from povlib.errors import Fault, InfeasiblePlanError, SolverError, WorkbenchError
from povlib.runs.area.area_plan import shared_tables
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.part_run import PartRun
from povlib.runs.decisions.clashes import faults_of_clash
from povlib.runs.decisions.decided import Decided
from povlib.runs.decisions.package_rules import pins_on_packages
from povlib.runs.stages.allocation_input import part_tables
from povlib.vocabulary.resource_keys import LEAST_PREFIX


def clashes_over_parts(run: AreaRun, decided: Decided) -> list[Fault]:
    """Return the fewest decisions that no plan of the office keeps together, and who decided them; else nothing.

    A decision that leaves a household no package at all is named too.
    """
    rules = decided.rules
    try:
        found = [_DecidedPart.of(part, rules) for part in run.parts_with(rules["hh"].astype(str))]
    except WorkbenchError as error:
        return list(error.faults)
    parts = [part for part in found if len(part.pins)]
    office = _without_what_others_may_meet(shared_tables(run))
    objective = {name: weight for name, weight in run.settings.objective if weight}

    def clash(households: Collection[str]) -> bool:
        with TemporaryDirectory(prefix="povlib-clash-") as aside:
            folders = [part.written(Path(aside), households, objective) for part in parts]
            try:
                plan_of_parts(folders, office, folder=Path(aside) / "plan", time_limit_s=run.settings.time_limit_s)
            except InfeasiblePlanError:
                return True
            except SolverError:
                pass  # not found in time: only what is shown to clash is refused
        return False

    named = sorted({hh for part in parts for hh in part.pins["hh"].astype(str)})
    if not named or not clash(named):
        return []
    return faults_of_clash(fewest_that_clash(named, clash), decided, run.catalogue)


def _without_what_others_may_meet(office: OfficeTables) -> OfficeTables:
    """Return the tables of an office without floors, and without least numbers of seats that openings ask for."""
    ways = office.facilities
    if ways is not None and len(ways):
        asks = ways["resource"].astype(str).str.startswith(LEAST_PREFIX)
        ways = ways.assign(added=ways["added"].mask(asks, 0), least=0)
    return replace(office, shares=None, facilities=ways)


@dataclass(frozen=True)
class _DecidedPart:
    """The households of a part that were decided about: what they may have, and what is left of it."""

    key: str
    tables: dict[str, pd.DataFrame]
    pins: pd.DataFrame

    @classmethod
    def of(cls, run: PartRun, rules: pd.DataFrame) -> _DecidedPart:
        """Return those of a part, nobody where none of them is planned for.

        Raises
        ------
        RunError
            If the rules leave a household no package.
        """
        none = run.area.shares.iloc[:0]
        tables = part_tables(run.groups, run.offer, run.projection, none, run.catalogue, run.settings)
        pins = pins_on_packages(rules, run.offer, set(tables["households"]["hh"]))
        decided = set(pins["hh"])
        packages = _rows_of(tables["packages"], "hh", decided)
        keys = set(packages["package"])
        households = _rows_of(tables["households"], "hh", decided)
        of_packages = {name: _rows_of(tables[name], "package", keys) for name in ("uses", "bills", "payers")}
        own = {"packages": packages, "households": households, "resources": tables["resources"], **of_packages}
        return cls(run.part.key, own, pins)

    def written(self, aside: Path, households: Collection[str], objective: dict[str, Any]) -> Path:
        """Return a folder where the part is written with what was decided about some of its households."""
        write_part(aside / self.key, **self.tables, pins=_rows_of(self.pins, "hh", households), objective=objective)
        return aside / self.key


def _rows_of(frame: pd.DataFrame, column: str, values: Collection[Any]) -> pd.DataFrame:
    return frame[frame[column].isin(set(values))].reset_index(drop=True)
