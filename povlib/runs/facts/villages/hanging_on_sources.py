"""What hangs on one employer, co-op, firm, buyer or product: by the rows of the ledger and by the plan."""

from __future__ import annotations

import pandas as pd

from povlib.report.figures.villages import source_bars
from povlib.report.model.paper import FigureBlock
from povlib.report.villages.facts import SourceFacts
from povlib.runs.facts.villages.plan_sources import names_read, plan_source_facts, plan_sources
from povlib.runs.run import Run
from povlib.villages.sources.concentration import concentration
from povlib.villages.sources.household_sources import COOP, EMPLOYER, PRODUCT, household_sources
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
        Of `concentration` (counted: members of households marked 预脱贫), and planned (expected exits that the plan
        would lose if the source failed: `povlib.runs.facts.villages.plan_sources`).
    """
    state = run.state
    marked = state.marks.loc[state.marks["kind"] == marked_for_exit(), "hh"]
    houses = state.households[["hh", "size"]].assign(counted=state.households["hh"].isin(marked))
    frame = concentration(household_sources(state, run.at.ordinal), houses)
    hangs = plan_sources(run)
    # a name may be employer and firm at once: the firm's households are the employer's and more
    hangs = hangs.assign(product=hangs["kind"].eq(PRODUCT))
    planned = hangs.groupby(["source", "product"], as_index=False).agg(
        planned=("lost", "max"), named=("kind", "first"), employs=("kind", lambda kinds: kinds.eq(EMPLOYER).any())
    )
    coops = {*state.coops["coop"], *(coop.names.show("zh") for coop in run.catalogue.coops.values())}
    planned["named"] = planned["named"].mask(planned["source"].isin(coops), COOP)
    planned["named"] = planned["named"].mask(planned["employs"], EMPLOYER)
    frame = frame.assign(product=frame["kinds"].eq(PRODUCT)).merge(planned, on=["source", "product"], how="outer")
    frame["kinds"] = frame["kinds"].fillna(frame["named"])
    counts = ["households", "persons", "workers", "counted", "only"]
    frame[counts] = frame[counts].fillna(0).astype("int64")
    frame["planned"] = frame["planned"].astype("float64").fillna(0.0)
    order = ["counted", "persons", "planned", "source"]
    frame = frame.sort_values(order, ascending=[False, False, False, True], ignore_index=True)
    return frame[["source", "kinds", *counts, "planned"]]


def source_facts(run: Run, lang: str) -> SourceFacts | None:
    """Return what hangs on each source; None where nothing does."""
    frame = source_frame(run)
    frame = frame.assign(source=frame["source"].replace(names_read(run, lang)))
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
        plan=plan_source_facts(run, lang),
    )
