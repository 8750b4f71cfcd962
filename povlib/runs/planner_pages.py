"""The pages of a planner's notebooks: who is poor and why, what worked.

Responsible for handing a run's artefacts to the pages of `povlib.report`, in the office's own order and
language. Not responsible for figures or words.
"""

from __future__ import annotations

from povlib.report.impact_page import impact_page as _impact_page
from povlib.report.notebook import Page
from povlib.runs.chain import Run
from povlib.words import language


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


def measure_names(run: Run, lang: str) -> dict[str, str]:
    """Return the name of every measure, in the order of the catalogue."""
    return {key: str(getattr(measure.names, lang)) for key, measure in run.catalogue.measures.items()}
