"""The pages of a planner's notebooks: who is poor and why, what worked.

Responsible for handing a run's artefacts to the pages of `povlib.report`, in the office's own order and
language. Not responsible for figures or words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from povlib.poverty import Overview
from povlib.report.pages.impact_page import impact_page as _impact_page
from povlib.report.pages.poverty_page import poverty_page as _poverty_page
from povlib.report.writers.notebook_page import Page
from povlib.runs.facts.effects import measure_names
from povlib.runs.facts.proposal import in_village_order
from povlib.runs.run import Run
from povlib.runs.stages.refusals import Refused
from povlib.words import language


def poverty_page(run: Run, lang: str = "") -> Page:
    """Return who is poor and why, how households moved over the line, and who was missed, by parts."""
    lang = lang or language()
    report = _poverty_page(
        _ordered(run.overview, run),
        movements=_or_why(run.movements, lang),
        reached=_or_why(run.reached, lang),
        survey=str(run.survey.facts["name"]) if run.survey else "",
        lang=lang,
        subtitle=run.info.title(lang),
        synthetic=run.info.synthetic,
        authority=run.settings.authority,
        authorities={line.authority: str(getattr(line.names, lang)) for line in run.catalogue.lines.values()},
    )
    return Page(report)


def _or_why(found: Any, lang: str) -> Any:
    return found.show(lang) if isinstance(found, Refused) else found


def _ordered(overview: Overview, run: Run) -> Overview:
    """Put villages in the office's own order; the line of all stays where it is."""
    return replace(
        overview,
        by_village=in_village_order(overview.by_village, run, "domain"),
        by_source=in_village_order(overview.by_source, run, "domain"),
        guarantees=in_village_order(overview.guarantees, run),
    )


def impact_page(run: Run, lang: str = "") -> Page:
    """Return what worked, by parts."""
    lang = lang or language()
    report = _impact_page(
        run.effects,
        measure_names(run, lang),
        used=run.settings.effects,
        lang=lang,
        subtitle=run.info.title(lang),
        synthetic=run.info.synthetic,
    )
    return Page(report)
