"""What is fixed before a plan over several years: committed help, decisions by hand, money gone; small and by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from povlib.errors import RunError
from povlib.runs.horizon.horizon_pins import Fixed, fixed_before

_NO_RULES = pd.DataFrame({"hh": [], "rule": [], "pin": [], "typed": []})
#: packages of both periods: nothing, the grant, a post, both together; only the second period offers the house
_CONTENTS = {"a": (("grant",), ("post",), ("grant", "post")), "b": (("grant",), ("post",))}


def _offer(period: int) -> Any:
    packages, parts = [], []
    for hh, contents in _CONTENTS.items():
        more = (("house",),) if period else ()
        for k, measures in enumerate(((), *contents, *more)):
            number = len(packages)
            packages.append((number, hh, k))
            parts += [(number, measure, None, None, None, 24198 + 7 * period) for measure in measures]
    offer = SimpleNamespace(
        packages=pd.DataFrame(packages, columns=["package", "hh", "k"]),
        components=pd.DataFrame(parts, columns=["package", "measure", "person", "post", "coop", "start"]),
    )
    return SimpleNamespace(period=period, offer=offer)


def _fixed(rules: pd.DataFrame, commitments: dict[tuple[str, str, str, str, int], int]) -> Fixed:
    return fixed_before(rules, commitments, [_offer(0), _offer(1)], {"a", "b"})


def _left(fixed: Fixed, hh: str) -> set[str]:
    """Return the packages that pins leave open: measures and period, by hand from the same rows."""
    said = {}
    for made in (_offer(0), _offer(1)):
        parts = made.offer.components.groupby("package")["measure"].agg("+".join)
        for number, own, k in made.offer.packages.itertuples(index=False):
            if own == hh and (k or not made.period):
                said[f"{number}@{made.period}"] = f"{parts.get(number, '')}@{made.period}"
    mine = fixed.pins[fixed.pins["hh"] == hh]
    only = mine.loc[mine["pin"] != "refused", "package"]
    if len(only):
        return {said[only.iloc[0]]}
    return {words for key, words in said.items() if key not in set(mine["package"])}


def _rules(hh: str, rule: str, pin: str = "by_hand") -> pd.DataFrame:
    return pd.DataFrame([(hh, rule, pin, False)], columns=["hh", "rule", "pin", "typed"])


def test_committed_help_stays_in_the_first_period_and_may_be_added_to() -> None:
    fixed = _fixed(_NO_RULES, {("run", "a", "grant", "special", 2016): 500_00})
    assert _left(fixed, "a") == {"grant@0", "grant+post@0"}
    assert len(_left(fixed, "b")) == 6
    assert fixed.committed == {"a"}
    assert fixed.outside.empty


def test_two_commitments_of_a_household_are_held_together_where_a_package_holds_both() -> None:
    both = {("run", hh, measure, "special", 2016): 100 for hh in ("a", "b") for measure in ("grant", "post")}
    fixed = _fixed(_NO_RULES, both)
    assert _left(fixed, "a") == {"grant+post@0"}
    # no package of b holds both: one stays, the money of the other is gone
    assert _left(fixed, "b") == {"grant@0"}
    assert fixed.outside.to_dict("records") == [{"fund": "special", "period": 0, "fen": 100}]


def test_money_committed_for_what_is_not_offered_any_more_is_not_there_for_others() -> None:
    gone = {("run", "a", "house", "housing", 2016): 700_00, ("run", "", "co-op", "special", 2016): 300_00,
            ("run", "gone", "grant", "special", 2016): 200_00}  # fmt: skip
    fixed = _fixed(_NO_RULES, gone)
    assert fixed.committed == frozenset()
    assert len(_left(fixed, "a")) == 8
    assert dict(zip(fixed.outside["fund"], fixed.outside["fen"], strict=True)) == {"housing": 700_00, "special": 500_00}


def test_a_decision_holds_in_every_period() -> None:
    assert _left(_fixed(_rules("a", "refused", "refused"), {}), "a") == {"@0"}
    assert _left(_fixed(_rules("a", "without:grant"), {}), "a") == {"@0", "post@0", "post@1", "house@1"}
    assert _left(_fixed(_rules("b", "with:house"), {}), "b") == {"house@1"}


def test_a_decision_that_leaves_nothing_is_refused_by_name() -> None:
    with pytest.raises(RunError, match="household b: none of its packages"):
        _fixed(_rules("b", "with:loan"), {})
