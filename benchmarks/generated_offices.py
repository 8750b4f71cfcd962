"""Sixty made-up offices of 50 to 8,000 households: each gets a plan with its proof, or a reason that is true.

    python3 benchmarks/generated_offices.py [--first N] [--only N ...] [--out FILE]

Money is scarce, ample or none at all, posts are there or not, all households live in one village or in many. Whether a
plan keeps the rules, whether its proof can hold and whether a refusal is true is counted here once more from the raw
tables, row by row and without the program's own functions: slowly, and by other code than the code it judges.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from povlib import runs
from povlib.allocation import parts
from povlib.errors import WorkbenchError
from povlib.places import DATA
from povlib.runs.office.office_place import Place, practice_place
from povlib.runs.office.practice_office import ROWS
from povlib.runs.routine.inbox_loading import load_workbooks
from povlib.sample.office.practice_area import area_rows, area_townships
from povlib.sample.office.practice_params import write_area_params

FUNDS = {"none": 0.0, "scarce": 0.05, "ample": 20.0}
SIZES = (50, 60, 75, 90, 110, 140, 180, 240, 340, 500, 700, 1000, 2000, 4000, 8000)
VILLAGE = "联胜"
DRAWS = 50


@dataclass(frozen=True)
class Case:
    """One office: households, money as a share of the scaled funds, whether there are posts, how many villages."""

    number: int
    households: int
    money: str
    posts: bool
    one_village: bool
    seed: int


def cases() -> list[Case]:
    """Return the sixty offices: every size with four of the twelve mixtures, each mixture five times."""
    mixtures = list(itertools.product(FUNDS, (True, False), (True, False)))
    return [
        Case(4 * at + turn, size, *mixtures[(at + 3 * turn + at // 3) % len(mixtures)], seed=100 + at)
        for at, size in enumerate(SIZES)
        for turn in range(4)
    ]


def office_of(case: Case) -> Place:
    """Make and load the office of a case."""

    def fill(place: Place) -> None:
        write_area_params(DATA / "sample" / "params", place.office.params, case.households)
        parts: dict[str, list[pd.DataFrame]] = defaultdict(list)
        for township in area_townships(case.households, case.seed):
            for name, frame in area_rows(township).items():
                parts[name].append(frame)
        folder = place.office.inbox / ROWS / "001"
        folder.mkdir(parents=True)
        for name, frames in parts.items():
            frame = pd.concat(frames, ignore_index=True)
            made = in_one_village(name, frame) if case.one_village else frame
            made.to_parquet(folder / f"{name}.parquet", index=False)

    place = practice_place(f"case{case.number:02d}", fill)
    load_workbooks(place, "bench")
    return place


def in_one_village(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return rows as if every household lived in one village; what other villages own themselves is left out."""
    from povlib.ledger.storage.table_schema import BY_FRAME

    if "village" not in frame or name.startswith("inspection"):
        return frame if not name.startswith("inspection") else frame.iloc[:0]
    if "village" in BY_FRAME[name].key:
        return frame[frame["village"] == VILLAGE]
    return frame.assign(village=VILLAGE)


def overrides_of(case: Case, place: Place) -> dict[str, str]:
    """Return what the case changes on the command line: money, and posts taken away."""
    resolved = runs.check_parameters(place, "base")
    changed = {"settings.draws": str(DRAWS)}
    for key, fund in resolved.catalogue.funds.items():
        changed[f"funds.{key}.amount_yuan"] = str(round(FUNDS[case.money] * fund.amount_fen / 100))
    for key, post in resolved.catalogue.posts.items():
        if not case.posts or (case.one_village and post.village not in (None, VILLAGE)):
            changed[f"posts.{key}.slots"] = "0"
    return changed


@dataclass(frozen=True)
class Told:
    """Raw tables that a plan is judged by; those of an office planned by parts one under the other, keys told apart.

    Attributes
    ----------
    rows : DataFrame
        resource, kind, sense, capacity (before anything is opened).
    opened : dict
        Level of each facility that the plan opens.
    no_help : float
        Persons, were nothing new given to anybody: a plan that needs no money, post or place.
    """

    packages: pd.DataFrame
    uses: pd.DataFrame
    facilities: pd.DataFrame
    entitlements: pd.DataFrame
    rows: pd.DataFrame
    chosen: list[str]
    registered: list[str]
    paid: dict[str, int]
    no_help: float
    opened: dict[str, int]


