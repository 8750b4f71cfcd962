"""公示: the list that hangs at the notice board before an exit is approved.

Responsible for who stands on it and for its words: the head's full name and what the rule asks for (village,
members, route), never a number, telephone, health, cause or chance. Not responsible for opening names
(`povlib.ledger.unmask`, logged) or for who is marked.

What a posting shows and how long it hangs: the exit steps of 2016, "village posting, at least 7 days".
"""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.errors import ReportError
from povlib.ledger import State
from povlib.report.model.numbers import Number, say
from povlib.report.model.paper import Bullets, Column, Paragraph, Report, Section, Table
from povlib.vocabulary.register import head_of_household, marked_for_exit
from povlib.words import text

ROWS = ["village", "hh", "person", "members", "route"]
SHOWN = ("number", "head", "members", "route")


def posting_rows(state: State, month: Month) -> pd.DataFrame:
    """Return households marked for exit in `month` with their head: village, hh, person, members, route.

    Several routes of one household are joined by 、; a household that does not agree is left out.
    """
    marks = state.marks[(state.marks["kind"] == marked_for_exit()) & (state.marks["month"] == month.ordinal)]
    routes = marks.assign(route=marks["route"].fillna("")).sort_values(["hh", "route"]).groupby("hh")["route"]
    joined = routes.agg(lambda values: "、".join(dict.fromkeys(v for v in values if v)))
    register = state.households[~state.households["objects"].fillna(False).astype(bool)].set_index("hh")
    heads = state.members[state.members["relation"] == head_of_household()]
    head = heads.drop_duplicates("hh").set_index("hh")["person"]
    found = pd.DataFrame({"route": joined})
    found = found.loc[found.index.intersection(register.index)]
    for name, values in (("village", register["village"]), ("members", register["size"]), ("person", head)):
        found[name] = values.reindex(found.index)  # an empty list must not take the rows of the register
    found = found.rename_axis("hh").reset_index()
    return found[ROWS].sort_values(["village", "hh"], ignore_index=True)


def posting_paper(
    rows: pd.DataFrame, month: Month, office: str, days: int, lang: str, *, synthetic: bool, ledger_head: str
) -> Report:
    """Return the lists, one section a village.

    Parameters
    ----------
    rows : DataFrame
        Of `posting_rows`, with ``head``: the head's full name.
    days : int
        How long it hangs.

    Raises
    ------
    ReportError
        If a head has no name: a list that nobody can read is not posted.
    """
    nameless = rows.loc[rows["head"].isna(), "hh"]
    if len(nameless):
        raise ReportError("{n} heads have no name in the ledger ({some})", n=len(nameless),
                          some=", ".join(nameless.head(3)))  # fmt: skip
    sections = tuple(
        _village(str(village), frame, month, lang, at) for at, (village, frame) in enumerate(rows.groupby("village"), 1)
    )
    return Report(
        title=text("Households proposed for exit: public posting", lang),
        language=lang,
        subtitle=month.label(lang),
        issuer=office,
        sections=(*sections, _how(days, lang)),
        manifest={text("ledger", lang): ledger_head},
        synthetic=synthetic,
    )


def _village(village: str, frame: pd.DataFrame, month: Month, lang: str, at: int) -> Section:
    # two heads of one name are told apart by their number on this list, not by the household key
    shown = frame.assign(number=range(1, len(frame) + 1))[list(SHOWN)]
    columns = (
        Column("number", text("No.", lang), "year", width=0.5),
        Column("head", text("head of household", lang)),
        Column("members", text("members", lang), "count"),
        Column("route", text("route", lang), width=2.0),
    )
    count = Number(f"posting.{at}", len(frame), "count", "household", f"marked in {month}, {village}")
    sentence = say("{village}: {n} proposed for exit after the villagers' evaluation.", lang, village=village, n=count)
    table = Table(f"posting_{at}", village, columns, shown, "number", "ledger.marks")
    return Section(f"village_{at}", village, (Paragraph(sentence), table))


def _how(days: int, lang: str) -> Section:
    hangs = Number("posting.days", days, "count", "", "--days")
    lines = (
        say("This list hangs for {days} days: from ________ to ________.", lang, days=hangs),
        say("Whoever disagrees tells the village committee or the township office: ________, tel. ________.", lang),
        say("An objection is written down, answered in writing, and no household exits before.", lang),
    )
    return Section("how", text("How to object", lang), (Bullets(lines),))
