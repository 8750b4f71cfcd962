"""What the ledger holds, as one page: batches, completeness by village, marks, posts, houses.

Responsible for wording and tabling counts taken from a State. Not responsible for the register itself
(`povlib.ledger`) or for who is poor (`povlib.report.pages.poverty_page`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from povlib.ledger import State
from povlib.report.model.numbers import Number, Prose, say
from povlib.report.model.paper import Column, Paragraph, Report, Section, Table
from povlib.vocabulary.help_and_works import works_finished
from povlib.vocabulary.register import marked_for_exit
from povlib.words import language, term, text

MONTHS = 12
_NOBODY = {"", "-", "nan", "None", "<NA>"}  # a batch that names no officer


def completeness(state: State, villages: Sequence[str] = ()) -> pd.DataFrame:
    """Return by village what came in the last twelve months and what is missing.

    Parameters
    ----------
    villages : sequence of str
        Their order; others follow.

    Returns
    -------
    DataFrame
        village, households, persons, due, received, missing, late, exited (households of earlier years);
        due counts household-months from the month of identification on.
    """
    poor = state.poor
    last = state.last_month.ordinal if state.last_month else 0
    first = last - MONTHS + 1
    since = poor["identified_month"].astype("float64").fillna(first).clip(lower=first)
    since.index = pd.Index(poor["hh"])
    seen = state.observations[state.observations["hh"].isin(poor["hh"])]
    seen = seen[(seen["month"] >= seen["hh"].map(since)) & (seen["month"] <= last)]
    own = pd.DataFrame({"due": (last - since + 1).clip(lower=0).astype("int64")})
    own["received"] = seen.groupby("hh").size()
    own["late"] = seen[seen["flag"] == "late"].groupby("hh").size()
    own["missing"] = own["due"] - own["received"].fillna(0)
    own["village"] = poor.set_index("hh")["village"]
    exited = state.households[~state.households["hh"].isin(poor["hh"])]
    frame = own.groupby("village")[["due", "received", "missing", "late"]].sum()
    frame["households"] = poor.groupby("village").size()
    frame["persons"] = poor.groupby("village")["size"].sum()
    frame["exited"] = exited.groupby("village").size()
    frame = frame.loc[sorted(frame.index, key=in_order(villages))]
    return frame.fillna(0).astype("int64").reset_index()


def in_order(villages: Sequence[str]) -> Callable[[str], tuple[int, str]]:
    """Return a sort key: the order of the office's own list, then by name."""
    place = {name: at for at, name in enumerate(villages)}
    return lambda name: (place.get(name, len(place)), name)


def ledger_page(state: State, *, lang: str | None = None, subtitle: str = "", villages: Sequence[str] = ()) -> Report:
    """Return the page of the notebook 01_ledger.

    Parameters
    ----------
    state : State
    lang : str, optional
        "zh" or "en"; default the language in use.
    villages : sequence of str
        Their order in tables.
    """
    lang = lang or language()
    return Report(
        title=text("What we know: the ledger", lang),
        language=lang,
        subtitle=subtitle,
        sections=(_register(state, lang, villages), _marks(state, lang), _works(state, lang), _batches(state, lang)),
        synthetic=state.synthetic,
    )


def _count(key: str, value: float, unit: str, definition: str) -> Number:
    return Number(key, int(value), "count", unit, definition)


