"""Claims of a published document: what it says, number by number, and how each would be counted.

Responsible for reading ``data/claims/*.yaml``. Not responsible for counting anything on a ledger or
for verdicts (`povlib.report`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from povlib.errors import Fault, ParameterError
from povlib.params.kinds import Block, Key, Names, Number
from povlib.params.reading import read_yaml
from povlib.params.wording import faults_of
from povlib.places import DATA

ClaimKind = Literal[
    "poor_population",
    "housing_targets",
    "housing_done",
    "posts_placed",
    "posts_local",
    "posts_enterprise",
    "exit_by_jobs",
    "exit_local_jobs",
    "industry_households",
    "exit_total",
    "cattle_exit",
    "employer_jobs",
    "weekly_works",
    "coops_founded",
    "coops_planned",
    "leading_firm",
    "coop_bases",
    "contract_birds",
    "fair_taken",
    "village_income_source",
    "village_income_mean",
    "village_income_least",
    "village_shares",
    "village_land_equity",
    "not_recorded",
]
ClaimUnit = Literal[
    "households",
    "persons",
    "houses",
    "posts",
    "coops",
    "bases",
    "enterprises",
    "share",
    "yuan_per_year",
    "birds_per_year",
    "villages",
]


class Stated(Block):
    """One number as the document states it.

    Parameters
    ----------
    number : float
    unit : str
    bound : {"exact", "at_least", "about", "more_than"}
        How the document words it.
    """

    number: Number
    unit: ClaimUnit
    bound: Literal["exact", "at_least", "about", "more_than"] = "exact"


class Reading(Block):
    """One way to understand a claim: what would be counted under it."""

    key: Key
    text: Names


class Claim(Block):
    """One claim.

    Parameters
    ----------
    id : str
        Number of the claim in the document's list, e.g. ``7`` or ``1-lead``.
    section : str
        ``lead`` or the number of the section.
    quote : str
        The document's own words.
    also : list of str
        Other places where it says the same, or something else about the same thing.
    stated : list of Stated
    state : str
        Whether it is told as done, ongoing, planned, a projection, a contract, a routine or a yearly sum.
    place : list of str
        Villages, or empty for the township.
    kind : str
        How it is counted; ``not_recorded``: no rows of the ledger hold it yet.
    employer : str
        With ``employer_jobs`` part of the employer's or post's name to look for; with kinds that count co-ops,
        enterprises, contracts or fairs part of the name of the row, of its partner or of its product.
    definition : Names
        How it would be counted from rows.
    readings : list of Reading
        More than one where the text allows it.
    remarks : list of Names
        What arithmetic on the document itself shows.
    """

    id: str = Field(pattern=r"^\d{1,2}(-[a-z]+)?$")
    section: Literal["lead", "1", "2", "3"]
    quote: str = Field(min_length=2)
    also: tuple[str, ...] = ()
    stated: tuple[Stated, ...] = ()
    state: Literal["done", "ongoing", "projection", "planned", "contract", "routine", "yearly", "derived"]
    place: tuple[str, ...] = ()
    kind: ClaimKind
    employer: str = ""
    definition: Names
    readings: tuple[Reading, ...] = ()
    remarks: tuple[Names, ...] = ()

    @property
    def key(self) -> str:
        """The id."""
        return self.id

    def number(self, unit: str) -> float | None:
        """Return the stated number in a unit, None when the claim has none."""
        return next((s.number for s in self.stated if s.unit == unit), None)


class _File(Block):
    document: Key
    title: Names
    issued: str
    source: str
    claims: tuple[Claim, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Document:
    """A document and its claims, in the order of its own list."""

    key: str
    title: Names
    issued: str
    source: str
    claims: tuple[Claim, ...]

    def claim(self, claim_id: str) -> Claim:
        """Return a claim by id.

        Raises
        ------
        KeyError
            If the document makes no such claim.
        """
        return {claim.id: claim for claim in self.claims}[claim_id]


CLAIMS_FILE = "claims.yaml"
"""An office's own claims, beside its parameters."""


def load_claims(path: Path | None = None) -> Document:
    """Load the claims of a document (default: the bulletin, ``data/claims/bulletin.yaml``).

    Raises
    ------
    ParameterError
        If the file cannot be read or a claim is not well formed.

    Examples
    --------
    >>> load_claims().claim("7").number("persons")
    409.0
    """
    document = read_yaml(path or DATA / "claims" / "bulletin.yaml")
    try:
        found = _File.model_validate(document.values)
    except ValidationError as error:
        raise ParameterError(faults_of(error, _File, lambda at: document.where(at))) from None
    ids = [claim.id for claim in found.claims]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ParameterError([Fault("{key} stands here twice", document.name, values={"key": key}) for key in twice])
    return Document(found.document, found.title, found.issued, found.source, found.claims)
