"""What worked, for the meeting: the effects of a run in words, and where each input of the projection comes from."""

from __future__ import annotations

import pandas as pd

from povlib.report.pages.effect_wording import POSTERIOR, effects_in_words
from povlib.runs.run import Run
from povlib.words import text

CORRECTED = "assumed, corrected by own records"


def worked(run: Run, lang: str) -> pd.DataFrame:
    """Return one row an effect the plan may count on, in words (`povlib.report.pages.effect_wording`)."""
    return effects_in_words(run.effects, measure_names(run, lang), lang, used=run.settings.effects)


def origins(run: Run, inputs: pd.DataFrame, lang: str) -> tuple[list[str], list[str]]:
    """Return status (an English id) and source (in words) of effects, those that the records corrected named so.

    Parameters
    ----------
    inputs : DataFrame
        measure, source, status, prior_source: rows of `Projection.inputs`.
    """
    found = run.effects.posterior
    found = found[found["group"].isna() & (found["status"] == POSTERIOR)]
    share = {(m, s): float(x) for m, s, x in found[["measure", "source", "prior_share"]].itertuples(index=False)}
    corrected = run.settings.effects == POSTERIOR
    statuses, sources = [], []
    for measure, source, status, said in inputs[["measure", "source", "status", "prior_source"]].itertuples(
        index=False
    ):
        own = share.get((measure, source)) if corrected else None
        words = text(said, lang)
        statuses.append(str(status) if own is None else CORRECTED)
        sources.append(
            words
            if own is None
            else text("own records {n} %, the rest: {source}", lang, n=f"{100 * (1 - own):.0f}", source=words)
        )
    return statuses, sources


def measure_names(run: Run, lang: str) -> dict[str, str]:
    """Return the name of every measure, in the order of the catalogue."""
    return {key: str(getattr(measure.names, lang)) for key, measure in run.catalogue.measures.items()}
