"""What an analyst asks of the register: who is just below the line, whose record contradicts itself, which house waits.

Responsible for answers that take a village, an amount or another run, as frames. Not responsible for the exit rule
(`povlib.poverty`), the pages (`povlib.runs.notebook_pages`) or for words beyond the label of a contradiction.
"""

from __future__ import annotations

import pandas as pd

from povlib import poverty
from povlib.errors import ParameterError, unknown_word_fault
from povlib.money import FEN_PER_YUAN
from povlib.runs.facts.houses.house_standing import houses_of, planned_houses
from povlib.runs.facts.village_order import village_names
from povlib.runs.run import Run
from povlib.vocabulary import GUARANTEES
from povlib.vocabulary.help_and_works import works_finished
from povlib.vocabulary.register import exited_status, unsafe_grades, without_labour
from povlib.words import text


def village_asked(run: Run, village: str = "") -> str:
    """Return a village of the run; for "" the first of the office's list that has a household.

    Raises
    ------
    ParameterError
        If there is no such village, with the nearest.
    """
    known = list(run.state.households["village"].unique())
    if village and village not in known:
        raise ParameterError([unknown_word_fault("there is no village {value}", village, known, "")])
    in_order = [name for name in village_names(run) if name in known]
    return village or (in_order or sorted(known))[0]


def households_near_line(run: Run, village: str = "", within_yuan: float = 500.0) -> pd.DataFrame:
    """Return the registered households of a village that are below the line by no more than an amount.

    Parameters
    ----------
    village : str
        Empty: the first.
    within_yuan : float
        Yuan per head and year.

    Returns
    -------
    DataFrame
        hh, members, income_yuan, line_yuan, short_yuan (per head and year), lacking (guarantees known to lack); nearest
        the line first. Households whose income is not known for twelve months are left out.
    """
    houses = run.overview.households
    houses = houses[(houses["village"] == village_asked(run, village)) & houses["over_line"].eq(False).fillna(False)]
    # what the exit rule compares with: a margin above the line is part of it
    line = houses["line_fen"] * (1 + run.settings.margin)
    short = (line - houses["income_fen_per_head"].astype("Float64")) / FEN_PER_YUAN
    frame = pd.DataFrame(
        {
            "hh": houses["hh"],
            "members": houses["size"],
            "income_yuan": houses["income_fen_per_head"].astype("Float64") / FEN_PER_YUAN,
            "line_yuan": line / FEN_PER_YUAN,
            "short_yuan": short,
            "lacking": _lacking(houses),
        }
    )
    near = frame[frame["short_yuan"] <= within_yuan]
    return near.sort_values(["short_yuan", "hh"], ignore_index=True)


def _lacking(houses: pd.DataFrame) -> pd.Series:
    held = houses[list(GUARANTEES)].astype("Int8").eq(0).fillna(False)
    return held.apply(lambda row: ", ".join(name for name in GUARANTEES if row[name]), axis=1)


def judged_otherwise(run: Run, other: Run) -> pd.DataFrame:
    """Return the registered households that two runs judge otherwise: another line, another margin.

    Returns
    -------
    DataFrame
        hh, village, members, income_yuan, line_before, line_after (yuan), out_before, out_after (whether out of poverty
        by the exit rule; NA: cannot be assessed), reason (of the other run).
    """
    columns = ["hh", "line_fen", "exits", "reason"]
    both = run.overview.households.merge(other.overview.households[columns], on="hh", suffixes=("_before", "_after"))
    both = both[~(both["exits_before"].eq(both["exits_after"]).fillna(False) | _both_unknown(both))]
    frame = pd.DataFrame(
        {
            "hh": both["hh"],
            "village": both["village"],
            "members": both["size"],
            "income_yuan": both["income_fen_per_head"].astype("Float64") / FEN_PER_YUAN,
            "line_before": both["line_fen_before"] / FEN_PER_YUAN,
            "line_after": both["line_fen_after"] / FEN_PER_YUAN,
            "out_before": both["exits_before"],
            "out_after": both["exits_after"],
            "reason": both["reason_after"],
        }
    )
    return frame.sort_values(["village", "hh"], ignore_index=True)


def _both_unknown(both: pd.DataFrame) -> pd.Series:
    return both["exits_before"].isna() & both["exits_after"].isna()


def contradicting_records(run: Run, village: str = "") -> pd.DataFrame:
    """Return the records that say two things which cannot both hold.

    Looked for: registered as out of poverty while the income of twelve months is not over the line; a house noted as
    safe in the last month that is graded unsafe and has no finished works; a post held in the last month by a household
    for which no wage is noted in that month; a post held by a person registered as unable to work.

    Parameters
    ----------
    village : str
        Empty: all villages.

    Returns
    -------
    DataFrame
        hh, village, contradiction (in words), one, other: the two values that do not agree.
    """
    state = run.state
    last = state.observations[state.observations["month"] == run.at.ordinal].set_index("hh")
    found = [_exited_below_line(run), _unsafe_noted_safe(run, last), *_impossible_posts(run, last)]
    village_of = state.households.set_index("hh")["village"]
    frame = pd.concat([part.astype({"one": object, "other": object}) for part in found], ignore_index=True)
    frame.insert(1, "village", frame["hh"].map(village_of))
    if village:
        frame = frame[frame["village"] == village_asked(run, village)]
    return frame.sort_values(["village", "hh", "contradiction"], ignore_index=True)


