"""Do the intervals of impact hold the simulator's true effects? Worlds whose twins without the help are known.

    python benchmarks/impact_worlds.py [--worlds 200] [--households 340] [--jobs 1]

For each measure the simulator is run again with the same luck and without that measure; the difference of the
two incomes is what the help truly brought to each household in each month (displacement, fading and several awards
included). The truth of an estimate is that difference put together by the same comparison. Prints a table and writes
docs/benchmarks/impact.md. The tests of coverage use the same functions. The simulator shares no code with the rooms
it judges.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from povlib import impact, params, places, sample
from povlib.errors import DataError
from povlib.impact.evaluation import effects_by_method, panel_of_measure, yuan_per_prior_unit
from povlib.impact.measure_panels import MeasurePanel

KEYS = {"outcome": "outcome", "unit": "hh", "period": "period", "cohort": "cohort"}


def panels(seed: int, households: int, catalogue: Any) -> Iterator[tuple[Any, Any, MeasurePanel, MeasurePanel, float]]:
    """Yield panels of each measure and source of a world: as heard, of the true difference; and the prior's factor."""
    township = sample.simulate(households, seed=seed)
    state = SimpleNamespace(**sample.ledger_rows(township))
    heard = state.observations
    row = pd.Index(township.households["hh"]).get_indexer(pd.Index(heard["hh"]))
    column = heard["month"].to_numpy() - township.truth.months[0]
    for measure in catalogue.measures.values():
        for earning in measure.earns:
            panel = (
                panel_of_measure(state, catalogue, measure, earning)
                if earning.mean is not None and earning.sd
                else None
            )
            if panel is None:
                continue
            without = township.spells[township.spells["measure"] != measure.key].reset_index(drop=True)
            gain = _gain(township.truth.money, township.paths(without, township.luck).money, earning.source)
            fen = pd.Series(np.rint(gain[row, column] * 100), dtype="Int64")
            name = f"{earning.source}_fen"
            known = heard.assign(**{name: fen.where(heard[name].notna().to_numpy()), "cost_fen": 0})
            twin = panel_of_measure(
                SimpleNamespace(households=state.households, support=state.support, observations=known),
                catalogue, measure, earning,
            )  # fmt: skip
            assert twin is not None
            outcome = twin.frame["outcome"].where(panel.frame["outcome"].notna())
            twin = replace(twin, frame=twin.frame.assign(outcome=outcome))
            yield measure, earning, panel, twin, yuan_per_prior_unit(panel, catalogue, measure, earning)


def _gain(with_help: dict[str, Any], without: dict[str, Any], source: str) -> Any:
    gain = with_help[source] - without[source]
    return gain - (with_help["cost"] - without["cost"]) if source == "business" else gain


def truths(panel: MeasurePanel) -> dict[str, float]:
    """Return the true effect that each method estimates, from a panel of true differences."""
    frame = panel.frame
    last = frame["period"].max()
    now = frame[(frame["period"] == last) & (frame["cohort"] > 1) & (frame["cohort"] <= last)]
    whole = frame[~((frame["cohort"] > 1) & (frame["period"] == frame["cohort"] - 1))]
    made = {"aipw": float(now["outcome"].mean())}
    for method, estimate in (
        (
            "did",
            lambda: impact.did(frame, control="not_yet", anticipation=1, **KEYS).effect().estimate,
        ),
        ("before_after", lambda: impact.before_after(whole, **KEYS).estimate),
    ):
        try:
            made[method] = estimate()
        except DataError:
            made[method] = float("nan")
    return made


def world(seed: int, households: int = 340) -> pd.DataFrame:
    """Return estimates and truths of one world, in the unit of each prior."""
    rows = []
    for measure, earning, panel, twin, factor in panels(
        seed, households, params.load(places.DATA / "sample" / "params")
    ):
        true = truths(twin)
        for method, effect in effects_by_method(panel, 0).items():
            numbers = {"true": true[method], "est": effect.estimate, "se": effect.se}
            numbers |= {"lo": effect.ci_low, "hi": effect.ci_high}
            row = {"seed": seed, "measure": measure.key, "source": earning.source, "method": method}
            row |= {name: value / factor for name, value in numbers.items()}
            rows.append(row | {"usable": effect.usable, "treated": effect.treated})
    return pd.DataFrame(rows)


def hits(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that count (usable ones, and the naive line where the spread is known) with ``hit``."""
    naive = rows["method"] == "before_after"
    rows = rows[(rows["usable"].astype(bool) | naive) & rows[["est", "true"]].notna().all(axis=1)]
    rows = rows[rows["se"].astype(float) > 1e-9 * rows["true"].abs()]
    return rows.assign(hit=(rows["lo"] <= rows["true"]) & (rows["true"] <= rows["hi"]))


def table(rows: pd.DataFrame) -> list[str]:
    """Return the lines of the page."""
    counted = hits(rows)
    lines = ["| measure | source | method | worlds | helped | truth | estimate | standard error | held the truth |"]
    lines.append("|---|---|---|---|---|---|---|---|---|")
    for (measure, source, method), part in counted.groupby(["measure", "source", "method"], sort=True):
        means = part[["treated", "true", "est", "se"]].astype(float).mean()
        numbers = [f"{means['treated']:.0f}", *(f"{means[name]:.3g}" for name in ("true", "est", "se"))]
        lines.append(
            f"| {measure} | {source} | {method} | {len(part)} | {' | '.join(numbers)} | {part['hit'].mean():.3f} |"
        )
    for method, name in (
        ("did", "difference-in-differences"),
        ("aipw", "AIPW"),
        ("before_after", "naive before/after"),
    ):
        part = counted[counted["method"] == method]
        lines.append(f"| all | | {name} | {len(part)} | | | | | **{part['hit'].mean():.3f}** |")
    return lines


def main() -> int:
    """Run the worlds and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--households", type=int, default=340)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    seeds = range(1, options.worlds + 1)
    with ProcessPoolExecutor(options.jobs) as pool:
        rows = pd.concat(pool.map(world, seeds, [options.households] * len(seeds)), ignore_index=True)
    write(rows, options.worlds, options.households)
    return 0


def write(rows: pd.DataFrame, worlds: int, households: int) -> None:
    """Print the table and write the section."""
    from poverty_page import write_section

    lines = table(rows)
    lines += [
        "",
        f"{worlds} worlds of {households} households (seeds 1 to {worlds}), estimates in the unit of each prior. Only",
        "usable estimates count; the naive line is what a comparison with nobody would have claimed. The truth is",
        "the difference to a twin world without the measure. Run: `benchmarks/impact_worlds.py`.",
    ]
    print("\n".join(lines))
    write_section("impact.md", "Impact: figures measured", "Coverage of true effects in simulated worlds", lines)


if __name__ == "__main__":
    sys.exit(main())
