"""Numbers of a paper: one value, one key, one way of being written.

Responsible for how every kind of number looks in Chinese and English, and for sentences that carry
the numbers they print (`say`), so that the same figure reads the same everywhere and `numbers.json`
can list all of them. Not responsible for computing any number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from povlib.calendar import Month
from povlib.errors import Fault, ReportError
from povlib.money import yuan
from povlib.params import AIM_OF_UNIT
from povlib.words import conventions, language, text

NONE = "—"
MINUS = "−"

_UNITS = {
    "": "",
    "person": " persons",
    "household": " households",
    "village": " villages",
    "yuan": " yuan",
    "yuan_per_person": " yuan per person",
    "yuan_per_year": " yuan per person and year",
    "persons_per_10000_yuan": " persons per 10,000 yuan",
    "post": " posts",
    "place": " places",
    "house": " houses",
    "coop": " co-ops",
    "base": " bases",
    "enterprise": " enterprises",
    "loan": " loans",
    "contract": " contracts",
    "bird_per_year": " birds a year",
    "plain_yuan_per_year": " yuan a year",
    "month": " months",
    "point": " points",
    "input": " inputs",
    "promise": " promises",
    "draw": " draws",
    "worth": " units of the objective",
    "plan": " plans",
    "second": " s",
}


def _unit_suffix(unit: str, lang: str) -> str:
    """Return what follows a number of that unit; a unit of an aim of plans is worded where the aim is declared."""
    if unit in _UNITS:
        return text(_UNITS[unit], lang) if unit else ""
    units = text(AIM_OF_UNIT[unit].units, lang)
    return text(" {units}", lang, units=units)


def _with_decimals(places: int) -> Callable[[Any, str], str]:
    return lambda value, lang: _unsigned_zero(f"{float(value):,.{places}f}")


def _unsigned_zero(shown: str) -> str:
    return shown.lstrip("-") if shown.startswith("-") and not shown.strip("-0.,%") else shown


def _written_points(value: Any, lang: str) -> str:
    """Four significant digits, never in exponent form: people copy them with a pencil."""
    number = float(value)
    if number == 0:
        return "0"
    return f"{number:,.{max(0, 3 - math.floor(math.log10(abs(number))))}f}"


_HUNDREDTH = Decimal("0.01")


def _written_wan(value: Any, lang: str) -> str:
    return _written_wan_alone(value, lang) + ("万元" if conventions(lang).large_money == "wan" else " yuan")


def _written_wan_alone(value: Any, lang: str) -> str:
    """Money in 10,000 yuan where a language counts it so; the unit stands in the title of its table."""
    if conventions(lang).large_money == "wan":
        # half up, as an office rounds: Python's own formatting would round 13.905 down to an even digit
        amount = (Decimal(int(value)) / 1_000_000).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)
        return _unsigned_zero(f"{amount:,}")
    return yuan(int(value), places=0)


def _written_whole_persons(value: Any, lang: str) -> str:
    """Persons as one counts them: nobody leaves poverty by a tenth. Less than half a person is not nobody."""
    if 0 < float(value) < 0.5:
        return text("under 1", lang)
    return _unsigned_zero(f"{float(value):,.0f}")


KINDS: dict[str, Callable[[Any, str], str]] = {
    "count": lambda value, lang: f"{int(value):,}",
    "persons": _with_decimals(1),
    "whole_persons": _written_whole_persons,
    "decimal1": _with_decimals(1),
    "decimal2": _with_decimals(2),
    "decimal3": _with_decimals(3),
    "probability": _with_decimals(2),
    "in_a_hundred": lambda value, lang: _unsigned_zero(f"{100 * float(value):.0f}"),
    "share": lambda value, lang: _unsigned_zero(f"{100 * float(value):.1f}%"),
    "percentage_points": lambda value, lang: (
        _unsigned_zero(f"{100 * float(value):.1f}") + text(" percentage points", lang)
    ),
    "yuan": lambda value, lang: yuan(int(value), places=0),
    "yuan2": lambda value, lang: yuan(int(value)),
    "wan": _written_wan,
    "wan_alone": _written_wan_alone,
    "points": _written_points,
    "month": lambda value, lang: Month.from_ordinal(int(value)).label(lang),
    "year": lambda value, lang: f"{int(value)}",
    "yes": lambda value, lang: text("yes" if value else "no", lang),
    "text": lambda value, lang: str(value),
}
# kinds whose values are whole (money in fen): a frame column with gaps turns them into floats
_WHOLE = frozenset({"count", "year", "month", "yuan", "yuan2", "wan", "wan_alone"})
MONEY_KINDS = frozenset({"yuan", "yuan2", "wan", "wan_alone"})


def missing(value: Any) -> bool:
    """Return whether `value` is not known: None, NaN or NA."""
    if value is None:
        return True
    if isinstance(value, str):
        return False
    try:
        return bool(value != value)
    except TypeError:  # pandas.NA refuses to be true or false
        return True


def shown(value: Any, kind: str, lang: str | None = None, *, unit: str = "", signed: bool = False) -> str:
    """Return `value` as a planner reads it.

    Parameters
    ----------
    value : number, str or None
        Money in fen, shares 0-1, months as ordinals; what is not known is shown as a dash.
    kind : str
        One of `KINDS`.
    unit : str
        Key of the unit that follows, or "".
    signed : bool
        Write a plus sign before a positive value (changes).

    Examples
    --------
    >>> shown(123_450_000, "yuan", "zh", unit="yuan"), shown(0.3871, "share", "en")
    ('1,234,500元', '38.7%')
    >>> shown(12.34, "persons", "en", unit="person", signed=True), shown(None, "count", "zh")
    ('+12.3 persons', '—')
    >>> [shown(n, "whole_persons", "zh", unit="person") for n in (177.2, 0.3, 0)]
    ['177人', '不到1人', '0人']
    >>> [shown(30_549_000, "wan_alone", lang) for lang in ("zh", "en")]  # the title of the table has the unit
    ['30.55', '305,490']
    >>> shown(-2.1, "decimal1", "zh")  # a real minus, as in the arithmetic of the annex
    '−2.1'
    """
    lang = lang or language()
    if missing(value):
        return NONE
    if kind not in KINDS or unit not in _UNITS.keys() | AIM_OF_UNIT.keys():
        raise ReportError(
            "{name} is no way to write a number", where=kind, allowed=", ".join(KINDS), name=f"{kind}/{unit}"
        )
    written = KINDS[kind](value, lang)
    if signed and value > 0 and any(digit in written for digit in "123456789"):
        written = "+" + written
    if kind != "text" and written.startswith("-"):
        written = MINUS + written[1:]
    suffix = _unit_suffix(unit, lang)
    if lang == "en" and written in {"1", "+1", MINUS + "1"} and suffix.endswith("s"):
        suffix = suffix[:-1]
    return written + suffix


@dataclass(frozen=True)
class Number:
    """One number that a paper prints.

    Parameters
    ----------
    key : str
        Name in ``numbers.json``; one key has one value in a paper.
    value : int, float or None
        Money in fen, shares 0-1, months as ordinals. None: not known.
    kind : str
        How it is written, one of `KINDS`.
    unit : str
        Unit that follows it, a key of the unit list, or "".
    definition : str
        Query or definition: where the number comes from.
    signed : bool
        A change, written with its sign.

    Examples
    --------
    >>> Number("exits.additional", 171.26, "persons", "person").show("en")
    '171.3 persons'
    """

    key: str
    value: Any
    kind: str = "count"
    unit: str = ""
    definition: str = ""
    signed: bool = False

    def show(self, lang: str | None = None) -> str:
        """Return the number with its unit in `lang`."""
        return shown(self.value, self.kind, lang, unit=self.unit, signed=self.signed)

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return not missing(self.value)

    def plain(self) -> Any:
        """Return the value as JSON can hold it."""
        if missing(self.value):
            return None
        value = self.value.item() if hasattr(self.value, "item") else self.value
        if self.kind in _WHOLE and isinstance(value, float) and value.is_integer():
            return int(value)  # a count is a whole number, whatever column it was read from
        return value.ordinal if isinstance(value, Month) else value

    def stored_unit(self) -> str:
        """Return the unit of the stored value (money is stored in fen)."""
        return {
            "yuan": "fen",
            "yuan2": "fen",
            "wan": "fen",
            "wan_alone": "fen",
            "share": "share",
            "in_a_hundred": "share",
            "percentage_points": "share",
            "month": "month ordinal",
        }.get(self.kind, self.unit)


@dataclass(frozen=True)
class Range:
    """An interval between two numbers of the same kind and unit.

    Examples
    --------
    >>> Range(Number("a", 150.2, "persons", "person"), Number("b", 190.0, "persons", "person")).show("en")
    '150.2–190.0 persons'
    """

    low: Number
    high: Number

    def show(self, lang: str | None = None) -> str:
        """Return ``low–high`` with the unit once."""
        if not (self.low.known and self.high.known):
            return NONE
        low = shown(self.low.value, self.low.kind, lang, signed=self.low.signed)
        return f"{low.removesuffix('万元')}–{self.high.show(lang)}"


@dataclass(frozen=True)
class Prose:
    """A sentence or more, with the numbers that were written into it."""

    text: str
    numbers: tuple[Number, ...] = ()
    places: tuple[tuple[int, int, str], ...] = field(default=(), compare=False, repr=False)
    """Where each number stands: its first character, the one after its last, its key (of a range its low end's)."""

    def __add__(self, other: Prose) -> Prose:
        """Join two sentences; English takes a space between them."""
        gap = " " if self.text and other.text and self.text[-1].isascii() else ""
        after = len(self.text) + len(gap)
        moved = tuple((first + after, end + after, key) for first, end, key in other.places)
        return Prose(self.text + gap + other.text, self.numbers + other.numbers, self.places + moved)

    def pieces(self) -> Iterator[tuple[str, str]]:
        """Yield the text piece by piece: words with "", and each number as it is written with its key.

        Examples
        --------
        >>> list(say("{n} wait.", "en", n=Number("waiting", 3, "count", "household")).pieces())
        [('3 households', 'waiting'), (' wait.', '')]
        """
        at = 0
        for first, end, key in self.places:
            if first > at:
                yield self.text[at:first], ""
            yield self.text[first:end], key
            at = end
        if at < len(self.text):
            yield self.text[at:], ""


# what stands around a number while a sentence is put together, so that its place is known whatever the language's order
_OPEN, _SHUT = "\ue000", "\ue001"
_MARKED = re.compile(f"{_OPEN}([^{_OPEN}{_SHUT}]*){_OPEN}([^{_SHUT}]*){_SHUT}")


def _marked(key: str, words: str) -> str:
    return f"{_OPEN}{key}{_OPEN}{words}{_SHUT}"


def _marked_again(prose: Prose) -> str:
    return "".join(_marked(key, words) if key else words for words, key in prose.pieces())


def _without_marks(marked: str) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """Return a text without the marks around its numbers, and where each number stands."""
    words, places, at, length = [], [], 0, 0
    for found in _MARKED.finditer(marked):
        before = marked[at : found.start()]
        first = length + len(before)
        places.append((first, first + len(found[2]), found[1]))
        words += [before, found[2]]
        at, length = found.end(), first + len(found[2])
    return "".join([*words, marked[at:]]), tuple(places)


def say(message: str, lang: str | None = None, /, **values: Any) -> Prose:
    """Translate `message` and write numbers into it.

    Parameters
    ----------
    **values : Number, Range, Prose, Month or str
        Values of the ``{name}`` fields.

    Raises
    ------
    ReportError
        If a value is a bare number: every number printed needs a key.

    Examples
    --------
    >>> say("{n} are below the line.", "en", n=Number("poor", 347, "count", "household")).text
    '347 households are below the line.'
    """
    lang = lang or language()
    filled: dict[str, str] = {}
    numbers: list[Number] = []
    faults: list[Fault] = []
    for name, value in values.items():
        if isinstance(value, Number):
            numbers.append(value)
            filled[name] = _marked(value.key, value.show(lang))
        elif isinstance(value, Range):
            numbers += [value.low, value.high]
            filled[name] = _marked(value.low.key, value.show(lang))
        elif isinstance(value, Prose):
            numbers += value.numbers
            filled[name] = _marked_again(value)
        elif isinstance(value, Month):
            filled[name] = value.label(lang)
        elif isinstance(value, str):
            filled[name] = value
        else:
            faults.append(Fault("a number without a key was put into a sentence", where=f"{name} in {message!r}"))
    if faults:
        raise ReportError(faults)
    words, places = _without_marks(text(message, lang, **filled))
    return Prose(words, tuple(numbers), places)


def join(parts: Iterable[str], lang: str | None = None) -> str:
    """Return a list as it is written in running text.

    Examples
    --------
    >>> join(["a", "b"], "en"), join(["甲", "乙"], "zh")
    ('a, b', '甲、乙')
    """
    return text(", ", lang).join(parts)
