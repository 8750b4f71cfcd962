"""Exits from poverty in a real panel: chosen on waves 1-3, judged once on the rest.

    POVLIB_REFERENCE=... python benchmarks/exits_teen.py --select      waves 1-3 only: which design
    POVLIB_REFERENCE=... python benchmarks/exits_teen.py --evaluate    the frozen design on waves 4-5

`--select` compares designs by ten folds of persons within the transitions 1-2 and 2-3 and never reads a
later wave. `DESIGN` is what it chose. `--evaluate` prints the figures of docs/benchmarks/exits.md.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
import pandas as pd

from povlib.panels import at_risk, hazard
from povlib.review import calibration

WHO = ["age", "black", "mother", "spouse", "inschool", "hours"]
DESIGNS: dict[str, list[str]] = {
    "who": WHO,
    "who, duration": [*WHO, "log_duration"],
    "who, duration, earlier": [*WHO, "log_duration", "earlier"],
    "who, share poor": [*WHO, "share_poor"],
    "who, share poor, hours before": [*WHO, "share_poor", "hours_before"],
    "who, share poor, wave age": ["age_now", "black", "mother", "spouse", "inschool", "hours", "share_poor"],
}
DESIGN = "who, share poor"
LINK = "logit"


def rows(leaves: int, last: int) -> pd.DataFrame:
    """Return persons at risk of leaving a state at waves before `last`, with what was known then."""
    panel = pd.read_csv(Path(os.environ["POVLIB_REFERENCE"]) / "teen_poverty" / "teen_poverty_long.csv")
    panel = panel[panel["wave"] <= last].sort_values(["id", "wave"], ignore_index=True)
    before = panel.groupby("id")["pov"].cumsum() - panel["pov"]
    # waves poor so far of waves seen so far, this one included, drawn half a wave to one half
    panel["share_poor"] = (before + panel["pov"] + 0.5) / (panel.groupby("id").cumcount() + 2.0)
    panel["hours_before"] = panel.groupby("id")["hours"].shift(1)
    panel["age_now"] = panel["age"] + panel["wave"] - 1
    risk = at_risk(panel, id="id", time="wave", state="pov", leaves=leaves)
    return risk.assign(log_duration=np.log(risk["duration"])).dropna(subset=["event"]).reset_index(drop=True)


def fitted(frame: pd.DataFrame, design: str):
    """Fit a design."""
    return hazard(frame, id="id", time="wave", event="event", covariates=DESIGNS[design], duration="one", link=LINK)


def select(leaves: int) -> pd.DataFrame:
    """Return Brier and log score of every design by ten folds of persons, waves 1-3 only."""
    risk = rows(leaves, 3).assign(one=1)
    fold = risk["id"].map(
        dict(zip(np.random.default_rng(1).permutation(risk["id"].unique()), range(10**6), strict=False))
    )
    made = []
    for name in DESIGNS:
        p = pd.Series(np.nan, index=risk.index)
        for k in range(10):
            out = fold % 10 == k
            said = fitted(risk[~out], name).predict(risk[out], 1, draws=0)
            p[out] = risk.loc[out, ["id", "wave"]].merge(said, on=["id", "wave"], how="left")["p"].to_numpy()
        y = risk["event"].to_numpy(dtype=np.float64)
        made.append((name, ((p - y) ** 2).mean(), -np.where(y == 1, np.log(p), np.log1p(-p)).mean()))
    return pd.DataFrame(made, columns=["design", "brier", "log_score"])


def evaluate(leaves: int) -> dict[str, float]:
    """Return the figures of the frozen design on the transitions after wave 3."""
    risk = rows(leaves, 5).assign(one=1)
    train, test = risk[risk["wave"] <= 2], risk[risk["wave"] > 2].reset_index(drop=True)
    said = fitted(train, DESIGN).predict(test, 1, draws=0)
    p = test[["id", "wave"]].merge(said, on=["id", "wave"])["p"].to_numpy()
    y = test["event"].to_numpy(dtype=np.float64)
    base = y.mean()  # the rate of the test rows themselves: nobody could have known it
    better = (base - y) ** 2 - (p - y) ** 2
    by = pd.Series(better).groupby(test["id"]).sum()
    mean = float(better.mean())
    se = float(np.sqrt(len(by) / (len(by) - 1) * ((by - by.mean()) ** 2).sum()) / len(y))
    fit = calibration(p, y, test["id"].to_numpy())
    return {
        "rows": len(y), "rate": base, "brier": float(((p - y) ** 2).mean()), "brier_base": base * (1 - base),
        "better": mean, "low": mean - 1.96 * se, "high": mean + 1.96 * se,
        "observed_expected": y.sum() / p.sum(), "slope": fit.slope,
        "slope_low": fit.slope - 1.96 * fit.slope_se, "slope_high": fit.slope + 1.96 * fit.slope_se,
    }  # fmt: skip


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--select", action="store_true")
    parser.add_argument("--evaluate", action="store_true")
    options = parser.parse_args()
    for leaves, name in ((1, "exits"), (0, "entries")):
        if options.select:
            print(name, select(leaves).round(5).to_string(index=False), sep="\n")
        if options.evaluate:
            print(name, pd.Series(evaluate(leaves)).round(4).to_string(), sep="\n")


if __name__ == "__main__":
    main()
