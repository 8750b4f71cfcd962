"""The plan over several years in words: a section of the meeting paper, the page of a notebook, a sheet of a workbook.

Responsible for sentences, the chart of the path of exits and the tables. Not responsible for any figure
(`povlib.runs.horizon.horizon_facts`).
"""

from __future__ import annotations

from povlib.report.figures.projections import fan
from povlib.report.horizon.horizon_facts import HorizonFacts
from povlib.report.model.numbers import Number, Prose, Range, join, say
from povlib.report.model.paper import Block, Bullets, Column, FigureBlock, Note, Section, Table
from povlib.words import term, text

KEY = "horizon"


def horizon_section(facts: HorizonFacts, lang: str) -> Section:
    """Return the section of the meeting paper: sentences, one chart, one table."""
    said = Bullets(tuple(_sentences(facts, lang)))
    note = Note(say("Every household with its period and reason stands in the workbook.", lang))
    return Section(
        KEY, text("The years ahead", lang), (said, path_figure(facts, lang), _served_table(facts, lang), note)
    )


def horizon_sections(facts: HorizonFacts, lang: str) -> tuple[Section, ...]:
    """Return the page of a notebook: the section of the paper, then why households wait, the funds and what changed."""
    blocks: list[Block] = [
        Bullets(tuple(_sentences(facts, lang))),
        path_figure(facts, lang),
        _served_table(facts, lang),
        _waiting_table(facts, lang),
        _account_table(facts, lang),
    ]
    if facts.followed:
        blocks.append(_deviation_table(facts, lang))
        if len(facts.moves):
            blocks.append(_move_table(facts, lang))
    return (Section(KEY, text("The years ahead", lang), tuple(blocks)),)


def no_horizon_section(run: str, lang: str) -> Section:
    """Return the page of a run without such a plan: how one is made."""
    said = say("No plan over several years has been made for this run. To make it: {command}", lang,
               command=Prose(f"python3 workbench.py horizon plan {run}"))  # fmt: skip
    return Section(KEY, text("The years ahead", lang), (Note(said),))


def path_figure(facts: HorizonFacts, lang: str) -> FigureBlock:
    """Return the path of exits with its fan, against the goal."""
    title = text("Exits that hold at the end of each year, with their ranges", lang)
    return fan(facts.path, target=facts.goal, key="figure_horizon", title=title, lang=lang)


def household_sheet(facts: HorizonFacts, lang: str) -> Table:
    """Return the sheet of the workbook: every household, when it is served, with what, and why not at once."""
    columns = (
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("members", text("members", lang), "count"),
        Column("served_from", text("served from", lang)),
        Column("label", text("with", lang), width=2.0),
        Column("money_fen", text("new money (yuan)", lang), "yuan2", total=True),
        Column("reason", text("why not in the first period", lang), width=2.0),
        Column("points_now", text("points now", lang), "decimal1"),
        Column("points_then", text("points then", lang), "decimal1"),
    )
    title = text("Who is served when", lang)
    return Table("horizon_households", title, columns, facts.households, definition="horizon.chosen")


def _sentences(facts: HorizonFacts, lang: str) -> list[Prose]:
    served = facts.served
    said = [
        say(
            "The years {first} to {last} are planned as one: every fund, window, post and month of the builders is "
            "kept to the fen, and under these estimates no plan is better by more than {gap}.", lang,
            first=facts.first, last=facts.last,
            gap=Number("horizon.gap", max(facts.gap, 0.0), "decimal2", "person", "allocation.horizon: bound - value"),
        ) if facts.proved else say("The plan over several years breaks a rule: it must not be used.", lang),
        say(
            "{households} are served over these years, {now} of them in the first period.", lang,
            households=Number("horizon.served", int(served["households"].sum()), "count", "household",
                              "households with a period"),
            now=Number("horizon.served_first", int(served["households"].iloc[0]), "count", "",
                       "households of the first period"),
        ),
        _end_sentence(facts, lang),
        say(
            "An exit that holds at the end of an earlier year counts {weight} of one that holds at the end.", lang,
            weight=Number("horizon.weight", facts.weight, "decimal2", "", "horizon.yaml: earlier_years_weight"),
        ),
    ]  # fmt: skip
    waiting = _waiting_sentence(facts, lang)
    if waiting.text:
        said.append(waiting)
    if facts.committed:
        said.append(say(
            "The help of {n} is committed and stays.", lang,
            n=Number("horizon.committed", facts.committed, "count", "household", "ledger: commitments"),
        ))  # fmt: skip
    if facts.followed:
        said.append(say(
            "Against the plan before, {kept} stay as they were planned and {moved} are moved.", lang,
            kept=Number("horizon.kept", facts.kept, "count", "household", "allocation.horizon.replanning"),
            moved=Number("horizon.moved", len(facts.moves), "count", "", "allocation.horizon.replanning"),
        ))  # fmt: skip
    return said


