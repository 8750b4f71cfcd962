"""Does a limit on single sources hold in the simulator? Each source of a limited plan removed, in many townships.

    PYTHONPATH=. python benchmarks/sources_truth.py --townships 6 --households 400 --write

For each township the model is given the true means of what measures bring (what a limit holds is asked, not what is
believed), a plan is made under each limit for employers, firms and products alike, and every source that the plan hangs
on is removed in the simulator from the first month of help, with the luck of that township. Prints or, with --write,
puts into ``docs/benchmarks/sources.md``: for each count and limit the worst true loss beside the limit, the exits that
the limit costs, and the time of the search with and without it. The simulator shares no code with what it judges.
"""

from __future__ import annotations

import argparse
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from exits_truth import as_followed, plan_rows, right_catalogue, state_of, true_means
from exits_worlds import spreads

from povlib import allocation, exits, params, places, sample
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.params.villages.source_limits import SourceLimits
from povlib.runs.stages.allocation_input import build_problem
from povlib.runs.stages.source_limits import HangingHelp, hanging_help
from povlib.support import offer
from povlib.villages.sources.exposure import plan_exposure
from povlib.villages.sources.package_sources import package_sources

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "sources.md"
NOBODY = "方案里的一家"
"""A name that no source of the practice township bears: only rows of the plan are removed under it."""
LIMITS = {"expected": (6.0, 12.0), "possible_new": (8.0, 16.0), "possible": (8.0,)}
"""Persons by count; for "possible" so many more than hang on each source by the record."""
AT_LIMIT = 0.8
"""A source counts as at its limit from this part of it on."""
GAP, SECONDS = 5.0, 5.0


@dataclass
class Town:
    """A simulated township, with what its office knows and what is true of it."""

    seed: int
    township: Any
    state: Any
    offered: Any
    projection: Any
    catalogue: params.Catalogue
    settings: params.Settings
    hanging: HangingHelp

    def planned(self, changes: dict[str, Any]) -> tuple[pd.Series, float, float]:
        """Return household -> package, the plan's worth and the seconds of the search."""
        settings = self.settings.model_copy(update=changes)
        problem = build_problem(
            self.state, self.offered, self.projection, self.catalogue, settings, hanging=self.hanging
        )
        started = time.perf_counter()
        # counted in steps: a busy computer finds the same plan, later
        with allocation.searches_counted_in_steps():
            plan = allocation.solve(problem, gap=GAP, time_limit_s=SECONDS)
        seconds = time.perf_counter() - started
        assert allocation.verify(plan, problem).ok
        return plan.chosen.set_index("hh")["package"].astype("int64"), plan.value, seconds

    def removed(self, chosen: pd.Series, *, by_name: bool) -> pd.DataFrame:
        """Return what each source of a plan truly takes with it.

        Returns
        -------
        DataFrame
            seed, kind, source, expected (exits), persons (with planned help), possible (with those on record), truly
            (registered persons, as registered when the plan is made, who are out of poverty with it and not without).
        """
        size = self.state.households.set_index("hh")["size"]
        links = package_sources(self.offered.components, self.state, self.catalogue)
        parts = np.flatnonzero(self.offered.components["package"].isin(set(chosen)))
        # nothing hangs on a way to a house that the simulator follows as a house built anew
        followed = as_followed(self.township, plan_rows(self.offered, chosen, self.catalogue))
        rows, known_losses = [], dict[tuple[str, bytes], int]()
        for row in plan_exposure(self.hanging.packages, chosen, self.hanging.on_record).itertuples(index=False):
            mine = set(links.loc[(links["kind"] == row.kind) & (links["source"] == row.source), "part"])
            hangs = np.zeros(len(followed), dtype=bool)
            hangs[: len(parts)] = np.isin(parts, list(mine))
            # an employer and the firm of its name are one removal
            removal = (str(row.source) if by_name else NOBODY, hangs.tobytes())
            if removal not in known_losses:
                lost = sample.outcomes_without(
                    self.township, removal[0], self.settings.help_from, plan=followed, hangs=hangs
                )
                lost = lost[lost["registered"]]
                fell = lost["exits_with"].astype(int) - lost["exits_without"].astype(int)
                known_losses[removal] = int((lost["hh"].map(size) * fell).sum())
            truly = known_losses[removal]
            rows.append((self.seed, row.kind, row.source, row.micro / MICRO, row.persons, row.possible, truly))
        return pd.DataFrame(rows, columns=["seed", "kind", "source", "expected", "persons", "possible", "truly"])


def town(seed: int, households: int, draws: int) -> Town:
    """Return a township whose office believes the true means."""
    base = params.load(places.DATA / "sample" / "params")
    settings = params.Settings(draws=draws)
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
    hanging = hanging_help(state, offered, projection, catalogue, settings)
    return Town(seed, township, state, offered, projection, catalogue, settings, hanging)


def changes_of(now: Town, counted: Any, limit: float) -> dict[str, Any]:
    """Return the settings of a limit that can be kept, whatever is on record."""
    if counted == "possible":
        record = now.hanging.on_record.groupby(["source", "kind"])["members"].sum().groupby("source").max()
        every = {*record.index, *now.hanging.packages["source"]}
        return {"named_limits": {name: float(record.get(name, 0) + limit) for name in every}}
    limits = SourceLimits(employer_persons=limit, firm_persons=limit, product_persons=limit, counted=counted)
    return {"source_limits": limits}


