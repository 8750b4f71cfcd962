"""Words about the runs of an office: runs list, show, diff, compare, prune.

Responsible for printing what `povlib.runs.comparison` found. Not responsible for finding it, nor for making or
approving runs (`povlib.cli.planning`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from povlib.cli.planning import headline_lines, print_decisions
from povlib.cli.terminal import Progress, print_paths, print_table, progress_bar, short_path
from povlib.cli.word import RUN, Group, Word, argument, chosen_place, switch
from povlib.cli.words_meant import chosen_run, require_runs, require_scenarios
from povlib.errors import RunError
from povlib.money import format_yuan
from povlib.words import language, languages, text

if TYPE_CHECKING:
    import pandas as pd

    from povlib.runs import Run
    from povlib.runs.comparison.run_difference import RunDifference
    from povlib.runs.comparison.run_listing import ListedRun

# households that `runs diff` prints: a choice, the page that is written lists more
_HOUSEHOLDS_SHOWN = 12
# runs that the next step after a list names: a longer line is not typed
_COMPARED_AT_MOST = 5
_NONE = "—"
_MEGABYTE = 1_000_000
DECISIONS = {"draft": "draft", "approved": "approved", "replaced": "replaced", "withdrawn": "withdrawn"}


def list_runs(options: argparse.Namespace) -> int:
    """Print the runs of an office, the newest first."""
    place = chosen_place(options)
    require_scenarios(options.scenario, place)
    from povlib.runs.comparison.run_listing import listed_runs

    with progress_bar(1) as bar:
        runs = listed_runs(place, tuple(options.scenario), _one_stage(bar))
    newest = _newest(runs)
    if len(newest) > 1:
        options.then = "runs compare " + " ".join(newest)
    elif newest:
        options.then = f"runs show {newest[0]}"
    if options.json:
        print(json.dumps([one.plain() for one in runs], ensure_ascii=False, indent=1))
        return 0
    if not runs:
        print(text("There is no run yet.") if not options.scenario else text("There is no run of these scenarios."))
        return 0
    _print_list(runs)
    for one in runs:
        if one.wrong:
            print("✗ " + one.wrong)
    return 0


def _one_stage(bar: Progress) -> Progress:
    return lambda _, share: bar(text("figures"), share)


def _newest(runs: list[ListedRun]) -> list[str]:
    """Return the newest sound run of each scenario and change, on the newest data, the plain base plan first."""
    batch = max((one.run.info.batch for one in runs if one.figures), default=0)
    found: dict[tuple[str, str], str] = {}
    for one in runs:
        if one.figures and one.run.info.batch == batch:
            found.setdefault((one.run.info.scenario, changes_in_words(one.run)), one.run.info.run_id)
    return [found[key] for key in sorted(found, key=lambda key: (key != ("base", ""), key))][:_COMPARED_AT_MOST]


def _print_list(runs: list[ListedRun]) -> None:
    import pandas as pd

    from povlib.runs.comparison.run_listing import SHORT_ID

    lang = language()
    table = {
        text("short"): [one.run.info.run_id[:SHORT_ID] for one in runs],
        text("run"): [one.run.info.run_id for one in runs],
        text("scenario"): [one.run.info.scenario for one in runs],
        text("changed"): [changes_in_words(one.run) for one in runs],
        text("month"): [str(one.run.settings.plan_month) for one in runs],
        text("batch"): [one.run.info.batch for one in runs],
        text("additional exits"): [_exits(one) for one in runs],
        text("new money"): [_money(one) for one in runs],
        text("standing"): [text(DECISIONS[one.decision]) if one.finished else _unfinished(one) for one in runs],
        text("papers"): [_papers(one) for one in runs],
    }
    print_table(pd.DataFrame(table))
    if any(one.run.info.synthetic for one in runs):
        print(text("SYNTHETIC DATA", lang))


def changes_in_words(run: Run) -> str:
    """Return what was changed on the command line."""
    return "; ".join(f"{key}={value}" for key, value in sorted(run.overrides.items()))


def _exits(one: ListedRun) -> str:
    if not one.figures:
        return _NONE
    return "{additional:.1f} ({additional_low:.0f}–{additional_high:.0f})".format_map(dict(one.figures))


def _money(one: ListedRun) -> str:
    return format_yuan(int(one.figures["money_fen"])) if one.figures else _NONE


def _unfinished(one: ListedRun) -> str:
    return text("not complete ({n} steps)", n=one.steps)


def _papers(one: ListedRun) -> str:
    return " ".join(one.papers) if one.papers else text("none")


def show_run(options: argparse.Namespace) -> int:
    """Print what a run rests on, its four numbers, what was changed, its approval and where its papers lie."""
    made = chosen_run(options, chosen_place(options))
    from povlib.runs import paper_files
    from povlib.runs.comparison.run_listing import known_figures
    from povlib.runs.storage.run_identity import code_digest

    info, lang = made.info, language()
    print(f"{info.title(lang)} · {info.scenario} · {info.run_id}")
    figures, wrong = known_figures(made)
    solver = ", ".join(f"{name} {version}" for name, version in sorted(info.solver_versions.items()))
    own_code = text("the program in use") if info.code_digest == code_digest() else text("another program than in use")
    rests_on = {
        text("data"): text("batch {batch}, head {head}", batch=info.batch, head=info.ledger_head[:16]),
        text("parameters"): info.catalogue_digest[:16],
        text("program"): f"{info.code_digest[:16]} ({own_code})",
        text("solver"): solver,
        text("seed"): str(info.seed),
        text("plan month"): f"{info.settings.plan_month} → {info.settings.horizon}",
        text("changed on the command line"): changes_in_words(made) or text("nothing"),
    }
    for name, value in rests_on.items():
        print(f"  {name}: {value}")
    print("✗ " + wrong if wrong else "\n".join("  " + line for line in headline_lines(figures)))
    _print_trace(made)
    print_decisions(made)
    for each in languages():
        written = [path for path in paper_files(made, each) if path.is_file()]
        if written:
            print(text("papers ({lang}): {n} files in {folder}", lang=each, n=len(written),
                       folder=short_path(written[0].parent)))  # fmt: skip
    return 0


def _print_trace(run: Run) -> None:
    import pandas as pd

    rows = run.resolved.effective
    if not rows:
        return
    titles = (text("key"), text("set by"), text("before"), text("now"))
    print_table(pd.DataFrame([(row.key, row.layer, row.before, row.after) for row in rows], columns=titles))


def diff_runs(options: argparse.Namespace) -> int:
    """Print which of data, parameters, decisions and program tell two runs apart, and what follows from each."""
    place = chosen_place(options)
    names = require_runs([options.first, options.other], place)
    from povlib.runs import find_run

    first, other = (find_run(name, place) for name in (names[0], names[-1]))
    print(f"A {_named(first)}\nB {_named(other)}")
    if len(names) == 1:
        print(text("This is one and the same run."))
        options.then = "runs list"
        return 0
    from povlib.runs.comparison.run_difference import run_difference

    with progress_bar(1) as bar:
        bar(text("what tells them apart"), 0.0)
        found = run_difference(first, other, reckon=options.reckon)
    _print_what_differs(found)
    _print_what_follows(found, options)
    _print_changed(found.changed, first, other)
    options.then = f"runs compare {names[0]} {names[1]}"
    return 0


def _named(run: Run) -> str:
    return f"{run.info.title(language())} {changes_in_words(run)}".strip() + f" · {run.info.run_id}"


_CAUSES = {"data": "data", "parameters": "parameters", "decisions": "decisions by hand", "program": "program"}


def _print_what_differs(found: RunDifference) -> None:
    """Print data, parameters, decisions and program, each with what differs in it."""
    import pandas as pd

    for cause, name in _CAUSES.items():
        print(f"{text(name)}: {text('different') if cause in found.causes else text('the same')}")
        if cause == "data" and len(found.batches):
            titles = {"batch": "batch", "kind": "kind", "source": "source", "officer": "officer", "reason": "reason"}
            rows = found.batches.assign(source=found.batches["source"].map(_printable))
            print_table(pd.DataFrame({text(title): rows[column] for column, title in titles.items()}))
        if cause == "parameters" and len(found.changed_values):
            titles = {"key": "key", "first": "A", "first_layer": "A set by", "other": "B", "other_layer": "B set by"}
            print_table(pd.DataFrame({text(title): found.changed_values[column] for column, title in titles.items()}))
        if cause == "program":
            for row in found.solvers.itertuples(index=False):
                print(f"  {row.name} {row.first} → {row.other}")


def _printable(name: object) -> str:
    """Return the name of a file that came in as it may be printed."""
    from povlib.intake.verdict import printable_file_name

    return printable_file_name(str(name)) if name else ""


def _print_what_follows(found: RunDifference, options: argparse.Namespace) -> None:
    """Print the change of the numbers, its two parts, and what of it each cause makes up where that is known."""
    print(text("Additional exits: {change} persons, new money: {money}", change=_signed(found.estimated + found.chosen),
               money=_money_change(found.money_estimated_fen + found.money_chosen_fen)))  # fmt: skip
    print("  " + text("with A's plan kept, counted as B counts: {change} persons, {money}",
                      change=_signed(found.estimated), money=_money_change(found.money_estimated_fen)))  # fmt: skip
    print("  " + text("because B chooses otherwise: {change} persons, {money}", change=_signed(found.chosen),
                      money=_money_change(found.money_chosen_fen)))  # fmt: skip
    if found.infeasible:
        print("! " + text("A's plan cannot be carried out under B's rules as it stands."))
    causes = [text(_CAUSES[cause]) for cause in found.causes]
    if not causes:
        print(text("Nothing that a run rests on differs."))
    elif len(causes) == 1:
        print(text("All of it follows from: {cause}.", cause=causes[0]))
    elif found.by_parameters is not None and found.by_data is not None:
        message = "{parameters} persons follow from the parameters (A's data, B's parameters), {rest} from: {causes}."
        others = text(", ").join(text(_CAUSES[cause]) for cause in found.causes if cause != "parameters")
        print(text(message, parameters=_signed(found.by_parameters), rest=_signed(found.by_data), causes=others))
    else:
        print(text("What follows from each of {causes} cannot be told apart from these two runs alone.",
                   causes=text(", ").join(causes)))  # fmt: skip
        if found.data and found.parameters and not options.reckon:
            print("  " + text("With --reckon A's data are planned with B's parameters, in memory, if one program made "
                              "both."))  # fmt: skip


def _signed(persons: float) -> str:
    from povlib.report.model.numbers import shown

    return shown(persons, "persons", signed=True)


def _money_change(fen: int) -> str:
    from povlib.report.model.numbers import shown

    return shown(fen, "yuan", unit="yuan", signed=True)


def _print_changed(changed: pd.DataFrame, first: Run, other: Run) -> None:
    """Print how many households get something else and why, then some of them."""
    import pandas as pd

    from povlib.report.pages.comparison_page import reason_names, reason_sentence
    from povlib.runs.comparison.plan_comparison import worded_changes

    print(text("{n} households get something else.", n=len(changed)))
    if changed.empty:
        return
    names = reason_names(language())
    counts = changed.groupby("reason", sort=False).size().sort_values(ascending=False, kind="stable")
    titles = (text("why"), text("households"))
    print_table(pd.DataFrame({titles[0]: [names[reason] for reason in counts.index], titles[1]: counts.to_numpy()}))
    worded = worded_changes(changed, first, other, language())
    for row in worded[worded["listed"]].head(_HOUSEHOLDS_SHOWN).to_dict("records"):
        print(f"  {row['hh']}: {row['before']} → {row['after']}. {reason_sentence(row, language())}")
    if len(changed) > _HOUSEHOLDS_SHOWN:
        print("  " + text("... and {n} more", n=len(changed) - _HOUSEHOLDS_SHOWN))


def compare_runs(options: argparse.Namespace) -> int:
    """Set runs side by side: print the numbers, write the paper and the workbook."""
    place = chosen_place(options)
    names = require_runs(options.run, place)
    if len(names) < 2:
        raise RunError(
            "a comparison takes two runs or more", remedy="name some of these: python3 workbench.py runs list"
        )
    import pandas as pd

    from povlib.runs import find_run
    from povlib.runs.comparison.comparison_paper import write_comparison
    from povlib.runs.comparison.plan_comparison import comparison_stages

    runs = [find_run(name, place) for name in names]
    with progress_bar(len(comparison_stages())) as bar:
        facts, written = write_comparison(runs, language(), bar)
    rows = facts.runs
    table = {
        "": rows["label"],
        text("scenario"): [f"{row.title} {row.changes}".strip() for row in rows.itertuples(index=False)],
        text("additional exits"): [_ranged(row, "additional") for row in rows.to_dict("records")],
        text("change"): [_ranged(row, "change", signed=True) for row in rows.to_dict("records")],
        text("new money"): [format_yuan(int(fen)) for fen in rows["money_fen"]],
        text("to the poorest fifth"): ["—" if share != share else f"{share:.1%}" for share in rows["poorest_share"]],
        text("households changed"): rows["changed"],
        text("scenarios whose rules it breaks"): facts.worst["fails"],
    }
    print_table(pd.DataFrame(table))
    from povlib.report.pages.comparison_page import safest_sentence

    print(safest_sentence(facts, language()).text)
    print_paths(written)
    options.then = f"runs diff {names[0]} {names[1]}"
    return 0


def _ranged(row: Mapping[Any, Any], name: str, *, signed: bool = False) -> str:
    from povlib.report.model.numbers import NONE, missing, shown

    value = shown(row[name], "persons", signed=signed)
    low, high = (shown(row[f"{name}_{end}"], "count", signed=signed) for end in ("low", "high"))
    return value if missing(row[name]) or NONE in (low, high) else f"{value} ({low}–{high})"


def prune(options: argparse.Namespace) -> int:
    """Show which runs nobody needs and how much they take; with --yes remove them."""
    place = chosen_place(options)
    if not options.days >= 0:
        raise RunError("{value} is no number of days", where="--days", allowed="0, 30, 90 …", value=options.days)
    from povlib.runs.office.run_pruning import pruned_runs, remove_runs

    found = pruned_runs(place, days=options.days, drafts=options.drafts)
    going = [one for one in found if not one.kept_for]
    for one in found:
        verdict = text("kept: {why}", why=text(one.kept_for)) if one.kept_for else text("goes")
        print(f"{one.name}  {one.scenario}  {one.size / _MEGABYTE:.1f} MB  {verdict}")
        if not one.kept_for:
            for path in one.paths:
                print("    " + short_path(path))
    size = f"{sum(one.size for one in going) / _MEGABYTE:.1f} MB"
    if not going:
        print(text("Every run is needed; nothing was removed."))
    elif not options.yes:
        print(text("{n} runs would go, {size}. Nothing was removed yet.", n=len(going), size=size))
        drafts = " --drafts" if options.drafts else ""
        options.then = f"runs prune --days {options.days:g}{drafts} --yes"
    else:
        freed = remove_runs(place, going)
        print("✓ " + text("{n} runs were removed, {size} freed.", n=len(going), size=f"{freed / _MEGABYTE:.1f} MB"))
    return 0


RUNS = Group("runs", "list, show, tell apart, compare or remove runs")

WORDS = (
    Word(
        "list",
        "the runs of an office, the newest first",
        list_runs,
        (
            argument(
                "--scenario", "only runs of this scenario; may be repeated", "SCENARIO", action="append", default=[]
            ),
            switch("--json", "print the list as JSON, money in fen"),
        ),
        RUNS,
        then="plan base",
    ),
    Word(
        "show",
        "what a run rests on, its four numbers, its changes, its approval and its papers",
        show_run,
        (RUN,),
        RUNS,
        then="verify {run}",
    ),
    Word(
        "diff",
        "what tells two runs apart, and what follows from it",
        diff_runs,
        (
            argument("first", "a run, as for runs show", "RUN"),
            argument("other", "the run that is held against it", "RUN"),
            switch("--reckon", "plan the first's data with the other's parameters, to tell the two apart"),
        ),
        RUNS,
        then="runs compare {first} {other}",
    ),
    Word(
        "compare",
        "set runs side by side: numbers, who changed and why, regret; writes a paper and a workbook",
        compare_runs,
        (argument("run", "runs, as for runs show; the first is what the others are held against", "RUN", nargs="+"),),
        RUNS,
        then="runs list",
    ),
    Word(
        "prune",
        "remove runs that nobody needs; shows them first",
        prune,
        (
            argument("--days", "keep runs younger than so many days (default: 30)", "N", type=float, default=30.0),
            switch("--drafts", "remove also runs whose papers are drafts, with these papers"),
            switch("--yes", "remove what was shown"),
        ),
        RUNS,
        then="runs list",
    ),
)
