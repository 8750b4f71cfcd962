"""Words about scenarios: list, show, new, check.

Responsible for arguments and for how the answers are set. Not responsible for layers or files (`povlib.scenarios`).
"""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import TYPE_CHECKING

from povlib.cli.terminal import short_path
from povlib.cli.word import Group, Word, argument, chosen_place, switch
from povlib.cli.words_meant import scenario_meant
from povlib.words import language, text

if TYPE_CHECKING:
    from pathlib import Path

    from povlib.errors import Fault
    from povlib.params import Catalogue
    from povlib.runs.office.scenario_runs import ScenarioRun
    from povlib.scenarios import Resolved
    from povlib.scenarios.overview import Looked, SetValue

# a choice: what a scenario sets is named where it sets one or two things, and counted where it sets more
_NAMED_CHANGES = 2


def list_scenarios(options: argparse.Namespace) -> int:
    """Print every scenario of the office with its parent, what it asks, whether it is sound and was planned."""
    from povlib.runs.office.scenario_runs import runs_by_scenario
    from povlib.scenarios.overview import look_at_all

    place = chosen_place(options)
    folder, catalogue = _parameters(place.office.params)
    looked = look_at_all(folder, catalogue)
    made = runs_by_scenario(place, {found.name: found.resolved for found in looked if found.resolved})
    for found in looked:
        _print_scenario(found, made.get(found.name))
    faulty = [found.name for found in looked if not found.is_sound]
    if faulty:
        options.then = "scenarios check"
        return 1
    return 0


def _parameters(own: Path) -> tuple[Path, Catalogue]:
    from povlib import params

    return own / "scenarios", params.load(own)


def _print_scenario(found: Looked, made: ScenarioRun | None) -> None:
    parent = " ← " + found.parent if found.parent else ""
    title = found.scenario.title.show(language()) if found.scenario else ""
    print(f"{'✓' if found.is_sound else '✗'} {found.name}{parent}  {title}")
    lines = [_question(found)]
    if made is not None and made.is_current:
        lines.append(text("planned: run {run}", run=made.run_id))
    elif made is not None:
        lines.append(text("planned with other values: run {run}", run=made.run_id))
    elif found.is_sound:
        lines.append(text("not planned yet"))
    if not found.is_sound:
        lines.append(text("{n} faults", n=len(found.faults)))
    print("    " + " · ".join(line for line in lines if line))


def _question(found: Looked) -> str:
    """Return in one line what a scenario asks: its own words, else what it sets."""
    from povlib.scenarios.overview import own_values

    if found.scenario is None:
        return ""
    if found.scenario.question is not None:
        return found.scenario.question.show(language())
    rows = own_values(found)
    named = ", ".join(f"{row.key} {row.before} → {row.value}" for row in rows[:_NAMED_CHANGES])
    more = text("... and {n} more", n=len(rows) - _NAMED_CHANGES) if len(rows) > _NAMED_CHANGES else ""
    return f"{named} {more}".strip()


def show_scenario(options: argparse.Namespace) -> int:
    """Print what a scenario changes and which layer set what; with --all every setting."""
    from povlib import scenarios
    from povlib.runs.office.parameter_check import parsed_changes

    place = chosen_place(options)
    changes = parsed_changes(options.set)
    folder, catalogue = _parameters(place.office.params)
    name = scenario_meant(place, options.name)
    resolved = scenarios.resolve(scenarios.load(name, folder), catalogue, changes)
    scenario = resolved.scenario
    print(" ← ".join(layer.name for layer in reversed(scenario.lineage)) + "  " + scenario.title.show(language()))
    if scenario.question is not None:
        print("  " + scenario.question.show(language()))
    print(text("Order: defaults and params/*.yaml, then {layers}; what comes later holds.",
               layers=" < ".join([*(layer.name for layer in scenario.lineage), text("command line")])))  # fmt: skip
    _print_trace(resolved)
    if options.all:
        _print_settings(resolved)
    for fault in resolved.warnings:
        print("! " + fault.show())
    return 0


def _print_trace(resolved: Resolved) -> None:
    from povlib.scenarios.overview import changed_values

    changed = changed_values(resolved)
    if not changed:
        print(text("Nothing differs from the defaults and the files."))
    for rows in changed:
        print(f"· {rows[-1].key} = {rows[-1].value}")
        for row in rows:
            print(f"    {row.value or text('(empty)')}  {_origin(row)}")


def _origin(row: SetValue) -> str:
    from povlib.scenarios.layers import COMMAND_LINE

    if row.layer == COMMAND_LINE:
        return text("command line")
    return {"defaults": text("the default"), "params": row.where}.get(row.layer) or f"{row.layer} ({row.where})"


def _print_settings(resolved: Resolved) -> None:
    from povlib.scenarios.overview import all_settings

    print(text("All settings:"))
    rows = all_settings(resolved)
    width = max(len(row.key) for row in rows)
    for row in rows:
        print(f"    {row.key.ljust(width)}  {row.value}  {_origin(row)}")


