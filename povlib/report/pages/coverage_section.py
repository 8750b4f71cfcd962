"""The part of notebook 02 on the survey: who was reached, who was missed, which groups, and whom to visit.

Responsible for wording and tabling `povlib.poverty.Coverage`. Keys only: no name stands here. Not responsible for
estimating, nor for deciding about anybody.
"""

from __future__ import annotations

import pandas as pd

from povlib.poverty import Coverage
from povlib.report.model.numbers import Number, Prose, Range, say, shown
from povlib.report.model.paper import Block, Column, Note, Paragraph, Section, Table
from povlib.words import term, text

KEY = "reached"
_BENCHMARKS = ("actual", "random", "universal", "poorest_first")
_SHARE = ("poverty_rate", "coverage", "exclusion", "inclusion", "exclusion_of_gap", "share_to_poorest_fifth",
          "inclusion_distance")  # fmt: skip


def coverage_section(found: Coverage | str, survey: str, lang: str) -> Section:
    """Return the part; where `found` is a text, it is the reason why nothing can be said."""
    heading = text("Who was reached, who was missed", lang)
    if isinstance(found, str):
        return Section(KEY, heading, (Note(Prose(found or text("not computed", lang))),))
    blocks: list[Block] = [
        Paragraph(_missed_sentence(found, survey, lang)),
        Paragraph(_benchmark_sentence(found, lang)),
        _measures_table(found.measures, lang),
    ]
    if len(found.gaps):
        blocks.append(_gaps_table(found.gaps, lang))
    for kind in ("exclusion", "inclusion"):
        rows = found.suspects[found.suspects["kind"] == kind]
        blocks.append(_visits_table(rows, kind, lang))
    return Section(KEY, heading, (*blocks, *_closing_notes(found, lang)))


def _estimate_row(found: Coverage, measure: str, benchmark: str = "actual") -> pd.Series:
    """Return the row of one measure against one benchmark."""
    rows = found.measures
    return rows[(rows["measure"] == measure) & (rows["benchmark"] == benchmark)].iloc[0]


def _share_number(found: Coverage, measure: str, benchmark: str = "actual", column: str = "estimate") -> Number:
    """Return a share as a number of the page, with its key."""
    value = float(_estimate_row(found, measure, benchmark)[column])
    key = f"reached.{measure}" if benchmark == "actual" else f"reached.{measure}.{benchmark}"
    return Number(key if column == "estimate" else f"{key}.{column}", value, "share", "", "poverty.targeting")


def _share_range(found: Coverage, measure: str) -> Range:
    """Return the confidence interval of a share as a range of the page."""
    return Range(_share_number(found, measure, column="ci_low"), _share_number(found, measure, column="ci_high"))


def _missed_sentence(found: Coverage, survey: str, lang: str) -> Prose:
    """Return the sentence on how many poor people the register misses, and whom it holds wrongly."""
    facts = found.facts.iloc[0]
    return say(
        "By the village survey ({name}, {rows} interviewed), {rate} of all persons of the villages are below the line "
        "({rate_range}). Of these, {exclusion} are not on the register ({exclusion_range}); of the persons on it, "
        "{inclusion} told an income above the line ({inclusion_range}).",
        lang,
        name=survey or text("survey", lang),
        rows=Number("reached.rows", int(facts["rows"]), "count", "household", "rows of the survey"),
        rate=_share_number(found, "poverty_rate"),
        rate_range=_share_range(found, "poverty_rate"),
        exclusion=_share_number(found, "exclusion"),
        exclusion_range=_share_range(found, "exclusion"),
        inclusion=_share_number(found, "inclusion"),
        inclusion_range=_share_range(found, "inclusion"),
    )


def _benchmark_sentence(found: Coverage, lang: str) -> Prose:
    """Return the sentence that compares the register with one drawn by lot and one of the poorest."""
    nearer = bool(_estimate_row(found, "exclusion_of_gap")["estimate"] < _estimate_row(found, "exclusion")["estimate"])
    return say(
        "A register of the same size drawn by lot would miss {lot} of the poor, the poorest taken first {first}. Those "
        "missed lie nearer to the line than the others: they hold {gap} of the whole gap."
        if nearer
        else "A register of the same size drawn by lot would miss {lot} of the poor, the poorest taken first {first}. "
        "Those missed hold {gap} of the whole gap.",
        lang,
        lot=_share_number(found, "exclusion", "random"),
        first=_share_number(found, "exclusion", "poorest_first"),
        gap=_share_number(found, "exclusion_of_gap"),
    )


