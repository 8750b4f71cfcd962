"""The same township as ledger tables, for sizes where nobody would write workbooks.

Responsible for the column layout of the contract between rooms (docs/architecture.md, ledger); no names, no
identity numbers. Vectorised: 20,000 households take seconds. Not responsible for loading them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.money import FEN_PER_YUAN
from povlib.sample.help.help_given import RUNNING
from povlib.sample.help.township_plan import ENTERPRISE, LOCAL
from povlib.sample.housing.house_bills import bill_items, prices_of_main_items, project_cost
from povlib.sample.housing.house_standing import building_sites, dwellings, material_credits
from povlib.sample.housing.inspection_round import inspection_tables
from povlib.sample.housing.site_records import project_keys, schedules, weekly_records, works_on_day
from povlib.sample.office.household_register import held_posts, register
from povlib.sample.office.reported_income import reported_months
from povlib.sample.township import Township
from povlib.sample.truth.income_process import GUARANTEES, IRREGULAR, TRANSFERS
from povlib.sample.villages.village_tables import village_rows

_MEMBER = ["person", "hh", "relation", "sex", "birth", "education", "school", "health", "labour", "workplace",
           "work_months", "medical_insurance", "disability", "minimum_living"]  # fmt: skip


def ledger_rows(township: Township) -> dict[str, pd.DataFrame]:
    """Return the tables of the ledger's state, by name.

    households, members, observations, transfers, support, marks, placements; projects, project_items, progress,
    project_schedules, bill_items, dwellings, material_credits, building_sites; inspection_rounds, inspection_visits,
    inspection_findings, list_entries, objections; those of `village_rows`. Photos are files: see `drawn_photos`. Months
    are ordinals (`progress.week` is a date as yyyymmdd), money is fen, guarantees are Int8, text is `str`; every frame
    is sorted by its key. The rows are those of the workbooks: what has arrived by the last month, nothing of the truth.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> tables = ledger_rows(simulate(60, seed=5))
    >>> int((tables["households"]["status"] != "已脱贫").sum())
    60
    """
    reported = reported_months(township)
    made = {
        "households": _household_table(township),
        "members": _member_table(township),
        "observations": _observation_table(township, reported),
        "transfers": _transfer_table(township, reported),
        "support": _support_table(township),
        "marks": _mark_table(township),
        "placements": _placement_table(township),
        **ledger_rows_of_works(township),
        **_house_frames(township),
        **village_rows(township),
    }
    # bills of those who left after the plan: the months before told of them, a ledger begun later does not know them
    known = made["medical_bills"]["person"].isin(made["members"]["person"])
    made["medical_bills"] = made["medical_bills"][known].reset_index(drop=True)
    return {name: _with_text_columns(frame) for name, frame in made.items()}


def house_rows(township: Township) -> dict[str, pd.DataFrame]:
    """Return the tables about houses alone, as `ledger_rows` holds them.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> len(house_rows(simulate(60, seed=5))["building_sites"])
    3
    """
    return {name: _with_text_columns(frame) for name, frame in _house_frames(township).items()}


def _house_frames(township: Township) -> dict[str, pd.DataFrame]:
    made = {
        "project_schedules": schedules(township),
        "bill_items": bill_items(township),
        "dwellings": dwellings(township),
        "material_credits": material_credits(township),
        "building_sites": building_sites(township),
        **inspection_tables(township),
    }
    return {name: _blank_as_missing(frame) for name, frame in made.items()}


def _blank_as_missing(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave unknown what the simulator leaves blank: the builders of a rented house, most remarks."""
    filled = frame.copy()
    for column in frame.select_dtypes(["object", "str"]):
        filled[column] = _empty_as_missing(frame[column])
    return filled


def _with_text_columns(frame: pd.DataFrame) -> pd.DataFrame:
    text = {c: "str" for c in frame.columns if frame[c].dtype == object}
    return frame.astype(text).reset_index(drop=True)


def _keys_of_households(township: Township, rows: object) -> np.ndarray:
    return np.asarray(township.households["hh"].to_numpy()[np.asarray(rows)])


def _empty_as_missing(values: object) -> np.ndarray:
    cells = np.asarray(values, dtype=object).copy()
    cells[cells == ""] = None
    return cells


def _household_table(township: Township) -> pd.DataFrame:
    seen = register(township)
    here = township.present()
    size = np.bincount(township.members["row"].to_numpy()[here], minlength=len(seen))
    return seen.drop(columns=["mark_month", "mark_routes"]).assign(
        other_causes=_empty_as_missing(seen["other_causes"]),
        coop=_empty_as_missing(seen["coop"]),
        identified_month=seen["identified_month"].astype("Int64"),
        helper_assigned=True,
        size=size,
    )


