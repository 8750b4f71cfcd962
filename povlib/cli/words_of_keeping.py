"""The words for keeping a ledger: its life, its people, its money.

Responsible for which words there are, their options and what each means; `povlib.cli.parser` gathers
them. Not responsible for what they do.
"""

from __future__ import annotations

import argparse
from typing import Any, Protocol

from povlib.words import text

Group = Any  # what argparse returns for sub-commands has no public name


class Verb(Protocol):
    """Adds one word: its name, what it means, and the module and function that do it."""

    def __call__(
        self, name: str, meaning: str, module: str, function: str, group: Group = ...
    ) -> argparse.ArgumentParser:
        """Return the parser of the new word."""
        ...


def add_officer(word: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Add ``--officer``: who does this."""
    word.add_argument(
        "--officer",
        default="-",
        required=required,
        metavar=text("OFFICER"),
        help=text("who does this, as it will stand in the ledger"),
    )


def _reason(word: argparse.ArgumentParser, option: str = "--reason") -> None:
    word.add_argument(option, required=True, metavar=text("REASON"), help=text("why, as it will stand in the ledger"))


def _group(verbs: Group, name: str, meaning: str) -> Group:
    words = text(meaning)
    parser = verbs.add_parser(name, help=words, description=words, allow_abbrev=False)
    return parser.add_subparsers(metavar=text("WORD"), required=True)


def add_keeping(verb: Verb, verbs: Group) -> None:
    """Add the words about the ledger as a whole."""
    group = _group(verbs, "ledger", "check, back up, restore or copy the ledger")
    check = verb("check", "check the chain, the database, sums and rows without an owner", "keeping", "check", group)
    check.add_argument(
        "--identities", action="store_true", help=text("open every sealed value too (needs the office key)")
    )
    verb("head", "print the head of the chain", "keeping", "head", group)
    backup = verb("backup", "write a checked backup", "keeping", "backup", group)
    backup.add_argument("file", nargs="?", metavar=text("FILE"), help=text("a file that is not there yet"))
    backup.add_argument(
        "--to", action="append", default=[], metavar="age1...", help=text("encrypt for this age public key")
    )
    restore = verb("restore", "put a backup back where no ledger is", "keeping", "restore", group)
    restore.add_argument("file", metavar=text("FILE"), help=text("the backup"))
    restore.add_argument("--expected", default=None, metavar=text("HEAD"), help=text("head printed on a paper"))
    restore.add_argument("--key", default=None, metavar=text("FILE"), help=text("age key file of an encrypted backup"))
    copy = verb("copy", "copy the ledger to an empty place: a file or postgresql://...", "keeping", "copy", group)
    copy.add_argument("target", metavar=text("PLACE"), help=text("a file that is not there yet, or postgresql://..."))
    verb("roles", "make reader, clerk and keeper on a PostgreSQL server", "keeping", "roles", group)
    verb("photos", "compare the photos with the digests in the ledger", "keeping", "photos", group)
    for name, meaning in (
        ("correct", "correct a recorded value; the old one stays in the history"),
        ("retract", "take a recorded row back; it stays in the history"),
    ):
        word = verb(name, meaning, "keeping", name)
        word.add_argument("table", metavar=text("TABLE"), help=text("households, members, observations, support ..."))
        word.add_argument("key", nargs="+", metavar=text("KEY=VALUE"), help=text("key of the row, such as hh=S01-0001"))
        add_officer(word, required=True)
        _reason(word)
        if name == "correct":
            word.add_argument(
                "--set",
                action="append",
                required=True,
                metavar=text("KEY=VALUE"),
                help=text("what is right: money in yuan, months as 2016-05, yes or no as 1 or 0, empty = not known"),
            )
            word.add_argument("--since", default=None, metavar=text("MONTH"), help=text("month from which it counts"))
    photo = verb("photo", "store a photo of a house with its week", "keeping", "photo")
    photo.add_argument("project", metavar=text("PROJECT"), help=text("key of the housing project"))
    photo.add_argument("file", metavar=text("FILE"), help=text("JPEG or PNG; place and time of taking are removed"))
    photo.add_argument("--date", required=True, metavar="2016-05-06", help=text("day of the record"))
    add_officer(photo)


def add_people(verb: Verb) -> None:
    """Add the words about people: who is the same, who saw a name, who is erased, what is posted."""
    review = verb("review", "households that may hold the same person: someone must decide", "people", "review")
    review.add_argument("--all", action="store_true", help=text("show what was decided too"))
    decide = verb("decide", "record what was decided about two households", "people", "decide")
    for name in ("left", "right"):
        decide.add_argument(name, metavar=text("HOUSEHOLD"), help=text("household key"))
    decide.add_argument(
        "verdict",
        choices=["different", "same_person", "moved"],
        help=text("different: both load; same_person or moved: held until a village corrects its file"),
    )
    add_officer(decide, required=True)
    _reason(decide)
    unmask = verb("unmask", "show names; who asked and why is logged first", "people", "unmask")
    unmask.add_argument("who", nargs="+", metavar=text("KEY"), help=text("household or person keys"))
    unmask.add_argument(
        "--kind",
        action="append",
        choices=["name", "id_number", "phone", "account", "helper", "remark", "columns"],
        help=text("what to show (default: the name)"),
    )
    add_officer(unmask, required=True)
    _reason(unmask)
    erase = verb("erase", "erase a person's identity, as the law asks; facts stay under the key", "people", "erase")
    erase.add_argument("person", metavar=text("PERSON"), help=text("person key"))
    erase.add_argument("--basis", required=True, metavar=text("LAW"), help=text("the law or order it rests on"))
    erase.add_argument(
        "--remove-files", action="store_true", help=text("remove the received files, receipts and forms that name them")
    )
    add_officer(erase, required=True)
    posting = verb(
        "posting", "the public list of a month: heads by name and what the rule asks for", "people", "posting"
    )
    posting.add_argument("month", metavar=text("MONTH"), help=text("a month such as 2016-05"))
    posting.add_argument("--days", type=int, default=7, metavar=text("N"), help=text("days it hangs (at least 7)"))
    add_officer(posting, required=True)
    step = verb("step", "record that a step of the exit procedure was taken for some households", "steps", "step")
    step.add_argument("step", metavar=text("STEP"), help=text("name of the step, as in procedure.yaml"))
    step.add_argument("day", metavar="2016-11-20", help=text("the day it was taken"))
    step.add_argument("households", nargs="+", metavar=text("HOUSEHOLD"), help=text("household keys"))
    add_officer(step, required=True)
    procedure = verb("procedure", "where households stand in the exit procedure", "steps", "procedure")
    procedure.add_argument("--all", action="store_true", help=text("list every household"))
    optimism = verb("optimism", "how much of a run's promise is the luck of its estimates", "judging", "optimism")
    optimism.add_argument("run", metavar=text("RUN"), help=text("id of a run, the beginning of it, or latest"))
    statistics = verb("statistics", "tables for outsiders: small cells suppressed", "people", "statistics")
    statistics.add_argument("--least", type=int, default=5, metavar="K", help=text("smallest cell shown (default: 5)"))


def add_money(verb: Verb, verbs: Group) -> None:
    """Add the words about funds."""
    group = _group(verbs, "fund", "money: appropriate, commit, pay, reverse, balances, reconcile")

    def word(name: str, meaning: str, *, writes: bool = True) -> argparse.ArgumentParser:
        made = verb(name, meaning, "money", name.replace("-", "_"), group)
        if writes:
            made.add_argument("--date", default=None, metavar="2016-05-10", help=text("day of the movement"))
            add_officer(made, required=True)
        return made

    given = word("appropriate", "record money given to the office")
    carried = word("carry-over", "carry what is left of a year over to the next")
    for each in (given, carried):
        each.add_argument("fund", metavar=text("FUND"), help=text("key of the fund in funds.yaml"))
        each.add_argument("year", type=int, metavar=text("YEAR"), help=text("year of the money"))
    given.add_argument("amount", metavar=text("YUAN"), help=text("amount in yuan"))
    given.add_argument("--id", required=True, metavar=text("NUMBER"), help=text("number of the document: counted once"))
    commit = word("commit", "commit the money of an approved run")
    commit.add_argument("run", metavar=text("RUN"), help=text("id of a run, the beginning of it, or latest"))
    for name, meaning in (("pay", "pay what was committed"), ("release", "give back what will not be paid")):
        made = word(name, meaning)
        made.add_argument("run", metavar=text("RUN"), help=text("id of a run, the beginning of it, or latest"))
        for part, said in (("household", "HOUSEHOLD"), ("measure", "MEASURE"), ("fund", "FUND"), ("amount", "YUAN")):
            made.add_argument(part, nargs="?", metavar=text(said))
        made.add_argument(
            "--id", default=None, metavar=text("NUMBER"), help=text("number of the document: counted once")
        )
        made.add_argument(
            "--file",
            default=None,
            metavar=text("FILE"),
            help=text("CSV with the columns id, hh, measure, fund, amount and perhaps date"),
        )
    reverse = word("reverse", "reverse movements; each stays on record")
    reverse.add_argument("ids", nargs="+", metavar=text("NUMBER"), help=text("numbers of the movements"))
    _reason(reverse)
    balances = word("balances", "where the money stands: granted, committed, paid, execution rate", writes=False)
    balances.add_argument(
        "--by",
        action="append",
        choices=["fund", "year", "measure", "village", "hh", "run"],
        help=text("counted by (default: fund and year)"),
    )
    reconcile = word("reconcile", "compare payments with a bank statement (CSV)", writes=False)
    reconcile.add_argument("file", metavar=text("FILE"), help=text("bank statement: UTF-8 or GB18030"))
    reconcile.add_argument(
        "--reference", default="reference", metavar=text("COLUMN"), help=text("column with the number of the payment")
    )
    reconcile.add_argument(
        "--amount", default="amount", metavar=text("COLUMN"), help=text("column with the amount in yuan")
    )
    reconcile.add_argument("--fund", default=None, metavar=text("FUND"), help=text("only payments of this fund"))
