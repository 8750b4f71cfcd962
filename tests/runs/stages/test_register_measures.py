"""The register's own artefacts against counts made by hand, and the refusals kept beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib import runs
from povlib.errors import DataError
from povlib.runs.facts.poverty import register_facts, village_rows
from povlib.runs.stages.refusals import Refused
from povlib.runs.stages.register_measures import (
    Deprivations,
    RegisterQuality,
    deprivations,
    inequality_of_register,
    register_quality,
)
from povlib.vocabulary import GUARANTEES


def houses() -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "village": ["a", "a", "b", "b"],
            "income_fen_per_head": pd.array([100, 300, 200, None], dtype="Int64"),
            "line_fen": 250,
            "size": pd.array([1, 1, 2, 5], dtype="Int64"),
        }
    )
    return frame


def test_inequality_is_that_of_persons_with_a_known_income() -> None:
    found = inequality_of_register(houses())
    persons = np.array([100.0, 200, 200, 300])
    pairs = np.abs(persons[:, None] - persons[None, :]).mean()
    assert found.gini == pytest.approx(pairs / (2 * persons.mean()))
    assert found.curve["income_share"].iloc[-1] == 1.0
    gap = found.parts[(found.parts["measure"] == "fgt2") & (found.parts["component"] == "contribution")]
    squared = {"a": 0.6**2, "b": 2 * 0.2**2}
    whole = sum(squared.values())
    assert gap.set_index("domain")["estimate"].to_dict() == pytest.approx({k: v / whole for k, v in squared.items()})


def test_nobody_known_is_refused() -> None:
    with pytest.raises(DataError, match="nobody's income"):
        inequality_of_register(houses().assign(income_fen_per_head=pd.array([None] * 4, dtype="Int64")))


def test_deprivations_are_counted_as_by_hand(run: runs.Run) -> None:
    found = deprivations(run)
    assert isinstance(found, Deprivations)
    frame = run.overview.households.dropna(subset=["over_line", *GUARANTEES])
    frame = frame[frame["size"] > 0]
    lacking = 1 - frame[list(GUARANTEES)].to_numpy(dtype=float)
    score = 0.5 * (1 - frame["over_line"].to_numpy(dtype=float)) + 0.5 * lacking.mean(axis=1)
    weight = frame["size"].to_numpy(dtype=float)
    poor = score >= 0.5 - 1e-12
    last = village_rows(found.estimates).iloc[-1]
    assert last["domain"] == "all"
    assert last["households"] == len(frame)
    assert last["H"] == pytest.approx(weight[poor].sum() / weight.sum())
    assert last["M0"] == pytest.approx((weight * score)[poor].sum() / weight.sum())


def test_quality_counts_the_households_the_survey_met(run: runs.Run) -> None:
    found = register_quality(run)
    assert isinstance(found, RegisterQuality)
    assert run.survey is not None
    rows = run.survey.frames["rows"]
    met = set(rows.loc[rows["income_fen_per_head"].notna(), "hh"]) & set(run.overview.households["hh"])
    assert int(found.estimates.set_index("measure").loc["corrected", "n"]) == len(met)


def test_a_survey_that_met_nobody_registered_is_a_refusal_in_words(run: runs.Run, tmp_path: object) -> None:
    from dataclasses import replace
    from pathlib import Path

    bare = replace(run, folder=Path(str(tmp_path)))
    bare.__dict__["overview"] = run.overview
    bare.__dict__["resolved"] = run.resolved
    found = register_quality(bare)  # a folder without a survey
    assert isinstance(found, Refused)
    assert "no survey" in found.show("en")
    assert "no survey" in str(register_facts(bare, "en").quality)
