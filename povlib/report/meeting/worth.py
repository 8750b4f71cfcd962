"""What a plan is worth is counted in: persons, households, depth of poverty, or a stated mix.

Responsible for the words and units of everything counted in the plan's own objective: the proof, what one more
yuan or post brings, points. Not responsible for the objective (`povlib.params.Settings`). Totals in persons stay
in persons whatever the objective.
"""

from __future__ import annotations

from povlib.report.meeting.parts import Words
from povlib.report.model import Column
from povlib.report.numbers import Prose, say
from povlib.words import text


def in_persons(w: Words) -> bool:
    """Return whether the plan's worth is a number of persons."""
    return w.facts.objective == "person"


def unit(w: Words) -> str:
    """Return the unit of the plan's worth, a key of the unit list of `povlib.report.numbers`."""
    return {"person": "person", "household": "household", "depth": "depth"}.get(w.facts.objective, "worth")


def meaning(w: Words) -> Prose:
    """Say what one unit is, for a plan that is not made for persons; nothing otherwise."""
    if w.facts.objective in ("person", "household"):
        return Prose("")
    if w.facts.objective == "depth":
        return say(
            "This plan is made for depth, not for numbers: one unit is the whole gap of one person without any income, "
            "closed; half a gap counts a quarter.",
            w.lang,
        )
    return say("This plan is made for the stated mix of its scenario; one unit is one unit of that mix.", w.lang)


def points(w: Words) -> Prose:
    """Say what 1,000 points are."""
    said = {
        "person": "1,000 points are one person expected to exit. These prices are the same for every household.",
        "household": "1,000 points are one household expected to exit. These prices are the same for every household.",
        "depth": "1,000 points are one person without any income brought up to the line; a gap half as deep counts a "
        "quarter. These prices are the same for every household.",
    }
    mix = "1,000 points are one unit of the scenario's own mix. These prices are the same for every household."
    return say(said.get(w.facts.objective, mix), w.lang)


def first_step(w: Words) -> Prose:
    """Say with which points a line begins."""
    said = {
        "person": "Begin with the points the plan would earn: members times the chance of exit, times 1,000. "
        "No new help has points too.",
        "household": "Begin with the points the plan would earn: the chance of exit, times 1,000. "
        "No new help has points too.",
        "depth": "Begin with the points the plan would earn: members times the squared gap it closes, as a share of "
        "the line, times 1,000.",
    }
    mix = "Begin with the points the plan would earn by the scenario's own mix, times 1,000."
    return say(said.get(w.facts.objective, mix), w.lang)


def column(w: Words, key: str, name: str, kind: str) -> Column:
    """Return the column titled by the glossary where the worth is in persons, else one that names the unit."""
    if in_persons(w):
        return w.column(key, name, kind)
    named = {"additional_exits_at_most": text("worth more, at most", w.lang)}.get(name, text("worth more", w.lang))
    units = {"household": text("households", w.lang), "depth": text("units of depth", w.lang)}
    own = units.get(w.facts.objective, text("units of the mix", w.lang))
    title = f"{named}（{own}）" if w.lang == "zh" else f"{named} ({own})"
    return Column(key, title[:1].upper() + title[1:], kind)
