"""What worked, for the meeting: the effects of a run in words, and where each input of the projection comes from."""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.impact import Effects
from povlib.report.pages.doubt_section import DoubtFacts, LineFacts
from povlib.report.pages.effect_wording import NAIVE, POSTERIOR, EffectFacts, effects_in_words
from povlib.runs.run import Run
from povlib.runs.stages.design_checks import CutoffAtLine, chance_of_effects, cutoff_at_line
from povlib.runs.stages.refusals import Refused
from povlib.words import text

CORRECTED = "assumed, corrected by own records"
_NORMAL = 1.959963984540054  # 97.5 % of a standard normal: half the width of a 95 % range, in standard errors


def effect_rows(run: Run, lang: str) -> pd.DataFrame:
    """Return one row an effect the plan may count on, in words (`povlib.report.pages.effect_wording`)."""
    return effects_in_words(effect_facts(run.effects, run.settings.effects), measure_names(run, lang), lang)


def effect_facts(effects: Effects, used: str = POSTERIOR) -> EffectFacts:
    """Return the effects of a run as its plan takes them, with the designs behind them."""
    planned = effects_as_planned(effects, used) if len(effects.posterior) else effects.posterior
    forest = _forest_rows(planned, effects.estimates) if len(planned) else planned
    return EffectFacts(planned, effects.estimates, effects.checks, forest, used)


def effects_as_planned(effects: Effects, used: str = POSTERIOR) -> pd.DataFrame:
    """Return posterior rows of whole measures as the plan takes them, or the priors in their place."""
    frame = effects.posterior[effects.posterior["group"].isna()].reset_index(drop=True)
    if used == POSTERIOR:
        return frame
    half = _NORMAL * frame["prior_sd"]
    ends = {"low": frame["prior_mean"] - half, "high": frame["prior_mean"] + half}
    return frame.assign(mean=frame["prior_mean"], sd=frame["prior_sd"], prior_share=1.0, **ends)


def _forest_rows(planned: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return what was assumed, recorded and used of each effect, each with its 95 % range."""
    # before and after of the helped alone stands beside the others and is never used
    naive = estimates.loc[estimates["method"] == NAIVE, ["measure", "source", "estimate"]]
    frame = planned.merge(naive.rename(columns={"estimate": "naive"}), on=["measure", "source"])
    return frame.assign(
        local=frame["estimate"],
        local_low=frame["estimate"] - _NORMAL * frame["se"],
        local_high=frame["estimate"] + _NORMAL * frame["se"],
        prior_low=frame["prior_mean"] - _NORMAL * frame["prior_sd"],
        prior_high=frame["prior_mean"] + _NORMAL * frame["prior_sd"],
    )


def input_origins(run: Run, inputs: pd.DataFrame, lang: str) -> tuple[list[str], list[str]]:
    """Return status (an English id) and source (in words) of effects, those that the records corrected named so.

    Parameters
    ----------
    inputs : DataFrame
        measure, source, status, prior_source: rows of `Projection.inputs`.
    """
    learnt = run.effects.posterior
    learnt = learnt[learnt["group"].isna() & (learnt["status"] == POSTERIOR)]
    share = {(m, s): float(x) for m, s, x in learnt[["measure", "source", "prior_share"]].itertuples(index=False)}
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
    return {key: measure.names.show(lang) for key, measure in run.catalogue.measures.items()}


def doubt_facts(run: Run, lang: str) -> DoubtFacts:
    """Return what the two parts say."""
    found = cutoff_at_line(run)
    line: LineFacts | str = found.show(lang) if isinstance(found, Refused) else line_facts(found)
    return DoubtFacts(chance_rows(chance_of_effects(run), run.effects.estimates), line)


def line_facts(found: CutoffAtLine) -> LineFacts:
    """Return the cut-off design as the page takes it."""
    return LineFacts(
        found.table, found.findings, found.usable, found.agrees, Month.from_ordinal(found.before), found.line_fen,
        found.helped,
    )  # fmt: skip


def chance_rows(chance: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return measure, source, basis, estimate, treated, p and draws of each effect that was drawn anew."""
    own = estimates.loc[estimates["method"] == "did", ["measure", "source", "basis", "estimate", "treated"]]
    return chance.merge(own, on=["measure", "source"], how="left", validate="1:1")