def new_scenario(options: argparse.Namespace) -> int:
    """Write a scenario of its own from changes typed."""
    from povlib import scenarios
    from povlib.runs.office.parameter_check import parsed_changes

    place = chosen_place(options)
    parent = scenario_meant(place, options.parent)
    said = {"title": _worded(options.title), "question": _worded(options.question)}
    file = scenarios.new_scenario(place.office.params, options.name, parsed_changes(options.set), parent=parent, **said)
    print("✓ " + text("scenario {name} was written:", name=options.name))
    print("  → " + short_path(file))
    return 0


def _worded(words: str) -> str | dict[str, str]:
    """Return a title for all languages, or, typed as ``甲 / A``, in Chinese and English."""
    first, slash, second = (part.strip() for part in words.partition(" / "))
    return {"zh": first, "en": second} if slash and first and second else words


def check_scenarios(options: argparse.Namespace) -> int:
    """Check scenarios: every fault of all of them at once, with file, line, key and the nearest right key."""
    return check_all(options, [name for name in options.name if name != "all"])


def check_all(options: argparse.Namespace, asked: list[str]) -> int:
    """Check the parameter files and the scenarios asked for; none: all of them."""
    from povlib import params
    from povlib.errors import ParameterError
    from povlib.scenarios.overview import look_at, look_at_all, refuse_unknown_names
    from povlib.scenarios.scenario_files import distinct_faults, folder_faults, load_all

    place = chosen_place(options)
    folder = place.office.params / "scenarios"
    rules = _faults_of_rules(place.office.params)
    try:
        catalogue = params.load(place.office.params)
    except ParameterError as error:
        # the scenarios stand on the files below: their keys can only be judged when those are sound
        faults = [*error.faults, *rules]
        try:
            load_all(folder)
        except ParameterError as also:
            faults.extend(also.faults)
        raise ParameterError(faults) from None
    if rules:
        raise ParameterError(rules)
    for fault in catalogue.warnings:
        print("! " + fault.show())
    if not asked:
        looked = look_at_all(folder, catalogue)
    else:
        names = [scenario_meant(place, name) for name in asked]
        refuse_unknown_names(names, folder)
        looked = look_at(names, folder, catalogue)
    for found in looked:
        if found.is_sound:
            print("✓ " + found.name)
    faults = distinct_faults([*folder_faults(folder), *(fault for found in looked for fault in found.faults)])
    for fault in faults:
        print("✗ " + fault.show(), file=sys.stderr)
    if faults:
        print(text("Mend these lines in params/scenarios."))
        return 1
    print(text("{n} scenarios are sound.", n=len(looked)))
    options.then = "plan " + (shlex.join(found.name for found in looked) if asked else "base")
    return 0


def _faults_of_rules(folder: Path) -> list[Fault]:
    """Return the faults of the files that are no list of records: procedure, inspection, sharing, horizon, claims."""
    from povlib.errors import ParameterError
    from povlib.params.claims import claims_of_office
    from povlib.params.procedures.cooperation import load_cooperation
    from povlib.params.procedures.exit_procedure import load_procedure
    from povlib.params.procedures.inspection import load_inspection
    from povlib.params.procedures.rolling_horizon import load_rolling_horizon
    from povlib.params.procedures.sharing import load_sharing
    from povlib.params.villages.village_income import load_village_income

    faults: list[Fault] = []
    for read in (
        load_procedure,
        load_inspection,
        load_cooperation,
        load_sharing,
        load_village_income,
        load_rolling_horizon,
        lambda own: claims_of_office(own, synthetic=False),
    ):
        try:
            read(folder)
        except ParameterError as error:
            faults.extend(error.faults)
    return faults


SCENARIOS = Group("scenarios", "list, show, write and check scenarios")

_CHANGE = argument("--set", "change one parameter or setting", "KEY=VALUE", action="append", default=[])

WORDS = (
    Word(
        "list",
        "every scenario: its parent, what it asks, whether it is sound and was planned",
        list_scenarios,
        group=SCENARIOS,
        then="scenarios show base",
    ),
    Word(
        "show",
        "what a scenario changes, and which layer set what",
        show_scenario,
        (
            argument("name", "name or title of a scenario", "SCENARIO"),
            switch("--all", "print every setting, also those that nobody changed"),
            _CHANGE,
        ),
        SCENARIOS,
        then="plan {name}",
    ),
    Word(
        "new",
        "write a scenario of your own",
        new_scenario,
        (
            argument("name", "a name that no scenario bears yet", "NAME"),
            argument(
                "--from", "the scenario it inherits from (default: base)", "SCENARIO", dest="parent", default="base"
            ),
            _CHANGE,
            argument("--title", "what lists and papers call it, or both languages: 甲 / A", "TITLE", default=""),
            argument("--question", "what it asks, in one line", "QUESTION", default=""),
        ),
        SCENARIOS,
        then="plan {name}",
    ),
    Word(
        "check",
        "every fault of scenarios at once: file, line, key and the nearest right key",
        check_scenarios,
        (argument("name", "names of scenarios; none: all", "SCENARIO", nargs="*"),),
        SCENARIOS,
        then="scenarios check",
    ),
)  # fmt: skip
