"""sources: what the plan loses if any one employer, firm or product fails, what limits say and what they cost.

Responsible for printing. Not responsible for the figures (`povlib.runs.facts.villages.plan_sources`).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from povlib.cli.terminal import print_table
from povlib.cli.word import Word, argument, chosen_place, switch
from povlib.cli.words_meant import chosen_run
from povlib.words import text

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 12
"""Sources printed without --all: those that could make a limit bind come first."""


def sources(options: argparse.Namespace) -> int:
    """Print how concentrated the plan is by employer, firm and product, then what each failure would cost it."""
    made = chosen_run(options, chosen_place(options))
    from povlib.report.villages.routes_section import COUNT_WORDS, LIMIT_WORDS
    from povlib.runs.facts.villages.plan_sources import concentration_by_kind, one_row_each, plan_sources
    from povlib.runs.stages.source_limits import KIND_WORDS

    frame = plan_sources(made)
    if frame.empty:
        print(text("no planned help hangs on any employer, firm or product"))
        return 0
    for row in concentration_by_kind(frame).itertuples(index=False):
        print(text("by {kind}: {n} sources, as concentrated as {equal} equal ones; most hangs on {worst}: {lost} "
                   "expected exits ({share} of what the plan adds)", kind=text(KIND_WORDS[str(row.kind)]),
                   n=row.sources, equal=f"{row.equal:.1f}", worst=row.worst, lost=f"{row.lost:.1f}",
                   share=f"{row.share:.0%}"))  # fmt: skip
    rows = one_row_each(frame)
    shown = rows if options.all else rows.head(_SHOWN)
    columns = {
        text("source"): shown["source"],
        text("as"): shown["kind"],
        text("households in the plan"): shown["households"],
        text("expected exits lost if it fails"): shown["lost"].map("{:.1f}".format),
        text("of what the plan adds"): shown["share"].map("{:.0%}".format),
        text("persons with planned help of it"): shown["persons"],
        text("with those who have it already"): shown["possible"],
    }
    counted = made.settings.source_limits.counted if frame["limit"].notna().any() else ""
    if counted:
        columns[text(LIMIT_WORDS[counted])] = _blank_where_missing(shown["limit"], "{:g}")
        columns[text("exits gained per person more that may hang on it")] = _blank_where_missing(
            shown["price"], "{:.2f}"
        )
    import pandas as pd

    print_table(pd.DataFrame(columns))
    if len(shown) < len(rows):
        print(text("and {n} more sources: --all", n=len(rows) - len(shown)))
    worst = frame.iloc[0]
    options.then = f"closing {worst['source']} {options.run}"
    if counted:
        print(text(COUNT_WORDS[counted]))
    else:
        # half of what the plan puts there: it can be kept and it changes something
        half = (int(worst["already"]) + int(worst["possible"]) + 1) // 2
        print(text("no limit is set; with at most {persons} persons on {source}: {command}", persons=half,
                   source=worst["source"],
                   command=f"plan base --set settings.named_limits.{worst['source']}={half}"))  # fmt: skip
    return 0


def _blank_where_missing(values: pd.Series, form: str) -> pd.Series:
    return values.map(form.format, na_action="ignore").astype(object).fillna("")


WORDS = (
    Word(
        "sources",
        "what the plan loses if one employer, firm or product fails, the worst first; limits and what they cost",
        sources,
        (
            argument("run", "id of a run or its beginning, a scenario (its newest run), latest or approved", "RUN",
                     nargs="?", default="latest"),
            switch("--all", "every source"),
        ),
        then="closing",
    ),
)  # fmt: skip
"""Words of this module."""
