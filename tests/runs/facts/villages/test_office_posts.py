"""Vacancies of an office: what is asked by name, and the lists that are written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib import params, places
from povlib.errors import DataError, ParameterError
from povlib.params import Settings
from povlib.runs.facts.villages.office_posts import OfficePosts, _as_file_name, _fair_post, _fairs_of
from povlib.support.example_township import example_township
from povlib.support.matching.who_fits import who_fits

CATALOGUE = params.load(places.DATA / "sample" / "params")


@pytest.fixture
def found():
    state = example_township()
    return OfficePosts(who_fits(state, CATALOGUE, Settings()), Settings().help_from, state, CATALOGUE)


def test_a_post_is_found_by_key_and_by_name(found):
    number = found.post_number("small_parts")
    assert found.who.posts[number].key == "small_parts"
    assert found.post_number("零部件加工工") == found.post_number("small-parts worker") == number
    with pytest.raises(ParameterError, match="no vacancy is called"):
        found.post_number("smal_parts")


def test_a_household_that_nobody_knows_is_refused(found):
    assert len(found.rows_of_household("H1")) == 3
    with pytest.raises(DataError, match="no household"):
        found.rows_of_household("H9")


def test_employers_go_by_their_plain_name(found):
    assert "样本永荣控股集团" in found.employers
    assert sorted(n for numbers in found.employers.values() for n in numbers) == list(range(len(found.who.posts)))


def test_those_who_may_come_and_the_others_are_everybody_with_labour(found):
    able = set(found.who.workers.loc[np.asarray(found.who.workers["able"], dtype=bool), "person"])
    for number in range(len(found.who.posts)):
        one = _fair_post(found, number, "en")
        assert set(one.may["person"]) | set(one.others["person"]) >= able
        assert not set(one.may["person"]) & set(one.others["person"])
        assert one.others["reasons"].str.len().gt(0).all()


def test_fairs_of_an_employer_are_found_whatever_stands_in_brackets():
    fairs = pd.DataFrame({"fair": ["a", "b"], "employer": ["firm（长乐市）", "other"], "post": "x", "day": [2, 1],
                          "place": "", "offered": 3, "taken": 2})  # fmt: skip
    assert _fairs_of(example_township(job_fairs=fairs), "firm")["fair"].tolist() == ["a"]
    assert _fairs_of(example_township(), "firm").empty


def test_a_name_of_an_employer_becomes_a_safe_file_name():
    assert _as_file_name("样本/厂 (一)..") == "样本_厂__一___"
