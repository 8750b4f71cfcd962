"""Why a household gets something else in one plan than in another, in words.

Responsible for the sentence of each reason that `povlib.runs.comparison.changed_households` reckons. Not responsible
for reckoning it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from povlib.report.model.numbers import Prose, missing, shown
from povlib.words import text

_KINDS = {
    "left": "no longer on the register, or not planned for",
    "joined": "new on the register",
    "objects": "does not want help any more",
    "agrees": "wants help now",
    "pinned": "fixed by hand",
    "lot": "by lot",
    "unassessable": "cannot be projected in one of them",
    "aim": "another aim",
    "not_offered": "the package is no longer offered",
    "offered": "the package is offered only now",
    "value": "other estimates",
    "price": "a price rose or fell",
    "share": "the share kept for the poorest",
    "cost": "the packages use or cost another amount",
    "level": "about as good in both",
}

_PLAIN = {
    "left": "It is no longer on the register, or no longer planned for.",
    "joined": "It is new on the register.",
    "objects": "It does not want help any more.",
    "agrees": "It wants help now.",
    "pinned": "Its package was fixed by hand.",
    "lot": "Its package was drawn by lot.",
    "unassessable": "It cannot be projected in one of the runs.",
    "aim": "The plans count different things, so its points cannot be held against each other.",
}


def reason_names(lang: str) -> dict[str, str]:
    """Return what each kind of reason is called."""
    return {kind: text(words, lang) for kind, words in _KINDS.items()}


def reason_sentence(row: Mapping[Any, Any], lang: str) -> str:
    """Return why a household gets something else, as a sentence.

    Parameters
    ----------
    row : mapping
        A row of `ComparisonFacts.changed`.
    """
    reason = str(row["reason"])
    if reason in _PLAIN:
        return text(_PLAIN[reason], lang)
    if reason in ("not_offered", "offered"):
        return _offer_sentence(row, lang)
    said = _reckoned_sentence(row, lang)
    within = text("No proof can tell the two packages apart.", lang) if row["within_gap"] else ""
    return (Prose(said) + Prose(within)).text


def _offer_sentence(row: Mapping[Any, Any], lang: str) -> str:
    measure, refused = row["measure_name"], row["refused"]
    if missing(measure):
        gone, come = "Its package is no longer offered.", "Its package was not offered before."
        return text(gone if row["reason"] == "not_offered" else come, lang)
    words = {
        ("not_offered", True): "It may no longer have {measure}: {refused}.",
        ("not_offered", False): "{measure} is no longer offered to it.",
        ("offered", True): "It may have {measure} only now; before: {refused}.",
        ("offered", False): "{measure} was not offered to it before.",
    }[str(row["reason"]), not missing(refused)]
    return text(words, lang, measure=measure, refused=refused)


def _reckoned_sentence(row: Mapping[Any, Any], lang: str) -> str:
    def points(name: str) -> str:
        return shown(row[name], "decimal1", lang)

    balance = {
        "before": shown(row["points_before"], "decimal1", lang, signed=True),
        "after": shown(row["points_after"], "decimal1", lang, signed=True),
    }
    if row["reason"] == "level":
        return text("About as good: {before} points for the new package before, {after} now; whole posts and places "
                    "decided.", lang, **balance)  # fmt: skip
    if row["reason"] == "value":
        return text(
            "By the other estimates the new package gains {part} points on the old one (its chance {p_before}, now "
            "{p_after}): {before} points before, {after} now.",
            lang,
            part=points("part_points"),
            p_before=shown(row["p_before"], "probability", lang),
            p_after=shown(row["p_after"], "probability", lang),
            **balance,
        )
    words = {
        "price": "{name} costs {price_after} points instead of {price_before} ({unit}): {part} points towards the new "
        "package; {before} points before, {after} now.",
        "share": "What “{name}” costs moved by {part} points towards the new package; {before} points before, {after} "
        "now.",
        "cost": "What the packages use of “{name}” moved by {part} points towards the new one; {before} points before, "
        "{after} now.",
    }[str(row["reason"])]
    return text(
        words,
        lang,
        name=row["name"],
        unit=row["unit"],
        part=points("part_points"),
        price_before=points("price_before"),
        price_after=points("price_after"),
        **balance,
    )