def _member_table(township: Township) -> pd.DataFrame:
    people = township.members_known[township.present()]
    frame = people.assign(
        hh=_keys_of_households(township, people["row"]),
        disability=people["health"].str.contains("残疾"),
        **{name: _empty_as_missing(people[name]) for name in ("education", "school", "workplace")},
    )
    frame["work_months"] = frame["work_months"].where(people["workplace"] != "").astype("Int64")
    return frame[_MEMBER].sort_values("person", ignore_index=True)


def _observation_table(township: Township, reported: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame({"hh": _keys_of_households(township, reported["row"]), "month": reported["month"]})
    for name in ("wage", "business", "property"):
        frame[f"{name}_fen"] = reported[f"{name}_fen"]
    frame["one_off_fen"] = reported["other_one_off_fen"]
    frame["cost_fen"] = reported["cost_fen"]
    for guarantee in GUARANTEES:
        frame[guarantee] = reported[guarantee].astype("Int8")
    frame["flag"] = np.where(reported["delay"] > 0, "late", "observed")
    return frame


def _transfer_table(township: Township, reported: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for kind in (*TRANSFERS, *IRREGULAR):
        paid = reported[reported[f"{kind}_fen"] > 0]
        parts.append(
            pd.DataFrame({"row": paid["row"], "month": paid["month"], "kind": kind, "fen": paid[f"{kind}_fen"]})
        )
    frame = pd.concat(parts, ignore_index=True).sort_values(["row", "month", "kind"], ignore_index=True)
    frame.insert(0, "hh", _keys_of_households(township, frame.pop("row")))
    return frame


def _support_table(township: Township) -> pd.DataFrame:
    spells, measures = township.spells_known, township.world.measures
    person = spells["person_row"].to_numpy()
    hh = _keys_of_households(township, spells["row"])
    serial = spells.groupby("row").cumcount().to_numpy() + 1
    amount = spells["measure"].map({k: m.cost_yuan or m.one_off_yuan for k, m in measures.items()}).to_numpy()
    running = spells["end"] == RUNNING
    return pd.DataFrame(
        {
            "id": [f"{k}-C{n:02d}" for k, n in zip(hh, serial, strict=True)],
            "hh": hh,
            "person": np.where(person >= 0, township.members["person"].to_numpy()[person], None),
            "measure": spells["measure"],
            "from_month": spells["start"],
            "to_month": (spells["end"] - 1).astype("Int64").mask(running),
            "fen": pd.Series(amount * FEN_PER_YUAN).astype("Int64"),
            "fund": spells["measure"].map({k: m.fund for k, m in measures.items()}),
            "status": spells["status"],
        }
    ).assign(fen=lambda f: f["fen"].mask(f["fen"] == 0))


def _mark_table(township: Township) -> pd.DataFrame:
    routes = township.marks.routes
    month = register(township)["mark_month"].to_numpy()[routes["row"]]
    frame = pd.DataFrame(
        {"hh": _keys_of_households(township, routes["row"]), "month": month, "kind": "预脱贫", "route": routes["route"]}
    )
    frame["person"] = pd.array([None] * len(frame), dtype="str")
    return frame


def ledger_rows_of_works(township: Township) -> dict[str, pd.DataFrame]:
    """Return projects, project_items and progress, as `ledger_rows` holds them."""
    works, project = township.works, project_keys(township)
    status = works_on_day(township)["status"]
    records = weekly_records(township)
    return {
        "projects": pd.DataFrame(
            {
                "project": project,
                "hh": _keys_of_households(township, works["row"]),
                "kind": works["kind"],
                "grade": works["grade"],
                "cost_fen": project_cost(township) * FEN_PER_YUAN,
                "status": status,
                "done_month": works["done_month"].astype("Int64").where(status.eq("完工")),
            }
        ),
        "project_items": pd.DataFrame(
            {
                "project": project,
                "item": works["item"],
                "qty": works["quantity"].astype(float),
                "unit": works["unit"],
                "unit_fen": prices_of_main_items(township) * FEN_PER_YUAN,
            }
        ),
        "progress": records[["project", "week", "pct", "text"]].assign(
            photo_sha256=pd.array([None] * len(records), dtype="str")
        ),
    }


def _placement_table(township: Township) -> pd.DataFrame:
    posts = held_posts(township)
    frame = pd.DataFrame(
        {
            "post": posts["post"],
            "person": township.members["person"].to_numpy()[posts["person_row"]],
            "hh": _keys_of_households(township, posts["row"]),
            "employer": posts["employer"],
            "place": np.where(posts["enterprise"], "县外省内", "乡镇内"),
            "from_month": posts["start"],
            "to_month": pd.array([pd.NA] * len(posts), dtype="Int64"),
            "route": np.where(posts["enterprise"], ENTERPRISE, LOCAL),
        }
    )
    return frame.sort_values(["person", "post"], ignore_index=True)
