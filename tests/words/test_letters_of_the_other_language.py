"""No help and no paper holds letters of the other language, but what is typed, what bears a name, what was recorded."""

from __future__ import annotations

import argparse
import contextlib
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from povlib import params, runs
from povlib.cli import main
from povlib.cli.argparse_words import argparse_in_our_words
from povlib.cli.parser import _build_parser, declared_words
from povlib.params.procedures.performance import load_performance
from povlib.params.reading import read_yaml
from povlib.places import PARAMS
from povlib.report.writers.payload import payload
from povlib.runs.paper_shape import PaperInput
from povlib.runs.papers import all_papers
from povlib.words import language_in_use

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
KEY = re.compile(r"\b[a-z]+_[a-z_]+\b", re.ASCII)
LATIN = re.compile(r"[A-Za-z][A-Za-z_.-]+")
#: commands, options, paths, files, keys in a dotted path, months and keys of rows: typed or copied, not read
TYPED = re.compile(
    r"python3 workbench\.py [^\n：；，）。]*|\{[^}]*\}|--[a-z-]+|\S*/\S*|\b\w+\.(?:\w+\.)*\w+\b"
    r"|\b[a-z]+(?:_[a-z0-9]+)+\b|\b[0-9a-f]{4}(?: [0-9a-f]{4})+\b|[A-Z]\d+-\d+\S*|\b[0-9a-f]{6,}\b|\b[\w-]+=\S*",
    re.ASCII,
)
PROGRAMS = {
    *("Excel", "HTML", "JSON", "CSV", "PDF", "PNG", "JPEG", "WebP", "Word", "YAML", "JupyterLab", "Python", "Schema"),
    *("PostgreSQL", "postgresql", "numpy", "pandas", "scipy", "pulp", "highspy", "UTF", "GB", "age", "POVLIB"),
}
#: words that are typed as they stand: offices, scenarios, runs, rules of a pin, tables and columns, kinds of papers
WORDS_TYPED = {
    *("sample", "base", "latest", "approved", "refused", "with", "without", "assumed", "empty", "help", "lang"),
    *("params", "inbox", "papers", "data", "exits", "records", "execution", "mappings", "rules", "work", "office"),
    *("hh", "households", "observations", "moved", "different", "account", "columns", "helper", "name", "phone"),
    *("remark", "amount", "date", "id", "measure", "village", "year", "zh", "en", "before", "during", "after", "all"),
    *("load", "check", "counties", "townships", "annexes"),
}
#: parts of a paper as data that no reader sees; digests and versions of programs at its end
NOT_READ = {"is", "key", "lang", "html", "typefaces", "pieces", "opening_pieces", "anchors", "manifest"}
#: authors of published studies that values rest on
AUTHORS = {"Banerjee", "Card", "Karlan", "Kluve", "Weber", "Zinman"}
#: of parameters: names of employers and partners, documents cited, in the words of the office
OWN_WORDS = {"citation", "prior_source", "employer", "partner", "product", "place", "enterprise", "name"}
#: of parameters: what is typed back as it stands
TYPED_BACK = {"", "key", "kinds", "authority", "name", "parent"}
SCENARIOS = PARAMS / "scenarios"


def _helps(lang: str) -> Iterator[tuple[str, str]]:
    """Yield every word of the command line with its help."""
    with argparse_in_our_words(), language_in_use(lang):
        waiting: list[tuple[str, argparse.ArgumentParser]] = [("", _build_parser())]
        while waiting:
            name, parser = waiting.pop()
            yield name, parser.format_help()
            for action in parser._actions:
                if isinstance(action, argparse._SubParsersAction):
                    waiting += [(f"{name} {word}".strip(), child) for word, child in action.choices.items()]


def _latin_words(said: str) -> set[str]:
    known = PROGRAMS | WORDS_TYPED | {word.name for word in declared_words()}
    known |= {word.group.name for word in declared_words() if word.group}
    return {word for word in LATIN.findall(TYPED.sub(" ", said)) if word.strip(".-") not in known | {""}}


def test_no_chinese_help_holds_another_language() -> None:
    found = {name: sorted(words) for name, said in _helps("zh") if (words := _latin_words(said))}
    assert found == {}


def test_no_english_help_holds_chinese_but_in_an_example_of_what_is_typed() -> None:
    examples = re.compile(r"有其屋-\d{4}|\d+万元|月度收支|户编号|联胜\S*|title[^)]*甲 / A|甲 / A")
    found = {name: words for name, said in _helps("en") if (words := CHINESE.findall(examples.sub("", said)))}
    assert found == {}


