"""Words about decisions by hand as a planner types them, wrong ones first."""

from __future__ import annotations

import pytest

from povlib import runs

pytestmark = pytest.mark.whole_run


@pytest.fixture
def served(typed) -> list[str]:
    """Households that the plan gives something new."""
    run = runs.find_run("latest", runs.sample_office())
    new = run.offer.packages.loc[run.offer.packages["k"] > 0, "package"].astype(str)
    return run.plan.chosen.loc[run.plan.chosen["package"].astype(str).isin(new), "hh"].astype(str).tolist()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("decide-plan", "--officer", "a"), "name a workbook, or a household"),
        (("decide-plan", "x.xlsx", "--household", "S01-0001", "--approve", "--officer", "a"), "name a workbook"),
        (("decide-plan", "--household", "S01-0001", "--officer", "a"), "say one thing of the household"),
        (("decide-plan", "--household", "S01-0001", "--approve", "--refuse", "--officer", "a"), "say one thing"),
        (("decide-plan", "--household", "S01-0001", "--refuse", "--officer", "a"), "need a reason"),
        (("decide-plan", "--household", "S01-0001", "--approve"), "stands under a name"),
        (("decide-plan", "--household", "S99-9999", "--approve", "--officer", "a"), "nothing is recorded about"),
        (("decide-plan", "absent.xlsx", "--officer", "a"), "cannot be opened"),
        (("wish", "S01-0001", "--reason", "x"), "say one thing"),
        (("wish", "S01-0001", "--want", "castle", "--reason", "x"), "there is no measure"),
        (("wish", "S01-0001", "--grant", "training", "--reason", "x"), "asked for nothing of the kind"),
        (("plan", "base", "--pin", "S01-0001"), "pins nothing"),
        (("plan", "base", "--pin", "S01-0001=castle"), "there is no measure"),
    ],
)
def test_wrong_words_are_refused_in_words(typed, words, said):
    code, out, err = typed(*words)
    assert code != 0
    assert said in out + err


def test_one_household_is_decided_listed_and_taken_back(typed, served):
    hh = served[0]
    code, out, _ = typed("decide-plan", "--household", hh, "--refuse", "--reason", "moved away", "--officer", "desk",
                         "--by", "the meeting")  # fmt: skip
    assert code == 0
    assert "python3 workbench.py plan base" in out
    code, out, _ = typed("decisions")
    assert hh in out
    assert "not approved: nothing new" in out
    assert "the meeting" in out
    assert typed("voice", "post", "latest", "--officer", "desk")[0] == 0
    code, _, err = typed("approve", "latest", "--officer", "head")
    assert code != 0
    assert f"does not contain what was decided for household {hh}" in err
    assert "--despite-decisions" in err
    assert typed("decide-plan", "--take-back", hh, "--reason", "came back", "--officer", "desk")[0] == 0
    assert "Nothing is on record" in typed("decisions")[1]


def test_a_package_is_named_by_its_measures_or_its_name(typed, served):
    run = runs.find_run("latest", runs.sample_office())
    hh = served[1]
    own = run.offer.packages[(run.offer.packages["hh"] == hh) & (run.offer.packages["k"] > 0)]
    single = own[~own["measures"].str.contains("+", regex=False)]["measures"].iloc[-1]
    words = ("decide-plan", "--household", hh, "--reason", "as it asked", "--officer", "desk")
    assert typed(*words, "--change", single)[0] == 0
    code, out, _ = typed(*words, "--change", single)
    assert (code, "on record already" in out) == (0, True)
    code, _, err = typed(*words, "--change", "castle")
    assert code != 0
    assert "there is no measure 'castle'" in err


def test_a_wish_waits_until_it_is_answered(typed, served):
    hh = served[2]
    assert typed("wish", hh, "--want", "training", "--reason", "asked at a visit", "--officer", "cadre")[0] == 0
    code, out, _ = typed("decisions", "--open")
    assert code == 0
    assert out.count(hh) == 1
    assert f"{hh}-1" in typed("voice", "list", "--open")[1]
    assert typed("wish", hh, "--decline", "training", "--reason", "no place is left", "--officer", "head")[0] == 0
    assert f"{hh}-1" not in typed("voice", "list", "--open")[1]
    assert "Nothing is on record" in typed("decisions", "--open")[1]
    assert "no place is left" in typed("decisions")[1]
