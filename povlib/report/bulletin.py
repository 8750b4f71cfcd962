"""The bulletin's claims against the ledger, as one page.

Responsible for showing each claim as stated, computed and judged, with the rows behind it. Not
responsible for computing or judging: the runs room brings a frame with a verdict a claim.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from povlib.errors import Fault, ReportError
from povlib.report.model import Block, Column, FigureBlock, Note, Paragraph, Report, Section, Table
from povlib.report.numbers import Number, Prose, missing, say, shown
from povlib.words import language, term, text

VERDICTS = ("agrees", "differs", "several readings", "not recorded")
_NEEDED = ("claim", "sentence", "stated", "computed", "low", "high", "kind", "unit", "verdict", "rows")


def bulletin_page(
    claims: pd.DataFrame,
    *,
    title: str,
    lang: str | None = None,
    subtitle: str = "",
    issuer: str = "",
    synthetic: bool = False,
    draft: bool = False,
    probability: float | None = None,
    figures: tuple[FigureBlock, ...] = (),
    manifest: Mapping[str, str] | None = None,
) -> Report:
    """Return the claims of a bulletin, each as stated / computed / verdict / rows.

    Parameters
    ----------
    claims : DataFrame
        ``claim`` (key, one row a reading), ``sentence``, ``stated`` and ``computed`` (numbers or missing),
        ``low`` and ``high`` (range of what was computed, or missing), ``kind`` and ``unit`` (how the numbers
        are written, see `povlib.report.numbers`), ``verdict`` (one of `VERDICTS`), ``rows`` (which rows of
        the ledger stand behind it).
    probability : float, optional
        Chance that the bulletin's total is reached, by the projection.

    Raises
    ------
    ReportError
        If a column is missing or a verdict is none of `VERDICTS`.

    Examples
    --------
    >>> frame = pd.DataFrame([["posts", "80 posts placed", 80, 80, None, None, "count", "post", "agrees", "placements"]],
    ...                      columns=list(_NEEDED))
    >>> bulletin_page(frame, title="Claims", lang="en").sections[0].blocks[0].prose.text
    'Of 1 claims, 1 agree with the ledger, 0 differ, 0 can be read in several ways, 0 are not recorded yet.'
    """
    lang = lang or language()
    _check(claims)
    blocks: list[Block] = [Paragraph(_summary(claims, lang))]
    if probability is not None:
        number = Number("claims.probability", probability, "probability", "", "share of draws that reach the total")
        blocks.append(
            Paragraph(say("By the projection the stated total is reached with probability {p}.", lang, p=number))
        )
    blocks += [_table(claims, lang), *figures]
    if (claims["verdict"] == "several readings").any():
        words = (
            "Where the text allows several readings, each is a row of its own with the rows of the ledger behind it."
        )
        blocks.append(Note(say(words, lang)))
    heading = text("Stated and computed", lang)
    return Report(
        title=title,
        language=lang,
        subtitle=subtitle,
        issuer=issuer,
        sections=(Section("claims", heading, tuple(blocks)),),
        manifest=manifest or {},
        synthetic=synthetic,
        draft=draft,
    )


def _check(claims: pd.DataFrame) -> None:
    faults = [
        Fault("a table has no column {column}", where=f"claims.{c}", values={"column": c})
        for c in _NEEDED
        if c not in claims.columns
    ]
    if not faults:
        faults = [
            Fault(
                "{name} is no verdict",
                where=f"claims: {claim}",
                allowed=", ".join(VERDICTS),
                values={"name": repr(verdict)},
            )
            for claim, verdict in zip(claims["claim"], claims["verdict"], strict=True)
            if verdict not in VERDICTS
        ]
    if faults:
        raise ReportError(faults)


def _summary(claims: pd.DataFrame, lang: str) -> Prose:
    """Count claims, not readings: a claim with several readings is one claim."""
    verdicts = claims.drop_duplicates("claim")["verdict"].value_counts()
    said = {v.split()[0]: Number(f"claims.{v}", int(verdicts.get(v, 0)), "count", "", "verdicts") for v in VERDICTS}
    return say(
        "Of {all} claims, {agrees} agree with the ledger, {differs} differ, {several} can be read in several ways, "
        "{not_recorded} are not recorded yet.",
        lang,
        all=Number("claims.all", int(claims["claim"].nunique()), "count", "", "claims of the bulletin"),
        agrees=said["agrees"],
        differs=said["differs"],
        several=said["several"],
        not_recorded=said["not"],
    )


def _table(claims: pd.DataFrame, lang: str) -> Table:
    frame = pd.DataFrame(
        {
            "number": range(1, len(claims) + 1),
            "claim": claims["claim"].tolist(),
            "sentence": claims["sentence"].tolist(),
            "stated": [_shown(v, k, u, lang) for v, k, u in claims[["stated", "kind", "unit"]].itertuples(index=False)],
            "computed": [
                _computed(*row, lang)
                for row in claims[["computed", "low", "high", "kind", "unit"]].itertuples(index=False)
            ],
            "verdict": [text(str(v), lang) for v in claims["verdict"]],
            "rows": claims["rows"].tolist(),
        }
    )
    columns = (
        Column("number", term("claim_number", lang), "count", width=0.5),
        Column("sentence", term("claim_text", lang), width=3.2),
        Column("stated", term("claim_stated", lang), width=1.0, listed=True),
        Column("computed", term("claim_computed", lang), width=1.5, listed=True),
        Column("verdict", term("claim_verdict", lang), width=1.0),
        Column("rows", term("claim_rows", lang), width=2.4, listed=True),
    )
    title = text("Claims of the bulletin", lang)
    return Table("claims", title, columns, frame, "claim", "claims of the bulletin", small=True)


def _shown(value: object, kind: str, unit: str, lang: str) -> str:
    return shown(value, kind, lang, unit=unit or "")


def _computed(value: object, low: object, high: object, kind: str, unit: str, lang: str) -> str:
    if missing(value):
        return text("not recorded yet", lang)
    words = shown(value, kind, lang, unit=unit or "")
    if missing(low) or missing(high):
        return words
    between = f"{shown(low, kind, lang)}–{shown(high, kind, lang)}"
    return f"{words}（{between}）" if lang == "zh" else f"{words} ({between})"
