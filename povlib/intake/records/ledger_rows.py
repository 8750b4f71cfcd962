"""Checked rows into the frames that the ledger appends.

Responsible for columns, months as ordinals, money in fen, and for putting names, numbers, phones,
accounts, remarks and unknown columns into `identity` only. Rows that are refused never get here.
Not responsible for writing (`loading`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from povlib.intake.form import Field, form
from povlib.intake.sheets.file_check import FileCheck
from povlib.intake.sheets.row_conflicts import kept_columns
from povlib.intake.values.identity_number import birth_of, is_male
from povlib.vocabulary import GUARANTEES
from povlib.vocabulary.register import disabled_label, head_of_household, marked_for_exit, sex_label

UNVERIFIED = "待核实"
_HOUSEHOLD = ("hh", "village", "attribute", "cause", "other_causes", "status", "exit_year", "identified_month",
              "livelihood", "housing_grade", "house_area_m2", "arable_mu", "forest_mu", "distance_km", "coop",
              "objects")  # fmt: skip
_MEMBER = ("person", "hh", "relation", "sex", "birth", "education", "school", "health", "labour", "workplace",
           "work_months", "medical_insurance", "minimum_living")  # fmt: skip
_KIND: dict[str, Any] = {"integer": "Int64", "yesno": "Int8", "number": "float64", "money": "Int64",
                         "month": "Int64", "date": "Int64"}  # fmt: skip

Frames = dict[str, pd.DataFrame]


def ledger_rows(check: FileCheck) -> Frames:
    """Return the frames of a file by ledger table; tables without rows are left out."""
    tables: dict[str, list[pd.DataFrame]] = {}
    fields: dict[str, dict[str, Field]] = {}
    for sheet in check.sheets:
        frame = sheet.frame[~sheet.refused]
        fields.setdefault(sheet.layout.table, {}).update({c.key: c for c in sheet.layout.columns})
        if len(frame):
            tables.setdefault(sheet.layout.table, []).append(_typed(frame, sheet.layout.columns))
    rows = {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}
    made: Frames = {}
    told = [_told(rows[t], [*fields[t].values()]) for t in ("household", "household_brief") if t in rows]
    if told:
        events = pd.concat(told, ignore_index=True)
        made["events"] = events.assign(seq=range(1, len(events) + 1))
    if "household" in rows:
        _households(rows["household"], made)
    if "household_brief" in rows:
        _brief(rows["household_brief"], made)
    if "member" in rows:
        _members(rows["member"], made)
    if "income" in rows:
        _income(rows["income"], made)
    if "support" in rows:
        _support(rows["support"], made)
    if "housing" in rows:
        _housing(rows["housing"], made)
    _identities(rows, made)
    return {name: _sorted(name, frame) for name, frame in made.items() if len(frame)}


def _typed(frame: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    made = {}
    for column in fields:
        if column.key.startswith("household."):
            continue
        values = frame[column.key]
        kind = _KIND.get(column.kind)
        if column.kind in ("month", "date"):
            made[f"{column.key}_when"] = values
            values = values.map(lambda w: w.ordinal if w is not None and w.month else None)
        if kind is None:
            made[column.key] = values.map(lambda v: None if v is None else str(v)).astype("str")
        else:
            made[column.key] = values.astype(kind)
    for name in kept_columns(frame):
        made[name] = frame[name].astype("str")
    return pd.DataFrame(made, index=frame.index)


def _households(rows: pd.DataFrame, made: Frames) -> None:
    given = [name for name in _HOUSEHOLD if name in rows]
    frame = rows[given].copy()
    frame["village"] = frame["village"].fillna(UNVERIFIED)
    if "helper_name" in rows:
        frame["helper_assigned"] = rows["helper_name"].notna().astype("Int8")
    made["households"] = frame
    if "mark_month" in rows:
        made["marks"] = _marks(rows)


def _marks(rows: pd.DataFrame) -> pd.DataFrame:
    marked = rows[rows["mark_month"].notna()]
    routes = marked["mark_routes"] if "mark_routes" in marked else pd.Series(np.nan, index=marked.index, dtype="str")
    frame = pd.DataFrame({"hh": marked["hh"], "month": marked["mark_month"].astype("int64"), "kind": marked_for_exit()})
    frame["route"] = [route.split("、") if isinstance(route, str) else [None] for route in routes]
    frame = frame.explode("route", ignore_index=True)
    frame["route"] = frame["route"].astype("str")
    return frame.assign(person=pd.Series(np.nan, index=frame.index, dtype="str"))


def _brief(rows: pd.DataFrame, made: Frames) -> None:
    """Add the minimal form: the head is known, the other members only by number."""
    given = [name for name in ("hh", "village", "cause", "housing_grade", "identified_month") if name in rows]
    frame = rows[given].copy()
    frame["village"] = frame["village"].fillna(UNVERIFIED)
    if "helper_name" in rows:
        frame["helper_assigned"] = rows["helper_name"].notna().astype("Int8")
    made["households"] = frame
    size = rows["size"].fillna(1).astype("int64").to_numpy()
    at = np.repeat(np.arange(len(rows)), size)
    number = np.concatenate([np.arange(1, n + 1) for n in size])
    hh = rows["hh"].to_numpy()[at]
    ids = rows["head_id"].to_numpy()[at] if "head_id" in rows else np.full(len(at), None, dtype=object)
    head = number == 1
    members = pd.DataFrame({"person": [f"{k}-{n:02d}" for k, n in zip(hh, number, strict=True)], "hh": hh})
    members["relation"] = pd.Series([head_of_household() if h else None for h in head], dtype="str")
    members["sex"] = pd.Series([_sex(i) if h else None for i, h in zip(ids, head, strict=True)]).astype("str")
    members["birth"] = pd.array([_birth(i) if h else None for i, h in zip(ids, head, strict=True)], dtype="Int64")
    made["members"] = members


def _sex(number: object) -> str | None:
    return None if not isinstance(number, str) else sex_label(male=is_male(number))


def _birth(number: object) -> int | None:
    born = birth_of(number) if isinstance(number, str) else None
    return None if born is None else 12 * born.year + born.month - 1


_HELD = {*_HOUSEHOLD, "head_name", "head_id", "group", "helper_name", "phone", "account", "remark", "month",
         "mark_month", "mark_routes"}  # fmt: skip


def _told(rows: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """Return what a sheet says that no column of the ledger holds: numbers and days, kept in the history as told."""
    parts = []
    for column in fields:
        if column.key in _HELD or column.kind not in ("money", "integer", "number", "date", "month"):
            continue
        values = rows[f"{column.key}_when"] if f"{column.key}_when" in rows else rows[column.key]
        known = values.notna()
        part = pd.DataFrame({"entity_id": rows["hh"][known], "value": values[known].astype(str).astype("str")})
        parts.append(part.assign(field=f"told_{column.key}{'_fen' if column.kind == 'money' else ''}"))
    told = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"entity_id": [], "field": []})
    told["entity"], told["valid_from"], told["kind"] = "household", pd.array([None] * len(told), dtype="Int64"), "told"
    return told.sort_values(["entity_id", "field"], ignore_index=True).assign(seq=range(1, len(told) + 1))


def _members(rows: pd.DataFrame, made: Frames) -> None:
    frame = rows[[name for name in _MEMBER if name in rows]].copy()
    if "health" in frame:
        frame["disability"] = frame["health"].fillna("").str.contains(disabled_label()).astype("Int8")
    made["members"] = pd.concat([made["members"], frame], ignore_index=True) if "members" in made else frame
    if {"post", "post_from"} <= set(rows):
        held = rows[rows["post"].notna() & rows["post_from"].notna()]
        made["placements"] = pd.DataFrame(
            {
                "post": held["post"],
                "person": held["person"],
                "hh": held["hh"],
                "employer": held.get("employer"),
                "place": held.get("workplace"),
                "from_month": held["post_from"].astype("int64"),
                "to_month": pd.array([None] * len(held), dtype="Int64"),
                "route": held.get("post_route"),
            }
        )


def _income(rows: pd.DataFrame, made: Frames) -> None:
    month = rows["month"].astype("int64")
    frame = pd.DataFrame({"hh": rows["hh"], "month": month})
    for key in ("wage", "business", "property", "other_one_off", "cost"):
        name = f"{key.removeprefix('other_')}_fen"
        frame[name] = rows[key] if key in rows else pd.array([None] * len(rows), dtype="Int64")
    for name in GUARANTEES:
        if name in rows:
            frame[name] = rows[name].astype("Int8")
    made["observations"] = frame.assign(flag="observed")
    kinds = {f.key: f.transfer for f in form().sheet("income").fields if f.transfer and f.key in rows}
    parts = [
        pd.DataFrame({"hh": rows["hh"], "month": month, "kind": kind, "fen": rows[key]})[rows[key].fillna(0) > 0]
        for key, kind in kinds.items()
    ]
    if parts:
        made["transfers"] = pd.concat(parts, ignore_index=True).astype({"fen": "int64"})


def _support(rows: pd.DataFrame, made: Frames) -> None:
    names = {"support": "id", "amount": "fen"}
    keep = ["support", "hh", "person", "measure", "from_month", "to_month", "amount", "fund", "status"]
    frame = rows[[name for name in keep if name in rows]].rename(columns=names)
    made["support"] = frame[frame["measure"].notna()].reset_index(drop=True)


def _housing(rows: pd.DataFrame, made: Frames) -> None:
    keep = ["project", "hh", "kind", "grade", "cost", "status", "done_month"]
    projects = rows[[name for name in keep if name in rows]].rename(columns={"cost": "cost_fen"})
    made["projects"] = projects.drop_duplicates("project", ignore_index=True)
    if "item" in rows:
        items = rows[rows["item"].notna()]
        names = {"quantity": "qty", "unit_price": "unit_fen"}
        items = items[[n for n in ("project", "item", "quantity", "unit", "unit_price") if n in items]]
        made["project_items"] = items.rename(columns=names).drop_duplicates(["project", "item"], ignore_index=True)
    if "week_when" in rows:
        told = rows[rows["week_when"].map(lambda w: w is not None and bool(w.day))]
        made["progress"] = pd.DataFrame(
            {
                "project": told["project"],
                "week": told["week_when"].map(_week).astype("int64"),
                "pct": told["progress"].astype("float64") if "progress" in told else None,
                "text": told.get("week_text"),
            }
        ).drop_duplicates(["project", "week"], ignore_index=True)


def _week(when: Any) -> int:
    """Return the day of a weekly report as ``yyyymmdd``: the key of its words and picture."""
    return int(when.year * 10_000 + when.month * 100 + when.day)


def _identities(rows: Frames, made: Frames) -> None:
    parts = []
    heads: dict[str, str] = {}
    if "member" in rows:
        member = rows["member"]
        parts += [_identity(member["person"], key, member[key]) for key in ("name", "id_number") if key in member]
        if "relation" in member:
            first = member[member["relation"] == head_of_household()]
            heads = dict(zip(first["hh"], first["person"], strict=True))
    kinds = (("phone", "phone"), ("account", "account"), ("helper_name", "helper"), ("remark", "remark"))
    if "household" in rows:
        own = rows["household"]
        person = own["hh"].map(heads).fillna(own["hh"].map(_firsts(rows)))
        parts += [_identity(person, kind, own[key]) for key, kind in kinds if key in own]
        parts.append(_unknown_columns(own, person))
    if "household_brief" in rows:
        own = rows["household_brief"]
        person = own["hh"] + "-01"
        named = (("head_name", "name"), ("head_id", "id_number"), *kinds)
        parts += [_identity(person, kind, own[key]) for key, kind in named if key in own]
        parts.append(_unknown_columns(own, person))
    if "member" in rows:
        parts.append(_unknown_columns(rows["member"], rows["member"]["person"]))
    parts = [part for part in parts if len(part)]
    if parts:
        made["identity"] = pd.concat(parts, ignore_index=True)


def _firsts(rows: Frames) -> dict[str, str]:
    """Return, by household, its first person: who answers for it when no head is named."""
    if "member" not in rows:
        return {}
    first = rows["member"].sort_values(["hh", "person"]).drop_duplicates("hh")
    return dict(zip(first["hh"], first["person"], strict=True))


def _identity(person: pd.Series, kind: str, values: pd.Series) -> pd.DataFrame:
    known = values.notna() & person.notna() & (values != "")
    return pd.DataFrame({"person": person[known].astype("str"), "kind": kind, "value": values[known].astype("str")})


def _unknown_columns(rows: pd.DataFrame, person: pd.Series) -> pd.DataFrame:
    """Keep received columns that no field knows, sealed: nobody has said that they hold nothing personal."""
    rows = rows.rename(columns={name: f"?{name}" for name in ("group", "standard") if name in rows})
    names = kept_columns(rows)
    if not names:
        return pd.DataFrame()
    told = [
        json.dumps({n[1:]: v for n, v in zip(names, row, strict=True) if isinstance(v, str) and v}, ensure_ascii=False)
        for row in rows[names].itertuples(index=False, name=None)
    ]
    values = pd.Series(told, index=rows.index).replace("{}", "")
    return _identity(person, "columns", values)


_ORDER = {
    "households": ["hh"], "members": ["person"], "observations": ["hh", "month"], "transfers": ["hh", "month", "kind"],
    "support": ["id"], "marks": ["hh", "month", "kind", "route"], "projects": ["project"],
    "project_items": ["project", "item"], "progress": ["project", "week"], "identity": ["person", "kind"],
    "placements": ["post", "person", "from_month"], "events": ["seq"],
}  # fmt: skip


def _sorted(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(_ORDER[name], kind="stable", ignore_index=True)
