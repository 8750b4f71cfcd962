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

from povlib.intake.idnumber import birth_of, is_male
from povlib.money import FEN_PER_YUAN

_ABLE = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力")
_VOCATIONAL = ("中职", "高职", "技师", "职")
Facts = dict[str, pd.DataFrame]


def facts_of(check: Any, groups: Mapping[str, Sequence[str]], today: dt.date) -> Facts:
    """Return the facts by table, each row with ``_of`` (sheet), ``_at`` (its row there) and ``_row``."""
    rows = {table: _rows(check, table) for table in ("household", "member", "support", "income")}
    month = _month(check, rows["income"], today)
    made: Facts = {}
    if len(rows["member"]):
        made["member"] = _members(rows["member"], rows["household"], month)
    if len(rows["household"]):
        made["household"] = _households(rows, made.get("member"), groups, month)
    if len(rows["support"]):
        made["support"] = _support(rows["support"], made.get("member"))
    return made


def _rows(check: Any, table: str) -> pd.DataFrame:
    parts = [
        sheet.frame.assign(_of=index, _at=np.arange(len(sheet.frame)))[~sheet.refused]
        for index, sheet in enumerate(check.sheets)
        if sheet.layout.table == table and len(sheet.frame)
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _month(check: Any, income: pd.DataFrame, today: dt.date) -> int:
    """Return the month (ordinal) the facts are of: the title's, else the newest reported, else today's."""
    if check.month is not None:
        return int(check.month.ordinal)
    if len(income) and income["month"].notna().any():
        return max(int(when.ordinal) for when in income["month"].dropna())
    return 12 * today.year + today.month - 1


def _members(members: pd.DataFrame, households: pd.DataFrame, month: int) -> pd.DataFrame:
    rows = members.copy()
    born = pd.Series([None if w is None or not w.month else w.ordinal for w in rows["birth"]], dtype="Float64")
    rows["age"] = ((month - born) // 12).to_numpy(dtype="float64", na_value=np.nan)
    for name, relation in (("heads", "户主"), ("spouses", "配偶")):
        rows[name] = rows["relation"].eq(relation).groupby(rows["hh"]).transform("sum")
    if "id_number" in rows:
        male = pd.Series([None if i is None else is_male(i) for i in rows["id_number"]], dtype=object, index=rows.index)
        head = rows[rows["relation"] == "户主"].drop_duplicates("hh").set_index("hh").index
        head_male = pd.Series(
            male[rows["relation"] == "户主"].to_numpy(), index=rows.loc[rows["relation"] == "户主", "hh"]
        )
        head_male = head_male[~head_male.index.duplicated()].reindex(head)
        theirs = rows["hh"].map(head_male)
        rows["same_sex_as_head"] = (male.notna() & (male == theirs)).astype(int)
        said = rows["sex"].map({"男": True, "女": False})
        rows["sex_not_as_id"] = (male.notna() & said.notna() & (male != said)).astype(int)
        rows["birth_not_as_id"] = [
            int(_other_birth(w, i)) for w, i in zip(rows["birth"], rows["id_number"], strict=True)
        ]
    if len(households):
        ours = households.drop_duplicates("hh").set_index("hh")
        for name in ("attribute", "status", "cause"):
            rows[f"household.{name}"] = rows["hh"].map(ours[name])
    return rows


def _other_birth(when: Any, number: str | None) -> bool:
    born = birth_of(number) if number else None
    if born is None or when is None or not when.month:
        return False
    return (when.year, when.month) != (born.year, born.month) or bool(when.day and when.day != born.day)


def _households(
    rows: Facts, members: pd.DataFrame | None, groups: Mapping[str, Sequence[str]], month: int
) -> pd.DataFrame:
    frame = rows["household"].copy()
    hh = frame["hh"]
    identified = pd.Series(
        [None if w is None or not w.month else w.ordinal for w in frame["identified_month"]], dtype="Float64"
    )
    frame["months_since_identified"] = (month - identified).to_numpy(dtype="float64", na_value=np.nan)
    if members is not None:
        by = members.groupby("hh")
        frame["members"] = hh.map(by.size()).fillna(0)
        frame["heads"] = hh.map(by["heads"].max()).fillna(0)
        frame["able"] = hh.map(members["labour"].isin(_ABLE).groupby(members["hh"]).sum()).fillna(0)
        drawn = members["minimum_living"].eq(1).groupby(members["hh"]).max()
        frame["allowance_drawn"] = hh.map(drawn).fillna(False).astype(int)
    if len(rows["support"]):
        given = rows["support"]
        frame["measures"] = hh.map(given.groupby("hh").size()).fillna(0)
        for name, keys in groups.items():
            frame[f"{name}_help"] = hh.isin(given.loc[given["measure"].isin(list(keys)), "hh"]).astype(int)
    if len(rows["income"]):
        income = rows["income"]
        ordinal = np.array([-1 if w is None else w.ordinal for w in income["month"]])
        year = income[(ordinal > month - 12) & (ordinal <= month)]
        fen = pd.to_numeric(year["business"], errors="coerce")
        frame["business_yuan"] = hh.map(fen.groupby(year["hh"]).sum() / FEN_PER_YUAN)
        frame["months_told"] = hh.map(fen.notna().groupby(year["hh"]).sum()).fillna(0)
    return frame


def _support(support: pd.DataFrame, members: pd.DataFrame | None) -> pd.DataFrame:
    rows = support.copy()
    if members is None:
        return rows
    person = members.drop_duplicates("person").set_index("person")
    rows["person_known"] = rows["person"].isin(person.index).astype(int)
    rows["person_labour"] = rows["person"].map(person["labour"])
    age = rows["person"].map(person["age"])
    rows["outside_16_69"] = ((age < 16) | (age >= 70)).astype(int)
    school = rows["person"].map(person["school"]).astype("str").fillna("")
    rows["person_vocational"] = school.map(lambda s: int(any(word in s for word in _VOCATIONAL)))
    return rows
