"""Words about parameters: explain a key, what is assumed, what is empty; write schemas for editors; check the files.

Responsible for arguments and for how the answers are set. Not responsible for the facts (`povlib.params.explained`).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from povlib.cli.terminal import print_paths
from povlib.cli.word import Group, Word, argument, chosen_place, switch
from povlib.words import text

if TYPE_CHECKING:
    from povlib.params import Catalogue
    from povlib.params.explained.key_facts import KeyFacts
    from povlib.runs import Place

ASSUMED, EMPTY = ("assumed", "假定"), ("empty", "未填")


def explain(options: argparse.Namespace) -> int:
    """Print what keys mean, their values and who uses them; or all values that are assumed, or empty."""
    from povlib import params
    from povlib.errors import Fault, ParameterError
    from povlib.params.explained.key_facts import facts_of

    place = chosen_place(options)
    catalogue = params.load(place.office.params)
    listings = {**dict.fromkeys(ASSUMED, _print_assumed), **dict.fromkeys(EMPTY, _print_empty)}
    found: list[KeyFacts | None] = []
    faults: list[Fault] = []
    for word in options.key:
        try:
            found.append(None if word in listings else facts_of(catalogue, word))
        except ParameterError as error:
            faults.extend(error.faults)
    if faults:
        raise ParameterError(faults)
    for word, facts in zip(options.key, found, strict=True):
        if facts is None:
            listings[word](options, place, catalogue)
        else:
            _print_facts(facts)
            _print_scenarios(place, catalogue, facts.key)
            if not facts.parts:
                options.then = f"scenarios new NAME --set {facts.key}=VALUE"
    return 0


def _print_facts(facts: KeyFacts) -> None:
    print(facts.key)
    shown = _shown_value(facts.value) if not isinstance(facts.value, (dict, list)) else ""
    unit = f" {text(facts.unit)}" if facts.unit and facts.value is not None else ""
    lines = [
        facts.meaning,
        text("value: {value}", value=(shown or text("(empty)")) + unit) if not facts.parts else _name(facts.value),
        text("set in: {where}", where=facts.where) if facts.where else text("set in: not written; the default holds"),
        text("allowed: {allowed}", allowed=facts.allowed) if facts.allowed else "",
    ]
    if facts.status:
        source = text(facts.source) if facts.source else "-"
        lines.append(text("{status} · source: {source} · in force: {date}",
                          status=text(facts.status), source=source, date=facts.in_force or "-"))  # fmt: skip
    lines += facts.users
    for line in lines:
        if line:
            print("  " + line)
    for part in facts.parts:
        unit = f" {text(part.unit)}" if part.unit and part.value is not None else ""
        where = f"  ({part.where})" if part.where else ""
        print(f"  · {part.key.rpartition('.')[2]}: {_shown_value(part.value) or text('(empty)')}{unit}{where}")
        print(f"      {part.meaning}")


def _name(value: Any) -> str:
    names = value.get("names") if isinstance(value, dict) else None
    return " · ".join(map(str, names.values())) if isinstance(names, dict) else ""


def _shown_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown_value(item) or '-'}" for key, item in value.items())
    if isinstance(value, list):
        return "; ".join(_shown_value(item) for item in value)
    return str(value)


def _print_scenarios(place: Place, catalogue: Catalogue, key: str) -> None:
    """Print which scenarios set a key, and to what."""
    from povlib.scenarios.overview import look_at_all, own_values

    for found in look_at_all(place.office.params / "scenarios", catalogue):
        for row in own_values(found):
            if row.key == key:
                print("  " + text("scenario {name}: {value}", name=found.name, value=row.value) + f"  ({row.where})")


def _print_assumed(options: argparse.Namespace, place: Place, catalogue: Catalogue) -> None:
    from povlib.params.explained.open_values import assumed_values

    rows = assumed_values(catalogue, _learnt(place))
    for row in rows:
        print(f"{row.key} = {row.value:g} {text(row.unit)}  ({row.where})")
        print(f"    {row.distance} · {text(row.source)}")
    print(text("{n} values are assumed.", n=len(rows)))
    options.then = "params explain KEY"


def _learnt(place: Place) -> dict[tuple[str, str], float]:
    """Return how much of each effect is still its assumption, from the newest run; nothing where there is none."""
    from povlib.errors import WorkbenchError
    from povlib.runs.office.finished_runs import LATEST, run_folder

    try:
        run_folder(LATEST, place)
        from povlib.runs import find_run

        posterior = find_run(LATEST, place).effects.posterior
    except WorkbenchError:
        return {}
    own = posterior[posterior["group"].isna() & posterior["prior_share"].notna()]
    of = zip(own["measure"].astype(str), own["source"].astype(str), strict=True)
    return dict(zip(of, own["prior_share"].astype("float64").tolist(), strict=True))


def _print_empty(options: argparse.Namespace, place: Place, catalogue: Catalogue) -> None:
    from povlib.params.explained.open_values import empty_values

    rows = empty_values(catalogue)
    for row in rows:
        print(f"{row.key}  ({row.where}; {text(row.unit)})")
        print(f"    {row.blocks}")
    if rows:
        print(text("{n} values are empty: enter them in params/.", n=len(rows)))
    else:
        print(text("Nothing is left empty."))
        options.then = "plan base"


def schema(options: argparse.Namespace) -> int:
    """Write JSON Schemas of the parameter files into the office's folder, where editors find them."""
    from povlib import params
    from povlib.scenarios.editor_files import write_schemas

    place = chosen_place(options)
    written = write_schemas(place.office.params, params.load(place.office.params), mark=not options.no_marks)
    print_paths(written)
    print(text("Open params/ in an editor that knows YAML schemas."))
    return 0


def check(options: argparse.Namespace) -> int:
    """Check every parameter file and scenario of the office at once."""
    from povlib.cli.desk.scenario_files import check_all

    return check_all(options, [])


PARAMS = Group("params", "explain and check parameters, help editors with them")

WORDS = (
    Word(
        "explain",
        "what a key means, its value, where it is set, its source and range, and who uses it",
        explain,
        (
            argument(
                "key", "a key such as funds.special.amount_yuan, a name in either language, assumed, or empty", "KEY",
                nargs="+",
            ),
        ),
        PARAMS,
        then="params check",
    ),
    Word("check", "every fault of all parameter files and scenarios at once", check, group=PARAMS, then="params check"),
    Word(
        "schema",
        "write JSON Schemas for editors: completion, and slips marked while you type",
        schema,
        (switch("--no-marks", "leave the parameter files as they are: no first line that names its schema"),),
        PARAMS,
        then="params check",
    ),
)  # fmt: skip
