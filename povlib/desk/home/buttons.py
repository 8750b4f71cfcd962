"""The main jobs as buttons: each prints the command it stands for, how far it is and what came out.

Responsible for widgets. Not responsible for what a command does, nor for one job at a time (`povlib.desk.home.job`).
"""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from povlib.desk.home.job import Job, JobNews, known_job, start_job, typed, words_for
from povlib.desk.home.paper_links import download_link
from povlib.errors import WorkbenchError
from povlib.places import ROOT, Office
from povlib.runs.office.office_place import Place
from povlib.runs.routine.recent_runs import recent_runs
from povlib.scenarios.scenario_files import scenario_names
from povlib.words import language_in_use, text

# lines of an answer that the page shows; the log holds all of them
_LINES_SHOWN = 200
_PATH = re.compile(r"^\s*→ (.+)$")


def commands_in_words(office: Office) -> str:
    """Return the jobs and the commands they stand for, as HTML, for a page without a kernel."""
    rows = [
        (text("Read the inbox, plan, write the papers"), ("run",)),
        (text("Read the inbox"), ("load",)),
        (text("Plan"), ("plan", "base")),
        (text("Write the papers again"), ("report", "latest")),
        (text("Compare runs"), ("runs", "compare")),
        (text("The month's work"), ("monthly",)),
    ]
    told = [(html.escape(what), html.escape(typed(words_for(office, *words)))) for what, words in rows]
    cells = "".join(f"<tr><td>{what}</td><td><code>{command}</code></td></tr>" for what, command in told)
    return f"<table>{cells}</table>"