def measured(now: Town) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return removals and searches of one township under no limit and under each."""
    chosen, free, seconds = now.planned({})
    found = [now.removed(chosen, by_name=False).assign(counted="none", limit=np.nan, at=np.nan)]
    searches = [(now.seed, "none", np.nan, free, seconds, 0.0)]
    for counted, limits in LIMITS.items():
        for limit in limits:
            changes = changes_of(now, counted, limit)
            chosen, worth, seconds = now.planned(changes)
            rows = now.removed(chosen, by_name=counted == "possible")
            at = rows["source"].map(changes["named_limits"]) if counted == "possible" else limit
            found.append(rows.assign(counted=counted, limit=limit, at=at))
            searches.append((now.seed, counted, limit, worth, seconds, free - worth))
    columns = ["seed", "counted", "limit", "worth", "seconds", "cost"]
    return pd.concat(found, ignore_index=True), pd.DataFrame(searches, columns=columns)


def page(removals: pd.DataFrame, searches: pd.DataFrame, households: int, draws: int) -> str:
    """Return the page: what was asked, the tables, what they say."""
    said = {"expected": "expected exits of new help", "possible_new": "persons with new help",
            "possible": "persons, on record or new"}  # fmt: skip
    towns = removals["seed"].nunique()
    free = removals[removals["counted"] == "none"]
    lines = [
        "# Limits on single sources, held against the simulator",
        "",
        f"Made by `python benchmarks/sources_truth.py --townships {towns} --households {households} --draws {draws} "
        "--write` "
        f"({platform.system()}, Python {platform.python_version()}). In each of {towns} simulated townships the "
        "model is given the true means of what measures bring, plans are made under a limit for every employer, firm "
        "and product alike, and each source a plan hangs on is removed in the simulator from the first month of help. "
        "A loss is counted in persons registered when the plan is made who are out of poverty with the source and not "
        "without.",
        "",
        "| what the limit counts | limit | sources removed | worst true loss | losses above the limit | true loss of "
        "sources at their limit, mean | exits the limit costs, mean | search, mean s (longest) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    quick = searches[searches["counted"] == "none"]["seconds"]
    lines.append(f"| no limit | | {len(free)} | {free['truly'].max()} | | | | {quick.mean():.1f} ({quick.max():.1f}) |")
    for counted, limits in LIMITS.items():
        for limit in limits:
            rows = removals[(removals["counted"] == counted) & (removals["limit"] == limit)]
            own = searches[(searches["counted"] == counted) & (searches["limit"] == limit)]
            counts = {"expected": rows["expected"], "possible_new": rows["persons"], "possible": rows["possible"]}
            tight = rows[counts[counted] >= AT_LIMIT * rows["at"]]
            worst = rows.loc[(rows["truly"] - rows["at"]).idxmax()]
            most = f"{worst['truly']} of {worst['at']:g}" if counted == "possible" else str(rows["truly"].max())
            shown = f"record + {limit:g}" if counted == "possible" else f"{limit:g}"
            lines.append(
                f"| {said[counted]} | {shown} | {len(rows)} | {most} | {int((rows['truly'] > rows['at']).sum())} | "
                f"{tight['truly'].mean():.1f} ({len(tight)}) | {own['cost'].mean():.1f} | "
                f"{own['seconds'].mean():.1f} ({own['seconds'].max():.1f}) |"
            )
    whole, part = free["truly"].sum(), free["expected"].sum()
    by_town = free.groupby("seed")[["expected", "truly"]].sum()
    ratio = by_town["truly"] / by_town["expected"]
    error = float(ratio.std(ddof=1) / np.sqrt(len(ratio))) if len(ratio) > 1 else float("nan")
    lines += [
        "",
        '*At the limit*: counted for at least four fifths of it; the number of sources in brackets. For "record + n" '
        "every source may have n persons more than hang on it already, the source is removed by its name with all that "
        "runs, and the loss nearest to its own limit (or furthest above it) is shown. Search: one run of the solver to "
        f"a proof within {GAP:g} persons, or as near as {SECONDS:g} quiet s come, on a computer that others use.",
        "",
        f"Expected and true, without a limit: over all removals the plans were expected to lose {part:.0f} and truly "
        f"lost {whole}; by township the ratio of true to expected was "
        f"{', '.join(f'{value:.2f}' for value in ratio)}: {ratio.mean():.2f} on the mean, with a standard error of "
        f"{error:.2f}.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Print a line a township, then the page or write it."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--townships", type=int, default=6)
    asked.add_argument("--households", type=int, default=400)
    asked.add_argument("--draws", type=int, default=100)
    asked.add_argument("--write", action="store_true")
    chosen = asked.parse_args()
    removals, searches = [], []
    for seed in range(1, chosen.townships + 1):
        started = time.perf_counter()
        found, searched = measured(town(seed, chosen.households, chosen.draws))
        removals.append(found)
        searches.append(searched)
        worst = found.groupby(["counted", "limit"], dropna=False)["truly"].max().to_dict()
        print(f"{seed}: {worst}; {time.perf_counter() - started:.0f} s", flush=True)
    made = page(
        pd.concat(removals, ignore_index=True), pd.concat(searches, ignore_index=True), chosen.households, chosen.draws
    )
    if chosen.write:
        PAGE.write_text(made, encoding="utf-8")
    else:
        print(made)


if __name__ == "__main__":
    main()
