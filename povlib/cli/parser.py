"""The words of the command line.

Responsible for which words there are, their options and what each means. Not responsible for what they
do: each command is imported when it is called.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence

from povlib import __version__
from povlib.cli.argparse_words import argparse_in_our_words
from povlib.cli.words_of_keeping import Group, Verb, add_keeping, add_money, add_officer, add_people
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
    with argparse_in_our_words():
        common = argparse.ArgumentParser(prog="povlib", add_help=False)
        common.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS)
        first, _ = common.parse_known_args(arguments)
        with language_in_use(getattr(first, "lang", None)):
            options = _build().parse_args(arguments)
    options.lang = getattr(options, "lang", None)
    return options


def _build() -> argparse.ArgumentParser:
    common, office = _shared()
    parser = argparse.ArgumentParser(
        prog="povlib",
        parents=[common],
        description=text("Workbench for targeted poverty alleviation"),
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=__version__, help=text("show program's version number and exit")
    )
    verbs = parser.add_subparsers(metavar=text("WORD"), required=True)

    def verb(name: str, meaning: str, module: str, function: str, group: Group = verbs) -> argparse.ArgumentParser:
        found: argparse.ArgumentParser
        words = text(meaning)
        parents = [common] if name in ("new", "sample") else [common, office]
        found = group.add_parser(name, help=words, description=words, parents=parents, allow_abbrev=False)
        found.set_defaults(command=_late(module, function))
        return found

    _planning(verb)
    _papers(verb)
    _intake(verb)
    _ledger(verb)
    _office(verb)
    add_keeping(verb, verbs)
    add_people(verb)
    add_money(verb, verbs)
    return parser


def _shared() -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """Return the options that every word has, and those of every word about one office."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=argparse.SUPPRESS,
        help=text("language of everything printed and written: zh or en"),
    )
    office = argparse.ArgumentParser(add_help=False)
    office.add_argument(
        "--office",
        metavar=text("OFFICE"),
        default=os.environ.get("POVLIB_OFFICE", "sample"),
        help=text("whose place under work/ (default: sample, the synthetic township)"),
    )
    return common, office


def _planning(verb: Verb) -> None:
    run = verb("run", "load the inbox, plan, and write the meeting paper", "planning", "run")
    run.add_argument(
        "--scenario", metavar=text("SCENARIO"), default="base", help=text("scenario to plan (default: base)")
    )
    plan = verb("plan", "plan one or more scenarios", "planning", "plan")
    plan.add_argument(
        "scenario", nargs="+", metavar=text("SCENARIO"), help=text("names of scenarios in params/scenarios")
    )
    for word in (run, plan):
        word.add_argument(
            "--set",
            action="append",
            default=[],
            metavar=text("KEY=VALUE"),
            help=text("change one parameter for this run"),
        )


def _papers(verb: Verb) -> None:
    approve = verb("approve", "approve a run: its promises are written into the ledger", "planning", "approve")
    approve.add_argument(
        "--officer",
        required=True,
        metavar=text("OFFICER"),
        help=text("who approves, as it will stand in the ledger"),
    )
    approve.add_argument(
        "--reason", default="", metavar=text("REASON"), help=text("why, as it will stand in the ledger")
    )
    report = verb("report", "write the papers of a run again", "planning", "report")
    verify = verb("verify", "check that nothing in a run was changed and prove its plan again", "planning", "verify")
    whatif = verb(
        "whatif", "what more or less money, bad years or a simple rule would mean for a run", "planning", "whatif"
    )
    for word in (approve, report, verify, whatif):
        word.add_argument("run", metavar=text("RUN"), help=text("id of a run, the beginning of it, or latest"))
    lab = verb("lab", "open JupyterLab on working copies of the notebooks", "lab", "lab")
    lab.add_argument("--no-browser", action="store_true", help=text("do not open a browser"))
    lab.add_argument("--port", type=int, default=8888, metavar=text("PORT"), help=text("port on this computer"))


def _intake(verb: Verb) -> None:
    load = verb("load", "read the inbox (or the files named) into the ledger", "ledgers", "load")
    load.add_argument(
        "files",
        nargs="*",
        metavar=text("FILE"),
        help=text("workbooks of the villages; default: everything in the inbox"),
    )
    add_officer(load)
    check = verb("intake", "check workbooks without loading anything", "checking", "intake_check")
    check.add_argument("action", choices=["check"], help=text("check workbooks without loading anything"))
    check.add_argument("files", nargs="+", metavar=text("FILE"), help=text("workbooks of the villages"))
    load.add_argument(
        "--month", default=None, metavar=text("MONTH"), help=text("refuse files for another month, such as 2016-05")
    )
    load.add_argument(
        "--older", action="store_true", help=text("take files older than what the ledger holds: the village was asked")
    )
    for word in (load, check):
        word.add_argument(
            "--rules",
            default=None,
            metavar=text("FOLDER"),
            help=text("a folder with mappings/ and rules/; default: load: the office's own; check: params/"),
        )
        word.add_argument(
            "--villages",
            default=None,
            metavar=text("FILE"),
            help=text("a villages.yaml; default: load: the office's own; check: params/villages.yaml"),
        )
        word.add_argument("--json", action="store_true", help=text("print the verdicts as JSON"))


def _ledger(verb: Verb) -> None:
    history = verb("history", "everything recorded about one household", "books", "history")
    history.add_argument("household", metavar=text("HOUSEHOLD"), help=text("household key"))
    history.add_argument(
        "--page", action="store_true", help=text("write a page (HTML and PDF) into the office's desk folder")
    )
    close = verb("close", "close a month: score the promises that fall due", "books", "close")
    close.add_argument("month", metavar=text("MONTH"), help=text("a month such as 2016-05"))
    add_officer(close)
    verb("promises", "what was promised and what came true", "books", "promises")


def _office(verb: Verb) -> None:
    new = verb("new", "make an office's own place under work/", "offices", "new")
    new.add_argument("name", metavar=text("NAME"), help=text("name of the office: letters, digits, Chinese characters"))
    forms = verb("forms", "write the village workbooks of a month", "offices", "forms")
    forms.add_argument("month", metavar=text("MONTH"), help=text("a month such as 2016-05"))
    forms.add_argument(
        "--blank", action="store_true", help=text("leave the sheets empty instead of filling in what is known")
    )
    add_officer(forms)
    sample = verb("sample", "make a synthetic township", "offices", "sample")
    sample.add_argument("--households", type=int, default=340, metavar=text("N"), help=text("how many households"))
    sample.add_argument("--seed", type=int, default=2016, metavar=text("N"), help=text("seed of the random numbers"))
    sample.add_argument(
        "--out", default=None, metavar=text("FOLDER"), help=text("where to write; default: data/sample")
    )
    sample.add_argument("--workbooks", action="store_true", help=text("write village workbooks instead of tables"))
    sample.add_argument(
        "--after",
        default=None,
        metavar="RUN",
        help=text("the later months, as they come when this run's plan is followed"),
    )
