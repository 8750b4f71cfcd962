"""What is done with what was found: kept as a scenario, its papers made, its numbers taken away.

Responsible for two buttons and the command each stands for. Not responsible for scenarios (`povlib.scenarios`) or for
making a run (`povlib.cli`, in a process of its own).
"""

from __future__ import annotations

import html
import threading

from povlib import scenarios
from povlib.desk.home.job import Job, JobNews, start_job, typed, words_for
from povlib.desk.panel.panel_state import PanelState
from povlib.errors import WorkbenchError
from povlib.words import language_in_use, text


class PanelActions:
    """Buttons below the numbers."""

    def __init__(self, panel: PanelState) -> None:
        import ipywidgets as w

        self.panel, lang = panel, panel.lang
        wide = w.Layout(width="auto")
        self.name = w.Text(placeholder=text("name of the scenario", lang), layout=w.Layout(width="160px"))
        self.title = w.Text(placeholder=text("what it asks, in one line", lang), layout=w.Layout(width="260px"))
        self.save = w.Button(description=text("Save as scenario", lang), icon="save", layout=wide)
        self.papers = w.Button(description=text("Make the papers", lang), icon="print", layout=wide)
        self.bar = w.FloatProgress(min=0, max=100, layout=w.Layout(width="200px", display="none"))
        self.said, self.command = w.HTML(), w.HTML()
        self.save.on_click(lambda _: self._save())
        self.papers.on_click(lambda _: self._make_papers())
        title = w.HTML(f'<div class="povlib-group">{text("Keep it", lang)}</div>')
        line = w.HBox([self.name, self.title, self.save, self.papers, self.bar], layout=w.Layout(flex_flow="row wrap"))
        self.widget = w.VBox([title, line, self.command, self.said])
        self.widget.add_class("povlib-actions")

    @property
    def words(self) -> tuple[str, ...]:
        """The command that makes the run on the screen."""
        run = self.panel.run
        changes = {**run.overrides, **self.panel.changes}
        sets = [word for key, value in changes.items() for word in ("--set", f"{key}={value}")]
        pins = [word for hh, rule in {**run.pins, **self.panel.pins}.items() for word in ("--pin", f"{hh}={rule}")]
        return words_for(run.office, "plan", run.info.scenario, *sets, *pins)

    def follow(self) -> None:
        """Show the command that makes what is on the screen."""
        self.command.value = f"<code>{html.escape(typed(self.words))}</code>"

    def _save(self) -> None:
        """Write the changes as a scenario of the office."""
        run, lang = self.panel.run, self.panel.lang
        with language_in_use(lang):
            try:
                path = scenarios.new_scenario(
                    run.office.params, self.name.value.strip(), {**run.overrides, **self.panel.changes},
                    parent=run.info.scenario, question=self.title.value.strip(),
                )  # fmt: skip
            except WorkbenchError as error:
                self._say([fault.show(lang) for fault in error.faults], wrong=True)
                return
        plan = typed(words_for(run.office, "plan", path.stem))
        self._say([text("saved: {path}. Plan it: {command}", lang, path=path.name, command=plan)])

    def _make_papers(self) -> None:
        """Begin the run of what is on the screen in a process of its own, and follow it."""
        run, lang = self.panel.run, self.panel.lang
        try:
            job = start_job(run.office, self.words, lang)
        except WorkbenchError as error:
            self._say([fault.show(lang) for fault in error.faults], wrong=True)
            return
        self.papers.disabled = True
        self.bar.layout.display = ""
        self._say([text("being made: {command}", lang, command=job.typed)])
        threading.Thread(target=self._follow_job, args=(job,), daemon=True).start()

    def _follow_job(self, job: Job) -> None:
        def tell(news: JobNews) -> None:
            self.bar.value = news.percent
            self.bar.description = news.stage[:12]

        last = job.follow(tell)
        self.papers.disabled = False
        self.bar.layout.display = "none"
        self._say(list(last.lines[-12:]), wrong=bool(last.code))

    def _say(self, lines: list[str], *, wrong: bool = False) -> None:
        mark, colour = ("✗ ", "#a3170b") if wrong else ("", "inherit")
        said = "<br>".join(mark + html.escape(line) for line in lines)
        self.said.value = f'<div class="povlib-said" style="color:{colour}">{said}</div>'
