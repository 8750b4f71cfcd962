"""Where each household stands in the exit procedure: projected, eligible, in procedure, posted, exited, returned.

Responsible for the steps the ledger holds, in order and with their dates, for the state they add up to, and for
what is out of order. Not responsible for the rule (`.exit_rule`), for chances (`povlib.exits`) or for
colours and names (`povlib.params.load_procedure`).

A step is a mark of the ledger: kind = the name of the step, month = its month, route = its day (``2016-11-20``)
where the day is known. A ledger without such marks says nothing of the procedure: "not recorded", never "not done".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Protocol

import pandas as pd

from povlib.calendar import Month
from povlib.errors import DataError
from povlib.params.procedures.exit_procedure import POSTED, Procedure
from povlib.vocabulary.register import exited_status, marked_for_exit, returned_status
from povlib.words import DEFAULT_LANGUAGE, text

STEP_COLUMNS = ["hh", "step", "number", "month", "day"]
STANDING_COLUMNS = [
    *("hh", "village", "members", "state", "since", "steps", "last_step", "next_step", "posted", "posting_ends"),
    *("marked_before", "p", "remark"),
]


class ProcedureFrames(Protocol):
    """What the procedure reads of a state."""

    @property
    def households(self) -> pd.DataFrame:
        """hh, village, size, status, objects."""

    @property
    def marks(self) -> pd.DataFrame:
        """hh, month, kind, route."""


def step_marks(procedure: Procedure, step: str, day: date, households: Iterable[str]) -> pd.DataFrame:
    """Return the rows to append to the ledger's marks when a step was taken for some households.

    Raises
    ------
    DataError
        If the step is not one of the procedure's.

    Examples
    --------
    >>> from povlib.params import load_procedure
    >>> step_marks(load_procedure(), "公示", date(2016, 11, 20), ["A"]).to_numpy().tolist()
    [['A', 24202, '公示', '2016-11-20', None]]
    """
    named_step = procedure.step(step)
    if named_step is None:
        allowed = ", ".join(s.names.show() for s in procedure.steps)
        raise DataError("{step} is no step of the exit procedure", where=step, allowed=allowed, step=step)
    hh = sorted(set(households))
    month = Month(day.year, day.month).ordinal
    kind = named_step.names.show(DEFAULT_LANGUAGE)
    frame = pd.DataFrame({"hh": hh, "month": month, "kind": kind, "route": day.isoformat()})
    return frame.assign(person=None)


def recorded_steps(marks: pd.DataFrame, procedure: Procedure) -> pd.DataFrame:
    """Return the steps that a ledger's marks hold: hh, step (key), number (its place), month (ordinal), day.

    The latest record of a step counts. A day that is no date is left empty.
    """
    kinds = {kind: found for kind in sorted(set(marks["kind"].dropna())) if (found := procedure.step(kind))}
    rows = marks.loc[marks["kind"].isin(list(kinds))]
    number = {step.key: place for place, step in enumerate(procedure.steps)}
    keys = rows["kind"].map({kind: step.key for kind, step in kinds.items()})
    frame = pd.DataFrame(
        {
            "hh": rows["hh"],
            "step": keys,
            "number": keys.map(number),
            "month": rows["month"],
            "day": pd.to_datetime(rows["route"], format="%Y-%m-%d", errors="coerce"),
        }
    )
    frame = frame.sort_values(["hh", "number", "month", "day"], kind="stable").drop_duplicates(
        ["hh", "step"], keep="last"
    )
    return frame[STEP_COLUMNS].astype({"number": "int64", "month": "int64"}).reset_index(drop=True)


def procedure_standing(
    state: ProcedureFrames,
    verdict: pd.DataFrame,
    procedure: Procedure,
    chance: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Say of every household where it stands in the exit procedure.

    Parameters
    ----------
    state : State
    verdict : DataFrame
        `povlib.poverty.assess` at the last month of data.
    procedure : Procedure
        `povlib.params.load_procedure`.
    chance : mapping, optional
        Household -> its projected chance to exit by the horizon under the plan; absent or NaN: not known.

    Returns
    -------
    DataFrame
        hh, village, members, state (a key of ``procedure.states``), since (month ordinal of the last step, NA without),
        steps (how many are recorded), last_step, next_step (keys), posted, posting_ends (days), marked_before (month
        of the 预脱贫 mark), p, remark (what is out of order, in the language in use).

    Notes
    -----
    The register's word comes first (returned, exited), then the last step recorded, then the rule: *eligible*
    passes it now, *projected* has at least ``procedure.likely`` of a chance, *unknown* cannot be assessed. Of a
    household that the register calls returned, steps up to its return belong to the episode before and do not
    count; where no mark dates the return, it came after the last step of the procedure.
    """
    steps = _steps_of_this_episode(recorded_steps(state.marks, procedure), state, procedure)
    last = steps.groupby("hh").tail(1).set_index("hh")
    posting = steps.loc[steps["step"] == POSTED].set_index("hh")["day"]
    before = state.marks.loc[state.marks["kind"] == marked_for_exit()].groupby("hh")["month"].max()
    hh = state.households["hh"]
    hangs = next(step.days for step in procedure.steps if step.key == POSTED)
    frame = pd.DataFrame(
        {
            "hh": hh,
            "village": state.households["village"],
            "members": state.households["size"],
            "since": hh.map(last["month"]).astype("Int64"),
            "steps": hh.map(steps.groupby("hh").size()).fillna(0).astype("int64"),
            "last_step": hh.map(last["step"]).astype("str"),
            "posted": pd.to_datetime(posting.reindex(hh).to_numpy()),
            "marked_before": hh.map(before).astype("Int64"),
            "p": hh.map(pd.Series(dict(chance or {}), dtype="float64")).astype("float64"),
        }
    )
    frame["posting_ends"] = frame["posted"] + timedelta(days=hangs)
    place = hh.map(last["number"]).astype("float64")
    frame["next_step"] = [_next_step(number, procedure) for number in place]
    passes = hh.map(verdict.set_index("hh")["exits"]).astype("boolean")
    frame["state"] = _procedure_states(state.households["status"], place, passes, frame["p"], procedure)
    frame["remark"] = _procedure_remarks(frame, steps, passes, state.households, procedure)
    return frame[STANDING_COLUMNS].sort_values("hh", ignore_index=True)


