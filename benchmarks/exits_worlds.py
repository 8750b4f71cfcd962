"""The projection among those whom a plan chose, in many worlds of the practice simulator.

    python benchmarks/exits_worlds.py [--worlds 50] [--first 1000] [--out FILE.json] [--write worlds known returns]

In each world the measures work as well as the prior says they may (effects drawn around the simulator's
means), the office knows noisy estimates of them, plans under five beliefs, and the simulator, which shares
no code with the projection, says what came true. Beliefs: `right` (posterior under the right prior),
`plug_in` (the estimates themselves), `wrong` (posterior under a prior one standard deviation too high and
twice as wide), `refitted` (that prior refitted by empirical Bayes on earlier origins), `none` (no plan).
Rows are appended to FILE.json as they are made, so a run can be stopped and continued; `--write` puts the tables
named into docs/benchmarks/exits.md. `--worlds 0` makes none and tells of those in the file.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))
from exits_known import posterior_chances, true_chances
from exits_page import commit, section, table_of
from exits_truth import (
    YEAR_END,
    as_followed,
    came_true,
    net_shares,
    plan_rows,
    right_catalogue,
    state_of,
    true_means,
    with_effects,
)

from povlib import allocation, exits, params, places, sample
from povlib.exits import return_risk  # noqa: F401 - reached as exits.returns
from povlib.exits.learning.prior_refit import refit_priors
from povlib.runs.stages.allocation_input import build_problem
from povlib.support import Offer, offer

NOISE = 2.0
"""Standard error of an estimate in prior standard deviations: as effect .06 with noise .12."""
EARLIER = 3
"""Earlier origins whose estimates of each effect are known when the prior is refitted."""
BELIEFS = ("right", "plug_in", "wrong", "refitted")


def spreads(catalogue: params.Catalogue, means: dict[str, Any]) -> dict[str, float]:
    """Return the prior spread of each effect as a share of its mean, as the catalogue has it, .6 at most."""
    found = {}
    for key in means:
        measure, number = key.split(".")
        earning = catalogue.measures[measure].earns[int(number)]
        found[key] = min(float(earning.sd) / abs(float(earning.mean)), 0.6)
    return found


def beliefs(means: dict[str, Any], cv: dict[str, float], catalogue: params.Catalogue, rng: np.random.Generator):
    """Draw true effects, estimates now and earlier; return the scale of each measure and the believed effects."""
    keys = sorted(means)
    centre = np.array([means[key]["mean"] for key in keys])
    sd = np.array([cv[key] for key in keys]) * np.abs(centre)
    measures = [key.split(".")[0] for key in keys]
    one = {name: rng.standard_normal() for name in sorted(set(measures))}
    z = np.array([one[name] for name in measures])  # a measure works well or not in all it earns
    truth = np.maximum(centre + sd * z, 0.05 * centre)
    estimate = truth + NOISE * sd * rng.standard_normal(len(keys))
    past = centre + sd * rng.standard_normal((EARLIER, len(keys)))
    earlier = past + NOISE * sd * rng.standard_normal(past.shape)
    rows = [catalogue.measures[m].earns[int(key.split(".")[1])] for m, key in zip(measures, keys, strict=True)]
    table = pd.DataFrame({"key": keys, "measure": measures, "source": [row.source for row in rows]})

    def posterior(mean: np.ndarray, spread: np.ndarray) -> pd.DataFrame:
        share = spread**2 / (spread**2 + (NOISE * sd) ** 2)
        return table.assign(mean=mean + share * (estimate - mean), sd=spread * np.sqrt(1 - share))

    wrong_mean, wrong_sd = centre + sd, 2 * sd
    known = pd.concat([table.assign(prior_mean=wrong_mean, prior_sd=wrong_sd, estimate=row, se=NOISE * sd)
                       for row in earlier])  # fmt: skip
    fit = refit_priors(known, catalogue)
    better = fit.apply(table.assign(prior_mean=wrong_mean, prior_sd=wrong_sd))
    made = {
        "right": posterior(centre, sd),
        "plug_in": table.assign(mean=np.maximum(estimate, 0.0), sd=1e-6),
        "wrong": posterior(wrong_mean, wrong_sd),
        "refitted": posterior(better["prior_mean"].to_numpy(), better["prior_sd"].to_numpy()),
    }
    scale = {name: float(np.mean([t / c for t, c, m in zip(truth, centre, measures, strict=True) if m == name]))
             for name in one}  # fmt: skip
    return scale, made, fit


def world(seed: int, households: int, draws: int, gap: float, replicates: int = 0) -> list[dict[str, Any]]:
    """Return one row a plan: what was promised of the chosen, its ranges, what came true, who fell back.

    With `replicates`, also the plans that know the simulator's chances (`exits_known`), and what every plan is worth
    by them.
    """
    catalogue = params.load(places.DATA / "sample" / "params")
    settings = params.Settings(draws=draws)
    plain = sample.simulate(households, seed)
    offered = offer(state_of(plain), catalogue, settings)
    means = true_means(plain, offered, catalogue)
    cv = spreads(catalogue, means)
    scale, made, fit = beliefs(means, cv, catalogue, np.random.default_rng([seed, 77]))
    township = with_effects(plain, scale, net_shares(plain, offered, catalogue))
    state = state_of(township)
    right = right_catalogue(catalogue, means, cv)
    offered = offer(state, catalogue, settings)
    zero = came_true(township, plan_rows(offered, [], catalogue))
    known = simulators(township, offered, right, made["right"], means, scale, replicates, seed)
    rows, chosen = [], {}
    for name in BELIEFS:
        started = time.process_time()
        columns = made[name][["measure", "source", "mean", "sd"]]
        projection = exits.project(state, offered, right, settings, posterior=columns)
        chosen[name] = choice(state, offered, projection, right, settings, gap)
        seconds = time.process_time() - started
        rows.append(judged(name, township, offered, right, projection, chosen[name], zero) | {"seconds": seconds})
        if name == "right":
            rows[-1] |= fallen_back(township, offered, right, projection, chosen[name])
            nothing = offered.packages.loc[offered.packages["k"] == 0, "package"]
            rows.append({"belief": "none", **fallen_back(township, offered, right, projection, nothing)})
            chosen |= {key: choice(state, offered, replaced(projection, p), right, settings, gap)
                       for key, (p, _) in known.items()}  # fmt: skip
    chosen["poorest_first"] = poorest_first(state, offered, projection, right, settings)
    for name in ("poorest_first", *known):
        rows.append({"belief": name, **outcome(township, offered, right, projection, chosen[name], zero)})
    for row in rows:
        if row["belief"] in chosen:
            row |= {f"value_{key}": worth(projection, p, chosen[row["belief"]]) for key, (_, p) in known.items()}
    return [{"seed": seed, "shift": fit.shift, "scale": fit.scale, **row} for row in rows]


def simulators(
    township: sample.Township, offered: Offer, catalogue: params.Catalogue, believed: pd.DataFrame,
    means: dict[str, Any], scale: dict[str, float], replicates: int, seed: int,
) -> dict[str, tuple[np.ndarray, np.ndarray]]:  # fmt: skip
    """Return the simulator's own chances by package: given what is believed of the measures, and given the truth.

    Twice each, from different draws: to choose by, and to value every plan by, so that no plan is praised for the
    luck of the draws it was chosen on.
    """
    if not replicates:
        return {}
    rng = np.random.default_rng([seed, 78])
    first = believed.drop_duplicates("measure").set_index("measure")
    drawn = {
        name: (row["mean"] + row["sd"] * rng.standard_normal(replicates)) / abs(means[row["key"]]["mean"]) / scale[name]
        for name, row in first.iterrows()
    }
    scales = [{name: float(max(value[r], 0.0)) for name, value in drawn.items()} for r in range(replicates)]
    half = replicates // 2
    spans = ((0, half), (half, replicates))
    return {
        "posterior": tuple(posterior_chances(township, offered, catalogue, scales[a:b], a + 1) for a, b in spans),
        "truth": tuple(true_chances(township, offered, catalogue, b - a, a + 1) for a, b in spans),
    }


def replaced(projection: exits.Projection, p: np.ndarray) -> exits.Projection:
    """Return the projection with other chances."""
    frame = projection.frame.assign(p=np.where(projection.frame["assessable"], p, np.nan))
    return replace(projection, frame=frame)


def worth(projection: exits.Projection, p: np.ndarray, chosen: pd.Series) -> float:
    """Return the registered persons expected out under a plan, chances being `p`."""
    frame = projection.frame.assign(known=p).set_index("package").loc[chosen]
    people = projection.members.set_index("hh").loc[frame["hh"]]
    counts = people["registered"].to_numpy(dtype=bool) & frame["assessable"].to_numpy(dtype=bool)
    return float((people["members"].to_numpy() * counts) @ frame["known"].to_numpy())


def fallen_back(
    township: sample.Township, offered: Offer, catalogue: params.Catalogue, projection: exits.Projection,
    chosen: pd.Series,
) -> dict[str, float]:  # fmt: skip
    """Return households that came out by the end of the year, and of those still there a year on, who failed since."""
    rows = projection.frame.set_index("package").loc[chosen].set_index("hh")
    people = projection.members.set_index("hh").loc[rows.index]
    later = sample.follow(township, as_followed(township, plan_rows(offered, chosen, catalogue)), 20)
    out = sample.outcomes(later, YEAR_END).set_index("hh")["exits"].reindex(rows.index)
    line = exits.return_risk.line_in_force(catalogue, "exit_check", YEAR_END + 12) / 100
    months = [sample.outcomes(later, YEAR_END + step, line).set_index("hh") for step in range(1, 13)]
    failed = ~np.all([month["exits"].reindex(rows.index) for month in months], axis=0)
    there = months[-1]["size"].reindex(rows.index) > 0  # who died or left has not returned
    mine = (out & there & people["registered"] & rows["assessable"]).to_numpy(dtype=bool)
    return {"out": float(mine.sum()), "fell": float(failed[mine].sum()),
            "fell_said": float(rows.loc[mine, "return_risk"].sum())}  # fmt: skip


def choice(
    state: SimpleNamespace, offered: Offer, projection: exits.Projection, catalogue: params.Catalogue,
    settings: params.Settings, gap: float,
) -> pd.Series:  # fmt: skip
    """Return the packages that the plan chooses."""
    problem = build_problem(state, offered, projection, catalogue, settings)
    plan = allocation.solve(problem, gap=gap, time_limit_s=20)
    return pd.Series(problem.package[plan.choice[: problem.households]]).astype(int)


def poorest_first(
    state: SimpleNamespace, offered: Offer, projection: exits.Projection, catalogue: params.Catalogue,
    settings: params.Settings,
) -> pd.Series:  # fmt: skip
    """Return the packages that serving the poorest first would give, under the same money and rules."""
    problem = build_problem(state, offered, projection, catalogue, settings)
    simple = allocation.baselines(problem, income="income_fen_per_head", line="line_fen")
    poorest = next(one for one in simple if one.key == "poorest")
    return pd.Series(problem.package[np.asarray(poorest.rows)[: problem.households]]).astype(int)


def outcome(
    township: sample.Township, offered: Offer, catalogue: params.Catalogue, projection: exits.Projection,
    chosen: pd.Series, zero: pd.Series,
) -> dict[str, float]:  # fmt: skip
    """Return persons who truly got out in all, among the served, and more than without new help."""
    came = came_true(township, plan_rows(offered, chosen, catalogue))
    people = projection.members.set_index("hh")
    ok = projection.frame.loc[projection.frame["assessable"], "hh"].unique()
    counts = people["registered"] & people.index.isin(ok)
    weight = people["members"].where(counts, 0)
    served = set(offered.packages.loc[offered.packages["package"].isin(chosen) & (offered.packages["k"] > 0), "hh"])
    among = weight.where(people.index.isin(list(served)), 0)
    true, without = came.reindex(people.index), zero.reindex(people.index)
    return {
        "true_total": float((weight * true).sum()),
        "true_served": float((among * true).sum()),
        "true_additional": float((weight * true).sum() - (weight * without).sum()),
    }


def judged(
    name: str, township: sample.Township, offered: Offer, catalogue: params.Catalogue,
    projection: exits.Projection, chosen: pd.Series, zero: pd.Series,
) -> dict[str, Any]:  # fmt: skip
    """Return promise and truth of one belief's plan."""
    totals = exits.totals(projection, chosen)
    frame = projection.frame.set_index("package")
    members = projection.members.set_index("hh")
    took = frame.loc[chosen]
    took = took[(took["k"] > 0) & took["assessable"]]
    weight = members.loc[took["hh"], "members"].to_numpy() * members.loc[took["hh"], "registered"].to_numpy()
    low, high = totals.interval()
    more_low, more_high = totals.interval("additional")
    return {
        "belief": name,
        "total": totals.persons, "low": low, "high": high,
        "served": float(weight @ took["p"]),
        "additional": totals.additional, "more_low": more_low, "more_high": more_high,
        **outcome(township, offered, catalogue, projection, chosen, zero),
    }  # fmt: skip


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of methods 3 from the rows of all worlds."""
    made = []
    for name in BELIEFS:
        mine = rows[rows["belief"] == name]
        if mine.empty:
            continue
        n = len(mine)
        both = mine.merge(rows[rows["belief"] == "poorest_first"][["seed", "true_total"]], on="seed",
                          suffixes=("", "_poorest"))  # fmt: skip
        ratio = {k: mine[f"true_{k}"] / mine[k] for k in ("total", "served", "additional")}
        made.append({
            "belief": name, "worlds": n,
            **{f"{k}: mean": r.mean() for k, r in ratio.items()},
            **{f"{k}: pooled": mine[f"true_{k}"].sum() / mine[k].sum() for k in ratio},
            "served: se": ratio["served"].std() / np.sqrt(n),
            "90 % total holds": ((mine["true_total"] >= mine["low"]) & (mine["true_total"] <= mine["high"])).mean(),
            "90 % additional holds": ((mine["true_additional"] >= mine["more_low"])
                                      & (mine["true_additional"] <= mine["more_high"])).mean(),
            "above poorest first": (both["true_total"] >= both["true_total_poorest"]).mean(),
            "seconds": mine["seconds"].median(),
        })  # fmt: skip
    return pd.DataFrame(made)


def share_of_known(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what every plan is worth as a share of the best that the simulator's own chances would have chosen."""
    made = {}
    for key in ("posterior", "truth"):
        if f"value_{key}" in rows:
            best = rows[rows["belief"] == key].set_index("seed")[f"value_{key}"]
            mine = rows.dropna(subset=[f"value_{key}"])
            share = mine[f"value_{key}"] / mine["seed"].map(best)
            made[f"share of {key}"] = share.groupby(mine["belief"]).mean()
            made[f"share of {key}: least"] = share.groupby(mine["belief"]).min()
            made["worlds"] = share.groupby(mine["belief"]).size()
    return pd.DataFrame(made)


