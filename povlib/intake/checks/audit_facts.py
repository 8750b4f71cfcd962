"""The facts that audit rules speak of: ages, counts of heads, help by kind, sums of income.

Responsible for deriving them from the checked rows of one file, vectorised. Not responsible for the
rules (`audit`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from povlib.intake.sheets.checked_sheet import ROW_COLUMN
from povlib.intake.values.identity_number import birth_in_number, is_male
from povlib.money import FEN_PER_YUAN
from povlib.vocabulary.help_and_works import works_finished, works_under_way
from povlib.vocabulary.register import head_of_household, labour_by_rank, sex_label, spouse_of_head

_VOCATIONAL = ("中职", "高职", "技师", "职")
_READ = ("household", "member", "support", "income", "dwelling", "housing")
FACTS_OF = ("household", "member", "support", "dwelling", "housing")
"""Tables that facts are derived for."""
Facts = dict[str, pd.DataFrame]


def audit_facts(check: Any, today: dt.date) -> Facts:
    """Return the facts by table, each row with ``_of`` (sheet), ``_at`` (its row there) and ``_row``."""
    rows = {table: _rows_of_table(check, table) for table in _READ}
    month = _month_of_facts(check, rows["income"], today)
    made: Facts = {}
    if len(rows["member"]):
        made["member"] = _member_facts(rows["member"], rows["household"], month)
    if len(rows["household"]):
        made["household"] = _household_facts(rows, made.get("member"), month)
    if len(rows["support"]):
        made["support"] = _support_facts(rows["support"], made.get("member"))
    if len(rows["dwelling"]):
        made["dwelling"] = _dwelling_facts(rows, made.get("household"))
    if len(rows["housing"]):
        made["housing"] = _with_columns_of(
            rows["housing"], rows["dwelling"], "dwelling", ("prior_benefit", "only_dwelling")
        )
    return made


def _rows_of_table(check: Any, table: str) -> pd.DataFrame:
    parts = [
        sheet.frame[[*sheet.places, ROW_COLUMN]].assign(_of=index, _at=np.arange(len(sheet.frame)))[~sheet.refused]
        for index, sheet in enumerate(check.sheets)
        if sheet.layout.table == table and len(sheet.frame)
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _month_of_facts(check: Any, income: pd.DataFrame, today: dt.date) -> int:
    """Return the month (ordinal) the facts are of: the title's, else the newest reported, else today's."""
    if check.month is not None:
        return int(check.month.ordinal)
    if len(income) and income["month"].notna().any():
        return max(int(when.ordinal) for when in income["month"].dropna())
    return 12 * today.year + today.month - 1


def _member_facts(members: pd.DataFrame, households: pd.DataFrame, month: int) -> pd.DataFrame:
    rows = members.copy()
    if "birth" in rows:
        rows["age"] = _months_since(rows["birth"], month) // 12
    if "relation" in rows:
        for name, relation in (("heads", head_of_household()), ("spouses", spouse_of_head())):
            rows[name] = rows["relation"].eq(relation).groupby(rows["hh"]).transform("sum")
    if {"id_number", "relation"} <= set(rows):
        _compare_with_identity_numbers(rows)
    ours = households.drop_duplicates("hh").set_index("hh") if len(households) else households
    for name in ("attribute", "status", "cause"):
        if name in ours:
            rows[f"household.{name}"] = rows["hh"].map(ours[name])
    return rows


def _months_since(told: pd.Series, month: int) -> pd.Series:
    """Return whole months from dates to a month; missing where no month is said."""
    since = [np.nan if when is None or not when.month else float(month - when.ordinal) for when in told]
    return pd.Series(since, index=told.index)


def _compare_with_identity_numbers(rows: pd.DataFrame) -> None:
    """Compare sex and birth with the identity number, and the spouse's sex with the head's."""
    male = pd.Series([None if i is None else is_male(i) for i in rows["id_number"]], dtype=object, index=rows.index)
    head = rows["relation"] == head_of_household()
    of_head = pd.Series(male[head].to_numpy(), index=rows.loc[head, "hh"].to_numpy())
    theirs = rows["hh"].map(of_head[~of_head.index.duplicated()])
    rows["same_sex_as_head"] = (male.notna() & (male == theirs)).astype(int)
    if "sex" in rows:
        said = rows["sex"].map({sex_label(male=True): True, sex_label(male=False): False})
        rows["sex_not_as_id"] = (male.notna() & said.notna() & (male != said)).astype(int)
    if "birth" in rows:
        pairs = zip(rows["birth"], rows["id_number"], strict=True)
        rows["birth_not_as_id"] = [int(_differs_from_birth_in_number(when, number)) for when, number in pairs]


def _differs_from_birth_in_number(when: Any, number: str | None) -> bool:
    born = birth_in_number(number) if number else None
    if born is None or when is None or not when.month:
        return False
    return (when.year, when.month) != (born.year, born.month) or bool(when.day and when.day != born.day)


def with_help_of_groups(facts: Facts, groups: Mapping[str, Sequence[str]]) -> Facts:
    """Return facts with what a pack asks beside: whether a household has help of each of its groups of measures."""
    if not groups or not {"household", "support"} <= set(facts):
        return facts
    given, households = facts["support"], facts["household"]
    helped = {
        f"{name}_help": households["hh"].isin(given.loc[given["measure"].isin(list(keys)), "hh"]).astype(int)
        for name, keys in groups.items()
    }
    return {**facts, "household": households.assign(**helped)}


def _household_facts(rows: Facts, members: pd.DataFrame | None, month: int) -> pd.DataFrame:
    frame = rows["household"].copy()
    hh = frame["hh"]
    if "identified_month" in frame:
        frame["months_since_identified"] = _months_since(frame["identified_month"], month)
    if members is not None:
        frame["members"] = hh.map(members.groupby("hh").size()).fillna(0)
        if "heads" in members:
            frame["heads"] = hh.map(members.groupby("hh")["heads"].max()).fillna(0)
        if "labour" in members:
            frame["able"] = hh.map(members["labour"].isin(labour_by_rank()).groupby(members["hh"]).sum()).fillna(0)
        if "minimum_living" in members:
            drawn = members["minimum_living"].eq(1).groupby(members["hh"]).max()
            frame["allowance_drawn"] = hh.map(drawn).eq(True).astype(int)
    if len(rows["support"]):
        given = rows["support"]
        frame["measures"] = hh.map(given.groupby("hh").size()).fillna(0)
    if len(rows["income"]) and "business" in rows["income"]:
        income = rows["income"]
        ordinal = np.array([-1 if w is None else w.ordinal for w in income["month"]])
        year = income[(ordinal > month - 12) & (ordinal <= month)]
        fen = pd.to_numeric(year["business"], errors="coerce")
        frame["business_yuan"] = hh.map(fen.groupby(year["hh"]).sum() / FEN_PER_YUAN)
        frame["months_told"] = hh.map(fen.notna().groupby(year["hh"]).sum()).fillna(0)
    return frame


def _dwelling_facts(rows: Facts, households: pd.DataFrame | None) -> pd.DataFrame:
    frame = rows["dwelling"].copy()
    if "status" in rows["housing"]:
        begun = rows["housing"]["status"].isin([works_under_way(), works_finished()])
        frame["begun"] = frame["hh"].isin(rows["housing"].loc[begun, "hh"]).astype(int)
    if households is None:
        return frame
    if "able" in households:
        frame["able"] = frame["hh"].map(households.drop_duplicates("hh").set_index("hh")["able"])
    return _with_columns_of(frame, households, "household", ("housing_grade", "status", "attribute"))


def _with_columns_of(frame: pd.DataFrame, other: pd.DataFrame, name: str, columns: Sequence[str]) -> pd.DataFrame:
    """Return rows with some columns of the row that another sheet has of their household, as ``name.column``."""
    ours = other.drop_duplicates("hh").set_index("hh") if len(other) else other
    found = {f"{name}.{column}": frame["hh"].map(ours[column]) for column in columns if column in ours}
    return frame.assign(**found)


def _support_facts(support: pd.DataFrame, members: pd.DataFrame | None) -> pd.DataFrame:
    rows = support.copy()
    if members is None or not {"person", "labour", "school", "age"} <= {*rows, *members}:
        return rows
    person = members.drop_duplicates("person").set_index("person")
    rows["person_known"] = rows["person"].isin(person.index).astype(int)
    rows["person_labour"] = rows["person"].map(person["labour"])
    age = rows["person"].map(person["age"])
    rows["outside_16_69"] = ((age < 16) | (age >= 70)).astype(int)
    school = rows["person"].map(person["school"])
    rows["person_vocational"] = [int(isinstance(s, str) and any(w in s for w in _VOCATIONAL)) for s in school]
    return rows
