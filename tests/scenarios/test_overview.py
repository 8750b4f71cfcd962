"""Scenarios at a glance: each judged by itself, and who set what, with file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from povlib import params, scenarios
from povlib.errors import ParameterError
from povlib.params.villages.source_limits import SourceLimits
from povlib.scenarios import overview
from povlib.scenarios.scenario_files import distinct_faults

Write = Callable[..., Path]
SPECIAL = "funds.special.amount_yuan"


def test_a_faulty_scenario_does_not_hide_the_others(write: Write, catalogue: params.Catalogue) -> None:
    folder = write(
        base="settings: {margin: 0.1}\n", good="settings: {draws: 20}\n", bad="settings: {margni: 1}\n",
        torn="changes: {a: b: c}\n", child="parent: bad\n",
    )  # fmt: skip
    looked = overview.look_at_all(folder, catalogue)
    assert [(found.name, found.parent, found.is_sound) for found in looked] == [
        ("base", "", True), ("bad", "base", False), ("child", "bad", False),
        ("good", "base", True), ("torn", "", False),
    ]  # fmt: skip
    # the parent's fault is told once though the child has it too
    shown = [fault.show("en") for fault in distinct_faults(fault for found in looked for fault in found.faults)]
    assert len(shown) == 2
    assert shown[0].startswith("bad.yaml:3 settings.margni: margni is no known setting")
    assert shown[0].endswith("did you mean margin?")
    assert [row.value for row in overview.own_values(looked[1])] == ["1"]


def test_who_set_what(write: Write, catalogue: params.Catalogue) -> None:
    folder = write(
        base="settings: {margin: 0, draws: 100}\n",
        mid=f'changes:\n  {SPECIAL}: 400000\n',
        leaf=f'parent: mid\nchanges: {{{SPECIAL}: "+10%"}}\nsettings: {{objective: {{persons: 0, fgt2: 1}}}}\n',
    )  # fmt: skip
    resolved = scenarios.resolve(scenarios.load("leaf", folder), catalogue, {"settings.draws": "50"})
    changed = {rows[-1].key: [(row.value, row.layer, row.where) for row in rows]
               for rows in overview.changed_values(resolved)}  # fmt: skip
    line = next(
        n for n, words in enumerate(catalogue.documents["funds"].path.read_text("utf-8").splitlines(), 1)
        if "amount_yuan: 320000" in words
    )  # fmt: skip
    assert changed == {
        SPECIAL: [("320000", "params", f"funds.yaml:{line}"), ("400000", "mid", "mid.yaml:4"),
                  ("440000", "leaf", "leaf.yaml:4")],
        "settings.draws": [("500", "defaults", ""), ("100", "base", "base.yaml:3"),
                           ("50", "command line", "command line")],
        "settings.objective.fgt2": [("0.0", "defaults", ""), ("1", "leaf", "leaf.yaml:5")],
        "settings.objective.persons": [("1.0", "defaults", ""), ("0", "leaf", "leaf.yaml:5")],
    }  # fmt: skip
    every = {row.key: (row.value, row.layer) for row in overview.all_settings(resolved)}
    assert every["settings.margin"] == ("0.0", "base")
    assert every["settings.seed"] == ("2016", "defaults")
    # a setting that is a record shows its fields, not itself
    records = (params.Objective, SourceLimits)
    fields = sum(len(record.model_fields) - 1 for record in records)
    assert len(every) == len(params.Settings.model_fields) + fields


def test_unknown_names_are_refused_together(write: Write) -> None:
    with pytest.raises(ParameterError) as caught:
        overview.refuse_unknown_names(["base", "bsae", "mroe"], write(base="", more=""))
    assert [fault.values["near"] for fault in caught.value.faults] == ["base", "more"]
