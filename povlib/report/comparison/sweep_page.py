"""A sweep as one page: what varies, what it brings, which points are proved.

Responsible for wording, tabling and drawing. Not responsible for planning the points (`povlib.runs.sweeps`).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import pandas as pd

from povlib.report.figures.sweeps import MOST_LINES, sweep_lines
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Bullets, Column, FigureBlock, Note, Paragraph, Report, Section, Table
from povlib.words import language, text


def sweep_page(
    frame: pd.DataFrame,
    keys: Sequence[str],
    names: Mapping[str, str],
    *,
    in_persons: bool = True,
    lang: str | None = None,
    synthetic: bool = False,
) -> Report:
    """Return the page of a sweep.

    Parameters
    ----------
    frame : DataFrame
        As `povlib.runs.sweeps.outcome.Sweep.frame`.
    keys : sequence of str
        The keys that vary.
    names : mapping
        Title of each scenario, in `lang`.
    in_persons : bool
        Whether the gap counts persons.
    """
    lang = lang or language()
    planned = frame[frame["fault"] == ""]
    blocks: list[Bullets | FigureBlock | Table | Note | Paragraph] = []
    if len(planned):
        blocks.append(Bullets((_span_sentence(planned, keys, lang), _proof_sentence(frame, in_persons, lang))))
    figure = _chart(planned, keys, names, lang)
    blocks += [figure] if figure else []
    blocks.append(_table(frame, keys, names, in_persons, lang))
    failed = frame[frame["fault"] != ""]
    blocks += [Note(say("{at}: {why}", lang, at=_spot(row, keys), why=str(row["fault"])))
               for row in failed.to_dict("records")]  # fmt: skip
    blocks.append(Note(say("Every point is a plan of its own with its own proof, under the same estimates; differences "
                           "smaller than the gaps cannot be told from the slack of the searches.", lang)))  # fmt: skip
    section = Section("sweep", text("What varies, and what it brings", lang), tuple(blocks), wide=True)
    subtitle = text("; ", lang).join(names.values())
    return Report(title=text("Sweep of scenarios", lang), language=lang, subtitle=subtitle, sections=(section,),
                  synthetic=synthetic)  # fmt: skip


def _spot(row: Mapping[Hashable, object] | pd.Series, keys: Sequence[str]) -> str:
    return ", ".join(f"{key}={row[key]}" for key in keys)


def _span_sentence(planned: pd.DataFrame, keys: Sequence[str], lang: str) -> Prose:
    least = planned.iloc[int(planned["additional"].argmin())]
    most = planned.iloc[int(planned["additional"].argmax())]

    def persons(key: str, row: pd.Series) -> Number:
        return Number(f"sweep_{key}", float(row["additional"]), "persons", "person", "runs.sweeps")

    return say("From {least} additional exits at {low} to {most} at {high}.", lang, least=persons("least", least),
               most=persons("most", most), low=_spot(least, keys), high=_spot(most, keys))  # fmt: skip


def _proof_sentence(frame: pd.DataFrame, in_persons: bool, lang: str) -> Prose:
    unit = "person" if in_persons else "worth"
    return say("{n} of {all} points are proved as near as was asked; the widest gap is {gap}.", lang,
               n=Number("sweep_proven", int(frame["proven"].sum()), "count", "", "runs.sweeps"),
               all=Number("sweep_points", len(frame), "count", "", "runs.sweeps"),
               gap=Number("sweep_gap", float(frame["gap"].max()), "decimal3", unit, "runs.sweeps"))  # fmt: skip


def _chart(planned: pd.DataFrame, keys: Sequence[str], names: Mapping[str, str], lang: str) -> FigureBlock | None:
    """Draw the key with most values along the axis; None where there are too many lines to be told apart."""
    if planned.empty:
        return None
    along = max(keys, key=lambda key: planned[key].nunique())
    others = [key for key in keys if key != along]
    lines = planned.apply(
        lambda row: ", ".join(
            [*([names[row["scenario"]]] if len(names) > 1 else []), *(f"{k}={row[k]}" for k in others)]
        ),
        axis=1,
    )
    if lines.nunique() > MOST_LINES:
        return None
    numbers = pd.to_numeric(planned[along].str.rstrip("%"), errors="coerce")
    scale, unit = (
        (10_000, text("10,000 yuan", lang)) if along.endswith("_yuan") and numbers.abs().max() >= 100_000 else (1, "")
    )
    places = {value: float(n) for n, value in enumerate(planned[along].unique())}
    at = planned[along].map(places) if numbers.isna().any() else numbers / scale
    ticks = planned[along] if numbers.isna().any() or scale == 1 else at.map("{:g}".format)
    drawn = planned.assign(at=at, tick=ticks, line=lines)
    return sweep_lines(drawn, f"{along} ({unit})" if unit else along, lang=lang)


def _table(frame: pd.DataFrame, keys: Sequence[str], names: Mapping[str, str], in_persons: bool, lang: str) -> Table:
    gap = text("gap (persons)", lang) if in_persons else text("gap (units of the objective)", lang)
    columns = (
        *([Column("name", text("scenario", lang), width=1.4)] if len(names) > 1 else []),
        *(Column(key, key, width=1.6) for key in keys),
        Column("additional", text("additional exits (persons)", lang), "persons",
               ends=("additional_low", "additional_high"), width=1.6),
        Column("expected", text("expected exits in all (persons)", lang), "persons",
               ends=("expected_low", "expected_high"), width=1.6),
        Column("money_fen", text("new money (yuan)", lang), "yuan"),
        Column("poorest_money_share", text("money for the poorest fifth", lang), "share"),
        Column("gap", gap, "decimal3"),
        Column("proven", text("proved", lang), "yes", width=0.7),
        Column("run", text("run", lang), width=1.2),
    )  # fmt: skip
    shown = frame.assign(name=frame["scenario"].map(names))
    return Table("sweep", text("Point by point", lang), columns, shown, ("run",), "runs.sweeps", small=True)
