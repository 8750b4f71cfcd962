"""What is said of a key: by any name, with its line, range, source and users."""

from __future__ import annotations

import pytest

from povlib import params, places
from povlib.errors import ParameterError
from povlib.params.explained.key_facts import facts_of
from povlib.params.explained.open_values import assumed_values, empty_values
from povlib.words import language_in_use


@pytest.fixture(scope="module")
def sample() -> params.Catalogue:
    return params.load(places.DATA / "sample" / "params")


@pytest.fixture(scope="module")
def new() -> params.Catalogue:
    return params.load(places.PARAMS)


@pytest.mark.parametrize("word", ["funds.special.amount_yuan", "funds.专项扶贫资金.amount_yuan"])
def test_a_number_of_a_record(sample: params.Catalogue, word: str) -> None:
    found = facts_of(sample, word)
    line = int(found.where.rpartition(":")[2])
    written = (places.DATA / "sample" / "params" / "funds.yaml").read_text("utf-8").splitlines()[line - 1]
    assert written.strip() == "amount_yuan: 320000"
    assert (found.value, found.unit, found.status) == (320000, "yuan", "synthetic")
    assert any(said.startswith("pays: ") and "cattle co-op" in said for said in found.users)
    with language_in_use("zh"):
        assert "本年可以安排的金额" in facts_of(sample, word).meaning


@pytest.mark.parametrize("word", ["lichun_cattle", "立春养牛专业合作社", "Lichun cattle co-op", "coops.lichun_cattle"])
def test_a_record_by_any_name(sample: params.Catalogue, word: str) -> None:
    found = facts_of(sample, word)
    assert found.key == "coops.lichun_cattle"
    assert {part.key.rpartition(".")[2]: part.value for part in found.parts}["places"] == 18


def test_a_prior_has_the_unit_of_its_basis(sample: params.Catalogue) -> None:
    found = facts_of(sample, "support.cattle_coop.earns.wage.mean")
    assert (found.value, found.unit, found.status) == (180, "yuan per month", "assumed")
    assert "judgement" in found.source


@pytest.mark.parametrize("word", ["margin", "settings.margin"])
def test_a_setting(sample: params.Catalogue, word: str) -> None:
    found = facts_of(sample, word)
    assert (found.key, found.value, found.allowed) == ("settings.margin", 0.0, "-0.5 – 5")
    assert facts_of(sample, "second_rule").allowed == "least_money, poorest_first, none"
    assert facts_of(sample, "objective.houses").allowed == "≥ 0"


@pytest.mark.parametrize(("word", "near"), [
    ("fundz.special", "special"), ("settings.margni", "margin"), ("margni", "margin"),
    ("funds.speciall", "special"), ("funds.special.amuont_yuan", "amount_yuan"),
    ("coops.tea_nanting.facility.captacity", "capacity"),
    ("立春养牛合作社", "立春养牛专业合作社"),
    ("exits.effect_spred", "effect_spread"), ("", ""), ("../../etc/passwd", ""),
])  # fmt: skip
def test_what_is_unknown_is_refused_with_the_nearest(sample: params.Catalogue, word: str, near: str) -> None:
    with pytest.raises(ParameterError) as caught:
        facts_of(sample, word)
    assert near in str(caught.value.faults[0].values.get("near", ""))


@pytest.mark.thorough
def test_every_input_can_be_explained(sample: params.Catalogue, new: params.Catalogue) -> None:
    for catalogue in (sample, new):
        for frame in (catalogue.inputs(), catalogue.empty()):
            # every seventh: all files and kinds of keys are among them
            for row in frame.iloc[::7].itertuples():
                dotted = f"{row.file}.{row.key}.{row.field}"
                found = facts_of(catalogue, dotted)
                assert found.unit == row.unit, dotted
                assert found.meaning or ".who." in dotted or ".eligibility." in dotted, dotted


def test_assumed_values_say_how_unsure_they_are(sample: params.Catalogue) -> None:
    rows = {row.key: row for row in assumed_values(sample, {("cattle_coop", "wage"): 0.25})}
    inputs = sample.inputs()
    told_beside = inputs["field"].str.endswith(".sd")
    assert len(rows) == ((inputs["status"] == "assumed") & ~told_beside).sum()
    wage = rows["support.cattle_coop.earns.wage.mean"]
    assert wage.distance == "± 80 (one standard deviation); 25% of today's estimate is still the assumption"
    assert rows["support.cattle_coop.earns.wage.takeup"].distance == "counts like 20 households seen"
    assert all(row.where.partition(":")[2].isdigit() for row in rows.values() if row.where)


def test_empty_values_say_what_waits(sample: params.Catalogue, new: params.Catalogue) -> None:
    rows = {row.key: row for row in empty_values(new)}
    assert len(rows) == len(new.empty())
    assert rows["funds.special.amount_yuan"].blocks.startswith("nothing is paid from it; pays: ")
    assert "cattle co-op" in rows["funds.special.amount_yuan"].blocks
    assert rows["posts.township_cleaner.slots"].blocks == "this post is not offered"
    assert "idle with it: " in rows["support.cleaner_post.cost.amount_yuan"].blocks
    assert {row.key for row in empty_values(sample)} == {
        f"{r.file}.{r.key}.{r.field}" for r in sample.empty().itertuples()
    }
