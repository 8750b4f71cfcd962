"""Rules on packages: what each leaves open, and pins that say the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from povlib import params
from povlib.errors import ParameterError
from povlib.places import PARAMS
from povlib.runs.decisions.decided import Decided
from povlib.runs.decisions.package_rules import checked_rule, open_packages, parsed_pins

MEASURES = ("grant", "loan", "post")


def _award(measure: str, person: str, month: int) -> str:
    return f"{measure}/{person}///2016-{month:02d}" if month else measure


_PACKAGES = st.lists(
    st.lists(st.builds(_award, st.sampled_from(MEASURES), st.sampled_from(["", "p1"]), st.integers(0, 12)),
             min_size=1, max_size=3).map(lambda awards: "+".join(sorted(awards))),
    max_size=8, unique=True,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(_PACKAGES, st.data())
def test_a_package_names_itself_and_rules_divide_the_packages(packages, data):
    contents = dict(enumerate(["nothing", *packages]))
    measure = data.draw(st.sampled_from(MEASURES))
    with_it, without = (open_packages(f"{word}:{measure}", contents) for word in ("with", "without"))
    assert with_it | without == set(contents)
    assert not with_it & without
    assert open_packages("refused", contents) == {0}
    assert open_packages(f"with:{measure}&without:{measure}", contents) == set()
    for package, said in contents.items():
        left = open_packages(said, contents)
        assert package in left
        # by whatever the search is loosened, the measures stay those that were decided
        kinds = sorted(award.partition("/")[0] for award in said.split("+"))
        assert all(sorted(a.partition("/")[0] for a in contents[one].split("+")) == kinds for one in left)


def test_the_start_gives_way_before_the_post():
    contents = {1: "post/p1/cleaner//2016-07", 2: "post/p2/guard//2016-07", 3: "post/p1/cleaner//2016-08"}
    assert open_packages("post/p1/cleaner//2016-06", contents) == {1, 3}
    assert open_packages("post/p3/cook//2016-06", contents) == {1, 2, 3}
    assert open_packages("post/p1/cleaner//2016-08", contents) == {3}
    assert open_packages("grant", contents) == set()


def test_measures_are_named_in_either_language_and_unknown_ones_with_the_nearest():
    catalogue = params.load(PARAMS)
    assert checked_rule("with: 产业扶持补助 & without:microloan", catalogue) == "with:industry_grant&without:microloan"
    assert checked_rule("不批准", catalogue) == "refused"
    with pytest.raises(ParameterError, match=r"industry_grnt.*did you mean industry_grant"):
        checked_rule("industry_grnt", catalogue)


def test_pins_that_pin_nothing_are_all_named():
    with pytest.raises(ParameterError) as error:
        parsed_pins(["S01-0001", "=refused", "S01-0002=free"])
    assert len(error.value.faults) == 2


def test_an_empty_table_of_rules_pins_nothing():
    assert Decided().rules.empty
    assert Decided().plain() == {}
    told = Decided(pins={"a": "refused", "b": "free", "c": "grant"})
    assert told.rules[["hh", "pin"]].to_numpy().tolist() == [["a", "refused"], ["c", "by_hand"]]
