"""The rows of the village workbooks, by sheet of the form.

Responsible for putting the township into the columns of `povlib.intake.form`, as a village clerk would write
them: labels, yuan, 是/否, months as 2016-04. Not responsible for the files (`village_workbooks`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from povlib.arrays import Ints
from povlib.calendar import Month
from povlib.intake.form import ANSWERS, every_sheet, form
from povlib.money import FEN_PER_YUAN
from povlib.sample.help.help_given import RUNNING
from povlib.sample.help.township_plan import ENTERPRISE, LOCAL
from povlib.sample.housing.house_bills import prices_of_main_items, project_cost
from povlib.sample.housing.site_records import project_keys, schedules, weekly_records, works_on_day
from povlib.sample.office.house_sheets import answers, table_sheet, tables_of_sheets
from povlib.sample.office.household_register import held_posts, register
from povlib.sample.office.reported_income import MONEY, reported_months
from povlib.sample.population.identities import account, birth_date, identities, phone
from povlib.sample.township import Township
from povlib.sample.truth.income_process import GUARANTEES
from povlib.sample.villages.rosters import helper_numbers


def sheets(township: Township, *, only: Collection[str] | None = None) -> dict[str, pd.DataFrame]:
    """Return a frame a sheet of both forms, with its field keys as columns and a `village` beside them.

    Parameters
    ----------
    only : collection of str, optional
        Keys of the sheets to make; default all.

    Examples
    --------
    >>> from povlib.sample.township import simulate
    >>> sorted(sheets(simulate(60, seed=3)))[:5]
    ['assignment', 'base', 'bill', 'contract', 'coop']
    """
    names = identities(township.households, township.members, township.seed, township.world)
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "household": lambda: _household_sheet(township, names),
        "member": lambda: _member_sheet(township, names),
        "income": lambda: _income_sheet(township),
        "support": lambda: _support_sheet(township),
        "housing": lambda: _housing_sheet(township),
    }
    made: dict[str, pd.DataFrame] = {}
    asked_for = [sheet for sheet in every_sheet().values() if only is None or sheet.key in only]
    rest = [sheet for sheet in asked_for if sheet.key not in makers]
    tables = tables_of_sheets(township, rest) if rest else {}
    for sheet in asked_for:
        key, asked = sheet.key, sheet.fields
        frame = makers[key]() if key in makers else table_sheet(township, sheet, tables)
        # a question added to the form after the simulator was written: nobody of the practice township has answered it
        new = {f.key: None for f in asked if f.destination == ANSWERS and f.key not in frame}
        frame = frame.assign(**new)
        fields = [f.key for f in asked]
        extra = [] if "village" in fields else ["village"]
        made[key] = frame[fields + extra].reset_index(drop=True)
    return made


def month_text(months: Ints | pd.Series) -> list[str | None]:
    """Return months as the workbook shows them; no month is an empty cell."""
    return [None if pd.isna(m) or not 0 < int(m) < RUNNING else str(Month.from_ordinal(int(m))) for m in months]


def _yes_or_no(values: object) -> np.ndarray:
    return np.where(np.asarray(values, dtype=bool), "是", "否")


def _village_names(township: Township, rows: Ints) -> np.ndarray:
    names = np.array([v.name for v in township.world.villages], dtype=object)
    return np.asarray(names[township.households["village_row"].to_numpy()[rows]])


def _empty_as_blank(values: pd.Series) -> pd.Series:
    """Return labels with empty texts as empty cells."""
    cells = values.astype(object)
    return cells.where(cells.notna() & cells.ne(""), None)


def _household_sheet(township: Township, names: pd.DataFrame) -> pd.DataFrame:
    seen = register(township)
    n = len(seen)
    rows = np.arange(n)
    head = township.members["relation"].eq("户主").to_numpy()
    head_name = pd.Series(names["name"].to_numpy()[head], index=township.members["row"].to_numpy()[head])
    helper = helper_numbers(township)
    first = 100_000 * township.world.number
    frame = seen.assign(
        head_name=head_name.reindex(rows).to_numpy(),
        group=[f"第{g}组" for g in township.households["group"]],
        helper_name=[f"仿干部{'甲乙丙丁戊己庚辛壬癸'[i % 10]}{i // 10 + 1}" for i in helper],
        phone=[phone(first + int(i) + 1) for i in rows],
        account=[account(first + int(i) + 1) for i in rows],
        objects=_yes_or_no(seen["objects"]),
        remark=township.world.banner,
    )
    for name in ("identified_month", "mark_month"):
        frame[name] = month_text(frame[name])
    for name in ("other_causes", "mark_routes", "coop"):
        frame[name] = _empty_as_blank(frame[name])
    return frame


def _member_sheet(township: Township, names: pd.DataFrame) -> pd.DataFrame:
    people = township.members_known
    frame = people.assign(name=names["name"].to_numpy(), id_number=names["id_number"].to_numpy())
    held = held_posts(township).set_index("person_row").reindex(frame.index)
    frame["post"], frame["employer"] = held["post"].fillna(""), held["employer"].fillna("")
    frame["post_route"] = held["enterprise"].map({True: ENTERPRISE, False: LOCAL}).fillna("")
    frame["post_from"] = month_text(held["start"])
    frame["hh"] = township.households["hh"].to_numpy()[frame["row"]]
    frame["village"] = _village_names(township, frame["row"].to_numpy())
    frame["birth"] = [birth_date(int(b), int(d)) for b, d in zip(frame["birth"], frame["day"], strict=True)]
    away = frame["workplace"] != ""
    frame["work_months"] = frame["work_months"].astype(object).where(away, None)
    for name in ("medical_insurance", "pension_insurance", "minimum_living"):
        frame[name] = _yes_or_no(frame[name])
    for name in ("education", "school", "workplace", "post", "employer", "post_route"):
        frame[name] = _empty_as_blank(frame[name])
    return frame[township.present()]


def _income_sheet(township: Township) -> pd.DataFrame:
    rows = reported_months(township)
    out = pd.DataFrame({name: rows[f"{name}_fen"] // FEN_PER_YUAN for name in MONEY})
    for guarantee in GUARANTEES:
        out[guarantee] = _yes_or_no(rows[guarantee])
    labels = {int(m): str(Month.from_ordinal(int(m))) for m in township.months}
    return out.assign(
        hh=township.households["hh"].to_numpy()[rows["row"]],
        month=rows["month"].map(labels),
        village=_village_names(township, rows["row"].to_numpy()),
    )


def _support_sheet(township: Township) -> pd.DataFrame:
    spells = township.spells_known
    measures = township.world.measures
    person = spells["person_row"].to_numpy()
    keys = township.members["person"].to_numpy()
    amount = spells["measure"].map({k: m.cost_yuan or m.one_off_yuan for k, m in measures.items()})
    return pd.DataFrame(
        {
            "support": [
                f"{k}-C{n:02d}"
                for k, n in zip(
                    _keys_of_households(township, spells["row"]), _serial_in_household(spells["row"]), strict=True
                )
            ],
            "hh": _keys_of_households(township, spells["row"]),
            "person": np.where(person >= 0, keys[person], None),
            "measure": spells["measure"].map({k: m.zh for k, m in measures.items()}),
            "from_month": month_text(spells["start"]),
            "to_month": month_text(spells["end"].where(spells["end"] == RUNNING, spells["end"] - 1)),
            "amount": [None if a == 0 else int(a) for a in amount],
            "fund": spells["measure"].map({k: m.fund for k, m in measures.items()}),
            "status": spells["status"],
            "route": _empty_as_blank(spells["route"]),
            "village": _village_names(township, spells["row"].to_numpy()),
        }
    )


def _keys_of_households(township: Township, rows: pd.Series) -> np.ndarray:
    return np.asarray(township.households["hh"].to_numpy()[rows])


def _serial_in_household(rows: pd.Series) -> Ints:
    return np.asarray(rows.groupby(rows).cumcount() + 1, dtype=np.int64)


def _housing_sheet(township: Township) -> pd.DataFrame:
    works, status, plans = township.works, works_on_day(township)["status"], schedules(township)
    beside = {f.key: answers(township, f, plans, "project_schedules") for f in form().sheet("housing").fields
              if f.place[0] == "project_schedules"}  # fmt: skip
    last = weekly_records(township).drop_duplicates("row", keep="last").sort_values("row", ignore_index=True)
    done = status.eq("完工")
    return pd.DataFrame(
        {
            "project": project_keys(township),
            "hh": _keys_of_households(township, works["row"]),
            "kind": works["kind"],
            "grade": works["grade"],
            "item": works["item"],
            "quantity": works["quantity"],
            "unit": works["unit"],
            "unit_price": prices_of_main_items(township),
            "cost": project_cost(township),
            "progress": last["pct"],
            "week": [f"{d // 10000}-{d // 100 % 100:02d}-{d % 100:02d}" for d in last["week"]],
            "week_text": last["text"],
            "status": status,
            "done_month": month_text(works["done_month"].where(done, -1)),
            **beside,
            "village": _village_names(township, works["row"].to_numpy()),
        }
    )
