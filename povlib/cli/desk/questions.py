"""Questions asked of a plan that was made: whatif, optimism.

Responsible for printing the answers. Not responsible for finding them (`povlib.runs.questions`).
"""

from __future__ import annotations

import argparse

from povlib.cli.terminal import print_paths, print_table, progress_bar
from povlib.cli.word import RUN, Word, chosen_place
from povlib.cli.words_meant import chosen_run
from povlib.words import language, text


def whatif(options: argparse.Namespace) -> int:
    """Ask of a run what more or less money, bad years and a simple rule would mean; write the page."""
    made = chosen_run(options, chosen_place(options))
    from povlib.runs import number_of_questions, write_whatif

    with progress_bar(number_of_questions()) as bar:
        written = write_whatif(made, language(), progress=bar)
    print_paths(written)
    return 0


def optimism(options: argparse.Namespace) -> int:
    """Print what plans would promise by estimates of each kind, and how much of that is luck."""
    made = chosen_run(options, chosen_place(options))
    import pandas as pd

    from povlib.report.pages.exits_page import curse_names
    from povlib.runs.questions.optimism import GAP_PERSONS
    from povlib.runs.questions.optimism import optimism as promised_by_estimates

    promised = promised_by_estimates(made)
    if promised.empty:
        print(text("The office's records show no effect yet: nothing was chosen by an estimate."))
        return 0
    columns = {
        text("estimates"): promised["key"].map(curse_names()),
        text("expected exits (persons)"): promised["persons"].map("{:.1f}".format),
        text("additional exits (persons)"): promised["additional"].map("{:.1f}".format),
    }
    print_table(pd.DataFrame(columns))
    print(
        text(
            "Each plan is proved within {gap:.1f} persons of its best: no smaller difference is distinguishable from "
            "the slack of the searches.",
            gap=GAP_PERSONS,
        )
    )
    return 0


WORDS = (
    Word(
        "whatif",
        "what more or less money, bad years or a simple rule would mean for a run",
        whatif,
        (RUN,),
        then="runs list",
    ),
    Word("optimism", "how much of a run's promise is the luck of its estimates", optimism, (RUN,), then="promises"),
)
