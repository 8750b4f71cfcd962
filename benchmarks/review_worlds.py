"""How the projection fares in back-tests on made-up townships, and how often ranges of village counts hold.

Rolling origins in each world, with what was known then; help as it was given since. Run:

    python benchmarks/review_worlds.py [--worlds 8]

Writes docs/benchmarks/review.md.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))
from exits_page import commit

from povlib import params, places, review, sample
from povlib.calendar import Month
from povlib.review import conformal_ranges
from povlib.review.headline_figures import realised_ratio
from povlib.review.simple_forecasts import BASE, LAST_STATE, LOGIT

LAST = Month(2016, 12)
PAGE = places.ROOT / "docs" / "benchmarks" / "review.md"


def world(seed: int, catalogue: params.Catalogue) -> review.Backtest:
    """Return the back-test of one made-up township of 340 households."""
    rows = sample.ledger_rows(sample.simulate(340, seed=seed, months_after=8))
    state = SimpleNamespace(**rows, last_month=LAST, synthetic=True)
    settings = params.Settings()
    at = SimpleNamespace(last_month=LAST, observations=state.observations)
    origins = review.backtest_origins(at, settings.model_copy(update={"horizon": LAST + 8}))
    return review.backtest(state, catalogue, settings, origins, 8)


def pooled(found: list[review.Backtest]) -> review.Backtest:
    """Return all worlds as one back-test; a village of another world is another village."""
    parts = {name: [] for name in ("frame", "counts", "villages")}
    for number, one in enumerate(found):
        for name, rows in parts.items():
            frame = getattr(one, name)
            rows.append(frame.assign(village=f"{number}/" + frame["village"]) if "village" in frame else frame)
    return review.Backtest(**{name: pd.concat(rows, ignore_index=True) for name, rows in parts.items()})


def skills(whole: review.Backtest) -> list[str]:
    """Return lines of skill over each forecast anyone could make, on the rows where it exists."""
    lines = ["| against | skill | 95 % interval, clustered by village | households |", "|---|---|---|---|"]
    for name in (BASE, LAST_STATE, LOGIT):
        skill, low, high = whole.skill(name)
        lines.append(f"| {name} | {skill:.3f} | {low:.3f} to {high:.3f} | {whole.known()[name].notna().sum()} |")
    return lines


def ranges(found: list[review.Backtest]) -> list[str]:
    """Return lines of how often 90 % ranges of village counts held, and how wide they were, in persons."""
    made = [conformal_ranges.conformal_ranges(one.villages, most="persons") for one in found]
    told = pd.concat(made, ignore_index=True)
    told = told[told["basis"] != conformal_ranges.MODEL]  # the same origins for both: those with earlier misses known
    own, wide = told["inside"].astype(float), told["held"].astype(float)
    width = [(told[high] - told[low]).mean() for low, high in (("low", "high"), ("conformal_low", "conformal_high"))]
    total = pd.concat([one.counts for one in found])
    return [
        "| 90 % range of | held | mean width (persons) | counts |",
        "|---|---|---|---|",
        f"| village counts, the projection's own | {own.mean():.3f} | {width[0]:.1f} | {len(told)} |",
        f"| village counts, conformal by earlier misses | {wide.mean():.3f} | {width[1]:.1f} | {len(told)} |",
        f"| township counts, the projection's own | {total['inside'].astype(float).mean():.3f} | "
        f"{(total['high'] - total['low']).mean():.1f} | {len(total)} |",
    ]


def ratios(found: list[review.Backtest]) -> list[str]:
    """Return lines of realised / projected persons: mean over worlds with its standard error."""
    lines = ["| realised / projected persons | mean over worlds | standard error |", "|---|---|---|"]
    for name, rows in (
        ("all registered", [one.known() for one in found]),
        ("given new help (the chosen)", [k[k["served"].astype(bool)] for k in (one.known() for one in found)]),
        ("all, where earlier origins are known", [one.known().dropna(subset=["recalibrated"]) for one in found]),
        ("the same, recalibrated by earlier origins", [one.known().dropna(subset=["recalibrated"]) for one in found]),
    ):
        by = "recalibrated" if "recalibrated" in name else "p"
        each = np.array([realised_ratio(part, by).ratio for part in rows])
        lines.append(f"| {name} | {each.mean():.3f} | {each.std(ddof=1) / np.sqrt(len(each)):.3f} |")
    return lines


def main() -> None:
    """Run the worlds and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=8)
    worlds = parser.parse_args().worlds
    catalogue = params.load(places.DATA / "sample" / "params")
    found = [world(100 + number, catalogue) for number in range(worlds)]
    whole = pooled(found)
    same = replace(whole, frame=whole.frame.dropna(subset=["recalibrated", LOGIT]))
    table = pd.concat([whole.summary().query("forecast == 'p'").assign(forecast="p, all origins"), same.summary()])
    table = table[["forecast", "n", "brier", "log_score", "reliability", "resolution", "slope"]]
    scores = [
        "| forecast | households | Brier | log score | reliability | resolution | slope |",
        "|---|---|---|---|---|---|---|",
    ]
    scores += [
        f"| {name} | {n} | {' | '.join(f'{value:.3f}' for value in rest)} |"
        for name, n, *rest in table.itertuples(index=False)
    ]
    head = (
        f"# Back-tests on made-up townships\n\n`benchmarks/review_worlds.py`: {worlds} worlds of 340 households, five "
        "origins each (2014-12 to 2016-04), eight months ahead, registered households, help as given, effects at the "
        "catalogue's priors, which are not the simulator's. Code of "
        f"{commit()}. 2 cores; no figure here is a time.\n"
    )
    page = "\n\n".join(
        [head, "\n".join(scores), "\n".join(skills(whole)), "\n".join(ratios(found)), "\n".join(ranges(found))]
    )
    PAGE.write_text(page + "\n", encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
