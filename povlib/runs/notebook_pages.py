"""The pages of a planner's notebooks, by parts: what a run knows, gathered and put into words.

Responsible for bringing the gatherers of `povlib.runs.facts` and the words of `povlib.report.pages` together, in the
office's own order and language. Not responsible for figures or words. The page of notebook 07 is beside its questions
(`povlib.runs.questions`), that of 00 needs no run (`povlib.runs.office`).
"""

from __future__ import annotations

from povlib.report.horizon.horizon_section import horizon_sections, no_horizon_section
from povlib.report.houses.paper import houses_page as _houses_page
from povlib.report.model.paper import Report
from povlib.report.pages.exits_page import exits_page
from povlib.report.pages.impact_page import impact_page as _impact_page
from povlib.report.pages.ledger_page import ledger_page as _ledger_page
from povlib.report.pages.poverty_page import poverty_page as _poverty_page
from povlib.report.performance.paper import performance_page as _performance_page
from povlib.report.villages.paper import villages_page as _villages_page
from povlib.report.writers.notebook_page import Page
from povlib.runs.facts.bulletin import bulletin_report
from povlib.runs.facts.effects import doubt_facts, effect_facts, measure_names
from povlib.runs.facts.exits import exits_facts, opinion_facts
from povlib.runs.facts.houses.houses_facts import houses_facts
from povlib.runs.facts.ledger import ledger_facts
from povlib.runs.facts.poverty import poverty_facts, register_facts
from povlib.runs.facts.village_order import village_names
from povlib.runs.facts.villages.villages_facts import villages_facts
from povlib.runs.horizon.horizon_facts import horizon_facts
from povlib.runs.papers import meeting_report
from povlib.runs.performance.evaluation import run_performance
from povlib.runs.run import Run
from povlib.words import language, text


def ledger_page(run: Run, lang: str = "") -> Page:
    """Return what the ledger holds."""
    lang = lang or language()
    facts = ledger_facts(run.state, village_names(run))
    return Page(_ledger_page(facts, lang=lang, subtitle=run.info.title(lang)))


def poverty_page(run: Run, lang: str = "") -> Page:
    """Return who is poor and why, how households moved over the line, and who was missed."""
    lang = lang or language()
    report = _poverty_page(
        poverty_facts(run, lang),
        survey=str(run.survey.facts["name"]) if run.survey else "",
        register=register_facts(run, lang),
        lang=lang,
        subtitle=run.info.title(lang),
        synthetic=run.info.synthetic,
        authority=run.settings.authority,
        authorities=run.catalogue.authority_names(lang),
    )
    return Page(report)


def impact_page(run: Run, lang: str = "") -> Page:
    """Return what worked."""
    lang = lang or language()
    facts = effect_facts(run.effects, run.settings.effects)
    names, title = measure_names(run, lang), run.info.title(lang)
    doubt = doubt_facts(run, lang)
    return Page(_impact_page(facts, names, doubt=doubt, lang=lang, subtitle=title, synthetic=run.info.synthetic))


def exits_view(run: Run, lang: str = "") -> Page:
    """Return who will get out under the run's plan, and how far that can be trusted."""
    lang = lang or language()
    horizon, title = run.settings.horizon.label(lang), run.info.title(lang)
    facts = exits_facts(run, lang)
    opinion = opinion_facts(run, lang)
    return Page(
        exits_page(facts, horizon=horizon, opinion=opinion, lang=lang, subtitle=title, synthetic=run.info.synthetic)
    )


def housing_page(run: Run, lang: str = "") -> Page:
    """Return who is owed a safe house, where the works stand, what they cost, and what the plan would add."""
    lang = lang or language()
    lang = lang or language()
    return Page(
        _houses_page(houses_facts(run, lang), measure_names(run, lang), lang=lang, subtitle=run.info.title(lang))
    )


def villages_page(run: Run, lang: str = "") -> Page:
    """Return who works where, what villages make, co-ops and contracts, and what hangs on one source."""
    lang = lang or language()
    return Page(_villages_page(villages_facts(run, lang), lang=lang, subtitle=run.info.title(lang)))


def performance_page(run: Run, lang: str = "") -> Page:
    """Return the performance evaluation of the year of a run's plan, each indicator from rows of the ledger."""
    lang = lang or language()
    facts = run_performance(run, lang)
    return Page(_performance_page(facts, subtitle=run.info.title(lang), synthetic=run.info.synthetic, lang=lang))


def meeting_page(run: Run, lang: str = "") -> Page:
    """Return the meeting paper."""
    return Page(meeting_report(run, lang or None))


def horizon_page(run: Run, lang: str = "") -> Page:
    """Return the plan over several years of a run, or how one is made."""
    lang = lang or language()
    facts = horizon_facts(run, lang)
    none = (no_horizon_section(run.info.run_id, lang),)
    sections = none if facts is None else horizon_sections(facts, lang)
    title = text("Plan over several years", lang)
    return Page(Report(title, lang, subtitle=run.info.title(lang), sections=sections, synthetic=run.info.synthetic))


def bulletin_page(run: Run, lang: str = "") -> Page:
    """Return the bulletin's claims against the ledger's rows."""
    return Page(bulletin_report(run, lang or language()))
