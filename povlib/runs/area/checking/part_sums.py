"""Money, law, seats, floors and exits of a plan by parts, added up anew from the stored rows, part by part.

Nothing that adds up figures for the papers or rows for the proof is asked: what the choice of each household is billed
and uses is read from what was offered, and held against what the part, the plan and the papers say. Responsible for
these sums. Not responsible for making the rows again (`povlib.runs.area.checking.parts_again`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from povlib.errors import Fault
from povlib.exits.exit_sums import SUMS
from povlib.money import format_yuan
from povlib.params.villages.areas import VILLAGE, Areas
from povlib.runs.area.area_openings import opening_cost_fen
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.part_run import PartRun
from povlib.support.parts.rest_of_office import summed_up
from povlib.support.resources import full_capacities
from povlib.support.villages.openings import OpenedSeats
from povlib.vocabulary.resource_keys import rows_of_posts
from povlib.words import text

#: of persons: sums over draws are added in another order than when they were made
_RELATIVE, _PERSONS = 1e-9, 1e-6
#: begins the group of an area that a floor names, of whatever level; any other group begins with its level
_BY_NAME = "area"


@dataclass(frozen=True)
class PartSums:
    """What the plan gives one part, added up from its rows.

    Attributes
    ----------
    name : str
    households, posts : int
    money_fen, law_fen, short_fen : int
        New help; what the law owes and funds pay; what it owes and no fund has money for.
    law_by_fund, used : mapping
        Fen of each fund that the law's claims take; units of each resource that the chosen packages use.
    shares : tuple of (int, int)
        Of each floor: what its group receives, and what everybody does.
    expected : float
        Persons.
    """

    name: str
    households: int
    posts: int
    money_fen: int
    law_fen: int
    short_fen: int
    law_by_fund: Mapping[str, int]
    used: Mapping[str, int]
    shares: tuple[tuple[int, int], ...]
    expected: float

    @property
    def words(self) -> str:
        """What was found of the part, in words."""
        return text(
            "{part}: made again from the ledger and added up: {n} households, {posts} posts, new help {money}, owed by "
            "law and paid {law}, not covered {short}; {exits:.2f} persons expected to exit.",
            part=self.name, n=self.households, posts=self.posts, money=format_yuan(self.money_fen),
            law=format_yuan(self.law_fen), short=format_yuan(self.short_fen), exits=self.expected,
        )  # fmt: skip


def sums_of_part(part: PartRun) -> tuple[PartSums, list[Fault]]:
    """Return the sums of one part, and how they differ from what it says of itself."""
    made, offered = part.expected_exits, part.offer
    rows, chosen, owed = made.frames["households"], part.chosen["package"].to_numpy(np.int64), offered.entitlements
    billed = _amount_by(offered.bills, "cost_fen").reindex(chosen).fillna(0).to_numpy(np.int64)
    posts = _amount_by(rows_of_posts(offered.uses), "amount").reindex(chosen).fillna(0).to_numpy(np.int64)
    uses = offered.uses[offered.uses["package"].isin(chosen)]
    covered = owed["covered"].eq(True)
    shares = part.area.shares
    counted = [_counted(part, chosen, of, group) for of, group in zip(shares["of"], shares["group"], strict=True)]
    sums = PartSums(
        part.part.name, len(rows), int(posts.sum()), int(billed.sum()), int(owed.loc[covered, "cost_fen"].sum()),
        int(owed.loc[~covered, "cost_fen"].sum()), _as_counts(owed[covered], "fund", "cost_fen"),
        _as_counts(uses, "resource", "amount"), tuple(counted), float((rows["members"] * rows["p"]).sum()),
    )  # fmt: skip
    claims = {
        "package": np.array_equal(rows["package"], chosen),
        "money_fen": np.array_equal(rows["money_fen"], billed),
        "posts": np.array_equal(rows["posts"], posts),
        "measures": int(made.frames["measures"]["money_fen"].sum()) == sums.money_fen,
        "entitlement_fen": made.facts["entitlement_fen"] == sums.law_fen,
        "short_fen": made.facts["short_fen"] == sums.short_fen == int(offered.shortfall["short_fen"].sum()),
        "exits": _exits_agree(part, rows),
    }
    what = "the sums of this part's rows are not what it says ({name})"
    return sums, [Fault(what, part.part.name, values={"name": name}) for name, holds in claims.items() if not holds]


def office_faults(run: AreaRun, parts: list[PartSums]) -> list[Fault]:
    """Return what does not hold of the sums of all parts: money by fund, seats, floors, what the law took."""
    law, used = summed_up([part.law_by_fund for part in parts]), summed_up([part.used for part in parts])
    claimed = run.taken
    faults, paid = [], run.paid_by_fund
    for key, fund in run.catalogue.funds.items():
        if law.get(key, 0) != claimed.get(key, 0):
            faults.append(Fault("what the law takes of this fund is not the sum of its parts", key))
        if paid.get(key, 0) + law.get(key, 0) > fund.amount_fen:
            faults.append(Fault("this fund pays more than it holds", key))
    if sum(paid.values()) != sum(part.money_fen for part in parts) + opening_cost_fen(run):
        faults.append(Fault("what the funds pay is not the sum of the parts", "paid"))
    told, there = run.plan.used.set_index("row")["used"], _seats(run, claimed)
    for key, amount in sorted(used.items()):
        if amount > there.get(key, amount) or (key in told.index and int(told[key]) != amount):
            faults.append(Fault("what is taken of this is not the sum of the parts, or more than there is", key))
    for at, rule in enumerate(run.shares.itertuples(index=False)):
        inside, total = (sum(part.shares[at][side] for part in parts) for side in (0, 1))
        if inside < Fraction(str(rule.at_least)) * total:
            faults.append(Fault("{name}: {inside} of {total}, less than the share", "shares",
                                values={"name": rule.share, "inside": inside, "total": total}))  # fmt: skip
    return faults


def _seats(run: AreaRun, taken: Mapping[str, int]) -> dict[str, int]:
    """Return what there is of posts, places and weeks, with what is opened and without what the law takes."""
    there = {name: amount - taken.get(name, 0) for name, amount in full_capacities(run.catalogue).items()}
    ways = OpenedSeats(run.catalogue).table()
    opened = ways[ways["level"].eq(ways["facility"].map(run.plan.opened))]
    for key, added in opened.groupby("resource")["added"].sum().items():
        there[str(key)] = there.get(str(key), 0) + int(added)
    floors = {str(row) for row in run.plan.used.loc[run.plan.used["sense"] == ">=", "row"]}
    return {key: amount for key, amount in there.items() if key not in floors}


def _counted(part: PartRun, chosen: np.ndarray, of: str, group: str) -> tuple[int, int]:
    """Return what the households of a group receive of what a floor counts, and what all do."""
    offered, groups = part.offer, part.groups
    if of == "money":
        amounts = _amount_by(offered.bills, "cost_fen")
    else:
        kinds = offered.resources.set_index("resource")
        counts = kinds.index[(kinds["kind"] == of) | (kinds.index == of)]
        amounts = _amount_by(offered.uses[offered.uses["resource"].isin(counts)], "amount")
    received = amounts.reindex(chosen).fillna(0).to_numpy(np.int64)
    if group in groups:
        members = groups.set_index("hh")[group]
    else:
        village = groups.set_index("hh")["village"].astype(object)
        members = village.isin([own for own in village.unique() if _lies_in(part.catalogue.areas, str(own), group)])
    inside = members.reindex(part.chosen["hh"]).fillna(value=False).to_numpy(bool)
    return int(received[inside].sum()), int(received.sum())


def _lies_in(areas: Areas, village: str, group: str) -> bool:
    """Return whether a village belongs to a group of areas: "village A", "township B", "county C", "area D".

    Read from the list of villages and not from the columns that the plan was made with, which are what is checked.
    """
    kind, _, name = group.partition(" ")
    if kind == VILLAGE:
        return village == name
    if kind == _BY_NAME:
        return village in (areas.villages_of(name) or ())
    return areas.of_village.get(village, {}).get(kind) == name


def _exits_agree(part: PartRun, rows: pd.DataFrame) -> bool:
    """Return whether the sums by village are those of the households, and their draws have these means."""
    made = part.expected_exits
    villages = pd.Index(made.facts["areas"])
    by = rows.groupby("village")[["expected", "additional"]].sum().reindex(villages).fillna(0.0)
    told = {name: made.arrays[name] for name in SUMS}
    pairs = [
        (rows["expected"], rows["members"] * rows["p"]),
        (rows["additional"], rows["members"] * (rows["p"] - rows["p0"])),
        (by["expected"], told["persons"]), (by["additional"], told["additional"]),
        (told["persons"], told["given"].mean(axis=1)), (told["additional"], told["gain"].mean(axis=1)),
    ]  # fmt: skip
    return all(np.allclose(np.asarray(one), np.asarray(other), rtol=_RELATIVE, atol=_PERSONS) for one, other in pairs)


def _amount_by(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return the sum of a column for each package."""
    return rows.groupby("package")[column].sum()


def _as_counts(rows: pd.DataFrame, by: str, column: str) -> dict[str, int]:
    return {str(key): int(amount) for key, amount in rows.groupby(by)[column].sum().items()}
