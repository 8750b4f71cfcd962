"""What a column says of its own values: codes for "not known", amounts in another unit, values far from all others.

Responsible for learning a column from itself, from the village, from the household's own months and from households of
all sizes, and for asking about what does not fit. Nothing is rescaled: a cell that is asked about is not known until
the village has answered. Not responsible for bounds (`povlib.intake.values`) or for what a ledger holds
(`povlib.intake.records.loading`, which hands over a household's past).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.intake.sheets.checked_sheet import ROW_COLUMN, CheckedSheet
from povlib.intake.sheets.file_check import FileCheck
from povlib.intake.verdict import Flag, cap_flags, mask_value
from povlib.money import FEN_PER_YUAN

Numbers = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.intp]

# Codes that surveys give to "don't know", "refused" and "does not apply": runs of 9, 8 or 7, and the two or three
# numbers below a run of nines (Demographic and Health Surveys, LSMS, Kobo and ODK templates).
_RUNS = [int(digit * length) for digit in "987" for length in range(2, 8)]
_CODES = frozenset([*_RUNS, *(int("9" * length) - less for length in range(2, 8) for less in (1, 2, 3))])
_SINGLE_DIGITS = frozenset(range(1, 10))
# A value is far off where it lies this many robust standard deviations from the middle of the logarithms; 4 leaves one
# in sixteen thousand of honest log-normal values, 6 practically none.
_FAR_OFF = 4.0
_VERY_FAR_OFF = 6.0
# The spread is never taken to be below this (a factor of 1.16): half of a column may repeat one amount.
_LEAST_SPREAD = 0.15
# Another unit: 百元 and 千元 for yuan, or the other way; by ten thousand `povlib.intake.values.amounts` asks already,
# but knows the column alone.
_FACTORS = (100.0, 1000.0, 10_000.0)
# Put right, such an amount lies within this factor of the middle, or within 2.5 standard deviations.
_NEAR = 2.5
# How many values a middle needs: a column or village; the months of one household, which differ less.
_LEAST_COLUMN, _LEAST_OWN = 6, 5
# An honest value may be rare; it is asked about, and loads, from this factor on.
_ODD_FACTOR = 20.0
_NUMERIC = ("money", "number", "integer")


def question_unlike_values(check: FileCheck) -> None:
    """Flag codes for "not known", amounts in another unit and odd values in every numeric column of a file.

    A code is taken as not known. So is an amount in another unit where a row is a household and its like are many; in
    lists of months and of measures, where honest amounts differ more, it loads with a question.
    """
    villages, sizes = _by_household(check)
    for sheet in check.sheets:
        groups = _Groups(sheet)
        for field in sheet.layout.columns:
            if field.kind not in _NUMERIC or field.key not in sheet.places or field.wide:
                continue
            values = _in_units(sheet, field.key)
            coded = survey_codes(values)
            _refuse(sheet, field.key, coded, "survey_code")
            values[coded] = np.nan
            if field.kind != "money":
                continue
            if sheet.layout.unique == ("hh",):
                _question_households(sheet, field.key, values, villages, sizes)
            else:
                _question_list(sheet, field.key, values, groups)


class _Groups:
    """The rows of a list that are held against each other, told apart once for all its columns.

    `codes` has a number a group, -1 where a row is of none.
    """

    def __init__(self, sheet: CheckedSheet) -> None:
        self.sheet = sheet
        self.by = next((name for name in ("measure", "kind", "hh") if name in sheet.frame), "")

    @cached_property
    def codes(self) -> Codes:
        return pd.factorize(self.sheet.frame[self.by].astype("str").to_numpy())[0]


def _question_households(
    sheet: CheckedSheet, key: str, values: Numbers, villages: Mapping[str, str], sizes: Mapping[str, int]
) -> None:
    """Refuse amounts in another unit than the village's, the column's and those of households of all sizes."""
    hh = sheet.frame["hh"].astype("str")
    size = np.array([sizes.get(each, 0) for each in hh], dtype=np.float64)
    per_head = np.where(size > 0, values / np.where(size > 0, size, 1.0), np.nan)
    village = pd.Series([villages.get(each, "") for each in hh], index=hh.index, dtype="str")
    known = village.where(np.isfinite(values) & (values > 0), "")
    # a village too small to have a middle of its own is held against all such; where villages are large enough, a
    # county of poor and rich ones says nothing
    large = known.groupby(known).transform("size").to_numpy() >= _LEAST_COLUMN
    beside = np.where(large & (known != "").to_numpy(), village, "")
    asked = np.zeros(len(values), dtype=bool)
    for rule, found in (
        ("slip_village", other_unit(values, beside, _LEAST_COLUMN) & (beside != "")),
        ("slip_column", other_unit(values, beside, _LEAST_COLUMN) & (beside == "")),
        ("slip_size", other_unit(per_head, beside, _LEAST_COLUMN)),
    ):
        _refuse(sheet, key, found & ~asked, rule)
        asked |= found
    _flag(sheet, key, odd_values(np.where(asked, np.nan, values)), "odd_amount")


def _question_list(sheet: CheckedSheet, key: str, values: Numbers, groups: _Groups) -> None:
    """Ask about amounts in another unit than the household's other months, or than other rows of the measure."""
    if not groups.by:
        return
    own = groups.by == "hh"
    found = _other_unit_of_codes(values, groups.codes, _LEAST_OWN if own else _LEAST_COLUMN)
    if found.any():
        _flag(sheet, key, found & _rare(found, groups.codes) & _extreme(values), "asks_own" if own else "asks_column")


