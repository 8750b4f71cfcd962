"""What a hand may change on the panel: the money of each fund, the places of each post, shares, and the aim.

Responsible for the list of controls of a run, with the stops of each slider and the text of each value as the command
line takes it. Not responsible for widgets (`povlib.desk`) or for what a change brings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from povlib.params import AIMS
from povlib.runs.run import Run
from povlib.words import text

# most steps of a fund, from nothing to twice what it has, in round figures. A choice: each stop is planned ahead, and
# what lies between can be typed
_FUND_STEPS = 20
# steps that are easily said, in yuan, times powers of ten
_ROUND_STEPS = (1, 2, 4, 5)
# a slider of a post ends at twice its places, and adds at least so many
_MORE_PLACES = 3
# shares of the poorest fifth, in hundredths: up to half, in steps of five
_SHARE_STOPS = tuple(Decimal(i) / 100 for i in range(0, 55, 5))
SHARES = ("settings.poorest_fifth_money_share", "settings.poorest_fifth_post_share")
SECOND_RULE, OBJECTIVE = "settings.second_rule", "objective"
_AIM_WORDS = {
    "persons": "most persons out of poverty", "households": "most households out of poverty",
    "fgt2": "most of the deepest gaps closed", "houses": "most houses made safe",
}  # fmt: skip
_RULE_WORDS = {"least_money": "spends least", "poorest_first": "poorest first", "none": "the first found"}


@dataclass(frozen=True)
class Control:
    """One thing that may be changed.

    Attributes
    ----------
    key : str
        Dotted key of the parameter; "objective" stands for the weights of all aims together.
    kind : {"fund", "post", "share", "choice"}
    label : str
        In the language asked for.
    value : str
        What the run it started from has, as it is typed.
    stops : tuple of str
        Values of the slider, or of the list of a choice, in order; `value` is one of them.
    choices : mapping
        For a choice: stop -> words.
    """

    key: str
    kind: str
    label: str
    value: str
    stops: tuple[str, ...]
    choices: Mapping[str, str]

    def changes(self, value: str) -> dict[str, str]:
        """Return the changed parameters of a value, none where it is what the run has.

        Examples
        --------
        >>> aim = Control("objective", "choice", "aim", "persons", ("persons", "fgt2"), {})
        >>> aim.changes("fgt2")
        {'settings.objective.persons': '0', 'settings.objective.fgt2': '1'}
        """
        if value == self.value:
            return {}
        if self.key != OBJECTIVE:
            return {self.key: value}
        weights = {aim: "1" if aim == value else "0" for aim in AIMS}
        started = {aim: "1" if aim == self.value else "0" for aim in AIMS}
        return {f"settings.objective.{aim}": weight for aim, weight in weights.items() if weight != started[aim]}


def live_controls(run: Run, lang: str) -> tuple[Control, ...]:
    """Return what may be changed of a run: funds, posts, shares, the aim and the second rule, in this order."""
    catalogue = run.catalogue
    made = [
        Control(f"funds.{fund.key}.amount_yuan", "fund", fund.names.show(lang), *_fund_stops(fund.amount_yuan), {})
        for fund in catalogue.funds.values()
        if fund.filled
    ]
    made += [
        Control(f"posts.{post.key}.slots", "post", post.names.show(lang), *_post_stops(post.capacity), {})
        for post in catalogue.posts.values()
        if post.filled and post.capacity
    ]
    for key in SHARES:
        at = _plain(getattr(run.settings, key.removeprefix("settings.")))
        stops = tuple(sorted({*map(_plain, _SHARE_STOPS), at}, key=Decimal))
        made.append(Control(key, "share", text(_share_words(key), lang), at, stops, {}))
    aims = {aim: text(_AIM_WORDS[aim], lang) for aim in AIMS}
    weights = {aim: weight for aim, weight in run.settings.objective if weight}
    # a mix of aims stays what the scenario says: a list of single aims would not hold it
    if list(weights.values()) == [1.0]:
        aim = next(iter(weights))
        made.append(Control(OBJECTIVE, "choice", text("Aim of the plan", lang), aim, tuple(aims), aims))
    rules = {rule: text(words, lang) for rule, words in _RULE_WORDS.items()}
    label = text("Of equally good plans", lang)
    made.append(Control(SECOND_RULE, "choice", label, run.settings.second_rule, tuple(rules), rules))
    return tuple(made)


def _share_words(key: str) -> str:
    return (
        "New money for the poorest fifth, at least" if "money" in key else "New posts for the poorest fifth, at least"
    )


def _plain(number: Any) -> str:
    """Return a number without trailing zeros, as people type it."""
    return f"{Decimal(str(number)).normalize():f}"


def _fund_stops(amount: Any) -> tuple[str, tuple[str, ...]]:
    """Return the present amount and the stops around it, in yuan."""
    now = Decimal(str(amount))
    end = 2 * now or Decimal(100_000)
    steps = (Decimal(part * 10**power) for power in range(12) for part in _ROUND_STEPS)
    step = next(step for step in steps if end / step <= _FUND_STEPS)
    stops = {*(step * i for i in range(int(end / step) + 1)), now}
    return _plain(now), tuple(_plain(stop) for stop in sorted(stops))


def _post_stops(places: int) -> tuple[str, tuple[str, ...]]:
    return str(places), tuple(str(i) for i in range(max(2 * places, places + _MORE_PLACES) + 1))
