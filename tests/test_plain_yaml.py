"""The workbench's own YAML: the same values from the parser in C and the one in Python, however deep a text is."""

from __future__ import annotations

import pytest
import yaml

from povlib.places import ROOT
from povlib.plain_yaml import MAX_DEPTH, may_be_deep, plain_values


def test_what_is_shipped_is_read_as_the_parser_in_python_reads_it() -> None:
    files = sorted((ROOT / "povlib").rglob("*.yaml"))
    assert len(files) > 5
    for path in files:
        content = path.read_text(encoding="utf-8")
        assert not may_be_deep(content), path.name
        assert plain_values(content) == yaml.safe_load(content), path.name


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_text_that_nests_without_end_is_not_given_to_the_parser_in_c(opening: str) -> None:
    assert may_be_deep(opening * (MAX_DEPTH + 2))
    assert not may_be_deep(opening * 3)
