"""What the office's own records taught about its measures: an artefact of the run, beside the priors.

Responsible for evaluating the ledger's months once a run and for which effects the plan is made with
(`Settings.effects`). Not responsible for the estimates (`povlib.impact`) or for words; nothing is ever
written back to ``support.yaml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from povlib import impact

if TYPE_CHECKING:
    from povlib.runs.run import Run

PRIOR = "prior"
_IN_WORDS = ["findings", "sentence"]  # in the language of the moment: a run has none, its pages are told from `checks`


def learnt_effects(run: Run) -> impact.Effects:
    """Return the effect of every measure with a prior, as the ledger's months show it, in no language.

    An office whose catalogue has no prior at all yet gets empty frames.
    """
    earning = [e for measure in run.catalogue.measures.values() for e in measure.earns]
    if not any(e.mean is not None and e.sd for e in earning):
        return _nothing()
    found = impact.evaluate(run.state, run.catalogue, seed=run.settings.seed)
    texts = {name: "str" for name in ("measure", "source", "basis", "method", "group", "status")}
    posterior = found.posterior.astype({name: kind for name, kind in texts.items() if name in found.posterior})
    return impact.Effects(found.estimates.drop(columns=_IN_WORDS), posterior, found.checks)


def _nothing() -> impact.Effects:
    key = ["measure", "source", "basis", "method"]
    numbers = ["estimate", "se", "ci_low", "ci_high", "yuan_per_month", "treated", "controls", "clusters", "usable"]
    spread = ["estimate", "se", "prior_mean", "prior_sd", "mean", "sd", "low", "high", "prior_share", "status"]
    return impact.Effects(
        pd.DataFrame(columns=[*key, "target", *numbers]),
        pd.DataFrame(columns=[*key, "group", *spread]),
        pd.DataFrame(columns=["measure", "source", "method", "check", "refuses", "message", "values"]),
    )


def planned_effects(run: Run) -> pd.DataFrame | None:
    """Return the effects the projection is made with: measure, source, mean, sd; None where the priors stand alone.

    Effects of the same measure and source in groups are not told apart by a package, so the measure's own row counts.
    """
    if run.settings.effects == PRIOR or run.effects.posterior.empty:
        return None
    whole = run.effects.posterior
    return whole.loc[whole["group"].isna(), ["measure", "source", "mean", "sd"]].reset_index(drop=True)
