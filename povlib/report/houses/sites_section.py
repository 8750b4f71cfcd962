"""Cluster sites 集建点 and the plans of the villages."""

from __future__ import annotations

import pandas as pd

from povlib.report.houses.facts import SiteFacts
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Column, Paragraph, Section, Table
from povlib.words import term, text


def sites_section(facts: SiteFacts, lang: str) -> Section:
    """Return the sites with their houses, what the next grant asks for, and whether new houses fit the plans."""
    sentence = say(
        "{n} cluster sites are recorded, with {houses} on them. Of the houses with works {fits} fit the plan of "
        "the village, {unfit} do not, and of {unknown} nothing is recorded.",
        lang,
        n=Number("houses.sites", len(facts.sites), "count", "", "ledger.building_sites"),
        houses=Number("houses.on_sites", int(facts.sites["houses"].sum()), "count", "house", "dwellings with a site"),
        fits=Number("houses.fits", facts.fits, "count", "", "dwellings.plan_fits"),
        unfit=Number("houses.unfit", facts.unfit, "count", "", "dwellings.plan_fits"),
        unknown=Number("houses.fit_unknown", facts.unknown, "count", "", "dwellings.plan_fits"),
    )
    columns = (
        Column("site", text("site", lang), width=1.3),
        Column("village", term("village", lang)),
        Column("status", term("status", lang)),
        Column("lots", text("lots", lang), "count"),
        Column("houses", text("houses on it", lang), "count"),
        Column("done", text("finished", lang), "count"),
        Column("free", text("free lots", lang), "count"),
        Column("step", text("houses for the next grant", lang), "count"),
        Column("cost_fen", text("cost (yuan)", lang), "yuan", width=1.3),
    )
    table = Table("sites", text("Cluster sites", lang), columns, facts.sites, "site", "ledger.building_sites",
                  empty=text("none", lang), small=True)  # fmt: skip
    return Section(
        "sites", text("Cluster sites and village plans", lang), (Paragraph(sentence), table, *facts.openings)
    )


def openings_table(openings: pd.DataFrame, lang: str) -> Table:
    """Return what sites the plan opens: places, who comes, cost, grant, and from how many households on it pays.

    Parameters
    ----------
    openings : DataFrame
        facility, name, opened, places, households, least, others, cost_fen, grant_fen, opening_fen, breaks_even.
    """
    said = {True: text("yes", lang), False: text("no", lang)}
    rows = openings.assign(opened=openings["opened"].map(said))
    columns = (
        Column("name", text("site", lang), width=1.6),
        Column("opened", text("opened", lang)),
        Column("places", text("room for (households)", lang), "count"),
        Column("households", text("taken in the plan (households)", lang), "count"),
        Column("least", text("must be taken at least (households)", lang), "count"),
        Column("others", text("others that move in (households)", lang), "count"),
        Column("cost_fen", text("opening costs", lang), "yuan", width=1.3),
        Column("grant_fen", text("grant", lang), "yuan", width=1.3),
        Column("opening_fen", text("paid by funds", lang), "yuan", width=1.3),
        Column("breaks_even", text("pays from", lang), "count"),
    )
    shown = rows[[*(column.key for column in columns), "facility"]]
    return Table("openings", text("Sites to be opened", lang), columns, shown, "facility", "plan.opened",
                 empty=text("no site has to be opened first", lang), small=True)  # fmt: skip


def comers_table(openings: pd.DataFrame, lang: str) -> Table:
    """Return which households of the plan come to each place that it opens.

    Parameters
    ----------
    openings : DataFrame
        facility, name, opened, who (keys of households, a list).
    """
    rows = openings.loc[openings["opened"], ["name", "who", "facility"]]
    rows = rows.assign(who=rows["who"].map(text(", ", lang).join))
    columns = (
        Column("name", text("site", lang)),
        Column("who", text("households that come", lang), width=6.0, listed=True),
    )
    title = text("Who moves to the sites that the plan opens", lang)
    return Table("comers", title, columns, rows, "facility", "plan.chosen",
                 empty=text("none", lang), small=True)  # fmt: skip


def months_table(months: pd.DataFrame, lang: str) -> Table:
    """Return how many of the plan's houses are to be safe by when.

    Parameters
    ----------
    months : DataFrame
        done (month as 2016-09), houses, of_site (of them at a cluster site), weeks (of builders), cost_fen, all (houses
        up to and with this month).
    """
    columns = (
        Column("done", text("done by", lang)),
        Column("houses", text("houses of the plan", lang), "count", total=True),
        Column("all", text("with the months before", lang), "count"),
        Column("of_site", text("of these at a site", lang), "count", total=True),
        Column("weeks", text("weeks of builders", lang), "count", total=True),
        Column("cost_fen", text("cost (yuan)", lang), "yuan", total=True, width=1.3),
    )
    return Table("house_months", text("Houses of the plan, by the month they are to be done", lang), columns, months,
                 "done", "plan.chosen", empty=text("The plan makes no house safe.", lang), small=True)  # fmt: skip
