"""What a panel shows of a changed run: the outcome, the proof, villages, funds, posts, and each household's package.

Responsible for gathering it from a run, with the same functions that the papers use, and for saying whether it is
final: the plan of a fresh run with its proof repeated, or a plan that is there at once and still searched on. Not
responsible for words (`povlib.report.pages.panel_page`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from povlib import allocation
from povlib.errors import Fault, RunError, WorkbenchError
from povlib.report.meeting import Outcome
from povlib.runs.facts.certainty import objective_unit
from povlib.runs.facts.proposal import plan_outcome, planned_households, village_rows
from povlib.runs.live.changed_run import StartingRun, first_plan_of
from povlib.runs.run import Run
from povlib.vocabulary.resource_keys import post_key

# persons, times the gap asked for: a first plan is rounded from the relaxation and not searched on
_FIRST_GAP = 20.0


@dataclass(frozen=True, eq=False)
class PanelAnswer:
    """A changed run as a panel shows it.

    Attributes
    ----------
    changes : dict
        Dotted key -> value, beside those of the run it started from.
    final : bool
        Whether this is the plan of a fresh run, its proof repeated in exact integers.
    run_id : str
        Id of the run these parameters make.
    plan : Plan
    outcome : Outcome
    villages : DataFrame
        As `povlib.runs.facts.proposal.village_rows`.
    funds : DataFrame
        key, amount_fen, entitlement_fen, planned_fen, left_fen, persons_per_wan (posted price; at most).
    posts : DataFrame
        key, slots, filled, persons_per_post (posted price; at most).
    households : DataFrame
        As `povlib.runs.facts.proposal.planned_households`.
    pins : dict
        Household -> rule that was tried.
    unit : str
        What the worth of the plan is counted in.
    """

    changes: dict[str, str]
    final: bool
    run_id: str
    plan: allocation.Plan
    outcome: Outcome
    villages: pd.DataFrame
    funds: pd.DataFrame
    posts: pd.DataFrame
    households: pd.DataFrame
    pins: dict[str, str] = field(default_factory=dict)
    unit: str = "person"


@dataclass(frozen=True)
class PanelRefusal:
    """Parameters that no run can be made of: what is wrong, in every fault."""

    changes: dict[str, str]
    faults: tuple[Fault, ...]
    pins: dict[str, str] = field(default_factory=dict)
    final: bool = True


Pins = Mapping[str, str]
_NO_PINS: dict[str, str] = {}


def answer_of(run: Run, changes: Mapping[str, str], *, final: bool, pins: Pins = _NO_PINS) -> PanelAnswer:
    """Return what a panel shows of a run whose plan is known."""
    prices = allocation.price_table(run.plan, run.problem).set_index("row")["persons"]
    rows = planned_households(run)
    return PanelAnswer(
        dict(changes), final, run.info.run_id, run.plan, plan_outcome(run, rows), village_rows(run, rows),
        _fund_table(run, prices), _post_table(run, prices), rows, dict(pins), objective_unit(run),
    )  # fmt: skip


def first_answer(
    start: StartingRun, changes: Mapping[str, str], pins: Pins = _NO_PINS
) -> PanelAnswer | PanelRefusal | None:
    """Return a plan that is there at once: it keeps every rule, and its proof says how much better another may be.

    None where there is none at once (`povlib.runs.live.changed_run.first_plan_of`).
    """
    try:
        run = start.changed(changes, pins)
        shown = first_plan_of(run, _FIRST_GAP * max(run.settings.gap_persons, 0.1))
        return None if shown is None else answer_of(shown, changes, final=False, pins=pins)
    except WorkbenchError as error:
        return PanelRefusal(dict(changes), tuple(error.faults), dict(pins))


def final_answer(start: StartingRun, changes: Mapping[str, str], pins: Pins = _NO_PINS) -> PanelAnswer | PanelRefusal:
    """Return what a fresh run of the same parameters prints, its proof repeated in exact integers."""
    try:
        run = start.changed(changes, pins)
        if not run.proved:
            raise RunError(allocation.verify(run.plan, run.problem).faults)
        return answer_of(run, changes, final=True, pins=pins)
    except WorkbenchError as error:
        return PanelRefusal(dict(changes), tuple(error.faults), dict(pins))


def starting_answer(run: Run) -> PanelAnswer:
    """Return what a panel shows before a hand touched it: the run itself."""
    return answer_of(run, {}, final=run.proved)


def _fund_table(run: Run, prices: pd.Series) -> pd.DataFrame:
    funds = [fund for fund in run.catalogue.funds.values() if fund.filled]
    keys = [fund.key for fund in funds]
    planned = run.plan.payments.groupby("fund")["fen"].sum().reindex(keys).fillna(0).astype("int64")
    owed = run.offer.entitlements.groupby("fund")["cost_fen"].sum().reindex(keys).fillna(0).astype("int64")
    frame = pd.DataFrame(
        {"key": keys, "amount_fen": [fund.amount_fen for fund in funds], "entitlement_fen": owed.to_numpy(),
         "planned_fen": planned.to_numpy(), "persons_per_wan": [float(prices.get(key, 0.0)) for key in keys]}
    )  # fmt: skip
    return frame.assign(left_fen=frame["amount_fen"] - frame["entitlement_fen"] - frame["planned_fen"])


def _post_table(run: Run, prices: pd.Series) -> pd.DataFrame:
    posts = [post for post in run.catalogue.posts.values() if post.filled]
    chosen = run.plan.chosen["package"].astype(run.offer.uses["package"].dtype)
    used = run.offer.uses[run.offer.uses["package"].isin(chosen)].groupby("resource")["amount"].sum()
    ways = run.offer.facilities.merge(run.plan.opened[["facility", "level"]], on=["facility", "level"])
    opened = ways.groupby("resource")["added"].sum()
    return pd.DataFrame(
        {
            "key": [post.key for post in posts],
            "slots": [post.capacity + int(opened.get(post_key(post.key), 0)) for post in posts],
            "filled": [int(used.get(post_key(post.key), 0)) for post in posts],
            "persons_per_post": [float(prices.get(post_key(post.key), 0.0)) for post in posts],
        }
    )
