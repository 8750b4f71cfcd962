"""Contracts: birds that a helper enterprise buys, cattle that a firm takes; shares, schedule, deliveries, services.

How much of what is due a household truly brings is fixed for each household (`contract_truth`); what it brings in a
month is that, luck, and never more than its income of the month allows (what a bird leaves after costs). Not
responsible for what raising birds adds to income (`true_effects`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.money import FEN_PER_YUAN
from povlib.sample.chance import apportion, random_stream
from povlib.sample.population.member_traits import ABLE
from povlib.sample.township import Township
from povlib.sample.villages.coops_and_firms import economy, founded_coops, scaled_to
from povlib.sample.villages.stakes_and_entries import members_of_measure

_FEWEST = 3  # nobody sends fewer birds to town
_WORST_LOSS = 0.4


def _year(township: Township) -> int:
    return township.world.plan_month.year


def sale_contracts(township: Township) -> pd.DataFrame:
    """Return the contracts of the plan year: birds bought from households, cattle taken from the co-op."""
    year, rows = _year(township), []
    for name, kind in (("birds", "purchase"), ("cattle_offtake", "offtake")):
        line = economy(township)[name]
        rows.append(
            {
                "contract": line["contract"],
                "partner": line["partner"],
                "product": line["product"],
                "unit": line["unit"],
                "quantity": float(scaled_to(township, line["quantity"])),
                "floor_fen": line["floor_yuan"] * FEN_PER_YUAN,
                "from_month": 12 * year,
                "to_month": 12 * year + 11,
                "kind": kind,
                "status": "running",
            }
        )
    return pd.DataFrame(rows).sort_values("contract", ignore_index=True)


def _sharers(township: Township) -> pd.DataFrame:
    """Households that share the birds: those of the measure, then those that sell most, until capacity is enough.

    The contract of the year is shared out when the plan is made: whom the plan brings later changes no delivery of
    before.
    """
    birds, frame = economy(township)["birds"], township.households
    before = township.world.last_seen - int(township.months[0])
    # twelve ordinary months: a harvest of one month pays for no birds in the others
    sales = 12 * np.median(township.truth.money["business"][:, before - 11 : before + 1], axis=1)
    people = township.members[township.present(township.world.last_seen)]
    able = np.bincount(people.loc[people["labour"].isin(ABLE), "row"], minlength=len(frame)) > 0
    capacity = np.clip(10 * np.round(0.8 * sales / birds["net_yuan"] / 10), 40, 240)
    members = members_of_measure(township, birds["measure"])
    chosen = np.isin(np.arange(len(frame)), members.loc[members["start"] <= township.world.last_seen, "row"])
    raises = frame["livelihood"].eq("养殖").to_numpy() & frame["registered"].to_numpy()
    others = np.flatnonzero(able & frame["registered"].to_numpy() & ~chosen)
    others = others[np.lexsort((-sales[others], ~raises[others]))]
    need = scaled_to(township, birds["capacity"]) - capacity[chosen].sum()
    more = others[: int(np.searchsorted(np.cumsum(capacity[others]), max(need, 0))) + (need > 0)]
    rows = np.sort(np.r_[np.flatnonzero(chosen), more])
    given = np.maximum(np.floor(birds["shared"] * capacity[rows]), _FEWEST)
    return pd.DataFrame({"row": rows, "capacity": capacity[rows], "share": given})


def contract_shares(township: Township) -> pd.DataFrame:
    """Return what each household is to bring of a contract: contract, hh, quantity, capacity, months.

    The birds given out are fewer than the contract's: the rest is still to be shared. The co-op's households share
    the cattle.
    """
    birds, cattle = economy(township)["birds"], economy(township)["cattle_offtake"]
    mine = _sharers(township)
    hh = township.households["hh"].to_numpy()
    parts = [pd.DataFrame({"contract": birds["contract"], "hh": hh[mine["row"]], "quantity": mine["share"],
                           "capacity": mine["capacity"], "months": "1-12"})]  # fmt: skip
    herd = np.sort(members_of_measure(township, "cattle_coop")["row"].unique())
    if len(herd) and any(c["offtake"] == cattle["contract"] for c in founded_coops(township)):
        heads = apportion(np.ones(len(herd)), scaled_to(township, cattle["quantity"])).astype(float)
        can = np.maximum(heads, cattle["capacity_each"])
        parts.append(pd.DataFrame({"contract": cattle["contract"], "hh": hh[herd], "quantity": heads,
                                   "months": "6-12", "capacity": can}))  # fmt: skip
    return pd.concat(parts, ignore_index=True).sort_values(["contract", "hh"], ignore_index=True)


def contract_schedules(township: Township) -> pd.DataFrame:
    """Return what each contract asks for by month; the months sum to its quantity."""
    parts = []
    for name in ("birds", "cattle_offtake"):
        line: dict[str, Any] = economy(township)[name]
        due = apportion(line["months"], scaled_to(township, line["quantity"]))
        months = 12 * _year(township) + np.arange(12)
        parts.append(pd.DataFrame({"contract": line["contract"], "month": months, "quantity": due.astype(float)}))
    frame = pd.concat(parts, ignore_index=True)
    return frame[frame["quantity"] > 0].sort_values(["contract", "month"], ignore_index=True)


def contract_truth(township: Township) -> pd.DataFrame:
    """Return what is true of each household that shares the birds: hh, share, fulfils (of what is due, before luck)."""
    mine, birds = _sharers(township), economy(township)["birds"]
    z = random_stream(township.seed, "fulfils").standard_normal(len(township.households))[mine["row"]]
    fulfils = np.clip(birds["fulfil"] + birds["fulfil_sd"] * z, 0.1, 1.2)
    return pd.DataFrame(
        {"hh": township.households["hh"].to_numpy()[mine["row"]], "share": mine["share"], "fulfils": fulfils}
    )


def deliveries(township: Township) -> pd.DataFrame:
    """Return the deliveries of birds: contract, delivery, hh, day, quantity, fen, mortality (share of the batch).

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> brought = deliveries(simulate(60, seed=3))
    >>> bool(brought["delivery"].is_unique), bool((brought["fen"] >= 4500 * brought["quantity"]).all())
    (True, True)
    """
    birds, mine, truth = economy(township)["birds"], _sharers(township), contract_truth(township)
    hh, parts = truth["hh"].to_numpy(), []
    first = 12 * _year(township)
    for month in range(first, min(township.last, first + 11) + 1):
        rng = random_stream(township.seed, "deliveries", month)
        luck, price, died, day = rng.random((4, len(township.households)))[:, mine["row"]]
        due = mine["share"].to_numpy() * birds["months"][month - first]
        low, high = birds["price_yuan"]
        yuan = np.round(low + (high - low) * price, 1)
        quantity = _brought(township, mine["row"].to_numpy(), month, due * truth["fulfils"].to_numpy(), luck)
        came = np.flatnonzero(quantity >= _FEWEST)
        loss = np.round(np.minimum(birds["mortality"] * -np.log(1 - died[came]), _WORST_LOSS), 3)
        parts.append(
            pd.DataFrame(
                {
                    "contract": birds["contract"],
                    "hh": hh[came],
                    "day": 100 * (100 * (month // 12) + month % 12 + 1) + 1 + np.floor(28 * day[came]).astype(np.int64),
                    "quantity": quantity[came].astype(float),
                    "fen": np.rint(quantity[came] * yuan[came] * FEN_PER_YUAN).astype(np.int64),
                    "mortality": loss,
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True).sort_values(["day", "hh"], ignore_index=True)
    frame.insert(1, "delivery", [f"{_year(township)}-{n:05d}" for n in range(1, len(frame) + 1)])
    return frame


def _brought(township: Township, row: Ints, month: int, wanted: Floats, luck: Floats) -> Ints:
    """Return what comes: what is wanted times the luck of the month, as far as the income of the month allows."""
    sales = township.truth.money["business"][row, month - int(township.months[0])]
    most = economy(township)["birds"]["of_sales"] * sales / economy(township)["birds"]["net_yuan"]
    return np.asarray(np.floor(np.minimum(wanted * (0.7 + 0.6 * luck), most)), dtype=np.int64)


def village_services(township: Township, brought: pd.DataFrame) -> pd.DataFrame:
    """Return the services around the birds by month: slaughter, transport, feed, chicks bought."""
    month = brought["day"] // 10000 * 12 + brought["day"] // 100 % 100 - 1
    birds = brought.groupby(month.to_numpy())["quantity"].sum()
    partner, rows = economy(township)["birds"]["partner"], []
    for line in economy(township)["services"]:
        for ordinal_of_month, number in zip(birds.index.tolist(), birds.tolist(), strict=True):
            quantity = max(1.0, float(round(number * line["each"])))
            rows.append(
                {
                    "service": line["service"],
                    "kind": line["kind"],
                    "provider": line["provider"],
                    "partner": partner if line["kind"] in ("slaughter", "transport") else "",
                    "village": "",
                    "month": int(ordinal_of_month),
                    "quantity": quantity,
                    "unit": line["unit"],
                    "fen": round(quantity * line["yuan"] * FEN_PER_YUAN),
                }
            )
    columns = ["service", "kind", "provider", "partner", "village", "month", "quantity", "unit", "fen"]
    return pd.DataFrame(rows, columns=columns).sort_values(["service", "month"], ignore_index=True)
