"""Stakes, loans and the accounts of the co-ops: every entry sums to zero.

Wages and dividends of the cattle and the dendrobium co-op are those that the truth of the households holds, to the
yuan; dividends of asset stakes are part of what the household owns brings in that December. Not responsible for the
co-ops themselves (`coops_and_firms`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Ints
from povlib.calendar import Month
from povlib.money import FEN_PER_YUAN
from povlib.sample.chance import random_stream
from povlib.sample.help.help_given import RUNNING
from povlib.sample.help.true_effects import true_effect
from povlib.sample.township import Township
from povlib.sample.villages.coops_and_firms import economy, founded_coops, ordinal, scaled_to, village_of

_DECEMBER = 11


def coop_stakes(township: Township) -> pd.DataFrame:
    """Return who put what into which co-op: coop, stake, hh, kind, fen, from_month, to_month, loan, floor_fen.

    A household of a measure has the grant of its participants as a stake (what the support rows say), some money of
    its own on top; one household of the cattle co-op put in a loan (`pooled_loan`). Assets (land, a grant) are of
    households of the village that cannot work first.
    """
    parts = [
        _stakes_of_measure(township, c) if "measure" in c else _asset_stakes(township, c)
        for c in founded_coops(township)
    ]
    parts = [p for p in parts if len(p)]
    if not parts:
        return _stake_frame([])
    return pd.concat(parts, ignore_index=True).sort_values(["coop", "stake"], ignore_index=True)


def _stake_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = ["coop", "stake", "hh", "kind", "fen", "from_month", "to_month", "loan", "floor_fen"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"fen": "int64", "from_month": "int64", "to_month": "Int64", "floor_fen": "Int64"})


def members_of_measure(township: Township, measure: str) -> pd.DataFrame:
    """Return the spells of a measure that were taken up: row, start and end (first month without)."""
    spells = township.spells_known
    return spells[spells["measure"].eq(measure) & spells["taken"]]


def _stakes_of_measure(township: Township, coop: dict[str, Any]) -> pd.DataFrame:
    mine = members_of_measure(township, coop["measure"])
    of_household = mine.groupby("row").agg(n=("row", "size"), start=("start", "min"), end=("end", "max"))
    hh, founded = township.households["hh"].to_numpy(), ordinal(coop["founded"])
    draws = random_stream(township.seed, "own stakes", _number(township, coop)).random((len(hh), 2))
    share, sums = economy(township)["own_stakes"].values()
    grant = round(township.world.measures[coop["measure"]].cost_yuan)
    pooled = pooled_household(township)
    rows: list[dict[str, Any]] = []
    for row, n, start, end in of_household.itertuples():
        if end != RUNNING and end <= founded:
            continue
        base = {"coop": coop["coop"], "hh": hh[row], "from_month": max(founded, start), "loan": "",
                "to_month": pd.NA if end == RUNNING else end - 1}  # fmt: skip
        rows.append(base | {"kind": "grant", "fen": grant * n * FEN_PER_YUAN,
                            "floor_fen": coop["floor_yuan"] * n * FEN_PER_YUAN})  # fmt: skip
        if draws[row, 0] < share:
            own = sums[int(draws[row, 1] * len(sums))]
            rows.append(base | {"kind": "own", "fen": own * FEN_PER_YUAN, "floor_fen": pd.NA})
        if row == pooled and coop["measure"] == "cattle_coop":
            fen = economy(township)["loans"]["household_yuan"] * FEN_PER_YUAN
            rows.append(base | {"kind": "loan", "fen": fen, "floor_fen": pd.NA, "loan": _loan_key(hh[row])})
    return _numbered(coop, rows)


def _numbered(coop: dict[str, Any], rows: list[dict[str, Any]]) -> pd.DataFrame:
    return _stake_frame([{**r, "stake": f"{coop['short']}-{n:04d}"} for n, r in enumerate(rows, start=1)])


def _number(township: Township, coop: dict[str, Any]) -> int:
    return [c["coop"] for c in economy(township)["coops"]].index(coop["coop"])


def _asset_stakes(township: Township, coop: dict[str, Any]) -> pd.DataFrame:
    """Stakes of land or a grant: the floor is five per cent, and what they own brings it in each December."""
    if "stake" not in coop:
        return _stake_frame([])
    frame, founded = township.households, ordinal(coop["founded"])
    owned = _property_of(township, min(founded, township.last) - int(township.months[0]))
    here = (village_of(township, np.arange(len(frame))) == coop["village"]) & (owned > 0)
    # by 0.9 of the property of the first month: it grows, so that no later dividend falls under the floor
    floor = np.floor(0.8 * economy(township)["dividend_of_property"] * owned).astype(np.int64)
    rows = np.flatnonzero(here & (floor > 0))
    rows = rows[np.argsort(-floor[rows], kind="stable")][: scaled_to(township, coop["households"])]
    share = economy(township)["floor_share"]
    hh = frame["hh"].to_numpy()
    made = [
        {"coop": coop["coop"], "hh": hh[r], "kind": coop["stake"], "fen": round(floor[r] / share) * FEN_PER_YUAN,
         "from_month": founded, "to_month": pd.NA, "loan": "", "floor_fen": int(floor[r]) * FEN_PER_YUAN}
        for r in np.sort(rows)
    ]  # fmt: skip
    return _numbered(coop, made)


def _property_of(township: Township, column: int) -> np.ndarray:
    """Return what the household owns brings in, in one month, without dividends of co-ops."""
    paid = township.truth.money["property"][:, column].copy()
    for measure in ("cattle_coop", "dendrobium_coop"):
        paid[township.spells.loc[township.spells["measure"].eq(measure), "row"].unique()] = 0.0
    return np.asarray(paid)


def pooled_household(township: Township) -> int:
    """Return the row of the household that put a loan into the cattle co-op: one with a microloan, if there is one."""
    known = township.spells_known
    cattle = np.sort(known.loc[known["measure"].eq("cattle_coop") & known["taken"], "row"].unique())
    loans = known.loc[known["measure"].eq("microloan") & known["taken"], "row"].unique()
    both = cattle[np.isin(cattle, loans)]
    return int(both[0] if len(both) else cattle[0])


def _loan_key(hh: str) -> str:
    return f"{hh}-D01"


def loans(township: Township) -> pd.DataFrame:
    """Return the loans: the cattle co-op's own, each household's microloan, and the one that a co-op uses.

    The principal of a microloan is the one whose yearly interest is the subsidy that the support rows show.
    """
    rules, known = economy(township)["loans"], township.spells_known
    hh, pooled = township.households["hh"].to_numpy(), pooled_household(township)
    rows: list[dict[str, Any]] = []
    for c in founded_coops(township):
        if "loan_yuan" in c:
            rows.append({"loan": f"贷-{c['short']}-01", "borrower_kind": "coop", "borrower": c["coop"], "hh": "",
                         "used_by": c["coop"], "fen": scaled_to(township, c["loan_yuan"]) * FEN_PER_YUAN,
                         "from_month": ordinal(c["founded"]), "rate_percent": rules["coop_rate"]})  # fmt: skip
    micro = known[known["measure"].eq("microloan") & known["taken"]].drop_duplicates("row")
    starts = dict(zip(micro["row"], micro["start"], strict=True))
    cattle = next((c for c in founded_coops(township) if c.get("measure") == "cattle_coop"), None)
    if cattle:
        starts.setdefault(pooled, ordinal(cattle["founded"]))
    early = random_stream(township.seed, "repaid early").random(len(hh)) < rules["repaid_early"]
    for row, start in sorted(starts.items()):
        rows.append({"loan": _loan_key(str(hh[row])), "borrower_kind": "household", "borrower": hh[row], "hh": hh[row],
                     "used_by": cattle["coop"] if cattle and row == pooled else "",
                     "fen": rules["household_yuan"] * FEN_PER_YUAN, "from_month": int(start),
                     "rate_percent": rules["household_rate"], "early": bool(early[row]) and row != pooled})  # fmt: skip
    frame = pd.DataFrame(rows)
    due = frame["from_month"] + rules["months"]
    # repaid early: after two years, so that what is repaid never runs ahead of the last month
    over = (due <= township.last) | (frame["early"].eq(True) & (frame["from_month"] + 24 <= township.last))
    return (
        frame.drop(columns="early")
        .assign(
            due_month=due,
            lender=rules["lender"],
            repaid_fen=np.where(over, frame["fen"], 0),
            status=np.where(over, "repaid", "running"),
        )
        .sort_values("loan", ignore_index=True)
    )


def paid_to_households(township: Township) -> pd.DataFrame:
    """Return what co-ops truly paid, whole yuan in fen: coop, month, account (wages, dividends), hh, fen.

    Of the months since the co-op was founded. Wages are those of turns and places and, where the co-op employs
    people in posts, of the posts.
    """
    parts = [_paid_by_measure(township, c) if "measure" in c else _paid_on_assets(township, c)
             for c in founded_coops(township)]  # fmt: skip
    keys = ["coop", "month", "account", "hh"]
    whole = pd.concat([pd.DataFrame(columns=[*keys, "fen"]), *[p for p in parts if len(p)]], ignore_index=True)
    summed: pd.DataFrame = whole.groupby(keys, sort=True)[["fen"]].sum().reset_index()
    return summed[summed["fen"] > 0].astype({"month": "int64", "fen": "int64"}).reset_index(drop=True)


def _paid_by_measure(township: Township, coop: dict[str, Any]) -> pd.DataFrame:
    w, spells = township.world, township.spells_known
    employed = [p.name for p in w.posts if p.employer == coop["coop"]]
    months = np.arange(ordinal(coop["founded"]), township.last + 1)
    parts = []
    for key in (coop["measure"], "micro_enterprise_post"):
        mine = spells["measure"].eq(key) & spells["taken"]
        rows = spells[mine & (spells["post"].isin(employed) | (key == coop["measure"]))]
        measure = w.measures[key]
        effect = true_effect(measure, township.households, township.seed, w)
        paid = [("wages", np.rint(effect), np.ones(len(months), dtype=bool))]
        if measure.dividend_yuan:
            luck = random_stream(township.seed, "dividend", list(w.measures).index(key))
            share = measure.dividend_yuan * luck.uniform(0.7, 1.3, len(township.households))
            paid.append(("dividends", np.floor(share), months % 12 == _DECEMBER))
        for account, yuan, when in paid:
            parts.append(_spread(township, rows, measure.delay, months[when], yuan).assign(account=account))
    return pd.concat(parts, ignore_index=True).assign(coop=coop["coop"])


def _spread(township: Township, spells: pd.DataFrame, delay: int, months: Ints, yuan: np.ndarray) -> pd.DataFrame:
    """Return one line a spell and month in which it runs."""
    row, start, end = (spells[c].to_numpy() for c in ("row", "start", "end"))
    here = township.truth.size[row][:, months - int(township.months[0])] > 0
    spell, month = np.nonzero(here & (months >= start[:, None] + delay) & (months < end[:, None]))
    hh = township.households["hh"].to_numpy()[row[spell]]
    fen = np.maximum(yuan[row[spell]], 0).astype(np.int64) * FEN_PER_YUAN
    return pd.DataFrame({"month": months[month], "hh": hh, "fen": fen})


def _paid_on_assets(township: Township, coop: dict[str, Any]) -> pd.DataFrame:
    stakes, founded = _asset_stakes(township, coop), ordinal(coop["founded"])
    row = stakes["hh"].map(dict(zip(township.households["hh"], range(len(township.households)), strict=True)))
    months = np.arange(founded, township.last + 1)
    parts = []
    for month in months[months % 12 == _DECEMBER]:
        owned = _property_of(township, int(month) - int(township.months[0]))[row.to_numpy(dtype=np.int64)]
        yuan = np.floor(economy(township)["dividend_of_property"] * owned).astype(np.int64)
        parts.append(pd.DataFrame({"month": month, "hh": stakes["hh"], "fen": yuan * FEN_PER_YUAN}))
    if not parts:
        return pd.DataFrame(columns=["month", "hh", "fen"])
    return pd.concat(parts, ignore_index=True).assign(account="dividends", coop=coop["coop"])


def coop_entries(township: Township) -> pd.DataFrame:
    """Return the double-entry accounts of the co-ops: coop, entry, line, month, account, hh, fen, memo.

    `fen` above zero is a debit; the lines of an entry sum to zero. Stakes and loans come in, sales and costs follow,
    wages and dividends are those of `paid_to_households`.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> lines = coop_entries(simulate(60, seed=3))
    >>> int(lines.groupby(["coop", "entry"])["fen"].sum().abs().max())
    0
    """
    stakes, paid, owed = coop_stakes(township), paid_to_households(township), loans(township)
    lines: list[_Line] = []
    for coop in founded_coops(township):
        mine = stakes[stakes["coop"].eq(coop["coop"])]
        for _, rows in mine.groupby("from_month"):
            # land is no cash: it stands as a cost carried forward would, in the reserve of the co-op
            what = "reserve" if coop.get("stake") == "land" else "cash"
            put_in = [("stakes", hh, -fen) for hh, fen in rows[["hh", "fen"]].to_numpy().tolist()]
            lines += _entry(coop, int(rows["from_month"].iloc[0]), "股金", put_in, what)
        for month, fen in owed.loc[owed["borrower"].eq(coop["coop"]), ["from_month", "fen"]].to_numpy().tolist():
            lines += _entry(coop, month, "贷款", [("loans", "", -fen)], "cash")
        drawn = paid[paid["coop"].eq(coop["coop"])]
        lines += _trade(township, coop, mine, drawn)
        for _, rows in drawn.groupby(["month", "account"]):
            month, what = int(rows["month"].iloc[0]), "工资" if rows["account"].iloc[0] == "wages" else "分红"
            lines += _entry(coop, month, what, rows[["account", "hh", "fen"]].to_numpy().tolist(), "cash")
    frame = pd.DataFrame(lines, columns=["coop", "entry", "line", "month", "account", "hh", "fen", "memo"])
    return frame.sort_values(["coop", "entry", "line"], ignore_index=True)


#: coop, entry, line, month, account, hh, fen, memo
_Line = tuple[str, str, int, int, str, str, int, str]


def _entry(coop: dict[str, Any], month: int, what: str, lines: list[Any], against: str) -> list[_Line]:
    """Return an entry: the lines given (account, hh, fen) and one line against them."""
    name = f"{coop['short']}-{Month.from_ordinal(month)}-{what}"
    whole = [*lines, (against, "", -sum(fen for *_, fen in lines))]
    return [
        (coop["coop"], name, n, month, account, hh, fen, what) for n, (account, hh, fen) in enumerate(whole, start=1)
    ]


def _trade(township: Township, coop: dict[str, Any], stakes: pd.DataFrame, drawn: pd.DataFrame) -> list[_Line]:
    """Return sales and costs, each `every` months; what is bought to begin with comes out of stakes and loan.

    Sales bring in what was drawn as wages and dividends besides, so that no co-op pays what it has not got.
    """
    founded = ordinal(coop["founded"])
    in_cash = stakes["from_month"].eq(founded) & stakes["kind"].ne("land")
    capital = int(stakes.loc[in_cash, "fen"].sum()) + scaled_to(township, coop.get("loan_yuan", 0)) * FEN_PER_YUAN
    made: list[_Line] = []
    bought = round(coop["opening_costs"] * capital / FEN_PER_YUAN) * FEN_PER_YUAN
    if bought:
        made += _entry(coop, founded, "购置", [("costs", "", bought)], "cash")
    for month in range(founded + coop["every"] - 1, township.last + 1, coop["every"]):
        luck = random_stream(township.seed, "trade", _number(township, coop), month).uniform(0.8, 1.2, 2)
        sales = round(scaled_to(township, coop["sales_yuan"]) * luck[0])
        costs = round(sales * coop["costs_share"] * luck[1])
        since = drawn["month"].gt(month - coop["every"]) & drawn["month"].le(month)
        sales += int(drawn.loc[since, "fen"].sum()) // FEN_PER_YUAN
        traded = [("sales", "", -sales * FEN_PER_YUAN), ("costs", "", costs * FEN_PER_YUAN)]
        made += _entry(coop, month, "经营", traded, "cash")
    return made
