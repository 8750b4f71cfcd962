"""Bills of the sick and losses by disasters in the practice township, and what the office paid for them.

Responsible for the rows of both registers, for payments by the practice office's rule, and for the faults planted among
them. Not responsible for incomes: neither bills nor losses move what is simulated there. The rule is written out here a
second time (`economy.yaml`, ``relief_aid``): the practice township shares no code with what it tests.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.money import FEN_PER_YUAN
from povlib.sample.chance import random_stream
from povlib.sample.township import Township
from povlib.sample.villages.coops_and_firms import economy

#: faults planted of each kind among payments of aid, as far as the township has rows for them
FAULTS = {"late": 3, "twice": 2, "unpaid": 3, "unentitled": 1}
MEDICAL, DISASTER = "medical_aid", "disaster_relief"
#: months of both registers up to the plan; bills and losses come early in the month, so that its aid is paid in it
MONTHS, _LAST_DAY, _PAID_AFTER = 28, 13, (3, 13)
_LETTER = {MEDICAL: "医", DISASTER: "灾"}
_BILL_COLUMNS = ["bill", "hh", "person", "day", "treatment", "fen", "insured_fen"]
_LOSS_COLUMNS = ["loss", "hh", "day", "kind", "item", "lost", "fen", "assessor"]


def medical_bills(township: Township) -> pd.DataFrame:
    """Return the bills of people who are gravely or chronically ill, sorted by their number.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> rows = medical_bills(simulate(60, seed=5))
    >>> bool((rows["insured_fen"] < rows["fen"]).all()), bool(rows["bill"].is_unique)
    (True, True)
    """
    said = economy(township)["relief_aid"]["bills"]
    people = township.members
    ill = people["health"].fillna("").astype("str")
    grave = ill.str.contains("患有大病", regex=False).to_numpy()
    chronic = ill.str.contains("长期慢性病", regex=False).to_numpy()
    home = township.households["hh"].to_numpy()[people["row"].to_numpy()]
    rows = []
    for month in _months(township):
        luck = random_stream(township.seed, "medical bills", month)
        drawn, size, insured = luck.random(len(people)), luck.normal(0, 1, len(people)), luck.random(len(people))
        day = luck.integers(1, _LAST_DAY + 1, len(people))
        # the first workbooks tell only of who is still on the card: bills of those who had left would name nobody known
        there = ((people["joined"] <= month) & (people["left"] > max(month, township.world.last_seen))).to_numpy()
        chance = np.where(grave, said["grave"], np.where(chronic, said["chronic"], 0.0))
        for at in np.flatnonzero(there & (drawn < chance)):
            kind = "inpatient" if grave[at] else ("special", "outpatient")[int(size[at] < -0.5)]
            cost = max(50, round(float(np.exp(said["log_yuan"][kind] + 0.8 * size[at]))))
            share = said["insured"][0] + insured[at] * (said["insured"][1] - said["insured"][0])
            number = f"医{_text(month)}-{at + 1:05d}"
            rows.append((number, home[at], people["person"].iloc[at], _day(month, int(day[at])), kind,
                         cost * FEN_PER_YUAN, round(cost * share) * FEN_PER_YUAN))  # fmt: skip
    return pd.DataFrame(rows, columns=_BILL_COLUMNS).sort_values("bill", ignore_index=True)


def disaster_losses(township: Township) -> pd.DataFrame:
    """Return the losses of the typhoon of each August and the frost of each January, sorted by their number.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> rows = disaster_losses(simulate(60, seed=5))
    >>> set(rows["kind"]) <= {"typhoon", "frost"}
    True
    """
    said = economy(township)["relief_aid"]["disasters"]
    homes = township.households
    unsafe = homes["housing_grade"].isin(["C", "D"]).to_numpy()
    rows = []
    for month in _months(township):
        event = said.get(Month.from_ordinal(month).month)
        if event is None:
            continue
        luck = random_stream(township.seed, "disaster losses", month)
        day = _day(month, int(luck.integers(1, _LAST_DAY - 2)))
        hit, size, house = luck.random(len(homes)), luck.normal(0, 1, len(homes)), luck.random(len(homes))
        for at in np.flatnonzero(hit < event["share"]):
            item = "house" if unsafe[at] and house[at] < event["house"] else event["item"]
            loss = max(100, round(float(np.exp(event["log_yuan"] + size[at]))))
            number, lost = f"灾{_text(month)}-{at + 1:05d}", event["lost"] if item != "house" else None
            fen = loss * FEN_PER_YUAN
            rows.append((number, homes["hh"].iloc[at], day, event["kind"], item, lost, fen, said["assessor"]))
    return pd.DataFrame(rows, columns=_LOSS_COLUMNS).sort_values("loss", ignore_index=True)


def aid_payments(township: Township) -> pd.DataFrame:
    """Return what the office paid for bills and losses, faults among it: payment, hh, measure, for_month, day, fen."""
    rows, planted = _owed_payments(township), planted_aid_faults(township)
    fault = rows.merge(planted, on=["hh", "measure", "for_month"], how="left")["fault"].fillna("").to_numpy()
    luck = random_stream(township.seed, "days of aid")
    made = []
    for row, kind in zip(rows.to_dict("records"), fault, strict=True):
        wait, beyond = int(luck.integers(*_PAID_AFTER)), int(luck.integers(1, 8))
        if kind == "unpaid":
            continue
        days = wait if kind != "late" else economy(township)["relief_aid"][row["measure"]]["within_days"] + beyond
        paid = {**row, "day": _later(int(row["day"]), days)}
        made.append(paid)
        if kind == "twice":
            made.append(paid | {"payment": f"{row['payment']}-2", "day": _later(paid["day"], 5)})
    for at, row in enumerate(planted.loc[planted["fault"] == "unentitled"].to_dict("records")):
        month = int(row["for_month"])
        made.append({"payment": f"救{_text(month)}-{_LETTER[row['measure']]}9{at:05d}", "hh": row["hh"], "day": _day(
            month, 20), "measure": row["measure"], "for_month": month, "fen": 800 * FEN_PER_YUAN})  # fmt: skip
    return pd.DataFrame(made, columns=["payment", "hh", "measure", "for_month", "day", "fen"])


def planted_aid_faults(township: Township) -> pd.DataFrame:
    """Return the truth about payments of aid: fault, hh, measure, for_month; none of the last two months of data.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> planted_aid_faults(simulate(seed=2016))["fault"].value_counts().to_dict() == FAULTS
    True
    """
    last = township.world.last_seen
    rows = _owed_payments(township)
    able = rows.loc[(rows["for_month"] <= last - 2) & (rows["for_month"] > last - 12)].reset_index(drop=True)
    order = random_stream(township.seed, "faults of aid").permutation(len(able))
    parts, taken = [], 0
    for fault in ("late", "twice", "unpaid"):
        chosen = np.sort(order[taken : taken + FAULTS[fault]])
        taken += FAULTS[fault]
        parts.append(able.loc[chosen, ["hh", "measure", "for_month"]].assign(fault=fault))
    month = last - 3
    struck = set(rows.loc[(rows["measure"] == DISASTER) & (rows["for_month"] == month), "hh"])
    spared = sorted(set(township.households["hh"]) - struck)[: FAULTS["unentitled"]]
    parts.append(pd.DataFrame({"hh": spared, "measure": DISASTER, "for_month": month, "fault": "unentitled"}))
    return pd.concat(parts, ignore_index=True)[["fault", "hh", "measure", "for_month"]]


def _owed_payments(township: Township) -> pd.DataFrame:
    """Return what each household is owed by month since the payment register began, one payment a measure and month."""
    owed: dict[tuple[int, str, str], list[int]] = {}
    for measure, hh, day, fen in (*_medical_parts(township), *_disaster_parts(township)):
        month = day // 10_000 * 12 + day // 100 % 100 - 1
        if fen and month > township.world.last_seen - 12:
            entry = owed.setdefault((month, measure, hh), [0, 0])
            entry[0], entry[1] = entry[0] + fen, max(entry[1], day)
    place = {hh: at for at, hh in enumerate(township.households["hh"])}
    rows = [
        (f"救{_text(month)}-{_LETTER[measure]}{place[hh] + 1:05d}", hh, measure, month, day, fen)
        for (month, measure, hh), (fen, day) in sorted(owed.items())
    ]
    return pd.DataFrame(rows, columns=["payment", "hh", "measure", "for_month", "day", "fen"])


def _medical_parts(township: Township) -> Iterator[tuple[str, str, int, int]]:
    rule = economy(township)["relief_aid"][MEDICAL]
    sums: dict[tuple[str, int], int] = {}
    for bill in medical_bills(township).sort_values(["day", "bill"]).to_dict("records"):
        if bill["treatment"] in rule["kinds"]:
            key = (str(bill["person"]), int(bill["day"]) // 10_000)
            before = sums.get(key, 0)
            sums[key] = before + int(bill["fen"]) - int(bill["insured_fen"])
            yield MEDICAL, str(bill["hh"]), int(bill["day"]), _aid(rule, sums[key]) - _aid(rule, before)


def _disaster_parts(township: Township) -> Iterator[tuple[str, str, int, int]]:
    rule = economy(township)["relief_aid"][DISASTER]
    # one household has one loss a disaster here
    for loss in disaster_losses(township).to_dict("records"):
        yield DISASTER, str(loss["hh"]), int(loss["day"]), _aid(rule, int(loss["fen"]))


def _aid(rule: dict[str, int], total_fen: int) -> int:
    """Return the aid for a sum: tenths of what lies over the least, up to the most; whole yuan have no half fen."""
    over = max(total_fen - rule["least"] * FEN_PER_YUAN, 0)
    return min(over * rule["tenths"] // 10, rule["most"] * FEN_PER_YUAN)


def _months(township: Township) -> range:
    return range(township.world.last_seen - MONTHS + 1, township.last + 1)


def _day(month: int, day: int) -> int:
    return 100 * Month.from_ordinal(month).yyyymm + day


def _later(day: int, days: int) -> int:
    when = pd.Timestamp(str(day)) + pd.Timedelta(days=days)
    return int(when.strftime("%Y%m%d"))


def _text(month: int) -> str:
    return str(Month.from_ordinal(month)).replace("-", "")
