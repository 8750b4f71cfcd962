"""The panel in a notebook: live where somebody sees it, its words and numbers where the notebook is only executed.

Responsible for that difference, and for a run that a panel cannot start from. Not responsible for the panel.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from povlib.desk.home.front_end import is_live
from povlib.errors import RunError
from povlib.report.writers.notebook_page import Part
from povlib.report.writers.panel_html import panel_style, render_panel
from povlib.runs.live.panel_answer import starting_answer
from povlib.runs.live.panel_report import panel_report
from povlib.runs.storage.run_identity import code_digest
from povlib.words import language, text

if TYPE_CHECKING:
    from povlib.desk.panel.live_panel import LivePanel
    from povlib.runs.run import Run

MEETING = "POVLIB_MEETING"
"""Set by ``povlib lab --meeting``: the panel is read-only, and names no household."""


class ShownPanel:
    """A panel as the last value of a cell.

    Attributes
    ----------
    panel : LivePanel
        Made when it is first asked for.
    """

    def __init__(self, run: Run, lang: str, *, meeting: bool) -> None:
        self._run, self._lang, self._meeting = run, lang or language(), meeting
        self._panel: LivePanel | None = None

    @property
    def panel(self) -> LivePanel:
        """The live panel; its processes are started with it."""
        if self._panel is None:
            from povlib.desk.panel.live_panel import LivePanel

            self._panel = LivePanel(self._run, self._lang, meeting=self._meeting).begin()
        return self._panel

    def still(self) -> Part:
        """Return the numbers of the run as they stand, for a page without a kernel."""
        answer = starting_answer(self._run)
        report = panel_report(self._run, answer, answer, self._lang, named=False)
        how = text("The sliders work when this notebook is open: python3 workbench.py lab --panel", self._lang)
        html = f"<style>{panel_style()}</style>{render_panel(report, 'final')}<p>{how}</p>"
        words = "\n".join(f"{head.label}: {head.value.show(self._lang)}" for head in report.headlines)
        return Part(html, f"{words}\n{how}")

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.panel.widget if is_live() or self._meeting else self.still())


def live_panel(run: Run, lang: str = "", *, meeting: bool | None = None) -> ShownPanel:
    """Return the live panel of a run.

    Parameters
    ----------
    run : Run
        A finished run; its numbers are what every change is held against.
    lang : str
        "zh" or "en"; empty: the language in use.
    meeting : bool, optional
        Read-only, without households: nothing is written, kept or pinned. Default: what ``POVLIB_MEETING`` says.

    Raises
    ------
    RunError
        If the run was made by another version of the workbench: a fresh run would not print what it started from.
    """
    if run.info.code_digest != code_digest():
        raise RunError(
            "the run was made by another version of the workbench: the panel cannot start from it",
            where=run.info.run_id,
            remedy="plan again: python3 workbench.py plan base --office {office}",
            office=run.office.name,
        )
    return ShownPanel(run, lang, meeting=bool(os.environ.get(MEETING)) if meeting is None else meeting)
