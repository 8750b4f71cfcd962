"""A practice area of any size: as many practice townships as its households fill, each under its own names.

Responsible for how many townships an area has, for their names and keys side by side, and for their workbooks or, for
areas where nobody would write workbooks, their ledger rows in Parquet. Not responsible for what happens in a township
(`povlib.sample.township`) or for what an office may spend there (`practice_params`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

import pandas as pd

from povlib.calendar import Month
from povlib.intake.form import form, township_form
from povlib.sample.housing.drawn_photos import write_photos
from povlib.sample.office.ledger_tables import ledger_rows
from povlib.sample.office.sheet_rows import sheets
from povlib.sample.office.village_survey import survey
from povlib.sample.office.village_workbooks import write_workbook, write_workbooks
from povlib.sample.township import Township, simulate
from povlib.sample.world import township_name

Progress = Callable[[str, float], None]

#: registered households of a township of 12 villages, and townships of a county
HOUSEHOLDS_OF_TOWNSHIP, TOWNSHIPS_OF_COUNTY = 340, 16
#: above this many households an office receives rows in Parquet: 118 workbooks are about what a desk can open
MOST_IN_WORKBOOKS = 20_000
#: columns whose values are numbered within a township, by sheet: another township writes its name before them
_KEYS_OF_SHEETS = {
    "enterprise_help": "help", "fair": "fair", "service": "service", "contract": "contract", "share": "contract",
    "schedule": "contract", "delivery": "contract", "relief": "payment", "medical_bill": "bill",
    "disaster_loss": "loss",
}  # fmt: skip
_KEYS_OF_TABLES = {
    "enterprise_help": "id", "job_fairs": "fair", "village_services": "service", "sale_contracts": "contract",
    "contract_shares": "contract", "contract_schedules": "contract", "deliveries": "contract",
    "relief_payments": "payment", "medical_bills": "bill", "disaster_losses": "loss",
}  # fmt: skip
#: tables with the incomes of every month, of which an office may have received the last months alone
_MONTHLY = ("observations", "transfers")
#: kinds of posts that every township has, the round of visits: one row for the area, in the first township's
_COMMON_KEYS = {"posts": "post", "post_terms": "post", "inspection_rounds": "round", "post": "post"}


def township_sizes(households: int) -> list[int]:
    """Return the registered households of each township of an area, as even as can be.

    Examples
    --------
    >>> township_sizes(340), township_sizes(5000)[:3], len(township_sizes(5000))
    ([340], [334, 334, 334], 15)
    """
    count = max(1, round(households / HOUSEHOLDS_OF_TOWNSHIP))
    each, more = divmod(households, count)
    return [each + (at < more) for at in range(count)]


def area_townships(households: int, seed: int = 2016) -> Iterator[Township]:
    """Yield the townships of an area, one at a time: the first is the practice township with its own names.

    Examples
    --------
    >>> [township.world.villages[0].name for township in area_townships(600)]
    ['联胜', '枫岭联胜']
    """
    for number, size in enumerate(township_sizes(households)):
        yield simulate(size, seed + number, number=number)


def area_rows(township: Township) -> dict[str, pd.DataFrame]:
    """Return the ledger rows of a township of an area, with keys that no other township of the area has."""
    return _under_own_keys(ledger_rows(township), _KEYS_OF_TABLES, township)


def _under_own_keys(
    frames: dict[str, pd.DataFrame], keys: dict[str, str], township: Township
) -> dict[str, pd.DataFrame]:
    """Put the township's name before keys that are numbered in it; leave out what the first township's rows say."""
    prefix = township.world.prefix
    if not prefix:
        return frames
    made = dict(frames)
    for name, column in keys.items():
        if name in made:
            made[name] = made[name].assign(**{column: prefix + made[name][column].astype("str")})
    for name, column in _COMMON_KEYS.items():
        if name in made and column in made[name]:
            own = made[name][column].astype("str").str.contains(prefix, regex=False)
            made[name] = made[name][own].reset_index(drop=True)
    return made


def write_area_workbooks(
    households: int, folder: Path | str, *, seed: int = 2016, progress: Progress | None = None
) -> list[Path]:
    """Write the workbooks of an area and its photos into `folder`, and return the workbooks.

    An area of one township has a workbook a village, as the practice township; a larger one has a workbook a
    township with all its villages, and one of the township's own sheets.

    Parameters
    ----------
    households : int
        Registered households of the area.
    folder : path
        Made if it is not there.
    """
    target, files, sizes = Path(folder), [], township_sizes(households)
    target.mkdir(parents=True, exist_ok=True)
    for done, township in enumerate(area_townships(households, seed), start=1):
        if len(sizes) == 1:
            return write_workbooks(township, target)
        files += _write_township(township, target)
        if progress:
            progress("workbooks", done / len(sizes))
    return files


def _write_township(township: Township, target: Path) -> list[Path]:
    """Write the two workbooks of a township of an area, and the photos of its houses."""
    rows = _under_own_keys(sheets(township), _KEYS_OF_SHEETS, township)
    month, number = str(Month.from_ordinal(township.last)), township.world.number
    place = f"{township_name(number)}乡"
    files = [target / f"{number + 1:03d}_{place}_{month}.xlsx", target / f"台账-{place}_{month}.xlsx"]
    for path, asked in zip(files, (form(), township_form()), strict=True):
        write_workbook(path, asked, place, month, rows, township)
    write_photos(township, target / "photos")
    return files


def write_area_tables(
    households: int,
    folder: Path | str,
    *,
    seed: int = 2016,
    months: int | None = None,
    beside: Executor | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write the ledger rows of an area, a folder a county with one Parquet file a table, and return the folders.

    No names and no identity numbers are among them; ``note.txt`` in every folder says that it is synthetic.

    Parameters
    ----------
    months : int, optional
        Last months of incomes that the office received; default all that there are.
    beside : Executor, optional
        Processes that share the counties; the files are the same without.
    """
    target, townships = Path(folder), len(township_sizes(households))
    firsts = range(0, townships, TOWNSHIPS_OF_COUNTY)
    places = [target / f"{number:03d}_县" for number in range(1, len(firsts) + 1)]
    write = partial(_write_county, households, seed, months)
    folders: list[Path] = []
    for place in beside.map(write, firsts, places) if beside else map(write, firsts, places):
        folders.append(place)
        if progress:
            progress("rows", len(folders) / len(places))
    return folders


