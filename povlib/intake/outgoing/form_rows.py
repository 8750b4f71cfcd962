"""What the ledger knows, as the rows of the form that a village gets to fill in.

Responsible for turning a State back into the form's columns: labels, yuan, months as text. Not
responsible for the workbook (`forms`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from povlib.calendar import Month
from povlib.intake.form import Field, every_sheet, form
from povlib.intake.outgoing.house_rows import house_rows
from povlib.intake.outgoing.planned_measures import planned_rows
from povlib.intake.outgoing.village_rows import village_rows
from povlib.intake.outgoing.written_cells import as_cells, in_yuan, month_text, yes_or_no
from povlib.intake.values.identity_number import birth_in_number
from povlib.money import FEN_PER_YUAN
from povlib.params.tables import table
from povlib.vocabulary import GUARANTEES
from povlib.vocabulary.help_and_works import help_ended
from povlib.vocabulary.register import head_of_household, marked_for_exit

if TYPE_CHECKING:
    from povlib.ledger import State

_ASKED_EVERY_MONTH = {"wage": "wage_fen", "business": "business_fen", "property": "property_fen",
          "other_one_off": "one_off_fen", "cost": "cost_fen"}  # fmt: skip
Frames = dict[str, pd.DataFrame]


def form_rows(
    state: State, month: Month, identities: pd.DataFrame | None = None, planned: pd.DataFrame | None = None
) -> Frames:
    """Return the rows of each sheet with a ``_village`` beside them.

    Amounts that a village has to find out anew stay blank, with last month's beside them
    (``_last_<key>``); guarantees and regular receipts are last month's. Measures of approved plans (`planned`, see
    `planned_measures.planned_rows`) stand as planned.
    """
    told = _Identities(state, identities)
    village = state.households.set_index("hh")["village"]
    made = {
        "household": _household_rows(state, told),
        "member": _member_rows(state, told),
        "income": _income_rows(state, month),
        "support": _support_rows(state, planned),
        **house_rows(state),
        **village_rows(state),
    }
    made = {key: _with_answers(key, frame, state.answers) for key, frame in made.items()}
    return {
        key: _columns_of_form(key, frame).assign(_village=_villages_of_rows(frame, village))
        for key, frame in made.items()
    }


def _villages_of_rows(frame: pd.DataFrame, village: pd.Series) -> list[str]:
    """Return to which village's form each row belongs: that of its household, or its own."""
    return list(frame["hh"].map(village) if "hh" in frame else frame["village"])


def _columns_of_form(sheet: str, frame: pd.DataFrame) -> pd.DataFrame:
    keys = [field.key for field in every_sheet()[sheet].fields]
    hints = [name for name in frame if str(name).startswith("_last_")]
    return frame.reindex(columns=[*keys, *hints]).reset_index(drop=True)


_ANSWERED = {"household": ("household", "hh"), "member": ("member", "person"), "support": ("support", "id"),
             "housing": ("project", "project"), "dwelling": ("dwelling", "hh"),
             "credit": ("credit", "credit")}  # fmt: skip