def _measures_table(frame: pd.DataFrame, lang: str) -> Table:
    names = {
        "poverty_rate": text("persons below the line, of all", lang),
        "coverage": text("persons on the register, of all", lang),
        "exclusion": text("poor that are not on it", lang),
        "exclusion_of_gap": text("share of the gap that these hold", lang),
        "inclusion": text("on it, told an income above the line", lang),
        "inclusion_distance": text("how far these are above, on average", lang),
        "share_to_poorest_fifth": text("of the register, the poorest fifth of all", lang),
        "cgh": text("reach to the poor against chance (1 = by lot)", lang),
    }
    wide = frame.pivot_table(index="measure", columns="benchmark", values="estimate", aggfunc="first")
    actual = frame[frame["benchmark"] == "actual"].set_index("measure")
    rows = []
    for key, name in names.items():
        kind = "share" if key in _SHARE else "decimal1"
        ends = Range(*(Number(end, actual.loc[key, end], kind) for end in ("ci_low", "ci_high")))
        cells = {benchmark: shown(wide.loc[key].get(benchmark), kind, lang) for benchmark in _BENCHMARKS}
        rows.append({"key": key, "name": name, "range": ends.show(lang), **cells})
    columns = (
        Column("name", text("measure of reach", lang), width=2.4),
        Column("actual", text("the register", lang), listed=True),
        Column("range", text("95 % range", lang), listed=True, width=1.3),
        Column("random", text("by lot", lang), listed=True),
        Column("universal", text("everybody", lang), listed=True),
        Column("poorest_first", text("poorest first", lang), listed=True),
    )
    title = text("The register against other ways to choose as many", lang)
    return Table("reach", title, columns, pd.DataFrame(rows), "key", "poverty.targeting", small=True)


def _gaps_table(frame: pd.DataFrame, lang: str) -> Table:
    names = {
        "large": text("five members or more", lang),
        "ill_member": text("somebody is ill", lang),
        "unsafe_house": text("unsafe house", lang),
        "no_safe_water": text("no safe water", lang),
    }
    group, level = frame["group"].astype("str"), frame["level"].astype("str")
    frame = frame.assign(key=group + "/" + level, name=level.where(group == "stratum", group.map(names)))
    wide = frame[["key", "name"]].drop_duplicates("key").reset_index(drop=True)
    for measure, short in (("exclusion_gap", "missed"), ("inclusion_gap", "above")):
        own = frame[frame["measure"] == measure].set_index("key")
        for column in ("estimate", "ci_low", "ci_high"):
            wide[f"{short}_{column}"] = 100 * wide["key"].map(own[column]).astype("float64")
    columns = (
        Column("name", text("group, against everyone else", lang), width=1.6),
        Column("missed_estimate", text("more missed (points)", lang), "decimal1", signed=True, width=1.8,
               ends=("missed_ci_low", "missed_ci_high")),
        Column("above_estimate", text("more above the line (points)", lang), "decimal1", signed=True, width=1.8,
               ends=("above_ci_low", "above_ci_high")),
    )  # fmt: skip
    note = say("Percentage points, with 95 % ranges; a range on both sides of nothing shows no difference.", lang)
    title = text("Which groups are missed more often", lang)
    return Table("reach_gaps", title, columns, wide, "key", "poverty.targeting_gaps", notes=(note,), small=True)


def _visits_table(frame: pd.DataFrame, kind: str, lang: str) -> Table:
    missed = kind == "exclusion"
    title = text(
        "To be visited: below the line, not on the register" if missed
        else "To be visited: on the register, told an income above the line",
        lang,
    )  # fmt: skip
    columns = [
        Column("rank", text("rank", lang), "count", width=0.6),
        Column("survey_id", text("survey number", lang)),
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("income_fen", text("income told (yuan a head)", lang), "yuan"),
        Column("distance", text("below the line by" if missed else "above the line by", lang), "share"),
    ]
    if "cluster" in frame.columns:
        columns.insert(4, Column("cluster", text("group of the survey", lang)))
    shown_rows = frame.assign(hh=frame["hh"].replace("", "—")).reset_index(drop=True)
    empty = text("The survey gives no cause to visit anybody for this.", lang)
    return Table(f"visit_{kind}", title, tuple(columns), shown_rows, "survey_id", "poverty.targeting_suspects",
                 empty=empty, small=True)  # fmt: skip


def _closing_notes(found: Coverage, lang: str) -> tuple[Note, ...]:
    facts = found.facts.iloc[0]
    notes = [
        say(
            "An income told once is no verdict: the lists say where to go and look. Nobody is taken on or struck off "
            "because of them, and a household may be on the register for a guarantee that is missing. A household "
            "number among those missed is one that left the register and is below the line again.",
            lang,
        )
    ]
    if bool(facts["few_clusters"]):
        clusters = Number("reached.clusters", int(facts["clusters"]), "count", "", "clusters of the survey")
        notes.append(say("The survey has {n} clusters only: its ranges are wider than they look.", lang, n=clusters))
    if int(facts["unknown"]):
        unknown = Number("reached.unknown", int(facts["unknown"]), "count", "household", "numbers not in the ledger")
        notes.append(say("The household numbers of {n} are not in the ledger, so count as not on it.", lang, n=unknown))
    return tuple(Note(note) for note in notes)
