"""What the office is told of the truth: whole yuan, some months missing, some late.

Responsible for which rows of the monthly sheet arrive and when, and for rounding; not for what is true.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Ints
from povlib.money import FEN_PER_YUAN, round_fen
from povlib.sample.chance import random_stream
from povlib.sample.township import Township
from povlib.sample.truth.income_process import GUARANTEES, IRREGULAR, TRANSFERS

MONEY = ("wage", "business", "property", *TRANSFERS, *IRREGULAR, "other_one_off", "cost")


def months_until_arrival(township: Township) -> Ints:
    """Return households x months: months until the row arrives (0, 1, 2; -1 never)."""
    rules = township.world.raw["reporting"]
    n, months = len(township.households), township.months
    rng = random_stream(township.seed, "gaps")
    span = township.world.last_seen - township.world.first_month.ordinal + 1
    has_gap = rng.random(n) < rules["gap_households"]
    start = township.world.first_month.ordinal + rng.integers(0, span, n)
    length = rng.integers(rules["gap_months"] - 3, rules["gap_months"] + 4, n)
    gap = has_gap[:, None] & (months >= start[:, None]) & (months < (start + length)[:, None])
    delay = np.zeros((n, len(months)), dtype=np.int64)
    for j, month in enumerate(months):
        u = random_stream(township.seed, "late", int(month)).random(n)
        delay[:, j] = np.where(u < rules["late_share"] / 2, 2, np.where(u < rules["late_share"], 1, 0))
        delay[u > 1 - rules["single_missing"], j] = -1
    delay[gap] = -1
    return delay


def reported_months(township: Township) -> pd.DataFrame:
    """Return the monthly rows that have arrived by the last month: money in fen (whole yuan) and guarantees 0/1.

    Columns: row (of `households`), month (ordinal), one ``<source>_fen`` a source, the six guarantees, delay.
    """
    truth, delay = township.truth, months_until_arrival(township)
    here = (truth.size > 0) & (delay >= 0) & (township.months[None, :] + delay <= township.last)
    row, column = np.nonzero(here)
    data: dict[str, object] = {"row": row, "month": township.months[column]}
    for source in MONEY:
        data[f"{source}_fen"] = round_fen(np.maximum(truth.money[source][row, column], 0.0)) * FEN_PER_YUAN
    for guarantee in GUARANTEES:
        data[guarantee] = truth.holds[guarantee][row, column].astype(np.int8)
    data["delay"] = delay[row, column]
    return pd.DataFrame(data)
