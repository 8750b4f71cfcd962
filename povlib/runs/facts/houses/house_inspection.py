"""The last round of cross-village inspection, village by village, with exact limits for each list."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from povlib.calendar import Month
from povlib.housing.inspection.finite_lists import least_wrong_entries, most_wrong_entries
from povlib.ledger import State
from povlib.params import table
from povlib.report.houses.facts import InspectionFacts
from povlib.runs.facts.houses.house_progress import days_of
from povlib.runs.facts.village_order import office_order
from povlib.words import text

_RIGHT = "ok"
_NO_DAY = "—"


def inspection_facts(state: State, villages: Sequence[str], lang: str) -> InspectionFacts | None:
    """Return the last round with its findings and what followed; None where there was none."""
    # a round that is announced or drawn and has no findings yet says nothing of the list
    found = state.inspection_rounds[state.inspection_rounds["round"].isin(state.inspection_findings["round"])]
    if found.empty:
        return None
    last = found.sort_values(["month", "round"]).iloc[-1]
    visits = state.inspection_visits[state.inspection_visits["round"] == last["round"]]
    findings = state.inspection_findings[state.inspection_findings["round"] == last["round"]]
    wrong = findings[findings["finding"] != _RIGHT]
    entries = state.list_entries[state.list_entries["list"] == last["list"]]
    objections = state.objections[state.objections["list"] == last["list"]]
    return InspectionFacts(
        round=str(last["round"]),
        month=Month.from_ordinal(int(last["month"])).label(lang),
        seed_source=str(last["seed_source"]) if isinstance(last["seed_source"], str) else "",
        visits=_visits_by_village(visits, findings, _listed(entries, state.households), villages),
        wrong=_sorted(wrong.assign(finding=[table("finding").show(key, lang) for key in wrong["finding"]],
                                   note=wrong["note"].fillna(""))[["hh", "village", "finding", "note"]]),
        entries=_changed_entries(entries, lang),
        objections=pd.DataFrame(
            {
                "id": objections["id"],
                "hh": objections["hh"].fillna(_NO_DAY),
                "subject": objections["subject"].fillna(""),
                "day": _written(objections["day"]),
                "due": _written(objections["due_day"]),
                "answered": _written(objections["answered_day"]),
            }
        ).reset_index(drop=True),
    )  # fmt: skip


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(["village", "hh"], ignore_index=True)


def _written(days: pd.Series) -> pd.Series:
    written: pd.Series = days_of(days).dt.strftime("%Y-%m-%d").fillna(_NO_DAY)
    return written


def _listed(entries: pd.DataFrame, households: pd.DataFrame) -> pd.Series:
    """Return how many the list of each village held when it was inspected, those taken off since included."""
    counts: pd.Series[int] = entries["hh"].map(households.set_index("hh")["village"]).value_counts()
    return counts


def _visits_by_village(
    visits: pd.DataFrame, findings: pd.DataFrame, listed: pd.Series, villages: Sequence[str]
) -> pd.DataFrame:
    """Return village, by_village, listed, visited, wrong, and the least and most wrong entries of the list."""
    seen = findings.assign(wrong=findings["finding"].ne(_RIGHT).astype("int64"), visited=1)
    counts = seen.groupby("village")[["visited", "wrong"]].sum()
    frame = visits[["village", "by_village"]].copy()
    for name in ("visited", "wrong"):
        frame[name] = frame["village"].map(counts[name]).fillna(0).astype("int64")
    frame["listed"] = frame["village"].map(listed).astype("Int64")
    limits = [
        (least_wrong_entries(int(n), seen_, wrong), most_wrong_entries(int(n), seen_, wrong))
        if pd.notna(n) and seen_ <= n else (None, None)
        for n, seen_, wrong in frame[["listed", "visited", "wrong"]].itertuples(index=False)
    ]  # fmt: skip
    frame["least"] = pd.array([low for low, _ in limits], dtype="Int64")
    frame["most"] = pd.array([high for _, high in limits], dtype="Int64")
    return frame.sort_values("village", key=lambda names: names.map(office_order(villages)), ignore_index=True)


def _changed_entries(entries: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the entries that an inspection changed: hh, day, before, after, reason."""
    was = entries["before"].fillna("")
    changed = entries[was.ne("") & was.ne(entries["after"].fillna(""))]
    return pd.DataFrame(
        {
            "hh": changed["hh"],
            "day": _written(changed["day"]),
            "before": changed["before"].fillna(""),
            "after": changed["after"].where(changed["after"].notna(), [
                text("on the list", lang) if listed else text("taken off", lang) for listed in changed["listed"]]),
            "reason": changed["reason"],
        }
    ).sort_values("hh", ignore_index=True)  # fmt: skip
