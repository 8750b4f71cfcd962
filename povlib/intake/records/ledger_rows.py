"""Checked rows into the frames that the ledger appends.

Responsible for putting every field where the form says it belongs: a column of a table, a sealed identity, a line of
the household's history, or an answer of its own. Months become ordinals and money fen. What a row cannot say where it
belongs (a post without its first month, a route without its mark) is kept as an answer, never dropped. Refused rows
never get here. Not responsible for writing (`loading`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from povlib.intake.form import ANSWERS, HISTORY, SEALED_COLUMNS, Field
from povlib.intake.outgoing.planned_measures import is_left_as_planned
from povlib.intake.records.house_frames import house_frames
from povlib.intake.records.typed_sheet import NEEDED, TypedSheet
from povlib.intake.records.village_frames import village_frames
from povlib.intake.sheets.file_check import FileCheck
from povlib.intake.sheets.row_conflicts import unknown_columns
from povlib.intake.values.identity_number import birth_in_number, is_male
from povlib.intake.village_sheets import ROW_NAMES
from povlib.ledger.storage.village_tables import VILLAGE_SPECS
from povlib.vocabulary.register import disabled_label, head_of_household, marked_for_exit, sex_label

UNVERIFIED = "待核实"
_HOUSEHOLD_SHEETS = ("household", "household_brief")
_DTYPES: dict[str, Any] = {"integer": "Int64", "yesno": "Int8", "number": "float64", "money": "Int64",
                           "month": "Int64", "date": "Int64"}  # fmt: skip
ENTITIES = {"household": ("household", "hh"), "household_brief": ("household", "hh"), "member": ("member", "person"),
            "income": ("month", "hh month"), "support": ("support", "support"), "housing": ("project", "project"),
            "dwelling": ("dwelling", "hh"), "bill": ("bill", "project stage item"),
            "progress": ("progress", "project week"),
            "credit": ("credit", "credit"), **{key: (key, keys) for key, keys in ROW_NAMES.items()}}  # fmt: skip
"""By sheet, what an answer that no column holds is an answer about, and the fields that tell one from another."""

Frames = dict[str, pd.DataFrame]


def ledger_rows(check: FileCheck, heads: Mapping[str, str] | None = None) -> Frames:
    """Return the frames of a file by ledger table; tables without rows are left out.

    Parameters
    ----------
    heads : mapping, optional
        Head by household as the ledger knows them: whose telephone it is when no member is named.
    """
    sheets = _typed_sheets(check)
    made: dict[str, list[pd.DataFrame]] = {}

    def add(name: str, frame: pd.DataFrame) -> None:
        if len(frame):
            made.setdefault(name, []).append(frame)

    for table in _HOUSEHOLD_SHEETS:
        if table in sheets:
            add("households", _household_rows(sheets[table]))
            add("marks", _mark_rows(sheets[table]))
            add("events", _history_events(sheets[table]))
    if "household_brief" in sheets:
        add("members", _counted_members(sheets["household_brief"].rows))
    if "member" in sheets:
        add("members", _member_rows(sheets["member"]))
        add("placements", _placement_rows(sheets["member"]))
    if "income" in sheets:
        add("observations", _observation_rows(sheets["income"]))
        add("transfers", _transfer_rows(sheets["income"]))
    if "support" in sheets:
        add("support", _support_rows(sheets["support"]))
    for name, frame in house_frames(sheets, check.photos).items():
        add(name, frame)
    for name, frame in village_frames(sheets).items():
        add(name, frame)
    for sheet in sheets.values():
        add("answers", _answer_rows(sheet))
    add("identity", _identity_rows(sheets, heads or {}))
    frames = {name: pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0] for name, parts in made.items()}
    if "events" in frames:
        frames["events"] = frames["events"].assign(seq=range(1, len(frames["events"]) + 1))
    return {name: _in_order(name, frame) for name, frame in frames.items()}


def photo_rows(check: FileCheck) -> Frames:
    """Return what the photos of a file add to the frames of `ledger_rows`: theirs, where some were taken."""
    if not check.photos:
        return {}
    made = house_frames(_typed_sheets(check, only="progress"), check.photos).get("house_photos", pd.DataFrame())
    return {"house_photos": _in_order("house_photos", made)} if len(made) else {}


def _in_order(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(_ORDER[name], kind="stable", ignore_index=True)


_ORDER = {
    "households": ["hh"], "members": ["person"], "observations": ["hh", "month"], "transfers": ["hh", "month", "kind"],
    "support": ["id"], "marks": ["hh", "month", "kind", "route"], "projects": ["project"],
    "dwellings": ["hh"], "bill_items": ["project", "stage", "item"], "project_schedules": ["project"],
    "house_photos": ["project", "phase", "sha256"], "material_credits": ["id"], "building_sites": ["site"],
    "project_items": ["project", "item"], "progress": ["project", "week"], "identity": ["person", "kind"],
    "placements": ["post", "person", "from_month"], "events": ["seq"], "answers": ["entity", "entity_id", "field"],
    "posts": ["post"], "village_income": ["village", "month", "source"],
    **{spec.frame: list(spec.key) for spec in VILLAGE_SPECS},
}  # fmt: skip


def _typed_sheets(check: FileCheck, only: str = "") -> dict[str, TypedSheet]:
    parts: dict[str, list[pd.DataFrame]] = {}
    fields: dict[str, dict[str, Field]] = {}
    for sheet in check.sheets:
        if only and sheet.layout.table != only:
            continue
        frame = sheet.frame[~sheet.refused]
        fields.setdefault(sheet.layout.table, {}).update({c.key: c for c in sheet.layout.columns})
        if len(frame):
            typed = _typed_rows(frame, sheet.layout.columns)
            if "hh" not in typed and "project" in typed:
                typed["hh"] = typed["project"].map(check.homes).astype("str")
            parts.setdefault(sheet.layout.table, []).append(typed)
    return {
        table: TypedSheet(table, _one_under_the_other(frames), [*fields[table].values()])
        for table, frames in parts.items()
    }


def _one_under_the_other(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0].reset_index(drop=True)


def _typed_rows(frame: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """Return columns of the dtypes of the ledger's frames; dates stay beside their months as ``<key>_when``."""
    made = {}
    for column in fields:
        if column.key.startswith("household."):  # lifted into rows of households (`flat_export`)
            continue
        values = frame[column.key].tolist()
        if column.kind in ("month", "date"):
            made[f"{column.key}_when"] = frame[column.key]
            values = [w.ordinal if w is not None and w.month else None for w in values]
        made[column.key] = _typed_values(values, _DTYPES.get(column.kind, "str"))
    for name in unknown_columns(frame):
        made[name] = frame[name].astype("str")
    return pd.DataFrame(made, index=frame.index)


