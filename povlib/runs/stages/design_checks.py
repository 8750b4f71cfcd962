"""Two more looks at what help changed: help drawn anew by lot, and those on either side of the poverty line.

Responsible for two artefacts of a run beside its effects. Not responsible for the estimates (`povlib.impact`) or for
words. Neither changes what the plan is made with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd

from povlib import impact, poverty
from povlib.calendar import Month
from povlib.errors import DataError, ParameterError
from povlib.ledger import State
from povlib.params import Catalogue
from povlib.runs.run import Run
from povlib.runs.stages.refusals import Refused, refusal_in, result_or_refusal
from povlib.runs.storage.artefacts import Bundle, from_bundle

# Re-drawings of each effect: p reaches down to 1 in 100. A choice that trades finer steps for time: all effects of the
# practice township together take about one second.
REDRAWINGS = 99
MONTHS_APART = 12  # a whole year on each side, so that a harvest counts once before and once after


@dataclass(frozen=True)
class CutoffAtLine:
    """Households just below the line against those just above it, a year later.

    Attributes
    ----------
    table : DataFrame
        `povlib.impact.Cutoff.table`, in fen per head and year.
    findings : DataFrame
        check, refuses, message (English id), values (JSON).
    usable, agrees : bool
    before : int
        Month-end of the score (ordinal); the outcome is that of twelve months later.
    line_fen : int
        The limit.
    helped : int
        Households whose help began in between.
    """

    table: pd.DataFrame
    findings: pd.DataFrame
    usable: bool
    agrees: bool
    before: int
    line_fen: int
    helped: int


def chance_of_effects(run: Run) -> pd.DataFrame:
    """Return measure, source, p, draws of each usable difference in differences: how often a lot gives as much."""
    return run.stored("chance", lambda: Bundle({"chance": _redrawn_effects(run)})).frames["chance"]


def _redrawn_effects(run: Run) -> pd.DataFrame:
    """Return the re-drawing p value of each usable difference-in-differences; NaN where it cannot be had."""
    found, given = run.effects.estimates, run.given("chance")
    rows = []
    for row in found[(found["method"] == "did") & found["usable"].astype(bool)].to_dict("records"):
        measure = given.catalogue.measures[str(row["measure"])]
        earning = next(e for e in measure.earns if e.source == row["source"])
        try:
            p = impact.randomisation_of_measure(
                run.state, given.catalogue, measure, earning, draws=REDRAWINGS, seed=given.settings.seed
            ).p
        except DataError:  # nothing to re-draw: everybody was helped at the same time
            p = float("nan")
        rows.append((measure.key, str(row["source"]), p, REDRAWINGS))
    frame = pd.DataFrame(rows, columns=["measure", "source", "p", "draws"])
    return frame.astype({"measure": "str", "source": "str", "p": "float64", "draws": "int64"})


def cutoff_at_line(run: Run) -> CutoffAtLine | Refused:
    """Return the cut-off design at the poverty line a year before the plan's month; refused where it cannot be had."""

    def make() -> CutoffAtLine:
        given = run.given("cutoff")
        return cutoff_of_state(run.state, run.at, given.catalogue, given.settings.authority)

    made = run.stored("cutoff", lambda: result_or_refusal(make))
    return refusal_in(made) or from_bundle(CutoffAtLine, made)


def cutoff_of_state(state: State, at: Month, catalogue: Catalogue, authority: str) -> CutoffAtLine:
    """Compare income at `at` of those who were just below the line a year before with those who were just above.

    Raises
    ------
    DataError
        If that year has no line, or fewer than 20 households with a known income lie on a side of it.
    """
    before = at + -MONTHS_APART
    try:
        line = catalogue.line_fen(authority, before)
    except ParameterError as error:
        raise DataError(list(error.faults)) from error
    frame = before_and_after(state, before, at, catalogue)
    found = impact.cutoff(
        frame, outcome="after", running="before", at=line, helped="below", tie="below", treatment="helped",
        cluster="village",
    )  # fmt: skip
    rows = [(f.check, f.refuses, f.message, json.dumps(dict(f.values))) for f in found.findings]
    findings = pd.DataFrame(rows, columns=["check", "refuses", "message", "values"])
    return CutoffAtLine(
        found.table, findings, found.usable, found.agrees, before.ordinal, line, int(frame["helped"].sum())
    )


def before_and_after(state: State, before: Month, at: Month, catalogue: Catalogue) -> pd.DataFrame:
    """Return hh, village, before and after (fen per head of the trailing year), helped (help began in between)."""
    frame = state.households[["hh", "village"]]
    for name, month in (("before", before), ("after", at)):
        income = poverty.trailing_income(state, month, catalogue).set_index("hh")["income_fen_per_head"]
        frame = frame.assign(
            **{name: frame["hh"].map(income).astype("Float64").to_numpy("float64", na_value=float("nan"))}
        )
    began = state.support["from_month"]
    inside = ((began > before.ordinal) & (began <= at.ordinal)).fillna(False).to_numpy(dtype=bool)
    return frame.assign(helped=frame["hh"].isin(state.support.loc[inside, "hh"]).astype("float64"))
