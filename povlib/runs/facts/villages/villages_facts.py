"""All that the paper on jobs and villages, notebook 09 and the meeting paper's section say of a run."""

from __future__ import annotations

from povlib.params.procedures.cooperation import load_cooperation
from povlib.params.villages.village_income import load_village_income
from povlib.report.villages.facts import VillagesFacts
from povlib.runs.facts.bulletin import entered_claims
from povlib.runs.facts.sharing.month_digest import digest_facts
from povlib.runs.facts.village_order import village_names
from povlib.runs.facts.villages.contract_incomes import income_with_contracts
from povlib.runs.facts.villages.coops_and_contracts import contract_facts, coop_facts, fair_facts
from povlib.runs.facts.villages.hanging_on_sources import source_facts
from povlib.runs.facts.villages.made_products import enterprise_facts, product_facts
from povlib.runs.facts.villages.opening_facts import opening_facts
from povlib.runs.facts.villages.route_overlap import route_facts
from povlib.runs.facts.villages.work_places import work_facts
from povlib.runs.run import Run


def villages_facts(run: Run, lang: str) -> VillagesFacts:
    """Return the facts of the paper on jobs and villages; a part of which the ledger holds no rows is None."""
    state, month, folder = run.state, run.at.ordinal, run.folder / "params"
    return VillagesFacts(
        work=work_facts(run, lang),
        products=product_facts(state, village_names(run), lang),
        incomes=income_with_contracts(
            state,
            village_names(run),
            load_cooperation(folder),
            load_village_income(folder),
            lang,
            document=entered_claims(run),
        ),
        coops=coop_facts(state, month, lang),
        enterprises=enterprise_facts(state, lang),
        contracts=contract_facts(run, lang),
        fairs=fair_facts(state, lang),
        routes=route_facts(run, lang),
        sources=source_facts(run, lang),
        openings=opening_facts(run, lang),
        digest=digest_facts(state, state.last_month, run.catalogue, lang) if state.last_month is not None else None,
        synthetic=state.synthetic,
    )
