"""What the office knows of each unsafe house: dwelling, benefits, why it waits, the way taken, guarantor, site.

Responsible for the rows on dwellings, materials on credit and cluster sites, and for what is wrong on the list of
targets without the office knowing (`list_truth`). Not responsible for the course of the works or what they cost.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Ints
from povlib.calendar import Month
from povlib.money import FEN_PER_YUAN
from povlib.sample.chance import random_stream
from povlib.sample.housing.house_bills import project_cost
from povlib.sample.housing.site_records import project_keys, works_on_day
from povlib.sample.housing.weekly_building import DONE, WAITING, as_yyyymmdd, causes_of_delay, month_of
from povlib.sample.township import Township

# Of 14 unsafe houses without a project: other dwelling, earlier benefit, nobody has asked; the rest wait unhelped.
_NOT_ENTITLED = {"other_dwelling": 4, "prior_benefit": 3, "not_known": 1}
# Of the houses begun: bought materials on a cadre's word, and had a plot found for them.
_ON_CREDIT, _WITH_LAND = 8, 4
_SITE = "集建点"
_CADRES = 3  # who may stand guarantor, of each village
_ON_SITE = 0.9  # of the new houses of a village with a site
#: what is wrong on the list of targets: counts of a township of 340 households
WRONG_ON_LIST = {"not_eligible": 3, "not_done": 2}
_DAYS_SHORT = (9, 30)  # a house reported too early was truly finished so many days later


def _scaled(township: Township, count: int) -> int:
    return max(1, round(count * township.size / township.world.counts["households"]))


def unsafe_rows(township: Township) -> tuple[Ints, Ints]:
    """Return rows of the housing targets, and rows of registered households in unsafe houses without a project."""
    frame, targets = township.households, township.works["row"].to_numpy()
    unsafe = frame["registered"].to_numpy() & frame["first_grade"].isin(["C", "D", "无房"]).to_numpy()
    return targets, np.setdiff1d(np.flatnonzero(unsafe), targets)


def dwellings(township: Township) -> pd.DataFrame:
    """Return one row an unsafe house: dwelling, earlier benefit, will, cause of delay, way, guarantor, site, plan.

    Yes is 1, no 0, missing not known (Int8); causes and ways are keys of the code lists (empty: none).

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> rows = dwellings(simulate(seed=1))
    >>> len(rows), int((rows["prior_benefit"] == 1).sum())
    (99, 3)
    """
    _, others = unsafe_rows(township)
    parts = [_target_rows(township), _rows_without_project(township, others)]
    out = pd.concat(parts, ignore_index=True).sort_values("row", ignore_index=True)
    out.insert(0, "hh", township.households["hh"].to_numpy()[out["row"]])
    yes_or_no = {name: out[name].astype("Int8") for name in ("only_dwelling", "prior_benefit", "willing", "plan_fits")}
    return out.assign(**yes_or_no).drop(columns="row")


def _target_rows(township: Township) -> pd.DataFrame:
    works, names = township.works, _village_names(township, township.works["row"].to_numpy())
    rng = random_stream(township.seed, "dwellings")
    n, kind, status = len(works), works["kind"].to_numpy(), works_on_day(township)["status"].to_numpy()
    cause = works["delay_cause"].to_numpy(dtype=object).copy()
    way = np.select([kind == "购", kind == "租"], ["buy", "rent"], "").astype(object)
    way[status == WAITING] = ""
    begun = status != WAITING
    for name, why, count, pool in (
        ("land", "no_plot", _WITH_LAND, begun & (kind == "新建")),
        ("credit", "no_money", _ON_CREDIT, begun & np.isin(kind, ["新建", "修缮"])),
    ):
        free = np.flatnonzero(pool & (way == ""))
        chosen = rng.permutation(free)[: _scaled(township, count)]
        way[chosen], cause[chosen] = name, why
    bought = np.flatnonzero(np.isin(way, ["buy", "rent"]) & (cause == ""))
    cause[bought] = np.where(rng.random(len(bought)) < 0.7, "frail", "unwilling")
    guarantor = np.array(
        [f"{v}-干部{k}" for v, k in zip(names, rng.integers(1, _CADRES + 1, n), strict=True)], dtype=object
    )
    has_site = np.isin(names, [s["village"] for s in township.world.raw["building"]["sites"]])
    on_site = has_site & (kind == "新建") & (rng.random(n) < _ON_SITE)
    fits = np.where(on_site, 1.0, rng.choice([1.0, 0.0, np.nan], n, p=[0.85, 0.08, 0.07]))
    return pd.DataFrame(
        {
            "row": works["row"],
            "only_dwelling": 1.0,
            "prior_benefit": 0.0,
            "willing": np.where(works["delay_cause"].eq("unwilling"), 0.0, 1.0),
            "delay_cause": cause,
            "way": way,
            "guarantor": np.where(way == "credit", guarantor, ""),
            "site": np.where(on_site, np.array([site_key(v) for v in names], dtype=object), ""),
            "plan_fits": fits,
        }
    )


def _rows_without_project(township: Township, rows: Ints) -> pd.DataFrame:
    rng = random_stream(township.seed, "unsafe without project")
    n = len(rows)
    why = np.full(n, "", dtype=object)
    planted = np.repeat(list(_NOT_ENTITLED), [_scaled(township, c) for c in _NOT_ENTITLED.values()])[:n]
    why[: len(planted)] = planted
    why = rng.permutation(why)
    waits = why == ""
    cause = np.full(n, "", dtype=object)
    new = township.households["first_grade"].to_numpy()[rows] == "D"
    cause[waits] = causes_of_delay(township.households, rows[waits], new[waits], township.seed, township.world)
    return pd.DataFrame(
        {
            "row": rows,
            "only_dwelling": np.select([why == "other_dwelling", why == "not_known"], [0.0, np.nan], 1.0),
            "prior_benefit": np.select([why == "prior_benefit", why == "not_known"], [1.0, np.nan], 0.0),
            "willing": np.where(cause == "unwilling", 0.0, 1.0),
            "delay_cause": cause,
            "way": "",
            "guarantor": "",
            "site": "",
            "plan_fits": np.nan,
        }
    )


def _village_names(township: Township, rows: Ints) -> np.ndarray:
    names = np.array([v.name for v in township.world.villages], dtype=object)
    return np.asarray(names[township.households["village_row"].to_numpy()[rows]])


def site_key(village: str, name: str = _SITE) -> str:
    """Return the key of a village's cluster site.

    Examples
    --------
    >>> site_key("农家")
    '农家-集建点'
    """
    return f"{village}-{name}"


def material_credits(township: Township) -> pd.DataFrame:
    """Return materials bought on credit: id, hh, project, guarantor, village, amounts, months, repaid_fen, status.

    Months are ordinals. Due six or twelve months after the works began; exactly one is overdue and not repaid.
    """
    works, rows = township.works, dwellings(township)
    standing = rows[rows["way"] == "credit"].set_index("hh")
    hh = township.households["hh"].to_numpy()[works["row"]]
    mine = np.flatnonzero(np.isin(hh, standing.index))
    rng = random_stream(township.seed, "materials on credit")
    start = month_of(works["start_day"].to_numpy()[mine])
    owed = np.round(project_cost(township)[mine] * rng.uniform(0.3, 0.5, len(mine)), -1).astype(np.int64)
    due = start + np.where(rng.random(len(mine)) < 0.5, 6, 12)
    oldest = int(np.argmin(start)) if len(mine) else 0
    # never due before it was bought: in a small township the oldest may be of the month last seen
    due[oldest : oldest + 1] = np.minimum(start[oldest : oldest + 1] + 6, township.world.last_seen - 1)
    due[oldest : oldest + 1] = np.maximum(due[oldest : oldest + 1], start[oldest : oldest + 1])
    elapsed = np.clip((township.last - start) / np.maximum(due - start, 1), 0, 1)
    repaid = np.where(due <= township.last, owed, np.round(owed * elapsed * rng.uniform(0.6, 1.0, len(mine)), -1))
    repaid = repaid.astype(np.int64)
    repaid[oldest : oldest + 1] = np.round(0.3 * owed[oldest : oldest + 1], -1).astype(np.int64)
    over = due <= township.last
    status = np.where(repaid >= owed, "repaid", np.where(over, "defaulted", "running"))
    frame = pd.DataFrame(
        {
            "id": [f"{h}-S1" for h in hh[mine]],
            "hh": hh[mine],
            "project": project_keys(township)[mine],
            "guarantor": standing["guarantor"].reindex(hh[mine]).to_numpy(),
            "village": _village_names(township, works["row"].to_numpy()[mine]),
            "fen": owed * FEN_PER_YUAN,
            "from_month": start,
            "due_month": due,
            "repaid_fen": repaid * FEN_PER_YUAN,
            "status": status,
        }
    )
    return frame[frame["from_month"] <= township.last].sort_values("id", ignore_index=True)


def building_sites(township: Township) -> pd.DataFrame:
    """Return the cluster sites: site, village, lots, cost_fen, status, opened_month (ordinal), plan."""
    sites = township.world.raw["building"]["sites"]
    return pd.DataFrame(
        {
            "site": [site_key(s["village"], s.get("name", _SITE)) for s in sites],
            "village": [s["village"] for s in sites],
            "lots": [s["lots"] for s in sites],
            "cost_fen": [s["cost_yuan"] * FEN_PER_YUAN for s in sites],
            "status": [s["status"] for s in sites],
            "opened_month": pd.array(
                [Month.parse(s["opened"]).ordinal if s["opened"] else pd.NA for s in sites], dtype="Int64"
            ),
            "plan": [s["plan"] for s in sites],
        }
    )


def list_truth(township: Township) -> pd.DataFrame:
    """Return what an inspector finds at each house of the list of targets: the truth of an inspection.

    Columns: project, hh, village, status as reported, finding (ok, not_eligible, not_done), note, truly_done_day
    (yyyymmdd; for a house reported finished too early the day on which it truly was).

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> list_truth(simulate(seed=1))["finding"].value_counts().to_dict()
    {'ok': 80, 'not_eligible': 3, 'not_done': 2}
    """
    works, status = township.works, works_on_day(township)["status"].to_numpy()
    rng = random_stream(township.seed, "wrong on the list")
    finding = np.full(len(works), "ok", dtype=object)
    done = works["done_day"].to_numpy()
    # Reported too early: among the quarter finished last.
    early = np.flatnonzero(works["status"].to_numpy() == DONE)
    early = early[np.argsort(-done[early], kind="stable")][: max(2, len(early) // 4)]
    finding[rng.permutation(early)[: _scaled(township, WRONG_ON_LIST["not_done"])]] = "not_done"
    free = np.flatnonzero(finding == "ok")
    finding[rng.permutation(free)[: _scaled(township, WRONG_ON_LIST["not_eligible"])]] = "not_eligible"
    late = done + np.where(finding == "not_done", rng.integers(_DAYS_SHORT[0], _DAYS_SHORT[1], len(works)), 0)
    note = {"ok": "", "not_eligible": "另有安全住房", "not_done": "门窗未装、水电未通，报完工"}
    return pd.DataFrame(
        {
            "project": project_keys(township),
            "hh": township.households["hh"].to_numpy()[works["row"]],
            "village": _village_names(township, works["row"].to_numpy()),
            "status": status,
            "finding": finding,
            "note": [note[f] for f in finding],
            "truly_done_day": as_yyyymmdd(late),
        }
    )
