"""Claims of a published document: what it says, number by number, and how each would be counted.

Responsible for reading ``data/claims/bulletin.yaml`` and an office's own ``params/claims.yaml``. Not responsible for
counting anything on a ledger or for verdicts (`povlib.runs.facts.claims`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from povlib.errors import Fault, ParameterError, unknown_word_fault
from povlib.params.claimable_figures import claimable_figures
from povlib.params.kinds import CLAIM_PATTERN, Block, Key, Names, Number, PlanMonth
from povlib.params.reading import Document as Written
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
        How it would be counted from rows; not written: the rows of its kind.
    month : Month, optional
        The month it speaks of.
    readings : list of Reading
        More than one where the text allows it.
    remarks : list of Names
        What arithmetic on the document itself shows.
    """

    id: str = Field(pattern=CLAIM_PATTERN)
    section: Literal["lead", "1", "2", "3"] = "lead"
    quote: str = Field(min_length=2)
    also: tuple[str, ...] = ()
    stated: tuple[Stated, ...] = ()
    state: Literal["done", "ongoing", "projection", "planned", "contract", "routine", "yearly", "derived"] = "done"
    place: tuple[str, ...] = ()
    kind: ClaimKind
    employer: str = ""
    definition: Names
    readings: tuple[Reading, ...] = ()
    remarks: tuple[Names, ...] = ()
    month: PlanMonth | None = None

    @property
    def key(self) -> str:
        """The id."""
        return self.id

    def number(self, unit: str) -> float | None:
        """Return the stated number in a unit, None when the claim has none."""
        return next((s.number for s in self.stated if s.unit == unit), None)


class _File(Block):
    document: Key = "bulletin"
    title: Names
    issued: str = ""
    source: str = ""
    claims: tuple[Claim, ...] = ()


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


NOT_RECORDED = "not_recorded"
CLAIMS_FILE = "claims.yaml"
"""An office's own claims, beside its parameters."""


def load_claims(path: Path | None = None) -> Document:
    """Load the claims of a document (default: the bulletin, ``data/claims/bulletin.yaml``).

    Figures and units may be written by their keys or by their names in any language
    (`povlib.params.claimable_figures`). A file in which nothing is written yet has no claims.

    Raises
    ------
    ParameterError
        If the file cannot be read or a claim is not well formed, with every fault.

    Examples
    --------
    >>> load_claims().claim("7").number("persons")
    409.0
    """
    document = read_yaml(path or DATA / "claims" / "bulletin.yaml")
    if document.values is None:
        return Document("", Names(zh="简报", en="bulletin"), "", "", ())
    faults: list[Fault] = []
    values = _with_keys(document, faults)
    try:
        found = _File.model_validate(values)
    except ValidationError as error:
        raise ParameterError([*faults, *faults_of(error, _File, lambda at: document.where(at))]) from None
    ids = [claim.id for claim in found.claims]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    faults += [Fault("{key} stands here twice", document.name, values={"key": key}) for key in twice]
    faults += [fault for number, claim in enumerate(found.claims) for fault in _lacking(claim, number, document)]
    if faults:
        raise ParameterError(faults)
    return Document(found.document, found.title, found.issued, found.source, found.claims)


# kinds that hold or do not hold without a number
_WITHOUT_NUMBER = ("weekly_works", NOT_RECORDED)


def _lacking(claim: Claim, number: int, document: Written) -> list[Fault]:
    """Return the faults of a claim without what its figure cannot be counted without."""
    figure = {"figure": claimable_figures().figures[claim.kind].names.show()}
    where = document.where(("claims", number))
    if not claim.stated and claim.kind not in _WITHOUT_NUMBER:
        return [Fault("a claim of {figure} states a number", f"{where} stated", values=figure,
                      allowed="a number and its unit")]  # fmt: skip
    if claim.kind == "village_income_least" and not claim.place:
        return [Fault("a claim of {figure} names its villages", f"{where} place", "names of villages", values=figure)]
    return []


def claims_of_office(folder: Path, synthetic: bool) -> Document | None:
    """Return the claims that an office is judged by: those of its own parameters; None where it entered none.

    The practice township is made after the shipped bulletin, which speaks of no other: no practice office either.

    Parameters
    ----------
    folder : Path
        The office's ``params``, or a run's copy of it.
    synthetic : bool
        Whether it is the practice township itself.

    Raises
    ------
    ParameterError
        If its file is not well formed.

    Examples
    --------
    >>> claims_of_office(Path("nowhere"), synthetic=False) is None
    True
    """
    own = folder / CLAIMS_FILE
    found = load_claims(own) if own.is_file() else None
    if found is not None and found.claims:
        return found
    return load_claims() if synthetic else None


def _with_keys(document: Written, faults: list[Fault]) -> Any:
    """Return the values of a file with keys for names of figures and units; faults of both are added to `faults`.

    What is no known figure or unit counts as one for the time being, so that the other faults are found as well.
    """
    values = document.values
    if not isinstance(values, dict) or not isinstance(values.get("claims"), (list, tuple)):
        return values
    claims = [
        _claim_with_keys(claim, number, document, faults) if isinstance(claim, dict) else claim
        for number, claim in enumerate(values["claims"])
    ]
    return {**values, "claims": claims}


def _claim_with_keys(claim: dict[str, Any], number: int, document: Written, faults: list[Fault]) -> dict[str, Any]:
    known = claimable_figures()
    at: tuple[str | int, ...] = ("claims", number)
    word = str(claim.get("kind", ""))
    key = known.figure_keys().get(word, "")
    if word and not key:
        names = [figure.names.show() for figure in known.figures.values()]
        what = "{value} is no figure that can be claimed"
        faults.append(
            unknown_word_fault(what, word, known.figure_keys(), f"{document.where((*at, 'kind'))} kind", names)
        )
    figure = known.figures[key or NOT_RECORDED]
    claim = {"definition": figure.rows.by_language(), **claim, **({"kind": figure.key} if word else {})}
    if not isinstance(claim.get("stated"), (list, tuple)):
        return claim
    stated = []
    for place, entry in enumerate(claim["stated"]):
        if not isinstance(entry, dict) or "unit" not in entry:
            stated.append(entry)
            continue
        unit = known.unit_keys().get(str(entry["unit"]), "")
        if unit not in figure.units:
            where = f"{document.where((*at, 'stated', place, 'unit'))} unit"
            listed = [known.units[name].show() for name in figure.units]
            spelt = [word for word, key in known.unit_keys().items() if key in figure.units]
            what = "{figure} is not counted in {value}"
            said = {"figure": figure.names.show()}
            faults.append(unknown_word_fault(what, str(entry["unit"]), spelt, where, listed, **said))
        stated.append({**entry, "unit": unit or figure.units[0]})
    return {**claim, "stated": stated}
