"""What a sweep found: one row a point, as a frame, a paper with its chart, a workbook and a plain table of values.

Responsible for reading the four numbers of finished runs without computing anything. Not responsible for the words of
the page (`povlib.report.comparison.sweep_page`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from povlib.errors import Fault
from povlib.report.comparison.sweep_page import sweep_page
from povlib.report.writers.publication import publish
from povlib.report.writers.whole_files import write_whole_file
from povlib.runs.completion import headline_figures
from povlib.runs.office.office_place import Place
from povlib.runs.storage.manifest import read_manifest, seal_fault
from povlib.runs.storage.office_seal import OfficeSeal
from povlib.runs.storage.text_files import SEAL, file_digest
from povlib.runs.sweeps.points import Point
from povlib.words import language

if TYPE_CHECKING:
    from povlib.report.model.paper import Report
    from povlib.runs.run import Run

FIGURES = (
    "additional", "additional_low", "additional_high", "expected", "expected_low", "expected_high", "money_fen",
    "poorest_money_share", "poorest_post_share", "gap", "bound",
)  # fmt: skip
"""Figures of a row: persons, fen and shares, as `povlib.runs.completion.headline_figures` names them."""


@dataclass(frozen=True)
class Sweep:
    """A finished sweep.

    Attributes
    ----------
    place : Place
    points : tuple of Point
    frame : DataFrame
        scenario, one column for each key that varies (values as typed), `FIGURES`, proven (whether the search met the
        gap that was asked for), status (how its search ended; "time": by the clock), run (its id), fault (why there is
        no plan, "" where there is one).
    seal : OfficeSeal
        Of one of its runs.
    """

    place: Place
    points: tuple[Point, ...]
    frame: pd.DataFrame
    seal: OfficeSeal

    @property
    def keys(self) -> list[str]:
        """The keys that vary."""
        return list(self.points[0].values)

    @property
    def folder(self) -> Path:
        """Where the sweep's files lie: of the same points always the same."""
        names = sorted({point.scenario for point in self.points})
        digest = hashlib.sha256("\n".join(self.frame["run"]).encode()).hexdigest()[:8]
        return self.place.office.papers / f"sweep-{names[0]}-{digest}"

    def report(self, lang: str | None = None) -> Report:
        """Return the sweep as a page: what it says, a chart, the table."""
        lang = lang or language()
        first = self.points[0].resolved
        names = {point.scenario: point.resolved.scenario.title.show(lang) for point in self.points}
        return sweep_page(self.frame, self.keys, names, in_persons=first.settings.objective.in_persons, lang=lang,
                          synthetic=self.place.synthetic)  # fmt: skip

    def write(self, lang: str | None = None) -> list[Path]:
        """Write page, workbook, numbers and table of values; those that lie there as they were written are kept."""
        lang = lang or language()
        seal = replace(self.seal, run=self.folder.name)
        sealed = self.folder / f".sweep.{lang}.{SEAL}"
        there = sorted(self.folder.glob(f"sweep.{lang}.*"))
        # the folder is named after the runs, whose ids stand for rows, parameters and code: its files cannot be others
        if there and not seal.fault(sealed, lang, {path.name: file_digest(path) for path in there}):
            return there
        values = self.frame.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")
        stem = f"sweep.{lang}"
        written = publish(self.report(lang), self.folder, stem, formats=("html", "xlsx", "json"))
        written = sorted([*written, write_whole_file(self.folder / f"{stem}.csv", values)])
        seal.write(sealed, lang, {path.name: file_digest(path) for path in written})
        return written


def sweep_of(
    place: Place, points: Sequence[Point], made: Sequence[Run], faults: Mapping[str, tuple[Fault, ...]]
) -> Sweep:
    """Return the sweep of points whose runs are finished, or failed with `faults` by id."""
    seal = made[0].seal
    rows = []
    for point, run in zip(points, made, strict=True):
        name = run.info.run_id
        said = " ".join(fault.show() for fault in faults.get(name, ()))
        figures = {} if said else _figures(run, replace(seal, run=name))
        row = {"scenario": point.scenario, **point.values, **{key: figures.get(key) for key in FIGURES}}  # noqa: PD011
        proven = bool(figures) and figures["gap"] <= run.settings.gap_persons
        status = "" if said else str(read_manifest(run.folder)["plan"]["status"])
        rows.append({**row, "proven": proven, "status": status, "run": name, "fault": said})
    frame = pd.DataFrame(rows).astype(dict.fromkeys(FIGURES, "float64"))
    return Sweep(place, tuple(points), frame.astype({"money_fen": "Int64"}), seal)


def _figures(run: Run, seal: OfficeSeal) -> Mapping[str, float]:
    """Return the figures that a run's sealed manifest tells; computed where it is of the days before it told them."""
    told = read_manifest(run.folder)
    if "figures" in told and not seal_fault(run.folder, seal):
        return dict(told["figures"])
    return headline_figures(run)
