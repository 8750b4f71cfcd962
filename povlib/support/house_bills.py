"""Bills of houses, line by line, to the fen: what is written down, and what the township's price list makes of it.

Responsible for the lines of bills in force (estimate with its variations, or the final account), for their exact
amounts, and for what the planned works of a household cost at the prices of a month. Not responsible for who is
entitled or for comparing bills with like houses (`povlib.housing.entitlement`), nor for who pays.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.params import Catalogue, HousePrice
from povlib.support.eligibility_facts import SupportFrames, house_frame
from povlib.vocabulary.help_and_works import works_not_started

ESTIMATE, VARIATION, FINAL = "estimate", "variation", "final"
STAGES = (ESTIMATE, VARIATION, FINAL)
_COLUMNS = ["project", "stage", "item", "qty", "unit", "unit_fen"]


def line_fen(qty: pd.Series, unit_fen: pd.Series) -> pd.Series:
    """Return quantity x unit price of each line in whole fen, exact, half to even; missing where either is.

    Examples
    --------
    >>> line_fen(pd.Series([2.5, 0.1, 3.0]), pd.Series([3, 1005, None], dtype="Int64")).tolist()
    [8, 100, <NA>]
    """
    known = (qty.notna() & unit_fen.notna()).to_numpy(dtype=bool)
    # the decimal that was written down, not its nearest binary fraction: 0.1 x 1005 fen is 100.5 exactly
    exact = [
        int((Decimal(repr(float(q))) * int(p)).quantize(Decimal(1), ROUND_HALF_EVEN)) if ok else 0
        for q, p, ok in zip(qty.fillna(0), unit_fen.fillna(0), known, strict=True)
    ]
    return pd.Series(np.array(exact, dtype=np.int64), index=qty.index, dtype="Int64").mask(~known)


def bill_lines(state: SupportFrames) -> pd.DataFrame:
    """Return every line of every bill: project, hh, stage, item, qty, unit, unit_fen (as written), fen.

    A work without an estimate among the bills of quantities has the items that the list of works gives it.
    """
    written = house_frame(state, "bill_items")[_COLUMNS]
    listed = state.project_items.assign(stage=ESTIMATE)[_COLUMNS]
    estimated = written.loc[written["stage"] == ESTIMATE, "project"]
    lines = pd.concat([written, listed.loc[~listed["project"].isin(estimated)]], ignore_index=True)
    lines = lines.loc[lines["stage"].isin(STAGES)]
    owner = state.projects.drop_duplicates("project").set_index("project")["hh"]
    lines.insert(1, "hh", lines["project"].map(owner))
    lines["unit_fen"] = lines["unit_fen"].astype("Int64")
    lines["fen"] = line_fen(lines["qty"], lines["unit_fen"])
    order = lines["stage"].map({stage: place for place, stage in enumerate(STAGES)})
    return lines.assign(order=order).sort_values(["project", "order", "item"], ignore_index=True).drop(columns="order")


def lines_in_force(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that say what a house costs: its final account, where there is none estimate and variations."""
    closed = lines["project"].isin(lines.loc[lines["stage"] == FINAL, "project"])
    return lines.loc[(lines["stage"] == FINAL) == closed].reset_index(drop=True)


def price_of_items(items: pd.Series, catalogue: Catalogue) -> dict[str, HousePrice]:
    """Return the line of the price list that each item is called by, by the item's name as written."""
    found: dict[str, HousePrice] = {}
    for price in catalogue.house_prices.values():
        found |= dict.fromkeys((price.key, *price.names.spellings(), *price.aliases), price)
    return {str(name): found[str(name)] for name in items.dropna().unique() if str(name) in found}


def lines_at_list_prices(lines: pd.DataFrame, catalogue: Catalogue, month: Month) -> pd.DataFrame:
    """Return lines with the unit price in force in a month where the list has one for that item and unit.

    Returns
    -------
    DataFrame
        As `lines`, ``unit_fen`` and ``fen`` anew, with ``listed`` (whether the price is the list's) and
        ``material_fen`` (the part that is building material; missing where the list does not say).
    """
    prices = price_of_items(lines["item"], catalogue)
    units = {name: price.unit for name, price in prices.items()}
    listed = lines["item"].map({name: price.unit_fen(month) for name, price in prices.items()}).astype("Int64")
    # a price for a square metre says nothing of a line that counts rooms
    same = (lines["unit"].isna() | (lines["unit"] == lines["item"].map(units))).fillna(False).to_numpy(dtype=bool)
    listed = listed.mask(~same)
    out = lines.assign(unit_fen=listed.fillna(lines["unit_fen"]), listed=listed.notna())
    out["fen"] = line_fen(out["qty"], out["unit_fen"])
    share = lines["item"].map({name: price.material_share for name, price in prices.items()}).astype("Float64")
    material = (out["fen"].astype("Float64") * share).round()
    out["material_fen"] = material.astype("Int64")
    return out


def planned_bills(state: SupportFrames, catalogue: Catalogue, month: Month) -> pd.DataFrame:
    """Return what the works that are planned and not begun cost, by household and kind of work.

    Each line costs what the price list says in `month`, else what the bill says. Where a line has no price at all, or
    a work has no line, the work costs what the list of works says.

    Returns
    -------
    DataFrame
        hh, kind, cost_fen (missing where nothing says it), material_fen (missing where the price list does not tell
        the material of some line), sorted by hh and kind.
    """
    planned = state.projects.loc[state.projects["status"] == works_not_started()]
    lines = bill_lines(state)
    lines = lines_at_list_prices(lines_in_force(lines.loc[lines["project"].isin(planned["project"])]), catalogue, month)
    parts = lines.groupby("project")[["fen", "material_fen"]]
    # one line without an amount and the whole is not known
    whole = parts.sum().mask(parts.count().lt(parts.size(), axis=0)).reindex(planned["project"]).astype("Int64")
    cost = whole["fen"].fillna(planned["cost_fen"].astype("Int64").set_axis(whole.index))
    frame = pd.DataFrame(
        {
            "hh": planned["hh"].to_numpy(),
            "kind": planned["kind"].to_numpy(),
            "cost_fen": cost.mask(cost <= 0).to_numpy(),
            "material_fen": whole["material_fen"].to_numpy(),
        }
    )
    amounts = frame.groupby(["hh", "kind"], dropna=False)[["cost_fen", "material_fen"]].sum(min_count=1)
    return amounts.astype("Int64").reset_index()


def bills_of_work(bills: pd.DataFrame, work: str) -> pd.DataFrame:
    """Return cost_fen and material_fen by hh of the planned works of one kind ("": of all).

    Parameters
    ----------
    bills : DataFrame
        Of `planned_bills`.
    """
    mine = bills.loc[bills["kind"] == work] if work else bills
    return mine.groupby("hh")[["cost_fen", "material_fen"]].sum(min_count=1).astype("Int64")
