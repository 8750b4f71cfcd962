"""The catalogue: every record of a ``params/`` folder, checked, in one frozen value.

Responsible for holding the records, for looking lines up by month, and for copies with changed
values. Not responsible for reading files (`povlib.params.loading`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from povlib.calendar import Month
from povlib.errors import Fault, ParameterError
from povlib.params import changes, inputs
from povlib.params.assumptions import Assumption
from povlib.params.causes import CauseRule
from povlib.params.houses import HouseItem, HousePrice
from povlib.params.kinds import Names, Records
from povlib.params.pairs import Pair
from povlib.params.resources import Coop, Crew, Fund, Post, Site
from povlib.params.standards import Line, TransferKind, Village, short_authority_names
from povlib.params.support import Measure
from povlib.params.villages.areas import Areas
from povlib.params.villages.openings import Opening

if TYPE_CHECKING:
    import pandas as pd

    from povlib.params.reading import Document


@dataclass(frozen=True)
class Bundling:
    """Which measures may meet: pairs with a citation each, and what holds for the pairs not listed."""

    default: str = "allowed"
    pairs: Records[Pair] = field(default_factory=Records)

    def verdict(self, first: Measure, second: Measure) -> Pair | None:
        """Return the strictest pair that speaks of two measures, or None when only `default` does.

        Strictest: forbidden before capped (lowest cap) before allowed; a pair that names both
        measures by key outranks one that names a kind.
        """
        found = [pair for pair in self.pairs.values() if pair.matches(first, second)]
        rank = {"forbidden": 0, "capped": 1, "allowed": 2}
        return min(
            found,
            key=lambda p: ((p.a + p.b).count("kind:"), rank[p.verdict], p.cap_fen or 0, p.key),
            default=None,
        )


@dataclass(frozen=True)
class Catalogue:
    """Everything a planner may change, typed, dated and sourced.

    Parameters
    ----------
    lines, income, measures, funds, posts, coops, sites, openings, crews, villages, exits, causes : Records
    house_standard, house_prices : Records
        By key, in the order of the file.
    bundling : Bundling
    warnings : tuple of Fault
        What is odd but not wrong.
    documents : mapping
        The files as read, by name; the source of `replaced`.
    rebuild : function
        Builds and checks a catalogue from documents (`povlib.params.loading.build_catalogue`); `replaced` calls it.
    """

    lines: Records[Line]
    income: Records[TransferKind]
    measures: Records[Measure]
    funds: Records[Fund]
    posts: Records[Post]
    coops: Records[Coop]
    crews: Records[Crew]
    villages: Records[Village]
    bundling: Bundling
    sites: Records[Site] = field(default_factory=Records)
    openings: Records[Opening] = field(default_factory=Records)
    exits: Records[Assumption] = field(default_factory=Records)
    causes: Records[CauseRule] = field(default_factory=Records)
    house_standard: Records[HouseItem] = field(default_factory=Records)
    house_prices: Records[HousePrice] = field(default_factory=Records)
    warnings: tuple[Fault, ...] = ()
    documents: Mapping[str, Document] = field(default_factory=dict, repr=False, compare=False)
    rebuild: Callable[[Mapping[str, Document]], Catalogue] | None = field(default=None, repr=False, compare=False)

    def line_fen(self, authority: str, month: Month) -> int:
        """Return the line in force at a month-end, in fen per person and year.

        Raises
        ------
        ParameterError
            If the authority has no line for that year, or its value is not entered yet.

        Examples
        --------
        >>> from povlib import params, places
        >>> params.load(places.PARAMS).line_fen("exit_check", Month(2016, 12))
        314600
        """
        line = self.lines.get(f"{authority}_{month.year}")
        if line is None or line.line_fen is None:
            known = [row.key for row in self.lines.values() if row.line_yuan is not None]
            raise ParameterError(
                "there is no line of {authority} for {year}",
                where="lines.yaml",
                allowed="{known}",
                remedy="enter it in lines.yaml, or choose another authority",
                authority=authority,
                year=month.year,
                known=", ".join(known),
            )
        return line.line_fen

    def authority_names(self, lang: str | None = None) -> dict[str, str]:
        """Return the name of each authority of lines, as papers print it: the shipped ones in their short form."""
        short = short_authority_names(lang)
        return {line.authority: short.get(line.authority, line.names.show(lang)) for line in self.lines.values()}

    def measure_of(self, name: str) -> Measure | None:
        """Return a measure by its key, its name in either language or an alias; None when unknown."""
        for measure in self.measures.values():
            if name in (measure.key, *measure.names.spellings(), *measure.aliases):
                return measure
        return None

    def house_price_of(self, name: str) -> HousePrice | None:
        """Return a line of the price list by its key, name or alias; None when unknown."""
        for price in self.house_prices.values():
            if name in (price.key, *price.names.spellings(), *price.aliases):
                return price
        return None

    def transfer_of(self, name: str) -> TransferKind | None:
        """Return a kind of receipt by its key, name or alias; None when unknown."""
        for kind in self.income.values():
            if name in (kind.key, *kind.names.spellings(), *kind.aliases):
                return kind
        return None

    @property
    def regular_transfers(self) -> tuple[str, ...]:
        """Keys of the transfer kinds that count toward the exit test."""
        return tuple(k.key for k in self.income.values() if k.regular and k.income == "transfer")

    @cached_property
    def areas(self) -> Areas:
        """Villages, townships, counties, prefectures and provinces, as ``villages.yaml`` names them."""
        return Areas.of(self.villages.values())

    def villages_of_fund(self, fund: str) -> frozenset[str] | None:
        """Return the villages whose households a fund pays for; None: all of the office."""
        area = self.funds[fund].area
        return self.areas.villages_of(area) if area else None

    def villages_of_post(self, post: str) -> frozenset[str] | None:
        """Return the villages whose households may take a post; None: all of the office."""
        record = self.posts[post]
        if record.village is not None:
            return frozenset({record.village})
        return self.areas.villages_of(record.area) if record.area else None

    @property
    def shared_places(self) -> dict[str, Coop]:
        """Co-operatives and cluster sites by key: what takes households in, and may have to be opened first."""
        return {**self.coops, **self.sites}

    @property
    def facility_names(self) -> dict[str, Names]:
        """Names of everything that a plan may open, by key: places with a facility of their own, and openings."""
        places = {key: place.names for key, place in self.shared_places.items() if place.facility is not None}
        return {**places, **{key: opening.names for key, opening in self.openings.items()}}

    @property
    def digest(self) -> str:
        """SHA-256 of the content, independent of layout, comments and order of keys."""
        content = {name: records for name, records in self.records_by_file.items() if name not in ("exits", "causes")}
        if self.causes:  # folders from before there were first lists keep their digest
            content["causes"] = self.causes
        return changes.content_digest({**content, "villages": self.villages, "default": self.bundling.default})

    @property
    def records_by_file(self) -> dict[str, Records[Any]]:
        """The records whose numbers are inputs, by the file they stand in."""
        return {
            "lines": self.lines,
            "income": self.income,
            "support": self.measures,
            "funds": self.funds,
            "posts": self.posts,
            "coops": self.coops,
            "sites": self.sites,
            "openings": self.openings,
            "crews": self.crews,
            "bundling": self.bundling.pairs,
            "exits": self.exits,
            "causes": self.causes,
            "house_standard": self.house_standard,
            "house_prices": self.house_prices,
        }

    def inputs(self) -> pd.DataFrame:
        """Return every input: file, key, field, value, unit, status, source, in_force."""
        return inputs.filled_inputs(self.records_by_file)

    def empty(self) -> pd.DataFrame:
        """Return the inputs that an office has still to fill in, in the columns of `inputs`."""
        return inputs.missing_inputs(self.records_by_file)

    def value_at(self, dotted: str) -> Any:
        """Return the value that stands in the files at a dotted key, None where it is left out.

        Raises
        ------
        ParameterError
            If something on the way to it does not exist.
        """
        return changes.value_at(self.documents, dotted)

    def replaced(self, new_values: Mapping[str, Any]) -> Catalogue:
        """Return a checked copy with some values changed.

        Parameters
        ----------
        new_values : mapping
            Dotted key -> new value, e.g. ``{"funds.special.amount_yuan": 120000}``.

        Raises
        ------
        ParameterError
            For every unknown key (with a suggestion) and every value out of range, all at once.
        """
        documents = changes.changed_documents(self.documents, new_values)
        if self.rebuild is None:
            raise ValueError("a catalogue that was not loaded from files cannot be changed by dotted keys")
        return self.rebuild(documents)