def _steps_of_this_episode(steps: pd.DataFrame, state: ProcedureFrames, procedure: Procedure) -> pd.DataFrame:
    """Return the steps without those that returned households took before they returned."""
    back = state.households.loc[state.households["status"] == returned_status(), "hh"]
    if not steps["hh"].isin(back).any():
        return steps
    dated = state.marks.loc[(state.marks["kind"] == returned_status()) & state.marks["hh"].isin(back)]
    month = dated.groupby("hh")["month"].max()
    ended = steps.loc[(steps["number"] == len(procedure.steps) - 1) & steps["hh"].isin(set(back) - set(month.index))]
    ended = ended.set_index("hh")
    until = pd.concat([month.astype("float64"), ended["month"].astype("float64")]).reindex(steps["hh"])
    until.index = steps.index
    later = steps["day"] > pd.Series(pd.DatetimeIndex(ended["day"].reindex(steps["hh"])), index=steps.index)
    past = steps["month"].lt(until) | (steps["month"].eq(until) & ~later)
    return steps.loc[~past].reset_index(drop=True)


def _next_step(number: float, procedure: Procedure) -> str:
    following = 0 if number != number else int(number) + 1
    return procedure.steps[following].key if following < len(procedure.steps) else ""


def _procedure_states(
    status: pd.Series, place: pd.Series, passes: pd.Series, p: pd.Series, procedure: Procedure
) -> pd.Series:
    posted = next(number for number, step in enumerate(procedure.steps) if step.key == POSTED)
    states = pd.Series("poor", index=status.index, dtype="str")
    states = states.mask(passes.isna() & p.isna(), "unknown")
    states = states.mask((p >= procedure.likely).fillna(False), "projected")
    states = states.mask(passes.fillna(False).astype(bool), "eligible")
    states = states.mask(place.notna(), "in_procedure")
    states = states.mask((place >= posted).fillna(False), "posted")
    states = states.mask(status.eq(exited_status()) | place.eq(len(procedure.steps) - 1), "exited")
    return states.mask(status.eq(returned_status()) & place.isna(), "returned")


def _procedure_remarks(
    frame: pd.DataFrame, steps: pd.DataFrame, passes: pd.Series, households: pd.DataFrame, procedure: Procedure
) -> list[str]:
    """Return what is out of order for each household that has a step recorded; "" elsewhere."""
    own = {str(hh): _faults_of_order(rows, procedure) for hh, rows in steps.groupby("hh", sort=False)}
    going = frame["state"].isin(["in_procedure", "posted"])
    fails, objects = (going & column.fillna(False).astype(bool) for column in (passes.eq(False), households["objects"]))
    for where, words in ((fails, text("does not pass the exit test now")), (objects, text("the household objects"))):
        for hh in frame.loc[where.to_numpy(dtype=bool), "hh"]:
            own[str(hh)].append(words)
    return ["; ".join(own.get(str(hh), ())) for hh in frame["hh"]]


def _faults_of_order(rows: pd.DataFrame, procedure: Procedure) -> list[str]:
    """Return faults of one household's steps, which come in the order of the procedure."""
    faults = []
    numbers = rows["number"].tolist()
    skipped = [procedure.steps[n].names.show() for n in range(max(numbers)) if n not in numbers]
    if skipped:
        faults.append(text("not recorded: {steps}", steps=", ".join(skipped)))
    days = rows["day"].tolist()
    for (number, day), then in zip(zip(numbers, days, strict=True), days[1:], strict=False):
        if pd.isna(day) or pd.isna(then):
            continue
        step = procedure.steps[number]
        if then < day:
            faults.append(text("a step is dated before {step}", step=step.names.show()))
        elif then < day + timedelta(days=step.days):
            faults.append(text("{step} lasted less than {n} days", step=step.names.show(), n=step.days))
    return faults


def standing_by_village(frame: pd.DataFrame, procedure: Procedure) -> pd.DataFrame:
    """Return households and persons by village and state: village, then ``<state>`` and ``<state>_persons``.

    Parameters
    ----------
    frame : DataFrame
        Of `procedure_standing`.
    """
    keys = [str(state.key) for state in procedure.states]
    households = frame.pivot_table(index="village", columns="state", values="hh", aggfunc="count", fill_value=0)
    people = frame.pivot_table(index="village", columns="state", values="members", aggfunc="sum", fill_value=0)
    made = households.reindex(columns=keys, fill_value=0)
    made = made.join(people.reindex(columns=keys, fill_value=0).add_suffix("_persons"))
    return made.astype("int64").rename_axis(columns=None).reset_index()
