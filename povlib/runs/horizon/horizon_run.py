"""The plan over several years of a run: made once, stored beside the office's runs, read ever after.

Responsible for the stored frames and the key they hold for. Not responsible for the plan (`povlib.allocation.horizon`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from povlib.allocation.horizon.horizon_check import check_horizon
from povlib.allocation.horizon.horizon_plan import HorizonPlan
from povlib.allocation.horizon.horizon_search import solve_horizon
from povlib.allocation.horizon.waiting_reasons import waiting_reasons
from povlib.runs.horizon.deviations import WhatHappened, deviations
from povlib.runs.horizon.exits_path import exits_path
from povlib.runs.horizon.horizon_inputs import HorizonInputs, horizon_inputs, horizon_of
from povlib.runs.horizon.horizon_pins import office_commitments
from povlib.runs.run import Run
from povlib.runs.storage.artefacts import Bundle, read_artefact, write_artefact
from povlib.words import language_column, languages, text

FOLDER = "horizon"
"""Folder of an office that holds the plans over several years, one a run."""
PLAN = "plan"


@dataclass(frozen=True)
class StoredHorizon:
    """A plan over several years as it is stored.

    Attributes
    ----------
    households : DataFrame
        hh, village, members, package, period (-1: nothing new), month (ordinal of the start; 0: none), measures,
        label_<language>, money_fen, value, additional, reason, points_now, points_then, price_now, price_then (of
        `waiting_reasons`; empty for who is served first).
    accounts, payments, prices : DataFrame
        Of the plan; funds by key.
    path : DataFrame
        `exits_path`.
    periods : DataFrame
        period, first, last (ordinals), households, persons (served), money_fen, additional.
    opened : DataFrame
    moves : DataFrame
        hh, before, package, reason, own_gain, gain (`povlib.allocation.horizon.replanning.Replan`),
        label_<language>_before and _now, month_before and _now (ordinals, 0: none); empty for a first plan.
    deviation : DataFrame
        kind, households, persons (`povlib.runs.horizon.deviations`); empty for a first plan.
    facts : dict
        value, additional, bound, gap (persons of the objective), proved, goal, weight, key, committed (households whose
        help is committed and stays), since (the run of the plan before, ""), kept (households left as they were).
    """

    households: pd.DataFrame
    accounts: pd.DataFrame
    payments: pd.DataFrame
    prices: pd.DataFrame
    path: pd.DataFrame
    periods: pd.DataFrame
    opened: pd.DataFrame
    moves: pd.DataFrame
    deviation: pd.DataFrame
    facts: dict[str, Any]


_NOBODY: pd.DataFrame = pd.DataFrame({"hh": [], "measures": [], "month": [], "value": []})


@dataclass(frozen=True)
class Followed:
    """What a plan made again follows: the run of the plan before, households left as they were, moves and deviation."""

    since: str = ""
    kept: int = 0
    moves: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"hh": pd.Series(dtype=object)}))
    deviation: pd.DataFrame = field(default_factory=lambda: deviations(_NOBODY, _NOBODY, WhatHappened()))


def horizon_folder(run: Run) -> Path:
    """Return the folder of the run's plan over several years."""
    return run.office.folder / FOLDER / run.info.run_id


