"""The curse where a ledger's estimates are many and unequal: one for each measure and village.

    python benchmarks/exits_cells.py [--worlds 8] [--first 9000] [--out FILE.json] [--write]

In each world of the practice simulator every measure works differently in every village (spread of the
prior); the office knows an estimate for each of these cells, whose error falls with the households there
that had the measure before. It plans under four beliefs, and the simulator says what came true, as in
`exits_worlds.py`, whose choice and judgement are used. A cooperative's dividend is taken as known.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))
from exits_page import commit, section, table_of
from exits_truth import came_true, plan_rows, right_catalogue, state_of, true_means
from exits_worlds import EARLIER, NOISE, choice, judged, spreads

from povlib import exits, params, places, sample
from povlib.exits import posterior_effects, refit_priors
from povlib.sample.help import true_effects
from povlib.support import Offer, offer

NAMES = {"plug_in": "plug-in", "right": "right", "wrong": "wrong", "refitted": "refitted"}


def cells(
    township: sample.Township, homes: pd.Series, means: dict[str, Any], cv: dict[str, float], rng: np.random.Generator
) -> pd.DataFrame:
    """Return one row an effect and village: prior, true effect, estimate and its error.

    The error is `NOISE` prior spreads where as many households had the measure as in the middle cell, and falls with
    the root of their number; a village without any counts as one.
    """
    villages = township.households["hh"].map(homes).to_numpy()
    had = township.spells.assign(village=villages[township.spells["row"]]).groupby(["measure", "village"])["row"]
    had = had.nunique()
    rows = pd.DataFrame([(key, name) for key in sorted(means) for name in sorted(set(villages))],
                        columns=["key", "village"])  # fmt: skip
    rows["measure"] = rows["key"].str.split(".").str[0]
    rows["mean"] = [means[key]["mean"] for key in rows["key"]]
    rows["prior_sd"] = rows["mean"].abs() * rows["key"].map(cv)
    number = had.reindex(pd.MultiIndex.from_frame(rows[["measure", "village"]])).fillna(0).to_numpy()
    number = np.maximum(number, 1.0)
    rows["se"] = NOISE * rows["prior_sd"] * np.sqrt(np.median(number) / number)
    pairs = rows[["measure", "village"]].drop_duplicates()
    pairs = pairs.assign(z=rng.standard_normal(len(pairs)))  # a measure works well or not in all it earns
    rows = rows.merge(pairs, on=["measure", "village"])
    rows["truth"] = np.maximum(rows["mean"] + rows["prior_sd"] * rows["z"], 0.05 * rows["mean"])
    return rows


def beliefs(rows: pd.DataFrame, rng: np.random.Generator, catalogue: params.Catalogue):
    """Return key, village, mean and sd of every cell under each belief, and the refit."""
    n = len(rows)
    sd, se = rows["prior_sd"].to_numpy(), rows["se"].to_numpy()
    known = rows["key"].isin(_dividends(catalogue)).to_numpy()
    seen = rows.assign(estimate=rows["truth"] + se * rng.standard_normal(n))
    wrong = {"prior_mean": rows["mean"] + sd, "prior_sd": 2 * sd}
    earlier = pd.concat([
        rows.assign(**wrong, estimate=rows["mean"] + sd * rng.standard_normal(n) + se * rng.standard_normal(n))
        for _ in range(EARLIER)
    ])  # fmt: skip
    fit = refit_priors(earlier[np.tile(~known, EARLIER)], catalogue)
    made = {
        "plug_in": seen.assign(mean=np.maximum(seen["estimate"], 0.0), sd=1e-6),
        "right": _posterior(seen, rows["mean"], rows["prior_sd"], None),
        "wrong": _posterior(seen, wrong["prior_mean"], wrong["prior_sd"], None),
        "refitted": _posterior(seen, wrong["prior_mean"], wrong["prior_sd"], fit),
    }
    for name, frame in made.items():
        made[name] = frame.assign(mean=np.where(known, rows["mean"], frame["mean"]),
                                  sd=np.where(known, 1e-6, frame["sd"]))  # fmt: skip
    return made, fit


def _posterior(seen: pd.DataFrame, mean: pd.Series, sd: pd.Series, fit: exits.PriorRefit | None) -> pd.DataFrame:
    rows = posterior_effects(seen.assign(prior_mean=mean, prior_sd=sd), fit)
    return seen.assign(mean=rows["mean"].to_numpy(), sd=rows["sd"].to_numpy())


def _dividends(catalogue: params.Catalogue) -> set[str]:
    return {
        f"{measure.key}.{number}"
        for measure in catalogue.measures.values()
        for number, earning in enumerate(measure.earns)
        if earning.source == "property"
    }


@contextmanager
def by_village(rows: pd.DataFrame, homes: pd.Series) -> Iterator[None]:
    """Let every measure work in every village as the cells say."""
    scale = rows.assign(scale=rows["truth"] / rows["mean"]).drop_duplicates(["measure", "village"])
    scale = scale.set_index(["measure", "village"])["scale"]
    plain = true_effects.true_effect

    def drawn(measure, frame, seed, world):  # type: ignore[no-untyped-def]
        gain = plain(measure, frame, seed, world)
        if measure.key not in scale.index.get_level_values(0):
            return gain
        return gain * frame["hh"].map(homes).map(scale.loc[measure.key]).to_numpy(dtype=np.float64)

    true_effects.true_effect = drawn
    try:
        yield
    finally:
        true_effects.true_effect = plain


def project(
    state: SimpleNamespace, offered: Offer, catalogue: params.Catalogue, settings: params.Settings, belief: pd.DataFrame
) -> exits.Projection:
    """Return the projection in which every village has its own effects: a call a village, put together by package."""
    found = []
    for village, mine in belief.groupby("village", sort=True):
        packages = offered.packages[offered.packages["village"] == village]
        if packages.empty:
            continue
        new = pd.Series(range(len(packages)), index=packages["package"])
        parts = offered.components[offered.components["package"].isin(new.index)]
        part = replace(offered, packages=packages.assign(package=new.to_numpy()),
                       components=parts.assign(package=parts["package"].map(new)))  # fmt: skip
        made = exits.project(state, part, catalogue, settings, posterior=mine[["measure", "source", "mean", "sd"]])
        found.append(replace(made, frame=made.frame.assign(package=packages["package"].to_numpy())))
    frame = pd.concat([one.frame for one in found], ignore_index=True)
    order = np.argsort(frame["package"].to_numpy(), kind="stable")
    return replace(found[0], frame=frame.iloc[order].reset_index(drop=True),
                   draws=np.concatenate([one.draws for one in found])[order])  # fmt: skip


def world(seed: int, households: int, draws: int, gap: float) -> list[dict[str, Any]]:
    """Return one row a belief: what was promised of the chosen and what came true, with and without the plan."""
    catalogue = params.load(places.DATA / "sample" / "params")
    settings = params.Settings(draws=draws)
    township = sample.simulate(households, seed)
    state = state_of(township)
    homes = state.households.set_index("hh")["village"].astype(str)
    offered = offer(state, catalogue, settings)
    means = true_means(township, offered, catalogue)
    cv = spreads(catalogue, means)
    rng = np.random.default_rng([seed, 79])
    rows = cells(township, homes, means, cv, rng)
    rows["source"] = [catalogue.measures[m].earns[int(k.split(".")[1])].source
                      for m, k in zip(rows["measure"], rows["key"], strict=True)]  # fmt: skip
    made, fit = beliefs(rows, rng, catalogue)
    right = right_catalogue(catalogue, means, cv)
    found = []
    with by_village(rows, homes):
        state = state_of(township)
        offered = offer(state, right, settings)
        zero = came_true(township, plan_rows(offered, [], right))
        for name, belief in made.items():
            started = time.process_time()
            projection = project(state, offered, right, settings, belief)
            plan = choice(state, offered, projection, right, settings, gap)
            found.append({"seed": seed, "shift": fit.shift, "scale": fit.scale,
                          **judged(name, township, offered, right, projection, plan, zero),
                          "seconds": time.process_time() - started})  # fmt: skip
    return found


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return realised / projected by belief: mean over worlds and its standard error; additional exits also pooled."""
    made = []
    for name, label in NAMES.items():
        mine = rows[rows["belief"] == name]
        ratio = {key: mine[f"true_{key}"] / mine[key] for key in ("served", "additional")}
        error = {key: one.std() / np.sqrt(len(mine)) for key, one in ratio.items()}
        made.append({
            "belief": label, "worlds": len(mine),
            "the served": ratio["served"].mean(), "standard error": error["served"],
            "additional exits": ratio["additional"].mean(), "its standard error": error["additional"],
            "additional, pooled": mine["true_additional"].sum() / mine["additional"].sum(),
            "promised additional, persons": mine["additional"].mean(), "truly out, persons": mine["true_total"].mean(),
        })  # fmt: skip
    return pd.DataFrame(made)


def main() -> None:
    """Make the worlds that are not there yet, print the table and, if asked, write it into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=8)
    parser.add_argument("--first", type=int, default=9000)
    parser.add_argument("--households", type=int, default=340)
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--gap", type=float, default=2.0)
    parser.add_argument("--out", type=Path, default=Path("exits_cells.json"))
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks/exits.md")
    parser.add_argument("--code", default=commit(), help="the commit the rows in the file were made with")
    options = parser.parse_args()
    rows = json.loads(options.out.read_text()) if options.out.exists() else []
    done = {row["seed"] for row in rows}
    for seed in range(options.first, options.first + options.worlds):
        if seed not in done:
            rows += world(seed, options.households, options.draws, options.gap)
            options.out.write_text(json.dumps(rows, indent=0))
            print(seed, flush=True)
    frame = pd.DataFrame(rows)
    told = table(frame)
    print(told.round(3).to_string())
    if options.write:
        seeds = f"{frame['seed'].nunique()} worlds (seeds {frame['seed'].min()}-{frame['seed'].max()})"
        section("cells", [f"{seeds} of {options.households} households, code of {options.code}.", "", *table_of(told)])


if __name__ == "__main__":
    main()
