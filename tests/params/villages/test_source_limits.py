"""Limits on single sources: what may be written, and what a scenario or the command line may set."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from povlib import params, places, scenarios
from povlib.errors import ParameterError
from povlib.params import Settings
from povlib.params.explained.key_facts import facts_of
from povlib.params.villages.source_limits import SourceLimits

OWN = places.DATA / "sample" / "params"


def resolved(**changes: str) -> Settings:
    catalogue = params.load(OWN)
    base = scenarios.load("base", OWN / "scenarios")
    typed = {f"settings.{key.replace('__', '.')}": value for key, value in changes.items()}
    return scenarios.resolve(base, catalogue, typed).settings


def test_none_is_set_at_first_and_old_records_stay_as_they_were() -> None:
    settings = Settings()
    assert not settings.limits_sources
    assert not {"source_limits", "named_limits"} & set(settings.recorded())


def test_a_limit_is_typed_by_kind_or_by_name() -> None:
    settings = resolved(source_limits__firm_persons="15", source_limits__product_share="0.25")
    assert settings.limits_sources
    assert (settings.source_limits.persons("firm"), settings.source_limits.share("product")) == (15.0, 0.25)
    assert settings.recorded()["source_limits"]["firm_persons"] == 15.0
    # names are the office's own words, dots included
    assert resolved(**{"named_limits__甲.乙公司": "3"}).named_limits == {"甲.乙公司": 3.0}


@pytest.mark.parametrize(("key", "value"), [("firm_persons", "-1"), ("firm_share", "1.5"), ("firm_persons", "2e6")])
def test_what_means_nothing_is_refused(key: str, value: str) -> None:
    with pytest.raises(ParameterError, match="source_limits"):
        resolved(**{f"source_limits__{key}": value})


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(ValidationError):
        SourceLimits(village_persons=3)  # type: ignore[call-arg]


def test_explained_by_its_own_key() -> None:
    found = facts_of(params.load(OWN), "settings.source_limits.firm_share")
    assert (found.allowed, found.value) == ("0 – 1", None)
    assert found.meaning
    parts = facts_of(params.load(OWN), "source_limits").parts
    assert [part.key.rpartition(".")[2] for part in parts] == list(SourceLimits.model_fields)
