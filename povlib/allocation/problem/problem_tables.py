"""The tables of an allocation problem, checked.

Responsible for the columns each table must have, their meaning and their faults; nothing is
repaired silently. Not responsible for turning them into rows and coefficients
(`povlib.allocation.problem.integer_rows`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.table_checks import (
    FaultList,
    check_known_keys,
    check_places,
    check_unique_keys,
    has_columns,
    key_places,
    micro_persons,
    whole_numbers,
)

PINS = ("approved", "refused", "by_hand")
SENSES = ("<=", ">=")

REQUIRED_COLUMNS: dict[str, tuple[str, ...]] = {
    "packages": ("package", "hh"),
    "uses": ("package", "resource", "amount"),
    "resources": ("resource", "capacity"),
    "households": ("hh",),
    "bills": ("package", "measure", "cost_fen"),
    "payers": ("package", "measure", "fund", "ceiling_fen"),
    "keeps": ("fund", "measure", "share"),
    "shares": ("share", "of", "group", "at_least"),
    "pins": ("hh", "package", "pin"),
    "facilities": ("facility", "resource", "added", "opening_fen", "fund"),
    "previous": ("hh", "package"),
}
KEY_COLUMNS: dict[str, tuple[str, ...]] = {
    "packages": ("package",),
    "resources": ("resource",),
    "households": ("hh",),
    "bills": ("package", "measure"),
    "payers": ("package", "measure", "fund"),
    "keeps": ("fund", "measure"),
    "shares": ("share",),
    "previous": ("hh",),
}


@dataclass(frozen=True, eq=False)
class ProblemTables:
    """The checked tables, sorted by their keys; absent ones are empty.

    Attributes
    ----------
    packages : package, hh, one column per objective; optional k (0 = nothing new)
    uses : package, resource, amount (whole; several rows of a package add up)
    resources : resource, capacity (whole), kind, village, sense, unit, household_ceiling_fen, names
    households : hh, village, members, and group columns
    bills : package, measure, cost_fen
    payers : package, measure, fund, ceiling_fen
    keeps : fund, measure, share: this share of the fund's amount may pay only the measures listed
    shares : share, of ("money", a kind of resource or a resource), group (a true/false column of
        households), at_least (0-1), names; openings of facilities belong to no household and do not count
    pins : hh, package, pin (approved, refused, by_hand)
    facilities : facility, level, resource, added, opening_fen, fund ("+" joins several)
    previous : hh, package (the last plan, for stability)
    place : where the keys of a column stand in the table they name, by "table.column"
    """

    packages: pd.DataFrame
    uses: pd.DataFrame
    resources: pd.DataFrame
    households: pd.DataFrame
    bills: pd.DataFrame
    payers: pd.DataFrame
    keeps: pd.DataFrame
    shares: pd.DataFrame
    pins: pd.DataFrame
    facilities: pd.DataFrame
    previous: pd.DataFrame
    place: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict)

    @property
    def funds(self) -> list[str]:
        """Funds that pay bills, in order of their keys."""
        paying = set(self.payers["fund"].unique()) | {
            fund for funds in self.facilities["fund"] for fund in str(funds).split("+")
        }
        return sorted(paying & set(self.resources["resource"]))


def checked_tables(given: dict[str, pd.DataFrame | None], objectives: list[str]) -> ProblemTables:
    """Check the tables and return them in canonical form.

    Raises
    ------
    ProblemError
        With every fault of every table, by table, column and key.
    """
    faults = FaultList()
    frames: dict[str, pd.DataFrame] = {}
    for name, needed in REQUIRED_COLUMNS.items():
        frame = given.get(name)
        frame = pd.DataFrame({column: [] for column in needed}) if frame is None else frame.copy()
        wanted = (*needed, *objectives) if name == "packages" else needed
        if has_columns(faults, frame, name, wanted):
            frame = _keys_as_text(frame)
            if name in KEY_COLUMNS:
                check_unique_keys(faults, frame, name, KEY_COLUMNS[name])
        frames[name] = frame
    faults.raise_if_any()
    tables = _with_optional_columns(ProblemTables(**frames, place={}))
    _check_keys(faults, tables)
    tables = _in_whole_numbers(faults, tables, objectives)
    _check_rules(faults, tables)
    faults.raise_if_any()
    return tables


def with_other_pins(tables: ProblemTables, pins: pd.DataFrame) -> ProblemTables:
    """Return checked tables with other pins in place of their own.

    Raises
    ------
    ProblemError
        With every fault of the pins.
    """
    faults = FaultList()
    if has_columns(faults, pins, "pins", REQUIRED_COLUMNS["pins"]):
        pins = _keys_as_text(pins.copy()).sort_values(["hh", "package", "pin"], ignore_index=True)
    faults.raise_if_any()
    tables = replace(tables, pins=pins)
    _check_pin_keys(faults, tables)
    _check_pin_words(faults, tables)
    faults.raise_if_any()
    return tables


_TEXT_COLUMNS = (
    "package",
    "hh",
    "resource",
    "measure",
    "fund",
    "share",
    "of",
    "group",
    "pin",
    "facility",
    "village",
    "kind",
)


def _keys_as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Keys as plain text, whatever they came as; missing stays missing."""
    for column in frame.columns.intersection(list(_TEXT_COLUMNS)):
        if column == "share" and "fund" in frame.columns:
            continue
        if not isinstance(frame[column].dtype, pd.StringDtype):
            code, kinds = pd.factorize(frame[column].to_numpy(object), use_na_sentinel=True)
            frame[column] = np.array([*map(str, kinds), None], dtype=object)[code]
    return frame


