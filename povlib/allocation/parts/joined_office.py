"""What the parts of an office have in common: rows united by key, funds, kept shares, shares.

Rows and funds that several parts name, or that the office's own tables name, are the *office's*; the others belong to
one part. Responsible for uniting them, for their amounts, and for refusing what contradicts itself. Keys stand here
and nowhere in the loops. Not responsible for packages (`compact_parts`) nor for any search.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from povlib.allocation.parts.opening_part import OpeningPart, opening_part
from povlib.allocation.parts.part_files import Part
from povlib.allocation.problem.bundled_funds import NO_LIMIT
from povlib.allocation.problem.problem_tables import exact_fraction
from povlib.allocation.problem.table_checks import FaultList, has_columns, whole_numbers
from povlib.arrays import Bools, Ints
from povlib.vocabulary.resource_keys import outside_kept_share, share_key

#: funds of an office: each is a column of every bill, so that 256 take 10 MB for the 5,000 kinds of bills of a part;
#: enough for four of a prefecture and one of each of 250 townships
MOST_FUNDS = 256


@dataclass(frozen=True, eq=False)
class OfficeTables:
    """Tables that speak of the whole office; what a part knows of the same rows is overruled.

    Attributes
    ----------
    resources : DataFrame, optional
        resource, capacity; optional kind, village, sense, unit, household_ceiling_fen, names: amounts of the rows and
        funds that count for the whole office. Columns left out are as the parts know them.
    keeps, shares, facilities : DataFrame, optional
        As `povlib.allocation.Problem.from_tables` takes them; a group is a true/false column that every part has, and
        what may be opened may open rows of any part.
    """

    resources: pd.DataFrame | None = None
    keeps: pd.DataFrame | None = None
    shares: pd.DataFrame | None = None
    facilities: pd.DataFrame | None = None


@dataclass(frozen=True)
class ShareRule:
    """At least `share` of what is used of `of` goes to `group`."""

    name: str
    of: str
    group: str
    share: Fraction


@dataclass(frozen=True, eq=False)
class JoinedOffice:
    """The rules of a whole office.

    Attributes
    ----------
    parts : tuple of Part
        In the order of their first household's key; what may be opened, if anything, is the last one.
    opened_in : tuple of int
        For each facility, the part of households that most of its rows belong to.
    rows : DataFrame
        row, kind, village, sense, unit, capacity, part (-1: the office's), sorted by key; funds that pay are no rows.
    row_of : tuple of int64 arrays
        For each part, the row of each of its resources (-1: a fund that pays).
    fund_of : tuple of int64 arrays
        For each part, the fund of each of its resources (-1: a row).
    funds : tuple of str
    budget, child, ceiling : int64 (F,)
        As in `povlib.allocation.problem.bundled_funds.BundledFunds`.
    kept : tuple of bool arrays (measures, F)
        For each part, the measures that belong to the class a fund keeps a share for.
    shares : tuple of ShareRule
    """

    parts: tuple[Part, ...]
    rows: pd.DataFrame
    row_of: tuple[Ints, ...]
    fund_of: tuple[Ints, ...]
    funds: tuple[str, ...]
    budget: Ints
    child: Ints
    ceiling: Ints
    kept: tuple[Bools, ...]
    shares: tuple[ShareRule, ...]
    opened_in: tuple[int, ...] = ()
    plain: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of the joined problem: the parts' own digests, and every rule of the office."""
        said = json.dumps([[part.digest for part in self.parts], self.plain], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def openings(self) -> OpeningPart | None:
        """What may be opened."""
        last = self.parts[-1]
        return last if isinstance(last, OpeningPart) else None

    @property
    def homes(self) -> tuple[Part, ...]:
        """The parts of households."""
        return self.parts if self.openings is None else self.parts[:-1]

    @property
    def households(self) -> int:
        """Households of all parts."""
        return sum(part.households for part in self.homes)

    @property
    def packages(self) -> int:
        """Packages of all households."""
        return sum(part.packages for part in self.homes)

    @property
    def has_child(self) -> Bools:
        """Funds of which a share is kept for a class of measures."""
        return np.asarray(self.child < self.budget)

    @property
    def names(self) -> list[str]:
        """Every name that may have a price: rows, shares, funds, then children of funds that keep a share."""
        children = [outside_kept_share(f) for f, child in zip(self.funds, self.has_child, strict=True) if child]
        return [*self.rows["row"], *(share_key(rule.name) for rule in self.shares), *self.funds, *children]

    def counted_by(self, rule: ShareRule, at: int) -> Bools:
        """Return which resources of a part a share counts (none where it counts money)."""
        resources = self.parts[at].resources
        row = self.row_of[at]
        known = self.rows.iloc[np.maximum(row, 0)] if len(self.rows) else self.rows.reindex(np.maximum(row, 0))
        counted = (resources["resource"] == rule.of).to_numpy() | (known["kind"] == rule.of).to_numpy()
        return np.asarray(counted & (row >= 0) & (known["sense"] == "<=").to_numpy())


def join_parts(folders: Sequence[Path | str], office: OfficeTables | None = None) -> JoinedOffice:
    """Return the rules of the office whose parts lie in some folders.

    Raises
    ------
    ProblemError
        With every fault: no parts, households in two parts, rows that parts know differently, unknown keys.
    """
    office = office or OfficeTables()
    faults = FaultList()
    parts = tuple(sorted((Part.open(folder) for folder in folders), key=lambda part: str(part.column("hh")[0])))
    if not parts:
        faults.add("there are no households", "parts")
    _check_households(faults, parts)
    known = _united_resources(faults, parts, office.resources)
    faults.raise_if_any()
    homes, openings = parts, opening_part(faults, office.facilities, known)
    faults.raise_if_any()
    if openings is not None:
        opened_in, known = _places_of_openings(openings, homes, known)
        parts = (*homes, openings)
    else:
        opened_in = ()
    paying = sorted({known["resource"].iloc[f] for p in parts for f in _funds_paying(p, known)})
    is_fund = known["resource"].isin(paying).to_numpy()
    _check_counted_twice(faults, parts, set(paying))
    rows = known[~is_fund].reset_index(drop=True).rename(columns={"resource": "row"})
    fund = known[is_fund].set_index("resource").loc[paying]
    budget = fund["capacity"].to_numpy(np.int64)
    keeps = _keeps(faults, office.keeps, known)
    shares = _shares(faults, office.shares, known, homes)
    if len(paying) > MOST_FUNDS:
        faults.add(
            "{n} funds are too many for one plan: at most {most}", "payers", n=len(paying), most=MOST_FUNDS,
            remedy="join funds of single villages to one a township",
        )  # fmt: skip
    faults.raise_if_any()
    child = np.array([_child_budget(int(b), keeps.get(f)) for f, b in zip(paying, budget, strict=True)], dtype=np.int64)
    row_index, fund_index = pd.Index(rows["row"].to_numpy(object)), pd.Index(np.array(paying, dtype=object))
    key = [pd.Index(part.resources["resource"].to_numpy(object)) for part in parts]
    kept = tuple(_kept_measures(part, paying, keeps, child < budget) for part in parts)
    limit = [NO_LIMIT if c is None or c != c else int(c) for c in fund["ceiling"]]
    plain = {
        "rows": [[str(v) for v in row] for row in rows.drop(columns="names").itertuples(index=False)],
        "funds": [paying, budget.tolist(), child.tolist(), [int(c) for c in limit]],
        "keeps": {f: sorted(measures) for f, (_, measures) in keeps.items()},
        "shares": [[r.name, r.of, r.group, str(r.share)] for r in shares],
    }
    return JoinedOffice(
        parts=parts, rows=rows,
        row_of=tuple(row_index.get_indexer(k).astype(np.int64) for k in key),
        fund_of=tuple(fund_index.get_indexer(k).astype(np.int64) for k in key),
        funds=tuple(paying), budget=budget, child=child, ceiling=np.array(limit, dtype=np.int64),
        kept=kept, shares=shares, opened_in=opened_in, plain=plain,
    )  # fmt: skip


def _places_of_openings(
    openings: OpeningPart, homes: Sequence[Part], known: pd.DataFrame
) -> tuple[tuple[int, ...], pd.DataFrame]:
    """Return for each facility the part that knows most of its rows, and the rows with the part that uses them alone.

    A workshop of one village is then decided with the households of its part, at prices of that part's own.
    """
    row, keys = openings.numbers("use.resource"), openings.resources["resource"].to_numpy(object)
    group = np.searchsorted(openings.numbers("start"), openings.numbers("use.package"), side="right") - 1
    uses = np.zeros((len(homes), len(keys)), dtype=bool)
    for at, part in enumerate(homes):
        uses[at] = pd.Index(keys).isin(part.resources["resource"])
    opened_in = []
    for facility in range(openings.households):
        own = np.unique(row[group == facility])
        opened_in.append(int(np.argmax(uses[:, own].sum(axis=1))))
    uses[np.array(opened_in)[group], row] = True
    alone = np.where(uses.sum(axis=0) == 1, uses.argmax(axis=0), -1)
    part_of = dict(zip(keys[np.unique(row)], alone[np.unique(row)].tolist(), strict=True))
    return tuple(opened_in), known.assign(
        part=[part_of.get(key, at) for key, at in zip(known["resource"], known["part"], strict=True)]
    )


def _check_households(faults: FaultList, parts: Sequence[Part]) -> None:
    """Record households that stand in two parts; keys of a part are sorted, so that ranges tell most of it."""
    ends = [(str(part.column("hh")[0]), str(part.column("hh")[-1])) for part in parts]
    if all(one[1] < other[0] for one, other in pairwise(ends)):
        return
    keys = np.sort(np.concatenate([np.asarray(part.column("hh")) for part in parts]))
    faults.add_keys("{n} households stand in several parts: {keys}", "parts", keys[1:][keys[1:] == keys[:-1]])


_TEXTS = ("kind", "village", "sense", "unit")


def _united_resources(faults: FaultList, parts: Sequence[Part], given: pd.DataFrame | None) -> pd.DataFrame:
    """Return every row and fund once: resource, kind, village, sense, unit, capacity, ceiling, names, part."""
    frames = [part.resources.assign(part=at) for at, part in enumerate(parts)]
    every = pd.concat(frames, ignore_index=True)
    first = every.drop_duplicates("resource").set_index("resource")
    several = every.loc[every["resource"].duplicated(keep=False)]
    first.loc[first.index.isin(several["resource"]), "part"] = -1
    overruled: set[str] = set()
    if given is not None and has_columns(faults, given, "resources", ("resource", "capacity")):
        overruled = set(given["resource"].astype(str))
        first = _with_given(faults, first, given)
    told = several[~several["resource"].isin(overruled)]
    for column in ("capacity", "ceiling", *_TEXTS[:3:2]):
        differ = told.groupby("resource")[column].nunique(dropna=False)
        faults.add_keys(
            "{n} rows have other amounts in other parts: {keys}", f"resources.{column}", differ.index[differ > 1],
            remedy="give them in the office's own table",
        )  # fmt: skip
    return first.reset_index().sort_values("resource", ignore_index=True)


def _with_given(faults: FaultList, first: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the office's own amounts in place of what parts know; rows no part has are added."""
    key = given["resource"].astype(str).to_numpy(object)
    floor = given["sense"].eq(">=").to_numpy() if "sense" in given else np.zeros(len(given), dtype=bool)
    asked = pd.to_numeric(given["capacity"], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    # uses are whole numbers, so the whole part of a capacity is the same rule
    amount = whole_numbers(faults, np.where(floor, np.ceil(asked), np.floor(asked)), "resources.capacity", key, least=0)
    new = pd.DataFrame({"capacity": amount}, index=pd.Index(key, name="resource"))
    for column in (*_TEXTS, "names"):
        if column in given:
            new[column] = [None if not isinstance(v, dict) and pd.isna(v) else v for v in given[column]]
    if "household_ceiling_fen" in given:
        new["ceiling"] = pd.to_numeric(given["household_ceiling_fen"]).to_numpy(np.float64, na_value=np.nan)
    faults.add_keys("{n} keys occur more than once: {keys}", "resources", new.index[new.index.duplicated()])
    new = new[~new.index.duplicated()]
    lost = new.index.difference(first.index)
    plain = pd.DataFrame({"kind": "resource", "village": None, "sense": "<=", "unit": "", "part": -1}, index=lost)
    joined = pd.concat([first, plain.reindex(columns=first.columns)]) if len(lost) else first.copy()
    at = joined.index.get_indexer(new.index)
    for changed in map(str, new):
        values = joined[changed].to_numpy(object).copy()
        values[at] = new[changed].to_numpy(object)
        joined[changed] = values
    return joined.astype({"capacity": np.int64, "part": np.int64})


def _funds_paying(part: Part, known: pd.DataFrame) -> list[int]:
    """Return places among the known resources of the funds that pay bills of a part."""
    own = np.unique(np.asarray(part.column("payer.fund")))
    keys = part.resources["resource"].to_numpy(object)[own]
    return list(map(int, pd.Index(known["resource"]).get_indexer(pd.Index(keys))))


def _check_counted_twice(faults: FaultList, parts: Sequence[Part], paying: set[str]) -> None:
    """Record funds that pay bills in one part and are used like a row in another."""
    twice: set[str] = set()
    for part in parts:
        used = part.resources["resource"].to_numpy(object)[np.unique(np.asarray(part.column("use.resource")))]
        twice |= paying & set(used)
    faults.add_keys("{n} funds are counted twice, in uses and in payers: {keys}", "uses.resource", twice)


def _keeps(faults: FaultList, keeps: pd.DataFrame | None, known: pd.DataFrame) -> dict[str, tuple[Fraction, set[str]]]:
    """Return the share that each fund keeps and the measures it keeps it for."""
    if keeps is None or not len(keeps) or not has_columns(faults, keeps, "keeps", ("fund", "measure", "share")):
        return {}
    value = pd.to_numeric(keeps["share"], errors="coerce")
    faults.add_keys("{n} shares are not between 0 and 1: {keys}", "keeps.share", keeps["share"][~value.between(0, 1)])
    several = keeps.groupby("fund")["share"].nunique()
    faults.add_keys("{n} funds keep more than one share: {keys}", "keeps.share", several.index[several > 1])
    lost = keeps["fund"][~keeps["fund"].isin(known["resource"])]
    faults.add_keys("{n} keys are not in the table {table}: {keys}", "keeps.fund", lost, table="resources")
    if faults.entries:
        return {}
    return {
        str(fund): (exact_fraction(own["share"].iloc[0]), set(own["measure"].astype(str)))
        for fund, own in keeps.groupby("fund")
    }


def _child_budget(budget: int, rule: tuple[Fraction, set[str]] | None) -> int:
    """Return what a fund may pay outside the share it keeps, rounded down: the kept part is never a fen less."""
    if rule is None:
        return budget
    share = rule[0]
    return budget * (share.denominator - share.numerator) // share.denominator


def _kept_measures(
    part: Part, funds: list[str], keeps: dict[str, tuple[Fraction, set[str]]], has_child: Bools
) -> Bools:
    """Return which measures of a part each fund keeps its share for; all where it keeps none."""
    kept = np.ones((len(part.measures), len(funds)), dtype=bool)
    for f, fund in enumerate(funds):
        if has_child[f]:
            kept[:, f] = [measure in keeps[fund][1] for measure in part.measures]
    return kept


def _shares(
    faults: FaultList, shares: pd.DataFrame | None, known: pd.DataFrame, parts: Sequence[Part]
) -> tuple[ShareRule, ...]:
    """Return the rules about shares, sorted by name."""
    needed = ("share", "of", "group", "at_least")
    if shares is None or not len(shares) or not has_columns(faults, shares, "shares", needed):
        return ()
    value = pd.to_numeric(shares["at_least"], errors="coerce")
    faults.add_keys(
        "{n} shares are not between 0 and 1: {keys}", "shares.at_least", shares["at_least"][~value.between(0, 1)]
    )
    faults.add_keys("{n} keys occur more than once: {keys}", "shares", shares["share"][shares["share"].duplicated()])
    kinds = {"money", *known["kind"].dropna(), *known["resource"]}
    faults.add_keys(
        "{n} keys are not in the table {table}: {keys}", "shares.of", shares["of"][~shares["of"].isin(kinds)],
        table="resources",
    )  # fmt: skip
    missing = sorted({str(g) for g in shares["group"] for part in parts if str(g) not in part.groups})
    faults.add_keys("{n} groups are no column of households: {keys}", "shares.group", missing)
    if faults.entries:
        return ()
    rules = [
        ShareRule(str(row["share"]), str(row["of"]), str(row["group"]), exact_fraction(row["at_least"]))
        for row in shares.to_dict("records")
    ]
    return tuple(sorted(rules, key=lambda rule: rule.name))
