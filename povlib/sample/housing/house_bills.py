"""The bills of the houses: estimate, variations and final account, item by item, with a few planted outliers.

Responsible for quantities and prices as the township would write them down; the unit prices are those of the township's
price list. Not responsible for the course of the works, or for who pays.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.calendar import Month
from povlib.money import FEN_PER_YUAN
from povlib.sample.chance import random_stream
from povlib.sample.housing.site_records import project_keys, works_on_day
from povlib.sample.housing.weekly_building import DONE, WAITING, month_of
from povlib.sample.township import Township

ESTIMATE, VARIATION, FINAL = "estimate", "variation", "final"
_VARIED = 0.3  # of the houses begun had one variation:
_NEW_ITEM, _MORE = 0.6, 0.15  # mostly a new item, else so much more of the main one
_MEASURED_ANEW = 0.05  # relative spread of the final quantity about the planned one, where it is measured by area
# planted: what, how many in 340 households, factor: a nought too many, a price of more than twice the list
_PLANTED = (("quantity", 2, 10.0), ("price", 2, 2.2))
_COLUMNS = ["project", "stage", "item", "qty", "unit", "unit_fen", "remark"]


def bill_items(township: Township) -> pd.DataFrame:
    """Return the bills: project, stage (estimate, variation, final), item, qty, unit, unit_fen, remark.

    A variation says what is added to the estimate. Houses that are finished have a final account.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> bills = bill_items(simulate(seed=1))
    >>> sorted(bills["stage"].unique()), bool(bills.duplicated(["project", "stage", "item"]).any())
    (['estimate', 'final', 'variation'], False)
    """
    bills = _make_bills(township)
    return bills[_COLUMNS].astype({"qty": "float64"})


def project_cost(township: Township) -> Ints:
    """Return the cost of each project in whole yuan: final account where finished, else estimate and variations."""
    bills = _make_bills(township)
    yuan = bills["qty"] * bills["unit_fen"] // FEN_PER_YUAN
    final = bills["stage"].eq(FINAL)
    done = yuan[final].groupby(bills["row"][final]).sum()
    planned = yuan[~final].groupby(bills["row"][~final]).sum()
    return np.asarray(done.reindex(planned.index).fillna(planned), dtype=np.int64)


def planted_bills(township: Township) -> pd.DataFrame:
    """Return the rows of the bills that were put out of line, with what was changed and the ordinary value before."""
    bills = _make_bills(township)
    mine = bills[bills["planted"] != ""]
    return mine[["project", "stage", "item", "planted", "ordinary", "qty", "unit_fen"]].reset_index(drop=True)


def _make_bills(township: Township) -> pd.DataFrame:
    works, b = township.works, township.world.raw["building"]
    luck = random_stream(township.seed, "bills").random((len(works), 24))
    begun = works_on_day(township)["status"].to_numpy() != WAITING
    parts: list[tuple[int, str, str, int, str]] = []
    for i, (kind, item, qty) in enumerate(zip(works["kind"], works["item"], works["quantity"], strict=True)):
        extras = b["extras"].get(kind, {})
        planned = {item: int(qty), **_extra_items(extras, item, luck[i, :17])}
        added = _additions(extras, item, planned, luck[i, 17:20]) if begun[i] else {}
        final = (
            _final_quantities(b["items"], kind, planned, added, luck[i, 20:]) if works["status"].iloc[i] == DONE else {}
        )
        for stage, items, remark in ((ESTIMATE, planned, ""), (VARIATION, added, "施工中增加"), (FINAL, final, "")):
            parts += [(i, stage, name, n, remark) for name, n in items.items()]
    out = pd.DataFrame(parts, columns=["row", "stage", "item", "qty", "remark"])
    out["unit"] = out["item"].map({name: p["unit"] for name, p in b["items"].items()})
    month = _month_of_prices(township)[out["row"]]
    out["unit_fen"] = [
        _price(b["items"][i]["yuan"], int(m)) * FEN_PER_YUAN for i, m in zip(out["item"], month, strict=True)
    ]
    out["project"] = project_keys(township)[out["row"]]
    return _plant(township, out)[[*_COLUMNS, "row", "planted", "ordinary"]]


def _month_of_prices(township: Township) -> Ints:
    """Month whose prices a bill holds to: that of the start, or of the estimate where the works have not begun."""
    return np.minimum(month_of(township.works["start_day"].to_numpy()), township.world.last_seen)


def _price(dated: dict[str, int], month: int) -> int:
    return dated[max(first for first in dated if Month.parse(first).ordinal <= month)]


def prices_of_main_items(township: Township) -> Ints:
    """Return the unit price of each project's main item in its estimate, whole yuan, in order of `works`."""
    prices = township.world.raw["building"]["items"]
    pairs = zip(township.works["item"], _month_of_prices(township), strict=True)
    return np.array([_price(prices[item]["yuan"], int(month)) for item, month in pairs], dtype=np.int64)


