"""An area is whole townships side by side: nothing of one is mistaken for another's, and nothing says it is real."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from povlib.ledger.storage.table_schema import BY_FRAME
from povlib.sample import ledger_rows, sheets, simulate
from povlib.sample.office.practice_area import (
    area_rows,
    area_townships,
    township_sizes,
    write_area_tables,
    write_area_workbooks,
)
from povlib.sample.world import in_township, township_name

SMALL = 600


@pytest.fixture(scope="module")
def area():
    return list(area_townships(SMALL, seed=5))


def test_townships_are_as_even_as_can_be_and_add_up():
    for households in (60, 340, 341, 5000, 20_000, 199_999):
        sizes = township_sizes(households)
        assert sum(sizes) == households
        assert max(sizes) - min(sizes) <= 1
        assert len(sizes) == 1 or 300 < min(sizes) < 400


def test_the_first_township_is_the_practice_township_itself(area):
    alone, first = simulate(SMALL // 2, seed=5), area_rows(area[0])
    for name, frame in ledger_rows(alone).items():
        pd.testing.assert_frame_equal(first[name], frame)


def test_no_key_of_one_township_is_a_key_of_another(area):
    parts = [area_rows(township) for township in area]
    for name in parts[0]:
        key = [column for column in BY_FRAME[name].key if column in parts[0][name]]
        both = pd.concat([part[name] for part in parts], ignore_index=True)
        assert not both.duplicated(key).any(), name


def test_no_identity_number_is_given_twice(area):
    numbers = pd.concat([sheets(township, only=["member"])["member"]["id_number"] for township in area])
    assert numbers.str[:17].is_unique
    assert numbers.str.len().between(18, 20).all()


def test_names_of_another_township_stand_before_its_villages_and_nowhere_twice():
    names = [township_name(number) for number in range(1, 1000)]
    assert len(set(names)) == len(names)
    said = in_township("乐北石斛基地 源笙铁皮石斛专业合作社 长乐乡政府 养殖", 1)
    assert said == "枫岭乐北石斛基地 枫岭源笙铁皮石斛专业合作社 枫岭乡政府 养殖"


@pytest.mark.thorough
@pytest.mark.thorough
def test_a_larger_area_is_two_workbooks_a_township_and_the_same_bytes_again(tmp_path: Path):
    first = write_area_workbooks(SMALL, tmp_path / "a", seed=5)
    second = write_area_workbooks(SMALL, tmp_path / "b", seed=5)
    assert [path.name for path in first] == [
        "001_长乐乡_2016-04.xlsx", "台账-长乐乡_2016-04.xlsx", "002_枫岭乡_2016-04.xlsx", "台账-枫岭乡_2016-04.xlsx",
    ]  # fmt: skip
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_rows_of_a_county_say_that_they_are_synthetic_and_hold_no_names(tmp_path: Path):
    [folder] = write_area_tables(SMALL, tmp_path, seed=5)
    assert "合成数据" in (folder / "note.txt").read_text(encoding="utf-8")
    found = pd.read_parquet(folder / "households.parquet")
    assert (found["status"] != "已脱贫").sum() == SMALL
    assert not {path.stem for path in folder.glob("*.parquet")} & {"identity", "photos"}
