"""What is odd about a scenario though nothing is wrong: money and posts that no month of help can use.

Responsible for warnings that need both the catalogue and the settings. Not responsible for faults
(`povlib.scenarios.layers`).
"""

from __future__ import annotations

from collections.abc import Iterator

from povlib.errors import Fault
from povlib.params import Catalogue, Settings, Window


def scenario_warnings(catalogue: Catalogue, settings: Settings) -> tuple[Fault, ...]:
    """Return the warnings of the catalogue and of a plan with these settings.

    Examples
    --------
    >>> from povlib import params, places
    >>> from povlib.calendar import Month
    >>> catalogue = params.load(places.DATA / "sample" / "params")
    >>> late = params.Settings(help_from=Month(2016, 12))
    >>> where = [fault.where for fault in scenario_warnings(catalogue, late)]
    >>> [file for file in where if not file.startswith("openings.yaml")]
    ['support.yaml yulu', 'support.yaml school_aid', 'funds.yaml helper']
    >>> sorted({file.split()[1] for file in where if file.startswith("openings.yaml")})
    ['helper_workshop', 'parts_room', 'rice_noodle_line', 'tea_school']
    """
    months = Window(**{"from": settings.help_from, "to": settings.help_to})
    return (
        *catalogue.warnings,
        *_closed_windows(catalogue, months),
        *_closed_openings(catalogue, months),
        *_parted_townships(catalogue),
    )


def _parted_townships(catalogue: Catalogue) -> Iterator[Fault]:
    """Yield townships whose villages stand in several places of the list: two of one name would count as one."""
    runs: dict[str, list[str]] = {}
    before = ""
    for key, village in catalogue.villages.items():
        if village.township and village.township != before:
            runs.setdefault(village.township, []).append(key)
        before = village.township
    for township, first in runs.items():
        if len(first) > 1:
            yield Fault(
                "the villages of township {township} stand in {n} places of the list and count as one township",
                f"villages.yaml {first[1]}",
                remedy="if they are two townships of one name, name the county of each: county/{township}",
                values={"township": township, "n": len(first)},
            )


def _closed_openings(catalogue: Catalogue, months: Window) -> Iterator[Fault]:
    """Yield openings in a month in which no help of this plan can start."""
    for key, opening in catalogue.openings.items():
        for month in (month for month in opening.opening_yuan if opening.filled and month not in months):
            yield Fault(
                "it would open in {month}, when no help of this plan can start",
                f"openings.yaml {key}",
                remedy="change its months, or the months of help in the scenario",
                values={"month": month},
            )


def _closed_windows(catalogue: Catalogue, months: Window) -> Iterator[Fault]:
    """Yield measures, funds and posts that are open in none of the months of help."""
    windows: list[tuple[str, str, Window | None]] = [
        *(("support.yaml", key, measure.periods) for key, measure in catalogue.measures.items()),
        *(("funds.yaml", key, fund.window) for key, fund in catalogue.funds.items() if fund.amount_fen),
        *(("posts.yaml", key, post.months) for key, post in catalogue.posts.items() if post.capacity),
    ]
    for file, key, window in windows:
        if window is not None and (window.to < months.from_ or window.from_ > months.to):
            yield Fault(
                "it is open from {first} to {last}, when no help of this plan can start",
                f"{file} {key}",
                remedy="change its months, or the months of help in the scenario",
                values={"first": window.from_, "last": window.to},
            )