def _words_read(part: Any) -> Iterator[str]:
    """Yield what a reader of a paper sees, not the marks by which a writer tells its parts apart."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for name, item in part.items():
            if name not in {
                "is",
                "key",
                "lang",
                "html",
                "typefaces",
                "pieces",
                "opening_pieces",
                "anchors",
                "manifest",
            }:
                yield from _words_read(item)
    elif isinstance(part, (list, tuple)):
        for item in part:
            yield from _words_read(item)


def _texts_of(run: runs.Run, lang: str) -> Iterator[tuple[str, str]]:
    with language_in_use(lang):
        given = PaperInput(run, lang)
        for paper in all_papers(run):
            if paper.report is None:
                continue
            yield from ((paper.key, words) for words in _words_read(payload(paper.report(given))))
            for table in paper.tables(given) if "xlsx" in paper.formats else ():
                heads = (table.title, *(column.title for column in table.columns))
                cells = (cell for row in table.cells(lang) for cell in row)
                yield from ((paper.key, words) for words in (*heads, *cells))


@pytest.fixture(scope="module")
def run(finished: Any) -> runs.Run:
    """The finished run, its parts computed once for all papers."""
    return runs.find_run("latest", runs.sample_office())


def _parameter_texts(run: runs.Run) -> list[tuple[str, str]]:
    """Return every text of the office's parameters with the key it stands under, and every key with ""."""

    def within(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            for name, item in value.items():
                yield "", str(name)
                yield from within(item, str(name))
        elif isinstance(value, (list, tuple)):
            for item in value:
                yield from within(item, key)
        elif isinstance(value, str):
            yield key, value

    files = sorted((run.folder / "params").rglob("*.yaml"))
    return [found for path in files for found in within(read_yaml(path).values)]


def _recorded(run: runs.Run) -> str:
    """Return what the office wrote down itself: cells of the ledger, names and documents of its parameters, claims."""
    found: set[str] = set()
    frames = [frame for frame in vars(run.state).values() if isinstance(frame, pd.DataFrame)]
    for frame in frames:
        # units have names in every language
        for column in frame.columns.drop("unit", errors="ignore"):
            found |= {cell for cell in frame[column].unique() if isinstance(cell, str)}
    for claim in params.load_claims().claims:
        found |= {claim.quote, *claim.also, claim.employer}
    found |= {words for key, words in _parameter_texts(run) if key in OWN_WORDS}
    return "\n".join(sorted(found))


@pytest.mark.whole_run
@pytest.mark.thorough
def test_no_chinese_paper_holds_another_language(run: runs.Run) -> None:
    texts = list(_texts_of(run, "zh"))
    found = {
        (paper, word)
        for paper, said in texts
        for word in LATIN.findall(TYPED.sub(" ", said))
        if word not in PROGRAMS | AUTHORS
    }
    assert found == set()
    # a key never stands where there is a name
    command = re.compile(r"python3 workbench\.py [^\n：；，）。]*")
    keys = {(paper, key) for paper, said in texts for key in KEY.findall(command.sub("", said))}
    assert keys == set()


@pytest.mark.whole_run
@pytest.mark.thorough
def test_no_english_paper_holds_chinese_but_what_was_recorded(run: runs.Run) -> None:
    recorded = _recorded(run)
    found = {
        (paper, words)
        for paper, said in _texts_of(run, "en")
        for words in CHINESE.findall(said)
        if words not in recorded
    }
    assert found == set()


#: words that answer at once from what is there, and change nothing
QUICK = (
    "runs list", "runs show latest", "scenarios list", "scenarios show more_money", "scenarios check",
    "params explain funds.special", "params explain empty", "params explain assumed", "history S01-0001", "decisions",
    "voice list", "fund balances", "houses prices", "houses entitled", "houses bill S01-0010", "coops", "contracts",
    "relief", "performance", "promises", "procedure", "review", "claims check", "ledger head",
    "share outbox", "statistics", "params explain nothing_there", "runs show nothing_there",
    "houses bill S99-9999", "history S99-9999", "fund pay nowhere.csv", "claims new --help", "report latest --kind no",
)  # fmt: skip


@pytest.mark.whole_run
@pytest.mark.thorough
def test_no_answer_holds_another_language(run: runs.Run, capfd: pytest.CaptureFixture[str]) -> None:
    recorded = _recorded(run)
    # what a planner types back: keys of parameters, kinds of papers, scenarios, ids of claims, indicators
    own_texts = _parameter_texts(run)
    typed = {word for key, words in own_texts if key in TYPED_BACK for word in LATIN.findall(words)}
    typed |= {paper.asked_by for paper in all_papers(run)} | {path.stem for path in SCENARIOS.glob("*.yaml")}
    typed |= {word for claim in params.load_claims().claims for word in LATIN.findall(claim.id)}
    typed |= {one.key for one in load_performance().indicators} | {"posterior", "special", "poverty", "comparison"}
    # the parameters themselves are shown with their names in every language
    names = "\n".join(words for key, words in own_texts if key in {"zh", "aliases"})
    found = {}
    for words in QUICK:
        for lang in ("zh", "en"):
            capfd.readouterr()
            with contextlib.suppress(SystemExit):
                main(["--lang", lang, *words.split()])
            said = "".join(capfd.readouterr())
            own = recorded + (names if words.startswith("params explain") else "")
            foreign = (
                _latin_words(said) - typed - AUTHORS - set(LATIN.findall(words))
                if lang == "zh"
                else {part for part in CHINESE.findall(said) if part not in own}
            )
            if foreign:
                found[f"{words} ({lang})"] = sorted(foreign)
    assert found == {}
