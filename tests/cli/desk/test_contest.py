"""contest: figures of the practice township, the sentence to read aloud, and what is refused."""

from __future__ import annotations

import pytest

from povlib.cli import main
from tests.conftest import Finished


def test_villages_are_compared_and_nobody_is_praised_for_luck(
    finished: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contest", "houses"]) == 0
    said = capsys.readouterr().out
    assert "12 villages cannot be told apart" in said
    assert main(["--lang", "zh", "contest", "exits"]) == 0
    said = capsys.readouterr().out
    assert "不在后3名的：乐北" in said
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(said.split("下一步")[0])


def test_a_word_that_is_no_result_and_sets_that_cannot_hold_are_refused(
    finished: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["contest", "income"])
    assert "exits" in capsys.readouterr().err
    assert main(["contest", "exits", "--level", "1.5"]) != 0
    assert main(["contest", "exits", "--few", "0"]) != 0
