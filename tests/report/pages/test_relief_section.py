"""Relief in words: facts of which every number is known, on the page and in the meeting paper."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.report.meeting import allocation_tables, meeting_paper
from povlib.report.model.paper import Section
from povlib.report.pages.relief_section import ReliefFacts, finding_name, relief_sections, relief_sentences

APRIL = Month(2016, 4)


NOTHING_OPEN = pd.DataFrame(columns=["key", "name", "records", "rows", "missing"])


def facts(lang: str = "en", *, ranged: bool = True, rows: int = 3) -> ReliefFacts:
    kinds = ["unpaid", "late", "late"][:rows]
    return ReliefFacts(
        first=Month(2015, 5), at=APRIL, unjudged=("medical aid",), unreckoned=NOTHING_OPEN,
        measures=pd.DataFrame({"name": ["allowance"], "households": [7], "due_fen": [100_000], "paid_fen": [90_000],
                               "less_fen": [20_000], "more_fen": [10_000], "unpaid": [1], "unentitled": [0],
                               "late": [2], "twice": [0], "unknown": [4]}),
        findings=pd.DataFrame({"kind": kinds, "finding": [finding_name(k, lang) for k in kinds],
                               "hh": ["A", "B", "B"][:rows], "village": "甲", "measure": "m", "name": "allowance",
                               "month": [APRIL.ordinal, APRIL.ordinal, APRIL.ordinal - 1][:rows],
                               "fen": [5_000, 7_000, 8_000][:rows], "due_fen": [5_000, 7_000, 8_000][:rows],
                               "day": ["", "2016-04-20", "2016-03-20"][:rows], "payment": ["", "1", "2"][:rows],
                               "rule": "a rule"}),
        budget=pd.DataFrame({"name": ["allowance"], "households": [7], "unknown": [0], "due_fen": [4_000_000],
                             "paid_fen": [3_900_000], "ahead_fen": [8_000_000], "year_fen": [12_000_000],
                             "low_fen": pd.array([7_500_000 if ranged else None], dtype="Int64"),
                             "high_fen": pd.array([9_000_000 if ranged else None], dtype="Int64")}),
        standing=pd.DataFrame({"key": ["own", "transfers", "below", "unknown"], "standing": ["a", "b", "c", "d"],
                               "registered": [3, 2, 1, 0], "registered_persons": [9, 5, 2, 0], "exited": [4, 1, 0, 0],
                               "exited_persons": [11, 2, 0, 0]}),
    )  # fmt: skip


def test_the_sentences_say_counts_amounts_and_the_year() -> None:
    findings, budget, unjudged = (prose.text for prose in relief_sentences(facts(), "en"))
    assert "due and not received 1 (50 yuan)" in findings
    assert "paid late 2 (150 yuan); paid twice 0 (0 yuan)" in findings
    assert "120,000 yuan due in 2016 by rule, 40,000 yuan of it by 2016-04" in budget
    assert "about 80,000 yuan in the months left (between 75,000 yuan–90,000 yuan" in budget
    assert unjudged.endswith("medical aid.")
    assert "between" not in relief_sentences(facts(ranged=False), "en")[1].text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_has_both_parts_and_each_person_once(lang: str) -> None:
    relief, own = relief_sections(facts(lang), lang)
    assert (relief.key, own.key) == ("relief", "own_income")
    assert {block.key for block in relief.blocks if hasattr(block, "key")} == {
        "relief_measures", "relief_findings", "relief_budget",
    }  # fmt: skip
    table = own.blocks[1]
    assert table.frame["registered_persons"].sum() == 16  # type: ignore[union-attr]


def test_nothing_on_record_is_said_and_no_table_is_empty() -> None:
    whole = facts(rows=0)
    bare = replace(whole, measures=whole.measures.iloc[:0], unjudged=(), budget=whole.budget.iloc[:0])
    section: Section = relief_sections(bare, "en")[0]
    assert len(section.blocks) == 3
    assert "No payment of relief is on record" in relief_sentences(bare, "en")[0].text


def test_the_meeting_reads_it_in_short_and_its_workbook_lists_every_payment(made_up: ModuleType) -> None:
    given = made_up.facts(relief=facts())
    paper = meeting_paper(given, "en")
    section = next(section for section in paper.sections if section.key == "relief")
    said = " ".join(prose.text for prose in section.blocks[0].items)  # type: ignore[union-attr]
    assert "9 persons are over the line by their own income today, 5 persons by transfers alone" in said
    assert [len(table.frame) for table in allocation_tables(given, "en") if table.key == "relief_findings"] == [3]
    without = meeting_paper(made_up.facts(), "en")
    assert "relief" not in {section.key for section in without.sections}
    assert not [table for table in allocation_tables(made_up.facts(), "en") if table.key == "relief_findings"]


@pytest.mark.parametrize(("lang", "missing"), [("en", "the share that is paid"), ("zh", "救助比例、封顶线")])
def test_bills_on_record_whose_rule_lacks_a_number_are_said_with_the_number(lang: str, missing: str) -> None:
    row = ("medical_aid", "M", "medical_bills", 17, missing)
    given = replace(facts(lang), unreckoned=pd.DataFrame([row], columns=NOTHING_OPEN.columns))
    said = relief_sentences(given, lang)[-1].text
    assert "17" in said
    assert missing in said
    first = relief_sections(given, lang)[0].blocks[0]
    assert first.items[-1].text == said  # type: ignore[union-attr]
