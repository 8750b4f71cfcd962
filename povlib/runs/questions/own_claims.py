"""An office's own claims: the file begun, checked, and judged by the ledger as it is now.

Responsible for ``params/claims.yaml`` as a whole. Not responsible for its records (`povlib.params.claims`) or for
counting (`povlib.runs.facts.claims`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from povlib import ledger, params
from povlib.errors import Fault, ParameterError, RunError, unknown_word_fault
from povlib.ledger import State
from povlib.params import CLAIMS_FILE, Document, claimable_figures, claims_of_office
from povlib.params.reading import read_yaml
from povlib.places import DATA
from povlib.report.pages.bulletin_page import JudgedClaims
from povlib.runs.facts.claims import judge_claims
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.storage.text_files import write_text
from povlib.words import language


@dataclass(frozen=True, eq=False)
class CheckedClaims:
    """The claims an office is judged by.

    Attributes
    ----------
    document : Document, optional
        None where none are entered.
    shipped : bool
        Whether they are those of the practice township.
    judged : JudgedClaims, optional
        Their verdicts; None without a ledger or without claims.
    state : State, optional
        The rows they were counted from.
    warnings : tuple of Fault
        What was written and is not looked at.
    begun : bool
        Whether the office has a file for them.
    """

    document: Document | None
    shipped: bool
    judged: JudgedClaims | None
    state: State | None
    warnings: tuple[Fault, ...] = ()
    begun: bool = True


def begin_claims(place: Place) -> Path:
    """Write the commented file in which an office enters its claims, with every figure that may be claimed.

    Raises
    ------
    RunError
        If it is there already: nothing is written over.
    """
    path = place.office.params / CLAIMS_FILE
    if path.exists():
        raise RunError(
            "the claims of this office are there already; nothing was changed", where=CLAIMS_FILE,
            remedy="edit the file, then: python3 workbench.py claims check",
        )  # fmt: skip
    write_text(path, claims_template())
    return path


def claims_template() -> str:
    """Return the text of a claims file in which nothing is written yet.

    Examples
    --------
    >>> "安置就业岗位 · posts filled" in claims_template()
    True
    """
    known = claimable_figures()
    lines = [(DATA / "claims" / "template.yaml").read_text(encoding="utf-8").rstrip("\n")]
    for figure in known.figures.values():
        units = "、".join(known.units[unit].zh for unit in figure.units)
        lines.append(f"#   {figure.key}  {figure.names.zh} · {figure.names.en}  ［{units}］")
    return "\n".join([*lines, "#", "# units · 单位：" + "、".join(f"{n.zh} {n.en}" for n in known.units.values()), ""])


def check_claims(place: Place) -> CheckedClaims:
    """Check an office's claims and count each from its ledger.

    Raises
    ------
    ParameterError
        With every fault: file, line, key, what is allowed.
    """
    folder = place.office.params
    catalogue = params.load(folder)
    document = claims_of_office(folder, place.is_practice_township)
    own = folder / CLAIMS_FILE
    shipped = document is not None and not (own.is_file() and params.load_claims(own).claims)
    if document is None:
        return CheckedClaims(None, False, None, None, begun=own.is_file())
    villages = {village.name for village in catalogue.villages.values()}
    faults = [] if shipped else _unknown_villages(document, own, villages)
    if faults:
        raise ParameterError(faults)
    warnings = () if shipped else tuple(_unused_words(document, own))
    if not place.office.has_ledger:
        return CheckedClaims(document, shipped, None, None, warnings)
    with open_book(place, create=False) as book:
        state = ledger.read_state(book)
    judged = judge_claims(document.claims, state, catalogue, language())
    return CheckedClaims(document, shipped, judged, state, warnings)


def _unknown_villages(document: Document, path: Path, villages: set[str]) -> list[Fault]:
    written = read_yaml(path)
    what = "there is no village {value} in villages.yaml"
    return [
        unknown_word_fault(what, name, villages, f"{written.where(('claims', number, 'place', at))} place")
        for number, claim in enumerate(document.claims)
        for at, name in enumerate(claim.place)
        if name not in villages
    ]


def _unused_words(document: Document, path: Path) -> list[Fault]:
    """Return what narrows a claim of a figure that is not counted by village or by name."""
    written, known = read_yaml(path), claimable_figures().figures
    return [
        Fault(
            "{key} is not looked at: {figure} is counted for the whole office",
            f"{written.where(('claims', number, key))} {key}",
            values={"key": key, "figure": known[claim.kind].names.show()},
        )
        for number, claim in enumerate(document.claims)
        for key in ("place", "employer")
        if getattr(claim, key) and not getattr(known[claim.kind], key)
    ]
