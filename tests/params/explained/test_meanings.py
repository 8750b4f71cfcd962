"""Every key of every parameter file has a meaning, in both languages."""

from __future__ import annotations

import re

import pytest
from pydantic import BaseModel

from povlib.params import Procedure, Settings
from povlib.params.explained.json_schema import _models_in
from povlib.params.explained.meanings import _meanings, meaning_of
from povlib.params.loading import FILES
from povlib.params.procedures.cooperation import Cooperation
from povlib.params.villages.village_income import VillageIncomeRules
from povlib.scenarios.scenario_files import ScenarioFile
from povlib.words import languages

MODELS = sorted(
    {
        part
        for model in (*FILES.values(), Settings, Procedure, Cooperation, VillageIncomeRules, ScenarioFile)
        for part in _models_in(model)
    },
    key=lambda model: model.__name__,
)


@pytest.mark.parametrize("model", MODELS)
def test_every_key_has_a_meaning(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        key = field.alias or name
        if model.__name__ == "Names" and key in set(languages()) - {"zh", "en"}:
            continue
        meaning = meaning_of(model, key)
        assert meaning is not None, f"{model.__name__}.{key}"
        assert re.search(r"[\u4e00-\u9fff]", meaning.zh)
        assert not re.search(r"[\u4e00-\u9fff]", meaning.en)


def test_no_meaning_is_of_a_key_that_there_is_not() -> None:
    known = {model.__name__.removeprefix("_") for model in MODELS} | {"Sourced"}
    assert set(_meanings()) <= known
