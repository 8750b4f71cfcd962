"""What worked, in words: made-up effects of which every number is known, in both languages."""

from __future__ import annotations

import json
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from povlib.errors import ReportError
from povlib.impact import Effects
from povlib.report import fonts, meeting_paper, numbers_json
from povlib.report.figures import forest
from povlib.report.pages.effect_wording import (
    effects_in_words,
    effects_summary,
    findings_in_words,
    refusal_in_words,
)
from povlib.report.pages.impact_page import impact_page
from povlib.report.writers.notebook_page import Page
from povlib.report.writers.payload import payload, shown_texts
from povlib.runs.facts.effects import effect_facts, effects_as_planned

NAMES = {
    "zh": {"post": "保洁员岗位", "loan": "小额信贷", "cow": "养牛合作社"},
    "en": {"post": "cleaner post", "loan": "microloan", "cow": "cattle co-op"},
}
PAIR = "cohort {g}, period {t}: nobody is left to compare with"
FEW = "only {n} households were helped long enough to compare"


def _estimate(measure: str, source: str, basis: str, method: str, *numbers: float, **more: object) -> dict:
    names = ("estimate", "ci_low", "ci_high")
    row = {"measure": measure, "source": source, "basis": basis, "method": method, "target": "att", "se": 0.1}
    row |= dict(zip(names, numbers, strict=False)) | {"treated": 50, "controls": 320, "clusters": 12, "usable": True}
    return row | {"yuan_per_month": 100.0} | more


def some_effects() -> Effects:
    nan = float("nan")
    estimates = pd.DataFrame(
        [
            _estimate("post", "wage", "post_wage", "did", 0.8, 0.7, 0.9),
            _estimate("post", "wage", "post_wage", "before_after", 0.886, 0.8, 0.95, usable=False),
            _estimate("loan", "business", "share_of_source", "did", -0.14, -0.85, 0.57, treated=8),
            _estimate("cow", "property", "yuan_per_month", "did", nan, nan, nan, treated=0, controls=0, usable=False),
            _estimate("cow", "property", "yuan_per_month", "before_after", 150.0, 90.0, 210.0, usable=False),
        ]
    )
    posterior = pd.DataFrame(
        {
            "measure": ["cow", "loan", "post"],
            "source": ["property", "business", "wage"],
            "basis": ["yuan_per_month", "share_of_source", "post_wage"],
            "method": [None, "did", "did"],
            "group": [None, None, None],
            "estimate": [nan, -0.14, 0.8],
            "se": [nan, 0.36, 0.05],
            "prior_mean": [350.0, 0.06, 0.85],
            "prior_sd": [150.0, 0.08, 0.15],
            "mean": [350.0, 0.051, 0.804],
            "sd": [150.0, 0.078, 0.046],
            "low": [56.0, -0.102, 0.714],
            "high": [644.0, 0.204, 0.894],
            "prior_share": [1.0, 0.954, 0.094],
            "status": ["prior", "posterior", "posterior"],
        }
    )
    rows = [
        *(("post", "wage", "did", "controls", False, PAIR, json.dumps({"g": 3, "t": t})) for t in (5, 6, 7)),
        ("cow", "property", "did", "records", True, "no group and period can be compared", json.dumps({"n": 0})),
        ("cow", "property", "aipw", "records", True, FEW, json.dumps({"n": 0})),
    ]
    columns = ["measure", "source", "method", "check", "refuses", "message", "values"]
    return Effects(estimates, posterior, pd.DataFrame(rows, columns=columns))


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _sentences(used: str = "posterior", lang: str = "en") -> dict[str, str]:
    told = effects_in_words(effect_facts(some_effects(), used), NAMES[lang], lang)
    return {key: prose.text for key, prose in zip(told["measure"], told["sentence"], strict=True)}


def test_a_clear_effect_is_said_with_its_range_and_the_share_of_the_prior() -> None:
    said = _sentences()["post"]
    assert "changed income from wages by about 80.4% of the wage of the post" in said
    for number in ("71.4%–89.4%", "50 households", "320 households", "9.4% of this figure"):
        assert number in said


def test_a_range_that_holds_nothing_at_all_is_not_called_an_effect() -> None:
    said = _sentences()["loan"]
    assert said.startswith("Whether “microloan” changed")
    assert "−10.2%–20.4%" in said
    assert "by about" not in said


def test_where_nothing_passes_the_effect_is_the_prior_and_says_why() -> None:
    said = _sentences()["cow"]
    assert said.startswith("“cattle co-op”: prior only.")
    assert "nobody was helped long enough to compare" in said
    assert "350 yuan in each month that it pays (assumed range 56–644 yuan)" in said


def test_a_negative_effect_is_as_clear_as_a_positive_one() -> None:
    found = some_effects()
    worse = found.posterior.assign(low=[56.0, -0.9, 0.714], high=[644.0, -0.2, 0.894])
    told = effects_in_words(effect_facts(Effects(found.estimates, worse, found.checks)), NAMES["en"], "en").set_index(
        "measure"
    )
    assert told.loc["loan", "sentence"].text.startswith("“microloan” changed")


def test_a_plan_on_the_priors_says_so_and_still_shows_the_records() -> None:
    said = _sentences("prior")["post"]
    assert "was told to take what was assumed" in said
    assert "85.0% of the wage" in said
    assert said.endswith("gave 80.0%.")
    frame = effects_as_planned(some_effects(), "prior").set_index("measure")
    assert frame.loc["post", ["mean", "sd", "prior_share"]].tolist() == [0.85, 0.15, 1.0]
    assert frame.loc["post", "high"] == pytest.approx(0.85 + 1.96 * 0.15, abs=1e-3)


