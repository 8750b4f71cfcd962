"""How fast a projection is, and how much memory it takes.

    python benchmarks/exits_speed.py [--township] [--county] [--long]

Township: 340 households x 20 packages x 12 months ahead, 1,000 draws. County: 20,000 households, about 20
packages each, 200 draws, in blocks of villages (`exits.project` itself works in chunks; what it returns,
packages x draws, is the memory). Long: the two public calls on a long frame.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import replace

import numpy as np
import pandas as pd
from exits_truth import state_of

from povlib import exits, panels, params, places, sample
from povlib.exits.by_month import _offer_of_chosen
from povlib.support import Offer, offer


def first_packages(offered: Offer, most: int) -> Offer:
    """Return the offer with at most so many packages a household, spread over what it has."""
    packages = offered.packages
    rank = packages.groupby("hh").cumcount()
    size = packages.groupby("hh")["k"].transform("size")
    keep = (rank == 0) | ((rank * most // size) != ((rank - 1) * most // size))
    return _offer_of_chosen(offered, packages.loc[keep, "package"].tolist())


class Watch:
    """Seconds of the processor (what a quiet computer takes, one thread) and by the clock."""

    def __init__(self) -> None:
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    def __str__(self) -> str:
        return (
            f"{time.process_time() - self.cpu:.2f} s of processor, {time.perf_counter() - self.wall:.2f} s by the clock"
        )


def peak() -> float:
    """Return the most memory used so far, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def township() -> None:
    """Time 340 households."""
    catalogue = params.load(places.DATA / "sample" / "params")
    settings = params.Settings(draws=1000, horizon="2017-04")
    state = state_of(sample.simulate(340, 2016))
    offered = first_packages(offer(state, catalogue, settings), 20)
    exits.project(state, offered, catalogue, settings, draws=10)
    watch = Watch()
    made = exits.project(state, offered, catalogue, settings)
    taken = str(watch)
    count = made.frame["hh"].nunique()
    print(f"township: {count} households, {len(made.frame)} packages, {made.draws.shape[1]} draws: "
          f"{taken} (2 s asked), {peak():.2f} GB")  # fmt: skip


def county(households: int) -> None:
    """Time a county: the township again and again under other keys, villages of its own each."""
    catalogue = params.load(places.DATA / "sample" / "params")
    settings = params.Settings(draws=200)
    base = state_of(sample.simulate(340, 2016))
    offered = first_packages(offer(base, catalogue, settings), 20)
    copies = -(-households // len(base.households))
    state, many = _copied(base, copies), _offered(offered, copies)
    watch = Watch()
    made = exits.project(state, many, catalogue, settings)
    taken = str(watch)
    print(f"county: {made.frame['hh'].nunique()} households, {len(made.frame)} packages, {made.draws.shape[1]} draws: "
          f"{taken} (60 s asked), {peak():.2f} GB, of which draws {made.draws.nbytes / 2**30:.2f}")  # fmt: skip


def _again(frame: pd.DataFrame, copies: int, names: list[str]) -> pd.DataFrame:
    if not len(frame) or not names:
        return frame
    parts = []
    for copy in range(copies):
        keys = {
            name: frame[name].where(frame[name].isna(), f"c{copy:03d}-" + frame[name].astype("str")) for name in names
        }
        parts.append(frame.assign(**keys))
    return pd.concat(parts, ignore_index=True)


def _copied(state, copies: int):
    names = ("hh", "person", "village", "id", "project")
    frames = {
        key: _again(value, copies, [n for n in names if n in value.columns])
        for key, value in vars(state).items()
        if isinstance(value, pd.DataFrame) and "hh" in value.columns
    }
    return type(state)(**{**vars(state), **frames})


def _offered(offered: Offer, copies: int) -> Offer:
    packages = _again(offered.packages, copies, ["hh", "village"]).assign(package=lambda f: np.arange(len(f)))
    parts = pd.concat(
        [offered.components.assign(package=offered.components["package"] + copy * len(offered.packages),
                                   person="c" + f"{copy:03d}-" + offered.components["person"].astype("str"))
         for copy in range(copies)], ignore_index=True,
    )  # fmt: skip
    return replace(offered, packages=packages, components=parts,
                   entitlements=_again(offered.entitlements, copies, ["hh", "person"]))  # fmt: skip


def long_frames() -> None:
    """Time the public calls on 20,000 units x 36 months."""
    rng = np.random.default_rng(1)
    units, months = 20_000, 36
    frame = pd.DataFrame({"hh": np.repeat(np.arange(units), months), "month": np.tile(np.arange(months), units)})
    frame["trade"] = np.array(["tea", "pomelo", "cattle"])[rng.integers(0, 3, units)][frame["hh"]]
    frame["amount"] = np.exp(rng.normal(7, 0.5, units)[frame["hh"]] + rng.normal(0, 0.3, len(frame)))
    frame["out"] = (rng.random(len(frame)) < 0.02).astype(int)
    for name, job in (
        (
            "income: fit",
            lambda: panels.income(frame, id="hh", time="month", amount="amount", covariates=["trade"], season=12),
        ),
        ("hazard: fit", lambda: panels.hazard(frame, id="hh", time="month", event="out", covariates=["trade"])),
    ):
        watch = Watch()
        model = job()
        print(f"{name}, {units} units x {months} months: {watch}, {peak():.2f} GB")
        if name.startswith("income"):
            watch = Watch()
            model.predict(12, draws=200, together=True)
            print(f"income: 12 months ahead, 200 draws: {watch}, {peak():.2f} GB")


def main() -> None:
    """Run what is asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("township", "county", "long"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--households", type=int, default=20_000)
    options = parser.parse_args()
    everything = not (options.township or options.county or options.long)
    if options.township or everything:
        township()
    if options.long or everything:
        long_frames()
    if options.county or everything:
        county(options.households)


if __name__ == "__main__":
    main()
