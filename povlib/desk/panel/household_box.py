"""One household pinned or refused, and what that costs in exits and money.

Responsible for the choice of a household and of one of its packages, and for the sentence that says the cost: both
plans final, or the search is said to go on. Not responsible for the rule (`povlib.runs.decisions.package_rules`).
"""

from __future__ import annotations

import html
from typing import Any

from povlib.desk.panel.panel_state import PanelState
from povlib.report.pages.panel_page import pin_sentence
from povlib.runs.decisions.package_rules import REFUSED, package_contents
from povlib.runs.live.answer_search import Answer
from povlib.runs.live.panel_answer import PanelAnswer
from povlib.words import language_column, text


class HouseholdBox:
    """A household, what it may have, and what was decided for it on this panel."""

    def __init__(self, panel: PanelState) -> None:
        import ipywidgets as w

        self.panel, lang = panel, panel.lang
        keys = [str(hh) for hh in panel.run.plan.chosen["hh"]]
        self.household = w.Combobox(options=keys, placeholder=text("household", lang), ensure_option=False,
                                    continuous_update=False, layout=w.Layout(width="150px"))  # fmt: skip
        self.rule = w.Dropdown(options=[], layout=w.Layout(width="auto", flex="1 1 auto", min_width="200px"))
        self.try_it = w.Button(description=text("Pin", lang), icon="thumb-tack", layout=w.Layout(width="auto"))
        self.refuse = w.Button(description=text("No new help", lang), icon="ban", layout=w.Layout(width="auto"))
        self.undo = w.Button(description=text("Take back", lang), icon="undo", layout=w.Layout(width="auto"))
        self.said = w.HTML()
        self.household.observe(self._choose, "value")
        self.try_it.on_click(lambda _: self._pin(self.rule.value))
        self.refuse.on_click(lambda _: self._pin(REFUSED))
        self.undo.on_click(lambda _: self._take_back())
        for button in (self.try_it, self.refuse, self.undo):
            button.disabled = True
        title = w.HTML(f'<div class="povlib-group">{text("One household: pin or refuse", lang)}</div>')
        line = w.HBox([self.household, self.rule, self.try_it, self.refuse, self.undo],
                      layout=w.Layout(flex_flow="row wrap"))  # fmt: skip
        self.widget = w.VBox([title, line, self.said])
        self.widget.add_class("povlib-household")

    def follow(self, answer: Answer) -> None:
        """Say what the pins cost, now that another answer is on the screen or known."""
        panel, lang = self.panel, self.panel.lang
        if not panel.pins:
            self.said.value = ""
            return
        names = ", ".join(panel.pins)
        if isinstance(answer, PanelAnswer) and answer.final and panel.search.known(answer.changes):
            without = panel.search.at_once(answer.changes)
            if isinstance(without, PanelAnswer):
                said = pin_sentence(
                    names, answer.outcome.additional.value - without.outcome.additional.value,
                    answer.outcome.money_fen - without.outcome.money_fen, lang,
                    refused=all(rule == REFUSED for rule in panel.pins.values()),
                )  # fmt: skip
                self.said.value = f'<b data-pin="final">{html.escape(said.text)}</b>'
                return
        self.said.value = html.escape(text("{hh}: the cost is being searched for", lang, hh=names))

    def _choose(self, change: dict[str, Any]) -> None:
        """Offer the packages of the household, the one it has first."""
        hh, panel = str(change["new"]).strip(), self.panel
        known = hh in set(map(str, panel.run.plan.chosen["hh"]))
        for button in (self.try_it, self.refuse):
            button.disabled = not known
        self.undo.disabled = hh not in panel.pins
        if not known:
            self.rule.options = []
            missing = text("there is no household {hh} in this plan", panel.lang, hh=hh)
            self.said.value = html.escape(missing) if hh else ""
            return
        offered = package_contents(panel.run.offer, [hh]).astype(str)
        labels = panel.run.offer.packages.set_index("package")[language_column("label", panel.lang)]
        seen: dict[str, str] = {}
        for label, rule in zip(labels.reindex(offered.index).astype(str), offered, strict=True):
            # the same help at other posts reads alike: each is told apart by a number
            name, more = label, 2
            while name in seen:
                name, more = f"{label} ({more})", more + 1
            seen[name] = rule
        self.rule.options = list(seen.items())
        self.rule.value = next(iter(seen.values()), None)

    def _pin(self, rule: str | None) -> None:
        hh = str(self.household.value).strip()
        if not rule:
            return
        self.panel.pins = {**self.panel.pins, hh: REFUSED if rule == "nothing" else rule}
        self.undo.disabled = False
        # what it is compared with must be known too
        self.panel.search.plan_ahead([self.panel.changes])
        self.panel.ask()

    def _take_back(self) -> None:
        hh = str(self.household.value).strip()
        self.panel.pins = {other: rule for other, rule in self.panel.pins.items() if other != hh}
        self.undo.disabled = True
        self.panel.ask()
