"""What the law owes in the parts of an office, against the same office paid and offered help at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from povlib import params, places
from povlib.params import Catalogue, Settings
from povlib.support import offer
from povlib.support.example_township import example_township
from povlib.support.parts.law_of_office import claims_of_part, law_of_office
from povlib.support.parts.rest_of_office import rest_of_each_part
from tests.support import conftest as make


@pytest.fixture
def catalogue() -> Catalogue:
    return params.load(places.DATA / "sample" / "params")


def _with_households(state: Any, own: set[str]) -> Any:
    """Return the state of some of its households."""
    frames = {
        name: value[value["hh"].isin(own)].reset_index(drop=True)
        for name, value in vars(state).items()
        if isinstance(value, pd.DataFrame) and "hh" in value
    }
    return SimpleNamespace(**{**vars(state), **frames})


def _offers(state: Any, parts: list[set[str]], catalogue: Catalogue, settings: Settings) -> list[Any]:
    """Return the offer of each part, after one pass over the law's claims of all of them."""
    states = [_with_households(state, own) for own in parts]
    law = law_of_office([claims_of_part(one, catalogue, settings) for one in states], catalogue)
    rests = rest_of_each_part(law, [len(own) for own in parts])
    return [offer(one, catalogue, settings, rest=rest) for one, rest in zip(states, rests, strict=True)]


def test_two_parts_are_offered_what_the_whole_is(catalogue: Catalogue) -> None:
    state, settings = example_township(), Settings()
    whole = offer(state, catalogue, settings)
    made = _offers(state, [{"H1"}, {"H2", "H3"}], catalogue, settings)
    for one in made:
        capacity = one.resources.set_index("resource")["capacity"]
        pd.testing.assert_series_equal(capacity, whole.resources.set_index("resource")["capacity"])
    key = ["hh", "k", "measures", "new_money_fen"]
    together = pd.concat([one.packages for one in made])[key].sort_values(["hh", "k"], ignore_index=True)
    pd.testing.assert_frame_equal(together, whole.packages[key].sort_values(["hh", "k"], ignore_index=True))
    owed = pd.concat([one.entitlements for one in made])["cost_fen"].sum()
    assert owed == whole.entitlements["cost_fen"].sum()


def _village_of_many(count: int, villages: list[str]) -> Any:
    """Return a township of copies of the three households, in villages."""
    one = example_township()
    frames: dict[str, list[pd.DataFrame]] = {"households": [], "members": [], "observations": []}
    for at in range(count):
        source = f"H{at % 3 + 1}"
        for name, copies in frames.items():
            rows = getattr(one, name)
            rows = rows[rows["hh"] == source].assign(hh=f"S{at:03d}")
            if name == "households":
                rows = rows.assign(village=villages[at])
            if "person" in rows:
                rows = rows.assign(person=[f"S{at:03d}-{p}" for p in range(len(rows))])
            copies.append(rows)
    made = {name: pd.concat(copies, ignore_index=True) for name, copies in frames.items()}
    return SimpleNamespace(**{**vars(one), **made})


def _scarce(funds: list[int], weeks: list[int]) -> Catalogue:
    """Return what the law owes everybody, some of it by persons, from funds that do not reach, some in turn."""
    law = {"entitlement": {"who": make.names("everybody"), "citation": "a law"}, "kind": "relief"}
    return make.catalogue(
        *(make.fund(key, yuan) for key, yuan in zip("abc", funds, strict=True)),
        make.crew("builders", {f"2016-{month:02d}": n for month, n in zip(range(6, 9), weeks, strict=True)}),
        make.measure("relief", cost=1000, funds={"a": 400, "b": None}, **law),
        make.measure("aid", cost=300, basis="per_member", funds={"b": None}, **law),
        make.measure("roof", cost=700, funds={"c": None, "a": None}, **law,
                     uses=[{"pool": "builders", "amount": 1}]),
        make.measure("cows", funds={"a": None, "c": None}),
    )  # fmt: skip


@pytest.mark.thorough
@hypothesis_settings(max_examples=12, deadline=None)
@given(
    st.integers(2, 12), st.integers(1, 4), st.integers(0, 10**6),
    st.lists(st.integers(0, 9_000), min_size=3, max_size=3), st.lists(st.integers(0, 4), min_size=3, max_size=3),
)  # fmt: skip
def test_scarce_funds_pay_the_claims_of_parts_as_those_of_the_whole(
    count: int, parts: int, seed: int, funds: list[int], weeks: list[int]
) -> None:
    rng = np.random.default_rng(seed)
    villages = [str(village) for village in rng.choice(list("甲乙丙丁"), count)]
    state, catalogue, settings = _village_of_many(count, villages), _scarce(funds, weeks), Settings()
    # parts hold whole villages, in any order: their households stand between those of other parts
    part_of = dict(zip("甲乙丙丁", rng.integers(0, parts, 4), strict=True))
    keys = [{f"S{at:03d}" for at, village in enumerate(villages) if part_of[village] == part} for part in range(parts)]
    keys = [own for own in keys if own]
    whole = offer(state, catalogue, settings)
    made = _offers(state, [keys[at] for at in rng.permutation(len(keys))], catalogue, settings)
    columns = ["hh", "person", "measure", "fund", "covered", "cost_fen", "start", "months"]

    def bills(offers: list[Any]) -> pd.DataFrame:
        rows = pd.concat([one.entitlements for one in offers])[columns].astype(object)
        return rows.fillna("").sort_values(columns, ignore_index=True)

    pd.testing.assert_frame_equal(bills(made), bills([whole]))
    short = pd.concat([one.shortfall for one in made]).groupby(["fund", "measure"])[["need_fen", "short_fen"]].sum()
    told = whole.shortfall.set_index(["fund", "measure"])
    assert short["short_fen"].to_dict() == told["short_fen"].to_dict()
    for one in made:
        left = one.resources.set_index("resource")["capacity"]
        pd.testing.assert_series_equal(left, whole.resources.set_index("resource")["capacity"])


def test_where_nobody_is_owed_anything_everything_is_left(catalogue: Catalogue) -> None:
    settings, nobody = Settings(), make.catalogue(make.measure("cows"))
    made = _offers(example_township(), [{"H1", "H2"}, {"H3"}], nobody, settings)
    whole = offer(example_township(), nobody, settings)
    for one in made:
        assert one.entitlements.empty
        assert one.shortfall.empty
        assert one.new_money_fen == whole.new_money_fen