def told_at_once(run: runs.Run) -> Told:
    """Return the tables of a plan made at once."""
    offer, plan, problem = run.offer, run.plan, run.problem
    paid: dict[str, int] = defaultdict(int)
    for row in plan.payments.itertuples(index=False):
        paid[row.fund] += int(row.fen)
    no_help = float(sum(problem.value[problem.base[: problem.households]])) / 1e6
    return Told(
        offer.packages.assign(package=offer.packages["package"].astype(str)),
        offer.uses.assign(package=offer.uses["package"].astype(str)), offer.facilities, offer.entitlements,
        offer.resources[offer.resources["kind"] != "fund"], [str(package) for package in plan.chosen["package"]],
        [str(hh) for hh in run.state.poor["hh"]], paid, no_help,
        {str(row.facility): int(row.level) for row in plan.opened.itertuples(index=False)},
    )  # fmt: skip


def told_by_parts(run: Any) -> Told:
    """Return the tables of a plan by parts; a package is named by its part and its number."""
    tables: dict[str, list[pd.DataFrame]] = defaultdict(list)
    chosen: list[str] = []
    registered: list[str] = []
    no_help = 0.0
    for of_part in run.part_runs:
        key, offer = of_part.part.key, of_part.offer
        for name in ("packages", "uses", "facilities", "entitlements"):
            frame = getattr(offer, name)
            named = {"package": key + ":" + frame["package"].astype(str)} if name in ("packages", "uses") else {}
            tables[name].append(frame.assign(**named))
        chosen += [f"{key}:{package}" for package in of_part.chosen["package"]]
        registered += [str(hh) for hh in of_part.state.poor["hh"]]
        part = parts.Part.open(of_part.folder / "choice")
        value, base = part.numbers("value"), part.numbers("base")
        no_help += float(value[base[base >= 0]].sum()) / 1e6
    rows = run.plan.used.rename(columns={"row": "resource"})
    # the plan's own capacities hold what it opens: what the law leaves is there before
    left = rows["resource"].map(dict(run.law.left)).fillna(rows["capacity"]).astype("int64")
    frames = {name: pd.concat(found, ignore_index=True) for name, found in tables.items()}
    return Told(
        **frames, rows=rows.assign(capacity=left), chosen=chosen, registered=registered, paid=dict(run.paid_by_fund),
        no_help=no_help, opened=dict(run.plan.opened),
    )  # fmt: skip


def seats_overrun(told: Told) -> Iterator[str]:
    """Yield each post, place and week that more is taken of than there is with what the plan opens."""
    used: dict[str, int] = defaultdict(int)
    taken = set(told.chosen)
    for row in told.uses.itertuples(index=False):
        if row.package in taken:
            used[row.resource] += int(row.amount)
    there: dict[str, int] = defaultdict(int)
    # every part names all that may be opened
    for row in told.facilities.drop_duplicates(["facility", "level", "resource"]).itertuples(index=False):
        there[row.resource] += int(row.added) if told.opened.get(row.facility) == row.level else 0
    for row in told.rows.itertuples(index=False):
        if row.sense == "<=" and used[row.resource] > row.capacity + there[row.resource]:
            yield f"{row.resource}: {used[row.resource]} taken of {row.capacity + there[row.resource]}"


def wrong_in_plan(run: runs.Run) -> Iterator[str]:
    """Yield what is wrong with a plan by the raw tables of its offer, counted row by row."""
    told, plan = told_by_parts(run) if run.is_by_parts else told_at_once(run), run.plan
    home, cost = {}, {}
    for row in told.packages.itertuples(index=False):
        home[row.package], cost[row.package] = str(row.hh), int(row.new_money_fen)
    if sorted(home[package] for package in told.chosen) != sorted(told.registered):
        yield "not one package for each registered household"
    yield from seats_overrun(told)
    bills, paid = sum(cost[package] for package in told.chosen), sum(told.paid.values())
    if paid < bills:
        yield f"{bills - paid} fen of bills are paid by nobody"
    law: dict[str, int] = defaultdict(int)
    for row in told.entitlements.itertuples(index=False):
        law[row.fund] += int(row.cost_fen) if row.covered else 0
    for key, fund in run.catalogue.funds.items():
        if law[key] + told.paid.get(key, 0) > fund.amount_fen:
            yield f"{key}: law and plan together spend more than {fund.amount_fen}"
    if plan.gap < 0:
        yield "the plan is worth more than its own bound"
    if plan.value + plan.gap < told.no_help:
        yield "giving nothing to anybody is worth more than the bound"


