"""What a plan by parts may open and what it opens, from the office's own table and the rows of the plan.

Responsible for one row a facility: whether and when it opens, where it is, what funds pay, how many posts and places it
adds and how many of them are taken; and for what funds pay for all of them. Not responsible for the choice
(`povlib.allocation.parts`) or for words.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.runs.area.area_run import AreaRun
from povlib.support.villages.openings import OpenedSeats
from povlib.vocabulary.resource_keys import EARLY_PREFIX, LEAST_PREFIX

_COLUMNS = ["facility", "name", "township", "village", "opened", "month", "seats", "least", "taken", "opening_fen"]


def area_openings(run: AreaRun, lang: str) -> pd.DataFrame:
    """Return everything that the plan may open, in the order of the keys."""
    table, known = OpenedSeats(run.catalogue).table(), run.plan.used.set_index("row")
    rows = []
    for key, own in table.groupby("facility", sort=True):
        facility = str(key)
        level = run.plan.opened.get(facility, 0)
        cheapest = own.sort_values(["opening_fen", "level"]).iloc[0]
        way = own[own["level"] == (level or int(cheapest["level"]))]
        seats = way[~way["resource"].str.startswith((EARLY_PREFIX, LEAST_PREFIX))]
        first, village = way.iloc[0], _village(run, facility)
        rows.append(
            {
                "facility": facility,
                "name": run.catalogue.facility_names[facility].show(lang),
                "township": run.township_of.get(village, ""),
                "village": village,
                "opened": bool(level),
                "month": str(Month.from_ordinal(int(first["month"]))) if level and pd.notna(first["month"]) else "",
                "seats": int(seats["added"].sum()),
                "least": int(first["least"]),
                "taken": _new_seats_taken(seats, known) if level else 0,
                "opening_fen": int(first["opening_fen"]),
            }
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


def _new_seats_taken(seats: pd.DataFrame, rows: pd.DataFrame) -> int:
    """Return how many of the seats that an opening adds are taken: those there were before are filled first.

    Parameters
    ----------
    seats : DataFrame
        resource, added.
    rows : DataFrame
        By row: used, capacity (with what is opened) of the plan.
    """
    own = rows[["used", "capacity"]].reindex(seats["resource"]).fillna(0)
    added = seats["added"].to_numpy(np.int64)
    before = own["capacity"].to_numpy(np.int64) - added
    return int(np.clip(own["used"].to_numpy(np.int64) - before, 0, added).sum())


def opening_cost_fen(run: AreaRun) -> int:
    """Return what funds pay for all that the plan opens, fen: part of the new money, of no household's."""
    if not run.plan.opened:
        return 0
    ways = OpenedSeats(run.catalogue).table().drop_duplicates(["facility", "level"])
    taken = ways["level"].eq(ways["facility"].map(run.plan.opened))
    return int(ways.loc[taken, "opening_fen"].sum())


def _village(run: AreaRun, facility: str) -> str:
    """Return the village that a facility stands in; "" where it belongs to none."""
    record = run.catalogue.openings.get(facility) or run.catalogue.shared_places.get(facility)
    return str(getattr(record, "village", None) or "")
