"""The paper on village income 村财收入: what came, what is overdue, accounts, partners, the year ahead, shares."""

from __future__ import annotations

from povlib.report.model.paper import Report, Section
from povlib.report.villages.contract_income import account_blocks, due_blocks, forecast_blocks, partner_blocks
from povlib.report.villages.facts import IncomeFacts
from povlib.report.villages.income_section import totals_blocks
from povlib.words import text


def income_paper(facts: IncomeFacts, lang: str, *, synthetic: bool = False) -> Report:
    """Return the paper; without contracts it has the totals alone."""
    sections = [Section("totals", text("Collective income of the villages", lang), totals_blocks(facts, lang))]
    if (behind := facts.contracts) is not None:
        sections += [
            Section("due", text("Due, received, overdue", lang), due_blocks(behind, lang, listed=True)),
            Section("accounts", text("Accounts and sharing out", lang), account_blocks(behind, lang)),
            Section("partners", text("On whom the income hangs", lang), partner_blocks(behind, lang)),
            Section("ahead", text("The year ahead", lang), forecast_blocks(behind, lang)),
        ]
    return Report(title=text("Village income", lang), language=lang, sections=tuple(sections), synthetic=synthetic)
