"""The word performance as an officer types it: indicators, the rows of one, the paper."""

from __future__ import annotations

import pytest

from povlib import ledger, runs

pytestmark = pytest.mark.whole_run


def test_indicators_lead_to_their_rows(typed) -> None:
    code, out, _ = typed("performance")
    assert code == 0
    assert "not recorded" in out
    assert "No total and no grade" in out
    with runs.open_book(runs.sample_office(), create=False) as book:
        findings = ledger.read_frame(book, "inspection_findings")
    wrong = findings[findings["finding"] != "ok"]
    assert len(wrong) > 0
    code, out, _ = typed("performance", "--rows", "not_as_listed")
    assert code == 0
    assert out.splitlines()[0].endswith(f": {len(wrong)}")
    assert all(hh in out for hh in wrong["hh"])
    assert "inspect report" in out
    assert "Nothing is on record" in typed("performance", "--rows", "promises_kept")[1]
    code, out, _ = typed("performance", "--page")
    assert code == 0
    assert "performance.en.xlsx" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [(("performance", "--rows", "luck"), "there is no indicator"), (("performance", "--year", "1900"), "no year")],
)
def test_words_that_cannot_be_followed_are_refused(typed, words, said) -> None:
    code, _, err = typed(*words)
    assert code != 0
    assert said in err
