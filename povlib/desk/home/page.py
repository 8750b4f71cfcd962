"""The home page in a notebook: its parts as HTML, brought up to date when a job has ended; the inbox read behind it.

Responsible for what is shown when. What is saved with the notebook is plain HTML, so that it can be read without a
kernel. Not responsible for the facts (`povlib.runs.routine.start_page`) or for jobs (`povlib.desk.home.job`).
"""

from __future__ import annotations

import html
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from povlib.desk.home.buttons import JobPanel, commands_in_words
from povlib.desk.home.front_end import is_live
from povlib.desk.home.paper_links import papers_list
from povlib.errors import WorkbenchError
from povlib.report.writers.notebook_page import Part
from povlib.runs.routine.recent_runs import recent_runs
from povlib.runs.routine.start_page import StartPage, start_page
from povlib.words import language_in_use, text

if TYPE_CHECKING:
    from povlib.places import Office

INBOX, RUNS = "inbox", "runs"


@dataclass
class Home:
    """The home page of an office.

    Parameters
    ----------
    page : StartPage
        Its facts.
    live : bool
        Whether somebody sits before it: then the inbox is read in the background and there are buttons.

    Examples
    --------
    A notebook shows each part in a cell of its own: ``home["ledger"]``, ``home["inbox"]``, ``home.buttons``.
    """

    page: StartPage
    live: bool = False
    _shown: dict[str, Any] = field(default_factory=dict, repr=False)

    def __getitem__(self, key: str) -> ShownPart:
        """Return a part; a notebook shows it, and `refresh` brings it up to date where it stands."""
        return ShownPart(self, key)

    @property
    def office(self) -> Office:
        """The office of the page."""
        return self.page.place.office

    @property
    def buttons(self) -> Any:
        """The main jobs as buttons; where nobody is there to press them, the commands they stand for."""
        with language_in_use(self.page.lang):
            if not self.live:
                return Part(commands_in_words(self.office), "")
            return JobPanel(self.page.place, self.page.lang, self.refresh).widget

    def made(self, key: str) -> Part:
        """Return a part, worked out now."""
        part = self.page[key]
        return Part(part.html + self._paper_links(), part.words) if key == RUNS else part

    def _paper_links(self) -> str:
        with language_in_use(self.page.lang):
            try:
                made = recent_runs(self.page.place)
            except (WorkbenchError, OSError):
                return ""
            return papers_list(made, self.office, live=self.live)

    def refresh(self) -> None:
        """Bring every part that is shown up to date, the inbox among them."""
        if INBOX in self._shown:
            self._update(INBOX)
        for key in [key for key in self._shown if key != INBOX]:
            self._update(key)

    def _update(self, key: str) -> None:
        from IPython.display import HTML

        self._shown[key].update(HTML(self.made(key).html))

    def show(self, key: str) -> None:
        """Show a part in the cell that runs; the inbox appears when it has been read, and what is due then anew."""
        from IPython.display import HTML, display

        if not (self.live and key == INBOX):
            self._shown[key] = display(HTML(self.made(key).html), display_id=True)
            return
        waiting = text("The inbox is being looked at …", self.page.lang)
        self._shown[key] = display(HTML(f"<p>{html.escape(waiting)}</p>"), display_id=True)
        threading.Thread(target=self._read_inbox, daemon=True).start()

    def _read_inbox(self) -> None:
        self._update(INBOX)
        # files that are refused are due too
        if "due" in self._shown and self.page.files is not None and self.page.files.verdicts:
            self._update("due")


@dataclass(frozen=True)
class ShownPart:
    """A part of the home page; a notebook shows it as HTML, a terminal as plain words."""

    home: Home
    key: str

    def _ipython_display_(self) -> None:
        self.home.show(self.key)

    def __repr__(self) -> str:
        return self.home.made(self.key).words


def open_home(lang: str = "") -> Home:
    """Return the home page of the office in use.

    Parameters
    ----------
    lang : str
        One of `povlib.words.languages`; empty: the language in use.

    Raises
    ------
    RunError
        If there is no such office.
    """
    return Home(start_page(lang), is_live())
