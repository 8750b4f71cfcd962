"""Codes for "not known", amounts in another unit and odd values are asked about; honest columns are left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from defects.making import VILLAGES, csv, rows
from hypothesis import given
from hypothesis import strategies as st

from povlib import intake, ledger
from povlib.intake.checks.column_learning import odd_values, other_unit, survey_codes

INCOME = "人均纯收入"
ASKED = {"survey_code", "slip", "slip_village", "slip_column", "slip_size", "asks_own", "asks_column", "odd_amount"}
#: incomes per head of a village, in yuan: drawn once, log-normal around 3,000
HONEST = [2009, 2379, 3269, 2402, 4632, 3335, 6010, 3169, 3380, 4597, 2589, 4796, 2075, 1652, 2166, 5252, 3375, 3005]


def _asked(tmp_path: Path, incomes: list[object], **changed: object) -> dict[str, str]:
    path = tmp_path / "a.csv"
    path.write_bytes(csv(rows(len(incomes), **{INCOME: incomes, **changed})))
    verdict = intake.check([path], VILLAGES)[0]
    return {flag.cell: flag.rule for flag in verdict.flags if flag.rule in ASKED}


@pytest.mark.parametrize("code", [-9, -99, -999, -9999, -88, 99999, 9999, 999])
def test_codes_for_not_known_repeated_in_a_column_are_not_incomes(tmp_path: Path, code: int) -> None:
    incomes: list[object] = list(HONEST)
    incomes[3] = incomes[9] = code
    assert _asked(tmp_path, incomes) == {"G5": "survey_code", "G11": "survey_code"}


@pytest.mark.parametrize("code", [-99, -999, 99999])
def test_one_code_is_enough_where_nothing_else_is_like_it(tmp_path: Path, code: int) -> None:
    assert _asked(tmp_path, [*HONEST[:9], code]) == {"G11": "survey_code"}


def test_a_code_does_not_load_and_is_not_rescaled(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv(rows(10, **{INCOME: [*HONEST[:8], -99, 31]})))
    verdict = intake.check([path], VILLAGES)[0]
    assert verdict.verdict == "reject_cells"
    told = {str(value) for frame in verdict.rows.values() for value in frame.to_numpy().ravel()}
    assert not told & {"-9900", "3100", "310000", "31000000", "-9900.0", "3100.0", "310000.0"}
    assert str(HONEST[0] * 100) in {value.removesuffix(".0") for value in told}


@pytest.mark.parametrize("off", [(28, 31), (24,), (190_000, 180_000), (3, 2.5)])
def test_incomes_in_another_unit_are_asked_about(tmp_path: Path, off: tuple[float, ...]) -> None:
    incomes: list[object] = [*HONEST, *off]
    found = _asked(tmp_path, incomes)
    assert set(found) == {f"G{at + 2}" for at in range(len(HONEST), len(incomes))}
    assert set(found.values()) <= {"slip", "slip_village", "slip_column"}


def test_a_village_is_the_better_measure_where_the_county_differs(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    poor = np.round(rng.lognormal(np.log(150), 0.2, 12))
    rich = np.round(rng.lognormal(np.log(15_000), 0.2, 12))
    rich[5] = 150
    villages = ["联胜"] * 12 + ["乐北"] * 12
    found = _asked(tmp_path, [int(v) for v in (*poor, *rich)], 村=villages)
    assert found == {"G19": "slip_village"}


@given(st.integers(0, 10_000), st.integers(8, 60), st.floats(0.05, 0.7))
def test_an_honest_column_is_left_alone_but_for_a_rare_question(seed: int, n: int, spread: float) -> None:
    values = np.round(np.random.default_rng(seed).lognormal(8, spread, n))
    assert not survey_codes(values)[~np.isin(values, [999, 9999, 7777, 8888])].any()
    assert other_unit(values, np.zeros(n), 6).sum() <= 1
    assert odd_values(values).sum() <= 1


@given(st.integers(0, 10_000), st.sampled_from([100.0, 0.01, 1000.0]))
def test_units_do_not_matter_and_the_order_neither(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    values = rng.lognormal(8, 0.3, 20)
    values[[3, 8]] = np.median(values) * factor * np.array([0.8, 1.3])
    found = other_unit(values, np.zeros(20), 6)
    assert found[[3, 8]].all()
    order = rng.permutation(20)
    assert (other_unit(values[order] * 7.3, np.zeros(20), 6) == found[order]).all()


def test_honest_losses_are_not_codes() -> None:
    values = np.array([2800.0, -1200.0, -88.0, 3100.0, 2500.0, 2900.0, -430.0])
    assert not survey_codes(values).any()


@pytest.mark.thorough
def test_the_practice_township_is_asked_little(workbooks: list[Path], villages: list[dict[str, str]]) -> None:
    flags = [flag for verdict in intake.check(workbooks, villages) for flag in verdict.flags if flag.rule in ASKED]
    assert {flag.rule for flag in flags} <= {"asks_own"}
    assert len(flags) < 3 * len(workbooks)


@pytest.mark.thorough
def test_a_month_is_held_against_the_household_s_own_past(
    workbooks: list[Path], villages: list[dict[str, str]], tmp_path: Path
) -> None:
    import openpyxl

    first, *_ = sorted(workbooks)
    with ledger.open(tmp_path / "ledger.sqlite", create=True, seed=1) as book:
        intake.load(book, [first], villages=villages)
        sent = openpyxl.load_workbook(first)
        page = sent["月度收支"]
        headers = {str(cell.value).partition("（")[0]: cell.column for cell in page[3]}
        pension = headers["养老保险金"]
        line = next(r for r in range(4, page.max_row) if (page.cell(r, pension).value or 0) >= 80)
        household = page.cell(line, headers["户编号"]).value
        usual = page.cell(line, pension).value
        for r in range(page.max_row, 3, -1):
            if r != line:
                page.delete_rows(r)
        page.cell(4, headers["月份"]).value = "2016-05"
        page.cell(4, pension).value = float(usual) * 100
        later = tmp_path / first.name.replace("2016-04", "2016-05")
        for sheet in sent.worksheets:
            sheet["A1"].value = str(sheet["A1"].value).replace("2016-04", "2016-05")
        sent.save(later)
        verdict = intake.load(book, [later], villages=villages)[0]
    asked = [flag for flag in verdict.flags if flag.rule == "asks_own"]
    assert [flag.message("zh").partition("：")[0] for flag in asked] == ["养老保险金"], (household, verdict.verdict)


def test_groups_judged_at_once_are_judged_as_each_alone() -> None:
    """Held against the definition group by group, with medians of numpy; rows of no group are never found."""
    random = np.random.default_rng(11)
    for least in (1, 5, 6):
        groups = np.array([f"g{n}" for n in random.integers(0, 40, 600)], dtype=object)
        groups[random.random(600) < 0.05] = None
        values = np.round(np.exp(random.normal(8, 0.4, 600)), 2) * random.choice([1, 1, 1, 1, 100, 0.001, -1, 0], 600)
        values[random.random(600) < 0.05] = np.nan
        expected = np.zeros(600, dtype=bool)
        for name in {each for each in groups if each is not None}:
            places = np.flatnonzero((groups == name) & (values > 0))
            if len(places) >= least:
                logs = np.log(values[places])
                middle = np.median(logs)
                spread = max(1.4826 * np.median(np.abs(logs - middle)), 0.15)
                for place, off in zip(places, np.abs(logs - middle), strict=True):
                    expected[place] = any(
                        4 * spread < np.log(factor / 2.5) + 1e-12
                        and off > 4 * spread
                        and abs(off - np.log(factor)) < max(2.5 * spread, np.log(2.5))
                        for factor in (100, 1000, 10_000)
                    )
        found = other_unit(values, groups, least)
        assert expected.any()
        assert found.tolist() == expected.tolist()
