"""Places that the plan opens, its houses by month, the weeks of the crews: what stands in the plan, nothing solved.

Responsible for these figures. Not responsible for what an opening brings (`povlib.runs.questions.house_capacity`).
"""

from __future__ import annotations

import pandas as pd

from povlib import allocation
from povlib.calendar import Month
from povlib.runs.facts.houses.house_standing import planned_houses
from povlib.runs.run import Run
from povlib.vocabulary.resource_keys import weeks_key
from povlib.words import language


def known_openings(run: Run, lang: str | None = None) -> pd.DataFrame:
    """Return every place that must be opened first, as the plan has it; nothing is searched for again.

    Returns
    -------
    DataFrame
        facility, name, village (where it lies; "" for none), opened (bool), households (of the plan that take a place),
        others (that come anyway), places, least (places that level asks for), cost_fen (before the grant), grant_fen,
        opening_fen (what funds pay), breaks_even (places taken from which on it pays at the posted prices; missing
        where at no number), who (their keys, a list). Of a place left shut: its cheapest level.
    """
    chosen = dict(zip(run.plan.opened["facility"].astype(str), run.plan.opened["level"].astype(int), strict=True))
    even = allocation.break_even_places(run.plan, run.problem)
    components = run.offer.components
    planned = components[components["package"].astype(str).isin(run.plan.chosen["package"].astype(str))]
    homes = run.offer.packages.set_index("package")["hh"]
    rows = []
    for key, place in run.catalogue.shared_places.items():
        if place.facility is None or key not in even:
            continue
        levels = place.facility.levels()
        level = levels[chosen.get(key, len(levels)) - 1]
        who = sorted(planned.loc[planned["coop"] == key, "package"].map(homes).astype(str).unique())
        rows.append(
            {
                "facility": key,
                "name": place.names.show(lang or language()),
                "village": getattr(place, "village", ""),
                "opened": key in chosen,
                "households": len(who),
                "others": place.facility.others or 0,
                "places": place.facility.capacity or 0,
                "least": level.least,
                "cost_fen": place.facility.opening_fen,
                "grant_fen": min(level.grant_fen, place.facility.opening_fen),
                "opening_fen": level.opening_fen,
                "breaks_even": even[key],
                "who": who,
            }
        )
    columns = ["facility", "name", "village", "opened", "households", "others", "places", "least", "cost_fen",
               "grant_fen", "opening_fen", "breaks_even", "who"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).astype({"breaks_even": "Int64"})


def house_months(run: Run) -> pd.DataFrame:
    """Return the houses that the plan makes safe: from when, by when, where and for how much.

    Returns
    -------
    DataFrame
        hh, village, measure, site (key, "" for none), start, done (months as ordinals; done: by the measure's own
        delay, as the projection expects it), weeks (of builders), cost_fen; earliest first.
    """
    houses = planned_houses(run)
    measures = run.catalogue.measures
    chosen = run.plan.chosen.astype({"package": run.offer.components["package"].dtype})
    parts = run.offer.components.merge(chosen[["hh", "village", "package"]], on="package")
    parts = parts.merge(houses, on=["hh", "measure"])
    sites = run.catalogue.sites
    delay = {
        key: max((c.delay_months for c in measure.closes if c.guarantee == "housing"), default=0)
        for key, measure in measures.items()
    }
    weeks = {key: sum(use.amount or 0 for use in measure.uses) for key, measure in measures.items()}
    frame = pd.DataFrame(
        {
            "hh": parts["hh"].astype(str),
            "village": parts["village"].astype(str),
            "measure": parts["measure"].astype(str),
            "site": [key if isinstance(key, str) and key in sites else "" for key in parts["coop"]],
            "start": parts["start"].astype("int64"),
            "done": parts["start"].astype("int64") + parts["measure"].map(delay).astype("int64"),
            "weeks": parts["measure"].map(weeks).astype("int64"),
            "cost_fen": parts["cost_fen"].astype("int64"),
        }
    )
    return frame.sort_values(["start", "done", "village", "hh"], ignore_index=True)


def houses_by_month(run: Run) -> pd.DataFrame:
    """Return the plan's houses by the month they are to be done.

    Returns
    -------
    DataFrame
        done (as 2016-09), houses, of_site (of them at a cluster site), weeks, cost_fen, all (houses up to and with it).
    """
    houses = house_months(run)
    grouped = houses.assign(of_site=houses["site"].ne("")).groupby("done")
    frame = grouped.agg(houses=("hh", "nunique"), of_site=("of_site", "sum"), weeks=("weeks", "sum"),
                        cost_fen=("cost_fen", "sum")).astype("int64").reset_index()  # fmt: skip
    frame["all"] = frame["houses"].cumsum()
    return frame.assign(done=[str(Month.from_ordinal(int(done))) for done in frame["done"]])


def crew_weeks(run: Run) -> pd.DataFrame:
    """Return what the plan asks of each crew in each month.

    Returns
    -------
    DataFrame
        crew, name, month (ordinal), weeks (there are, after what the law owes), used, left, points (what one week more
        is worth at the posted prices, in thousandths of a person).
    """
    capacity = run.offer.resources.set_index("resource")["capacity"]
    chosen = run.plan.chosen["package"].astype(str)
    uses = run.offer.uses[run.offer.uses["package"].astype(str).isin(chosen)]
    used = uses.groupby("resource")["amount"].sum()
    rows = []
    for crew in run.catalogue.crews.values():
        for month in sorted(crew.weeks):
            key = weeks_key(crew.key, month)
            there, taken = int(capacity.get(key, 0)), int(used.get(key, 0))
            points = 1000 * float(run.plan.prices.get(key, 0.0))
            rows.append((crew.key, crew.names.show(language()), month.ordinal, there, taken, there - taken, points))
    return pd.DataFrame(rows, columns=["crew", "name", "month", "weeks", "used", "left", "points"])