def _extreme(values: Numbers) -> Mask:
    """Return the values beyond all but a fiftieth of their column: what other rows have too needs no question."""
    positive = values[np.isfinite(values) & (values > 0)]
    low, high = np.quantile(positive, (0.02, 0.98)) if len(positive) else (0.0, 0.0)
    with np.errstate(invalid="ignore"):
        return np.asarray((values < low) | (values > high))


def _rare(found: Mask, codes: Codes) -> Mask:
    """Return the rows of groups in which at most one row of twenty, or one in all, is found: a harvest comes again."""
    counts = np.bincount(codes[found & (codes >= 0)], minlength=codes.max() + 1)
    sizes = np.bincount(codes[codes >= 0], minlength=len(counts))
    return (codes >= 0) & (counts <= np.maximum(1, sizes // 20))[codes]


def question_against_past(sheet: CheckedSheet, key: str, past: Mapping[str, Sequence[float]]) -> None:
    """Ask about amounts of a sheet that are in another unit than the household's own past in the ledger.

    Parameters
    ----------
    sheet : CheckedSheet
    key : str
        A money column.
    past : mapping
        Household -> amounts of its months before, in fen.
    """
    known = {hh: np.asarray([v for v in amounts if v > 0], dtype=np.float64) for hh, amounts in past.items()}
    asked = np.zeros(len(sheet.frame), dtype=bool)
    for at, (hh, value) in enumerate(zip(sheet.frame["hh"], sheet.frame[key], strict=True)):
        before = known.get(str(hh), np.empty(0))
        if value is not None and value > 0 and len(before) >= _LEAST_OWN:
            asked[at] = _is_another_unit(np.log([float(value)]), *_middle_and_spread(np.log(before)))[0]
    _flag(sheet, key, asked, "asks_own")


def survey_codes(values: Numbers) -> Mask:
    """Return which values of a column are codes for "not known" rather than values.

    A negative code is one where it is a run of nines, is repeated, or nothing else in the column is negative. A
    positive one must be repeated or have five digits, and lie beyond all that are no codes.

    Examples
    --------
    >>> survey_codes(np.array([2800.0, 3100.0, -99.0, 2950.0, 99999.0, 3300.0, 2700.0])).tolist()
    [False, False, True, False, True, False, False]
    >>> survey_codes(np.array([2800.0, 9999.0, 9000.0, 8500.0, 10500.0, 7700.0])).any()
    np.False_
    """
    size = np.abs(values)
    whole = np.isfinite(values) & (size == np.floor(size))
    coded = whole & np.isin(size, list(_CODES))
    single = whole & np.isin(size, list(_SINGLE_DIGITS))
    negative = values < 0
    if not (coded.any() or (single & negative).any()):  # as in most columns
        return np.zeros(len(values), dtype=bool)
    honest_loss = bool((negative & ~coded & ~single).any())
    repeated = pd.Series(values).duplicated(keep=False).to_numpy() & np.isfinite(values)
    nines = np.isin(size, [run for run in _RUNS if str(run)[0] == "9"])
    below = negative & ((coded & (nines | repeated | (not honest_loss))) | (single & repeated & (not honest_loss)))
    rest = values[np.isfinite(values) & (values > 0) & ~coded]
    if len(rest) < _LEAST_COLUMN - 1:
        return np.asarray(below)
    middle, spread = _middle_and_spread(np.log(rest))
    with np.errstate(invalid="ignore", divide="ignore"):
        far = (np.log(size) - middle > _FAR_OFF * spread) & (size > rest.max())
    # two digits may be anything: a subsidy of 98 yuan is paid to many
    above = coded & (values >= 100) & far & (repeated | (size >= 10_000))
    # repeated and beyond everything else in the column, however near: nobody else earns exactly 9,999 there
    above |= np.isin(values, _RUNS) & (values >= 100) & repeated & ((values > rest.max()) | (values < rest.min()))
    return np.asarray(below | above)


def other_unit(values: Numbers, groups: npt.NDArray[np.generic], least: int) -> Mask:
    """Return which positive values of each group lie a hundred, thousand or ten thousand times off its middle.

    Parameters
    ----------
    values : array of float
        NaN where not known; zero and below are left out.
    groups : array
        The group of each value.
    least : int
        Values that a group needs.

    Examples
    --------
    >>> amounts = np.array([2800.0, 3100.0, 29.0, 2950.0, 33.0, 3300.0, 2700.0])
    >>> other_unit(amounts, np.zeros(7), 6).tolist()
    [False, False, True, False, True, False, False]
    """
    return _other_unit_of_codes(values, pd.factorize(np.asarray(groups))[0], least)


def _other_unit_of_codes(values: Numbers, codes: Codes, least: int) -> Mask:
    """Return what `other_unit` says of groups that are numbered, -1 for a row of none: all groups at once."""
    found = np.zeros(len(values), dtype=bool)
    places = np.flatnonzero(np.isfinite(values) & (values > 0) & (codes >= 0))
    if not len(places):
        return found
    many = np.bincount(codes[places])[codes[places]] >= least
    places = places[many]
    if len(places):
        logs, own = np.log(values[places]), np.unique(codes[places], return_inverse=True)[1]
        middles = _medians(logs, own)
        spreads = np.maximum(1.4826 * _medians(np.abs(logs - middles[own]), own), _LEAST_SPREAD)
        found[places] = _is_another_unit(logs, middles[own], spreads[own])
    return found


def _medians(values: Numbers, codes: Codes) -> Numbers:
    """Return the median of each group numbered from 0, none of them empty."""
    ordered = values[np.lexsort((values, codes))]
    sizes = np.bincount(codes)
    first = np.cumsum(sizes) - sizes
    low, high = ordered[first + (sizes - 1) // 2], ordered[first + sizes // 2]
    # of an odd number the middle one itself: half of twice a number is that number
    return np.asarray((low + high) / 2)


def odd_values(values: Numbers) -> Mask:
    """Return which positive values lie very far from the middle of their column, by whatever factor."""
    found = np.zeros(len(values), dtype=bool)
    positive = np.flatnonzero(np.isfinite(values) & (values > 0))
    if len(positive) >= _LEAST_COLUMN:
        logs = np.log(values[positive])
        middle, spread = _middle_and_spread(logs)
        off = np.abs(logs - middle)
        found[positive] = (off > _VERY_FAR_OFF * spread) & (off > np.log(_ODD_FACTOR))
    return found


def _middle_and_spread(logs: Numbers) -> tuple[float, float]:
    """Return the median of logarithms and a robust standard deviation (1.4826 times the median absolute deviation)."""
    middle = float(np.median(logs))
    return middle, max(1.4826 * float(np.median(np.abs(logs - middle))), _LEAST_SPREAD)


def _is_another_unit(logs: Numbers, middle: float | Numbers, spread: float | Numbers) -> Mask:
    off = np.abs(logs - middle)
    found = np.zeros(len(logs), dtype=bool)
    for factor in _FACTORS:
        # wide columns hold honest values that far apart: nothing can be told there
        narrow = _FAR_OFF * spread < np.log(factor) - np.log(_NEAR)
        left = np.abs(off - np.log(factor))
        found |= narrow & (off > _FAR_OFF * spread) & (left < np.maximum(2.5 * spread, np.log(_NEAR)))
    return found


def _in_units(sheet: CheckedSheet, key: str) -> Numbers:
    """Return a column as people see it: money in yuan; NaN where not known."""
    column = pd.to_numeric(sheet.frame[key], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan).copy()
    return column / FEN_PER_YUAN if sheet.layout.field(key).kind == "money" else column


def _by_household(check: FileCheck) -> tuple[dict[str, str], dict[str, int]]:
    """Return village and number of members of each household, as far as the file says them."""
    villages: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for sheet in check.sheets:
        frame = sheet.frame
        if "hh" not in frame:
            continue
        if "village" in frame:
            villages |= {str(hh): str(v) for hh, v in frame[["hh", "village"]].dropna().itertuples(index=False)}
        if "size" in frame:
            sizes |= {str(hh): int(n) for hh, n in frame[["hh", "size"]].dropna().itertuples(index=False)}
        elif "person" in frame and sheet.layout.table == "member":
            sizes |= {str(hh): int(n) for hh, n in frame.groupby("hh")["person"].nunique().items()}
    return villages, sizes


def _refuse(sheet: CheckedSheet, key: str, found: Mask, rule: str) -> None:
    """Flag cells and take them as not known."""
    if found.any():
        _flag(sheet, key, found, rule)
        sheet.frame.loc[np.asarray(found), key] = None


def _flag(sheet: CheckedSheet, key: str, found: Mask, rule: str) -> None:
    field = sheet.layout.field(key)
    flags = []
    for at in np.flatnonzero(found):
        value = sheet.frame[key].iloc[at]
        shown = f"{value / FEN_PER_YUAN:.2f}".removesuffix(".00") if field.kind == "money" else f"{value:g}"
        place = sheet.cell(int(sheet.frame[ROW_COLUMN].iloc[at]), key)
        flags.append(Flag(sheet.name, place, rule, {"field": field.header, "got": mask_value(shown)}))
    sheet.flags.extend(cap_flags(flags))