def untrue_reasons(error: WorkbenchError, run: runs.Run) -> list[str]:
    """Return what a refusal says that is not so: a post called impossible though somebody meets its conditions."""
    wrong = []
    states = [of_part.state for of_part in run.part_runs] if run.is_by_parts else [run.state]
    for fault in error.faults:
        key = fault.where.partition("posts.yaml: ")[2]
        if key not in run.catalogue.posts:
            wrong.append(fault.show())
            continue
        post = run.catalogue.posts[key]
        able = [
            person
            for state in states
            for person in state.members.itertuples(index=False)
            if _may_take(person, post, run, state)
        ]
        if able:
            wrong.append(f"{key}: {able[0].person} may take it")
    return wrong


def _may_take(person: Any, post: Any, run: runs.Run, state: Any) -> bool:
    """Whether a member meets age, labour, household and village of a post, read from its measure's conditions."""
    home = state.households.set_index("hh").loc[person.hh]
    facts = {"age": (run.settings.help_from.ordinal - person.birth) // 12, "labour": person.labour,
             "attribute": home["attribute"], "education": person.education}  # fmt: skip
    if post.village not in (None, home["village"]) or home["status"] == "已脱贫":
        return False
    return all(_holds(condition, facts) for condition in (*post.who, *run.catalogue.measures[post.measure].eligibility))


def _holds(condition: Any, facts: dict[str, Any]) -> bool:
    told, asked = facts.get(condition.field), condition.value
    if told is None:
        return True  # not judged here: such a refusal is then called untrue, and looked at by hand
    answers = {">=": lambda: told >= asked, "<=": lambda: told <= asked, "==": lambda: told == asked,
               "in": lambda: told in asked, "not_in": lambda: told not in asked}  # fmt: skip
    return bool(answers[condition.op]())


def outcome_of(case: Case) -> dict[str, Any]:
    """Make the office of a case, plan it, and return what came of it and what is wrong with that."""
    began = time.process_time()
    place = office_of(case)
    run = runs.begin(place, "base", overrides_of(case, place))
    try:
        if run.is_by_parts:
            run = runs.complete(run, papers=False)
        plan = run.plan
    except WorkbenchError as error:
        said = "; ".join(fault.show("en") for fault in error.faults)
        made = {"outcome": "refused", "said": said[:300], "wrong": untrue_reasons(error, run)}
    else:
        made = {
            "outcome": "plan", "method": "parts" if run.is_by_parts else plan.method, "status": plan.status,
            "value": plan.value, "gap": plan.gap, "money_yuan": _money_fen(run) // 100, "proved": run.proved,
            "wrong": [*wrong_in_plan(run), *([] if run.proved else ["exact arithmetic did not repeat the proof"])],
        }  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**asdict(case), **made, "cpu_s": round(time.process_time() - began, 1), "peak_mb": peak}


def _money_fen(run: Any) -> int:
    """Return what a plan pays, in fen."""
    return sum(run.paid_by_fund.values()) if run.is_by_parts else int(run.plan.payments["fen"].sum())


def main() -> None:
    """Plan the offices asked for and print a row each; every one stands in a folder of its own that is removed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=60)
    parser.add_argument("--only", type=int, nargs="*")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    asked = [case for case in cases()[: options.first] if not options.only or case.number in options.only]
    rows = []
    for case in asked:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["POVLIB_WORK"] = folder
            rows.append(outcome_of(case))
        print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
        if options.out:
            options.out.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(rows)} offices, {sum(row['outcome'] == 'plan' for row in rows)} plans, "
          f"{sum(bool(row['wrong']) for row in rows)} with something wrong")  # fmt: skip


if __name__ == "__main__":
    main()
