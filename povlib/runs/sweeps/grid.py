"""The grid of a sweep: which keys vary, and over which values, as people type them.

Responsible for reading ranges and lists. Not responsible for whether a key or a value can be: each point is checked
like any change of the command line (`povlib.runs.sweeps.points`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from itertools import product
from math import prod

from povlib.errors import Fault, MoneyError, ParameterError
from povlib.money import FEN_PER_YUAN, typed_fen

# a choice: at some four seconds a point half an hour on two cores; more is a mistyped number of steps
MOST_POINTS = 500
_RANGE = re.compile(r"(?P<first>.+?)\s*\.\.\s*(?P<last>.+?)\s*/\s*(?P<count>\d+)")
# what stands between the values of a list, on either keyboard
_BETWEEN = re.compile(r"[,，、;；]")
_PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*[%％]")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:[,，]000)+(?!\d)")
_FORM = "KEY=FIRST..LAST/COUNT or KEY=VALUE,VALUE"
_SHARE_PLACES = 6  # decimal places of evenly spaced shares and the like: finer than any of them is known


@dataclass(frozen=True)
class Axis:
    """One key and the values it takes, as they would be typed after ``--set``."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """Every combination of the values of some keys.

    Examples
    --------
    >>> grid = grid_of(["funds.special.amount_yuan=20万元..60万元/3", "settings.margin=0,0.1"])
    >>> len(grid), next(iter(grid))
    (6, {'funds.special.amount_yuan': '200000', 'settings.margin': '0'})
    """

    axes: tuple[Axis, ...]

    def __len__(self) -> int:
        return prod(len(axis.values) for axis in self.axes)

    def __iter__(self) -> Iterator[dict[str, str]]:
        keys = [axis.key for axis in self.axes]
        for values in product(*(axis.values for axis in self.axes)):
            yield dict(zip(keys, values, strict=True))


def grid_of(words: Sequence[str], fixed: Sequence[str] = ()) -> Grid:
    """Return the grid that some ``--vary`` words describe.

    Parameters
    ----------
    fixed : sequence of str
        Keys that are set to one value for all points: none of them may vary too.

    Raises
    ------
    ParameterError
        With everything that cannot be read, all at once.
    """
    faults: list[Fault] = []
    axes: list[Axis] = []
    for word in words:
        try:
            axes.append(_axis(word))
        except ParameterError as error:
            faults += error.faults
    seen: set[str] = set(fixed)
    for axis in axes:
        if axis.key in seen:
            what = "{key} is set and varied, or varied twice"
            faults.append(Fault(what, f"--vary {axis.key}", values={"key": axis.key}))
        seen.add(axis.key)
    grid = Grid(tuple(axes))
    if not faults and len(grid) > MOST_POINTS:
        faults = [Fault("{n} points are more than one sweep takes ({most})", "--vary", "", "take fewer steps, or sweep "
                        "one key after the other", {"n": len(grid), "most": MOST_POINTS})]  # fmt: skip
    if faults:
        raise ParameterError(faults)
    return grid


def _axis(word: str) -> Axis:
    """Return one axis of ``KEY=FIRST..LAST/COUNT`` or ``KEY=VALUE,VALUE``."""
    key, equals, said = (part.strip() for part in word.partition("="))
    if not (key and equals and said):
        raise ParameterError("{word} does not vary anything", where="--vary", allowed=_FORM, word=repr(word))
    where = f"--vary {key}"
    if ".." in said:
        values = _spaced_values(said, key, where)
    else:
        # 160,000 in a list of values would be read as 160 and 000
        if _THOUSANDS.search(said):
            raise ParameterError("in {said} a comma may part values or thousands", where=where, allowed=_FORM,
                                 remedy="write amounts as 160000 or 16万元", said=said)  # fmt: skip
        values = [_plain(value.strip(), key) for value in _BETWEEN.split(said) if value.strip()]
    if len(set(values)) < 2:
        raise ParameterError("{said} is one value: nothing varies", where=where, allowed=_FORM, said=said,
                             remedy="for one value: --set {key}={said}", key=key)  # fmt: skip
    return Axis(key, tuple(dict.fromkeys(values)))


def _plain(value: str, key: str) -> str:
    """Return an amount as digits, so that ``16万元`` and ``160000`` are the same run; any other text as it is."""
    percent = _PERCENT.fullmatch(value)
    if percent:
        return _signed(Decimal(percent[1]))
    if not _is_amount(key):
        return value
    try:
        return _digits(Decimal(typed_fen(value)) / FEN_PER_YUAN)
    except MoneyError:
        return value


def _spaced_values(said: str, key: str, where: str) -> list[str]:
    """Return evenly spaced values from first to last, both included."""
    found = _RANGE.fullmatch(said)
    if found is None:
        raise ParameterError("{said} is no range", where=where, allowed=_FORM, said=said)
    count = int(found["count"])
    if not 2 <= count <= MOST_POINTS:
        raise ParameterError("a range has from 2 to {most} values", where=where, allowed=_FORM, most=MOST_POINTS)
    ends = [found["first"], found["last"]]
    # the unit may stand once, behind the last: 20..60万元
    percents = [_PERCENT.fullmatch(end) for end in ends]
    if any(percents):
        numbers = [_number(end.rstrip("%％ "), where) for end in ends]
        return [_signed(value) for value in _between(numbers, count, _SHARE_PLACES)]
    if _is_amount(key):
        unit = re.sub(r"^[\s¥￥+\-\d.,，]*", "", ends[1])
        if unit and not re.sub(r"^[\s¥￥+\-\d.,，]*", "", ends[0]):
            ends[0] += unit
        try:
            fen = [Decimal(typed_fen(end)) for end in ends]
        except MoneyError as error:
            raise ParameterError([Fault(f.what, where, f.allowed, f.remedy, f.values) for f in error.faults]) from None
        return [_digits(value / FEN_PER_YUAN) for value in _between(fen, count, 0)]
    numbers = [_number(end, where) for end in ends]
    return [_digits(value) for value in _between(numbers, count, _SHARE_PLACES)]


def _between(ends: Sequence[Decimal], count: int, places: int) -> list[Decimal]:
    first, last = ends
    step = (Fraction(last) - Fraction(first)) / (count - 1)
    spots = [Fraction(first) + n * step for n in range(count)]
    unit = Decimal(1).scaleb(-places)
    return [(Decimal(s.numerator) / Decimal(s.denominator)).quantize(unit, ROUND_HALF_EVEN) for s in spots]


def _number(word: str, where: str) -> Decimal:
    if not re.fullmatch(r"[+-]?\d+(?:\.\d+)?", word.strip()):
        raise ParameterError("a range needs two numbers, and {word} is none", where=where, allowed=_FORM, word=word)
    return Decimal(word.strip())


def _is_amount(key: str) -> bool:
    return "yuan" in key.rpartition(".")[2]


def _digits(value: Decimal) -> str:
    """Return a number as it would be typed: no exponent, no zeros behind."""
    words = f"{value:f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def _signed(percent: Decimal) -> str:
    words = _digits(percent)
    return f"{words if words.startswith('-') else '+' + words}%"
