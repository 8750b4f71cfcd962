"""Contracts that bring collective income to villages: shares, land as equity, leases; what came of them, and its use.

Responsible for amounts that hold the bulletin's figures (20,000 yuan from dendrobium, 60,000 from cattle in three
villages, two villages over 100,000), and for what is planted: rents that are overdue, a tenant who is kin of a cadre.
Not responsible for the book of the villages' income (`village_accounts`). What households are given here is no part of
the incomes that are simulated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from povlib.calendar import Month, days_due
from povlib.money import FEN_PER_YUAN
from povlib.sample.chance import apportion, random_stream
from povlib.sample.township import Township
from povlib.sample.villages.coops_and_firms import economy, ordinal

DUE, DEPOSIT = "due", "deposit"
_LATEST = 28
"""Money comes by this day of the month in which it is due: the book is kept by months."""


def income_contracts(township: Township) -> pd.DataFrame:
    """Return the contracts, one row each: amounts at each due date in fen.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> rows = income_contracts(simulate(60, seed=5))
    >>> rows.loc[rows["partner"] == "霖和良坝水电有限公司", "village"].tolist()
    ['乐北', '建三', '建南', '联胜']
    """
    said = economy(township)["village_contracts"]
    rows = [_stake(said, line) for line in said["stakes"]]
    taken: dict[str, int] = {}
    for row in rows:
        taken[row["village"]] = taken.get(row["village"], 0) + row["fen"]
    for at, village in enumerate(township.world.villages):
        grower = said["growers"][at % len(said["growers"])]
        rest = village.income_yuan * FEN_PER_YUAN - taken.get(village.name, 0)
        rows += _leases(said, village.name, rest, grower)
    rows.append(_stake(said, said["unpaid"]) | {"to_month": ordinal(said["leases"]["to"])})
    return pd.DataFrame(rows).sort_values("contract", ignore_index=True)


def _stake(said: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    return {
        "contract": f"{line['village']}-{line['name']}",
        **{key: line[key] for key in ("village", "partner", "kind", "asset", "source", "footing")},
        "fen": line["yuan"] * FEN_PER_YUAN,
        "due_months": "、".join(map(str, line["months"])),
        "due_day": line.get("day"),
        "deposit_fen": None,
        "from_month": ordinal(line["from"]),
        "to_month": ordinal(said["to"]),
        "related": 0,
        "relation": None,
    }


def _leases(said: dict[str, Any], village: str, rest_fen: int, grower: str) -> Iterator[dict[str, Any]]:
    """Yield the orchard, the resin forest and the shops of a village; each pays half a year's rent at a time."""
    terms = said["leases"]
    half = rest_fen // 2
    land = round(terms["land_share"] * half)
    orchard = round(terms["orchard_share"] * land)
    back = said["holds_back"]["yuan"] * FEN_PER_YUAN if village == said["holds_back"]["village"] else 0
    related = None if village == said["unsaid"] else int(village == said["related"]["village"])
    lines = (
        ("蜜柚", "orchard", "村属蜜柚园", said["land_source"], grower, orchard, 0),
        ("松香", "resin", "村属松林", said["land_source"], said["resin"], land - orchard, 0),
        ("店面", "building", "旧村址店面", said["shop_source"], f"{village}承租户1", half - land + back, related),
    )
    for name, kind, asset, source, partner, fen, kin in lines:
        yield {
            "contract": f"{village}-{name}", "village": village, "partner": partner, "kind": kind, "asset": asset,
            "source": source, "footing": "fixed", "fen": fen, "due_months": "、".join(map(str, terms["months"])),
            "due_day": terms["day"], "deposit_fen": fen // 2 if kind == "building" else None,
            "from_month": ordinal(terms["from"]), "to_month": ordinal(terms["to"]), "related": kin,
            "relation": said["related"]["relation"] if kin else None,
        }  # fmt: skip


def income_receipts(township: Township) -> pd.DataFrame:
    """Return what came of each contract up to the last month, deposits among it, each under its month.

    What a share pays follows the firm's year; rents come as agreed but for what is planted. Money comes in the month in
    which it is due, some of it days late.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> rows = income_receipts(simulate(60, seed=5))
    >>> rows.loc[rows["contract"] == "联胜-水电", "fen"].tolist()
    [2952000, 4032000, 3420000, 3600000]
    """
    said, rows = economy(township)["village_contracts"], []
    unpaid = f"{said['unpaid']['village']}-{said['unpaid']['name']}"
    held = {f"{said['holds_back']['village']}-店面": said["holds_back"]["yuan"] * FEN_PER_YUAN}
    for number, contract in enumerate(income_contracts(township).to_dict("records")):
        name, first = contract["contract"], int(contract["from_month"])
        if contract["deposit_fen"] == contract["deposit_fen"] and contract["deposit_fen"]:
            day = 100 * Month.from_ordinal(first).yyyymm + 5
            rows.append((name, "押金", day, DEPOSIT, int(contract["deposit_fen"])))
        if name == unpaid:
            continue
        months = tuple(int(month) for month in contract["due_months"].split("、"))
        for due in days_due(first, min(int(contract["to_month"]), township.last), months, _LATEST):
            luck = random_stream(township.seed, "village receipts", due // 100, number)
            paid = int(contract["fen"]) - held.get(name, 0)
            if contract["footing"] == "risky":
                paid = round(paid * said["good_years"].get(due // 10000, 1.0))
            rows.append((name, f"{due // 100}", due // 100 * 100 + int(luck.integers(3, _LATEST + 1)), DUE, paid))
    frame = pd.DataFrame(rows, columns=["contract", "receipt", "day", "part", "fen"])
    return frame.sort_values(["contract", "receipt"], ignore_index=True)


def income_uses(township: Township) -> pd.DataFrame:
    """Return what the villages did with a year's income: works, running costs, and a dividend to the poor of one.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> rows = income_uses(simulate(60, seed=5))
    >>> int(rows.loc[rows["kind"] == "households", "fen"].sum()) // 100
    3600
    """
    said = economy(township)["village_contracts"]["uses"]
    out, rows = said["share_out"], []
    for village in township.world.villages:
        for kind, label in (("works", "公益"), ("running", "运转")):
            fen = round(said[kind] * village.income_yuan) * FEN_PER_YUAN
            rows.append((f"{village.name}-{label}", village.name, said["day"], kind, fen, None, None, None))
    contracts = income_contracts(township).set_index("contract")["fen"]
    names = np.array([v.name for v in township.world.villages], dtype=object)
    homes = township.households
    mine = homes["registered"].to_numpy() & (names[homes["village_row"].to_numpy()] == out["village"])
    poor = homes["hh"].to_numpy()[mine]
    total = round(out["share"] * int(contracts[f"{out['village']}-{out['name']}"]))
    parts = apportion(np.ones(len(poor)), total) if len(poor) else np.zeros(0, dtype=np.int64)
    rows += [(f"{hh}-{out['name']}", out["village"], out["day"], "households", int(fen), hh, out["rule"], out["plan"])
             for hh, fen in zip(poor, parts, strict=True)]  # fmt: skip
    columns = ["use", "village", "day", "kind", "fen", "hh", "rule", "plan"]
    return pd.DataFrame(rows, columns=columns).assign(memo=None).sort_values("use", ignore_index=True)
