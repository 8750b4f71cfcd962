"""The live panel of a run: what is moved on the left, what it brings on the right.

Responsible for the order of things: at once what is known, the final answer when it is there, what may come next
planned ahead. Not responsible for answers (`povlib.runs.live.answer_search`) or for their words.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from povlib.desk.panel.control_rows import ControlRow
from povlib.desk.panel.household_box import HouseholdBox
from povlib.desk.panel.panel_actions import PanelActions
from povlib.report.model.paper import numbers_json
from povlib.report.writers.panel_html import panel_style, refusal_html, render_panel
from povlib.runs.live.answer_search import Answer, AnswerSearch
from povlib.runs.live.live_controls import Control, live_controls
from povlib.runs.live.panel_answer import PanelAnswer
from povlib.runs.live.panel_report import panel_report
from povlib.words import language, text

if TYPE_CHECKING:
    from povlib.report.model.paper import Report
    from povlib.runs.run import Run

# seconds a hand must rest before the final answer is searched for: a search once begun is finished (a choice)
_REST_S = 0.1
_GROUPS = {
    "fund": "Money of each fund",
    "post": "Places of each post",
    "share": "Kept for the poorest",
    "choice": "Aim",
}


class LivePanel:
    """Sliders and fields of a run, and the plan that follows.

    Attributes
    ----------
    widget : ipywidgets.Widget
        To be displayed.
    answer : PanelAnswer or PanelRefusal
        What is on the screen.
    report : Report
        The page on the screen; its numbers are those of ``numbers.json``.
    """

    def __init__(self, run: Run, lang: str = "", *, meeting: bool = False) -> None:
        import ipywidgets as w

        self.run, self.lang, self.meeting = run, lang or language(), meeting
        self.search = AnswerSearch(run, keep=not meeting)
        self.controls = live_controls(run, self.lang)
        self.pins: dict[str, str] = {}
        self.rows = {c.key: ControlRow(c, self.lang, self._move, self._refuse_text) for c in self.controls}
        self.page, self.status = w.HTML(), w.HTML()
        self._loop = _running_loop()
        self._pause: Any = None
        self._touched: Control = self.controls[0]
        self.answer: Answer = self.search.begun
        self.report: Report | None = None
        self.more: list[Any] = []
        if not meeting:
            self.household, self.actions = HouseholdBox(self), PanelActions(self)
            self.more = [self.household.widget, self.actions.widget]
        self.widget = self._layout()
        self.show(self.search.begun)

    def begin(self) -> LivePanel:
        """Start the processes that search beside; before, only what is known is shown."""
        self.search.begin(self._tell)
        self._plan_ahead()
        # what the first move needs is loaded before a hand is there
        threading.Thread(target=self.search.warm_up, daemon=True).start()
        return self

    def close(self) -> None:
        """End the processes."""
        self.search.close()

    @property
    def changes(self) -> dict[str, str]:
        """Changed parameters: dotted key -> value, beside those of the run."""
        made: dict[str, str] = {}
        for control in self.controls:
            made |= control.changes(self.rows[control.key].value)
        return made

    @property
    def numbers(self) -> str:
        """Every number on the screen as ``numbers.json``."""
        assert self.report is not None
        return numbers_json(self.report)

    def reset(self) -> None:
        """Put every control back to what the run has, and forget the pins."""
        for control in self.controls:
            self.rows[control.key].put(control.value)
        self.pins = {}
        self.ask()

    def ask(self) -> None:
        """Show what is known of the present parameters, and search for the final answer when the hand rests."""
        answer = self.search.at_once(self.changes, self.pins)
        if answer is None:
            # the numbers of before stay, greyed: they are not those of what was moved
            self.page.add_class("povlib-waiting")
            self.status.value = text(
                "being planned: more may be offered now, and all of it is projected first", self.lang
            )
        else:
            self.show(answer)
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        if self._loop is None:
            self._search_on()
        else:
            self._pause = self._loop.call_later(_REST_S, self._search_on)

    def show(self, answer: Answer) -> None:
        """Put an answer on the screen."""
        self.answer = answer
        self.page.remove_class("povlib-waiting")
        if isinstance(answer, PanelAnswer):
            self.report = panel_report(self.run, self.search.begun, answer, self.lang, named=not self.meeting)
            state = "final" if answer.final else "searching"
            self.page.value = render_panel(self.report, state)
        else:
            self.page.value = refusal_html([fault.show(self.lang) for fault in answer.faults], self.lang)
        if not self.meeting:
            self.household.follow(answer)
            self.actions.follow()

    def _search_on(self) -> None:
        self._pause = None
        self.search.want(self.changes, self.pins)
        self._plan_ahead()

    def _move(self, control: Control, value: str) -> None:
        self._touched = control
        self.status.value = ""
        self.ask()

    def _refuse_text(self, control: Control, typed: str) -> None:
        import html

        allowed = {"fund": "34万元, 340000", "share": "20%, 0.2", "post": "12"}[control.kind]
        said = text("{what}: {typed} is no value. Allowed: {allowed}", self.lang, what=control.label, typed=typed,
                    allowed=allowed)  # fmt: skip
        self.status.value = f'<span style="color:#a3170b">✗ {html.escape(said)}</span>'

    def _tell(self, answer: Answer) -> None:
        """Receive a final answer in a thread of the search; widgets are touched in the kernel's own."""
        if self._loop is None:
            self._arrived(answer)
        else:
            self._loop.call_soon_threadsafe(self._arrived, answer)

    def _arrived(self, answer: Answer) -> None:
        if answer.changes == self.changes and answer.pins == self.pins and answer is not self.answer:
            self.show(answer)
        elif not self.meeting:
            self.household.follow(self.answer)
        left = self.search.waiting
        if not self.status.value.startswith("<span"):
            self.status.value = (
                text("{n} stops around are still being planned ahead", self.lang, n=left) if left else ""
            )

    def _plan_ahead(self) -> None:
        self.search.plan_ahead(self._neighbours())

    def _neighbours(self) -> Iterator[dict[str, str]]:
        """Yield the parameters one move away: the control touched last first, near stops before far ones."""
        at = {c.key: self.rows[c.key].value for c in self.controls}
        moves = []
        for number, control in enumerate(self.controls):
            stops = control.stops
            near = min(range(len(stops)), key=lambda i: (stops[i] != at[control.key], i))
            for place, stop in enumerate(stops):
                if stop != at[control.key]:
                    away = abs(place - near) * (1 if control is self._touched else 2)
                    moves.append((away, number, place, control.key, stop))
        for *_, key, stop in sorted(moves):
            made: dict[str, str] = {}
            for control in self.controls:
                made |= control.changes(stop if control.key == key else at[control.key])
            yield made

    def _layout(self) -> Any:
        import ipywidgets as w

        style = w.HTML(f"<style>{panel_style()}</style>", layout=w.Layout(display="none"))
        groups: list[Any] = []
        for kind, words in _GROUPS.items():
            rows = [self.rows[c.key].widget for c in self.controls if c.kind == kind]
            if rows:
                groups += [w.HTML(f'<div class="povlib-group">{text(words, self.lang)}</div>'), *rows]
        back = w.Button(description=text("Back to the start", self.lang), icon="undo", layout=w.Layout(width="auto"))
        back.on_click(lambda _: self.reset())
        left = w.VBox([*groups, back, self.status],
                      layout=w.Layout(width="272px", flex="0 0 auto"))  # fmt: skip
        left.add_class("povlib-controls")
        right = w.VBox([self.page, *self.more], layout=w.Layout(flex="1 1 auto", min_width="0", margin="0 0 0 10px"))
        made = w.VBox([style, w.HBox([left, right])])
        made.add_class("povlib-panel")
        return made


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