def _with_optional_columns(tables: ProblemTables) -> ProblemTables:
    """Fill optional columns and sort by key; `row` keeps the place a package was given in."""
    households = tables.households.assign(
        village=tables.households.get("village", ""), members=tables.households.get("members", 1)
    ).sort_values("hh", ignore_index=True)
    packages = _sort_packages(tables.packages.assign(row=np.arange(len(tables.packages))), households)
    resources = tables.resources
    optional: dict[str, str | None] = {"sense": "<=", "village": None, "unit": "", "names": None, "kind": "resource"}
    for column, value in optional.items():
        if column not in resources:
            resources = resources.assign(
                **{column: pd.Series([value] * len(resources), index=resources.index, dtype=object)}
            )
    if "household_ceiling_fen" not in resources:
        resources = resources.assign(household_ceiling_fen=np.nan)
    facilities = tables.facilities
    if "level" not in facilities:
        facilities = facilities.assign(level=1)
    tables = replace(
        tables,
        households=households,
        packages=packages,
        resources=resources.sort_values("resource", ignore_index=True),
        keeps=tables.keeps.sort_values(["fund", "measure"], ignore_index=True),
        shares=tables.shares.sort_values("share", ignore_index=True),
        pins=tables.pins.sort_values(["hh", "package", "pin"], ignore_index=True),
        facilities=facilities.sort_values(["facility", "level", "resource"], ignore_index=True),
        previous=tables.previous.sort_values("hh", ignore_index=True),
    )
    return _look_up_keys(tables)


def _sort_packages(packages: pd.DataFrame, households: pd.DataFrame) -> pd.DataFrame:
    """Sort packages by household, k and key."""
    by = ["hh", "k", "package"] if "k" in packages else ["hh", "package"]
    hh = key_places(packages["hh"], pd.Index(households["hh"].to_numpy(object)))
    if "k" in packages and pd.api.types.is_numeric_dtype(packages["k"]):
        k = packages["k"].to_numpy(np.float64, na_value=np.nan)
        # a county's tables come sorted: looking costs far less than sorting millions of texts again
        if bool(((np.diff(hh) > 0) | ((np.diff(hh) == 0) & (np.diff(k) > 0))).all()) and (hh >= 0).all():
            return packages.reset_index(drop=True)
    return packages.sort_values(by, ignore_index=True)


def _look_up_keys(tables: ProblemTables) -> ProblemTables:
    """Look up the keys of the long tables once, and sort these tables by what they name."""
    package = pd.Index(tables.packages["package"].to_numpy(object))
    resource = pd.Index(tables.resources["resource"].to_numpy(object))
    household = pd.Index(tables.households["hh"].to_numpy(object))
    measure = pd.Index(np.array(sorted(_measure_keys(tables.bills) | _measure_keys(tables.payers)), dtype=object))
    keys_of = {"package": package, "resource": resource, "fund": resource, "measure": measure}
    place = {"packages.hh": key_places(tables.packages["hh"], household)}
    frames = {}
    for name in ("uses", "bills", "payers"):
        frame = getattr(tables, name)
        keys = [column for column in ("package", "resource", "measure", "fund") if column in frame]
        places = [
            key_places(frame[column], keys_of[column]) if package.is_unique else _no_places(frame) for column in keys
        ]
        order = _sort_order(places)
        frames[name] = frame.reset_index(drop=True) if order is None else frame.iloc[order].reset_index(drop=True)
        for column, at in zip(keys, places, strict=True):
            place[f"{name}.{column}"] = at if order is None else at[order]
    return replace(tables, place=place, **frames)


