"""What if one source closes: who is hit by the rows of the ledger, what it costs, and what a new plan makes good.

Responsible for three figures beside each other: the plan as it is, the same plan after the closing, the best plan after
it. Not responsible for the links (`povlib.villages.sources`), for the search (`povlib.allocation`) or for words.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.calendar import Month
from povlib.errors import ParameterError
from povlib.runs.comparison.carried_plan import ComparedRun, carried_plan
from povlib.runs.facts.proposal import plan_outcome
from povlib.runs.questions.trial import Trial, changed_households, try_changes
from povlib.runs.questions.village_questions import source_asked
from povlib.runs.run import Run
from povlib.villages.sources.closures import (
    affected_links,
    closed_contracts,
    closed_places,
    known_sources,
    stakes_at_risk,
)
from povlib.villages.sources.household_sources import plain_name
from povlib.vocabulary.register import marked_for_exit


@dataclass(frozen=True, eq=False)
class Closing:
    """A source that closes.

    Attributes
    ----------
    source, month
        Its name and the first month without it.
    households : DataFrame
        hh, village, members, marked (预脱贫), through (post, stake, share), name (of the post, co-op, contract),
        stake_fen (in its co-ops), owed_fen (own loans that a co-op uses): who hangs on it by the rows of the ledger.
    contracts : list of str
        Contracts of sale that end with it.
    places : list of str
        Places of the parameters that are offered no more.
    posts : int
        Free posts that are offered no more.
    """

    run: Run
    source: str
    month: Month
    households: pd.DataFrame
    contracts: list[str]
    places: list[str]
    posts: int

    @property
    def change(self) -> str:
        """The change of parameters that plans with it, as after ``--set``."""
        return f"settings.closures.{self.source}={self.month}"


@dataclass(frozen=True, eq=False)
class ClosingCost:
    """What a closing costs, in expected exits (persons), and the plan after it.

    Attributes
    ----------
    before, kept, after : float
        With the plan as it is and no closing; with the same plan after the closing, as far as it can still be carried
        out; with the best plan after the closing.
    money_before_fen, money_after_fen : int
    undone : int
        Households whose planned help is not offered any more.
    households : DataFrame
        Of `Closing.households`, each household once: hh, village, members, before, kept, after (chances of exit).
    changed : DataFrame
        Households that the new plan treats otherwise (`povlib.runs.questions.trial.changed_households`).
    trial : Trial
        The run after the closing.
    """

    before: float
    kept: float
    after: float
    money_before_fen: int
    money_after_fen: int
    undone: int
    households: pd.DataFrame
    changed: pd.DataFrame
    trial: Trial


def closing(run: Run, source: str = "", month: Month | None = None) -> Closing:
    """Return who hangs on a source that closes; nothing is planned.

    Parameters
    ----------
    source : str
        Its name or a part that only one has; empty: the one on which most of those marked for exit hang.
    month : Month, optional
        First month without it; default the first in which help may start.

    Raises
    ------
    ParameterError
        If there is no such source, or the month is not ahead of the ledger's last.
    """
    closed = month or run.settings.help_from
    if closed <= run.at:
        raise ParameterError(
            "{month} is not ahead: the ledger holds {last} already", month=closed, last=run.at,
            allowed=f"{run.at + 1} …", remedy="enter the ends of posts in the workbook instead",
        )  # fmt: skip
    state, month_now = run.state, run.at.ordinal
    known = known_sources(state, run.catalogue, month_now)
    name = source if source in known or plain_name(source) in known else _one_of(run, source, known)
    links = affected_links(state, name, month_now, run.catalogue)
    marks = state.marks
    marked = set(marks.loc[marks["kind"] == marked_for_exit(), "hh"])
    houses = state.households.set_index("hh")
    risk = stakes_at_risk(state, name, links["hh"], month_now, run.catalogue).set_index("hh")
    rows = links.drop_duplicates(["hh", "through", "name"])
    frame = pd.DataFrame(
        {
            "hh": rows["hh"],
            "village": rows["hh"].map(houses["village"]),
            "members": rows["hh"].map(houses["size"]),
            "marked": rows["hh"].isin(marked),
            "through": rows["through"],
            "name": rows["name"],
            "stake_fen": rows["hh"].map(risk["stake_fen"]),
            "owed_fen": rows["hh"].map(risk["owed_fen"]),
        }
    )
    places = closed_places(run.catalogue, name, state)
    employers = {plain_name(name), *(place.names.show("zh") for place in places)}
    posts = [post for post in run.catalogue.posts.values() if plain_name(post.employer) in employers]
    return Closing(
        run=run,
        source=name,
        month=closed,
        households=frame.sort_values(["village", "hh", "name"], ignore_index=True),
        contracts=sorted(closed_contracts(state, name, run.catalogue)),
        places=[place.names.show() for place in places],
        posts=sum(post.capacity for post in posts),
    )


def _one_of(run: Run, source: str, known: list[str]) -> str:
    """Return the source meant: the worst for "", the only one that holds these words, else refused with the nearest."""
    if source and len(matching := [name for name in known if source in name]) == 1:
        return matching[0]
    return source_asked(run, source)


def closing_cost(asked: Closing) -> ClosingCost:
    """Return what a closing costs: the plan carried over to the ledger after it, and the best plan after it.

    Raises
    ------
    ParameterError
        If the parameters do not allow the closing.
    """
    run = asked.run
    trial = try_changes(run, asked.change)
    before, after = plan_outcome(run), plan_outcome(trial)
    mine, other = ComparedRun(run), ComparedRun(trial)
    carried = carried_plan(mine, other)
    rows = trial.problem.package
    kept = {str(hh): str(rows[row]) for hh, row in zip(trial.problem.hh, carried.rows, strict=False)}
    houses = asked.households.drop_duplicates("hh")[["hh", "village", "members", "marked"]].reset_index(drop=True)
    planned = houses[houses["hh"].isin(mine.chosen)].reset_index(drop=True)
    chances = planned.assign(
        before=[mine.chance(mine.chosen[hh]) for hh in planned["hh"]],
        kept=[other.chance(kept[hh]) for hh in planned["hh"]],
        after=[other.chance(other.chosen[hh]) for hh in planned["hh"]],
    )
    return ClosingCost(
        before=before.expected.value,
        kept=carried.expected.value,
        after=after.expected.value,
        money_before_fen=before.money_fen,
        money_after_fen=after.money_fen,
        undone=len(carried.left_out),
        households=chances,
        changed=changed_households(run, trial),
        trial=trial,
    )


def what_closes(run: Run, source: str = "", month: str = "") -> pd.DataFrame:
    """Return what a closing costs the households that hang on it: chances before, with the plan kept, and planned anew.

    Parameters
    ----------
    source : str
        See `closing`.
    month : str
        ``2016-06``; empty: the first month in which help may start.

    Returns
    -------
    DataFrame
        hh, village, members, marked, before, kept, after; largest loss first.
    """
    asked = closing(run, source, Month.parse(month) if month else None)
    frame = closing_cost(asked).households
    lost = (frame["members"] * (frame["before"] - frame["kept"])).rename("lost")
    return frame.loc[lost.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)