def risk_of_return(rows: pd.DataFrame) -> pd.DataFrame:
    """Return exits, share that fell back within twelve months, what was said of them, and the ratio."""
    seen = rows.dropna(subset=["fell"]) if "fell" in rows else rows.head(0).assign(out=0.0, fell=0.0, fell_said=0.0)
    total = seen.groupby("belief")[["out", "fell", "fell_said"]].sum()
    ratio = seen.assign(each=seen["fell"] / seen["fell_said"]).groupby("belief")["each"]
    return pd.DataFrame({
        "worlds": ratio.size(), "exits": total["out"], "observed": total["fell"] / total["out"],
        "expected": total["fell_said"] / total["out"], "O/E": total["fell"] / total["fell_said"],
        "se": ratio.std() / np.sqrt(ratio.size()),
    })  # fmt: skip


def written(frame: pd.DataFrame, code: str) -> dict[str, list[str]]:
    """Return the lines of the page by section; empty where the rows say nothing of it."""
    short = table(frame)[[
        "belief", "worlds", "total: mean", "served: mean", "served: se", "additional: mean",
        "90 % total holds", "90 % additional holds", "above poorest first",
    ]]  # fmt: skip
    told = {"worlds": short, "known": share_of_known(frame), "returns": risk_of_return(frame)}
    valued = frame.dropna(subset=["value_truth"]) if "value_truth" in frame else frame.head(0)
    rows = {"worlds": frame, "known": valued, "returns": frame.dropna(subset=["fell"]) if "fell" in frame else valued}
    return {
        name: [f"{_seeds(rows[name])}, code of {code}.", "", *table_of(one if name == "worlds" else one.reset_index())]
        for name, one in told.items()
        if len(one)
    }


