"""The parser of the command line, assembled from the words that each module declares.

Responsible for the order of the words, for what all of them share and for the language of the help. Not
responsible for any word: its arguments stand beside the function that does it.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from povlib import __version__
from povlib.cli.argparse_words import OurParser, argparse_in_our_words
from povlib.cli.word import PROGRAM, SAMPLE, Group, Word
from povlib.words import language_in_use, languages, text

MODULES = (
    "planning",
    "papers.plan_papers",
    "desk.questions",
    "desk.contest",
    "papers.family_cards",
    "desk.horizon",
    "desk.sharing",
    "desk.monthly",
    "desk.relief",
    "lab",
    "village_workbooks",
    "ledger_reports",
    "offices",
    "ledger_keeping",
    "housing.photos",
    "corrections",
    "people",
    "exit_procedure",
    "fund_movements",
    "housing.inspection",
    "housing.inspection_findings",
    "housing.posted_lists",
    "desk.decisions",
    "desk.household_voice",
    "desk.performance",
    "desk.scenario_files",
    "desk.meeting_room",
    "desk.parameter_files",
    "desk.run_list",
    "housing.entitlement",
    "housing.bills",
    "housing.progress",
    "housing.sites",
    "housing.house_files",
    "desk.run_differences",
    "papers.paper_agreement",
    "desk.claims",
    "villages.household_plans",
    "villages.helper_list",
    "villages.product_words",
    "villages.contracts",
    "villages.income_words",
    "villages.coops",
    "villages.openings",
    "villages.closing",
    "villages.sources",
    "villages.posts",
)
"""Modules that declare ``WORDS``, in the order in which ``povlib --help`` lists them."""


def declared_words() -> Iterator[Word]:
    """Yield every word of the command line.

    Examples
    --------
    >>> next(declared_words()).name
    'run'
    """
    for module in MODULES:
        yield from import_module(f"povlib.cli.{module}").WORDS


def parse_words(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line; ``options.command`` is what to call.

    Raises
    ------
    SystemExit
        With 2 when the words cannot be understood, with 0 after help.
    """
    with argparse_in_our_words():
        common = argparse.ArgumentParser(prog=PROGRAM, add_help=False)
        common.add_argument("--lang", choices=languages(), default=argparse.SUPPRESS)
        # the language is needed first: help and errors are written while the rest is parsed
        first, _ = common.parse_known_args(arguments)
        with language_in_use(getattr(first, "lang", None)):
            parser = _build_parser()
            options, extra = parser.parse_known_args(arguments)
            if extra:
                parser.refuse_extra_words(extra, sys.argv[1:] if arguments is None else arguments)
    options.lang = getattr(options, "lang", None)
    return options


def _build_parser() -> OurParser:
    common, office = _shared_options()
    # no abbreviations anywhere: one that works today would be ambiguous after the next option
    parser = OurParser(
        prog=PROGRAM,
        parents=[common],
        description=text("Workbench for targeted poverty alleviation"),
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=__version__, help=text("show program's version number and exit")
    )
    outer = parser.add_subparsers(metavar=text("WORD"), required=True)
    inner: dict[Group, Any] = {}  # what argparse returns for sub-commands has no public name
    for word in declared_words():
        if word.group is not None and word.group not in inner:
            meaning = text(word.group.meaning)
            group = outer.add_parser(word.group.name, help=meaning, description=meaning, allow_abbrev=False)
            inner[word.group] = group.add_subparsers(metavar=text("WORD"), required=True)
        meaning = text(word.meaning)
        word_parser = (inner[word.group] if word.group else outer).add_parser(
            word.name,
            help=meaning,
            description=meaning,
            parents=[common, office] if word.of_office else [common],
            allow_abbrev=False,
        )
        for argument in word.arguments:
            argument.add_to(word_parser)
        named = f"{word.group.name} {word.name}" if word.group else word.name
        word_parser.set_defaults(
            command=word.command, named=named, doing="" if word.lasting else meaning, then=word.then
        )
    return parser


def _shared_options() -> tuple[OurParser, OurParser]:
    """Return the options that every word has, and those of every word about one office."""
    common = OurParser(add_help=False)
    common.add_argument(
        "--lang",
        choices=languages(),
        default=argparse.SUPPRESS,
        help=text("language of everything printed and written: {languages}", languages=text(" or ").join(languages())),
    )
    office = OurParser(add_help=False)
    office.add_argument(
        "--office",
        metavar=text("OFFICE"),
        default=os.environ.get("POVLIB_OFFICE", SAMPLE),
        help=text("whose place under work/ (default: sample, the synthetic township)"),
    )
    return common, office
