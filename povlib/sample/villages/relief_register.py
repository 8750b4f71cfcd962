"""The payment register of relief: who was paid what for which month on which day, with faults that are known.

Responsible for the allowances of the last months and for the faults planted among them: paid late, paid twice, not
paid, paid to a household that is not on the allowance's register. Not responsible for what was drawn
(`povlib.sample.truth`) or for aid by bills and losses (`relief_records`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.calendar import Month
from povlib.money import FEN_PER_YUAN, round_fen
from povlib.sample.chance import random_stream
from povlib.sample.office.reported_income import months_until_arrival
from povlib.sample.township import Township
from povlib.sample.villages.relief_records import aid_payments, planted_aid_faults

ALLOWANCES = ("minimum_living", "five_guarantee")
#: months of the register up to the plan; faults planted of each kind, as far as the township has rows for them
MONTHS, FAULTS = 12, {"late": 9, "twice": 4, "unpaid": 6, "unentitled": 3}
#: days on which the office pays, and those after the day that the practice township's rules set
_PAY_DAYS, _LATE_DAYS = (3, 10), (12, 25)
#: standard a head and month of the practice township, yuan; a payment is left out only where own income is far below it
_STANDARD, _FAR_BELOW = 195, 0.7
COLUMNS = ["payment", "hh", "measure", "for_month", "day", "fen"]


def relief_payments(township: Township) -> pd.DataFrame:
    """Return the rows of the payment register, sorted by their number.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> rows = relief_payments(simulate(60, seed=5))
    >>> rows.columns.tolist(), bool(rows["payment"].is_unique)
    (['payment', 'hh', 'measure', 'for_month', 'day', 'fen'], True)
    """
    rows, planted = _regular_payments(township), planted_relief_faults(township)
    known = pd.Index(rows["hh"] + rows["measure"] + rows["for_month"].astype("str"))
    at = {kind: known.isin(part["hh"] + part["measure"] + part["for_month"].astype("str"))
          for kind, part in planted.groupby("fault")}  # fmt: skip
    nothing = np.zeros(len(rows), dtype=bool)
    rng = random_stream(township.seed, "relief days of faults")
    late = at.get("late", nothing)
    rows.loc[late, "day"] += rng.integers(*_LATE_DAYS, int(late.sum())) - rows.loc[late, "day"] % 100
    double = rows.loc[at.get("twice", nothing)]
    double = double.assign(payment=double["payment"] + "-2", day=double["day"] + 5)
    of_allowances = planted["measure"].isin(ALLOWANCES)
    wrong = planted.loc[(planted["fault"] == "unentitled") & of_allowances, ["hh", "measure", "for_month"]]
    wrong = wrong.assign(payment=[f"救{_text(m)}-9{i:03d}" for i, m in enumerate(wrong["for_month"])],
                         day=[int(_text(m)) * 100 + 8 for m in wrong["for_month"]],
                         fen=township.world.raw["transfers"]["minimum_living"] * FEN_PER_YUAN)  # fmt: skip
    kept = rows.loc[~at.get("unpaid", nothing)]
    every: pd.DataFrame = pd.concat([kept, double, wrong, aid_payments(township)], ignore_index=True)[COLUMNS]
    whole = dict.fromkeys(("for_month", "day", "fen"), "int64")
    return every.astype(whole).sort_values("payment", ignore_index=True)


def planted_relief_faults(township: Township) -> pd.DataFrame:
    """Return the truth about the register: fault ("late", "twice", "unpaid", "unentitled"), hh, measure, for_month.

    A month later than the plan has none, so that data that go on leave the faults as they were.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> sorted(planted_relief_faults(simulate(seed=2016))["fault"].unique())
    ['late', 'twice', 'unentitled', 'unpaid']
    """
    rows = _regular_payments(township)
    last = township.world.last_seen
    rows = rows.loc[(rows["for_month"] <= last) & (rows["for_month"] > last - MONTHS)].reset_index(drop=True)
    rng = random_stream(township.seed, "relief faults")
    free = np.ones(len(rows), dtype=bool)
    picked = []
    for fault, pool in (("unpaid", _may_be_left_out(township, rows)), ("late", free), ("twice", free)):
        able = np.flatnonzero(pool & free)
        chosen = np.sort(rng.permutation(able)[: FAULTS[fault]])
        free[chosen] = False
        picked.append(rows.loc[chosen, ["hh", "measure", "for_month"]].assign(fault=fault))
    others = township.households.loc[~township.households["hh"].isin(rows["hh"]), "hh"].to_numpy()
    wrong = np.sort(rng.choice(others, min(FAULTS["unentitled"], len(others)), replace=False))
    months = last - rng.integers(0, MONTHS, len(wrong))
    picked.append(pd.DataFrame({"hh": wrong, "measure": ALLOWANCES[0], "for_month": months, "fault": "unentitled"}))
    picked.append(planted_aid_faults(township))
    return pd.concat(picked, ignore_index=True)[["fault", "hh", "measure", "for_month"]]


def _regular_payments(township: Township) -> pd.DataFrame:
    """Return what was drawn by month as payments in time, one a household, allowance and month."""
    truth, parts = township.truth, []
    first = township.world.last_seen - MONTHS + 1
    hh = township.households["hh"].to_numpy()
    for column in np.flatnonzero(township.months >= first):
        month = int(township.months[column])
        rng = random_stream(township.seed, "relief days", month)
        days = rng.integers(_PAY_DAYS[0], _PAY_DAYS[1] + 1, len(hh))
        for measure in ALLOWANCES:
            fen = round_fen(truth.money[measure][:, column]) * FEN_PER_YUAN
            row = np.flatnonzero(fen > 0)
            serial = [f"救{_text(month)}-{measure[0].upper()}{n + 1:05d}" for n in row]
            parts.append(pd.DataFrame({"payment": serial, "hh": hh[row], "measure": measure, "for_month": month,
                                       "day": int(_text(month)) * 100 + days[row], "fen": fen[row]}))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _may_be_left_out(township: Township, rows: pd.DataFrame) -> Bools:
    """Return for which payments the village wrote nothing of the month, and need is beyond doubt from what it wrote."""
    arrived = months_until_arrival(township) == 0
    silent = months_until_arrival(township) < 0
    drawn = sum(township.truth.money[key] for key in ALLOWANCES)
    net = township.truth.net_regular() - drawn
    row = pd.Index(township.households["hh"]).get_indexer(pd.Index(rows["hh"]))
    column: Ints = rows["for_month"].to_numpy(dtype=np.int64) - township.months[0]
    size = township.truth.size[row, column]
    poor = np.array([net[r, c - 12 : c].sum() / 12 < _FAR_BELOW * _STANDARD * n
                     for r, c, n in zip(row, column, size, strict=True)])  # fmt: skip
    told = arrived[:, 12:] | arrived[:, :-12]
    known = np.array([told[r, c - 24 : c - 12].all() for r, c in zip(row, column, strict=True)])
    kept = (rows["measure"] == ALLOWANCES[1]).to_numpy() | (poor & known)
    return np.asarray(silent[row, column] & kept, dtype=bool)


def _text(month: int) -> str:
    return str(Month.from_ordinal(month)).replace("-", "")