def horizon_key(run: Run) -> str:
    """Return the digest of what a stored plan was made from: the run, the parameters of the horizon, commitments."""
    made_from = [
        run.info.run_id,
        horizon_of(run).model_dump(mode="json"),
        sorted([*map(str, key), fen] for key, fen in office_commitments(run).items()),
    ]
    said = json.dumps(made_from, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def stored_horizon(run: Run) -> StoredHorizon | None:
    """Return the plan of a run as it was last made; None without one."""
    place = horizon_folder(run) / PLAN
    return _from_bundle(read_artefact(place)) if place.is_dir() else None


def is_current(run: Run, found: StoredHorizon) -> bool:
    """Say whether a stored plan was made from the parameters and commitments that there are now."""
    return bool(found.facts["key"] == horizon_key(run))


def horizon_plan(
    run: Run,
    inputs: HorizonInputs | None = None,
    progress: Callable[[str, float], None] = lambda stage, share: None,
) -> StoredHorizon:
    """Return the plan of a run over several years, made where none is stored of what is known now."""
    found = stored_horizon(run)
    if found is not None and is_current(run, found):
        return found
    inputs = inputs or horizon_inputs(run, progress)
    progress("plan", 0.85)
    plan = solve_horizon(inputs.problem, gap=inputs.horizon.certified_persons)
    return store_plan(run, inputs, plan)


def store_plan(run: Run, inputs: HorizonInputs, plan: HorizonPlan, followed: Followed | None = None) -> StoredHorizon:
    """Store a plan as the run's own, with what it follows if it was made again, and return it."""
    import shutil

    place = horizon_folder(run) / PLAN
    made = _stored(run, inputs, plan, followed or Followed())
    if place.is_dir():
        shutil.rmtree(place)
    frames = {name: getattr(made, name) for name in StoredHorizon.__dataclass_fields__ if name != "facts"}
    write_artefact(place, Bundle(frames=frames, facts=made.facts))
    return made


def _from_bundle(bundle: Bundle) -> StoredHorizon:
    return StoredHorizon(**bundle.frames, facts=dict(bundle.facts))


def _stored(run: Run, inputs: HorizonInputs, plan: HorizonPlan, followed: Followed) -> StoredHorizon:
    faults = check_horizon(plan, inputs.problem)
    households = household_frame(inputs, plan)
    return StoredHorizon(
        households=households,
        accounts=plan.accounts,
        payments=plan.payments,
        prices=plan.prices,
        path=exits_path(inputs, plan, run.settings.seed),
        periods=_period_frame(inputs, households),
        opened=plan.opened,
        moves=followed.moves,
        deviation=followed.deviation,
        facts={
            "value": plan.value, "additional": plan.additional, "bound": plan.bound, "gap": plan.gap,
            "proved": not faults, "faults": [fault.show() for fault in faults],
            "goal": inputs.horizon.goal_persons, "weight": inputs.horizon.earlier_years_weight,
            "certified": inputs.horizon.certified_persons, "end": inputs.horizon.end.ordinal,
            "announced": bool(inputs.horizon.arrivals),
            "open_amounts": [f"{row.fund} {row.month}" for row in inputs.horizon.arrivals if row.amount_yuan is None],
            "key": horizon_key(run), "committed": len(inputs.fixed.committed), "since": followed.since,
            "kept": followed.kept,
        },
    )  # fmt: skip


def household_frame(inputs: HorizonInputs, plan: HorizonPlan) -> pd.DataFrame:
    """Return the households with what they are given when, and why not now."""
    labels = [language_column("label", lang) for lang in languages()]
    described = []
    for made in inputs.offers:
        packages = made.offer.packages
        key = packages["package"].astype(str) + f"@{made.period}"
        columns = ["measures", *labels, "start", "new_money_fen"]
        described.append(packages[columns].assign(package=key.astype(object)))
    about = pd.concat(described, ignore_index=True).set_index("package")
    frame = plan.chosen.copy()
    frame["month"] = about["start"].reindex(frame["package"]).fillna(0).to_numpy(dtype="int64")
    frame["measures"] = about["measures"].reindex(frame["package"]).fillna("").to_numpy(dtype=object)
    for column, lang in zip(labels, languages(), strict=True):
        said = about[column].reindex(frame["package"])
        frame[column] = said.fillna(text("no new help", lang)).to_numpy(dtype=object)
    frame["money_fen"] = about["new_money_fen"].reindex(frame["package"]).fillna(0).to_numpy(dtype="int64")
    reasons = waiting_reasons(plan, inputs.problem).drop(columns=["period", "package_now"])
    merged = frame.merge(reasons, on="hh", how="left")
    merged["reason"] = merged["reason"].fillna("")
    return merged.fillna({name: 0.0 for name in ("points_now", "points_then", "price_now", "price_then")})


def _period_frame(inputs: HorizonInputs, households: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for made in inputs.offers:
        mine = households[households["period"] == made.period]
        rows.append(
            (made.period, made.first.ordinal, made.last.ordinal, len(mine), int(mine["members"].sum()),
             int(mine["money_fen"].sum()), float(mine["additional"].sum()))
        )  # fmt: skip
    columns = ["period", "first", "last", "households", "persons", "money_fen", "additional"]
    return pd.DataFrame(rows, columns=columns)
