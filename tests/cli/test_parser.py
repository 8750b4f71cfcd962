"""The words of the command line: declared once, told in both languages, parsed without loading a room."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from povlib.cli.parser import declared_words, parse_words
from povlib.places import ROOT
from povlib.words import text


def test_each_word_is_declared_once() -> None:
    typed = Counter((word.group.name if word.group else "", word.name) for word in declared_words())
    assert max(typed.values()) == 1
    assert len(typed) > 40


def test_each_word_is_told_in_both_languages() -> None:
    for word in declared_words():
        assert text(word.meaning, "zh") != text(word.meaning, "en"), word.name


def test_a_parsed_word_names_its_function() -> None:
    options = parse_words(["ledger", "check", "--identities", "--office", "north"])
    assert options.command.__name__ == "check"
    assert (options.office, options.identities, options.lang) == ("north", True, None)


def test_a_word_that_is_none_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        parse_words(["--lang", "en", "plant", "base"])
    assert leaving.value.code == 2
    assert "plant" in capsys.readouterr().err


def test_help_loads_no_room() -> None:
    script = "import sys; from povlib.cli.parser import declared_words; list(declared_words()); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"numpy", "pandas", "povlib.ledger", "povlib.runs", "povlib.intake"} & set(done.stdout.split())


def test_only_options_of_the_word_typed_are_asked_for_instead(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_words(["--lang", "en", "cards", "approved", "--every-language"])
    said = capsys.readouterr().err
    assert "unrecognized arguments: --every-language" in said
    assert "did you mean --every-language" not in said
    with pytest.raises(SystemExit):
        parse_words(["--lang", "en", "report", "latest", "--every-langage"])
    assert "did you mean --every-language" in capsys.readouterr().err
