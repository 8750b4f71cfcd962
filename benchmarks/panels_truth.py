"""Incomes of made-up panels whose truth is known: does the model hold its ranges, and beat simple forecasts?

    python benchmarks/panels_truth.py [--seeds 20]

Worlds: levels that wander with a drift, levels that return to the unit's own, trends of the unit's own, and shocks that
linger; 3, 4, 6 or 12 waves, one more to judge by; logarithms as they are, and yuan. Printed as a table by world and
waves: shares inside the 50, 80 and 90 % range, and RMSE over that of the best of the simple forecasts (last value, plus
mean change, unit mean) on the same worlds.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from povlib import panels

WORLDS = ("wandering", "returning", "own trends", "lingering")
WAVES = (3, 4, 6, 12)


def world(kind: str, units: int, waves: int, seed: int, drift: float = 0.05) -> np.ndarray:
    """Return logarithms of incomes, units x waves: level sd .5, shocks sd .2."""
    rng = np.random.default_rng([seed, WORLDS.index(kind), waves])
    level, shock = rng.normal(8, 0.5, units), rng.normal(0, 0.2, (units, waves))
    log = level[:, None] + drift * np.arange(waves)
    if kind == "wandering":
        return log + np.cumsum(shock, axis=1)
    if kind == "returning":
        return log + shock
    if kind == "own trends":
        return log + rng.normal(0, 0.1, units)[:, None] * np.arange(waves) + shock
    slow = shock.copy()
    for t in range(1, waves):
        slow[:, t] = 0.7 * slow[:, t - 1] + np.sqrt(1 - 0.7**2) * shock[:, t]
    return log + slow + rng.normal(0, 0.1, (units, waves))


def long_frame(table: np.ndarray) -> pd.DataFrame:
    """Return id, t and y, one row a unit and wave."""
    units, waves = table.shape
    return pd.DataFrame(
        {"id": np.repeat(np.arange(units), waves), "t": np.tile(np.arange(waves), units), "y": table.ravel()}
    )


def judged(kind: str, units: int, waves: int, seed: int, *, yuan: bool, draws: int = 400) -> dict[str, float]:
    """Return shares inside the ranges, and squared errors of the model and of the simple forecasts."""
    log = world(kind, units, waves + 1, seed)
    table = np.exp(log) if yuan else log
    past, truth = table[:, :waves], table[:, waves]
    model = panels.income(long_frame(past), id="id", time="t", amount="y")
    quantiles = (0.05, 0.1, 0.25, 0.75, 0.9, 0.95)
    told = model.predict(1, draws=draws, seed=seed, quantiles=quantiles)
    inside = {
        f"{level} %": float(((truth >= told[f"q{low:02d}"]) & (truth <= told[f"q{100 - low}"])).mean())
        for level, low in ((50, 25), (80, 10), (90, 5))
    }
    change = float(np.diff(past, axis=1).mean())
    simple = {"last": past[:, -1], "last and change": past[:, -1] + change, "mean": past.mean(axis=1)}
    errors = {name: float(((one - truth) ** 2).mean()) for name, one in simple.items()}
    return inside | errors | {"model": float(((told["mean"] - truth) ** 2).mean()), "leans": float(bool(model.lean.on))}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--units", type=int, default=500)
    seeds, units = parser.parse_args().seeds, parser.parse_args().units
    print("| world | waves | amounts | 50 % | 80 % | 90 % | RMSE over the best simple | leans |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for kind in WORLDS:
        for waves in WAVES:
            for yuan in (False, True):
                mean = pd.DataFrame([judged(kind, units, waves, seed, yuan=yuan) for seed in range(seeds)]).mean()
                ratio = float(np.sqrt(mean["model"] / mean[["last", "last and change", "mean"]].min()))
                shares = " | ".join(f"{mean[f'{level} %']:.3f}" for level in (50, 80, 90))
                amounts = "yuan" if yuan else "log"
                print(f"| {kind} | {waves} | {amounts} | {shares} | {ratio:.3f} | {mean['leans']:.2f} |", flush=True)


if __name__ == "__main__":
    main()
