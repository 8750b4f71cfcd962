"""Who there is beside the households: enterprises and help to them, co-ops, bases.

Responsible for these rows as at the last month of data: what began later is not there yet. Not responsible for who
holds a stake or what was paid (`stakes_and_entries`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.money import FEN_PER_YUAN
from povlib.sample.chance import random_stream
from povlib.sample.office.household_register import held_posts
from povlib.sample.township import Township


def economy(township: Township) -> dict[str, Any]:
    """Return the constants of ``economy.yaml``."""
    found: dict[str, Any] = township.world.raw["economy"]
    return found


def ordinal(month: str) -> int:
    """Return the ordinal of a month written as 2016-04; -1 for no month.

    Examples
    --------
    >>> ordinal("2016-05"), ordinal("")
    (24196, -1)
    """
    return Month.parse(month).ordinal if month else -1


def scaled_to(township: Township, count: float) -> int:
    """Return a count of the township of 340 households, scaled to this one (at least 1)."""
    return max(1, round(count * township.size / township.world.counts["households"]))


def village_of(township: Township, rows: object) -> np.ndarray:
    """Return the names of the villages of household rows."""
    names = np.array([v.name for v in township.world.villages], dtype=object)
    return np.asarray(names[township.households["village_row"].to_numpy()[np.asarray(rows, dtype=np.int64)]])


def founded_coops(township: Township) -> list[dict[str, Any]]:
    """Return the constants of the co-ops that have been founded by the last month of data."""
    return [c for c in economy(township)["coops"] if 0 < ordinal(c["founded"]) <= township.last]


def enterprises(township: Township) -> pd.DataFrame:
    """Return the enterprises: leading, helper and micro.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> enterprises(simulate(60, seed=3))["kind"].value_counts().to_dict()
    {'leading': 2, 'micro': 2, 'helper': 1}
    """
    rows = [{**e, "status": "operating", "from_month": ordinal(e["from"])} for e in economy(township)["enterprises"]]
    columns = ["enterprise", "village", "kind", "level", "brand", "status", "from_month"]
    return pd.DataFrame(rows)[columns].sort_values("enterprise", ignore_index=True)


def enterprise_outputs(township: Township) -> pd.DataFrame:
    """Return output, sales and workers of each whole year of data from 2014 on.

    `poor_workers` are the holders of the enterprise's posts whose post began by the end of that year.
    """
    held, rows = held_posts(township), []
    for number, line in enumerate(economy(township)["outputs"]):
        mine = held[held["post"].eq(line["post"])]
        for year in _whole_years(township, 2014):
            luck = random_stream(township.seed, "outputs", year, number).normal(0, 0.03)
            output = round(line["output"] * (1 + line["growth"]) ** (year - 2014) * (1 + luck), 1)
            poor = int((mine["start"] < 12 * (year + 1)).sum())
            rows.append(
                {
                    "enterprise": line["enterprise"],
                    "product": line["product"],
                    "year": year,
                    "output": output,
                    "unit": line["unit"],
                    "sales_fen": round(output * line["yuan"]) * FEN_PER_YUAN,
                    "workers": line["workers"] + 2 * (year - 2014) + poor,
                    "poor_workers": poor,
                }
            )
    return pd.DataFrame(rows).sort_values(["enterprise", "product", "year"], ignore_index=True)


def _whole_years(township: Township, first: int) -> range:
    return range(first, (township.last + 1) // 12)


def enterprise_help(township: Township) -> pd.DataFrame:
    """Return the help given to enterprises; posts opened are the posts held there now."""
    held, rows = held_posts(township), []
    for line in economy(township)["enterprise_help"]:
        if ordinal(line["month"]) > township.last:
            continue
        opened = int(held["post"].eq(line["post"]).sum()) if line["post"] else 0
        rows.append(
            {
                "id": line["id"],
                "enterprise": line["enterprise"],
                "kind": line["kind"],
                "month": ordinal(line["month"]),
                "fen": line["yuan"] * FEN_PER_YUAN,
                "fund": line["fund"],
                # never fewer promised than there are: a larger township promises more
                "posts_promised": max(opened, line["promised"] and scaled_to(township, line["promised"])),
                "posts_opened": opened,
                "status": line["status"],
                "note": line["note"],
            }
        )
    return pd.DataFrame(rows)


def coops(township: Township, poor_members: pd.Series) -> pd.DataFrame:
    """Return the co-ops, founded and planned.

    Parameters
    ----------
    poor_members : Series
        Households with a running stake, by co-op.
    """
    rows = []
    for line in economy(township)["coops"]:
        planned = bool(line.get("planned"))
        if not planned and ordinal(line["founded"]) > township.last:
            continue
        poor = int(poor_members.get(line["coop"], 0))
        registered = ordinal(line["registered"])
        rows.append(
            {
                "coop": line["coop"],
                "village": line["village"],
                "kind": line["kind"],
                "product": line["product"],
                "founded_month": pd.NA if planned else ordinal(line["founded"]),
                "registered_month": pd.NA if planned or registered > township.last else registered,
                "members": 0 if planned else poor + scaled_to(township, line["others"]),
                "poor_members": poor,
                "enterprise": line["enterprise"],
                "status": "planned" if planned else "operating",
                "offtake_contract": line["offtake"],
                "site": line["site"],
            }
        )
    months = {"founded_month": "Int64", "registered_month": "Int64"}
    return pd.DataFrame(rows).astype(months).sort_values("coop", ignore_index=True)


def bases(township: Township) -> pd.DataFrame:
    """Return the bases that exist by the last month of data; heads, area and jobs scaled to the township."""
    rows = []
    for line in economy(township)["bases"]:
        if ordinal(line["from"]) > township.last:
            continue
        rows.append(
            {
                "base": line["base"],
                "coop": line["coop"],
                "enterprise": line["enterprise"],
                "village": line["village"],
                "product": line["product"],
                "area_mu": float(scaled_to(township, line["area_mu"])),
                "heads": scaled_to(township, line["heads"]) if line["heads"] else 0,
                "jobs": scaled_to(township, line["jobs"]),
                "status": "operating",
                "from_month": ordinal(line["from"]),
            }
        )
    return pd.DataFrame(rows).sort_values("base", ignore_index=True)
