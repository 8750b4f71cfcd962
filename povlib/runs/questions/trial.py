"""A run tried with other parameters or capacities, in memory: the live cells of a notebook ask it, nothing is stored.

Responsible for a chain like a run's own, computed anew from the run's ledger and parameters, and for what becomes
different. A plan that is to be kept is made by ``plan SCENARIO --set KEY=VALUE``, whose figures are the same. Not
responsible for the chain (`povlib.runs.run`) or for what the figures mean (`povlib.runs.facts`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from povlib import allocation
from povlib.errors import ParameterError, ProblemError, unknown_word_fault
from povlib.money import FEN_PER_YUAN
from povlib.params import Settings
from povlib.runs.facts.proposal import plan_outcome, planned_households
from povlib.runs.office.parameter_check import changes_in_words
from povlib.runs.run import Run
from povlib.runs.storage.artefacts import Bundle
from povlib.words import language, language_column

# settings that the offer and the projection do not read: with others changed both are made anew
_OF_THE_CHOICE = {
    "objective", "poorest_fifth_money_share", "poorest_fifth_post_share", "second_rule", "equal_persons",
    "least_worth_points", "target_persons", "explore_households", "explore_points", "gap_persons", "time_limit_s",
}  # fmt: skip


class Trial(Run):
    """A run in memory: every part has the name it has in a `Run`; nothing is read from its folder but parameters."""

    def stored(self, name: str, make: Callable[[], Bundle], folder: Path | None = None) -> Bundle:
        """Return a part of the trial, computed and not kept beside the run."""
        return make()

    @property
    def settings(self) -> Settings:
        """Settings with the changes of the trial."""
        return self.resolved.settings

    @cached_property
    def check(self) -> allocation.Check:
        """The plan's proof, repeated in exact arithmetic (`povlib.allocation.verify`)."""
        return allocation.verify(self.plan, self.problem)


def try_changes(run: Run, changes: str) -> Trial:
    """Return a run as it would be with some parameters changed; each part is computed when it is first asked for.

    Parameters
    ----------
    run : Run
    changes : str
        ``key=value; key=value``, on top of the run's own.

    Raises
    ------
    ParameterError
        Every unknown key and every value out of range, at once.
    """
    overrides = {**run.overrides, **changes_in_words(changes)}
    trial = Trial(run.folder, run.office, run.info, overrides, run.pins)
    settings = trial.resolved.settings
    object.__setattr__(trial, "info", replace(run.info, settings=settings, run_id=""))
    # the ledger is the same to the last row: it is not read twice
    trial.__dict__["state"] = run.state
    if trial.catalogue.digest == run.catalogue.digest and _same_but_for_choice(run.settings, settings):
        trial.__dict__.update(_before_the_choice(run))
    return trial


def _same_but_for_choice(one: Settings, other: Settings) -> bool:
    """Whether two settings offer the same packages and expect the same of them, however they choose."""
    return one.model_dump(exclude=_OF_THE_CHOICE) == other.model_dump(exclude=_OF_THE_CHOICE)


def _before_the_choice(run: Run) -> dict[str, object]:
    return {name: getattr(run, name) for name in ("effects", "offer", "projection", "households")}


def try_capacity(run: Run, resource: str, more: float = 1) -> Trial:
    """Return a run as it would be with more (or less) of one resource, everything else as it is.

    Parameters
    ----------
    resource : str
        Key of a fund, or ``post:KEY``, ``place:KEY``, ``weeks:CREW:YYYYMM``; see `dearest_resource`.
    more : float
        Posts, places or weeks; of a fund yuan. Below nothing: less.

    Raises
    ------
    ParameterError
        If there is no such resource.
    ProblemError
        If less than nothing would be left.
    """
    table = run.offer.resources.set_index("resource")
    if resource not in table.index:
        raise ParameterError([unknown_word_fault("there is no resource {value}", resource, table.index, "")])
    added = more * (FEN_PER_YUAN if table["kind"][resource] == "fund" else 1)
    if added != int(added):
        raise ProblemError("{more} is no whole number of units of {resource}", more=more, resource=resource)
    trial = try_changes(run, "")
    capacity = int(table["capacity"][resource]) + int(added)
    trial.__dict__["problem"] = run.problem.with_capacities({resource: capacity})
    return trial


def dearest_resource(run: Run, kind: str = "") -> str:
    """Return the resource of which one unit more is worth most at the posted prices; of a `kind` if one is named.

    Parameters
    ----------
    kind : "fund", "post", "place", "weeks" or ""
        "" leaves out funds, whose unit is a fen.

    Raises
    ------
    ParameterError
        If there is no resource of this kind.
    """
    table = run.offer.resources
    kinds = sorted(set(table["kind"]))
    if kind and kind not in kinds:
        raise ParameterError([unknown_word_fault("there is no kind of resource {value}", kind, kinds, "")])
    asked = table[table["kind"] == kind] if kind else table[table["kind"] != "fund"]
    price = asked["resource"].map(run.plan.prices).fillna(0.0)
    return str(asked["resource"].loc[price.sort_values(kind="stable", ascending=False).index[0]])


def figures_beside(run: Run, other: Run) -> pd.DataFrame:
    """Return the figures of two runs beside each other.

    Returns
    -------
    DataFrame
        before, after, change of: additional and expected (persons), money_yuan, served (households), posts, bound (no
        plan can be worth more), gap (persons).
    """
    columns = {"before": _figures(run), "after": _figures(other)}
    frame = pd.DataFrame(columns)
    return frame.assign(change=frame["after"] - frame["before"])


def _figures(run: Run) -> pd.Series:
    outcome = plan_outcome(run)
    return pd.Series(
        {
            "additional": outcome.additional.value,
            "expected": outcome.expected.value,
            "money_yuan": outcome.money_fen / FEN_PER_YUAN,
            "served": float(outcome.served),
            "posts": float(outcome.posts),
            "bound": run.plan.price_bound,
            "gap": run.plan.gap,
        }
    )


def changed_households(run: Run, other: Run) -> pd.DataFrame:
    """Return the households that another run gives something else.

    Returns
    -------
    DataFrame
        hh, village, members, before, after (the package in words), persons_before, persons_after (additional exits),
        yuan_before, yuan_after; those who gain most first.
    """
    label = language_column("label", language())
    columns = {label: "label", "additional": "persons", "money_fen": "yuan"}
    pair = [
        planned_households(one)[["hh", "village", "members", "measures", "start", *columns]].rename(columns=columns)
        for one in (run, other)
    ]
    # packages are numbered anew where the offer is another: what is given tells them apart
    both = pair[0].merge(pair[1].drop(columns=["village", "members"]), on="hh", suffixes=("_before", "_after"))
    same = both["measures_before"].eq(both["measures_after"]) & both["label_before"].eq(both["label_after"])
    both = both[~same].rename(columns={"label_before": "before", "label_after": "after"})
    for when in ("before", "after"):
        both[f"yuan_{when}"] = both[f"yuan_{when}"] / FEN_PER_YUAN
    gain = (both["persons_after"] - both["persons_before"]).sort_values(ascending=False, kind="stable")
    names = ["hh", "village", "members", "before", "after", "persons_before", "persons_after", "yuan_before"]
    return both.loc[gain.index, [*names, "yuan_after"]].reset_index(drop=True)
