"""What the finished plan hangs on, against the projection's own chances added up by hand."""

from __future__ import annotations

import pytest

from povlib import runs
from povlib.report.model.numbers import missing
from povlib.runs.facts.proposal import planned_households
from povlib.runs.facts.villages.hanging_on_sources import source_facts, source_frame
from povlib.runs.facts.villages.plan_sources import concentration_by_kind, one_row_each, plan_sources
from povlib.runs.run import Run
from tests.conftest import Finished

pytestmark = pytest.mark.whole_run


@pytest.fixture(scope="module")
def run(finished: Finished) -> Run:
    return runs.find_run("latest", runs.find_office("sample"))


def test_an_employer_costs_what_its_workers_lose(run: Run) -> None:
    """By the chances of the projection: the package less the best other one without that employer's posts."""
    frame = plan_sources(run).set_index(["kind", "source"])
    posts = {key for key, post in run.catalogue.posts.items() if post.employer == "样本米粉加工厂"}
    parts = run.offer.components
    same = ["measure", "person", "post", "coop", "start"]
    content = {
        key: set(rows.itertuples(index=False, name=None))
        for key, rows in parts[same].astype(object).where(parts[same].notna(), "").groupby(parts["package"])
    }
    chance = run.projection.frame.set_index("package")["p"].astype("float64").to_dict()
    own = run.offer.packages.groupby("hh")["package"].agg(list)
    total, households = 0.0, 0
    for row in planned_households(run).itertuples(index=False):
        mine = content.get(row.package, set())
        gone = {part for part in mine if part[2] in posts}
        if gone:
            left = max(chance[o] for o in own[row.hh] if content.get(o, set()) <= mine - gone)
            total += row.members * (chance[row.package] - left)
            households += 1
    found = frame.loc[("employer", "样本米粉加工厂")]
    assert households == found["households"] > 0
    assert found["lost"] == pytest.approx(total, abs=1e-4)
    assert found["share"] == pytest.approx(total / planned_households(run)["additional"].sum(), abs=1e-4)


def test_no_source_costs_more_than_all_households_that_hang_on_it(run: Run) -> None:
    frame, rows = plan_sources(run), planned_households(run)
    assert (frame["lost"] >= 0).all()
    assert frame["lost"].max() < rows["additional"].sum()
    assert frame["lost"].is_monotonic_decreasing
    assert frame[["limit", "price"]].isna().all().all()


def test_what_hangs_alike_stands_once(run: Run) -> None:
    frame = plan_sources(run)
    rows = one_row_each(frame, "en")
    assert len(rows) < len(frame)
    assert "employer, firm" in set(rows["kind"])
    kinds = concentration_by_kind(frame).set_index("kind")
    for kind, own in frame.groupby("kind"):
        shares = own["lost"] / own["lost"].sum()
        assert kinds.loc[str(kind), "equal"] == pytest.approx(1 / (shares**2).sum())
        assert kinds.loc[str(kind), "worst"] == own["source"].iloc[0]


def test_the_page_and_the_frame_say_the_same(run: Run) -> None:
    facts = source_facts(run, "en")
    assert facts is not None
    assert facts.plan is not None
    assert facts.plan.counted == ""
    frame = plan_sources(run)
    assert facts.plan.worst_lost == frame["lost"].max()
    planned = source_frame(run)
    assert planned["planned"].max() == pytest.approx(frame["lost"].max())
    assert not planned["kinds"].map(missing).any()
    assert planned.drop_duplicates(["source", "kinds"]).shape == planned.shape
