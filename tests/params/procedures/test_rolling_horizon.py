"""horizon.yaml: read whole, every wrong line told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib.calendar import Month
from povlib.errors import ParameterError
from povlib.params.procedures.rolling_horizon import load_rolling_horizon
from povlib.places import DATA, PARAMS

SAMPLE = DATA / "sample" / "params"


def test_shipped_files_are_sound_and_the_projects_names_no_amount() -> None:
    own, practice = load_rolling_horizon(PARAMS), load_rolling_horizon(SAMPLE)
    assert own.goal_persons is None
    assert own.arrivals == own.futures == ()
    assert all(row.status == "synthetic" for row in practice.arrivals)
    assert sum(future.probability for future in practice.futures) == 1.0


def test_an_office_without_the_file_has_the_projects(tmp_path: Path) -> None:
    assert load_rolling_horizon(tmp_path) == load_rolling_horizon(PARAMS)


def test_months_and_periods_by_hand() -> None:
    found = load_rolling_horizon(SAMPLE)
    assert [str(found.last_month(t)) for t in range(4)] == ["2016-12", "2017-06", "2017-12", "2018-12"]
    # what arrives in May 2017 may pay from the period that begins in July
    assert found.period_from(Month(2017, 5)) == 2
    assert found.period_from(Month(2018, 2)) is None
    assert found.last_period(Month(2017, 11)) == 2
    assert found.last_period(Month(2016, 5)) is None


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    words = (SAMPLE / "horizon.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("periods: [2016-06, 2017-01,", "periods: [2016-06, 2016-01,"),
        ("fund: housing, month: 2017-05, amount_yuan: 90000, spend_by: 2017-12",
         "fund: housing, month: 2017-05, amount_yuan: 90000, spend_by: 2017-04"),
        ("fund: special, month: 2017-12", "fund: special, month: 2019-12"),
        ("fund: special, month: 2017-05", "fund: special, month: 2016-12"),
        ("post: small_parts,", "post: small_parts, coop: poultry_buyer,"),
        ("probability: 0.3", "probability: 0.2"),
        ("key: late", "key: half"),
    ):  # fmt: skip
        assert old in words
        words = words.replace(old, new)
    (tmp_path / "horizon.yaml").write_text(words, encoding="utf-8")
    with pytest.raises(ParameterError) as refused:
        load_rolling_horizon(tmp_path)
    assert len(refused.value.faults) == 7
