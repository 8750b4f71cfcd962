"""The sweep behind ``plan SCENARIO --vary KEY=VALUES``: its progress, its table and where it lies.

Responsible for what is printed. Not responsible for the grid or for planning its points (`povlib.runs.sweeps`).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from povlib.cli.interruption import kept_when_interrupted
from povlib.cli.terminal import print_paths, print_table, progress_bar
from povlib.cli.word import argument, switch
from povlib.money import format_yuan
from povlib.words import text

if TYPE_CHECKING:
    from povlib.runs import Place, Run
    from povlib.runs.sweeps.outcome import Sweep

ARGUMENTS = (
    argument(
        "--vary",
        "plan at every value of a parameter: evenly spaced from first to last, or a list; several make a grid",
        "KEY=FIRST..LAST/COUNT",
        action="append",
        default=[],
    ),
    argument("--jobs", "with --vary: plans made at the same time (default: one for each core)", "N", type=int),
    switch("--papers", "with --vary: write notebooks and papers for every point too"),
)
"""What ``plan`` takes for a sweep."""


def sweep(options: argparse.Namespace, place: Place, names: Sequence[str], changes: Mapping[str, str]) -> int:
    """Plan scenarios at every point of a grid and print the table."""
    from povlib.runs.sweeps.grid import grid_of
    from povlib.runs.sweeps.points import checked_points

    points = checked_points(place, names, grid_of(options.vary, list(changes)), changes)
    for key, value in changes.items():
        print("· " + text("changed for this run: {key} = {value}", key=key, value=value))
    from povlib.runs.run_folders import as_they_are_now
    from povlib.runs.sweeps.execution import complete_each
    from povlib.runs.sweeps.outcome import sweep_of
    from povlib.runs.sweeps.points import begun_points

    begun = begun_points(place, points)
    with kept_when_interrupted(lambda: _kept_words(begun)), progress_bar(1) as bar:
        faults = complete_each(begun, papers=options.papers, jobs=options.jobs, progress=bar)
    found = sweep_of(place, points, as_they_are_now(begun), faults)
    _print_sweep(found)
    print_paths(found.write())
    planned = found.frame[found.frame["fault"] == ""]
    if len(planned):
        exits, made = planned["additional"], planned["run"]
        ends = dict.fromkeys((made.iloc[int(exits.argmin())], made.iloc[int(exits.argmax())]))
        options.then = f"runs compare {' '.join(ends)}" if len(ends) > 1 else f"report {' '.join(ends)}"
    return 1 if faults else 0


def _kept_words(begun: Sequence[Run]) -> str:
    """Return what is kept of a sweep that was interrupted."""
    from povlib.runs.run_folders import as_they_are_now

    done = sum(run.is_finished for run in as_they_are_now(begun))
    return text("Interrupted; {done} of {n} points are finished and kept: the same command goes on from there.",
                done=done, n=len(begun))  # fmt: skip


def _print_sweep(found: Sweep) -> None:
    import pandas as pd

    frame = found.frame
    planned = frame["fault"] == ""
    columns = {text("scenario"): frame["scenario"]} if len(set(frame["scenario"])) > 1 else {}
    columns |= {key: frame[key] for key in found.keys}

    def written(key: str, form: str) -> pd.Series:
        return frame[key].map(form.format).where(planned, "")

    columns |= {
        text("additional exits (persons)"): written("additional", "{:.1f}"),
        text("expected exits in all (persons)"): written("expected", "{:.1f}"),
        text("new money"): frame["money_fen"].map(lambda fen: "" if pd.isna(fen) else format_yuan(int(fen))),
        text("money for the poorest fifth"): written("poorest_money_share", "{:.0%}"),
        text("gap"): written("gap", "{:.3f}"),
        text("proved"): frame["proven"].map({True: text("yes"), False: text("no")}).where(planned, ""),
        text("run"): frame["run"],
    }
    print_table(pd.DataFrame(columns))
    for row in frame[~planned].to_dict("records"):
        print("✗ " + ", ".join(f"{key}={row[key]}" for key in found.keys) + ": " + row["fault"])
    print(text("{n} points, {proven} of them proved as near as was asked.", n=len(frame),
               proven=int(frame["proven"].sum())))  # fmt: skip
    spent = int(frame["status"].isin(["effort", "time"]).sum())
    if spent:
        print("! " + text("{n} searches ended with their effort spent: their plans hold, with a wider gap; more "
                          "effort: --set settings.time_limit_s=300", n=spent))  # fmt: skip
