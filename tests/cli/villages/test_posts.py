"""The words of posts: vacancies, who, match, fair, retention; and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from povlib import ledger
from povlib.runs.office.office_place import open_book, sample_office


@pytest.fixture
def asked(loaded: Path) -> list[str]:
    """Four persons with labour of the loaded village who said what they wish; two of them left posts."""
    with open_book(sample_office()) as book:
        state = ledger.read_state(book)
        fit = state.members["labour"].isin(["普通劳动力"]) & ~state.members["person"].isin(state.placements["person"])
        known = state.members.loc[fit & state.members["hh"].isin(state.poor["hh"])].head(4)
        wishes = ["post", "local", "post", "none"]
        workers = known[["person", "hh"]].assign(skill="parts", caring=[0, 0, 1, 0], wish=wishes, available=1,
                                                 from_month=24196, most_km=30.0)  # fmt: skip
        terms = pd.DataFrame({"post": ["零部件加工工", "竹制品加工工"], "hours_per_week": 40.0, "distance_km": 5.0,
                              "skill": ["parts", ""], "kind": "micro"})  # fmt: skip
        ends = (
            known[["person", "hh"]]
            .head(2)
            .assign(post="竹制品加工工", from_month=24150, end_month=24152, reason="left")
        )
        info = ledger.BatchInfo(officer="test", role="desk")
        book.append(info, {"workers": workers, "post_terms": terms, "placement_ends": ends})
        return [str(person) for person in known["person"]]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_may_have_a_post_and_why_others_not(cli: Any, asked: list[str], lang: str) -> None:
    said = cli("posts", "who", "零部件加工工", "--all", lang=lang)
    assert said.code == 0, said.both
    assert all(person in said.both for person in asked)
    reasons = {"en": ("cares for somebody", "wishes for no work", "not known: its skills"),
               "zh": ("有照料责任", "不愿上岗", "不知道：技能")}[lang]  # fmt: skip
    assert all(reason in said.both for reason in reasons)
    first = said.both.index(asked[0])
    assert "✓" in said.both[:first]


def test_known_persons_alone_are_matched_and_nobody_twice(cli: Any, asked: list[str]) -> None:
    said = cli("posts", "match", "--known", lang="en")
    assert said.code == 0, said.both
    assert said.both.count(asked[0]) == 1
    assert asked[2] not in said.both
    assert asked[3] not in said.both
    assert "no list fills more" in said.both


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_vacancies_and_retention_are_told(cli: Any, asked: list[str], lang: str) -> None:
    said = cli("posts", "vacancies", lang=lang)
    assert said.code == 0, said.both
    assert said.both.index({"zh": "本地：", "en": "Local:"}[lang]) < said.both.index(
        {"zh": "外出：", "en": "Away"}[lang]
    )
    said = cli("posts", "retention", lang=lang)
    assert said.code == 0, said.both
    assert {"zh": "预测把本记录", "en": "uses this record"}[lang] in said.both


def test_the_list_of_a_fair_holds_keys_and_no_identity_number(cli: Any, asked: list[str], work: Path) -> None:
    said = cli("posts", "fair", "--employer", "样本零部件加工点", lang="zh")
    assert said.code == 0, said.both
    folder = work / "sample" / "desk" / "posts"
    assert {path.suffix for path in folder.iterdir()} == {".html", ".pdf", ".xlsx"}
    book = openpyxl.load_workbook(next(folder.glob("*.xlsx")))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert asked[0] in cells
    assert not any(len(cell) == 18 and cell[:17].isdigit() for cell in cells)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("posts", "who"), "name a post or a household"),
        (("posts", "who", "smal_parts"), "no vacancy is called"),
        (("posts", "who", "--household", "S99-0001"), "there is no household"),
        (("posts", "fair", "--employer", "nobody"), "no employer with a vacancy"),
        (("posts", "match", "--month", "2019-01"), "no post has a vacancy in 2019-01"),
    ],
)
def test_a_wrong_word_is_refused_and_nothing_is_written(
    cli: Any, loaded: Path, work: Path, words: tuple[str, ...], told: str
) -> None:
    said = cli(*words, lang="en")
    assert said.code != 0
    assert told in said.both
    assert "Traceback" not in said.both
    assert not (work / "sample" / "desk" / "posts").exists()
