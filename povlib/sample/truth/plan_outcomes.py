"""What truly happens when a plan is followed, and the true chance of getting out of poverty.

Responsible for putting planned help into the truth under the same luck, and for the simulator's own reading of the
exit test (income of twelve months per head over the line, every guarantee holding), which shares no code with the
rooms it is used to judge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.calendar import Month
from povlib.errors import DataError, Fault
from povlib.sample.help.help_given import COLUMNS, RUNNING
from povlib.sample.help.true_effects import would_take
from povlib.sample.township import MOST_MONTHS_AFTER, Township
from povlib.sample.truth.income_process import GUARANTEES, TruePaths
from povlib.sample.truth.luck import draw_luck

_ROUTES = {"cleaner_post": "就业-本地", "micro_enterprise_post": "就业-本地", "enterprise_post": "就业-企业"}


def follow(township: Township, plan: pd.DataFrame, months: int) -> Township:
    """Return the same township some months later, after the help of `plan` was given.

    Luck is the same with every plan, so two followed townships differ by the plan alone; months that were known
    already do not change. Help that nobody takes up is recorded as stopped. Read the outcome with `outcomes`, what the
    office is told by `ledger_rows` or `write_workbooks`.

    Parameters
    ----------
    township : Township
        From `simulate`.
    plan : DataFrame
        Columns hh, measure (key or Chinese name), start (month ordinal or `Month`), and where they matter person
        (jobs need one) and post (its name, as the member sheet shows it).
    months : int
        Months after the last month before the plan: 8 leads to 2016-12.

    Raises
    ------
    DataError
        Unknown household, person or measure, a job without person, a start before the plan month: all at once.

    Examples
    --------
    >>> from povlib.sample import outcomes, simulate
    >>> now = simulate(60, seed=3)
    >>> plan = pd.DataFrame({"hh": [now.households["hh"].iloc[0]], "measure": ["training"], "start": [24198]})
    >>> later = follow(now, plan, 8)
    >>> len(outcomes(later)) == len(now.households)
    True
    """
    if not 0 <= months <= MOST_MONTHS_AFTER:
        raise DataError("{n} months after the plan cannot be simulated", allowed="0 to {most} months",
                        n=months, most=MOST_MONTHS_AFTER)  # fmt: skip
    spells = pd.concat([township.spells, _spells_of_plan(township, plan)], ignore_index=True)
    spells = spells.sort_values(["row", "planned", "start", "measure", "person_row"], kind="stable", ignore_index=True)
    return replace(township, spells=spells, last=township.world.last_seen + months)


def _spells_of_plan(township: Township, plan: pd.DataFrame) -> pd.DataFrame:
    w = township.world
    rows = plan.reset_index(drop=True)
    measure = rows["measure"].map({**{m.zh: m.key for m in w.measures.values()}, **{k: k for k in w.measures}})
    row = rows["hh"].map(dict(zip(township.households["hh"], range(len(township.households)), strict=True)))
    given = rows["person"] if "person" in rows else pd.Series([None] * len(rows), dtype=object)
    person = given.map(dict(zip(township.members["person"], range(len(township.members)), strict=True)))
    start = rows["start"].map(lambda m: m.ordinal if isinstance(m, Month) else int(m))
    job = measure.map({k: m.kind == "job" for k, m in w.measures.items()}).eq(True)
    _refuse_bad_plan(
        township,
        {
            "{n} rows name a household that is not in the township": row.isna(),
            "{n} rows name a measure that the practice township does not know": measure.isna(),
            "{n} rows name a person who is not in the township": given.notna() & person.isna(),
            "{n} rows give a post to nobody": job & given.isna(),
            "{n} rows start before the plan is made": start < w.plan_month.ordinal,
        },
    )
    row, person = row.astype("int64"), person.fillna(-1).astype("int64")
    frame = pd.DataFrame({"row": row, "person_row": person, "measure": measure, "start": start, "end": RUNNING})
    frame["taken"] = _is_taken_up(township, frame)
    frame["status"] = np.where(frame["taken"], "进行中", "已终止")
    frame["route"] = measure.map(_ROUTES).fillna("")
    frame["planned"] = True
    frame["post"] = rows["post"].fillna("") if "post" in rows else ""
    return frame[COLUMNS]


def _refuse_bad_plan(township: Township, wrong: dict[str, pd.Series]) -> None:
    known = ", ".join(township.world.measures)
    faults = [
        Fault(what, allowed=known if "measure" in what else "", values={"n": int(rows.sum())})
        for what, rows in wrong.items()
        if rows.any()
    ]
    if faults:
        raise DataError(faults)


def _is_taken_up(township: Township, frame: pd.DataFrame) -> Bools:
    out = np.ones(len(frame), dtype=bool)
    for key in sorted(frame["measure"].unique()):
        mine = frame["measure"].eq(key).to_numpy()
        measure = township.world.measures[key]
        who, n = ("person_row", len(township.members)) if measure.of_person else ("row", len(township.households))
        out[mine] = would_take(measure, n, township.seed, township.world)[frame.loc[mine, who].to_numpy()]
    return out


def outcomes(township: Township, at: Month | None = None, line_yuan: float | None = None) -> pd.DataFrame:
    """Return what is true of every household at a month-end.

    Parameters
    ----------
    at : Month, optional
        Default the last month of data; it needs the eleven months before it.
    line_yuan : float, optional
        Yuan a year for each member; default the line of the assumed world.

    Returns
    -------
    DataFrame
        hh, registered, size, income_fen_per_head (regular net income of twelve months), the guarantees, exits.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> bool(outcomes(simulate(60, seed=3))["exits"].dtype == bool)
    True
    """
    month = at.ordinal if at else township.last
    first = int(township.months[0])
    if not first + 11 <= month <= township.last:
        raise DataError("{month} has no twelve months of data before it", month=Month.from_ordinal(month))
    j = month - first
    truth = township.truth
    income = truth.net_regular()[:, j - 11 : j + 1].sum(axis=1)
    size = truth.size[:, j]
    holds = {name: truth.holds[name][:, j] for name in GUARANTEES}
    frame = township.households[["hh", "registered"]].assign(size=size)
    frame["income_fen_per_head"] = np.rint(100 * income / np.maximum(size, 1)).astype(np.int64)
    frame = frame.assign(**holds)
    frame["exits"] = _exits_truly(income, size, np.all(list(holds.values()), axis=0), _exit_line(township, line_yuan))
    return frame


def _exit_line(township: Township, line_yuan: float | None) -> float:
    return float(township.world.raw["exit_year_line_yuan"]) if line_yuan is None else line_yuan


def _exits_truly(income: Floats, size: Ints, guaranteed: Bools, line_yuan: float) -> Bools:
    return np.asarray((size > 0) & guaranteed & (income > line_yuan * size), dtype=bool)


def exit_probability(
    township: Township,
    plan: pd.DataFrame | None = None,
    *,
    replicates: int = 200,
    line_yuan: float | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Floats:
    """Return the true chance of every household to pass the exit test at the end of the plan year.

    The months up to the plan are what they were; those after it are drawn anew `replicates` times, prices of the
    harvest and lost posts included, while the effects of help stay what they are for each household.

    Parameters
    ----------
    plan : DataFrame, optional
        As for `follow`; default no new help.
    """
    w = township.world
    now = follow(township, plan, 0) if plan is not None else replace(township, last=w.last_seen)
    village = now.households["village_row"].to_numpy()
    months = np.arange(w.plan_month.ordinal, 12 * w.plan_month.year + 12)
    past = now.truth.net_regular()[:, 12 * w.plan_month.year - int(now.months[0]) :].sum(axis=1)
    line = _exit_line(township, line_yuan)
    passed = np.zeros(len(village))
    for r in range(replicates):
        chance = draw_luck(now.seed, village, len(now.members), months, w, replicate=r + 1, before=now.luck)
        ahead: TruePaths = now.paths(now.spells, chance)
        guaranteed = np.all([ahead.holds[g][:, -1] for g in GUARANTEES], axis=0)
        passed += _exits_truly(past + ahead.net_regular().sum(axis=1), ahead.size[:, -1], guaranteed, line)
        if progress:
            progress("chances", (r + 1) / replicates)
    return passed / replicates
