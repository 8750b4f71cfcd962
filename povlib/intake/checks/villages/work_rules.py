"""What cannot be in the sheets about workers, posts, turns of herding and helpers.

Responsible for who belongs where: a person to the household, a turn to somebody who can do it, a helper to households
of other villages that are not kin. Not responsible for co-ops (`coop_rules`) or contracts (`contract_rules`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from povlib.intake.checks.villages.told_files import Record
from povlib.intake.checks.villages.told_rows import Finding, ToldRow, VillageFacts
from povlib.vocabulary.register import labour_by_rank

_DAYS_OF_WEEK = 7


def work_findings(facts: VillageFacts) -> Iterator[Finding]:
    """Yield what cannot be in the sheets of workers, ends of posts, turns and helpers."""
    yield from _of_other_household(facts)
    yield from _turns(facts)
    yield from _helpers(facts)
    for row in facts.rows("post_terms"):
        least, most = row.told.get("least_age"), row.told.get("most_age")
        if least is not None and most is not None and least > most:
            yield row.finding("least_age", "part_of_more", least, most)


def _of_other_household(facts: VillageFacts) -> Iterator[Finding]:
    persons = facts.persons
    for table in ("workers", "placement_ends", "shifts", "medical_bills"):
        for row in facts.rows(table) if persons else ():
            person, hh = row.told.get("person"), row.told.get("hh")
            if person is not None and persons.get(person) != hh:
                yield row.finding("person", "person_elsewhere", person, hh)


def _turns(facts: VillageFacts) -> Iterator[Finding]:
    """Yield weeks that begin on no Monday, more days than a week has, and people who may not be able to herd."""
    rows = list(facts.rows("shifts"))
    if not rows:
        return
    persons = {row.told["person"] for row in rows}
    days: dict[tuple[object, object], int] = defaultdict(int)
    for values in facts.among("shifts", "person", persons).values():
        days[values["person"], values["week"]] += int(values.get("days") or 0)
    caring = {key[0] for key, row in facts.among("workers", "person", persons).items() if row.get("caring") == 1}
    labour, able = facts.labour, labour_by_rank()
    for row in rows:
        person, week = row.told["person"], row.told.get("week")
        if week is not None and (monday := _monday_of(int(week))) != int(week):
            yield row.finding("week", "not_monday", _written(int(week)), _written(monday))
        elif days[person, week] > _DAYS_OF_WEEK:
            yield row.finding("days", "days_of_week", days[person, week])
        elif (said := labour.get(person)) and said not in able:
            yield row.finding("person", "turn_without_labour", person)
        elif person in caring:
            yield row.finding("person", "turn_while_caring", person)


def _monday_of(day: int) -> int:
    date = dt.date(day // 10_000, day // 100 % 100, day % 100)
    monday = date - dt.timedelta(days=date.weekday())
    return monday.year * 10_000 + monday.month * 100 + monday.day


def _written(day: int) -> str:
    return f"{day // 10_000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"


def _helpers(facts: VillageFacts) -> Iterator[Finding]:
    """Yield helpers of their own village or kin, and loads above what a helper can take."""
    assigned = list(facts.rows("helper_assignments"))
    if not assigned:
        return
    names, households = ({row.told[column] for row in assigned} for column in ("helper", "hh"))
    helpers = {key[0]: row for key, row in facts.among("helpers", "helper", names).items()}
    kin = set(facts.among("helper_kin", "helper", names))
    loads = Counter(row["helper"] for row in _running(facts, "helper", names))
    of_household = defaultdict(set)
    for row in _running(facts, "hh", households):
        of_household[row["hh"]].add(str(row["helper"]))
    homes = facts.homes
    for told in assigned:
        hh, name = told.told["hh"], told.told["helper"]
        helper = helpers.get(name, {})
        if helper.get("home_village") and helper["home_village"] == homes.get(str(hh)):
            yield told.finding("helper", "own_village", name, helper["home_village"])
        elif (name, hh) in kin:
            yield told.finding("helper", "own_kin", name, hh)
        elif told.told.get("to_month") is None:
            yield from _loads(told, loads[name], helper.get("capacity"), of_household[hh])


def _running(facts: VillageFacts, column: str, values: set[Any]) -> Iterator[Record]:
    """Yield the assignments without an end that have one of some values in a column."""
    yield from (
        row for row in facts.among("helper_assignments", column, values).values() if row.get("to_month") is None
    )


def _loads(told: ToldRow, load: int, capacity: int | None, helpers: set[str]) -> Iterator[Finding]:
    if capacity is not None and load > capacity:
        yield told.finding("helper", "helper_full", load, capacity)
    if len(helpers) > 1:
        yield told.finding("helper", "helpers_of_household", "、".join(sorted(helpers)))
