"""All that the paper on houses and notebook 05 say of a run."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from povlib.housing.entitlement.bill_outliers import bill_outliers, outlier_rule
from povlib.params import Catalogue
from povlib.report.houses.facts import BillFacts, HousesFacts, SiteFacts
from povlib.report.houses.sites_section import comers_table, months_table, openings_table
from povlib.report.model.numbers import Prose
from povlib.report.model.paper import Note
from povlib.runs.facts.effects import measure_names
from povlib.runs.facts.houses.house_bills import bill_rows, bills_by_kind, money_by_fund, money_by_programme
from povlib.runs.facts.houses.house_entitlement import entitlement_facts, outliers_in_words, ways_by_cause
from povlib.runs.facts.houses.house_inspection import inspection_facts
from povlib.runs.facts.houses.house_openings import houses_by_month, known_openings
from povlib.runs.facts.houses.house_progress import progress_facts
from povlib.runs.facts.houses.house_sites import site_facts
from povlib.runs.facts.houses.house_standing import houses_of, planned_houses, standing_facts
from povlib.runs.facts.houses.house_ways import way_facts
from povlib.runs.facts.village_order import village_names
from povlib.runs.run import Run
from povlib.words import text


def houses_facts(run: Run, lang: str) -> HousesFacts:
    """Return the facts of the paper on houses; a part of which the ledger holds no rows is None."""
    state, villages, planned = run.state, village_names(run), planned_houses(run)
    houses = houses_of(state, planned)
    return HousesFacts(
        standing=standing_facts(state, planned, villages, lang),
        entitlement=entitlement_facts(run.with_months, run.catalogue, planned, measure_names(run, lang), lang),
        ways=way_facts(state, houses, ways_by_cause(run.catalogue, lang), run.at, lang),
        bills=None if bill_rows(state).empty else _bill_facts(run, lang),
        progress=progress_facts(state, houses, lang),
        sites=_sites_with_openings(run, houses, lang),
        inspection=inspection_facts(state, villages, lang),
    )


def _sites_with_openings(run: Run, houses: pd.DataFrame, lang: str) -> SiteFacts | None:
    """Return the recorded sites with the steps of their grants, and what the plan opens."""
    found = site_facts(run.state, houses, _grant_steps(run.catalogue), lang)
    known = known_openings(run, lang)
    if found is None or known.empty:
        return found
    # workshops and co-ops that may be opened stand in the paper on villages
    openings = known[known["facility"].isin(list(run.catalogue.sites))]
    tables = [months_table(houses_by_month(run), lang)]
    if openings["opened"].any():
        tables.insert(0, comers_table(openings, lang))
    if len(openings):
        tables.insert(0, openings_table(openings, lang))
    # each needs a plan of its own, seconds that the paper does not take
    notes = (
        text("What an opening brings against the best plan without it: python3 workbench.py houses sites", lang),
        text("What one crew more would bring: python3 workbench.py houses months --crew", lang),
    )
    return replace(found, openings=(*tables, *(Note(Prose(note)) for note in notes)))


def _grant_steps(catalogue: Catalogue) -> list[int]:
    """Return the households from which on a cluster site earns a larger grant."""
    opened = [site.facility for site in catalogue.sites.values() if site.facility is not None]
    return sorted({step.households for facility in opened for step in facility.grant})


def _bill_facts(run: Run, lang: str) -> BillFacts:
    outliers = outliers_in_words(bill_outliers(run.with_months), lang)
    return BillFacts(
        bills_by_kind(run.state, lang), money_by_fund(run, lang), outliers, outlier_rule(lang),
        money_by_programme(run, lang),
    )  # fmt: skip
