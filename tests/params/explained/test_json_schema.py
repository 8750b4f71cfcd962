"""The schemas accept every shipped file and refuse types, choices and unknown keys that the loader refuses."""

from __future__ import annotations

import copy
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from povlib import params, places
from povlib.errors import ParameterError
from povlib.params.explained.json_schema import file_schema, scenario_schema
from povlib.params.loading import FILES
from povlib.params.reading import Document, read_yaml
from povlib.scenarios.scenario_files import ScenarioFile

FOLDERS = (places.PARAMS, places.DATA / "sample" / "params")


def plain(value: Any) -> Any:
    """Return YAML's values as JSON has them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema)
    return [error.message for error in validator.iter_errors(plain(value))]


@pytest.mark.parametrize("name", [*FILES, "procedure"])
def test_shipped_files_are_accepted(name: str) -> None:
    schema = file_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    for folder in FOLDERS:
        if (folder / f"{name}.yaml").exists():
            assert faults(schema, read_yaml(folder / f"{name}.yaml").values) == []


def test_shipped_scenarios_are_accepted() -> None:
    schema = scenario_schema(ScenarioFile, {"funds.special.amount_yuan": "320000 yuan"})
    jsonschema.Draft202012Validator.check_schema(schema)
    for folder in FOLDERS:
        for path in sorted((folder / "scenarios").glob("*.yaml")):
            assert faults(schema, read_yaml(path).values) == [], path


def refused_by_loader(name: str, values: Any) -> bool:
    catalogue = params.load(FOLDERS[1])
    documents = {**catalogue.documents, name: Document(Path(f"{name}.yaml"), values, {})}
    try:
        assert catalogue.rebuild is not None
        catalogue.rebuild(documents)
    except ParameterError:
        return True
    return False


WRONG = [
    ("funds", "amount_yuan", "lots"), ("funds", "amount_yuan", -1), ("funds", "amount_yuan", [1]),
    ("funds", "amuont", 1), ("funds", "window", {"from": "2016-06"}),
    ("funds", "window", {"from": "June", "to": "2016-12"}), ("funds", "key", "A b"),
    ("funds", "status", "offical"), ("funds", "keep", [{"kinds": ["houses"], "share": 0.5}]),
    ("funds", "names", "special"), ("funds", "keep", [{"kinds": ["industry"], "share": 1.5}]),
    ("funds", "aliases", "one"), ("funds", "names", {"zh": "甲"}), ("posts", "slots", 1.5), ("posts", "slots", -1),
    ("posts", "who", [{"on": "workers"}]), ("posts", "months", "2016-06"), ("coops", "places", "many"),
    ("coops", "facility", {"opening": 5}), ("crews", "weeks", {"2016-06": -2}), ("bundling", "verdict", "forbid"),
    ("bundling", "scope", "family"), ("bundling", "a", "Kind:Housing"), ("support", "kind", "house"),
    ("support", "one_per", "person"), ("support", "cost", {"basis": "fix"}),
    ("support", "closes", [{"guarantee": "hosing", "prior_source": "x"}]), ("support", "once", "perhaps"),
    ("support", "earns", [{"source": "wages", "basis": "post_wage", "prior_source": "x"}]),
    ("lines", "year", "next"), ("income", "regular", "maybe"), ("income", "income", "gift"),
    ("exits", "value", "half"), ("exits", "key", "luck"), ("villages", "aliases", 3), ("villages", "nmae", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "key", "value"), WRONG)
def test_what_the_loader_refuses_is_marked(name: str, key: str, value: object) -> None:
    values = copy.deepcopy(read_yaml(FOLDERS[1] / f"{name}.yaml").values)
    assert faults(file_schema(name), values) == []
    record = (values if isinstance(values, list) else values["records"])[0]
    record[key] = value
    assert refused_by_loader(name, values)
    assert faults(file_schema(name), values)


def test_the_frame_of_a_file_is_marked_too() -> None:
    values = read_yaml(FOLDERS[1] / "bundling.yaml").values
    for wrong in ({"default": "maybe"}, {"recrods": []}, {"defaults": {"statsu": "assumed"}}, {"records": {}}):
        assert refused_by_loader("bundling", {**values, **wrong})
        assert faults(file_schema("bundling"), {**values, **wrong}), wrong
    assert faults(file_schema("funds"), [])
    assert refused_by_loader("funds", [])


@pytest.mark.parametrize(("key", "value"), [
    ("settings", {"margni": 1}), ("settings", {"margin": "much"}), ("settings", {"second_rule": "cheapest"}),
    ("settings", {"draws": 5}), ("settings", {"objective": {"person": 1}}),
    ("changes", {"fund.special.amount_yuan": 1}), ("changes", []), ("title", "one"), ("parnet", "base"),
    ("name", None),
])  # fmt: skip
def test_slips_in_scenarios_are_marked(key: str, value: object) -> None:
    values = read_yaml(FOLDERS[1] / "scenarios" / "more_money.yaml").values
    schema = scenario_schema(ScenarioFile, {})
    assert faults(schema, values) == []
    assert faults(schema, {**values, key: value})


def test_units_ranges_and_meanings_stand_beside_keys() -> None:
    share = file_schema("funds")["$defs"]["Keep"]["properties"]["share"]
    assert (share["minimum"], share["maximum"], share["unit"]) == (0, 1, "share")
    assert "占资金总额的份额" in share["description"]
    assert "share of the fund's amount" in share["description"]
