"""Standards: poverty lines, kinds of receipts, villages.

Responsible for the records of ``lines.yaml``, ``income.yaml`` and ``villages.yaml``. Not
responsible for computing income (`povlib.poverty`).
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from povlib.money import fen
from povlib.params.conditions import Condition
from povlib.params.kinds import Block, Key, Names, Sourced, Yuan, unit
from povlib.params.villages.areas import LEVELS
from povlib.words import text


class Line(Sourced):
    """An income line: yuan per person and year, by the authority that sets it and the year.

    A null `line_yuan` is a line that exists and that the office has still to enter.
    """

    authority: Key
    names: Names
    year: int = Field(ge=1978, le=2100)
    line_yuan: Yuan | None = Field(default=None, gt=0, json_schema_extra=unit("yuan per person and year"))

    @property
    def key(self) -> str:
        """Authority and year, e.g. ``nbs_2016``."""
        return f"{self.authority}_{self.year}"

    @property
    def line_fen(self) -> int | None:
        """The line in fen per person and year; None while it is not entered."""
        return None if self.line_yuan is None else fen(str(self.line_yuan))


def short_authority_names(lang: str | None = None) -> dict[str, str]:
    """Return the short form in which papers print the authorities of the shipped lines; others print their `names`."""
    return {"exit_check": text("exit-check series", lang), "nbs": text("national statistics series", lang)}


class TransferKind(Sourced):
    """A kind of receipt, and whether it counts.

    Parameters
    ----------
    regular : bool
        Regular and foreseeable: counts toward the exit test.
    income : {"wage", "business", "property", "transfer", "none"}
        The block of the form it belongs to; ``none``: no income at all (a loan, a reimbursement).
    who : list of Condition
        Who may draw it; a receipt by others is queried, not refused.
    citation : str
    """

    key: Key
    names: Names
    regular: bool
    income: Literal["wage", "business", "property", "transfer", "none"] = "transfer"
    who: tuple[Condition, ...] = ()
    citation: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()


class Village(Block):
    """A village, the other spellings it goes by, and the areas it lies in where an office serves several.

    Parameters
    ----------
    name : str
    township, county, prefecture, province : str
        The areas it lies in, where there is more than one of a level or something belongs to one. What one village of
        an area says holds for all of it. Where several townships are named, papers show the plan by township.
    aliases : tuple of str
    """

    name: str = Field(min_length=1, max_length=40)
    township: str = Field(default="", max_length=80)
    county: str = Field(default="", max_length=80)
    prefecture: str = Field(default="", max_length=80)
    province: str = Field(default="", max_length=80)
    aliases: tuple[str, ...] = ()

    @model_serializer(mode="wrap")
    def _without_empty_areas(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is not named above the township: folders from before there were counties keep their digest."""
        plain: dict[str, Any] = serialise(self)
        return {key: value for key, value in plain.items() if value or key not in LEVELS[1:]}

    @property
    def key(self) -> str:
        """The name."""
        return self.name
