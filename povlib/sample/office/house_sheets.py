"""Sheets that are one table each: every question of the form answered from the table that its destination names.

Responsible for sheets whose rows are rows of one table of the ledger (weekly progress, bills, dwellings, credits,
sites; co-ops, contracts, workers and the like) and for the schedule beside the works. Not responsible for what stands
in those tables (`povlib.sample.housing`, `povlib.sample.villages`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

from povlib.calendar import Month
from povlib.intake.form import Field, Sheet
from povlib.money import FEN_PER_YUAN
from povlib.sample.housing.drawn_photos import LABELS, MISSING, photo_list
from povlib.sample.office.ledger_tables import house_rows, ledger_rows_of_works
from povlib.sample.township import Township
from povlib.sample.villages.village_tables import village_rows


def table_sheet(township: Township, sheet: Sheet, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of a sheet that is one table, with its field keys as columns and the `village` of each row.

    A question whose destination no table answers stays empty: nobody of the practice township has answered it.
    """
    named = Counter(f.place[0] for f in sheet.fields if f.place[0] in tables)
    if not named:
        return pd.DataFrame({f.key: pd.Series(dtype=object) for f in sheet.fields}).assign(village="")
    primary = named.most_common(1)[0][0]
    rows = tables[primary]
    made = {f.key: answers(township, f, rows, primary) for f in sheet.fields}
    return pd.DataFrame({"village": _villages(township, rows), **made}, index=rows.index)


def tables_of_sheets(township: Township, sheets: Iterable[Sheet]) -> dict[str, pd.DataFrame]:
    """Return the tables that sheets ask for, by name: about houses, and those of villages where one is asked for.

    A post stands with what is asked of its holder.
    """
    made = {**ledger_rows_of_works(township), **house_rows(township)}
    if any(f.place[0] not in made for s in sheets for f in s.fields):
        made |= village_rows(township)
        posts = made.pop("posts").assign(wage=lambda f: f["wage_fen"])
        made["post_terms"] = made["post_terms"].merge(posts, on="post", how="left")
    return made


def answers(township: Township, field: Field, rows: pd.DataFrame, table: str) -> list[object]:
    """Return the cells of one question for the rows of a table, as a village clerk would write them."""
    place, column = field.place
    if place == "house_photos":
        return _photo_names(township, field, rows)
    name = column if place == table and column in rows else field.key
    if name not in rows:
        return [None] * len(rows)
    raw = township.world.raw
    measures = {key: measure.zh for key, measure in township.world.measures.items()}
    labels = {**raw["building"]["labels"], **raw["economy"]["labels"], "measure": measures}.get(field.codes, {})
    return [_cell(field, labels, value) for value in rows[name].tolist()]


def _cell(field: Field, labels: dict[str, str], value: object) -> object:
    if value is None or value is pd.NA or value != value or value == "":
        return None
    if field.kind == "money":
        yuan, rest = divmod(int(value), FEN_PER_YUAN)  # type: ignore[call-overload]
        return yuan if rest == 0 else yuan + rest / FEN_PER_YUAN
    if field.kind == "yesno":
        return "是" if value else "否"
    if field.kind == "month":
        return str(Month.from_ordinal(int(value)))  # type: ignore[call-overload]
    if field.kind == "date":
        day = int(value)  # type: ignore[call-overload]
        return f"{day // 10000}-{day // 100 % 100:02d}-{day % 100:02d}"
    return labels.get(value, value) if isinstance(value, str) else value


def _photo_names(township: Township, field: Field, rows: pd.DataFrame) -> list[object]:
    """File names of the phase that the question's header names, for projects and weeks."""
    phase = next((key for key, label in LABELS.items() if label in field.header), "")
    photos = photo_list(township)
    named = (
        photos[(photos["phase"] == phase) & (photos["planted"] != MISSING)]
        .set_index(["project", "week"])["file"]
        .to_dict()
    )
    return [named.get(key) for key in zip(rows["project"], rows["week"], strict=True)]


def _villages(township: Township, rows: pd.DataFrame) -> list[str]:
    if "village" in rows:
        return ["" if v is None or v != v else str(v) for v in rows["village"]]
    names = [township.world.villages[v].name for v in township.households["village_row"]]
    of_household = dict(zip(township.households["hh"], names, strict=True))
    if "hh" not in rows and "project" not in rows:
        return [""] * len(rows)
    hh = rows["hh"] if "hh" in rows else rows["project"].str.rsplit("-", n=1).str[0]
    return [of_household.get(h, "") for h in hh]
