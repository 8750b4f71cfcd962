"""What the ledger knows about work, co-ops, contracts and helpers, as the rows of the forms that go out.

Responsible for the sheets that are rows of one table each (`MAIN_TABLES`), and for listing the people who can work,
so that a village says what they can and wish. Not responsible for other sheets (`form_rows`) or workbooks (`forms`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from povlib.intake.form import Field, Sheet, every_sheet, form, township_form
from povlib.intake.outgoing.written_cells import as_cells, in_yuan, month_text, written_codes, written_days, yes_or_no
from povlib.intake.village_sheets import MAIN_TABLES
from povlib.params.tables import table
from povlib.vocabulary.register import labour_by_rank, registered_statuses

if TYPE_CHECKING:
    from povlib.ledger import State


def village_rows(state: State) -> dict[str, pd.DataFrame]:
    """Return the rows of the villages' sheets about work, products and helpers, by sheet."""
    made = {sheet.key: written_rows(getattr(state, MAIN_TABLES[sheet.key]), sheet)
            for sheet in form().sheets if sheet.key in MAIN_TABLES}  # fmt: skip
    made["worker"] = written_rows(_workers(state), every_sheet()["worker"])
    return made


def township_rows(state: State) -> dict[str, pd.DataFrame]:
    """Return the rows of the township's workbook, by sheet; a post stands with what is asked of its holder."""
    made = {sheet.key: written_rows(getattr(state, MAIN_TABLES[sheet.key]), sheet) for sheet in township_form().sheets}
    posts = state.posts.merge(state.post_terms, on="post", how="outer").sort_values("post", ignore_index=True)
    made["post"] = written_rows(posts, every_sheet()["post"])
    return made


def _workers(state: State) -> pd.DataFrame:
    """Return what is known of workers, and below it the members of registered households who can work, blank."""
    poor = state.households.loc[state.households["status"].isin(registered_statuses()), "hh"]
    able = state.members[state.members["labour"].isin(labour_by_rank()) & state.members["hh"].isin(poor)]
    asked = able.loc[~able["person"].isin(state.workers["person"]), ["person", "hh"]]
    if asked.empty:
        return state.workers
    return state.workers.merge(asked, on=["person", "hh"], how="outer").sort_values(["hh", "person"], ignore_index=True)


def written_rows(rows: pd.DataFrame, sheet: Sheet) -> pd.DataFrame:
    """Return rows of the ledger as the cells of a sheet, columns by field."""
    cells = {field.key: _cells(rows[field.place[1]], field) for field in sheet.fields if field.place[1] in rows}
    return pd.DataFrame(cells, index=rows.index).reindex(columns=[field.key for field in sheet.fields])


def _cells(values: pd.Series, field: Field) -> pd.Series:
    if field.kind == "money":
        return in_yuan(values)
    if field.kind == "month":
        return month_text(values)
    if field.kind == "date":
        return written_days(values)
    if field.kind == "yesno":
        return yes_or_no(values)
    if field.kind == "code":
        return written_codes(values, field.codes)
    if field.kind == "codes":
        codes = table(field.codes)
        told = [None if pd.isna(v) else "、".join(codes.show(part) for part in str(v).split("、")) for v in values]
        return as_cells(told, values)
    return values
