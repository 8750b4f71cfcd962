"""Decisions by hand in the lab: a table with choices, checked while one chooses, recorded like the workbook.

Responsible for the widgets. Not responsible for what may be decided (`povlib.runs.decisions.choices`) nor for checking
and recording (`povlib.runs.decisions.recording`), which the workbook and the command line use too.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.errors import Fault, WorkbenchError
from povlib.report.writers.decision_sheet import approve_words, change_words, refuse_words
from povlib.runs.decisions.choices import PackageLookup
from povlib.runs.decisions.recording import Decision, decision_faults, record_decisions, run_faults
from povlib.runs.decisions.sheet_out import decided_frame
from povlib.runs.run import Run
from povlib.words import language, language_in_use, text

# rows on the screen at once: each has three fields that talk with the kernel, and a browser slows down beyond some tens
_ROWS_SHOWN = 12


@dataclass
class _Choice:
    """What stands in one row: the words chosen, who and why."""

    words: str = ""
    decided_by: str = ""
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.decided_by or self.reason)


class DecisionTable:
    """Households of a plan with their package and what may be decided for each.

    Parameters
    ----------
    run : Run
        A finished run.
    lang : str, optional
        One of `povlib.words.languages`; default the language in use.

    Attributes
    ----------
    rows : DataFrame
        `povlib.runs.decisions.choices.household_choices`.
    widget : ipywidgets.VBox
        All of it, as a notebook shows it.
    """

    def __init__(self, run: Run, lang: str = "") -> None:
        import ipywidgets as w

        self.run, self.lang = run, lang or language()
        with language_in_use(self.lang):
            self.rows: pd.DataFrame = decided_frame(run, self.lang)
            self.lookup = PackageLookup(run)
            self.choices: dict[str, _Choice] = {}
            villages = [(text("all villages"), ""), *((name, name) for name in self.rows["village"].unique())]
            self.village = w.Dropdown(options=villages, value="", description=text("village"))
            self.search = w.Text(description=text("household"), placeholder="S01-0001", continuous_update=False)
            self.served = w.Checkbox(value=True, description=text("only with new help"), indent=False)
            self.page = w.BoundedIntText(value=1, min=1, max=1, description=text("page"))
            self.officer = w.Text(description=text("officer"))
            self.record = w.Button(description=text("Record the decisions"), icon="check", button_style="primary",
                                   layout=w.Layout(width="auto"))  # fmt: skip
            self.said = w.HTML()
            self.body = w.VBox()
            wrap = w.Layout(flex_flow="row wrap", align_items="center")
            self.widget = w.VBox(
                [
                    w.HTML(f"<h4>{html.escape(text('Decide by hand'))}</h4>"),
                    w.Box([self.village, self.search, self.served, self.page], layout=wrap),
                    self.body,
                    w.Box([self.officer, self.record], layout=wrap),
                    self.said,
                ],
                layout=w.Layout(max_width="90em"),
            )
            for control in (self.village, self.search, self.served):
                control.observe(self._turn_to_first_page, "value")
            self.page.observe(lambda _: self._show_rows(), "value")
            self.record.on_click(lambda _: self.record_choices())
            self._show_rows()
            self._say_faults(list(run_faults(run)))

    def decide(self, hh: str, words: str, decided_by: str = "", reason: str = "") -> None:
        """Choose for a household as a click does; words as in the drop-down, empty takes the choice back."""
        self.choices[hh] = _Choice(words, decided_by, reason)
        self._show_rows()
        self.check()

    @property
    def decisions(self) -> list[Decision]:
        """What is chosen now."""
        found = []
        for hh, chosen in self.choices.items():
            if chosen.words:
                verdict, package, _ = self.lookup.meaning(hh, chosen.words)
                found.append(Decision(hh, verdict, package, chosen.decided_by, chosen.reason, hh))
        return found

    def check(self) -> list[Fault]:
        """Say what is wrong with what is chosen, beside how much is chosen; return the faults."""
        with language_in_use(self.lang):
            faults = [fault for one in self.decisions for fault in decision_faults(self.run, one)]
            faults += [
                Fault("a name or a reason stands here, but no decision", hh)
                for hh, chosen in self.choices.items()
                if not chosen.words and not chosen.is_empty
            ]
            if faults:
                self._say_faults(faults)
            else:
                self._say(text("{n} decisions are chosen and not recorded yet.", n=len(self.decisions)))
            return faults

    def record_choices(self) -> bool:
        """Record what is chosen, all of it or nothing; return whether it was."""
        with language_in_use(self.lang):
            if not self.decisions:
                self._say(text("no decision is filled in"))
                return False
            if not self.officer.value.strip():
                self._say_faults([Fault("a decision stands under a name", text("officer"))])
                return False
            if self.check():
                return False
            self.record.disabled = True
            try:
                batch = record_decisions(self.run, self.decisions, self.officer.value.strip())
            except WorkbenchError as error:
                self._say_faults(list(error.faults))
                return False
            finally:
                self.record.disabled = False
            self.choices.clear()
            self._show_rows()
            words = text("plan with them: python3 workbench.py plan {scenario}; see what is on record: python3 "
                         "workbench.py decisions", scenario=self.run.info.scenario)  # fmt: skip
            said = text("Recorded as batch {batch}; what was there before stays in the history.", batch=batch.id)
            self._say(f"✓ {said} {text('Next: {remedy}', remedy=words)}")
            return True

    def _say(self, words: str) -> None:
        self.said.value = f"<p>{html.escape(words)}</p>"

    def _say_faults(self, faults: list[Fault]) -> None:
        self.said.value = "".join(
            f"<p style='color:#A3170B'>{html.escape(fault.show(self.lang))}</p>" for fault in faults
        )

    def _wanted_rows(self) -> pd.DataFrame:
        rows = self.rows
        if self.village.value:
            rows = rows[rows["village"] == self.village.value]
        if typed := self.search.value.strip():
            return rows[rows["hh"].str.contains(typed, case=False, regex=False)]
        return rows[~rows["nothing"]] if self.served.value else rows

    def _turn_to_first_page(self, _: object) -> None:
        self.page.value = 1
        self._show_rows()

    def _show_rows(self) -> None:
        """Show the rows that are asked for, with what is chosen in them."""
        import ipywidgets as w

        with language_in_use(self.lang):
            wanted = self._wanted_rows()
            self.page.max = max(1, -(-len(wanted) // _ROWS_SHOWN))
            first = (self.page.value - 1) * _ROWS_SHOWN
            heads = ("household", "proposed package", "decision", "by whom", "reason for it")
            head = w.HBox([_cell(f"<b>{html.escape(text(word))}</b>", width)
                           for word, width in zip(heads, _WIDTHS, strict=True)])  # fmt: skip
            shown = wanted.iloc[first : first + _ROWS_SHOWN].to_dict("records")
            self.body.children = (head, *(self._row(row) for row in shown))

    def _row(self, row: dict[Any, Any]) -> Any:
        import ipywidgets as w

        hh = str(row["hh"])
        chosen = self.choices.get(hh, _Choice())
        refuse = [] if row["nothing"] else [refuse_words()]
        options = ["", approve_words(), *refuse, *(change_words(name) for name in row["others"])]
        # a choice made in words of the other language stays, as one more of the list
        options += [chosen.words] if chosen.words not in options else []
        decision = w.Dropdown(options=options, value=chosen.words, layout=w.Layout(width=_WIDTHS[2]))
        by = w.Text(value=chosen.decided_by, layout=w.Layout(width=_WIDTHS[3]), continuous_update=False)
        reason = w.Text(value=chosen.reason, layout=w.Layout(width=_WIDTHS[4]), continuous_update=False)

        def keep(_: object) -> None:
            self.choices[hh] = _Choice(decision.value, by.value, reason.value)
            self.check()

        for field in (decision, by, reason):
            field.observe(keep, "value")
        plan = html.escape(str(row["plan"])) + (
            f"<br><small>{html.escape(row['decided'])}</small>" if row["decided"] else ""
        )
        name = f"{html.escape(hh)}<br><small>{html.escape(str(row['village']))}</small>"
        return w.HBox([_cell(name, _WIDTHS[0]), _cell(plan, _WIDTHS[1]), decision, by, reason])

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.widget)

    def __repr__(self) -> str:
        return text("{n} households to decide on", self.lang, n=len(self.rows))


_WIDTHS = ("8em", "22em", "26em", "9em", "18em")


def _cell(words: str, width: str) -> Any:
    import ipywidgets as w

    return w.HTML(words, layout=w.Layout(width=width))


def decision_table(run: Run, lang: str = "") -> DecisionTable:
    """Return the table in which the households of a run are decided on, for the last line of a cell.

    The decisions are recorded by the same function as those of the workbook and of ``povlib decide-plan``.

    Parameters
    ----------
    lang : str
        One of `povlib.words.languages`; empty: the language in use.
    """
    return DecisionTable(run, lang)
