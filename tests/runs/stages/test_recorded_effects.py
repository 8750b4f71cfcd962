"""The effects of a run: evaluated once, kept with it, read by the projection, never written back."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from povlib import impact, runs
from povlib.errors import ParameterError
from povlib.places import DATA
from povlib.runs.facts.certainty import important_inputs
from povlib.runs.facts.effects import CORRECTED, input_origins
from povlib.runs.stages.recorded_effects import effects_on_record, posterior_by_measure
from povlib.runs.storage.text_files import file_digest
from povlib.words import language_in_use

pytestmark = pytest.mark.whole_run

KEY = ["measure", "source"]


def test_the_effects_kept_are_those_of_the_ledgers_months(run: runs.Run) -> None:
    with language_in_use("zh"):
        again = impact.evaluate(run.state, run.catalogue, seed=run.settings.seed)
    kept = run.effects
    assert (run.folder / "effects" / "posterior.parquet").is_file()
    numbers = ["mean", "sd", "prior_share", "estimate", "se"]
    pd.testing.assert_frame_equal(kept.posterior[KEY + numbers], again.posterior[KEY + numbers], check_dtype=False)
    assert kept.posterior["status"].tolist() == again.posterior["status"].tolist()
    assert set(kept.posterior["status"]) == {"posterior", "prior"}  # the practice township has both


def test_a_run_holds_no_words_of_the_language_it_was_made_in(run: runs.Run) -> None:
    frames = (run.effects.estimates, run.effects.posterior, run.effects.checks)
    columns = [frame[name].astype("str") for frame in frames for name in frame.columns]
    assert not pd.concat(columns).fillna("").str.contains("[一-鿿]").any()


def _has_floor(run: runs.Run, inputs: pd.DataFrame) -> pd.Series:
    floored = {
        (measure.key, earning.source)
        for measure in run.catalogue.measures.values()
        for earning in measure.earns
        if earning.floor is not None
    }
    return pd.Series([pair in floored for pair in zip(inputs["measure"], inputs["source"], strict=True)], inputs.index)


def test_the_projection_is_made_with_the_posterior(run: runs.Run) -> None:
    used = run.projection.inputs.merge(run.effects.posterior, on=KEY, suffixes=("_used", ""))
    assert len(used) == len(run.projection.inputs) == len(run.effects.posterior)
    free = used[~_has_floor(run, used)]
    assert len(free) > 8
    assert free["mean_used"].tolist() == pytest.approx(free["mean"].tolist())
    assert free["sd_used"].tolist() == pytest.approx(free["sd"].tolist())
    learnt = used[used["status"] == "posterior"]
    assert (learnt["sd_used"] < learnt["prior_sd"]).all()


def test_the_switch_makes_another_run_on_the_priors_alone(copied: Callable[[], runs.Run]) -> None:
    run = copied()
    place = runs.find_office("sample")
    other = runs.begin(place, "base", {"settings.effects": "prior"})
    assert other.info.run_id != run.info.run_id
    assert other.info.settings.effects == "prior"
    assert other.planned_effects is None
    named = runs.begin(place, "prior_only")
    assert named.planned_effects is None
    inputs = other.projection.inputs.merge(run.effects.posterior, on=KEY, suffixes=("", "_learnt"))
    free, kept = inputs[~_has_floor(run, inputs)], inputs[_has_floor(run, inputs)]
    assert free["mean"].tolist() == pytest.approx(free["prior_mean"].tolist())
    assert free["sd"].tolist() == pytest.approx(free["prior_sd"].tolist())
    # a guaranteed dividend never falls under its floor: its mean is above that of the belief
    assert (kept["mean"] > kept["prior_mean"]).all()


def test_any_other_word_is_refused(finished: object) -> None:
    with pytest.raises(ParameterError, match="posterior, prior"):
        runs.begin(runs.sample_office(), "base", {"settings.effects": "both"})


def test_nothing_is_written_back_to_the_priors(run: runs.Run) -> None:
    shipped = file_digest(DATA / "sample" / "params" / "support.yaml")
    assert file_digest(run.folder / "params" / "support.yaml") == shipped
    assert file_digest(run.office.params / "support.yaml") == shipped


def test_a_catalogue_without_priors_has_nothing_to_learn() -> None:
    measure = SimpleNamespace(key="loan", earns=(SimpleNamespace(mean=None, sd=None),))
    catalogue: Any = SimpleNamespace(measures={"loan": measure})
    state: Any = None
    effects = effects_on_record(state, catalogue, seed=1)
    assert effects.posterior.empty
    assert posterior_by_measure(effects.posterior) is None


def test_the_paper_says_which_inputs_the_records_corrected(run: runs.Run) -> None:
    learnt = run.effects.posterior.set_index(KEY)["prior_share"]
    inputs = run.projection.inputs
    statuses, sources = input_origins(run, inputs, "en")
    for measure, source, status, said in zip(inputs["measure"], inputs["source"], statuses, sources, strict=True):
        share = learnt[measure, source]
        assert (status == CORRECTED) == (share < 1)
        assert said.startswith(f"own records {100 * (1 - share):.0f} %") == (share < 1)
    shown = important_inputs(run, "zh")
    assert shown["source"].str.startswith("本地记录占").any()
    assert not shown["status"].eq("posterior").any()


def test_the_meeting_paper_has_what_worked(run: runs.Run) -> None:
    page = runs.meeting_page(run, "en")
    said = page["worked"].words
    count = int((run.effects.posterior["status"] == "posterior").sum())
    assert f"records speak on {count}" in said
    assert runs.impact_page(run, "zh")["aloud"].words.count("只有先验") == len(run.effects.posterior) - count
