"""Words of reasons."""

from __future__ import annotations

from dataclasses import replace

from povlib.support.matching.fit_rules import RULES
from povlib.support.matching.fit_words import code_words, fit_reasons
from povlib.support.matching.post_demands import PostDemand

POST = PostDemand("p", {}, "firm", "乡镇内", away=False, village="甲", wage_fen=1, free=1)


def test_all_reasons_are_given_and_each_once():
    every = (1 << len(RULES)) - 1
    said = fit_reasons(every, every, replace(POST, skill=("tea",), sex="女"), "en")
    assert len(said) == len(set(said))
    assert said.count("not known: its age") == 1
    assert any("for 女 only" in reason or "for female only" in reason or "woman" in reason for reason in said)


def test_codes_are_said_by_key_and_by_label():
    assert code_words("health", ("患有大病",), "en") == "serious illness"
    assert code_words("skill", ("tea", "nothing known"), "zh").startswith("茶叶种制")
