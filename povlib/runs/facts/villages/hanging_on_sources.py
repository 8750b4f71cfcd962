"""What hangs on one employer, co-op, firm, buyer or product: by the rows of the ledger and by the plan."""

from __future__ import annotations

import pandas as pd

from povlib.report.figures.villages import source_bars
from povlib.report.model.paper import FigureBlock
from povlib.report.villages.facts import SourceFacts
from povlib.runs.facts.proposal import planned_households
from povlib.runs.run import Run
from povlib.villages.sources.concentration import concentration
from povlib.villages.sources.household_sources import (
    BUYER,
    COOP,
    EMPLOYER,
    FIRM,
    OVER,
    household_sources,
    plain_name,
)
from povlib.vocabulary.register import marked_for_exit
from povlib.words import text

_KINDS = {
    "employer": "employer",
    "coop": "co-op",
    "firm": "firm behind a co-op",
    "buyer": "buyer",
    "product": "product",
}
_DRAWN = 8
"""Sources in the chart: as many bars as are read at a glance; the table has all."""


def source_frame(run: Run) -> pd.DataFrame:
    """Return what hangs on each source: `povlib.villages.sources.concentration`, and planned.

    Returns
    -------
    DataFrame
        Of `concentration` (counted: members of households marked 预脱贫), and planned (persons beyond those who would
        exit anyway, of households whose planned help uses the source).
    """
    state = run.state
    marked = state.marks.loc[state.marks["kind"] == marked_for_exit(), "hh"]
    houses = state.households[["hh", "size"]].assign(counted=state.households["hh"].isin(marked))
    frame = concentration(household_sources(state, run.at.ordinal), houses)
    planned, kind_of = planned_by_source(run)
    new = planned.index.difference(list(frame["source"]))
    more = pd.DataFrame({"source": new, "kinds": [kind_of[name] for name in new]})
    frame = pd.concat([frame, more], ignore_index=True) if len(more) else frame
    counts = ["households", "persons", "workers", "counted", "only"]
    frame[counts] = frame[counts].fillna(0).astype("int64")
    product = frame["kinds"].eq("product")
    frame["planned"] = frame["source"].map(planned).where(~product).astype("float64").fillna(0.0)
    return frame


def planned_by_source(run: Run) -> tuple[pd.Series, dict[str, str]]:
    """Return by source the persons that planned households gain whose package uses it, and what each source is.

    A place of a co-op hangs on the co-op and the firm behind it; one that delivers under contracts on their buyers.
    """
    rows = planned_households(run)
    parts = run.offer.components.merge(rows[["hh", "package", "additional"]], on="package")
    posts, places, state = run.catalogue.posts, run.catalogue.coops, run.state
    firms = {name: plain_name(firm) for name, firm in zip(state.coops["coop"], state.coops["enterprise"], strict=True)
             if isinstance(firm, str)}  # fmt: skip
    contracts = state.sale_contracts[~state.sale_contracts["status"].isin(OVER)]
    kinds: dict[str, str] = {}
    found = []
    for hh, post, coop, additional in parts[["hh", "post", "coop", "additional"]].itertuples(index=False):
        named: dict[str, str] = {}
        if isinstance(post, str) and post in posts:
            named[plain_name(posts[post].employer)] = EMPLOYER
        if isinstance(coop, str) and coop in places:
            place = places[coop]
            products = place.contract.products if place.contract else ()
            buyers = contracts.loc[contracts["product"].isin(products), "partner"].map(plain_name)
            name = place.names.show("zh")
            named |= dict.fromkeys(buyers, BUYER) if len(buyers) else {name: COOP}
            named |= {firms[name]: FIRM} if name in firms else {}
        found += [(hh, name, additional) for name in named]
        kinds = {**named, **kinds}
    frame = pd.DataFrame(found, columns=["hh", "source", "additional"]).drop_duplicates(["hh", "source"])
    return frame.groupby("source")["additional"].sum(), kinds


def source_facts(run: Run, lang: str) -> SourceFacts | None:
    """Return what hangs on each source; None where nothing does."""
    frame = source_frame(run)
    if frame.empty:
        return None
    kinds = [
        text(", ", lang).join(text(_KINDS[kind], lang) for kind in words.split(",") if kind) for words in frame["kinds"]
    ]
    frame = frame.assign(kind=kinds)
    figures: tuple[FigureBlock, ...] = ()
    # a product is no single point of failure of its own, and what nobody counts on makes no bar
    drawn = frame[frame["kinds"].ne("product") & (frame["counted"] > 0)].head(_DRAWN)
    if len(drawn):
        shown = drawn.assign(name=drawn["source"], alone=drawn["only"], shared=drawn["counted"] - drawn["only"])
        figures = (source_bars(shown[["name", "alone", "shared"]], lang=lang),)
    firms = frame[frame["kinds"].ne("product")]
    worst = firms.iloc[0] if len(firms) else frame.iloc[0]
    marked = run.state.marks.loc[run.state.marks["kind"] == marked_for_exit(), "hh"]
    sizes = run.state.households.set_index("hh")["size"]
    return SourceFacts(
        sources=frame,
        worst=str(worst["source"]),
        worst_counted=int(worst["counted"]),
        worst_only=int(worst["only"]),
        marked=int(sizes.reindex(marked.unique()).fillna(0).sum()),
        figures=figures,
    )
