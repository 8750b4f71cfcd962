"""What stands on a family's card, held against the ledger's own rows."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from povlib import runs
from povlib.report.meeting import Decision
from povlib.runs.facts import family_sheets
from povlib.runs.facts.family_sheets import household_sheets, sheet_head
from povlib.runs.papers import PaperInput


def test_what_runs_is_what_the_ledger_says_runs_in_the_month_of_the_plan(run: runs.Run) -> None:
    month = run.settings.plan_month.ordinal
    expected: dict[str, set[str]] = {}
    for row in run.state.support.itertuples(index=False):
        ended = not pd.isna(row.to_month) and int(row.to_month) < month
        if row.status == "进行中" and not ended and row.measure in run.catalogue.measures:
            expected.setdefault(row.hh, set()).add(run.catalogue.measures[row.measure].names.show("zh"))
    sheets = household_sheets(run, "zh")
    assert any(sheet.running for sheet in sheets)
    for sheet in sheets:
        assert {item.what for item in sheet.running} == expected.get(sheet.hh, set())
        assert len({item.what for item in sheet.running}) == len(sheet.running)  # a measure stands there once


def test_the_helper_is_the_last_one_assigned_who_still_serves_it(run: runs.Run) -> None:
    month = run.settings.plan_month.ordinal
    rows = [
        row
        for row in run.state.helper_assignments.itertuples(index=False)
        if pd.isna(row.to_month) or int(row.to_month) >= month
    ]
    units = {row.helper: row.unit for row in run.state.helpers.itertuples(index=False)}
    last = {row.hh: row.helper for row in sorted(rows, key=lambda row: (row.hh, int(row.from_month), row.helper))}
    sheets = household_sheets(run, "zh")
    assert {sheet.hh for sheet in sheets if sheet.helper} == {sheet.hh for sheet in sheets} & set(last)
    for sheet in sheets:
        if sheet.helper:
            assert sheet.helper == f"{last[sheet.hh]} · {units[last[sheet.hh]]}"


def test_who_gets_something_new_is_asked_and_the_others_are_not(run: runs.Run) -> None:
    for sheet in household_sheets(run, "en"):
        new = [item for item in sheet.help if not item.entitled]
        assert bool(sheet.to_do) == bool(new)
        if new:
            assert min(item.start for item in new).label("en") in sheet.to_do[-1]


def test_where_to_tell_and_by_when_come_from_the_rules_of_the_posting(run: runs.Run) -> None:
    head = sheet_head(run, "zh", draft=True)
    assert (head.contact, head.object_days) == ("", 7)
    assert PaperInput(run, "zh").meeting.draft


def test_a_large_township_prints_the_sheets_that_tell_of_help(run: runs.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    every = household_sheets(run, "en")
    assert sorted(sheet.hh for sheet in every) == sorted(run.state.poor["hh"])
    monkeypatch.setattr(family_sheets, "MOST_SHEETS", len(every))
    assert household_sheets(run, "en") == every
    monkeypatch.setattr(family_sheets, "MOST_SHEETS", len(every) - 1)
    few = household_sheets(run, "en")
    chosen = run.plan.chosen.astype({"package": "int64"}).merge(run.offer.components, on="package")
    owed = run.offer.entitlements.loc[run.offer.entitlements["covered"].astype(bool), "hh"]
    assert [sheet.hh for sheet in few] == [
        sheet.hh for sheet in every if sheet.hh in set(chosen["hh"]) | set(owed)
    ]  # fmt: skip
    assert 0 < len(few) < len(every)


def test_only_who_gets_nothing_new_is_told_why_without_rank_or_chance(run: runs.Run) -> None:
    for lang, barred in (("zh", r"排名|名次|概率|机会|可能|\d"), ("en", r"rank|chance|likely|\d")):
        for sheet in household_sheets(run, lang):
            new = [item for item in sheet.help if not item.entitled]
            assert bool(sheet.why_none) != bool(new)
            assert not re.search(barred, sheet.why_none)


def test_cards_of_an_approved_run_ask_for_a_signature_and_name_the_day(run: runs.Run) -> None:
    decisions = (Decision("approved", "王五", "2016-05-20", "", ""),)
    head = sheet_head(run, "zh", draft=False, decisions=decisions)
    assert head.approved
    assert head.approved_on == "2016-05-20"
    told = [sheet.to_do[0] for sheet in household_sheets(run, "zh", approved=True) if sheet.to_do]
    assert told
    assert all("签收" in words and "同意" not in words for words in told)
