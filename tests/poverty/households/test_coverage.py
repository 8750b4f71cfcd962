"""Who was reached: a survey of eight households in four clusters against a register, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib import poverty
from povlib.errors import DataError

LINE = 300_000


def survey(**more: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "survey_id": [f"Y{i}" for i in range(8)],
            "hh": ["A", "", "B", "", "C", "D", "", ""],
            "village": ["甲", "甲", "乙", "乙", "甲", "甲", "乙", "乙"],
            "cluster": ["1", "1", "2", "2", "3", "3", "4", "4"],
            "weight": [10.0] * 8,
            "size": [2, 4, 1, 3, 5, 2, 1, 2],
            "income_fen_per_head": [150_000, 200_000, 290_000, 600_000, 450_000, 250_000, 900_000, 301_000],
            **more,
        }
    )


def actual(found: poverty.Coverage) -> pd.Series:
    rows = found.measures[found.measures["benchmark"] == "actual"]
    return rows.set_index("measure")["estimate"]


def test_errors_count_persons_and_the_register_is_the_ledgers() -> None:
    found = poverty.register_coverage(survey(), {"A", "B", "C"}, {"A", "B", "C", "D"}, LINE)
    got = actual(found)
    # below the line: A 2, second 4, B 1, D 2 = 9 of 20 persons; on the register A 2, B 1, C 5
    assert got["poverty_rate"] == pytest.approx(9 / 20)
    assert got["coverage"] == pytest.approx(8 / 20)
    assert got["exclusion"] == pytest.approx(6 / 9)  # D left the register, so it is missed too
    assert got["inclusion"] == pytest.approx(5 / 8)
    facts = found.facts.iloc[0]
    assert (facts["on_register"], facts["unknown"], facts["clusters"]) == (3, 0, 4)
    assert bool(facts["few_clusters"])


def test_the_lists_name_keys_and_places_the_clearest_first() -> None:
    found = poverty.register_coverage(survey(), {"A", "B", "C"}, {"A", "B", "C", "D"}, LINE)
    rows = found.suspects[["kind", "survey_id", "hh", "village", "rank"]].to_numpy().tolist()
    assert rows == [
        ["exclusion", "Y1", "", "甲", 1],
        ["exclusion", "Y5", "D", "甲", 2],
        ["inclusion", "Y4", "C", "甲", 1],
    ]
    assert found.suspects["distance"].tolist() == pytest.approx([1 / 3, 1 / 6, 0.5])


def test_groups_are_compared_with_everyone_else() -> None:
    ill = survey(ill_member=[1, 0, 1, 0, 0, 0, 0, 0], stratum=["山"] * 4 + ["川"] * 4)
    gaps = poverty.register_coverage(ill, {"A", "B", "C"}, {"A"}, LINE).gaps
    assert set(gaps["group"]) == {"stratum", "large", "ill_member"}
    own = gaps[(gaps["group"] == "ill_member") & (gaps["measure"] == "exclusion_gap")]
    assert own["estimate"].tolist() == pytest.approx([0 - 1.0])  # the ill are on the register, of the others nobody
    assert gaps[gaps["group"] == "ill_member"]["level"].unique().tolist() == ["1"]


def test_a_survey_without_clusters_or_groups_still_answers() -> None:
    found = poverty.register_coverage(survey().drop(columns="cluster"), {"A", "B"}, {"A", "B"}, LINE)
    assert found.facts["clusters"].tolist() == [8]
    assert found.facts["unknown"].tolist() == [2]  # C and D are in no ledger
    assert "cluster" not in found.suspects


def test_a_survey_of_the_register_alone_is_refused() -> None:
    rows = survey()
    with pytest.raises(DataError, match="cannot say who was missed"):
        poverty.register_coverage(rows[rows["hh"] != ""], {"A", "B", "C", "D"}, {"A", "B", "C", "D"}, LINE)


def test_a_single_cluster_is_refused_in_words() -> None:
    with pytest.raises(DataError):
        poverty.register_coverage(survey(cluster="1"), {"A", "B"}, {"A", "B"}, LINE)


@pytest.mark.parametrize(
    "change",
    [
        {"income_fen_per_head": "unknown"},
        {"income_fen_per_head": " "},
        {"income_fen_per_head": float("inf")},
        {"size": "three"},
        {"size": 0},
        {"weight": "1,5"},
        {"weight": None},
    ],
)
def test_surveys_that_cannot_be_read_are_refused_in_words(change: dict) -> None:
    with pytest.raises(DataError):
        poverty.register_coverage(survey(**change), {"A", "B"}, {"A", "B"}, LINE)


@pytest.mark.parametrize("line", [0, -1, float("nan"), float("inf"), None])
def test_a_line_is_above_zero(line: float) -> None:
    with pytest.raises(DataError):
        poverty.register_coverage(survey(), {"A", "B"}, {"A", "B"}, line)  # type: ignore[arg-type]
