"""Words about the runs of an office: runs list, show, compare, prune.

Responsible for printing what `povlib.runs.comparison` found. Not responsible for finding it, nor for making or
approving runs (`povlib.cli.planning`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from povlib.cli.desk.plan_figures import headline_lines
from povlib.cli.planning import print_decisions
from povlib.cli.terminal import Progress, print_paths, print_table, progress_bar, short_path
from povlib.cli.word import RUN, Group, Word, argument, chosen_place, switch
from povlib.cli.words_meant import chosen_run, require_runs, require_scenarios
from povlib.errors import RunError
from povlib.money import format_yuan
from povlib.words import language, languages, text

if TYPE_CHECKING:
    from povlib.runs import Run
    from povlib.runs.comparison.run_listing import ListedRun

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
    return " ".join((*one.papers, *one.asked)) or text("none")


def show_run(options: argparse.Namespace) -> int:
    """Print what a run rests on, its four numbers, what was changed, its approval and where its papers lie."""
    made = chosen_run(options, chosen_place(options))
    from povlib.ledger.batch import hash_in_short
    from povlib.runs.comparison.run_listing import known_figures
    from povlib.runs.papers import paper_files_there
    from povlib.runs.storage.run_identity import code_digest

    info, lang = made.info, language()
    print(f"{info.title(lang)} · {info.scenario} · {info.run_id}")
    figures, wrong = known_figures(made)
    solver = ", ".join(f"{name} {version}" for name, version in sorted(info.solver_versions.items()))
    own_code = text("the program in use") if info.code_digest == code_digest() else text("another program than in use")
    rests_on = {
        text("data"): text("batch {batch}, head {head}", batch=info.batch, head=hash_in_short(info.ledger_head)),
        text("parameters"): hash_in_short(info.catalogue_digest),
        text("program"): f"{hash_in_short(info.code_digest)} ({own_code})",
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
        written = paper_files_there(made, each)
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
    from povlib.report.comparison.comparison_page import safest_sentence

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
