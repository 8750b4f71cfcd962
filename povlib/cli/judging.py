"""A word about how far a plan's promise can be trusted: optimism.

Responsible for printing it in the language in use. Not responsible for computing it (`povlib.runs.questions.optimism`).
"""

from __future__ import annotations

import argparse

import pandas as pd

from povlib.cli.planning import place_of
from povlib.cli.tables import print_table
from povlib.runs.run_folders import find_run
from povlib.words import text


def optimism(options: argparse.Namespace) -> int:
    """Print what plans would promise by estimates of each kind, and how much of that is luck."""
    from povlib.report.pages.exits_page import curse_names
    from povlib.runs.questions.optimism import optimism as _optimism

    found = _optimism(find_run(options.run, place_of(options)))
    if found.empty:
        print(text("The office's records show no effect yet: nothing was chosen by an estimate."))
        return 0
    names = curse_names()
    shown = {
        text("estimates"): found["key"].map(names),
        text("expected exits (persons)"): found["persons"].map("{:.1f}".format),
        text("additional exits (persons)"): found["additional"].map("{:.1f}".format),
    }
    print_table(pd.DataFrame(shown))
    return 0
