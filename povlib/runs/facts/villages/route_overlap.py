"""What each route out of poverty brings, households on several routes counted once: the union beside the sum."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.ledger import State
from povlib.params import table
from povlib.report.figures.villages import route_bars
from povlib.report.model.paper import FigureBlock
from povlib.report.villages.facts import RouteFacts
from povlib.runs.facts.proposal import planned_households
from povlib.runs.run import Run
from povlib.vocabulary.register import marked_for_exit
from povlib.words import text


@dataclass(frozen=True, eq=False)
class CountedRoutes:
    """Routes with their overlap.

    Attributes
    ----------
    routes : DataFrame
        route, households, amount (all of the route), alone (households on no other route), shared.
    total, union : float
        Of amounts: added up over the routes; each household once.
    households : int
        On any route, each once.
    """

    routes: pd.DataFrame
    total: float
    union: float
    households: int


def counted_routes(links: pd.DataFrame, amount: pd.Series) -> CountedRoutes:
    """Count what households on several routes bring, once and for each route.

    Parameters
    ----------
    links : DataFrame
        hh, route.
    amount : Series
        By household: its members, or persons expected.

    Examples
    --------
    >>> links = pd.DataFrame({"hh": ["a", "a", "b"], "route": ["job", "cattle", "job"]})
    >>> found = counted_routes(links, pd.Series({"a": 3, "b": 4}))
    >>> found.routes.values.tolist(), found.total, found.union
    ([['cattle', 1, 3.0, 0.0, 3.0], ['job', 2, 7.0, 4.0, 3.0]], 10.0, 7.0)
    """
    once = links.drop_duplicates(["hh", "route"])
    routes_of = once.groupby("hh")["route"].transform("size")
    values = once["hh"].map(amount).fillna(0).astype("float64")
    parts = once.assign(amount=values, alone=values.where(routes_of == 1, 0.0))
    routes = parts.groupby("route", sort=True).agg(
        households=("hh", "size"), amount=("amount", "sum"), alone=("alone", "sum")
    )
    routes["shared"] = routes["amount"] - routes["alone"]
    union = float(parts.drop_duplicates("hh")["amount"].sum())
    return CountedRoutes(routes.reset_index(), float(parts["amount"].sum()), union, int(once["hh"].nunique()))


def marked_routes(state: State) -> CountedRoutes:
    """Return the routes by which the office expects households to exit (marks 预脱贫), persons of their households."""
    marks = state.marks[state.marks["kind"] == marked_for_exit()]
    return counted_routes(marks[["hh", "route"]].dropna(), state.households.set_index("hh")["size"])


def planned_routes(run: Run) -> CountedRoutes:
    """Return the routes of the measures that the plan adds, by persons who exit beyond those who would anyway.

    A measure without a route of its own counts to the route of others.
    """
    rows = planned_households(run)
    chosen = run.offer.components.merge(rows[["hh", "package"]], on="package")
    other = table("route").codes[-1].label
    routes = [(run.catalogue.measures[key].route or other) if key in run.catalogue.measures else other
              for key in chosen["measure"].astype(str)]  # fmt: skip
    links = pd.DataFrame({"hh": chosen["hh"].astype(str), "route": routes})
    return counted_routes(links, rows.set_index(rows["hh"].astype(str))["additional"])


def route_facts(run: Run, lang: str) -> RouteFacts | None:
    """Return what each route brings by the office's marks and by the plan; None where nobody is marked or helped."""
    marked, planned = marked_routes(run.state), planned_routes(run)
    if marked.routes.empty and planned.routes.empty:
        return None
    both = marked.routes.merge(planned.routes, on="route", how="outer", suffixes=("", "_planned")).fillna(0)
    both = both.astype({"households": "int64", "households_planned": "int64"})
    in_order = {code.label: at for at, code in enumerate(table("route").codes)}
    both = both.iloc[both["route"].map(in_order).fillna(len(in_order)).argsort(kind="stable")].reset_index(drop=True)
    both["name"] = [table("route").show(route, lang) for route in both["route"]]
    drawn = both[both["amount"] > 0]
    figures: tuple[FigureBlock, ...] = ()
    if len(drawn):
        sums = pd.DataFrame(
            {"name": [text("added up", lang), text("each household once", lang)], "alone": [0.0, marked.union],
             "shared": [marked.total, 0.0]}
        )  # fmt: skip
        figures = (route_bars(pd.concat([drawn[["name", "alone", "shared"]], sums], ignore_index=True), lang=lang),)
    return RouteFacts(
        routes=both,
        total=int(marked.total),
        union=int(marked.union),
        households=marked.households,
        planned_total=planned.total,
        planned_union=planned.union,
        figures=figures,
    )
