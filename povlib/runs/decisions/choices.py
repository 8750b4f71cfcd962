"""What can be decided for each household of a run, in words: its package, its other packages, what was decided before.

Responsible for names of packages that are told apart within a household, in either language, and for finding the
package that a name means. Not responsible for sheets, tables on screen or the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd

from povlib.calendar import Month
from povlib.params.tables import fold_text
from povlib.report.writers import decision_sheet
from povlib.runs.area.part_run import PartRun
from povlib.runs.decisions.package_rules import NOTHING, package_contents
from povlib.runs.facts.proposal import planned_households
from povlib.runs.run import Run
from povlib.words import language_column, languages, text


def package_names(run: Run, lang: str) -> pd.Series:
    """Return what each package is called, with the month it begins in; by package."""
    packages = run.offer.packages
    names = packages[language_column("label", lang)].astype(str)
    begins = [
        "" if pd.isna(start) else text(" (from {month})", lang, month=Month.from_ordinal(int(start)).label(lang))
        for start in packages["start"]
    ]
    return pd.Series([name + begin for name, begin in zip(names, begins, strict=True)], index=packages["package"])


def household_choices(run: Run, lang: str) -> pd.DataFrame:
    """Return one row a household of the plan with what may be decided for it.

    Parameters
    ----------
    run : Run
        Who offered the households their packages (`povlib.runs.decisions.offering_runs`).

    Returns
    -------
    DataFrame
        hh, village, members, package, plan (its name), nothing (whether that is no new help), money_fen, p0, p (chances
        of exit without and with it), others (names of its other packages), by village, then hh.
    """
    rows = _planned_rows(run)
    names = package_names(run, lang)
    owner = run.offer.packages.set_index("package")["hh"]
    named = names.groupby(owner.reindex(names.index).to_numpy())
    listed = {str(hh): own for hh, own in named}
    frame = pd.DataFrame(
        {
            "hh": rows["hh"],
            "village": rows["village"],
            "members": rows["members"],
            "package": rows["package"],
            "plan": rows["package"].map(names),
            "nothing": rows["k"] == 0,
            "money_fen": rows["money_fen"],
            "p0": rows["p0"],
            "p": rows["p"],
            "others": [
                tuple(listed[str(hh)].drop(package)) for hh, package in rows[["hh", "package"]].itertuples(index=False)
            ],
        }
    )
    order = {village.name: at for at, village in enumerate(run.catalogue.villages.values())}
    return frame.assign(at=frame["village"].map(order)).sort_values(["at", "hh"], ignore_index=True).drop(columns="at")


def _planned_rows(run: Run) -> pd.DataFrame:
    """Return the planned households of a run, of a part from what it kept of its plan: hh, village, package, p, ..."""
    if not isinstance(run, PartRun):
        return planned_households(run)
    rows = run.expected_exits.frames["households"]
    return rows.assign(**{name: rows[name].where(rows["assessable"].astype(bool)) for name in ("p0", "p")})


class PackageLookup:
    """What is meant by the name of a package, in either language, by household.

    Parameters
    ----------
    run : Run
        Who offered the households their packages (`povlib.runs.decisions.offering_runs`).
    """

    def __init__(self, run: Run) -> None:
        self._owner = run.offer.packages.set_index("package")["hh"].astype(str)
        self.contents = package_contents(run.offer)
        self.planned = run.chosen.set_index("hh")["package"].astype(self._owner.index.dtype)
        self._meant: dict[str, dict[str, int | str]] = {}
        for lang in languages():
            names = package_names(run, lang)
            for package, name, hh in zip(names.index, names, self._owner.reindex(names.index), strict=True):
                self._meant.setdefault(hh, {})[_folded(name)] = package

    def contents_named(self, hh: str, name: str) -> str | None:
        """Return what the package contains that a name means; None where it means none."""
        package = self._meant.get(hh, {}).get(_folded(name))
        return None if package is None else str(self.contents.loc[package])

    def meaning(self, hh: str, words: str) -> tuple[str, str, str]:
        """Return what a decision in words means for a household, in either language.

        Parameters
        ----------
        words : str
            As the drop-down of the sheet has it (`povlib.report.writers.decision_sheet`).

        Returns
        -------
        tuple of str
            Verdict, contents of the package, and the rule of intake that the words break ("" for none).
        """
        folded = _folded(words)
        if folded in _spellings(decision_sheet.approve_words, "approve", "approved"):
            return "approved", self.planned_contents(hh), ""
        if folded in _spellings(decision_sheet.refuse_words, "refuse", "refused"):
            return "refused", "", "decision_nothing" if self.is_nothing(hh) else ""
        for lang in languages():
            begin = _folded(decision_sheet.change_words("", lang))
            if folded.startswith(begin):
                meant = folded.removeprefix(begin).lstrip(":")
                if not meant:
                    return "by_hand", "", "decision_no_package"
                package = self.contents_named(hh, meant)
                if package is None:
                    return "by_hand", "", "decision_package"
                return ("approved" if package == self.planned_contents(hh) else "by_hand"), package, ""
        return "", "", "decision_word"

    def is_nothing(self, hh: str) -> bool:
        """Say whether the plan gives a household nothing new."""
        return self.planned_contents(hh) == NOTHING

    def planned_contents(self, hh: str) -> str:
        """Return what the plan's package of a household contains."""
        return str(self.contents[self.planned[hh]])


def _spellings(words: Callable[[str], str], *short: str) -> set[str]:
    """Return how a decision may be written: as the list has it in either language, or in one English word."""
    return {_folded(words(lang)) for lang in languages()} | set(short)


@cache
def _folded(name: str) -> str:
    return fold_text(name)
