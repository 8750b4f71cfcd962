"""One sentence a household: what it is offered, why, and what would change it.

Responsible for the words, in Chinese and English from the same templates. Not responsible for
the figures in them (`povlib.allocation.explain`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from povlib.allocation.problem import Problem
from povlib.words import text

_REASON = {
    "pinned": "Household {hh}: {chosen}, fixed beforehand.",
    "only": "Household {hh}: {chosen}, the only package open to it.",
    "best": "Household {hh}: {chosen} ({points} points after posted prices), ahead of {runner} ({runner_points}).",
    "nothing_best": (
        "Household {hh}: nothing new, because even {runner} brings fewer points than it costs elsewhere "
        "({runner_points} against {points})."
    ),
    "tie": "Household {hh}: {chosen}, level with {runner} ({points} points); what is left of funds and places decided.",
    "rounding": (
        "Household {hh}: {chosen} ({points} points) although {runner} has {runner_points}: what is left of the "
        "funds and places does not stretch to it."
    ),
}
_CHANGE = {
    "best": " It would change if the estimate for {runner} rose by {margin} points ({share} of a person).",
    "nothing_best": " It would change if {runner} were worth {margin} points more ({share} of a person).",
    "rounding": " It would change with a little more money or one more place (worth {margin} points).",
}


class Words:
    """Names of packages, in both languages."""

    def __init__(self, problem: Problem, measures: Mapping[str, Mapping[str, str]]) -> None:
        self._measures = measures
        self._nothing = {str(problem.package[row]) for row in problem.base if row >= 0}
        self._label: dict[str, Any] = {}
        self._parts: dict[str, list[str]] = {}
        if problem.tables is not None:
            packages = problem.tables.packages
            for column in ("label", "measures"):
                if column in packages:
                    self._label = dict(zip(packages["package"], packages[column], strict=True))
                    break
            for package, measure in problem.tables.bills[["package", "measure"]].itertuples(index=False):
                self._parts.setdefault(package, []).append(measure)

    def package(self, key: str, lang: str) -> str:
        """Return a package's name: nothing new, its label, its measures, or its key."""
        if key in self._nothing:
            return text("nothing new", lang)
        parts = self._parts.get(key)
        if parts and all(part in self._measures for part in parts):
            return ("＋" if lang == "zh" else " + ").join(self._measures[part][lang] for part in parts)
        label = self._label.get(key)
        if isinstance(label, Mapping):
            label = label.get(lang)
        return str(label) if label else "+".join(parts or [key])


def reason_text(words: Words, row: Mapping[Any, Any], lang: str) -> str:
    """Return why the household has its package."""
    return text(_REASON[row["reason"]], lang, **_values(words, row, lang))


def change_text(words: Words, row: Mapping[Any, Any], lang: str) -> str:
    """Return what would change it; nothing where nothing could."""
    said = _CHANGE.get(row["reason"])
    return text(said, lang, **_values(words, row, lang)) if said else ""


def _values(words: Words, row: Mapping[Any, Any], lang: str) -> dict[str, str]:
    runner = row["runner_up"]
    margin = abs(row["margin_points"])
    return {
        "hh": str(row["hh"]), "chosen": words.package(str(row["chosen"]), lang),
        "runner": "" if runner is None else words.package(str(runner), lang), "points": f"{row['points']:.1f}",
        "runner_points": f"{row['runner_points']:.1f}", "margin": f"{margin:.1f}", "share": f"{margin / 1000:.4f}",
    }  # fmt: skip
