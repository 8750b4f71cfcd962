"""What an analyst asks of jobs and villages: who hangs on a source, which routes overlap, who holds which post.

Responsible for answers that take a name, as frames. Not responsible for the links (`povlib.villages.sources`) or for
the pages (`povlib.runs.notebook_pages`).
"""

from __future__ import annotations

import pandas as pd

from povlib.errors import ParameterError, unknown_word_fault
from povlib.runs.facts.villages.hanging_on_sources import source_frame
from povlib.runs.facts.villages.work_places import held_posts_with_terms
from povlib.runs.run import Run
from povlib.villages.sources.household_sources import household_sources, plain_name
from povlib.vocabulary.register import marked_for_exit


def posts_held(run: Run) -> pd.DataFrame:
    """Return who holds a post now: person, hh, village, employer, post, place, route, from_month, to_month, terms."""
    return held_posts_with_terms(run.state, run.at.ordinal)


def sources(run: Run) -> pd.DataFrame:
    """Return what hangs on each source; see `povlib.runs.facts.villages.hanging_on_sources.source_frame`."""
    return source_frame(run)


def source_asked(run: Run, source: str = "") -> str:
    """Return a source of the ledger by its name or a part that only one has; for "" the one on which most hang.

    Raises
    ------
    ParameterError
        If there is no such source, or several, with those there are.
    """
    known = source_frame(run)
    names = list(dict.fromkeys(known["source"].astype(str)))
    if not source:
        firms = known[known["kinds"].ne("product")]
        found = list(firms["source"].astype(str)) or names
        if not found:
            raise ParameterError(
                "no household hangs on any source yet",
                remedy="put village workbooks into the inbox, then: python3 workbench.py load",
            )
        return found[0]
    if plain_name(source) in names:
        return plain_name(source)
    matching = [name for name in names if source in name]
    if len(matching) == 1:
        return matching[0]
    raise ParameterError([unknown_word_fault("there is no source {value}", source, matching or names, "")])


def households_of_source(run: Run, source: str = "") -> pd.DataFrame:
    """Return the households that hang on a source: hh, village, members, marked, through, name, others.

    Parameters
    ----------
    source : str
        Its name, or a part of it; empty: the one on which most hang.

    Returns
    -------
    DataFrame
        through: post, stake or share; name: of the post, co-op or contract; others: what else the household hangs on.
    """
    asked = source_asked(run, source)
    links = household_sources(run.state, run.at.ordinal)
    links = links[links["kind"].ne("product") | links["source"].eq(asked)]
    mine = links[links["source"] == asked].drop_duplicates(["hh", "through", "name"])
    rest = links[(links["source"] != asked) & links["hh"].isin(mine["hh"])]
    others = rest.groupby("hh")["source"].agg(lambda names: "、".join(sorted(set(names))))
    houses = run.state.households.set_index("hh")
    marks = run.state.marks
    marked = set(marks.loc[marks["kind"] == marked_for_exit(), "hh"])
    frame = pd.DataFrame(
        {
            "hh": mine["hh"],
            "village": mine["hh"].map(houses["village"]),
            "members": mine["hh"].map(houses["size"]),
            "marked": mine["hh"].isin(marked),
            "through": mine["through"],
            "name": mine["name"],
            "others": mine["hh"].map(others).fillna(""),
        }
    )
    return frame.sort_values(["village", "hh", "name"], ignore_index=True)


def routes_of_households(run: Run, fewest: int = 2) -> pd.DataFrame:
    """Return the households marked for exit on several routes: hh, village, members, routes.

    Parameters
    ----------
    fewest : int
        Routes at least.
    """
    marks = run.state.marks[run.state.marks["kind"] == marked_for_exit()].drop_duplicates(["hh", "route"])
    routes = marks.sort_values("route").groupby("hh")["route"].agg(["size", "、".join])
    several = routes[routes["size"] >= fewest]
    houses = run.state.households.set_index("hh").loc[several.index]
    frame = pd.DataFrame(
        {"hh": several.index, "village": houses["village"].to_numpy(), "members": houses["size"].to_numpy(),
         "routes": several["join"].to_numpy()}
    )  # fmt: skip
    return frame.sort_values(["village", "hh"], ignore_index=True)
