"""Errors in the planner's language.

Responsible for one thing: an error that says *what* is wrong, *where* (file, sheet, cell or line,
key), what is *allowed* and what to do *next*, in Chinese or English from the same catalogue.
Not responsible for catching anything: each room raises, the command line prints.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from povlib.words import text


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Parameters
    ----------
    what, allowed, remedy : str
        English message ids with ``{name}`` fields; translated when shown.
    where : str
        File, sheet, cell or line, key: shown as it is.
    values : dict
        Values for the ``{name}`` fields. Never personal data.

    Examples
    --------
    >>> fault = Fault("{n} rows have no key", where="a.xlsx!B4", values={"n": 3})
    >>> fault.show(lang="en")
    'a.xlsx!B4: 3 rows have no key'
    """

    what: str
    where: str = ""
    allowed: str = ""
    remedy: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def show(self, lang: str | None = None) -> str:
        """Return the fault as one line in `lang` (default: the language in use)."""
        parts = [f"{self.where}: " if self.where else "", text(self.what, lang, **self.values)]
        if self.allowed:
            parts.append(" " + text("Allowed: {allowed}", lang, allowed=text(self.allowed, lang, **self.values)))
        if self.remedy:
            parts.append(" " + text("Next: {remedy}", lang, remedy=text(self.remedy, lang, **self.values)))
        return "".join(parts)


def nearest_words(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known words nearest to `word`, the nearest first; none when none is near.

    Examples
    --------
    >>> nearest_words("S01-001", ["S01-0001", "S02-0007"], 1)
    ['S01-0001']
    """
    import difflib  # here: most commands know every word they were given

    # 0.6, difflib's own default: one slip in three letters is still found, another word is not; 50 before they are
    # put in order, since difflib puts the last of equally near keys first
    near = difflib.get_close_matches(str(word), {str(name) for name in known}, n=50, cutoff=0.6)
    ratio = {name: difflib.SequenceMatcher(None, name, str(word)).ratio() for name in near}
    return sorted(near, key=lambda name: (-ratio[name], name))[:most]


def nearest_word(word: str, known: Iterable[str]) -> str:
    """Return the known word nearest to `word`, or "" when none is near.

    Examples
    --------
    >>> nearest_word("amuont_yuan", ["amount_yuan", "names"])
    'amount_yuan'
    """
    near = nearest_words(word, known, 1)
    return near[0] if near else ""


def unknown_word_fault(
    what: str, word: str, known: Iterable[str], where: str, listed: Iterable[str] | None = None, **values: Any
) -> Fault:
    """Return the fault of a word that is not among the known ones, with the nearest as remedy.

    `listed` are those of them that are shown as allowed: all of them, unless some are names in another language.
    """
    pool = sorted({str(name) for name in known})
    near = nearest_word(word, pool)
    offered = pool if listed is None else sorted({str(name) for name in listed})
    # 20: what a reader still looks through
    shown = ", ".join(offered[:20]) + (" …" if len(offered) > 20 else "")
    return Fault(
        what,
        where,
        allowed="{known}" if pool else "",
        remedy="did you mean {near}?" if near else "",
        values={"value": word, "known": shown, "near": near, **values},
    )


class WorkbenchError(Exception):
    """Base of every error a planner may see; carries all faults found, not only the first.

    Examples
    --------
    >>> from povlib.words import language_in_use
    >>> with language_in_use("en"):
    ...     print(WorkbenchError("no such fund", where="funds.yaml:3"))
    funds.yaml:3: no such fund
    """

    def __init__(
        self,
        what: str | Iterable[Fault],
        *,
        where: str = "",
        allowed: str = "",
        remedy: str = "",
        **values: Any,
    ) -> None:
        if isinstance(what, str):
            self.faults: tuple[Fault, ...] = (Fault(what, where, allowed, remedy, values),)
        else:
            self.faults = tuple(what)
        super().__init__(self.faults)

    def show(self, lang: str | None = None) -> str:
        """Return all faults, one a line."""
        return "\n".join(fault.show(lang) for fault in self.faults)

    def __str__(self) -> str:
        return self.show()

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in the place of a traceback: the words alone, as on the command line."""
        return [f"✗ {self}"]


class ParameterError(WorkbenchError):
    """A value in ``params/`` or a scenario is missing, unknown or out of range."""


class MoneyError(WorkbenchError):
    """An amount that is no exact number of fen."""


class MonthError(WorkbenchError):
    """A text that is no month, or may mean more than one."""


class IntakeError(WorkbenchError):
    """A file that cannot be taken in."""


class LedgerError(WorkbenchError):
    """The ledger refuses, or does not agree with itself."""


class DataError(WorkbenchError):
    """A table handed to a room does not have the columns or values it needs."""


class ProblemError(WorkbenchError):
    """An allocation problem that contradicts itself."""


class InfeasiblePlanError(WorkbenchError):
    """Rules that cannot hold together, by name."""


class SolverError(WorkbenchError):
    """A solver that ended without a plan that can be trusted."""


class UnfinishedRelaxationError(SolverError):
    """A linear relaxation that did not end within its time: prices found step by step can take its place."""


class CertificateError(WorkbenchError):
    """A plan that does not hold what it says."""


class ReportError(WorkbenchError):
    """A paper that cannot be written."""


class PrivacyError(WorkbenchError):
    """Something personal is about to leave its place."""


class RunError(WorkbenchError):
    """A run that cannot be made, found or verified."""
