"""Ledger tables without workbooks are the rows that the workbooks give when they are read."""

import pandas as pd
import pytest

from povlib.ledger.storage.village_tables import VILLAGE_SPECS
from povlib.places import DATA
from povlib.sample import ledger_rows, simulate


@pytest.fixture(scope="module")
def tables(township):
    return ledger_rows(township)


@pytest.fixture(scope="module")
def read():
    from povlib import intake

    files = sorted((DATA / "sample" / "workbooks").glob("*.xlsx"))
    verdicts = intake.check(files, villages=DATA / "sample" / "params" / "villages.yaml")
    # the audit pack may leave notes (who has no measure yet); nothing may be held back
    assert {v.verdict for v in verdicts} <= {"accept", "accept_with_notes"}
    assert all(flag.refuses == "note" for v in verdicts for flag in v.flags)
    names = {name for v in verdicts for name in v.rows}
    return {name: pd.concat([v.rows[name] for v in verdicts if name in v.rows], ignore_index=True) for name in names}


KEYS = {
    "households": ["hh"],
    "members": ["person"],
    "observations": ["hh", "month"],
    "transfers": ["hh", "month", "kind"],
    "support": ["id"],
    "marks": ["hh", "route"],
    "projects": ["project"],
    "project_items": ["project", "item"],
    "progress": ["project", "week"],
    "placements": ["person"],
    "project_schedules": ["project"],
    "bill_items": ["project", "stage", "item"],
    "dwellings": ["hh"],
    "material_credits": ["id"],
    "building_sites": ["site"],
    "posts": ["post"],
    **{spec.frame: list(spec.key) for spec in VILLAGE_SPECS},
}


@pytest.mark.parametrize("name", sorted(KEYS))
def test_tables_are_what_intake_reads_from_the_workbooks(tables, read, name):
    mine, theirs = (f[name].sort_values(KEYS[name], ignore_index=True) for f in (tables, read))
    assert len(mine) == len(theirs)
    told_elsewhere = {"flag", "size", "photo_sha256", "measure"}  # a workbook knows no lateness, no size, no picture
    shared = [c for c in mine.columns if c in theirs.columns and c not in told_elsewhere]
    assert set(theirs.columns) - {"measure", "flag"} == set(shared)
    for column in shared:
        left, right = (
            f[column].mask(f[column].eq("").fillna(False)) for f in (mine, theirs)
        )  # an empty text: not known
        assert (left.isna() == right.isna()).all()
        known = left.notna()
        same = left[known].astype("float64") if left.dtype != "str" else left[known].astype(str)
        assert (same.to_numpy() == right[known].astype(same.dtype).to_numpy()).all(), column


def test_measures_are_keys_of_the_catalogue(tables, read):
    from povlib import params

    table = params.table("measure")
    labels = read["support"].sort_values("id")["measure"].map(table.stored)
    assert (tables["support"].sort_values("id")["measure"].to_numpy() == labels.to_numpy()).all()


def test_tables_are_typed_as_the_contract_says(tables):
    observations = tables["observations"]
    assert {str(observations[c].dtype) for c in observations.columns if c.endswith("_fen")} == {"int64"}
    assert {str(observations[c].dtype) for c in ("food", "housing", "water")} == {"Int8"}
    assert observations["month"].dtype == "int64"
    assert set(observations["flag"]) == {"observed", "late"}
    assert str(tables["households"]["hh"].dtype) == "str"
    for name, frame in tables.items():
        assert isinstance(frame.index, pd.RangeIndex), name
        # an account of a co-op's books is no bank account
        assert name == "coop_entries" or not {"name", "id_number", "phone", "account"} & set(frame.columns)


def test_income_is_the_truth_that_has_arrived_in_whole_yuan(township, tables):
    frame = tables["observations"]
    row = frame["hh"].map({hh: i for i, hh in enumerate(township.households["hh"])})
    truth = township.truth.money["wage"][row, frame["month"] - township.months[0]]
    assert abs(frame["wage_fen"] / 100 - truth).max() <= 0.5
    assert len(frame) < len(township.households) * len(township.months)


def test_a_late_month_arrives_with_a_later_workbook(township):
    now, later = ledger_rows(township)["observations"], ledger_rows(simulate(months_after=3))["observations"]
    old = later[later["month"] <= now["month"].max()]
    merged = old.merge(now, on=["hh", "month"], how="left", indicator=True)
    arrived = merged[merged["_merge"] == "left_only"]
    assert 0 < len(arrived) < 30
    assert set(arrived["flag_x"]) == {"late"}
    assert len(old) >= len(now)


@pytest.mark.thorough
def test_twenty_thousand_households_come_without_workbooks():
    tables = ledger_rows(simulate(20_000))
    assert tables["observations"]["hh"].nunique() > 20_000
    assert (tables["households"]["status"] != "已脱贫").sum() == 20_000
