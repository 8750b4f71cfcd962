"""The words of the command line."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence

from povlib import __version__
from povlib.words import LANGUAGES, language_in_use, text

Command = Callable[[argparse.Namespace], int]


def _late(module: str, name: str) -> Command:
    """Return a command that imports its module only when it is called: start-up stays fast."""

    def call(options: argparse.Namespace) -> int:
        from importlib import import_module

        command: Command = getattr(import_module(f"povlib.cli.{module}"), name)
        return command(options)

    return call


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line; ``options.command`` is what to call.

    Raises
    ------
    SystemExit
        With 2 when the words cannot be understood, with 0 after help.
    """
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS)
    first, _ = common.parse_known_args(arguments)
    with language_in_use(getattr(first, "lang", None)):
        parser = _build(common)
    options = parser.parse_args(arguments)
    options.lang = getattr(options, "lang", None)
    return options


def _build(common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="povlib", parents=[common], description=text("Workbench for targeted poverty alleviation")
    )
    parser.add_argument("--version", action="version", version=__version__)
    verbs = parser.add_subparsers(metavar=text("WORD"), required=True)
    office = argparse.ArgumentParser(add_help=False)
    office.add_argument(
        "--office",
        default=os.environ.get("POVLIB_OFFICE", "sample"),
        help=text("whose place under work/ (default: sample, the synthetic township)"),
    )

    def verb(name: str, meaning: str, module: str, function: str) -> argparse.ArgumentParser:
        words = text(meaning)
        found = verbs.add_parser(name, help=words, description=words, parents=[common, office])
        found.set_defaults(command=_late(module, function))
        return found

    _planning(verb)
    _ledger(verb)
    _office(verb)
    return parser


Verb = Callable[[str, str, str, str], argparse.ArgumentParser]


def _planning(verb: Verb) -> None:
    run = verb("run", "load the inbox, plan, and write the meeting paper", "planning", "run")
    plan = verb("plan", "plan one or more scenarios", "planning", "plan")
    plan.add_argument("scenario", nargs="+", metavar=text("SCENARIO"))
    run.add_argument("--scenario", default="base")
    for word in (run, plan):
        word.add_argument(
            "--set", action="append", default=[], metavar="KEY=VALUE", help=text("change one parameter for this run")
        )
    approve = verb("approve", "approve a run: its promises are written into the ledger", "planning", "approve")
    approve.add_argument("run")
    approve.add_argument("--officer", required=True)
    approve.add_argument("--reason", default="")
    report = verb("report", "write the papers of a run again", "planning", "report")
    report.add_argument("run")
    verify = verb("verify", "check that nothing in a run was changed and prove its plan again", "planning", "verify")
    verify.add_argument("run")
    lab = verb("lab", "open JupyterLab on working copies of the notebooks", "lab", "lab")
    lab.add_argument("--no-browser", action="store_true")
    lab.add_argument("--port", type=int, default=8888)
    mmkp = verb("solve-mmkp", "solve a multiple-choice knapsack file", "planning", "solve_mmkp")
    mmkp.add_argument("file")
    mmkp.add_argument("--time-limit", type=float, default=60.0)


def _ledger(verb: Verb) -> None:
    load = verb("load", "read the inbox (or the files named) into the ledger", "ledgers", "load")
    load.add_argument("files", nargs="*")
    load.add_argument("--officer", default="-")
    load.add_argument("--villages", default=None)
    load.add_argument("--json", action="store_true")
    intake = verb("intake", "check workbooks without loading anything", "ledgers", "intake_check")
    intake.add_argument("action", choices=["check"])
    intake.add_argument("files", nargs="+")
    intake.add_argument("--villages", default=None)
    intake.add_argument("--json", action="store_true")
    ledger = verb("ledger", "check the ledger, or print its head", "ledgers", "check_or_head")
    ledger.add_argument("action", choices=["check", "head"])
    history = verb("history", "everything recorded about one household", "ledgers", "history")
    history.add_argument("household")
    close = verb("close", "close a month: score the promises that fall due", "ledgers", "close")
    close.add_argument("month")
    close.add_argument("--officer", default="-")
    verb("promises", "what was promised and what came true", "ledgers", "promises")


def _office(verb: Verb) -> None:
    new = verb("new", "make an office's own place under work/", "offices", "new")
    new.add_argument("name")
    forms = verb("forms", "write the village workbooks of a month", "offices", "forms")
    forms.add_argument("month")
    forms.add_argument("--blank", action="store_true")
    sample = verb("sample", "make a synthetic township", "offices", "sample")
    sample.add_argument("--households", type=int, default=340)
    sample.add_argument("--seed", type=int, default=2016)
    sample.add_argument("--out", default=None)
    sample.add_argument("--workbooks", action="store_true")
