"""Households in the annex, short and in full."""

from __future__ import annotations

from types import ModuleType

from povlib.report import allocation_tables, annex_paper, meeting_paper
from povlib.report.meeting.annex import MOST_LISTED
from povlib.report.model.paper import Paragraph, Table


def test_households_can_be_left_out(made_up: ModuleType) -> None:
    outside = meeting_paper(made_up.facts(), "zh", with_annex=False)
    assert {s.key for s in outside.sections if s.annex} == {
        "measures_and_groups",
        "prices",
        "posts_solved_again",
        "inputs",
    }
    assert not any("99990001" in n.key for n in outside.numbers)


def test_the_annex_in_full_says_the_same_numbers_and_more(made_up: ModuleType) -> None:
    facts = made_up.facts()
    short, full = meeting_paper(facts, "zh"), annex_paper(facts, "zh")
    ours, theirs = ({n.key: n.plain() for n in report.numbers} for report in (short, full))
    shared = set(ours) & set(theirs)
    assert {key: ours[key] for key in shared} == {key: theirs[key] for key in shared}
    assert {"households[99990001].points", "rounding.points", "prices[镇村保洁员].price_points"} <= shared
    assert "households[99990001].pencil" in set(theirs) - set(ours)
    columns = next(t for t in short.tables() if t.key == "households").columns
    assert [c.key for c in columns][-3:] == ["points", "runner_points", "short"]
    assert full.banners == short.banners


def test_more_households_than_a_reader_turns_over_stand_in_the_workbook_alone(made_up: ModuleType) -> None:
    few, many = (made_up.facts(annex=made_up.annex(rows)) for rows in (MOST_LISTED, MOST_LISTED + 1))
    for write in (meeting_paper, annex_paper):
        listed, told = (next(s for s in write(facts, "en").sections if s.key == "households") for facts in (few, many))
        assert [block for block in listed.blocks if isinstance(block, Table)]
        (only,) = told.blocks
        assert isinstance(only, Paragraph)
        assert only.prose.text.startswith("2,001 households: one row each")
    sheets = {table.key: table for table in allocation_tables(many, "en")}
    assert len(sheets["households"].frame) == MOST_LISTED + 1