def _measure_keys(frame: pd.DataFrame) -> set[str]:
    """Return the measures that a table of bills or payers names."""
    return set(frame["measure"].dropna().unique())


def _no_places(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return a place for every row where the keys they name are not unique and so have none."""
    return np.zeros(len(frame), dtype=np.int64)


def _sort_order(keys: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64] | None:
    """Return the order by several keys, the first counting most; None where they are in order already."""
    sorted_so_far = np.ones(max(len(keys[0]) - 1, 0), dtype=bool)
    tied = sorted_so_far.copy()
    for key in keys:
        step = np.diff(key)
        sorted_so_far &= ~tied | (step >= 0)
        tied &= step == 0
    return None if sorted_so_far.all() else np.lexsort(keys[::-1])


def _check_keys(faults: FaultList, tables: ProblemTables) -> None:
    """Record keys that name nothing in the table they point to, households without a package, double counting."""
    resources = tables.resources["resource"]
    households = tables.households["hh"]
    place = tables.place
    check_places(faults, place["packages.hh"], tables.packages["hh"], "packages", "households")
    for name in ("uses", "bills", "payers"):
        check_places(faults, place[f"{name}.package"], getattr(tables, name)["package"], name, "packages")
    check_places(faults, place["uses.resource"], tables.uses["resource"], "uses", "resources")
    check_places(faults, place["payers.fund"], tables.payers["fund"], "payers", "resources")
    check_known_keys(faults, tables.keeps["fund"], "keeps", resources, "resources")
    check_known_keys(faults, tables.facilities["resource"], "facilities", resources, "resources")
    fund = tables.facilities["fund"].astype(str).str.split("+").explode()
    check_known_keys(
        faults, fund[tables.facilities["opening_fen"].reindex(fund.index) != 0], "facilities", resources, "resources"
    )
    _check_pin_keys(faults, tables)
    own = place["packages.hh"]
    without = np.bincount(own[own >= 0], minlength=len(households)) == 0
    faults.add_keys(
        "{n} households have no package: {keys}",
        "households",
        households[without],
        remedy="give each at least package 0",
    )
    twice = sorted(set(tables.uses["resource"].unique()) & set(tables.payers["fund"].unique()))
    faults.add_keys("{n} funds are counted twice, in uses and in payers: {keys}", "uses.resource", twice)
    lost = ~np.isin(bill_keys(tables, "payers"), bill_keys(tables, "bills"))
    if lost.any():
        paid = tables.payers.loc[lost, ["package", "measure"]].itertuples(index=False)
        faults.add_keys("{n} payers have no bill: {keys}", "payers", ["+".join(map(str, key)) for key in paid])


def bill_keys(tables: ProblemTables, name: str) -> npt.NDArray[np.int64]:
    """Return a number for each pair of package and measure in `bills` or `payers`."""
    measures = max((int(tables.place[f"{t}.measure"].max(initial=0)) for t in ("bills", "payers")), default=0) + 2
    return tables.place[f"{name}.package"] * measures + tables.place[f"{name}.measure"] + 1


def _in_whole_numbers(faults: FaultList, tables: ProblemTables, objectives: list[str]) -> ProblemTables:
    """Return the tables with amounts as whole numbers; record those that are none."""
    uses, bills, payers, resources = tables.uses, tables.bills, tables.payers, tables.resources
    facilities, packages, households = tables.facilities, tables.packages, tables.households
    for name in objectives:
        micro_persons(faults, packages[name], f"packages.{name}", packages["package"])
    ceiling = resources["household_ceiling_fen"]
    has = ceiling.notna()
    whole_numbers(faults, ceiling[has], "resources.household_ceiling_fen", resources.loc[has, "resource"], least=0)
    floor = (resources["sense"] == ">=").to_numpy()
    capacity = pd.to_numeric(resources["capacity"], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    # uses are whole numbers, so the whole part of a capacity is the same rule
    capacity = np.where(floor, np.ceil(capacity), np.floor(capacity))
    return replace(
        tables,
        uses=uses.assign(amount=whole_numbers(faults, uses["amount"], "uses.amount", uses["package"])),
        bills=bills.assign(
            cost_fen=whole_numbers(faults, bills["cost_fen"], "bills.cost_fen", bills["package"], least=0)
        ),
        payers=payers.assign(
            ceiling_fen=whole_numbers(faults, payers["ceiling_fen"], "payers.ceiling_fen", payers["package"], least=0)
        ),
        resources=resources.assign(
            capacity=whole_numbers(faults, capacity, "resources.capacity", resources["resource"], least=0)
        ),
        facilities=facilities.assign(
            added=whole_numbers(faults, facilities["added"], "facilities.added", facilities["facility"]),
            opening_fen=whole_numbers(
                faults, facilities["opening_fen"], "facilities.opening_fen", facilities["facility"], least=0
            ),
        ),
        households=households.assign(
            members=whole_numbers(faults, households["members"], "households.members", households["hh"], least=0)
        ),
    )


def _check_rules(faults: FaultList, tables: ProblemTables) -> None:
    """Record senses, pins and shares that mean nothing."""
    sense = tables.resources["sense"]
    faults.add_keys("{n} senses are unknown: {keys}", "resources.sense", sense[~sense.isin(SENSES)], allowed="<=, >=")
    _check_pin_words(faults, tables)
    _check_shares(faults, tables)
    for name, column in (("keeps", "share"), ("shares", "at_least")):
        value = pd.to_numeric(getattr(tables, name)[column], errors="coerce")
        bad = ~((value >= 0) & (value <= 1))
        faults.add_keys(
            "{n} shares are not between 0 and 1: {keys}", f"{name}.{column}", getattr(tables, name)[column][bad]
        )
    several = tables.keeps.groupby("fund")["share"].nunique()
    faults.add_keys("{n} funds keep more than one share: {keys}", "keeps.share", several.index[several > 1])


def _check_pin_keys(faults: FaultList, tables: ProblemTables) -> None:
    """Record pins of households and packages that there are not."""
    check_known_keys(faults, tables.pins["hh"], "pins", tables.households["hh"], "households")
    check_known_keys(faults, tables.pins["package"].dropna(), "pins", tables.packages["package"], "packages")


def _check_pin_words(faults: FaultList, tables: ProblemTables) -> None:
    """Record unknown pins, pins without a package, on packages of others, and households pinned to two packages."""
    pin = tables.pins["pin"]
    faults.add_keys(
        "{n} pins are unknown: {keys}", "pins.pin", pin[~pin.isin(PINS)], allowed="approved, refused, by_hand"
    )
    lost = tables.pins.loc[tables.pins["package"].isna() & (pin != "refused"), "hh"]
    faults.add_keys("{n} pins name no package: {keys}", "pins.package", lost)
    if not len(tables.pins):
        return
    owner = tables.packages.set_index("package")["hh"]
    named = tables.pins[tables.pins["package"].notna() & tables.pins["package"].isin(owner.index)]
    wrong = named[named["package"].map(owner) != named["hh"]]
    faults.add_keys("{n} pins name a package of another household: {keys}", "pins", wrong["hh"])
    fixed = named[named["pin"] != "refused"].groupby("hh")["package"].nunique()
    faults.add_keys("{n} households are pinned to more than one package: {keys}", "pins", fixed.index[fixed > 1])


def _check_shares(faults: FaultList, tables: ProblemTables) -> None:
    """Record shares of unknown resources and groups that are no true/false column."""
    kinds = {"money", *tables.resources["kind"].dropna(), *tables.resources["resource"]}
    check_known_keys(faults, tables.shares["of"], "shares", kinds, "resources")
    missing = [group for group in tables.shares["group"] if group not in tables.households.columns]
    faults.add_keys("{n} groups are no column of households: {keys}", "shares.group", missing)
    for group in sorted(set(tables.shares["group"]) - set(missing)):
        if not tables.households[group].isin([True, False, 0, 1]).all():
            faults.add("column {column} must be true or false", "households", column=group)


def exact_fraction(share: object) -> Fraction:
    """Return a share as the exact decimal it is written as.

    Examples
    --------
    >>> exact_fraction(0.2)
    Fraction(1, 5)
    """
    return Fraction(str(share))