def test_findings_that_repeat_are_counted_once(lang: str) -> None:
    checks = some_effects().checks
    told = findings_in_words(checks[checks["measure"] == "post"], lang)
    assert len(told) == 1
    assert "3" in told[0]
    assert refusal_in_words(checks[:0], "en") == "there are too few cases"


def test_what_passed_is_named_beside_what_warned() -> None:
    told = effects_in_words(effect_facts(some_effects()), NAMES["en"], "en").set_index("measure")
    assert told.loc["post", "checks"].startswith("passed: earlier trends, size of the batches, number of villages")
    assert "warned: in 3 pairs" in told.loc["post", "checks"]
    assert told.loc["cow", "checks"].startswith("refused: ")
    assert told["naive"].to_dict() == {"post": "88.6%", "loan": "—", "cow": "150 yuan"}


def test_the_records_come_first_and_then_the_catalogues_order(lang: str) -> None:
    told = effects_in_words(effect_facts(some_effects()), NAMES[lang], lang)
    assert told["measure"].tolist() == ["post", "loan", "cow"]
    assert told["status"].tolist() == ["posterior", "posterior", "prior"]


def test_effects_of_groups_are_not_told_as_the_measures() -> None:
    found = some_effects()
    group = found.posterior[found.posterior["measure"] == "post"].assign(group="务工", mean=0.5)
    more = Effects(found.estimates, pd.concat([found.posterior, group], ignore_index=True), found.checks)
    assert len(effects_in_words(effect_facts(more), NAMES["en"], "en")) == 3


def test_the_page_has_its_parts_and_every_glyph(lang: str) -> None:
    page = Page(impact_page(effect_facts(some_effects()), NAMES[lang], lang=lang, synthetic=True))
    assert page.keys == ("aloud", "effects", "forest", "designs")
    for key in page.keys:
        assert page[key].html
    fonts.refuse_missing_characters(shown_texts(payload(page.report)), where="impact")
    said = json.loads(numbers_json(page.report))["numbers"]
    assert said["effect.post.wage.mean"]["value"] == 0.804
    assert said["effects.learnt"]["value"] == 2
    assert said["effects[post/wage].prior_share"]["shown"] == "9.4%"


def test_an_office_without_any_prior_is_told_so(lang: str) -> None:
    empty = Effects(
        *(frame[:0] for frame in (some_effects().estimates, some_effects().posterior, some_effects().checks))
    )
    page = impact_page(effect_facts(empty), {}, lang=lang)
    assert [section.key for section in page.sections] == ["aloud"]


def test_the_forest_says_in_words_what_it_draws(lang: str) -> None:
    frame = effects_as_planned(some_effects()).assign(name=["牛", "贷", "岗"], local=[np.nan, -0.14, 0.8], naive=np.nan)
    frame = frame.assign(local_low=np.nan, local_high=np.nan, prior_low=0.0, prior_high=1.0)
    block = forest(frame, lang=lang)
    assert "岗 80.4% (71.4%–89.4%)" in block.alt
    assert "牛 350.0" in block.alt
    assert block.png == forest(frame, lang=lang).png
    with pytest.raises(ReportError, match="nothing to draw"):
        forest(frame[:0], lang=lang)
    with pytest.raises(ReportError, match="prior_share"):
        forest(frame.drop(columns="prior_share"), lang=lang)


def test_the_meeting_is_told_which_source_each_effect_has(made_up: ModuleType, lang: str) -> None:
    told = effects_in_words(effect_facts(some_effects()), NAMES[lang], lang)
    paper = meeting_paper(made_up.facts(worked=told), lang)
    keys = [section.key for section in paper.sections]
    assert next(section for section in paper.sections if section.key == "worked").annex
    table = next(table for table in paper.tables() if table.key == "worked")
    assert table.frame["rests"].nunique() == 2
    assert table.frame.set_index("measure")["prior_share"].to_dict() == {"post": 0.094, "loan": 0.954, "cow": 1.0}
    section = paper.sections[keys.index("worked")]
    said = [item.text for block in section.blocks for item in getattr(block, "items", ())]
    assert len(said) == 2  # a sentence for each effect of which the records speak
    assert json.loads(numbers_json(paper))["numbers"]["effect.post.wage.prior_share"]["value"] == 0.094


def test_a_plan_on_the_priors_is_told_to_the_meeting(made_up: ModuleType) -> None:
    told = effects_in_words(effect_facts(some_effects(), "prior"), NAMES["en"], "en")
    paper = meeting_paper(made_up.facts(worked=told, effects_used="prior"), "en")
    table = next(table for table in paper.tables() if table.key == "worked")
    assert set(table.frame["rests"]) == {"what was assumed alone"}
    assert set(table.frame["prior_share"]) == {1.0}
    assert "was told to take the assumed effects alone" in Page(paper)["worked"].words


def test_a_meeting_without_effects_has_no_such_section(made_up: ModuleType) -> None:
    assert "worked" not in [section.key for section in meeting_paper(made_up.facts(), "en").sections]


def test_effects_are_called_corrected_only_where_records_speak() -> None:
    def said(statuses: list[str], used: str = "posterior") -> str:
        return effects_summary(pd.DataFrame({"status": statuses}), used, "en").text

    assert "corrected by the records where these speak (1)" in said(["posterior", "prior"])
    assert "speak on none" in said(["prior", "prior"])
    assert "no record has corrected any" in said(["prior", "prior"])
    assert "corrected by the records where" not in said(["prior", "prior"])
    assert "the others" not in said(["posterior", "posterior"])
    assert "told to take the assumed effects alone" in said(["posterior", "prior"], "prior")
