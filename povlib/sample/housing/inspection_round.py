"""One round of cross-village inspection as the office would have it in the ledger, and what any visit would find.

Responsible for a list of targets, who visited whom, findings and the changes of the list. What is found is the truth
(`list_truth`); where somebody goes is drawn here, one way among many. Not responsible for how a round should be drawn.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from povlib.arrays import Ints
from povlib.sample.chance import random_stream
from povlib.sample.housing.house_standing import list_truth
from povlib.sample.township import Township

LIST, ROUND = "有其屋-2016", "2016-04"
_HOUSES, _POSTED, _VISITED, _ADJUSTED = 3, 20160405, 20160426, 20160429
_OFFICERS = 2  # inspectors of each village
_OBJECTION_DAYS = 10


def found_on_visits(township: Township, visits: pd.DataFrame) -> pd.DataFrame:
    """Return what visits to houses of the list find: the given rows with `finding` and `note`.

    Parameters
    ----------
    visits : DataFrame
        hh, and whatever else; a household that is not on the list of targets is `absent`.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> found_on_visits(simulate(seed=1), pd.DataFrame({"hh": ["nobody"]}))["finding"].tolist()
    ['absent']
    """
    true = list_truth(township).set_index("hh")
    return visits.assign(
        finding=true["finding"].reindex(visits["hh"]).fillna("absent").to_numpy(),
        note=true["note"].reindex(visits["hh"]).fillna("").to_numpy(),
    )


def inspection_tables(township: Township) -> dict[str, pd.DataFrame]:
    """Return the tables of one round: rounds, visits, findings, list entries, objections.

    Every village is visited by another one, never the other way about in the same round; three houses each, with one
    wrongly listed and one reported too early among them.
    """
    true = list_truth(township)
    names = [v.name for v in township.world.villages]
    by = dict(zip(names, [names[k] for k in _visitors(township, len(names))], strict=True))
    chosen = _houses_visited(township, true)
    rng = random_stream(township.seed, "inspectors")
    visited = true.iloc[chosen]
    who = rng.integers(1, _OFFICERS + 1, len(visited))
    officer = [f"{by[v]}-干部{k}" for v, k in zip(visited["village"], who, strict=True)]
    findings = pd.DataFrame(
        {
            "round": ROUND,
            "hh": visited["hh"].to_numpy(),
            "village": visited["village"].to_numpy(),
            "by_village": [by[v] for v in visited["village"]],
            "by_officer": officer,
            "day": _VISITED + rng.integers(0, 3, len(visited)),
        }
    )
    findings = found_on_visits(township, findings)
    findings["photo_sha256"] = ""
    return {
        "inspection_rounds": _round_row(township, by),
        "inspection_visits": _visit_rows(by, visited),
        "inspection_findings": findings.sort_values(["round", "hh"], ignore_index=True),
        "list_entries": _entries(true, findings),
        "objections": _objections(findings),
    }


def _visitors(township: Township, villages: int) -> Ints:
    """Return who visits each village: a round trip in drawn order, so never itself, and no two each other."""
    order = random_stream(township.seed, "round trip").permutation(villages)
    out = np.empty(villages, dtype=np.int64)
    out[order] = np.roll(order, 1)
    return out


def _houses_visited(township: Township, true: pd.DataFrame) -> Ints:
    score = random_stream(township.seed, "houses visited").random(len(true))
    for wrong in ("not_eligible", "not_done"):  # so that the practice round has one of each to show
        score[np.flatnonzero(true["finding"] == wrong)[:1]] = -1.0
    rank = pd.Series(score).groupby(true["village"].to_numpy()).rank(method="first")
    return np.flatnonzero(rank.to_numpy() <= _HOUSES)


def _round_row(township: Township, by: dict[str, str]) -> pd.DataFrame:
    text = "\n".join(f"{village}<{by[village]}" for village in sorted(by))
    return pd.DataFrame(
        {
            "round": [ROUND],
            "list": LIST,
            "month": township.world.last_seen,
            "seed": str(township.seed),
            "seed_source": township.world.banner,
            "digest": hashlib.sha256(text.encode()).hexdigest(),
        }
    )


def _visit_rows(by: dict[str, str], visited: pd.DataFrame) -> pd.DataFrame:
    count = visited["village"].value_counts()
    villages = [v for v in sorted(by) if v in count.index]
    return pd.DataFrame(
        {
            "round": ROUND,
            "village": villages,
            "by_village": [by[v] for v in villages],
            "houses": [int(count[v]) for v in villages],
        }
    )


def _entries(true: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Return the list as adjusted: who was found not eligible is taken off it, the others stay as posted."""
    off = true["hh"].isin(findings.loc[findings["finding"] == "not_eligible", "hh"]).to_numpy()
    return pd.DataFrame(
        {
            "list": LIST,
            "hh": true["hh"],
            "listed": ~off,
            "day": np.where(off, _ADJUSTED, _POSTED),
            "reason": np.where(off, "换村互检：另有安全住房", "公示名单"),
            "before": np.where(off, "在名单", ""),
            "after": np.where(off, "剔除", "在名单"),
        }
    ).sort_values("hh", ignore_index=True)


def _objections(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the objection of one household taken off the list; it has not been answered yet."""
    off = findings[findings["finding"] == "not_eligible"].sort_values("hh").head(1)
    return pd.DataFrame(
        {
            "id": [f"{LIST}-{hh}" for hh in off["hh"]],
            "list": LIST,
            "hh": off["hh"].to_numpy(),
            "subject": "不同意剔除：另一处房屋已借给亲属",
            "day": 20160430,
            "officer": [f"{v}-干部1" for v in off["village"]],
            "due_day": 20160500 + _OBJECTION_DAYS,
            "answer": "",
            "answered_day": pd.array([pd.NA] * len(off), dtype="Int64"),
        }
    )
