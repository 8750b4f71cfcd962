"""What villages are compared on: results of households in the ledger, with what made them easy or hard from the start.

Responsible for reading the results and the facts of a fair start from a state of the ledger. Not responsible for the
comparison (`povlib.review.contest`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from povlib.arrays import Bools
from povlib.errors import DataError
from povlib.ledger import State
from povlib.poverty.households.household_income import YEAR_MONTHS
from povlib.report.model.paper import Section
from povlib.report.pages.contest_section import contest_section
from povlib.review.contest.village_contest import VillageContest, village_contest
from povlib.support.eligibility_facts import SupportFrames, member_facts
from povlib.vocabulary.help_and_works import works_finished
from povlib.vocabulary.register import disabled_label, healthy_label, marked_for_exit
from povlib.words import text

#: of a page, as the command `contest` takes them where nothing is said: three places, sets that hold in 95 of 100
FEW, LEVEL = 3, 0.95


@dataclass(frozen=True, eq=False)
class ContestResult:
    """One result of households, to compare villages on.

    Attributes
    ----------
    key : str
    villages : Series of str (households)
    reached : array of bool (households)
    facts : DataFrame (households x facts)
        Known before the village could do anything about it.
    """

    key: str
    villages: pd.Series
    reached: Bools
    facts: pd.DataFrame

    def compared(self, few: int, level: float) -> VillageContest:
        """Return the comparison of the villages on this result."""
        return village_contest(self.villages, self.reached, self.facts, few=few, level=level)


def result_name(key: str, lang: str | None = None) -> str:
    """Return what a result is called, in the language in use or another.

    Examples
    --------
    >>> result_name("houses", "en")
    'houses finished of those to be made safe'
    """
    return {
        "exits": text("poor households marked for exit", lang),
        "houses": text("houses finished of those to be made safe", lang),
        "records": text("households recorded in each of the last twelve months", lang),
    }[key]


def contest_result(state: State, key: str) -> ContestResult:
    """Return one result by its key (`RESULTS`)."""
    return RESULTS[key](state)


def contest_of_villages(state: State, lang: str) -> Section:
    """Return the page's section: every result of `RESULTS`; one that cannot be compared is named."""
    results, without = [], []
    for key in RESULTS:
        name = result_name(key, lang)
        try:
            results.append((key, name, contest_result(state, key).compared(FEW, LEVEL)))
        except DataError:  # nobody or everybody reached it, or there are too few villages
            without.append(name)
    return contest_section(results, without, lang)


def _exits(state: State) -> ContestResult:
    poor = state.poor
    marked = state.marks.loc[state.marks["kind"] == marked_for_exit(), "hh"]
    return ContestResult("exits", poor["village"], poor["hh"].isin(marked).to_numpy(bool), _start(state, poor["hh"]))


def _houses(state: State) -> ContestResult:
    works = state.projects.merge(state.households[["hh", "village"]], on="hh")
    facts = pd.get_dummies(works["kind"].fillna("")).astype("float64")
    facts["persons"] = works["hh"].map(state.households.set_index("hh")["size"]).astype("float64").to_numpy()
    done = works["status"].eq(works_finished()).fillna(False).to_numpy(dtype=bool)
    return ContestResult("houses", works["village"], done, facts)


def _records(state: State) -> ContestResult:
    poor = state.poor
    last = int(state.observations["month"].max()) if len(state.observations) else 0
    seen = state.observations[state.observations["month"].gt(last - YEAR_MONTHS)]
    months = seen.groupby("hh")["month"].nunique()
    whole = poor["hh"].map(months).fillna(0).eq(YEAR_MONTHS).to_numpy(dtype=bool)
    # whether a village writes down what it saw is nobody's burden but its own
    return ContestResult("records", poor["village"], whole, pd.DataFrame(index=poor.index))


def _start(state: State, households: pd.Series) -> pd.DataFrame:
    """Return persons, workers, ill and disabled members, minimum living and distance: what a village was given."""
    if state.last_month is None:
        return pd.DataFrame(index=households.index)
    members = member_facts(cast(SupportFrames, state), state.last_month)
    members["unwell"] = members["health"].notna() & members["health"].ne(healthy_label())
    members["disabled"] = members["disability"].fillna(False).astype(bool) | members["health"].eq(disabled_label())
    members["minimum"] = members["minimum_living"].fillna(False).astype(bool)
    counts = members.groupby("hh")[["able", "unwell", "disabled", "minimum"]].sum()
    own = state.households.set_index("hh")[["size", "distance_km"]]
    joined = own.join(counts).reindex(households)
    return joined.astype("float64").set_axis(households.index).assign(minimum=lambda f: np.minimum(f["minimum"], 1.0))


RESULTS: dict[str, Callable[[State], ContestResult]] = {"exits": _exits, "houses": _houses, "records": _records}
"""Results by key, in the order they are shown."""
