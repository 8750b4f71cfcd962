"""Income at one month-end: what was recorded adds up to the fen, and only months ahead are uncertain."""

from __future__ import annotations

import pytest

from povlib import params
from povlib.calendar import Month
from povlib.exits.without_help import households_without_help
from povlib.params import Settings
from povlib.support.example_township import LAST, example_township


@pytest.fixture(scope="module")
def ends(catalogue: params.Catalogue):
    settings = Settings(stability_months=3)
    return {end.month: end for end in households_without_help(example_township(), catalogue, settings, ()).rule_ends}


def _recorded(hh: str, first: Month, last: Month) -> int:
    """Add up what the sheets say of a household, fen: its wages and its regular transfers."""
    state = example_township()
    rows = state.observations[state.observations["hh"].eq(hh)]
    given = state.transfers[state.transfers["hh"].eq(hh)]
    wages = rows.loc[rows["month"].between(first.ordinal, last.ordinal), "wage_fen"].sum()
    return int(wages + given.loc[given["month"].between(first.ordinal, last.ordinal), "fen"].sum())


def test_the_line_of_a_household_is_that_of_its_members(ends, catalogue) -> None:
    settings = Settings()
    for end in ends.values():
        line = catalogue.line_fen(settings.authority, end.month) * (1 + settings.margin)
        assert end.line.tolist() == pytest.approx([3 * line, 2 * line, line])


def test_months_ahead_alone_are_uncertain_and_are_named(ends) -> None:
    assert set(ends) == {Settings().horizon + n for n in (-2, -1, 0)}
    for month, end in ends.items():
        assert end.ahead is not None
        assert (end.ahead.first, end.ahead.last) == (LAST.ordinal + 1, month.ordinal)
        assert (end.spread > 0).all()


def test_what_is_recorded_of_the_year_is_in_its_mean_to_the_fen(ends) -> None:
    """Wages are steady: the mean is what was recorded and as many forecast months of about the same."""
    for month, end in ends.items():
        first = month + (-11)
        months = month.ordinal - LAST.ordinal
        for row, hh in enumerate(("H1", "H2")):
            known = _recorded(hh, first, LAST)
            ahead = end.mean[row] - known
            assert ahead == pytest.approx(known / (12 - months) * months, rel=0.1)


def test_the_year_after_brings_the_same_where_no_help_runs(catalogue) -> None:
    bare = households_without_help(example_township(), catalogue, Settings(), ())
    last, after = bare.rule_ends[-1], bare.after
    assert after.month == last.month + 12
    assert after.mean.tolist() == pytest.approx(last.mean.tolist())
    assert after.spread.tolist() == pytest.approx(last.spread.tolist())