def _contradiction(words: str, hh: pd.Series, one: pd.Series, other: pd.Series) -> pd.DataFrame:
    columns = {"hh": hh.to_numpy(), "contradiction": text(words), "one": one.to_numpy(), "other": other.to_numpy()}
    return pd.DataFrame(columns, columns=["hh", "contradiction", "one", "other"])


def _exited_below_line(run: Run) -> pd.DataFrame:
    verdict = poverty.assess(run.state, run.at, run.catalogue, run.settings)
    left = run.state.households.loc[run.state.households["status"] == exited_status(), ["hh", "status"]]
    both = left.merge(verdict, on="hh")
    below = both[both["over_line"].eq(False).fillna(False)]
    income = below["income_fen_per_head"].astype("Float64") / FEN_PER_YUAN
    return _contradiction("registered as out of poverty, income below the line (yuan)", below["hh"], below["status"],
                          income)  # fmt: skip


def _unsafe_noted_safe(run: Run, last: pd.DataFrame) -> pd.DataFrame:
    houses = run.state.households[["hh", "housing_grade"]]
    works = run.state.projects
    mended = works.loc[works["status"] == works_finished(), "hh"]
    unsafe = houses[houses["housing_grade"].isin(unsafe_grades()) & ~houses["hh"].isin(mended)]
    noted = unsafe["hh"].map(last["housing"]).eq(1).fillna(False)
    wrong = unsafe[noted.astype(bool)]
    return _contradiction("house noted as safe, graded unsafe without finished works", wrong["hh"],
                          wrong["hh"].map(last["housing"]), wrong["housing_grade"])  # fmt: skip


def _impossible_posts(run: Run, last: pd.DataFrame) -> list[pd.DataFrame]:
    posts, at = run.state.placements, run.at.ordinal
    # a post without an end goes on
    held = posts[(posts["from_month"] <= at) & (posts["to_month"].isna() | (posts["to_month"] >= at))]
    wage = held["hh"].map(last["wage_fen"])
    unpaid = held[wage.eq(0).fillna(False).astype(bool)].drop_duplicates("hh")
    labour = held["person"].map(run.state.members.set_index("person")["labour"])
    unable = held[labour.isin(without_labour()).to_numpy()]
    return [
        _contradiction("a post in the last month, no wage noted in it", unpaid["hh"], unpaid["post"],
                       unpaid["hh"].map(last["wage_fen"])),
        _contradiction("a post held by a person registered as unable to work", unable["hh"], unable["post"],
                       labour.loc[unable.index]),
    ]  # fmt: skip


def houses(run: Run) -> pd.DataFrame:
    """Return one row a registered household: its house, its work and what the plan adds (`houses_of`)."""
    return houses_of(run.state, planned_houses(run))


def waiting_houses(run: Run, village: str = "") -> pd.DataFrame:
    """Return the unsafe houses of a village on which nothing is being built, with what could be done and what is.

    Parameters
    ----------
    village : str
        Empty: the first.

    Returns
    -------
    DataFrame
        hh, grade, options (measures that would make the house safe and are open to the household), cheapest_yuan (all
        bills of the cheapest of them alone), planned (measure of the plan, or NA), refused (measures that are not open
        to it).
    """
    own = houses(run)
    homes = run.state.households.set_index("hh")["village"]
    wanted = own["unsafe"] & own["project"].isna() & own["hh"].map(homes).eq(village_asked(run, village))
    waiting = own[wanted].set_index("hh")
    safe = {key for key, one in run.catalogue.measures.items() if any(c.guarantee == "housing" for c in one.closes)}
    parts = run.offer.components
    parts = parts[parts["measure"].isin(safe)].merge(run.offer.packages[["package", "hh"]], on="package")
    parts = parts[parts["hh"].isin(waiting.index)]
    refused = run.offer.refused[run.offer.refused["measure"].isin(safe)]
    return pd.DataFrame(
        {
            "grade": waiting["grade"],
            "options": parts.groupby("hh")["measure"].agg(lambda keys: ", ".join(sorted(set(keys)))),
            "cheapest_yuan": parts.groupby("hh")["cost_fen"].min() / FEN_PER_YUAN,
            "planned": waiting["measure"],
            "refused": refused.groupby("hh")["measure"].agg(lambda keys: ", ".join(sorted(set(keys)))),
        },
        index=waiting.index,
    ).reset_index()
