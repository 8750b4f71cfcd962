"""Income and the exit rule against a row-by-row reading of the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import poverty
from povlib.calendar import Month
from povlib.errors import DataError
from povlib.words import language_in_use

GUARANTEES = ("food", "clothing", "schooling", "medical", "housing", "water")
AT = Month(2016, 12)


@dataclass
class Frames:
    households: pd.DataFrame
    observations: pd.DataFrame
    transfers: pd.DataFrame


@dataclass
class Lines:
    """A catalogue with two regular kinds and lines by year."""

    lines: dict[int, int] = field(default_factory=lambda: {2015: 296_800, 2016: 314_600})
    income: tuple[SimpleNamespace, ...] = (
        SimpleNamespace(key="低保金", regular=True),
        SimpleNamespace(key="临时救助", regular=False),
    )

    def line_fen(self, authority: str, month: Month) -> int:
        return self.lines[month.year] + (10_000 if authority == "other" else 0)


@dataclass
class Rules:
    authority: str = "exit_check"
    margin: float = 0.0
    stability_months: int = 1


def month_row(hh: str, month: Month, wage: int | None = 30_000, **other: object) -> dict[str, object]:
    row: dict[str, object] = {"hh": hh, "month": month.ordinal, "wage_fen": wage, "business_fen": 0}
    row |= {"property_fen": 0, "one_off_fen": 0, "cost_fen": 0, "flag": "observed"} | dict.fromkeys(GUARANTEES, 1)
    return row | other


def frames(rows: list[dict[str, object]], size: int | None = 1, transfers: list[tuple] = ()) -> Frames:
    observations = pd.DataFrame(rows)
    for name in GUARANTEES:
        observations[name] = observations[name].astype("Int8")
    names = sorted({str(row["hh"]) for row in rows})
    return Frames(
        pd.DataFrame({"hh": names, "size": pd.Series([size] * len(names), dtype="Int64")}),
        observations,
        pd.DataFrame(transfers, columns=["hh", "month", "kind", "fen"]),
    )


def year(hh: str = "A", wage: int | None = 30_000, last: Month = AT, months: int = 12) -> list[dict[str, object]]:
    return [month_row(hh, last + -back, wage) for back in range(months)]


def test_income_is_net_of_costs_and_counts_regular_receipts_only() -> None:
    rows = year(wage=20_000)
    rows[0] |= {"business_fen": 90_001, "cost_fen": 50_000, "one_off_fen": 700_000}
    transfers = [
        ("A", AT.ordinal, "低保金", 6_000),
        ("A", AT.ordinal, "低保金", 1_000),
        ("A", AT.ordinal, "临时救助", 9),
    ]
    got = poverty.trailing_income(frames(rows, 2, transfers), AT, Lines())
    # (240000 + 90001 - 50000 + 7000) / 2 = 143500.5, half to even
    assert got["income_fen_per_head"].tolist() == [143_500]
    assert got.loc[0, ["months_known", "complete"]].tolist() == [12, True]


def test_a_receipt_outside_the_twelve_months_does_not_count() -> None:
    rows = [*year(wage=1_000), month_row("A", AT + -12, 999_999), month_row("A", AT + 1, 999_999)]
    got = poverty.trailing_income(frames(rows), AT, Lines())
    assert got["income_fen_per_head"].tolist() == [12_000]


def test_a_missing_month_is_never_zero() -> None:
    state = frames(year()[1:])
    got = poverty.trailing_income(state, AT + -1, Lines())
    assert got["income_fen_per_head"].isna().all()
    assert got["months_known"].tolist() == [11]
    verdict = poverty.assess(state, AT + -1, Lines(), Rules())
    assert verdict["exits"].isna().all()
    with language_in_use("en"):
        reason = poverty.assess(state, AT + -1, Lines(), Rules())["reason"][0]
    assert reason == "cannot be assessed; months of income missing: 1"


def test_a_month_whose_cell_is_empty_is_missing() -> None:
    rows = year()
    rows[3]["wage_fen"] = None
    assert not poverty.trailing_income(frames(rows), AT, Lines())["complete"].any()


def test_a_transfer_of_unknown_amount_makes_its_month_unknown() -> None:
    state = frames(year(), transfers=[("A", AT.ordinal, "低保金", None)])
    assert poverty.trailing_income(state, AT, Lines())["months_known"].tolist() == [11]


def test_a_missing_month_can_be_imputed_by_name_and_is_flagged() -> None:
    rows = [row for row in year(months=24) if row["month"] != (AT + -2).ordinal]
    rows = [row | {"wage_fen": 77_000} if row["month"] == (AT + -14).ordinal else row for row in rows]
    got = poverty.trailing_income(frames(rows), AT, Lines(), missing="same_month_last_year")
    assert got["income_fen_per_head"].tolist() == [11 * 30_000 + 77_000]
    assert got["months_imputed"].tolist() == [1]
    with language_in_use("en"):
        verdict = poverty.assess(frames(rows), AT, Lines(), Rules(), missing="same_month_last_year")
    assert verdict["reason"][0].endswith("months of income imputed: 1")
    assert verdict["exits"].tolist() == [True]


def test_the_run_rate_counts_the_wages_of_the_last_three_months_four_times() -> None:
    rows = year(wage=0)
    for row in rows[:3]:
        row["wage_fen"] = 40_000
    rows[6]["business_fen"] = 100_000
    state = frames(rows)
    assert poverty.trailing_income(state, AT, Lines())["income_fen_per_head"].tolist() == [220_000]
    assert poverty.trailing_income(state, AT, Lines(), basis="run_rate")["income_fen_per_head"].tolist() == [580_000]


def test_income_by_source_adds_up_to_net_income() -> None:
    rows = year(wage=20_000)
    rows[0] |= {"business_fen": 90_000, "cost_fen": 50_000, "property_fen": 12_000}
    state = frames(rows, 2, [("A", AT.ordinal, "低保金", 6_000)])
    got = poverty.income_by_source(state, AT, Lines()).loc[0]
    parts = [got[f"{name}_fen"] for name in ("wage", "business", "property", "transfer")]
    assert parts == [120_000, 45_000, 6_000, 3_000]
    assert sum(parts) - got["cost_fen"] == poverty.trailing_income(state, AT, Lines())["income_fen_per_head"][0]


@pytest.mark.parametrize("guarantee", GUARANTEES)
def test_each_guarantee_is_a_veto_and_not_known_is_not_a_failure(guarantee: str) -> None:
    for value, expected in ((0, False), (None, None), (1, True)):
        rows = year()
        rows[0][guarantee] = value
        got = poverty.assess(frames(rows), AT, Lines(), Rules())["exits"][0]
        assert (got is pd.NA) if expected is None else (got == expected)


def test_income_exactly_on_the_line_is_not_above_it() -> None:
    rows = year(wage=0)
    rows[0]["wage_fen"] = 3 * 314_600
    assert poverty.assess(frames(rows, 3), AT, Lines(), Rules())["exits"].tolist() == [False]
    rows[0]["wage_fen"] = 3 * 314_600 + 1  # one fen for three persons: more, though the rounded share is equal
    assert poverty.assess(frames(rows, 3), AT, Lines(), Rules())["exits"].tolist() == [True]


def test_the_margin_is_exact() -> None:
    rows = year(wage=0)
    rows[0]["wage_fen"] = 346_060
    assert poverty.assess(frames(rows), AT, Lines(), Rules(margin=0.1))["exits"].tolist() == [False]
    rows[0]["wage_fen"] = 346_061
    assert poverty.assess(frames(rows), AT, Lines(), Rules(margin=0.1))["exits"].tolist() == [True]


def test_another_authoritys_line_can_be_asked_for() -> None:
    rows = year(wage=0)
    rows[0]["wage_fen"] = 320_000
    assert poverty.assess(frames(rows), AT, Lines(), Rules())["exits"].tolist() == [True]
    assert poverty.assess(frames(rows), AT, Lines(), Rules(), authority="other")["exits"].tolist() == [False]


def test_each_month_end_is_held_against_the_line_then_in_force() -> None:
    at = Month(2016, 1)
    rows = year(wage=25_000, last=at, months=13)  # 300000 a year: above 2015's line, below 2016's
    assert poverty.assess(frames(rows), at, Lines(), Rules(stability_months=1))["exits"].tolist() == [False]
    assert poverty.assess(frames(rows), at + -1, Lines(), Rules())["exits"].tolist() == [True]
    ends = poverty.month_ends(frames(rows), at, Lines(), Rules(stability_months=2))
    assert ends.passes.tolist() == [[1, 0]]


def test_one_month_end_that_cannot_be_assessed_makes_the_household_not_assessable() -> None:
    rows = year(months=14)
    rows[2]["water"] = None  # a month-end of the stretch
    got = poverty.assess(frames(rows), AT, Lines(), Rules(stability_months=3))
    assert got["exits"].isna().all()


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_agrees_with_a_reading_row_by_row(data: st.DataObject) -> None:
    months = data.draw(st.integers(1, 3))
    size = data.draw(st.sampled_from([0, 1, 3]))
    span = 11 + months
    rows = []
    for back in range(span):
        if data.draw(st.booleans()) or back > 2:
            row = month_row("A", AT + -back, data.draw(st.sampled_from([0, 26_216, 26_217, 80_000])))
            row["housing"] = data.draw(st.sampled_from([1, 1, 1, 0, None]))
            row["cost_fen"] = data.draw(st.sampled_from([0, 1]))
            rows.append(row)
    if not rows:
        return
    got = poverty.assess(frames(rows, size), AT, Lines(), Rules(stability_months=months))["exits"][0]
    expected = _read(rows, size, months)
    assert (got is pd.NA) if expected is None else (got == expected)


def _read(rows: list[dict], size: int, months: int) -> bool | None:
    by_month = {row["month"]: row for row in rows}
    verdicts = []
    for back in range(months):
        end = AT + -back
        span = [by_month.get((end + -i).ordinal) for i in range(12)]
        checks: list[bool | None] = [None]
        if all(span) and size:
            net = sum(row["wage_fen"] - row["cost_fen"] for row in span)
            checks = [Fraction(net, size) > Lines().line_fen("exit_check", end)]
        now = by_month.get(end.ordinal)
        checks += [None if now is None or now[g] is None else bool(now[g]) for g in GUARANTEES]
        verdicts.append(False if False in checks else None if None in checks else True)
    return None if None in verdicts else all(verdicts)


def test_bad_frames_are_refused_with_what_is_wrong() -> None:
    state = frames(year())
    with pytest.raises(DataError, match="cost_fen"):
        poverty.trailing_income(
            Frames(state.households, state.observations.drop(columns="cost_fen"), state.transfers), AT, Lines()
        )
    with pytest.raises(DataError) as caught:
        poverty.trailing_income(frames(year() + year()[:1]), AT, Lines())
    assert "more than one row" in caught.value.show("en")
    with pytest.raises(DataError, match="慰问金"):
        poverty.trailing_income(frames(year(), transfers=[("A", AT.ordinal, "慰问金", 1)]), AT, Lines())
    lost = Frames(state.households.assign(hh="B"), state.observations, state.transfers)
    with pytest.raises(DataError) as caught:
        poverty.trailing_income(lost, AT, Lines())
    assert "12 rows of observations belong to no household" in caught.value.show("en")
    with pytest.raises(DataError):
        poverty.assess(state, AT, Lines(), Rules(stability_months=0, margin=-2.0), basis="weekly")


def test_an_empty_register_gives_an_empty_verdict() -> None:
    state = frames(year())
    empty = Frames(state.households.iloc[:0], state.observations.iloc[:0], state.transfers)
    assert len(poverty.assess(empty, AT, Lines(), Rules())) == 0


def test_reasons_are_in_chinese_by_default() -> None:
    rows = year(wage=0)
    rows[0] |= {"housing": 0, "water": None}
    with language_in_use("zh"):
        reason = poverty.assess(frames(rows), AT, Lines(), Rules())["reason"][0]
    assert reason == "收入未超过脱贫线；未落实：住房安全；情况不明：饮水安全"


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("observations", {"wage_fen": 100.5}, "12 cells of wage_fen are not whole numbers"),
        ("observations", {"cost_fen": float("inf")}, "not whole numbers"),
        ("observations", {"cost_fen": "1,5"}, "not whole numbers"),
        ("observations", {"month": None}, "12 rows of observations have no month"),
        ("observations", {"housing": 2}, "housing holds values that are neither 0 nor 1"),
        ("households", {"size": 2.6}, "1 cells of size are not whole numbers"),
        ("transfers", {"fen": 0.5}, "1 cells of fen are not whole numbers"),
        ("transfers", {"month": None}, "1 rows of transfers have no month"),
    ],
)
def test_hand_made_frames_are_read_exactly_or_refused(table: str, change: dict, said: str) -> None:
    state = frames(year(), transfers=[("A", AT.ordinal, "低保金", 6_000)])
    setattr(state, table, getattr(state, table).assign(**change))
    with pytest.raises(DataError, match=said):
        poverty.assess(state, AT, Lines(), Rules())


def test_amounts_as_text_or_floats_are_the_same_whole_numbers() -> None:
    state = frames(year())
    expected = poverty.assess(state, AT, Lines(), Rules())
    for wage in ("30,000", "３００００", 30_000.0, "30000.0"):
        dressed = Frames(state.households, state.observations.assign(wage_fen=wage), state.transfers)
        pd.testing.assert_frame_equal(poverty.assess(dressed, AT, Lines(), Rules()), expected)
