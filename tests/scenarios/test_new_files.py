"""A scenario kept under a name of its own: written whole, once, inside its folder, or refused with every fault."""

from __future__ import annotations

import os
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from povlib import params, scenarios
from povlib.errors import ParameterError
from tests.scenarios.conftest import SAMPLE

SPECIAL = "funds.special.amount_yuan"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "params")
    return tmp_path / "params"


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def refused(own: Path, name: str, changes: dict[str, object], **said: object) -> list[str]:
    before = files_in(own.parent)
    with pytest.raises(ParameterError) as caught:
        scenarios.new_scenario(own, name, changes, **said)  # type: ignore[arg-type]
    assert files_in(own.parent) == before
    return caught.value.show("en").splitlines()


def test_what_is_written_means_what_was_asked_for(own: Path) -> None:
    changes = {SPECIAL: "16万元", "settings.objective.persons": 0, "settings.objective.fgt2": "1",
               "settings.horizon": "2017-02", "coops.立春养牛专业合作社.places": "3"}  # fmt: skip
    file = scenarios.new_scenario(own, "甲案-2", changes, parent="more_money", title={"zh": "甲: 案 #1", "en": "a 'b'"})
    assert file == own / "scenarios" / "甲案-2.yaml"
    assert file.read_text("utf-8").splitlines()[1:3] == [
        "parent: more_money",
        """title: {zh: "甲: 案 #1", en: "a 'b'"}""",
    ]
    found = scenarios.resolve(scenarios.load("甲案-2", own / "scenarios"), params.load(own))
    asked = scenarios.resolve(scenarios.load("more_money", own / "scenarios"), params.load(own), changes)
    assert (found.settings, found.catalogue.digest) == (asked.settings, asked.catalogue.digest)
    assert found.catalogue.funds["special"].amount_yuan == Decimal(160000)
    assert found.catalogue.coops["lichun_cattle"].places == 3
    assert found.scenario.title.show("zh") == "甲: 案 #1"
    assert not list(own.rglob("*.partial"))


def test_everything_wrong_is_said_at_once(own: Path) -> None:
    words = refused(
        own, "base", {"funds.speciall.amount_yuan": 1, SPECIAL: "lots", "settings.margni": 0, "settings.draws": "1.5",
                      "funds.专项扶贫资金.amount_yuan": 5, "posts.township_cleaner.slots": -1},
        parent="bsae", title={"zh": "甲"},
    )  # fmt: skip
    said = "\n".join(words)
    assert "there is a scenario base already" in said
    assert "en is missing" in said
    assert "did you mean base?" in said
    said = "\n".join(refused(own, "x", {"funds.speciall.amount_yuan": 1, SPECIAL: "lots", "settings.margni": 0,
                                        "funds.专项扶贫资金.amount_yuan": 5, "settings.draws": "1.5"}))  # fmt: skip
    for part in ("did you mean special?", "did you mean margin?", "sets again what", "lots is no amount in yuan",
                 "--set settings.draws"):  # fmt: skip
        assert part in said, part


@pytest.mark.parametrize(
    "name",
    ["../out", "/etc/x", "a/b", "a\\b", "..", ".", "", "con", "NUL", "com1", "a" * 41, "a\nb", "a.yaml", "x\0", "-rf",
     "a b", "C:x", "～", "BASE"],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(own: Path, name: str) -> None:
    assert refused(own, name, {})


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_are_not_followed(own: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (own / "scenarios" / "linked.yaml").symlink_to(outside / "new.yaml")
    assert "already" in refused(own, "linked", {})[0]
    shutil.move(own / "scenarios", tmp_path / "moved")
    (own / "scenarios").symlink_to(tmp_path / "moved")
    assert any("no folder of this office" in line for line in refused(own, "other", {}))
    assert not list(outside.iterdir())


KEYS = [
    SPECIAL, "settings.margin", "settings.horizon", "settings.objective", "posts.township_cleaner.slots", "bundling.a",
    "coops.tea_nanting.facility", "villages.联胜.aliases",
]  # fmt: skip
VALUES = st.one_of(
    st.integers(), st.floats(), st.booleans(), st.none(), st.text(max_size=12), st.lists(st.integers(), max_size=2)
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3), st.text(max_size=6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_can_be_read_and_means_the_same(own: Path, changes: dict[str, object], title: str) -> None:
    before = files_in(own)
    try:
        file = scenarios.new_scenario(own, "tried", changes, title=title)
    except ParameterError:
        assert files_in(own) == before
        return
    try:
        catalogue = params.load(own)
        found = scenarios.resolve(scenarios.load("tried", own / "scenarios"), catalogue)
        asked = scenarios.resolve(scenarios.load("base", own / "scenarios"), catalogue, changes)
        assert (found.settings, found.catalogue.digest) == (asked.settings, asked.catalogue.digest)
    finally:
        file.unlink()
