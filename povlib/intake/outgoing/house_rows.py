"""What the ledger knows about houses, as the rows of the form that a village gets to fill in.

Responsible for the works that are not finished, their bills and weeks, the dwellings that may need works, credit that
is not repaid, and building sites. Not responsible for other sheets (`form_rows`) or the workbook (`forms`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from povlib.intake.outgoing.written_cells import in_yuan, month_text, written_codes, written_days, yes_or_no
from povlib.params.tables import table
from povlib.vocabulary.help_and_works import works_finished
from povlib.vocabulary.register import registered_statuses, unsafe_grades

if TYPE_CHECKING:
    from povlib.ledger import State

_YES_NO = ("only_dwelling", "prior_benefit", "willing", "plan_fits")


def house_rows(state: State) -> dict[str, pd.DataFrame]:
    """Return the rows of the sheets about houses, by sheet; each with its household, a site with its village."""
    open_works = state.projects[state.projects["status"] != works_finished()]
    return {
        "housing": _housing_rows(state, open_works),
        "dwelling": _dwelling_rows(state),
        "bill": _bill_rows(state, open_works),
        "progress": open_works[["project", "hh"]].sort_values("project", ignore_index=True),
        "credit": _credit_rows(state),
        "site": _site_rows(state),
    }


def _housing_rows(state: State, rows: pd.DataFrame) -> pd.DataFrame:
    plans = state.project_schedules.set_index("project")
    items = state.project_items.drop_duplicates("project").set_index("project")
    told = state.progress.sort_values(["project", "week"]).drop_duplicates("project", keep="last").set_index("project")
    return rows.assign(
        item=rows["project"].map(items["item"]),
        quantity=rows["project"].map(items["qty"]),
        unit=rows["project"].map(items["unit"]),
        unit_price=in_yuan(rows["project"].map(items["unit_fen"])),
        cost=in_yuan(rows["cost_fen"]),
        progress=rows["project"].map(told["pct"]).astype("float64").round().replace(np.inf, np.nan),
        # with the day and words it was told with: a percentage without its day would come back as another answer
        week=written_days(rows["project"].map(told["week"])),
        week_text=rows["project"].map(told["text"]),
        done_month=month_text(rows["done_month"]),
        crew=rows["project"].map(plans["crew"]),
        **{key: written_days(rows["project"].map(plans[key])) for key in ("start_day", "planned_done_day", "done_day")},
    )


def _dwelling_rows(state: State) -> pd.DataFrame:
    """Return the registered households whose dwelling is unsafe, and those of whom something is known."""
    asked = state.households["housing_grade"].isin(unsafe_grades()) & state.households["status"].isin(
        registered_statuses()
    )
    rows = state.households.loc[asked | state.households["hh"].isin(state.dwellings["hh"]), ["hh"]]
    rows = rows.merge(state.dwellings, on="hh", how="left")
    return rows.assign(
        **{key: yes_or_no(rows[key]) for key in _YES_NO},
        delay_cause=written_codes(rows["delay_cause"], "delay_cause"),
        way=written_codes(rows["way"], "housing_way"),
    )


def _bill_rows(state: State, works: pd.DataFrame) -> pd.DataFrame:
    """Return the bills of works that are not finished, in the order in which a bill comes about."""
    stages = {code.key: at for at, code in enumerate(table("bill_stage").codes)}
    rows = state.bill_items.merge(works[["project", "hh"]], on="project")
    rows = rows.assign(_stage=rows["stage"].map(stages)).sort_values(["project", "_stage", "item"], ignore_index=True)
    return rows.assign(
        stage=written_codes(rows["stage"], "bill_stage"),
        quantity=rows["qty"],
        unit_price=in_yuan(rows["unit_fen"]),
        note=rows["remark"],
    )


def _credit_rows(state: State) -> pd.DataFrame:
    repaid = table("credit_status").the_one_with_role("repaid")
    rows = state.material_credits[state.material_credits["status"].fillna("") != repaid]
    return rows.assign(
        credit=rows["id"],
        amount=in_yuan(rows["fen"]),
        from_month=month_text(rows["from_month"]),
        due_month=month_text(rows["due_month"]),
        repaid=in_yuan(rows["repaid_fen"]),
        status=written_codes(rows["status"], "credit_status"),
    )


def _site_rows(state: State) -> pd.DataFrame:
    rows = state.building_sites
    return rows.assign(
        cost=in_yuan(rows["cost_fen"]),
        status=written_codes(rows["status"], "site_status"),
        opened_month=month_text(rows["opened_month"]),
    )