def _with_answers(sheet: str, frame: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Fill blanks from the answers that no column holds; a month is asked anew, so its own stay blank."""
    if sheet not in _ANSWERED or answers.empty:
        return frame
    entity, key = _ANSWERED[sheet]
    told = answers[answers["entity"] == entity]
    filled = frame.copy()
    for field in form().sheet(sheet).fields:
        mine = told[told["field"] == field.key].set_index("entity_id")["value"]
        if mine.empty:
            continue
        values = frame[key].map(mine.map(lambda value, field=field: _as_written(value, field)))
        held = frame[field.key].astype(object) if field.key in frame else pd.Series(None, frame.index, dtype=object)
        filled[field.key] = held.where(held.notna(), values)
    return filled


def _as_written(value: str, field: Field) -> str | float:
    """Return an answer as the form shows it: yes and no in words, money in yuan, labels of codes."""
    if field.kind == "yesno":
        return "是" if value == "1" else "否"
    if field.kind == "money":
        return int(value) / FEN_PER_YUAN
    if field.kind in ("integer", "number"):
        return float(value)
    if field.kind in ("code", "codes"):
        return "、".join(table(field.codes).show(part) for part in value.split("、"))
    return value


class _Identities:
    """Names and numbers by person, when they were opened for this purpose."""

    def __init__(self, state: State, rows: pd.DataFrame | None) -> None:
        self.values = (
            {} if rows is None else {(p, k): v for p, k, v in rows[["person", "kind", "value"]].itertuples(index=False)}
        )
        heads = state.members[state.members["relation"] == head_of_household()]
        self.heads = dict(zip(heads["hh"], heads["person"], strict=True))

    def of(self, persons: pd.Series, kind: str) -> pd.Series:
        """Return one kind of value by person."""
        return as_cells([self.values.get((person, kind)) for person in persons], persons)

    def of_head(self, households: pd.Series, kind: str) -> pd.Series:
        """Return one kind of value of the heads of households."""
        return as_cells([self.values.get((self.heads.get(hh, ""), kind)) for hh in households], households)


def _household_rows(state: State, told: _Identities) -> pd.DataFrame:
    frame = state.households.copy()
    marks = state.marks[state.marks["kind"] == marked_for_exit()].sort_values(["hh", "month", "route"])
    newest = marks[marks["month"] == marks.groupby("hh")["month"].transform("max")]
    routes = newest.dropna(subset=["route"]).groupby("hh")["route"].agg(lambda values: "、".join(dict.fromkeys(values)))
    marked = newest.groupby("hh")["month"].max()
    return frame.assign(
        head_name=told.of_head(frame["hh"], "name"),
        phone=told.of_head(frame["hh"], "phone"),
        account=told.of_head(frame["hh"], "account"),
        helper_name=told.of_head(frame["hh"], "helper"),
        identified_month=month_text(frame["identified_month"]),
        mark_month=month_text(frame["hh"].map(marked)),
        mark_routes=frame["hh"].map(routes),
        objects=yes_or_no(frame["objects"]),
    )


def _member_rows(state: State, told: _Identities) -> pd.DataFrame:
    frame = state.members.copy()
    held = (
        state.placements[state.placements["to_month"].isna()].drop_duplicates("person", keep="last").set_index("person")
    )
    places = {"post": "post", "employer": "employer", "post_route": "route"}
    return frame.assign(
        name=told.of(frame["person"], "name"),
        id_number=told.of(frame["person"], "id_number"),
        birth=_days_of_birth(frame["birth"], told.of(frame["person"], "id_number")),
        medical_insurance=yes_or_no(frame["medical_insurance"]),
        minimum_living=yes_or_no(frame["minimum_living"]),
        post_from=month_text(frame["person"].map(held["from_month"])),
        **{key: frame["person"].map(held[column]) for key, column in places.items()},
    )


def _days_of_birth(months: pd.Series, numbers: pd.Series) -> pd.Series:
    """Return dates of birth: with the day where the identity number, opened for the form, has it; else the month.

    The ledger holds months. A number that names another month is left to the village: the form shows what is held.
    """
    shown = month_text(months)
    days = [birth_in_number(number) if isinstance(number, str) else None for number in numbers]
    return as_cells(
        [
            day.isoformat() if day is not None and str(Month(day.year, day.month)) == month else month
            for day, month in zip(days, shown, strict=True)
        ],
        months,
    )


def _income_rows(state: State, month: Month) -> pd.DataFrame:
    poor = state.households[["hh"]].copy()
    before = state.observations[state.observations["month"] < month.ordinal]
    before = before.sort_values(["hh", "month"]).drop_duplicates("hh", keep="last").set_index("hh")
    frame = poor.assign(month=str(month))
    for key, column in _ASKED_EVERY_MONTH.items():
        frame[f"_last_{key}"] = in_yuan(frame["hh"].map(before[column]))
    for key in GUARANTEES:
        frame[key] = yes_or_no(frame["hh"].map(before[key]))
    kinds = {f.transfer: f.key for f in form().sheet("income").fields if f.transfer}
    last = frame["hh"].map(before["month"])
    paid = state.transfers.merge(pd.DataFrame({"hh": frame["hh"], "month": last}), on=["hh", "month"])
    for kind, key in kinds.items():
        found = paid[paid["kind"] == kind].groupby("hh")["fen"].sum()
        name = f"_last_{key}" if key in ("temporary_relief", "school_aid") else key
        frame[name] = in_yuan(frame["hh"].map(found))
    return frame


def _support_rows(state: State, planned: pd.DataFrame | None) -> pd.DataFrame:
    rows = state.support[~state.support["status"].isin(help_ended())]
    if planned is not None and len(planned):
        known = planned[planned["hh"].isin(state.households["hh"])]
        rows = pd.concat([rows, planned_rows(known, state.support)], ignore_index=True)
    return rows.assign(
        support=rows["id"],
        measure=rows["measure"].map(table("measure").show),
        from_month=month_text(rows["from_month"]),
        to_month=month_text(rows["to_month"]),
        amount=in_yuan(rows["fen"]),
    )
