"""What the parts of a panel need of the whole: the run it started from, what was moved, and to be asked again.

Responsible for that shape alone, so that parts do not import the panel they belong to.
"""

from __future__ import annotations

from typing import Protocol

from povlib.runs.live.answer_search import AnswerSearch
from povlib.runs.run import Run


class PanelState(Protocol):
    """A panel, as its parts see it.

    Attributes
    ----------
    pins : dict
        Household -> rule that is tried.
    """

    run: Run
    lang: str
    pins: dict[str, str]
    search: AnswerSearch

    @property
    def changes(self) -> dict[str, str]:
        """Changed parameters: dotted key -> value, beside those of the run."""
        ...

    def ask(self) -> None:
        """Show what is known of the present parameters, and search for the final answer."""
        ...
