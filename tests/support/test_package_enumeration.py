"""The packages of a kind of household are those that looking at every set of awards gives, in the same order."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.calendar import Month
from povlib.support.bundling_matrix import BundlingMatrix
from povlib.support.package_enumeration import (
    EXTRA_PACKAGES_WITH_GAPS,
    MOST_CLOSING_AWARDS,
    MOST_EARNING_AWARDS,
    MOST_POSTS,
    PACKAGE_LIMIT,
    HouseholdKind,
    PackageEnumerator,
)
from povlib.support.single_awards import NO_MEMBER, AwardOption
from tests.support import conftest as make

JULY = Month(2016, 7)
GUARANTEES = ("housing", "schooling", "medical")
GAINS = st.sampled_from([0.0, 100.0, 250.0, 1000.0])


@st.composite
def kinds_of_household(draw):
    """Options, what each brings, rules on pairs, and a kind to which some of the options are open."""
    options, gains = [], []
    pairs = []
    keys = [f"m{i}" for i in range(draw(st.integers(1, 6)))]
    for key in keys:
        closes = [make.closes(name) for name in draw(st.sets(st.sampled_from(GUARANTEES), max_size=2))]
        through_posts = not closes and draw(st.booleans())
        more = {"one_per": "worker"} if through_posts or draw(st.booleans()) else {}
        earns = [make.earns()] if not closes or draw(st.booleans()) else []
        measure = make.measure(key, "job" if through_posts else "industry", closes=closes, earns=earns, **more)
        for number in range(draw(st.integers(1, 2))):
            seats = draw(st.integers(1, 2))
            post = make.post(f"{key}_{number}", key, seats) if through_posts else None
            options.append(AwardOption(measure, JULY + number, post, later=number, seats=seats))
            gains.append(draw(GAINS))
    for a, b in combinations(keys, 2):
        if draw(st.booleans()):
            scope = draw(st.sampled_from(["household", "worker"]))
            pairs.append(make.pair(a, b, "forbidden", scope=scope))
    members = {
        number: tuple(draw(st.permutations(range(draw(st.integers(1, 3)))))) if option.post else (NO_MEMBER,)
        for number, option in enumerate(options)
        if draw(st.integers(0, 4))
    }
    kind = HouseholdKind(members, frozenset(draw(st.sets(st.sampled_from(GUARANTEES)))))
    measures = {option.measure.key: option.measure for option in options}
    matrix = BundlingMatrix(make.catalogue(*measures.values(), *pairs))
    return tuple(options), gains, matrix, kind, draw(st.integers(1, 6))


def every_package(options, gains, matrix, kind, most_awards):
    """Return the list by the rules' words: every set of awards, one after the other."""

    def closed(option):
        return {closing.guarantee for closing in options[option].measure.closes} & kind.open

    def twice(option):
        one = options[option]
        return one.post is not None and one.seats > 1 and one.measure.one_per == "worker"

    def may_meet(chosen):
        return all(
            twice(a) if a == b else not matrix.forbids(options[a].measure, options[b].measure, same_person=False)
            for a, b in combinations(sorted(chosen), 2)
        )

    def one_each(slots, holders):
        for (a, who), (b, other) in combinations(zip(slots, holders, strict=True), 2):
            if who == other != NO_MEMBER:
                one, two = options[a], options[b]
                if (one.post and two.post) or matrix.forbids(two.measure, one.measure, same_person=True):
                    return False
        return True

    def with_members(chosen):
        slots = sorted(chosen, key=lambda option: (len(kind.members[option]), option))
        for holders in product(*(kind.members[option] for option in slots)):
            if one_each(slots, holders):
                return tuple(sorted(zip(slots, holders, strict=True)))
        return None

    useful = [option for option in sorted(kind.members) if closed(option)]
    closable = set().union(*map(closed, useful))
    closers = [
        chosen
        for count in range(MOST_CLOSING_AWARDS + 1)
        for chosen in combinations(useful, count)
        if all(closed(one) - set().union(*(closed(o) for o in chosen if o != one)) for one in chosen)
    ]
    earners = [o for o in sorted(kind.members) if not closed(o) and any(e.mean for e in options[o].measure.earns)]
    slots = [o for o in earners for _ in range(2 if twice(o) and len(kind.members[o]) > 1 else 1)]
    limit = PACKAGE_LIMIT + (EXTRA_PACKAGES_WITH_GAPS if len(closers) > 1 else 0)
    place = {}
    for count in range(MOST_EARNING_AWARDS + 1):
        if len(place) > limit:
            break
        for earning in set(combinations(slots, count)):
            if sum(options[option].post is not None for option in earning) > MOST_POSTS:
                continue
            for closing in closers:
                chosen = (*earning, *closing)
                package = with_members(chosen) if may_meet(chosen) and len(chosen) <= most_awards else None
                if package:
                    missing = len(closable - set().union(*map(closed, closing)))
                    later = sum(options[option].later for option, _ in package)
                    gain = sum(gains[option] for option, _ in package)
                    place[package] = (count + bool(closing and missing) + later, missing, -gain, package)
    return [(), *sorted(place, key=lambda package: place[package])[: limit - 1]]


@settings(max_examples=150, deadline=None)
@given(kinds_of_household())
def test_packages_are_those_that_looking_at_every_set_of_awards_gives(made):
    options, gains, matrix, kind, most_awards = made
    assert PackageEnumerator(options, gains, matrix, most_awards).packages(kind) == every_package(*made)


def test_the_list_is_as_long_as_its_limit_and_no_longer():
    """Nine measures that may meet leave more sets of three than a list holds: the second oracle must cut as well."""
    measures = [make.measure(f"m{number}") for number in range(9)]
    options = tuple(AwardOption(measure, JULY) for measure in measures)
    gains = [100.0 * (number % 4) for number in range(9)]
    matrix = BundlingMatrix(make.catalogue(*measures))
    kind = HouseholdKind(dict.fromkeys(range(9), (NO_MEMBER,)), frozenset())
    found = PackageEnumerator(options, gains, matrix).packages(kind)
    assert found == every_package(options, gains, matrix, kind, 6)
    assert len(found) == PACKAGE_LIMIT
    assert Counter(map(len, found)) == {0: 1, 1: 9, 2: 30}
