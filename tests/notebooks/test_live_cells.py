"""The cells that a reader tries: each notebook executed as papermill does it, its numbers found another way."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib import runs
from povlib.places import NOTEBOOKS
from povlib.runs.notebooks.execution import LIVE, execute_notebook
from povlib.runs.notebooks.shared_kernel import Kernel

pytestmark = [pytest.mark.whole_run, pytest.mark.timeout(600)]
# what 07 asks takes minutes: `tests/runs/questions/test_what_if.py` executes it
BOOKS = (
    "01_ledger",
    "02_poverty",
    "03_impact",
    "04_exits",
    "05_housing",
    "06_allocation",
    "08_bulletin",
    "09_villages",
)


@pytest.fixture(scope="module")
def executed(finished: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What each live cell of each notebook shows, as text."""
    import nbformat

    folder, kernel = tmp_path_factory.mktemp("live"), Kernel()
    shown: dict[str, dict[str, str]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POVLIB_WORK", str(finished.work))
        patch.setenv("POVLIB_LANG", "en")
        for name in BOOKS:
            out = execute_notebook(name, folder / f"{name}.ipynb", {"run": "latest", "lang": "en"}, kernel, live=True)
            cells = nbformat.read(out, as_version=4).cells
            live = [c for c in cells if c.cell_type == "code" and LIVE in c.metadata.get("tags", [])]
            shown[name] = {c.id: "\n".join(_words(output) for output in c.outputs) for c in live}
    kernel.close()
    return shown


def _words(output: Any) -> str:
    return str(output.get("data", {}).get("text/plain", ""))


@pytest.fixture
def run(finished: Any, monkeypatch: pytest.MonkeyPatch) -> runs.Run:
    monkeypatch.setenv("POVLIB_WORK", str(finished.work))
    return runs.find_run("latest", runs.sample_office())


def _keys(words: str) -> list[str]:
    """Return the household keys that a table shows, in order."""
    return re.findall(r"S\d\d-\d{4}", words)


@pytest.mark.parametrize("name", BOOKS)
def test_every_live_cell_shows_something_and_none_fails(executed: dict[str, dict[str, str]], name: str) -> None:
    assert len(executed[name]) >= 4
    assert [key for key, words in executed[name].items() if not words.strip()] in ([], ["model-file"])


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("0[1-9]*.ipynb")), ids=lambda path: path.stem)
def test_the_last_section_is_to_be_tried_and_three_to_five_cells_long(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    last = max(at for at, cell in enumerate(cells) if cell["cell_type"] == "markdown")
    assert "自己动手 · Try it yourself" in "".join(cells[last]["source"])
    assert 3 <= len(cells[last:]) - 1 <= 5
    assert all(cell["metadata"]["tags"] == ["live"] for cell in cells[last:])


def test_a_run_keeps_its_pages_and_leaves_out_what_is_to_be_tried(finished: Any) -> None:
    for name in BOOKS:
        words = (finished.folder / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
        assert '"live"' not in words
        assert "Try it yourself" not in words


def test_who_is_just_below_the_line(executed: dict[str, dict[str, str]], run: runs.Run) -> None:
    """By hand from the rows: twelve months of net income and regular receipts, a head, against the line in yuan."""
    from povlib.poverty.households.ledger_frames import regular_kinds

    state, line = run.state, 3146.0
    months = range(run.at.ordinal - 11, run.at.ordinal + 1)
    village = state.poor[state.poor["village"] == "联胜"].set_index("hh")
    seen = state.observations[state.observations["month"].isin(months) & state.observations["hh"].isin(village.index)]
    regular = [kind for kind, counted in regular_kinds(run.catalogue).items() if counted]
    paid = state.transfers[state.transfers["month"].isin(months) & state.transfers["kind"].isin(regular)]
    amounts = seen[["wage_fen", "business_fen", "property_fen"]].sum(axis=1) - seen["cost_fen"]
    whole = seen.groupby("hh").size().eq(12) & seen.groupby("hh")["wage_fen"].apply(lambda one: one.notna().all())
    total = amounts.groupby(seen["hh"]).sum() + paid.groupby("hh")["fen"].sum().reindex(whole.index).fillna(0)
    short = line - (total / village["size"].reindex(total.index)).astype(float) / 100
    near = short[whole & (short >= 0) & (short <= 500)].sort_values()
    assert _keys(executed["02_poverty"]["try-near-line"]) == list(near.index)
    frame = runs.households_near_line(run, "联胜", 500)
    assert np.allclose(frame["short_yuan"].astype(float), near.to_numpy(), atol=0.01)


def test_another_line_frees_those_between_the_two(executed: dict[str, dict[str, str]], run: runs.Run) -> None:
    houses = run.overview.households
    income = houses["income_fen_per_head"].astype("Float64")
    held = houses[["food", "clothing", "schooling", "medical", "housing", "water"]].eq(1).all(axis=1)
    between = houses[(income > 295200) & (income <= 314600) & held]
    assert set(_keys(executed["02_poverty"]["try-other-line"])) == set(between["hh"])


def test_a_line_in_yuan_counts_as_if_it_were_written_in_the_file(run: runs.Run) -> None:
    other = runs.try_changes(run, "lines.exit_check_2016.line_yuan = 3500")
    assert set(other.overview.households["line_fen"]) == {350000}
    below = other.overview.households["income_fen_per_head"].astype("Float64") <= 350000
    assert other.overview.households["over_line"].eq(False).fillna(False).equals(below.fillna(False))


def test_whose_record_contradicts(executed: dict[str, dict[str, str]], run: runs.Run) -> None:
    from povlib.poverty import trailing_income

    income = trailing_income(run.state, run.at, run.catalogue).set_index("hh")["income_fen_per_head"].astype("Float64")
    left = run.state.households.loc[run.state.households["status"] == "已脱贫", "hh"]
    below = [hh for hh in left if not pd.isna(income[hh]) and income[hh] <= 314600]
    frame = runs.contradicting_records(run)
    named = frame.loc[frame["contradiction"].str.startswith("registered"), "hh"]
    assert sorted(named) == sorted(below)
    assert set(_keys(executed["01_ledger"]["try-contradictions"])) == set(frame["hh"])


def test_a_planted_contradiction_of_each_kind_is_found(run: runs.Run) -> None:
    import dataclasses

    state, at = run.state, run.at.ordinal
    written = state.observations.loc[state.observations["month"] == at, "hh"]
    home, worker = state.placements.loc[state.placements["hh"].isin(written), ["hh", "person"]].iloc[0]
    unsafe = state.poor.loc[~state.poor["hh"].isin(state.projects["hh"]), "hh"].iloc[0]
    seen = state.observations.copy()
    last = seen["month"] == at
    seen.loc[last & (seen["hh"] == home), "wage_fen"] = 0
    seen.loc[last & (seen["hh"] == unsafe), "housing"] = 1
    houses = state.households.copy()
    houses.loc[houses["hh"] == unsafe, "housing_grade"] = "D"
    members = state.members.copy()
    members.loc[members["person"] == worker, "labour"] = "无劳动力"
    changed = dataclasses.replace(state, observations=seen, households=houses, members=members)
    trial = runs.try_changes(run, "")
    trial.__dict__["state"] = changed
    before, after = runs.contradicting_records(run), runs.contradicting_records(trial)
    new = after.merge(before, how="left", indicator=True).query("_merge == 'left_only'")
    assert set(zip(new["hh"], new["contradiction"].str[:20], strict=True)) == {
        (home, "a post in the last m"), (unsafe, "house noted as safe,"), (home, "a post held by a per"),
    }  # fmt: skip


def test_the_model_and_the_certificate_agree(executed: dict[str, dict[str, str]], run: runs.Run) -> None:
    rows = executed["06_allocation"]["model-answer"].splitlines()
    model, plan = (line.split() for line in rows[1:])
    assert float(plan[1]) == pytest.approx(run.plan.value)
    # two searches that know nothing of each other: neither's plan is above the other's bound
    assert float(model[1]) <= run.plan.price_bound + 1e-3
    assert run.plan.value <= float(model[2]) + 1e-3
    assert abs(float(model[1]) - run.plan.value) <= max(run.plan.gap, float(model[3])) + 1e-3
    assert (model[4], plan[4]) == ("True", "True")
    assert "faults=()" in executed["06_allocation"]["verify"]


def test_one_post_more_is_between_nothing_and_its_price(executed: dict[str, dict[str, str]], run: runs.Run) -> None:
    resource = runs.dearest_resource(run, "post")
    posts = {key: price for key, price in run.plan.prices.items() if key.startswith("post:")}
    assert posts[resource] == max(posts.values())
    rows = {line.split()[0]: line.split()[1:] for line in executed["06_allocation"]["try-one-more"].splitlines()[1:]}
    bound = run.plan.price_bound + posts[resource]
    assert run.plan.value - run.plan.gap - 0.5 <= float(rows["expected"][1]) <= bound + 1e-6
    # what the certificate of the first plan says of every plan with one more holds for the one that was found
    assert float(rows["bound"][1]) <= bound + 1e-6


def test_a_trial_of_other_parameters_is_what_a_run_with_them_would_be(run: runs.Run) -> None:
    from povlib import exits, support
    from povlib.runs.run_folders import begin

    begun = begin(runs.sample_office(), "base", {"settings.margin": "0.05", "settings.draws": "50"})
    trial = runs.try_changes(run, "settings.margin = 0.05; settings.draws = 50")
    assert trial.settings == begun.settings
    offer = support.offer(run.with_months, begun.catalogue, begun.settings)
    made = exits.project(
        run.with_months, offer, begun.catalogue, begun.settings, draws=50, posterior=run.planned_effects
    )
    pd.testing.assert_frame_equal(trial.projection.frame, made.frame)
    assert not list(run.folder.glob("*/*margin*"))


def test_a_trial_writes_nothing(run: runs.Run) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in run.office.folder.rglob("*") if path.is_file())
    trial = runs.try_capacity(run, runs.dearest_resource(run, "fund"), -1000)
    assert trial.plan.value <= run.plan.price_bound
    assert trial.check.ok
    assert sorted((path, path.stat().st_mtime_ns) for path in run.office.folder.rglob("*") if path.is_file()) == before


def test_what_a_household_may_have_is_the_offer_and_the_plan_takes_what_leaves_most(run: runs.Run) -> None:
    hh = runs.household_asked(run)
    frame = runs.household_options(run, hh)
    assert len(frame) == int((run.offer.packages["hh"] == hh).sum())
    (chosen,) = frame.index[frame["chosen"]]
    package = int(run.plan.chosen.set_index("hh").loc[hh, "package"])
    own = run.projection.frame.set_index("package").loc[package]
    assert frame.loc[chosen, "chance"] == pytest.approx(float(own["p"]))
    # complementary slackness up to the proven gap: nobody leaves more than the gap on the table
    assert frame["left"].max() - frame.loc[chosen, "left"] <= run.plan.gap + 1e-9


def test_bad_years_are_the_mean_of_the_worst_draws(run: runs.Run) -> None:
    frame = runs.bad_years(run, 0.2).set_index("way")
    at = run.plan.chosen["package"].astype(int).to_numpy()
    draws = np.nan_to_num(run.projection.draws[at].astype(float)) * run.plan.chosen["members"].to_numpy()[:, None]
    totals = np.sort(draws.sum(axis=0))
    assert frame.loc["plan", "mean"] == pytest.approx(totals.mean(), rel=1e-6)
    assert frame.loc["plan", "worst"] == pytest.approx(totals[: len(totals) // 5].mean(), rel=1e-6)


def test_the_claims_count_the_rows_they_show(executed: dict[str, dict[str, str]], run: runs.Run) -> None:
    claims = runs.judged_claims(run).claims
    first = claims[claims["id"] == "1"].iloc[0]
    assert len(runs.rows_behind(run, "1")) == first["counted"] == 85
    persons = float(executed["08_bulletin"]["try-total"])
    assert persons == runs.chance_of_exits(run, run.settings.target_persons)
    assert float(executed["04_exits"]["try-total"]) == persons


def test_what_nobody_knows_is_refused_with_the_nearest(run: runs.Run) -> None:
    from povlib.errors import ParameterError

    for ask, near in (
        (lambda: runs.households_near_line(run, "联剩"), "联胜"),
        (lambda: runs.household_options(run, "S01-001"), "S01-0001"),
        (lambda: runs.try_capacity(run, "post:rice_nodle"), "post:rice_noodle"),
        (lambda: runs.dearest_resource(run, "posts"), "post"),
        (lambda: runs.evidence_of(run, "cleaner_pots"), "cleaner_post"),
        (lambda: runs.rows_behind(run, "1-led"), "1-lead"),
        (lambda: runs.try_changes(run, "settings.margn = 0.1"), "did you mean margin"),
    ):
        with pytest.raises(ParameterError, match=near):
            ask()
