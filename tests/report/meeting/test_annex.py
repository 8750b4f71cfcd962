"""Households in the annex, short and in full."""

from __future__ import annotations

from types import ModuleType

from povlib.report import annex_paper, meeting_paper


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
