"""The optimiser's curse in a small trial, and what the refitted prior repairs.

    python benchmarks/exits_curse.py [--worlds 50] [--write]

2,000 households, a gain of chance each (mean .10, spread .06), known with noise .12; a tenth is served, those who
look best; earlier origins gave 300 estimates of the same kind. Realised / promised among the chosen, mean over
worlds: plug-in, posterior under the right prior, under one whose mean is a spread too high and whose
spread is doubled, and under that prior after `povlib.exits.refit_priors`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))
from exits_page import commit, section, table_of

from povlib import params, places
from povlib.exits import posterior_effects, refit_priors

MEAN, SPREAD, NOISE, HOUSEHOLDS, SERVED, EARLIER = 0.10, 0.06, 0.12, 2000, 200, 300


def world(seed: int, catalogue: params.Catalogue) -> dict[str, float]:
    """Return realised / promised by belief in one world."""
    rng = np.random.default_rng([seed, 5])
    truth = rng.normal(MEAN, SPREAD, HOUSEHOLDS)
    seen = pd.DataFrame({"measure": "m", "source": "wage", "estimate": rng.normal(truth, NOISE), "se": NOISE})
    before = pd.DataFrame({"estimate": rng.normal(rng.normal(MEAN, SPREAD, EARLIER), NOISE), "se": NOISE})
    right = {"prior_mean": MEAN, "prior_sd": SPREAD}
    wrong = {"prior_mean": MEAN + SPREAD, "prior_sd": 2 * SPREAD}
    fit = refit_priors(before.assign(**wrong), catalogue)
    means = {
        "plug-in": seen["estimate"].to_numpy(),
        "right prior": posterior_effects(seen.assign(**right))["mean"].to_numpy(),
        "wrong prior": posterior_effects(seen.assign(**wrong))["mean"].to_numpy(),
        "refitted": posterior_effects(seen.assign(**wrong), fit)["mean"].to_numpy(),
    }
    found = {}
    for name, mean in means.items():
        chosen = np.argsort(-mean, kind="stable")[:SERVED]
        found[name] = float(truth[chosen].sum() / mean[chosen].sum())
    return found


def main() -> None:
    """Print mean and spread over the worlds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=50)
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks/exits.md")
    options = parser.parse_args()
    catalogue = params.load(places.PARAMS)
    rows = pd.DataFrame([world(seed, catalogue) for seed in range(options.worlds)])
    told = rows.agg(["mean", "std"]).T.rename_axis("chosen and valued by").reset_index()
    print(told.round(3).to_string())
    if options.write:
        told = told.rename(columns={"mean": "realised / promised", "std": "SD of a world"})
        section(
            "curse", [f"{options.worlds} worlds of {HOUSEHOLDS} households, code of {commit()}.", "", *table_of(told)]
        )


if __name__ == "__main__":
    main()
