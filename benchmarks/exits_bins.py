"""Chances said and come true, bin by bin, in worlds of the practice simulator: without new help and with some.

    python benchmarks/exits_bins.py [--worlds 40] [--first 6000] [--out FILE.json] [--write]

Nothing is chosen here, so no curse: every registered household's p without new help, and with one package drawn
at random, beside whether it truly passed. Effects are drawn around the simulator's means and the prior
knows how (`exits_truth.right_catalogue`), so what is off is the projection's.
"""

from __future__ import annotations

import argparse
import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))
from exits_page import commit, section, table_of
from exits_truth import came_true, net_shares, plan_rows, right_catalogue, state_of, true_means, with_effects
from exits_worlds import beliefs, spreads

from povlib import exits, params, places, sample
from povlib.support import offer

EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9, 1.0)
HELP = ("without", "with help")


def world(seed: int, households: int, draws: int) -> pd.DataFrame:
    """Return seed, help (of `HELP`), said and came: a row for each registered household and kind of help."""
    catalogue, settings = params.load(places.DATA / "sample" / "params"), params.Settings(draws=draws)
    plain = sample.simulate(households, seed)
    offered = offer(state_of(plain), catalogue, settings)
    means = true_means(plain, offered, catalogue)
    cv = spreads(catalogue, means)
    scale, _, _ = beliefs(means, cv, catalogue, np.random.default_rng([seed, 77]))
    township = with_effects(plain, scale, net_shares(plain, offered, catalogue))
    state, right = state_of(township), right_catalogue(catalogue, means, cv)
    offered = offer(state, right, settings)
    frame = exits.project(state, offered, right, settings).frame
    rows = frame[frame["assessable"] & frame["hh"].isin(state.poor["hh"])]
    some = rows[rows["k"] > 0].sample(frac=1.0, random_state=seed).drop_duplicates("hh")
    parts = []
    for name, mine in zip(HELP, (rows[rows["k"] == 0], some), strict=True):
        came = came_true(township, plan_rows(offered, mine["package"], right))
        parts.append(pd.DataFrame({"seed": seed, "help": name, "said": mine["p"].to_numpy(dtype=float),
                                   "came": mine["hh"].map(came).to_numpy(dtype=float)}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return by bin of p: households, p said, share that came true, the difference and its error over worlds."""
    rows = rows.assign(bin=np.digitize(rows["said"], EDGES[1:-1]), off=rows["came"] - rows["said"])
    made = []
    for number, (low, high) in enumerate(pairwise(EDGES)):
        one: dict[str, object] = {"p": f"{low:g}-{high:g}"}
        for name in HELP:
            mine = rows[(rows["bin"] == number) & (rows["help"] == name)]
            one |= {f"{name}: n": len(mine), "said " + name: mine["said"].mean(), "came " + name: mine["came"].mean(),
                    "off " + name: mine["off"].mean(), "error " + name: _error(mine)}  # fmt: skip
        made.append(one)
    return pd.DataFrame(made)


def _error(rows: pd.DataFrame) -> float:
    """Return the standard error of the mean difference, households of a world together."""
    sums = rows.groupby("seed")["off"].agg(["sum", "size"])
    if len(sums) < 2:
        return float("nan")
    mean = sums["sum"].sum() / sums["size"].sum()
    left = sums["sum"] - mean * sums["size"]
    return float(np.sqrt(len(sums) / (len(sums) - 1) * (left**2).sum()) / sums["size"].sum())


def main() -> None:
    """Make the worlds that are not there yet, print the table and, if asked, write it into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=40)
    parser.add_argument("--first", type=int, default=6000)
    parser.add_argument("--households", type=int, default=340)
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--out", type=Path, default=Path("exits_bins.json"))
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks/exits.md")
    parser.add_argument("--code", default=commit(), help="the commit the rows in the file were made with")
    options = parser.parse_args()
    rows = json.loads(options.out.read_text()) if options.out.exists() else []
    done = {row["seed"] for row in rows}
    for seed in range(options.first, options.first + options.worlds):
        if seed not in done:
            rows += world(seed, options.households, options.draws).to_dict("records")
            options.out.write_text(json.dumps(rows))
    frame = pd.DataFrame(rows)
    told = table(frame)
    print(told.round(3).to_string())
    if options.write:
        short = told[["p", *(f"{part}{name}" for name in HELP for part in ("said ", "came ", "off ", "error "))]]
        short.insert(1, "households without", told["without: n"])
        seeds = f"{frame['seed'].nunique()} worlds (seeds {frame['seed'].min()}-{frame['seed'].max()})"
        section("bins", [f"{seeds} of {options.households} households, code of {options.code}.", "", *table_of(short)])


if __name__ == "__main__":
    main()
