"""Precedence, casts, ranges and the trace of which layer set what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from povlib import params, places, scenarios
from povlib.calendar import Month
from povlib.errors import ParameterError

Write = Callable[..., Path]
SAMPLE = places.DATA / "sample" / "params" / "scenarios"
SPECIAL = "funds.special.amount_yuan"


def resolve(name: str, folder: Path, catalogue: params.Catalogue, **overrides: object) -> scenarios.Resolved:
    return scenarios.resolve(scenarios.load(name, folder), catalogue, overrides)


def shown(name: str, folder: Path, catalogue: params.Catalogue, overrides: dict[str, object]) -> list[str]:
    with pytest.raises(ParameterError) as caught:
        scenarios.resolve(scenarios.load(name, folder), catalogue, overrides)
    return caught.value.show("en").splitlines()


def test_sample_scenarios_do_what_their_titles_say(catalogue: params.Catalogue) -> None:
    found = scenarios.resolve_all(SAMPLE, catalogue)
    assert found["base"].catalogue.digest == catalogue.digest
    assert found["base"].settings == params.Settings(target_persons=409)
    before, after = catalogue.funds["special"].amount_fen, found["more_money"].catalogue.funds["special"].amount_fen
    assert 5 * after == 6 * before
    assert found["no_floor"].settings.poorest_fifth_money_share == 0
    assert found["no_floor"].settings.poorest_fifth_post_share == 0
    weights = found["depth"].settings.objective
    assert (weights.persons, weights.households, weights.fgt2) == (0, 0, 1)


LAYERS = ("base", "mid", "leaf")
KEYS = ("settings.margin", "settings.draws", SPECIAL, "posts.township_cleaner.slots")


@given(st.dictionaries(st.sampled_from([*LAYERS, "cli"]), st.dictionaries(st.sampled_from(KEYS), st.integers(10, 30))))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_last_layer_that_speaks_holds(
    write: Write, catalogue: params.Catalogue, said: dict[str, dict[str, int]]
) -> None:
    values = {layer: dict(keys) for layer, keys in said.items()}
    for keys in values.values():
        if "settings.margin" in keys:
            keys["settings.margin"] %= 5
    folder = write(base=body(values.get("base", {})), mid=body(values.get("mid", {}), "base"),
                   leaf=body(values.get("leaf", {}), "mid"))  # fmt: skip
    overrides = {key: str(value) for key, value in values.get("cli", {}).items()}
    resolved = scenarios.resolve(scenarios.load("leaf", folder), catalogue, overrides)
    expected: dict[str, int] = {}
    by: dict[str, str] = {}
    for layer in (*LAYERS, "cli"):
        expected |= values.get(layer, {})
        by |= dict.fromkeys(values.get(layer, {}), "command line" if layer == "cli" else layer)
    got = {
        "settings.margin": resolved.settings.margin,
        "settings.draws": resolved.settings.draws,
        SPECIAL: resolved.catalogue.funds["special"].amount_yuan,
        "posts.township_cleaner.slots": resolved.catalogue.posts["township_cleaner"].slots,
    }
    assert {key: got[key] for key in expected} == expected
    assert {row.key: row.layer for row in resolved.effective} == by
    assert len(resolved.trace) == sum(len(keys) for keys in values.values())


def body(values: dict[str, int], parent: str = "") -> str:
    inside = {key: value for key, value in values.items() if key.startswith("settings.")}
    lines = [f"parent: {parent}"] if parent else []
    lines += ["settings:", *(f"  {key.removeprefix('settings.')}: {value}" for key, value in inside.items())] * bool(
        inside
    )
    outside = {key: value for key, value in values.items() if key not in inside}
    lines += ["changes:", *(f"  {key}: {value}" for key, value in outside.items())] * bool(outside)
    return "\n".join(lines) + "\n"


def test_trace_tells_before_and_after(catalogue: params.Catalogue) -> None:
    resolved = resolve("more_money", SAMPLE, catalogue, **{SPECIAL: "1,200,000"})
    rows = [row for row in resolved.trace if row.key == SPECIAL]
    assert [(row.layer, row.before, row.after) for row in rows] == [
        ("more_money", "320000", "384000"),
        ("command line", "384000", "1200000"),
    ]
    held = next(row for row in resolved.effective if row.key == SPECIAL)
    assert (held.layer, held.before, held.after) == ("command line", "320000", "1200000")
    assert resolved.catalogue.funds["special"].amount_fen == 120_000_000


def test_relative_changes_build_on_the_layer_below(write: Write, catalogue: params.Catalogue) -> None:
    folder = write(
        base=f"changes: {{{SPECIAL}: 100000}}\n", a=f'changes: {{{SPECIAL}: "+20%"}}\n',
        b=f'parent: a\nchanges: {{{SPECIAL}: "-12.5%"}}\nsettings: {{margin: 0.1}}\n',
    )  # fmt: skip
    assert resolve("b", folder, catalogue).catalogue.funds["special"].amount_fen == 10_500_000
    assert resolve("b", folder, catalogue, **{"settings.margin": "+50%"}).settings.margin == pytest.approx(0.15)
    assert shown("b", folder, catalogue, {"funds.special.names.zh": "+5%"}) == [
        "--set funds.special.names.zh: +5% needs a number to start from"
    ]
    assert shown("b", folder, catalogue, {SPECIAL: "-200%"})[0].endswith("Allowed: 0 or more")


@pytest.mark.parametrize(
    ("key", "text", "read", "value"),
    [
        ("settings.horizon", "2017-06", lambda r: r.settings.horizon, Month(2017, 6)),
        ("settings.draws", "200", lambda r: r.settings.draws, 200),
        ("settings.margin", "0.1", lambda r: r.settings.margin, 0.1),
        ("settings.authority", "nbs", lambda r: r.settings.authority, "nbs"),
        ("settings.objective.households", "2", lambda r: r.settings.objective.households, 2),
        ("funds.special.window", "{from: 2016-07, to: 2016-09}",
         lambda r: r.catalogue.funds["special"].window.months[0], Month(2016, 7)),
        ("funds.special.household_ceiling_yuan", "null",
         lambda r: r.catalogue.funds["special"].household_ceiling_fen, None),
        ("funds.special.in_force", "2017", lambda r: r.catalogue.funds["special"].in_force, "2017"),
        ("coops.lichun_cattle.villages", "[农家, 秀山]", lambda r: r.catalogue.coops["lichun_cattle"].villages,
         ("农家", "秀山")),
        ("support.minimum_living.running", "false", lambda r: r.catalogue.measures["minimum_living"].running, None),
    ],
)  # fmt: skip
def test_texts_of_the_command_line_are_cast(
    catalogue: params.Catalogue, key: str, text: str, read: Callable[[scenarios.Resolved], object], value: object
) -> None:
    if key.endswith("running"):  # cast to false, after which nobody pays for it
        assert "no fund may pay for this measure" in shown("base", SAMPLE, catalogue, {key: text})[0]
    else:
        assert read(resolve("base", SAMPLE, catalogue, **{key: text})) == value


def test_every_fault_of_every_layer_at_once(write: Write, catalogue: params.Catalogue) -> None:
    folder = write(
        base="settings: {drwas: 5}\n",
        leaf="changes:\n  funds.specail.amount_yuan: 1\n  posts.township_cleaner.slots: -1\nsettings:\n  margin: ten\n",
    )
    found = shown("leaf", folder, catalogue, {SPECIAL: "-5", "settings.seed": "-1"})
    assert [line.split(": ")[0] for line in found] == [
        "base.yaml:3 settings.drwas", "leaf.yaml:4 funds.specail.amount_yuan", "leaf.yaml:7 settings.margin",
        "--set settings.seed", "leaf.yaml:5 posts.township_cleaner.slots", f"--set {SPECIAL}",
    ]  # fmt: skip
    assert "did you mean draws?" in found[0]
    assert "did you mean special?" in found[1]
    assert "ten is no number" in found[2]


def test_all_scenarios_are_checked_before_the_first_runs(write: Write, catalogue: params.Catalogue) -> None:
    folder = write(base="", a="settings: {draws: 1}\n", b="changes: {funds.x.y: 1}\n", c="")
    with pytest.raises(ParameterError) as caught:
        scenarios.resolve_all(folder, catalogue)
    assert [fault.where.split(":")[0] for fault in caught.value.faults] == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"settings.help_from": "2016-03"}, "the months are out of order"),
        ({"settings.objective.persons": "0"}, "the objective weighs nothing"),
        ({"settings.authority": "nbss"}, "there is no authority nbss in lines.yaml"),
        ({"settings.authority": "province"}, "there is no line of province for 2016"),
        ({"settings.horizon": "2031-12"}, "there is no line of exit_check for 2031"),
        ({"settings.poorest_fifth_money_share": "20"}, "1 or less"),
        ({"settings.stability_months": "0"}, "1 or more"),
        ({"settings.objective.person": "1"}, "did you mean persons?"),
        ({"settings.objective": "1"}, "must hold keys of its own"),
        ({"settings": "1"}, "no known key"),
        ({"settings.": "1"}, "no known setting"),
        ({"": "1"}, "no known key"),
    ],
)
def test_settings_out_of_range(catalogue: params.Catalogue, overrides: dict[str, object], words: str) -> None:
    assert any(words in line for line in shown("base", SAMPLE, catalogue, overrides))


def test_a_stability_window_needs_the_line_of_each_year(write: Write, catalogue: params.Catalogue) -> None:
    overrides: dict[str, object] = {
        "settings.authority": "monitoring",
        "settings.horizon": "2021-03",
        "settings.stability_months": "6",
    }
    assert "there is no line of monitoring for 2020" in shown("base", SAMPLE, catalogue, overrides)[0]


def test_the_catalogue_given_is_left_alone(catalogue: params.Catalogue) -> None:
    before = catalogue.digest
    resolve("more_money", SAMPLE, catalogue, **{"posts.township_cleaner.slots": "1"})
    assert catalogue.digest == before


def test_months_that_no_help_can_use_are_warnings(catalogue: params.Catalogue) -> None:
    assert resolve("base", SAMPLE, catalogue).warnings == ()
    resolved = resolve("base", SAMPLE, catalogue, **{"funds.special.window": "{from: 2015-01, to: 2015-12}"})
    said = [fault.show("en").split(" Next")[0] for fault in resolved.warnings]
    assert [line for line in said if not line.startswith("openings.yaml")] == [
        "funds.yaml special: it is open from 2015-01 to 2015-12, when no help of this plan can start"
    ]
    unused = {"funds.special.window": "{from: 2015-01, to: 2015-12}", SPECIAL: "0"}
    warnings = resolve("base", SAMPLE, catalogue, **unused).warnings
    assert all(fault.show("en").startswith("openings.yaml") for fault in warnings)
