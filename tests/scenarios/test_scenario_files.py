"""Scenario files: form, inheritance, names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from povlib import places, scenarios
from povlib.errors import ParameterError

Write = Callable[..., Path]


def shown(name: str, folder: Path) -> str:
    with pytest.raises(ParameterError) as caught:
        scenarios.load(name, folder)
    return caught.value.show("en")


def test_ancestors_in_order(write: Write) -> None:
    folder = write(base="", a="parent: base\n", b="parent: a\n", c="parent: b\n", lone="")
    assert [s.name for s in scenarios.load("c", folder).lineage] == ["base", "a", "b", "c"]
    assert [s.name for s in scenarios.load("lone", folder).lineage] == ["base", "lone"]  # all descend from base
    assert scenarios.load("base", folder).parent is None


def test_without_a_base_a_scenario_stands_alone(write: Write) -> None:
    assert [s.name for s in scenarios.load("x", write(x="")).lineage] == ["x"]


def test_a_circle_is_named(write: Write) -> None:
    folder = write(base="", a="parent: b\n", b="parent: a\n")
    assert "a -> b -> a" in shown("a", folder)
    # the same circle in the same words, wherever one begins
    assert shown("a", folder) == shown("b", folder)
    assert "a.yaml:3" in shown("a", folder)


def test_unknown_names_with_suggestions(write: Write) -> None:
    folder = write(base="", more_money="parent: bse\n")
    assert "there is no scenario mor_money Allowed: base, more_money Next: did you mean more_money?" in shown(
        "mor_money", folder
    )
    assert shown("more_money", folder).startswith("more_money.yaml:3: there is no scenario bse")


@pytest.mark.parametrize("name", ["../base", "a b", "", "x" * 41, "a/b", "a.yaml", "a\x00"])
def test_names_stay_inside_the_folder(write: Write, name: str) -> None:
    assert "cannot be the name of a scenario" in shown(name, write(base=""))


def test_chinese_names(write: Write) -> None:
    assert scenarios.load("多一点资金", write(多一点资金="")).name == "多一点资金"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("chnges: {}\n", "x.yaml:3: chnges is no known key Allowed: changes, name, parent, question, settings, title"),
        ("changes: [1]\n", "changes must hold keys of its own"),
        ("settings: 3\n", "settings must hold keys of its own"),
        ("parent: 7\n", "7 is no text"),
        ("changes: {a: b: c}\n", "x.yaml:3: a quotation mark or bracket is opened and never closed"),
    ],
)  # fmt: skip
def test_form(write: Write, content: str, words: str) -> None:
    assert words in shown("x", write(x=content))


def test_file_and_name_must_agree(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("name: y\ntitle: {zh: 甲, en: x}\n", encoding="utf-8")
    assert "x.yaml:1: the scenario calls itself y and its file x" in shown("x", tmp_path)
    (tmp_path / "x.yaml").write_text("- 1\n", encoding="utf-8")
    assert shown("x", tmp_path).startswith("x.yaml:1")


def test_load_all_names_the_faults_of_all_files(write: Write) -> None:
    folder = write(base="", a="x: 1\n", b="y: 1\n", c="parent: a\n")
    with pytest.raises(ParameterError) as caught:
        scenarios.load_all(folder)
    assert [fault.where for fault in caught.value.faults] == ["a.yaml:3", "b.yaml:3"]


SHIPPED = {
    "as_done", "base", "contract_lost", "coop_fails", "depth", "early_workshops", "employer_closes",
    "first_lists", "houses_first", "more_money", "no_bundling", "no_floor", "no_workshops", "other_line",
    "poorest_first", "posts_for_grants", "prior_only", "robust", "spread_sources", "village_floors",
}  # fmt: skip


def test_shipped_scenarios() -> None:
    for folder in (places.DATA / "sample" / "params" / "scenarios", places.PARAMS / "scenarios"):
        found = scenarios.load_all(folder)
        assert set(found) == SHIPPED
        for name, scenario in found.items():
            assert scenario.parent is None or scenario.parent.name == "base"
            assert scenario.question is not None, name
            assert scenario.question.zh != scenario.question.en
