"""Houses held against the township's standard, item by item, and what is missing priced to the fen.

Responsible for which items the ledger says are missing, and for a first bill of them. Not responsible for bills that
are written down (`povlib.support.house_bills`): what somebody saw on the spot outweighs what the ledger can tell.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.params import Catalogue, HouseItem, HousePrice, HouseWork
from povlib.support.conditions import condition_truth

MISSING, THERE, UNSEEN = "missing", "there", "unseen"
_COLUMNS = ["hh", "item", "state", "price", "qty", "unit", "unit_fen", "fen"]


def house_checklists(facts: pd.DataFrame, catalogue: Catalogue, month: Month) -> pd.DataFrame:
    """Return every house against every item of the standard, with the works that make good what is missing.

    Parameters
    ----------
    facts : DataFrame
        `povlib.support.eligibility_facts.household_facts` of the households asked for.
    catalogue : Catalogue
    month : Month
        Prices are those in force in it.

    Returns
    -------
    DataFrame
        hh, item, state (``missing``, ``there``, or ``unseen``: the ledger cannot tell, somebody must look); for each
        work of a missing item also price (its key), qty (exact, a `Fraction`), unit, unit_fen, fen; these are missing
        where a quantity or price is not entered or the size of the house is not known.

    Notes
    -----
    fen = round(quantity x unit price), half to even, of exact fractions.
    """
    facts = facts.reset_index(drop=True)
    rows: list[tuple[object, ...]] = []
    for item in catalogue.house_standard.values():
        states = _item_states(item, facts)
        for hh, state, area, size in zip(facts["hh"], states, facts["house_area_m2"], facts["size"], strict=True):
            works = item.works if state == MISSING else ()
            rows += [(hh, item.key, state, *_priced_work(work, catalogue, month, area, size)) for work in works]
            if not works:
                rows.append((hh, item.key, state, None, None, None, None, None))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    for name in ("unit_fen", "fen"):
        frame[name] = frame[name].astype("Int64")
    place = {key: at for at, key in enumerate(catalogue.house_standard)}
    order = np.lexsort((frame["item"].map(place).to_numpy(), frame["hh"].to_numpy()))
    return frame.iloc[order].reset_index(drop=True)


def _item_states(item: HouseItem, facts: pd.DataFrame) -> list[str]:
    """Return the state of an item at each house; the conditions must all hold for it to be missing."""
    if not item.missing:
        return [UNSEEN] * len(facts)
    truth = np.array([condition_truth(condition, facts) for condition in item.missing])
    return list(np.where((truth == 1).all(axis=0), MISSING, np.where((truth == 0).any(axis=0), THERE, UNSEEN)))


def _priced_work(work: HouseWork, catalogue: Catalogue, month: Month, area: object, size: object) -> tuple[object, ...]:
    """Return price, qty, unit, unit_fen, fen of a work at a house of `area` m2 with `size` members."""
    price: HousePrice = catalogue.house_prices[work.price]
    counted = {"fixed": 1, "per_m2": area, "per_member": size}[work.basis]
    known = not pd.isna(counted) and float(counted) >= 0  # type: ignore[arg-type, call-overload]
    qty = work.amount(float(counted)) if known else None  # type: ignore[arg-type]
    unit_fen = price.unit_fen(month)
    amount = None if qty is None or unit_fen is None else exact_fen(qty, unit_fen)
    return work.price, qty, price.unit, unit_fen, amount


def exact_fen(qty: Fraction, unit_fen: int) -> int:
    """Return quantity x unit price in whole fen, half to even.

    Examples
    --------
    >>> exact_fen(Fraction(5, 2), 3), exact_fen(Fraction(3, 2), 3)
    (8, 4)
    """
    return round(qty * unit_fen)


def checklist_totals(checklists: pd.DataFrame) -> pd.DataFrame:
    """Return by household: hh, missing, unseen (items), fen (missing where one work has no amount), whole.

    ``whole`` says that every item could be told: only then is the amount a bill and not the least it will cost.
    """
    items = checklists.drop_duplicates(["hh", "item"])
    by = items.groupby("hh", sort=True)["state"]
    works = checklists.loc[checklists["state"] == MISSING].groupby("hh")["fen"]
    frame = pd.DataFrame(
        {
            "missing": by.agg(lambda states: int((states == MISSING).sum())),
            "unseen": by.agg(lambda states: int((states == UNSEEN).sum())),
        }
    )
    total = works.sum().mask(works.count() < works.size())
    frame["fen"] = total.reindex(frame.index).astype("Int64").mask(frame["missing"] == 0, 0)
    frame["whole"] = (frame["unseen"] == 0) & frame["fen"].notna()
    return frame.rename_axis("hh").reset_index()