def _typed_values(values: list[Any], dtype: str) -> Any:
    """Return values of a column, None where not known, as an array of its dtype."""
    if dtype == "str":
        return pd.array([None if v is None else str(v) for v in values], dtype="str")
    if dtype == "float64":
        return np.array([np.nan if v is None else float(v) for v in values], dtype="float64")
    made: Any = pd.array
    return made(values, dtype=dtype)


def _household_rows(sheet: TypedSheet) -> pd.DataFrame:
    frame = sheet.columns("households")
    frame["village"] = frame["village"].fillna(UNVERIFIED)
    if "helper_name" in sheet.rows:
        frame["helper_assigned"] = sheet.rows["helper_name"].notna().astype("Int8")
    return frame


def _mark_rows(sheet: TypedSheet) -> pd.DataFrame:
    """Return one row a household, month and route of 预脱贫."""
    rows = sheet.rows[sheet.complete("marks")]
    routes = rows["mark_routes"] if "mark_routes" in rows else pd.Series(np.nan, index=rows.index, dtype="str")
    if rows.empty:
        return rows
    frame = pd.DataFrame({"hh": rows["hh"], "month": rows["mark_month"].astype("int64"), "kind": marked_for_exit()})
    frame["route"] = [route.split("、") if isinstance(route, str) else [None] for route in routes]
    frame = frame.explode("route", ignore_index=True)
    frame["route"] = frame["route"].astype("str")
    return frame.assign(person=pd.Series(np.nan, index=frame.index, dtype="str"))


def _history_events(sheet: TypedSheet) -> pd.DataFrame:
    """Return figures that a household tells of itself, as events of its history."""
    parts = []
    for field in sheet.fields:
        if field.destination != HISTORY:
            continue
        values = sheet.told(field)
        known = values.notna()
        part = pd.DataFrame({"entity_id": sheet.rows["hh"][known], "value": values[known]})
        parts.append(part.assign(field=f"told_{field.key}{'_fen' if field.kind == 'money' else ''}"))
    told = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"entity_id": [], "field": []})
    told["entity"], told["valid_from"], told["kind"] = "household", pd.array([None] * len(told), dtype="Int64"), "told"
    return told.sort_values(["entity_id", "field"], ignore_index=True)


