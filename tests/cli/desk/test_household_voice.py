"""Words about the household's voice as an officer types them: from the posting to the approval, wrong ones first."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.whole_run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("voice", "say", "S01-0001", "--officer", "a"), "say one thing"),
        (("voice", "say", "S99-9999", "--consent", "--officer", "a"), "nothing is recorded about"),
        (("voice", "say", "S01-0001", "--object", "x", "--officer", "a"), "did not hang"),
        (("voice", "answer", "S01-0001-1", "--answer", "x", "--officer", "a"), "say one thing"),
        (("voice", "answer", "S01-0001-1", "--reject", "--answer", "x", "--officer", "a"), "has the number"),
        (("voice", "appeal", "S01-0001-1", "--words", "x", "--officer", "a"), "has the number"),
        (("voice", "load", "absent.xlsx", "--officer", "a"), "refused"),
        (("voice", "post", "lates", "--officer", "a"), "latest"),
        (("approve", "latest", "--officer", "a"), "voice post"),
    ],
)
def test_words_that_cannot_be_followed_are_refused_with_the_reason(typed, words, said):
    code, _, err = typed(*words)
    assert code != 0
    assert said in err
    assert "Traceback" not in err


def test_from_the_posting_over_an_objection_to_the_approval(typed):
    code, out, _ = typed("voice", "post", "latest", "--officer", "desk")
    assert code == 0
    assert "hangs from 2016-05-01; the plan may be approved from 2016-05-08" in out
    assert "workbench.py approve" in out
    assert typed("voice", "say", "S01-0001", "--consent", "--day", "2016-05-02", "--officer", "desk")[0] == 0
    code, out, _ = typed("voice", "say", "S01-0002", "--object", "the road is worse here", "--day", "2016-05-03",
                         "--officer", "desk")  # fmt: skip
    assert code == 0
    assert "voice answer S01-0002-1" in out
    assert "S01-0002-1" in typed("approve", "latest", "--officer", "chair")[2]
    out = typed("voice", "list", "--day", "2016-05-13")[1]
    assert "objection: 1 on record, 0 answered in time, 0 too late, 1 open, 0 overdue" in out
    assert "0 open, 1 overdue" in typed("voice", "list", "--day", "2016-05-14")[1]
    answered = typed("voice", "answer", "S01-0002-1", "--reject", "--answer", "looked at again", "--day",
                     "2016-05-14", "--officer", "head")  # fmt: skip
    assert "after the day it was due" in answered[1]
    code, out, _ = typed("voice", "list", "--page", "--day", "2016-05-20")
    assert code == 0
    assert "voice.en.pdf" in out
    assert typed("approve", "latest", "--officer", "chair")[0] == 0


def test_the_form_goes_out(typed):
    code, out, _ = typed("voice", "form")
    assert code == 0
    assert "voice.en.xlsx" in out
