"""Do the finishing days hold? Forecasts for simulated townships against the days on which their houses were finished.

Run ``python benchmarks/finishing_days.py [TOWNSHIPS] [--write]``: a second each on one core. ``--write`` makes
``docs/benchmarks/finishing-days.md``; without it the tables are printed. The simulator shares no code with what it
tests.
"""

from __future__ import annotations

import argparse
import platform
from pathlib import Path

import numpy as np
import pandas as pd

from povlib import sample
from povlib.housing.progress import building_speed, finishing_days, work_records
from povlib.housing.progress.finishing_days import as_yyyymmdd
from povlib.sample.housing.site_records import project_keys, schedules, weekly_records

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "finishing-days.md"
SHIPPED, FIRST = 2016, 400
PROMISED = 20160515


def forecasts(seed: int) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return one row a house not finished, and what holds for the last of them."""
    township = sample.simulate(seed=seed)
    works, key = township.works, project_keys(township)
    projects = pd.DataFrame({"project": key, "kind": works["kind"].to_numpy(), "status": works["status"].to_numpy()})
    records = work_records(projects, schedules(township), weekly_records(township), finished="完工")
    found = finishing_days(records, building_speed(records))
    truth = pd.Series(works["done_day"].to_numpy(), index=key)[found.houses["project"]].to_numpy()
    houses = found.houses.assign(truth=truth, pit=(found.draws < truth).mean(axis=0), seed=seed)
    last = found.draws.max(axis=1)
    low, high = np.quantile(last, [0.05, 0.95])
    return houses, {
        "seed": seed, "held": float(low <= truth.max() <= high), "pit": float((last < truth.max()).mean()),
        "chance": found.chance_all_done(PROMISED), "true": float(as_yyyymmdd(int(truth.max())) <= PROMISED),
        "sure": found.last_day(0.9), "last": as_yyyymmdd(int(truth.max())),
    }  # fmt: skip


def page(townships: int) -> str:
    """Return the page of figures."""
    made = [forecasts(seed) for seed in range(FIRST, FIRST + townships)]
    houses = pd.concat([one for one, _ in made], ignore_index=True)
    held = (houses["low"] <= houses["truth"]) & (houses["truth"] <= houses["high"])
    group = houses["kind"].where(houses["begun"], "未开工 not begun")
    shares = np.histogram(houses["pit"], 10, (0, 1))[0] / len(houses)
    last = pd.DataFrame([one for _, one in made])
    _, shipped = forecasts(SHIPPED)
    lines = [
        "# Finishing days of houses, measured",
        "",
        f"Made by `python benchmarks/finishing_days.py {townships} --write` ({platform.system()}, Python "
        f"{platform.python_version()}). Every forecast is made from the weekly records of a simulated township on "
        "2016-04-30 and held against the days on which its houses were truly finished.",
        "",
        "| houses | number | 90 % ranges that held (85-95 % promised) | finished before the median |",
        "|---|---|---|---|",
        f"| all | {len(houses)} | {held.mean():.3f} | {(houses['pit'] < 0.5).mean():.3f} |",
    ]
    lines += [
        f"| {name} | {len(rows)} | {held[rows.index].mean():.3f} | {(rows['pit'] < 0.5).mean():.3f} |"
        for name, rows in houses.groupby(group)
    ]
    lines += [
        "",
        f"Last day of all works: the 90 % range held in {last['held'].mean():.3f} of {townships} townships. Share of "
        f"true days in each tenth of the forecast (0.1 each is right): {', '.join(map('{:.2f}'.format, shares))}.",
        "",
        f"The practice township (seed {SHIPPED}): all done by {PROMISED} with a chance of {shipped['chance']:.3f}, by "
        f"{shipped['sure']:.0f} with nine in ten; in truth on {shipped['last']:.0f}. In "
        f"{last['true'].mean():.3f} of the townships all were done by {PROMISED}; the forecasts said "
        f"{last['chance'].mean():.3f}.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("townships", nargs="?", type=int, default=40)
    words.add_argument("--write", action="store_true")
    chosen = words.parse_args()
    made = page(chosen.townships)
    print(made)
    if chosen.write:
        PAGE.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
