"""What opening a place brings, which houses are built by when, and one crew more: on the practice township's run."""

from __future__ import annotations

import pytest

from povlib import runs
from povlib.errors import ParameterError
from povlib.runs.facts.houses.house_openings import crew_weeks, house_months, known_openings
from povlib.runs.questions.house_capacity import openings, try_crew


def test_every_place_that_must_be_opened_is_told_with_who_comes(run: runs.Run) -> None:
    found = known_openings(run)
    # what openings.yaml may open has a word and a section of its own
    assert set(found["facility"]) == set(run.offer.facilities["facility"]) - set(run.catalogue.openings)
    opened = set(run.plan.opened["facility"])
    for row in found.to_dict("records"):
        assert row["opened"] == (row["facility"] in opened)
        assert row["cost_fen"] == row["grant_fen"] + row["opening_fen"]
        paid = run.plan.payments.loc[run.plan.payments["hh"] == f"facility:{row['facility']}", "fen"].sum()
        assert paid == (row["opening_fen"] if row["opened"] else 0)
        assert row["least"] <= row["households"] <= row["places"] if row["opened"] else row["households"] == 0


@pytest.mark.thorough
def test_what_an_opening_brings_lies_between_what_is_proved(run: runs.Run) -> None:
    found = openings(run)
    assert (found["low"] <= found["brings"] + 1e-9).all()
    assert (found["brings"] <= found["high"] + 1e-9).all()
    # a plan within its gap of the best leaves out nothing that is worth more than the gap
    gap = run.plan.gap + 1e-9
    assert (found.loc[found["opened"], "high"] >= 0).all()
    assert (found.loc[~found["opened"], "brings"] <= gap).all()


def test_houses_and_weeks_add_up(run: runs.Run) -> None:
    """Weeks by hand: each house's own measure, spread over its months, against the capacity rows."""
    houses, weeks = house_months(run), crew_weeks(run)
    assert weeks["used"].sum() == houses["weeks"].sum()
    assert (weeks["used"] <= weeks["weeks"]).all()
    assert (houses["done"] > houses["start"]).all()
    by_month: dict[int, int] = {}
    for row in houses.to_dict("records"):
        for use in run.catalogue.measures[row["measure"]].uses:
            for i in range(use.over_months):
                by_month[row["start"] + i] = by_month.get(row["start"] + i, 0) + use.per_month
    assert {m: n for m, n in zip(weeks["month"], weeks["used"], strict=True) if n} == by_month


@pytest.mark.thorough
def test_one_crew_more_is_the_plan_with_more_weeks(run: runs.Run) -> None:
    more = try_crew(run, "builders", 4)
    before = crew_weeks(run).set_index("month")["weeks"]
    after = more.offer.resources.set_index("resource")["capacity"]
    for month, weeks in before.items():
        year, of_year = divmod(int(month), 12)
        assert after[f"weeks:builders:{year}{of_year + 1:02d}"] == weeks + 4
    assert more.plan.price_bound >= run.plan.value - 1e-9


def test_an_unknown_crew_is_refused(run: runs.Run) -> None:
    with pytest.raises(ParameterError, match="builder"):
        try_crew(run, "builder")
