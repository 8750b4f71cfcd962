"""The bulletin's claims against the ledger, as one page.

Responsible for showing each claim as stated, counted and judged, with what was counted and the rows
behind it, and the model's own expectation beside it. Not responsible for counting or judging
(`povlib.runs.facts.claims`, which fills `JudgedClaims`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from povlib.errors import Fault, ReportError
from povlib.report.figures import interval_dots
from povlib.report.meeting.totals import Total
from povlib.report.model.numbers import Number, Prose, Range, missing, say, shown
from povlib.report.model.paper import (
    Block,
    Bullets,
    Column,
    FigureBlock,
    Note,
    Paragraph,
    Report,
    Section,
    Subheading,
    Table,
)
from povlib.words import language, term, text

VERDICTS = ("agrees", "differs", "several readings", "not recorded")
_NEEDED = ("id", "quote", "state", "definition", "reading", "stated", "counted", "unit", "row_verdict", "verdict")
# How a claim's unit is written: kind of number and unit of `povlib.report.model.numbers`.
_UNITS = {
    "persons": ("count", "person"),
    "households": ("count", "household"),
    "houses": ("count", "house"),
    "posts": ("count", "post"),
    "coops": ("count", "coop"),
    "bases": ("count", "base"),
    "enterprises": ("count", "enterprise"),
    "villages": ("count", "village"),
    "birds_per_year": ("count", "bird_per_year"),
    "yuan_per_year": ("count", "plain_yuan_per_year"),
    "share": ("share", ""),
    "": ("text", ""),
}


@dataclass(frozen=True, eq=False)
class JudgedClaims:
    """Every claim with its verdict, and the rows behind each count.

    Attributes
    ----------
    claims : DataFrame
        id, quote, state, definition, reading, stated, counted, unit, row_verdict (agrees, differs or not
        recorded: of this number under this reading), verdict (of the claim); one row a number and reading.
    evidence : DataFrame
        id, reading, hh, person (or NA), members, record (key of a row that is no household's): the rows counted.
    remarks : DataFrame
        id, remark.
    """

    claims: pd.DataFrame
    evidence: pd.DataFrame
    remarks: pd.DataFrame


def bulletin_page(
    judged: JudgedClaims,
    *,
    title: str,
    lang: str | None = None,
    subtitle: str = "",
    issuer: str = "",
    synthetic: bool = False,
    draft: bool | None = None,
    expected: Mapping[str, Total] | None = None,
    probability: float | None = None,
    tested: Prose | None = None,
    totals: pd.DataFrame | None = None,
    evidence: pd.DataFrame | None = None,
    contest: Section | None = None,
    manifest: Mapping[str, str] | None = None,
) -> Report:
    """Return the claims of a bulletin, each as stated / counted / verdict / what was counted.

    Parameters
    ----------
    judged : JudgedClaims
        From `povlib.runs.facts.claims.judge_claims`, in the same language.
    expected : mapping of claim id to Total, optional
        What the model expects, with its range: printed beside the claims, never judged.
    probability : float, optional
        Chance that the bulletin's total is reached, by the projection.
    tested : Prose, optional
        How earlier projections fared, in brief (`povlib.report.meeting.track_record`): printed beside the expectation.
    totals : DataFrame, optional
        key (``stated``, ``marked``, ``nothing``, ``plan``), value, low, high: the bulletin's total beside what the
        township marked and what the model expects with and without this plan.
    evidence : DataFrame, optional
        id, reading (in words), rows, keys: the households behind every count, as an annex.
    contest : Section, optional
        Villages side by side (`povlib.report.pages.contest_section`).
    draft : bool, optional
        Whether the plan behind `expected` is not approved yet; default: it is not, wherever it is printed.

    Raises
    ------
    ReportError
        If a column is missing, or a verdict or unit is not known.
    """
    lang = lang or language()
    claims = judged.claims
    _refuse_unknown_words(claims)
    first = (
        Paragraph(_verdict_summary(claims, lang)),
        *_expectation_blocks(expected or {}, probability, tested, claims, lang),
        *_totals_figure(totals, lang),
    )
    listed: list[Block] = [_claims_table(claims, lang)]
    if (claims["verdict"] == "several readings").any():
        several = "Where the text allows several readings, each is a row of its own with what was counted for it."
        listed.append(Note(say(several, lang)))
    if len(judged.remarks):
        remarks = zip(judged.remarks["id"], judged.remarks["remark"], strict=True)
        items = tuple(Prose(f"[{_claim_number(str(claim), lang)}] {remark}") for claim, remark in remarks)
        listed += [Subheading(text("Arithmetic on the text itself", lang)), Bullets(items)]
    return Report(
        title=title,
        language=lang,
        subtitle=subtitle,
        issuer=issuer,
        sections=(
            Section("expected", text("Stated and counted", lang), first),
            Section("claims", text("Claims of the bulletin", lang), tuple(listed), wide=True),
            *((contest,) if contest is not None else ()),
            *_evidence_annex(evidence, lang),
        ),
        manifest=manifest or {},
        synthetic=synthetic,
        draft=bool(expected) if draft is None else draft,
    )


def without_claims(title: str, lang: str, contest: Section) -> Report:
    """Return the page of an office that has entered no claims, each part saying so: it is judged by nobody else's."""
    said = say(
        "No claims of this office have been entered, so none are judged. Begin with: python3 workbench.py claims new",
        lang,
    )
    parts = {
        "expected": text("Stated and counted", lang),
        "claims": text("Claims of the bulletin", lang),
        "evidence": text("Rows behind each count", lang),
    }
    return Report(
        title=title,
        language=lang,
        sections=(*(Section(key, name, (Paragraph(said),)) for key, name in parts.items()), contest),
    )


def _totals_figure(totals: pd.DataFrame | None, lang: str) -> tuple[FigureBlock, ...]:
    """Draw the total as stated, marked and expected on one axis."""
    if totals is None:
        return ()
    names = {
        "stated": text("stated in the bulletin", lang),
        "marked": text("marked by the township", lang),
        "nothing": text("expected with nothing new", lang),
        "plan": text("expected with this plan", lang),
    }
    return (interval_dots(totals.assign(name=totals["key"].map(names)), lang=lang),)


def _evidence_annex(evidence: pd.DataFrame | None, lang: str) -> tuple[Section, ...]:
    """List the households behind every count, so that each number can be traced to rows."""
    if evidence is None:
        return ()
    columns = (
        Column("id", term("claim_number", lang), width=0.6),
        Column("reading", term("claim_reading", lang), width=0.9),
        Column("rows", text("rows", lang), "count", width=0.5),
        Column("keys", text("keys of households, or of other rows", lang), width=6.0),
    )
    heading = text("Rows behind each count", lang)
    numbered = evidence.assign(id=[_claim_number(str(claim), lang) for claim in evidence["id"]])
    table = Table("evidence", heading, columns, numbered, ("id", "reading"), small=True)
    return (Section("evidence", heading, (table,), annex=True),)


def _refuse_unknown_words(claims: pd.DataFrame) -> None:
    faults = [
        Fault("a table has no column {column}", where=f"claims.{c}", values={"column": c})
        for c in _NEEDED
        if c not in claims.columns
    ]
    if not faults:
        for column, allowed in (("row_verdict", VERDICTS), ("verdict", VERDICTS), ("unit", tuple(_UNITS))):
            faults += [
                Fault(
                    "{name} is not known here",
                    where=f"claims: {claim}",
                    allowed=", ".join(allowed),
                    values={"name": word},
                )
                for claim, word in zip(claims["id"], claims[column], strict=True)
                if word not in allowed
            ]
    if faults:
        raise ReportError(faults)


def _verdict_summary(claims: pd.DataFrame, lang: str) -> Prose:
    """Count claims, not readings: a claim with several readings is one claim."""
    verdicts = claims.drop_duplicates("id")["verdict"].tolist()
    counts = {v.split()[0]: Number(f"claims.{v}", verdicts.count(v), "count", "", "verdicts") for v in VERDICTS}
    return say(
        "Of {all} claims, {agrees} agree with the ledger, {differs} differ, {several} can be read in several ways, "
        "{not_recorded} are not recorded yet.",
        lang,
        all=Number("claims.all", int(claims["id"].nunique()), "count", "", "claims of the bulletin"),
        agrees=counts["agrees"],
        differs=counts["differs"],
        several=counts["several"],
        not_recorded=counts["not"],
    )


def _expectation_blocks(
    expected: Mapping[str, Total], probability: float | None, tested: Prose | None, claims: pd.DataFrame, lang: str
) -> list[Block]:
    lines = []
    quotes = claims.drop_duplicates("id").set_index("id")["quote"]
    for claim, total in expected.items():
        value = Number(f"claims.expected.{claim}", total.value, "persons", "person", "projection of the plan")
        if total.low is None or total.high is None:
            lines.append(say("On “{quote}” the model expects {value}.", lang, quote=str(quotes[claim]), value=value))
            continue
        ends = (
            Number(f"claims.expected.{claim}.{end}", bound, "persons", "person", "draws of the projection")
            for end, bound in (("low", total.low), ("high", total.high))
        )
        message = "On “{quote}” the model expects {value} (range {range})."
        lines.append(say(message, lang, quote=str(quotes[claim]), value=value, range=Range(*ends)))
    if probability is not None:
        number = Number("claims.probability", probability, "probability", "", "share of draws that reach the total")
        lines.append(say("By the projection the stated total is reached with probability {p}.", lang, p=number))
    if not lines:
        return []
    if tested is not None:
        lines.append(tested)
    lines.append(say("The model's expectation is a number of its own; it is never fitted to the claim.", lang))
    return [Subheading(text("What the model expects", lang)), *(Paragraph(line) for line in lines)]


def _claim_number(claim: str, lang: str) -> str:
    """Return the number of a claim as it is read; one number may hold several claims, told apart by a word."""
    number, dash, part = claim.partition("-")
    parts = {
        "lead": text("opening", lang),
        "share": text("share", lang),
        "firm": text("enterprise", lang),
        "bases": text("bases", lang),
        "fair": text("job fair", lang),
    }
    return f"{number} ({parts.get(part, part)})" if dash else number


def _claims_table(claims: pd.DataFrame, lang: str) -> Table:
    frame = pd.DataFrame(
        {
            "id": [_claim_number(claim, lang) for claim in claims["id"]],
            "quote": claims["quote"].tolist(),
            "state": [text(str(s), lang) for s in claims["state"]],
            "reading": claims["reading"].tolist(),
            "stated": amounts_in_words(claims, "stated", lang),
            "counted": amounts_in_words(claims, "counted", lang),
            "row_verdict": [text(str(v), lang) for v in claims["row_verdict"]],
            # a claim is judged once: its verdict stands in its first row
            "verdict": [
                "" if again else text(str(v), lang)
                for v, again in zip(claims["verdict"], claims["id"].duplicated(), strict=True)
            ],
            "definition": claims["definition"].tolist(),
        }
    )
    columns = (
        Column("id", term("claim_number", lang), width=0.7),
        Column("quote", term("claim_text", lang), width=3.2),
        Column("state", term("claim_state", lang), width=0.8),
        Column("stated", term("claim_stated", lang), width=0.9, listed=True),
        Column("counted", term("claim_computed", lang), width=0.9, listed=True),
        Column("row_verdict", term("claim_row_verdict", lang), width=0.9),
        Column("verdict", term("claim_verdict", lang), width=1.0),
        Column("reading", term("claim_reading", lang), width=1.8),
        Column("definition", term("claim_rows", lang), width=2.2),
    )
    return Table(
        "claims", text("One row a claim and reading", lang), columns, frame, "id", "report.claims.judge", small=True
    )


def amounts_in_words(claims: pd.DataFrame, column: str, lang: str) -> list[str]:
    """Return the amounts of a column of `JudgedClaims.claims` (stated, counted) with their units."""
    words = []
    for value, unit in zip(claims[column].tolist(), claims["unit"], strict=True):
        kind, suffix = _UNITS[unit]
        if missing(value):
            words.append(text("not recorded yet", lang) if column == "counted" else "—")
        else:
            words.append(shown(value, kind, lang, unit=suffix))
    return words