class JobPanel:
    """Buttons, choices, a bar and an answer; all of them about one job of an office at a time.

    Attributes
    ----------
    widget : ipywidgets.VBox
        All of it, as a notebook shows it.
    """

    def __init__(self, place: Place, lang: str, ended: Callable[[], None]) -> None:
        import ipywidgets as w

        self.place, self.office, self.lang, self.ended = place, place.office, lang, ended
        wide = w.Layout(width="auto", min_width="9em")
        self.scenario = w.Dropdown(options=self._scenarios(), value="base", layout=w.Layout(width="16em"),
                                   description=text("scenario"))  # fmt: skip
        self.runs = w.SelectMultiple(options=self._runs(), rows=4, layout=w.Layout(width="34em"),
                                     description=text("runs"))  # fmt: skip
        self.note = w.HTML()
        self.command = w.HTML()
        self.bar = w.FloatProgress(min=0, max=100, layout=w.Layout(width="24em", display="none"))
        self.stage = w.HTML()
        self.answer = w.HTML()
        self.stop = w.Button(description=text("Stop"), icon="stop", layout=w.Layout(width="auto", display="none"))
        self.stop.on_click(lambda _: self._interrupt())
        self.job: Job | None = None

        def button(what: str, icon: str, words: Callable[[], tuple[str, ...]], style: str = "") -> Any:
            made = w.Button(description=what, icon=icon, button_style=style, layout=wide)
            made.on_click(lambda _: self.press(words()))
            return made

        self.buttons = [
            button(text("Read the inbox, plan, write the papers"), "play",
                   lambda: ("run", "--scenario", self.scenario.value), "primary"),
            button(text("Read the inbox"), "inbox", lambda: ("load",)),
            button(text("Plan"), "calculator", lambda: ("plan", self.scenario.value)),
            button(text("The month's work"), "calendar", lambda: ("monthly",)),
            button(text("Compare runs"), "columns", lambda: ("runs", "compare", *self.runs.value)),
            button(text("Write the papers again"), "file-text",
                   lambda: ("report", self.runs.value[0] if self.runs.value else "latest")),
        ]  # fmt: skip
        wrap = w.Layout(flex_flow="row wrap", align_items="center")
        self.widget = w.VBox(
            [
                w.Box([self.buttons[0], self.scenario], layout=wrap),
                w.Box(self.buttons[1:4], layout=wrap),
                w.Box([self.runs, w.VBox(self.buttons[4:])], layout=wrap),
                self.note,
                self.command,
                w.Box([self.bar, self.stage, self.stop], layout=wrap),
                self.answer,
            ],
            layout=w.Layout(max_width="70em"),
        )
        self._follow_known_job()

    def _scenarios(self) -> list[str]:
        try:
            return list(scenario_names(self.office.params / "scenarios")) or ["base"]
        except (WorkbenchError, OSError):
            return ["base"]

    def _runs(self) -> list[tuple[str, str]]:
        try:
            made = recent_runs(self.place)
        except (WorkbenchError, OSError):
            return []
        return [(f"{one.run} · {one.title(self.lang)} · {text(one.standing, self.lang)}", one.run) for one in made]

    def press(self, words: tuple[str, ...]) -> None:
        """Start a command, unless a job is at work."""
        with language_in_use(self.lang):
            if words[:2] == ("runs", "compare") and len(words) < 4:
                self.note.value = _said(text("Choose two runs or more in the list to compare them (Ctrl or Shift)."))
                return
            self.note.value = ""
            try:
                job = start_job(self.office, words_for(self.office, *words), self.lang)
            except WorkbenchError as error:
                self.note.value = _said(error.show())
                return
            except OSError as error:
                self.note.value = _said(str(error.strerror))
                return
            self._follow(job)

    def _follow_known_job(self) -> None:
        """Show the job that this office began last: at work still, or ended while nobody looked."""
        job = known_job(self.office)
        if job is None:
            return
        if job.is_alive():
            self._follow(job)
        else:
            self._show(job, job.news())

    def _follow(self, job: Job) -> None:
        self.job = job
        self._work_begins()
        threading.Thread(target=self._watch, args=(job,), daemon=True).start()

    def _watch(self, job: Job) -> None:
        with language_in_use(self.lang):
            job.follow(lambda news: self._show(job, news))
            self.runs.options = self._runs()
            self.scenario.options = self._scenarios()
            self._work_ends()
            self.ended()

    def _work_begins(self) -> None:
        for one in self.buttons:
            one.disabled = True
        self.bar.value, self.bar.bar_style = 0, ""
        self.bar.layout.display = self.stop.layout.display = ""

    def _work_ends(self) -> None:
        for one in self.buttons:
            one.disabled = False
        self.stop.layout.display = "none"

    def _show(self, job: Job, news: JobNews) -> None:
        self.command.value = f"<code>$ {html.escape(job.typed)}</code>"
        lines = "\n".join(_line(line, self.office) for line in news.lines[-_LINES_SHOWN:])
        self.answer.value = f'<pre style="white-space:pre-wrap;line-height:1.5">{lines}</pre>' if lines else ""
        if news.code is None:
            self.bar.value = news.percent
            self.stage.value = html.escape(news.stage)
            return
        self.bar.value = 100
        self.bar.layout.display = ""
        self.bar.bar_style = "success" if news.code == 0 else "warning"
        self.stage.value = html.escape(_end_in_words(news.code))

    def _interrupt(self) -> None:
        if self.job is not None:
            self.job.interrupt()


def _end_in_words(code: int) -> str:
    if code == 0:
        return text("Done.")
    if code == 1:
        return text("Done, and something needs a person: see below.")
    if code == 2:
        return text("Not done: something has to be mended first, see below.")
    # 130: Ctrl-C; negative: ended by the system, or nobody saw how
    return text("Ended before it was done; nothing is half done. Press again, and it goes on from there.")


def _said(words: str) -> str:
    return f'<p style="color:#a40000">{html.escape(words)}</p>'


def _line(line: str, office: Office) -> str:
    """Return a line of an answer as HTML, with a link where it names a paper."""
    found = _PATH.match(line)
    if found:
        path = ROOT / Path(found[1].strip())
        if path.is_file() and path.resolve().is_relative_to(office.papers.resolve()):
            return "  → " + download_link(path, office)
    return html.escape(line)
