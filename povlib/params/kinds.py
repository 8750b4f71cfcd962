"""Kinds of value that the records of ``params/`` are made of: yuan, months, shares, names.

Responsible for checking one value and for the base of every record (status, source, date in
force). Not responsible for any particular record, nor for reading files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, Protocol, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError

from povlib.calendar import Month
from povlib.errors import MoneyError, MonthError
from povlib.money import fen
from povlib.words import language, languages

Status = Literal["official", "assumed", "synthetic"]
"""official: a published rule or figure; assumed: judgement or weak source; synthetic: made up for practice."""

NATURAL = {"key", "name", "fund", "pool", "source", "guarantee", "authority", "year", "a", "b"}
"""Fields by which an entry of a list is named in a dotted key."""

DATE_PATTERN = r"^\d{4}(-\d{2}){0,2}$"
KEY_PATTERN = r"^[a-z0-9_]{1,40}$"
CLAIM_PATTERN = r"^\d{1,2}(-[a-z]+)?$"
PAIR_PATTERN = r"^((kind|fund):)?[a-z0-9_]{1,40}$"


def _parse_month(value: Any) -> Month:
    try:
        return Month.parse(value)
    except MonthError:
        raise PydanticCustomError("month", "no month") from None


def _parse_yuan(value: Any) -> Any:
    # Python counts True as 1: `amount_yuan: true` would become one yuan
    if isinstance(value, bool):
        raise PydanticCustomError("yuan", "no amount")
    try:
        fen(str(value))
    except MoneyError:
        raise PydanticCustomError("yuan", "no amount") from None
    # decimals, not floats: 0.1 yuan is ten fen exactly
    return Decimal(str(value).replace(",", "").strip())


def _parse_number(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("float_type", "no number")
    return value


def unit(name: str) -> dict[str, Any]:
    """Return the mark of a field that is an *input*: a number with a unit that the papers count."""
    return {"unit": name}


def _year_as_text(value: Any) -> Any:
    """Return a year written without quotes (read as a number) as text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _day_there_is(value: str) -> str:
    """Return a date that stands in the calendar; its month and day may be left out."""
    year, month, day = (*map(int, value.split("-")), 1, 1)[:3]
    try:
        date(year, month, day)
    except ValueError:
        raise PydanticCustomError("date", "no date") from None
    return value


# as a file may write them, for editors
DATE_SCHEMA = {"anyOf": [{"type": "string", "pattern": DATE_PATTERN}, {"type": "integer"}]}
YUAN_SCHEMA = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 10**13},
        {"type": "string", "pattern": r"^\s*\d[\d,]*(\.\d{1,2})?\s*$"},
    ]
}
MONTH_SCHEMA = {"type": ["string", "integer"], "pattern": r"^\s*\d{4}(-\d{1,2}|\d{2}|年\d{1,2}月)\s*$"}

Date = Annotated[
    str,
    BeforeValidator(_year_as_text),
    Field(pattern=DATE_PATTERN),
    AfterValidator(_day_there_is),
    WithJsonSchema(DATE_SCHEMA, mode="validation"),
]
PlanMonth = Annotated[
    Month, BeforeValidator(_parse_month), PlainSerializer(str), WithJsonSchema(MONTH_SCHEMA, mode="validation")
]
# 10^13 yuan is more than any budget; beyond it fen would leave what int64 sums hold exactly
Yuan = Annotated[
    Decimal,
    BeforeValidator(_parse_yuan),
    Field(ge=0, le=Decimal(10**13)),
    WithJsonSchema(YUAN_SCHEMA, mode="validation"),
]
Share = Annotated[float, BeforeValidator(_parse_number), Field(ge=0, le=1)]
Number = Annotated[float, BeforeValidator(_parse_number), Field(allow_inf_nan=False)]
# a thousand million posts, places, weeks or days are more than there are; beyond, sums would leave int64
Whole = Annotated[int, BeforeValidator(_parse_number), Field(ge=0, le=10**9)]
Key = Annotated[str, Field(pattern=KEY_PATTERN)]


class Block(BaseModel):
    """A part of a record: frozen, and without keys of its own invention."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class _Names(Block):
    """A name in every language; those beside the first two may be left out, and English stands in for them.

    Examples
    --------
    >>> Names(zh="专项资金", en="special fund").show("en")
    'special fund'
    """

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def show(self, lang: str | None = None) -> str:
        """Return the name in `lang` (default: the language in use)."""
        return str(getattr(self, lang or language(), "") or self.en)

    def by_language(self) -> dict[str, str]:
        """Return the name in every language."""
        return {lang: self.show(lang) for lang in languages()}

    def spellings(self) -> tuple[str, ...]:
        """Return the name in each language that has one of its own."""
        return tuple(name for lang in languages() if (name := getattr(self, lang, "")))


if TYPE_CHECKING:
    Names = _Names
else:
    # a language that is added becomes a field of every name, so that a slip of the pen is still an unknown key
    _ADDED = {lang: (str, "") for lang in languages() if lang not in _Names.model_fields}
    Names = create_model("Names", __base__=_Names, __module__=__name__, **_ADDED)


class Sourced(Block):
    """Where the numbers of a record come from; each part may say so for itself.

    Parameters
    ----------
    status : {"official", "assumed", "synthetic"}
    source : str
        Document, page or office; never empty.
    in_force : str
        Date from which it holds: ``2016``, ``2016-05`` or ``2016-05-10``.
    """

    status: Status
    source: str = Field(min_length=1)
    in_force: Date
    note: str = ""


class Window(Block):
    """Months from `from_` to `to`, both included (keys ``from`` and ``to`` in the file).

    Examples
    --------
    >>> from povlib.calendar import Month
    >>> Month(2016, 7) in Window(**{"from": "2016-06", "to": "2016-12"})
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    from_: PlanMonth = Field(alias="from")
    to: PlanMonth

    @model_validator(mode="after")
    def _forward(self) -> Window:
        if self.from_ > self.to:
            raise PydanticCustomError("window", "reversed", {"first": str(self.from_), "last": str(self.to)})
        return self

    def __contains__(self, month: Month) -> bool:
        # both ends count: a window of one month is written with the same month twice
        return self.from_ <= month <= self.to

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month of the window, in order."""
        return tuple(self.from_.through(self.to))


def natural_key(item: Mapping[str, Any]) -> str:
    """Return the name of an entry of a list in dotted keys, or "" when only its position names it.

    Examples
    --------
    >>> natural_key({"authority": "nbs", "year": 2016}), natural_key({"fund": "special", "ceiling_yuan": 5})
    ('nbs_2016', 'special')
    """
    if "authority" in item:
        return f"{item['authority']}_{item.get('year')}"
    if "a" in item and "b" in item:
        return f"{item['a']}+{item['b']}"
    return next((str(item[key]) for key in ("key", "name", "fund", "pool", "source", "guarantee") if key in item), "")


class Keyed(Protocol):
    """Anything with a `key`."""

    @property
    def key(self) -> str:
        """What names it within its file."""
        ...


K = TypeVar("K", bound=Keyed)


class Records(Mapping[str, K], Generic[K]):
    """The records of one file by key, in the order of the file; cannot be changed.

    Iterating gives keys, as with a dict; ``.values()`` gives the records.
    """

    __slots__ = ("_rows",)

    def __init__(self, rows: tuple[K, ...] = ()) -> None:
        self._rows: dict[str, K] = {row.key: row for row in rows}

    def __getitem__(self, key: str) -> K:
        return self._rows[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"Records({list(self._rows)})"
