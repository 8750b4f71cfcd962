"""One sentence a household: what it is offered, why, and what would change it.

Responsible for the words, in Chinese and English from the same templates. Not responsible for
the figures in them (`povlib.allocation.questions.explanation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from povlib.allocation.problem.allocation_problem import Problem
from povlib.words import text

_REASON_SENTENCES = {
    "pinned": "Household {hh}: {chosen}, fixed beforehand.",
    "only": "Household {hh}: {chosen}, the only package open to it.",
    "best": "Household {hh}: {chosen} ({points} points after posted prices), ahead of {runner} ({runner_points}).",
    "nothing_best": (
        "Household {hh}: nothing new, because {runner} would add only {gain} persons to the expected exits, while "
        "the money and places it takes bring {cost} elsewhere."
    ),
    "no_gain": (
        "Household {hh}: nothing new, because even {runner}, the best there is for it, "
        "hardly raises its chance of exit."
    ),
    "tie": "Household {hh}: {chosen}, level with {runner} ({points} points); what is left of funds and places decided.",
    "rounding": (
        "Household {hh}: {chosen} ({points} points) although {runner} has {runner_points}: what is left of the "
        "funds and places does not stretch to it."
    ),
    "equal": (
        "Household {hh}: {chosen} ({points} points) although {runner} has {runner_points} and would fit: so small a "
        "difference counts as equal."
    ),
}
_CHANGE_SENTENCES = {
    "best": " It would change if the estimate for {runner} rose by {margin} points ({share} of a person).",
    "best_over_nothing": " It would change if {chosen} were worth {margin} points less ({share} of a person).",
    "nothing_best": " It would change if {runner} were worth {margin} points more ({share} of a person).",
    "no_gain": " It would change only if help of another kind became open to it.",
    "tie": " The least difference between the two would decide it.",
    "only": " It would change only if another measure became open to it.",
    "pinned": " It would change only if what was fixed were taken back.",
    "equal": " It would change if {runner} were worth more by what counts as equal.",
    "rounding": " It would change with a little more money or one more place (worth {margin} points).",
}

# what rounds to nothing in the three decimals printed
_NO_GAIN_PERSONS = 0.0005


class PackageNames:
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

    def is_nothing(self, key: object) -> bool:
        """Say whether a package brings nothing new."""
        return str(key) in self._nothing

    def package(self, key: str, lang: str) -> str:
        """Return a package's name: nothing new, its label, its measures, or its key."""
        if key in self._nothing:
            return text("nothing new", lang)
        parts = self._parts.get(key)
        if parts and all(part in self._measures for part in parts):
            return text(" + ", lang).join(self._measures[part][lang] for part in parts)
        label = self._label.get(key)
        if isinstance(label, Mapping):
            label = label.get(lang)
        return str(label) if label else "+".join(parts or [key])


def reason_sentence(words: PackageNames, row: Mapping[Any, Any], lang: str) -> str:
    """Return why the household has its package."""
    return text(_REASON_SENTENCES[_reason_kind(words, row)], lang, **_sentence_values(words, row, lang))


def change_sentence(words: PackageNames, row: Mapping[Any, Any], lang: str) -> str:
    """Return what would change it."""
    kind = _reason_kind(words, row)
    if kind == "best" and words.is_nothing(row["runner_up"]):
        kind = "best_over_nothing"
    return text(_CHANGE_SENTENCES[kind], lang, **_sentence_values(words, row, lang))


def _reason_kind(words: PackageNames, row: Mapping[Any, Any]) -> str:
    """Return the reason, told apart where even the best there is brings nothing."""
    reason = str(row["reason"])
    gain = row["runner_value"] - row["value"]
    return "no_gain" if reason == "nothing_best" and gain < _NO_GAIN_PERSONS else reason


def _sentence_values(words: PackageNames, row: Mapping[Any, Any], lang: str) -> dict[str, str]:
    """Return what a sentence's fields say: names and figures, in one language."""
    runner = row["runner_up"]
    margin = abs(row["margin_points"])
    gain = row["runner_value"] - row["value"]
    chosen = words.package(str(row["chosen"]), lang)
    other = "" if runner is None else words.package(str(runner), lang)
    return {
        "hh": str(row["hh"]), "chosen": chosen,
        "runner": text("the same help beginning in another month", lang) if other == chosen else other,
        "points": _one_decimal(row["points"]), "runner_points": _one_decimal(row["runner_points"]),
        "margin": _one_decimal(margin), "share": f"{margin / 1000:.4f}",
        "gain": f"{gain:.3f}", "cost": f"{gain + margin / 1000:.3f}",
    }  # fmt: skip


def _one_decimal(points: float) -> str:
    """Write points as every paper does: thousands apart, a real minus, no minus before zero."""
    written = f"{abs(points):,.1f}"
    return "−" + written if points < 0 and written != "0.0" else written
