"""The order of villages in every table: the office's own list first, then by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from povlib.runs.run import Run


def village_names(run: Run) -> tuple[str, ...]:
    """Return the villages of a run in the order of ``villages.yaml``."""
    return tuple(village.name for village in run.catalogue.villages.values())


def townships_of_villages(run: Run) -> dict[str, str]:
    """Return the township of each village of ``villages.yaml``; empty unless the list names several townships.

    A village without a township stands for itself.
    """
    named = {village.name: village.township or village.name for village in run.catalogue.villages.values()}
    several = len({village.township for village in run.catalogue.villages.values() if village.township}) > 1
    return named if several else {}


def office_order(villages: Sequence[str]) -> Callable[[str], tuple[int, str]]:
    """Return a sort key for names of villages: the order of the office's own list, then by name."""
    place = {name: at for at, name in enumerate(villages)}
    return lambda name: (place.get(name, len(place)), name)


def in_village_order(frame: pd.DataFrame, run: Run, column: str = "village") -> pd.DataFrame:
    """Return the rows in the order of ``villages.yaml``; others last, as they stand."""
    return _in_order(frame, village_names(run), column)


def in_township_order(frame: pd.DataFrame, run: Run, column: str = "village") -> pd.DataFrame:
    """Return rows of townships in the order in which ``villages.yaml`` first names them."""
    return _in_order(frame, tuple(dict.fromkeys(townships_of_villages(run).values())), column)


def _in_order(frame: pd.DataFrame, names: Sequence[str], column: str) -> pd.DataFrame:
    order = {name: at for at, name in enumerate(names)}
    # stable: rows of one village, and villages that the office's list lacks, stay as they came
    place = frame[column].map(order).fillna(len(order))
    return frame.iloc[place.argsort(kind="stable")].reset_index(drop=True)