def _end_sentence(facts: HorizonFacts, lang: str) -> Prose:
    end = facts.path.iloc[-1]
    ends = [Number(f"horizon.end.{side}", float(end[f"{side}_90"]), "persons", "person", "5 % and 95 % of the draws")
            for side in ("low", "high")]  # fmt: skip
    said = say(
        "At the end {persons} of the register are expected to be out (range {range}), {without} of them without new "
        "help.",
        lang,
        persons=Number("horizon.end", float(end["persons"]), "persons", "person", "exits at the end of the horizon"),
        range=Range(*ends),
        without=Number("horizon.end.without", float(end["without"]), "persons", "", "exits with nothing new"),
    )
    if facts.goal is None:
        return said + say("No goal is entered (horizon.yaml: goal_persons).", lang)
    return said + say(
        "The goal is {goal}; it is reached with a chance of {chance}.", lang,
        goal=Number("horizon.goal", facts.goal, "count", "person", "horizon.yaml: goal_persons"),
        chance=Number("horizon.goal_chance", facts.goal_chance, "share", "", "share of draws at or over the goal"),
    )  # fmt: skip


def _waiting_sentence(facts: HorizonFacts, lang: str) -> Prose:
    """Say how many wait for each reason, most first."""
    rows = facts.waiting[facts.waiting["later"] > 0].sort_values(["later", "reason"], ascending=[False, True])
    if rows.empty:
        return Prose("")
    parts = [
        say("{n}: {reason}", lang, reason=Prose(str(reason)),
            n=Number(f"horizon.waiting[{at + 1}]", later, "count", "household", "households that wait"))
        for at, (reason, later) in enumerate(zip(rows["reason"], rows["later"].astype(int), strict=True))
    ]  # fmt: skip
    reasons = Prose(join((part.text for part in parts), lang), tuple(n for part in parts for n in part.numbers))
    return say("Why some are served later: {reasons}.", lang, reasons=reasons)


def _served_table(facts: HorizonFacts, lang: str) -> Table:
    columns = (
        Column("period", text("period", lang), width=1.6),
        Column("households", text("households served", lang), "count", total=True),
        Column("persons", text("persons in them", lang), "count", total=True),
        Column("money_fen", text("new money (yuan)", lang), "yuan2", width=1.4, total=True),
        Column("additional", text("worth (persons of the objective)", lang), "persons", total=True, width=1.4),
    )
    return Table(
        "horizon_served", text("Who is served when", lang), columns, facts.served, row_key="period",
        definition="horizon.periods",
    )  # fmt: skip


def _waiting_table(facts: HorizonFacts, lang: str) -> Table:
    columns = (
        Column("reason", text("why not in the first period", lang), width=2.5),
        Column("later", text("served later (households)", lang), "count", total=True),
        Column("never", text("nothing new within the horizon (households)", lang), "count", total=True),
    )
    return Table(
        "horizon_waiting", text("Who waits, and why", lang), columns, facts.waiting, row_key="reason",
        definition="horizon.waiting_reasons",
    )  # fmt: skip


def _account_table(facts: HorizonFacts, lang: str) -> Table:
    money = ("brought_fen", "arrived_fen", "spent_fen", "lapsed_fen", "carried_fen")
    titles = (text("brought over", lang), text("arrived", lang), text("spent", lang), text("lapsed", lang),
              text("carried over", lang))  # fmt: skip
    columns = (
        Column("fund", text("fund", lang), width=1.6),
        Column("period", text("period from", lang)),
        *(Column(key, title, "yuan2") for key, title in zip(money, titles, strict=True)),
    )
    title = text("Every fund by period (yuan)", lang)
    return Table(
        "horizon_accounts", title, columns, facts.accounts, row_key=("fund", "period"), definition="horizon.accounts"
    )


def _deviation_table(facts: HorizonFacts, lang: str) -> Table:
    columns = (
        Column("kind", text("deviation from plan", lang), width=2.0),
        Column("households", text("households", lang), "count", total=True),
        Column("persons", text("exits (persons of the objective)", lang), "decimal2", total=True, signed=True),
    )
    return Table(
        "horizon_deviation", text("Why the plan comes out otherwise", lang), columns, facts.deviation, row_key="kind",
        definition="horizon.deviations",
    )  # fmt: skip


def _move_table(facts: HorizonFacts, lang: str) -> Table:
    columns = (
        Column("hh", term("hh", lang)),
        Column("before", text("before", lang), width=2.0),
        Column("now", text("now", lang), width=2.0),
        Column("reason", text("why", lang), width=1.5),
        Column("gain_points", text("gain (points)", lang), "decimal1", signed=True),
    )
    return Table("horizon_moves", text("Who is moved", lang), columns, facts.moves, row_key="hh",
                 definition="horizon.moves")  # fmt: skip
