"""Persons against vacancies: lists, reasons, and the best list."""

from __future__ import annotations

from povlib import params, places
from povlib.params import Settings
from povlib.support.example_township import example_township
from povlib.support.matching.who_fits import who_fits

CATALOGUE = params.load(places.DATA / "sample" / "params")


def test_nobody_has_two_posts_and_no_post_more_than_its_vacancies():
    found = who_fits(example_township(), CATALOGUE, Settings())
    assert len(found.best) == 6
    for number, post in enumerate(found.posts):
        assert (found.best == number).sum() <= post.free
        assert found.fit[number].may[found.best == number].all()


def test_what_is_not_known_is_to_be_asked_and_left_out_of_a_list_of_what_is_known(asked):
    state = example_township(workers=asked(P4={"most_km": 400.0}))
    found = who_fits(state, CATALOGUE, Settings())
    sure = found.best_list(known_only=True)
    persons = found.workers["person"].to_numpy()
    assert set(persons[sure >= 0]) <= {"P4"}
    assert set(persons[found.best >= 0]) > set(persons[sure >= 0])
    listed = found.person_list(0, "en")
    asked_first = listed.loc[listed["verdict"] == "ask", "reasons"]
    assert len(asked_first)
    assert asked_first.str.contains("not known").all()


def test_every_person_that_may_not_is_told_why():
    found = who_fits(example_township(), CATALOGUE, Settings())
    for lang in ("zh", "en"):
        for number in range(len(found.posts)):
            listed = found.person_list(number, lang)
            assert listed.loc[listed["verdict"] != "fits", "reasons"].str.len().gt(0).all()
            assert len(listed) == 6


def test_a_vacancy_that_stays_open_says_what_bars_most():
    found = who_fits(example_township(), CATALOGUE, Settings())
    rows = found.post_list("en")
    open_ones = rows[(rows["open"] > 0) & (rows["no"] > 2)]
    assert open_ones["why"].str.contains("persons with labour").any()
    assert (rows[["fits", "ask", "no"]].sum(axis=1) == 6).all()


def test_some_posts_alone_keep_their_own_list():
    found = who_fits(example_township(), CATALOGUE, Settings())
    one = found.of_posts([1])
    assert [post.key for post in one.posts] == [found.posts[1].key]
    assert one.best.max() <= 0
    assert who_fits(example_township(), CATALOGUE, Settings()).of_posts([]).best.tolist() == [-1] * 6
