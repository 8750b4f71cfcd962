"""Does a limit on single sources hold in the simulator? Each source of a limited plan removed, in several townships.

    PYTHONPATH=. python benchmarks/sources_truth.py --townships 6 --households 500 --limit 8

For each township: the model is given the true means of what measures bring (its own limit is what is asked, not its
beliefs), plans under a limit by employer, firm and product, and every source the plan hangs on is removed in the
simulator from the first month of help, with the luck of that township. Prints by township the worst loss, and over all
removals of sources at their limit the mean loss beside the limit with its standard error over townships.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np
import pandas as pd
from exits_truth import plan_rows, right_catalogue, state_of, true_means
from exits_worlds import spreads

from povlib import allocation, exits, params, places, sample
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.params.villages.source_limits import SourceLimits
from povlib.runs.stages.allocation_input import build_problem
from povlib.runs.stages.source_limits import exposure_of_offer
from povlib.support import offer
from povlib.villages.sources.exposure import plan_exposure
from povlib.villages.sources.package_sources import package_sources

NOBODY = "方案里的一家"
"""A name that no source of the practice township bears: only rows of the plan are removed under it."""
AT_LIMIT = 0.9
"""A source counts as at its limit from this part of it on."""


def removals(seed: int, households: int, limit: float, draws: int = 100, gap: float = 2.0) -> pd.DataFrame:
    """Return what each source of a limited plan truly takes with it.

    Returns
    -------
    DataFrame
        seed, kind, source, households (that hang on it), row (exits that the problem's row counts), truly (registered
        persons who are out of poverty with the source and not without it).
    """
    base = params.load(places.DATA / "sample" / "params")
    limits = SourceLimits(employer_persons=limit, firm_persons=limit, product_persons=limit)
    settings = params.Settings(draws=draws, source_limits=limits)
    township = sample.simulate(households, seed)
    state = state_of(township)
    first = offer(state, base, settings)
    means = true_means(township, first, base)
    cv = spreads(base, means)
    catalogue = right_catalogue(base, means, cv)
    offered = offer(state, catalogue, settings)
    table = [(key, key.split(".")[0], catalogue.measures[key.split(".")[0]].earns[int(key.split(".")[1])].source,
              truth["mean"], abs(truth["mean"]) * cv[key]) for key, truth in means.items()]  # fmt: skip
    believed = pd.DataFrame(table, columns=["key", "measure", "source", "mean", "sd"]).drop(columns="key")
    projection = exits.project(state, offered, catalogue, settings, posterior=believed)
    problem = build_problem(state, offered, projection, catalogue, settings)
    # counted in steps: a busy computer finds the same plan, later
    with allocation.searches_counted_in_steps():
        plan = allocation.solve(problem, gap=gap, time_limit_s=60)
    assert allocation.verify(plan, problem).ok
    chosen = plan.chosen.set_index("hh")["package"].astype("int64")
    exposure = plan_exposure(exposure_of_offer(state, offered, projection, catalogue, settings), chosen)
    links = package_sources(offered.components, state, catalogue)
    parts = np.flatnonzero(offered.components["package"].isin(set(chosen)))
    followed = plan_rows(offered, chosen, catalogue)
    # ways to a house that the simulator does not know are followed as a house built anew: nothing hangs on them
    known = set(township.world.measures)
    followed["measure"] = followed["measure"].where(followed["measure"].isin(known), "housing_rebuild")
    rows = []
    for row in exposure.itertuples(index=False):
        mine = set(links.loc[(links["kind"] == row.kind) & (links["source"] == row.source), "part"])
        hangs = np.zeros(len(followed), dtype=bool)
        hangs[: len(parts)] = np.isin(parts, list(mine))
        lost = sample.outcomes_without(township, NOBODY, settings.help_from, plan=followed, hangs=hangs)
        lost = lost[lost["registered"]]
        truly = int((lost["size"] * (lost["exits_with"].astype(int) - lost["exits_without"].astype(int))).sum())
        rows.append((seed, row.kind, row.source, row.households, row.micro / MICRO, truly))
    return pd.DataFrame(rows, columns=["seed", "kind", "source", "households", "row", "truly"])


def judged(found: pd.DataFrame, limit: float) -> dict[str, Any]:
    """Return the mean true loss at the limit with its error, over townships (sources of one share their luck)."""
    tight = found[found["row"] >= AT_LIMIT * limit].drop_duplicates(["seed", "households", "row", "truly"])
    by_town = tight.groupby("seed")["truly"].mean()
    error = float(by_town.std(ddof=1) / np.sqrt(len(by_town))) if len(by_town) > 1 else float("nan")
    return {"townships": len(by_town), "removals": len(tight), "mean": float(by_town.mean()), "error": error,
            "row": float(tight["row"].mean()), "within": float((tight["truly"] <= limit).mean())}  # fmt: skip


def main() -> None:
    """Print a line a township and the verdict."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--townships", type=int, default=6)
    asked.add_argument("--households", type=int, default=500)
    asked.add_argument("--limit", type=float, default=8.0)
    chosen = asked.parse_args()
    every = []
    for seed in range(1, chosen.townships + 1):
        started = time.perf_counter()
        found = removals(seed, chosen.households, chosen.limit)
        every.append(found)
        worst = found.loc[found["truly"].idxmax()]
        print(f"{seed}: {len(found)} sources, {found['row'].max():.2f} exits counted at most; truly worst "
              f"{worst['source']} ({worst['kind']}) {worst['truly']}; {time.perf_counter() - started:.0f} s",
              flush=True)  # fmt: skip
    verdict = judged(pd.concat(every, ignore_index=True), chosen.limit)
    print({key: round(value, 2) for key, value in verdict.items()})


if __name__ == "__main__":
    main()