def _extra_items(extras: dict[str, list[int]], main: str, luck: Floats) -> dict[str, int]:
    """One to three items beside the main one, with their quantities."""
    names = [name for name in extras if name != main]
    chosen = [names[k] for k in np.argsort(luck[: len(names)])][: 1 + int(3 * luck[12])]
    return {n: extras[n][0] + int(luck[13 + k] * (extras[n][1] - extras[n][0] + 1)) for k, n in enumerate(chosen)}


def _additions(extras: dict[str, list[int]], main: str, planned: dict[str, int], luck: Floats) -> dict[str, int]:
    left = [name for name in extras if name not in planned]
    if not left or luck[0] >= _VARIED:
        return {}
    name = left[int(luck[1] * len(left))]
    return {name: extras[name][0]} if luck[2] < _NEW_ITEM else {main: max(1, round(_MORE * planned[main]))}


def _final_quantities(
    prices: dict[str, dict[str, object]], kind: str, planned: dict[str, int], added: dict[str, int], luck: Floats
) -> dict[str, int]:
    out = {name: planned.get(name, 0) + added.get(name, 0) for name in {**planned, **added}}
    for k, name in enumerate(out):
        if prices[name]["unit"] == "平方米" and kind != "购":
            out[name] = max(1, round(out[name] * (1 + _MEASURED_ANEW * (2 * luck[k % len(luck)] - 1))))
    return out


def _plant(township: Township, bills: pd.DataFrame) -> pd.DataFrame:
    """Put a few quantities and prices out of line: repairs that are finished, a main item measured by area."""
    rng = random_stream(township.seed, "planted bills")
    works = township.works
    main = bills["item"].to_numpy() == works["item"].to_numpy()[bills["row"]]
    repair = (works["kind"].eq("修缮") & works["status"].eq(DONE)).to_numpy()[bills["row"]]
    out = bills.assign(planted="", ordinary=0)
    final = repair & bills["stage"].eq(FINAL).to_numpy()
    often = bills["item"][final].value_counts()  # like bills to be held against are there
    order = [
        rng.permutation(np.unique(bills["row"][main & repair & bills["item"].eq(i).to_numpy()])) for i in often.index
    ]
    houses = np.concatenate(order) if order else np.empty(0, dtype=np.int64)
    for what, count, factor in _PLANTED:
        count = max(1, round(count * township.size / township.world.counts["households"]))
        chosen, houses = houses[:count], houses[count:]
        column, stages = ("qty", (ESTIMATE, FINAL)) if what == "quantity" else ("unit_fen", (FINAL,))
        mine = main & bills["row"].isin(chosen).to_numpy() & bills["stage"].isin(stages).to_numpy()
        out.loc[mine, "ordinary"] = out.loc[mine, column]
        whole = FEN_PER_YUAN if what == "price" else 1
        out.loc[mine, column] = (np.round(out.loc[mine, column] * factor / whole) * whole).astype(np.int64)
        out.loc[mine, "planted"] = what
    return out