def _counted_members(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the members of a minimal form: the head is known, the others only by number."""
    size = rows["size"].fillna(1).astype("int64").to_numpy()
    at = np.repeat(np.arange(len(rows)), size)
    number = np.concatenate([np.arange(1, n + 1) for n in size])
    hh = rows["hh"].to_numpy()[at]
    ids = rows["head_id"].to_numpy()[at] if "head_id" in rows else np.full(len(at), None, dtype=object)
    head = number == 1
    members = pd.DataFrame({"person": [f"{k}-{n:02d}" for k, n in zip(hh, number, strict=True)], "hh": hh})
    members["relation"] = pd.Series([head_of_household() if h else None for h in head], dtype="str")
    members["sex"] = pd.Series([_sex_in_number(i) if h else None for i, h in zip(ids, head, strict=True)]).astype("str")
    members["birth"] = pd.array(
        [_birth_in_number(i) if h else None for i, h in zip(ids, head, strict=True)], dtype="Int64"
    )
    return members


def _sex_in_number(number: object) -> str | None:
    return None if not isinstance(number, str) else sex_label(male=is_male(number))


def _birth_in_number(number: object) -> int | None:
    born = birth_in_number(number) if isinstance(number, str) else None
    return None if born is None else 12 * born.year + born.month - 1


def _member_rows(sheet: TypedSheet) -> pd.DataFrame:
    frame = sheet.columns("members")
    if "health" in frame:
        frame["disability"] = frame["health"].fillna("").str.contains(disabled_label()).astype("Int8")
    return frame


def _placement_rows(sheet: TypedSheet) -> pd.DataFrame:
    held = sheet.complete("placements")
    rows, frame = sheet.rows[held], sheet.columns("placements")[held]
    if rows.empty:
        return frame
    return frame.assign(
        person=rows["person"],
        hh=rows["hh"],
        place=rows.get("workplace"),
        from_month=frame["from_month"].astype("int64"),
        to_month=pd.array([None] * len(rows), dtype="Int64"),
    )


def _observation_rows(sheet: TypedSheet) -> pd.DataFrame:
    frame = sheet.columns("observations").assign(month=sheet.rows["month"].astype("int64"), flag="observed")
    for name in ("wage_fen", "business_fen", "property_fen", "one_off_fen", "cost_fen"):
        if name not in frame:
            frame[name] = pd.array([None] * len(frame), dtype="Int64")
    return frame


def _transfer_rows(sheet: TypedSheet) -> pd.DataFrame:
    """Return one row a transfer received; a month without one has no row."""
    rows, month = sheet.rows, sheet.rows["month"].astype("int64")
    parts = [
        pd.DataFrame({"hh": rows["hh"], "month": month, "kind": kind, "fen": fen})[fen.fillna(0) > 0]
        for kind, fen in sheet.columns("transfers").items()
    ]
    return pd.concat(parts, ignore_index=True).astype({"fen": "int64"}) if parts else pd.DataFrame()


def _support_rows(sheet: TypedSheet) -> pd.DataFrame:
    frame = sheet.columns("support")
    frame = frame[frame["measure"].notna()]
    # a measure of an approved plan that was left as planned: the record has the approval, and nothing was given
    return frame[~is_left_as_planned(frame)].reset_index(drop=True)


def _answer_rows(sheet: TypedSheet) -> pd.DataFrame:
    """Return what no column holds: answers, and values of rows that lack what their table needs."""
    rows = sheet.rows
    if sheet.table not in ENTITIES:
        return pd.DataFrame()
    asked = [field for field in sheet.fields if field.place[0] == ANSWERS or field.place[0] in NEEDED]
    if not asked:
        return pd.DataFrame()
    keys, hh = row_names(sheet), rows["hh"]
    lacking = {table: ~sheet.complete(table) for table in NEEDED if any(field.place[0] == table for field in asked)}
    parts = []
    for field in asked:
        values = sheet.told(field)
        known = values.notna() & (values != "") & keys.notna()
        if field.place[0] in lacking:
            known &= lacking[field.place[0]]
        at = np.flatnonzero(known.to_numpy())
        if len(at):
            parts.append((field.key, at, values.take(at)))
    if not parts:
        return pd.DataFrame()
    every = np.concatenate([at for _, at, _ in parts])
    frame = pd.DataFrame(
        {
            "entity_id": keys.take(every).array,
            "hh": hh.take(every).array,
            "value": pd.concat([values for _, _, values in parts]).array,
            "entity": pd.array([ENTITIES[sheet.table][0]] * len(every), dtype="str"),
            "field": pd.array([key for key, at, _ in parts for _ in range(len(at))], dtype="str"),
        }
    )
    return frame.drop_duplicates(["entity", "entity_id", "field"])


def row_names(sheet: TypedSheet) -> pd.Series:
    """Return what tells each row of a sheet from the others, its parts joined by a space."""
    parts = [sheet.rows.get(f"{key}_when", sheet.rows[key]).map(str) for key in ENTITIES[sheet.table][1].split()]
    named = parts[0]
    for part in parts[1:]:
        named = named + " " + part
    known = pd.concat([sheet.rows[key].notna() for key in ENTITIES[sheet.table][1].split()], axis=1).all(axis=1)
    return named.astype("str").where(known)


def _identity_rows(sheets: Mapping[str, TypedSheet], known_heads: Mapping[str, str]) -> pd.DataFrame:
    """Return names, numbers, telephones, remarks and unknown columns by person; a household's are its head's."""
    heads = {**known_heads, **_heads_of_households(sheets)}
    parts = []
    for table, sheet in sheets.items():
        rows = sheet.rows
        if table == "member":
            person = rows["person"]
        elif table == "household_brief":
            person = rows["hh"] + "-01"
        elif "hh" in rows:
            person = rows["hh"].map(heads)
        else:  # a building site: no household's, and what nobody asked about it was not read
            continue
        for field in sheet.fields:
            place, kind = field.place
            if place != "identity" or field.destination == SEALED_COLUMNS:
                continue
            values = rows[field.key]
            if kind == "head_name" and table == "household_brief":
                kind = "name"
            elif kind == "head_name":  # news only where the rows of members do not say it
                values = values.where(values != person.map(_names_of_members(sheets)))
            parts.append(_identities_of_kind(person, kind, values))
        parts.append(_unknown_columns(sheet, person))
    parts = [part for part in parts if len(part)]
    return _merge_unknown_columns(pd.concat(parts, ignore_index=True)) if parts else pd.DataFrame()


def _heads_of_households(sheets: Mapping[str, TypedSheet]) -> dict[str, str]:
    """Return, by household, its head, or its first person when no head is named."""
    heads = {str(hh): f"{hh}-01" for hh in sheets["household_brief"].rows["hh"]} if "household_brief" in sheets else {}
    if "member" not in sheets:
        return heads
    rows = sheets["member"].rows
    first = rows.sort_values(["hh", "person"]).drop_duplicates("hh")
    heads |= dict(zip(first["hh"], first["person"], strict=True))
    if "relation" in rows:
        named = rows[rows["relation"] == head_of_household()]
        heads |= dict(zip(named["hh"], named["person"], strict=True))
    return heads


def _names_of_members(sheets: Mapping[str, TypedSheet]) -> dict[str, str]:
    rows = sheets["member"].rows if "member" in sheets else pd.DataFrame()
    return dict(zip(rows["person"], rows["name"], strict=True)) if "name" in rows else {}


def _identities_of_kind(person: pd.Series, kind: str | pd.Series, values: pd.Series) -> pd.DataFrame:
    at = np.flatnonzero((values.notna() & person.notna() & (values != "")).to_numpy())
    if not len(at):
        return pd.DataFrame()
    kinds = pd.array([kind] * len(at), dtype="str") if isinstance(kind, str) else kind.take(at).array
    told = {"person": person.take(at).astype("str").array, "kind": kinds, "value": values.take(at).astype("str").array}
    return pd.DataFrame(told)


def _unknown_columns(sheet: TypedSheet, person: pd.Series) -> pd.DataFrame:
    """Keep received columns that no field knows, sealed: nobody has said that they hold nothing personal."""
    sealed = {field.key: field.key for field in sheet.fields if field.destination == SEALED_COLUMNS}
    names = sealed | {name: name[1:] for name in unknown_columns(sheet.rows)}
    if not names:
        return pd.DataFrame()
    told = [
        json.dumps({n: v for n, v in zip(names.values(), row, strict=True) if isinstance(v, str) and v},
                   ensure_ascii=False)
        for row in sheet.rows[[*names]].itertuples(index=False, name=None)
    ]  # fmt: skip
    values = pd.Series(told, index=sheet.rows.index).replace("{}", "")
    kind: str | pd.Series = "columns"
    if sheet.table not in (*_HOUSEHOLD_SHEETS, "member"):  # several rows a person: each under its own key
        kind = f"columns {sheet.table} " + (sheet.rows["month_when"].map(str) if sheet.table == "income"
                                            else row_names(sheet))  # fmt: skip
    return _identities_of_kind(person, kind, values)


def _merge_unknown_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """Put unknown columns of a household's sheet and of its head's own row into one value."""
    double = rows["kind"].eq("columns") & rows.duplicated(["person", "kind"], keep=False)
    if not double.any():
        return rows
    merged: dict[str, dict[str, str]] = {}
    for person, value in rows.loc[double, ["person", "value"]].itertuples(index=False):
        merged.setdefault(person, {}).update(json.loads(value))
    told = [(person, "columns", json.dumps(columns, ensure_ascii=False)) for person, columns in merged.items()]
    return pd.concat([rows[~double], pd.DataFrame(told, columns=["person", "kind", "value"])], ignore_index=True)