def _register(state: State, lang: str, villages: Sequence[str]) -> Section:
    frame = completeness(state, villages)
    due, missing = int(frame["due"].sum()), int(frame["missing"].sum())
    sentence = say(
        "{households} with {persons} are registered in {villages}. Of the household-months due in the last twelve "
        "months, {share} are there and {missing} are missing; a missing month is never read as zero.",
        lang,
        households=_count("ledger.households", frame["households"].sum(), "household", "registered poor now"),
        persons=_count("ledger.persons", frame["persons"].sum(), "person", "members on the card"),
        villages=_count("ledger.villages", len(frame), "village", "villages with such a household"),
        share=Number("ledger.share", (due - missing) / due if due else 0.0, "share", "", "received / due"),
        missing=Number("ledger.missing", missing, "count", "", "household-months due and not there"),
    )
    columns = (
        Column("village", term("village", lang)),
        Column("households", term("households_n", lang, unit=True), "count", total=True),
        Column("persons", term("persons_n", lang, unit=True), "count", total=True),
        Column("due", text("household-months due", lang), "count", total=True),
        Column("received", text("received", lang), "count", total=True),
        Column("missing", text("missing", lang), "count", total=True),
        Column("late", text("late", lang), "count", total=True),
        Column("exited", text("exited in earlier years", lang), "count", total=True),
    )
    table = Table("completeness", text("By village", lang), columns, frame, "village", "ledger.observations")
    return Section("register", text("The register and its months", lang), (Paragraph(sentence), table))


def _marks(state: State, lang: str) -> Section:
    sizes = state.households.set_index("hh")["size"]
    marks = state.marks.loc[state.marks["kind"] == marked_for_exit(), ["hh", "route"]].drop_duplicates()
    marks = marks.assign(members=marks["hh"].map(sizes))
    frame = marks.groupby("route", as_index=False).agg(households=("hh", "nunique"), persons=("members", "sum"))
    once = marks.drop_duplicates("hh")
    columns = (
        Column("route", text("route", lang)),
        Column("households", term("households_n", lang, unit=True), "count"),
        Column("persons", term("persons_n", lang, unit=True), "count"),
    )
    sentence = say(
        "The township's own marks of exit: {households} with {persons}, each counted once; a household on two routes "
        "stands in two rows, so the rows do not add up to the total.",
        lang,
        households=_count("marks.households", len(once), "household", "households with a mark"),
        persons=_count("marks.persons", once["members"].astype("Int64").sum(), "person", "their members"),
    )
    table = Table("marks", text("Marks by route", lang), columns, frame, "route", "ledger.marks")
    return Section("marks", text("Marks of exit", lang), (Paragraph(sentence), table))


def _works(state: State, lang: str) -> Section:
    done = state.projects["status"] == works_finished()
    posts = state.placements.drop_duplicates("person")
    prose: tuple[Prose, ...] = (
        say(
            "Houses: {targets}, {done} of them finished ({share}).",
            lang,
            targets=_count("houses.targets", state.projects["hh"].nunique(), "house", "housing projects"),
            done=_count("houses.done", int(done.sum()), "house", "projects finished"),
            share=Number("houses.share", float(done.mean()) if len(done) else 0.0, "share", "", "finished / all"),
        ),
        say(
            "Posts: {n} are held.",
            lang,
            n=_count("posts.held", len(posts), "post", "persons with a placement"),
        ),
    )
    return Section("works", text("Houses and posts", lang), tuple(Paragraph(line) for line in prose))


def _batches(state: State, lang: str) -> Section:
    frame = state.batches[["id", "kind", "officer", "source_name", "rows", "hash"]].copy()
    frame["hash"] = frame["hash"].str[:12]
    frame["officer"] = [None if str(name).strip() in _NOBODY else name for name in frame["officer"]]
    columns = (
        Column("id", text("batch", lang), "year"),
        Column("source_name", text("file", lang), width=2.0),
        Column("officer", text("officer", lang)),
        Column("rows", text("rows", lang), "count", total=True),
        Column("hash", text("hash of the chain", lang), width=1.4),
    )
    sentence = say(
        "Every figure can be traced to one of {n} batches; the head of the chain is {head}.",
        lang,
        n=Number("ledger.batches", len(frame), "count", "", "batches of the ledger"),
        head=state.head.hash[:12],
    )
    table = Table("batches", text("Batches", lang), columns, frame, "id", "ledger.batches", small=True)
    return Section("batches", text("Where it came from", lang), (Paragraph(sentence), table))
