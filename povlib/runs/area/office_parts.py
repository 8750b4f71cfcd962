"""The parts of a large office: whole townships, put together to about as many households each.

Responsible for which villages make a part, the same on every computer: a plan hangs a little on how an office is
divided, so neither cores nor workers are asked. Not responsible for what is computed of a part
(`povlib.runs.area.part_run`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

#: parts come in twos, so that two cores, or two workers, get as many each: three parts take the two turns of four.
#: An office computer has two cores at least; four share out two, four and eight parts evenly too
IN_TURN = 2


@dataclass(frozen=True)
class OfficePart:
    """Some townships of an office.

    Attributes
    ----------
    key : str
        ``part-001``, ``part-002``, ...: its folder in the run.
    townships, villages : tuple of str
        Names of the townships (villages that belong to none stand for themselves), keys of their villages.
    households : int
        In the ledger, registered or not.
    """

    key: str
    townships: tuple[str, ...]
    villages: tuple[str, ...]
    households: int

    @property
    def name(self) -> str:
        """Return the townships in words, from the first to the last."""
        first, last = self.townships[0], self.townships[-1]
        return first if first == last else f"{first} – {last}"


def office_parts(
    households: pd.Series, township_of: Mapping[str, str], most: int, registered: pd.Series | None = None
) -> tuple[OfficePart, ...]:
    """Return the parts of an office, in the order of their first village.

    Parameters
    ----------
    households : Series
        Village -> number of households in the ledger.
    township_of : mapping
        Village -> name of its township; a village that is missing or "" belongs to none and stands for itself.
    most : int
        Households of a part: townships in order of their first village, as many parts as needed, an even number of
        them, each about as large. A township is never divided, so that a part may be larger by less than one.
    registered : Series, optional
        Village -> households on the register. Townships with none join the part before them (or behind): there is
        nothing to choose in a part of their own.

    Examples
    --------
    >>> villages = pd.Series({"a1": 30, "a2": 30, "b1": 50, "c1": 40})
    >>> parts = office_parts(villages, {"a1": "A", "a2": "A", "b1": "B", "c1": "C"}, 100)
    >>> [(part.key, part.townships, part.households) for part in parts]
    [('part-001', ('A',), 60), ('part-002', ('B', 'C'), 90)]

    Three parts would do for 60 a part; four are made, where there are as many townships.

    >>> [part.households for part in office_parts(pd.Series(dict.fromkeys("abcdefgh", 20)), {}, 60)]
    [40, 40, 40, 40]
    """
    frame = pd.DataFrame({"village": households.index.astype(str), "households": households.to_numpy(np.int64)})
    frame = frame.sort_values("village", ignore_index=True)
    named = [township_of.get(village) or village for village in frame["village"]]
    frame["township"] = named
    frame["order"] = frame.groupby("township")["village"].transform("min")
    townships = frame.groupby(["order", "township"], sort=True)["households"].sum().reset_index()
    total = int(townships["households"].sum())
    count = _number_of_parts(total, most, len(townships))
    before = townships["households"].cumsum() - townships["households"]
    # the middle of a township decides, so that parts come out alike however townships fall
    middle = before + townships["households"] / 2
    townships["part"] = np.minimum((middle * count / max(total, 1)).astype(np.int64), count - 1)
    if registered is not None:
        frame["registered"] = frame["village"].map(registered).fillna(0)
        townships["part"] = _joined_to_registered(townships, frame.groupby("township")["registered"].sum())
    frame = frame.merge(townships[["township", "part"]], on="township")
    return tuple(
        OfficePart(
            f"part-{number:03d}",
            tuple(townships.loc[townships["part"] == part, "township"]),
            tuple(rows["village"]),
            int(rows["households"].sum()),
        )
        for number, (part, rows) in enumerate(frame.groupby("part", sort=True), start=1)
    )


def _number_of_parts(households: int, most: int, townships: int) -> int:
    """Return how many parts an office is divided into: as many as it needs, an even number, no more than townships."""
    needed = -(-households // most)
    even = -(-needed // IN_TURN) * IN_TURN if needed > 1 else 1
    return max(1, min(even, townships))


def _joined_to_registered(townships: pd.DataFrame, registered: pd.Series) -> pd.Series:
    """Return the part of each township, parts without a registered household joined to their neighbour."""
    count = townships["township"].map(registered).groupby(townships["part"]).transform("sum")
    part = townships["part"].astype("Int64").where(count > 0)
    return part.ffill().bfill().fillna(0).astype(np.int64)