def _seeds(rows: pd.DataFrame) -> str:
    seeds = sorted(rows["seed"].unique())
    gaps = [f"{seed}" for seed in range(seeds[0], seeds[-1]) if seed not in seeds]
    left = f" without {', '.join(gaps)}" if gaps else ""
    return f"{len(seeds)} worlds (seeds {seeds[0]}-{seeds[-1]}{left})"


def main() -> None:
    """Make the worlds that are not there yet and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=50)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--households", type=int, default=340)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--gap", type=float, default=2.0)
    parser.add_argument("--out", type=Path, default=Path("exits_worlds.json"))
    parser.add_argument("--known", type=int, default=0, metavar="N", help="replicates of the simulator's own chances")
    parser.add_argument("--write", nargs="+", default=[], choices=("worlds", "known", "returns"), help="sections")
    parser.add_argument("--code", default=commit(), help="the commit the rows in the file were made with")
    options = parser.parse_args()
    rows = json.loads(options.out.read_text()) if options.out.exists() else []
    done = {row["seed"] for row in rows}
    for seed in range(options.first, options.first + options.worlds):
        if seed in done:
            continue
        rows += world(seed, options.households, options.draws, options.gap, options.known)
        options.out.write_text(json.dumps(rows, indent=0))
        print(seed, flush=True)
    frame = pd.DataFrame(rows)
    print(table(frame).set_index("belief").T.round(3).to_string())
    print(share_of_known(frame).round(3).to_string(), risk_of_return(frame).round(3).to_string(), sep="\n")
    for name in options.write:
        section(name, written(frame, options.code)[name])


if __name__ == "__main__":
    main()
