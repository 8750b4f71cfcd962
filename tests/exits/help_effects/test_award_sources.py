"""What awards hang on: posts, places and firms of one source are one, and none fails more often than its awards end."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from povlib import params
from povlib.exits.help_effects.award_effects import catalogue_effects
from povlib.exits.help_effects.award_sources import NO_SOURCE, _hazards, _Record, award_sources, sources_of_running

PLACED = pd.DataFrame(
    {
        "post": ["基地工", "保洁员"],
        "person": ["a-1", "b-1"],
        "employer": ["源笙铁皮石斛专业合作社", "镇村保洁队（外包）"],
    }
)


def made(catalogue: params.Catalogue, **changes: object):  # type: ignore[no-untyped-def]
    changed = catalogue.replaced({key.replace("__", "."): value for key, value in changes.items()})
    return award_sources(changed, catalogue_effects(changed), PLACED, 24_197)


def test_a_co_op_its_firm_and_its_workers_are_one_source(catalogue: params.Catalogue) -> None:
    found = made(catalogue)
    place = found.of_award("", "dendrobium")
    assert found.names[place] == "样本新润集团"  # the firm behind it
    assert found.of_running("micro_enterprise_post", "源笙铁皮石斛专业合作社", "乐北") == place
    assert found.of_running("dendrobium_coop", "", "乐北") == place
    assert found.of_running("dendrobium_coop", "", "农家") == NO_SOURCE  # the co-op does not serve that village
    assert found.of_award("township_cleaner", "") not in (place, NO_SOURCE)
    assert found.of_award("", "") == NO_SOURCE


def test_an_enterprise_that_hires_and_buys_is_one_source(catalogue: params.Catalogue) -> None:
    found = made(catalogue)
    hires = [key for key, post in catalogue.posts.items() if post.measure == "enterprise_post"]
    assert hires
    assert {found.of_award(key, "") for key in hires} == {found.of_award("", "poultry_buyer")}


def test_chances_to_fail_are_entered_assumed_or_bounded(catalogue: params.Catalogue) -> None:
    found = made(catalogue)
    monthly = 1 - 0.95 ** (1 / 12)
    assert found.hazard_of(found.of_award("township_cleaner", "")) == 0.0  # entered: it does not close
    assert found.hazard_of(found.of_award("", "tea_nanting")) == pytest.approx(monthly)
    assert found.hazard_of(found.of_award("", "lichun_cattle")) == pytest.approx(0.004)  # its dividend ends no oftener
    own = made(catalogue, coops__tea_nanting__fails_per_year=0.02)
    assert own.hazard_of(own.of_award("", "tea_nanting")) == pytest.approx(1 - 0.98 ** (1 / 12))
    never = made(catalogue, exits__source_failure__value=0.0)
    assert never.hazard.max() == 0.0
    assert never.names == found.names


def test_help_on_record_finds_its_source_by_employer_or_place(catalogue: params.Catalogue) -> None:
    found = made(catalogue)
    support = pd.DataFrame(
        {
            "hh": ["A", "B", "C", "D"],
            "person": ["a-1", "b-1", None, None],
            "measure": ["micro_enterprise_post", "cleaner_post", "cattle_coop", "training"],
        }
    )
    villages = pd.Series({"A": "乐北", "B": "乐北", "C": "秀山", "D": "秀山"})
    rows = sources_of_running(support, PLACED, villages, found).tolist()
    named = [found.names[row] if row >= 0 else "" for row in rows]
    assert named == [
        "样本新润集团",
        "镇村保洁队",
        "立春养牛专业合作社",
        "",
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from("abc"), st.none() | st.floats(0.0, 0.9)), min_size=1, max_size=12
    ),
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.0, 0.5)), max_size=6),
)
def test_the_chance_to_fail_of_a_source_is_what_reading_its_records_one_by_one_gives(records, losses):
    effects = [SimpleNamespace(measure=key, earning=SimpleNamespace(loss_per_month=loss)) for key, loss in losses]
    found = _hazards([_Record(*record) for record in records], tuple(effects), 5, 0.05)  # type: ignore[arg-type]
    for source in range(5):
        own = [record for record in records if record[0] == source]
        entered = [yearly for _, _, yearly in own if yearly is not None]
        monthly = 1 - (1 - max(entered, default=0.05)) ** (1 / 12)
        ends = [loss for _, measure, _ in own for key, loss in losses if key == measure and loss > 0]
        assert found[source] == pytest.approx(min([monthly, *ends]))
