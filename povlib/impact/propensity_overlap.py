"""Overlap: is there anyone to compare the helped with?

Responsible for the checks of propensities that warn or refuse. Not responsible for fitting them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats
from povlib.impact.effect_result import Finding

# A helped case with a propensity above this has hardly anyone like it among the others: its weights explode. The
# three limits are choices; none was measured. Lower ones refuse more, higher ones trust single controls more.
EXTREME_PROPENSITY = 0.98
FEW_EFFECTIVE_CONTROLS = 20  # effective controls (Kish) below which the comparison is warned of
FEW_CONTROLS_PER_HELPED = 0.1  # and effective controls a helped case


def control_weights(p: Floats, d: Bools, target: str) -> Floats:
    """Return the weights of the controls."""
    chance = p[~d]
    return np.asarray(chance / (1 - chance) if target == "att" else 1 / (1 - chance))


def effective_size(weights: Floats) -> float:
    """Return Kish's effective number of equally weighted cases."""
    total = float(weights.sum())
    return total**2 / float((weights**2).sum()) if total > 0 else 0.0


def overlap_table(p: Floats, d: Bools) -> pd.DataFrame:
    """Return quantiles of the propensity among helped and not helped: for the picture of overlap."""
    shares = [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0]
    return pd.DataFrame(
        {"share": shares, "helped": np.quantile(p[d], shares), "not_helped": np.quantile(p[~d], shares)}
    )


def overlap_findings(p: Floats, d: Bools, target: str) -> tuple[Finding, ...]:
    """Return what the propensities say: refuse without overlap, warn when few controls carry it all."""
    top = float((p[d] > EXTREME_PROPENSITY).mean())
    low = float((p[~d] < 1 - EXTREME_PROPENSITY).mean()) if target == "ate" else 0.0
    weights = control_weights(p, d, target)
    effective = effective_size(weights)
    share = effective / max(int(d.sum()), 1)
    outside = float((p[d] > p[~d].max(initial=0.0)).mean())
    values: dict[str, object] = {"share": f"{max(top, low, outside):.0%}", "n": round(effective)}
    if max(top, low) > 0.25 or outside > 0.25 or effective < 5:
        message = "{share} of the helped have nobody like them among the others"
        return (Finding("overlap", True, message, values),)
    if effective < FEW_EFFECTIVE_CONTROLS or share < FEW_CONTROLS_PER_HELPED or max(top, low, outside) > 0.05:
        message = "the comparison rests on about {n} of the others"
        return (Finding("overlap", False, message, values),)
    return ()