def _write_county(households: int, seed: int, months: int | None, first: int, place: Path) -> Path:
    """Write the tables of the townships of one county side by side: a process' own piece of work."""
    parts: dict[str, list[pd.DataFrame]] = {}
    banner = ""
    for number, size in list(enumerate(township_sizes(households)))[first : first + TOWNSHIPS_OF_COUNTY]:
        township = simulate(size, seed + number, number=number)
        banner, since = township.world.banner, township.last - months if months else 0
        for name, frame in area_rows(township).items():
            parts.setdefault(name, []).append(frame[frame["month"] > since] if name in _MONTHLY else frame)
    place.mkdir(parents=True, exist_ok=True)
    for name, frames in parts.items():
        pd.concat(frames, ignore_index=True).to_parquet(place / f"{name}.parquet", index=False)
    (place / "note.txt").write_text(banner + "\n", encoding="utf-8")
    return place


def area_survey(households: int, seed: int = 2016) -> pd.DataFrame:
    """Return the village survey of the area: that of its first townships, up to a county of 16.

    Interviews are numbered through; weights stay those of their own township.
    """
    parts = []
    for township in area_townships(min(households, TOWNSHIPS_OF_COUNTY * HOUSEHOLDS_OF_TOWNSHIP), seed):
        prefix = f"{township.world.number + 1:02d}" if township.world.number else ""
        found = survey(township)
        parts.append(found.assign(survey_id=prefix + found["survey_id"], cluster=found["cluster"].astype("str")))
    return pd.concat(parts, ignore_index=True)
