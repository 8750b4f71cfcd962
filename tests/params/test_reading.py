"""Reading YAML: exact values, lines, and plain words about what cannot be read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import ParameterError
from povlib.params import reading
from povlib.params.reading import MAX_BYTES, MOST_KEPT, parse_yaml, read_yaml

# Line breaks other than \n are folded by PyYAML's own writer, so they are left out.
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12)
PLAIN: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


def parse(content: str) -> Any:
    return parse_yaml(content, Path("a.yaml")).values


def fault(content: str) -> str:
    with pytest.raises(ParameterError) as caught:
        parse(content)
    return caught.value.show("en")


@given(PLAIN)
@settings(max_examples=60, deadline=None)
def test_what_another_writer_wrote_is_read_back(value: Any) -> None:
    # PyYAML's writer quotes by YAML 1.1, so every text that looks like a number or truth value comes quoted.
    assert parse(yaml.safe_dump(value, allow_unicode=True)) == value


def test_scalars_mean_what_a_planner_typed() -> None:
    found = parse("on: household\nyes: no\nday: 2016-05-01\ntime: 12:30\nzero: 007\nbig: 1_000\nt: true\nnothing:\n")
    assert found == {
        "on": "household", "yes": "no", "day": "2016-05-01", "time": "12:30", "zero": "007", "big": "1_000",
        "t": True, "nothing": None,
    }  # fmt: skip


def test_decimals_stay_exact() -> None:
    assert parse("x: 0.1\ny: -12.50") == {"x": Decimal("0.1"), "y": Decimal("-12.50")}
    assert parse("x: 1e5") == {"x": "1e5"}


def test_every_value_knows_its_line() -> None:
    document = parse_yaml("a:\n  - b: 1\n    c: 2\n  -\n    b: 3\n", Path("a.yaml"))
    assert document.line(("a", 0, "c")) == 3
    assert document.line(("a", 1, "b")) == 5
    assert document.line(("a", 0, "missing")) == 2
    assert document.where(("a", 0, "c")) == "a.yaml:3"


UNREADABLE = pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a:\n\tb: 1\n", "a.yaml:2: this line is indented with a tab"),
        ("a: b: c\n", "a.yaml:1: this line has a second colon"),
        ('a: "b\nc: 1\n', "a quotation mark or bracket is opened and never closed"),
        ("a: [1, 2\n", "a quotation mark or bracket is opened and never closed"),
        ("a: 1\n  b: 2\n", "a.yaml:2: this line has a second colon"),
        ("a: 1\na: 2\n", "a.yaml:2: the key a stands here twice"),
        ("a: &x 1\nb: *x\n", "a.yaml:2: references (*) are not allowed here"),
        ("a: !!python/object/apply:os.system ['true']\n", "is not allowed; only plain values are"),
        ("? [1, 2]\n: 3\n", "a.yaml:1: this key is no plain text"),
        ("a: \x07\n", "this line holds a character that cannot stand here"),
        ("- " * 60 + "1\n", "this file nests too deeply"),
        ("[" * 5000 + "]" * 5000, "this file nests too deeply"),
        ("a: |\n\tx\n", "a.yaml:2: this line is indented with a tab"),
        ("a: b\n\tc: d\n", "a.yaml:2: this line is indented with a tab"),
        ("a:\n  - b\n c: 1\n", "a.yaml:3: this line does not line up"),
        ("- a\n- b\nc\n", "this line does not line up"),
        ("资: 金\nb: \x07\n", "a.yaml:2: this line holds a character that cannot stand here"),
        ("a: 1\n---\nb: 1\n", "a.yaml:2: a line --- begins a second document"),
        ("a: \ud800\n", "this line holds a character that cannot stand here"),
    ],
)


@UNREADABLE
def test_unreadable_in_plain_words(content: str, words: str) -> None:
    assert words in fault(content)


@UNREADABLE
def test_a_large_text_is_refused_in_the_same_words_without_the_slow_parser(
    content: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = fault(content)
    monkeypatch.setattr(reading, "MOST_KEPT", 0)
    composed = reading._Loader.compose_node
    asked: list[int] = []
    monkeypatch.setattr(reading._Loader, "compose_node", lambda *given: asked.append(1) or composed(*given))
    assert fault(content) == small
    assert words in small
    assert not asked or reading._FastLoader is None


def test_what_only_looks_like_a_reference_is_read_in_a_large_text_too() -> None:
    rows = "".join(f"k{n}: [1, 2.50]\n" for n in range(MOST_KEPT // 10))
    found = parse(rows + "note: 'a &b *c'  # see *x\ndeep: \"" + "[" * 60 + '"\n')
    assert (found["note"], found["deep"], found["k1"]) == ("a &b *c", "[" * 60, [1, Decimal("2.50")])


def test_no_traceback_words_of_the_library_reach_the_planner() -> None:
    shown = fault("a: b: c")
    assert "mapping" not in shown
    assert "while" not in shown


def test_wrong_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("a: 1\nb: 资金\n".encode("gb18030"))
    with pytest.raises(ParameterError, match=r"a\.yaml:2"):
        read_yaml(path)


def test_missing_large_and_marked_files(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"b\.yaml"):
        read_yaml(tmp_path / "b.yaml")
    with pytest.raises(ParameterError):
        read_yaml(tmp_path)
    (tmp_path / "c.yaml").write_bytes(b"a" * (MAX_BYTES + 1))
    with pytest.raises(ParameterError, match="32 MB"):
        read_yaml(tmp_path / "c.yaml")
    (tmp_path / "d.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_yaml(tmp_path / "d.yaml").values == {"a": 1}


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused_in_words(content: str) -> None:
    shown = "read"
    try:
        parse(content)
    except ParameterError as error:
        shown = error.show("zh")
    assert shown
