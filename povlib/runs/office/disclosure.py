"""What an office's statistics have shown and hidden so far: later tables are made with it in mind.

Responsible for one threshold an office and for the cells that were ever hidden, which stay hidden: a table shown
later, beside an earlier one, would give the earlier one's small counts away. Not responsible for what must be hidden
in one table (`povlib.report.privacy.small_cells`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from povlib.errors import RunError
from povlib.report.pages.village_statistics import StatisticsFacts
from povlib.runs.office.office_place import Place
from povlib.runs.storage.text_files import write_text

_FILE = "statistics-shown.json"
#: the larger of the usual choices of statistical offices, 3 to 5
FIRST_LEAST = 5
Cells = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Disclosure:
    """What was given out: the office's threshold, and by table the cells (village, label) that were hidden."""

    least: int | None = None
    hidden: Mapping[str, Cells] = field(default_factory=dict)

    def least_allowed(self, wanted: int | None) -> int:
        """Return the smallest count that may be shown.

        Raises
        ------
        RunError
            If a smaller one is wanted than the office has kept to.

        Examples
        --------
        >>> Disclosure(5).least_allowed(None), Disclosure().least_allowed(3)
        (5, 3)
        """
        if wanted is None:
            return self.least or FIRST_LEAST
        if self.least is not None and wanted < self.least:
            raise RunError(
                "this office has hidden counts below {least}: with a smaller limit they would come to light",
                remedy="python3 workbench.py statistics --least {least}",
                least=self.least,
            )
        return wanted


def read_disclosure(place: Place) -> Disclosure:
    """Return what an office's statistics have shown and hidden so far."""
    path = place.office.receipts / _FILE
    if not path.is_file():
        return Disclosure()
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        hidden = {name: frozenset((str(a), str(b)) for a, b in cells) for name, cells in said["hidden"].items()}
        return Disclosure(int(said["least"]), hidden)
    except (ValueError, KeyError, TypeError):
        # without it a later table could give an earlier one away: better none than that
        raise RunError(
            "what the statistics hid so far cannot be read", where=str(path), remedy="put the file back from a backup"
        ) from None


def write_disclosure(place: Place, before: Disclosure, facts: StatisticsFacts) -> None:
    """Add the hidden cells of new tables to those of earlier ones, whose rows may be gone from the new."""
    hidden = {}
    for name, frame in facts.tables.items():
        gone = frame.isna().to_numpy()
        now = {(str(frame.index[r]), str(frame.columns[c])) for r, c in zip(*gone.nonzero(), strict=True)}
        hidden[name] = sorted(now | before.hidden.get(name, frozenset()))
    place.office.receipts.mkdir(parents=True, exist_ok=True)
    said = {"least": facts.least, "hidden": hidden}
    write_text(place.office.receipts / _FILE, json.dumps(said, ensure_ascii=False, indent=1) + "\n")
