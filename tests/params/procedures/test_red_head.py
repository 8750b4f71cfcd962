"""The red head of an office as written: none without a file, typos told, runs named long enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib.errors import ParameterError
from povlib.params.procedures.red_head import FILE, load_red_head


def _written(folder: Path, words: str) -> Path:
    (folder / FILE).write_text(words, encoding="utf-8")
    return folder


def test_an_office_without_the_file_has_none(tmp_path: Path) -> None:
    assert load_red_head(tmp_path) is None


def test_what_is_written_is_read(tmp_path: Path) -> None:
    head = load_red_head(_written(tmp_path, "organ: 某乡人民政府\naddressed: 各村\nnumbers: {1ad64faad001: 8}\n"))
    assert head is not None
    assert (head.organ, head.signer) == ("某乡人民政府", "")
    assert (head.number_of("1ad64faad001"), head.number_of("2")) == (8, None)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("organ: 某乡\n", "addressed"),
        ("organ: 某乡\naddressed: 各村\norgann: x\n", "organn"),
        ("organ: 某乡\naddressed: 各村\nnumbers: {1ad64faad001: 0}\n", "1ad64faad001 is 0"),
        ("organ: 某乡\naddressed: 各村\nnumbers: {1ad6: 8}\n", "1ad6"),
        ("organ: 某乡\naddressed: 各村\ncopies: 县扶贫办\n", r"in brackets: \[ONE, ANOTHER\]"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, words: str, named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        load_red_head(_written(tmp_path, words))
