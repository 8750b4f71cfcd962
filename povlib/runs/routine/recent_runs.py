"""The runs finished last: their four numbers as their papers print them, their standing, their papers.

Responsible for reading them fast: from manifests and from the numbers that each run's own paper lists, both sealed with
the run, without opening an artefact. Not responsible for any figure.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from povlib import ledger, scenarios
from povlib.ledger.money.plan_approvals import APPROVED, REPLACED
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.storage.manifest import NAME, read_manifest

SHOWN = 8
"""Runs listed on the first page; the others lie in ``runs/``."""

HEADLINES = ("headline.additional", "headline.expected", "headline.money", "headline.poorest.money")
"""Keys of the four big numbers in a paper's ``numbers.json``: persons, persons, fen, share."""


@dataclass(frozen=True)
class RecentRun:
    """A finished run as it is listed.

    Attributes
    ----------
    run : str
        Its id.
    scenario : str
        What was planned.
    plan_month : int
        Month ordinal in which the plan is made.
    figures : dict
        `HEADLINES` -> value; empty where the paper cannot be read.
    gap : float
        How much better a plan can be at most, in the unit of its objective.
    standing : str
        Message id: draft, approved, replaced or withdrawn.
    papers : tuple of Path
        The papers handed out.
    """

    run: str
    scenario: str
    titles: dict[str, str]
    plan_month: int
    figures: dict[str, float]
    gap: float
    standing: str
    papers: tuple[Path, ...]

    def title(self, lang: str) -> str:
        """Return the scenario's title in a language; its name where it has none."""
        return self.titles.get(lang) or self.scenario


def recent_runs(place: Place, most: int = SHOWN) -> list[RecentRun]:
    """Return the runs finished last, the newest first.

    Raises
    ------
    RunError
        If a manifest cannot be read.
    """
    # the manifest is written last, so its time is when the run was finished
    manifests = sorted(place.office.runs.glob(f"*/{NAME}"), key=lambda p: (p.stat().st_mtime_ns, p.parent.name))
    decided = _decisions(place) if manifests else {}
    return [_recent_run(place, path.parent, decided) for path in manifests[-1 : -most - 1 : -1]]


def _decisions(place: Place) -> dict[str, str]:
    if not place.office.has_ledger:
        return {}
    with open_book(place, create=False) as book:
        last = ledger.standing_decisions(book)
    return dict(zip(last["run"].astype("str"), last["decision"].astype("str"), strict=True))


def _recent_run(place: Place, folder: Path, decided: dict[str, str]) -> RecentRun:
    manifest = read_manifest(folder)
    info = scenarios.RunInfo.from_plain(manifest["run"])
    words = {None: "draft", APPROVED: "approved", REPLACED: "replaced"}
    handed_out = place.office.papers / f"{info.settings.plan_month}-{info.scenario}-{info.run_id}"
    return RecentRun(
        run=folder.name,
        scenario=info.scenario,
        titles=info.titles,
        plan_month=info.settings.plan_month.ordinal,
        figures=_headlines(folder),
        gap=float(manifest["plan"]["gap"]),
        standing=words.get(decided.get(folder.name), "withdrawn"),
        papers=tuple(sorted(path for path in handed_out.glob("*") if path.is_file() and path.name[0] != ".")),
    )


def _headlines(folder: Path) -> dict[str, float]:
    for path in sorted(folder.glob("papers/meeting.*.numbers.json")):
        try:
            told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["numbers"]
            return {key: float(told[key]["value"]) for key in HEADLINES if told[key]["value"] is not None}
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return {}
