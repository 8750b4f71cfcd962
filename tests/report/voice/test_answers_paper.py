"""The paper of answers: each answer beside the household's words, counts first, in both languages."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from povlib.report.voice.answers_paper import VoiceFacts, answers_paper
from povlib.report.writers.html import render_html
from povlib.runs.voice.household_voice import standing_of_words, voice_counts

WORDS = pd.DataFrame({
    "id": ["S-1", "S-2", "S-3"], "hh": "S", "kind": ["objection", "refusal", "wish"], "run": ["r", "", ""],
    "subject": ["", "microloan", "training"], "about": "", "words": ["隔壁更困难", "怕欠债", "想学养鸡"],
    "day": [20160501, 20160502, 20160503], "officer": "desk", "said_by": "",
    "due_day": [20160511, pd.NA, 20160513], "answer": ["已核对", "", ""], "outcome": ["rejected", "", ""],
    "answered_day": [20160513, pd.NA, pd.NA], "answered_by": ["head", "", ""],
}).astype({"due_day": "Int64", "answered_day": "Int64"})  # fmt: skip


def _facts(answer_days: int | None = 10) -> VoiceFacts:
    today = date(2016, 5, 20)
    standing = standing_of_words(WORDS, today)
    names = {"microloan": "小额信贷", "training": "技能培训"}
    return VoiceFacts(standing, voice_counts(standing), names, today, answer_days, None)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_word_stands_beside_its_answer_with_counts_and_delays(lang: str) -> None:
    paper = answers_paper(_facts(), "office", lang, synthetic=True, head="1:ab")
    numbers = {number.key: number.value for number in paper.numbers}
    assert (numbers["voice.said"], numbers["voice.waiting"], numbers["voice.overdue"]) == (3, 1, 1)
    table = paper.sections[1].blocks[0]
    assert table.frame["words"].tolist() == ["想学养鸡", "隔壁更困难", "怕欠债"]  # overdue first, no answer asked last
    assert table.frame["late"].tolist()[:2] == [7, 2]
    assert "已核对" in table.frame["answer"].iloc[1]
    assert "小额信贷" in table.frame["kind"].iloc[2]
    assert "想学养鸡" in render_html(paper)


def test_without_a_deadline_nothing_is_called_late() -> None:
    paper = answers_paper(_facts(None), "office", "en", synthetic=False, head="1:ab")
    assert "none is late" in render_html(paper)
