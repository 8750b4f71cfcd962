"""What a plan is worth is counted in: persons, households, depth of poverty, or a stated mix.

Responsible for the words and units of everything counted in the plan's own objective: the proof, what one more
yuan or post brings, points. Not responsible for the objective (`povlib.params.objectives`). Totals in persons stay
in persons whatever the objective.
"""

from __future__ import annotations

from povlib.params import AIM_OF_UNIT
from povlib.report.meeting.wording import PaperWords
from povlib.report.model.numbers import Prose, say
from povlib.report.model.paper import Column
from povlib.words import text


def in_persons(w: PaperWords) -> bool:
    """Return whether the plan's worth is a number of persons."""
    return w.facts.objective == "person"


def objective_unit(w: PaperWords) -> str:
    """Return the unit of the plan's worth, a key of the unit list of `povlib.report.model.numbers`."""
    return w.facts.objective if w.facts.objective in AIM_OF_UNIT else "worth"


def unit_meaning(w: PaperWords) -> Prose:
    """Say what one unit is, for a plan that is not made for persons; nothing otherwise."""
    aim = AIM_OF_UNIT.get(w.facts.objective)
    if aim is None:
        return say("This plan is made for the stated mix of its scenario; one unit is one unit of that mix.", w.lang)
    return say(aim.meaning, w.lang) if aim.meaning else Prose("")


def points_meaning(w: PaperWords) -> Prose:
    """Say what 1,000 points are."""
    aim = AIM_OF_UNIT.get(w.facts.objective)
    if aim is None:
        return say(
            "1,000 points are one unit of the scenario's own mix. These prices are the same for every household.",
            w.lang,
        )
    return say(aim.points, w.lang)


def first_step_of_line(w: PaperWords) -> Prose:
    """Say with which points a line begins."""
    aim = AIM_OF_UNIT.get(w.facts.objective)
    if aim is None:
        return say("Begin with the points the plan would earn by the scenario's own mix, times 1,000.", w.lang)
    return say(aim.first_step, w.lang)


def worth_column(w: PaperWords, key: str, name: str, kind: str) -> Column:
    """Return the column titled by the glossary where the worth is in persons, else one that names the unit."""
    if in_persons(w):
        return w.column(key, name, kind)
    named = {
        "additional_exits_at_least": text("worth more, at least", w.lang),
        "additional_exits_at_most": text("worth more, at most", w.lang),
    }.get(name, text("worth more", w.lang))
    aim = AIM_OF_UNIT.get(w.facts.objective)
    own = text("units of the mix", w.lang) if aim is None else text(aim.units, w.lang)
    title = named + text(" ({words})", w.lang, words=own)
    return Column(key, title[:1].upper() + title[1:], kind)
