"""Workshops, bases and enterprises that the plan may open: what stands in the plan, nothing solved again.

Responsible for one row an opening: whether, from when, at what cost, how many posts and places, and who takes them. Not
responsible for cluster sites of houses (`povlib.runs.facts.houses.house_openings`) or for what an opening brings
(`povlib.runs.questions.opening_questions`).
"""

from __future__ import annotations

import pandas as pd

from povlib import allocation
from povlib.calendar import Month
from povlib.report.villages.facts import OpeningFacts
from povlib.runs.run import Run
from povlib.vocabulary.resource_keys import EARLY_PREFIX, LEAST_PREFIX
from povlib.words import language


def opening_facts(run: Run, lang: str | None = None) -> OpeningFacts:
    """Return every workshop, base or enterprise that the plan may open, in the order of their keys."""
    lang = lang or language()
    table = run.offer.facilities
    chosen = dict(zip(run.plan.opened["facility"].astype(str), run.plan.opened["level"].astype(int), strict=True))
    even = allocation.break_even_places(run.plan, run.problem) if len(table) else {}
    takers = _takers(run)
    rows = []
    for key, own in table.groupby("facility", sort=True):
        facility = str(key)
        if facility in run.catalogue.sites:
            continue
        level = chosen.get(facility, 0)
        cheapest = own.sort_values(["opening_fen", "level"]).iloc[0]
        way = own[own["level"] == (level or int(cheapest["level"]))].iloc[0]
        added = own[(own["level"] == int(way["level"])) & own["resource"].map(_is_seat)]
        resources = set(added["resource"].astype(str))
        who = sorted({hh for resource in resources for hh in takers.get(resource, ())})
        opening = run.catalogue.openings.get(facility)
        place = run.catalogue.shared_places.get(facility)
        rows.append(
            {
                "facility": facility,
                "name": run.catalogue.facility_names[facility].show(lang),
                "village": (opening.village if opening else None) or "",
                "enterprise": ((opening or place).enterprise if opening or place else None) or "",  # type: ignore[union-attr]
                "opened": bool(level),
                "month": "" if pd.isna(way["month"]) else str(Month.from_ordinal(int(way["month"]))),
                "months": "、".join(str(Month.from_ordinal(int(m))) for m in sorted(own["month"].dropna().unique())),
                "seats": int(added["added"].sum()),
                "least": int(way["least"]),
                "taken": len(who) if level else 0,
                "opening_fen": int(way["opening_fen"]),
                "grant_fen": int(way["grant_fen"]),
                "breaks_even": even.get(facility),
                "who": who if level else [],
            }
        )
    columns = ["facility", "name", "village", "enterprise", "opened", "month", "months", "seats", "least", "taken",
               "opening_fen", "grant_fen", "breaks_even", "who"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns).astype({"breaks_even": "Int64"})
    return OpeningFacts(frame)


def _is_seat(resource: str) -> bool:
    """Return whether a row counts posts or places, each once."""
    return not str(resource).startswith((EARLY_PREFIX, LEAST_PREFIX))


def _takers(run: Run) -> dict[str, list[str]]:
    """Return by post and place the keys of the households whose planned package takes one."""
    chosen = run.plan.chosen.assign(package=run.plan.chosen["package"].astype(str))[["hh", "package"]]
    uses = run.offer.uses.assign(package=run.offer.uses["package"].astype(str))
    taken = uses.merge(chosen, on="package")
    return {str(resource): own["hh"].astype(str).tolist() for resource, own in taken.groupby("resource")}
