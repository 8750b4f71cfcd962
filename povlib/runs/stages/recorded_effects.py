"""What the office's own records say about its measures: an artefact of the run, beside the priors.

Responsible for evaluating the ledger's months once a run and for which effects the plan is made with
(`Settings.effects`). Not responsible for the estimates (`povlib.impact`) or for words; nothing is ever
written back to ``support.yaml``.
"""

from __future__ import annotations

import pandas as pd

from povlib import impact
from povlib.impact.measure_panels import HelpFrames
from povlib.params import Catalogue

PRIOR = "prior"
_IN_WORDS = ["findings", "sentence"]  # in the language of the moment: a run has none, its pages are told from `checks`


def effects_on_record(state: HelpFrames, catalogue: Catalogue, seed: int) -> impact.Effects:
    """Return the effect of every measure with a prior, as the ledger's months show it, in no language.

    An office whose catalogue has no prior at all yet gets empty frames.
    """
    earning = [e for measure in catalogue.measures.values() for e in measure.earns]
    if not any(e.mean is not None and e.sd for e in earning):
        return _no_effects()
    effects = impact.evaluate(state, catalogue, seed=seed)
    # a column without any value would be stored as objects and read back as another type
    texts = {name: "str" for name in ("measure", "source", "basis", "method", "group", "status")}
    posterior = effects.posterior.astype({name: kind for name, kind in texts.items() if name in effects.posterior})
    return impact.Effects(effects.estimates.drop(columns=_IN_WORDS), posterior, effects.checks)


def _no_effects() -> impact.Effects:
    """Return effects without rows, with all their columns."""
    key = ["measure", "source", "basis", "method"]
    numbers = ["estimate", "se", "ci_low", "ci_high", "yuan_per_month", "treated", "controls", "clusters", "usable"]
    spread = ["estimate", "se", "prior_mean", "prior_sd", "mean", "sd", "low", "high", "prior_share", "status"]
    return impact.Effects(
        pd.DataFrame(columns=[*key, "target", *numbers]),
        pd.DataFrame(columns=[*key, "group", *spread]),
        pd.DataFrame(columns=["measure", "source", "method", "check", "refuses", "message", "values"]),
    )


def posterior_by_measure(posterior: pd.DataFrame) -> pd.DataFrame | None:
    """Return the effects a projection is made with: measure, source, mean, sd; None where the priors stand alone.

    Effects of the same measure and source in groups are not told apart by a package, so the measure's own row counts.
    """
    if posterior.empty:
        return None
    return posterior.loc[posterior["group"].isna(), ["measure", "source", "mean", "sd"]].reset_index(drop=True)
